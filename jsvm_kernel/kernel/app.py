"""The kernel's process once it is set up: signals and the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any

from ..session.spawn import SpawnedHost
from .channels import Channel
from .connection import Connection
from .greeter import Greeter
from .options import Options
from .sockets import Sockets
from .wire import Session

if TYPE_CHECKING:
    from .kernel import JSVMKernel


async def run(
    options: Options,
    connection: Connection,
    sockets: Sockets,
    first_host: SpawnedHost | None,
) -> None:
    """Run one kernel until a client asks for shutdown, or SIGTERM comes."""
    channels = {name: Channel(sock) for name, sock in sockets.channels.items()}
    session = Session(connection.key, connection.signature_scheme)
    served: dict[str, Any] = {"session": session, "ports": connection.ports, **channels}
    greeter = Greeter(**served)
    make = await asyncio.to_thread(_import_kernel)
    kernel = make(options, first_host, **served)
    _take_signals(kernel)
    watch = asyncio.create_task(_await_orphaning(kernel.finished))
    kernel.start()
    greeter.hand_over(kernel)
    await kernel.finished.wait()
    watch.cancel()
    await kernel.close()
    for channel in channels.values():
        channel.close()
    sockets.close()


def _import_kernel() -> type[JSVMKernel]:
    """Import what the greeter did not need; the event loop goes on meanwhile."""
    from .kernel import JSVMKernel

    return JSVMKernel


def _take_signals(kernel: JSVMKernel) -> None:
    from ..session.supervisor import reap_orphans

    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        # A client that knows only signals gets its stop button too.
        loop.add_signal_handler(signal.SIGINT, kernel.interrupt)
        loop.add_signal_handler(signal.SIGTERM, kernel.finished.set)
        # As a subreaper we get the children of a builder or host that was killed.
        loop.add_signal_handler(signal.SIGCHLD, reap_orphans)


async def _await_orphaning(gone: asyncio.Event) -> None:
    """Set `gone` when the process that started us has ended without saying so."""
    parent = os.getppid()
    # Process 1 never goes away, and who has it as parent was not started by Jupyter.
    if parent <= 1 or not os.environ.get("JPY_PARENT_PID"):
        return
    while os.getppid() == parent:
        await asyncio.sleep(1)
    gone.set()
