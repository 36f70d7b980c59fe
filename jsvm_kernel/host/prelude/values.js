// The names that cells have made, each with the type of its value and the value in short: what
// %who and %whos show. No getter is run and no proxy is asked.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_LENGTH = 100;
  const options = {
    __proto__: null,
    depth: 1,
    breakLength: Infinity,
    colors: false,
    customInspect: false,
    maxArrayLength: 20,
    maxStringLength: MAX_LENGTH,
  };

  function typeOf(value) {
    if (value === null) return "null";
    if (typeof value === "function") {
      return kit.kindOf(value) === "class" ? "class" : "function";
    }
    if (typeof value !== "object") return typeof value;
    if (natives.proxyTarget(value) !== undefined) return "Proxy";
    if (kit.nativeModuleOf(value) !== undefined) return "native module";
    return b.trim(kit.prefixOf(value, kit.brandOf(value), ""));
  }

  // One line, cut.
  function inShort(value) {
    const module = kit.nativeModuleOf(value);
    const text =
      module !== undefined ? b.join(b.keysOf(value), ", ") : b.join(b.split(kit.inspect(value, options), "\n"), " ");
    return text.length > MAX_LENGTH ? b.stringSlice(text, 0, MAX_LENGTH - 1) + "…" : text;
  }

  function entryOf(name, read) {
    try {
      const value = read(name);
      return { name, type: typeOf(value), value: inShort(value) };
    } catch {
      return { name, type: "uninitialized", value: "" }; // its declaration was not reached
    }
  }

  function globalEntry(name) {
    const descriptor = b.descriptorOf(globalThis, name);
    if (!b.hasOwn(descriptor, "value")) return { name, type: "accessor", value: "" };
    return entryOf(name, () => descriptor.value);
  }

  // JSON list of {name, type, value}; `lexical`: the Env's let, const and class names.
  kit.cellValues = function (...lexical) {
    const table = [];
    for (let i = 0; i < lexical.length; i++) {
      table[table.length] = entryOf(lexical[i], kit.readLexical);
    }
    const keys = b.ownKeys(globalThis);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key !== "string" || kit.isFirstName(key)) continue;
      if (b.indexOf(lexical, key) < 0) table[table.length] = globalEntry(key);
    }
    return b.stringify(table);
  };
})
