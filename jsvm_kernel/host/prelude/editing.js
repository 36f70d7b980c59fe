// Answers for completion and inspection: names, members, and what a value is.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_MEMBERS = 1000;
  const MAX_ARRAY = 1000; // a longer array's own keys are its indices
  const MAX_SUMMARY = 40;

  // What every object or function has and few look for.
  const common = { __proto__: null, constructor: true, caller: true, arguments: true };

  // [name, kind, signature] of each member: what is meant most often, then names with an
  // underscore in front, then what is there for old programs.
  function membersOf(find, prefix, keys) {
    const usual = [];
    const hidden = [];
    const old = [];
    const seen = b.create(null);
    let count = 0;
    function wanted(key) {
      if (typeof key !== "string" || seen[key] || !b.startsWith(key, prefix)) return false;
      return (keys || kit.isIdentifier(key)) && count < MAX_MEMBERS;
    }
    function add(entry, deprecated) {
      const name = entry[0];
      const last = deprecated || common[name] === true;
      const group = last ? old : name[0] === "_" ? hidden : usual;
      group[group.length] = entry;
      seen[name] = true;
      count++;
    }
    let at = find;
    while (at !== undefined && at.shape !== undefined) {
      const { members, base } = at.shape;
      for (let i = 0; i < members.length; i++) {
        const { name, value } = members[i];
        if (wanted(name)) add(entryOfFind(name, kit.evaluate(value)), false);
      }
      at = kit.evaluate(base);
    }
    if (at === undefined) return usual;
    for (let holder = firstHolder(at); holder !== null; holder = kit.nextHolder(holder)) {
      if (keys && isBuiltinPrototype(holder)) break;
      const all = isLongArray(holder) ? ["length"] : b.ownKeys(holder);
      const indexed = b.isArrayLike(holder);
      for (let i = 0; i < all.length; i++) {
        const key = all[i];
        if (!wanted(key) || (indexed && b.regexpExec(/^\d/, key) !== null)) continue;
        const descriptor = describedProperty(holder, key);
        add(entryOfProperty(key, descriptor), isOld(key, descriptor));
      }
    }
    return joined(usual, hidden, old);
  }

  // One list of three; no built-in iterator has a part in it.
  function joined(first, second, third) {
    for (let i = 0; i < second.length; i++) first[first.length] = second[i];
    for (let i = 0; i < third.length; i++) first[first.length] = third[i];
    return first;
  }

  function firstHolder(find) {
    return find.holder === undefined ? kit.holderOf(find.value) : find.holder;
  }

  function isLongArray(holder) {
    if (!b.isArrayLike(holder)) return false;
    const length = b.isArray(holder) ? holder.length : b.typedArrayLength(holder);
    return length > MAX_ARRAY;
  }

  function describedProperty(holder, key) {
    try {
      return b.descriptorOf(holder, key);
    } catch {
      return undefined;
    }
  }

  // Nobody writes array["map"].
  function isBuiltinPrototype(holder) {
    const cls = kit.ownData(holder, "constructor");
    if (typeof cls !== "function" || natives.proxyTarget(cls) !== undefined) return false;
    return kit.isNative(cls) && kit.ownData(cls, "prototype") === holder;
  }

  // Whether a property is there for old programs alone: it says so, or it is another name
  // of a built-in function (trimRight of trimEnd).
  function isOld(key, descriptor) {
    const fn = descriptor === undefined ? undefined : (descriptor.get ?? descriptor.value);
    if (typeof fn !== "function") return false;
    const info = kit.documentationOf(fn);
    if (info === undefined || info.deprecated === undefined) return false;
    return info.deprecated || !(info.signature === "" || b.startsWith(info.signature, key + "("));
  }

  function entryOfProperty(name, descriptor) {
    const getter = descriptor && descriptor.get;
    if (getter === undefined) return entryOf(name, descriptor && descriptor.value);
    return [name, "property", kit.documentationOf(getter)?.signature ?? ""];
  }

  function entryOf(name, value) {
    if (typeof value !== "function") return [name, "property", ""];
    const signature = kit.signatureOf(value);
    // A function without a name of its own goes by the property's.
    const named = signature[0] === "(" ? name + signature : signature;
    return [name, kit.isClassLike(value) ? "class" : "function", named];
  }

  function entryOfFind(name, find) {
    if (find === undefined || find.holder !== undefined) return [name, "property", ""];
    if (find.shape === undefined) return entryOf(name, find.value);
    const { type, signature } = find.shape;
    return [name, type === "variable" ? "property" : type, signature];
  }

  // JSON of [[name, kind, signature]…]. keys: any key may be named, as in brackets.
  kit.completeMembers = function (expressionJson, prefix, keys) {
    const find = kit.evaluate(b.parse(expressionJson));
    return b.stringify(membersOf(find, prefix, keys));
  };

  // JSON of [[name, kind, signature]…] of all global names: those of cells come first.
  kit.completeNames = function (prefix, ...lexical) {
    const own = [];
    const others = [];
    const old = [];
    for (let i = 0; i < lexical.length; i++) {
      if (b.startsWith(lexical[i], prefix)) own[own.length] = globalName(lexical[i]);
    }
    const keys = b.ownKeys(globalThis);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key !== "string" || !b.startsWith(key, prefix)) continue;
      if (!kit.isIdentifier(key) || b.indexOf(lexical, key) >= 0) continue;
      const first = kit.isFirstName(key);
      const list = first ? (isOld(key, b.descriptorOf(globalThis, key)) ? old : others) : own;
      // What the platform makes on first use is not made for being named.
      const lazy = kit.lazyOf(b.descriptorOf(globalThis, key));
      list[list.length] =
        lazy === undefined ? globalName(key) : [key, lazy.kind, lazy.signature];
    }
    return b.stringify(joined(own, others, old));
  };

  function globalName(name) {
    const find = kit.readGlobal(name);
    if (find === undefined) return [name, "variable", ""];
    const kind = kit.kindOf(find.value);
    const called = kind === "function" || kind === "class";
    return [name, kind, called ? kit.signatureOf(find.value) : ""];
  }

  // JSON of what a value is, or "" if that can't be told: kind, type, signature, doc, source,
  // preview, members (of a class).
  kit.inspectExpression = function (expressionJson) {
    const find = kit.evaluate(b.parse(expressionJson));
    if (find === undefined) return "";
    if (find.shape !== undefined) return b.stringify(factsOfShape(find.shape));
    if (find.holder !== undefined) {
      const type = kit.classNameOf(b.create(find.holder)) ?? "object";
      return b.stringify({ kind: "variable", type });
    }
    return b.stringify(factsOf(find.value));
  };

  function factsOfShape({ type, signature }) {
    return { kind: type, type: type === "variable" ? "object" : "function", signature };
  }

  function factsOf(value) {
    const facts = { kind: kit.kindOf(value), type: typeOf(value) };
    if (typeof value === "function" && natives.proxyTarget(value) === undefined) {
      const info = kit.documentationOf(value);
      facts.signature = kit.signatureOf(value);
      facts.doc = info === undefined ? "" : info.doc;
      if (info?.place !== undefined) facts.line = info.line;
      facts.declared = info?.declared;
      facts.place = info?.place;
      facts.source = info === undefined ? ownSource(value) : (info.source ?? "");
      if (info === undefined) facts.file = fileOf(value);
      if (facts.kind === "class") facts.members = summaryOf(value);
    }
    const module = kit.nativeModuleOf(value);
    if (module !== undefined) {
      facts.doc = module.doc;
      facts.members = signaturesIn(value);
    }
    // A function's signature says more than "[Function: f]" would.
    facts.preview = facts.signature || module !== undefined
      ? ""
      : kit.inspect(value, { depth: 1, maxStringLength: 1000, customInspect: false });
    return facts;
  }

  // The cell or file that a function was written in.
  function fileOf(fn) {
    const name = b.functionFile(fn);
    return typeof name === "string" ? name : "";
  }

  function ownSource(fn) {
    return kit.isNative(fn) ? "" : b.functionText(fn);
  }

  function signaturesIn(holder) {
    const lines = [];
    const keys = b.keysOf(holder);
    for (let i = 0; i < keys.length && lines.length < MAX_SUMMARY; i++) {
      const value = kit.ownData(holder, keys[i]);
      const isCalled = typeof value === "function" && natives.proxyTarget(value) === undefined;
      lines[lines.length] = isCalled ? kit.signatureOf(value) : keys[i];
    }
    return lines;
  }

  function typeOf(value) {
    if (value === null) return "null";
    if (typeof value !== "object") return typeof value;
    if (natives.proxyTarget(value) !== undefined) return "Proxy";
    if (kit.nativeModuleOf(value) !== undefined) return "native module";
    return kit.classNameOf(value) ?? kit.brandOf(value);
  }

  // What a class's instances and the class itself offer, as signatures.
  function summaryOf(cls) {
    const lines = [];
    summarize(kit.ownData(cls, "prototype"), "", lines);
    summarize(cls, "static ", lines);
    return lines;
  }

  function summarize(holder, prefix, lines) {
    if (!kit.isObject(holder) || natives.proxyTarget(holder) !== undefined) return;
    const keys = b.ownKeys(holder);
    for (let i = 0; i < keys.length && lines.length < MAX_SUMMARY; i++) {
      const line = summaryLine(holder, keys[i]);
      if (line !== "") lines[lines.length] = prefix + line;
    }
  }

  function summaryLine(holder, key) {
    const hidden = ["constructor", "prototype", "name", "length"];
    if (typeof key !== "string" || b.indexOf(hidden, key) >= 0) return "";
    const descriptor = b.descriptorOf(holder, key);
    if (isOld(key, descriptor)) return "";
    if (typeof descriptor.value === "function") return kit.signatureOf(descriptor.value);
    if (b.hasOwn(descriptor, "value")) return key;
    return kit.documentationOf(descriptor.get)?.signature || "get " + key;
  }
})
