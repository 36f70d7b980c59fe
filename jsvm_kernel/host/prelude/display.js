// Rich output: display(), clearOutput(), and the makers of displayable values under `jupyter`.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const displayKey = Symbol.for("Jupyter.display");
  const shownIds = new b.Map(); // ids that update can replace

  kit.showBundle = function (kind, bundle, metadata, id) {
    const all = { ...kit.metadataOf(bundle), ...metadata };
    natives.display(kind, b.stringify({ data: bundle, metadata: all, id }));
  };

  function send(bundle, { id, update, metadata }) {
    kit.showBundle(update ? "update" : "display", bundle, metadata, id);
    if (id !== undefined) b.mapSet(shownIds, id, true);
  }

  const optionNames = ["raw", "id", "update", "metadata"];

  function checkOptions(options) {
    if (typeof options !== "object" || options === null) {
      throw new b.TypeError(
        `display: the options are an object, such as {id: "plot"}, got ${brief(options)}`,
      );
    }
    const names = b.keysOf(options);
    for (let i = 0; i < names.length; i++) {
      if (b.indexOf(optionNames, names[i]) < 0) {
        throw new b.TypeError(
          `display: there is no option ${kit.quote(names[i])}; ` +
            `there are ${b.join(optionNames, ", ")}`,
        );
      }
    }
    checkId(options);
    const { metadata } = options;
    if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) {
      throw new b.TypeError(`display: metadata must be an object, got ${brief(metadata)}`);
    }
  }

  const brief = (value) => kit.inspect(value, { depth: 0 });

  function checkId({ id, update }) {
    if (id !== undefined && typeof id !== "string") {
      throw new b.TypeError(`display: id must be a string, got ${brief(id)}`);
    }
    if (!update) return;
    if (id === undefined) {
      throw new b.TypeError("display: update needs the id of what to replace");
    }
    if (!b.mapHas(shownIds, id)) {
      const known = [];
      b.mapForEach(shownIds, (_, shown) => {
        known[known.length] = kit.quote(shown);
      });
      const there = known.length === 0 ? "nothing with an id is" : b.join(known, ", ") + " are";
      throw new b.Error(
        `display: there is nothing to update with the id ${kit.quote(id)} ` +
          `(${there} shown): show it first, without update`,
      );
    }
  }

  function display(value, options = {}) {
    checkOptions(options);
    const bundle = options.raw
      ? kit.checkedBundle(value, "display(…, {raw: true})")
      : kit.bundleOf(value);
    if (natives.promiseState(bundle) !== undefined) {
      return b.promiseThen(bundle, (settled) => send(settled, options));
    }
    return send(bundle, options);
  }

  kit.clearOutput = function (wait) {
    natives.display("clear", b.stringify({ wait }));
  };

  // makeBundle is asked when the value is shown.
  kit.displayable = (makeBundle) => ({ [displayKey]: makeBundle });

  function displayable(type) {
    return (content) =>
      kit.displayable(() => ({ [type]: content, "text/plain": kit.inspect(content) }));
  }

  // html`<b>${x}</b>` and html("<b>…</b>") are the same.
  function textDisplayable(type) {
    const make = displayable(type);
    return (first, ...values) => {
      if (!b.isArray(first)) return make(b.String(first));
      let text = first[0];
      for (let i = 0; i < values.length; i++) text += b.String(values[i]) + first[i + 1];
      return make(text);
    };
  }

  kit.defineGlobal("display", display);
  kit.defineGlobal("clearOutput", function clearOutput(wait = false) {
    kit.clearOutput(!!wait);
  });
  const named = (name, fn) => {
    b.defineProperty(fn, "name", { value: name, configurable: true });
    return fn;
  };
  kit.defineGlobal("jupyter", {
    display,
    html: named("html", textDisplayable("text/html")),
    markdown: named("markdown", textDisplayable("text/markdown")),
    svg: named("svg", textDisplayable("image/svg+xml")),
    json: named("json", displayable("application/json")),
    image: named("image", (source, options) => kit.platform("image").image(source, options)),
  });
})
