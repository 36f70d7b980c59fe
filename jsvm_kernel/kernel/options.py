"""What the kernel is started with, and where that comes from.

Jupyter starts kernels with a connection file and nothing else. Only a longer command
line loads traitlets, which reads it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ..session.spawn import HOST_COMMAND


@dataclass(frozen=True, slots=True)
class Options:
    """What can be set from outside; the help is in `command_line`."""

    connection_file: str
    host_command: tuple[str, ...] = HOST_COMMAND
    history_file: str = ""
    log_level: int = logging.WARNING


def read_options(argv: list[str]) -> Options:
    """Read a command line. Raises SystemExit for --help and for one that is wrong."""
    if len(argv) == 2 and argv[0] == "-f":
        return Options(argv[1])
    from .command_line import KernelApp

    return KernelApp.read(argv)
