// What all classes of the platform have in common: the shape that web standards give them.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const inspectKey = Symbol.for("nodejs.util.inspect.custom");

  const isObject = (value) =>
    typeof value === "function" || (typeof value === "object" && value !== null);

  const prototypes = []; // of all classes made here

  // Whether it is one of our objects, or an object of a class that extends ours.
  function isPlatformObject(value) {
    for (let holder = b.prototypeOf(value); holder !== null; holder = b.prototypeOf(holder)) {
      if (natives.proxyTarget(holder) !== undefined) return false;
      if (b.indexOf(prototypes, holder) >= 0) return true;
    }
    return false;
  }

  // Members of prototypes are enumerable on the web, and a tag names the class. fieldsOf gives
  // the object whose keys inspect shows instead of the (private) state; with partOf it gives
  // a list, of whose items partOf(item, show) makes the texts between the braces.
  function webClass(Class, fieldsOf, partOf) {
    const { prototype } = Class;
    prototypes[prototypes.length] = prototype;
    showKeys(prototype, ["constructor"]);
    showKeys(Class, ["prototype", "length", "name"]);
    b.defineProperty(prototype, Symbol.toStringTag, {
      value: Class.name,
      configurable: true,
    });
    if (fieldsOf !== undefined) showAs(prototype, fieldsOf, partOf);
    return Class;
  }

  function showKeys(holder, but) {
    const keys = b.ownKeys(holder);
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] === "symbol" || b.indexOf(but, keys[i]) >= 0) continue;
      b.defineProperty(holder, keys[i], { enumerable: true });
    }
  }

  function showAs(prototype, fieldsOf, partOf) {
    hidden(prototype, inspectKey, function (depth, options, inspect) {
      let fields;
      try {
        fields = fieldsOf(this);
      } catch {
        return this; // the prototype, or an object that only inherits from it
      }
      const name = kit.classNameOf(this) ?? "Object";
      if (depth < 0) return "[" + name + "]";
      const left = { ...options, depth: options.depth === null ? null : depth };
      if (partOf === undefined) return name + " " + inspect(fields, left);
      const show = (value) => inspect(value, left);
      const parts = [];
      for (let i = 0; i < fields.length; i++) parts[i] = partOf(fields[i], show);
      return name + " " + braced(parts);
    });
  }

  function braced(parts) {
    if (parts.length === 0) return "{}";
    const line = b.join(parts, ", ");
    const long = line.length > 72 || b.includes(line, "\n");
    return long ? "{\n  " + b.join(parts, ",\n  ") + "\n}" : "{ " + line + " }";
  }

  function hidden(holder, key, value) {
    b.defineProperty(holder, key, { value, writable: true, configurable: true });
  }

  // Constants are on the class and on its prototype.
  function constants(Class, table) {
    for (const name in table) {
      const constant = { value: table[name], enumerable: true };
      b.defineProperty(Class, name, constant);
      b.defineProperty(Class.prototype, name, constant);
    }
  }

  function illegal(className) {
    return new b.TypeError(`Illegal invocation: this is no ${className}`);
  }

  function need(count, given, what) {
    if (given >= count) return;
    const plural = count === 1 ? "argument is" : "arguments are";
    throw new b.TypeError(`${what}: ${count} ${plural} needed, got ${given}`);
  }

  // A value in an error's text: on one line, and of objects of ours only what they are.
  function shown(value) {
    if (isObject(value) && natives.proxyTarget(value) === undefined && isPlatformObject(value)) {
      return "[" + kit.classNameOf(value) + "]";
    }
    return kit.inspect(value, { depth: 0, maxStringLength: 100, breakLength: Infinity });
  }

  // A dictionary argument: undefined and null stand for an empty one.
  function dictionary(value, what) {
    if (value === undefined || value === null) return b.create(null);
    if (isObject(value)) return value;
    throw new b.TypeError(`${what} must be an object, got ${shown(value)}`);
  }

  // A string without lone surrogates.
  const wellFormed = (value) => b.toWellFormed(text(value));

  function text(value) {
    if (typeof value === "string") return value;
    if (typeof value === "symbol") throw new b.TypeError("a symbol is no string");
    return b.String(value);
  }

  // A live list of items: their values or pairs by an iterator of its own prototype, as
  // URLSearchParams, Headers and FormData have them. `read(target, i)` gives [key, value].
  function iterable(Class, read) {
    const className = Class.name;
    const IteratorPrototype = b.prototypeOf(b.prototypeOf([][Symbol.iterator]()));
    const states = new b.WeakMap();
    const prototype = b.create(IteratorPrototype);
    const next = {
      next() {
        const state = isObject(this) ? b.weakMapGet(states, this) : undefined;
        if (state === undefined) throw illegal(className + " Iterator");
        const pair = read(state.target, state.index);
        if (pair === undefined) return { value: undefined, done: true };
        state.index++;
        const value = state.kind === "entries" ? pair : pair[state.kind === "keys" ? 0 : 1];
        return { value, done: false };
      },
    }.next;
    b.defineProperty(prototype, "next", {
      value: next,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    b.defineProperty(prototype, Symbol.toStringTag, {
      value: className + " Iterator",
      configurable: true,
    });
    const make = (target, kind) => {
      read(target, 0); // the brand check
      const iterator = b.create(prototype);
      b.weakMapSet(states, iterator, { __proto__: null, target, kind, index: 0 });
      return iterator;
    };
    const methods = {
      entries() {
        return make(this, "entries");
      },
      keys() {
        return make(this, "keys");
      },
      values() {
        return make(this, "values");
      },
      forEach(callback, thisArgument) {
        read(this, 0);
        need(1, arguments.length, className + ".forEach");
        if (typeof callback !== "function") {
          throw new b.TypeError(
            `${className}.forEach expects a function, got ${shown(callback)}`,
          );
        }
        for (let i = 0, pair; (pair = read(this, i)) !== undefined; i++) {
          b.apply(callback, thisArgument, [pair[1], pair[0], this]);
        }
      },
    };
    b.defineProperty(methods.forEach, "length", { value: 1, configurable: true });
    for (const name in methods) hidden(Class.prototype, name, methods[name]);
    hidden(Class.prototype, Symbol.iterator, methods.entries);
  }

  return {
    isObject,
    webClass,
    isPlatformObject,
    hidden,
    constants,
    illegal,
    need,
    shown,
    dictionary,
    text,
    wellFormed,
    iterable,
  };
})
