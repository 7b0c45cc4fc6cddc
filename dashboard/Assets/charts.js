// What the pages draw. Colours are those of Okabe and Ito, which people who do not see all colours can tell apart.
import { show } from "/assets/study.js";

const charts = new Map();
const colours = { Completed: "#009e73", Pruned: "#8a8f98", Paused: "#b8a400", Running: "#56b4e9", Failed: "#d55e00", Infeasible: "#cc79a7" };
// Viridis, from the worst to the best: what is best stands out from the ground, dark on light or light on dark.
const ramp = ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"];

function scale(minimize) {
  const [r, g, b] = css("--surface").match(/[\d.]+/g).map(Number);
  const onDark = r + g + b < 380;
  return minimize !== onDark ? [...ramp].reverse() : ramp;
}
const shapes = { Completed: "circle", Pruned: "rect", Paused: "diamond", Running: "roundRect", Failed: "triangle", Infeasible: "triangle" };

const css = name => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
};

function chart(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  if (!charts.has(id)) {
    const made = echarts.init(element, null, { renderer: "canvas" });
    charts.set(id, made);
    new ResizeObserver(() => made.resize()).observe(element);
  }
  return charts.get(id);
}

const axis = (name, more = {}) => ({
  name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: css("--quiet") },
  axisLabel: { color: css("--quiet"), hideOverlap: true }, axisLine: { lineStyle: { color: css("--line") } },
  splitLine: { lineStyle: { color: css("--line"), opacity: .6 } }, ...more,
});

const base = more => ({
  animation: false, grid: { left: 64, right: 18, top: 16, bottom: 44 },
  tooltip: { trigger: "item", confine: true, backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { color: css("--text") } }, ...more,
});

const escape = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

