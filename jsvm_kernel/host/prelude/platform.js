// The web platform's globals, and what of `jupyter` is not needed by every notebook. Each is there
// from the start, as an accessor of ours that becomes the value when it is first touched; only
// then the file that makes it is read and compiled.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;

  // File of platform/ -> what it makes: classes have a capital, functions a parenthesis.
  const files = {
    __proto__: null,
    dom_exception: ["DOMException(message = '', name = 'Error')"],
    events: [
      "Event(type, {bubbles, cancelable, composed})",
      "EventTarget()",
      "CustomEvent(type, {detail, bubbles, cancelable, composed})",
      "ErrorEvent(type, {message, filename, lineno, colno, error})",
      "PromiseRejectionEvent(type, {promise, reason})",
      "reportError(error)",
    ],
    abort: ["AbortController()", "AbortSignal"],
    encoding: ["TextEncoder()", "TextDecoder(label = 'utf-8', {fatal, ignoreBOM})"],
    url: ["URL(url, base)", "URLSearchParams(init = '')"],
    blob: ["Blob(parts, {type, endings})", "File(parts, name, {type, lastModified})"],
    stream_queue: [
      "CountQueuingStrategy({highWaterMark})",
      "ByteLengthQueuingStrategy({highWaterMark})",
    ],
    readable_stream: [
      "ReadableStream({start, pull, cancel}, {highWaterMark, size})",
      "ReadableStreamDefaultReader(stream)",
      "ReadableStreamDefaultController",
    ],
    writable_stream: [
      "WritableStream({start, write, close, abort}, {highWaterMark, size})",
      "WritableStreamDefaultWriter(stream)",
      "WritableStreamDefaultController",
    ],
    transform_stream: [
      "TransformStream({start, transform, flush, cancel})",
      "TransformStreamDefaultController",
      "TextEncoderStream()",
      "TextDecoderStream(label = 'utf-8', {fatal, ignoreBOM})",
    ],
    structured_clone: ["structuredClone(value, {transfer})"],
    performance: [
      "Performance",
      "PerformanceEntry",
      "PerformanceMark(name, {detail, startTime})",
      "PerformanceMeasure",
      "performance",
    ],
    crypto: ["Crypto", "SubtleCrypto", "crypto"],
    headers: ["Headers(init = {})"],
    request: ["Request(url, {method, headers, body, redirect, signal})"],
    response: ["Response(body = null, {status, statusText, headers})"],
    form_data: ["FormData()"],
    fetch: ["fetch(url, {method, headers, body, redirect, signal}): Promise<Response>"],
    base64: ["atob(data)", "btoa(data)"],
    commonjs: ["require(specifier)"],
  };
  // The same, for properties of jupyter.
  const filesOfJupyter = {
    __proto__: null,
    comm: ["comm"],
    widget: ["widget({state, render, initialize, imports, esm, css, version})"],
  };
  kit.startTime = natives.now(); // of performance.now() and of events

  const loaded = new b.Map(); // file -> what it returned
  const lazies = new b.WeakMap(); // getter -> {kind, signature}

  // What a file of platform/ offers: its globals and what other files of ours need of it.
  kit.platform = function (file) {
    let offered = b.mapGet(loaded, file);
    if (offered === undefined) {
      const docs = b.create(null);
      offered = natives.loadPlatform(file)(natives, kit, docs);
      document(files[file] ?? filesOfJupyter[file] ?? [], offered, docs);
      b.mapSet(loaded, file, offered);
    }
    return offered;
  };

  function document(entries, offered, docs) {
    for (let i = 0; i < entries.length; i++) {
      const { name, signature } = describe(entries[i]);
      if (typeof offered[name] !== "function") continue;
      const end = b.stringIndexOf(signature, "): ");
      const returns = end < 0 ? undefined : b.stringSlice(signature, end + 3);
      kit.document(offered[name], { signature, returns, doc: docs[name] ?? "", source: "" });
    }
  }

  function describe(entry) {
    const end = b.stringIndexOf(entry, "(");
    const name = end < 0 ? entry : b.stringSlice(entry, 0, end);
    const capital = name[0] >= "A" && name[0] <= "Z";
    const kind = capital ? "class" : end < 0 ? "variable" : "function";
    return { name, kind, signature: kind === "variable" ? "" : entry };
  }

  // A property that is not made yet -> {kind, signature}; undefined for
  // all others.
  kit.lazyOf = function (descriptor) {
    const getter = descriptor === undefined ? undefined : descriptor.get;
    return getter === undefined ? undefined : b.weakMapGet(lazies, getter);
  };

  // Properties of the global object are not enumerable, those of other holders are.
  function install(entry, file, holder) {
    const { name, kind, signature } = describe(entry);
    const define = (target, value) => {
      const enumerable = target !== globalThis;
      const made = { value, writable: true, enumerable, configurable: true };
      b.defineProperty(target, name, made);
    };
    const get = () => {
      const value = kit.platform(file)[name];
      const descriptor = b.descriptorOf(holder, name);
      if (descriptor !== undefined && descriptor.get === get) define(holder, value);
      return value;
    };
    b.weakMapSet(lazies, get, { kind, signature });
    b.defineProperty(holder, name, {
      get,
      // As for the data property that it stands for.
      set(value) {
        define(this ?? holder, value);
      },
      enumerable: holder !== globalThis,
      configurable: true,
    });
  }

  function installAll(table, holder) {
    for (const file in table) {
      for (let i = 0; i < table[file].length; i++) install(table[file][i], file, holder);
    }
  }
  installAll(files, globalThis);
  installAll(filesOfJupyter, globalThis.jupyter);
  kit.defineGlobal("self", globalThis);
})
