// A filter such as  state == completed and (lr < 1e-3 or not width >= 64)  becomes a function of a trial's place in the
// columns. Written out by hand: the policy of the page forbids to evaluate text as code.

const tokens = /\s*(?:(and|or|not)\b|(==|!=|<=|>=|<|>|~|\(|\)|&&|\|\||!)|"([^"]*)"|([^\s<>=!~()&|"]+))/gy;
const words = { "&&": "and", "||": "or", "!": "not" };

function scan(text) {
  const found = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.trimEnd().length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(text);
    if (!match) throw new Error(`what is at “${text.slice(at, at + 12)}” cannot be read`);
    const [, word, sign, quoted, plain] = match;
    if (word) found.push({ sign: word });
    else if (sign) found.push({ sign: words[sign] ?? sign });
    else found.push({ text: quoted ?? plain });
  }
  return found;
}

/** Compiles a filter; an empty one lets everything through. Throws with a sentence for people. */
export function compile(text, study) {
  const list = scan(text);
  if (list.length === 0) return () => true;
  let at = 0;
  const next = sign => list[at]?.sign === sign && ++at > 0;

  function either() {
    let left = both();
    while (next("or")) { const a = left, b = both(); left = i => a(i) || b(i); }
    return left;
  }

  function both() {
    let left = one();
    while (next("and")) { const a = left, b = one(); left = i => a(i) && b(i); }
    return left;
  }

  function one() {
    if (next("not")) { const inner = one(); return i => !inner(i); }
    if (next("(")) {
      const inner = either();
      if (!next(")")) throw new Error("a closing parenthesis is missing");
      return inner;
    }
    return comparison();
  }

  function comparison() {
    const name = list[at++]?.text;
    const sign = list[at++]?.sign;
    const value = list[at++]?.text;
    if (name === undefined || value === undefined || !["==", "!=", "<", "<=", ">", ">=", "~"].includes(sign))
      throw new Error("a comparison such as lr < 1e-3 is expected" + (name ? ` at “${name}”` : ""));
    const column = study.column(name);
    if (!column) throw new Error(`there is nothing called “${name}”; known: ${study.names().join(", ")}`);
    const number = Number(value);
    const wanted = Number.isNaN(number) || column.isText ? value.toLowerCase() : number;
    if (column.list && (sign === "==" || sign === "!=")) return i => column.list(i).includes(value.toLowerCase()) === (sign === "==");
    if (sign === "~") return i => String(column.at(i) ?? "").toLowerCase().includes(value.toLowerCase());
    return i => {
      let cell = column.at(i);
      if (cell === null || cell === undefined) return false;
      if (typeof wanted === "string") cell = String(cell).toLowerCase();
      switch (sign) {
        case "==": return cell === wanted;
        case "!=": return cell !== wanted;
        case "<": return cell < wanted;
        case "<=": return cell <= wanted;
        case ">": return cell > wanted;
        default: return cell >= wanted;
      }
    };
  }

  const whole = either();
  if (at < list.length) throw new Error(`“${list[at].text ?? list[at].sign}” is one too many; join comparisons by and, or`);
  return whole;
}
