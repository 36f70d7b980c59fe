// jupyter.widget: a model here, views of it in the clients, as the front end of anywidget
// (AnyModel, AnyView) has them. The object has the methods of the model that `render` gets.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { openComm, answerComm, newId } = kit.platform("comm");
  const { forThisCell } = kit.platform("handlers");
  const { widgetSource } = kit.platform("widget_source");
  const { packState, unpackState } = kit.platform("widget_state");
  const TARGET = "jupyter.widget";
  const PROTOCOL = "2.1.0";
  const OPTIONS = ["state", "render", "initialize", "imports", "esm", "css", "version"];
  const LISTED = b.join(OPTIONS, ", ");
  const VIEW = "application/vnd.jupyter.widget-view+json";

  function isSame(before, after) {
    // An object may have been changed in place.
    return b.is(before, after) && (typeof after !== "object" || after === null);
  }

  function checkName(name, own) {
    if (typeof name === "string" && name in own) {
      throw new b.TypeError(`widget: the state ${kit.inspect(name)} is the widget's own`);
    }
  }

  function stateObject(given, method) {
    if (typeof given !== "object" || given === null || b.isArray(given)) {
      throw new b.TypeError(
        `${method} expects an object name -> value, ` +
          `got ${kit.inspect(given, { depth: 0 })}`,
      );
    }
    return given;
  }

  class Widget {
    #own; // what makes it an anywidget
    #state = { __proto__: null };
    #handlers = new b.Map(); // event -> list of {handler, call}
    #comm;

    constructor(state, own) {
      this.#own = own;
      const given = stateObject(state, "jupyter.widget: state");
      const names = b.keysOf(given);
      for (let i = 0; i < names.length; i++) {
        checkName(names[i], own);
        this.#state[names[i]] = given[names[i]];
      }
      const { message, buffers } = packState({ ...own, ...this.#state });
      const options = { metadata: { version: PROTOCOL }, buffers };
      this.#comm = openComm(TARGET, message, options);
      this.#comm.onMessage = (received) => this.#receive(received);
    }

    get model_id() {
      return this.#comm.id;
    }
    get comm() {
      return this.#comm;
    }

    get(name) {
      return name in this.#own ? this.#own[name] : this.#state[name];
    }

    // set(name, value) or set({name: value}): sent to all views at once.
    set(name, value) {
      const given =
        typeof name === "string" ? { [name]: value } : stateObject(name, "widget.set");
      const names = b.keysOf(given);
      const changed = [];
      for (let i = 0; i < names.length; i++) {
        checkName(names[i], this.#own);
        const known = names[i] in this.#state;
        if (known && isSame(this.#state[names[i]], given[names[i]])) continue;
        changed[changed.length] = names[i];
      }
      if (changed.length === 0) return;
      this.#sendState(given, changed);
      this.#assign(given, changed);
    }

    // set() has sent everything; code written for the model in the browser may call it.
    save_changes() {}

    // A message of its own kind to the views: "msg:custom" there.
    send(content, callbacks, buffers = []) {
      this.#comm.send({ method: "custom", content }, { buffers });
    }

    // events: "change:name" (model, value), "change" (model), "msg:custom" (content, buffers)
    on(event, handler) {
      const call = forThisCell("widget.on", handler);
      const list = b.slice(b.mapGet(this.#handlers, event) ?? [], 0);
      list[list.length] = { handler, call };
      b.mapSet(this.#handlers, event, list);
    }

    // off(event, handler); off(event) and off() end more.
    off(event, handler) {
      if (event === undefined || event === null) b.mapClear(this.#handlers);
      else if (handler === undefined) b.mapDelete(this.#handlers, event);
      else {
        const kept = [];
        const list = b.mapGet(this.#handlers, event) ?? [];
        for (let i = 0; i < list.length; i++) {
          if (list[i].handler !== handler) kept[kept.length] = list[i];
        }
        b.mapSet(this.#handlers, event, kept);
      }
    }

    // Takes the views away; the widget can't be shown again.
    close() {
      this.#comm.close();
    }

    [Symbol.for("Jupyter.display")]() {
      const text = "Widget " + kit.inspect({ ...this.#state }, { depth: 1 });
      if (this.#comm.closed) return { "text/plain": text + " (closed)" };
      const view = { version_major: 2, version_minor: 0, model_id: this.#comm.id };
      return { [VIEW]: view, "text/plain": text };
    }

    #receive({ data, buffers }) {
      if (data.method === "update") this.#update(data, buffers);
      else if (data.method === "request_state") {
        const packed = packState({ ...this.#own, ...this.#state });
        const answer = { method: "update", ...packed.message };
        answerComm(this.#comm, answer, packed.buffers);
      } else if (data.method === "custom") {
        this.#emit("msg:custom", data.content, buffers);
      }
    }

    // A view has changed something. It is echoed, so that other clients see it.
    #update(data, buffers) {
      const echo = {
        method: "echo_update",
        state: data.state,
        buffer_paths: data.buffer_paths ?? [],
      };
      answerComm(this.#comm, echo, buffers, true);
      const given = unpackState(data, buffers);
      const names = b.keysOf(given);
      const changed = [];
      for (let i = 0; i < names.length; i++) {
        const name = names[i];
        if (name in this.#own) this.#own[name] = given[name];
        else if (!isSame(this.#state[name], given[name])) changed[changed.length] = name;
      }
      this.#assign(given, changed);
    }

    #assign(given, names) {
      for (let i = 0; i < names.length; i++) this.#state[names[i]] = given[names[i]];
      for (let i = 0; i < names.length; i++) {
        this.#emit("change:" + names[i], this, given[names[i]]);
      }
      if (names.length > 0) this.#emit("change", this);
    }

    #sendState(given, names) {
      const part = { __proto__: null };
      for (let i = 0; i < names.length; i++) part[names[i]] = given[names[i]];
      const { message, buffers } = packState(part);
      this.#comm.send({ method: "update", ...message }, { buffers });
    }

    #emit(event, ...values) {
      const list = b.mapGet(this.#handlers, event) ?? [];
      for (let i = 0; i < list.length; i++) b.apply(list[i].call, undefined, values);
    }
  }

  function widget(options) {
    if (typeof options !== "object" || options === null) {
      throw new b.TypeError(`jupyter.widget expects an object with ${LISTED}`);
    }
    const { state = {}, css = "", version = "*", ...source } = options;
    const names = b.keysOf(source);
    for (let i = 0; i < names.length; i++) {
      if (b.indexOf(OPTIONS, names[i]) >= 0) continue;
      throw new b.TypeError(
        `jupyter.widget has no option ${kit.inspect(names[i])}; it has ${LISTED}`,
      );
    }
    const esm = widgetSource(source);
    return new Widget(state, {
      __proto__: null,
      _model_module: "anywidget",
      _model_name: "AnyModel",
      _model_module_version: version,
      _view_module: "anywidget",
      _view_name: "AnyView",
      _view_module_version: version,
      _view_count: null,
      _anywidget_id: "jsvm." + newId(),
      _esm: esm,
      _css: css,
    });
  }

  docs.widget =
    "Makes a widget: state that the kernel and its views share. render({ model, el }) runs in " +
    "the browser, as with anywidget; the widget returned is the model here.";
  return { widget };
})
