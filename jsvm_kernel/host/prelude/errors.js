// Errors: their text for inspect, and their parts for the report under a cell. Frames of the
// host's own files (their names begin with "jsvm:") are never shown.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const stackOf = b.getterOf(b.Error.prototype, "stack");
  const located = /^\s+at (?:(.*) \()?(.+?):(\d+)(?::(\d+))?\)?$/;
  const unlocated = /^\s+at (.+) \((native|<anonymous>)\)$/;
  const OURS = "jsvm:";

  // Old libraries make errors of plain objects that inherit from Error.prototype.
  function isError(value) {
    if (typeof value !== "object" || value === null) return false;
    return natives.proxyTarget(value) === undefined && kit.brandOf(value) === "Error";
  }

  function stackText(error) {
    const own = b.descriptorOf(error, "stack");
    if (own === undefined) return b.isError(error) ? textOf(stackOf(error)) : "";
    return textOf(own.value);
  }
  const textOf = (value) => (typeof value === "string" ? value : "");

  function parseFrame(line) {
    const native = b.regexpExec(unlocated, line);
    if (native !== null) {
      return { __proto__: null, name: native[1], file: native[2], line: 0, column: 0 };
    }
    const found = b.regexpExec(located, line);
    if (found === null) return null;
    const { 1: name, 2: file, 3: row, 4: column } = found;
    return {
      __proto__: null,
      name: name === undefined || name === "<eval>" ? "" : name,
      file,
      line: +row,
      column: column === undefined ? 0 : +column,
    };
  }

  kit.stackText = stackText;

  // The frames at the end of a stack text, innermost first; a message may hold lines that
  // look like frames, so it is read from the end.
  function allFrames(text) {
    const lines = b.split(b.trimEnd(text), "\n");
    const frames = [];
    for (let i = lines.length - 1; i >= 0; i--) {
      const frame = parseFrame(lines[i]);
      if (frame === null) break;
      frames[frames.length] = frame;
    }
    const ordered = [];
    for (let i = frames.length - 1; i >= 0; i--) ordered[ordered.length] = frames[i];
    return ordered;
  }

  // The engine leaves out the host's own files; a stack that a user's function made may not.
  // The text that JSON.parse reads is no place anybody can go to.
  const isShown = ({ file }) => file !== "<input>" && !b.startsWith(file, OURS);

  kit.framesOf = function (error) {
    let text = stackText(error);
    // What the engine puts in front of the frames may look like one itself.
    const head = plainHeader(error);
    if (b.startsWith(text, head)) text = b.stringSlice(text, head.length);
    const frames = allFrames(text);
    const shown = [];
    for (let i = 0; i < frames.length; i++) {
      if (isShown(frames[i])) shown[shown.length] = frames[i];
    }
    return shown;
  };

  function plainHeader(error) {
    const name = kit.inheritedData(error, "name");
    const message = kit.errorMessage(error);
    const head = typeof name === "string" ? name : "Error";
    return message === "" ? head : head + ": " + message;
  }

  kit.frameText = function (frame) {
    let place = frame.file;
    if (frame.line > 0) place += ":" + frame.line;
    if (frame.column > 0) place += ":" + frame.column;
    return frame.name === "" ? "    at " + place : `    at ${frame.name} (${place})`;
  };

  // {name, message} of a DOMException, which has them behind getters of its prototype; given
  // by the file that makes the class (platform/dom_exception.js).
  kit.domExceptionParts = () => undefined;

  // A class that does not set a name is still called by its own.
  kit.errorName = function (error) {
    const parts = kit.domExceptionParts(error);
    if (parts !== undefined) return parts.name;
    const name = kit.inheritedData(error, "name");
    const className = kit.classNameOf(error);
    if (typeof name !== "string" || name === "") return className ?? "Error";
    return name === "Error" && className !== null ? className : name;
  };

  kit.errorMessage = function (error) {
    const parts = kit.domExceptionParts(error);
    if (parts !== undefined) return parts.message;
    const message = kit.inheritedData(error, "message");
    return typeof message === "string" ? message : "";
  };

  // "name: message", the first line of a stack.
  function headerOf(error) {
    const name = kit.errorName(error);
    const message = kit.errorMessage(error);
    return message === "" ? name : name + ": " + message;
  }
  kit.errorHeader = headerOf;

  // One line about anything thrown.
  kit.briefError = function (error) {
    try {
      return isError(error) ? headerOf(error) : kit.inspect(error, { depth: 0 });
    } catch {
      return "an error that can't be looked at";
    }
  };

  // What `name` says, and the class as prefixOf tells it.
  function namesOf(error) {
    const parts = kit.domExceptionParts(error);
    const name = parts === undefined ? kit.inheritedData(error, "name") : parts.name;
    const shown = typeof name === "string" ? name : "Error";
    return [shown, b.trim(kit.prefixOf(error, "Error", ""))];
  }

  // "Error: m" of an error whose class is MyError begins "MyError: m", and "TypeError: m"
  // begins "MyError [TypeError]: m"; a text that does not begin with the name stays.
  function withClass(error, text) {
    const { 0: name, 1: className } = namesOf(error);
    const isPlain = b.prototypeOf(error) !== null && kit.domExceptionParts(error) === undefined;
    if (isPlain && !b.endsWith(name, "Error")) return text;
    if (!b.startsWith(text, name) || name === className) return text;
    const next = text[name.length];
    if (next !== undefined && next !== ":" && next !== "\n") return text;
    const rest = b.stringSlice(text, name.length);
    if (b.includes(className, name)) return className + rest;
    return className + " [" + name + "]" + rest;
  }

  // For inspect: the stack as the user may have changed it, its frames without ours.
  kit.errorText = function (context, error, frame) {
    const stack = stackText(error);
    let text = withClass(error, stack === "" ? headerOf(error) : withoutOurs(stack));
    frame.keys = keysBeside(error, frame.keys, text);
    const message = kit.errorMessage(error);
    const from = message === "" ? 0 : b.stringIndexOf(text, message) + message.length;
    if (b.stringIndexOf(text, "\n    at", from) < 0) text = "[" + text + "]";
    return b.join(b.split(text, "\n"), "\n" + b.repeat(" ", context.indent));
  };

  function withoutOurs(stack) {
    const lines = b.split(b.trimEnd(stack), "\n");
    const shown = [];
    for (let i = 0; i < lines.length; i++) {
      const frame = parseFrame(lines[i]);
      if (frame !== null && !isShown(frame)) continue;
      shown[shown.length] = frame === null ? lines[i] : kit.frameText(frame);
    }
    return b.join(shown, "\n");
  }

  // cause and errors join the keys although they are not enumerable; name, message and stack
  // leave them if the text shows them.
  function keysBeside(error, given, text) {
    const keys = [];
    for (let i = 0; i < given.length; i++) {
      const key = given[i];
      if (key === "name" || key === "message" || key === "stack") {
        const value = kit.ownData(error, key);
        if (key === "stack" || (typeof value === "string" && b.includes(text, value))) continue;
      }
      keys[keys.length] = key;
    }
    const hidden = ["cause", "errors"];
    for (let i = 0; i < hidden.length; i++) {
      if (b.hasOwn(error, hidden[i]) && b.indexOf(keys, hidden[i]) === -1) {
        keys[keys.length] = hidden[i];
      }
    }
    return keys;
  }

  // Own properties that a report shows beside name, message and cause.
  function extrasOf(error) {
    const extras = {};
    const keys = b.keysOf(error);
    let any = false;
    for (let i = 0; i < keys.length; i++) {
      if (b.indexOf(["name", "message", "stack", "cause", "errors"], keys[i]) >= 0) continue;
      b.defineProperty(extras, keys[i], b.descriptorOf(error, keys[i]));
      any = true;
    }
    if (!any) return "";
    return kit.inspect(extras, { depth: 1 });
  }

  // A report may run the getter of a message, as whoever catches the error would: libraries
  // compute theirs. What merely looks at a value may not.
  function reportedMessage(error) {
    const message = kit.errorMessage(error);
    if (message !== "") return message;
    try {
      return textOf(error.message);
    } catch {
      return "";
    }
  }

  // What the host needs to report anything that was thrown, as plain data.
  kit.describeError = function (error, seen = []) {
    if (typeof error === "object" && error !== null) {
      if (b.indexOf(seen, error) >= 0) return { thrown: "[Circular]" };
      seen = b.slice(seen, 0);
      seen[seen.length] = error;
    }
    try {
      if (!isError(error)) return { thrown: kit.inspect(error) };
      const report = {
        name: kit.errorName(error),
        message: reportedMessage(error),
        frames: kit.framesOf(error),
        extras: extrasOf(error),
      };
      if (b.hasOwn(error, "cause")) {
        const cause = kit.ownData(error, "cause");
        // Of a circle of causes each is told once.
        if (b.indexOf(seen, cause) < 0) report.cause = kit.describeError(cause, seen);
      }
      const errors = kit.ownData(error, "errors");
      if (b.isArray(errors) && natives.proxyTarget(errors) === undefined) {
        report.errors = [];
        for (let i = 0; i < errors.length && i < 20; i++) {
          report.errors[i] = kit.describeError(kit.ownData(errors, i), seen);
        }
      }
      return report;
    } catch (failure) {
      return { thrown: "[an error that threw when looked at: " + kit.briefError(failure) + "]" };
    }
  };

  kit.describeThrown = (thrown) => b.stringify(kit.describeError(thrown));
})
