// prompt, confirm, alert and jupyter.input: one line from the user, through Jupyter's stdin.
// They return when it has come; until then nothing else of the session runs.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  const request = (prompt, password) =>
    b.parse(natives.input(b.stringify({ prompt, password })));

  // The line; null at the end of input.
  function ask(name, prompt, password) {
    const { value, problem } = request(prompt, password);
    if (problem) throw new b.Error(`${name}: ${problem}`);
    return value;
  }

  function prompt(message = "", defaultValue = undefined) {
    const text = spaced(b.String(message));
    if (defaultValue === undefined) return ask("prompt", text, false);
    const instead = b.String(defaultValue);
    const line = ask("prompt", `${text}[${instead}] `, false);
    return line === "" ? instead : line;
  }

  function confirm(message = "") {
    const line = ask("confirm", spaced(b.String(message)) + "[y/N] ", false);
    return line !== null && b.regexpExec(/^\s*y(es)?\s*$/i, line) !== null;
  }

  // There is nothing to answer, so where nobody can be asked the message is enough.
  function alert(message = "") {
    const text = b.String(message);
    const { problem } = request(spaced(text) + "[Enter] ", false);
    if (problem) natives.write(1, text + "\n");
  }

  function input(message = "", options = {}) {
    const password = options !== null && typeof options === "object" && !!options.password;
    return ask("jupyter.input", b.String(message), password);
  }

  // An input box follows the text on its line.
  const spaced = (text) => (text === "" || b.endsWith(text, " ") ? text : text + " ");

  kit.defineGlobal("prompt", prompt);
  kit.defineGlobal("confirm", confirm);
  kit.defineGlobal("alert", alert);
  globalThis.jupyter.input = input;
})
