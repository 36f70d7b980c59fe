"""The builder process: `python -P -m jsvm_kernel.native.worker --socket FD`.

It answers one request after another and ends when the front closes the socket. Between
its start and the first request it loads Cython and translates a small module, which
takes most of a second; a request that is there already is not made to wait for that.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import socket
import subprocess
import traceback

from .build import Report, build
from .cache import Cache, CacheError, cache_root
from .protocol import Built, Crashed, Doing, Request, frame, receive_request
from .shared import missing_tools, start_making
from .toolchain import ToolchainError
from .translate import warm_up
from .trial import try_import

# A build must not take the processor from the cells that run meanwhile.
NICENESS = 5


def main() -> None:
    """Serve builds over an inherited socket until it closes."""
    parser = argparse.ArgumentParser(prog="jsvm_kernel.native.worker")
    parser.add_argument("--socket", type=int, required=True, metavar="FD")
    connection = socket.socket(fileno=parser.parse_args().socket)
    # Compilers that this process starts must not keep the socket open.
    connection.set_inheritable(False)
    os.nice(NICENESS)
    _maker = _make_shared()  # kept: it is this process's child
    if not _is_readable(connection):
        _prepare()

    def report(what: str) -> None:
        connection.sendall(frame(Doing(what)))

    while (request := receive_request(connection)) is not None:
        try:
            connection.sendall(frame(_answer(request, report)))
        except ConnectionError:
            return  # the front is gone


def _answer(request: Request, report: Report) -> Built | Crashed:
    try:
        return Built(build(request.source, report, try_import))
    except Exception:
        # A cell must not end the builder, whatever it does to Cython: the front shows
        # the traceback as the defect that it is.
        return Crashed(traceback.format_exc())


def _prepare() -> None:
    """Do what a first build would otherwise wait for."""
    # A cache that cannot be used is reported by the first build.
    with contextlib.suppress(CacheError, OSError):
        cache = Cache(cache_root())
        cache.sweep()
        # The cache's own folders for builds: what is left of a killed one is swept.
        key = f"warm-up-{os.getpid()}"
        with cache.lock(key), cache.folder_for(key) as folder:
            warm_up(folder)


def _make_shared() -> subprocess.Popen[bytes] | None:
    """Let Cython's shared utilities be made if they are not there; doesn't wait."""
    with contextlib.suppress(ToolchainError, CacheError, OSError):
        if missing_tools(Cache(cache_root())):
            return start_making()
    return None


def _is_readable(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


if __name__ == "__main__":
    main()
