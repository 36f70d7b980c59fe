// inspect(value, options): text of any value in the manner of Node's util.inspect. No getter
// runs, no proxy trap is triggered, and a value that throws when looked at still shows.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const customKey = Symbol.for("nodejs.util.inspect.custom");

  // What one call of inspect carries along: its options, and indent: columns in front of the
  // value being formatted; path: the objects around it; deepest: level of the last object
  // formatted.
  function makeContext(options = noOptions) {
    const { depth, maxArrayLength, maxStringLength } = options;
    return {
      __proto__: null,
      indent: 0,
      path: [],
      circular: null,
      deepest: 0,
      depth: depth === undefined ? 2 : (depth ?? Infinity),
      maxArrayLength: maxArrayLength === undefined ? 100 : (maxArrayLength ?? Infinity),
      maxStringLength: maxStringLength === undefined ? 10000 : (maxStringLength ?? Infinity),
      breakLength: options.breakLength ?? 80,
      compact: levelsPerLine(options.compact),
      showHidden: options.showHidden ?? false,
      customInspect: options.customInspect ?? true,
      colors: options.colors ?? false,
      getters: options.getters ?? false,
      sorted: options.sorted ?? false,
    };
  }
  // How many levels of nesting one line holds at most; false: every part has its own line.
  function levelsPerLine(compact = 3) {
    return typeof compact === "number" ? compact : compact ? 3 : 0;
  }

  const noOptions = { __proto__: null };

  kit.inspect = function inspect(value, options) {
    return formatValue(makeContext(options), value, 0, false);
  };

  // As people see it: in colour if they want any. A bare primitive never is: programs read
  // the text of a result that is one.
  kit.shownText = function (value, options) {
    const type = typeof value;
    const bare = type !== "function" && (type !== "object" || value === null);
    // The way of a flood of numbers: nothing to look into, no options to read.
    if (bare && type !== "string" && options === undefined) return plainText(value, type);
    return kit.inspect(value, { colors: kit.settings.colors && !bare, ...options });
  };

  function formatValue(context, value, level, typed) {
    if (typeof value !== "object" && typeof value !== "function") {
      return formatPrimitive(context, value);
    }
    if (value === null) return kit.styled(context, "null", "null");
    try {
      return formatReference(context, value, level, typed);
    } catch (error) {
      const text = "[threw when looked at: " + kit.briefError(error) + "]";
      return kit.styled(context, text, "special");
    }
  }
  kit.formatValue = formatValue;

  function formatPrimitive(context, value) {
    const type = typeof value;
    if (type === "string") return formatString(context, value);
    return kit.styled(context, plainText(value, type), type);
  }

  function plainText(value, type) {
    switch (type) {
      case "number":
        return formatNumber(value);
      case "bigint":
        return b.String(value) + "n";
      case "symbol":
        return kit.symbolText(value);
      default:
        return b.String(value);
    }
  }

  function formatNumber(value) {
    return b.is(value, -0) ? "-0" : b.String(value);
  }
  kit.formatNumber = formatNumber;

  // Text of several lines that does not fit on one becomes one literal a line.
  function formatString(context, value) {
    const { 0: text, 1: rest } = kit.cutString(value, context.maxStringLength);
    const room = context.breakLength - context.indent - 4;
    if (text.length <= 16 || text.length <= room || !b.includes(text, "\n")) {
      return kit.styled(context, kit.quote(text), "string") + rest;
    }
    const lines = b.split(text, "\n");
    let result = "";
    for (let i = 0; i < lines.length; i++) {
      const last = i === lines.length - 1;
      if (last && lines[i] === "") break;
      if (i > 0) result += " +\n" + b.repeat(" ", context.indent + 2);
      const literal = kit.quote(last ? lines[i] : lines[i] + "\n");
      result += kit.styled(context, literal, "string");
    }
    return result + rest;
  }

  function formatReference(context, value, level, typed) {
    const target = natives.proxyTarget(value);
    if (target === null) return kit.styled(context, "<Revoked Proxy>", "special");
    if (target !== undefined) return formatValue(context, target, level, typed);
    if (context.customInspect) {
      const custom = customMethod(value);
      if (typeof custom === "function") {
        const text = formatByItself(context, custom, value, level);
        if (text !== undefined) return text;
      }
    }
    if (b.indexOf(context.path, value) !== -1) return circularMark(context, value);
    return kit.formatObject(context, value, level, typed);
  }

  function customMethod(value) {
    const prototype = b.prototypeOf(value);
    if (prototype === kit.prototypes.Object || prototype === kit.prototypes.Array) {
      return kit.ownData(value, customKey);
    }
    return kit.inheritedData(value, customKey);
  }

  // Whether a value says itself how it is shown.
  kit.hasOwnWay = (value) => typeof customMethod(value) === "function";

  function formatByItself(context, custom, value, level) {
    const options = { ...context };
    delete options.path;
    delete options.circular;
    options.depth = context.depth - level;
    options.stylize = (text, kind) => kit.styled(context, b.String(text), kind);
    const shown = b.apply(custom, value, [options.depth, options, kit.inspect]);
    if (shown === value) return undefined;
    if (typeof shown !== "string") return formatValue(context, shown, level, false);
    const newline = "\n" + b.repeat(" ", context.indent);
    return b.join(b.split(shown, "\n"), newline);
  }

  function circularMark(context, value) {
    context.circular ??= new b.Map();
    let number = b.mapGet(context.circular, value);
    if (number === undefined) {
      number = b.mapSize(context.circular) + 1;
      b.mapSet(context.circular, value, number);
    }
    return kit.styled(context, "[Circular *" + number + "]", "special");
  }

  // Formats something inside `value`, further in by `columns`.
  kit.formatInside = function (context, part, level, columns, typed) {
    context.indent += columns;
    const text = formatValue(context, part, level, typed);
    context.indent -= columns;
    return text;
  };
})
