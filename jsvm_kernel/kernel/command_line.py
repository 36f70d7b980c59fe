"""The command line, as users of Jupyter know it: --Class.trait=value, --help-all."""

from __future__ import annotations

import sys
from typing import Any, Final

from traitlets import List, Unicode
from traitlets.config import Application, Configurable

from jsvm_kernel import __version__

from .options import Options

_DEFAULT: Final = Options("")


class JSVMKernel(Configurable):
    """JavaScript in a host process of its own."""

    host_command = List(
        Unicode(),
        list(_DEFAULT.host_command),
        help="Command that runs the session host.",
    ).tag(config=True)
    history_file = Unicode(
        help="SQLite file that keeps the history of cells, ':memory:' to keep none "
        "(default: jsvm_kernel/history.sqlite in the Jupyter data directory).",
    ).tag(config=True)


_CLASSES: Final[Any] = [JSVMKernel]
_ALIASES: Final[Any] = {
    "f": "KernelApp.connection_file",
    "log-level": "KernelApp.log_level",
}


class KernelApp(Application):
    """Reads the options."""

    name = "jsvm_kernel"
    version = __version__
    description = "A Jupyter kernel for JavaScript, started by Jupyter with -f FILE."
    classes = _CLASSES
    aliases = _ALIASES

    connection_file = Unicode(
        help="JSON file that says where to listen, written by Jupyter."
    ).tag(config=True)

    @classmethod
    def read(cls, argv: list[str]) -> Options:
        """Read a command line; raises what `read_options` says."""
        app = cls()
        try:
            app.parse_command_line(argv)
        except Exception as error:
            sys.exit(f"jsvm_kernel: {error}")
        kernel = JSVMKernel(parent=app)
        return Options(
            connection_file=app.connection_file,
            host_command=tuple(kernel.host_command),
            history_file=kernel.history_file,
            log_level=int(str(app.log_level)),
        )
