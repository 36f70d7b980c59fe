// Where native modules are: on the global object.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // Puts a module on the global object.
  kit.registerModule = function (name, holder) {
    b.defineProperty(globalThis, name, {
      value: holder,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
})
