// The report in one file: the same figures as on the page, from the data that the file itself holds.
import { Study } from "/assets/study.js";
import { Table } from "/assets/table.js";
import { View, figures, filterOf } from "/assets/view.js";
import { curves, distribution, front, history, hypervolume, importance, map, parallel, slices, strip } from "/assets/charts.js";
import { lanes } from "/assets/times.js";

const $ = id => document.getElementById(id);

class Kept extends Study {
  #kept;

  constructor(kept) {
    super(null);
    this.#kept = kept;
    this.take(kept.columns);
  }

  async get(name) { return this.#kept[name]; }

  link() { return null; }
}

async function start() {
  const kept = JSON.parse($("data").textContent);
  const study = new Kept(kept);
  const table = new Table($("table"), study, () => {});
  let brushing = false;
  const view = new View(study, () => paint(brushing));

  function paint(keepsParallel) {
    const places = view.places();
    figures(study, places);
    history(study, places);
    strip(study, places);
    table.show(places);
    if (!keepsParallel)
      parallel(study, places, ranges => { brushing = true; view.filter = filterOf(ranges); brushing = false; });
  }

  function whole() {
    paint(false);
    curves("curves", kept.curves, study.objectives[0].metric, study.objectives[0].minimize);
    importance(kept.importance);
    distribution(study);
    front(study);
    hypervolume(study);
    slices(study);
    if (kept.mapAxes) map(study, kept.map, ...kept.mapAxes);
    if (kept.lanes.length > 0) lanes(kept.lanes);
  }

  whole();
  $("theme").addEventListener("click", () => {
    const dark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    whole();
  });
  $("study").dataset.ready = "true";
}

start().catch(error => { $("filter-error").textContent = `The figures could not be drawn: ${error.message}`; });
