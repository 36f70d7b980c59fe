// The console. stdout and stderr are the cell's two streams; each call writes whole lines.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const STDOUT = 1;
  const STDERR = 2;
  const INDENT = "  ";
  let indent = "";
  const counts = new b.Map();
  const timers = new b.Map();

  function writeLines(stream, text) {
    if (indent !== "") text = indent + b.join(b.split(text, "\n"), "\n" + indent);
    natives.write(stream, text + "\n");
  }

  function labelOf(label) {
    return label === undefined ? "default" : b.String(label);
  }

  function elapsed(label) {
    const start = b.mapGet(timers, label);
    if (start === undefined) {
      writeLines(STDERR, `Warning: there is no console.time called '${label}'`);
      return undefined;
    }
    return durationText(natives.now() - start);
  }

  function durationText(ms) {
    if (ms < 1000) return +b.toFixed(ms, 3) + "ms";
    if (ms < 60000) return b.toFixed(ms / 1000, 3) + "s";
    // Rounded first, so that no second is the sixtieth.
    const seconds = b.floor(ms + 0.5) / 1000;
    const hours = b.floor(seconds / 3600);
    const minutes = b.floor(seconds / 60) % 60;
    const rest = b.padStart(b.toFixed(seconds % 60, 3), 6, "0");
    if (hours === 0) return `${minutes}:${rest} (m:ss.mmm)`;
    return `${hours}:${b.padStart(b.String(minutes), 2, "0")}:${rest} (h:mm:ss.mmm)`;
  }

  function logger(stream) {
    return (values) => writeLines(stream, kit.format(values));
  }
  const out = logger(STDOUT);
  const err = logger(STDERR);

  const methods = {
    log: (...values) => out(values),
    info: (...values) => out(values),
    debug: (...values) => out(values),
    warn: (...values) => err(values),
    error: (...values) => err(values),

    trace(...values) {
      const text = values.length === 0 ? "Trace" : "Trace: " + kit.format(values);
      const frames = kit.framesOf(new b.Error());
      let lines = text;
      for (let i = 0; i < frames.length; i++) lines += "\n" + kit.frameText(frames[i]);
      writeLines(STDERR, lines);
    },

    assert(condition, ...values) {
      if (condition) return;
      if (values.length === 0) err(["Assertion failed"]);
      else if (typeof values[0] === "string") {
        err(["Assertion failed: " + values[0], ...b.slice(values, 1)]);
      } else err(["Assertion failed:", ...values]);
    },

    count(label) {
      label = labelOf(label);
      const count = (b.mapGet(counts, label) ?? 0) + 1;
      b.mapSet(counts, label, count);
      writeLines(STDOUT, label + ": " + count);
    },

    countReset(label) {
      label = labelOf(label);
      if (!b.mapDelete(counts, label)) {
        writeLines(STDERR, `Warning: there is no console.count called '${label}'`);
      }
    },

    time(label) {
      label = labelOf(label);
      if (b.mapHas(timers, label)) {
        writeLines(STDERR, `Warning: console.time '${label}' runs already`);
      } else {
        b.mapSet(timers, label, natives.now());
      }
    },

    timeLog(label, ...values) {
      label = labelOf(label);
      const duration = elapsed(label);
      if (duration !== undefined) out([label + ": " + duration, ...values]);
    },

    timeEnd(label) {
      label = labelOf(label);
      const duration = elapsed(label);
      if (duration === undefined) return;
      b.mapDelete(timers, label);
      writeLines(STDOUT, label + ": " + duration);
    },

    group(...values) {
      if (values.length > 0) out(values);
      indent += INDENT;
    },

    groupCollapsed(...values) {
      methods.group(...values);
    },

    groupEnd() {
      indent = b.stringSlice(indent, INDENT.length);
    },

    dir(value, options) {
      writeLines(STDOUT, kit.shownText(value, { customInspect: false, ...options }));
    },

    dirxml: (...values) => out(values),

    table(data, columns) {
      if (columns !== undefined && !b.isArray(columns)) {
        throw new b.TypeError(
          "console.table: the columns are an array of names, " +
            `got ${kit.inspect(columns, { depth: 0 })}`,
        );
      }
      const table = kit.tableOf(data, columns);
      if (table === undefined) return out([data]);
      const text = kit.platform("box_table").boxTable(table);
      // Inside a group it is indented, which only text can be.
      if (indent !== "") return writeLines(STDOUT, text);
      const html = kit.platform("html_table").htmlTable(table);
      const bundle = { "text/html": html, "text/plain": text };
      return kit.showBundle("display", bundle, {}, undefined);
    },

    clear() {
      indent = "";
      kit.clearOutput(false);
    },

    timeStamp() {},
    profile() {},
    profileEnd() {},
  };

  const console = {};
  for (const name in methods) {
    b.defineProperty(console, name, {
      value: methods[name],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  b.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  kit.defineGlobal("console", console);
})
