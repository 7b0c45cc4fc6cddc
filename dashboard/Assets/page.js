// Wires a page: keys, theme, and the charts and tables of a study.
import { Study, show, span } from "/assets/study.js";
import { compile } from "/assets/filter.js";
import { Table } from "/assets/table.js";

const $ = id => document.getElementById(id);
const section = $("study");

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  dispatchEvent(new Event("theme"));
}

function keys() {
  let before = "";
  const root = location.pathname.split("/").slice(0, 3).join("/");
  const pages = { o: "", a: "/analysis", t: "/trials", w: "/workers", e: "/events", y: "/definition" };
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
    if (event.key === "?") $("help").showModal();
    else if (event.key === "/" && $("filter")) { event.preventDefault(); $("filter").focus(); }
    else if (before === "g" && event.key === "s") location.href = "/";
    else if (location.pathname.startsWith("/studies/") && event.key in pages && !$("help").open) location.href = root + pages[event.key];
    before = event.key;
  });
}

$("theme").addEventListener("click", theme);
$("keys").addEventListener("click", () => $("help").showModal());
keys();

function script(source) {
  return new Promise((done, failed) => {
    const made = Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed });
    document.head.append(made);
  });
}

/** The filter and the replay time, which live in the address so that a link holds them. */
class View {
  #study; #changed; #test = () => true; #until = null;

  constructor(study, changed) {
    [this.#study, this.#changed] = [study, changed];
    const asked = new URLSearchParams(location.search);
    if ($("filter")) {
      $("filter").value = asked.get("filter") ?? "";
      let waiting = 0;
      $("filter").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.apply(), 120); });
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
    const address = new URL(location.href);
    const text = $("filter")?.value.trim();
    if (text) address.searchParams.set("filter", text); else address.searchParams.delete("filter");
    if (this.#until) address.searchParams.set("t", this.#until); else address.searchParams.delete("t");
    history.replaceState(null, "", address);
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
  if (study.state !== "Running" || ended.length < 3) return ["–", study.state === "Running" ? "too early to tell" : "it does not run"];
  const rest = Math.max(0, study.budget - ended.length);
  const times = ended.slice().sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, k) => time - times[k]).sort((a, b) => a - b);
  const mean = (times.at(-1) - study.asked[0]) / ended.length;
  const spread = 1.28 * Math.sqrt(rest) * deviation(gaps);
  return [span(rest * mean), `${span(Math.max(0, rest * mean - spread))} to ${span(rest * mean + spread)}, eight times in ten`];
}

function deviation(list) {
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
}

function figures(study, places) {
  const best = study.best(places);
  $("best").textContent = best < 0 ? "–" : show(study.values[0][best]);
  $("best-trial").textContent = best < 0 ? study.objectives[0].metric : `${study.objectives[0].metric} in trial ${study.number[best]}`;
  $("count").textContent = places.length;
  const counts = new Map();
  for (const i of places) counts.set(study.status[i], (counts.get(study.status[i]) ?? 0) + 1);
  $("states").textContent = [...counts].map(([state, count]) => `${count} ${state.toLowerCase()}`).join(", ") || `of ${study.budget}`;
  [$("left").textContent, $("left-band").textContent] = timeLeft(study);
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
function filterOf(ranges) {
  const quote = text => /^[\w.-]+$/.test(text) ? text : `"${text}"`;
  return Object.entries(ranges).map(([name, range]) => range.choices
    ? `(${range.choices.map(choice => `${name} == ${quote(choice)}`).join(" or ") || "number < 0"})`
    : `${name} >= ${Number(range[0].toPrecision(6))} and ${name} <= ${Number(range[1].toPrecision(6))}`).join(" and ");
}

const pages = {
  async overview(study) {
    await script("/assets/echarts.js");
    const draw = await import("/assets/charts.js");
    let brushing = false;
    const view = new View(study, () => paint(brushing));
    function paint(keepsParallel) {
      const places = view.places();
      figures(study, places);
      draw.history(study, places);
      if (!keepsParallel)
        draw.parallel(study, places, ranges => { brushing = true; view.filter = filterOf(ranges); brushing = false; });
    }
    async function slow() {
      draw.curves("curves", await study.get("curves"), study.objectives[0].metric);
      draw.importance(await study.get("importance"));
    }
    paint(false);
    await slow();
    return calm(() => { paint(Boolean($("filter").value)); slow(); });
  },

  async analysis(study) {
    await script("/assets/echarts.js");
    const draw = await import("/assets/charts.js");
    let chosen = false;
    async function map() {
      const [x, y] = [$("map-x").value, $("map-y").value];
      draw.map(study, await study.get(`map?x=${encodeURIComponent(x)}&y=${encodeURIComponent(y)}`), x, y);
    }
    async function paint() {
      const matters = await study.get("importance");
      draw.importance(matters);
      if (!chosen && matters.length > 1) [$("map-x").value, $("map-y").value] = matters.map(one => one.name);
      draw.distribution(study);
      draw.front(study);
      draw.slices(study);
      await map();
    }
    for (const id of ["map-x", "map-y"]) $(id).addEventListener("change", () => { chosen = true; map(); });
    await paint();
    return calm(paint);
  },

  async trials(study) {
    const table = new Table($("table"), study, picked => {
      $("compare").hidden = picked.length < 2;
      $("compare").href = `/studies/${section.dataset.study}/compare?trials=${picked.join(",")}`;
      $("compare").textContent = `Compare ${picked.length} trials`;
    });
    const view = new View(study, () => table.show(view.places()));
    table.show(view.places());
    return calm(() => table.show(view.places()));
  },

  async trial(study) { return one(study, [Number(section.dataset.trial)]); },

  async compare(study) { return one(study, section.dataset.trials.split(",").map(Number)); },

  async workers(study) {
    await script("/assets/echarts.js");
    const draw = await import("/assets/charts.js");
    const paint = async () => draw.lanes(await study.get("lanes"));
    await paint();
    return calm(paint);
  },
};

async function one(study, numbers) {
  if (!$("curve")) return () => {};
  await script("/assets/echarts.js");
  const draw = await import("/assets/charts.js");
  const paint = async () => draw.curves("curve", await study.get(`curves?trials=${numbers.join(",")}`), study.objectives[0].metric);
  await paint();
  return calm(paint);
}

/** Paints at most every two seconds, however fast the news come. */
function calm(paint) {
  let waiting = false;
  return () => {
    if (waiting || document.hidden) return;
    waiting = true;
    setTimeout(() => { waiting = false; paint(); }, 2000);
  };
}

async function start() {
  const study = await new Study(section.dataset.study).load();
  const changed = await pages[section.dataset.page](study);
  study.onChange(changed);
  addEventListener("theme", changed);
  study.follow(linked => { $("link").textContent = linked ? "" : "The server does not answer; what you see is the last it told. Trying again …"; });
  section.dataset.ready = "true";
}

if (section) start().catch(error => { $("link").textContent = `This page could not be drawn: ${error.message}`; });
