"""What the front and the builder process say to each other, and how it is framed.

A frame is a length (4 bytes, little endian) and that many bytes of msgpack. The front
sends one request at a time and waits for its answer; what the builder is doing is told
before that.
"""

from __future__ import annotations

import asyncio
import socket
import struct

import msgspec

from .result import BuildResult
from .source import NativeSource

PROTOCOL_VERSION = 2
LARGEST_FRAME = 64 << 20
"""Bytes; far above any cell or result, so that a torn length is noticed."""

_LENGTH = struct.Struct("<I")


class ProtocolError(Exception):
    """The other side sent what is no message; the text says what arrived."""


class Request(msgspec.Struct, frozen=True, tag="build"):
    """Build a source."""

    source: NativeSource
    version: int = PROTOCOL_VERSION


class Built(msgspec.Struct, frozen=True, tag="built"):
    """The answer to a request."""

    result: BuildResult


class Crashed(msgspec.Struct, frozen=True, tag="crashed"):
    """A defect in the builder: the request has no result."""

    traceback: str


class Doing(msgspec.Struct, frozen=True, tag="doing"):
    """What the builder does now; any number of them come before the answer."""

    what: str


Answer = Built | Crashed | Doing

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def frame(message: Request | Answer) -> bytes:
    """Return a message as it goes over the socket."""
    body = _encoder.encode(message)
    if len(body) > LARGEST_FRAME:
        raise ProtocolError(
            f"a message of {len(body)} bytes is over the limit of {LARGEST_FRAME}"
        )
    return _LENGTH.pack(len(body)) + body


def receive_request(connection: socket.socket) -> Request | None:
    """Wait for a request; None when the front is gone."""
    head = _receive(connection, _LENGTH.size, may_end=True)
    if not head:
        return None
    body = _receive(connection, _length(head))
    try:
        request = _requests.decode(body)
    except msgspec.MsgspecError as error:
        raise ProtocolError(f"no request: {error}") from error
    if request.version != PROTOCOL_VERSION:
        raise ProtocolError(
            f"the front speaks version {request.version} of the builder's protocol and "
            f"this builder {PROTOCOL_VERSION}: restart the kernel"
        )
    return request


async def receive_answer(stream: asyncio.StreamReader) -> Answer:
    """Wait for an answer.

    Raises:
        asyncio.IncompleteReadError, ConnectionError: the builder is gone.
        ProtocolError: something else than an answer arrived.
    """
    head = await stream.readexactly(_LENGTH.size)
    body = await stream.readexactly(_length(head))
    try:
        return _answers.decode(body)
    except msgspec.MsgspecError as error:
        raise ProtocolError(f"no answer of the builder: {error}") from error


def _length(head: bytes) -> int:
    length: int = _LENGTH.unpack(head)[0]
    if length > LARGEST_FRAME:
        raise ProtocolError(
            f"a frame claims {length} bytes, over the limit of {LARGEST_FRAME}"
        )
    return length


def _receive(connection: socket.socket, size: int, *, may_end: bool = False) -> bytes:
    """Read size bytes, or b"" at the end of the stream where it may end."""
    data = bytearray()
    while len(data) < size and (chunk := connection.recv(size - len(data))):
        data += chunk
    if len(data) < size and (data or not may_end):
        raise ProtocolError(f"the stream ended after {len(data)} of {size} bytes")
    return bytes(data)
