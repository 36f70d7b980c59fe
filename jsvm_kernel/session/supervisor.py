"""Host processes: starting one, noticing its death at once, ending it and its children.

A host leads a session and process group of its own, so a signal meant for the front
never reaches it and what it starts can be ended with it. Where the system knows child
subreapers the front is one: descendants of a dead host become its children and are
reaped here, not left to a process that may not care.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .output import OutputPipes

HOST_COMMAND: Final = (sys.executable, "-P", "-m", "jsvm_kernel.host")
_PR_SET_CHILD_SUBREAPER: Final = 36
_REAP_AGAIN_S: Final = 1.0


class HostStartError(Exception):
    """No host could be started; the text says why, for the user."""


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


@dataclass(frozen=True, slots=True)
class SpawnedHost:
    """A host process that nobody watches yet; to be given to a `HostProcess`."""

    command: tuple[str, ...]
    process: subprocess.Popen[bytes]
    sock: socket.socket
    pipes: OutputPipes

    def discard(self) -> None:
        """End a host that is not needed after all."""
        self.sock.close()
        self.pipes.close_read()
        self.process.kill()
        self.process.wait()


def spawn(command: Sequence[str], cwd: str) -> SpawnedHost:
    """Start `command` with the options that name its three descriptors.

    Needs no event loop, so it can be the first thing a process does. Raises
    HostStartError.
    """
    become_subreaper()
    pipes = OutputPipes()
    ours, theirs = socket.socketpair()
    out, err = pipes.write["stdout"], pipes.write["stderr"]
    fds = (theirs.fileno(), out, err)
    options = ("--socket", "--stdout", "--stderr")
    pairs = zip(options, map(str, fds), strict=True)
    try:
        # Its own descriptors 1 and 2 are the pipes from the start: a host that
        # can't even import itself says why where the front reads it.
        process = subprocess.Popen(
            [*command, *(word for pair in pairs for word in pair)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=fds,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        pipes.close_read()
        raise HostStartError(
            f"the session host could not be started: {error}; command: "
            f"{' '.join(command)}"
        ) from error
    finally:
        theirs.close()
        pipes.close_write()
    return SpawnedHost(tuple(command), process, ours, pipes)


class HostProcess:
    """A running host, watched: its process, the front's end of its socket, its pipes.

    `sock` and `pipes` belong to whoever reads them; `died` is set as soon as the
    process has ended and has been reaped. Must be made on the running event loop.
    """

    def __init__(self, host: SpawnedHost) -> None:
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
