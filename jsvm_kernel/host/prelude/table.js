// The text of console.table: rows of an array, object, Map or Set of records.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const VALUES = "Values";

  function isRecord(value) {
    return (
      (typeof value === "object" && value !== null) || typeof value === "function"
    );
  }

  function cellText(value) {
    return kit.inspect(value, { depth: isRecord(value) ? 0 : 1, breakLength: Infinity });
  }

  // [index label, row value] pairs and what the index column is called.
  function rowsOf(data) {
    const rows = [];
    const brand = kit.brandOf(data);
    if (brand === "Map") {
      let i = 0;
      b.mapForEach(data, (value, key) => {
        rows[rows.length] = [b.String(i++), value, cellText(key)];
      });
      return ["(iteration index)", rows];
    }
    if (brand === "Set") {
      let i = 0;
      b.setForEach(data, (value) => {
        rows[rows.length] = [b.String(i++), value, undefined];
      });
      return ["(iteration index)", rows];
    }
    const keys = b.keysOf(data);
    for (let i = 0; i < keys.length; i++) {
      rows[i] = [keys[i], dataText(data, keys[i]), undefined];
    }
    return ["(index)", rows];
  }

  // A property's value; an accessor is shown, not run.
  function dataText(holder, key) {
    const descriptor = b.descriptorOf(holder, key);
    return descriptor !== undefined && b.hasOwn(descriptor, "value") ? descriptor.value : undefined;
  }

  kit.tableText = function (data, only) {
    const target = natives.proxyTarget(data);
    if (target !== undefined && target !== null) data = target;
    if (!isRecord(data)) return undefined;
    const [indexTitle, rows] = rowsOf(data);
    const columns = b.isArray(only) ? b.slice(only) : [];
    const cells = []; // per row: column -> text
    let hasKeys = false;
    let hasValues = false;
    for (let r = 0; r < rows.length; r++) {
      const [, value, key] = rows[r];
      const row = b.create(null);
      cells[r] = row;
      if (key !== undefined) hasKeys = true;
      if (!isRecord(value)) {
        hasValues = true;
        continue;
      }
      const keys = b.keysOf(value);
      for (let k = 0; k < keys.length; k++) {
        if (!b.isArray(only) && b.indexOf(columns, keys[k]) < 0) {
          columns[columns.length] = keys[k];
        }
        row[keys[k]] = cellText(dataText(value, keys[k]));
      }
    }
    const header = [indexTitle];
    if (hasKeys) header[header.length] = "Key";
    for (let c = 0; c < columns.length; c++) header[header.length] = b.String(columns[c]);
    if (hasValues) header[header.length] = VALUES;
    const body = [];
    for (let r = 0; r < rows.length; r++) {
      const [label, value, key] = rows[r];
      const line = [label];
      if (hasKeys) line[line.length] = key ?? "";
      for (let c = 0; c < columns.length; c++) line[line.length] = cells[r][columns[c]] ?? "";
      if (hasValues) line[line.length] = isRecord(value) ? "" : cellText(value);
      body[r] = line;
    }
    return draw(header, body);
  };

  function draw(header, body) {
    const widths = [];
    for (let c = 0; c < header.length; c++) {
      let width = kit.textWidth(header[c]);
      for (let r = 0; r < body.length; r++) width = b.max(width, kit.textWidth(body[r][c]));
      widths[c] = width + 2;
    }
    const rule = (left, middle, right) => {
      let line = left;
      for (let c = 0; c < widths.length; c++) {
        line += (c > 0 ? middle : "") + b.repeat("─", widths[c]);
      }
      return line + right;
    };
    const row = (texts) => {
      let line = "│";
      for (let c = 0; c < texts.length; c++) {
        const space = widths[c] - kit.textWidth(texts[c]) - 1;
        line += " " + texts[c] + b.repeat(" ", space) + "│";
      }
      return line;
    };
    const lines = [rule("┌", "┬", "┐"), row(header), rule("├", "┼", "┤")];
    for (let r = 0; r < body.length; r++) lines[lines.length] = row(body[r]);
    lines[lines.length] = rule("└", "┴", "┘");
    return b.join(lines, "\n");
  }
})
