"""What a magic gets to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...session.client import SessionClient
from ...session.messages import Display
from ..input import InputChannel, InputStopped, StdinNotImplementedError
from ..publish import Publisher
from ..settings import Settings

if TYPE_CHECKING:
    from ...native.client import Builder
    from .build_follower import BuildFollower


def current_folder() -> Path | None:
    """Give the folder that %cd went to; None if it has been deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


class MagicError(Exception):
    """A magic could not do its work; the text is for the user.

    `name` is what the cell shows as the kind of error; `lines` stand above the message.
    """

    def __init__(
        self, message: str, *, name: str = "MagicError", lines: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.name = name
        self.lines = lines


@dataclass(frozen=True)
class Call:
    """One run of a magic in cell number `cell`, called `cell_name` ("In[3]").

    `cell_text` is all of the cell; `lines_above` counts its lines above a cell magic's
    body.
    """

    cell: int
    cell_name: str
    cell_text: str
    client: SessionClient
    publisher: Publisher
    settings: Settings
    user: InputChannel
    get_builder: Callable[[], Builder]
    get_follower: Callable[[], BuildFollower]
    payload: list[dict[str, Any]]
    lines_above: int = 0

    def print(self, text: str) -> None:
        """Write a text and a line end to the cell's stdout."""
        self.publisher.stream(self.cell, "stdout", text + "\n")

    def warn(self, text: str) -> None:
        """Write a text and a line end to the cell's stderr."""
        self.publisher.stream(self.cell, "stderr", text + "\n")

    def clear(self) -> None:
        """Take away what the cell shows as soon as it shows something else."""
        cleared = Display(sync=0, cell=self.cell, kind="clear", wait=True)
        self.publisher.display(cleared)

    def show(self, bundle: dict[str, Any]) -> None:
        """Show a MIME bundle."""
        shown = Display(sync=0, cell=self.cell, kind="display", data=bundle)
        self.publisher.display(shown)

    async def confirm(self, question: str) -> bool | None:
        """Ask the user for yes or no; None if this client takes no questions."""
        parent = self.publisher.parent_of(self.cell)
        try:
            answer = await self.user.read(parent, f"{question} (y/[n]) ")
        except StdinNotImplementedError:
            return None
        except (EOFError, InputStopped):
            return False
        return answer.strip().lower() in ("y", "yes")

    def page(self, text: str) -> None:
        """Show a text in the client's pager."""
        data = {"text/plain": text}
        self.payload.append({"source": "page", "data": data, "start": 0})
