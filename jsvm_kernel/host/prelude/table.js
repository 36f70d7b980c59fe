// Tables of records, as console.table and results show them: which rows and columns there are
// and what stands in each place. Drawn in platform/box_table.js and platform/html_table.js.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const VALUES = "Values";
  // What a result must be to be shown as a table, too: looked at in its first rows.
  const LOOKED_AT = 200;
  const MIN_DENSITY = 0.5;

  function isRecord(value) {
    return (
      (typeof value === "object" && value !== null) || typeof value === "function"
    );
  }

  // A place in a table: a text as it is, or a value that is still to be shown.
  const label = (text) => ({ __proto__: null, text: b.String(text), value: undefined });
  const place = (value) => ({ __proto__: null, text: undefined, value });

  // Gives [title of the index column, its length, row number -> {index, key, value}].
  function rowsOf(data) {
    const brand = kit.brandOf(data);
    const rows = [];
    if (brand === "Map") {
      b.mapForEach(data, (value, key) => {
        rows[rows.length] = { __proto__: null, index: rows.length, key: place(key), value };
      });
    } else if (brand === "Set") {
      b.setForEach(data, (value) => {
        rows[rows.length] = { __proto__: null, index: rows.length, key: undefined, value };
      });
    } else if (brand === "MapIterator" || brand === "SetIterator") {
      const { 0: entries, 1: items } = natives.iteratorItems(data);
      for (let i = 0; i < items.length; i++) {
        const key = entries ? place(items[i][0]) : undefined;
        const value = entries ? items[i][1] : items[i];
        rows[i] = { __proto__: null, index: i, key, value };
      }
    } else {
      const keys = b.keysOf(data);
      for (let i = 0; i < keys.length; i++) {
        const value = dataOf(data, keys[i]);
        rows[i] = { __proto__: null, index: keys[i], key: undefined, value };
      }
      return ["(index)", rows];
    }
    return ["(iteration index)", rows];
  }

  // A property's value; an accessor is not run.
  function dataOf(holder, key) {
    const descriptor = b.descriptorOf(holder, key);
    return descriptor !== undefined && b.hasOwn(descriptor, "value") ? descriptor.value : undefined;
  }

  function placeOf(record, key) {
    const descriptor = b.descriptorOf(record, key);
    if (descriptor === undefined || !descriptor.enumerable) return undefined;
    return b.hasOwn(descriptor, "value") ? place(descriptor.value) : label("[Getter]");
  }

  const targetOf = (value) => natives.proxyTarget(value) ?? value;

  // {titles: texts, rows: per row its places (undefined: empty)}, the first column being the
  // index; undefined for what has no rows. only: the columns to show.
  kit.tableOf = function (data, only) {
    if (!isRecord(data) || natives.proxyTarget(data) === null) return undefined;
    const { 0: indexTitle, 1: rows } = rowsOf(targetOf(data));
    const chosen = b.isArray(only);
    const columns = [];
    const places = new b.Map(); // name of a column -> its place in `columns`
    const addColumn = (name) => {
      if (b.mapHas(places, name)) return;
      b.mapSet(places, name, columns.length);
      columns[columns.length] = name;
    };
    for (let c = 0; chosen && c < only.length; c++) addColumn(b.String(only[c]));
    let hasKeys = false;
    let hasValues = false;
    for (let r = 0; r < rows.length; r++) {
      if (rows[r].key !== undefined) hasKeys = true;
      if (!isRecord(rows[r].value)) {
        hasValues = true;
        continue;
      }
      rows[r].value = targetOf(rows[r].value);
      const keys = chosen ? [] : b.keysOf(rows[r].value);
      for (let k = 0; k < keys.length; k++) addColumn(keys[k]);
    }
    const titles = [indexTitle];
    if (hasKeys) titles[titles.length] = "Key";
    for (let c = 0; c < columns.length; c++) titles[titles.length] = columns[c];
    if (hasValues) titles[titles.length] = VALUES;
    const body = [];
    for (let r = 0; r < rows.length; r++) {
      const { index, key, value } = rows[r];
      const line = [label(index)];
      if (hasKeys) line[line.length] = key;
      for (let c = 0; c < columns.length; c++) {
        line[line.length] = isRecord(value) ? placeOf(value, columns[c]) : undefined;
      }
      if (hasValues) line[line.length] = isRecord(value) ? undefined : place(value);
      body[r] = line;
    }
    return { __proto__: null, titles, rows: body };
  };

  function isPlainRecord(value) {
    if (typeof value !== "object" || value === null) return false;
    if (natives.proxyTarget(value) !== undefined || kit.hasOwnWay(value)) return false;
    const prototype = b.prototypeOf(value);
    return prototype === kit.prototypes.Object || prototype === null;
  }

  // Whether a result is shown as a table, too: an array of plain objects that have mostly the
  // same keys. (Arrays of arrays, Maps and instances of classes are not: their text says more.)
  kit.isRecords = function (value) {
    if (natives.proxyTarget(value) !== undefined || !b.isArray(value)) return false;
    if (kit.hasOwnWay(value)) return false;
    const rows = b.min(value.length, LOOKED_AT);
    const names = new b.Map();
    let filled = 0;
    for (let i = 0; i < rows; i++) {
      const record = kit.ownData(value, i);
      if (!isPlainRecord(record)) return false;
      const keys = b.keysOf(record);
      filled += keys.length;
      for (let k = 0; k < keys.length; k++) b.mapSet(names, keys[k], true);
    }
    const columns = b.mapSize(names);
    return columns > 0 && filled >= MIN_DENSITY * rows * columns;
  };
})
