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
    const [state, settled] = natives.promiseState(promise);
    if (state === "pending") return undefined;
    if (state === "rejected") {
      kit.forgetRejection(promise);
      return { error: kit.describeError(settled) };
    }
    const { value } = settled;
    if (value === undefined) return {};
    const bundle = kit.bundleOf(value);
    if (natives.promiseState(bundle) === undefined) return shown(bundle);
    presentation = bundle;
    return ofBundle();
  }

  const shown = (bundle) => ({ data: bundle, metadata: kit.metadataOf(bundle) ?? {} });

  function ofBundle() {
    const [state, settled] = natives.promiseState(presentation);
    if (state === "pending") return undefined;
    const promise = presentation;
    presentation = null;
    if (state === "fulfilled") return shown(settled);
    kit.forgetRejection(promise);
    return { error: kit.describeError(settled) };
  }
})
