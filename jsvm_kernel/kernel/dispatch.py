"""How requests reach their handlers: cells in turn, everything else at once.

ipykernel lets every shell message wait for the cell that runs. Here a cell's handler
only waits for another process, so the event loop is free: execute_requests go through a
queue, one at a time, and all other requests are answered as they come, each in a
context of its own so that its parent is not the cell's. Control messages come on the
same loop.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from enum import Enum, auto
from typing import Any, Final

from traitlets import Any as AnyTrait

from .base import Kernel

_PARTING_S: Final = 1.0
_SHELL_TYPES: Final = [*Kernel.msg_types, "comm_open", "comm_msg", "comm_close"]
_CONTROL_TYPES: Final = [*Kernel.msg_types, "usage_request"]


class _Note(Enum):
    """What stands between cells in their queue."""

    #: Cells behind it run, though cells before it were aborted.
    RESUME = auto()
    END = auto()


class DispatchingKernel(Kernel):
    """A Kernel that answers questions while a cell runs.

    `start` must be called on the running event loop; `finished` is set when a client
    has asked for shutdown.
    """

    # ipykernel's own trait would load IPython.
    profile_dir = AnyTrait(None, allow_none=True)

    msg_types = _SHELL_TYPES
    # No debugger and no subshells: what runs JavaScript is one thread, and questions
    # don't wait for it.
    control_msg_types = _CONTROL_TYPES

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finished = asyncio.Event()
        self._cells: asyncio.Queue[list[Any] | _Note] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._cell_parent: dict[str, Any] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        # Output comes through one thread and in order: nothing to sleep for.
        self._execute_sleep = 0.0

    def start(self) -> None:
        """Begin to take messages."""
        super().start()
        self.shell_stream.on_recv(self._on_shell_message, copy=False)
        self._worker = self._begin(self._run_cells())

    def _on_shell_message(self, message: list[Any]) -> None:
        try:
            _, frames = self.session.feed_identities(message, copy=False)
            peeked = self.session.deserialize(frames, content=False, copy=False)
        except Exception:
            # Not signed by our key, or no message at all: anybody can send bytes.
            self.log.error("Invalid shell message", exc_info=True)
            return
        if peeked["header"]["msg_type"] == "execute_request":
            self._cells.put_nowait(message)
        else:
            self._begin(self.dispatch_shell(message))

    async def _run_cells(self) -> None:
        while True:
            message = await self._cells.get()
            if message is _Note.RESUME:
                self._aborting = False
                continue
            if message is _Note.END:
                return
            try:
                await self.dispatch_shell(message)
            finally:
                self._cell_parent = None

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, context=copy_context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end_cells(self) -> None:
        """Let the running cell answer, abort those that wait, take no more.

        To be called when what the cell waits for has been ended.
        """
        self._aborting = True
        self._cells.put_nowait(_Note.END)
        if self._worker is not None:
            await asyncio.wait({self._worker}, timeout=_PARTING_S)
        for task in self._tasks:
            task.cancel()

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Run a cell, remembering that it is the one that makes the kernel busy."""
        self._cell_parent = parent
        await super().execute_request(stream, ident, parent)

    def _publish_status(
        self, status: str, channel: str, parent: dict[str, Any] | None = None
    ) -> None:
        """Publish busy or idle; a question's idle does not end the cell's busy.

        Clients show the last status they saw, whatever its parent.
        """
        super()._publish_status(status, channel, parent)
        about = parent or self.get_parent(channel)
        cell = self._cell_parent
        if status == "idle" and cell is not None and cell is not about:
            super()._publish_status("busy", channel, cell)

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort the cells that wait by now; later ones run."""
        self._aborting = True
        self.shell_stream.flush()
        self._cells.put_nowait(_Note.RESUME)

    def comm_open(self, stream: Any, ident: Any, parent: Any) -> None:
        """Close what a client opens: nothing here listens, and it should not wait."""
        self.session.send(
            self.iopub_socket,
            "comm_close",
            {"comm_id": parent["content"]["comm_id"], "data": {}},
            parent,
            ident=self._topic("comm"),
        )

    def comm_msg(self, stream: Any, ident: Any, parent: Any) -> None:
        """Drop a message to a comm that was closed."""

    def comm_close(self, stream: Any, ident: Any, parent: Any) -> None:
        """Take note of nothing: no comm is open."""

    def pre_handler_hook(self) -> None:
        """Leave SIGINT alone: the app made it a stop button for good."""

    def post_handler_hook(self) -> None:
        """Leave SIGINT alone."""

    async def shutdown_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Shut down, answer, and let the app end the process."""
        content = await self.do_shutdown(parent["content"]["restart"])
        self.session.send(stream, "shutdown_reply", content, parent, ident=ident)
        self.session.send(
            self.iopub_socket,
            "shutdown_reply",
            content,
            parent,
            ident=self._topic("shutdown"),
        )
        self.finished.set()
