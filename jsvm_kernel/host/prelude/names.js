// The table of names that cells have made: pushed to the front after each cell, so that it can
// complete and inspect while the next one runs. It is made at the end of every cell, so what is
// known of a value is kept and used again as long as the value is the same with as many keys.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_NAMES = 1000;
  const MAX_MEMBERS = 60;
  const MAX_KEYS = 8;
  const preview = { depth: 0, breakLength: Infinity, maxStringLength: 80 };
  let known = new b.Map(); // name -> {value, keys, json}
  let fresh = known; // what the table being made will know: names that are gone are let go
  let first = null; // names that were there before any cell

  function isObject(value) {
    return typeof value === "object" && value !== null;
  }

  function countKeys(value) {
    if (!isObject(value) || natives.proxyTarget(value) !== undefined) return 0;
    return b.isArrayLike(value) ? value.length : b.ownKeys(value).length;
  }

  // A value in a few words: class and keys, and no look at what the keys hold.
  function glance(value) {
    if (!isObject(value)) return kit.inspect(value, preview);
    if (natives.proxyTarget(value) !== undefined) return "Proxy";
    const brand = kit.brandOf(value);
    if (b.isArrayLike(value)) {
      return b.trim(kit.prefixOf(value, "Array", "(" + value.length + ")"));
    }
    if (brand !== "Object") {
      return b.trim(kit.prefixOf(value, brand, ""));
    }
    const keys = b.keysOf(value);
    const prefix = kit.prefixOf(value, "Object", "");
    const shown = b.join(b.slice(keys, 0, MAX_KEYS), ", ");
    const more = keys.length > MAX_KEYS ? ", …" : "";
    return (prefix === "Object " ? "" : prefix) + "{" + shown + more + "}";
  }

  const wrapped = {
    __proto__: null,
    string: "String",
    number: "Number",
    boolean: "Boolean",
    bigint: "BigInt",
    symbol: "Symbol",
    function: "Function",
  };

  // The built-in class whose methods a value has.
  function typeName(value) {
    if (!isObject(value)) return wrapped[typeof value] ?? "";
    if (natives.proxyTarget(value) !== undefined) return "Object";
    const brand = kit.brandOf(value);
    return brand === "TypedArray" ? b.typedArrayName(value) : brand;
  }

  function entry(name, value) {
    const kind = kit.kindOf(value);
    const callable = typeof value === "function" && natives.proxyTarget(value) === undefined;
    const detail = callable ? kit.signatureOf(value) : glance(value);
    const members = kit.memberNames(value, MAX_MEMBERS);
    const module = kit.nativeModuleOf(value);
    if (module === undefined) {
      return b.stringify({ name, kind, type: typeName(value), detail, members });
    }
    // Of a module's other names it is not told that they are names of one.
    const type = module.name === name ? "NativeModule" : "Object";
    const json = b.stringify({ name, kind, type, detail, members });
    return b.stringSlice(json, 0, -1) + ',"documented":' + module.members + "}";
  }

  function knownEntry(name, value) {
    const keys = countKeys(value);
    let item = b.mapGet(known, name);
    if (item === undefined || item.keys !== keys || !b.is(item.value, value)) {
      item = { __proto__: null, value, keys, json: entry(name, value) };
    }
    b.mapSet(fresh, name, item);
    return item.json;
  }

  // The value of a name, or nothing while it has none (an accessor, a declaration that was
  // not reached).
  function entryOf(name, lexical) {
    try {
      if (lexical) return knownEntry(name, kit.readLexical(name));
      const descriptor = b.descriptorOf(globalThis, name);
      if (b.hasOwn(descriptor, "value")) return knownEntry(name, descriptor.value);
      const lazy = kit.lazyOf(descriptor);
      if (lazy !== undefined) {
        return b.stringify({ name, kind: lazy.kind, detail: lazy.signature, members: [] });
      }
    } catch {
      // The name is there, and that is all that can be told.
    }
    return b.stringify({ name, kind: "variable" });
  }

  kit.isFirstName = (name) => first !== null && name in first;

  // Called once, before the first cell: what the engine and the prelude offer.
  kit.firstNames = function () {
    first = b.create(null);
    const keys = b.ownKeys(globalThis);
    const table = [];
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] !== "string") continue;
      first[keys[i]] = true;
      table[table.length] = entryOf(keys[i], false);
    }
    return "[" + b.join(table, ",") + "]";
  };

  // JSON list of {name, kind, detail, members}; `lexical`: the Env's let, const and class
  // names, which no object lists.
  kit.cellNames = function (...lexical) {
    const table = [];
    fresh = new b.Map();
    for (let i = 0; i < lexical.length && table.length < MAX_NAMES; i++) {
      table[table.length] = entryOf(lexical[i], true);
    }
    const keys = b.ownKeys(globalThis);
    for (let i = 0; i < keys.length && table.length < MAX_NAMES; i++) {
      const key = keys[i];
      if (typeof key !== "string" || key in first) continue;
      if (b.indexOf(lexical, key) < 0) table[table.length] = entryOf(key, false);
    }
    known = fresh;
    return "[" + b.join(table, ",") + "]";
  };
})
