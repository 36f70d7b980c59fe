// WritableStream with its writer and controller, as the Streams Standard has them.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, dictionary } = kit.platform("web_class");
  const { deferred, resolved, handled, promiseCall, methodOf, makeQueue, readStrategy } =
    kit.platform("stream_queue");
  const { AbortController } = kit.platform("abort");
  const creating = Symbol("creating");
  const CLOSE = { __proto__: null }; // in the queue: the end

  // ---- what a stream does, on its state ----------------------------------------------
  //
  // stream: {state: "writable" | "erroring" | "errored" | "closed", error, writer, controller,
  // requests (promises of writes that wait), writing, closeRequest, closing, pendingAbort,
  // backpressure}; writer: {stream, ready, closed}; controller: {stream, queue, mark, sizeOf,
  // write, close, abort, started, aborter}.

  const isClosing = (stream) => stream.closeRequest !== null || stream.closing !== null;
  const isFull = ({ mark, queue }) => mark - queue.total <= 0;

  function forget(controller) {
    controller.write = controller.close = controller.abort = () => resolved(undefined);
    controller.sizeOf = () => 1;
  }

  // A promise of the writer's becomes a rejected one, whether it was settled or not.
  function rejectPromise(writer, name, reason) {
    if (writer[name].settled) writer[name] = deferred();
    writer[name].reject(reason);
    writer[name].settled = true;
    handled(writer[name].promise);
  }

  function resolvePromise(writer, name) {
    writer[name].resolve(undefined);
    writer[name].settled = true;
  }

  function startErroring(stream, reason) {
    stream.state = "erroring";
    stream.error = reason;
    if (stream.writer !== null) rejectPromise(stream.writer, "ready", reason);
    const idle = stream.writing === null && stream.closing === null;
    if (idle && stream.controller.started) finishErroring(stream);
  }

  function finishErroring(stream) {
    stream.state = "errored";
    const { controller, error, requests } = stream;
    controller.queue.clear();
    stream.requests = [];
    for (let i = 0; i < requests.length; i++) requests[i].reject(error);
    const pending = stream.pendingAbort;
    stream.pendingAbort = null;
    if (pending === null) {
      rejectClosed(stream);
    } else if (pending.wasErroring) {
      pending.done.reject(error);
      rejectClosed(stream);
    } else {
      const aborted = controller.abort(pending.reason);
      forget(controller);
      b.promiseThen(
        aborted,
        () => {
          pending.done.resolve(undefined);
          rejectClosed(stream);
        },
        (reason) => {
          pending.done.reject(reason);
          rejectClosed(stream);
        },
      );
    }
  }

  function rejectClosed(stream) {
    if (stream.closeRequest !== null) {
      stream.closeRequest.reject(stream.error);
      stream.closeRequest = null;
    }
    if (stream.writer !== null) rejectPromise(stream.writer, "closed", stream.error);
  }

  function fail(stream, reason) {
    if (stream.state !== "writable") return;
    forget(stream.controller);
    startErroring(stream, reason);
  }

  // What the sink's write or close rejected with.
  function sinkFailed(stream, reason) {
    if (stream.state === "writable") startErroring(stream, reason);
    else finishErroring(stream);
  }

  function updateBackpressure(stream) {
    const full = isFull(stream.controller);
    const { writer } = stream;
    if (writer !== null && full !== stream.backpressure) {
      if (full) writer.ready = deferred();
      else resolvePromise(writer, "ready");
    }
    stream.backpressure = full;
  }

  function abort(stream, reason) {
    if (stream.state === "closed" || stream.state === "errored") return resolved(undefined);
    stream.controller.aborter.abort(reason);
    if (stream.state === "closed" || stream.state === "errored") return resolved(undefined);
    if (stream.pendingAbort !== null) return stream.pendingAbort.done.promise;
    const wasErroring = stream.state === "erroring";
    const done = deferred();
    stream.pendingAbort = { __proto__: null, done, reason, wasErroring };
    if (!wasErroring) startErroring(stream, reason);
    return done.promise;
  }

  function close(stream) {
    if (stream.state === "closed" || stream.state === "errored") {
      return b.promiseReject(new b.TypeError(`close: the stream is ${stream.state}`));
    }
    if (isClosing(stream)) {
      return b.promiseReject(new b.TypeError("close: the stream is being closed"));
    }
    const request = deferred();
    stream.closeRequest = request;
    const { writer, controller } = stream;
    if (writer !== null && stream.backpressure && stream.state === "writable") {
      resolvePromise(writer, "ready");
    }
    controller.queue.push(CLOSE, 0);
    advance(controller);
    return request.promise;
  }

  function write(writer, chunk) {
    const { stream } = writer;
    const { controller } = stream;
    let size = 1;
    try {
      size = controller.sizeOf(chunk);
    } catch (error) {
      fail(stream, error);
    }
    if (writer.stream !== stream) return b.promiseReject(released());
    if (stream.state === "errored") return b.promiseReject(stream.error);
    if (isClosing(stream) || stream.state === "closed") {
      return b.promiseReject(new b.TypeError("write: the stream is closed or being closed"));
    }
    if (stream.state === "erroring") return b.promiseReject(stream.error);
    const request = deferred();
    stream.requests[stream.requests.length] = request;
    try {
      controller.queue.push(chunk, size);
    } catch (error) {
      fail(stream, error);
      return request.promise;
    }
    if (!isClosing(stream) && stream.state === "writable") updateBackpressure(stream);
    advance(controller);
    return request.promise;
  }

  function advance(controller) {
    const { stream, queue } = controller;
    if (!controller.started || stream.writing !== null) return;
    if (stream.state === "erroring") {
      finishErroring(stream);
    } else if (queue.length > 0) {
      if (queue.peek() === CLOSE) sinkClose(controller);
      else sinkWrite(controller, queue.peek());
    }
  }

  function sinkClose(controller) {
    const { stream } = controller;
    stream.closing = stream.closeRequest;
    stream.closeRequest = null;
    controller.queue.shift();
    const closed = controller.close();
    forget(controller);
    const settle = (name, value) => {
      stream.closing[name](value);
      stream.closing = null;
      const pending = stream.pendingAbort;
      if (pending !== null) pending.done[name](value);
      stream.pendingAbort = null;
    };
    b.promiseThen(
      closed,
      () => {
        settle("resolve", undefined);
        stream.error = undefined;
        stream.state = "closed";
        if (stream.writer !== null) resolvePromise(stream.writer, "closed");
      },
      (reason) => {
        settle("reject", reason);
        sinkFailed(stream, reason);
      },
    );
  }

  function sinkWrite(controller, chunk) {
    const { stream } = controller;
    stream.writing = stream.requests[0];
    stream.requests = b.slice(stream.requests, 1);
    b.promiseThen(
      controller.write(chunk),
      () => {
        stream.writing.resolve(undefined);
        stream.writing = null;
        controller.queue.shift();
        if (!isClosing(stream) && stream.state === "writable") updateBackpressure(stream);
        advance(controller);
      },
      (reason) => {
        if (stream.state === "writable") forget(controller);
        stream.writing.reject(reason);
        stream.writing = null;
        sinkFailed(stream, reason);
      },
    );
  }

  function acquire(stream) {
    if (stream.writer !== null) {
      throw new b.TypeError("the stream is locked: another writer has it");
    }
    const writer = { __proto__: null, stream, ready: deferred(), closed: deferred() };
    stream.writer = writer;
    handled(writer.ready.promise);
    handled(writer.closed.promise);
    const { state, error } = stream;
    if (state === "erroring" || state === "errored") rejectPromise(writer, "ready", error);
    else if (state === "closed" || isClosing(stream) || !stream.backpressure) {
      resolvePromise(writer, "ready");
    }
    if (state === "errored") rejectPromise(writer, "closed", error);
    if (state === "closed") resolvePromise(writer, "closed");
    return writer;
  }

  const released = () => new b.TypeError("the writer was released");

  function release(writer) {
    rejectPromise(writer, "ready", released());
    rejectPromise(writer, "closed", released());
    writer.stream.writer = null;
    writer.stream = null;
  }

  function desired(stream) {
    if (stream.state === "errored" || stream.state === "erroring") return null;
    if (stream.state === "closed") return 0;
    return stream.controller.mark - stream.controller.queue.total;
  }

  // ---- the classes --------------------------------------------------------------------

  let controllerOf;
  let makeController;
  class WritableStreamDefaultController {
    #state;
    constructor(key, state) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      this.#state = state;
    }
    static {
      controllerOf = (value) => {
        if (!isObject(value) || !(#state in value)) {
          throw illegal("WritableStreamDefaultController");
        }
        return value.#state;
      };
      makeController = (state) => new WritableStreamDefaultController(creating, state);
    }
    get signal() {
      return controllerOf(this).aborter.signal;
    }
    error(reason = undefined) {
      fail(controllerOf(this).stream, reason);
    }
  }
  webClass(WritableStreamDefaultController);

  function setUp(stream, sink, strategy) {
    const what = "WritableStream";
    const given = dictionary(sink, what + ": the sink");
    if (given.type !== undefined) {
      throw new b.RangeError(`${what}: there is no type ${shown(given.type)}`);
    }
    const start = methodOf(given, "start", what);
    const writeSink = methodOf(given, "write", what);
    const closeSink = methodOf(given, "close", what);
    const abortSink = methodOf(given, "abort", what);
    const { mark, sizeOf } = readStrategy(strategy, what, 1);
    const controller = {
      __proto__: null,
      stream,
      queue: makeQueue(),
      mark,
      sizeOf,
      write: (chunk) => promiseCall(writeSink, sink, [chunk, shownController]),
      close: () => promiseCall(closeSink, sink, []),
      abort: (reason) => promiseCall(abortSink, sink, [reason]),
      started: false,
      aborter: new AbortController(),
    };
    const shownController = makeController(controller);
    stream.controller = controller;
    updateBackpressure(stream);
    const begun = start === undefined ? undefined : b.apply(start, sink, [shownController]);
    b.promiseThen(
      resolved(begun),
      () => {
        controller.started = true;
        advance(controller);
      },
      (reason) => {
        controller.started = true;
        sinkFailed(stream, reason);
      },
    );
  }

  let streamOf;
  class WritableStream {
    #state = {
      __proto__: null,
      state: "writable",
      error: undefined,
      writer: null,
      controller: null,
      requests: [],
      writing: null,
      closeRequest: null,
      closing: null,
      pendingAbort: null,
      backpressure: false,
    };
    constructor(sink = {}, strategy = {}) {
      if (sink === null) throw new b.TypeError("WritableStream: the sink can't be null");
      setUp(this.#state, sink, strategy);
    }
    static {
      streamOf = (value) => {
        if (!isObject(value) || !(#state in value)) throw illegal("WritableStream");
        return value.#state;
      };
    }
    get locked() {
      return streamOf(this).writer !== null;
    }
    abort(reason = undefined) {
      return attempt(() => abort(unlocked(streamOf(this), "abort"), reason));
    }
    close() {
      return attempt(() => close(unlocked(streamOf(this), "close")));
    }
    getWriter() {
      streamOf(this);
      return new WritableStreamDefaultWriter(this);
    }
  }
  webClass(WritableStream, (value) => {
    const { state, writer } = streamOf(value);
    return { locked: writer !== null, state };
  });

  function unlocked(stream, method) {
    if (stream.writer === null) return stream;
    throw new b.TypeError(`${method}: the stream is locked: a writer has it`);
  }

  function attempt(action) {
    try {
      return action();
    } catch (error) {
      return b.promiseReject(error);
    }
  }

  let writerOf;
  class WritableStreamDefaultWriter {
    #state;
    constructor(stream) {
      need(1, arguments.length, "WritableStreamDefaultWriter");
      this.#state = acquire(streamOf(stream));
    }
    static {
      writerOf = (value) => {
        if (!isObject(value) || !(#state in value)) throw illegal("WritableStreamDefaultWriter");
        return value.#state;
      };
    }
    get closed() {
      return attempt(() => writerOf(this).closed.promise);
    }
    get ready() {
      return attempt(() => writerOf(this).ready.promise);
    }
    get desiredSize() {
      return desired(attached(writerOf(this)));
    }
    abort(reason = undefined) {
      return attempt(() => abort(attached(writerOf(this)), reason));
    }
    close() {
      return attempt(() => close(attached(writerOf(this))));
    }
    write(chunk = undefined) {
      return attempt(() => {
        const writer = writerOf(this);
        attached(writer);
        return write(writer, chunk);
      });
    }
    releaseLock() {
      const writer = writerOf(this);
      if (writer.stream !== null) release(writer);
    }
  }
  webClass(WritableStreamDefaultWriter);

  function attached(writer) {
    if (writer.stream === null) throw released();
    return writer.stream;
  }

  docs.WritableStream = "A place for chunks: getWriter(), close(), abort(reason).";
  return {
    WritableStream,
    WritableStreamDefaultWriter,
    WritableStreamDefaultController,
    streamOf,
    acquire,
    release,
    write,
    close,
    abort,
    fail,
    isClosing,
  };
})
