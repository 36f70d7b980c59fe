"""Shell commands of cells: run on a pseudo-terminal, shown while they run.

On a terminal programs write line by line and show progress, as their users are used to;
stdout and stderr are one stream there, as on a screen. Nothing can be typed: stdin is
empty.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import termios
from collections.abc import Callable
from typing import Final

_READ_BYTES: Final = 64 * 1024
_ROWS_COLUMNS: Final = (24, 100)
#: Time a command has to end in after Ctrl-C.
_GRACE_S: Final = 2.0


async def run_command(command: str, show: Callable[[str], None]) -> int:
    """Run a shell command in the current folder, give its exit code.

    `show` gets its output as it comes. Cancelled, the command and all it started get
    SIGINT, and SIGKILL if they do not end. Raises OSError if there is no shell.
    """
    screen, terminal = _open_terminal()
    reader = _Reader(screen, show)
    try:
        process = await asyncio.create_subprocess_shell(
            command,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            executable=os.environ.get("SHELL") or None,
        )
    except BaseException:
        reader.close()
        raise
    finally:
        os.close(terminal)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        raise
    finally:
        # What is left in the background may hold the terminal open: not waited for.
        reader.close()


def _open_terminal() -> tuple[int, int]:
    screen, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *_ROWS_COLUMNS, 0, 0))
    attributes = termios.tcgetattr(terminal)
    attributes[1] &= ~termios.ONLCR  # lines end as the program ends them
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    os.set_blocking(screen, False)
    return screen, terminal


async def _end(process: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
                break
    # Children that ignored the first signal outlive their shell.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class _Reader:
    """Hands on what appears on the screen side of a terminal, until closed."""

    def __init__(self, screen: int, show: Callable[[str], None]) -> None:
        self._screen = screen
        self._show = show
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(screen, self._read)

    def close(self) -> None:
        """Show what is left and let go of the terminal."""
        while self._read():
            pass
        self._loop.remove_reader(self._screen)
        os.close(self._screen)
        self._show_text(b"", final=True)

    def _read(self) -> bool:
        try:
            data = os.read(self._screen, _READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:  # EIO: nobody holds the other side any more
            self._loop.remove_reader(self._screen)
            return False
        self._show_text(data)
        return bool(data)

    def _show_text(self, data: bytes, *, final: bool = False) -> None:
        text = self._decoder.decode(data, final)
        if text:
            self._show(text)
