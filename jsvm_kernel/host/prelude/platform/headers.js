// Headers: names and values of HTTP. The case in which a name was given is sent; it is read and
// listed in lower case, sorted, with the values of one name joined.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, text, iterable } =
    kit.platform("web_class");
  const JOINT = ", ";
  const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const outsideLatin1 = /[^\0-\xff]/;
  const spaceAround = /^[\t\n\r ]*([^]*?)[\t\n\r ]*$/;

  function latin1(value, what) {
    const string = text(value);
    if (b.regexpExec(outsideLatin1, string) !== null) {
      throw new b.TypeError(
        `Headers: ${what} ${shown(string)} has a character beyond U+00FF; HTTP carries bytes, ` +
          "so encode it (encodeURIComponent, or base64)",
      );
    }
    return string;
  }

  function nameOf(value) {
    const name = latin1(value, "the name");
    if (b.regexpExec(token, name) === null) {
      throw new b.TypeError(
        `Headers: ${shown(name)} is no header name (letters, digits and !#$%&'*+-.^_\`|~)`,
      );
    }
    return name;
  }

  function valueOf(value, name) {
    const string = b.regexpExec(spaceAround, latin1(value, "the value"))[1];
    if (b.regexpExec(/[\0\r\n]/, string) !== null) {
      throw new b.TypeError(
        `Headers: the value of ${name} holds a line break or NUL: ${shown(string)}`,
      );
    }
    return string;
  }

  let stateOf;
  class Headers {
    // items: {name, key, value}, in order; sorted: pairs for iteration, null when to be made anew.
    #state = { __proto__: null, items: [], sorted: null, immutable: false };

    constructor(init = undefined) {
      if (init !== undefined) fill(this.#state, init);
    }

    static {
      stateOf = (headers) => {
        if (!isObject(headers) || !(#state in headers)) throw illegal("Headers");
        return headers.#state;
      };
    }

    append(name, value) {
      const state = stateOf(this);
      need(2, arguments.length, "Headers.append");
      append(changeable(state), name, value);
    }

    delete(name) {
      const state = stateOf(this);
      need(1, arguments.length, "Headers.delete");
      const key = b.toLowerCase(nameOf(name));
      remove(changeable(state), key);
    }

    get(name) {
      const state = stateOf(this);
      need(1, arguments.length, "Headers.get");
      return valuesOf(state, b.toLowerCase(nameOf(name)));
    }

    getSetCookie() {
      const { items } = stateOf(this);
      const cookies = [];
      for (let i = 0; i < items.length; i++) {
        if (items[i].key === "set-cookie") cookies[cookies.length] = items[i].value;
      }
      return cookies;
    }

    has(name) {
      const state = stateOf(this);
      need(1, arguments.length, "Headers.has");
      return valuesOf(state, b.toLowerCase(nameOf(name))) !== null;
    }

    set(name, value) {
      const state = stateOf(this);
      need(2, arguments.length, "Headers.set");
      set(changeable(state), name, value);
    }
  }

  function changeable(state) {
    if (state.immutable) {
      throw new b.TypeError(
        "Headers: those of a response that was fetched can't be changed; " +
          "new Headers(response.headers) is a copy that can",
      );
    }
    return state;
  }

  function append(state, name, value) {
    name = nameOf(name);
    value = valueOf(value, name);
    add(state, name, value);
  }

  // For what is known to be fine.
  function add(state, name, value) {
    const { items } = state;
    items[items.length] = { __proto__: null, name, key: b.toLowerCase(name), value };
    state.sorted = null;
  }

  function remove(state, key) {
    const kept = [];
    for (let i = 0; i < state.items.length; i++) {
      if (state.items[i].key !== key) kept[kept.length] = state.items[i];
    }
    state.items = kept;
    state.sorted = null;
  }

  // The value stays at the place of the first of that name.
  function set(state, name, value) {
    name = nameOf(name);
    value = valueOf(value, name);
    const key = b.toLowerCase(name);
    const before = state.items;
    let found = false;
    state.items = [];
    for (let i = 0; i < before.length; i++) {
      if (before[i].key !== key) {
        state.items[state.items.length] = before[i];
      } else if (!found) {
        found = true;
        add(state, before[i].name, value);
      }
    }
    if (!found) add(state, name, value);
    state.sorted = null;
  }

  function valuesOf(state, key) {
    let joined = null;
    for (let i = 0; i < state.items.length; i++) {
      if (state.items[i].key !== key) continue;
      const { value } = state.items[i];
      joined = joined === null ? value : joined + JOINT + value;
    }
    return joined;
  }

  // ---- filling ---------------------------------------------------------------------

  function fill(state, init) {
    if (!isObject(init)) {
      throw new b.TypeError(
        `Headers expects an object {name: value} or a list of pairs, got ${shown(init)}`,
      );
    }
    const method = init[Symbol.iterator];
    if (method === undefined || method === null) fillFromRecord(state, init);
    else fillFromList(state, init, method);
  }

  function fillFromList(state, list, method) {
    if (typeof method !== "function") {
      throw new b.TypeError("Headers: what is given can't be iterated");
    }
    const pairs = []; // all are read before the first counts
    for (const entry of list) {
      const pair = [];
      if (isObject(entry) && typeof entry[Symbol.iterator] === "function") {
        for (const part of entry) pair[pair.length] = part;
      }
      if (pair.length !== 2) {
        throw new b.TypeError(
          `Headers: each entry must be a pair [name, value], got ${shown(entry)}`,
        );
      }
      pairs[pairs.length] = pair;
    }
    for (let i = 0; i < pairs.length; i++) append(state, pairs[i][0], pairs[i][1]);
  }

  function fillFromRecord(state, record) {
    const keys = b.ownKeys(record);
    for (let i = 0; i < keys.length; i++) {
      const descriptor = b.descriptorOf(record, keys[i]);
      if (descriptor === undefined || !descriptor.enumerable) continue;
      append(state, keys[i], record[keys[i]]);
    }
  }

  // ---- listing -----------------------------------------------------------------------

  function sorted(state) {
    if (state.sorted !== null) return state.sorted;
    const items = b.slice(state.items);
    b.sort(items, (one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    const pairs = [];
    for (let i = 0; i < items.length; i++) {
      const { key, value } = items[i];
      const last = pairs[pairs.length - 1];
      // Cookies can't be joined: a comma may be part of one.
      if (last !== undefined && last[0] === key && key !== "set-cookie") last[1] += JOINT + value;
      else pairs[pairs.length] = [key, value];
    }
    return (state.sorted = pairs);
  }

  iterable(Headers, (headers, index) => {
    const pair = sorted(stateOf(headers))[index];
    return pair === undefined ? undefined : [pair[0], pair[1]];
  });
  webClass(
    Headers,
    (headers) => sorted(stateOf(headers)),
    (pair, show) => show(pair[0]) + ": " + show(pair[1]),
  );
  b.defineProperty(Headers, "length", { value: 0, configurable: true });

  // Names and values as they go to the network.
  function wire(headers) {
    const { items } = stateOf(headers);
    const pairs = [];
    for (let i = 0; i < items.length; i++) pairs[i] = [items[i].name, items[i].value];
    return pairs;
  }

  // What came from the network, which nobody may change.
  function received(pairs) {
    const headers = new Headers();
    const state = stateOf(headers);
    for (let i = 0; i < pairs.length; i++) add(state, pairs[i][0], pairs[i][1]);
    state.immutable = true;
    return headers;
  }

  docs.Headers =
    "Headers of a request or response: get, set, append, delete, has, getSetCookie; iterates " +
    "over [name, value].";
  return {
    Headers,
    wire,
    received,
    copy: (headers) => new Headers(wire(headers)),
    lookUp: (headers, key) => valuesOf(stateOf(headers), key),
    addNew(headers, name, value) {
      if (valuesOf(stateOf(headers), b.toLowerCase(name)) === null) {
        add(stateOf(headers), name, value);
      }
    },
    freeze(headers) {
      stateOf(headers).immutable = true;
    },
  };
})
