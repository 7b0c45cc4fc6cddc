// What the pages draw. Colours are those of Okabe and Ito, which people who do not see all colours can tell apart.
import { show } from "/assets/study.js";

const charts = new Map();
const colours = { Completed: "#009e73", Pruned: "#8a8f98", Paused: "#b8a400", Running: "#56b4e9", Failed: "#d55e00", Infeasible: "#cc79a7" };
// Viridis, from the worst to the best: what is best stands out from the ground, dark on light or light on dark.
const ramp = ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"];

export function onDark() {
  const [r, g, b] = css("--surface").match(/[\d.]+/g).map(Number);
  return r + g + b < 380;
}

const scale = minimize => minimize !== onDark() ? [...ramp].reverse() : ramp;
const shapes = { Completed: "circle", Pruned: "rect", Paused: "diamond", Running: "roundRect", Failed: "triangle", Infeasible: "triangle" };

export const css = name => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
};

export function chart(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  if (!charts.has(id)) {
    const made = echarts.init(element, null, { renderer: "canvas" });
    charts.set(id, made);
    new ResizeObserver(() => made.resize()).observe(element);
  }
  return charts.get(id);
}

export const axis = (name, more = {}) => ({
  name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: css("--quiet") },
  axisLabel: { color: css("--quiet"), hideOverlap: true }, axisLine: { lineStyle: { color: css("--line") } },
  splitLine: { lineStyle: { color: css("--line"), opacity: .6 } }, ...more,
});

export const base = more => ({
  animation: false, grid: { left: 64, right: 18, top: 16, bottom: 44 },
  tooltip: { trigger: "item", confine: true, backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { color: css("--text") } }, ...more,
});

export const escape = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

/** What keeps a few outliers from pressing all else into a line: the middle of the values, and the best. */
function middle(values, minimize) {
  const sorted = values.filter(v => v !== null).sort((a, b) => a - b);
  if (sorted.length < 10) return {};
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [low, high] = minimize ? [sorted[0], at(.93)] : [at(.07), sorted.at(-1)];
  const [rest, all] = [high - low, sorted.at(-1) - sorted[0]];
  if (!(rest > 0) || all < 1.6 * rest) return {};
  const round = v => Number(v.toPrecision(3));
  return minimize ? { max: round(high + .25 * rest) } : { min: round(low - .25 * rest) };
}

// The end that was cut off is no round number, and has no label.
const ends = range => ({ color: css("--quiet"), formatter: show, showMinLabel: range.min === undefined, showMaxLabel: range.max === undefined });

const Large = 2000;

