"""Tries a module that was just built, so that one that crashes costs no session.

A child of the builder imports it, before it gets into the cache. Only a death by a
signal counts, and a C function that is nowhere: what a top level raises, prints or
waits for is the session's to see.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from jsvm_kernel.extension_modules import load_extension, see_current_folder

from .diagnostics import Diagnostic
from .result import Needed

#: A top level that takes longer is believed.
_PATIENCE_S: Final = 3.0
#: What the dynamic linker says of a function that it does not find.
_UNDEFINED: Final = re.compile(r"undefined symbol: (\w+)|Symbol not found: _(\w+)")
#: Signals by which a process ends because of what it did itself.
_CRASHES: Final = {
    signal.SIGSEGV: "it uses memory that is not its own",
    signal.SIGBUS: "it uses memory that is not there",
    signal.SIGABRT: "it, or a library it uses, calls abort()",
    signal.SIGFPE: "it divides an integer by zero, or the like",
    signal.SIGILL: "it runs into what is no code",
    signal.SIGTRAP: "it runs into a trap",
}


def try_import(
    module: str, path: Path, needs: Iterable[Needed], folder: str
) -> list[Diagnostic]:
    """Import a module in a child process; give an error if that crashes.

    The calling process must have one thread.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _import_quietly(module, path, needs, folder)
        except ImportError as error:
            if found := _UNDEFINED.search(str(error)):
                os.write(writer, (found[1] or found[2]).encode()[:1000])
        finally:
            os._exit(0)
    os.close(writer)
    ended_by = _wait(child)
    with os.fdopen(reader, "rb") as pipe:
        symbol = pipe.read().decode()
    if symbol:
        text = f"undefined reference to '{symbol}': no source or library has it"
        return [Diagnostic(severity="error", message=text)]
    if ended_by not in _CRASHES:
        return []
    crash = signal.Signals(ended_by)
    text = (
        f"the module crashes while it is imported ({crash.name}: {_CRASHES[crash]}): "
        "that is the code outside of functions, and C that runs as a library is loaded"
    )
    return [Diagnostic(severity="error", message=text)]


def _import_quietly(
    module: str, path: Path, needs: Iterable[Needed], folder: str
) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    if folder:
        with contextlib.suppress(OSError):
            os.chdir(folder)
            see_current_folder()
    for needed in needs:
        load_extension(needed.module, needed.path)
    load_extension(module, str(path))


def _wait(child: int) -> int:
    """Wait for a child, kill it when it takes long; give the signal that ended it."""
    until = time.monotonic() + _PATIENCE_S
    pause = 0.001
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 0
