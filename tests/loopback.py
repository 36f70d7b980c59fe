"""A small HTTP server on the loopback interface that can also misbehave.

It runs on a thread of its own, so synchronous and asynchronous tests can use it. What
came is in `requests`. Paths:

    /echo                  what was sent, as JSON
    /status/CODE           an empty answer
    /redirect/CODE/N       N redirects to /echo
    /to?CODE&URL           one redirect to URL
    /bytes/N               N bytes, chunked, as fast as they are read
    /drip/N                N lines, one each time `drip` is set
    /gzip                  a compressed text
    /cookies               two Set-Cookie headers
    /cut                   headers and half of the promised body
    /reset                 headers, some of the body, then a reset connection
    /silent                nothing, for ever
    /garbage               no HTTP
    /slow                  an answer when `release` is set
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    chunks: list[int] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name), None)


class Loopback:
    """The server; use it as a context manager."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.sent_bytes = 0
        self.open_connections = 0
        self.most_connections = 0
        self.release = threading.Event()
        self.drip = threading.Semaphore(0)
        self.gone = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        self._server = self._call(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *exc: object) -> None:
        self.release.set()
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the connections' own ends

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.open_connections += 1
        self.most_connections = max(self.most_connections, self.open_connections)
        try:
            while request := await _read(reader):
                self.requests.append(request)
                if not await self._answer(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.gone.set()
        except asyncio.CancelledError:
            writer.transport.abort()  # the test is over
        finally:
            self.open_connections -= 1
            writer.close()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bool:
        path, _, query = request.target.partition("?")
        _, word, *rest = path.split("/")
        match word:
            case "echo":
                return await _reply(writer, request, 200, _echo(request), JSON)
            case "status":
                return await _reply(writer, request, int(rest[0]), b"")
            case "redirect":
                left = int(rest[1])
                where = f"/redirect/{rest[0]}/{left - 1}" if left > 1 else "/echo"
                return await _reply(writer, request, int(rest[0]), b"moved", to(where))
            case "to":
                code, _, url = query.partition("&")
                return await _reply(writer, request, int(code), b"moved", to(url))
            case "bytes":
                return await self._stream(writer, int(rest[0]))
            case "drip":
                return await self._drip(writer, int(rest[0]))
            case "gzip":
                data = gzip.compress(b"compressed " * 1000)
                headers = [("Content-Encoding", "gzip")]
                return await _reply(writer, request, 200, data, headers)
            case "cookies":
                headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")]
                return await _reply(writer, request, 200, b"", headers)
            case "cut":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                return False
            case "reset":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                await writer.drain()
                await asyncio.to_thread(self.release.wait)
                linger = struct.pack("ii", 1, 0)
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return False
            case "silent":
                await asyncio.Event().wait()
            case "garbage":
                writer.write(b"this is no HTTP\r\n\r\n")
                return False
            case "slow":
                await asyncio.to_thread(self.release.wait)
                return await _reply(writer, request, 200, b"at last")
        return await _reply(writer, request, 404, b"not found")

    async def _stream(self, writer: asyncio.StreamWriter, count: int) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for begin in range(0, count, 16384):
            part = bytes(range(256)) * 64
            part = part[: count - begin]
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
            await writer.drain()
            self.sent_bytes += len(part)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _drip(self, writer: asyncio.StreamWriter, count: int) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(count):
            await writer.drain()
            await asyncio.to_thread(self.drip.acquire)
            line = b"line %d\n" % number
            writer.write(b"%x\r\n%b\r\n" % (len(line), line))
        writer.write(b"0\r\n\r\n")
        return True


JSON = [("Content-Type", "application/json")]


def to(url: str) -> list[tuple[str, str]]:
    return [("Location", url)]


def _echo(request: Received) -> bytes:
    content = {
        "method": request.method,
        "target": request.target,
        "headers": [[name.lower(), value] for name, value in request.headers],
        "body": request.body.decode("latin-1"),
    }
    return json.dumps(content).encode()


async def _reply(
    writer: asyncio.StreamWriter,
    request: Received,
    status: int,
    body: bytes,
    headers: list[tuple[str, str]] | None = None,
) -> bool:
    reason = {200: "OK", 204: "No Content", 404: "Not Found"}.get(status, "Whatever")
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [f"{name}: {value}" for name, value in headers or []]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    if request.method != "HEAD" and status not in (204, 304):
        writer.write(body)
    await writer.drain()
    return True


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = await reader.readexactly(1)
        if not head.isalpha():
            return None  # somebody speaks TLS
        head += await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = [tuple(line.split(": ", 1)) for line in lines]
    request = Received(method, target, [(name, value) for name, value in pairs])
    if request.header("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            request.body += await reader.readexactly(size)
            request.chunks.append(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
    elif length := request.header("content-length"):
        request.body = await reader.readexactly(int(length))
    return request