/** Every trial's objective, and the best so far as a line. */
export function history(study, places) {
  const made = chart("history");
  if (!made) return;
  const values = study.values[0];
  const groups = Object.keys(colours).map(state => ({
    name: state, type: "scatter", symbol: shapes[state], symbolSize: 6, itemStyle: { color: colours[state], opacity: .75 },
    data: places.filter(i => study.status[i] === state && values[i] !== null).map(i => [study.number[i], values[i]]),
  })).filter(group => group.data.length > 0);
  const line = [];
  let best = null;
  for (const i of places) {
    if (study.status[i] !== "Completed" || !study.feasible[i] || values[i] === null) continue;
    if (best === null || study.better(values[i], best)) best = values[i];
    line.push([study.number[i], best]);
  }
  groups.push({ name: "Best so far", type: "line", step: "end", symbol: "none", data: line, lineStyle: { color: "#e69f00", width: 2 }, itemStyle: { color: "#e69f00" }, z: 5 });
  made.setOption(base({
    grid: { left: 64, right: 18, top: 34, bottom: 44 },
    legend: { top: 0, textStyle: { color: css("--text") }, data: groups.map(group => group.name) },
    xAxis: axis("trial", { type: "value", minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(study.objectives[0].metric, { type: "value", scale: true, nameGap: 48 }),
    tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[0]}<br>${escape(p.seriesName.toLowerCase())}: ${show(p.value[1])}` },
    series: groups,
  }), true);
  made.off("click");
  made.on("click", p => { if (p.seriesType === "scatter" && study.link(p.value[0])) location.href = study.link(p.value[0]); });
}

const MostLines = 4000;

/** Parallel coordinates; told(ranges) hears of each range that is kept: {name: [low, high]}. */
export function parallel(study, places, told) {
  const made = chart("parallel");
  if (!made || study.axes.length === 0) return;
  const values = study.values[0];
  const ended = places.filter(i => values[i] !== null);
  ended.sort((a, b) => study.better(values[a], values[b]) ? 1 : -1);           // the best are drawn last, on top
  const drawn = ended.slice(-MostLines);
  const sorted = drawn.map(i => values[i]).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(sorted.length * .02)], sorted[Math.floor(sorted.length * .98)]];
  const shown = study.axes.slice(0, 14);
  const style = { nameTextStyle: { color: css("--text") }, axisLabel: { color: css("--text"), textBorderColor: css("--surface"), textBorderWidth: 4 }, axisLine: { lineStyle: { color: css("--quiet") } } };
  const dimensions = shown.map((a, k) => a.choices
    ? { dim: k, name: a.name, type: "category", data: a.choices, ...style }
    : { dim: k, name: a.name, type: a.log ? "log" : "value", min: a.low, max: a.high, minInterval: a.whole ? 1 : 0, ...style, axisLabel: { ...style.axisLabel, formatter: show } });
  dimensions.push({ dim: shown.length, name: study.objectives[0].metric, type: "value", scale: true, inverse: study.objectives[0].minimize, ...style, axisLabel: { ...style.axisLabel, formatter: show } });
  made.setOption(base({
    parallelAxis: dimensions,
    parallel: { left: 50, right: 70, top: 34, bottom: 24, parallelAxisDefault: { areaSelectStyle: { width: 16 } } },
    visualMap: { show: false, dimension: shown.length, min: low ?? 0, max: high ?? 1, inRange: { color: scale(study.objectives[0].minimize) } },
    series: [{
      type: "parallel", lineStyle: { width: 1, opacity: Math.max(.06, Math.min(.6, 60 / Math.max(1, drawn.length))) }, inactiveOpacity: .01, progressive: 800,
      data: drawn.map(i => [...shown.map((a, k) => study.parameters[k][i] ?? "-"), values[i]]),
    }],
  }), true);
  made.off("axisareaselected");
  made.on("axisareaselected", () => {
    const ranges = {};
    made.getModel().eachComponent("parallelAxis", (component, k) => {
      const intervals = component.option.type === undefined ? [] : component.activeIntervals;
      if (intervals.length === 0) return;
      const name = k < shown.length ? shown[k].name : "value";
      ranges[name] = shown[k]?.choices ? { choices: shown[k].choices.filter((_, c) => c >= Math.round(intervals[0][0]) && c <= Math.round(intervals[0][1])) } : intervals[0];
    });
    told(ranges);
  });
}

export function curves(id, list, metric) {
  const made = chart(id);
  if (!made) return;
  made.setOption(base({
    tooltip: { ...base().tooltip, trigger: "item", formatter: p => `trial ${escape(p.seriesName)}, step ${p.value[0]}: ${show(p.value[1])}` },
    xAxis: axis("step", { type: "value", minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(metric, { type: "value", scale: true, nameGap: 48 }),
    series: list.map(({ number, status, points }, k) => ({
      name: String(number), type: "line", symbol: points.length > 2 ? "none" : "circle", symbolSize: 4,
      lineStyle: { width: k === 0 ? 2.2 : 1.1, color: colours[status], opacity: k === 0 ? 1 : .55 }, itemStyle: { color: colours[status] },
      data: points.reduce((pairs, _, i) => { if (i % 2 === 0) pairs.push([points[i], points[i + 1]]); return pairs; }, []),
      emphasis: { focus: "series" }, triggerLineEvent: true,
    })),
  }), true);
}

export function importance(list) {
  const made = chart("importance");
  if (!made) return;
  const rows = list.slice(0, 15).reverse();
  made.setOption(base({
    grid: { left: 110, right: 50, top: 8, bottom: 30 },
    xAxis: axis("", { type: "value", min: 0, axisLabel: { color: css("--quiet"), formatter: v => `${Math.round(v * 100)} %` } }),
    yAxis: axis("", { type: "category", data: rows.map(row => row.name), axisLabel: { color: css("--text"), width: 100, overflow: "truncate" } }),
    tooltip: { ...base().tooltip, formatter: p => `${escape(p.name)}: ${(p.value * 100).toFixed(1)} %` },
    series: [{ type: "bar", data: rows.map(row => row.share), itemStyle: { color: "#0072b2" }, barMaxWidth: 18 }],
  }), true);
}

export function distribution(study) {
  const made = chart("distribution");
  if (!made) return;
  const sorted = study.values[0].filter((v, i) => v !== null && study.status[i] === "Completed").sort((a, b) => a - b);
  const share = k => study.objectives[0].minimize ? (k + 1) / sorted.length : (sorted.length - k) / sorted.length;
  made.setOption(base({
    xAxis: axis(study.objectives[0].metric, { type: "value", scale: true }),
    yAxis: axis("", { type: "value", min: 0, max: 1, axisLabel: { color: css("--quiet"), formatter: v => `${Math.round(v * 100)} %` } }),
    tooltip: { ...base().tooltip, formatter: p => `${show(p.value[0])}: ${(p.value[1] * 100).toFixed(1)} %` },
    series: [{ type: "line", step: "end", symbol: "none", triggerLineEvent: true, sampling: "lttb", data: sorted.map((v, k) => [v, share(k)]), lineStyle: { color: "#0072b2" }, areaStyle: { color: "#0072b2", opacity: .12 } }],
  }), true);
}

export function front(study) {
  const made = chart("front");
  if (!made || study.objectives.length < 2) return;
  const [x, y] = study.values;
  const sign = study.objectives.map(objective => objective.minimize ? 1 : -1);
  const ended = study.number.map((_, i) => i).filter(i => study.status[i] === "Completed" && study.feasible[i] && x[i] !== null && y[i] !== null);
  ended.sort((a, b) => sign[0] * (x[a] - x[b]) || sign[1] * (y[a] - y[b]));
  let least = Infinity;
  const best = ended.filter(i => sign[1] * y[i] < least && ((least = sign[1] * y[i]), true));
  made.setOption(base({
    xAxis: axis(study.objectives[0].metric, { type: "value", scale: true }),
    yAxis: axis(study.objectives[1].metric, { type: "value", scale: true, nameGap: 48 }),
    tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[2]}: ${show(p.value[0])}, ${show(p.value[1])}` },
    series: [
      { type: "scatter", symbolSize: 6, itemStyle: { color: colours.Completed, opacity: .5 }, data: ended.map(i => [x[i], y[i], study.number[i]]) },
      { type: "line", step: sign[0] > 0 ? "end" : "start", symbol: "circle", symbolSize: 8, lineStyle: { color: "#e69f00" }, itemStyle: { color: "#e69f00" }, data: best.map(i => [x[i], y[i], study.number[i]]) },
    ],
  }), true);
}

