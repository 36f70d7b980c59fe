"""The network behind the seam: HTTP/1.1 with httpx.

httpx is imported, and the certificates are read, at the first request and on another
thread: both take longer than anybody should wait who does not fetch. Proxies and
certificates are those that the environment names (HTTPS_PROXY, NO_PROXY,
SSL_CERT_FILE…).
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import AsyncGenerator, Iterator
from typing import TYPE_CHECKING, Any, Final

from jsvm_kernel import __version__

from .transport import Headers, Request, TransportError

if TYPE_CHECKING:
    import httpx

#: A server that is there answers sooner; how long a response takes is nobody's limit.
_CONNECT_TIMEOUT_S: Final = 30.0
_KEPT_CONNECTIONS: Final = 32
_USER_AGENT: Final = f"jsvm_kernel/{__version__}"


class HttpxTransport:
    """Makes its client when it is first needed."""

    def __init__(self) -> None:
        self._client: asyncio.Task[httpx.AsyncClient] | None = None

    async def send(self, request: Request) -> _Response:
        """Send a request and wait for the headers. Raises TransportError."""
        client = await self._ready_client()
        server = _server_of(request.url)
        headers = _encoded(request.headers)
        if request.length is not None:
            headers.append((b"content-length", b"%d" % request.length))
        try:
            message = client.build_request(
                request.method, request.url, headers=headers, content=request.body
            )
            return _Response(await client.send(message, stream=True), server)
        except Exception as error:
            raise _described(error, server) from error

    async def close(self) -> None:
        """End all connections."""
        if self._client is not None:
            await (await self._client).aclose()
            self._client = None

    async def _ready_client(self) -> httpx.AsyncClient:
        if self._client is None:
            # A task, so that the first who waits may be cancelled and the others not.
            work = asyncio.to_thread(_open_client)
            self._client = asyncio.get_running_loop().create_task(work)
        try:
            return await asyncio.shield(self._client)
        except Exception as error:
            self._client = None  # the environment may be mended
            raise TransportError(f"no request can be sent: {error}") from error


class _Response:
    def __init__(self, response: httpx.Response, server: str) -> None:
        self._response = response
        self._server = server
        self.status: int = response.status_code
        self.reason: str = response.reason_phrase
        self.headers: Headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in response.headers.raw
        ]

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Give the body, decompressed, as it comes. Raises TransportError."""
        try:
            async for chunk in self._response.aiter_bytes():
                yield chunk
        except Exception as error:
            raise _described(error, self._server) from error

    async def close(self) -> None:
        """Let go of the connection; what has not been read is lost."""
        await self._response.aclose()


def _open_client() -> httpx.AsyncClient:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    return httpx.AsyncClient(
        headers={"user-agent": _USER_AGENT},
        # A jar that takes nothing: a cookie of one cell's request is not another's.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=_CONNECT_TIMEOUT_S),
        limits=httpx.Limits(
            max_connections=None, max_keepalive_connections=_KEPT_CONNECTIONS
        ),
    )


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]


def _server_of(url: str) -> str:
    import httpx

    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return url
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    return f"{host}:{port}"


# ---- errors, in words --------------------------------------------------------------


def _described(error: Exception, server: str) -> TransportError:
    """Say what happened between us and the server, down to the system's reason."""
    import httpx

    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            text = f"the name of {server} was not found ({cause.strerror})"
            return TransportError(text, "ENOTFOUND")
        if isinstance(cause, ssl.SSLCertVerificationError):
            text = f"the certificate of {server} is not trusted: {cause.verify_message}"
            return TransportError(text, "CERT_UNTRUSTED")
        if isinstance(cause, ssl.SSLError):
            reason = cause.reason or str(cause)
            return TransportError(f"no TLS with {server}: {reason}", "ETLS")
        if isinstance(cause, OSError) and cause.errno is not None:
            text = _connection_text(error, server, os.strerror(cause.errno))
            return TransportError(text, errno.errorcode.get(cause.errno, ""))
    if isinstance(error, httpx.ConnectTimeout):
        text = f"{server} did not answer within {_CONNECT_TIMEOUT_S:g} s"
        return TransportError(text, "ETIMEDOUT")
    if isinstance(error, httpx.DecodingError):
        return TransportError(f"what {server} sent can't be decompressed: {error}")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        text = f"the connection to {server} ended too early: {_reason(error)}"
        return TransportError(text, "ECONNRESET")
    return TransportError(f"the request to {server} failed: {_reason(error)}")


def _connection_text(error: Exception, server: str, reason: str) -> str:
    import httpx

    if isinstance(error, httpx.ConnectError):
        return f"no connection to {server}: {reason}"
    return f"the connection to {server} broke: {reason}"


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give an error and what it comes from, also where it comes from several."""
    pending: list[Any] = [error]
    while pending:
        cause = pending.pop(0)
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            pending.extend(cause.exceptions)
        pending.extend(c for c in (cause.__cause__ or cause.__context__,) if c)
