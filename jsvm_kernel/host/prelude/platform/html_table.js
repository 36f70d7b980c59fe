// Tables as HTML, in the way of pandas: Jupyter's own style draws them, in light and in dark.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_ROWS = 100;
  const MAX_COLUMNS = 30;
  const MAX_TEXT = 200;
  const entities = {
    __proto__: null,
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  const special = /[&<>"']/;

  function escaped(text) {
    if (b.regexpExec(special, text) === null) return text;
    let result = "";
    for (let i = 0; i < text.length; i++) result += entities[text[i]] ?? text[i];
    return result;
  }

  function short(text) {
    if (text.length <= MAX_TEXT) return text;
    return b.stringSlice(text, 0, MAX_TEXT) + "…";
  }

  function placeText(place) {
    if (place.text !== undefined) return place.text;
    const { value } = place;
    // A text needs no quotes where it has a place of its own.
    if (typeof value === "string") return value;
    return kit.inspect(value, {
      depth: 0,
      breakLength: Infinity,
      maxArrayLength: 3,
      maxStringLength: MAX_TEXT,
    });
  }

  const isNumeric = (place) =>
    place !== undefined && (typeof place.value === "number" || typeof place.value === "bigint");

  // Notebooks differ in how they align what says nothing, so each place says it.
  function cell(tag, text, right) {
    const align = right ? "right" : "left";
    return `<${tag} style="text-align: ${align}">${escaped(short(text))}</${tag}>`;
  }

  // Whether a column's values are numbers: its title stands over them.
  function numericColumns(rows, columns) {
    const numeric = [];
    for (let c = 0; c < columns; c++) {
      numeric[c] = false;
      for (let r = 0; r < rows.length && r < MAX_ROWS; r++) {
        if (rows[r][c] === undefined) continue;
        numeric[c] = isNumeric(rows[r][c]);
        break;
      }
    }
    return numeric;
  }

  function more(count, what) {
    return `${count} more ${what}${count > 1 ? "s" : ""}`;
  }

  // What was left out, or "".
  function remark(rows, columns, titles) {
    const parts = [];
    if (rows.length > MAX_ROWS) parts[0] = more(rows.length - MAX_ROWS, "row");
    if (titles.length > columns) {
      parts[parts.length] = more(titles.length - columns, "column");
    }
    return parts.length === 0 ? "" : `\n<p>… ${b.join(parts, ", ")}</p>`;
  }

  function htmlTable({ titles, rows }) {
    const columns = b.min(titles.length, MAX_COLUMNS + 1);
    const numeric = numericColumns(rows, columns);
    let html = '<table border="1" class="dataframe">\n<thead>\n<tr>';
    // The index is in no need of a title.
    html += "<th></th>";
    for (let c = 1; c < columns; c++) html += cell("th", titles[c], numeric[c]);
    html += "</tr>\n</thead>\n<tbody>\n";
    for (let r = 0; r < rows.length && r < MAX_ROWS; r++) {
      html += "<tr>" + cell("th", placeText(rows[r][0]), false);
      for (let c = 1; c < columns; c++) {
        const place = rows[r][c];
        html += place === undefined ? "<td></td>" : cell("td", placeText(place), isNumeric(place));
      }
      html += "</tr>\n";
    }
    return html + "</tbody>\n</table>" + remark(rows, columns, titles);
  }

  return { htmlTable };
})
