// Node's texts of expressions: a JSON list on stdin, of [expression, options or "format"]; a JSON
// list of texts on stdout.
const { inspect, format } = require("node:util");
const { readFileSync } = require("node:fs");

globalThis.detach = (buffer) => structuredClone(buffer, { transfer: [buffer] });
const evaluated = (text) => (0, eval)(text);

const texts = JSON.parse(readFileSync(0, "utf8")).map(([expression, options]) => {
  const value = evaluated(expression);
  if (options === "format") return format(...value);
  try {
    return inspect(value, evaluated(`(${options})`));
  } catch (error) {
    return `inspect itself throws: ${error}`;
  }
});
process.stdout.write(JSON.stringify(texts));
