// The text that console.log writes: printf directives of a first string, then the other
// arguments, strings as they are and everything else inspected.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const parse_int = parseInt;
  const parse_float = parseFloat;

  const directives = {
    __proto__: null,
    s: stringText,
    d: (value) => numberText(value, b.Number),
    i: (value) => numberText(value, parse_int),
    f: (value) => (typeof value === "symbol" ? "NaN" : kit.formatNumber(parse_float(value))),
    j: jsonText,
    o: (value) => kit.shownText(value, { depth: 4, showHidden: true }),
    O: (value) => kit.shownText(value),
    c: () => "", // CSS, which plain text has no use for
  };

  function numberText(value, convert) {
    if (typeof value === "bigint") return value + "n";
    if (typeof value === "symbol") return "NaN";
    return kit.formatNumber(convert(value));
  }

  // An object with a toString of its own class is asked for it, a function gives its source.
  function stringText(value) {
    if (typeof value === "function" && natives.proxyTarget(value) === undefined) {
      return b.functionText(value);
    }
    if (typeof value === "string") return value;
    if (typeof value !== "object" || value === null) return kit.inspect(value);
    if (hasOwnText(value)) return b.String(value);
    return kit.inspect(value, { depth: 0 });
  }

  function hasOwnText(value) {
    if (natives.proxyTarget(value) !== undefined) return false;
    const method = kit.inheritedData(value, "toString");
    return (
      typeof method === "function" &&
      method !== kit.prototypes.Object.toString &&
      method !== kit.prototypes.Error.toString &&
      !b.startsWith(b.functionText(method), "function toString() {\n    [native code]")
    );
  }

  function jsonText(value) {
    try {
      return b.stringify(value) ?? "undefined";
    } catch (error) {
      if (b.includes(kit.errorMessage(error), "circular")) return "[Circular]";
      throw error;
    }
  }

  // Gives the text and how many of the arguments it used.
  function fillIn(template, values) {
    let text = "";
    let used = 1;
    let from = 0;
    for (let i = 0; i < template.length - 1; i++) {
      if (template[i] !== "%") continue;
      const letter = template[i + 1];
      const directive = directives[letter];
      if (letter === "%") {
        text += b.stringSlice(template, from, i) + "%";
      } else if (directive !== undefined && used < values.length) {
        text += b.stringSlice(template, from, i) + directive(values[used]);
        used++;
      } else {
        continue;
      }
      from = i + 2;
      i++;
    }
    return [text + b.stringSlice(template, from), used];
  }

  kit.format = function (values) {
    if (values.length === 0) return "";
    const first = values[0];
    let text;
    let next = 1;
    if (typeof first !== "string") text = kit.shownText(first);
    else if (values.length === 1) return first;
    else if (b.includes(first, "%")) [text, next] = fillIn(first, values);
    else text = first;
    for (let i = next; i < values.length; i++) {
      const value = values[i];
      text += " " + (typeof value === "string" ? value : kit.shownText(value));
    }
    return text;
  };
})
