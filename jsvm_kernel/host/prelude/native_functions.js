// Functions of native modules that are called through Python: each argument is checked against
// its declared type here, where a value is still what the caller wrote. Nothing is coerced.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const integers = {
    __proto__: null,
    int8: [-128, 127],
    int16: [-32768, 32767],
    int32: [-2147483648, 2147483647],
    int64: [-(2n ** 63n), 2n ** 63n - 1n],
    uint8: [0, 255],
    uint16: [0, 65535],
    uint32: [0, 4294967295],
    uint64: [0n, 2n ** 64n - 1n],
  };
  const views = {
    __proto__: null,
    "double[:]": ["Float64Array"],
    "float[:]": ["Float32Array"],
    "int8[:]": ["Int8Array"],
    "int16[:]": ["Int16Array"],
    "int32[:]": ["Int32Array"],
    "int64[:]": ["BigInt64Array"],
    "uint8[:]": ["Uint8Array", "Uint8ClampedArray"],
    "uint16[:]": ["Uint16Array"],
    "uint32[:]": ["Uint32Array"],
    "uint64[:]": ["BigUint64Array"],
  };

  function isIntegral(value) {
    return typeof value === "number" && value % 1 === 0;
  }

  // A checker gives true (fits), false (wrong type) or "range".
  function integerChecker(type) {
    const { 0: low, 1: high } = integers[type];
    if (typeof low === "bigint") {
      return (value) => {
        if (typeof value !== "bigint") {
          if (!isIntegral(value)) return false;
          // Beyond 2^53 a Number no longer says which integer was meant.
          if (!b.isSafeInteger(value)) return "range";
        }
        return value >= low && value <= high ? true : "range";
      };
    }
    return (value) => {
      if (!isIntegral(value)) return false;
      return value >= low && value <= high ? true : "range";
    };
  }

  function typedArrayName(value) {
    try {
      return b.typedArrayName(value);
    } catch {
      return undefined;
    }
  }

  function isPlainObject(value) {
    return (
      typeof value === "object" &&
      value !== null &&
      natives.proxyTarget(value) === undefined &&
      kit.brandOf(value) === "Object"
    );
  }

  function isRealArray(value) {
    return b.isArray(value) && natives.proxyTarget(value) === undefined;
  }

  function isBytes(value) {
    if (typedArrayName(value) === "Uint8Array") return true;
    return (
      typeof value === "object" &&
      value !== null &&
      natives.proxyTarget(value) === undefined &&
      kit.brandOf(value) === "ArrayBuffer"
    );
  }

  const checkers = {
    __proto__: null,
    double: (value) => typeof value === "number",
    float: (value) => typeof value === "number",
    bint: (value) => typeof value === "boolean",
    str: (value) => typeof value === "string",
    bytes: isBytes,
    object: () => true,
    list: isRealArray,
    tuple: isRealArray,
    dict: isPlainObject,
  };
  const expected = {
    __proto__: null,
    double: "a number",
    float: "a number",
    bint: "a boolean",
    str: "a string",
    bytes: "a Uint8Array or ArrayBuffer",
    list: "an array",
    tuple: "an array",
    dict: "a plain object",
  };

  function checkerOf(type) {
    if (type in checkers) return checkers[type];
    if (type in integers) return integerChecker(type);
    const names = views[type];
    if (names === undefined) throw new b.TypeError(`no JS value fits the type ${type}`);
    return (value) => b.indexOf(names, typedArrayName(value)) >= 0;
  }

  function expectedText(type) {
    if (type in expected) return expected[type];
    return type in views ? "a " + views[type][0] : integerText(type);
  }

  function integerText(type) {
    return (type[0] === "u" ? "a " : "an ") + type;
  }

  // Type and value of what was given, in words.
  function givenText(value) {
    const text = kit.inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 60 });
    switch (typeof value) {
      case "undefined":
        return text;
      case "bigint":
        return "the BigInt " + text;
      case "object":
        if (value === null) return text;
        if (natives.proxyTarget(value) !== undefined) return "the proxy " + text;
        return "the " + (b.isArray(value) ? "array " : "object ") + text;
      default:
        return `the ${typeof value} ${text}`;
    }
  }

  // The wording is that of the engine's direct functions, so that a function that loses its
  // `nogil` does not change how it complains.
  function wrongArgument(fit, definition, parameter, value) {
    const { name, type } = parameter;
    const place = `${definition.name}: parameter '${name}' expects `;
    const given = givenText(value);
    if (fit !== "range") {
      return new b.TypeError(`${place}${expectedText(type)}, got ${given}`);
    }
    if (typeof value === "number" && !b.isSafeInteger(value)) {
      return new b.RangeError(
        `${place}${integerText(type)}, got ${given}, which is out of range ` +
          "(a Number must be a safe integer; use a BigInt)",
      );
    }
    const { 0: low, 1: high } = integers[type];
    return new b.RangeError(`${place}${integerText(type)} from ${low} to ${high}, got ${given}`);
  }

  function tooFew(definition, count) {
    const { params } = definition;
    return new b.TypeError(
      `${definition.name}: parameter '${params[count].name}' is missing ` +
        `(${count} of ${params.length} arguments given)`,
    );
  }

  // A Python function that failed leaves {type, text, frames} here and gives nothing back.
  let failure = null;
  kit.failNative = function (json) {
    failure = b.parse(json);
  };

  const stackOf = b.getterOf(b.Error.prototype, "stack");

  function failureError({ type, text, frames }) {
    const error = new b.Error(text === "" ? type : type + ": " + text);
    let stack = "Error: " + error.message;
    for (let i = 0; i < frames.length; i++) stack += "\n" + kit.frameText(frames[i]);
    const own = stackOf(error);
    const from = b.stringIndexOf(own, "    at ");
    stack += "\n" + (from < 0 ? "" : b.stringSlice(own, from));
    b.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
    return error;
  }

  // definition: {name: "module.function", params: [{name, type, optional, nullable}], returns};
  // call: the host's Python callable, given arguments that all fit.
  kit.nativeFunction = function (definitionJson, call) {
    const definition = b.parse(definitionJson);
    const { params } = definition;
    const count = params.length;
    const checks = [];
    let required = 0;
    for (let i = 0; i < count; i++) {
      checks[i] = checkerOf(params[i].type);
      if (!params[i].optional) required = i + 1;
    }

    function native(...args) {
      // What is left out and what is undefined are the same: the default value.
      while (args.length > required && args[args.length - 1] === undefined) args.length--;
      if (args.length < required) throw tooFew(definition, args.length);
      if (args.length > count) args.length = count;
      for (let i = 0; i < args.length; i++) {
        if (args[i] === null && params[i].nullable) continue;
        const fit = checks[i](args[i]);
        if (fit !== true) throw wrongArgument(fit, definition, params[i], args[i]);
      }
      const result = b.apply(call, undefined, args);
      if (failure !== null) {
        const reason = failure;
        failure = null;
        throw failureError(reason);
      }
      return definition.returns === "void" ? undefined : result;
    }
    const shortName = b.stringSlice(
      definition.name,
      b.stringIndexOf(definition.name, ".") + 1,
    );
    b.defineProperty(native, "name", { value: shortName, configurable: true });
    b.defineProperty(native, "length", { value: required, configurable: true });
    return native;
  };

  // The object that holds a module's functions.
  kit.nativeModule = function (name) {
    const holder = {};
    b.defineProperty(holder, Symbol.toStringTag, { value: name, configurable: true });
    return holder;
  };

  // Puts a module on the global object; gives what is wrong, "" when nothing is.
  kit.registerModule = function (name, holder) {
    const done = b.defineProperty(globalThis, name, {
      value: holder,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    if (!done) return `globalThis.${name} can't be replaced; give the module another name`;
    const seen = kit.isIdentifier(name) ? kit.readLexical(name) : holder;
    if (seen === holder) return "";
    return (
      `a let, const or class named ${name} hides the module; ` +
      `give the module another name, or use globalThis.${name}`
    );
  };
})
