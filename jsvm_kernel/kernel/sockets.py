"""The kernel's sockets, bound before anything else is ready.

A client that finds nobody listening tries again 100 ms later, so they are bound before
the event loop and what runs on it are even imported: messages wait in them till then.
"""

from __future__ import annotations

import threading
from typing import Any, Final

import zmq

from .connection import Connection, ConnectionFileError

_LINGER_MS: Final = 1000
_KINDS: Final = {
    "shell": zmq.ROUTER,
    "control": zmq.ROUTER,
    "stdin": zmq.ROUTER,
    "iopub": zmq.XPUB,
}


class Sockets:
    """The four channels' sockets by name, and the heartbeat, which beats."""

    def __init__(self, connection: Connection) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self._heartbeat = Heartbeat(connection)
        self.channels = {
            name: _bind(self._context, kind, connection, f"{name}_port")
            for name, kind in _KINDS.items()
        }
        self._heartbeat.start()

    def close(self) -> None:
        """End the heartbeat; wait until what was sent has left, but not for ever.

        The channels' sockets are closed by then.
        """
        self._heartbeat.stop()
        self._context.term()


class Heartbeat(threading.Thread):
    """Sends back what a client sends, in C: nothing the kernel does can delay it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(name="heartbeat", daemon=True)
        # A context of its own, so that nothing the kernel does can delay it.
        self._context: zmq.Context[Any] = zmq.Context()
        self._sock = _bind(self._context, zmq.ROUTER, connection, "hb_port")

    def run(self) -> None:
        """Echo until `stop`."""
        try:
            zmq.proxy(self._sock, self._sock)
        except zmq.ContextTerminated:
            self._sock.close(linger=0)

    def stop(self) -> None:
        """End the thread."""
        self._context.term()
        self.join()


def _bind(
    context: zmq.Context[Any], kind: int, connection: Connection, port: str
) -> Any:
    """Give a bound socket of a `kind` such as zmq.ROUTER."""
    sock: Any = context.socket(kind)
    sock.linger = _LINGER_MS
    if kind == zmq.ROUTER:
        # A client that reconnects with the same identity takes the old one's place.
        sock.router_handover = 1
    else:
        # A full queue would drop messages in silence, "idle" among them, and the
        # client would wait for ever. Batched output keeps the queue short.
        sock.sndhwm = 0
        # Each client is welcomed, not only the first of a topic.
        sock.xpub_verbose = 1
    if connection.curve_secretkey is not None:
        sock.curve_secretkey = connection.curve_secretkey
        sock.curve_publickey = connection.curve_publickey
        sock.curve_server = True
    address = connection.address(port)
    try:
        sock.bind(address)
    except zmq.ZMQError as error:
        raise ConnectionFileError(f"can't listen at {address}: {error}") from None
    return sock
