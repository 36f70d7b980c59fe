"""The kernel's process: sockets, threads and the event loop around the kernel.

ipykernel's own application is IPython's; this one takes from ipykernel the heartbeat
and the iopub thread, and from jupyter_client the connection file. Everything else runs
on one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import Any, Final

import zmq
from jupyter_client.connect import ConnectionFileMixin
from jupyter_client.session import Session, session_aliases, session_flags
from traitlets import Instance
from traitlets.config import Application, catch_config_error
from zmq.eventloop.zmqstream import ZMQStream

from jsvm_kernel import __version__

from ..session.supervisor import SpawnedHost, reap_orphans
from .base import Heartbeat, IOPubThread, ParentPollerUnix
from .kernel import JSVMKernel

_LINGER_MS: Final = 1000
_CLASSES: Final[Any] = [JSVMKernel, Session]
_ALIASES: Final[Any] = {
    **session_aliases,
    "f": "KernelApp.connection_file",
    "ip": "KernelApp.ip",
    "transport": "KernelApp.transport",
    "log-level": "KernelApp.log_level",
}


class KernelApp(Application, ConnectionFileMixin):
    """Runs one kernel for the clients of a connection file."""

    name = "jsvm_kernel"
    version = __version__
    description = "A Jupyter kernel for JavaScript, started by Jupyter with -f FILE."
    #: A session host that was started while this module was imported.
    first_host = Instance(SpawnedHost, allow_none=True)
    classes = _CLASSES
    aliases = _ALIASES
    flags = session_flags

    @catch_config_error
    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the command line and the connection file."""
        super().initialize(argv)
        if not self.connection_file:
            raise SystemExit(
                "jsvm_kernel: no connection file. Jupyter starts kernels itself: "
                'choose "JavaScript (JSVM)" in a notebook, or run '
                "`jupyter console --kernel jsvm`."
            )
        try:
            self.load_connection_file()
        except (OSError, ValueError) as error:
            raise SystemExit(
                f"jsvm_kernel: can't read connection file {self.connection_file}: "
                f"{error}"
            ) from None

    def start(self) -> None:
        """Run until a client asks for shutdown, or SIGTERM comes."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        context = zmq.Context()
        shell = self._bind(context, zmq.ROUTER, "shell_port")
        control = self._bind(context, zmq.ROUTER, "control_port")
        stdin = self._bind(context, zmq.ROUTER, "stdin_port")
        iopub = self._bind(context, zmq.XPUB, "iopub_port")
        iopub_thread = IOPubThread(iopub, session=self.session)
        iopub_thread.start()
        heartbeat = self._start_heartbeat()
        self._watch_parent()
        kernel = JSVMKernel.instance(
            parent=self,
            first_host=self.first_host,
            session=self.session,
            log=self.log,
            shell_stream=ZMQStream(shell),
            control_stream=ZMQStream(control),
            stdin_socket=stdin,
            iopub_thread=iopub_thread,
            iopub_socket=iopub_thread.background_socket,
        )
        self._take_signals(kernel)
        kernel.start()
        await kernel.finished.wait()
        await kernel.close()
        heartbeat.context.term()
        iopub_thread.stop()
        iopub_thread.close()
        for stream in (kernel.shell_stream, kernel.control_stream):
            stream.flush(zmq.POLLOUT)
            stream.close(linger=_LINGER_MS)
        stdin.close(linger=_LINGER_MS)
        context.term()

    def _bind(self, context: Any, kind: int, port_trait: str) -> Any:
        sock = context.socket(kind)
        sock.linger = _LINGER_MS
        if kind == zmq.ROUTER:
            # A client that reconnects with the same identity takes the old one's place.
            sock.router_handover = 1
        else:
            # A full queue would drop messages in silence, "idle" among them, and the
            # client would wait for ever. Batched output keeps the queue short.
            sock.sndhwm = 0
        if self.curve_secretkey is not None:
            sock.curve_secretkey = self.curve_secretkey
            sock.curve_publickey = self.curve_publickey
            sock.curve_server = True
        port = getattr(self, port_trait)
        if self.transport == "ipc":
            sock.bind(f"ipc://{self.ip}-{port}")
        elif port:
            sock.bind(f"tcp://{self.ip}:{port}")
        else:
            raise SystemExit(
                f"jsvm_kernel: {self.connection_file} names no {port_trait}"
            )
        return sock

    def _start_heartbeat(self) -> Heartbeat:
        # A context of its own, so that nothing the kernel does can delay it.
        heartbeat = Heartbeat(
            zmq.Context(),
            (self.transport, self.ip, self.hb_port),
            curve_publickey=self.curve_publickey,
            curve_secretkey=self.curve_secretkey,
        )
        heartbeat.start()
        return heartbeat

    def _watch_parent(self) -> None:
        parent = int(os.environ.get("JPY_PARENT_PID") or 0)
        # Process 1 never goes away, so there is nothing to watch.
        if sys.platform != "win32" and parent > 1:
            ParentPollerUnix(parent_pid=parent).start()

    def _take_signals(self, kernel: JSVMKernel) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):
            # A client that knows only signals gets its stop button too.
            loop.add_signal_handler(signal.SIGINT, kernel.interrupt)
            loop.add_signal_handler(signal.SIGTERM, kernel.finished.set)
            # As a subreaper we get the children of a builder or host that was killed.
            loop.add_signal_handler(signal.SIGCHLD, reap_orphans)


def main(first_host: SpawnedHost | None = None) -> None:
    """Run the kernel as the command line says, on a host started ahead if given."""
    KernelApp.launch_instance(first_host=first_host)
