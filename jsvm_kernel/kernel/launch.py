"""The kernel's process, from its first moment.

What takes long is importing, here and in the session host. So the host is started
first, the sockets are bound next, and only then is the rest imported.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from ..session.spawn import HOST_COMMAND, HostStartError, SpawnedHost, spawn


def main() -> None:
    """Run the kernel as the command line says."""
    # What is imported stays: looking for garbage in it is a twentieth of the start.
    gc.disable()
    first_host = _start_host() if "-f" in sys.argv else None
    from .options import read_options

    options = read_options(sys.argv[1:])
    if not options.connection_file:
        sys.exit(
            "jsvm_kernel: no connection file. Jupyter starts kernels itself: "
            'choose "JavaScript (JSVM)" in a notebook, or run '
            "`jupyter console --kernel jsvm`."
        )
    from .connection import Connection, ConnectionFileError
    from .sockets import Sockets

    try:
        connection = Connection.read(options.connection_file)
        sockets = Sockets(connection)
    except ConnectionFileError as error:
        sys.exit(f"jsvm_kernel: {error}")
    import asyncio
    import logging

    logging.basicConfig(level=options.log_level, format="[%(name)s] %(message)s")
    from .app import run

    gc.freeze()
    gc.enable()
    asyncio.run(run(options, connection, sockets, first_host))


def _start_host() -> SpawnedHost | None:
    try:
        return spawn(HOST_COMMAND, str(Path.cwd()))
    except HostStartError:
        return None  # the first cell tries again, and reports why it fails
