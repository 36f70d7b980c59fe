// queueMicrotask: the engine's own loses what a callback throws.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const enqueue = globalThis.queueMicrotask;

  kit.defineGlobal("queueMicrotask", function queueMicrotask(callback) {
    if (typeof callback !== "function") {
      throw new b.TypeError(
        "queueMicrotask expects a function to call, " +
          `got ${kit.inspect(callback, { depth: 0 })}`,
      );
    }
    enqueue(() => {
      try {
        b.apply(callback, undefined, []);
      } catch (error) {
        kit.noteUncaught(error);
      }
    });
  });
})
