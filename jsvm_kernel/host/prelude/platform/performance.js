// performance: the clock, and marks and measures on a time line.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, text } = kit.platform("web_class");
  const { EventTarget } = kit.platform("events");
  const { DOMException } = kit.platform("dom_exception");
  const creating = Symbol("creating");
  let entries = []; // in the order of their start

  const now = () => natives.now() - kit.startTime;
  const timeOrigin = b.dateNow() - now();

  let entryOf;
  class PerformanceEntry {
    #entry;
    constructor(key, entry) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      this.#entry = entry;
    }
    static {
      entryOf = (value) => {
        if (!isObject(value) || !(#entry in value)) throw illegal("PerformanceEntry");
        return value.#entry;
      };
    }
    get name() {
      return entryOf(this).name;
    }
    get entryType() {
      return entryOf(this).entryType;
    }
    get startTime() {
      return entryOf(this).startTime;
    }
    get duration() {
      return entryOf(this).duration;
    }
    get detail() {
      return entryOf(this).detail;
    }
    toJSON() {
      return { ...entryOf(this) };
    }
  }
  b.defineProperty(PerformanceEntry, "length", { value: 0, configurable: true });
  const { detail } = { detail: b.descriptorOf(PerformanceEntry.prototype, "detail") };
  delete PerformanceEntry.prototype.detail; // it is its subclasses'

  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = {}) {
      if (name === creating) {
        super(creating, options);
        return;
      }
      need(1, arguments.length, "PerformanceMark");
      super(creating, markEntry(name, options));
    }
  }
  class PerformanceMeasure extends PerformanceEntry {
    constructor(key, entry) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      super(creating, entry);
    }
  }
  b.defineProperty(PerformanceMeasure, "length", { value: 0, configurable: true });
  for (const Class of [PerformanceMark, PerformanceMeasure]) {
    b.defineProperty(Class.prototype, "detail", detail);
    webClass(Class, entryOf);
  }
  webClass(PerformanceEntry, entryOf);

  function cloned(value) {
    if (value === undefined || value === null) return null;
    return kit.platform("structured_clone").structuredClone(value);
  }

  function markEntry(name, options) {
    const given = options ?? b.create(null);
    const startTime = given.startTime === undefined ? now() : b.Number(given.startTime);
    if (!(startTime >= 0)) {
      throw new b.TypeError(
        `performance.mark: startTime must be from 0, got ${shown(given.startTime)}`,
      );
    }
    return {
      name: text(name),
      entryType: "mark",
      startTime,
      duration: 0,
      detail: cloned(given.detail),
    };
  }

  // What starts at the same time stays in the order of its making.
  function add(entry) {
    const { startTime } = entryOf(entry);
    let at = entries.length;
    while (at > 0 && entryOf(entries[at - 1]).startTime > startTime) at--;
    const after = b.slice(entries, at);
    entries.length = at;
    entries[at] = entry;
    for (let i = 0; i < after.length; i++) entries[entries.length] = after[i];
    return entry;
  }

  // A moment: a time, or the last mark of a name.
  function timeOf(moment) {
    if (typeof moment === "number") {
      if (moment >= 0) return moment;
      throw new b.TypeError(`performance.measure: a time must be from 0, got ${moment}`);
    }
    const name = text(moment);
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entryOf(entries[i]);
      if (entry.entryType === "mark" && entry.name === name) return entry.startTime;
    }
    throw new DOMException(
      `performance.measure: there is no mark named ${shown(name)}`,
      "SyntaxError",
    );
  }

  function measureTimes(options) {
    const { start, end, duration } = options;
    if (start !== undefined && end !== undefined && duration !== undefined) {
      throw new b.TypeError("performance.measure: give two of start, end and duration at most");
    }
    if (duration !== undefined && start === undefined && end === undefined) {
      throw new b.TypeError("performance.measure: duration needs start or end");
    }
    const length = duration === undefined ? undefined : timeOf(b.Number(duration));
    let to = end === undefined ? undefined : timeOf(end);
    let from = start === undefined ? undefined : timeOf(start);
    if (to === undefined) to = length === undefined ? now() : from + length;
    if (from === undefined) from = length === undefined ? 0 : to - length;
    return [from, to];
  }

  function matching(test) {
    const found = [];
    for (let i = 0; i < entries.length; i++) {
      if (test(entryOf(entries[i]))) found[found.length] = entries[i];
    }
    return found;
  }

  function clear(entryType, name) {
    entries = matching(
      (entry) => entry.entryType !== entryType || (name !== undefined && entry.name !== name),
    );
  }

  let check;
  class Performance extends EventTarget {
    #brand = true;
    constructor(key) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
      super();
    }
    static {
      check = (value) => {
        if (!isObject(value) || !(#brand in value)) throw illegal("Performance");
      };
    }
    now() {
      check(this);
      return now();
    }
    get timeOrigin() {
      check(this);
      return timeOrigin;
    }
    mark(name, options = {}) {
      check(this);
      need(1, arguments.length, "performance.mark");
      return add(new PerformanceMark(creating, markEntry(name, options)));
    }
    measure(name, startOrOptions = {}, endMark = undefined) {
      check(this);
      need(1, arguments.length, "performance.measure");
      const isOptions = isObject(startOrOptions) || startOrOptions === null;
      let options = isOptions ? (startOrOptions ?? b.create(null)) : { start: startOrOptions };
      if (endMark !== undefined) {
        if (isOptions && b.keysOf(options).length > 0) {
          throw new b.TypeError("performance.measure: give the end in the options, not beside");
        }
        options = { ...options, end: endMark };
      }
      const [from, to] = measureTimes(options);
      const entry = {
        name: text(name),
        entryType: "measure",
        startTime: from,
        duration: to - from,
        detail: cloned(options.detail),
      };
      return add(new PerformanceMeasure(creating, entry));
    }
    getEntries() {
      check(this);
      return b.slice(entries);
    }
    getEntriesByName(name, type = undefined) {
      check(this);
      need(1, arguments.length, "performance.getEntriesByName");
      name = text(name);
      return matching(
        (entry) => entry.name === name && (type === undefined || entry.entryType === type),
      );
    }
    getEntriesByType(type) {
      check(this);
      need(1, arguments.length, "performance.getEntriesByType");
      return matching((entry) => entry.entryType === type);
    }
    clearMarks(name = undefined) {
      check(this);
      clear("mark", name === undefined ? undefined : text(name));
    }
    clearMeasures(name = undefined) {
      check(this);
      clear("measure", name === undefined ? undefined : text(name));
    }
    toJSON() {
      check(this);
      return { timeOrigin };
    }
  }
  b.defineProperty(Performance, "length", { value: 0, configurable: true });
  const performance = new Performance(creating);
  webClass(Performance, (value) => {
    check(value);
    return { timeOrigin };
  });

  const signatures = {
    now: ["performance.now()", "Milliseconds since the session began."],
    mark: ["performance.mark(name, {detail, startTime})", "Puts a name on the time line."],
    measure: [
      "performance.measure(name, start, end)",
      "Measures between two marks; also measure(name, {start, end, duration, detail}).",
    ],
    getEntriesByName: ["performance.getEntriesByName(name, type)", "Marks and measures so named."],
    getEntriesByType: ["performance.getEntriesByType(type)", "All of type 'mark' or 'measure'."],
    clearMarks: ["performance.clearMarks(name)", "Forgets marks."],
    clearMeasures: ["performance.clearMeasures(name)", "Forgets measures."],
  };
  for (const name in signatures) {
    const [signature, doc] = signatures[name];
    kit.document(Performance.prototype[name], { signature, doc, source: "" });
  }
  return { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance };
})
