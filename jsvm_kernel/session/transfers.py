"""Transfers of fetch(), run in the front: redirects, pace, order and number.

Each is a task. What it reads from the network it delivers to the host, never more than
JavaScript has given credit for; what it sends it pulls from the host, one part at a
time. So a transfer of any size needs little memory on either side.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from .fetch_messages import (
    FETCH_WINDOW,
    FetchBody,
    FetchCancel,
    FetchCredit,
    FetchData,
    FetchEnd,
    FetchFailed,
    FetchHead,
    FetchPull,
    FetchStart,
)
from .messages import Delivery
from .transport import Headers, Request, Response, Transport, TransportError

#: Transfers that run at the same time; more wait for their turn.
MAX_RUNNING: Final = 128
#: As the Fetch standard has it.
_MAX_REDIRECTS: Final = 20
_PART_BYTES: Final = 64 * 1024
_REDIRECTS: Final = (301, 302, 303, 307, 308)
#: Headers that say where a message ends or belong to the connection: ours to write.
_FRAMING: Final = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
_OF_BODY: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)
_OF_SERVER: Final = frozenset({"authorization", "cookie", "host"})


class _Credit:
    """How many bytes may still be delivered."""

    def __init__(self, amount: int) -> None:
        self._amount = amount
        self._more = asyncio.Event()

    def give(self, amount: int) -> None:
        self._amount += amount
        self._more.set()

    async def take(self, amount: int) -> None:
        while self._amount < amount:
            self._more.clear()
            await self._more.wait()
        self._amount -= amount


class _Upload:
    """The parts of a request's body, in the order in which the host sends them."""

    def __init__(self) -> None:
        self._parts: asyncio.Queue[FetchBody] = asyncio.Queue()
        self._asked = 0
        self._stale = 0

    def take(self, part: FetchBody) -> None:
        """Take a part in."""
        self._asked -= 1
        if self._stale:
            self._stale -= 1  # of a round that a redirect has ended
        else:
            self._parts.put_nowait(part)

    async def round(
        self, pull: Callable[[bool], Awaitable[None]], restart: bool
    ) -> AsyncGenerator[bytes]:
        """Give the whole body once."""
        self._stale = self._asked
        while not self._parts.empty():
            self._parts.get_nowait()
        last = False
        while not last:
            self._asked += 1
            await pull(restart)
            restart = False
            part = await self._parts.get()
            last = part.last
            if part.data:
                yield part.data


@dataclass(slots=True)
class _Transfer:
    task: asyncio.Task[None]
    credit: _Credit
    upload: _Upload


@dataclass(frozen=True, slots=True)
class _Reached:
    """Where the redirects have led."""

    response: Response
    url: str
    redirected: bool


