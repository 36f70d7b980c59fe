// Tables as text, in boxes.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_ROWS = 1000;

  function placeText(place) {
    if (place === undefined) return "";
    if (place.text !== undefined) return place.text;
    const { value } = place;
    const deep = (typeof value === "object" && value !== null) || typeof value === "function";
    return kit.inspect(value, {
      depth: deep ? 0 : 1,
      breakLength: Infinity,
      maxArrayLength: 3,
      colors: kit.settings.colors,
    });
  }

  // The text of a table, cut with a count.
  function boxTable({ titles, rows }) {
    const shown = b.min(rows.length, MAX_ROWS);
    const body = [];
    for (let r = 0; r < shown; r++) {
      const line = [];
      for (let c = 0; c < titles.length; c++) line[c] = placeText(rows[r][c]);
      body[r] = line;
    }
    const text = draw(titles, body);
    const left = rows.length - shown;
    return left === 0 ? text : text + `\n... ${left} more row${left > 1 ? "s" : ""}`;
  }

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

  return { boxTable };
})
