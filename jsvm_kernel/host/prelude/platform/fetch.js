// fetch: hands a request to the front and makes a Response of what comes back. The front delivers
// no more than is taken here, so a response of any size fits.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { need } = kit.platform("web_class");
  const { wire, received, addNew, copy } = kit.platform("headers");
  const { isAborted, onAbort } = kit.platform("abort");
  const { DOMException } = kit.platform("dom_exception");
  const { bytesOf } = kit.platform("encoding");
  const { Request, stateOfRequest } = kit.platform("request");
  const { makeResponse, withoutBody } = kit.platform("response");
  const bodies = kit.platform("bodies");
  const PART_BYTES = 256 * 1024;

  // A body that nobody can read any more ends its transfer.
  const unread = new b.FinalizationRegistry((number) => kit.cancelTransfer(number));

  function fetch(input, init = undefined) {
    const given = arguments.length;
    return new b.Promise((resolve, reject) => {
      need(1, given, "fetch");
      const request = stateOfRequest(new Request(input, init));
      start(request, { __proto__: null, resolve, reject });
    });
  }

  function start(request, promise) {
    if (isAborted(request.signal)) throw request.signal.reason;
    const scheme = b.stringSlice(request.url, 0, b.stringIndexOf(request.url, ":"));
    if (scheme === "http" || scheme === "https") overNetwork(request, promise);
    else if (scheme === "data") promise.resolve(ofData(request));
    else throw new b.TypeError(refusal(scheme));
  }

  function refusal(scheme) {
    const files =
      "fetch: files are not fetched; read one with import (a module, JSON) or in a native module";
    return scheme === "file" ? files : `fetch: no ${scheme}: addresses, only http:, https:, data:`;
  }

  // ---- data: --------------------------------------------------------------------------

  function ofData(request) {
    const { bytes, type } = kit.platform("data_url").parse(request.url);
    const body = request.method === "HEAD" ? null : bodies.ofBytes(bytes);
    const headers = received([["Content-Type", type]]);
    return makeResponse({ type: "basic", statusText: "OK", url: request.url, headers, body });
  }

  // ---- the network --------------------------------------------------------------------

  function overNetwork(request, promise) {
    const headers = copy(request.headers);
    addNew(headers, "Accept", "*/*");
    const upload = request.body === null ? null : uploadOf(request.body);
    const incoming = makeIncoming();
    const error = new b.TypeError();

    const number = kit.startTransfer(
      {
        method: request.method,
        url: withoutFragment(request.url),
        headers: wire(headers),
        redirect: request.redirect,
        body: upload !== null,
        length: request.body?.length ?? null,
        replayable: upload?.replayable ?? true,
      },
      {
        head(head) {
          promise.resolve(responseOf(request, head, incoming));
          // It would keep the response alive; one that nobody has any more ends its transfer.
          promise = null;
        },
        data: incoming.add,
        end() {
          release();
          incoming.end();
        },
        failed(message, code) {
          release();
          const what = promise === null ? "the response broke off" : "fetch failed";
          fail(networkError(error, what, message, code));
        },
        pull(restart) {
          b.promiseThen(upload.next(restart), (part) => sendPart(part), broken);
        },
        dropped() {
          release();
          incoming.fail(new DOMException("The cell that fetched was stopped", "AbortError"));
        },
      },
    );
    incoming.number = number;
    const release = onAbort(request.signal, () => {
      kit.cancelTransfer(number);
      upload?.cancel(request.signal.reason);
      fail(request.signal.reason);
    });

    function fail(reason) {
      if (promise !== null) promise.reject(reason);
      promise = null;
      incoming.fail(reason);
    }

    function sendPart({ bytes, last }) {
      kit.sendBody(number, bytes, last);
    }

    // The request's own stream failed.
    function broken(reason) {
      release();
      kit.cancelTransfer(number);
      fail(reason);
    }
  }

  function withoutFragment(url) {
    const hash = b.stringIndexOf(url, "#");
    return hash < 0 ? url : b.stringSlice(url, 0, hash);
  }

  // `error` was made when fetch was called: its stack shows where.
  function networkError(error, what, message, code) {
    const cause = new b.Error(message);
    const detail = { __proto__: null, writable: true, configurable: true };
    if (code) b.defineProperty(cause, "code", { ...detail, value: code, enumerable: true });
    b.defineProperty(error, "message", { ...detail, value: `${what}: ${message}` });
    b.defineProperty(error, "cause", { ...detail, value: cause });
    return error;
  }

  function responseOf(request, head, incoming) {
    const bodiless = request.method === "HEAD" || b.indexOf(withoutBody, head.status) >= 0;
    let body = null;
    if (!bodiless) {
      const pull = () => incoming.take();
      const cancel = () => kit.cancelTransfer(incoming.number);
      // What holds `pull` may still read; the transfer itself does not hold it.
      b.registryRegister(unread, pull, incoming.number);
      body = bodies.makeBody({ pull, cancel });
    }
    return makeResponse({
      type: "basic",
      status: head.status,
      statusText: head.reason,
      url: head.url,
      redirected: head.redirected,
      headers: received(head.headers),
      body,
    });
  }

  // What has come and has not been taken.
  function makeIncoming() {
    let chunks = [];
    let first = 0;
    let waiting = null; // {resolve, reject} of a reader that was faster
    let ended = false;
    let failure = null;
    const incoming = {
      __proto__: null,
      number: 0,
      add(bytes) {
        if (waiting === null) chunks[chunks.length] = bytes;
        else give(bytes);
      },
      end() {
        ended = true;
        if (waiting !== null) give(undefined);
      },
      fail(error) {
        failure = { error };
        chunks = [];
        first = 0;
        if (waiting !== null) waiting.reject(error);
        waiting = null;
      },
      take() {
        return new b.Promise((resolve, reject) => {
          if (failure !== null) throw failure.error;
          waiting = { resolve, reject };
          if (first < chunks.length) {
            const bytes = chunks[first++];
            if (first === chunks.length) {
              chunks = [];
              first = 0;
            }
            give(bytes);
          } else if (ended) {
            give(undefined);
          }
        });
      },
    };

    function give(bytes) {
      const { resolve } = waiting;
      waiting = null;
      if (bytes !== undefined) kit.creditTransfer(incoming.number, b.typedArrayLength(bytes));
      resolve(bytes);
    }

    return incoming;
  }

  // ---- uploads --------------------------------------------------------------------------

  // next(restart) -> promise of {bytes, last}.
  function uploadOf(body) {
    return body.bytes !== null && body.stream === null ? ofMemory(body) : ofStream(body);
  }

  function ofMemory(body) {
    const { bytes } = body;
    const length = b.typedArrayLength(bytes);
    body.used = true;
    let at = 0;
    return {
      replayable: true,
      cancel() {},
      async next(restart) {
        if (restart) at = 0;
        const end = b.min(at + PART_BYTES, length);
        const part = b.typedArraySubarray(bytes, at, end);
        at = end;
        return { bytes: part, last: end === length };
      },
    };
  }

  function ofStream(body) {
    const { next, cancel } = bodies.take(body);
    return {
      replayable: false,
      cancel,
      async next() {
        const part = await next();
        if (part === undefined) return { bytes: new b.Uint8Array(0), last: true };
        if (b.typedArrayName(part) !== "Uint8Array") {
          throw new b.TypeError(
            `fetch: the stream of a body must give Uint8Arrays, it gave ${kit.inspect(part)}`,
          );
        }
        return { bytes: bytesOf(part), last: false };
      },
    };
  }

  b.defineProperty(fetch, "length", { value: 1, configurable: true });
  docs.fetch =
    "Sends a request and gives a promise of the Response. options: method, headers, body, " +
    "redirect, signal. What the response needs is read with its text(), json(), bytes(), body …";
  return { fetch };
})
