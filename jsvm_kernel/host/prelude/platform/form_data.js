// FormData: names with strings or files, as a form sends them.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, illegal, need, isObject, shown, wellFormed, iterable } =
    kit.platform("web_class");
  const { decode } = kit.platform("encoding");

  let itemsOf;
  let fill;
  class FormData {
    #items = []; // [name, string or File]

    constructor(form = undefined) {
      if (form !== undefined) {
        throw new b.TypeError(`FormData: there are no HTML forms here, got ${shown(form)}`);
      }
    }

    static {
      itemsOf = (form) => {
        if (!isObject(form) || !(#items in form)) throw illegal("FormData");
        return form.#items;
      };
      fill = (form, items) => {
        form.#items = items;
        return form;
      };
    }

    append(name, value, filename = undefined) {
      const items = itemsOf(this);
      need(2, arguments.length, "FormData.append");
      items[items.length] = entry("FormData.append", name, value, filename, arguments.length);
    }

    delete(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.delete");
      name = wellFormed(name);
      this.#items = those(items, (item) => item[0] !== name);
    }

    get(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.get");
      name = wellFormed(name);
      const found = those(items, (item) => item[0] === name);
      return found.length > 0 ? found[0][1] : null;
    }

    getAll(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.getAll");
      name = wellFormed(name);
      const values = [];
      for (let i = 0; i < items.length; i++) {
        if (items[i][0] === name) values[values.length] = items[i][1];
      }
      return values;
    }

    has(name) {
      const items = itemsOf(this);
      need(1, arguments.length, "FormData.has");
      name = wellFormed(name);
      return those(items, (item) => item[0] === name).length > 0;
    }

    set(name, value, filename = undefined) {
      const items = itemsOf(this);
      need(2, arguments.length, "FormData.set");
      const made = entry("FormData.set", name, value, filename, arguments.length);
      let place = -1;
      const kept = [];
      for (let i = 0; i < items.length; i++) {
        if (items[i][0] !== made[0]) {
          kept[kept.length] = items[i];
        } else if (place < 0) {
          place = kept.length;
          kept[place] = made;
        }
      }
      if (place < 0) kept[kept.length] = made;
      this.#items = kept;
    }
  }

  function those(items, wanted) {
    const found = [];
    for (let i = 0; i < items.length; i++) {
      if (wanted(items[i])) found[found.length] = items[i];
    }
    return found;
  }

  function entry(what, name, value, filename, given) {
    name = wellFormed(name);
    if (isObject(value)) {
      const { isBlob, isFile, fileFrom } = kit.platform("blob");
      if (isBlob(value)) {
        if (given < 3 && isFile(value)) return [name, value];
        return [name, fileFrom(value, given < 3 ? "blob" : wellFormed(filename))];
      }
    }
    if (given >= 3) {
      throw new b.TypeError(
        `${what}: with a file name the value must be a Blob, got ${shown(value)}`,
      );
    }
    return [name, wellFormed(value)];
  }

  iterable(FormData, (form, index) => {
    const item = itemsOf(form)[index];
    return item === undefined ? undefined : [item[0], item[1]];
  });
  webClass(FormData, itemsOf, (item, show) => show(item[0]) + " => " + show(item[1]));
  b.defineProperty(FormData, "length", { value: 0, configurable: true });

  // ---- as a body ----------------------------------------------------------------------

  function toMultipart(form) {
    return kit.platform("multipart").write(itemsOf(form));
  }

  // The form that bytes of this Content-Type are.
  function parse(bytes, type) {
    const essence = b.toLowerCase(b.trim(b.split(type, ";")[0]));
    if (essence === "application/x-www-form-urlencoded") {
      return fill(new FormData(), kit.platform("url_search_params").parse(decode(bytes)));
    }
    if (essence === "multipart/form-data") {
      const found = b.regexpExec(/;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i, type);
      const { read } = kit.platform("multipart");
      if (found !== null) return fill(new FormData(), read(bytes, found[1] ?? found[2]));
    }
    throw new b.TypeError(
      `formData: the body's type is ${shown(type)}; a form is multipart/form-data (with a ` +
        "boundary) or application/x-www-form-urlencoded",
    );
  }

  docs.FormData = "Names with strings or files, sent as multipart/form-data when it is a body.";
  return {
    FormData,
    isForm(value) {
      try {
        return itemsOf(value) !== undefined;
      } catch {
        return false;
      }
    },
    toMultipart,
    parse,
  };
})
