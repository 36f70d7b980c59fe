"""The connection to one host, from its start to its death.

A `HostLink` greets the host, pairs requests with replies, hands displays and output to
a sink in their order and posts to their takers, and when the host is lost fails all
that waits with `HostLost`.
It is never reopened: the client makes a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from .async_framing import AsyncChannel
from .framing import ProtocolError
from .input_messages import InputRequest
from .marks import new_nonce
from .messages import Display, Hello, Outcome, Post, Ready, Reply, ToFront, ToHost
from .output import OutputReader, TextSink
from .spawn import HostStartError, SpawnedHost
from .streams import StreamName
from .supervisor import Death, HostProcess

#: A host that is not ready by then never will be.
START_TIMEOUT_S: Final = 60.0
#: Time between the end of the connection and that of the process, either way round.
_PARTING_S: Final = 1.0

Answer: TypeAlias = Outcome | Reply
#: Who takes which post.
Takers: TypeAlias = Mapping[type, Callable[[Any], None]]


class Sink(TextSink, Protocol):
    """Takes what cells show."""

    def display(self, message: Display) -> None:
        """Show rich output."""


class HostLost(Exception):
    """The host is gone and with it its state. `death` says how the process ended."""

    def __init__(self, death: Death, problem: str | None) -> None:
        self.death = death
        self.problem = problem
        super().__init__(
            f"the session host {death}" if problem is None else f"{problem} ({death})"
        )


class _StartSink:
    """Collects what a host says before it is ready: the reason, if it never is."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._starting = True
        self.said = ""

    def stream(self, cell: int, name: StreamName, text: str) -> None:
        if self._starting:
            self.said += text
        else:
            self._sink.stream(cell, name, text)

    def ready(self) -> None:
        self._starting = False
        if self.said:
            self._sink.stream(0, "stderr", self.said)


class HostLink:
    """A started host. Made by `open`; of no use once `lost` is done."""

    def __init__(
        self, process: HostProcess, channel: AsyncChannel, sink: Sink, takers: Takers
    ) -> None:
        loop = asyncio.get_running_loop()
        self.process = process
        self.lost: asyncio.Future[HostLost] = loop.create_future()
        self.ready: asyncio.Future[Ready] = loop.create_future()
        self._channel = channel
        self._sink = sink
        self._takers = takers
        self._text_sink = _StartSink(sink)
        self._nonce = new_nonce()
        self._output = OutputReader(process.pipes, self._nonce, self._text_sink)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._problem: str | None = None
        self._reader = loop.create_task(self._read())
        self._keeper = loop.create_task(self._keep())

    @classmethod
    async def open(
        cls, host: SpawnedHost, cwd: str, sink: Sink, takers: Takers
    ) -> HostLink:
        """Greet a host and take it over. Raises HostStartError."""
        process = HostProcess(host)
        try:
            channel = await AsyncChannel.open(process.sock)
        except BaseException:
            process.kill()
            process.sock.close()
            process.pipes.close_read()
            await process.died
            raise
        link = cls(process, channel, sink, takers)
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await link._greet(cwd)
        except HostLost as lost:
            raise HostStartError(link._start_text(str(lost))) from None
        except TimeoutError:
            link.kill(f"the host was not ready after {START_TIMEOUT_S:.0f} s")
            raise HostStartError(link._start_text(str(await link.lost))) from None
        except BaseException:
            link.kill("the start was called off")
            await link.lost
            raise
        return link

    async def request(self, message: ToHost, id: int) -> Answer:
        """Send a request and give its answer. Raises HostLost."""
        if self.lost.done():
            raise self.lost.result()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[id] = answer
        await self._send(message)
        return await answer

    async def tell(self, message: ToHost) -> None:
        """Send a message that has no answer."""
        await self._send(message)

    def kill(self, problem: str) -> None:
        """End the host; `problem` says why, and `HostLost` will say it."""
        if self._problem is None:
            self._problem = problem
        self.process.kill()

    async def _greet(self, cwd: str) -> None:
        await self._send(Hello(nonce=self._nonce, cwd=cwd))
        either: set[asyncio.Future[Any]] = {self.ready, self.lost}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        if self.lost.done():
            raise self.lost.result()
        self._text_sink.ready()

    def _start_text(self, reason: str) -> str:
        said = self._text_sink.said.strip()
        return f"no session: {reason}" + (f"\nIt said:\n{said}" if said else "")

    async def _send(self, message: ToHost) -> None:
        # A host that is gone is noticed by the keeper, which fails what waits.
        with contextlib.suppress(ConnectionError):
            await self._channel.send(message)

    async def _read(self) -> None:
        while True:
            try:
                message = await self._channel.receive()
            except (EOFError, ConnectionError):
                return
            except ProtocolError as error:
                self.kill(f"the session host broke the protocol: {error}")
                return
            self._take(message)

    def _take(self, message: ToFront) -> None:
        if isinstance(message, Ready):
            if not self.ready.done():
                self.ready.set_result(message)
        elif isinstance(message, Display):
            self._output.advance_to(message.sync)
            self._sink.display(message)
        elif isinstance(message, Post):
            if isinstance(message, InputRequest):
                self._output.advance_to(message.sync)
            self._takers[type(message)](message)
        else:
            if isinstance(message, Outcome):
                self._output.advance_to(message.sync)
            answer = self._waiting.pop(message.id, None)
            # Whoever asked may have given up by now.
            if answer is not None and not answer.done():
                answer.set_result(message)

    async def _keep(self) -> None:
        """Wait for the end of process or connection, then bring both to an end."""
        died = self.process.died
        either: set[asyncio.Future[Any]] = {died, self._reader}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        if self._reader.done() and (defect := self._reader.exception()) is not None:
            self.kill(f"what the session host sent could not be shown: {defect!r}")
        if not died.done():
            await asyncio.wait({died}, timeout=_PARTING_S)
            if not died.done():
                self.kill("the session host closed its connection")
        death = await died
        # What it sent before it died is still in the socket, and counts.
        await asyncio.wait({self._reader}, timeout=_PARTING_S)
        self._reader.cancel()
        try:
            self._output.close()
        finally:
            self._channel.close()
            self._fail(HostLost(death, self._problem))

    def _fail(self, lost: HostLost) -> None:
        self.lost.set_result(lost)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(lost)
        self._waiting.clear()
