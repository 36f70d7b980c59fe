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

  // Takes a module off the global object, if it is still what the name stands for.
  kit.dropModule = function (name) {
    if (kit.nativeModuleOf(kit.ownData(globalThis, name))?.name !== name) return;
    try {
      delete globalThis[name];
    } catch {
      // The user has fixed it there.
    }
  };
})
