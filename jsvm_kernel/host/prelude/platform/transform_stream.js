// TransformStream, and the streams that encode and decode text.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, isObject, shown, text, dictionary } = kit.platform("web_class");
  const { deferred, resolved, promiseCall, methodOf, readStrategy } =
    kit.platform("stream_queue");
  const readableStreams = kit.platform("readable_stream");
  const writableStreams = kit.platform("writable_stream");
  const { ReadableStream } = readableStreams;
  const { WritableStream } = writableStreams;
  const { TextDecoder, encode, bytesOf } = kit.platform("encoding");
  const creating = Symbol("creating");

  // stream: {input, output (states of the two sides), readable, writable, backpressure, change
  // (a promise: when the backpressure changes), transform, flush, cancel, finished}

  function setBackpressure(stream, backpressure) {
    if (stream.change !== null) stream.change.resolve(undefined);
    stream.change = deferred();
    stream.backpressure = backpressure;
  }

  function failInput(stream, reason) {
    forget(stream);
    writableStreams.fail(stream.input, reason);
    if (stream.backpressure) setBackpressure(stream, false);
  }

  function fail(stream, reason) {
    readableStreams.fail(stream.output, reason);
    failInput(stream, reason);
  }

  function forget(stream) {
    stream.transform = stream.flush = stream.cancel = () => resolved(undefined);
  }

  function enqueue(stream, chunk) {
    const { controller } = stream.output;
    if (!readableStreams.mayEnqueue(controller)) {
      throw new b.TypeError("enqueue: the readable side is closed");
    }
    try {
      readableStreams.enqueue(controller, chunk);
    } catch (error) {
      failInput(stream, error);
      throw stream.output.error;
    }
    const wanted =
      readableStreams.desired(controller) > 0 ||
      (stream.output.reader !== null && stream.output.reader.requests.length > 0);
    if (!wanted && !stream.backpressure) setBackpressure(stream, true);
  }

  function terminate(stream) {
    const { controller } = stream.output;
    if (readableStreams.mayEnqueue(controller)) readableStreams.requestClose(controller);
    failInput(stream, new b.TypeError("the transform was terminated"));
  }

  const transformed = (stream, chunk) =>
    b.promiseThen(stream.transform(chunk), undefined, (reason) => {
      fail(stream, reason);
      throw reason;
    });

  function sinkWrite(stream, chunk) {
    if (!stream.backpressure) return transformed(stream, chunk);
    return b.promiseThen(stream.change.promise, () => {
      if (stream.input.state === "erroring") throw stream.input.error;
      return transformed(stream, chunk);
    });
  }

  function sinkClose(stream) {
    if (stream.finished !== null) return stream.finished;
    const flushed = stream.flush();
    forget(stream);
    stream.finished = b.promiseThen(
      flushed,
      () => {
        const { output } = stream;
        if (output.state === "errored") throw output.error;
        if (readableStreams.mayEnqueue(output.controller)) {
          readableStreams.requestClose(output.controller);
        }
      },
      (reason) => {
        readableStreams.fail(stream.output, reason);
        throw reason;
      },
    );
    return stream.finished;
  }

  function sinkAbort(stream, reason) {
    if (stream.finished !== null) return stream.finished;
    const cancelled = stream.cancel(reason);
    forget(stream);
    stream.finished = b.promiseThen(
      cancelled,
      () => {
        if (stream.output.state === "errored") throw stream.output.error;
        readableStreams.fail(stream.output, reason);
      },
      (other) => {
        readableStreams.fail(stream.output, other);
        throw other;
      },
    );
    return stream.finished;
  }

  function sourceCancel(stream, reason) {
    if (stream.finished !== null) return stream.finished;
    const cancelled = stream.cancel(reason);
    forget(stream);
    const unblock = (why) => {
      writableStreams.fail(stream.input, why);
      if (stream.backpressure) setBackpressure(stream, false);
    };
    stream.finished = b.promiseThen(
      cancelled,
      () => {
        if (stream.input.state === "errored") throw stream.input.error;
        unblock(reason);
      },
      (other) => {
        unblock(other);
        throw other;
      },
    );
    return stream.finished;
  }

  let controllerOf;
  let makeController;
  class TransformStreamDefaultController {
    #stream;
    constructor(key, stream) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      this.#stream = stream;
    }
    static {
      controllerOf = (value) => {
        if (!isObject(value) || !(#stream in value)) {
          throw illegal("TransformStreamDefaultController");
        }
        return value.#stream;
      };
      makeController = (stream) => new TransformStreamDefaultController(creating, stream);
    }
    get desiredSize() {
      return readableStreams.desired(controllerOf(this).output.controller);
    }
    enqueue(chunk = undefined) {
      enqueue(controllerOf(this), chunk);
    }
    error(reason = undefined) {
      fail(controllerOf(this), reason);
    }
    terminate() {
      terminate(controllerOf(this));
    }
  }
  webClass(TransformStreamDefaultController);

  function setUp(stream, transformer, inputStrategy, outputStrategy) {
    const what = "TransformStream";
    const given = dictionary(transformer, what + ": the transformer");
    for (const name of ["readableType", "writableType"]) {
      if (given[name] !== undefined) {
        throw new b.RangeError(`${what}: there is no ${name} ${shown(given[name])}`);
      }
    }
    const start = methodOf(given, "start", what);
    const transform = methodOf(given, "transform", what);
    const flush = methodOf(given, "flush", what);
    const cancel = methodOf(given, "cancel", what);
    const controller = makeController(stream);
    const pass = { transform: (chunk) => enqueue(stream, chunk) }.transform;
    stream.transform = (chunk) =>
      promiseCall(transform ?? pass, transformer, [chunk, controller]);
    stream.flush = () => promiseCall(flush, transformer, [controller]);
    stream.cancel = (reason) => promiseCall(cancel, transformer, [reason]);
    const started = deferred();
    stream.writable = new WritableStream(
      {
        __proto__: null,
        start: () => started.promise,
        write: (chunk) => sinkWrite(stream, chunk),
        close: () => sinkClose(stream),
        abort: (reason) => sinkAbort(stream, reason),
      },
      inputStrategy,
    );
    stream.input = writableStreams.streamOf(stream.writable);
    const { mark, sizeOf } = readStrategy(outputStrategy, what, 0);
    stream.readable = new ReadableStream(
      {
        __proto__: null,
        start: () => started.promise,
        pull: () => {
          setBackpressure(stream, false);
          return stream.change.promise;
        },
        cancel: (reason) => sourceCancel(stream, reason),
      },
      { __proto__: null, highWaterMark: mark, size: sizeOf },
    );
    stream.output = readableStreams.streamOf(stream.readable);
    setBackpressure(stream, true);
    started.resolve(start === undefined ? undefined : b.apply(start, transformer, [controller]));
  }

  let streamOf;
  class TransformStream {
    #stream = {
      __proto__: null,
      input: null,
      output: null,
      readable: null,
      writable: null,
      backpressure: false,
      change: null,
      transform: null,
      flush: null,
      cancel: null,
      finished: null,
    };
    constructor(transformer = {}, writableStrategy = {}, readableStrategy = {}) {
      setUp(this.#stream, transformer, writableStrategy, readableStrategy);
    }
    static {
      streamOf = (value) => {
        if (!isObject(value) || !(#stream in value)) throw illegal("TransformStream");
        return value.#stream;
      };
    }
    get readable() {
      return streamOf(this).readable;
    }
    get writable() {
      return streamOf(this).writable;
    }
  }
  const sides = ({ readable, writable }) => ({ readable, writable });
  webClass(TransformStream, (value) => sides(streamOf(value)));

  // ---- text ---------------------------------------------------------------------------

  let encoderOf;
  class TextEncoderStream {
    #stream;
    constructor() {
      let high = ""; // the first half of a pair that the next chunk may finish
      this.#stream = streamOf(
        new TransformStream({
          __proto__: null,
          transform(chunk, controller) {
            let whole = high + text(chunk);
            high = "";
            const last = whole.length === 0 ? 0 : b.charCodeAt(whole, whole.length - 1);
            if (last >= 0xd800 && last < 0xdc00) {
              high = whole[whole.length - 1];
              whole = b.stringSlice(whole, 0, -1);
            }
            if (whole !== "") controller.enqueue(encode(whole));
          },
          flush(controller) {
            if (high !== "") controller.enqueue(encode(high));
          },
        }),
      );
    }
    static {
      encoderOf = (value) => {
        if (!isObject(value) || !(#stream in value)) throw illegal("TextEncoderStream");
        return value.#stream;
      };
    }
    get encoding() {
      encoderOf(this);
      return "utf-8";
    }
    get readable() {
      return encoderOf(this).readable;
    }
    get writable() {
      return encoderOf(this).writable;
    }
  }
  webClass(TextEncoderStream, (value) => ({ encoding: "utf-8", ...sides(encoderOf(value)) }));

  const decode = TextDecoder.prototype.decode;
  const encodingOf = b.getterOf(TextDecoder.prototype, "encoding");
  const fatalOf = b.getterOf(TextDecoder.prototype, "fatal");
  const ignoreBOMOf = b.getterOf(TextDecoder.prototype, "ignoreBOM");

  let decoderOf;
  class TextDecoderStream {
    #parts;
    constructor(label = "utf-8", options = {}) {
      const decoder = new TextDecoder(label, options);
      const send = (controller, given, stream) => {
        const piece = b.apply(decode, decoder, [given, { __proto__: null, stream }]);
        if (piece !== "") controller.enqueue(piece);
      };
      const transform = new TransformStream({
        __proto__: null,
        transform(chunk, controller) {
          if (bytesOf(chunk) === undefined) {
            throw new b.TypeError(
              `TextDecoderStream: a chunk must be bytes, got ${shown(chunk)}`,
            );
          }
          send(controller, chunk, true);
        },
        flush: (controller) => send(controller, undefined, false),
      });
      this.#parts = { __proto__: null, decoder, stream: streamOf(transform) };
    }
    static {
      decoderOf = (value) => {
        if (!isObject(value) || !(#parts in value)) throw illegal("TextDecoderStream");
        return value.#parts;
      };
    }
    get encoding() {
      return encodingOf(decoderOf(this).decoder);
    }
    get fatal() {
      return fatalOf(decoderOf(this).decoder);
    }
    get ignoreBOM() {
      return ignoreBOMOf(decoderOf(this).decoder);
    }
    get readable() {
      return decoderOf(this).stream.readable;
    }
    get writable() {
      return decoderOf(this).stream.writable;
    }
  }
  webClass(TextDecoderStream, (value) => {
    const { decoder, stream } = decoderOf(value);
    return { encoding: encodingOf(decoder), ...sides(stream) };
  });

  docs.TransformStream =
    "A writable and a readable side, and what becomes of a chunk between: " +
    "transform(chunk, controller), flush(controller).";
  docs.TextDecoderStream = "Decodes bytes: stream.pipeThrough(new TextDecoderStream()).";
  docs.TextEncoderStream = "Encodes text: stream.pipeThrough(new TextEncoderStream()).";
  return {
    TransformStream,
    TransformStreamDefaultController,
    TextEncoderStream,
    TextDecoderStream,
  };
})
