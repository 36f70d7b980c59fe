// Handlers that the host calls later, for nobody's cell: what one writes and what it throws is
// shown under the cell that set it.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // Gives a function that calls `handler`, an argument of `maker`, for the present cell.
  function forThisCell(maker, handler) {
    if (typeof handler !== "function") {
      throw new b.TypeError(
        `${maker} expects a function, got ${kit.inspect(handler, { depth: 0 })}`,
      );
    }
    const cell = natives.currentCell();
    return (...args) => {
      const before = natives.currentCell();
      natives.enterCell(cell);
      try {
        b.apply(handler, undefined, args);
      } catch (error) {
        kit.noteUncaught(error);
      } finally {
        natives.enterCell(before);
      }
    };
  }

  return { forThisCell };
})
