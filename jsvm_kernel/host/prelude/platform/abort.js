// AbortController and AbortSignal: telling what runs that its result is not wanted any more.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown } = kit.platform("web_class");
  const { DOMException } = kit.platform("dom_exception");
  const { Event, EventTarget, handlerAttribute, watchListeners, dispatch } =
    kit.platform("events");
  const MAX_DELAY_MS = 2 ** 31 - 1; // of one timer
  const MAX_SAFE = 2 ** 53 - 1;
  const creating = Symbol("creating"); // only we make signals

  // A signal that somebody waits for must live as long as what could abort it. `holders` are
  // the sets of those: a signal is in them while it has listeners or actions.
  let stateOf;
  class AbortSignal extends EventTarget {
    #state;

    constructor(key) {
      if (key !== creating) {
        throw new b.TypeError(
          "Illegal constructor: use AbortController, AbortSignal.timeout or AbortSignal.any",
        );
      }
      super();
      this.#state = {
        __proto__: null,
        aborted: false,
        reason: undefined,
        actions: null, // functions of ours, called before listeners
        listening: 0,
        holders: [],
        held: null, // signals made of this one that somebody waits for
        dependents: null, // WeakRefs of all signals made of this one
        sources: null, // WeakRefs of the signals this one was made of
        kept: [], // the same signals, alive with this one
      };
      watchListeners(this, watch);
    }

    static {
      stateOf = (signal) => {
        if (!isObject(signal) || !(#state in signal)) throw illegal("AbortSignal");
        return signal.#state;
      };
    }

    get aborted() {
      return stateOf(this).aborted;
    }
    get reason() {
      return stateOf(this).reason;
    }
    throwIfAborted() {
      const { aborted, reason } = stateOf(this);
      if (aborted) throw reason;
    }

    static abort(reason = abortError()) {
      const signal = new AbortSignal(creating);
      const state = stateOf(signal);
      state.aborted = true;
      state.reason = reason;
      return signal;
    }

    static timeout(milliseconds) {
      need(1, arguments.length, "AbortSignal.timeout");
      const ms = +milliseconds;
      if (!(ms > -1) || ms > MAX_SAFE) {
        throw new b.TypeError(
          `AbortSignal.timeout expects milliseconds from 0, got ${shown(milliseconds)}`,
        );
      }
      const signal = new AbortSignal(creating);
      startTimeout(signal, b.floor(ms));
      return signal;
    }

    static any(signals) {
      need(1, arguments.length, "AbortSignal.any");
      const sources = listOf(signals);
      const signal = new AbortSignal(creating);
      for (let i = 0; i < sources.length; i++) {
        const { aborted, reason } = stateOf(sources[i]);
        if (!aborted) continue;
        const state = stateOf(signal);
        state.aborted = true;
        state.reason = reason;
        return signal;
      }
      for (let i = 0; i < sources.length; i++) depend(signal, sources[i]);
      return signal;
    }
  }


  function listOf(signals) {
    const method = isObject(signals) ? signals[Symbol.iterator] : undefined;
    if (typeof method !== "function") {
      throw new b.TypeError(`AbortSignal.any expects a list of signals, got ${shown(signals)}`);
    }
    const list = [];
    for (const signal of signals) {
      if (!isSignal(signal)) {
        throw new b.TypeError(`AbortSignal.any: ${shown(signal)} is no AbortSignal`);
      }
      list[list.length] = signal;
    }
    return list;
  }

  function watch(signal, type, count) {
    if (type !== "abort") return;
    stateOf(signal).listening = count;
    hold(signal);
  }

  function hold(signal) {
    const { holders, listening, actions } = stateOf(signal);
    const wanted = listening > 0 || actions !== null;
    for (let i = 0; i < holders.length; i++) {
      if (wanted) b.setAdd(holders[i], signal);
      else b.setDelete(holders[i], signal);
    }
  }

  // A signal made of dependent ones depends on what those depend on.
  function depend(signal, source) {
    const { sources } = stateOf(source);
    if (sources !== null) {
      for (let i = 0; i < sources.length; i++) {
        const root = b.weakRefDeref(sources[i]);
        if (root !== undefined) link(signal, root);
      }
    } else {
      link(signal, source);
    }
  }

  function link(signal, source) {
    const mine = stateOf(signal);
    const its = stateOf(source);
    mine.sources ??= [];
    mine.sources[mine.sources.length] = new b.WeakRef(source);
    its.dependents = living(its.dependents ?? []);
    its.dependents[its.dependents.length] = new b.WeakRef(signal);
    its.held ??= new b.Set();
    mine.holders[mine.holders.length] = its.held;
    // A timeout lasts as long as somebody waits for what was made of it.
    mine.kept[mine.kept.length] = source;
    for (let i = 0; i < its.holders.length; i++) {
      mine.holders[mine.holders.length] = its.holders[i];
    }
  }

  function living(references) {
    const kept = [];
    for (let i = 0; i < references.length; i++) {
      if (b.weakRefDeref(references[i]) !== undefined) kept[kept.length] = references[i];
    }
    return kept;
  }

  // ---- timeouts -------------------------------------------------------------------

  // The timer does not keep a signal that nobody waits for; when it is gone, so is the timer.
  const abandoned = new b.FinalizationRegistry((timer) => kit.stopTimer(timer.id));

  function startTimeout(signal, ms) {
    const timer = { __proto__: null, id: 0 };
    const waiting = new b.Set();
    const reference = new b.WeakRef(signal);
    const state = stateOf(signal);
    state.holders[state.holders.length] = waiting;
    b.registryRegister(abandoned, signal, timer);
    const step = (left) => {
      const now = b.min(left, MAX_DELAY_MS);
      timer.id = kit.startTimer("AbortSignal.timeout", () => due(left - now), now, [], false);
    };
    const due = (left) => {
      if (left > 0) {
        step(left);
        return;
      }
      const target = b.weakRefDeref(reference);
      b.setClear(waiting);
      if (target !== undefined) {
        abort(target, new DOMException("The operation timed out", "TimeoutError"));
      }
    };
    step(ms);
  }

  // ---- aborting -------------------------------------------------------------------

  function abortError() {
    return new DOMException("This operation was aborted", "AbortError");
  }

  // The state of all dependents is set before anybody is told.
  function abort(signal, reason) {
    const state = stateOf(signal);
    if (state.aborted) return;
    state.aborted = true;
    state.reason = reason;
    const dependents = state.dependents ?? [];
    const told = [];
    for (let i = 0; i < dependents.length; i++) {
      const dependent = b.weakRefDeref(dependents[i]);
      if (dependent === undefined || stateOf(dependent).aborted) continue;
      stateOf(dependent).aborted = true;
      stateOf(dependent).reason = reason;
      told[told.length] = dependent;
    }
    tell(signal);
    for (let i = 0; i < told.length; i++) tell(told[i]);
    state.held = state.dependents = null;
  }

  function tell(signal) {
    const state = stateOf(signal);
    const actions = state.actions ?? [];
    state.actions = null;
    for (let i = 0; i < actions.length; i++) {
      try {
        actions[i]();
      } catch (error) {
        kit.noteUncaught(error);
      }
    }
    dispatch(signal, new Event("abort"));
    for (let i = 0; i < state.holders.length; i++) b.setDelete(state.holders[i], signal);
    state.holders = [];
  }

  function isSignal(value) {
    try {
      return stateOf(value) !== undefined;
    } catch {
      return false;
    }
  }

  // Calls `action` when the signal is aborted; gives a function that takes it back.
  function onAbort(signal, action) {
    const state = stateOf(signal);
    state.actions ??= [];
    state.actions[state.actions.length] = action;
    hold(signal);
    return () => {
      if (state.actions === null) return;
      const rest = [];
      for (let i = 0; i < state.actions.length; i++) {
        if (state.actions[i] !== action) rest[rest.length] = state.actions[i];
      }
      state.actions = rest.length > 0 ? rest : null;
      hold(signal);
    };
  }

  webClass(AbortSignal, (signal) => ({ aborted: stateOf(signal).aborted }));
  b.defineProperty(AbortSignal, "length", { value: 0, configurable: true });
  handlerAttribute(AbortSignal, "abort");

  let signalOf;
  class AbortController {
    #signal = new AbortSignal(creating);

    static {
      signalOf = (controller) => {
        if (!isObject(controller) || !(#signal in controller)) throw illegal("AbortController");
        return controller.#signal;
      };
    }
    get signal() {
      return signalOf(this);
    }
    abort(reason = abortError()) {
      abort(signalOf(this), reason);
    }
  }
  b.defineProperty(AbortController.prototype.abort, "length", { value: 0 });
  webClass(AbortController, (controller) => ({ signal: signalOf(controller) }));

  docs.AbortController =
    "Has a signal, given to what can be aborted (fetch, addEventListener, …), and " +
    "abort(reason), which aborts it.";
  docs.AbortSignal =
    "Tells whether something was aborted: aborted, reason, throwIfAborted(), the event abort. " +
    "AbortSignal.abort(reason), AbortSignal.timeout(ms), AbortSignal.any(signals).";
  return {
    AbortController,
    AbortSignal,
    isSignal,
    isAborted: (signal) => stateOf(signal).aborted,
    onAbort,
  };
})
