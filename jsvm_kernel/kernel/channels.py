"""A socket of zmq on the event loop.

One thread sends and receives on all of them: output comes through the host's pipes on
the same loop, so nothing has to be handed between threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import zmq

#: Messages that are taken in one turn of the loop, so that other work gets its own.
_TURN_MESSAGES: Final = 16
_PART_COPIED: Final = 65536


class Channel:
    """A socket on the running event loop; `on_message` gets what arrives, as frames.

    zmq's descriptor becomes readable when something *changes*, not while something is
    there, and a send may swallow the change: so all is taken in when it becomes
    readable, and after each send it is looked again.
    """

    def __init__(
        self, sock: Any, on_message: Callable[[list[bytes]], None] | None = None
    ) -> None:
        self.on_message = on_message
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._look: asyncio.Handle | None = None
        self._loop.add_reader(sock.FD, self._receive)
        # What came before we listened announces itself to nobody.
        self._look_soon()

    def send_multipart(self, frames: list[Any]) -> None:
        """Send one message; what no client takes is dropped."""
        copy = all(len(frame) < _PART_COPIED for frame in frames)
        self._sock.send_multipart(frames, copy=copy)
        self._look_soon()

    def receive_all(self) -> None:
        """Take in all that has arrived."""
        while self._take():
            pass

    def close(self) -> None:
        """Close the socket; what waits to be sent is sent in the background."""
        if not self._sock.closed:
            self._loop.remove_reader(self._sock.FD)
            if self._look is not None:
                self._look.cancel()
            self._sock.close()

    def _receive(self) -> None:
        try:
            for _ in range(_TURN_MESSAGES):
                if not self._take():
                    return
        except BaseException:
            # The loop reports it; what stands behind that message is not lost.
            self._look_soon()
            raise
        self._look_soon()

    def _take(self) -> bool:
        try:
            frames = self._sock.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return False
        if self.on_message is not None:
            self.on_message(frames)
        return True

    def _look_soon(self) -> None:
        if self._look is None:
            self._look = self._loop.call_soon(self._looked)

    def _looked(self) -> None:
        self._look = None
        self._receive()
