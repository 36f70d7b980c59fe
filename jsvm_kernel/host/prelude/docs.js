// What inspection shows of the functions that the prelude offers.
(function (natives, kit) {
  "use strict";
  const timers = {
    setTimeout: [
      "setTimeout(callback, delay = 0, ...args): number",
      "Calls callback(...args) once, after delay milliseconds. What it writes appears under " +
        "the cell that called setTimeout. Gives the id for clearTimeout.",
    ],
    setInterval: [
      "setInterval(callback, delay = 0, ...args): number",
      "Calls callback(...args) every delay milliseconds until clearInterval(id), or until " +
        "the cell is stopped while it runs.",
    ],
    setImmediate: [
      "setImmediate(callback, ...args): number",
      "Calls callback(...args) as soon as the code that runs now has ended.",
    ],
    clearTimeout: ["clearTimeout(id)", "Takes a setTimeout back."],
    clearInterval: ["clearInterval(id)", "Ends a setInterval."],
    clearImmediate: ["clearImmediate(id)", "Takes a setImmediate back."],
    queueMicrotask: [
      "queueMicrotask(callback)",
      "Calls callback() once the code that runs now has ended, before any timer.",
    ],
    display: [
      "display(value, {raw, id, update, metadata})",
      "Shows a value under the cell. raw: the value is a bundle MIME type -> data. id: a name " +
        "for what is shown; with update: true it is replaced.",
    ],
    clearOutput: [
      "clearOutput(wait = false)",
      "Empties the cell's output; with wait only when the next output comes.",
    ],
    prompt: [
      "prompt(message = '', default): string | null",
      "Asks the user for a line of text; an empty one stands for the default. null: the user " +
        "ended the input.",
    ],
    confirm: ["confirm(message = ''): boolean", "Asks the user; y and yes are true."],
    alert: ["alert(message = '')", "Shows a message and waits until the user presses Enter."],
  };
  const consoleMethods = {
    log: ["console.log(...values)", "Writes values to stdout; %s %d %i %f %j %o %O %c fill in."],
    info: ["console.info(...values)", "As console.log."],
    debug: ["console.debug(...values)", "As console.log."],
    warn: ["console.warn(...values)", "Writes values to stderr, formatted as by console.log."],
    error: ["console.error(...values)", "Writes values to stderr, formatted as by console.log."],
    trace: ["console.trace(...values)", "Writes values and where it was called to stderr."],
    assert: ["console.assert(condition, ...values)", "Writes to stderr unless condition holds."],
    count: ["console.count(label = 'default')", "Writes how often it was called with label."],
    countReset: ["console.countReset(label = 'default')", "Lets console.count begin anew."],
    time: ["console.time(label = 'default')", "Starts a stopwatch."],
    timeLog: ["console.timeLog(label = 'default', ...values)", "Writes a stopwatch's time."],
    timeEnd: ["console.timeEnd(label = 'default')", "Writes a stopwatch's time and ends it."],
    group: ["console.group(...values)", "Writes values and indents what follows."],
    groupCollapsed: ["console.groupCollapsed(...values)", "As console.group."],
    groupEnd: ["console.groupEnd()", "Ends the indenting of the last console.group."],
    dir: ["console.dir(value, options)", "Writes a value; options as depth, showHidden."],
    dirxml: ["console.dirxml(...values)", "As console.log."],
    table: ["console.table(data, columns)", "Shows an array or object of records as a table."],
    clear: ["console.clear()", "Empties the cell's output; as clearOutput()."],
    timeStamp: ["console.timeStamp(label)", "Does nothing: there is no timeline to mark."],
    profile: ["console.profile(label)", "Does nothing; code for browsers may call it."],
    profileEnd: ["console.profileEnd(label)", "Does nothing."],
  };
  const makers = {
    html: ["jupyter.html(text)", "A value that is displayed as HTML; also jupyter.html`…`."],
    markdown: ["jupyter.markdown(text)", "A value that is displayed as Markdown."],
    svg: ["jupyter.svg(text)", "A value that is displayed as an SVG image."],
    image: [
      "jupyter.image(source, {format, width, height})",
      "A value that is displayed as an image. source: the bytes of an image file, a data: URL, " +
        "SVG text, or pixels in a typed array with {width, height}: grey, RGB or RGBA, bytes or " +
        "floats from 0 to 1.",
    ],
    display: [
      "jupyter.display(value, {raw, id, update, metadata})",
      "As display: shows a value under the cell.",
    ],
    json: ["jupyter.json(value)", "A value that is displayed as a JSON tree."],
    input: [
      "jupyter.input(prompt = '', {password}): string | null",
      "Asks the user for a line of text; password: true hides what is typed.",
    ],
  };

  for (const [holder, table] of [
    [globalThis, timers],
    [globalThis.console, consoleMethods],
    [globalThis.jupyter, makers],
  ]) {
    for (const name in table) {
      const [signature, doc] = table[name];
      kit.document(holder[name], { signature, doc, source: "" });
    }
  }
})
