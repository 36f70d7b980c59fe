// URLSearchParams: a list of names and values, written as a form is. One that belongs to a URL
// tells it when it changes, and is filled anew when the URL's query does.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, wellFormed, iterable } =
    kit.platform("web_class");
  const percent = kit.platform("percent");

  const replaced = (text, from, to) =>
    b.includes(text, from) ? b.join(b.split(text, from), to) : text;

  function parse(text) {
    const pairs = [];
    const parts = b.split(text, "&");
    for (let i = 0; i < parts.length; i++) {
      if (parts[i] === "") continue;
      const part = replaced(parts[i], "+", " ");
      const equals = b.stringIndexOf(part, "=");
      const name = equals < 0 ? part : b.stringSlice(part, 0, equals);
      const value = equals < 0 ? "" : b.stringSlice(part, equals + 1);
      pairs[pairs.length] = [percent.decode(name), percent.decode(value)];
    }
    return pairs;
  }

  const escape = (text) => replaced(percent.encode(text, formSet), "%20", "+");
  const formSet = percent.form;

  function serialize(pairs) {
    let text = "";
    for (let i = 0; i < pairs.length; i++) {
      text += (i > 0 ? "&" : "") + escape(pairs[i][0]) + "=" + escape(pairs[i][1]);
    }
    return text;
  }

  function pairsOfList(list) {
    const pairs = [];
    for (const entry of list) {
      const pair = [];
      if (!isObject(entry) || typeof entry[Symbol.iterator] !== "function") {
        throw new b.TypeError(
          `URLSearchParams: each entry must be a pair [name, value], got ${shown(entry)}`,
        );
      }
      for (const part of entry) pair[pair.length] = wellFormed(part);
      if (pair.length !== 2) {
        throw new b.TypeError(
          `URLSearchParams: each entry must be a pair [name, value], got ${shown(entry)}`,
        );
      }
      pairs[pairs.length] = pair;
    }
    return pairs;
  }

  function pairsOfRecord(record) {
    const places = new b.Map(); // names that become the same are one
    const pairs = [];
    const keys = b.ownKeys(record);
    for (let i = 0; i < keys.length; i++) {
      const descriptor = b.descriptorOf(record, keys[i]);
      if (descriptor === undefined || !descriptor.enumerable) continue;
      const name = wellFormed(keys[i]);
      const value = wellFormed(record[keys[i]]);
      const place = b.mapGet(places, name);
      if (place !== undefined) {
        pairs[place][1] = value;
        continue;
      }
      b.mapSet(places, name, pairs.length);
      pairs[pairs.length] = [name, value];
    }
    return pairs;
  }

  function pairsOf(init) {
    if (!isObject(init)) {
      const text = wellFormed(init);
      return parse(text[0] === "?" ? b.stringSlice(text, 1) : text);
    }
    const method = init[Symbol.iterator];
    if (method === undefined || method === null) return pairsOfRecord(init);
    if (typeof method !== "function") {
      throw new b.TypeError("URLSearchParams: what is given can't be iterated");
    }
    return pairsOfList(init);
  }

  let pairsIn;
  let attach;
  let reload;
  class URLSearchParams {
    #pairs;
    #changed = null;

    constructor(init = "") {
      this.#pairs = pairsOf(init);
    }

    static {
      pairsIn = (params) => {
        if (!isObject(params) || !(#pairs in params)) throw illegal("URLSearchParams");
        return params.#pairs;
      };
      attach = (query, changed) => {
        const params = new URLSearchParams();
        params.#pairs = parse(query);
        params.#changed = changed;
        return params;
      };
      reload = (params, query) => {
        params.#pairs = parse(query);
      };
    }

    #update(pairs) {
      this.#pairs = pairs;
      if (this.#changed !== null) this.#changed(serialize(pairs));
    }

    get size() {
      return pairsIn(this).length;
    }

    append(name, value) {
      const pairs = pairsIn(this);
      need(2, arguments.length, "URLSearchParams.append");
      pairs[pairs.length] = [wellFormed(name), wellFormed(value)];
      this.#update(pairs);
    }

    delete(name, value = undefined) {
      const pairs = pairsIn(this);
      need(1, arguments.length, "URLSearchParams.delete");
      const matches = matcher(name, value);
      const kept = [];
      for (let i = 0; i < pairs.length; i++) {
        if (!matches(pairs[i])) kept[kept.length] = pairs[i];
      }
      this.#update(kept);
    }

    get(name) {
      const pairs = pairsIn(this);
      need(1, arguments.length, "URLSearchParams.get");
      name = wellFormed(name);
      for (let i = 0; i < pairs.length; i++) {
        if (pairs[i][0] === name) return pairs[i][1];
      }
      return null;
    }

    getAll(name) {
      const pairs = pairsIn(this);
      need(1, arguments.length, "URLSearchParams.getAll");
      name = wellFormed(name);
      const values = [];
      for (let i = 0; i < pairs.length; i++) {
        if (pairs[i][0] === name) values[values.length] = pairs[i][1];
      }
      return values;
    }

    has(name, value = undefined) {
      const pairs = pairsIn(this);
      need(1, arguments.length, "URLSearchParams.has");
      const matches = matcher(name, value);
      for (let i = 0; i < pairs.length; i++) {
        if (matches(pairs[i])) return true;
      }
      return false;
    }

    set(name, value) {
      const pairs = pairsIn(this);
      need(2, arguments.length, "URLSearchParams.set");
      name = wellFormed(name);
      value = wellFormed(value);
      const kept = [];
      let found = false;
      for (let i = 0; i < pairs.length; i++) {
        if (pairs[i][0] !== name) {
          kept[kept.length] = pairs[i];
        } else if (!found) {
          found = true;
          kept[kept.length] = [name, value];
        }
      }
      if (!found) kept[kept.length] = [name, value];
      this.#update(kept);
    }

    sort() {
      const pairs = b.slice(pairsIn(this));
      b.sort(pairs, (one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
      this.#update(pairs);
    }

    toString() {
      return serialize(pairsIn(this));
    }
  }

  function matcher(name, value) {
    name = wellFormed(name);
    if (value === undefined) return (pair) => pair[0] === name;
    value = wellFormed(value);
    return (pair) => pair[0] === name && pair[1] === value;
  }

  iterable(URLSearchParams, (params, index) => {
    const pair = pairsIn(params)[index];
    return pair === undefined ? undefined : [pair[0], pair[1]];
  });
  webClass(URLSearchParams, pairsIn, (pair, show) => show(pair[0]) + " => " + show(pair[1]));

  function isParams(value) {
    try {
      return pairsIn(value) !== undefined;
    } catch {
      return false;
    }
  }

  return {
    URLSearchParams,
    attach,
    reload,
    parse,
    serialize,
    isParams,
    toText: (params) => serialize(pairsIn(params)),
  };
})
