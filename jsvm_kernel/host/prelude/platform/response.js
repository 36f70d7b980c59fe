// Response: what fetch gave, or one that is made by hand.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, text, dictionary } =
    kit.platform("web_class");
  const { Headers, addNew, copy, freeze } = kit.platform("headers");
  const bodies = kit.platform("bodies");
  const withoutBody = [101, 103, 204, 205, 304];

  function statusOf(value) {
    const number = +value;
    const status = number !== number ? 0 : b.floor(number) & 0xffff;
    if (!(status >= 200 && status <= 599)) {
      throw new b.RangeError(`Response: status is from 200 to 599, got ${shown(value)}`);
    }
    return status;
  }

  function reasonOf(value) {
    const reason = text(value);
    if (b.regexpExec(/^[\t\x20-\x7e\x80-\xff]*$/, reason) === null) {
      throw new b.TypeError(`Response: statusText can't be sent in HTTP: ${shown(reason)}`);
    }
    return reason;
  }

  function makeState(parts) {
    return {
      __proto__: null,
      status: 200,
      statusText: "",
      type: "default",
      url: "",
      redirected: false,
      headers: null,
      body: null,
      ...parts,
    };
  }

  const creating = Symbol("creating");
  let stateOf;
  let make;
  class Response {
    #state;

    constructor(body = null, init = undefined) {
      if (body === creating) {
        this.#state = init;
        return;
      }
      this.#state = stateFrom(init);
      if (body !== null) setBody(this.#state, bodies.bodyFrom(body));
    }

    static {
      stateOf = (response) => {
        if (!isObject(response) || !(#state in response)) throw illegal("Response");
        return response.#state;
      };
      make = (parts) => new Response(creating, makeState(parts));
    }

    static error() {
      const headers = new Headers();
      freeze(headers);
      return make({ type: "error", status: 0, headers });
    }

    static redirect(url, status = 302) {
      need(1, arguments.length, "Response.redirect");
      const { URL } = kit.platform("url");
      const { href } = new URL(text(url));
      if (b.indexOf([301, 302, 303, 307, 308], +status) < 0) {
        throw new b.RangeError(`Response.redirect: ${shown(status)} is no status of a redirect`);
      }
      const headers = new Headers([["Location", href]]);
      freeze(headers);
      return make({ status: +status, headers });
    }

    static json(data, init = undefined) {
      need(1, arguments.length, "Response.json");
      const encoded = b.stringify(data);
      if (encoded === undefined) {
        throw new b.TypeError(`Response.json: ${shown(data)} can't be written as JSON`);
      }
      const state = stateFrom(init);
      const { encode } = kit.platform("encoding");
      setBody(state, bodies.ofBytes(encode(encoded), "application/json"));
      return new Response(creating, state);
    }

    get type() {
      return stateOf(this).type;
    }
    get url() {
      return stateOf(this).url;
    }
    get redirected() {
      return stateOf(this).redirected;
    }
    get status() {
      return stateOf(this).status;
    }
    get ok() {
      const { status } = stateOf(this);
      return status >= 200 && status <= 299;
    }
    get statusText() {
      return stateOf(this).statusText;
    }
    get headers() {
      return stateOf(this).headers;
    }

    clone() {
      const state = stateOf(this);
      if (state.body !== null && bodies.isTaken(state.body)) {
        throw new b.TypeError("Response.clone: the body has been read or is being read");
      }
      const headers = copy(state.headers);
      return make({ ...state, headers, body: bodies.clone(state.body) });
    }
  }

  function stateFrom(given) {
    const init = dictionary(given, "Response: the second argument");
    return makeState({
      status: init.status === undefined ? 200 : statusOf(init.status),
      statusText: init.statusText === undefined ? "" : reasonOf(init.statusText),
      headers: new Headers(init.headers),
    });
  }

  function setBody(state, body) {
    if (b.indexOf(withoutBody, state.status) >= 0) {
      throw new b.TypeError(`Response: one with status ${state.status} has no body`);
    }
    state.body = body;
    if (body.type !== null) addNew(state.headers, "Content-Type", body.type);
  }

  bodies.addBodyMembers(Response, stateOf);
  webClass(Response, (response) => {
    const { status, statusText, type, url, redirected, headers, body } = stateOf(response);
    const bodyUsed = body !== null && bodies.isUsed(body);
    return { status, statusText, type, url, redirected, headers, bodyUsed };
  });
  b.defineProperty(Response, "length", { value: 0, configurable: true });

  docs.Response =
    "What fetch gives: ok, status, headers, and one of text(), json(), bytes(), arrayBuffer(), " +
    "blob(), formData() reads the body; body is its stream.";
  return { Response, makeResponse: make, withoutBody };
})
