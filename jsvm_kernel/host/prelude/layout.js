// How the parts of a composite value are put on lines: on one line while they are short and
// shallow, short array elements in aligned columns, else one part a line.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const { floor, max, min, round, sqrt } = Math;

  const GROUP_FROM = 7;
  const MAX_COLUMNS = 15;
  const SEPARATOR = 2; // ", "
  const CELL_HEIGHT = 2.5; // a character is about that much taller than wide

  // parts: texts; opening and closing: braces; mark and base: texts before the braces or "";
  // list: whether the parts are elements without keys; more: whether the last part is a
  // remark ("... 3 more items").
  kit.layOut = function (context, frame) {
    const { opening, closing, mark, base, list, more, levels } = frame;
    let parts = frame.parts;
    const ungrouped = parts.length;
    if (list && ungrouped >= GROUP_FROM && context.compact > 0) parts = group(context, parts, more, frame.numeric);
    let head = mark === "" ? "" : kit.styled(context, mark, "special") + " ";
    if (base !== "") head += kit.styled(context, base, frame.style) + " ";
    if (levels < context.compact && parts.length === ungrouped) {
      const before = base === "" || mark === "" ? base + mark : mark + " " + base;
      const start = parts.length + context.indent + opening.length + before.length + 10;
      if (fitsLine(context, parts, start) && !b.includes(base, "\n")) {
        const inner = b.join(parts, ", ");
        if (!b.includes(inner, "\n")) {
          return head + opening + " " + inner + " " + closing;
        }
      }
    }
    const newline = "\n" + b.repeat(" ", context.indent);
    return (
      head +
      opening +
      newline +
      "  " +
      b.join(parts, "," + newline + "  ") +
      newline +
      closing
    );
  };

  function fitsLine(context, parts, start) {
    let total = parts.length + start;
    if (total + parts.length > context.breakLength) return false;
    for (let i = 0; i < parts.length; i++) {
      total += kit.textWidth(parts[i]);
      if (total > context.breakLength) return false;
    }
    return true;
  }

  // Puts short elements into columns as near to a square as they get.
  function group(context, parts, more, numeric) {
    const count = more ? parts.length - 1 : parts.length;
    const widths = [];
    let total = 0;
    let widest = 0;
    for (let i = 0; i < count; i++) {
      const width = kit.textWidth(parts[i]);
      widths[i] = width;
      total += width + SEPARATOR;
      widest = max(widest, width);
    }
    const column = widest + SEPARATOR;
    const worthIt = total / column > 5 || widest <= 6;
    if (column * 3 + context.indent >= context.breakLength || !worthIt) return parts;
    const bias = sqrt(column - total / parts.length);
    const biased = max(column - 3 - bias, 1);
    const columns = min(
      round(sqrt(CELL_HEIGHT * biased * count) / biased),
      floor((context.breakLength - context.indent) / column),
      context.compact * 4,
      MAX_COLUMNS,
    );
    if (columns <= 1) return parts;
    return rowsOf(parts, count, widths, columns, more, numeric ? b.padStart : b.padEnd);
  }

  function rowsOf(parts, count, widths, columns, more, pad) {
    const columnWidths = [];
    for (let column = 0; column < columns; column++) {
      let width = 0;
      for (let i = column; i < count; i += columns) width = max(width, widths[i]);
      columnWidths[column] = width + SEPARATOR;
    }
    const rows = [];
    for (let first = 0; first < count; first += columns) {
      const end = min(first + columns, count);
      let row = "";
      for (let i = first; i < end; i++) {
        const last = i === end - 1;
        const text = last ? parts[i] : parts[i] + ", ";
        if (last && pad === b.padEnd) {
          row += text;
        } else {
          // Padding counts UTF-16 units; the width on screen is what has to come out.
          const width = columnWidths[i - first] - (last ? SEPARATOR : 0);
          row += pad(text, width + text.length - kit.textWidth(text), " ");
        }
      }
      rows[rows.length] = row;
    }
    if (more) rows[rows.length] = parts[count];
    return rows;
  }
})
