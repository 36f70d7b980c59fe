// Colours of inspected values, as escape sequences that terminals and notebooks know, and the
// settings that say whether there are any.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // Node's palette, but for grey: "bright black", which Node takes, is next to invisible in
  // JupyterLab's dark theme, while number 244 of the 256 colours is grey everywhere.
  const palette = {
    __proto__: null,
    bigint: [33, 39],
    boolean: [33, 39],
    date: [35, 39],
    module: [4, 24],
    null: [1, 22],
    number: [33, 39],
    regexp: [31, 39],
    special: [36, 39],
    string: [32, 39],
    symbol: [32, 39],
    undefined: ["38;5;244", 39],
  };

  // A text in the style of its kind; as it is when the context has no colours or the kind no
  // style ("name").
  kit.styled = function (context, text, kind) {
    if (context === null || !context.colors) return text;
    const style = palette[kind];
    if (style === undefined) return text;
    return "\x1b[" + style[0] + "m" + text + "\x1b[" + style[1] + "m";
  };

  // What the front has configured, and how it is in an Env that nobody configures.
  kit.settings = { __proto__: null, colors: false, tables: true };

  // json: an object name -> value; names that the prelude does not know are not for it.
  kit.configure = function (json) {
    const given = b.parse(json);
    for (const name in kit.settings) {
      if (b.hasOwn(given, name)) kit.settings[name] = given[name];
    }
  };
})
