"""Error reports: the lines a person reads under a cell that failed.

The prelude describes what was thrown as plain data (errors.js, `describeError`), with
frames of cells and files only. Here source lines and carets are put to it::

    In[3]:2:15
    2 | const y = null.x;
      |               ^
        at f (In[3]:2:15)
        at In[3]:5:1
    TypeError: cannot read property 'x' of null

An error's cause comes before it, as in Python's tracebacks. In colour, the kind of
error and the caret are red, as in ipykernel's reports, and places bold.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jsvm_kernel import extension_modules
from jsvm_kernel.session.messages import ErrorReport

from .wording import worded

if TYPE_CHECKING:
    from jsvm_kernel.binding import Frame

#: Gives the text of a cell or module file by the name that frames carry.
SourceOf = Callable[[str], str | None]

_CAUSE_LINE = "The error above is the cause of:"
#: A longer source line is cut around the column: one that a client would wrap has its
#: caret under the wrong text.
_MAX_LINE = 100
_MAX_MESSAGE = 10_000
_FRAME = re.compile(
    r"\s*at (?:(?P<name>.*) \()?(?P<file>.+?):(?P<line>\d+):(?P<col>\d+)"
)
_OURS = "jsvm:"


class _Paint:
    """Puts colours on the parts of a report, or leaves them as they are."""

    def __init__(self, colors: bool) -> None:
        self._colors = colors

    def kind(self, text: str) -> str:
        """Paint the name of an error."""
        return self._styled("31", text)

    def place(self, text: str) -> str:
        """Paint a place in a cell or file: in bold, which every theme can show."""
        return self._styled("1", text)

    def gutter(self, text: str) -> str:
        """Paint the line number beside a source line."""
        return self._styled("32", text)

    def caret(self, text: str) -> str:
        """Paint what points at a column."""
        return self._styled("31", text)

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colors and text else text


def report_of(
    described: dict[str, Any], source_of: SourceOf, colors: bool = False
) -> ErrorReport:
    """Format what `describeError` of the prelude gave."""
    described = worded(described, source_of)
    name, message = _name_and_message(described)
    lines = _Lines(source_of, _Paint(colors)).of(described)
    return ErrorReport(name=name, message=message, traceback=lines)


def uncaught_lines(
    described: dict[str, Any], where: str, source_of: SourceOf, colors: bool = False
) -> list[str]:
    """Give the lines about an error that ends no cell; `where` says how it came."""
    described = worded(described, source_of)
    writer = _Lines(source_of, _Paint(colors))
    name, message = _name_and_message(described)
    if "thrown" not in described:
        name = f"Uncaught {where}{name}"
    elif where:
        name = f"Uncaught {where.rstrip()}"
    return [*writer.body(described), *writer.header(name, message)]


def stopped_report(
    reason: str, stack: str, source_of: SourceOf, colors: bool = False
) -> ErrorReport:
    """Report a cell that was stopped; `stack` tells where it was, if anyone knows."""
    described = {
        "name": "Stopped",
        "message": reason,
        "frames": _parse_stack(stack),
        "extras": "",
    }
    return report_of(described, source_of, colors)


def python_frames(error: BaseException, own_file: str) -> list[Frame]:
    """Give the frames of a traceback as the prelude's frames, innermost first.

    `own_file` is the host file that made the call; frames of it and of what imports are
    left out.
    """
    left_out = (own_file, extension_modules.__file__)
    frames: list[Frame] = []
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename in left_out or entry.filename.startswith("<frozen importlib"):
            continue
        frames.append(
            {
                "name": entry.name,
                "file": entry.filename,
                "line": entry.lineno or 0,
                "column": 0,
            }
        )
    return frames[::-1]


def _name_and_message(described: dict[str, Any]) -> tuple[str, str]:
    if "thrown" in described:
        return "Uncaught", described["thrown"]
    return described["name"], _shortened(described["message"])


def _shortened(message: str) -> str:
    """Cut a message as inspect cuts strings: a client would choke on megabytes."""
    rest = len(message) - _MAX_MESSAGE
    if rest <= 0:
        return message
    unit = "character" if rest == 1 else "characters"
    return f"{message[:_MAX_MESSAGE]}... {rest} more {unit}"


class _Lines:
    """Writes the lines of reports."""

    def __init__(self, source_of: SourceOf, paint: _Paint) -> None:
        self._source_of = source_of
        self._paint = paint

    def of(self, described: dict[str, Any]) -> list[str]:
        """Give all lines: where it happened, then what."""
        name, message = _name_and_message(described)
        return [*self.body(described), *self.header(name, message)]

    def header(self, name: str, message: str) -> list[str]:
        """Give the lines that say what happened."""
        name = self._paint.kind(name)
        return (f"{name}: {message}" if message else name).split("\n")

    def body(self, described: dict[str, Any]) -> list[str]:
        """Give the lines above the header: causes, source line, frames, parts."""
        lines: list[str] = []
        cause = described.get("cause")
        if cause is not None:
            lines += [*self.of(cause), "", _CAUSE_LINE, ""]
        lines += self._frames(described.get("frames", []))
        for number, inner in enumerate(described.get("errors", []), 1):
            lines.append(f"    error {number}:")
            lines += [f"    {line}".rstrip() for line in self.of(inner)]
        if described.get("extras"):
            lines += described["extras"].split("\n")
        return lines

    def _frames(self, given: list[dict[str, Any]]) -> list[str]:
        lines: list[str] = []
        frames = [_in_characters(frame, self._source_of) for frame in given]
        shown = next((f for f in frames if self._source_of(f["file"])), None)
        if shown is not None:
            lines += self._excerpt(shown)
        # One frame at the top level of the cell is what the excerpt's first line says.
        if shown is None or len(frames) > 1 or frames[0]["name"]:
            lines += [self._frame(frame) for frame in frames]
        return lines

    def _frame(self, frame: dict[str, Any]) -> str:
        place = self._paint.place(_place(frame))
        return (
            f"    at {frame['name']} ({place})" if frame["name"] else f"    at {place}"
        )

    def _excerpt(self, frame: dict[str, Any]) -> list[str]:
        """Give the place, the source line and a caret under the column."""
        place = self._paint.place(_place(frame))
        source = (self._source_of(frame["file"]) or "").split("\n")
        if not 1 <= frame["line"] <= len(source):
            return [place]
        text = source[frame["line"] - 1].rstrip("\r")
        column = min(max(frame["column"], 1), len(text) + 1)
        text, column = _cut(text, column)
        gutter = str(frame["line"])
        lines = [place, f"{self._paint.gutter(gutter)} | {text}"]
        if frame["column"]:  # Python's frames have none
            pad = "".join(_blank(char) for char in text[: column - 1])
            lines.append(f"{' ' * len(gutter)} | {pad}{self._paint.caret('^')}")
        return lines


def _in_characters(frame: dict[str, Any], source_of: SourceOf) -> dict[str, Any]:
    """Give the frame with its column in characters; the engine counts UTF-8 bytes."""
    lines = (source_of(frame["file"]) or "").split("\n")
    if frame["column"] < 2 or not 1 <= frame["line"] <= len(lines):
        return frame
    before = lines[frame["line"] - 1].encode("utf-8", "replace")[: frame["column"] - 1]
    # The position may be in the middle of a character only if the source is not known
    # exactly; such a rest is dropped.
    return {**frame, "column": len(before.decode("utf-8", "ignore")) + 1}


def _place(frame: dict[str, Any]) -> str:
    place: str = frame["file"]
    for part in (frame["line"], frame["column"]):
        if not part:
            break
        place += f":{part}"
    return place


def _cut(text: str, column: int) -> tuple[str, int]:
    if len(text) <= _MAX_LINE:
        return text, column
    start = max(0, min(column - 1 - _MAX_LINE // 2, len(text) - _MAX_LINE))
    end = min(len(text), start + _MAX_LINE)
    head = "…" if start else ""
    tail = "…" if end < len(text) else ""
    return head + text[start:end] + tail, column - start + len(head)


def _blank(char: str) -> str:
    """Give what is as wide as `char` and shows nothing."""
    if char == "\t":
        return "\t"
    if unicodedata.combining(char):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "


def _parse_stack(stack: str) -> list[dict[str, Any]]:
    """Read a stack text, for an error whose value JS can no longer be asked about."""
    frames = []
    for line in stack.split("\n"):
        found = _FRAME.match(line)
        if found is None or found["file"].startswith(_OURS):
            continue
        name = found["name"] or ""
        frames.append(
            {
                "name": "" if name == "<eval>" else name,
                "file": found["file"],
                "line": int(found["line"]),
                "column": int(found["col"]),
            }
        )
    return frames
