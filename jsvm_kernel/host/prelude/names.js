// The table of names that cells have made: pushed to the front after each cell, so that it can
// complete and inspect while the next one runs.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_NAMES = 1000;
  const MAX_MEMBERS = 100;
  const DETAIL_LENGTH = 200;
  const preview = {
    depth: 0,
    breakLength: Infinity,
    maxArrayLength: 6,
    maxStringLength: 80,
    customInspect: false, // it is the user's code, and a table is no reason to run it
  };
  let first = null; // names that were there before any cell

  function entry(name) {
    const found = kit.readGlobal(name);
    if (found === undefined) return { name, kind: "variable" };
    const { value } = found;
    const kind = kit.kindOf(value);
    const detail =
      kind === "function" || kind === "class"
        ? kit.signatureOf(value)
        : b.stringSlice(kit.inspect(value, preview), 0, DETAIL_LENGTH);
    return { name, kind, detail, members: kit.memberNames(value, MAX_MEMBERS) };
  }

  function tableOf(names) {
    const table = [];
    for (let i = 0; i < names.length && i < MAX_NAMES; i++) table[i] = entry(names[i]);
    return b.stringify(table);
  }

  kit.isFirstName = (name) => first !== null && name in first;

  // Called once, before the first cell: what the engine and the prelude offer.
  kit.firstNames = function () {
    first = b.create(null);
    const keys = b.ownKeys(globalThis);
    const names = [];
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] !== "string") continue;
      first[keys[i]] = true;
      names[names.length] = keys[i];
    }
    return tableOf(names);
  };

  // JSON list of {name, kind, detail, members}; `lexical`: the Env's let, const and class
  // names, which no object lists.
  kit.cellNames = function (...lexical) {
    const keys = b.ownKeys(globalThis);
    const names = [];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key === "string" && !first[key]) names[names.length] = key;
    }
    return tableOf([...lexical, ...names]);
  };
})
