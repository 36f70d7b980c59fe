// Looking at live values: no getter runs, no proxy is asked.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const documented = new b.WeakMap(); // function -> what kit.document was told
  const wrappers = {
    __proto__: null,
    string: kit.prototypes.String,
    number: kit.prototypes.Number,
    boolean: kit.prototypes.Boolean,
    symbol: kit.prototypes.Symbol,
    bigint: kit.prototypes.BigInt,
  };

  // {signature, doc, source, returns, deprecated} of a native function, from the one who made
  // it. returns: the type of what it gives, as in session/builtins.txt. Those of native modules
  // have more: see native_docs.js.
  kit.document = function (fn, info) {
    b.weakMapSet(documented, fn, info);
  };
  kit.documentationOf = (fn) => b.weakMapGet(documented, fn);

  function isObject(value) {
    return typeof value === "function" || (typeof value === "object" && value !== null);
  }
  kit.isObject = isObject;

  // Where the search for members of a value starts; null for undefined and null.
  function holderOf(value) {
    if (!isObject(value)) return wrappers[typeof value] ?? null;
    const target = natives.proxyTarget(value);
    return target === undefined ? value : target;
  }
  kit.holderOf = holderOf;

  function nextHolder(holder) {
    const next = b.prototypeOf(holder);
    if (next === null) return null;
    const target = natives.proxyTarget(next);
    return target === undefined ? next : target;
  }
  kit.nextHolder = nextHolder;

  // A global name: a data property of the global object (unless a lexical name hides it), or a
  // lexical name. Gives {value} or undefined; runs nothing of the user's, as no accessor is read
  // but those that stand for what the platform makes on first use.
  function readGlobal(name) {
    const descriptor = b.descriptorOf(globalThis, name);
    if (!kit.isIdentifier(name)) return undefined;
    const readable = descriptor === undefined || b.hasOwn(descriptor, "value");
    if (!readable && kit.lazyOf(descriptor) === undefined) return undefined;
    try {
      return { __proto__: null, value: kit.readLexical(name) };
    } catch {
      return undefined;
    }
  }
  kit.readGlobal = readGlobal;

  // What an identifier means in a cell, lexical names first; throws if it means nothing.
  kit.readLexical = (name) => b.evaluate(name);

  kit.kindOf = function (value) {
    if (typeof value === "function") return kit.isClassLike(value) ? "class" : "function";
    if (!isObject(value) || natives.proxyTarget(value) !== undefined) return "variable";
    const isModule = kit.brandOf(value) === "Module" || kit.nativeModuleOf(value) !== undefined;
    return isModule ? "module" : "variable";
  };

  // A class, or a built-in that is used like one (Map, Promise).
  kit.isClassLike = function (fn) {
    if (natives.proxyTarget(fn) !== undefined) return false;
    if (kit.isClass(fn) || b.weakMapGet(documented, fn)?.kind === "class") return true;
    const prototype = kit.ownData(fn, "prototype");
    // Functions made through the API have a prototype too, with nothing on it.
    return kit.isNative(fn) && isObject(prototype) && b.ownKeys(prototype).length > 1;
  };

  // Whether a function, that is no proxy, has no JavaScript source.
  kit.isNative = (fn) => b.endsWith(b.functionText(fn), "[native code]\n}");

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
    if (kit.isNative(fn)) {
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
})
