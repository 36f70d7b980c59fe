// FormData: names with strings or files, as a form sends them, and the two ways to write one:
// multipart/form-data and application/x-www-form-urlencoded.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, need, isObject, shown, wellFormed, iterable } =
    kit.platform("web_class");
  const { encode, decode } = kit.platform("encoding");
  const CR = 13;
  const LF = 10;
  const DASH = 45;

  let itemsOf;
  let fill;
  class FormData {
    #items = []; // [name, string or File]

    constructor(form = undefined) {
      if (form !== undefined) {
        throw new b.TypeError(`FormData: there are no HTML forms here, got ${shown(form)}`);
      }
    }

    static {
      itemsOf = (form) => {
        if (!isObject(form) || !(#items in form)) throw illegal("FormData");
        return form.#items;
      };
      fill = (form, items) => {
        form.#items = items;
        return form;
      };
    }

    append(name, value, filename = undefined) {
      const items = itemsOf(this);
      need(2, arguments.length, "FormData.append");
      items[items.length] = entry("FormData.append", name, value, filename, arguments.length);
    }

    delete(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.delete");
      name = wellFormed(name);
      this.#items = those(items, (item) => item[0] !== name);
    }

    get(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.get");
      name = wellFormed(name);
      const found = those(items, (item) => item[0] === name);
      return found.length > 0 ? found[0][1] : null;
    }

    getAll(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.getAll");
      name = wellFormed(name);
      const values = [];
      for (let i = 0; i < items.length; i++) {
        if (items[i][0] === name) values[values.length] = items[i][1];
      }
      return values;
    }

    has(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.has");
      name = wellFormed(name);
      return those(items, (item) => item[0] === name).length > 0;
    }

    set(name, value, filename = undefined) {
      const items = itemsOf(this);
      need(2, arguments.length, "FormData.set");
      const made = entry("FormData.set", name, value, filename, arguments.length);
      let place = -1;
      const kept = [];
      for (let i = 0; i < items.length; i++) {
        if (items[i][0] !== made[0]) {
          kept[kept.length] = items[i];
        } else if (place < 0) {
          place = kept.length;
          kept[place] = made;
        }
      }
      if (place < 0) kept[kept.length] = made;
      this.#items = kept;
    }
  }

  function those(items, wanted) {
    const found = [];
    for (let i = 0; i < items.length; i++) {
      if (wanted(items[i])) found[found.length] = items[i];
    }
    return found;
  }

  function entry(what, name, value, filename, given) {
    name = wellFormed(name);
    if (isObject(value)) {
      const { isBlob, isFile } = kit.platform("blob");
      if (isBlob(value)) {
        if (given < 3 && isFile(value)) return [name, value];
        return [name, fileFrom(value, given < 3 ? "blob" : wellFormed(filename))];
      }
    }
    if (given >= 3) {
      throw new b.TypeError(`${what}: with a file name the value must be a Blob, got ${shown(value)}`);
    }
    return [name, wellFormed(value)];
  }

  function fileFrom(blob, name) {
    const { File, typeIn } = kit.platform("blob");
    return new File([blob], name, { __proto__: null, type: typeIn(blob) });
  }

  iterable(FormData, (form, index) => {
    const item = itemsOf(form)[index];
    return item === undefined ? undefined : [item[0], item[1]];
  });
  webClass(FormData, itemsOf, (item, show) => show(item[0]) + " => " + show(item[1]));
  b.defineProperty(FormData, "length", { value: 0, configurable: true });

  // ---- writing ----------------------------------------------------------------------------

  const withNewlines = (string) => b.join(b.split(lines(string), "\n"), "\r\n");
  const lines = (string) => b.join(b.split(b.join(b.split(string, "\r\n"), "\n"), "\r"), "\n");
  const replaced = (string, from, to) => b.join(b.split(string, from), to);
  const quoted = (string) =>
    replaced(replaced(replaced(string, "\n", "%0A"), "\r", "%0D"), '"', "%22");

  function toMultipart(form) {
    const boundary = "----jsvm-form-" + token();
    const items = itemsOf(form);
    const parts = [];
    for (let i = 0; i < items.length; i++) {
      const [name, value] = items[i];
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(withNewlines(name))}"`;
      if (typeof value === "string") {
        parts[parts.length] = encode(`${head}\r\n\r\n${withNewlines(value)}\r\n`);
        continue;
      }
      const { bytesIn, typeIn, nameIn } = kit.platform("blob");
      const type = typeIn(value) || "application/octet-stream";
      parts[parts.length] = encode(
        `${head}; filename="${quoted(nameIn(value))}"\r\nContent-Type: ${type}\r\n\r\n`,
      );
      parts[parts.length] = bytesIn(value);
      parts[parts.length] = encode("\r\n");
    }
    parts[parts.length] = encode(`--${boundary}--\r\n`);
    const { concatenated } = kit.platform("blob");
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

  // The form that bytes of this Content-Type are.
  function parse(bytes, type) {
    const essence = b.toLowerCase(b.trim(b.split(type, ";")[0]));
    if (essence === "application/x-www-form-urlencoded") {
      return fill(new FormData(), kit.platform("url_search_params").parse(decode(bytes)));
    }
    if (essence === "multipart/form-data") {
      const found = b.regexpExec(/;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i, type);
      if (found !== null) return fill(new FormData(), ofMultipart(bytes, found[1] ?? found[2]));
    }
    throw new b.TypeError(
      `formData: the body's type is ${shown(type)}; a form is multipart/form-data (with a ` +
        "boundary) or application/x-www-form-urlencoded",
    );
  }

  function malformed(why) {
    return new b.TypeError(`formData: the body is no multipart form: ${why}`);
  }

  function ofMultipart(bytes, boundary) {
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
      if (bytes[at] !== CR || bytes[at + 1] !== LF) throw malformed("a boundary does not end its line");
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
    const blob = kit.platform("blob").blobOf(bytes, head["content-type"] ?? "text/plain");
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

  docs.FormData = "Names with strings or files, sent as multipart/form-data when it is a body.";
  return {
    FormData,
    isForm(value) {
      try {
        return itemsOf(value) !== undefined;
      } catch {
        return false;
      }
    },
    toMultipart,
    parse,
  };
})
