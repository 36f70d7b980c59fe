// Bundles: objects MIME type -> data, as clients take them. Checked before they are sent, so
// that a mistake is an error of the cell and not an empty place under it.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const displayKey = Symbol.for("Jupyter.display");
  const mimeType = /^[\w.+-]+\/[\w.+-]+(;.*)?$/;
  const jsonType = /^[^;]*[/+]json(;.*)?$/;
  const binaryType = /^(image|audio|video|font)\/(?!svg\+xml)|^application\/(pdf|octet-stream)/;
  const metadataOf = new b.WeakMap(); // bundle of ours -> its metadata

  function isObject(value) {
    return typeof value === "object" && value !== null;
  }

  // The bytes of a typed array, DataView or buffer; undefined for anything else.
  kit.bytesOf = function (value) {
    if (!isObject(value) || natives.proxyTarget(value) !== undefined) return undefined;
    if (b.isView(value)) {
      const typed = b.typedArrayName(value) !== undefined;
      const buffer = typed ? b.typedArrayBuffer(value) : b.dataViewBuffer(value);
      const offset = typed ? b.typedArrayOffset(value) : b.dataViewOffset(value);
      const length = typed ? b.typedArrayBytes(value) : b.dataViewLength(value);
      return new b.Uint8Array(buffer, offset, length);
    }
    const brand = kit.brandOf(value);
    const isBuffer = brand === "ArrayBuffer" || brand === "SharedArrayBuffer";
    return isBuffer ? new b.Uint8Array(value) : undefined;
  };

  function problem(maker, type, text) {
    return new b.TypeError(`${maker}: ${kit.quote(type)} ${text}`);
  }

  function checkedData(type, data, maker) {
    if (b.regexpExec(jsonType, type) !== null) {
      let text;
      try {
        text = b.stringify(data);
      } catch (error) {
        throw problem(maker, type, "can't be sent as JSON: " + kit.errorMessage(error));
      }
      if (text === undefined) throw problem(maker, type, `is no JSON: ${brief(data)}`);
      return data;
    }
    if (b.regexpExec(binaryType, type) !== null) {
      const bytes = kit.bytesOf(data);
      if (bytes !== undefined) return b.toBase64(bytes);
    }
    if (typeof data === "string") return data;
    if (b.regexpExec(binaryType, type) !== null) {
      throw problem(maker, type, `must be bytes, or base64 as a string, not ${brief(data)}`);
    }
    throw problem(maker, type, `must be a string, not ${brief(data)}`);
  }

  const brief = (value) => kit.inspect(value, { depth: 0, breakLength: Infinity });

  // maker: who gave it, for the error's text.
  kit.checkedBundle = function (bundle, maker) {
    if (!isObject(bundle) || b.isArray(bundle)) {
      throw new b.TypeError(
        `${maker} must give an object MIME type -> data, ` +
          `such as {"text/html": "<b>hi</b>"}, got ${brief(bundle)}`,
      );
    }
    const checked = b.create(null);
    const types = b.keysOf(bundle);
    if (types.length === 0) throw new b.TypeError(`${maker}: the bundle is empty`);
    for (let i = 0; i < types.length; i++) {
      const type = types[i];
      if (b.regexpExec(mimeType, type) === null) {
        throw problem(maker, type, 'is no MIME type; those look like "text/html"');
      }
      checked[type] = checkedData(type, bundle[type], maker);
    }
    const metadata = b.weakMapGet(metadataOf, bundle);
    if (metadata !== undefined) b.weakMapSet(metadataOf, checked, metadata);
    return checked;
  };

  kit.withMetadata = function (bundle, metadata) {
    b.weakMapSet(metadataOf, bundle, metadata);
    return bundle;
  };
  kit.metadataOf = (bundle) => b.weakMapGet(metadataOf, bundle);

  function bundleMethod(value) {
    if (!isObject(value) && typeof value !== "function") return undefined;
    const method = kit.inheritedData(value, displayKey);
    return typeof method === "function" ? method : undefined;
  }

  // The bundle that shows a value, or a promise of it.
  kit.bundleOf = function (value) {
    const method = bundleMethod(value);
    if (method === undefined) return plainBundle(value);
    const bundle = b.apply(method, value, []);
    const maker = "[Symbol.for('Jupyter.display')]()";
    if (natives.promiseState(bundle) !== undefined) {
      return b.promiseThen(bundle, (settled) => kit.checkedBundle(settled, maker));
    }
    return kit.checkedBundle(bundle, maker);
  };

  function plainBundle(value) {
    const bundle = b.create(null);
    bundle["text/plain"] = kit.shownText(value);
    if (kit.settings.tables && kit.isRecords(value)) {
      bundle["text/html"] = kit.platform("html_table").htmlTable(kit.tableOf(value));
    }
    return bundle;
  }
})
