// Bytes of buffers and views: the same memory, not a copy.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { isObject } = kit.platform("web_class");

  // The bytes of an ArrayBuffer or a view, as a Uint8Array over the same memory; undefined for
  // anything else.
  function bytesOf(value) {
    if (!isObject(value) || natives.proxyTarget(value) !== undefined) return undefined;
    if (b.isView(value)) {
      const typed = b.typedArrayName(value) !== undefined;
      const buffer = typed ? b.typedArrayBuffer(value) : b.dataViewBuffer(value);
      if (isOutOfReach(buffer)) return new b.Uint8Array(0);
      const offset = typed ? b.typedArrayOffset(value) : b.dataViewOffset(value);
      const length = typed ? b.typedArrayBytes(value) : b.dataViewLength(value);
      return new b.Uint8Array(buffer, offset, length);
    }
    const brand = kit.brandOf(value);
    if (brand === "ArrayBuffer" && b.isDetached(value)) return new b.Uint8Array(0);
    if (brand === "ArrayBuffer" || brand === "SharedArrayBuffer") return new b.Uint8Array(value);
    return undefined;
  }

  function isOutOfReach(buffer) {
    return kit.brandOf(buffer) === "ArrayBuffer" && b.isDetached(buffer);
  }

  // A Uint8Array as the front ends of Jupyter give bytes: a DataView.
  const viewOf = (bytes) =>
    new b.DataView(
      b.typedArrayBuffer(bytes),
      b.typedArrayOffset(bytes),
      b.typedArrayBytes(bytes),
    );

  // One array of all bytes, for a native that takes one.
  function joinBytes(parts) {
    if (parts.length === 1) return parts[0];
    let total = 0;
    for (let i = 0; i < parts.length; i++) total += b.typedArrayLength(parts[i]);
    const joined = new b.Uint8Array(total);
    for (let i = 0, at = 0; i < parts.length; i++) {
      b.typedArraySet(joined, parts[i], at);
      at += b.typedArrayLength(parts[i]);
    }
    return joined;
  }

  return { bytesOf, viewOf, joinBytes };
})
