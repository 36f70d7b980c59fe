// Event, EventTarget and the events that carry something. There is no tree here: a target is
// its event's whole path.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, constants, illegal, need, dictionary, isObject, shown, text } =
    kit.platform("web_class");
  const AT_TARGET = 2;

  let stateOf;
  class Event {
    #state;

    constructor(type, options = {}) {
      need(1, arguments.length, new.target.name);
      const init = dictionary(options, new.target.name + ": the second argument");
      this.#state = {
        __proto__: null,
        type: text(type),
        bubbles: !!init.bubbles,
        cancelable: !!init.cancelable,
        composed: !!init.composed,
        target: null,
        currentTarget: null,
        phase: 0,
        canceled: false,
        stopped: false,
        stoppedAtOnce: false,
        passive: false, // while a passive listener runs
        dispatching: false,
        timeStamp: natives.now() - kit.startTime,
      };
    }

    static {
      stateOf = (event) => {
        if (!isObject(event) || !(#state in event)) throw illegal("Event");
        return event.#state;
      };
    }

    get type() {
      return stateOf(this).type;
    }
    get target() {
      return stateOf(this).target;
    }
    get srcElement() {
      return stateOf(this).target;
    }
    get currentTarget() {
      return stateOf(this).currentTarget;
    }
    get eventPhase() {
      return stateOf(this).phase;
    }
    get bubbles() {
      return stateOf(this).bubbles;
    }
    get cancelable() {
      return stateOf(this).cancelable;
    }
    get composed() {
      return stateOf(this).composed;
    }
    get defaultPrevented() {
      return stateOf(this).canceled;
    }
    get timeStamp() {
      return stateOf(this).timeStamp;
    }
    get isTrusted() {
      stateOf(this);
      return false;
    }

    get returnValue() {
      return !stateOf(this).canceled;
    }
    set returnValue(value) {
      if (!value) cancel(stateOf(this));
    }
    get cancelBubble() {
      return stateOf(this).stopped;
    }
    set cancelBubble(value) {
      if (value) stateOf(this).stopped = true;
    }

    composedPath() {
      const { currentTarget } = stateOf(this);
      return currentTarget === null ? [] : [currentTarget];
    }
    stopPropagation() {
      stateOf(this).stopped = true;
    }
    stopImmediatePropagation() {
      const state = stateOf(this);
      state.stopped = true;
      state.stoppedAtOnce = true;
    }
    preventDefault() {
      cancel(stateOf(this));
    }
    initEvent(type, bubbles = false, cancelable = false) {
      const state = stateOf(this);
      need(1, arguments.length, "initEvent");
      if (state.dispatching) return;
      state.stopped = state.stoppedAtOnce = state.canceled = false;
      state.target = null;
      state.type = text(type);
      state.bubbles = !!bubbles;
      state.cancelable = !!cancelable;
    }
  }
  constants(Event, { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET, BUBBLING_PHASE: 3 });

  function cancel(state) {
    if (state.cancelable && !state.passive) state.canceled = true;
  }

  function eventFields(event) {
    const { type, canceled, cancelable, timeStamp } = stateOf(event);
    return { type, defaultPrevented: canceled, cancelable, timeStamp };
  }
  webClass(Event, eventFields);

  // An event class whose init members are read by `take` and shown by getters.
  let extraOf;
  class CustomEvent extends Event {
    #extra;
    constructor(type, options = {}) {
      need(1, arguments.length, new.target.name);
      super(type, options);
      this.#extra = { detail: options?.detail ?? null };
    }
    static {
      extraOf = (event) => {
        if (!isObject(event) || !(#extra in event)) throw illegal("CustomEvent");
        return event.#extra;
      };
    }
    get detail() {
      return extraOf(this).detail;
    }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      const extra = extraOf(this);
      if (stateOf(this).dispatching) return;
      this.initEvent(type, bubbles, cancelable);
      extra.detail = detail;
    }
  }
  webClass(CustomEvent, (event) => ({ ...eventFields(event), detail: extraOf(event).detail }));

  class ErrorEvent extends Event {
    #message;
    #filename;
    #lineno;
    #colno;
    #error;
    constructor(type, options = {}) {
      need(1, arguments.length, new.target.name);
      super(type, options);
      const init = options ?? b.create(null);
      this.#message = text(init.message ?? "");
      this.#filename = text(init.filename ?? "");
      this.#lineno = init.lineno >>> 0;
      this.#colno = init.colno >>> 0;
      this.#error = init.error;
    }
    static #check(event) {
      if (!isObject(event) || !(#message in event)) throw illegal("ErrorEvent");
      return event;
    }
    get message() {
      return ErrorEvent.#check(this).#message;
    }
    get filename() {
      return ErrorEvent.#check(this).#filename;
    }
    get lineno() {
      return ErrorEvent.#check(this).#lineno;
    }
    get colno() {
      return ErrorEvent.#check(this).#colno;
    }
    get error() {
      return ErrorEvent.#check(this).#error;
    }
  }
  webClass(ErrorEvent);

  class PromiseRejectionEvent extends Event {
    #promise;
    #reason;
    constructor(type, options) {
      need(2, arguments.length, new.target.name);
      super(type, options);
      if (!isObject(options) || options.promise === undefined) {
        throw new b.TypeError("PromiseRejectionEvent: the second argument needs a promise");
      }
      this.#promise = options.promise;
      this.#reason = options.reason;
    }
    static #check(event) {
      if (!isObject(event) || !(#promise in event)) throw illegal("PromiseRejectionEvent");
      return event;
    }
    get promise() {
      return PromiseRejectionEvent.#check(this).#promise;
    }
    get reason() {
      return PromiseRejectionEvent.#check(this).#reason;
    }
  }
  webClass(PromiseRejectionEvent);

  // ---- targets --------------------------------------------------------------------

  // A target's listeners: Map type -> [{callback, capture, once, passive, removed}], in order.
  // `watch(target, type, count)` is told how many a type has when that changes.
  let listenersOf;
  let watchListeners;
  class EventTarget {
    #listeners = new b.Map();
    #watch = null;

    static {
      listenersOf = (target) => {
        if (!isObject(target) || !(#listeners in target)) throw illegal("EventTarget");
        return target.#listeners;
      };
      watchListeners = (target, watch) => {
        target.#watch = watch;
      };
    }

    #changed(type, list) {
      if (this.#watch !== null) this.#watch(this, type, list.length);
    }

    addEventListener(type, callback, options) {
      const listeners = listenersOf(this);
      need(2, arguments.length, "addEventListener");
      type = text(type);
      const { capture, once, passive, signal } = listenerOptions(options);
      if (signal !== undefined && kit.platform("abort").isAborted(signal)) return;
      if (callback === null || callback === undefined) return;
      if (!isObject(callback)) {
        throw new b.TypeError(
          "addEventListener expects a function or an object with handleEvent, " +
            `got ${shown(callback)}`,
        );
      }
      let list = b.mapGet(listeners, type);
      if (list === undefined) b.mapSet(listeners, type, (list = []));
      if (find(list, callback, capture) >= 0) return;
      const listener = {
        __proto__: null,
        callback,
        capture,
        once,
        passive,
        removed: false,
        unwatch: null, // lets go of the signal that would remove it
      };
      list[list.length] = listener;
      this.#changed(type, list);
      if (signal !== undefined) {
        const remove = () => this.#remove(type, listener);
        listener.unwatch = kit.platform("abort").onAbort(signal, remove);
      }
    }

    removeEventListener(type, callback, options) {
      const listeners = listenersOf(this);
      need(2, arguments.length, "removeEventListener");
      type = text(type);
      const capture = isObject(options) ? !!options.capture : !!options;
      const list = b.mapGet(listeners, type);
      if (list === undefined) return;
      const at = find(list, callback, capture);
      if (at >= 0) this.#remove(type, list[at]);
    }

    // Lists are never changed in place but by growing: a dispatch walks the one it found.
    #remove(type, listener) {
      if (listener.removed) return;
      listener.removed = true;
      const { unwatch } = listener;
      listener.unwatch = null;
      if (unwatch !== null) unwatch();
      const list = b.mapGet(this.#listeners, type);
      const rest = [];
      for (let i = 0; i < list.length; i++) {
        if (list[i] !== listener) rest[rest.length] = list[i];
      }
      if (rest.length > 0) b.mapSet(this.#listeners, type, rest);
      else b.mapDelete(this.#listeners, type);
      this.#changed(type, rest);
    }

    dispatchEvent(event) {
      listenersOf(this);
      need(1, arguments.length, "dispatchEvent");
      if (!isEvent(event)) {
        throw new b.TypeError(`dispatchEvent expects an Event, got ${shown(event)}`);
      }
      const state = stateOf(event);
      if (state.dispatching) {
        const { DOMException } = kit.platform("dom_exception");
        throw new DOMException("the event is being dispatched", "InvalidStateError");
      }
      state.dispatching = true;
      state.target = state.currentTarget = this;
      state.phase = AT_TARGET;
      try {
        const list = b.mapGet(this.#listeners, state.type);
        if (list !== undefined) {
          const count = list.length; // those added meanwhile do not take part
          this.#invoke(event, state, list, count, true);
          this.#invoke(event, state, list, count, false);
        }
      } finally {
        state.dispatching = state.stopped = state.stoppedAtOnce = false;
        state.currentTarget = null;
        state.phase = 0;
      }
      return !state.canceled;
    }

    #invoke(event, state, list, count, capture) {
      if (state.stopped) return;
      for (let i = 0; i < count && !state.stoppedAtOnce; i++) {
        const listener = list[i];
        if (listener.removed || listener.capture !== capture) continue;
        if (listener.once) this.#remove(state.type, listener);
        state.passive = listener.passive;
        try {
          call(listener.callback, this, event);
        } catch (error) {
          kit.noteUncaught(error);
        }
        state.passive = false;
      }
    }
  }
  webClass(EventTarget, () => ({}));

  function isEvent(value) {
    try {
      return stateOf(value) !== undefined;
    } catch {
      return false;
    }
  }

  function listenerOptions(options) {
    const none = { capture: false, once: false, passive: false, signal: undefined };
    if (!isObject(options)) return { ...none, capture: !!options };
    const { capture, once, passive, signal } = options;
    if (signal !== undefined && !kit.platform("abort").isSignal(signal)) {
      throw new b.TypeError(
        `addEventListener: signal must be an AbortSignal, got ${shown(signal)}`,
      );
    }
    return { capture: !!capture, once: !!once, passive: !!passive, signal };
  }

  function find(list, callback, capture) {
    for (let i = 0; i < list.length; i++) {
      if (list[i].callback === callback && list[i].capture === capture) return i;
    }
    return -1;
  }

  function call(callback, target, event) {
    if (typeof callback === "function") {
      b.apply(callback, target, [event]);
      return;
    }
    const method = callback.handleEvent;
    if (typeof method !== "function") {
      throw new b.TypeError(`the listener's handleEvent is no function: ${shown(method)}`);
    }
    b.apply(method, callback, [event]);
  }

  // Gives a class the attribute on<type>: a listener that can be replaced.
  function handlerAttribute(Class, type) {
    const handlers = new b.WeakMap(); // target -> {handler, listener}
    const holder = {
      get ["on" + type]() {
        listenersOf(this);
        return b.weakMapGet(handlers, this)?.handler ?? null;
      },
      set ["on" + type](handler) {
        listenersOf(this);
        if (!isObject(handler)) handler = null;
        let entry = b.weakMapGet(handlers, this);
        if (entry === undefined) {
          entry = { __proto__: null, handler: null, listener: null };
          entry.listener = function (event) {
            if (typeof entry.handler !== "function") return;
            if (b.apply(entry.handler, this, [event]) === false) event.preventDefault();
          };
          b.weakMapSet(handlers, this, entry);
        }
        const { listener } = entry;
        if (handler === null) b.apply(remove, this, [type, listener]);
        else if (entry.handler === null) b.apply(add, this, [type, listener]);
        entry.handler = handler;
      },
    };
    const descriptor = b.descriptorOf(holder, "on" + type);
    descriptor.enumerable = true;
    b.defineProperty(Class.prototype, "on" + type, descriptor);
  }
  const add = EventTarget.prototype.addEventListener;
  const remove = EventTarget.prototype.removeEventListener;
  const dispatch = EventTarget.prototype.dispatchEvent;

  function reportError(error) {
    need(1, arguments.length, "reportError");
    kit.noteUncaught(error);
  }

  docs.Event = "What is told to the listeners of an EventTarget.";
  docs.EventTarget =
    "Has listeners: addEventListener(type, listener, {once, capture, passive, signal}), " +
    "removeEventListener(type, listener), dispatchEvent(event).";
  docs.CustomEvent = "An event that carries a value: detail.";
  docs.reportError = "Reports an error under the cell as if nobody had caught it.";
  return {
    Event,
    EventTarget,
    CustomEvent,
    ErrorEvent,
    PromiseRejectionEvent,
    reportError,
    handlerAttribute,
    listenersOf,
    watchListeners,
    dispatch: (target, event) => b.apply(dispatch, target, [event]),
  };
})
