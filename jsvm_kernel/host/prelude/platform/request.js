// Request: what fetch is to send.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, need, isObject, shown, text, dictionary } =
    kit.platform("web_class");
  const { Headers, addNew, copy } = kit.platform("headers");
  const { AbortSignal, isSignal } = kit.platform("abort");
  const { URL } = kit.platform("url");
  const bodies = kit.platform("bodies");
  const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

  // Options that have one of a few values; the first is the default. None but redirect has a
  // meaning here: there are no origins, no cookies and no cache.
  const choices = {
    __proto__: null,
    redirect: ["follow", "error", "manual"],
    mode: ["cors", "same-origin", "no-cors"],
    credentials: ["same-origin", "include", "omit"],
    cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
    referrerPolicy: [
      "",
      "no-referrer",
      "no-referrer-when-downgrade",
      "same-origin",
      "origin",
      "strict-origin",
      "origin-when-cross-origin",
      "strict-origin-when-cross-origin",
      "unsafe-url",
    ],
    duplex: ["half"],
    priority: ["auto", "high", "low"],
  };

  function addressOf(input) {
    const given = text(input);
    let url;
    try {
      url = new URL(given);
    } catch {
      throw new b.TypeError(
        `${shown(given)} is no absolute URL (https://…); a notebook has no address of its own ` +
          "that would complete it",
      );
    }
    if (url.username !== "" || url.password !== "") {
      throw new b.TypeError(
        "a URL with a user name or password can't be fetched: send them in a header " +
          "(Authorization)",
      );
    }
    return url.href;
  }

  function methodOf(value) {
    const method = text(value);
    if (b.regexpExec(token, method) === null) {
      throw new b.TypeError(`Request: ${shown(method)} is no HTTP method`);
    }
    const upper = b.toUpperCase(method);
    if (b.regexpExec(/^(CONNECT|TRACE|TRACK)$/, upper) !== null) {
      throw new b.TypeError(`Request: the method ${upper} is not allowed`);
    }
    // Other methods stand for themselves, in their case.
    const known = b.regexpExec(/^(DELETE|GET|HEAD|OPTIONS|POST|PUT)$/, upper) !== null;
    return known ? upper : method;
  }

  function choose(init, name, otherwise) {
    const value = init[name];
    if (value === undefined) return otherwise;
    const chosen = text(value);
    if (b.indexOf(choices[name], chosen) < 0) {
      throw new b.TypeError(
        `Request: ${name} is one of ${b.join(choices[name], ", ")}, not ${shown(value)}`,
      );
    }
    return chosen;
  }

  function signalOf(init, from) {
    const given = init.signal === undefined ? (from?.signal ?? null) : init.signal;
    if (given === null) return AbortSignal.any([]);
    if (!isSignal(given)) {
      throw new b.TypeError(`Request: signal must be an AbortSignal, got ${shown(given)}`);
    }
    return AbortSignal.any([given]);
  }

  let stateOf;
  class Request {
    #state;

    constructor(input, init = undefined) {
      need(1, arguments.length, "Request");
      this.#state = makeState(input, dictionary(init, "Request: the second argument"));
    }

    static {
      stateOf = (request) => {
        if (!isObject(request) || !(#state in request)) throw illegal("Request");
        return request.#state;
      };
    }

    get method() {
      return stateOf(this).method;
    }
    get url() {
      return stateOf(this).url;
    }
    get headers() {
      return stateOf(this).headers;
    }
    get redirect() {
      return stateOf(this).redirect;
    }
    get signal() {
      return stateOf(this).signal;
    }
    get mode() {
      return stateOf(this).mode;
    }
    get credentials() {
      return stateOf(this).credentials;
    }
    get cache() {
      return stateOf(this).cache;
    }
    get referrer() {
      return stateOf(this).referrer;
    }
    get referrerPolicy() {
      return stateOf(this).referrerPolicy;
    }
    get integrity() {
      return stateOf(this).integrity;
    }
    get keepalive() {
      return stateOf(this).keepalive;
    }
    get destination() {
      stateOf(this);
      return "";
    }
    get duplex() {
      stateOf(this);
      return "half";
    }

    clone() {
      const state = stateOf(this);
      if (state.body !== null && bodies.isTaken(state.body)) {
        throw new b.TypeError("Request.clone: the body has been read or is being read");
      }
      const twin = new Request(state.url, { signal: state.signal });
      const body = bodies.clone(state.body);
      twin.#state = { ...state, headers: copy(state.headers), signal: twin.signal, body };
      return twin;
    }
  }

  function isRequest(value) {
    try {
      return stateOf(value) !== undefined;
    } catch {
      return false;
    }
  }

  function makeState(input, init) {
    const from = isRequest(input) ? stateOf(input) : null;
    const state = {
      __proto__: null,
      url: from === null ? addressOf(input) : from.url,
      method: init.method === undefined ? (from?.method ?? "GET") : methodOf(init.method),
      referrer: text(init.referrer ?? from?.referrer ?? "about:client"),
      integrity: text(init.integrity ?? from?.integrity ?? ""),
      keepalive: !!(init.keepalive ?? from?.keepalive),
    };
    for (const name in choices) {
      state[name] = choose(init, name, from?.[name] ?? choices[name][0]);
    }
    if (init.window !== undefined && init.window !== null) {
      throw new b.TypeError("Request: window can only be null");
    }
    state.signal = signalOf(init, from);
    state.headers = headersOf(init, from);
    state.body = bodyOf(init, from, state);
    return state;
  }

  function headersOf(init, from) {
    if (init.headers !== undefined) return new Headers(init.headers);
    return from === null ? new Headers() : copy(from.headers);
  }

  function bodyOf(init, from, state) {
    const given = init.body ?? null;
    const inherited = from === null || given !== null ? null : from.body;
    const bodiless = state.method === "GET" || state.method === "HEAD";
    if ((given !== null || inherited !== null) && bodiless) {
      throw new b.TypeError(`Request: a request with the method ${state.method} has no body`);
    }
    if (given !== null) {
      const body = bodies.bodyFrom(given);
      if (body.type !== null) addNew(state.headers, "Content-Type", body.type);
      return body;
    }
    if (inherited === null) return null;
    if (bodies.isTaken(inherited)) {
      throw new b.TypeError("Request: the body of the given Request has been read");
    }
    const body = bodies.makeBody({ ...inherited });
    inherited.used = true;
    return body;
  }

  bodies.addBodyMembers(Request, stateOf);
  webClass(Request, (request) => {
    const { method, url, headers, redirect, body } = stateOf(request);
    return { method, url, headers, redirect, bodyUsed: body !== null && bodies.isUsed(body) };
  });
  b.defineProperty(Request, "length", { value: 1, configurable: true });

  docs.Request =
    "A request for fetch: an absolute URL and options as method, headers, body, redirect, signal.";
  return { Request, stateOfRequest: stateOf };
})
