"""Transfers through the real transport, from a real server on this machine."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

import pytest
from loopback import Loopback

from jsvm_kernel.session.fetch_messages import (
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
from jsvm_kernel.session.httpx_transport import HttpxTransport
from jsvm_kernel.session.messages import Delivery, Post
from jsvm_kernel.session.transfers import MAX_RUNNING, Transfers
from jsvm_kernel.session.transport import Headers, Request, TransportError


class Host:
    """The other side: posts, and keeps what is delivered."""

    def __init__(self, transport: Any) -> None:
        self.delivered: list[Delivery] = []
        self.parts: list[bytes] = []
        self.transfers = Transfers(transport, self._take)
        self._changed = asyncio.Event()
        self._left: list[bytes] = []

    async def _take(self, message: Delivery) -> None:
        self.delivered.append(message)
        self._changed.set()
        if isinstance(message, FetchPull):
            if message.restart:
                self._left = list(self.parts)
            part = self._left.pop(0)
            self.post(FetchBody(id=message.id, data=part, last=not self._left))
        # The loop turns, as it does when a message is sent.
        await asyncio.sleep(0)

    def post(self, message: Post) -> None:
        self.transfers.takers[type(message)](message)

    def start(self, url: str, number: int = 1, **fields: Any) -> None:
        fields = {"method": "GET", "headers": []} | fields
        self._left = list(self.parts)
        self.post(FetchStart(id=number, url=url, body=bool(self.parts), **fields))

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def end(self, number: int = 1) -> FetchEnd | FetchFailed:
        """Wait for the end of a transfer; what comes is taken at once."""
        credited = 0
        while True:
            mine = [message for message in self.delivered if message.id == number]
            size = sum(len(m.data) for m in mine if isinstance(m, FetchData))
            if size > credited:
                self.post(FetchCredit(id=number, amount=size - credited))
                credited = size
            if mine and isinstance(mine[-1], FetchEnd | FetchFailed):
                return mine[-1]
            self._changed.clear()
            await self._changed.wait()

    def head(self, number: int = 1) -> FetchHead:
        heads = [m for m in self.delivered if isinstance(m, FetchHead)]
        return next(head for head in heads if head.id == number)

    def body(self, number: int = 1) -> bytes:
        parts = [m for m in self.delivered if isinstance(m, FetchData)]
        return b"".join(part.data for part in parts if part.id == number)

    async def fetch(self, url: str, **fields: Any) -> dict[str, Any]:
        """Fetch from /echo and give what the server saw."""
        self.start(url, **fields)
        end = await self.end()
        assert isinstance(end, FetchEnd), end
        echoed: dict[str, Any] = json.loads(self.body())
        return echoed


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host = Host(HttpxTransport())
    yield host
    await host.transfers.close()


async def test_a_request_goes_out_as_it_was_asked_and_the_answer_comes_whole(
    host: Host, web: Loopback
) -> None:
    headers = [("x-one", "1"), ("x-one", "\xe9"), ("Content-Length", "7")]
    seen = await host.fetch(f"{web.url}/echo?a=b", headers=headers)
    assert (seen["method"], seen["target"]) == ("GET", "/echo?a=b")
    names = [name for name, _ in seen["headers"]]
    assert [v for k, v in seen["headers"] if k == "x-one"] == ["1", "\xe9"]
    assert "content-length" not in names
    assert host.head().status == 200
    assert host.head().reason == "OK"
    assert ("Content-Type", "application/json") in host.head().headers
    assert not host.head().redirected


@pytest.mark.parametrize(("length", "framing"), [(5, "5"), (None, None)])
async def test_a_body_is_pulled_part_by_part(
    host: Host, web: Loopback, length: int | None, framing: str | None
) -> None:
    host.parts = [b"ab", b"", b"cde"]
    seen = await host.fetch(f"{web.url}/echo", method="POST", length=length)
    assert seen["body"] == "abcde"
    assert web.requests[0].header("content-length") == framing
    assert len([m for m in host.delivered if isinstance(m, FetchPull)]) == 3


async def test_nothing_is_delivered_without_credit(host: Host, web: Loopback) -> None:
    size = 64 << 20
    host.start(f"{web.url}/bytes/{size}")
    await host.until(lambda: len(host.body()) >= FETCH_WINDOW)
    # The connection's own buffers fill, then the server waits too.
    before = -1
    while web.sent_bytes != before:
        before = web.sent_bytes
        await asyncio.sleep(0.2)
    assert len(host.body()) == FETCH_WINDOW
    assert web.sent_bytes < size // 2
    host.post(FetchCredit(id=1, amount=1000_000))
    await host.until(lambda: len(host.body()) > FETCH_WINDOW + 900_000)
    assert len(host.body()) <= FETCH_WINDOW + 1_000_000
    assert all(len(m.data) <= 65536 for m in host.delivered if isinstance(m, FetchData))


async def test_what_is_compressed_comes_decompressed(host: Host, web: Loopback) -> None:
    host.start(f"{web.url}/gzip")
    assert isinstance(await host.end(), FetchEnd)
    assert host.body() == b"compressed " * 1000


@pytest.mark.parametrize(("method", "path"), [("HEAD", "echo"), ("GET", "status/204")])
async def test_a_response_without_a_body_ends(
    host: Host, web: Loopback, method: str, path: str
) -> None:
    host.start(f"{web.url}/{path}", method=method)
    assert isinstance(await host.end(), FetchEnd)
    assert host.body() == b""


# ---- redirects ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ],
)
async def test_a_redirect_changes_the_method_as_the_standard_says(
    host: Host, web: Loopback, code: int, method: str, then: str
) -> None:
    host.parts = [b"ab", b"c"] if method != "HEAD" else []
    headers = [("content-type", "text/x"), ("x-kept", "1")]
    host.start(f"{web.url}/redirect/{code}/2", method=method, headers=headers)
    assert isinstance(await host.end(), FetchEnd)
    last = web.requests[-1]
    assert (last.method, last.target) == (then, "/echo")
    kept = then == method and method != "HEAD"
    assert last.body == (b"abc" if kept else b"")
    if method != "HEAD":
        assert (last.header("content-type") == "text/x") == kept
    assert last.header("x-kept") == "1"
    assert host.head().redirected
    assert host.head().url == f"{web.url}/echo"


async def test_a_body_that_is_a_stream_is_not_sent_twice(
    host: Host, web: Loopback
) -> None:
    host.parts = [b"x"]
    host.start(f"{web.url}/redirect/307/1", method="POST", replayable=False)
    end = await host.end()
    assert isinstance(end, FetchFailed)
    assert "ReadableStream can be sent only once" in end.message


async def test_credentials_stay_with_their_server(host: Host, web: Loopback) -> None:
    headers = [("authorization", "secret"), ("cookie", "c=1"), ("x-kept", "1")]
    with Loopback() as other:
        host.start(f"{web.url}/to?302&{other.url}/echo", headers=headers)
        assert isinstance(await host.end(), FetchEnd)
        last = other.requests[0]
    assert last.header("authorization") is None
    assert last.header("cookie") is None
    assert last.header("x-kept") == "1"
    host.start(f"{web.url}/to?302&/echo", number=2, headers=headers)
    await host.end(2)
    assert web.requests[-1].header("authorization") == "secret"


async def test_redirects_can_be_refused_or_handed_over(
    host: Host, web: Loopback
) -> None:
    host.start(f"{web.url}/redirect/302/1", redirect="error")
    end = await host.end()
    assert isinstance(end, FetchFailed)
    assert "redirects to /echo" in end.message
    host.start(f"{web.url}/redirect/302/1", number=2, redirect="manual")
    assert isinstance(await host.end(2), FetchEnd)
    assert host.head(2).status == 302
    assert host.body(2) == b"moved"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("redirect/302/21", "more than 20 redirects"),
        ("to?302&file:///etc/passwd", "neither http: nor https:"),
        ("to?302&http://h:99999/", "redirects to http://h:99999/: Port out of range"),
        ("to?302&http://[", "redirects to http://[: Invalid IPv6 URL"),
    ],
)
async def test_a_redirect_that_leads_nowhere_is_an_error(
    host: Host, web: Loopback, path: str, text: str
) -> None:
    host.start(f"{web.url}/{path}")
    end = await host.end()
    assert isinstance(end, FetchFailed)
    assert text in end.message


async def test_twenty_redirects_are_followed(host: Host, web: Loopback) -> None:
    host.start(f"{web.url}/redirect/302/20")
    assert isinstance(await host.end(), FetchEnd)


# ---- failures ----------------------------------------------------------------------


async def failure(host: Host, url: str) -> FetchFailed:
    host.start(url)
    end = await host.end()
    assert isinstance(end, FetchFailed)
    return end


async def test_a_refused_connection_names_server_and_reason(host: Host) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    end = await failure(host, f"http://127.0.0.1:{port}/")
    assert end.message == f"no connection to 127.0.0.1:{port}: Connection refused"
    assert end.code == "ECONNREFUSED"


async def test_an_unknown_name_is_said_to_be_one(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    end = await failure(host, "http://no-such-name.invalid/")
    assert "the name of no-such-name.invalid:80 was not found" in end.message
    assert end.code == "ENOTFOUND"


async def test_a_body_that_is_cut_short_fails_after_what_came(
    host: Host, web: Loopback
) -> None:
    end = await failure(host, f"{web.url}/cut")
    assert host.body() == b"half"
    assert f"127.0.0.1:{web.port} ended too early" in end.message
    assert end.code == "ECONNRESET"


async def test_a_connection_reset_in_the_body_is_told(
    host: Host, web: Loopback
) -> None:
    host.start(f"{web.url}/reset")
    await host.until(lambda: host.body() == b"half")
    web.release.set()
    end = await host.end()
    assert isinstance(end, FetchFailed)
    assert (end.code, "reset" in end.message) == ("ECONNRESET", True)


async def test_what_is_no_http_is_told(host: Host, web: Loopback) -> None:
    end = await failure(host, f"{web.url}/garbage")
    assert f"127.0.0.1:{web.port}" in end.message


async def test_tls_where_there_is_none_is_told(host: Host, web: Loopback) -> None:
    end = await failure(host, f"https://127.0.0.1:{web.port}/echo")
    assert f"TLS with 127.0.0.1:{web.port}" in end.message


async def test_a_proxy_of_the_environment_is_used(
    host: Host, web: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", web.url)
    host.start("http://nowhere.invalid/echo?q")
    await host.end()
    # A proxy is asked for the whole address.
    assert web.requests[0].target == "http://nowhere.invalid/echo?q"


async def test_an_environment_that_allows_no_request_is_told(
    host: Host, web: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "unknown://x")
    end = await failure(host, f"{web.url}/echo")
    assert "no request can be sent" in end.message
    monkeypatch.delenv("ALL_PROXY")
    host.start(f"{web.url}/echo", number=2)
    assert isinstance(await host.end(2), FetchEnd)


async def test_no_cookie_is_kept(host: Host, web: Loopback) -> None:
    host.start(f"{web.url}/cookies")
    await host.end()
    assert ("Set-Cookie", "a=1") in host.head().headers
    host.start(f"{web.url}/echo", number=2)
    await host.end(2)
    assert web.requests[-1].header("cookie") is None


# ---- ends and numbers --------------------------------------------------------------


async def test_a_cancelled_transfer_closes_its_connection(
    host: Host, web: Loopback
) -> None:
    host.start(f"{web.url}/bytes/{1 << 30}")
    await host.until(lambda: bool(host.body()))
    host.post(FetchCancel(id=1))
    assert await asyncio.to_thread(web.gone.wait, 20)
    assert not any(isinstance(m, FetchEnd | FetchFailed) for m in host.delivered)


async def test_a_lost_host_ends_its_transfers(host: Host, web: Loopback) -> None:
    host.start(f"{web.url}/slow")
    while not web.requests:
        await asyncio.sleep(0.01)
    host.transfers.forget()
    web.release.set()
    host.start(f"{web.url}/echo", number=2)
    assert isinstance(await host.end(2), FetchEnd)
    assert [m for m in host.delivered if m.id == 1] == []


class CountingTransport:
    """Answers when it is told to, and counts."""

    def __init__(self) -> None:
        self.running = self.most = self.closed = 0
        self.go = asyncio.Event()

    async def send(self, request: Request) -> CountingTransport:
        self.running += 1
        self.most = max(self.most, self.running)
        await self.go.wait()
        return self

    status = 200
    reason = "OK"
    headers: ClassVar[Headers] = []

    async def chunks(self) -> Any:
        yield b"x"

    async def close(self) -> None:
        self.running -= 1
        self.closed += 1


async def test_more_transfers_than_may_run_wait_for_their_turn() -> None:
    transport = CountingTransport()
    host = Host(transport)
    count = MAX_RUNNING + 50
    for number in range(count):
        host.start("http://x/", number=number)
    await asyncio.sleep(0)
    transport.go.set()
    for number in range(count):
        assert isinstance(await host.end(number), FetchEnd)
    assert transport.most == MAX_RUNNING
    assert transport.closed == count
    await host.transfers.close()


async def test_a_host_that_does_not_listen_keeps_no_end_open() -> None:
    transport = CountingTransport()
    transport.go.set()
    told = asyncio.Event()

    async def deliver(message: Delivery) -> None:
        if isinstance(message, FetchEnd):
            told.set()
            await asyncio.Event().wait()

    transfers = Transfers(transport, deliver)
    start = FetchStart(id=1, method="GET", url="http://x/", headers=[])
    transfers.takers[FetchStart](start)
    await told.wait()
    async with asyncio.timeout(20):
        await transfers.close()


class FailingTransport(CountingTransport):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def send(self, request: Request) -> CountingTransport:
        raise self.error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TransportError("no network", "ENET"), "no network"),
        (KeyError("oops"), "KeyError('oops') (a defect of jsvm_kernel"),
    ],
)
async def test_whatever_fails_is_delivered(error: Exception, text: str) -> None:
    host = Host(FailingTransport(error))
    end = await failure(host, "http://x/")
    assert text in end.message
    await host.transfers.close()
