// Arrays, typed arrays and arguments: elements, holes, and how many were left out.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  kit.describeSequence = function (value, brand, frame) {
    frame.list = true;
    frame.closing = "]";
    if (brand === "TypedArray") {
      frame.length = b.typedArrayLength(value);
      frame.opening = kit.prefixOf(value, b.typedArrayName(value), sizeOf(frame)) + "[";
      frame.content = frame.length > 0 ? typedElements : null;
      frame.numeric = true;
      return;
    }
    const length = kit.ownData(value, "length");
    frame.length = typeof length === "number" ? length : 0;
    frame.content = frame.length > 0 ? elements : null;
    if (brand === "Arguments") {
      frame.opening = "[Arguments] [";
      return;
    }
    const prefix = kit.prefixOf(value, "Array", sizeOf(frame));
    frame.opening = prefix === "Array" + sizeOf(frame) + " " ? "[" : prefix + "[";
  };

  function sizeOf(frame) {
    return "(" + frame.length + ")";
  }

  function moreItems(parts, count, frame) {
    if (count > 0) {
      parts[parts.length] = "... " + count + " more item" + (count > 1 ? "s" : "");
      frame.more = true;
    }
    return parts;
  }
  kit.moreItems = moreItems;

  function typedElements(context, value, level, frame) {
    const shown = b.min(context.maxArrayLength, frame.length);
    const parts = [];
    for (let i = 0; i < shown; i++) {
      const element = value[i];
      const text = typeof element === "bigint" ? element + "n" : kit.formatNumber(element);
      parts[i] = kit.styled(context, text, "number");
    }
    return moreItems(parts, frame.length - shown, frame);
  }

  function elements(context, value, level, frame) {
    const limit = b.min(context.maxArrayLength, frame.length);
    const parts = [];
    frame.numeric = true;
    let index = 0;
    for (; index < frame.length && parts.length < limit; index++) {
      const descriptor = b.descriptorOf(value, index);
      if (descriptor === undefined) {
        return sparseElements(context, value, level, frame, parts, index);
      }
      parts[parts.length] = element(context, value, descriptor, level, frame);
    }
    return moreItems(parts, frame.length - index, frame);
  }

  function element(context, value, descriptor, level, frame) {
    const type = typeof descriptor.value;
    if (type === "number") {
      return kit.styled(context, kit.formatNumber(descriptor.value), "number");
    }
    if (type !== "bigint") frame.numeric = false;
    return kit.formatHeld(context, value, descriptor, level);
  }

  // From the first hole on: by the keys that are there, so that new Array(1e9) is quick.
  function sparseElements(context, value, level, frame, parts, from) {
    const limit = b.min(context.maxArrayLength, frame.length);
    const keys = b.keysOf(value);
    let next = from;
    frame.numeric = false;
    for (let i = from; i < keys.length && parts.length < limit; i++) {
      const index = +keys[i];
      if (!(index >= next && index < frame.length)) break;
      if (index > next) {
        parts[parts.length] = holes(context, index - next);
        next = index;
        if (parts.length >= limit) break;
      }
      const descriptor = b.descriptorOf(value, keys[i]);
      parts[parts.length] = element(context, value, descriptor, level, frame);
      next = index + 1;
    }
    if (next < frame.length && parts.length < limit) {
      // Keys that are not enumerable count as holes, as in Node.
      parts[parts.length] = holes(context, frame.length - next);
      next = frame.length;
    }
    frame.numeric = false;
    return moreItems(parts, frame.length - next, frame);
  }

  function holes(context, count) {
    const text = "<" + count + " empty item" + (count > 1 ? "s" : "") + ">";
    return kit.styled(context, text, "undefined");
  }
})
