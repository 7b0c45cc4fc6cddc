// Wires a page: keys, theme, and the charts and tables of a study.
import { Study } from "/assets/study.js";
import { Table } from "/assets/table.js";
import { View, figures, filterOf, remember } from "/assets/view.js";

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
  const pages = { o: "", a: "/analysis", p: "/what-if", t: "/trials", d: "/graph", w: "/workers", e: "/events", y: "/definition" };
  const places = { s: "/", n: "/submit", i: "/system" };
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
    if (event.key === "?") $("help").showModal();
    else if (event.key === "/" && $("filter")) { event.preventDefault(); $("filter").focus(); }
    else if (before === "g" && event.key in places) location.href = places[event.key];
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
      draw.strip(study, places);
      if (!keepsParallel)
        draw.parallel(study, places, ranges => { brushing = true; view.filter = filterOf(ranges); brushing = false; });
    }
    async function slow() {
      const [curves, importance, feed] = await Promise.all(["curves", "importance", "feed"].map(name => study.get(name)));
      draw.curves("curves", curves, study.objectives[0].metric, study.objectives[0].minimize);
      draw.importance(importance);
      events(feed);
    }
    const first = slow();
    paint(false);
    await first;
    const [quickly, slowly] = [calm(() => paint(Boolean($("filter").value))), calm(slow, 30000)];
    return now => { quickly(now); slowly(now); };
  },

  async analysis(study) {
    await script("/assets/echarts.js");
    const draw = await import("/assets/charts.js");
    let chosen = false;
    async function map() {
      const [x, y] = [$("map-x").value, $("map-y").value];
      draw.ranks(study, x, y);
      draw.map(study, await study.get(`map?x=${encodeURIComponent(x)}&y=${encodeURIComponent(y)}`), x, y);
    }
    async function paint() {
      const matters = await study.get("importance");
      draw.importance(matters);
      if (!chosen && matters.length > 1) [$("map-x").value, $("map-y").value] = matters.map(one => one.name);
      draw.distribution(study);
      draw.front(study);
      draw.hypervolume(study);
      draw.slices(study);
      await map();
      if ($("regret")) study.get("regret").then(found => draw.regret(study, found), () => {});      // takes longest
    }
    const asked = new URLSearchParams(location.search);
    for (const axis of ["x", "y"]) {
      const select = $(`map-${axis}`);
      if ([...select.options].some(option => option.value === asked.get(axis))) [select.value, chosen] = [asked.get(axis), true];
      select.addEventListener("change", () => {
        chosen = true;
        remember({ x: $("map-x").value, y: $("map-y").value });
        map();
      });
    }
    await paint();
    return calm(paint, 30000);
  },

  async trials(study) {
    const table = new Table($("table"), study, picked => {
      $("compare").hidden = picked.length < 2;
      $("compare").href = `/studies/${section.dataset.study}/compare?trials=${picked.join(",")}`;
      $("compare").textContent = `Compare ${picked.length} trials`;
    });
    const view = new View(study, () => table.show(view.places()));
    table.show(view.places());
    $("csv").addEventListener("click", () => {
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([table.csv()], { type: "text/csv" })), download: `${section.dataset.study}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    return calm(() => table.show(view.places()));
  },

  async server() {
    const { draw, refresh } = await import("/assets/server.js");
    draw();
    addEventListener("theme", draw);
    return calm(refresh, 10000);
  },

  async whatif(study) { return (await import("/assets/whatif.js")).whatif(study); },

  async trial(study) {
    (await import("/assets/printed.js")).follow();
    return one(study, [Number(section.dataset.trial)]);
  },

  async compare(study) { return one(study, section.dataset.trials.split(",").map(Number)); },

  async workers(study) {
    await script("/assets/echarts.js");
    const { lanes, rankMap } = await import("/assets/times.js");
    async function paint() {
      lanes(await study.get("lanes"));
      if ($("rank-map")) rankMap(await study.get(`ranks?trial=${$("rank-map").dataset.trial}`));
    }
    await paint();
    $("rank-trial")?.addEventListener("change", () => $("rank-trial").form.submit());
    return calm(paint, 10000);
  },
};

async function one(study, numbers) {
  if (!$("curve")) return () => {};
  await script("/assets/echarts.js");
  const draw = await import("/assets/charts.js");
  const paint = async () => draw.curves("curve", await study.get(`curves?trials=${numbers.join(",")}`), study.objectives[0].metric, study.objectives[0].minimize, numbers.length > 1);
  await paint();
  return calm(paint);
}

/** What happened last, the newest first. */
function events(lines) {
  $("feed").replaceChildren(...lines.map(line => {
    const item = document.createElement("li");
    const time = Object.assign(document.createElement("time"), { textContent: new Date(line.at).toISOString().slice(11, 19), dateTime: new Date(line.at).toISOString() });
    const what = line.trial === undefined ? document.createElement("span")
      : Object.assign(document.createElement("a"), { href: `/studies/${section.dataset.study}/trials/${line.trial}`, textContent: `trial ${line.trial}` });
    item.append(time, " ", what, " ", line.text);
    if (line.level === "Error") item.className = "bad";
    return item;
  }));
}

/** Paints at most every two seconds, or as seldom as told, however fast the news come; at once when the theme changes. */
function calm(paint, pause = 2000) {
  let [waiting, last] = [false, 0];
  return now => {
    if (now) paint();
    if (now || waiting || document.hidden) return;
    waiting = true;
    setTimeout(() => { [waiting, last] = [false, Date.now()]; paint(); }, Math.max(2000, last + pause - Date.now()));
  };
}

async function start() {
  // What is asked for later comes meanwhile.
  if (["overview", "analysis", "workers", "trial", "compare"].includes(section.dataset.page)) {
    for (const [name, kind] of [["echarts.js", "preload"], ["charts.js", "modulepreload"]])
      document.head.append(Object.assign(document.createElement("link"), { rel: kind, as: "script", href: `/assets/${name}` }));
  }
  const study = await new Study(section.dataset.study).load();
  const changed = await pages[section.dataset.page](study);
  study.onChange(changed);
  addEventListener("theme", () => changed(true));
  study.follow(linked => { $("link").textContent = linked ? "" : "The server does not answer; what you see is the last it told. Trying again …"; });
  section.dataset.ready = "true";
}

/** Tells when the page's server or its scheduler is away, and when they are back. */
async function watch() {
  if (document.hidden) return;
  let told = null;
  try {
    const answer = await fetch("/alive");
    told = answer.ok ? (await answer.json()).away : answer.status === 401 ? "You are signed out; load this page anew." : null;
  } catch {
    told = section ? null : "The server does not answer; what you see is the last it told. Trying again …";
  }
  const [box, was] = [$("away"), !$("away").hidden];
  [box.textContent, box.hidden] = [told ?? "", !told];
  if (was && !told && !section) location.reload();
}

if (location.protocol !== "file:") {
  watch();
  setInterval(watch, 5000);
}

if ($("loads")) import("/assets/loads.js").then(module => module.show($("loads")), () => {});
if (section) start().catch(error => { $("link").textContent = `This page could not be drawn: ${error.message}`; });
