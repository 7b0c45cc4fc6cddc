// A table of any length: only the lines in sight are in the page.
import { show } from "/assets/study.js";
import { remember } from "/assets/view.js";

const LineHeight = 28;
const MostPicked = 10;

export class Table {
  #box; #study; #places = []; #sort = { name: "number", down: true }; #head; #body; #picked = new Set(); #onPick; #columns; #painted = "";

  constructor(box, study, onPick) {
    [this.#box, this.#study, this.#onPick] = [box, study, onPick];
    this.#columns = study.names();
    const sort = new URLSearchParams(location.search).get("sort");
    const [name, down] = sort?.startsWith("-") ? [sort.slice(1), true] : [sort, false];
    if (this.#columns.includes(name)) this.#sort = { name, down };
    this.#head = line("top-line");
    this.#head.setAttribute("role", "row");
    this.#body = document.createElement("div");
    this.#body.setAttribute("role", "rowgroup");
    this.#body.style.position = "relative";
    box.append(this.#head, this.#body);
    box.addEventListener("scroll", () => this.#paint(), { passive: true });
    new ResizeObserver(() => this.#paint()).observe(box);
  }

  show(places) {
    this.#places = places;
    this.#order();
    this.#paintHead();
    this.#painted = "";
    this.#paint();
  }

  /** What is shown, in its order, as comma-separated values. */
  csv() {
    const cell = value => value === null || value === undefined ? "" : /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
    const columns = this.#columns.map(name => this.#study.column(name));
    const lines = this.#places.map(i => columns.map(column => cell(column.at(i))).join(","));
    return [this.#columns.map(cell).join(","), ...lines, ""].join("\r\n");
  }

  #order() {
    const column = this.#study.column(this.#sort.name);
    const sign = this.#sort.down ? -1 : 1;
    const keyed = this.#places.map(i => [column.code(i), i]);
    keyed.sort(([a, i], [b, j]) => {
      if (a === null || b === null) return (a === null) - (b === null) || i - j;
      return (a < b ? -sign : a > b ? sign : 0) || i - j;
    });
    this.#places = keyed.map(([, i]) => i);
  }

  #paintHead() {
    this.#head.replaceChildren(cell("", "pick", "columnheader"), ...this.#columns.map(name => {
      const made = cell("", name === "state" ? "state" : "", "columnheader");
      const button = document.createElement("button");
      const sorted = this.#sort.name === name;
      button.textContent = name + (sorted ? (this.#sort.down ? " ↓" : " ↑") : "");
      made.setAttribute("aria-sort", sorted ? (this.#sort.down ? "descending" : "ascending") : "none");
      button.addEventListener("click", () => {
        this.#sort = { name, down: sorted ? !this.#sort.down : false };
        remember({ sort: (this.#sort.down ? "-" : "") + name });
        this.show(this.#places);
      });
      made.append(button);
      return made;
    }));
  }

  #paint() {
    const first = Math.max(0, Math.floor(this.#box.scrollTop / LineHeight) - 5);
    const last = Math.min(this.#places.length, first + Math.ceil(this.#box.clientHeight / LineHeight) + 12);
    if (this.#painted === `${first} ${last}`) return;       // lines that stay in sight keep their elements
    this.#painted = `${first} ${last}`;
    this.#body.style.height = `${this.#places.length * LineHeight}px`;
    const lines = [];
    for (let k = first; k < last; k++) lines.push(this.#line(this.#places[k], k));
    this.#body.replaceChildren(...lines);
  }

  #line(i, k) {
    const made = line("");
    made.style.cssText = `position:absolute;top:${k * LineHeight}px`;
    made.setAttribute("role", "row");
    const number = this.#study.number[i];
    const pick = cell("", "pick", "cell");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: this.#picked.has(number) });
    box.setAttribute("aria-label", `Compare trial ${number}`);
    box.addEventListener("change", () => {
      if (box.checked && this.#picked.size < MostPicked) this.#picked.add(number);
      else this.#picked.delete(number);
      box.checked = this.#picked.has(number);
      this.#onPick([...this.#picked]);
    });
    pick.append(box);
    made.append(pick);
    for (const name of this.#columns) {
      const value = this.#study.column(name).at(i);
      const one = cell(show(value), name === "state" ? `state s-${value}` : value === null || value === undefined ? "none" : "", "cell");
      if (name === "number" && this.#study.link(number)) {
        const link = document.createElement("a");
        link.href = this.#study.link(number);
        link.textContent = number;
        one.replaceChildren(link);
      }
      one.title = show(value);
      made.append(one);
    }
    return made;
  }
}

function line(more) { return Object.assign(document.createElement("div"), { className: `line ${more}` }); }

function cell(text, more, role) {
  const made = Object.assign(document.createElement("div"), { className: `cell ${more}`, textContent: text });
  made.setAttribute("role", role);
  return made;
}
