// Promises that were rejected and that nobody handles: reported by the host under the cell
// that was current when they were rejected.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const unhandled = new b.Map(); // promise -> {reason, cell}

  // Called while the engine runs: true when rejected without a handler, false when a handler
  // came later.
  natives.onRejection(function (rejected, promise, reason) {
    if (rejected) {
      b.mapSet(unhandled, promise, { __proto__: null, reason, cell: natives.currentCell() });
    } else {
      b.mapDelete(unhandled, promise);
    }
  });

  kit.forgetRejection = function (promise) {
    b.mapDelete(unhandled, promise);
  };

  // JSON list of {cell, error}, oldest first; asked for once all microtasks have run.
  kit.takeRejections = function () {
    const reports = [];
    b.mapForEach(unhandled, ({ reason, cell }) => {
      reports[reports.length] = { cell, error: kit.describeError(reason) };
    });
    b.mapClear(unhandled);
    return b.stringify(reports);
  };
})
