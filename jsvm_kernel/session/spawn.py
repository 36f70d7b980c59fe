"""Starting a host process, which is the first thing the kernel does.

It imports little, so that the host starts while the front still imports the rest.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .streams import OutputPipes

HOST_COMMAND: Final = (sys.executable, "-P", "-m", "jsvm_kernel.host")


class HostStartError(Exception):
    """No host could be started; the text says why, for the user."""


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
