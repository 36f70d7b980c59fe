// ReadableStream with its default reader and controller, as the Streams Standard has them.
// Byte streams and their reader are not here; piping is in stream_pipe.js.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, hidden, illegal, need, isObject, shown, dictionary } =
    kit.platform("web_class");
  const { deferred, resolved, rejected, handled, promiseCall, methodOf, makeQueue, readStrategy } =
    kit.platform("stream_queue");
  const creating = Symbol("creating"); // controllers are made by streams alone

  // ---- what a stream does, on its state ----------------------------------------------
  //
  // stream: {state: "readable" | "closed" | "errored", error, reader, disturbed, controller};
  // reader: {stream, closed, requests}; a request: {chunk(value), close(), error(reason)};
  // controller: {stream, queue, mark, sizeOf, pull, cancel, started, pulling, pullAgain,
  // closeRequested}.

  const shut = (stream) => stream.state !== "readable";
  const waits = (stream) => stream.reader !== null && stream.reader.requests.length > 0;

  function close(stream) {
    stream.state = "closed";
    const { reader } = stream;
    if (reader === null) return;
    reader.closed.resolve(undefined);
    const { requests } = reader;
    reader.requests = [];
    for (let i = 0; i < requests.length; i++) requests[i].close();
  }

  function fail(stream, reason) {
    if (shut(stream)) return;
    stream.controller.queue.clear();
    forget(stream.controller);
    stream.state = "errored";
    stream.error = reason;
    const { reader } = stream;
    if (reader === null) return;
    reader.closed.reject(reason);
    const { requests } = reader;
    reader.requests = [];
    for (let i = 0; i < requests.length; i++) requests[i].error(reason);
  }

  function cancel(stream, reason) {
    stream.disturbed = true;
    if (stream.state === "closed") return resolved(undefined);
    if (stream.state === "errored") return rejected(stream.error);
    close(stream);
    const { controller } = stream;
    controller.queue.clear();
    const done = controller.cancel(reason);
    forget(controller);
    return b.promiseThen(done, () => undefined);
  }

  // Lets go of the source, which may hold much.
  function forget(controller) {
    controller.pull = controller.cancel = () => resolved(undefined);
    controller.sizeOf = () => 1;
  }

  const desired = ({ stream, mark, queue }) =>
    stream.state === "errored" ? null : stream.state === "closed" ? 0 : mark - queue.total;

  const mayEnqueue = (controller) => !controller.closeRequested && !shut(controller.stream);

  function pullIfNeeded(controller) {
    const { stream } = controller;
    if (!mayEnqueue(controller) || !controller.started) return;
    if (!waits(stream) && !(desired(controller) > 0)) return;
    if (controller.pulling) {
      controller.pullAgain = true;
      return;
    }
    controller.pulling = true;
    b.promiseThen(
      controller.pull(),
      () => {
        controller.pulling = false;
        if (!controller.pullAgain) return;
        controller.pullAgain = false;
        pullIfNeeded(controller);
      },
      (reason) => fail(stream, reason),
    );
  }

  function enqueue(controller, chunk) {
    const { stream } = controller;
    if (waits(stream)) {
      const { requests } = stream.reader;
      stream.reader.requests = b.slice(requests, 1);
      requests[0].chunk(chunk);
    } else {
      try {
        controller.queue.push(chunk, controller.sizeOf(chunk));
      } catch (error) {
        fail(stream, error);
        throw error;
      }
    }
    pullIfNeeded(controller);
  }

  function requestClose(controller) {
    controller.closeRequested = true;
    if (controller.queue.length > 0) return;
    forget(controller);
    close(controller.stream);
  }

  function read(reader, request) {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === "closed") return request.close();
    if (stream.state === "errored") return request.error(stream.error);
    const { controller } = stream;
    if (controller.queue.length === 0) {
      reader.requests[reader.requests.length] = request;
      return pullIfNeeded(controller);
    }
    const chunk = controller.queue.shift();
    if (controller.closeRequested && controller.queue.length === 0) {
      forget(controller);
      close(stream);
    } else {
      pullIfNeeded(controller);
    }
    return request.chunk(chunk);
  }

  function acquire(stream) {
    if (stream.reader !== null) {
      throw new b.TypeError("the stream is locked: another reader has it");
    }
    const reader = { __proto__: null, stream, closed: deferred(), requests: [] };
    handled(reader.closed.promise);
    stream.reader = reader;
    if (stream.state === "closed") reader.closed.resolve(undefined);
    if (stream.state === "errored") reader.closed.reject(stream.error);
    return reader;
  }

  function release(reader) {
    const { stream } = reader;
    const error = new b.TypeError("the reader was released");
    if (shut(stream)) {
      reader.closed = deferred();
      handled(reader.closed.promise);
    }
    reader.closed.reject(error);
    const { requests } = reader;
    reader.requests = [];
    for (let i = 0; i < requests.length; i++) requests[i].error(error);
    stream.reader = null;
    reader.stream = null;
  }

  // ---- the classes --------------------------------------------------------------------

  let controllerOf;
  let makeController;
  class ReadableStreamDefaultController {
    #state;
    constructor(key, state) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      this.#state = state;
    }
    static {
      controllerOf = (value) => {
        if (!isObject(value) || !(#state in value)) {
          throw illegal("ReadableStreamDefaultController");
        }
        return value.#state;
      };
      makeController = (state) => new ReadableStreamDefaultController(creating, state);
    }
    get desiredSize() {
      return desired(controllerOf(this));
    }
    close() {
      const state = controllerOf(this);
      if (!mayEnqueue(state)) throw new b.TypeError("close: the stream is closed already");
      requestClose(state);
    }
    enqueue(chunk = undefined) {
      const state = controllerOf(this);
      if (!mayEnqueue(state)) throw new b.TypeError("enqueue: the stream is closed");
      enqueue(state, chunk);
    }
    error(reason = undefined) {
      fail(controllerOf(this).stream, reason);
    }
  }
  webClass(ReadableStreamDefaultController);

  function setUp(stream, source, strategy) {
    const what = "ReadableStream";
    const given = dictionary(source, what + ": the source");
    if (given.type !== undefined) {
      throw new b.TypeError(
        `${what}: byte streams are not supported; leave out the source's type ${shown(given.type)}`,
      );
    }
    const start = methodOf(given, "start", what);
    const pull = methodOf(given, "pull", what);
    const cancelSource = methodOf(given, "cancel", what);
    const { mark, sizeOf } = readStrategy(strategy, what, 1);
    const controller = {
      __proto__: null,
      stream,
      queue: makeQueue(),
      mark,
      sizeOf,
      pull: () => promiseCall(pull, source, [shownController]),
      cancel: (reason) => promiseCall(cancelSource, source, [reason]),
      started: false,
      pulling: false,
      pullAgain: false,
      closeRequested: false,
    };
    const shownController = makeController(controller);
    stream.controller = controller;
    // What start throws is thrown by the constructor; what its promise rejects with is not.
    const begun = start === undefined ? undefined : b.apply(start, source, [shownController]);
    b.promiseThen(
      resolved(begun),
      () => {
        controller.started = true;
        pullIfNeeded(controller);
      },
      (reason) => fail(stream, reason),
    );
  }

  let streamOf;
  class ReadableStream {
    #state = {
      __proto__: null,
      state: "readable",
      error: undefined,
      reader: null,
      disturbed: false,
      controller: null,
    };

    constructor(source = {}, strategy = {}) {
      if (source === null) throw new b.TypeError("ReadableStream: the source can't be null");
      setUp(this.#state, source, strategy);
    }

    static {
      streamOf = (value) => {
        if (!isObject(value) || !(#state in value)) throw illegal("ReadableStream");
        return value.#state;
      };
    }

    static from(iterable) {
      need(1, arguments.length, "ReadableStream.from");
      return fromIterable(iterable);
    }

    get locked() {
      return streamOf(this).reader !== null;
    }

    cancel(reason = undefined) {
      return attempt(() => {
        const stream = streamOf(this);
        if (stream.reader !== null) throw locked("cancel");
        return cancel(stream, reason);
      });
    }

    getReader(options = {}) {
      const { mode } = dictionary(options, "getReader: the argument");
      streamOf(this);
      if (mode !== undefined) {
        throw new b.TypeError(`getReader: there is no reader with the mode ${shown(mode)}`);
      }
      return new ReadableStreamDefaultReader(this);
    }

    pipeThrough(transform, options = {}) {
      need(1, arguments.length, "pipeThrough");
      streamOf(this);
      return kit.platform("stream_pipe").pipeThrough(this, transform, options);
    }

    pipeTo(destination, options = {}) {
      return attempt(() => {
        need(1, arguments.length, "pipeTo");
        streamOf(this);
        return kit.platform("stream_pipe").pipeTo(this, destination, options);
      });
    }

    tee() {
      return tee(streamOf(this));
    }

    values(options = {}) {
      const { preventCancel } = dictionary(options, "values: the argument");
      return iterate(streamOf(this), !!preventCancel);
    }
  }

  function locked(method) {
    return new b.TypeError(`${method}: the stream is locked: a reader has it`);
  }

  // Methods that give promises throw nothing.
  function attempt(action) {
    try {
      return action();
    } catch (error) {
      return b.promiseReject(error);
    }
  }

  let readerOf;
  class ReadableStreamDefaultReader {
    #state;
    constructor(stream) {
      need(1, arguments.length, "ReadableStreamDefaultReader");
      this.#state = acquire(streamOf(stream));
    }
    static {
      readerOf = (value) => {
        if (!isObject(value) || !(#state in value)) throw illegal("ReadableStreamDefaultReader");
        return value.#state;
      };
    }
    get closed() {
      return attempt(() => readerOf(this).closed.promise);
    }
    cancel(reason = undefined) {
      return attempt(() => cancel(attached(readerOf(this)), reason));
    }
    read() {
      return attempt(() => {
        const reader = readerOf(this);
        attached(reader);
        const { promise, resolve, reject } = deferred();
        read(reader, {
          __proto__: null,
          chunk: (value) => resolve({ value, done: false }),
          close: () => resolve({ value: undefined, done: true }),
          error: reject,
        });
        return promise;
      });
    }
    releaseLock() {
      const reader = readerOf(this);
      if (reader.stream !== null) release(reader);
    }
  }
  webClass(ReadableStreamDefaultReader);

  function attached(reader) {
    if (reader.stream === null) throw new b.TypeError("the reader was released");
    return reader.stream;
  }

  // ---- two branches of one stream -------------------------------------------------------

  // `copy` makes the second branch's chunks, so that each branch has its own.
  function tee(stream, copy = (chunk) => chunk) {
    const reader = acquire(stream);
    const cancelled = deferred();
    const branches = [];
    const controllers = [];
    const gone = [false, false];
    const reasons = [undefined, undefined];
    let reading = false;
    let readAgain = false;

    const each = (action) => {
      for (let i = 0; i < 2; i++) if (!gone[i]) action(controllers[i]);
    };
    const finish = () => {
      if (!gone[0] || !gone[1]) cancelled.resolve(undefined);
    };
    const request = {
      __proto__: null,
      // Later, as what a branch's reader does now must not come in between.
      chunk: (value) =>
        b.promiseThen(resolved(undefined), () => {
          readAgain = false;
          each((controller) => {
            const chunk = controller === controllers[1] ? copy(value) : value;
            if (mayEnqueue(controller)) enqueue(controller, chunk);
          });
          reading = false;
          if (readAgain) pull();
        }),
      close: () => {
        reading = false;
        each((controller) => mayEnqueue(controller) && requestClose(controller));
        finish();
      },
      error: () => {
        reading = false;
      },
    };
    function pull() {
      if (reading) {
        readAgain = true;
      } else {
        reading = true;
        read(reader, request);
      }
    }
    for (let i = 0; i < 2; i++) {
      const cancelBranch = (reason) => {
        gone[i] = true;
        reasons[i] = reason;
        if (gone[1 - i]) cancelled.resolve(cancel(stream, [reasons[0], reasons[1]]));
        return cancelled.promise;
      };
      branches[i] = new ReadableStream({ __proto__: null, pull, cancel: cancelBranch });
      controllers[i] = streamOf(branches[i]).controller;
    }
    b.promiseThen(reader.closed.promise, undefined, (reason) => {
      for (let i = 0; i < 2; i++) fail(controllers[i].stream, reason);
      finish();
    });
    return branches;
  }

  // ---- iteration ------------------------------------------------------------------------

  const AsyncIteratorPrototype = b.prototypeOf(
    b.prototypeOf(b.prototypeOf((async function* () {})())),
  );
  const iterations = new b.WeakMap();
  const iteratorPrototype = b.create(AsyncIteratorPrototype);

  function iterate(stream, preventCancel) {
    const iterator = b.create(iteratorPrototype);
    const reader = acquire(stream);
    const state = { __proto__: null, reader, preventCancel, ongoing: null, finished: false };
    b.weakMapSet(iterations, iterator, state);
    return iterator;
  }

  // Steps of one iterator come one after the other.
  function inTurn(iterator, step) {
    const state = isObject(iterator) ? b.weakMapGet(iterations, iterator) : undefined;
    if (state === undefined) return rejected(illegal("ReadableStream AsyncIterator"));
    const run = () => step(state);
    state.ongoing =
      state.ongoing === null ? run() : b.promiseThen(state.ongoing, run, run);
    return state.ongoing;
  }

  function nextOf(state) {
    if (state.finished) return resolved({ value: undefined, done: true });
    const { promise, resolve, reject } = deferred();
    const { reader } = state;
    const end = () => {
      state.finished = true;
      release(reader);
    };
    read(reader, {
      __proto__: null,
      chunk: (value) => resolve({ value, done: false }),
      close: () => {
        end();
        resolve({ value: undefined, done: true });
      },
      error: (reason) => {
        end();
        reject(reason);
      },
    });
    return promise;
  }

  function returnOf(state, value) {
    if (state.finished) return resolved({ value, done: true });
    state.finished = true;
    const { reader, preventCancel } = state;
    const done = preventCancel ? resolved(undefined) : cancel(reader.stream, value);
    release(reader);
    return b.promiseThen(done, () => ({ value, done: true }));
  }

  const iteratorMethods = {
    next() {
      return inTurn(this, nextOf);
    },
    return(value) {
      return inTurn(this, (state) => returnOf(state, value));
    },
  };
  for (const name in iteratorMethods) {
    b.defineProperty(iteratorPrototype, name, {
      value: iteratorMethods[name],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  b.defineProperty(iteratorPrototype, Symbol.toStringTag, {
    value: "ReadableStream AsyncIterator",
    configurable: true,
  });

  // ---- from an iterable -----------------------------------------------------------------

  function fromIterable(iterable) {
    const source = iterable === undefined || iterable === null ? b.create(null) : iterable;
    const asynchronous = source[Symbol.asyncIterator];
    const method = asynchronous ?? source[Symbol.iterator];
    if (typeof method !== "function") {
      throw new b.TypeError(
        `ReadableStream.from expects what can be iterated, got ${shown(iterable)}`,
      );
    }
    const iterator = b.apply(method, iterable, []);
    if (!isObject(iterator)) throw new b.TypeError("ReadableStream.from: no iterator was given");
    const { next } = iterator;
    const pull = async (controller) => {
      const result = await b.apply(next, iterator, []);
      if (!isObject(result)) throw new b.TypeError(`an iterator gave ${shown(result)}`);
      if (result.done) controller.close();
      // A synchronous iterator may give promises.
      else controller.enqueue(asynchronous ? result.value : await result.value);
    };
    const cancelSource = async (reason) => {
      const give = iterator.return;
      if (give === undefined) return;
      const result = await b.apply(give, iterator, [reason]);
      if (!isObject(result)) throw new b.TypeError(`an iterator's return gave ${shown(result)}`);
    };
    return new ReadableStream(
      { __proto__: null, pull, cancel: cancelSource },
      { __proto__: null, highWaterMark: 0 },
    );
  }

  hidden(ReadableStream.prototype, Symbol.asyncIterator, ReadableStream.prototype.values);
  webClass(ReadableStream, (value) => {
    const { state, reader } = streamOf(value);
    return { locked: reader !== null, state };
  });

  docs.ReadableStream =
    "A source of chunks: for await (const chunk of stream), getReader(), tee(), pipeTo, " +
    "pipeThrough, cancel(). ReadableStream.from(iterable).";
  return {
    ReadableStream,
    ReadableStreamDefaultReader,
    ReadableStreamDefaultController,
    isStream(value) {
      try {
        return streamOf(value) !== undefined;
      } catch {
        return false;
      }
    },
    isDisturbed: (value) => streamOf(value).disturbed,
    isLocked: (value) => streamOf(value).reader !== null,
    cancelState: cancel,
    cancelStream: (value, reason) => cancel(streamOf(value), reason),
    teeStream: (value, copy) => tee(streamOf(value), copy),
    streamOf,
    acquire,
    release,
    read,
    controllerOf,
    fail,
    enqueue,
    requestClose,
    mayEnqueue,
    desired,
  };
})
