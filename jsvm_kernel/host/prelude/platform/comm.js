// jupyter.comm: the ends of comms that JavaScript holds. The other end is in a client; the host
// and the front only pass messages on.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { bytesOf, joinBytes, viewOf } = kit.platform("bytes");
  const { forThisCell } = kit.platform("handlers");
  const comms = new b.Map(); // id -> Comm, while it is open
  const targets = new b.Map(); // name -> function(comm, message)

  function newId() {
    const bytes = new b.Uint8Array(16);
    natives.randomBytes(bytes);
    let id = "";
    for (let i = 0; i < bytes.length; i++) {
      id += b.padStart(b.numberText(bytes[i], 16), 2, "0");
    }
    return id;
  }

  function jsonOf(value, what) {
    const text = b.stringify(value);
    if (text === undefined) {
      throw new b.TypeError(`comm: ${what} must be JSON, got ${kit.inspect(value)}`);
    }
    return text;
  }

  function partsOf(buffers) {
    if (!b.isArray(buffers)) {
      throw new b.TypeError(
        `comm: buffers must be an array, got ${kit.inspect(buffers, { depth: 0 })}`,
      );
    }
    const parts = [];
    for (let i = 0; i < buffers.length; i++) {
      const bytes = bytesOf(buffers[i]);
      if (bytes === undefined) {
        throw new b.TypeError(
          `comm: buffers[${i}] must be an ArrayBuffer or a view of one, ` +
            `got ${kit.inspect(buffers[i], { depth: 0 })}`,
        );
      }
      parts[i] = bytes;
    }
    return parts;
  }

  // answers: the client's message that JavaScript has right now is the parent.
  function post(kind, comm, data, options, answers = false) {
    const { metadata = {}, buffers = [] } = options ?? {};
    const parts = partsOf(buffers);
    const lengths = [];
    for (let i = 0; i < parts.length; i++) lengths[i] = b.typedArrayLength(parts[i]);
    const content = {
      comm: comm.id,
      target: comm.target,
      data: jsonOf(data ?? {}, "data"),
      metadata: jsonOf(metadata, "metadata"),
      lengths,
      answers,
    };
    natives.post(kind, b.stringify(content), joinBytes(parts));
  }

  let callComm, answerComm;

  class Comm {
    #id;
    #target;
    #handlers = { __proto__: null, onMessage: null, onClose: null };
    #calls = { __proto__: null, onMessage: null, onClose: null };

    constructor(target, id = newId()) {
      this.#id = id;
      this.#target = target;
    }

    get id() {
      return this.#id;
    }
    get target() {
      return this.#target;
    }
    get closed() {
      return b.mapGet(comms, this.#id) !== this;
    }

    get onMessage() {
      return this.#handlers.onMessage;
    }
    set onMessage(handler) {
      this.#set("onMessage", handler);
    }
    get onClose() {
      return this.#handlers.onClose;
    }
    set onClose(handler) {
      this.#set("onClose", handler);
    }

    send(data, options) {
      this.#check();
      post("comm_msg", this, data, options);
    }

    close(data, options) {
      if (this.closed) return;
      post("comm_close", this, data, options);
      b.mapDelete(comms, this.#id);
    }

    #set(name, handler) {
      const none = handler === null || handler === undefined;
      this.#calls[name] = none ? null : forThisCell(`comm.${name}`, handler);
      this.#handlers[name] = none ? null : handler;
    }

    #check() {
      if (this.closed) {
        throw new b.Error(
          `this comm is closed (target ${kit.inspect(this.#target)}); open a new one`,
        );
      }
    }

    static {
      callComm = (comm, name, message) => comm.#calls[name]?.(message);
      // As send(), but with the client's message as parent; an echo is sent only if
      // clients want to be told what one of them has changed.
      answerComm = (comm, data, buffers, echo = false) =>
        post(echo ? "comm_echo" : "comm_msg", comm, data, { buffers }, true);
    }
  }

  function open(target, data, options) {
    if (typeof target !== "string" || target === "") {
      throw new b.TypeError(
        `jupyter.comm.open: the target must be a string, got ${kit.inspect(target)}`,
      );
    }
    const comm = new Comm(target);
    post("comm_open", comm, data, options);
    b.mapSet(comms, comm.id, comm);
    return comm;
  }

  function register(target, handler) {
    if (typeof target !== "string" || target === "") {
      throw new b.TypeError(
        `jupyter.comm.register: the target must be a string, got ${kit.inspect(target)}`,
      );
    }
    const on = handler !== null && handler !== undefined;
    if (on) b.mapSet(targets, target, forThisCell("jupyter.comm.register", handler));
    else b.mapDelete(targets, target);
    natives.post("comm_target", b.stringify({ target, on }));
  }

  // ---- what clients send -------------------------------------------------------------

  const messageOf = (data, metadata, buffers) => {
    const views = [];
    for (let i = 0; i < buffers.length; i++) views[i] = viewOf(buffers[i]);
    return { data: b.parse(data), metadata: b.parse(metadata), buffers: views };
  };

  kit.receive("comm_open", (id, target, data, metadata, ...buffers) => {
    const comm = new Comm(target, id);
    b.mapSet(comms, id, comm);
    b.mapGet(targets, target)(comm, messageOf(data, metadata, buffers));
  });
  kit.receive("comm_msg", (id, target, data, metadata, ...buffers) => {
    const comm = b.mapGet(comms, id);
    const message = messageOf(data, metadata, buffers);
    if (comm !== undefined) callComm(comm, "onMessage", message);
  });
  kit.receive("comm_close", (id, target, data, metadata, ...buffers) => {
    const comm = b.mapGet(comms, id);
    b.mapDelete(comms, id);
    const message = messageOf(data, metadata, buffers);
    if (comm !== undefined) callComm(comm, "onClose", message);
  });

  return { comm: { open, register }, openComm: open, answerComm, newId };
})
