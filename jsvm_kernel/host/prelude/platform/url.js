// URL: the record of url_parser.js behind the web's properties.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, need, isObject, shown, wellFormed } = kit.platform("web_class");
  const { encode, userinfo } = kit.platform("percent");
  const parser = kit.platform("url_parser");
  const { URLSearchParams, attach, reload } = kit.platform("url_search_params");
  const { parsePart } = parser;

  // The record of a URL text and its base; null when they are not valid.
  function parse(input, base) {
    let baseRecord = null;
    if (base !== undefined) {
      baseRecord = parser.parse(wellFormed(base), null);
      if (baseRecord === null) return null;
    }
    return parser.parse(wellFormed(input), baseRecord);
  }

  function invalid(input, base) {
    const against = base === undefined ? "" : ` with the base ${shown(wellFormed(base))}`;
    return new b.TypeError(`Invalid URL: ${shown(wellFormed(input))}${against}`);
  }

  // Setters work on a copy, which takes the record's place if the new part is valid.
  const copyOf = (record) => ({
    __proto__: null,
    ...record,
    path: b.isArray(record.path) ? b.slice(record.path) : record.path,
  });

  const cannotHavePort = ({ host, scheme }) => host === null || host === "" || scheme === "file";

  let recordOf;
  let make;
  class URL {
    #record;
    #params = null;

    constructor(url, base = undefined) {
      need(1, arguments.length, "URL");
      const record = parse(url, base);
      if (record === null) throw invalid(url, base);
      this.#record = record;
    }

    static {
      recordOf = (url) => {
        if (!isObject(url) || !(#record in url)) throw illegal("URL");
        return url.#record;
      };
      make = (record) => {
        const url = new URL("a:");
        url.#record = record;
        return url;
      };
    }

    static canParse(url, base = undefined) {
      need(1, arguments.length, "URL.canParse");
      return parse(url, base) !== null;
    }
    static parse(url, base = undefined) {
      need(1, arguments.length, "URL.parse");
      const record = parse(url, base);
      return record === null ? null : make(record);
    }

    // Changes a part by the parser; an invalid one changes nothing.
    #change(value, state, prepare) {
      const record = copyOf(recordOf(this));
      if (prepare !== undefined) prepare(record);
      if (parsePart(wellFormed(value), record, state)) this.#record = record;
    }
    #queryChanged() {
      if (this.#params !== null) reload(this.#params, this.#record.query ?? "");
    }

    get href() {
      return parser.serialize(recordOf(this), true);
    }
    set href(value) {
      recordOf(this);
      const record = parse(value, undefined);
      if (record === null) throw invalid(value, undefined);
      this.#record = record;
      this.#queryChanged();
    }

    get origin() {
      return parser.originOf(recordOf(this));
    }

    get protocol() {
      return recordOf(this).scheme + ":";
    }
    set protocol(value) {
      this.#change(wellFormed(value) + ":", "schemeStart");
    }

    get username() {
      return recordOf(this).username;
    }
    set username(value) {
      const record = recordOf(this);
      if (!cannotHavePort(record)) record.username = encode(wellFormed(value), userinfo);
    }

    get password() {
      return recordOf(this).password;
    }
    set password(value) {
      const record = recordOf(this);
      if (!cannotHavePort(record)) record.password = encode(wellFormed(value), userinfo);
    }

    get host() {
      return parser.hostText(recordOf(this));
    }
    set host(value) {
      const record = copyOf(recordOf(this));
      if (record.opaque) return;
      const { host } = record;
      // A host stands although the port behind it is not valid.
      if (parsePart(wellFormed(value), record, "host") || record.host !== host) {
        this.#record = record;
      }
    }

    get hostname() {
      return recordOf(this).host ?? "";
    }
    set hostname(value) {
      if (!recordOf(this).opaque) this.#change(value, "hostname");
    }

    get port() {
      const { port } = recordOf(this);
      return port === null ? "" : b.String(port);
    }
    set port(value) {
      const record = recordOf(this);
      if (cannotHavePort(record)) return;
      if (wellFormed(value) === "") record.port = null;
      else this.#change(value, "port");
    }

    get pathname() {
      return parser.pathText(recordOf(this));
    }
    set pathname(value) {
      if (recordOf(this).opaque) return;
      this.#change(value, "pathStart", (record) => {
        record.path = [];
      });
    }

    get search() {
      const { query } = recordOf(this);
      return query === null || query === "" ? "" : "?" + query;
    }
    set search(value) {
      const record = recordOf(this);
      const text = wellFormed(value);
      if (text === "") {
        record.query = null;
      } else {
        record.query = "";
        parsePart(text[0] === "?" ? b.stringSlice(text, 1) : text, record, "query");
      }
      this.#queryChanged();
    }

    get searchParams() {
      const { query } = recordOf(this);
      this.#params ??= attach(query ?? "", (text) => {
        recordOf(this).query = text === "" ? null : text;
      });
      return this.#params;
    }

    get hash() {
      const { fragment } = recordOf(this);
      return fragment === null || fragment === "" ? "" : "#" + fragment;
    }
    set hash(value) {
      const record = recordOf(this);
      const text = wellFormed(value);
      if (text === "") {
        record.fragment = null;
      } else {
        record.fragment = "";
        parsePart(text[0] === "#" ? b.stringSlice(text, 1) : text, record, "fragment");
      }
    }

    toString() {
      return parser.serialize(recordOf(this), true);
    }
    toJSON() {
      return parser.serialize(recordOf(this), true);
    }
  }

  const shownKeys = [
    "href",
    "origin",
    "protocol",
    "username",
    "password",
    "host",
    "hostname",
    "port",
    "pathname",
    "search",
    "searchParams",
    "hash",
  ];
  const getters = [];
  for (let i = 0; i < shownKeys.length; i++) {
    getters[i] = b.getterOf(URL.prototype, shownKeys[i]);
  }
  webClass(URL, (url) => {
    const fields = {};
    for (let i = 0; i < shownKeys.length; i++) fields[shownKeys[i]] = getters[i](url);
    return fields;
  });

  docs.URL =
    "A URL and its parts: href, origin, protocol, host, pathname, searchParams, hash, … " +
    "URL.parse(url, base) gives null, URL.canParse(url, base) false for what is no URL.";
  docs.URLSearchParams =
    "The parameters of a query: get, getAll, has, set, append, delete, sort, toString.";
  return {
    URL,
    URLSearchParams,
    // The text of a URL that the user may have changed the class of.
    hrefOf: (url) => parser.serialize(recordOf(url), true),
  };
})
