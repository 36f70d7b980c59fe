// CommonJS: require, its modules, and what they are to ES modules.
//
// A module's file is found by the host (modules/loader.py); here it is run. Unlike in Node.js
// `process` and `global` are names inside a CommonJS module, not globals: many libraries look
// at them, and notebooks have no use for them.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const PARAMETERS = "exports, require, module, __filename, __dirname, process, global";
  const CELLS = "a cell";
  // What only an ES module may have. Asked of a text that is no CommonJS only.
  const esSyntax = /(?:^|[\n;}])\s*(?:import|export)\b|\bimport\s*\.\s*meta\b|\bawait\b/;
  const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

  const cache = b.create(null); // file -> Module; users see it as require.cache
  const unfinished = []; // files of the modules that run now
  const namespaces = new b.Map(); // ES namespace -> what require gives for it
  let process; // made when the first module is run

  class Module {
    constructor(id, parent) {
      this.id = id;
      this.path = folderOf(id);
      this.exports = {};
      this.filename = id;
      this.loaded = false;
      this.children = [];
      b.defineProperty(this, "parent", { value: parent, configurable: true });
      const require = makeRequire(id, this);
      b.defineProperty(this, "require", { value: require, configurable: true });
    }
  }

  function folderOf(file) {
    const parts = b.split(file, "/");
    parts.length -= 1;
    return b.join(parts, "/") || "/";
  }

  // The host's answer, with its failure thrown as Node.js would.
  function ask(question, referrer, specifier) {
    const answer = b.parse(natives.askModules(question, referrer, specifier));
    if (answer.error === undefined) return answer;
    const error = new b.Error(answer.error);
    b.defineProperty(error, "code", {
      value: answer.code,
      writable: true,
      configurable: true,
    });
    throw error;
  }

  function makeRequire(referrer, parent) {
    const check = (specifier) => {
      if (typeof specifier === "string" && specifier !== "") return specifier;
      throw new b.TypeError(
        `require expects the name of a module, got ${kit.inspect(specifier, { depth: 0 })}`,
      );
    };
    const require = function require(specifier) {
      const { name, kind } = ask("required", referrer, check(specifier));
      return load(name, kind, parent);
    };
    require.resolve = function resolve(specifier) {
      return ask("required", referrer, check(specifier)).name;
    };
    require.cache = cache;
    return require;
  }

  function load(name, kind, parent) {
    const known = cache[name];
    if (known !== undefined) return known.exports;
    return attempt(name, parent, (module) => {
      run(module, kind);
      return true;
    }).exports;
  }

  // The module, once `start` has run it; undefined if it says that this is none. What failed
  // is tried anew by the next require. A stop runs no finally: see `abandon`.
  function attempt(name, parent, start) {
    const module = new Module(name, parent);
    cache[name] = module;
    unfinished[unfinished.length] = name;
    if (parent !== undefined) parent.children[parent.children.length] = module;
    let done = false;
    try {
      done = start(module);
    } finally {
      unfinished.length--;
      if (!done) delete cache[name];
    }
    if (!done) return undefined;
    module.loaded = true;
    return module;
  }

  function run(module, kind) {
    const { filename } = module;
    if (kind === "module") {
      module.exports = ofNamespace(natives.requireModule(filename));
    } else if (kind === "native") {
      module.exports = natives.requireModule(filename).default;
    } else if (kind === "json") {
      module.exports = parseJSON(filename);
    } else if (!runText(module, kind)) {
      // The engine will ask importCommonJS for it, which must not find what is unfinished.
      delete cache[filename];
      module.exports = ofNamespace(natives.requireModule(filename));
      cache[filename] = module;
    }
  }

  // False for a text of unknown kind that is an ES module's.
  function runText(module, kind) {
    const text = textOf(module.filename);
    let body;
    try {
      body = natives.compileFunction(text, module.filename, PARAMETERS);
    } catch (error) {
      if (kind === "unknown" && b.regexpExec(esSyntax, text) !== null) return false;
      throw error;
    }
    process ??= makeProcess(ask("process", "", ""));
    const { exports, require, filename, path } = module;
    const given = [exports, require, module, filename, path, process, globalThis];
    b.apply(body, exports, given);
    return true;
  }

  function textOf(name) {
    const answer = ask("text", name, "");
    return answer.text;
  }

  function parseJSON(name) {
    try {
      return b.parse(textOf(name));
    } catch (error) {
      throw new b.SyntaxError(`${name} is no JSON: ${kit.errorMessage(error)}`);
    }
  }

  // What require gives for an ES module: its namespace, marked so that CommonJS made by
  // compilers finds the default export; or what it exports as "module.exports".
  function ofNamespace(namespace) {
    if (b.hasOwn(namespace, "module.exports")) return namespace["module.exports"];
    if (!b.hasOwn(namespace, "default") || b.hasOwn(namespace, "__esModule")) {
      return namespace;
    }
    let marked = b.mapGet(namespaces, namespace);
    if (marked === undefined) {
      marked = b.create(null);
      const keys = b.keysOf(namespace);
      for (let i = 0; i < keys.length; i++) {
        b.defineProperty(marked, keys[i], {
          get: () => namespace[keys[i]],
          enumerable: true,
        });
      }
      b.defineProperty(marked, "__esModule", { value: true });
      b.mapSet(namespaces, namespace, marked);
    }
    return marked;
  }

  // What an ES module sees of CommonJS: `default` is module.exports, and each of its own
  // enumerable properties is a named export. Code that a compiler made of ES modules says so
  // by __esModule; its default export is what it called so.
  function importCommonJS(name, kind) {
    const known = cache[name];
    const module = known ?? attempt(name, undefined, (made) => runText(made, kind));
    return module === undefined ? null : namesOf(module.exports);
  }

  function namesOf(exports) {
    const names = b.create(null);
    const type = typeof exports;
    if ((type === "object" && exports !== null) || type === "function") {
      const keys = b.keysOf(exports);
      for (let i = 0; i < keys.length; i++) {
        if (b.regexpExec(identifier, keys[i]) === null || keys[i] === "default") continue;
        try {
          names[keys[i]] = exports[keys[i]];
        } catch {
          // A getter that throws is no export.
        }
      }
      if (exports.__esModule && b.hasOwn(exports, "default")) {
        names.default = exports.default;
        return names;
      }
    }
    names.default = exports;
    return names;
  }

  // As libraries know it from bundlers for browsers, but for the environment.
  function makeProcess({ env, pid, platform }) {
    const nothing = () => made;
    const made = {
      title: "jsvm",
      browser: true, // there is no fs to require
      env,
      argv: [],
      execArgv: [],
      pid,
      platform,
      version: "",
      versions: {},
      release: {},
      cwd: () => ask("cwd", "", "").cwd, // %cd changes it
      nextTick: (callback, ...values) =>
        queueMicrotask(() => b.apply(callback, undefined, values)),
      emitWarning: (warning) => console.warn(warning),
      exit: () => {
        throw new b.Error("process.exit: a notebook goes on; stop the cell instead");
      },
    };
    const listening = ["on", "once", "off", "addListener", "removeListener"];
    for (let i = 0; i < listening.length; i++) made[listening[i]] = nothing;
    made.listeners = () => [];
    made.emit = () => false;
    return made;
  }

  docs.require =
    "Loads a CommonJS module, a JSON file or an ES module and gives its exports. Paths are " +
    "relative to the notebook's folder; other names are packages in node_modules, or of npm " +
    'as "npm:name@version".';

  return {
    require: makeRequire(CELLS, undefined),
    importCommonJS,
    namesOf,
    importJSON: (name) => ({ __proto__: null, default: parseJSON(name) }),

    // A stop ended what ran: it is to be loaded anew.
    abandon() {
      for (let i = 0; i < unfinished.length; i++) delete cache[unfinished[i]];
      unfinished.length = 0;
    },

    // names: JSON list of modules whose files changed.
    forget(names) {
      const list = b.parse(names);
      for (let i = 0; i < list.length; i++) delete cache[list[i]];
    },

    describeMeta(meta, facts, name) {
      const { url, filename, dirname, main } = b.parse(facts);
      meta.url = url;
      if (filename !== undefined) meta.filename = filename;
      if (dirname !== undefined) meta.dirname = dirname;
      meta.main = main;
      meta.resolve = (specifier) => ask("url", name, `${specifier}`).url;
    },
  };
})
