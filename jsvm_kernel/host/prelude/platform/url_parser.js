// The URL Standard's basic parser, a machine over the input's characters, and its serialiser.
// A record: {scheme, username, password, host, port, path, opaque, query, fragment}; the path
// is a list of segments or, when opaque, a text.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const percent = kit.platform("percent");
  const { parseHost } = kit.platform("url_host");
  const { encode } = percent;

  const defaultPorts = { __proto__: null, ftp: 21, http: 80, https: 443, ws: 80, wss: 443 };
  const isSpecialScheme = (scheme) => scheme in defaultPorts || scheme === "file";
  const isSpecial = (url) => isSpecialScheme(url.scheme);
  const matches = (pattern, text) => b.regexpExec(pattern, text) !== null;
  const EOF = "";

  function makeRecord() {
    return {
      __proto__: null,
      scheme: "",
      username: "",
      password: "",
      host: null,
      port: null,
      path: [],
      opaque: false,
      query: null,
      fragment: null,
    };
  }

  const isDriveLetter = (text) => matches(/^[a-zA-Z][:|]$/, text);
  const isNormalDriveLetter = (text) => matches(/^[a-zA-Z]:$/, text);
  const startsWithDriveLetter = (text) => matches(/^[a-zA-Z][:|](?:[/\\?#]|$)/, text);
  const isSingleDot = (text) => matches(/^(?:\.|%2e)$/i, text);
  const isDoubleDot = (text) => matches(/^(?:\.|%2e){2}$/i, text);

  function shortenPath(url) {
    const { path, scheme } = url;
    if (scheme === "file" && path.length === 1 && isNormalDriveLetter(path[0])) return;
    if (path.length > 0) path.length--;
  }

  const hasCredentials = (url) => url.username !== "" || url.password !== "";

  // What every state reads and writes: the input and the place in it, the base, the URL being
  // made, and the override: the state a setter starts in, null when a whole URL is parsed.
  function makeMachine(input, base, url, override) {
    return {
      __proto__: null,
      input,
      at: 0,
      base,
      url,
      override,
      state: override ?? "schemeStart",
      buffer: "",
      atSignSeen: false,
      inBrackets: false,
      passwordSeen: false,
    };
  }

  // A state's verdicts besides undefined (go on with the next character).
  const FAILED = { verdict: "failed" };
  const DONE = { verdict: "done" };

  // Go on in another state, with this character again or with the next one.
  function again(m, state) {
    m.state = state;
    m.at--;
  }

  const isSlash = (m, c) => c === "/" || (c === "\\" && isSpecial(m.url));
  const endsAuthority = (m, c) => c === EOF || c === "?" || c === "#" || isSlash(m, c);

  function startQuery(m) {
    m.url.query = "";
    m.buffer = "";
    m.state = "query";
  }

  function startFragment(m) {
    m.url.fragment = "";
    m.buffer = "";
    m.state = "fragment";
  }

  function inherit(m, ...keys) {
    for (let i = 0; i < keys.length; i++) {
      const value = m.base[keys[i]];
      m.url[keys[i]] = b.isArray(value) ? b.slice(value) : value;
    }
  }

  const states = {
    __proto__: null,

    schemeStart(m, c) {
      if (matches(/[a-zA-Z]/, c)) {
        m.buffer += b.toLowerCase(c);
        m.state = "scheme";
      } else if (m.override === null) {
        again(m, "noScheme");
      } else {
        return FAILED;
      }
    },

    scheme(m, c) {
      if (matches(/[a-zA-Z0-9+\-.]/, c)) {
        m.buffer += b.toLowerCase(c);
        return undefined;
      }
      if (c === ":") return endScheme(m);
      if (m.override !== null) return FAILED;
      m.buffer = "";
      m.state = "noScheme";
      m.at = -1;
    },

    noScheme(m, c) {
      const { base } = m;
      if (base === null || (base.opaque && c !== "#")) return FAILED;
      if (base.opaque) {
        inherit(m, "scheme", "path", "opaque", "query");
        startFragment(m);
      } else {
        again(m, base.scheme === "file" ? "file" : "relative");
      }
    },

    specialRelativeOrAuthority(m, c) {
      if (c === "/" && m.input[m.at + 1] === "/") {
        m.at++;
        m.state = "ignoreSlashes";
      } else {
        again(m, "relative");
      }
    },

    pathOrAuthority(m, c) {
      if (c === "/") m.state = "authority";
      else again(m, "path");
    },

    relative(m, c) {
      inherit(m, "scheme");
      if (isSlash(m, c)) {
        m.state = "relativeSlash";
        return undefined;
      }
      inherit(m, "username", "password", "host", "port", "path", "query");
      if (c === "?") startQuery(m);
      else if (c === "#") startFragment(m);
      else if (c !== EOF) {
        m.url.query = null;
        shortenPath(m.url);
        again(m, "path");
      }
    },

    relativeSlash(m, c) {
      if (isSpecial(m.url) && isSlash(m, c)) {
        m.state = "ignoreSlashes";
      } else if (c === "/") {
        m.state = "authority";
      } else {
        inherit(m, "username", "password", "host", "port");
        again(m, "path");
      }
    },

    authoritySlashes(m, c) {
      if (c === "/" && m.input[m.at + 1] === "/") {
        m.at++;
        m.state = "ignoreSlashes";
      } else {
        again(m, "ignoreSlashes");
      }
    },

    ignoreSlashes(m, c) {
      if (c !== "/" && c !== "\\") again(m, "authority");
    },

    authority(m, c) {
      if (c === "@") {
        takeCredentials(m);
      } else if (endsAuthority(m, c)) {
        if (m.atSignSeen && m.buffer === "") return FAILED;
        m.at -= m.buffer.length;
        m.buffer = "";
        again(m, "host");
      } else {
        m.buffer += c;
      }
    },

    host: hostState,
    hostname: hostState,

    port(m, c) {
      if (matches(/[0-9]/, c)) {
        m.buffer += c;
        return undefined;
      }
      if (!endsAuthority(m, c) && m.override === null) return FAILED;
      if (m.buffer !== "") {
        const port = b.Number(m.buffer);
        if (port > 65535) return FAILED;
        m.url.port = port === defaultPorts[m.url.scheme] ? null : port;
        m.buffer = "";
        if (m.override !== null) return DONE;
      }
      if (m.override !== null) return FAILED;
      again(m, "pathStart");
    },

    file(m, c) {
      const { url, base } = m;
      url.scheme = "file";
      url.host = "";
      if (c === "/" || c === "\\") {
        m.state = "fileSlash";
      } else if (base !== null && base.scheme === "file") {
        inherit(m, "host", "path", "query");
        if (c === "?") startQuery(m);
        else if (c === "#") startFragment(m);
        else if (c !== EOF) {
          url.query = null;
          if (startsWithDriveLetter(b.stringSlice(m.input, m.at))) url.path = [];
          else shortenPath(url);
          again(m, "path");
        }
      } else {
        again(m, "path");
      }
    },

    fileSlash(m, c) {
      if (c === "/" || c === "\\") {
        m.state = "fileHost";
        return undefined;
      }
      const { url, base } = m;
      if (base !== null && base.scheme === "file") {
        inherit(m, "host");
        const drive = base.path.length > 0 && isNormalDriveLetter(base.path[0]);
        if (drive && !startsWithDriveLetter(b.stringSlice(m.input, m.at))) {
          url.path[url.path.length] = base.path[0];
        }
      }
      again(m, "path");
    },

    fileHost(m, c) {
      if (c !== EOF && c !== "/" && c !== "\\" && c !== "?" && c !== "#") {
        m.buffer += c;
        return undefined;
      }
      if (m.override === null && isDriveLetter(m.buffer)) {
        again(m, "path"); // the buffer is the path's first segment
        return undefined;
      }
      if (m.buffer === "") {
        m.url.host = "";
      } else {
        const host = parseHost(m.buffer, true);
        if (host === null) return FAILED;
        m.url.host = host === "localhost" ? "" : host;
      }
      if (m.override !== null) return DONE;
      m.buffer = "";
      again(m, "pathStart");
    },

    pathStart(m, c) {
      const { url, override } = m;
      if (isSpecial(url)) {
        m.state = "path";
        if (c !== "/" && c !== "\\") m.at--;
      } else if (override === null && c === "?") {
        startQuery(m);
      } else if (override === null && c === "#") {
        startFragment(m);
      } else if (c !== EOF) {
        m.state = "path";
        if (c !== "/") m.at--;
      } else if (override !== null && url.host === null) {
        url.path[url.path.length] = "";
      }
    },

    path(m, c) {
      const ends = m.override === null && (c === "?" || c === "#");
      if (c !== EOF && !ends && !isSlash(m, c)) {
        m.buffer += c;
        return undefined;
      }
      addSegment(m, encode(m.buffer, percent.path), isSlash(m, c));
      m.buffer = "";
      if (c === "?") startQuery(m);
      if (c === "#") startFragment(m);
    },

    opaquePath(m, c) {
      if (c !== EOF && c !== "?" && c !== "#") {
        m.buffer += c;
        return undefined;
      }
      // A space at the end would be lost when the URL is parsed again.
      let text = encode(m.buffer, percent.control);
      if (c !== EOF && b.endsWith(text, " ")) text = b.stringSlice(text, 0, -1) + "%20";
      m.url.path = text;
      m.buffer = "";
      if (c === "?") startQuery(m);
      if (c === "#") startFragment(m);
    },

    query(m, c) {
      if (c !== EOF && !(m.override === null && c === "#")) {
        m.buffer += c;
        return undefined;
      }
      const set = isSpecial(m.url) ? percent.specialQuery : percent.query;
      m.url.query += encode(m.buffer, set);
      m.buffer = "";
      if (c === "#") startFragment(m);
    },

    fragment(m, c) {
      if (c === EOF) m.url.fragment += encode(m.buffer, percent.fragment);
      else m.buffer += c;
    },
  };

  function endScheme(m) {
    const { url, base, buffer } = m;
    if (m.override !== null) {
      if (isSpecial(url) !== isSpecialScheme(buffer)) return DONE;
      if (buffer === "file" && (hasCredentials(url) || url.port !== null)) return DONE;
      if (url.scheme === "file" && url.host === "") return DONE;
      url.scheme = buffer;
      if (url.port === defaultPorts[buffer]) url.port = null;
      return DONE;
    }
    url.scheme = buffer;
    m.buffer = "";
    if (buffer === "file") {
      m.state = "file";
    } else if (isSpecial(url)) {
      const sameAsBase = base !== null && base.scheme === buffer;
      m.state = sameAsBase ? "specialRelativeOrAuthority" : "authoritySlashes";
    } else if (m.input[m.at + 1] === "/") {
      m.at++;
      m.state = "pathOrAuthority";
    } else {
      url.path = "";
      url.opaque = true;
      m.state = "opaquePath";
    }
  }

  function takeCredentials(m) {
    const { url } = m;
    let text = m.atSignSeen ? "%40" + m.buffer : m.buffer;
    m.atSignSeen = true;
    m.buffer = "";
    if (!m.passwordSeen) {
      const colon = b.stringIndexOf(text, ":");
      const name = colon < 0 ? text : b.stringSlice(text, 0, colon);
      url.username += encode(name, percent.userinfo);
      if (colon < 0) return;
      m.passwordSeen = true;
      text = b.stringSlice(text, colon + 1);
    }
    url.password += encode(text, percent.userinfo);
  }

  function hostState(m, c) {
    const { url, override } = m;
    if (override !== null && url.scheme === "file") {
      again(m, "fileHost");
      return undefined;
    }
    if (c === ":" && !m.inBrackets) {
      if (m.buffer === "" || override === "hostname") return FAILED;
      return takeHost(m, "port");
    }
    if (endsAuthority(m, c)) {
      m.at--;
      if (m.buffer === "") {
        if (isSpecial(url)) return FAILED;
        if (override !== null && (hasCredentials(url) || url.port !== null)) return FAILED;
      }
      return takeHost(m, "pathStart") ?? (override === null ? undefined : DONE);
    }
    if (c === "[") m.inBrackets = true;
    if (c === "]") m.inBrackets = false;
    m.buffer += c;
  }

  function takeHost(m, next) {
    const host = parseHost(m.buffer, isSpecial(m.url));
    if (host === null) return FAILED;
    m.url.host = host;
    m.buffer = "";
    m.state = next;
  }

  function addSegment(m, segment, slashFollows) {
    const { url } = m;
    const { path } = url;
    if (isDoubleDot(segment)) {
      shortenPath(url);
      if (!slashFollows) path[path.length] = "";
    } else if (isSingleDot(segment)) {
      if (!slashFollows) path[path.length] = "";
    } else {
      if (url.scheme === "file" && path.length === 0 && isDriveLetter(segment)) {
        segment = segment[0] + ":";
      }
      path[path.length] = segment;
    }
  }

  function run(input, base, url, override) {
    const m = makeMachine(input, base, url, override);
    for (; m.at <= m.input.length; m.at++) {
      const c = m.at < m.input.length ? m.input[m.at] : EOF;
      const verdict = states[m.state](m, c);
      if (verdict !== undefined) return verdict === DONE;
    }
    return true;
  }

  function withoutLineBreaks(text) {
    for (let i = 0; i < LINE_BREAKS.length; i++) {
      const char = LINE_BREAKS[i];
      if (b.includes(text, char)) text = b.join(b.split(text, char), "");
    }
    return text;
  }
  const LINE_BREAKS = "\t\n\r";

  // A whole URL: its record, or null.
  function parse(input, base) {
    const [, trimmed] = b.regexpExec(/^[\0-\x20]*(.*?)[\0-\x20]*$/s, input);
    const url = makeRecord();
    return run(withoutLineBreaks(trimmed), base, url, null) ? url : null;
  }

  // A setter's new part, from `state` on; false: it is not valid, and the record may be half
  // changed.
  function parsePart(input, url, state) {
    return run(withoutLineBreaks(input), null, url, state);
  }

  function pathText({ path, opaque }) {
    if (opaque) return path;
    let text = "";
    for (let i = 0; i < path.length; i++) text += "/" + path[i];
    return text;
  }

  function hostText({ host, port }) {
    if (host === null) return "";
    return port === null ? host : host + ":" + port;
  }

  function serialize(url, withFragment) {
    let text = url.scheme + ":";
    if (url.host !== null) {
      text += "//";
      if (hasCredentials(url)) {
        text += url.username;
        if (url.password !== "") text += ":" + url.password;
        text += "@";
      }
      text += hostText(url);
    } else if (!url.opaque && url.path.length > 1 && url.path[0] === "") {
      text += "/."; // else the path would be read as a host
    }
    text += pathText(url);
    if (url.query !== null) text += "?" + url.query;
    if (withFragment && url.fragment !== null) text += "#" + url.fragment;
    return text;
  }

  function originOf(url) {
    if (url.scheme === "blob") {
      const inner = url.opaque ? parse(url.path, null) : null;
      const web = inner !== null && (inner.scheme === "http" || inner.scheme === "https");
      return web ? originOf(inner) : "null";
    }
    if (!(url.scheme in defaultPorts)) return "null";
    return url.scheme + "://" + hostText(url);
  }

  return { parse, parsePart, serialize, pathText, hostText, originOf, hasCredentials };
})
