"""The two streams a host writes to, and their pipes."""

from __future__ import annotations

import fcntl
import os
from typing import Final, Literal, TypeAlias

StreamName: TypeAlias = Literal["stdout", "stderr"]
STREAMS: Final[tuple[StreamName, StreamName]] = ("stdout", "stderr")
_PIPE_BYTES: Final = 1024 * 1024


class OutputPipes:
    """Two pipes: `write` ends for the host, non-blocking `read` ends for the front."""

    def __init__(self) -> None:
        self.read: dict[StreamName, int] = {}
        self.write: dict[StreamName, int] = {}
        for name in STREAMS:
            self.read[name], self.write[name] = os.pipe()
            os.set_blocking(self.read[name], False)
            _enlarge(self.write[name])

    def close_write(self) -> None:
        """Close the front's copies of the write ends, once the host has them."""
        while self.write:
            os.close(self.write.popitem()[1])

    def close_read(self) -> None:
        """Close the read ends; safe to call twice."""
        while self.read:
            os.close(self.read.popitem()[1])


def _enlarge(fd: int) -> None:
    """Let a flood of output wait less often; where that can't be, it works as well."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            return
