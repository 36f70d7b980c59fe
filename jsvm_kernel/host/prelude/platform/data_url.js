// data: URLs: "data:[type][;base64],content".
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { encode } = kit.platform("encoding");

  function parse(url) {
    const comma = b.stringIndexOf(url, ",");
    if (comma < 0) throw new b.TypeError("fetch: a data: URL needs a comma before its content");
    const hash = b.stringIndexOf(url, "#");
    const end = hash < 0 ? url.length : hash;
    const head = b.stringSlice(url, 5, comma);
    const base64 = b.regexpExec(/^([^]*);\x20*base64\x20*$/i, head);
    const type = typeOf(b.trim(base64 === null ? head : base64[1]));
    const bytes = unescaped(encode(b.stringSlice(url, comma + 1, end)));
    return { bytes: base64 === null ? bytes : ofBase64(bytes), type };
  }

  function typeOf(given) {
    const type = b.startsWith(given, ";") ? "text/plain" + given : given;
    const whole = /^[!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+\s*(;|$)/;
    return b.regexpExec(whole, type) === null ? "text/plain;charset=US-ASCII" : type;
  }

  const hex = (byte) => {
    if (byte >= 48 && byte <= 57) return byte - 48;
    const letter = byte | 32;
    return letter >= 97 && letter <= 102 ? letter - 87 : -1;
  };

  function unescaped(bytes) {
    const length = b.typedArrayLength(bytes);
    const out = new b.Uint8Array(length);
    let size = 0;
    for (let i = 0; i < length; i++) {
      const high = bytes[i] === 37 && i + 2 < length ? hex(bytes[i + 1]) : -1;
      const low = high < 0 ? -1 : hex(bytes[i + 2]);
      if (low < 0) {
        out[size++] = bytes[i];
      } else {
        out[size++] = high * 16 + low;
        i += 2;
      }
    }
    return b.typedArraySlice(out, 0, size);
  }

  function ofBase64(bytes) {
    const { decode } = kit.platform("encoding");
    let binary;
    try {
      binary = b.atob(decode(bytes));
    } catch {
      throw new b.TypeError("fetch: the content of the data: URL is no base64");
    }
    const out = new b.Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) out[i] = b.charCodeAt(binary, i);
    return out;
  }

  return { parse };
})
