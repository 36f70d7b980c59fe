// What the kinds of streams share: queues with sizes, strategies, and promises that are settled
// from outside.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, need, isObject, shown, dictionary } = kit.platform("web_class");

  function deferred() {
    const made = { __proto__: null, promise: undefined, resolve: undefined, reject: undefined };
    made.promise = new b.Promise((resolve, reject) => {
      made.resolve = resolve;
      made.reject = reject;
    });
    return made;
  }

  const resolved = (value) => b.promiseResolve(value);
  const ignore = () => {};

  // A rejection that is somebody else's to handle.
  function handled(promise) {
    b.promiseThen(promise, undefined, ignore);
    return promise;
  }

  function rejected(reason) {
    return handled(b.promiseReject(reason));
  }

  // The promise of what a method of the user's gives or throws; `undefined` methods give
  // nothing.
  function promiseCall(method, holder, args) {
    if (method === undefined) return resolved(undefined);
    try {
      return resolved(b.apply(method, holder, args));
    } catch (error) {
      return b.promiseReject(error);
    }
  }

  function methodOf(holder, name, what) {
    const method = holder[name];
    if (method !== undefined && typeof method !== "function") {
      throw new b.TypeError(`${what}: ${name} must be a function, got ${shown(method)}`);
    }
    return method;
  }

  // A queue of {value, size} whose front is cut off without moving the rest each time.
  function makeQueue() {
    let items = [];
    let head = 0;
    return {
      __proto__: null,
      total: 0,
      get length() {
        return items.length - head;
      },
      push(value, size) {
        const number = b.Number(size);
        if (!(number >= 0) || number === Infinity) {
          throw new b.RangeError(`a chunk's size must be a finite number, got ${shown(size)}`);
        }
        items[items.length] = { __proto__: null, value, size: number };
        this.total += number;
      },
      peek: () => items[head].value,
      shift() {
        const { value, size } = items[head];
        items[head++] = undefined;
        this.total = b.max(0, this.total - size);
        if (head > 64 && head * 2 > items.length) {
          items = b.slice(items, head);
          head = 0;
        }
        return value;
      },
      clear() {
        items = [];
        head = 0;
        this.total = 0;
      },
    };
  }

  // {highWaterMark, size} of a strategy that the user gives.
  function readStrategy(given, what, usualMark) {
    const strategy = dictionary(given, what + ": the strategy");
    const { highWaterMark } = strategy;
    const size = methodOf(strategy, "size", what);
    const mark = highWaterMark === undefined ? usualMark : b.Number(highWaterMark);
    if (!(mark >= 0)) {
      throw new b.RangeError(`${what}: highWaterMark must be from 0, got ${shown(highWaterMark)}`);
    }
    return { mark, sizeOf: size === undefined ? () => 1 : (chunk) => size(chunk) };
  }

  const sizes = {
    CountQueuingStrategy: () => 1,
    ByteLengthQueuingStrategy: (chunk) => chunk.byteLength,
  };
  b.defineProperty(sizes.CountQueuingStrategy, "name", { value: "size" });
  b.defineProperty(sizes.ByteLengthQueuingStrategy, "name", { value: "size" });

  function markFrom(init, name) {
    if (!isObject(init) || init.highWaterMark === undefined) {
      throw new b.TypeError(`${name} expects {highWaterMark: number}, got ${shown(init)}`);
    }
    return b.Number(init.highWaterMark);
  }

  class CountQueuingStrategy {
    #mark;
    constructor(init) {
      need(1, arguments.length, "CountQueuingStrategy");
      this.#mark = markFrom(init, "CountQueuingStrategy");
    }
    static #markOf(value) {
      if (!isObject(value) || !(#mark in value)) throw illegal("CountQueuingStrategy");
      return value.#mark;
    }
    get highWaterMark() {
      return CountQueuingStrategy.#markOf(this);
    }
    get size() {
      CountQueuingStrategy.#markOf(this);
      return sizes.CountQueuingStrategy;
    }
  }
  webClass(CountQueuingStrategy);

  class ByteLengthQueuingStrategy {
    #mark;
    constructor(init) {
      need(1, arguments.length, "ByteLengthQueuingStrategy");
      this.#mark = markFrom(init, "ByteLengthQueuingStrategy");
    }
    static #markOf(value) {
      if (!isObject(value) || !(#mark in value)) throw illegal("ByteLengthQueuingStrategy");
      return value.#mark;
    }
    get highWaterMark() {
      return ByteLengthQueuingStrategy.#markOf(this);
    }
    get size() {
      ByteLengthQueuingStrategy.#markOf(this);
      return sizes.ByteLengthQueuingStrategy;
    }
  }
  webClass(ByteLengthQueuingStrategy);

  docs.CountQueuingStrategy = "A stream's strategy that counts chunks.";
  docs.ByteLengthQueuingStrategy = "A stream's strategy that counts bytes.";
  return {
    deferred,
    resolved,
    rejected,
    handled,
    promiseCall,
    methodOf,
    makeQueue,
    readStrategy,
    CountQueuingStrategy,
    ByteLengthQueuingStrategy,
  };
})
