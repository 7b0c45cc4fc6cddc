// Replays the study under pruners that one chooses, and under a few that are asked about first.
import { show, span } from "/assets/study.js";

const $ = id => document.getElementById(id);
const first = ["pruner=asha&reduction=2", "pruner=asha&reduction=3", "pruner=hyperband", "pruner=median", "pruner=percentile"];

/** Beyond so many reports a replay takes seconds, and none is begun without being asked for. */
const MostReports = 200000;

function cell(row, text, more = "") {
  return Object.assign(row.insertCell(), { textContent: text, className: more });
}

const share = (part, whole) => whole > 0 ? ` (${(100 * part / whole).toFixed(1)} %)` : "";

function label(query) {
  const asked = new URLSearchParams(query);
  const rest = [...asked].filter(([name, value]) => name !== "pruner" && value !== "").map(([name, value]) => `${name} ${value}`);
  return asked.get("pruner") + (rest.length > 0 ? `, ${rest.join(", ")}` : "");
}

function stops(found) {
  $("stops").replaceChildren();
  for (const { trial, step, why } of found.stops) {
    const row = $("stops").insertRow();
    const link = Object.assign(document.createElement("a"), { href: location.pathname.replace(/what-if$/, `trials/${trial}`), textContent: trial });
    cell(row, "", "n").append(link);
    cell(row, step, "n");
    cell(row, why ?? "");
  }
}

export async function whatif(study) {
  async function replay(query) {
    const row = $("replays").insertRow();
    cell(row, label(query));
    const waiting = cell(row, "…");
    waiting.colSpan = 6;
    try {
      const found = await study.get(`replay?${query}`);
      waiting.remove();
      cell(row, found.stopped + share(found.stopped, found.trials), "n");
      cell(row, found.stepsSaved + share(found.stepsSaved, found.stepsRun), "n");
      cell(row, span(found.timeSaved) + share(found.timeSaved, found.timeRun), "n");
      cell(row, found.best === null ? "–" : found.losesBest ? `✗ trial ${found.best} is lost` : `✓ trial ${found.best} is kept`, found.losesBest ? "lost" : "kept");
      cell(row, found.bestLeft === null ? "–" : `${show(found.bestLeftValue)} in trial ${found.bestLeft}`, "n");
      cell(row, found.unknown, "n");
      stops(found);
      $("replay-error").textContent = "";
    } catch (error) {
      row.remove();
      $("replay-error").textContent = error.message;
    }
  }

  const form = $("choose");
  form.addEventListener("change", () => {
    for (const part of form.querySelectorAll("[data-pruner]")) part.hidden = part.dataset.pruner !== form.elements.pruner.value;
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    const query = new URLSearchParams({ pruner: form.elements.pruner.value });
    for (const field of form.querySelectorAll("[data-pruner]:not([hidden]) input")) if (field.value.trim()) query.set(field.name, field.value.trim());
    replay(query.toString());
  });
  const reports = study.steps.reduce((sum, steps) => sum + steps, 0);
  if (study.objectives.length === 1 && reports > 0 && reports <= MostReports)
    for (const query of first) await replay(query);
  return () => {};
}
