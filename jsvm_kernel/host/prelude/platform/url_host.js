// The host of a URL: a domain, an IPv4 or IPv6 address, or (for schemes that are not special)
// any text. parseHost gives its serialised form, null if it is not valid.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const percent = kit.platform("percent");

  const forbiddenInHost = /[\0\t\n\r #/:<>?@[\\\]^|]/;
  const forbiddenInDomain = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/;
  const notAscii = /[^\0-\x7f]/;
  const punycode = /(?:^|\.)xn--/i;
  const has = (pattern, text) => b.regexpExec(pattern, text) !== null;

  function parseHost(input, special) {
    if (input[0] === "[") {
      if (input[input.length - 1] !== "]") return null;
      const pieces = parseIPv6(b.stringSlice(input, 1, -1));
      return pieces === null ? null : "[" + ipv6Text(pieces) + "]";
    }
    if (!special) {
      return has(forbiddenInHost, input) ? null : percent.encode(input, percent.control);
    }
    const domain = domainToASCII(percent.decode(input));
    if (domain === "" || has(forbiddenInDomain, domain)) return null;
    return endsInNumber(domain) ? parseIPv4(domain) : domain;
  }

  function domainToASCII(domain) {
    if (!has(notAscii, domain) && !has(punycode, domain)) return b.toLowerCase(domain);
    return natives.domainToASCII(domain);
  }

  // ---- IPv4 -----------------------------------------------------------------------

  function labelsOf(domain) {
    const labels = b.split(domain, ".");
    if (labels.length > 1 && labels[labels.length - 1] === "") labels.length--;
    return labels;
  }

  function endsInNumber(domain) {
    const labels = labelsOf(domain);
    const last = labels[labels.length - 1];
    return has(/^[0-9]+$/, last) || has(/^0[xX][0-9a-fA-F]*$/, last);
  }

  // A number in decimal, hexadecimal (0x) or octal (0); NaN if it is none.
  function ipv4Number(text) {
    if (has(/^0[xX][0-9a-fA-F]*$/, text)) return text.length === 2 ? 0 : b.Number(text);
    if (has(/^0[0-7]*$/, text)) return b.Number("0o0" + text);
    return has(/^[1-9][0-9]*$/, text) ? b.Number(text) : NaN;
  }

  function parseIPv4(domain) {
    const labels = labelsOf(domain);
    if (labels.length > 4) return null;
    let address = 0;
    for (let i = 0; i < labels.length; i++) {
      const number = ipv4Number(labels[i]);
      const last = i === labels.length - 1;
      const limit = last ? 256 ** (4 - i) : 256;
      if (!(number < limit)) return null;
      address += last ? number : number * 256 ** (3 - i);
    }
    let text = b.String(address % 256);
    for (let i = 0; i < 3; i++) {
      address = b.floor(address / 256);
      text = b.String(address % 256) + "." + text;
    }
    return text;
  }

  // ---- IPv6 -----------------------------------------------------------------------

  // Eight numbers of 16 bits, or null.
  function parseIPv6(input) {
    const pieces = [0, 0, 0, 0, 0, 0, 0, 0];
    let count = 0;
    let compress = -1;
    let at = 0;
    if (input[0] === ":") {
      if (input[1] !== ":") return null;
      at = 2;
      compress = 0;
    }
    while (at < input.length) {
      if (count === 8) return null;
      if (input[at] === ":") {
        if (compress >= 0) return null;
        at++;
        compress = count;
        continue;
      }
      const digits = hexDigits(input, at);
      if (input[at + digits] === ".") {
        if (digits === 0 || count > 6) return null;
        const numbers = dotted(b.stringSlice(input, at));
        if (numbers === null) return null;
        pieces[count++] = numbers[0] * 256 + numbers[1];
        pieces[count++] = numbers[2] * 256 + numbers[3];
        break;
      }
      if (digits > 0) pieces[count] = b.Number("0x" + b.stringSlice(input, at, at + digits));
      at += digits;
      if (input[at] === ":") {
        at++;
        if (at === input.length) return null;
      } else if (at < input.length) {
        return null;
      }
      count++;
    }
    if (compress < 0) return count === 8 ? pieces : null;
    // What follows the "::" moves to the end.
    for (let from = count - 1, to = 7; from >= compress && to > from; from--, to--) {
      pieces[to] = pieces[from];
      pieces[from] = 0;
    }
    return pieces;
  }

  function hexDigits(input, at) {
    let count = 0;
    while (count < 4 && at + count < input.length && has(/[0-9a-fA-F]/, input[at + count])) {
      count++;
    }
    return count;
  }

  function dotted(text) {
    const found = b.regexpExec(/^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$/, text);
    if (found === null) return null;
    const numbers = [];
    for (let i = 0; i < 4; i++) {
      if (!has(/^(?:0|[1-9][0-9]{0,2})$/, found[i + 1])) return null;
      numbers[i] = b.Number(found[i + 1]);
      if (numbers[i] > 255) return null;
    }
    return numbers;
  }

  // The first longest run of zeros, of two at least, becomes "::".
  function ipv6Text(pieces) {
    let start = -1;
    let length = 1;
    for (let i = 0; i < 8; i++) {
      let run = 0;
      while (i + run < 8 && pieces[i + run] === 0) run++;
      if (run > length) {
        start = i;
        length = run;
      }
      if (run > 0) i += run - 1;
    }
    let text = "";
    for (let i = 0; i < 8; i++) {
      if (i === start) {
        text += i === 0 ? "::" : ":";
        i += length - 1;
        continue;
      }
      text += b.numberText(pieces[i], 16);
      if (i < 7) text += ":";
    }
    return text;
  }

  return { parseHost };
})
