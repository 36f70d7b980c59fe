// Percent-encoding, with the sets of the URL Standard.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // A set: 128 flags; everything beyond ASCII is always encoded.
  function makeSet(base, chars) {
    const set = new b.Uint8Array(128);
    for (let i = 0; i < 128; i++) set[i] = base === null ? i < 0x20 || i === 0x7f : base[i];
    for (let i = 0; i < chars.length; i++) set[b.charCodeAt(chars, i)] = 1;
    return set;
  }
  const control = makeSet(null, "");
  const fragment = makeSet(control, ' "<>`');
  const query = makeSet(control, ' "#<>');
  const specialQuery = makeSet(query, "'");
  const path = makeSet(query, "?^`{}");
  const userinfo = makeSet(path, "/:;=@[\\]|");
  const component = makeSet(userinfo, "$%&+,");
  const form = makeSet(component, "!'()~");

  const HEX = "0123456789ABCDEF";
  const escape = (byte) => "%" + HEX[byte >> 4] + HEX[byte & 15];

  function needs(code, set) {
    return code > 127 || set[code] === 1;
  }

  // Only runs of characters that need it are touched.
  function encode(text, set) {
    let result = "";
    let done = 0;
    for (let i = 0; i < text.length; i++) {
      if (!needs(b.charCodeAt(text, i), set)) continue;
      result += b.stringSlice(text, done, i);
      let end = i + 1;
      while (end < text.length && needs(b.charCodeAt(text, end), set)) end++;
      const bytes = new b.Uint8Array(natives.encodeUtf8(b.stringSlice(text, i, end)));
      for (let j = 0; j < bytes.length; j++) result += escape(bytes[j]);
      done = end;
      i = end - 1;
    }
    return done === 0 ? text : result + b.stringSlice(text, done);
  }

  function hexValue(code) {
    if (code >= 0x30 && code <= 0x39) return code - 0x30;
    const letter = code | 0x20;
    return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
  }

  // The text whose UTF-8 bytes are those of `text` with %XX replaced.
  function decode(text) {
    if (b.stringIndexOf(text, "%") < 0) return text;
    const bytes = new b.Uint8Array(natives.encodeUtf8(text));
    let length = 0;
    for (let i = 0; i < bytes.length; i++, length++) {
      bytes[length] = bytes[i];
      if (bytes[i] !== 0x25 || i + 2 >= bytes.length) continue;
      const high = hexValue(bytes[i + 1]);
      const low = hexValue(bytes[i + 2]);
      if (high < 0 || low < 0) continue;
      bytes[length] = (high << 4) | low;
      i += 2;
    }
    return natives.decodeUtf8(b.typedArraySubarray(bytes, 0, length));
  }

  return { encode, decode, control, fragment, query, specialQuery, path, userinfo, form };
})
