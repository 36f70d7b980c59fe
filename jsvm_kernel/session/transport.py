"""The seam behind which the network is: one request, one response, as streams.

`transfers` follows redirects and keeps the pace; what is behind the seam sends what it
is told and nothing else: no cookies of its own, no redirects, no retries.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

#: Names and values in Latin-1, in order; a name may come twice.
Headers: TypeAlias = list[tuple[str, str]]


class TransportError(Exception):
    """An exchange failed. The text is for the user and names the server.

    `code` is a word that programs know, such as ECONNREFUSED, or empty.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `length` is that of `body` in bytes, None if it is not known."""

    method: str
    url: str
    headers: Headers
    body: AsyncIterator[bytes] | None = None
    length: int | None = None


class Response(Protocol):
    """A response whose headers have come. To be closed, whatever happens."""

    status: int
    reason: str
    headers: Headers

    def chunks(self) -> AsyncGenerator[bytes]:
        """Give the body, decompressed, as it comes. Raises TransportError."""

    async def close(self) -> None:
        """Let go of the connection; what has not been read is lost."""


class Transport(Protocol):
    """Sends requests of one event loop, many at a time."""

    async def send(self, request: Request) -> Response:
        """Send a request and wait for the headers. Raises TransportError."""

    async def close(self) -> None:
        """End all connections."""
