// The engine's own built-ins, kept before any cell runs: what the prelude does to a
// user's values must not change when a notebook replaces Array.prototype.map. (A template
// literal with parts calls String.prototype.concat: use it for the texts of errors only.)
(function (natives, kit) {
  "use strict";
  const uncurry = Function.prototype.bind.bind(Function.prototype.call);
  const getterOf = (holder, key) =>
    uncurry(Reflect.getOwnPropertyDescriptor(holder, key).get);
  const TypedArray = Reflect.getPrototypeOf(Uint8Array);
  const { isArray } = Array;
  const { isView } = ArrayBuffer;

  kit.builtins = {
    __proto__: null,
    uncurry,
    getterOf,

    apply: Reflect.apply,
    atob,
    btoa,
    evaluate: eval, // called by this name it is an indirect eval, in the global scope
    create: Object.create,
    defineProperty: Reflect.defineProperty,
    descriptorOf: Reflect.getOwnPropertyDescriptor,
    hasOwn: Object.hasOwn,
    is: Object.is,
    isArray,
    isDetached: getterOf(ArrayBuffer.prototype, "detached"),
    isError: Error.isError,
    isView,
    isExtensible: Reflect.isExtensible,
    isSafeInteger: Number.isSafeInteger,
    keysOf: Object.keys,
    ownKeys: Reflect.ownKeys,
    parse: JSON.parse,
    prototypeOf: Reflect.getPrototypeOf,
    setPrototypeOf: Reflect.setPrototypeOf,
    stringify: JSON.stringify,
    decodeURI: decodeURIComponent,

    fromCharCode: String.fromCharCode,
    floor: Math.floor,
    max: Math.max,
    min: Math.min,
    trunc: Math.trunc,

    // Arrays and strings of our own making.
    isArrayLike: (value) => isArray(value) || isView(value),
    indexOf: uncurry(Array.prototype.indexOf),
    join: uncurry(Array.prototype.join),
    slice: uncurry(Array.prototype.slice),
    sort: uncurry(Array.prototype.sort),
    charCodeAt: uncurry(String.prototype.charCodeAt),
    codePointAt: uncurry(String.prototype.codePointAt),
    endsWith: uncurry(String.prototype.endsWith),
    includes: uncurry(String.prototype.includes),
    padEnd: uncurry(String.prototype.padEnd),
    padStart: uncurry(String.prototype.padStart),
    repeat: uncurry(String.prototype.repeat),
    split: uncurry(String.prototype.split),
    stringIndexOf: uncurry(String.prototype.indexOf),
    startsWith: uncurry(String.prototype.startsWith),
    stringSlice: uncurry(String.prototype.slice),
    toFixed: uncurry(Number.prototype.toFixed),
    toLowerCase: uncurry(String.prototype.toLowerCase),
    toUpperCase: uncurry(String.prototype.toUpperCase),
    toWellFormed: uncurry(String.prototype.toWellFormed),
    isWellFormed: uncurry(String.prototype.isWellFormed),
    trimEnd: uncurry(String.prototype.trimEnd),
    trim: uncurry(String.prototype.trim),

    // What a value is and holds, by its internal slots.
    bufferMaxLength: getterOf(ArrayBuffer.prototype, "maxByteLength"),
    bufferSlice: uncurry(ArrayBuffer.prototype.slice),
    bufferTransfer: uncurry(ArrayBuffer.prototype.transfer),
    isResizable: getterOf(ArrayBuffer.prototype, "resizable"),
    arrayBufferLength: getterOf(ArrayBuffer.prototype, "byteLength"),
    bigintValue: uncurry(BigInt.prototype.valueOf),
    booleanValue: uncurry(Boolean.prototype.valueOf),
    dataViewBuffer: getterOf(DataView.prototype, "buffer"),
    dataViewLength: getterOf(DataView.prototype, "byteLength"),
    dataViewOffset: getterOf(DataView.prototype, "byteOffset"),
    dateNow: Date.now,
    dateISO: uncurry(Date.prototype.toISOString),
    dateTime: uncurry(Date.prototype.getTime),
    functionFile: getterOf(Function.prototype, "fileName"),
    functionText: uncurry(Function.prototype.toString),
    mapForEach: uncurry(Map.prototype.forEach),
    mapSize: getterOf(Map.prototype, "size"),
    numberText: uncurry(Number.prototype.toString),
    numberValue: uncurry(Number.prototype.valueOf),
    objectTag: uncurry(Object.prototype.toString),
    regexpFlags: getterOf(RegExp.prototype, "flags"),
    regexpSource: getterOf(RegExp.prototype, "source"),
    regexpExec: uncurry(RegExp.prototype.exec),
    setForEach: uncurry(Set.prototype.forEach),
    setSize: getterOf(Set.prototype, "size"),
    sharedBufferLength: getterOf(SharedArrayBuffer.prototype, "byteLength"),
    stringValue: uncurry(String.prototype.valueOf),
    symbolDescription: getterOf(Symbol.prototype, "description"),
    symbolText: uncurry(Symbol.prototype.toString),
    symbolValue: uncurry(Symbol.prototype.valueOf),
    typedArrayName: getterOf(TypedArray.prototype, Symbol.toStringTag),
    typedArrayLength: getterOf(TypedArray.prototype, "length"),
    typedArrayBuffer: getterOf(TypedArray.prototype, "buffer"),
    typedArrayBytes: getterOf(TypedArray.prototype, "byteLength"),
    typedArrayOffset: getterOf(TypedArray.prototype, "byteOffset"),
    typedArrayIndexOf: uncurry(TypedArray.prototype.indexOf),
    toBase64: uncurry(Uint8Array.prototype.toBase64),
    typedArraySet: uncurry(TypedArray.prototype.set),
    typedArraySlice: uncurry(TypedArray.prototype.slice),
    typedArraySubarray: uncurry(TypedArray.prototype.subarray),
    weakMapHas: uncurry(WeakMap.prototype.has),
    weakRefDeref: uncurry(WeakRef.prototype.deref),
    weakSetHas: uncurry(WeakSet.prototype.has),

    promiseReject: Promise.reject.bind(Promise),
    promiseAll: Promise.all.bind(Promise),
    promiseResolve: Promise.resolve.bind(Promise),
    promiseThen: uncurry(Promise.prototype.then),

    // The collections the prelude itself keeps.
    Map,
    mapClear: uncurry(Map.prototype.clear),
    mapDelete: uncurry(Map.prototype.delete),
    mapGet: uncurry(Map.prototype.get),
    mapHas: uncurry(Map.prototype.has),
    mapSet: uncurry(Map.prototype.set),
    Set,
    setAdd: uncurry(Set.prototype.add),
    setClear: uncurry(Set.prototype.clear),
    setDelete: uncurry(Set.prototype.delete),
    WeakRef,
    FinalizationRegistry,
    registryRegister: uncurry(FinalizationRegistry.prototype.register),
    WeakMap,
    weakMapGet: uncurry(WeakMap.prototype.get),
    weakMapSet: uncurry(WeakMap.prototype.set),

    ArrayBuffer,
    DataView,
    Date,
    Error,
    Object,
    RangeError,
    RegExp,
    SyntaxError,
    TypeError,
    Promise,
    Uint8Array,
    String,
    Number,
    Symbol, // `Symbol.iterator` in a file that is read later must mean this one
  };

  // Typed array classes by name, as Symbol.toStringTag tells it.
  const typedArrayClasses = (kit.builtins.typedArrayClasses = { __proto__: null });
  for (const Class of [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float16Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ]) {
    typedArrayClasses[Class.name] = Class;
  }

  kit.builtins.errorClasses = { __proto__: null };
  for (const Class of [
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  ]) {
    kit.builtins.errorClasses[Class.name] = Class;
  }

  // Globals of ours are like the engine's: writable, not enumerable.
  kit.defineGlobal = function (name, value) {
    Reflect.defineProperty(globalThis, name, {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  // Prototypes by which brand.js recognises built-in objects.
  kit.prototypes = {
    __proto__: null,
    Object: Object.prototype,
    Function: Function.prototype,
    AsyncFunction: Reflect.getPrototypeOf(async function () {}),
    GeneratorFunction: Reflect.getPrototypeOf(function* () {}),
    AsyncGeneratorFunction: Reflect.getPrototypeOf(async function* () {}),
    Array: Array.prototype,
    TypedArray: TypedArray.prototype,
    Map: Map.prototype,
    Set: Set.prototype,
    WeakMap: WeakMap.prototype,
    WeakSet: WeakSet.prototype,
    WeakRef: WeakRef.prototype,
    Promise: Promise.prototype,
    MapIterator: Reflect.getPrototypeOf(new Map().keys()),
    SetIterator: Reflect.getPrototypeOf(new Set().keys()),
    Error: Error.prototype,
    Date: Date.prototype,
    RegExp: RegExp.prototype,
    ArrayBuffer: ArrayBuffer.prototype,
    SharedArrayBuffer: SharedArrayBuffer.prototype,
    DataView: DataView.prototype,
    Number: Number.prototype,
    String: String.prototype,
    Boolean: Boolean.prototype,
    Symbol: Symbol.prototype,
    BigInt: BigInt.prototype,
  };
})
