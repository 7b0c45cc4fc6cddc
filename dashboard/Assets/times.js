// Where workers and ranks spent their time.
import { axis, base, chart, css, escape, onDark } from "/assets/charts.js";
import { show } from "/assets/study.js";

const attemptColours = { Stopped: "#8a8f98", Failed: "#d55e00", Lost: "#cc79a7" };
const kinds = { "a trial": "#0072b2", "another trial": "#56b4e9", "data, final model, export": "#e69f00", stopped: "#8a8f98", failed: "#d55e00", lost: "#cc79a7" };

// Neighbours of two trials are told apart by two blues.
const paintOf = one => attemptColours[one.state] ?? (one.trial === undefined ? "#e69f00" : one.trial % 2 === 0 ? "#0072b2" : "#56b4e9");

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
  const seen = new Set(bars.map(paintOf));
  const legend = document.getElementById("lanes-legend");
  legend?.replaceChildren(...Object.entries(kinds).filter(([, colour]) => seen.has(colour)).map(([name, colour]) => {
    const mark = Object.assign(document.createElement("span"), { textContent: `■ ` });
    mark.style.color = colour;
    const entry = document.createElement("span");
    entry.append(mark, name);
    return entry;
  }));
  made.setOption(base({
    grid: { left: 150, right: 20, top: 10, bottom: 70 },
    xAxis: axis("", { type: "time", splitLine: { show: false } }),
    yAxis: axis("", { type: "category", data: names, axisLabel: { color: css("--text"), width: 140, overflow: "truncate" } }),
    dataZoom: [{ type: "inside", filterMode: "weakFilter" }, { type: "slider", bottom: 8, height: 20, filterMode: "weakFilter" }],
    tooltip: { ...base().tooltip, formatter: p => { const one = bars[p.dataIndex]; return `${escape(one.task)}<br>${one.trial === undefined ? "" : `trial ${one.trial}, `}${one.state.toLowerCase()}, ${show(((one.to ?? now) - one.from) / 1000)} s on ${escape(one.worker)}`; } },
    series: [{
      type: "custom", encode: { x: [0, 1], y: 2 }, data: bars.map(one => [one.from, one.to ?? now, names.indexOf(one.lane), paintOf(one)]),
      renderItem: (params, api) => {
        const [from, to] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
        const height = api.size([0, 1])[1] * .62;
        const shape = echarts.graphic.clipRectByRect({ x: from[0], y: from[1] - height / 2, width: Math.max(1, to[0] - from[0]), height }, { x: params.coordSys.x, y: params.coordSys.y, width: params.coordSys.width, height: params.coordSys.height });
        return shape && { type: "rect", shape, style: { fill: api.value(3) } };
      },
    }],
  }), true);
}

/** How long each rank computed in each step, beside the mean of its step: who is slow stands out. */
export function rankMap(data) {
  const made = chart("rank-map");
  if (!made) return;
  const ranks = data.seconds[0]?.length ?? 0;
  const cells = data.seconds.flatMap((row, step) => row.map((seconds, rank) => [step, rank, seconds]));
  const sorted = cells.map(cell => cell[2]).sort((a, b) => a - b);
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  made.getDom().style.height = `${Math.min(600, 130 + ranks * 34)}px`;
  made.resize();
  made.setOption(base({
    grid: { left: 84, right: 110, top: 10, bottom: 44 },
    xAxis: axis("step", { type: "category", data: data.steps, axisLabel: { color: css("--quiet"), hideOverlap: true }, splitLine: { show: false } }),
    yAxis: axis("", { type: "category", data: Array.from({ length: ranks }, (_, rank) => `rank ${rank}`), inverse: true, axisLabel: { color: css("--text") }, splitLine: { show: false } }),
    visualMap: { dimension: 2, min: at(.02), max: at(.98), right: 0, top: "middle", itemHeight: 90, text: [`${show(Number((1000 * at(.98)).toPrecision(3)))} ms`, `${show(Number((1000 * at(.02)).toPrecision(3)))} ms`], textStyle: { color: css("--quiet") }, inRange: { color: onDark() ? ["#1c2027", "#7a3b00", "#ff9d66"] : ["#fdf3ea", "#f2a65a", "#a33a00"] } },
    tooltip: { ...base().tooltip, formatter: p => `step ${data.steps[p.value[0]]}, rank ${p.value[1]}: ${show(Number((1000 * p.value[3]).toPrecision(4)))} ms<br>rank 0 waited ${show(Number((1000 * data.exchange[p.value[0]]).toPrecision(4)))} ms and sent ${show(data.bytes[p.value[0]])} bytes` },
    series: [{ type: "heatmap", data: cells.map(cell => [cell[0], cell[1], Math.max(at(.02), Math.min(at(.98), cell[2])), cell[2]]), itemStyle: { borderColor: css("--surface"), borderWidth: 1 } }],
  }), true);
}
