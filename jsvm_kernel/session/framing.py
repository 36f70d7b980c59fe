"""Frames on the socket between front and host: a length, then a message.

A frame is four bytes of little-endian length and that many bytes of MessagePack. The
host reads and writes with `BlockingChannel`, the front with `AsyncChannel`, which has a
module of its own (`async_framing`), as importing asyncio would be half of the host's
start. Each is the sole owner of its socket. Not thread-safe.

Errors: `ProtocolError` for a frame that is torn, oversized or no message of this
protocol; `EOFError` when the other side has closed the socket between two frames.
After either the channel is of no more use.
"""

from __future__ import annotations

import select
import socket
import struct
from typing import Final

from .messages import (
    ProtocolError,
    ToFront,
    ToHost,
    decode_to_host,
    encode,
)

__all__ = ["MAX_FRAME_BYTES", "BlockingChannel", "ProtocolError"]

#: A longer frame is a mistake: a length read from a wrong place, a runaway display.
MAX_FRAME_BYTES: Final = 256 * 1024 * 1024
#: The header.
LENGTH: Final = struct.Struct("<I")
_READ_BYTES: Final = 64 * 1024


def frame(message: ToHost | ToFront) -> bytes:
    """Give the whole frame of `message`; ValueError if it is over the limit."""
    payload = encode(message)
    if len(payload) > MAX_FRAME_BYTES:
        raise ValueError(
            f"a {type(message).__name__} of {len(payload)} bytes is over the limit of "
            f"{MAX_FRAME_BYTES} bytes a message; send less, or write it to a file"
        )
    return LENGTH.pack(len(payload)) + payload


def payload_length(header: bytes) -> int:
    """Read a header; ProtocolError if it announces more than the limit."""
    length: int = LENGTH.unpack(header)[0]
    if length > MAX_FRAME_BYTES:
        raise ProtocolError(
            f"a frame of {length} bytes was announced, the limit is "
            f"{MAX_FRAME_BYTES}; its header is {header!r}"
        )
    return length


def torn(have: int, want: int) -> ProtocolError:
    """Give the error for a connection that ended inside a frame."""
    return ProtocolError(
        f"the connection ended inside a frame: {have} of {want} bytes came"
    )


class BlockingChannel:
    """The host's end. Owns `sock`, which is made blocking; `close` closes it."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(True)
        self._sock = sock
        self._buffer = bytearray()

    def fileno(self) -> int:
        """Give the descriptor, for a poll that waits for other things too.

        Poll only after `receive(timeout_s=0)` gave None: a frame may be buffered.
        """
        return self._sock.fileno()

    def send(self, message: ToFront) -> None:
        """Send one message; OSError (BrokenPipeError…) when the front is gone."""
        self._sock.sendall(frame(message))

    def receive(self, timeout_s: float | None = None) -> ToHost | None:
        """Give the next message, or None when `timeout_s` passed without a whole one.

        Without a timeout it waits. Raises what the module's text says.
        """
        while True:
            message = self._take()
            if message is not None:
                return message
            if timeout_s is not None and not self._readable(timeout_s):
                return None
            data = self._sock.recv(_READ_BYTES)
            if not data:
                if self._buffer:
                    raise torn(len(self._buffer), self._wanted())
                raise EOFError("the front closed the connection")
            self._buffer += data

    def close(self) -> None:
        """Close the socket; safe to call twice."""
        self._sock.close()

    def _readable(self, timeout_s: float) -> bool:
        ready = select.select([self._sock], [], [], max(timeout_s, 0))
        return bool(ready[0])

    def _wanted(self) -> int:
        if len(self._buffer) < LENGTH.size:
            return LENGTH.size
        return LENGTH.size + payload_length(bytes(self._buffer[: LENGTH.size]))

    def _take(self) -> ToHost | None:
        if len(self._buffer) < LENGTH.size or len(self._buffer) < self._wanted():
            return None
        end = self._wanted()
        payload = bytes(self._buffer[LENGTH.size : end])
        del self._buffer[:end]
        return decode_to_host(payload)
