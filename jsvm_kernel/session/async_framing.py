"""The front's end of the socket to its host; what travels on it is `framing`."""

from __future__ import annotations

import asyncio
import socket

from .framing import LENGTH, frame, payload_length, torn
from .messages import ToFront, ToHost, decode_to_front


class AsyncChannel:
    """The front's end, on the running event loop; made by `open`, which owns `sock`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, sock: socket.socket) -> AsyncChannel:
        """Wrap a connected stream socket."""
        return cls(*await asyncio.open_connection(sock=sock))

    async def send(self, message: ToHost) -> None:
        """Send one message; waits while the host reads slowly.

        Raises ConnectionError when the host is gone.
        """
        self._writer.write(frame(message))
        await self._writer.drain()

    async def receive(self) -> ToFront:
        """Give the next message; raises what the module's text says."""
        try:
            header = await self._reader.readexactly(LENGTH.size)
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise torn(len(error.partial), LENGTH.size) from None
            raise EOFError("the host closed the connection") from None
        length = payload_length(header)
        try:
            payload = await self._reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            have = len(error.partial) + LENGTH.size
            raise torn(have, length + LENGTH.size) from None
        return decode_to_front(payload)

    def close(self) -> None:
        """Close the socket; safe to call twice."""
        self._writer.close()
