// %%jsvm_native --time: a native function against the JavaScript function of the same name.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const BATCH_MS = 2; // a clock read costs less than a thousandth of this
  const TOTAL_MS = 1000;
  const FEWEST_ROUNDS = 5;
  const MOST_ROUNDS = 101;
  const NEAR = 1e-9; // sums in another order differ by less, relatively

  // call: "sum(data, 2)". Gives JSON {name, native, js, batches, result}: nanoseconds of one
  // call in each round, and how the results compare.
  kit.timeNative = function (moduleName, call) {
    const { name, text } = readCall(moduleName, call);
    const native = nativeFunction(moduleName, name);
    const js = jsFunction(moduleName, name, native);
    const given = b.evaluate("[" + text + "\n]");
    // Each side has values of its own: a function that changes them spoils neither the other's
    // nor the notebook's.
    const args = [copyOf(given), copyOf(given)];
    const sides = [
      { label: `native ${moduleName}.${name}`, call: caller(native, args[0]) },
      { label: `JavaScript ${name}`, call: caller(js, args[1]) },
    ];
    const results = [once(sides[0]), once(sides[1])];
    const result = compare(results[0], results[1], args[0], args[1]);
    const { samples, batches } = measure(sides);
    return b.stringify({ name, native: samples[0], js: samples[1], batches, result });
  };

  function readCall(moduleName, call) {
    const found = b.regexpExec(/^\s*(?:([\w$]+)\s*\.\s*)?([\w$]+)\s*\(([^]*)\)\s*;?\s*$/, call);
    if (found === null || (found[1] !== undefined && found[1] !== moduleName)) {
      throw new b.TypeError(
        `--time takes a call of a function of the module, such as --time "f(data, 2)", ` +
          `not ${b.stringify(call)}`,
      );
    }
    return { name: found[2], text: found[3] };
  }

  function nativeFunction(moduleName, name) {
    const holder = kit.ownData(globalThis, moduleName);
    const value = kit.ownData(holder, name);
    if (typeof value === "function" && !kit.isClassLike(value)) return value;
    const names = b.keysOf(holder);
    const functions = [];
    for (let i = 0; i < names.length; i++) {
      const each = kit.ownData(holder, names[i]);
      if (typeof each === "function" && !kit.isClassLike(each)) {
        functions[functions.length] = names[i];
      }
    }
    const there = functions.length > 0 ? `it has ${b.join(functions, ", ")}` : "it has none";
    throw new b.TypeError(`--time: ${moduleName} has no function ${name}; ${there}`);
  }

  function jsFunction(moduleName, name, native) {
    const value = kit.readGlobal(name)?.value;
    if (typeof value !== "function") {
      throw new b.TypeError(
        `--time: there is no JavaScript function ${name} to compare with: ` +
          `a cell that runs before this one makes it, as function ${name}(…) {…}`,
      );
    }
    if (value === native) {
      throw new b.TypeError(
        `--time: ${name} is ${moduleName}.${name} itself; compare it with one in JavaScript`,
      );
    }
    return value;
  }

  function copyOf(args) {
    const copies = [];
    for (let i = 0; i < args.length; i++) copies[i] = copyOfValue(args[i]);
    return copies;
  }

  function copyOfValue(value) {
    if (!kit.isObject(value) || typeof value === "function") return value;
    try {
      return kit.platform("structured_clone").structuredClone(value);
    } catch {
      return value; // an instance of a native class, say: both sides get the same
    }
  }

  // Calls a function so many times; written out, so that no spreading is timed.
  function caller(fn, args) {
    const { 0: x, 1: y, 2: z } = args;
    switch (args.length) {
      case 0:
        return (times) => {
          let result;
          for (let i = 0; i < times; i++) result = fn();
          return result;
        };
      case 1:
        return (times) => {
          let result;
          for (let i = 0; i < times; i++) result = fn(x);
          return result;
        };
      case 2:
        return (times) => {
          let result;
          for (let i = 0; i < times; i++) result = fn(x, y);
          return result;
        };
      case 3:
        return (times) => {
          let result;
          for (let i = 0; i < times; i++) result = fn(x, y, z);
          return result;
        };
      default:
        return (times) => {
          let result;
          for (let i = 0; i < times; i++) result = b.apply(fn, undefined, args);
          return result;
        };
    }
  }

  function once(side) {
    let result;
    try {
      result = side.call(1);
    } catch (error) {
      throw new b.Error(`--time: ${side.label} throws`, { cause: error });
    }
    if (kit.isObject(result) && natives.promiseState(result) !== undefined) {
      throw new b.TypeError(`--time: ${side.label} gives a promise; %%time times what is awaited`);
    }
    return result;
  }

  // ---- time ----------------------------------------------------------------------------------

  function measure(sides) {
    const batches = [batchOf(sides[0]), batchOf(sides[1])];
    const samples = [[], []];
    const start = natives.now();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      // In turn, so that whatever else the machine does falls on both.
      for (let i = 0; i < 2; i++) samples[i][round] = timed(sides[i], batches[i]);
      if (round + 1 >= FEWEST_ROUNDS && natives.now() - start > TOTAL_MS) break;
    }
    return { samples, batches };
  }

  // How many calls take long enough to be timed.
  function batchOf(side) {
    for (let times = 1; ; times *= 2) {
      const took = timed(side, times) * times;
      if (took >= BATCH_MS * 1e6) return times;
    }
  }

  // Nanoseconds of one call.
  function timed(side, times) {
    const start = natives.now();
    side.call(times);
    return ((natives.now() - start) * 1e6) / times;
  }

  // ---- results -------------------------------------------------------------------------------

  // {kind: "same" | "near" | "other", text}: first of what is given, then of the arguments.
  function compare(first, second, firstArgs, secondArgs) {
    let worst = 0;
    let other = differenceOf(first, second, "the result", note);
    for (let i = 0; i < firstArgs.length && other === ""; i++) {
      if (firstArgs[i] === secondArgs[i]) continue;
      other = differenceOf(firstArgs[i], secondArgs[i], `argument ${i + 1}`, note);
    }
    if (other !== "") return { kind: "other", text: other };
    if (worst > 0) return { kind: "near", text: b.numberText(worst) };
    return { kind: "same", text: "" };

    function note(difference) {
      if (difference > worst) worst = difference;
    }
  }

  // In words, "" if there is none but of rounding.
  function differenceOf(first, second, place, note) {
    if (b.is(first, second) || first === second) return "";
    // What returns nothing gives undefined in JavaScript and None in Python.
    if ((first ?? null) === null && (second ?? null) === null) return "";
    const kinds = typeof first + " " + typeof second;
    if (kinds === "number number") {
      const difference = relative(first, second);
      note(difference);
      if (difference <= NEAR) return "";
    }
    if ((kinds === "number bigint" || kinds === "bigint number") && first == second) return "";
    if (areLists(first, second)) return differenceOfLists(first, second, place, note);
    const plain = kit.isObject(first) && kit.isObject(second);
    if (plain && typeof first !== "function" && isPlain(first) && isPlain(second)) {
      return differenceOfObjects(first, second, place, note);
    }
    if (plain && shown(first) === shown(second)) return "";
    return `${place} is ${shown(first)} natively and ${shown(second)} in JavaScript`;
  }

  function relative(first, second) {
    const larger = first > second ? first : second;
    const smaller = first > second ? second : first;
    const size = larger > -smaller ? larger : -smaller;
    const difference = (larger - smaller) / size;
    return difference === difference ? difference : Infinity;
  }

  function areLists(first, second) {
    const isList = (value) =>
      kit.isObject(value) && natives.proxyTarget(value) === undefined && b.isArrayLike(value);
    return isList(first) && isList(second) && b.isArray(first) === b.isArray(second);
  }

  function differenceOfLists(first, second, place, note) {
    if (first.length !== second.length) {
      return `${place} has ${first.length} elements natively and ${second.length} in JavaScript`;
    }
    for (let i = 0; i < first.length; i++) {
      const other = differenceOf(first[i], second[i], `${place}[${i}]`, note);
      if (other !== "") return other;
    }
    return "";
  }

  function isPlain(value) {
    return natives.proxyTarget(value) === undefined && kit.brandOf(value) === "Object";
  }

  function differenceOfObjects(first, second, place, note) {
    const keys = b.keysOf(first);
    if (keys.length !== b.keysOf(second).length) {
      return `${place} is ${shown(first)} natively and ${shown(second)} in JavaScript`;
    }
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const name = `${place}.${key}`;
      const other = differenceOf(kit.ownData(first, key), kit.ownData(second, key), name, note);
      if (other !== "") return other;
    }
    return "";
  }

  function shown(value) {
    const options = { depth: 2, breakLength: Infinity, maxStringLength: 80, maxArrayLength: 8 };
    return kit.inspect(value, options);
  }
})
