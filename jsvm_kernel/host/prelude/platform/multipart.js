// multipart/form-data: the bytes of a form, and a form out of bytes. A form is a list of
// [name, string or File].
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { shown } = kit.platform("web_class");
  const { encode, decode } = kit.platform("encoding");
  const { concatenated, bytesIn, typeIn, nameIn, blobOf, fileFrom } = kit.platform("blob");
  const CR = 13;
  const LF = 10;
  const DASH = 45;

  const replaced = (string, from, to) => b.join(b.split(string, from), to);

  // ---- writing ----------------------------------------------------------------------------

  const withNewlines = (string) =>
    replaced(replaced(replaced(string, "\r\n", "\n"), "\r", "\n"), "\n", "\r\n");
  const quoted = (string) =>
    replaced(replaced(replaced(string, "\n", "%0A"), "\r", "%0D"), '"', "%22");

  // Gives {bytes, type}.
  function write(items) {
    const boundary = "----jsvm-form-" + token();
    const parts = [];
    for (let i = 0; i < items.length; i++) {
      const [name, value] = items[i];
      const head =
        `--${boundary}\r\nContent-Disposition: form-data; ` +
        `name="${quoted(withNewlines(name))}"`;
      if (typeof value === "string") {
        parts[parts.length] = encode(`${head}\r\n\r\n${withNewlines(value)}\r\n`);
        continue;
      }
      const type = typeIn(value) || "application/octet-stream";
      parts[parts.length] = encode(
        `${head}; filename="${quoted(nameIn(value))}"\r\nContent-Type: ${type}\r\n\r\n`,
      );
      parts[parts.length] = bytesIn(value);
      parts[parts.length] = encode("\r\n");
    }
    parts[parts.length] = encode(`--${boundary}--\r\n`);
    return { bytes: concatenated(parts), type: `multipart/form-data; boundary=${boundary}` };
  }

  function token() {
    const bytes = new b.Uint8Array(12);
    natives.randomBytes(bytes);
    let hex = "";
    for (let i = 0; i < 12; i++) hex += b.padStart(b.numberText(bytes[i], 16), 2, "0");
    return hex;
  }

  // ---- reading ----------------------------------------------------------------------------

  function malformed(why) {
    return new b.TypeError(`formData: the body is no multipart form: ${why}`);
  }

  function read(bytes, boundary) {
    const mark = encode("--" + boundary);
    const between = encode("\r\n--" + boundary);
    const length = b.typedArrayLength(mark);
    const items = [];
    let at = find(bytes, mark, 0);
    if (at < 0) throw malformed("its boundary is not in it");
    for (;;) {
      at += length;
      if (bytes[at] === DASH && bytes[at + 1] === DASH) return items;
      while (bytes[at] === 32 || bytes[at] === 9) at++;
      if (bytes[at] !== CR || bytes[at + 1] !== LF) {
        throw malformed("a boundary does not end its line");
      }
      const { head, start } = headAt(bytes, at + 2);
      const end = find(bytes, between, start);
      if (end < 0) throw malformed("a part has no end");
      items[items.length] = item(head, b.typedArraySlice(bytes, start, end));
      at = end + 2;
    }
  }

  function headAt(bytes, at) {
    const head = b.create(null);
    const lineEnd = encode("\r\n");
    for (;;) {
      const end = find(bytes, lineEnd, at);
      if (end < 0) throw malformed("the headers of a part have no end");
      if (end === at) return { head, start: at + 2 };
      const line = decode(b.typedArraySubarray(bytes, at, end));
      const colon = b.stringIndexOf(line, ":");
      if (colon < 0) throw malformed(`${shown(line)} is no header`);
      const name = b.toLowerCase(b.trim(b.stringSlice(line, 0, colon)));
      head[name] = b.trim(b.stringSlice(line, colon + 1));
      at = end + 2;
    }
  }

  const unquoted = (string) =>
    replaced(replaced(replaced(string, "%0A", "\n"), "%0D", "\r"), "%22", '"');

  function item(head, bytes) {
    const disposition = head["content-disposition"] ?? "";
    const name = b.regexpExec(/;\s*name="([^"]*)"/i, disposition);
    if (b.regexpExec(/^form-data\s*;/i, disposition) === null || name === null) {
      throw malformed("a part has no name");
    }
    const file = b.regexpExec(/;\s*filename="([^"]*)"/i, disposition);
    if (file === null) return [unquoted(name[1]), decode(bytes)];
    const blob = blobOf(bytes, head["content-type"] ?? "text/plain");
    return [unquoted(name[1]), fileFrom(blob, unquoted(file[1]))];
  }

  // Where a pattern of bytes begins, from `at` on; -1 if nowhere.
  function find(bytes, pattern, at) {
    const length = b.typedArrayLength(pattern);
    for (;;) {
      at = b.typedArrayIndexOf(bytes, pattern[0], at);
      if (at < 0) return -1;
      let same = 1;
      while (same < length && bytes[at + same] === pattern[same]) same++;
      if (same === length) return at;
      at++;
    }
  }

  return { write, read };
})
