// Promises that were rejected and that nobody handles: reported by the host under the cell
// that was current when they were rejected.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const unhandled = new b.Map(); // promise -> {reason, cell, where}

  // Called while the engine runs: true when rejected without a handler, false when a handler
  // came later.
  natives.onRejection(function (rejected, promise, reason) {
    if (rejected) {
      const cell = natives.currentCell();
      b.mapSet(unhandled, promise, { __proto__: null, reason, cell, where: "(in promise) " });
    } else {
      b.mapDelete(unhandled, promise);
    }
  });

  // Something thrown where nobody can catch it takes the same way to the host.
  kit.noteUncaught = function (error) {
    const promise = b.promiseReject(error);
    b.mapGet(unhandled, promise).where = "";
  };

  kit.forgetRejection = function (promise) {
    b.mapDelete(unhandled, promise);
  };

  // JSON list of {cell, where, error}, oldest first; asked for once all microtasks have run.
  kit.takeRejections = function () {
    const reports = [];
    b.mapForEach(unhandled, ({ reason, cell, where }) => {
      reports[reports.length] = { cell, where, error: kit.describeError(reason) };
    });
    b.mapClear(unhandled);
    return b.stringify(reports);
  };
})
