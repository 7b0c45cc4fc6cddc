// Keeps the command line beside a form what the form says.
const quoted = word => /^[\w\-./:=+]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function parts(field) {
  const text = field.value.trim();
  if (text === "" || field.type === "hidden") return [];
  if (field.name.startsWith("p.")) return [`--set ${quoted(`${field.name.slice(2)}=${text}`)}`];
  if (!field.dataset.flag) return [];
  const words = field.dataset.each ? text.split(/[\s,]+/) : [text];
  return words.map(word => `${field.dataset.flag} ${quoted(word)}`);
}

for (const form of document.querySelectorAll("form[data-command]")) {
  const command = form.querySelector("code.command");
  if (command) {
    form.addEventListener("input", () => {
      const said = [...form.elements].filter(field => field.name).flatMap(parts).join(" ");
      command.textContent = form.dataset.command.replace("…", () => said);
    });
  }
}
