// Keeps the command line beside the form what the form says.
const form = document.getElementById("enqueue");
const command = document.getElementById("command");

const quoted = word => /^[\w\-./:=+]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

if (form && command) {
  form.addEventListener("input", () => {
    const parts = [...new FormData(form)].filter(([name, value]) => name.startsWith("p.") && value.trim() !== "")
      .map(([name, value]) => `--set ${quoted(`${name.slice(2)}=${value.trim()}`)}`);
    command.textContent = form.dataset.command.replace("…", () => parts.join(" "));
  });
}
