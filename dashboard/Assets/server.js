// Pages that the server draws: when the study changes, the part that lives is taken from the page anew.
const colours = { S: "--good", R: "--accent", W: "--line", T: "--stopped", F: "--bad" };
const Size = 9;

/** A cell for each task, as wide as there is room. */
function mosaic(canvas) {
  const cells = canvas.dataset.cells;
  const across = Math.max(1, Math.floor(canvas.parentElement.clientWidth / Size));
  canvas.width = across * Size;
  canvas.height = Math.ceil(cells.length / across) * Size;
  const pen = canvas.getContext("2d");
  const paint = Object.fromEntries(Object.entries(colours).map(([letter, name]) => [letter, colour(name)]));
  for (let i = 0; i < cells.length; i++) {
    pen.fillStyle = paint[cells[i]];
    pen.fillRect(i % across * Size, Math.floor(i / across) * Size, Size - 1, Size - 1);
  }
}

function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function draw() { document.querySelectorAll("canvas.mosaic").forEach(mosaic); }

export async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const news = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (news) document.getElementById("live").replaceChildren(...news.childNodes);
  draw();
}
