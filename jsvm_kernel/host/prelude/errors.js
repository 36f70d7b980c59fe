// Errors: their text for inspect, and their parts for the report under a cell. Frames of the
// host's own files (their names begin with "jsvm:") are never shown.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const stackOf = b.getterOf(b.Error.prototype, "stack");
  const located = /^\s+at (?:(.*) \()?(.+?):(\d+)(?::(\d+))?\)?$/;
  const unlocated = /^\s+at (.+) \((native|<anonymous>)\)$/;
  const OURS = "jsvm:";

  function stackText(error) {
    const own = b.descriptorOf(error, "stack");
    const text = own === undefined ? stackOf(error) : own.value;
    return typeof text === "string" ? text : "";
  }

  function parseFrame(line) {
    const native = b.regexpExec(unlocated, line);
    if (native !== null) {
      return { __proto__: null, name: native[1], file: native[2], line: 0, column: 0 };
    }
    const found = b.regexpExec(located, line);
    if (found === null) return null;
    const [, name, file, row, column] = found;
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

  // Without ours, and without built-ins that ours called. The outermost frames that are native
  // and nameless are the engine's way into a cell, module or job.
  kit.framesOf = function (error) {
    const frames = allFrames(stackText(error));
    const shown = [];
    let callerIsOurs = false;
    let outermost = frames.length - 1;
    while (outermost >= 0 && isEntry(frames[outermost])) outermost--;
    for (let i = outermost; i >= 0; i--) {
      const frame = frames[i];
      const native = frame.line === 0;
      if (!native) callerIsOurs = b.startsWith(frame.file, OURS);
      if (!callerIsOurs) shown[shown.length] = frame;
    }
    const ordered = [];
    for (let i = shown.length - 1; i >= 0; i--) ordered[ordered.length] = shown[i];
    return ordered;
  };

  function isEntry(frame) {
    return frame.line === 0 && frame.name === "<anonymous>";
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

  function headerOf(error) {
    let name = kit.errorName(error);
    if (kit.domExceptionParts(error) !== undefined) {
      name = kit.classNameOf(error) + " [" + name + "]";
    }
    const message = kit.errorMessage(error);
    return message === "" ? name : name + ": " + message;
  }

  // One line about anything thrown.
  kit.briefError = function (error) {
    try {
      return b.isError(error) ? headerOf(error) : kit.inspect(error, { depth: 0 });
    } catch {
      return "an error that can't be looked at";
    }
  };

  // For inspect: header and frames; cause and errors join the keys although they are not
  // enumerable, a name that the header shows leaves them.
  kit.errorText = function (context, error, frame) {
    const keys = [];
    for (let i = 0; i < frame.keys.length; i++) {
      const key = frame.keys[i];
      if (key !== "name" && key !== "stack") keys[keys.length] = key;
    }
    const hidden = ["cause", "errors"];
    for (let i = 0; i < hidden.length; i++) {
      if (b.hasOwn(error, hidden[i]) && b.indexOf(keys, hidden[i]) === -1) {
        keys[keys.length] = hidden[i];
      }
    }
    frame.keys = keys;
    const frames = kit.framesOf(error);
    const header = headerOf(error);
    if (frames.length === 0) return "[" + header + "]";
    let text = header;
    for (let i = 0; i < frames.length; i++) text += "\n" + kit.frameText(frames[i]);
    return b.join(b.split(text, "\n"), "\n" + b.repeat(" ", context.indent));
  };

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

  // What the host needs to report anything that was thrown, as plain data.
  kit.describeError = function (error, seen = []) {
    if (typeof error === "object" && error !== null) {
      if (b.indexOf(seen, error) >= 0) return { thrown: "[Circular]" };
      seen = [...seen, error];
    }
    if (natives.proxyTarget(error) !== undefined || !b.isError(error)) {
      return { thrown: kit.inspect(error) };
    }
    try {
      const report = {
        name: kit.errorName(error),
        message: kit.errorMessage(error),
        frames: kit.framesOf(error),
        extras: extrasOf(error),
      };
      if (b.hasOwn(error, "cause")) {
        report.cause = kit.describeError(kit.ownData(error, "cause"), seen);
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
