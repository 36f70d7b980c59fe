// Text of strings, keys and symbols, and how wide text is on a screen.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const escapes = {
    __proto__: null,
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    "\v": "\\x0B",
    "\\": "\\\\",
  };
  const special = /[\x00-\x1f\x7f-\x9f'\\]|[\ud800-\udfff]/;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const bareKey = /^[A-Za-z_]\w*$/;

  function isHigh(unit) {
    return unit >= 0xd800 && unit <= 0xdbff;
  }
  function isLow(unit) {
    return unit >= 0xdc00 && unit <= 0xdfff;
  }

  function escapeUnit(text, index, quote) {
    const unit = b.charCodeAt(text, index);
    const char = text[index];
    if (char === quote) return "\\" + char;
    if (unit < 0x20 || char === "\\" || (unit >= 0x7f && unit <= 0x9f)) {
      return escapes[char] ?? "\\x" + byteHex(unit);
    }
    return char;
  }

  function byteHex(unit) {
    const digits = "0123456789ABCDEF";
    return digits[unit >> 4] + digits[unit & 15];
  }

  function surrogateHex(unit) {
    const digits = "0123456789abcdef";
    return "d" + digits[(unit >> 8) & 15] + digits[(unit >> 4) & 15] + digits[unit & 15];
  }

  // A string literal in the quotes that need the least escaping.
  function quote(text) {
    if (b.regexpExec(special, text) === null) return "'" + text + "'";
    let mark = "'";
    if (b.includes(text, "'")) {
      if (!b.includes(text, '"')) mark = '"';
      else if (!b.includes(text, "`") && !b.includes(text, "${")) mark = "`";
    }
    let result = mark;
    for (let i = 0; i < text.length; i++) {
      const unit = b.charCodeAt(text, i);
      if (isHigh(unit) && isLow(b.charCodeAt(text, i + 1))) {
        result += text[i] + text[i + 1];
        i++;
      } else if (unit >= 0xd800 && unit <= 0xdfff) {
        result += "\\u" + surrogateHex(unit); // one without its other half
      } else {
        result += escapeUnit(text, i, mark);
      }
    }
    return result + mark;
  }
  kit.quote = quote;

  kit.keyText = function (context, key) {
    if (typeof key === "symbol") {
      return "[" + kit.styled(context, kit.symbolText(key), "symbol") + "]";
    }
    // Written like a key it would be the prototype.
    if (key === "__proto__") return "['__proto__']";
    if (b.regexpExec(bareKey, key) !== null) return key;
    return kit.styled(context, quote(key), "string");
  };

  kit.symbolText = function (symbol) {
    const text = b.symbolText(symbol);
    return b.regexpExec(special, text) === null
      ? text
      : "Symbol(" + b.stringSlice(quote(b.symbolDescription(symbol)), 1, -1) + ")";
  };

  kit.isIdentifier = (text) => b.regexpExec(identifier, text) !== null;

  kit.cutString = function (text, limit) {
    if (text.length <= limit) return [text, ""];
    const rest = text.length - limit;
    return [
      b.stringSlice(text, 0, limit),
      "... " + rest + " more character" + (rest > 1 ? "s" : ""),
    ];
  };

  // Ranges that terminals and monospaced notebook fonts draw two columns wide.
  const wide = [
    0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff,
    0xa000, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
    0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd,
  ];
  const plain = /^[\x20-\x7e]*$/;
  const sequenceRest = /^[0-9;]*m/;

  function charWidth(point) {
    if (point < 0x300) return 1;
    if (point <= 0x36f || point === 0x200b || point === 0x200d) return 0;
    if (point >= 0xfe00 && point <= 0xfe0f) return 0;
    for (let i = 0; i < wide.length; i += 2) {
      if (point >= wide[i] && point <= wide[i + 1]) return 2;
    }
    return 1;
  }

  // Without its escape sequences for colour; other controls are none of ours and stay.
  function unstyled(text) {
    const pieces = b.split(text, "\x1b[");
    let result = pieces[0];
    for (let i = 1; i < pieces.length; i++) {
      const found = b.regexpExec(sequenceRest, pieces[i]);
      result += found === null ? pieces[i] : b.stringSlice(pieces[i], found[0].length);
    }
    return result;
  }

  kit.textWidth = function (text) {
    if (b.regexpExec(plain, text) !== null) return text.length;
    if (b.includes(text, "\x1b[")) return kit.textWidth(unstyled(text));
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      const point = b.codePointAt(text, i);
      if (point > 0xffff) i++;
      width += charWidth(point);
    }
    return width;
  };
})
