// State of widgets in messages: JSON with paths to the bytes that were taken out of it.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { bytesOf } = kit.platform("bytes");

  function longer(path, key) {
    const copy = b.slice(path, 0);
    copy[copy.length] = key;
    return copy;
  }

  // {state, buffer_paths} of the message, and the buffers that go with it. In an array null
  // stands where bytes were taken out; in an object the key is gone.
  function packState(state) {
    const paths = [];
    const buffers = [];
    const pathOf = new b.WeakMap();
    const text = b.stringify(state, function (key, value) {
      if (typeof value === "bigint") {
        throw new b.TypeError(
          `widget: the state holds ${value}n at ${kit.inspect(key)}, and JSON has no BigInt: ` +
            "use Number() or String()",
        );
      }
      if (typeof value !== "object" || value === null) return value;
      const above = b.weakMapGet(pathOf, this); // none above the state itself
      const inArray = b.isArray(this);
      const path = above === undefined ? [] : longer(above, inArray ? +key : key);
      const bytes = bytesOf(value);
      if (bytes === undefined) {
        b.weakMapSet(pathOf, value, path);
        return value;
      }
      paths[paths.length] = path;
      buffers[buffers.length] = bytes;
      return inArray ? null : undefined;
    });
    return { message: { state: b.parse(text), buffer_paths: paths }, buffers };
  }

  // Puts the buffers of a message back to where they were taken from.
  function unpackState({ state, buffer_paths: paths = [] }, buffers) {
    for (let i = 0; i < paths.length; i++) {
      const path = paths[i];
      let holder = state;
      for (let k = 0; k < path.length - 1; k++) holder = holder[path[k]];
      holder[path[path.length - 1]] = buffers[i];
    }
    return state;
  }

  return { packState, unpackState };
})
