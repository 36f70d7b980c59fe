"""Host processes: noticing a death at once, ending a host and its children.

A host leads a session and process group of its own, so a signal meant for the front
never reaches it and what it starts can be ended with it. Where the system knows child
subreapers the front is one: descendants of a dead host become its children and are
reaped here, not left to a process that may not care.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .spawn import SpawnedHost

_PR_SET_CHILD_SUBREAPER: Final = 36
_REAP_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Death:
    """How a host ended: `status` as subprocess gives it, negative for a signal."""

    pid: int
    status: int

    @property
    def signal_name(self) -> str | None:
        """The signal's name such as "SIGSEGV", or None after an exit."""
        if self.status >= 0:
            return None
        try:
            return signal.Signals(-self.status).name
        except ValueError:
            return f"signal {-self.status}"

    def __str__(self) -> str:
        """Say it in words, to stand behind "The session host"."""
        if self.signal_name is None:
            return f"ended with exit code {self.status}"
        text = signal.strsignal(-self.status) if -self.status < signal.NSIG else None
        return f"was killed by {self.signal_name}" + (f" ({text})" if text else "")


@functools.cache
def become_subreaper() -> bool:
    """Make this process the parent of its orphaned descendants, if the system can."""
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None)
    return bool(libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def reap_orphans() -> None:
    """Reap descendants that became our children when their parent died.

    What we start ourselves leads a process group or belongs to ours, and is left to
    whoever waits for it. To be called when a child has ended (SIGCHLD).
    """
    own_group = os.getpgrp()
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, _read(children).split()):
            # "pid (name) state parent group …"; a name may hold anything.
            fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
            if fields[:1] == ["Z"] and int(fields[2]) not in (pid, own_group):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""  # it is gone by now


class HostProcess:
    """A running host, watched: its process, the front's end of its socket, its pipes.

    `sock` and `pipes` belong to whoever reads them; `died` is set as soon as the
    process has ended and has been reaped. Must be made on the running event loop.
    """

    def __init__(self, host: SpawnedHost) -> None:
        become_subreaper()
        self.pid = host.process.pid
        self.sock = host.sock
        self.pipes = host.pipes
        self._process = host.process
        self._loop = asyncio.get_running_loop()
        self.died: asyncio.Future[Death] = self._loop.create_future()
        self._pidfd = _open_pidfd(self.pid)
        if self._pidfd is not None:
            self._loop.add_reader(self._pidfd, self._on_death)
        else:
            self._watch_with_thread()

    def stop_javascript(self) -> None:
        """Tell the host's handler to stop the JavaScript that runs."""
        self._signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End the host and all that belongs to its process group."""
        if self.died.done():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # Not reaped before `died` is set, so the pid can't be another process's.
        if not self.died.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _watch_with_thread(self) -> None:
        def wait() -> None:
            self._process.wait()
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._on_death)

        threading.Thread(target=wait, name="host-watch", daemon=True).start()

    def _on_death(self) -> None:
        status = self._process.poll()
        if status is None or self.died.done():
            return
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        self._end_group()
        self.died.set_result(Death(self.pid, status))

    def _end_group(self) -> None:
        """End what the host left running and reap it, as far as it became our child."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        reap_orphans()
        # What was just killed may take a moment to die.
        self._loop.call_later(_REAP_AGAIN_S, reap_orphans)


def _open_pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None
