// A study's trials as columns, kept up with the server's events.

export class Study {
  #id;
  #index = new Map();
  #listeners = [];
  #noted = new Map();

  constructor(id) { this.#id = id; }

  /** Reads all columns; throws when the server does not answer. */
  async load() {
    const answer = await fetch(`/data/${this.#id}/columns`);
    if (!answer.ok) throw new Error(await answer.text());
    return this.take(await answer.json());
  }

  /** Takes columns that were read before. */
  take(columns) {
    Object.assign(this, columns);
    this.#index = new Map(this.number.map((number, i) => [number, i]));
    this.#note(columns.notes);
    return this;
  }

  /** The address of a trial's page; null where there is none. */
  link(number) { return `/studies/${this.#id}/trials/${number}`; }

  get length() { return this.number.length; }

  onChange(listener) { this.#listeners.push(listener); }

  /** Follows the study; told(true) when the link stands, told(false) when it is lost. The browser links again itself. */
  follow(told) {
    const source = new EventSource(`/data/${this.#id}/live?after=${this.revision}`);
    source.onopen = () => told(true);
    source.onerror = () => told(false);
    source.onmessage = async event => {
      await this.#merge(JSON.parse(event.data));
      this.#listeners.forEach(listener => listener());
    };
    addEventListener("pagehide", () => source.close());
  }

  async get(path) {
    const answer = await fetch(`/data/${this.#id}/${path}`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  /** Columns of the table; notes are among them where somebody noted something. */
  names() { return ["number", "state", "value", "steps", "seconds", ...this.axes.map(axis => axis.name), ...(this.#noted.size > 0 ? ["tag", "note"] : [])]; }

  /** A column by its name in filters and headings; null when there is none. */
  column(name) {
    const k = this.axes.findIndex(axis => axis.name === name);
    if (k >= 0) {
      const { choices } = this.axes[k];
      const cells = this.parameters[k];
      return choices
        ? { isText: choices.some(choice => Number.isNaN(Number(choice))), at: i => cells[i] === null ? null : textOrNumber(choices[cells[i]]), code: i => cells[i] }
        : { isText: false, at: i => cells[i], code: i => cells[i] };
    }
    switch (name) {
      case "number": return plain(this.number);
      case "state": return { isText: true, at: i => this.status[i], code: i => this.status[i] };
      case "value": return plain(this.values[0]);
      case "steps": return plain(this.steps);
      case "tag": {
        const tags = i => this.#noted.get(this.number[i])?.tags ?? [];
        return { isText: true, at: i => tags(i).join(" ") || null, code: i => tags(i).join(" ") || null, list: i => tags(i).map(tag => tag.toLowerCase()) };
      }
      case "note": {
        const note = i => this.#noted.get(this.number[i])?.note || null;
        return { isText: true, at: note, code: note };
      }
      case "seconds": return { isText: false, at: i => this.seconds(i), code: i => this.seconds(i) };
      default: {
        const j = this.objectives.findIndex(objective => objective.metric === name);
        return j < 0 ? null : plain(this.values[j]);
      }
    }
  }

  seconds(i) { return this.ended[i] === null ? null : (this.ended[i] - this.asked[i]) / 1000; }

  /** Whether value a is better than b. */
  better(a, b) { return this.objectives[0].minimize ? a < b : a > b; }

  /** Place of the best completed and feasible trial among these places; -1 when there is none. */
  best(places) {
    let best = -1;
    for (const i of places)
      if (this.status[i] === "Completed" && this.feasible[i] && this.values[0][i] !== null
        && (best < 0 || this.better(this.values[0][i], this.values[0][best]))) best = i;
    return best;
  }

  #note(notes) {
    if (notes) this.#noted = new Map(notes.map(one => [one.trial, one]));
  }

  async #merge(news) {
    if (news.revision < this.revision || news.parameters.length !== this.parameters.length) {
      await this.load();          // another study under the same name, or parameters that were not there before
      return;
    }
    [this.revision, this.state, this.reason, this.budget] = [news.revision, news.state, news.reason, news.budget];
    this.#note(news.notes);
    news.number.forEach((number, k) => {
      let i = this.#index.get(number);
      if (i === undefined) this.#index.set(number, i = this.number.length);
      for (const name of ["number", "status", "steps", "feasible", "asked", "ended"]) this[name][i] = news[name][k];
      news.values.forEach((column, j) => { this.values[j][i] = column[k]; });
      news.parameters.forEach((column, j) => { this.parameters[j][i] = column[k]; });
    });
  }
}

const plain = cells => ({ isText: false, at: i => cells[i], code: i => cells[i] });

const textOrNumber = text => text !== undefined && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;

/** A number as people read it. */
export function show(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3).replace(/\.?0+e/, "e") : String(Number(value.toPrecision(6)));
}

/** A length of time in milliseconds as people read it. */
export function span(ms) {
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}
