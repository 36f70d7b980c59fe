// Blob and File: bytes that do not change, with a MIME type.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, text, wellFormed, dictionary } =
    kit.platform("web_class");
  const { bytesOf, encode, decode } = kit.platform("encoding");
  const CHUNK = 65536; // of a stream

  function listOf(parts) {
    const method = isObject(parts) ? parts[Symbol.iterator] : undefined;
    if (typeof method !== "function") {
      throw new b.TypeError(
        `Blob: the first argument must be a list of parts, such as ["text"], got ${shown(parts)}`,
      );
    }
    const list = [];
    for (const part of parts) list[list.length] = part;
    return list;
  }

  function partBytes(part, nativeEndings) {
    if (isBlob(part)) return stateOf(part).bytes;
    const bytes = bytesOf(part);
    if (bytes !== undefined) return bytes;
    let string = wellFormed(part);
    if (nativeEndings) {
      string = b.join(b.split(string, "\r\n"), "\n");
      string = b.join(b.split(string, "\r"), "\n");
    }
    return encode(string);
  }

  function concatenated(chunks) {
    let size = 0;
    for (let i = 0; i < chunks.length; i++) size += b.typedArrayLength(chunks[i]);
    const all = new b.Uint8Array(size);
    let at = 0;
    for (let i = 0; i < chunks.length; i++) {
      b.typedArraySet(all, chunks[i], at);
      at += b.typedArrayLength(chunks[i]);
    }
    return all;
  }

  function normalType(type) {
    type = text(type);
    return b.regexpExec(/[^\x20-\x7e]/, type) === null ? b.toLowerCase(type) : "";
  }

  let stateOf;
  let isBlob;
  let blobOf;
  class Blob {
    #state;

    constructor(parts = [], options = {}) {
      const list = listOf(parts);
      const { endings = "transparent", type = "" } = dictionary(
        options,
        "Blob: the second argument",
      );
      const ending = text(endings);
      if (ending !== "transparent" && ending !== "native") {
        throw new b.TypeError(`Blob: endings is "transparent" or "native", got ${shown(ending)}`);
      }
      const chunks = [];
      for (let i = 0; i < list.length; i++) {
        chunks[i] = partBytes(list[i], ending === "native");
      }
      this.#state = { __proto__: null, bytes: concatenated(chunks), type: normalType(type) };
    }

    static {
      isBlob = (value) => isObject(value) && #state in value;
      stateOf = (blob) => {
        if (!isBlob(blob)) throw illegal("Blob");
        return blob.#state;
      };
      // A blob over bytes that nobody else changes.
      blobOf = (bytes, type) => {
        const blob = new Blob();
        blob.#state = { __proto__: null, bytes, type };
        return blob;
      };
    }

    get size() {
      return b.typedArrayLength(stateOf(this).bytes);
    }
    get type() {
      return stateOf(this).type;
    }

    slice(start = 0, end = undefined, contentType = "") {
      const { bytes } = stateOf(this);
      const size = b.typedArrayLength(bytes);
      const from = position(start, size);
      const to = b.max(end === undefined ? size : position(end, size), from);
      return blobOf(b.typedArraySubarray(bytes, from, to), normalType(contentType));
    }

    async text() {
      return decode(withoutMark(stateOf(this).bytes));
    }
    async arrayBuffer() {
      return b.typedArrayBuffer(b.typedArraySlice(stateOf(this).bytes));
    }
    async bytes() {
      return b.typedArraySlice(stateOf(this).bytes);
    }

    stream() {
      const { bytes } = stateOf(this);
      const { ReadableStream } = kit.platform("readable_stream");
      let at = 0;
      const pull = (controller) => {
        const end = b.min(at + CHUNK, b.typedArrayLength(bytes));
        if (end > at) controller.enqueue(b.typedArraySlice(bytes, at, end));
        at = end;
        if (at === b.typedArrayLength(bytes)) controller.close();
      };
      return new ReadableStream({ __proto__: null, pull }, { __proto__: null, highWaterMark: 0 });
    }
  }

  function position(value, size) {
    const number = b.trunc(+value) || 0;
    return number < 0 ? b.max(size + number, 0) : b.min(number, size);
  }

  function withoutMark(bytes) {
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return marked ? b.typedArraySubarray(bytes, 3) : bytes;
  }

  const blobFields = (blob) => {
    const { bytes, type } = stateOf(blob);
    return { size: b.typedArrayLength(bytes), type };
  };
  webClass(Blob, blobFields);

  let fileOf;
  let isFile;
  class File extends Blob {
    #file;
    constructor(parts, name, options = {}) {
      need(2, arguments.length, "File");
      super(parts, options);
      const { lastModified } = options ?? b.create(null);
      const time = lastModified === undefined ? b.dateNow() : b.trunc(+lastModified) || 0;
      this.#file = { __proto__: null, name: wellFormed(name), lastModified: time };
    }
    static {
      isFile = (value) => isObject(value) && #file in value;
      fileOf = (file) => {
        if (!isFile(file)) throw illegal("File");
        return file.#file;
      };
    }
    get name() {
      return fileOf(this).name;
    }
    get lastModified() {
      return fileOf(this).lastModified;
    }
    get webkitRelativePath() {
      fileOf(this);
      return "";
    }
  }
  webClass(File, (file) => ({ name: fileOf(file).name, ...blobFields(file) }));

  // A new object over the same bytes, which never change.
  function copyOf(blob) {
    const { bytes, type } = stateOf(blob);
    if (!isFile(blob)) return blobOf(bytes, type);
    return new File([blob], fileOf(blob).name, {
      __proto__: null,
      type,
      lastModified: fileOf(blob).lastModified,
    });
  }

  docs.Blob =
    "Bytes made of parts (texts, buffers, blobs): size, type, text(), arrayBuffer(), bytes(), " +
    "stream(), slice(start, end, type).";
  docs.File = "A Blob with a name and the time of its last change.";
  return {
    Blob,
    File,
    isBlob,
    isFile,
    blobOf,
    copyOf,
    concatenated,
    bytesIn: (blob) => stateOf(blob).bytes,
    typeIn: (blob) => stateOf(blob).type,
    nameIn: (file) => fileOf(file).name,
    fileFrom: (blob, name) =>
      new File([blob], name, { __proto__: null, type: stateOf(blob).type }),
  };
})