class Transfers:
    """The transfers of a session; one host at a time has some."""

    def __init__(
        self, transport: Transport, deliver: Callable[[Delivery], Awaitable[None]]
    ) -> None:
        self._transport = transport
        self._deliver = deliver
        self._open: dict[int, _Transfer] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(MAX_RUNNING)

    @property
    def takers(self) -> dict[type, Callable[[Any], None]]:
        """Who takes which post."""
        return {
            FetchStart: self._start,
            FetchBody: self._take_body,
            FetchCredit: self._take_credit,
            FetchCancel: lambda message: self._cancel(message.id),
        }

    def forget(self) -> None:
        """End all transfers; whoever wanted them is gone."""
        for number in list(self._open):
            self._cancel(number)

    async def close(self) -> None:
        """End all transfers and connections."""
        self.forget()
        # Also those that only tell their end: a host that is busy may never listen.
        for task in self._ending:
            task.cancel()
        if self._ending:
            await asyncio.wait(self._ending)
        await self._transport.close()

    def _start(self, message: FetchStart) -> None:
        credit, upload = _Credit(FETCH_WINDOW), _Upload()
        work = self._run(message, credit, upload)
        task = asyncio.get_running_loop().create_task(work)
        self._open[message.id] = _Transfer(task, credit, upload)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _take_body(self, message: FetchBody) -> None:
        if message.id in self._open:
            self._open[message.id].upload.take(message)

    def _take_credit(self, message: FetchCredit) -> None:
        if message.id in self._open:
            self._open[message.id].credit.give(message.amount)

    def _cancel(self, number: int) -> None:
        transfer = self._open.pop(number, None)
        if transfer is not None:
            transfer.task.cancel()

    # ---- one transfer ----------------------------------------------------------------

    async def _run(self, start: FetchStart, credit: _Credit, upload: _Upload) -> None:
        end: Delivery = FetchEnd(id=start.id)
        try:
            async with self._turn:
                await self._transfer(start, credit, upload)
        except TransportError as error:
            end = FetchFailed(id=start.id, message=str(error), code=error.code)
        except Exception as error:
            text = f"{error!r} (a defect of jsvm_kernel, not of the request)"
            end = FetchFailed(id=start.id, message=text)
        self._open.pop(start.id, None)
        await self._deliver(end)

    async def _transfer(
        self, start: FetchStart, credit: _Credit, upload: _Upload
    ) -> None:
        reached = await self._follow(start, upload)
        response = reached.response
        try:
            await self._deliver(
                FetchHead(
                    id=start.id,
                    status=response.status,
                    reason=response.reason,
                    url=reached.url,
                    redirected=reached.redirected,
                    headers=response.headers,
                )
            )
            async with aclosing(response.chunks()) as chunks:
                async for chunk in chunks:
                    # A file that was compressed well comes as one huge chunk.
                    for begin in range(0, len(chunk), _PART_BYTES):
                        part = chunk[begin : begin + _PART_BYTES]
                        await credit.take(len(part))
                        await self._deliver(FetchData(id=start.id, data=part))
        finally:
            await response.close()

    async def _follow(self, start: FetchStart, upload: _Upload) -> _Reached:
        """Send the request, and again wherever it is redirected to."""

        async def pull(restart: bool) -> None:
            await self._deliver(FetchPull(id=start.id, restart=restart))

        headers = _without(start.headers, _FRAMING)
        request = Request(start.method, start.url, headers, length=start.length)
        has_body = start.body
        for redirects in range(_MAX_REDIRECTS + 1):
            if has_body:
                async with aclosing(upload.round(pull, redirects > 0)) as body:
                    response = await self._transport.send(replace(request, body=body))
            else:
                response = await self._transport.send(request)
            location = _header(response.headers, "location")
            if (
                response.status not in _REDIRECTS
                or location is None
                or start.redirect == "manual"
            ):
                return _Reached(response, request.url, redirects > 0)
            await response.close()
            if start.redirect == "error":
                raise TransportError(
                    f'{request.url} redirects to {location}, and redirect is "error"'
                )
            before, request = request, _redirected(request, response.status, location)
            has_body = has_body and request.method == before.method
            if has_body and not start.replayable:
                raise TransportError(
                    f"{request.url}: a redirect asks for the body again, and a "
                    "ReadableStream can be sent only once"
                )
        raise TransportError(f"{start.url}: more than {_MAX_REDIRECTS} redirects")


def _redirected(request: Request, status: int, location: str) -> Request:
    """Give the request that follows a redirect; its body goes if its method changes."""
    url = _resolved(request.url, location)
    method, headers, length = request.method, request.headers, request.length
    if (status in (301, 302) and method == "POST") or (
        status == 303 and method not in ("GET", "HEAD")
    ):
        method, length = "GET", None
        headers = _without(headers, _OF_BODY)
    if _origin(url) != _origin(request.url):
        # What was meant for one server is not told to another.
        headers = _without(headers, _OF_SERVER)
    return Request(method, url, headers, length=length)


def _resolved(base: str, location: str) -> str:
    """Give where a redirect leads. Raises TransportError if that is not the web."""
    # A Location is bytes; what is no ASCII is UTF-8 in practice.
    target = location.encode("latin-1").decode("utf-8", "replace")
    try:
        url = urldefrag(urljoin(base, target)).url
        _origin(url)
    except ValueError as error:
        raise TransportError(f"{base} redirects to {target}: {error}") from None
    if urlsplit(url).scheme not in ("http", "https"):
        raise TransportError(
            f"{base} redirects to {url}, which is neither http: nor https:"
        )
    return url


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return [pair for pair in headers if pair[0].lower() not in names]


def _header(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
