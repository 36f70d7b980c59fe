"""The front's side of the builder: starts its process, sends builds, stops them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import IO

from .protocol import (
    Built,
    Crashed,
    Doing,
    ProtocolError,
    Request,
    frame,
    receive_answer,
)
from .result import BuildResult
from .source import NativeSource

_LONGEST_STDERR = 4000  # bytes of a dead builder's stderr that are shown


class BuilderError(Exception):
    """A build has no result. The tree:

    BuilderError
    ├── BuildStopped    stop() was called while it ran
    ├── BuilderDied     the process ended by itself
    └── BuilderDefect   the builder failed where it must not; the text has its traceback

    What is wrong with a cell is no exception but diagnostics of a BuildResult.
    """


class BuildStopped(BuilderError):
    """stop() was called while the build ran."""


class BuilderDied(BuilderError):
    """The builder's process ended during a build; the next build starts another."""


class BuilderDefect(BuilderError):
    """The builder itself failed; the cell is not to blame."""


class Builder:
    """Builds native modules in a process that is started when it is first needed.

    One build runs at a time, further ones wait. All methods belong to one event loop.
    """

    def __init__(
        self, *, python: str = sys.executable, env: Mapping[str, str] | None = None
    ) -> None:
        """Prepare; `python` runs the builder, in the environment `env` or this one."""
        self._python = python
        self._env = env
        self._turn = asyncio.Lock()
        self._worker: _Worker | None = None

    @property
    def pid(self) -> int | None:
        """Process number of the builder and of its group; None: not running."""
        return self._worker.process.pid if self._worker else None

    async def start(self) -> None:
        """Start the process if there is none; it warms up while nobody waits."""
        async with self._turn:
            await self._started()

    async def build(
        self, source: NativeSource, report: Callable[[str], None] = lambda _: None
    ) -> BuildResult:
        """Build a source, or find it built. Cancelling it stops the builder.

        `report` is told what the builder is doing.

        Raises:
            BuilderError: there is no result; see the tree.
        """
        try:
            request = frame(Request(source))
        except (ProtocolError, UnicodeEncodeError) as error:
            raise BuilderError(
                f"the cell cannot be sent to the builder: {error}"
            ) from None
        report("waiting for another build" if self._turn.locked() else "starting")
        async with self._turn:
            worker = await self._started()
            try:
                answer = await worker.ask(request, report)
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                if worker.stopped:
                    raise BuildStopped("the build was stopped") from None
                raise BuilderDied(await self._drop(worker)) from error
            except BaseException:
                # Cancelled or out of step: an answer would come to the wrong question.
                await self._drop(worker)
                raise
        if isinstance(answer, Built):
            return answer.result
        raise BuilderDefect(
            "the builder failed, which is a defect of jsvm_kernel, not of the cell:\n"
            f"{answer.traceback}"
        )

    async def stop(self) -> None:
        """Kill the process with its compilers; the next build starts another one."""
        if (worker := self._worker) is not None:
            worker.stopped = True
            await self._drop(worker)

    async def _started(self) -> _Worker:
        if self._worker is None or not self._worker.alive:
            if self._worker is not None:
                await self._drop(self._worker)
            self._worker = await _Worker.start(self._python, self._env)
        return self._worker

    async def _drop(self, worker: _Worker) -> str:
        """End a worker; return what can be said about its end."""
        if self._worker is worker:
            self._worker = None
        return await worker.end()


class _Worker:
    """One process of the builder and the stream to it."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stderr: IO[bytes],
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.process = process
        self.stopped = False
        self._end: asyncio.Task[str] | None = None
        self._stderr = stderr
        self._reader, self._writer = streams

    @classmethod
    async def start(cls, python: str, env: Mapping[str, str] | None) -> _Worker:
        with contextlib.ExitStack() as undo:
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)
            # A file: nobody has to read it while the builder lives.
            stderr = undo.enter_context(tempfile.TemporaryFile())
            with theirs:
                module = "jsvm_kernel.native.worker"
                process = subprocess.Popen(
                    [python, "-P", "-m", module, "--socket", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=stderr,
                    stderr=stderr,
                    # A group of its own: end() reaches its compilers and nobody else.
                    start_new_session=True,
                )
            undo.pop_all()
        return cls(process, stderr, await asyncio.open_connection(sock=ours))

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    async def ask(
        self, request: bytes, report: Callable[[str], None]
    ) -> Built | Crashed:
        self._writer.write(request)
        await self._writer.drain()
        while isinstance(answer := await receive_answer(self._reader), Doing):
            report(answer.what)
        return answer

    async def end(self) -> str:
        """Kill the group, reap the process; return how it ended and its last words."""
        if self._end is None:
            self._end = asyncio.create_task(self._finish())
        return await asyncio.shield(self._end)

    async def _finish(self) -> str:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        # A process that was ending by itself keeps the status it had.
        status = await asyncio.to_thread(self.process.wait)
        with self._stderr:
            size = self._stderr.seek(0, os.SEEK_END)
            self._stderr.seek(max(0, size - _LONGEST_STDERR))
            words = self._stderr.read().decode(errors="replace").strip()
        how = f"with status {status}"
        if status < 0:
            how = f"by the signal {signal.Signals(-status).name}"
        text = f"the builder process ended {how}; the next build starts another one"
        return f"{text}. It wrote:\n{words}" if words else text
