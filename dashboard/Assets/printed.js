// Follows the log of a trial: asks for what is new every two seconds while the trial runs and somebody looks.
const Most = 2000;
const Period = 2000;

export function follow() {
  const list = document.getElementById("printed");
  if (!list) return;
  const box = list.parentElement;
  box.scrollTop = box.scrollHeight;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const { source, after, over } = list.dataset;
    try {
      const answer = await fetch(`${source}${source.includes("?") ? "&" : "?"}after=${after}`);
      if (!answer.ok) return;
      const news = await answer.json();
      if (list.dataset.after !== after) return;
      add(list, box, news.entries);
      list.dataset.after = news.after;
      if (over === "true") clearInterval(timer);       // what was printed last came with this answer
      list.dataset.over = news.over;
    } catch {
      // The server is away: the head of the page tells, and the next turn asks again.
    }
  }, Period);
  if (list.dataset.over === "true") clearInterval(timer);
}

function add(list, box, entries) {
  const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
  for (const entry of entries) {
    const item = document.createElement("li");
    item.className = `p-${entry.kind}`;
    for (const [name, text, kind] of [["time", entry.time, ""], ["span", entry.rank === undefined ? "" : `rank ${entry.rank}`, "who"], ["span", entry.text, ""]])
      item.append(Object.assign(document.createElement(name), { textContent: text, className: kind }));
    list.append(item);
  }
  while (list.children.length > Most) list.firstElementChild.remove();
  if (entries.length) document.getElementById("printed-none")?.remove();
  if (atEnd) box.scrollTop = box.scrollHeight;
}
