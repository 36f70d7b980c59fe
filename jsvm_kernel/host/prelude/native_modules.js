// Where native modules are: on the global object.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // Puts a module on the global object; gives what is wrong, "" when nothing is.
  kit.registerModule = function (name, holder) {
    const done = b.defineProperty(globalThis, name, {
      value: holder,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    if (!done) return `globalThis.${name} can't be replaced; give the module another name`;
    const seen = kit.isIdentifier(name) ? kit.readLexical(name) : holder;
    if (seen === holder) return "";
    return (
      `a let, const or class named ${name} hides the module; ` +
      `give the module another name, or use globalThis.${name}`
    );
  };
})
