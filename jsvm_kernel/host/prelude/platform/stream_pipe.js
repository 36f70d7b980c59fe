// Piping: chunks of a ReadableStream go to a WritableStream, and so do its end and its errors.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { isObject, shown, dictionary } = kit.platform("web_class");
  const { deferred, resolved, handled } = kit.platform("stream_queue");
  const readable = kit.platform("readable_stream");
  const writable = kit.platform("writable_stream");
  const { isSignal, onAbort, isAborted } = kit.platform("abort");

  function stateOf(module, value) {
    try {
      return module.streamOf(value);
    } catch {
      return undefined;
    }
  }

  function readOptions(options, what) {
    const given = dictionary(options, what + ": the options");
    const { preventAbort, preventCancel, preventClose, signal } = given;
    if (signal !== undefined && !isSignal(signal)) {
      throw new b.TypeError(`${what}: signal must be an AbortSignal, got ${shown(signal)}`);
    }
    return {
      __proto__: null,
      preventAbort: !!preventAbort,
      preventCancel: !!preventCancel,
      preventClose: !!preventClose,
      signal,
    };
  }

  function pipeTo(source, destination, options) {
    const from = readable.streamOf(source);
    const to = stateOf(writable, destination);
    if (to === undefined) {
      throw new b.TypeError(`pipeTo expects a WritableStream, got ${shown(destination)}`);
    }
    const how = readOptions(options, "pipeTo");
    if (from.reader !== null) throw new b.TypeError("pipeTo: the readable stream is locked");
    if (to.writer !== null) throw new b.TypeError("pipeTo: the writable stream is locked");
    return pipe(from, to, how);
  }

  function pipe(from, to, { preventAbort, preventCancel, preventClose, signal }) {
    const reader = readable.acquire(from);
    const writer = writable.acquire(to);
    from.disturbed = true;
    const done = deferred();
    let ending = false;
    let lastWrite = resolved(undefined);
    let unwatch = () => {};

    // Ends the pipe once what was read is written; `action` comes first, null for none.
    function end(action, failed, reason) {
      if (ending) return;
      ending = true;
      const act = () => {
        if (action === null) return finish(failed, reason);
        return b.promiseThen(
          action(),
          () => finish(failed, reason),
          (other) => finish(true, other),
        );
      };
      const mayWrite = to.state === "writable" && !writable.isClosing(to);
      if (mayWrite) b.promiseThen(written(), act);
      else act();
    }

    function written() {
      const waited = lastWrite;
      const again = () => (waited === lastWrite ? undefined : written());
      return b.promiseThen(waited, again, again);
    }

    function finish(failed, reason) {
      writable.release(writer);
      readable.release(reader);
      unwatch();
      if (failed) done.reject(reason);
      else done.resolve(undefined);
    }

    const sourceFailed = () => {
      const reason = from.error;
      end(preventAbort ? null : () => writable.abort(to, reason), true, reason);
    };
    const destinationFailed = (reason) => {
      end(preventCancel ? null : () => readable.cancelState(from, reason), true, reason);
    };
    const sourceClosed = () => {
      const close = () =>
        writable.isClosing(to) || to.state === "closed" ? resolved(undefined) : writable.close(to);
      end(preventClose ? null : close, false, undefined);
    };

    if (signal !== undefined) {
      const aborted = () => {
        const { reason } = signal;
        const act = () => {
          const actions = [];
          if (!preventAbort && to.state === "writable") {
            actions[actions.length] = writable.abort(to, reason);
          }
          if (!preventCancel && from.state === "readable") {
            actions[actions.length] = readable.cancelState(from, reason);
          }
          return b.promiseAll(actions);
        };
        end(act, true, reason);
      };
      if (isAborted(signal)) {
        aborted();
        return done.promise;
      }
      unwatch = onAbort(signal, aborted);
    }

    // Errors come before ends, and ends before more chunks.
    if (from.state === "errored") sourceFailed();
    else b.promiseThen(reader.closed.promise, undefined, () => ending || sourceFailed());
    if (to.state === "errored" || to.state === "erroring") destinationFailed(to.error);
    else b.promiseThen(writer.closed.promise, undefined, () => ending || destinationFailed(to.error));
    if (from.state === "closed") sourceClosed();
    else b.promiseThen(reader.closed.promise, () => ending || sourceClosed(), () => {});
    if (writable.isClosing(to) || to.state === "closed") {
      destinationFailed(new b.TypeError("pipeTo: the writable stream is closed"));
    }

    function next() {
      if (ending) return;
      b.promiseThen(
        writer.ready.promise,
        () => {
          if (ending) return;
          readable.read(reader, {
            __proto__: null,
            chunk(value) {
              lastWrite = handled(writable.write(writer, value));
              b.promiseThen(resolved(undefined), next);
            },
            close() {},
            error() {},
          });
        },
        () => {},
      );
    }
    next();
    return done.promise;
  }

  function pipeThrough(source, transform, options) {
    const { readable: output, writable: input } = isObject(transform) ? transform : {};
    const valid = stateOf(readable, output) !== undefined && stateOf(writable, input) !== undefined;
    if (!valid) {
      throw new b.TypeError(
        `pipeThrough expects {readable, writable}, such as a TransformStream, got ${shown(transform)}`,
      );
    }
    handled(pipeTo(source, input, options));
    return output;
  }

  return { pipeTo, pipeThrough };
})
