"""Runs the machine's npm for the cache, with progress in the cell and a stop button."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from jsvm_kernel.npm.command import is_offline, npm_command, reason
from jsvm_kernel.npm.errors import NpmError
from jsvm_kernel.npm.spec import NpmSpec

from ..stop import StopButton


class NpmRunner:
    """Installs packages; what it prints is output of the cell that imports."""

    def __init__(self, stop: StopButton) -> None:
        self._stop = stop

    def install(self, spec: NpmSpec, folder: Path) -> None:
        """Install a package with all it needs below `folder`.

        Raises NpmError, also when it was stopped.
        """
        started = time.monotonic()
        # A version never changes: npm need not ask whether it has the newest.
        first = ["--prefer-offline"] if spec.is_exact else []
        code, text = self._run(spec, folder, first, started)
        if code != 0 and is_offline(text):
            code, text = self._run(spec, folder, ["--offline"], started)
        if code != 0:
            _say(f"npm: {spec} was not installed\n")
            raise NpmError(f"npm cannot install {spec}: {reason(text)}")
        _say(f"npm: installed {spec} in {time.monotonic() - started:.1f} s\n")

    def _run(
        self, spec: NpmSpec, folder: Path, options: list[str], started: float
    ) -> tuple[int, str]:
        """Give npm's exit status and what it wrote."""
        log = folder / ".npm-output"
        command = npm_command("install", str(folder), *options)
        with log.open("w+b") as output:
            process = subprocess.Popen(
                [*command, str(spec)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            with _ended(process):
                self._wait(process, spec, started)
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        log.unlink()
        return process.returncode, text

    def _wait(
        self, process: subprocess.Popen[bytes], spec: NpmSpec, started: float
    ) -> None:
        """Wait, telling the time; the stop button ends it."""
        try:
            self._stop.enter_native()
            try:
                while True:
                    passed = time.monotonic() - started
                    _say(f"npm: installing {spec} … {passed:.0f} s", again=True)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(timeout=1)
                        return
            finally:
                self._stop.leave_native()
        except KeyboardInterrupt:
            _say(f"npm: stopped installing {spec}\n")
            raise NpmError(f"the installation of {spec} was stopped") from None


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no npm behind, nor what it started."""
    try:
        yield
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _say(text: str, *, again: bool = False) -> None:
    """Write a line over the last one; `again`: it will be written over, too."""
    sys.stdout.write("\r" + text)
    if again:
        sys.stdout.flush()
