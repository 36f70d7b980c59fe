"""The kernel's process, from its first moment.

The session host takes as long to start as the front takes to import its modules, so the
host is started first, and the two run side by side.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..session.supervisor import HOST_COMMAND, HostStartError, SpawnedHost, spawn


def main() -> None:
    """Run the kernel as the command line says."""
    first_host = _start_host() if "-f" in sys.argv else None
    from .app import main as run

    run(first_host)


def _start_host() -> SpawnedHost | None:
    try:
        return spawn(HOST_COMMAND, str(Path.cwd()))
    except HostStartError:
        return None  # the first cell tries again, and reports why it fails
