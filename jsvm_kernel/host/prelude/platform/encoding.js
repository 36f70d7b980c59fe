// TextEncoder and TextDecoder. UTF-8 is the library's own; UTF-16 is decoded here; the web's
// legacy encodings are Python's codecs.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, isObject, shown, text, dictionary } = kit.platform("web_class");
  const { bytesOf } = kit.platform("bytes");
  const { encodingOf } = kit.platform("encoding_labels");

  const encode = (string) => new b.Uint8Array(natives.encodeUtf8(string));

  class TextEncoder {
    #brand = true;
    static #check(value) {
      if (!isObject(value) || !(#brand in value)) throw illegal("TextEncoder");
    }
    get encoding() {
      TextEncoder.#check(this);
      return "utf-8";
    }
    encode(input = "") {
      TextEncoder.#check(this);
      return encode(text(input));
    }
    encodeInto(source, destination) {
      TextEncoder.#check(this);
      source = text(source);
      if (!isObject(destination) || typedName(destination) !== "Uint8Array") {
        throw new b.TypeError(
          `encodeInto: the second argument must be a Uint8Array, got ${shown(destination)}`,
        );
      }
      return encodeInto(source, destination);
    }
  }

  function typedName(value) {
    return b.isView(value) ? b.typedArrayName(value) : undefined;
  }

  // Each UTF-16 unit takes a byte at least, so no more of them than bytes can fit.
  function encodeInto(source, destination) {
    const room = b.typedArrayLength(destination);
    let end = b.min(room, source.length);
    if (end < source.length && isHigh(source, end - 1)) end--;
    const bytes = encode(b.stringSlice(source, 0, end));
    let written = b.typedArrayLength(bytes);
    let read = end;
    if (written > room) {
      written = room;
      while (written > 0 && (bytes[written] & 0xc0) === 0x80) written--;
      const fitting = b.typedArraySubarray(bytes, 0, written);
      read = natives.decodeUtf8(fitting).length;
      b.typedArraySet(destination, fitting);
    } else {
      b.typedArraySet(destination, bytes);
    }
    return { read, written };
  }

  function isHigh(string, at) {
    if (at < 0) return false;
    const unit = b.charCodeAt(string, at);
    return unit >= 0xd800 && unit < 0xdc00;
  }
  webClass(TextEncoder, () => ({ encoding: "utf-8" }));

  // ---- decoding -------------------------------------------------------------------

  // A decoder of a kind: start() -> state; step(state, bytes, final, fatal) -> text, or
  // undefined when fatal and malformed. The state is what the next call needs.
  const utf8 = {
    start: () => ({ __proto__: null, rest: new b.Uint8Array(0) }),
    step(state, bytes, final, fatal) {
      const all = joined(state.rest, bytes);
      const length = b.typedArrayLength(all);
      const keep = final ? 0 : unfinished(all, length);
      state.rest = b.typedArraySlice(all, length - keep);
      const ready = keep === 0 ? all : b.typedArraySubarray(all, 0, length - keep);
      if (fatal && !natives.isUtf8(ready)) return undefined;
      return natives.decodeUtf8(ready);
    },
  };

  function joined(first, second) {
    const size = b.typedArrayLength(first);
    if (size === 0) return second;
    const all = new b.Uint8Array(size + b.typedArrayLength(second));
    b.typedArraySet(all, first);
    b.typedArraySet(all, second, size);
    return all;
  }

  // How many bytes at the end begin a character that the next bytes may finish.
  function unfinished(bytes, length) {
    for (let back = 1; back <= 3 && back <= length; back++) {
      const byte = bytes[length - back];
      if ((byte & 0xc0) === 0x80) continue; // a continuation: its lead is further back
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (byte < 0xc2 || byte > 0xf4 || size <= back) return 0;
      if (back === 1) return 1;
      return canFollow(byte, bytes[length - back + 1]) ? back : 0;
    }
    return 0;
  }

  // The second byte of an overlong form, a surrogate or what is beyond U+10FFFF is malformed
  // at once.
  function canFollow(lead, second) {
    if (lead === 0xe0) return second >= 0xa0;
    if (lead === 0xed) return second <= 0x9f;
    if (lead === 0xf0) return second >= 0x90;
    if (lead === 0xf4) return second <= 0x8f;
    return true;
  }

  function utf16(bigEndian) {
    return {
      start: () => ({ __proto__: null, rest: new b.Uint8Array(0) }),
      step(state, bytes, final, fatal) {
        const all = joined(state.rest, bytes);
        const length = b.typedArrayLength(all);
        let end = length - (length % 2);
        const high = all[end - (bigEndian ? 2 : 1)];
        // A pair may be cut in two.
        if (!final && end >= 2 && high >= 0xd8 && high < 0xdc) end -= 2;
        state.rest = final ? new b.Uint8Array(0) : b.typedArraySlice(all, end);
        let result = unitsText(all, end, bigEndian);
        if (final && end < length) {
          if (fatal) return undefined;
          result = b.toWellFormed(result) + "\ufffd";
        }
        if (b.isWellFormed(result)) return result;
        return fatal ? undefined : b.toWellFormed(result);
      },
    };
  }

  function unitsText(bytes, end, bigEndian) {
    const low = bigEndian ? 1 : 0;
    let result = "";
    for (let from = 0; from < end; from += 8192) {
      const units = [];
      for (let i = from; i < from + 8192 && i < end; i += 2) {
        units[units.length] = bytes[i + low] | (bytes[i + 1 - low] << 8);
      }
      result += b.apply(b.fromCharCode, undefined, units);
    }
    return result;
  }

  function legacy(codec) {
    return {
      start: () => ({ __proto__: null, between: "" }),
      step(state, bytes, final, fatal) {
        const decoded = natives.decodeLegacy(codec, state.between, bytes, final);
        state.between = decoded[1];
        if (fatal && b.includes(decoded[0], "\ufffd")) return undefined;
        return decoded[0];
      },
    };
  }

  function decoderOf(codec) {
    if (codec === "utf-8") return utf8;
    if (codec === "utf-16le" || codec === "utf-16be") return utf16(codec === "utf-16be");
    return legacy(codec);
  }

  let slotsOf;
  class TextDecoder {
    #slots;

    constructor(label = "utf-8", options = {}) {
      const found = encodingOf(text(label));
      if (found === undefined) {
        throw new b.RangeError(`TextDecoder: there is no encoding ${shown(label)}`);
      }
      const { fatal, ignoreBOM } = dictionary(options, "TextDecoder: the second argument");
      this.#slots = {
        __proto__: null,
        encoding: found.name,
        fatal: !!fatal,
        ignoreBOM: !!ignoreBOM,
        decoder: decoderOf(found.codec),
        state: null, // null between two streams
        atStart: true,
      };
    }

    static {
      slotsOf = (value) => {
        if (!isObject(value) || !(#slots in value)) throw illegal("TextDecoder");
        return value.#slots;
      };
    }

    get encoding() {
      return slotsOf(this).encoding;
    }
    get fatal() {
      return slotsOf(this).fatal;
    }
    get ignoreBOM() {
      return slotsOf(this).ignoreBOM;
    }

    decode(input, options = {}) {
      const slots = slotsOf(this);
      const bytes = input === undefined ? new b.Uint8Array(0) : bytesOf(input);
      if (bytes === undefined) {
        throw new b.TypeError(
          `TextDecoder.decode expects an ArrayBuffer or a view of one, got ${shown(input)}`,
        );
      }
      const stream = !!dictionary(options, "TextDecoder.decode: the second argument").stream;
      if (slots.state === null) {
        slots.state = slots.decoder.start();
        slots.atStart = true;
      }
      let result = slots.decoder.step(slots.state, bytes, !stream, slots.fatal);
      if (!stream || result === undefined) slots.state = null;
      if (result === undefined) {
        throw new b.TypeError(`TextDecoder: the bytes are not valid ${slots.encoding}`);
      }
      if (slots.atStart && result !== "") {
        slots.atStart = false;
        const marked = result[0] === "\ufeff" && b.startsWith(slots.encoding, "utf-");
        if (marked && !slots.ignoreBOM) result = b.stringSlice(result, 1);
      }
      return result;
    }
  }
  b.defineProperty(TextDecoder.prototype.decode, "length", { value: 0, configurable: true });
  webClass(TextDecoder, (decoder) => {
    const { encoding, fatal, ignoreBOM } = slotsOf(decoder);
    return { encoding, fatal, ignoreBOM };
  });

  docs.TextEncoder = "Turns text into UTF-8 bytes: encode(text), encodeInto(text, bytes).";
  docs.TextDecoder =
    "Turns bytes into text: decode(bytes, {stream}). label: utf-8, utf-16le, latin1, shift_jis, " +
    "gbk, … fatal: malformed bytes are a TypeError.";
  return { TextEncoder, TextDecoder, bytesOf, encode, decode: natives.decodeUtf8 };
})
