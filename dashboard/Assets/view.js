// What of a study is in sight: the filter, the replay time, and the figures of the trials that they let through.
import { show, span } from "/assets/study.js";
import { compile } from "/assets/filter.js";

const $ = id => document.getElementById(id);

/** Keeps something in the address, so that a link holds it; null takes it out. */
export function remember(values) {
  if (location.protocol === "file:") return;                    // a file's address cannot be changed
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === "") address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history.replaceState(null, "", address);
}

/** The filter and the replay time, which live in the address so that a link holds them. */
export class View {
  #study; #changed; #test = () => true; #until = null;

  constructor(study, changed) {
    [this.#study, this.#changed] = [study, changed];
    const asked = new URLSearchParams(location.search);
    if ($("filter")) {
      $("filter").value = asked.get("filter") ?? "";
      let waiting = 0;
      $("filter").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.apply(), 60); });
    }
    if ($("replay")) {
      this.#until = asked.has("t") ? Number(asked.get("t")) : null;
      if (this.#until) $("replay").value = Math.round(1000 * (this.#until - this.#first()) / Math.max(1, this.#last() - this.#first()));
      $("replay").addEventListener("input", () => {
        const part = Number($("replay").value) / 1000;
        this.#until = part >= 1 ? null : Math.round(this.#first() + part * (this.#last() - this.#first()));
        this.apply();
      });
    }
    this.#read();
  }

  get study() { return this.#study; }

  set filter(text) { $("filter").value = text; this.apply(); }

  apply() {
    this.#read();
    remember({ filter: $("filter")?.value.trim() ?? null, t: this.#until });
    this.#changed();
  }

  /** Places of the trials that are let through. */
  places() {
    const found = [];
    for (let i = 0; i < this.#study.length; i++)
      if ((this.#until === null || (this.#study.ended[i] ?? this.#study.asked[i]) <= this.#until) && this.#test(i)) found.push(i);
    if ($("matched")) $("matched").textContent = `${found.length} of ${this.#study.length} trials`;
    if ($("replay-time")) $("replay-time").textContent = this.#until === null ? "now" : new Date(this.#until).toISOString().slice(0, 19).replace("T", " ");
    return found;
  }

  #first() { return this.#study.asked[0] ?? 0; }

  #last() { return Math.max(this.#first() + 1, ...this.#study.ended.slice(-200).filter(time => time !== null)); }

  #read() {
    if (!$("filter")) return;
    try {
      this.#test = compile($("filter").value, this.#study);
      $("filter-error").textContent = "";
    } catch (error) {
      $("filter-error").textContent = `This filter cannot be used: ${error.message}.`;
    }
  }
}

/** How long the rest takes: from trials ended so far, with a band between their tenth and ninetieth percentile. */
function timeLeft(study) {
  const ended = study.ended.filter(time => time !== null);
  if (study.state === "Finished" && ended.length > 0)
    return ["Took", span(ended.reduce((last, time) => Math.max(last, time), 0) - study.asked[0]), `for ${ended.length} trials`];
  if (study.state !== "Running" || ended.length < 3) return ["Time left", "–", study.state === "Running" ? "too early to tell" : "it does not run"];
  const rest = Math.max(0, study.budget - ended.length);
  const times = ended.slice().sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, k) => time - times[k]).sort((a, b) => a - b);
  const mean = (times.at(-1) - study.asked[0]) / ended.length;
  const spread = 1.28 * Math.sqrt(rest) * deviation(gaps);
  return ["Time left", span(rest * mean), `${span(Math.max(0, rest * mean - spread))} to ${span(rest * mean + spread)}, eight times in ten`];
}

function deviation(list) {
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
}

export function figures(study, places) {
  const best = study.best(places);
  $("best").textContent = best < 0 ? "–" : show(study.values[0][best]);
  $("best-trial").textContent = best < 0 ? study.objectives[0].metric : `${study.objectives[0].metric} in trial ${study.number[best]}`;
  $("count").textContent = places.length;
  const counts = new Map();
  for (const i of places) counts.set(study.status[i], (counts.get(study.status[i]) ?? 0) + 1);
  $("states").textContent = [...counts].map(([state, count]) => `${count} ${state.toLowerCase()}`).join(", ") || `of ${study.budget}`;
  [$("left-name").textContent, $("left").textContent, $("left-band").textContent] = timeLeft(study);
  const since = best < 0 ? null : study.length - 1 - study.number[best];
  $("gain").textContent = since === null ? "–" : since === 0 ? "just now" : `${since} trials ago`;
  $("gain-note").textContent = since === null ? "" : `of ${study.length} trials`;
  $("state").textContent = study.state;
  $("state").className = `chip s-${study.state}`;
  $("reason").textContent = study.reason ?? "";
  bestTable(study, places);
}

function bestTable(study, places) {
  const ended = places.filter(i => study.status[i] === "Completed" && study.values[0][i] !== null);
  ended.sort((a, b) => study.better(study.values[0][a], study.values[0][b]) ? -1 : 1);
  const table = Object.assign(document.createElement("table"), { className: "grid" });
  const names = ["number", "value", ...study.axes.map(axis => axis.name)];
  table.createTHead().insertRow().append(...names.map(name => Object.assign(document.createElement("th"), { textContent: name, className: "n", scope: "col" })));
  const body = table.createTBody();
  for (const i of ended.slice(0, 10)) {
    const row = body.insertRow();
    for (const name of names) Object.assign(row.insertCell(), { textContent: show(study.column(name).at(i)), className: "n" });
  }
  $("best-table").replaceChildren(table);
}

/** Ranges that were kept on axes become the filter, which every panel and the address follow. */
export function filterOf(ranges) {
  const quote = text => /^[\w.-]+$/.test(text) ? text : `"${text}"`;
  return Object.entries(ranges).map(([name, range]) => range.choices
    ? `(${range.choices.map(choice => `${name} == ${quote(choice)}`).join(" or ") || "number < 0"})`
    : `${name} >= ${Number(range[0].toPrecision(6))} and ${name} <= ${Number(range[1].toPrecision(6))}`).join(" and ");
}
