// The module that a widget's front end runs: given as text, or made of functions.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  function isExpression(text) {
    try {
      b.evaluate("(" + text + ")"); // makes a function and runs none
      return true;
    } catch {
      return false;
    }
  }

  // An expression that gives the function, by its source.
  function expressionOf(name, fn) {
    if (typeof fn !== "function") {
      throw new b.TypeError(
        `jupyter.widget: ${name} must be a function, got ${kit.inspect(fn, { depth: 0 })}`,
      );
    }
    const text = b.functionText(fn);
    if (isExpression(text)) return "(" + text + ")";
    const key = b.stringify(kit.functionName(fn));
    const method = `({${text}})[${key}]`;
    if (isExpression(method)) return method;
    throw new b.TypeError(
      `jupyter.widget: ${name} runs in the browser, so its source is sent there; ` +
        "that of a bound or built-in function is not known",
    );
  }

  // options: {esm} or {render, initialize, imports}
  function widgetSource({ esm, render, initialize, imports = "" }) {
    if (esm !== undefined) {
      if (render !== undefined || initialize !== undefined) {
        throw new b.TypeError("jupyter.widget takes esm or render and initialize, not both");
      }
      if (typeof esm !== "string") {
        throw new b.TypeError(
          "jupyter.widget: esm must be the text of a module or its URL, " +
            `got ${kit.inspect(esm, { depth: 0 })}`,
        );
      }
      return esm;
    }
    if (render === undefined) {
      throw new b.TypeError(
        "jupyter.widget needs render, a function({ model, el }) that runs in the browser, " +
          "or esm, the text of a module that exports one",
      );
    }
    const parts = ["render: " + expressionOf("render", render)];
    if (initialize !== undefined) {
      parts[1] = "initialize: " + expressionOf("initialize", initialize);
    }
    return `${imports}\nexport default { ${b.join(parts, ",\n")} };\n`;
  }

  return { widgetSource };
})
