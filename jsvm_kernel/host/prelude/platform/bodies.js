// Bodies of requests and responses: where their bytes are, and the methods that read them. A body
// is a record of ours; a ReadableStream of it is made only when somebody asks for one.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { isObject, shown, text } = kit.platform("web_class");
  const { bytesOf, encode, decode } = kit.platform("encoding");

  // One of these holds what is in a body:
  //   bytes   all of it, in memory
  //   pull    () -> promise of the next Uint8Array, or of undefined at the end; and cancel(reason)
  //   stream  a ReadableStream: the user's, or the one made of the others
  function makeBody(parts) {
    return {
      __proto__: null,
      bytes: null,
      pull: null,
      cancel: null,
      stream: null,
      length: null, // in bytes, if it is known
      type: null, // for Content-Type
      used: false,
      ...parts,
    };
  }

  const ofBytes = (bytes, type = null) =>
    makeBody({ bytes, type, length: b.typedArrayLength(bytes) });

  // The body of anything that fetch, Request and Response take as one.
  function bodyFrom(value) {
    if (typeof value === "string") return ofBytes(encode(value), "text/plain;charset=UTF-8");
    if (!isObject(value)) return ofBytes(encode(text(value)), "text/plain;charset=UTF-8");
    const bytes = bytesOf(value);
    if (bytes !== undefined) return ofBytes(b.typedArraySlice(bytes));
    return (
      bodyOfParams(value) ?? bodyOfForm(value) ?? bodyOfBlob(value) ?? bodyOfStream(value) ??
      ofBytes(encode(text(value)), "text/plain;charset=UTF-8")
    );
  }

  function bodyOfParams(value) {
    const { isParams, toText } = kit.platform("url_search_params");
    if (!isParams(value)) return undefined;
    return ofBytes(encode(toText(value)), "application/x-www-form-urlencoded;charset=UTF-8");
  }

  function bodyOfForm(value) {
    const form = kit.platform("form_data");
    if (!form.isForm(value)) return undefined;
    const { bytes, type } = form.toMultipart(value);
    return ofBytes(bytes, type);
  }

  function bodyOfBlob(value) {
    const { isBlob, bytesIn, typeIn } = kit.platform("blob");
    if (!isBlob(value)) return undefined;
    return ofBytes(bytesIn(value), typeIn(value) || null);
  }

  function bodyOfStream(value) {
    const { isStream, isLocked, isDisturbed } = kit.platform("readable_stream");
    if (!isStream(value)) return undefined;
    if (isLocked(value) || isDisturbed(value)) {
      throw new b.TypeError("a stream that is locked or was read from can't be a body");
    }
    return makeBody({ stream: value });
  }

  // ---- reading ------------------------------------------------------------------------

  const isUsed = (body) =>
    body.used ||
    (body.stream !== null && kit.platform("readable_stream").isDisturbed(body.stream));
  const isTaken = (body) =>
    isUsed(body) ||
    (body.stream !== null && kit.platform("readable_stream").isLocked(body.stream));

  // The stream of a body: the user's own, or one that is made now and stays.
  function streamOf(body) {
    if (body.stream === null) {
      const { used } = body;
      const { next, cancel } = take(body);
      body.stream = readableFrom(next, cancel);
      body.used = false; // from now on the stream tells
      if (used) kit.platform("readable_stream").streamOf(body.stream).disturbed = true;
    }
    return body.stream;
  }

  function readableFrom(next, cancel) {
    const { ReadableStream, controllerOf, enqueue, requestClose } =
      kit.platform("readable_stream");
    const pull = async (controller) => {
      const part = await next();
      if (part === undefined) requestClose(controllerOf(controller));
      else enqueue(controllerOf(controller), part);
    };
    const strategy = { __proto__: null, highWaterMark: 0 };
    return new ReadableStream({ __proto__: null, pull, cancel }, strategy);
  }

  // Takes the body: gives next() -> promise of the next part, undefined at the end, and
  // cancel(reason).
  function take(body) {
    body.used = true;
    if (body.stream !== null) return reading(body.stream);
    if (body.pull !== null) return { next: body.pull, cancel: body.cancel };
    let rest = body.bytes;
    const next = async () => {
      const part = b.typedArrayLength(rest) > 0 ? b.typedArraySlice(rest) : undefined;
      rest = new b.Uint8Array(0);
      return part;
    };
    return { next, cancel() {} };
  }

  function reading(stream) {
    const { streamOf, acquire, read, cancelStream } = kit.platform("readable_stream");
    const reader = acquire(streamOf(stream));
    const next = () =>
      new b.Promise((resolve, reject) => {
        const request = { __proto__: null, chunk: resolve, close: () => resolve(), error: reject };
        read(reader, request);
      });
    return { next, cancel: (reason) => handled(cancelStream(stream, reason)) };
  }

  const handled = (promise) => b.promiseThen(promise, undefined, () => {});

  // All bytes; they are the caller's to keep.
  async function readAll(body) {
    if (body.stream === null && body.bytes !== null) {
      body.used = true;
      return b.typedArraySlice(body.bytes);
    }
    const { next } = take(body);
    const parts = [];
    for (let part; (part = await next()) !== undefined; ) {
      const bytes = bytesOf(part);
      if (bytes === undefined || b.typedArrayName(part) !== "Uint8Array") {
        throw new b.TypeError(`a body's stream must give Uint8Arrays, it gave ${shown(part)}`);
      }
      parts[parts.length] = bytes;
    }
    return kit.platform("blob").concatenated(parts);
  }

  // A second body with the same content; the first goes on.
  function clone(body) {
    if (body === null) return null;
    if (body.stream === null && body.bytes !== null) return makeBody({ ...body });
    // Each may change the bytes that it gets.
    const copy = (part) => {
      const bytes = bytesOf(part);
      return bytes === undefined ? part : b.typedArraySlice(bytes);
    };
    const [one, other] = kit.platform("readable_stream").teeStream(streamOf(body), copy);
    body.stream = one;
    return makeBody({ type: body.type, length: body.length, stream: other });
  }

  const withoutMark = (bytes) =>
    bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
      ? b.typedArraySubarray(bytes, 3)
      : bytes;
  const textOf = (bytes) => decode(withoutMark(bytes));

  // A Content-Type as a Blob has it.
  function plainType(type) {
    const parts = b.split(b.toLowerCase(type), ";");
    for (let i = 0; i < parts.length; i++) parts[i] = b.trim(parts[i]);
    return b.join(parts, ";");
  }

  // The commonest mistake of all: a page about an error where JSON was expected.
  function parseJSON(text, name, error) {
    try {
      return b.parse(text);
    } catch (failure) {
      const seen = text.length > 40 ? b.stringSlice(text, 0, 40) + "…" : text;
      const begins = text === "" ? "it is empty" : `it begins ${kit.quote(seen)}`;
      const value = `${name}: the body is no JSON: ${kit.errorMessage(failure)}; ${begins}`;
      b.defineProperty(error, "message", {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
      });
      throw error;
    }
  }

  // ---- the members that Request and Response share --------------------------------------

  // stateOf(value) is the state with `body` and `headers`, or throws.
  function addBodyMembers(Class, stateOf) {
    const name = Class.name;
    const { lookUp } = kit.platform("headers");

    async function read(target, convert) {
      const { body, headers } = stateOf(target);
      if (body === null) return convert(new b.Uint8Array(0), headers);
      if (isTaken(body)) {
        throw new b.TypeError(
          `${name}: the body has been read or is being read; it can be read once ` +
            "(clone() before gives a second one)",
        );
      }
      return convert(await readAll(body), headers);
    }

    const members = {
      get body() {
        const { body } = stateOf(this);
        return body === null ? null : streamOf(body);
      },
      get bodyUsed() {
        const { body } = stateOf(this);
        return body !== null && isUsed(body);
      },
      arrayBuffer() {
        return read(this, (bytes) => b.typedArrayBuffer(bytes));
      },
      blob() {
        return read(this, (bytes, headers) =>
          kit.platform("blob").blobOf(bytes, plainType(lookUp(headers, "content-type") ?? "")),
        );
      },
      bytes() {
        return read(this, (bytes) => bytes);
      },
      formData() {
        return read(this, (bytes, headers) =>
          kit.platform("form_data").parse(bytes, lookUp(headers, "content-type") ?? ""),
        );
      },
      json() {
        const error = new b.SyntaxError(); // made here, its stack shows where
        return read(this, (bytes) => parseJSON(textOf(bytes), name, error));
      },
      text() {
        return read(this, textOf);
      },
    };
    const keys = b.ownKeys(members);
    for (let i = 0; i < keys.length; i++) {
      const descriptor = b.descriptorOf(members, keys[i]);
      b.defineProperty(Class.prototype, keys[i], descriptor);
    }
  }

  return { bodyFrom, makeBody, ofBytes, isUsed, isTaken, take, clone, addBodyMembers };
})
