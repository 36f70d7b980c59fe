"""How requests reach their handlers: cells in turn, everything else at once.

A cell's handler only waits for another process, so the event loop is free:
execute_requests go through a queue, one at a time, and all other requests are answered
as they come, each in a task of its own. Shell and control messages come on the same
loop and are served alike.

A *subshell* is one more queue of cells with an abort of its own. Its cells need not
wait for those of the others, but for the session, which runs one piece of JavaScript
at a time: magics and questions go on beside a running cell, JavaScript takes its turn.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from enum import Enum, auto
from typing import Any, Final

from .base import Kernel
from .channels import Channel
from .input import InputChannel
from .wire import InvalidMessage, Message

log: Final = logging.getLogger("jsvm_kernel")
_PARTING_S: Final = 1.0
_SHELL_TYPES: Final = frozenset(
    {
        "execute_request",
        "complete_request",
        "inspect_request",
        "history_request",
        "comm_info_request",
        "kernel_info_request",
        "connect_request",
        "shutdown_request",
        "is_complete_request",
        "interrupt_request",
        "comm_open",
        "comm_msg",
        "comm_close",
    }
)
_CONTROL_TYPES: Final = _SHELL_TYPES | {
    "debug_request",
    "usage_request",
    "create_subshell_request",
    "delete_subshell_request",
    "list_subshell_request",
}


class _Note(Enum):
    """What stands between cells in their queue."""

    #: Cells behind it run, though cells before it were aborted.
    RESUME = auto()
    END = auto()


class _Cells:
    """A queue of cells, and the task that takes them out of it."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Message | _Note] = asyncio.Queue()
        self.aborting = False
        self.worker: asyncio.Task[None] | None = None

    def waiting(self) -> list[Message]:
        """Give the cells that wait, in order."""
        # The queue itself: a list of its own would have to be kept for every cell.
        items = self.queue._queue  # type: ignore[attr-defined]
        return [item for item in items if isinstance(item, dict)]

    def abort(self) -> None:
        """Abort the cells that wait by now; later ones run."""
        self.aborting = True
        self.queue.put_nowait(_Note.RESUME)

    def end(self) -> None:
        """Abort the cells that wait, and take no more."""
        self.aborting = True
        self.queue.put_nowait(_Note.END)


