// What an object is, told without running any of its code.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { descriptorOf, hasOwn, prototypeOf } = b;
  const prototypes = kit.prototypes;
  const nothing = b.create(null);

  // A check reads an internal slot: it throws on an object that only inherits from the
  // built-in prototype (Object.create(Map.prototype)).
  const slotChecks = {
    __proto__: null,
    Map: b.mapSize,
    Set: b.setSize,
    WeakMap: (value) => b.weakMapHas(value, nothing),
    WeakSet: (value) => b.weakSetHas(value, nothing),
    WeakRef: b.weakRefDeref,
    Date: b.dateTime,
    RegExp: (value) => {
      if (value === prototypes.RegExp) throw value;
      b.regexpSource(value);
    },
    ArrayBuffer: b.arrayBufferLength,
    SharedArrayBuffer: b.sharedBufferLength,
    DataView: b.dataViewBuffer,
    Number: b.numberValue,
    String: b.stringValue,
    Boolean: b.booleanValue,
    Symbol: b.symbolValue,
    BigInt: b.bigintValue,
    Promise: (value) => {
      if (natives.promiseState(value) === undefined) throw value;
    },
    MapIterator: (value) => {
      if (natives.iteratorItems(value) === undefined) throw value;
    },
    SetIterator: (value) => {
      if (natives.iteratorItems(value) === undefined) throw value;
    },
    TypedArray: (value) => {
      if (b.typedArrayName(value) === undefined) throw value;
    },
    Error: (value) => {
      if (!b.isError(value)) throw value;
    },
  };
  const brandOfPrototype = new b.Map();
  for (const brand in slotChecks) {
    b.mapSet(brandOfPrototype, prototypes[brand], brand);
  }

  function holds(brand, value) {
    try {
      slotChecks[brand](value);
      return true;
    } catch {
      return false;
    }
  }

  function isModuleNamespace(value) {
    if (prototypeOf(value) !== null || b.isExtensible(value)) return false;
    const tag = descriptorOf(value, Symbol.toStringTag);
    return tag !== undefined && tag.value === "Module" && !tag.configurable;
  }

  // A plain object most often; Object.prototype.toString knows "arguments" by its slot,
  // and runs no user code as long as nothing answers to Symbol.toStringTag.
  function brandWithoutBuiltin(value, chainHasTag) {
    if (chainHasTag) return "Object";
    const tag = b.objectTag(value);
    if (tag === "[object Arguments]") return "Arguments";
    return tag === "[object Error]" ? "Error" : "Object";
  }

  // brandOf(object) -> "Array", "Map", "Function", "Object", …; never called on proxies.
  kit.brandOf = function (value) {
    if (typeof value === "function") return "Function";
    if (b.isArray(value)) return "Array";
    let chainHasTag = false;
    let holder = value;
    do {
      const brand = b.mapGet(brandOfPrototype, holder);
      // What inherits from Error.prototype is meant to be one.
      if (brand !== undefined && holder !== value) {
        if (brand === "Error" || holds(brand, value)) return brand;
      }
      chainHasTag ||= hasOwn(holder, Symbol.toStringTag);
      holder = prototypeOf(holder);
      if (holder !== null && natives.proxyTarget(holder) !== undefined) return "Object";
    } while (holder !== null);
    if (isModuleNamespace(value)) return "Module";
    if (prototypeOf(value) === null) {
      // Without a prototype the slots alone tell.
      for (const brand in slotChecks) {
        if (holds(brand, value)) return brand;
      }
    }
    return brandWithoutBuiltin(value, chainHasTag);
  };

  // The value of an own data property, undefined for accessors and missing ones.
  function ownData(holder, key) {
    const descriptor = descriptorOf(holder, key);
    return descriptor === undefined ? undefined : descriptor.value;
  }
  kit.ownData = ownData;

  // The value of a data property, own or inherited; accessors and proxies end the search.
  kit.inheritedData = function (value, key) {
    for (let holder = value; holder !== null; holder = prototypeOf(holder)) {
      if (natives.proxyTarget(holder) !== undefined) return undefined;
      const descriptor = descriptorOf(holder, key);
      if (descriptor !== undefined) return descriptor.value;
    }
    return undefined;
  };

  kit.functionName = function (fn) {
    const name = ownData(fn, "name");
    return typeof name === "string" ? name : "";
  };

  // Name of the class of an object; null when nothing on its prototype chain names one.
  kit.classNameOf = function (value) {
    for (let holder = value; holder !== null; holder = prototypeOf(holder)) {
      if (natives.proxyTarget(holder) !== undefined) return null;
      const constructor = ownData(holder, "constructor");
      if (typeof constructor === "function" && isInstance(value, constructor)) {
        const name = kit.functionName(constructor);
        if (name !== "") return name;
      }
    }
    return null;
  };

  // `instanceof` without Symbol.hasInstance and without reading through proxies.
  function isInstance(value, constructor) {
    if (natives.proxyTarget(constructor) !== undefined) return false;
    const prototype = ownData(constructor, "prototype");
    for (let holder = prototypeOf(value); holder !== null; ) {
      if (holder === prototype) return true;
      if (natives.proxyTarget(holder) !== undefined) return false;
      holder = prototypeOf(holder);
    }
    return false;
  }

  // The tag to show beside a class name: a plain string, not the class name, and not shown
  // among the keys anyway.
  kit.tagOf = function (value, className) {
    const own = descriptorOf(value, Symbol.toStringTag);
    if (own !== undefined && own.enumerable) return "";
    // A typed array's is an accessor of the engine's.
    const tag =
      b.isArrayLike(value) && !b.isArray(value)
        ? b.typedArrayName(value)
        : kit.inheritedData(value, Symbol.toStringTag);
    return typeof tag === "string" && tag !== className ? tag : "";
  };

  const functionKinds = [
    "AsyncGeneratorFunction",
    "GeneratorFunction",
    "AsyncFunction",
  ];
  kit.functionKind = function (fn) {
    for (let holder = prototypeOf(fn); holder !== null; holder = prototypeOf(holder)) {
      if (natives.proxyTarget(holder) !== undefined) break;
      for (let i = 0; i < functionKinds.length; i++) {
        if (holder === prototypes[functionKinds[i]]) return functionKinds[i];
      }
    }
    return "Function";
  };

  kit.startsWithClass = (text) => b.regexpExec(/^class\b/, text) !== null;
  kit.isClass = (fn) => kit.startsWithClass(b.functionText(fn));
})
