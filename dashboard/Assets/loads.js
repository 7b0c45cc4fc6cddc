// Draws what machines were doing in the last hour: a small line for each thing that they tell.
const Period = 10000;
const [Width, Height] = [220, 30];
const svg = (name, values) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
};
const size = megabytes => megabytes >= 1024 ? `${(megabytes / 1024).toFixed(1)} GB` : `${megabytes} MB`;
const rate = kilobytes => kilobytes >= 1024 ? `${(kilobytes / 1024).toFixed(1)} MB/s` : `${kilobytes} KB/s`;
const rows = [
  ["CPU", load => load.processor, () => 100, now => `${now} %`],
  ["Memory", load => load.memory, load => load.memoryTotal, (now, load) => `${size(now)} of ${size(load.memoryTotal)}`],
  ["Bytes in", load => load.received, null, now => rate(now)],
  ["Bytes out", load => load.sent, null, now => rate(now)],
  ["GPU", load => load.gpu, () => 100, now => `${now} %`],
  ["GPU memory", load => load.gpuMemory, load => load.gpuMemoryTotal, (now, load) => `${size(now)} of ${size(load.gpuMemoryTotal)}`],
];

export async function show(box) {
  await paint(box);
  setInterval(() => { if (!document.hidden) paint(box).catch(() => {}); }, Period);
}

async function paint(box) {
  const answer = await fetch("/data/loads");
  if (!answer.ok) return;
  const wanted = box.dataset.workers.split(",").filter(Boolean);
  const all = await answer.json();
  const shown = all.filter(load => !wanted.length || wanted.some(name => name.split(", ").includes(load.name)));
  if (shown.length) box.replaceChildren(...shown.map(card));
}

function card(load) {
  const made = document.createElement("div");
  made.className = "card";
  const first = Math.max(0, load.processor.findIndex(value => value !== null));
  const from = Math.min(first, load.processor.length - 12);          // at least two minutes
  const minutes = Math.round((load.processor.length - from) * load.periodSeconds / 60);
  made.append(Object.assign(document.createElement("h3"), { textContent: load.name }),
    Object.assign(document.createElement("p"), { textContent: `${load.cores} ${load.cores === 1 ? "core" : "cores"}, the last ${minutes} minutes` }));
  for (const [name, column, most, words] of rows) {
    const values = column(load).slice(from);
    const now = values.findLast(value => value !== null);
    if (now === undefined) continue;
    const top = Math.max(most ? most(load) : 0, ...values, 1);
    const text = words(now, load);
    const row = document.createElement("div");
    row.className = "load";
    row.append(Object.assign(document.createElement("span"), { textContent: name }), line(values, top, `${name} of ${load.name}, now ${text}`),
      Object.assign(document.createElement("span"), { textContent: text, className: "n" }));
    made.append(row);
  }
  return made;
}

/** A line with gaps where nothing was told, on a pale area. */
function line(values, top, label) {
  const made = svg("svg", { viewBox: `0 0 ${Width} ${Height}`, preserveAspectRatio: "none", role: "img", "aria-label": label, class: "loadline" });
  let part = [];
  const end = () => {
    if (part.length) {
      const points = part.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
      made.append(svg("polygon", { points: `${part[0][0].toFixed(1)},${Height} ${points} ${part.at(-1)[0].toFixed(1)},${Height}` }), svg("polyline", { points }));
    }
    part = [];
  };
  values.forEach((value, i) => value === null ? end() : part.push([Width * i / (values.length - 1), Height - 1 - (Height - 2) * Math.min(1, value / top)]));
  end();
  return made;
}
