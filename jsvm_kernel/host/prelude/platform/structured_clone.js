// structuredClone: a value is written down as nodes (that runs getters, and finds what can't be
// cloned), then buffers change hands, then the copy is read from the nodes.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { need, isObject, shown, dictionary, isPlatformObject } = kit.platform("web_class");
  const { DOMException } = kit.platform("dom_exception");

  function refuse(value, why = "can't be cloned") {
    return new DOMException(`structuredClone: ${shown(value)} ${why}`, "DataCloneError");
  }

  // ---- writing ------------------------------------------------------------------------
  //
  // A node is {make(), fill(copy)}: make gives the copy without its parts, fill puts them in.
  // Parts are nodes too, or primitives; a copy is made once, so cycles and shared objects stay
  // what they are. Properties, most often all there is, are in `keys` and `values` instead.

  const noParts = () => {};
  const node = (make, fill = noParts) => ({
    __proto__: null,
    make,
    fill,
    keys: null,
    values: null,
    copy: undefined,
  });

  function write(value, memory) {
    if (typeof value === "symbol") throw refuse(value);
    if (!isObject(value)) return value;
    const known = b.mapGet(memory, value);
    if (known !== undefined) return known;
    if (typeof value === "function" || natives.proxyTarget(value) !== undefined) {
      throw refuse(value);
    }
    const prototype = b.prototypeOf(value);
    if (prototype !== kit.prototypes.Object && prototype !== kit.prototypes.Array) {
      const platform = writePlatform(value);
      if (platform !== undefined) return remember(memory, value, platform);
      if (hasHiddenState(value) || natives.standsForNative(value)) throw refuse(value);
    }
    const writer = writers[brandOf(value)];
    if (writer === undefined) throw refuse(value);
    return writer(value, memory);
  }

  // The brands of most objects are told without the walk along their prototypes.
  function brandOf(value) {
    if (b.isArray(value)) return "Array";
    const direct = b.prototypeOf(value) === kit.prototypes.Object;
    if (direct && !(tagKey in value) && b.objectTag(value) === "[object Object]") return "Object";
    return kit.brandOf(value);
  }
  const tagKey = Symbol.toStringTag;

  // Blob, File and DOMException can be cloned, other objects of the platform can't.
  function writePlatform(value) {
    const parts = kit.domExceptionParts(value);
    if (parts !== undefined) {
      return node(() => new DOMException(parts.message, parts.name));
    }
    if (!isPlatformObject(value)) return undefined;
    const { isBlob, copyOf } = kit.platform("blob");
    if (isBlob(value)) return node(() => copyOf(value));
    throw refuse(value);
  }

  // Iterators and generators look like plain objects.
  const IteratorPrototype = b.prototypeOf(b.prototypeOf([][Symbol.iterator]()));
  const AsyncIteratorPrototype = b.prototypeOf(
    b.prototypeOf(b.prototypeOf((async function* () {})())),
  );
  const hiddenPrototypes = [
    IteratorPrototype,
    AsyncIteratorPrototype,
    b.FinalizationRegistry.prototype,
  ];
  function hasHiddenState(value) {
    for (let holder = b.prototypeOf(value); holder !== null; holder = b.prototypeOf(holder)) {
      if (b.indexOf(hiddenPrototypes, holder) >= 0) return true;
      if (natives.proxyTarget(holder) !== undefined) return false;
    }
    return false;
  }

  function remember(memory, value, made) {
    b.mapSet(memory, value, made);
    return made;
  }

  // Own enumerable properties, read in order; one that a getter removed is left out.
  function writeObject(value, memory, make) {
    const made = remember(memory, value, node(make));
    const all = b.keysOf(value);
    const keys = [];
    const values = [];
    for (let i = 0; i < all.length; i++) {
      if (i > 0 && !b.hasOwn(value, all[i])) continue;
      values[keys.length] = write(value[all[i]], memory);
      keys[keys.length] = all[i];
    }
    made.keys = keys;
    made.values = values;
    return made;
  }

  function fillKeys(copy, { keys, values }) {
    for (let i = 0; i < keys.length; i++) {
      const value = read(values[i]);
      // Nothing inherited may be in the way (__proto__, a setter).
      if (keys[i] in copy) b.defineProperty(copy, keys[i], enumerably(value));
      else copy[keys[i]] = value;
    }
  }

  const enumerably = (value) => ({ value, writable: true, enumerable: true, configurable: true });
  const makeObject = () => ({});

  const simple = (make) => (value, memory) => remember(memory, value, make(value));

  const hiddenly = (value) => ({ value, writable: true, enumerable: false, configurable: true });

  function writeError(error, memory) {
    const Class = b.errorClasses[b.String(error.name)] ?? b.Error;
    const described = b.descriptorOf(error, "message");
    const hasMessage = described !== undefined && b.hasOwn(described, "value");
    const message = hasMessage ? b.String(described.value) : undefined;
    const stack = kit.stackText(error);
    let cause;
    const make = () => {
      const copy = new Class(message);
      b.defineProperty(copy, "stack", hiddenly(stack));
      return copy;
    };
    const hasCause = b.hasOwn(error, "cause");
    const made = remember(
      memory,
      error,
      node(make, (copy) => {
        if (hasCause) b.defineProperty(copy, "cause", hiddenly(read(cause)));
      }),
    );
    if (hasCause) cause = write(error.cause, memory);
    return made;
  }

  function writeBuffer(buffer, memory) {
    if (b.isDetached(buffer)) throw refuse(buffer, "is detached");
    const bytes = b.bufferSlice(buffer, 0);
    const resizable = b.isResizable(buffer);
    const most = resizable ? b.bufferMaxLength(buffer) : 0;
    return remember(
      memory,
      buffer,
      node(() => {
        if (!resizable) return bytes;
        const length = b.arrayBufferLength(bytes);
        const copy = new b.ArrayBuffer(length, { __proto__: null, maxByteLength: most });
        b.typedArraySet(new b.Uint8Array(copy), new b.Uint8Array(bytes));
        return copy;
      }),
    );
  }

  // A view that follows the length of its buffer has no length of its own.
  function writeView(view, memory) {
    const typed = b.typedArrayName(view);
    const buffer = typed === undefined ? b.dataViewBuffer(view) : b.typedArrayBuffer(view);
    const bufferNode = write(buffer, memory);
    const offset = typed === undefined ? b.dataViewOffset(view) : b.typedArrayOffset(view);
    const length = typed === undefined ? b.dataViewLength(view) : b.typedArrayLength(view);
    const Class = typed === undefined ? b.DataView : b.typedArrayClasses[typed];
    const follows = b.isResizable(buffer) && isTracking(view, typed, buffer);
    return remember(
      memory,
      view,
      node(() => {
        const copy = read(bufferNode);
        return follows ? new Class(copy, offset) : new Class(copy, offset, length);
      }),
    );
  }

  // Only growing a buffer tells which kind a view is; one that ends where its buffer does and
  // could follow it is taken to.
  function isTracking(view, typed, buffer) {
    const offset = typed === undefined ? b.dataViewOffset(view) : b.typedArrayOffset(view);
    const bytes = typed === undefined ? b.dataViewLength(view) : b.typedArrayBytes(view);
    return offset + bytes === b.arrayBufferLength(buffer);
  }

  const writers = {
    __proto__: null,
    Object: (value, memory) => writeObject(value, memory, makeObject),
    Array(value, memory) {
      const { length } = value;
      const make = () => {
        const copy = [];
        copy.length = length;
        return copy;
      };
      return writeObject(value, memory, make);
    },
    Number: simple((value) => node(() => b.Object(b.numberValue(value)))),
    String: simple((value) => node(() => b.Object(b.stringValue(value)))),
    Boolean: simple((value) => node(() => b.Object(b.booleanValue(value)))),
    BigInt: simple((value) => node(() => b.Object(b.bigintValue(value)))),
    Date: simple((value) => {
      const time = b.dateTime(value);
      return node(() => new b.Date(time));
    }),
    RegExp: simple((value) => {
      const source = b.regexpSource(value);
      const flags = b.regexpFlags(value);
      return node(() => new b.RegExp(source, flags));
    }),
    Error: writeError,
    ArrayBuffer: writeBuffer,
    TypedArray: writeView,
    DataView: writeView,
    Map(value, memory) {
      const entries = [];
      const fill = (copy) => {
        for (let i = 0; i < entries.length; i++) {
          b.mapSet(copy, read(entries[i][0]), read(entries[i][1]));
        }
      };
      const made = remember(memory, value, node(() => new b.Map(), fill));
      const pairs = []; // as it is before any getter runs
      b.mapForEach(value, (item, key) => {
        pairs[pairs.length] = [key, item];
      });
      for (let i = 0; i < pairs.length; i++) {
        entries[i] = [write(pairs[i][0], memory), write(pairs[i][1], memory)];
      }
      return made;
    },
    Set(value, memory) {
      const items = [];
      const fill = (copy) => {
        for (let i = 0; i < items.length; i++) b.setAdd(copy, read(items[i]));
      };
      const made = remember(memory, value, node(() => new b.Set(), fill));
      const values = [];
      b.setForEach(value, (item) => {
        values[values.length] = item;
      });
      for (let i = 0; i < values.length; i++) items[i] = write(values[i], memory);
      return made;
    },
  };

  // ---- reading ------------------------------------------------------------------------

  function read(part) {
    if (!isObject(part)) return part;
    if (part.copy === undefined) {
      part.copy = part.make();
      if (part.keys !== null) fillKeys(part.copy, part);
      else part.fill(part.copy);
    }
    return part.copy;
  }

  // ---- transferring -------------------------------------------------------------------

  function transferList(options) {
    const { transfer } = dictionary(options, "structuredClone: the second argument");
    const list = [];
    if (transfer === undefined) return list;
    if (!isObject(transfer) || typeof transfer[Symbol.iterator] !== "function") {
      throw new b.TypeError(`structuredClone: transfer must be a list, got ${shown(transfer)}`);
    }
    for (const item of transfer) {
      const isBuffer =
        typeof item === "object" &&
        item !== null &&
        natives.proxyTarget(item) === undefined &&
        kit.brandOf(item) === "ArrayBuffer";
      if (!isBuffer) throw refuse(item, "can't be transferred; only an ArrayBuffer can");
      if (b.indexOf(list, item) >= 0) throw refuse(item, "is twice in the transfer list");
      list[list.length] = item;
    }
    return list;
  }

  function structuredClone(value, options = {}) {
    need(1, arguments.length, "structuredClone");
    const transfer = transferList(options);
    const memory = new b.Map(); // object -> node
    for (let i = 0; i < transfer.length; i++) {
      b.mapSet(memory, transfer[i], node(() => transfer[i]));
    }
    const written = write(value, memory);
    for (let i = 0; i < transfer.length; i++) {
      if (b.isDetached(transfer[i])) throw refuse(transfer[i], "is detached");
    }
    for (let i = 0; i < transfer.length; i++) {
      b.mapGet(memory, transfer[i]).copy = b.bufferTransfer(transfer[i]);
    }
    return read(written);
  }

  docs.structuredClone =
    "A deep copy: cycles, Map, Set, Date, RegExp, errors, buffers and views, Blob. Functions and " +
    "symbols are a DataCloneError. transfer: ArrayBuffers that are moved instead of copied.";
  return { structuredClone };
})
