// Looking at live values for completion and inspection: no getter runs, no proxy is asked.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const documented = new b.WeakMap(); // function -> {signature, doc, source}
  const MAX_MEMBERS = 2000;
  const wrappers = {
    __proto__: null,
    string: kit.prototypes.String,
    number: kit.prototypes.Number,
    boolean: kit.prototypes.Boolean,
    symbol: kit.prototypes.Symbol,
    bigint: kit.prototypes.BigInt,
  };
  const literals = {
    __proto__: null,
    string: kit.prototypes.String,
    array: kit.prototypes.Array,
    regexp: kit.prototypes.RegExp,
  };

  // Signature and documentation of a native function, from the one who made it.
  kit.document = function (fn, info) {
    b.weakMapSet(documented, fn, info);
  };

  function isObject(value) {
    return typeof value === "function" || (typeof value === "object" && value !== null);
  }

  // Where the search for members of a value starts; null for undefined and null.
  function holderOf(value) {
    if (!isObject(value)) return wrappers[typeof value] ?? null;
    const target = natives.proxyTarget(value);
    return target === undefined ? value : target;
  }

  function nextHolder(holder) {
    const next = b.prototypeOf(holder);
    if (next === null) return null;
    const target = natives.proxyTarget(next);
    return target === undefined ? next : target;
  }

  // A global name: a data property of the global object (unless a lexical name hides it), or a
  // lexical name. Gives {value} or undefined; runs nothing of the user's, as no accessor is read
  // but those that stand for what the platform makes on first use.
  function readGlobal(name) {
    const descriptor = b.descriptorOf(globalThis, name);
    if (!kit.isIdentifier(name)) return descriptor;
    const readable = descriptor === undefined || b.hasOwn(descriptor, "value");
    if (!readable && kit.lazyOf(descriptor) === undefined) return undefined;
    try {
      return { value: kit.readLexical(name) };
    } catch {
      return undefined;
    }
  }
  kit.readGlobal = readGlobal;

  // What an identifier means in a cell, lexical names first; throws if it means nothing.
  kit.readLexical = (name) => b.evaluate(name);

  function readMember(value, key) {
    if (typeof value === "string" && key === "length") return { value: value.length };
    for (let holder = holderOf(value); holder !== null; holder = nextHolder(holder)) {
      const descriptor = b.descriptorOf(holder, key);
      if (descriptor !== undefined) return b.hasOwn(descriptor, "value") ? descriptor : undefined;
    }
    return undefined;
  }

  // path: [{literal: "string"} | name, key, key…] -> {value} or undefined
  function resolve(path) {
    const root = path[0];
    let found;
    if (typeof root === "object") found = { value: literals[root.literal] };
    else found = readGlobal(root);
    for (let i = 1; i < path.length && found !== undefined; i++) {
      found = readMember(found.value, path[i]);
    }
    return found;
  }

  kit.kindOf = function (value) {
    if (typeof value === "function") return kit.isClassLike(value) ? "class" : "function";
    const isModule =
      isObject(value) &&
      natives.proxyTarget(value) === undefined &&
      kit.brandOf(value) === "Module";
    return isModule ? "module" : "variable";
  };

  // A class, or a built-in that is used like one (Map, Promise).
  kit.isClassLike = function (fn) {
    if (natives.proxyTarget(fn) !== undefined) return false;
    if (kit.isClass(fn)) return true;
    const prototype = kit.ownData(fn, "prototype");
    const builtin = b.endsWith(kit.functionSource(fn), "[native code]\n}");
    // Functions made through the API have a prototype too, with nothing on it.
    return builtin && isObject(prototype) && b.ownKeys(prototype).length > 1;
  };

  kit.functionSource = (fn) =>
    natives.proxyTarget(fn) === undefined ? b.functionText(fn) : "";

  function memberKind(descriptor) {
    if (typeof descriptor.value !== "function") return "property";
    return kit.isClassLike(descriptor.value) ? "class" : "function";
  }

  // [[name, kind, signature]…], nearest holder first, names that can stand after a dot.
  function membersOf(value, prefix) {
    const members = [];
    const seen = b.create(null);
    let holder = holderOf(value);
    if (b.isArrayLike(value) && holder !== null) {
      if (b.startsWith("length", prefix)) members[0] = ["length", "property", ""];
      seen.length = true;
      // A long array's own keys are its indices.
      if (value.length > 1000) holder = nextHolder(holder);
    }
    for (; holder !== null; holder = nextHolder(holder)) {
      const keys = b.ownKeys(holder);
      for (let i = 0; i < keys.length && members.length < MAX_MEMBERS; i++) {
        const key = keys[i];
        if (typeof key !== "string" || seen[key] || !b.startsWith(key, prefix)) continue;
        if (!kit.isIdentifier(key)) continue;
        seen[key] = true;
        members[members.length] = member(holder, key);
      }
    }
    return members;
  }

  function member(holder, key) {
    try {
      const descriptor = b.descriptorOf(holder, key);
      const kind = memberKind(descriptor);
      return [key, kind, kind === "function" ? signatureOf(descriptor.value) : ""];
    } catch {
      return [key, "property", ""];
    }
  }

  kit.memberNames = function (value, limit) {
    const names = [];
    for (let holder = holderOf(value); holder !== null; holder = nextHolder(holder)) {
      if (holder === kit.prototypes.Object || holder === kit.prototypes.Function) break;
      if (b.isArrayLike(holder)) continue;
      const keys = b.ownKeys(holder);
      for (let i = 0; i < keys.length && names.length < limit; i++) {
        const key = keys[i];
        if (typeof key === "string" && kit.isIdentifier(key) && key !== "constructor") {
          names[names.length] = key;
        }
      }
    }
    return names;
  };

  // "name(a, b = 1)", from documentation or from the function's own text.
  function signatureOf(fn) {
    if (natives.proxyTarget(fn) !== undefined) return "";
    const info = b.weakMapGet(documented, fn);
    if (info !== undefined) return info.signature;
    const name = kit.functionName(fn);
    const text = b.functionText(fn);
    if (b.endsWith(text, "[native code]\n}")) {
      const length = kit.ownData(fn, "length");
      return name + (length > 0 ? "(…)" : "()");
    }
    return name + parameterText(text);
  }
  kit.signatureOf = signatureOf;

  function parameterText(text) {
    if (kit.startsWithClass(text)) {
      const found = b.regexpExec(/\bconstructor\s*\(/, text);
      if (found === null) return "()";
      text = b.stringSlice(text, found.index);
    }
    const arrow = b.regexpExec(/^(?:async\s+)?([\w$]+)\s*=>/, text);
    if (arrow !== null) return "(" + arrow[1] + ")";
    let depth = 0;
    let start = -1;
    for (let i = 0; i < text.length && i < 1000; i++) {
      const char = text[i];
      if (char === "(" && depth++ === 0) start = i;
      if (char === ")" && --depth === 0) return b.stringSlice(text, start, i + 1);
    }
    return "(…)";
  }

  // JSON of [[name, kind, signature]…] or "" when the path leads nowhere.
  kit.completeMembers = function (pathJson, prefix) {
    const found = resolve(b.parse(pathJson));
    return found === undefined ? "" : b.stringify(membersOf(found.value, prefix));
  };

  // JSON of {kind, preview, signature, doc, source} or "".
  kit.inspectPath = function (pathJson) {
    const path = b.parse(pathJson);
    const found = resolve(path);
    if (found === undefined) return "";
    const { value } = found;
    const facts = { kind: kit.kindOf(value), type: typeof value };
    if (typeof value === "function" && natives.proxyTarget(value) === undefined) {
      const info = b.weakMapGet(documented, value);
      facts.signature = signatureOf(value);
      facts.doc = info === undefined ? "" : info.doc;
      facts.source = info === undefined ? b.functionText(value) : (info.source ?? "");
    }
    // A function's signature says more than "[Function: f]" would.
    facts.preview = facts.signature
      ? ""
      : kit.inspect(value, { depth: 1, maxStringLength: 1000, customInspect: false });
    return b.stringify(facts);
  };

  // JSON of [[name, kind, signature]…] of all global names: those of cells come first.
  kit.completeNames = function (prefix, ...lexical) {
    const own = [];
    const others = [];
    for (let i = 0; i < lexical.length; i++) {
      if (b.startsWith(lexical[i], prefix)) own[own.length] = globalName(lexical[i]);
    }
    const keys = b.ownKeys(globalThis);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key !== "string" || !b.startsWith(key, prefix)) continue;
      if (!kit.isIdentifier(key) || b.indexOf(lexical, key) >= 0) continue;
      const list = kit.isFirstName(key) ? others : own;
      const lazy = kit.lazyOf(b.descriptorOf(globalThis, key));
      list[list.length] =
        lazy === undefined ? globalName(key) : [key, lazy.kind, lazy.signature];
    }
    return b.stringify([...own, ...others]);
  };

  function globalName(name) {
    const found = readGlobal(name);
    if (found === undefined) return [name, "variable", ""];
    const kind = kit.kindOf(found.value);
    return [name, kind, kind === "function" ? signatureOf(found.value) : ""];
  }
})
