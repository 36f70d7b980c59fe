// What became of a cell, told to the host as JSON: values never travel through Python, so that
// -0, 1n and NaN are shown as what they are.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  let presentation = null; // promise of the bundle of a finished cell

  // promise: that of the engine's RunCell. Gives "" while the cell is not over, else
  // {"data": bundle, "metadata": its metadata} or {} (no value) or {"error": description}.
  kit.cellOutcome = function (promise) {
    try {
      const outcome = presentation === null ? ofCell(promise) : ofBundle();
      return outcome === undefined ? "" : b.stringify(outcome);
    } catch (error) {
      presentation = null;
      return b.stringify({ error: kit.describeError(error) });
    }
  };

  // The host gave the cell up.
  kit.abandonCell = function () {
    presentation = null;
  };

  function ofCell(promise) {
    const outcome = natives.promiseState(promise); // [state, value or reason]
    if (outcome[0] === "pending") return undefined;
    if (outcome[0] === "rejected") {
      kit.forgetRejection(promise);
      return { error: kit.describeError(outcome[1]) };
    }
    const { value } = outcome[1];
    if (value === undefined) return {};
    const bundle = kit.bundleOf(value);
    if (natives.promiseState(bundle) === undefined) return shown(bundle);
    presentation = bundle;
    return ofBundle();
  }

  const shown = (bundle) => ({ data: bundle, metadata: kit.metadataOf(bundle) ?? {} });

  function ofBundle() {
    const outcome = natives.promiseState(presentation);
    if (outcome[0] === "pending") return undefined;
    const promise = presentation;
    presentation = null;
    if (outcome[0] === "fulfilled") return shown(outcome[1]);
    kit.forgetRejection(promise);
    return { error: kit.describeError(outcome[1]) };
  }
})
