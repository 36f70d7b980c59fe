"""What cells show, as iopub messages under the request that caused them.

Every message is sent with the parent of its cell, never with "the current" one: output
of a timer comes when another cell runs, or none.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..session.comm_messages import CommKind
from ..session.messages import Display, ErrorReport
from ..session.streams import StreamName
from .wire import Session

#: Cells whose late output still finds its place.
_KEPT_CELLS: Final = 10_000
_COLOR: Final = re.compile(r"\x1b\[[0-9;]*m")
_MESSAGE_TYPES: Final = {
    "result": "execute_result",
    "display": "display_data",
    "update": "update_display_data",
    "clear": "clear_output",
}


@dataclass(slots=True)
class _Place:
    parent: dict[str, Any]
    execution_count: int
    shown: bool
    #: Displays of a cell that is not shown; None when they were taken.
    kept: list[Display] | None = field(default_factory=list)
    result: str | None = None


class Publisher:
    """Sends output of cells to `socket`; the sink of the session."""

    def __init__(self, session: Session, socket: Any, topic: str) -> None:
        self._session = session
        self._socket = socket
        self._topic = topic
        self._places: OrderedDict[int, _Place] = OrderedDict()

    def open_cell(
        self,
        cell: int,
        parent: dict[str, Any],
        execution_count: int,
        *,
        shown: bool = True,
    ) -> None:
        """Say where output of a cell belongs; if not `shown` it is kept, not sent."""
        self._places[cell] = _Place(parent, execution_count, shown)
        while len(self._places) > _KEPT_CELLS:
            self._places.popitem(last=False)

    def parent_of(self, cell: int) -> dict[str, Any]:
        """Give the request that a cell's output belongs to."""
        place = self._places.get(cell)
        return place.parent if place is not None else {}

    def result_text(self, cell: int) -> str | None:
        """Give the plain text of the cell's result."""
        place = self._places.get(cell)
        return place.result if place is not None else None

    def take_kept(self, cell: int) -> list[Display]:
        """Give the displays of a cell opened as not shown; later ones are dropped."""
        place = self._places.get(cell)
        if place is None:
            return []
        kept, place.kept = place.kept, None
        return kept or []

    def stream(self, cell: int, name: StreamName, text: str) -> None:
        """Show text on stdout or stderr."""
        self._send(self._places.get(cell), "stream", {"name": name, "text": text})

    def display(self, message: Display) -> None:
        """Show rich output."""
        place = self._places.get(message.cell)
        if place is not None and message.kind == "result":
            place.result = without_colors(message.data).get("text/plain")
        if place is not None and not place.shown:
            if place.kept is not None:
                place.kept.append(message)
            return
        content: dict[str, Any]
        if message.kind == "clear":
            content = {"wait": message.wait}
        else:
            content = {"data": message.data, "metadata": message.metadata}
        if message.kind == "result":
            content["execution_count"] = place.execution_count if place else 0
        elif message.kind != "clear":
            content["transient"] = message.transient
        self._send(place, _MESSAGE_TYPES[message.kind], content)

    def error(self, cell: int, report: ErrorReport) -> None:
        """Show an error."""
        content = error_content(report)
        self._send(self._places.get(cell), "error", content)

    def comm(
        self,
        kind: CommKind,
        content: dict[str, Any],
        parent: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        buffers: Sequence[Any] = (),
    ) -> None:
        """Send a message of a comm; it is no output, so it is never kept back."""
        self._session.send(
            self._socket,
            f"comm_{kind}",
            content,
            parent=parent,
            ident=f"{self._topic}.comm_{kind}".encode(),
            metadata=metadata,
            buffers=list(buffers),
        )

    def _send(self, place: _Place | None, kind: str, content: dict[str, Any]) -> None:
        if place is not None and not place.shown:
            return
        self._session.send(
            self._socket,
            kind,
            content,
            parent=place.parent if place is not None else {},
            ident=f"{self._topic}.{kind}".encode(),
        )


def without_colors(bundle: dict[str, Any]) -> dict[str, Any]:
    """Give a bundle whose plain text has no escape sequences for colour in it."""
    text = bundle.get("text/plain")
    return bundle | {"text/plain": _COLOR.sub("", text)} if text else bundle


def error_content(report: ErrorReport) -> dict[str, Any]:
    """Give an error as messages carry it."""
    return {
        "ename": report.name,
        "evalue": report.message,
        "traceback": report.traceback,
    }