export function slices(study) {
  const place = document.getElementById("slices");
  if (!place) return;
  const values = study.values[0];
  study.axes.forEach((a, k) => {
    const id = `slice-${k}`;
    if (!document.getElementById(id)) {
      const figure = document.createElement("figure");
      figure.className = "panel";
      const caption = document.createElement("figcaption");
      caption.textContent = a.name;
      const box = Object.assign(document.createElement("div"), { id, className: "chart" });
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", `Objective by ${a.name}`);
      figure.append(caption, box);
      place.append(figure);
    }
    const made = chart(id);
    const points = study.number.map((number, i) => [study.parameters[k][i], values[i], number, i])
      .filter(([p, v,, i]) => p !== null && v !== null && study.status[i] === "Completed");
    made.setOption(base({
      grid: { left: 52, right: 10, top: 8, bottom: 26 },
      xAxis: a.choices ? axis("", { type: "category", data: a.choices }) : axis("", { type: a.log ? "log" : "value", min: a.low, max: a.high, minInterval: a.whole ? 1 : 0, axisLabel: { color: css("--quiet"), hideOverlap: true, formatter: show } }),
      yAxis: axis("", { type: "value", scale: true }),
      tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[2]}<br>${escape(a.name)}: ${escape(a.choices ? a.choices[p.value[0]] : show(p.value[0]))}<br>${show(p.value[1])}` },
      visualMap: { show: false, dimension: 2, min: 0, max: Math.max(1, study.length - 1), inRange: { color: ["#b8d9ee", "#0072b2", "#00253d"] } },
      series: [{ type: "scatter", symbolSize: 5, itemStyle: { opacity: .7 }, data: points, large: points.length > 4000 }],
    }), true);
  });
}

/** What the model predicts over two parameters; axes are laid out from 0 to 1 by the server. */
export function map(study, data, xName, yName) {
  const made = chart("map");
  if (!made) return;
  if (!data.values) {
    made.setOption({ title: { text: "Not enough trials have both parameters yet.", left: "center", top: "middle", textStyle: { color: css("--quiet"), fontSize: 14, fontWeight: "normal" } } }, true);
    return;
  }
  const label = name => {
    const a = study.axes.find(one => one.name === name);
    return u => a.choices ? a.choices[Math.round(u * (a.choices.length - 1))] : show(a.log ? a.low * (a.high / a.low) ** u : a.low + u * (a.high - a.low));
  };
  const [lx, ly] = [label(xName), label(yName)];
  const short = text => Number.isNaN(Number(text)) ? text : show(Number(Number(text).toPrecision(3)));
  const every = n => ({ color: css("--quiet"), interval: Math.ceil(n / 7) - 1 });
  const cells = data.values.map((v, k) => [k % data.x.length, Math.floor(k / data.x.length), v]);
  const numbers = data.values;
  made.setOption(base({
    grid: { left: 76, right: 92, top: 10, bottom: 44 },
    xAxis: axis(xName, { type: "category", data: data.x.map(u => short(lx(u))), axisLabel: every(data.x.length), splitLine: { show: false } }),
    yAxis: axis(yName, { type: "category", data: data.y.map(u => short(ly(u))), axisLabel: every(data.y.length), nameGap: 58, splitLine: { show: false } }),
    visualMap: { min: Math.min(...numbers), max: Math.max(...numbers), right: 0, top: "middle", text: [short(Math.max(...numbers)), short(Math.min(...numbers))], textStyle: { color: css("--quiet") }, formatter: show, inRange: { color: scale(study.objectives[0].minimize) }, seriesIndex: 0 },
    tooltip: { ...base().tooltip, formatter: p => p.seriesIndex === 0 ? `${escape(lx(data.x[p.value[0]]))}, ${escape(ly(data.y[p.value[1]]))}: ${show(p.value[2])}` : `trial ${p.value[2]}` },
    series: [
      { type: "heatmap", data: cells },
      { type: "scatter", symbolSize: 5, itemStyle: { color: "#fff", borderColor: "#222", borderWidth: .7, opacity: .8 },
        data: data.points.reduce((list, _, i) => { if (i % 3 === 0) list.push([data.points[i + 1] * (data.x.length - 1), data.points[i + 2] * (data.y.length - 1), data.points[i]]); return list; }, []) },
    ],
  }), true);
}

const attemptColours = { Running: "#56b4e9", Succeeded: "#009e73", Stopped: "#8a8f98", Failed: "#d55e00", Lost: "#cc79a7" };

/** Attempts as bars, in one lane for each slot of a worker. */
export function lanes(list) {
  const made = chart("lanes");
  if (!made || list.length === 0) return;
  const now = Math.max(...list.map(one => one.to ?? one.from));
  const ends = new Map();             // worker → when each of its lanes is free again
  const names = [];
  const bars = list.map(one => {
    const slots = ends.get(one.worker) ?? [];
    let slot = slots.findIndex(free => free <= one.from);
    if (slot < 0) slot = slots.length;
    slots[slot] = one.to ?? now;
    ends.set(one.worker, slots);
    const lane = `${one.worker} · ${slot + 1}`;
    if (!names.includes(lane)) names.push(lane);
    return { ...one, lane };
  });
  names.sort();
  made.getDom().style.height = `${Math.min(900, 90 + names.length * 30)}px`;
  made.resize();
  made.setOption(base({
    grid: { left: 150, right: 20, top: 10, bottom: 70 },
    xAxis: axis("", { type: "time", splitLine: { show: false } }),
    yAxis: axis("", { type: "category", data: names, axisLabel: { color: css("--text"), width: 140, overflow: "truncate" } }),
    dataZoom: [{ type: "inside", filterMode: "weakFilter" }, { type: "slider", bottom: 8, height: 20, filterMode: "weakFilter" }],
    tooltip: { ...base().tooltip, formatter: p => { const one = bars[p.dataIndex]; return `${escape(one.task)}<br>${one.trial === undefined ? "" : `trial ${one.trial}, `}${one.state.toLowerCase()}, ${((one.to ?? now) - one.from) / 1000} s`; } },
    series: [{
      type: "custom", encode: { x: [0, 1], y: 2 }, data: bars.map(one => [one.from, one.to ?? now, names.indexOf(one.lane), attemptColours[one.state] ?? "#999"]),
      renderItem: (params, api) => {
        const [from, to] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
        const height = api.size([0, 1])[1] * .62;
        const shape = echarts.graphic.clipRectByRect({ x: from[0], y: from[1] - height / 2, width: Math.max(1, to[0] - from[0]), height }, { x: params.coordSys.x, y: params.coordSys.y, width: params.coordSys.width, height: params.coordSys.height });
        return shape && { type: "rect", shape, style: { fill: api.value(3) } };
      },
    }],
  }), true);
}
