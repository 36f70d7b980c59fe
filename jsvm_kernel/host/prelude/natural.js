// Objects with something inside that is no property: functions, collections, dates, errors,
// promises, buffers, boxed primitives.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  const describers = {
    __proto__: null,
    Function: (context, value, frame) => {
      frame.base = functionText(value);
      frame.style = "special";
    },
    Error: (context, value, frame) => {
      frame.base = kit.errorText(context, value, frame);
    },
    RegExp: (context, value, frame) => {
      const text = "/" + b.regexpSource(value) + "/" + b.regexpFlags(value);
      frame.base = named(value, "RegExp", text);
      frame.style = "regexp";
    },
    Date: (context, value, frame) => {
      const time = b.dateTime(value);
      frame.base = named(value, "Date", time === time ? b.dateISO(value) : "Invalid Date");
      frame.style = "date";
    },
    Map: (context, value, frame) => {
      const size = b.mapSize(value);
      frame.opening = kit.prefixOf(value, "Map", "(" + size + ")") + "{";
      frame.content = size > 0 ? mapEntries : null;
    },
    Set: (context, value, frame) => {
      const size = b.setSize(value);
      frame.opening = kit.prefixOf(value, "Set", "(" + size + ")") + "{";
      frame.content = size > 0 ? setEntries : null;
    },
    MapIterator: (context, value, frame) => iterator("Map", value, frame),
    SetIterator: (context, value, frame) => iterator("Set", value, frame),
    Promise: (context, value, frame) => withContent(value, "Promise", frame, promiseState),
    WeakMap: (context, value, frame) => withContent(value, "WeakMap", frame, unknownItems),
    WeakSet: (context, value, frame) => withContent(value, "WeakSet", frame, unknownItems),
    WeakRef: (context, value, frame) => withContent(value, "WeakRef", frame, weakTarget),
    ArrayBuffer: (context, value, frame) => {
      withContent(value, "ArrayBuffer", frame, bufferContents(b.arrayBufferLength));
    },
    SharedArrayBuffer: (context, value, frame) => {
      const contents = bufferContents(b.sharedBufferLength);
      withContent(value, "SharedArrayBuffer", frame, contents);
    },
    DataView: (context, value, frame) => withContent(value, "DataView", frame, viewParts),
    Module: (context, value, frame) => {
      frame.opening = "[Module: null prototype] {";
    },
    Number: (context, value, frame) => boxed(value, "Number", b.numberValue, frame),
    Boolean: (context, value, frame) => boxed(value, "Boolean", b.booleanValue, frame),
    BigInt: (context, value, frame) => boxed(value, "BigInt", b.bigintValue, frame),
    Symbol: (context, value, frame) => boxed(value, "Symbol", b.symbolValue, frame),
    String: (context, value, frame) => {
      boxed(value, "String", b.stringValue, frame);
      const { length } = b.stringValue(value);
      const others = [];
      for (let i = 0; i < frame.keys.length; i++) {
        const key = frame.keys[i];
        if (typeof key === "symbol" || !(+key < length)) others[others.length] = key;
      }
      frame.keys = others;
    },
  };

  kit.describeBuiltin = function (context, value, brand, frame) {
    describers[brand](context, value, frame);
  };

  function withContent(value, brand, frame, content) {
    frame.opening = kit.prefixOf(value, brand, "") + "{";
    frame.content = content;
  }

  // The class in front of a base text unless it is the built-in one.
  function named(value, brand, text) {
    const prefix = kit.prefixOf(value, brand, "");
    return prefix === brand + " " ? text : prefix + text;
  }

  function boxed(value, brand, valueOf, frame) {
    const className = kit.classNameOf(value);
    const label =
      className === brand
        ? brand
        : className === null
          ? brand + " (null prototype)"
          : brand + " (" + className + ")";
    const primitive = valueOf(value);
    frame.base = "[" + label + ": " + kit.inspect(primitive) + "]";
    frame.style = typeof primitive;
  }

  function functionText(fn) {
    const name = kit.functionName(fn);
    // Those of native modules have no source that says so.
    if (kit.isClass(fn) || kit.documentationOf(fn)?.kind === "class") return classText(fn, name);
    const kind = kit.functionKind(fn);
    const orphan = b.prototypeOf(fn) === null ? " (null prototype)" : "";
    const label = name === "" ? " (anonymous)" : ": " + name;
    const className = kit.classNameOf(fn);
    const made = className === null || className === kind ? "" : " " + className;
    const tag = kit.tagOf(fn, className ?? kind);
    return "[" + kind + orphan + label + "]" + made + (tag === "" ? "" : " [" + tag + "]");
  }
  kit.functionText = functionText;

  function classText(fn, name) {
    const parent = b.prototypeOf(fn);
    const className = kit.classNameOf(fn);
    let text = "[class " + (name === "" ? "(anonymous)" : name);
    if (className !== null && className !== "Function") text += " [" + className + "]";
    const tag = kit.tagOf(fn, className ?? "Function");
    if (tag !== "") text += " [" + tag + "]";
    if (parent === null) {
      text += " extends [null prototype]";
    } else if (typeof parent === "function" && parent !== kit.prototypes.Function) {
      const parentName = kit.functionName(parent);
      if (parentName !== "") text += " extends " + parentName;
    } else if (kit.ownData(fn, "prototype") !== undefined && extendsNull(fn)) {
      text += " extends null";
    }
    return text + "]";
  }

  function extendsNull(fn) {
    return b.prototypeOf(kit.ownData(fn, "prototype")) === null;
  }

  function mapEntries(context, value, level, frame) {
    const parts = [];
    let left = 0;
    b.mapForEach(value, (item, key) => {
      if (parts.length >= context.maxArrayLength) {
        left++;
        return;
      }
      const shownKey = kit.formatInside(context, key, level + 1, 2);
      parts[parts.length] = shownKey + " => " + kit.formatInside(context, item, level + 1, 2);
    });
    return kit.moreItems(parts, left, frame);
  }

  function setEntries(context, value, level, frame) {
    const parts = [];
    let left = 0;
    b.setForEach(value, (item) => {
      if (parts.length >= context.maxArrayLength) left++;
      else parts[parts.length] = kit.formatInside(context, item, level + 1, 2);
    });
    return kit.moreItems(parts, left, frame);
  }

  // What it has still to give: looking at it takes nothing.
  function iterator(of, value, frame) {
    const { 0: entries, 1: items } = natives.iteratorItems(value);
    const tag = of + " Iterator";
    const shown = kit.tagOf(value, tag) === "" ? "" : "[" + kit.tagOf(value, tag) + "] ";
    frame.opening = "[" + of + (entries ? " Entries] " : " Iterator] ") + shown + "{";
    frame.content = (context, _, level) => iteratorItems(context, items, level, frame);
  }

  function iteratorItems(context, items, level, frame) {
    const parts = [];
    for (let i = 0; i < items.length && i < context.maxArrayLength; i++) {
      parts[i] = kit.formatInside(context, items[i], level + 1, 2);
    }
    return kit.moreItems(parts, items.length - parts.length, frame);
  }

  function promiseState(context, value, level) {
    const { 0: state, 1: settled } = natives.promiseState(value);
    if (state === "pending") return [kit.styled(context, "<pending>", "special")];
    const text = kit.formatInside(context, settled, level + 1, 2);
    if (state !== "rejected") return [text];
    return [kit.styled(context, "<rejected>", "special") + " " + text];
  }

  function unknownItems(context) {
    return [kit.styled(context, "<items unknown>", "special")];
  }

  function weakTarget(context, value, level) {
    const target = b.weakRefDeref(value);
    if (target === undefined) return [kit.styled(context, "<cleared>", "special")];
    return [kit.formatInside(context, target, level + 1, 2)];
  }

  function bufferContents(lengthOf) {
    return (context, value) => {
      const length = lengthOf(value);
      const size = "byteLength: " + kit.styled(context, b.String(length), "number");
      if (lengthOf === b.arrayBufferLength && b.isDetached(value)) return ["(detached)", size];
      const bytes = new b.Uint8Array(value, 0, b.min(context.maxArrayLength, length));
      let text = "";
      for (let i = 0; i < b.typedArrayLength(bytes); i++) {
        const byte = bytes[i];
        const digits = "0123456789abcdef";
        text += (i > 0 ? " " : "") + digits[byte >> 4] + digits[byte & 15];
      }
      const left = length - b.typedArrayLength(bytes);
      if (left > 0) text += " ... " + left + " more byte" + (left > 1 ? "s" : "");
      const label = kit.styled(context, "[Uint8Contents]", "special");
      return [label + ": <" + text + ">", size];
    };
  }

  function viewParts(context, value, level) {
    const buffer = kit.formatInside(context, b.dataViewBuffer(value), level + 1, 2);
    return [
      "byteLength: " + kit.styled(context, b.String(b.dataViewLength(value)), "number"),
      "byteOffset: " + kit.styled(context, b.String(b.dataViewOffset(value)), "number"),
      "buffer: " + buffer,
    ];
  }
})
