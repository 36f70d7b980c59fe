// Rich output: display(), clearOutput(), Symbol.for("Jupyter.display") and the makers of
// displayable values under `jupyter`. A bundle is an object MIME type -> data.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const displayKey = Symbol.for("Jupyter.display");

  function bundleMethod(value) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      return undefined;
    }
    const method = kit.inheritedData(value, displayKey);
    return typeof method === "function" ? method : undefined;
  }

  function checkBundle(bundle, maker) {
    if (typeof bundle !== "object" || bundle === null || b.isArray(bundle)) {
      throw new b.TypeError(
        `${maker} must give an object MIME type -> data, ` +
          `such as {"text/html": "<b>hi</b>"}, got ${kit.inspect(bundle, { depth: 0 })}`,
      );
    }
    return bundle;
  }

  // The bundle that shows a value, or a promise of it.
  function bundleOf(value) {
    const method = bundleMethod(value);
    if (method === undefined) return { "text/plain": kit.shownText(value) };
    const bundle = b.apply(method, value, []);
    const maker = "[Symbol.for('Jupyter.display')]()";
    if (natives.promiseState(bundle) !== undefined) {
      return b.promiseThen(bundle, (settled) => checkBundle(settled, maker));
    }
    return checkBundle(bundle, maker);
  }
  kit.bundleOf = bundleOf;

  function send(kind, bundle, options) {
    const { id, metadata } = options;
    if (id !== undefined && typeof id !== "string") {
      throw new b.TypeError(`display: id must be a string, got ${kit.inspect(id)}`);
    }
    const message = { data: bundle, metadata: metadata ?? {}, id };
    natives.display(kind, b.stringify(message));
  }

  function display(value, options = {}) {
    const kind = options.update ? "update" : "display";
    if (options.update && options.id === undefined) {
      throw new b.TypeError("display: update needs the id of what to replace");
    }
    const bundle = options.raw
      ? checkBundle(value, "display: the value with raw: true")
      : bundleOf(value);
    if (natives.promiseState(bundle) !== undefined) {
      return b.promiseThen(bundle, (settled) => send(kind, settled, options));
    }
    return send(kind, bundle, options);
  }

  function displayable(type) {
    return (content) => ({
      [displayKey]: () => ({ [type]: content, "text/plain": kit.inspect(content) }),
    });
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
    natives.display("clear", b.stringify({ wait: !!wait }));
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
  });
})
