// The frame around an object's parts: class name, braces, base text, keys.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // Directly made by a built-in class and with nothing of its own that says otherwise: the
  // usual case, told without the walk along the prototype chain.
  function isOrdinary(value, prototype) {
    return (
      b.prototypeOf(value) === prototype &&
      prototype !== undefined &&
      !b.hasOwn(value, "constructor") &&
      !b.hasOwn(value, Symbol.toStringTag)
    );
  }

  // "Foo ", "Foo(2) ", "[Foo: null prototype] ", "Object [Tag] "
  function prefixOf(value, fallback, size) {
    if (isOrdinary(value, kit.prototypes[fallback])) return fallback + size + " ";
    const className = kit.classNameOf(value);
    const tag = kit.tagOf(value, className ?? fallback);
    const shownTag = tag === "" ? "" : "[" + tag + "] ";
    if (className !== null) return className + size + " " + shownTag;
    const prototype = b.prototypeOf(value);
    if (prototype === null) return "[" + fallback + size + ": null prototype] " + shownTag;
    return fallback + size + " <" + prototypeText(prototype) + "> " + shownTag;
  }

  // Of an object whose chain of prototypes names no class.
  function prototypeText(prototype) {
    if (natives.proxyTarget(prototype) !== undefined) return "Proxy";
    if (b.prototypeOf(prototype) !== null) return "Complex prototype";
    const empty = enumerableKeys(prototype, false).length === 0;
    return "[Object: null prototype]" + (empty ? " {}" : "");
  }
  kit.prefixOf = prefixOf;

  function enumerableKeys(value, showHidden) {
    const all = b.ownKeys(value);
    const keys = [];
    for (let i = 0; i < all.length; i++) {
      if (showHidden || isEnumerable(value, all[i])) keys[keys.length] = all[i];
    }
    return keys;
  }

  function isEnumerable(value, key) {
    try {
      const descriptor = b.descriptorOf(value, key);
      return descriptor !== undefined && descriptor.enumerable;
    } catch {
      return true; // an export of a module that is not initialised yet
    }
  }

  // Own keys but the indices below `length`; elements are shown by themselves.
  function keysBesideElements(value, length, showHidden) {
    // Listing a million indices to find that nothing else is there takes longer than a
    // person waits; extra keys on a long array are not shown.
    if (length > 20000) return [];
    // Indices come first, then an array's "length", then whatever was added.
    const all = b.ownKeys(value);
    const last = all[all.length - 1];
    if (!showHidden && (last === "length" || last === b.String(length - 1))) return [];
    const keys = enumerableKeys(value, showHidden);
    const others = [];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key === "string" && isIndex(key, length)) continue;
      others[others.length] = key;
    }
    return others;
  }

  function isIndex(key, length) {
    const number = +key;
    return number >= 0 && number < length && b.String(number) === key;
  }

  // What is between the braces, by brand: a function(context, value, level) -> parts, or
  // null when there are only keys.
  function describe(context, value, brand) {
    const { showHidden } = context;
    const frame = {
      __proto__: null,
      opening: "{",
      closing: "}",
      mark: "",
      base: "",
      style: "",
      list: false,
      numeric: false,
      more: false,
      content: null,
      keys: null,
    };
    if (brand === "Array" || brand === "Arguments" || brand === "TypedArray") {
      kit.describeSequence(value, brand, frame);
      frame.keys = keysBesideElements(value, frame.length, showHidden);
      return frame;
    }
    frame.keys = enumerableKeys(value, showHidden);
    if (brand === "Object") {
      const prefix = prefixOf(value, "Object", "");
      frame.opening = prefix === "Object " ? "{" : prefix + "{";
    } else {
      kit.describeBuiltin(context, value, brand, frame);
    }
    return frame;
  }

  function tooDeep(context, value, brand) {
    const prefix = prefixOf(value, brand === "Array" ? "Array" : "Object", "");
    const text = b.trim(prefix);
    const bracketed = b.startsWith(text, "[") ? text : "[" + text + "]";
    return kit.styled(context, bracketed, "special");
  }

  kit.formatObject = function (context, value, level, typed) {
    const brand = kit.brandOf(value);
    const frame = describe(context, value, brand);
    const empty = frame.keys.length === 0 && frame.content === null;
    if (empty && frame.base !== "") return kit.styled(context, frame.base, frame.style);
    if (empty) return frame.opening + frame.closing;
    if (level > context.depth) return tooDeep(context, value, brand);
    context.path[context.path.length] = value;
    context.deepest = level;
    let parts;
    try {
      parts = frame.content === null ? [] : frame.content(context, value, level, frame);
      for (let i = 0; i < frame.keys.length; i++) {
        parts[parts.length] = kit.formatProperty(context, value, frame.keys[i], level);
      }
    } finally {
      context.path.length--;
    }
    if (context.sorted && !frame.list) b.sort(parts);
    frame.mark = referenceMark(context, value);
    frame.parts = parts;
    frame.levels = context.deepest - level;
    return kit.layOut(context, frame);
  };

  function referenceMark(context, value) {
    if (context.circular === null) return "";
    const number = b.mapGet(context.circular, value);
    return number === undefined ? "" : "<ref *" + number + ">";
  }

  function accessorText(context, value, descriptor, level) {
    if (kit.lazyOf(descriptor) !== undefined) {
      // Ours, for what is made on first use: it shows as what it stands for.
      return kit.formatInside(context, b.apply(descriptor.get, value, []), level + 1, 2);
    }
    const kind =
      descriptor.get === undefined
        ? "Setter"
        : descriptor.set === undefined
          ? "Getter"
          : "Getter/Setter";
    if (!context.getters || descriptor.get === undefined) {
      return kit.styled(context, "[" + kind + "]", "special");
    }
    const result = b.apply(descriptor.get, value, []);
    const text = kit.formatInside(context, result, level + 1, 2);
    if (typeof result === "object" && result !== null) {
      return kit.styled(context, "[" + kind + "]", "special") + " " + text;
    }
    return (
      kit.styled(context, "[" + kind + ":", "special") +
      " " +
      text +
      kit.styled(context, "]", "special")
    );
  }

  // The text of what a descriptor holds.
  function formatHeld(context, value, descriptor, level) {
    if (!b.hasOwn(descriptor, "value")) return accessorText(context, value, descriptor, level);
    return kit.formatInside(context, descriptor.value, level + 1, 2);
  }
  kit.formatHeld = formatHeld;

  // "key: value"
  kit.formatProperty = function (context, value, key, level) {
    let text;
    let hidden = false;
    try {
      const descriptor = b.descriptorOf(value, key);
      hidden = !descriptor.enumerable;
      text = formatHeld(context, value, descriptor, level);
    } catch (error) {
      text = "<" + kit.briefError(error) + ">";
    }
    const name = kit.keyText(context, key);
    return (hidden ? "[" + name + "]" : name) + ": " + text;
  };
})