/** Every trial's objective, and the best so far as a line. */
export function history(study, places) {
  const made = chart("history");
  if (!made) return;
  const values = study.values[0];
  const minimize = study.objectives[0].minimize;
  const range = middle(places.map(i => values[i]), minimize);
  const within = v => Math.max(range.min ?? -Infinity, Math.min(range.max ?? Infinity, v));
  const groups = Object.keys(colours).map(state => {
    const data = places.filter(i => study.status[i] === state && values[i] !== null).map(i => [study.number[i], within(values[i]), values[i]]);
    return { name: state, type: "scatter", symbol: shapes[state], symbolSize: 7, itemStyle: { color: colours[state], opacity: data.length > Large ? .5 : .8 }, data, large: data.length > Large, clip: false };
  }).filter(group => group.data.length > 0);
  const line = [];
  let best = null;
  for (const i of places) {
    if (study.status[i] !== "Completed" || !study.feasible[i] || values[i] === null) continue;
    if (best === null || study.better(values[i], best)) best = values[i];
    line.push([study.number[i], best]);
  }
  if (line.length > 0) line.push([study.number[places.at(-1)], best]);
  groups.push({ name: "Best so far", type: "line", step: "end", symbol: "none", data: line, lineStyle: { color: "#e69f00", width: 2 }, itemStyle: { color: "#e69f00" }, z: 5 });
  made.setOption(base({
    grid: { left: 64, right: 18, top: 34, bottom: 44 },
    legend: { top: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: css("--text") }, data: groups.map(group => group.name) },
    xAxis: axis("trial", { type: "value", minInterval: 1, max: study.number[places.at(-1)] ?? "dataMax", splitLine: { show: false } }),
    yAxis: axis(study.objectives[0].metric, { type: "value", scale: true, nameGap: 48, ...range, axisLabel: ends(range) }),
    tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[0]}<br>${escape(p.seriesName.toLowerCase())}: ${show(p.value[2] ?? p.value[1])}` },
    series: groups,
  }), true);
  made.off("click");
  made.on("click", p => { if (p.seriesType === "scatter" && study.link(p.value[0])) location.href = study.link(p.value[0]); });
}

const MostLines = 2000;
const BestLines = 500;

/** The best, and of the others as many as stay readable, evenly taken; all are given the best last. */
function lines(ended) {
  const rest = ended.slice(0, -BestLines);
  const every = Math.max(1, rest.length / (MostLines - BestLines));
  const taken = [];
  for (let k = 0; k < rest.length; k += every) taken.push(rest[Math.floor(k)]);
  return [...taken, ...ended.slice(-BestLines)];
}

/** A colour between those of a ramp, 0 to 1. */
function between(colours, share) {
  const place = Math.max(0, Math.min(1, share)) * (colours.length - 1);
  const k = Math.min(colours.length - 2, Math.floor(place));
  const part = (colour, at) => parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16);
  return `rgb(${[0, 1, 2].map(at => Math.round(part(colours[k], at) + (place - k) * (part(colours[k + 1], at) - part(colours[k], at)))).join()})`;
}

/** Parallel coordinates; told(ranges) hears of each range that is kept: {name: [low, high]}. */
export function parallel(study, places, told) {
  const made = chart("parallel");
  if (!made || study.axes.length === 0) return;
  const values = study.values[0];
  const ended = places.filter(i => values[i] !== null);
  ended.sort((a, b) => study.better(values[a], values[b]) ? 1 : -1);           // the best are drawn last, on top
  const drawn = lines(ended);
  const ramps = onDark() ? ramp.toReversed() : ramp;
  const range = middle(drawn.map(i => values[i]), study.objectives[0].minimize);
  const within = v => Math.max(range.min ?? -Infinity, Math.min(range.max ?? Infinity, v));
  const caption = document.getElementById("parallel-note");
  if (caption && drawn.length < ended.length) caption.textContent = `the best ${BestLines} and ${drawn.length - BestLines} of the other trials`;
  const shown = study.axes.slice(0, 14);
  const style = { nameTextStyle: { color: css("--text") }, axisLabel: { color: css("--text"), textBorderColor: css("--surface"), textBorderWidth: 4 }, axisLine: { lineStyle: { color: css("--quiet") } } };
  const dimensions = shown.map((a, k) => a.choices
    ? { dim: k, name: a.name, type: "category", data: a.choices, ...style }
    : { dim: k, name: a.name, type: a.log ? "log" : "value", min: a.low, max: a.high, minInterval: a.whole ? 1 : 0, ...style, axisLabel: { ...style.axisLabel, formatter: show } });
  dimensions.push({ dim: shown.length, name: study.objectives[0].metric, type: "value", scale: true, inverse: study.objectives[0].minimize, ...range, ...style, axisLabel: { ...style.axisLabel, ...ends(range), color: css("--text") } });
  made.setOption(base({
    parallelAxis: dimensions,
    parallel: { left: 50, right: 70, top: 34, bottom: 24, parallelAxisDefault: { areaSelectStyle: { width: 16 } } },
    series: [{
      type: "parallel", lineStyle: { width: 1, opacity: Math.max(.06, Math.min(.6, 60 / Math.max(1, drawn.length))) }, inactiveOpacity: .01, progressive: 800,
      data: drawn.map((i, k) => ({ value: [...shown.map((a, j) => study.parameters[j][i] ?? "-"), within(values[i])], lineStyle: { color: between(ramps, k / Math.max(1, drawn.length - 1)) } })),
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

const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a400", "#8a8f98", "#6a3d9a", "#a6611a"];

/** Learning curves; told apart by their state, or one by one where they are compared. */
export function curves(id, list, metric, minimize, apart = false) {
  const made = chart(id);
  if (!made) return;
  const range = apart || list.length < 5 ? {} : middle(list.flatMap(one => one.points.filter((_, i) => i % 2 === 1)), minimize);
  const colour = (status, k) => apart ? palette[k % palette.length] : colours[status];
  made.setOption(base({
    ...(apart ? { grid: { left: 64, right: 18, top: 34, bottom: 44 }, legend: { top: 0, itemWidth: 14, textStyle: { color: css("--text") }, formatter: name => `trial ${name}` } } : {}),
    tooltip: { ...base().tooltip, trigger: "item", formatter: p => `trial ${escape(p.seriesName)}, step ${p.value[0]}: ${show(p.value[1])}` },
    xAxis: axis("step", { type: "value", minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(metric, { type: "value", scale: true, nameGap: 48, ...range, axisLabel: ends(range) }),
    series: list.map(({ number, status, points }, k) => ({
      name: String(number), type: "line", symbol: points.length > 2 ? "none" : "circle", symbolSize: 4,
      lineStyle: { width: k === 0 || apart ? 2.2 : 1.1, color: colour(status, k), opacity: k === 0 || apart ? 1 : .55 }, itemStyle: { color: colour(status, k) },
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

/** How far the best was from the optimum at most, by trial. */
export function regret(study, pairs) {
  const made = chart("regret");
  if (!made) return;
  const data = pairs.reduce((list, _, i) => { if (i % 2 === 0) list.push([pairs[i], pairs[i + 1]]); return list; }, []);
  const words = data.length > 0 ? undefined : { text: "Too few trials have completed to tell.", left: "center", top: "middle", textStyle: { color: css("--quiet"), fontSize: 14, fontWeight: "normal" } };
  made.setOption(base({
    title: words,
    xAxis: axis("trial", { type: "value", minInterval: 1, max: "dataMax", splitLine: { show: false } }),
    yAxis: axis(study.objectives[0].metric, { type: "value", min: 0, nameGap: 48, axisLabel: { color: css("--quiet"), formatter: show } }),
    tooltip: { ...base().tooltip, formatter: p => `after trial ${p.value[0]}: at most ${show(Number(p.value[1].toPrecision(3)))} from the optimum` },
    series: [{ type: "line", symbol: "circle", symbolSize: 6, data, lineStyle: { color: "#0072b2", width: 2 }, itemStyle: { color: "#0072b2" }, areaStyle: { color: "#0072b2", opacity: .1 } }],
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

/** How much of the plane the front of two objectives covers, as it grew; the worst seen of each is the corner. */
export function hypervolume(study) {
  const made = chart("hypervolume");
  if (!made || study.objectives.length < 2) return;
  const sign = study.objectives.map(objective => objective.minimize ? 1 : -1);
  const ended = study.number.map((_, i) => i).filter(i => study.status[i] === "Completed" && study.feasible[i] && study.values[0][i] !== null && study.values[1][i] !== null);
  const points = ended.map(i => [sign[0] * study.values[0][i], sign[1] * study.values[1][i]]);
  const corner = [0, 1].map(k => points.reduce((worst, point) => Math.max(worst, point[k]), -Infinity));
  const line = [];
  let best = [];
  points.forEach((point, k) => {
    if (!best.some(other => other[0] <= point[0] && other[1] <= point[1])) {
      best = [...best.filter(other => !(point[0] <= other[0] && point[1] <= other[1])), point].sort((a, b) => a[0] - b[0]);
      const area = best.reduce((sum, [x, y], j) => sum + ((best[j + 1]?.[0] ?? corner[0]) - x) * (corner[1] - y), 0);
      line.push([study.number[ended[k]], area]);
    }
  });
  if (line.length > 0) line.push([study.number[ended.at(-1)], line.at(-1)[1]]);
  made.setOption(base({
    xAxis: axis("trial", { type: "value", minInterval: 1, splitLine: { show: false } }),
    yAxis: axis("", { type: "value", axisLabel: { color: css("--quiet"), formatter: show } }),
    tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[0]}: ${show(p.value[1])}` },
    series: [{ type: "line", step: "end", symbol: "circle", symbolSize: 4, data: line, lineStyle: { color: "#e69f00", width: 2 }, itemStyle: { color: "#e69f00" } }],
  }), true);
}

