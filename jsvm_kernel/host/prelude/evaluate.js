// What an expression stands for, told without running any of it (see session/expressions.py).
//
// A find is {value}, a live value; {holder, element}, some object that inherits from holder, and
// what its elements are like if that is known; or {shape}, what code says that has not been run.
// undefined: it can't be told.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_LOOKED_AT = 20; // elements, to find one that tells what the others are like
  const wrappers = {
    __proto__: null,
    string: "String",
    number: "Number",
    boolean: "Boolean",
    bigint: "BigInt",
    symbol: "Symbol",
  };

  // Rows of builtins.txt: {holder, name, signature, type, doc, deprecated}. What a cell has
  // replaced by a function of its own is left alone.
  kit.learnBuiltins = function (json) {
    const rows = b.parse(json);
    for (let i = 0; i < rows.length; i++) {
      const { holder: holderName, name, signature, type: returns, doc, deprecated } = rows[i];
      const holder = holderNamed(holderName);
      if (holder === undefined) continue;
      const descriptor = b.descriptorOf(holder, name);
      const fn = descriptor === undefined ? undefined : (descriptor.get ?? descriptor.value);
      if (typeof fn !== "function" || !kit.isNative(fn)) continue;
      if (kit.documentationOf(fn) !== undefined) continue;
      kit.document(fn, { signature, returns, doc, deprecated });
    }
  };

  function holderNamed(path) {
    if (path === "globalThis") return globalThis;
    if (b.endsWith(path, ".prototype")) return prototypeNamed(b.stringSlice(path, 0, -10));
    if (path === "TypedArray") return b.prototypeOf(b.Uint8Array);
    const holder = kit.ownData(globalThis, path);
    return kit.isObject(holder) && natives.proxyTarget(holder) === undefined ? holder : undefined;
  }

  function prototypeNamed(name) {
    const known = kit.prototypes[name];
    if (known !== undefined) return known;
    const generators = { __proto__: null, Generator: 1, AsyncGenerator: 1 };
    if (name in generators) return kit.ownData(kit.prototypes[name + "Function"], "prototype");
    const cls = kit.readGlobal(name)?.value; // the platform's may not be made yet
    if (typeof cls !== "function" || natives.proxyTarget(cls) !== undefined) return undefined;
    const prototype = kit.ownData(cls, "prototype");
    return kit.isObject(prototype) ? prototype : undefined;
  }

  function instanceOf(name, element) {
    const holder = prototypeNamed(name);
    return holder === undefined ? undefined : { __proto__: null, holder, element };
  }

  // What a documented type stands for: "string", "Map", "T[]", "Promise<Response>", "this"…
  // classes: prototypes by name, of a native module.
  function ofType(type, receiver, classes) {
    if (type === undefined || type === "any" || type === "void") return undefined;
    if (type === "this") return receiver;
    if (type === "T") return elementOf(receiver);
    if (classes !== undefined && classes[type] !== undefined) {
      return { __proto__: null, holder: classes[type] };
    }
    if (b.endsWith(type, "[]")) {
      return instanceOf("Array", ofType(b.stringSlice(type, 0, -2), receiver));
    }
    if (b.startsWith(type, "Promise<")) {
      return instanceOf("Promise", ofType(b.stringSlice(type, 8, -1), receiver, classes));
    }
    return instanceOf(wrappers[type] ?? type);
  }

  function isIndex(key) {
    return b.regexpExec(/^\d+$/, key) !== null;
  }

  function memberOf(find, key) {
    if (find === undefined) return undefined;
    if (find.shape !== undefined) return memberOfShape(find.shape, key);
    const { value, holder } = find;
    if (holder !== undefined && isIndex(key)) return elementOf(find);
    if (typeof value === "string") {
      if (key === "length") return instanceOf("Number");
      if (isIndex(key)) return instanceOf("String");
    }
    if (b.isArrayLike(value) && isIndex(key)) {
      const own = natives.proxyTarget(value) ?? value;
      const descriptor = b.descriptorOf(own, key);
      return descriptor === undefined ? undefined : { __proto__: null, value: descriptor.value };
    }
    const start = holder === undefined ? kit.holderOf(value) : holder;
    for (let at = start; at !== null; at = kit.nextHolder(at)) {
      const descriptor = b.descriptorOf(at, key);
      if (descriptor === undefined) continue;
      if (b.hasOwn(descriptor, "value")) return { __proto__: null, value: descriptor.value };
      if (kit.lazyOf(descriptor) !== undefined) return { __proto__: null, value: at[key] };
      // A getter does not run, but of a built-in one it is known what it gives.
      const info = descriptor.get && kit.documentationOf(descriptor.get);
      return info ? ofType(info.returns, find, info.classes) : undefined;
    }
    return undefined;
  }

  function memberOfShape(shape, key) {
    const { members } = shape;
    for (let i = 0; i < members.length; i++) {
      if (members[i].name === key) return evaluate(members[i].value);
    }
    return memberOf(evaluate(shape.base), key);
  }

  // What an iteration gives.
  function elementOf(find) {
    if (find === undefined || find.shape !== undefined) return undefined;
    const { value, holder, element } = find;
    if (holder !== undefined) {
      if (holder === kit.prototypes.String) return instanceOf("String");
      if (b.prototypeOf(holder) === kit.prototypes.TypedArray) return numberIn(holder);
      return element;
    }
    if (typeof value === "string") return instanceOf("String");
    if (!kit.isObject(value)) return undefined;
    const target = natives.proxyTarget(value) ?? value;
    if (target === null) return undefined;
    if (b.isArrayLike(target)) return elementOfArray(target);
    const brand = kit.brandOf(target);
    if (brand === "Map") return instanceOf("Array");
    return brand === "Set" ? elementOfSet(target) : undefined;
  }

  function elementOfArray(array) {
    if (!b.isArray(array)) return numberIn(array);
    for (let i = 0; i < array.length && i < MAX_LOOKED_AT; i++) {
      const descriptor = b.descriptorOf(array, i);
      const value = descriptor === undefined ? undefined : descriptor.value;
      if (value !== undefined && value !== null) return { __proto__: null, value };
    }
    return undefined;
  }

  // What a typed array, or one that inherits from `holder`, has for elements.
  function numberIn(holder) {
    const name = kit.classNameOf(b.create(holder)) ?? "";
    return instanceOf(b.startsWith(name, "Big") ? "BigInt" : "Number");
  }

  function elementOfSet(set) {
    let found;
    b.setForEach(set, (value) => {
      if (found === undefined && value !== undefined && value !== null) found = { __proto__: null, value };
    });
    return found;
  }

  function resultOf(call) {
    const callee = call.function;
    const receiver = callee.kind === "get" ? evaluate(callee.object) : undefined;
    const find = receiver === undefined ? evaluate(callee) : memberOf(receiver, callee.key);
    if (find === undefined) return undefined;
    if (find.shape !== undefined) return evaluate(find.shape.returns);
    const fn = find.value;
    if (typeof fn !== "function" || natives.proxyTarget(fn) !== undefined) return undefined;
    const info = kit.documentationOf(fn);
    if (info !== undefined) return ofType(info.returns, receiver, info.classes);
    switch (kit.functionKind(fn)) {
      case "AsyncFunction":
        return instanceOf("Promise");
      case "GeneratorFunction":
      case "AsyncGeneratorFunction":
        return instanceMadeBy(fn);
      default:
        return undefined;
    }
  }

  function instanceMadeBy(cls) {
    if (typeof cls !== "function" || natives.proxyTarget(cls) !== undefined) return undefined;
    const holder = kit.ownData(cls, "prototype");
    return kit.isObject(holder) && natives.proxyTarget(holder) === undefined
      ? { __proto__: null, holder }
      : undefined;
  }

  function madeBy(find) {
    if (find === undefined) return undefined;
    if (find.shape !== undefined) return evaluate(find.shape.instance);
    return instanceMadeBy(find.value);
  }

  function settled(find) {
    if (find === undefined || find.shape !== undefined) return find;
    if (find.holder !== undefined) {
      return find.holder === kit.prototypes.Promise ? find.element : find;
    }
    const state = kit.isObject(find.value) ? natives.promiseState(find.value) : undefined;
    if (state === undefined) return find;
    return state[0] === "fulfilled" ? { __proto__: null, value: state[1] } : undefined;
  }

  function isNothing(find) {
    if (find === undefined) return true;
    if (find.shape !== undefined || find.holder !== undefined) return false;
    return find.value === undefined || find.value === null;
  }

  function evaluate(expression) {
    if (expression === null || expression === undefined) return undefined;
    switch (expression.kind) {
      case "name":
        return kit.readGlobal(expression.name);
      case "instance":
        return instanceOf(expression.of);
      case "get":
        return memberOf(evaluate(expression.object), expression.key);
      case "call":
        return resultOf(expression);
      case "new":
        return madeBy(evaluate(expression.cls));
      case "await":
        return settled(evaluate(expression.promise));
      case "each":
        return elementOf(evaluate(expression.iterable));
      case "list":
        return instanceOf("Array", evaluate(expression.element));
      case "shape":
        return { __proto__: null, shape: expression };
      case "either": {
        const { choices } = expression;
        for (let i = 0; i < choices.length; i++) {
          const find = evaluate(choices[i]);
          if (!isNothing(find)) return find;
        }
        return undefined;
      }
      default:
        throw new b.TypeError(`no expression is of kind ${expression.kind}`);
    }
  }
  kit.evaluate = evaluate;
})