class DispatchingKernel(Kernel):
    """A Kernel that answers questions while a cell runs.

    Made on the running event loop; `finished` is set when a client has asked for
    shutdown.
    """

    def __init__(self, *, stdin: Channel, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finished = asyncio.Event()
        self.input = InputChannel(self.session, stdin)
        self._main = _Cells()
        self._subshells: dict[str, _Cells] = {}
        #: Cells that make the kernel busy, the latest last.
        self._running: list[Message] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to take messages."""
        self._main.worker = self._begin(self._run_cells(self._main))
        self.iopub_socket.on_message = self.welcome
        self.shell_stream.on_message = self._on_shell
        self.control_stream.on_message = self._on_control

    def waiting_code(self) -> list[str]:
        """Give the code of the cells that run and of those that wait, in order."""
        messages = list(self._running)
        for cells in (self._main, *self._subshells.values()):
            messages += cells.waiting()
        return [message["content"].get("code", "") for message in messages]

    async def end_cells(self) -> None:
        """Let the running cell answer, abort those that wait, take no more.

        To be called when what the cell waits for has been ended.
        """
        queues = [self._main, *self._subshells.values()]
        for cells in queues:
            cells.end()
        workers = {cells.worker for cells in queues if cells.worker is not None}
        await asyncio.wait(workers, timeout=_PARTING_S)
        for task in self._tasks:
            task.cancel()

    # ---- what arrives ----------------------------------------------------------------

    def _on_shell(self, frames: list[bytes]) -> None:
        self._on_message("shell", self.shell_stream, frames)

    def _on_control(self, frames: list[bytes]) -> None:
        self._on_message("control", self.control_stream, frames)

    def _on_message(self, name: str, stream: Channel, frames: list[bytes]) -> None:
        try:
            message = self.session.read(frames)
        except InvalidMessage as error:
            # Anybody who reaches the port can send bytes.
            log.error("Invalid %s message was dropped: %s", name, error)
            return
        self.take(stream, message)

    def take(self, stream: Channel, message: Message) -> None:
        """Handle a message that came on the shell or control channel."""
        if stream is self.control_stream:
            self._begin(self._handle(stream, _CONTROL_TYPES, message))
        elif message["msg_type"] != "execute_request":
            self._begin(self._handle(stream, _SHELL_TYPES, message))
        elif (cells := self._cells_of(message)) is not None:
            cells.queue.put_nowait(message)
        else:
            self.publish_status("busy", message)
            error = ValueError(_unknown_subshell(message["header"]["subshell_id"]))
            self._reply_error(stream, message, error)
            self.publish_status("idle", message)

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # ---- handling --------------------------------------------------------------------

    async def _run_cells(self, cells: _Cells) -> None:
        while (item := await cells.queue.get()) is not _Note.END:
            if item is _Note.RESUME:
                cells.aborting = False
            elif isinstance(item, dict):
                await self._run_cell(cells, item)

    async def _run_cell(self, cells: _Cells, message: Message) -> None:
        if cells.aborting:
            self.publish_status("busy", message)
            ident = message["idents"]
            self._reply(self.shell_stream, ident, message, {"status": "aborted"})
            self.publish_status("idle", message)
            return
        self._running.append(message)
        try:
            await self._handle(self.shell_stream, _SHELL_TYPES, message)
        finally:
            self._running.remove(message)

    def abort_waiting(self, failed: Message) -> None:
        """Abort the cells that have arrived by now in the queue of one that failed."""
        self.shell_stream.receive_all()
        cells = self._cells_of(failed)
        if cells is not None:
            cells.abort()

    def _cells_of(self, message: Message) -> _Cells | None:
        """Give the queue that a cell belongs in; None if its subshell is gone."""
        subshell = message["header"].get("subshell_id")
        return self._main if subshell is None else self._subshells.get(subshell)

    async def _handle(
        self, stream: Channel, types: frozenset[str], message: Message
    ) -> None:
        """Publish busy, call the handler and publish idle."""
        kind, ident = message["msg_type"], message["idents"]
        self.set_parent(ident, message)
        self.publish_status("busy", message)
        try:
            if kind not in types:
                log.warning("Unknown message type: %r", kind)
            else:
                waiting = getattr(self, kind)(stream, ident, message)
                if waiting is not None:
                    await waiting
        except Exception as error:
            log.exception("A %s could not be answered", kind)
            if kind.endswith("_request"):
                self._reply_error(stream, message, error)
        self.publish_status("idle", message)

    def _reply_error(self, stream: Channel, parent: Message, error: Exception) -> None:
        text = str(error)
        if isinstance(error, KeyError):
            text = f"{parent['msg_type']} lacks {error.args[0]!r}"
        name = type(error).__name__
        content = {"status": "error", "ename": name, "evalue": text, "traceback": []}
        self._reply(stream, parent["idents"], parent, content)

    def publish_status(self, status: str, about: Message) -> None:
        """Publish busy or idle; a question's idle does not end the cell's busy.

        Clients show the last status they saw, whatever its parent.
        """
        super().publish_status(status, about)
        if status == "idle":
            others = [cell for cell in self._running if cell is not about]
            if others:
                super().publish_status("busy", others[-1])

    # ---- control ---------------------------------------------------------------------

    async def shutdown_request(self, stream: Channel, ident: Any, parent: Any) -> None:
        """Answer, and let the app end the process."""
        await super().shutdown_request(stream, ident, parent)
        self.finished.set()

    def create_subshell_request(self, stream: Channel, ident: Any, parent: Any) -> None:
        """Make a queue for cells that do not wait for those of the notebook."""
        name = str(uuid.uuid4())
        cells = self._subshells[name] = _Cells()
        cells.worker = self._begin(self._run_cells(cells))
        self._reply(stream, ident, parent, {"status": "ok", "subshell_id": name})

    def delete_subshell_request(self, stream: Channel, ident: Any, parent: Any) -> None:
        """End a subshell; its cells that wait are aborted, the running one goes on."""
        name = parent["content"]["subshell_id"]
        if name not in self._subshells:
            raise ValueError(_unknown_subshell(name))
        self._subshells.pop(name).end()
        self._reply(stream, ident, parent, {"status": "ok"})

    def list_subshell_request(self, stream: Channel, ident: Any, parent: Any) -> None:
        """Give the names of the subshells."""
        names = list(self._subshells)
        self._reply(stream, ident, parent, {"status": "ok", "subshell_id": names})


def _unknown_subshell(name: object) -> str:
    return f"there is no subshell {name!r}: it was deleted or never created"