/** Two parameters of every trial, coloured by its rank among all that ended. */
export function ranks(study, xName, yName) {
  const made = chart("ranks");
  if (!made) return;
  const [x, y] = [xName, yName].map(name => study.axes.findIndex(a => a.name === name));
  if (x < 0 || y < 0) return;
  const values = study.values[0];
  const ended = study.number.map((_, i) => i).filter(i => values[i] !== null && study.parameters[x][i] !== null && study.parameters[y][i] !== null);
  ended.sort((a, b) => study.better(values[a], values[b]) ? 1 : -1);
  const ramps = onDark() ? ramp.toReversed() : ramp;
  const scaleOf = k => {
    const a = study.axes[k];
    return a.choices ? { type: "category", data: a.choices } : { type: a.log ? "log" : "value", min: a.low, max: a.high, minInterval: a.whole ? 1 : 0, axisLabel: { color: css("--quiet"), hideOverlap: true, formatter: show } };
  };
  made.setOption(base({
    grid: { left: 76, right: 24, top: 10, bottom: 44 },
    xAxis: axis(xName, scaleOf(x)), yAxis: axis(yName, { ...scaleOf(y), nameGap: 58 }),
    tooltip: { ...base().tooltip, formatter: p => `trial ${p.value[2]}: ${show(p.value[3])}<br>rank ${p.value[4]} of ${ended.length}` },
    series: [{ type: "scatter", symbolSize: 8, data: ended.map((i, k) => ({ value: [study.parameters[x][i], study.parameters[y][i], study.number[i], values[i], ended.length - k], itemStyle: { color: between(ramps, k / Math.max(1, ended.length - 1)), borderColor: css("--line"), borderWidth: .5 } })) }],
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
      title: points.length > 0 ? undefined : { text: "no trial ended with it", left: "center", top: "38%", textStyle: { color: css("--quiet"), fontSize: 12, fontWeight: "normal" } },
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

/** A cell for each trial in the order of asking, coloured as it ended; the whole study at a glance. */
export function strip(study, places) {
  const canvas = document.getElementById("strip");
  if (!canvas) return;
  const size = places.length > 4000 ? 4 : places.length > 800 ? 7 : 12;
  const across = Math.max(1, Math.floor(canvas.parentElement.clientWidth / size));
  canvas.width = Math.min(across, Math.max(1, places.length)) * size;
  canvas.height = Math.ceil(places.length / across) * size;
  const pen = canvas.getContext("2d");
  places.forEach((i, k) => {
    pen.fillStyle = colours[study.status[i]];
    pen.fillRect(k % across * size, Math.floor(k / across) * size, size - 1, size - 1);
  });
}
