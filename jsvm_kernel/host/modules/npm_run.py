"""Runs the machine's npm for the cache, with progress in the cell and a stop button."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ..stop import StopButton
from .errors import ImportFailed
from .npm_spec import NpmSpec

#: npm's own hints and links are for terminals; scripts of packages are never run.
_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-progress",
    "--no-update-notifier",
    "--loglevel=error",
)
#: npm's codes for a network that is not there.
_OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT")
_NO_NPM = (
    "npm is not installed, which fetches packages: install Node.js with npm (Debian, "
    "Ubuntu: apt install npm)"
)


class NpmRunner:
    """Installs packages; what it prints is output of the cell that imports."""

    def __init__(self, stop: StopButton) -> None:
        self._stop = stop

    def install(self, spec: NpmSpec, folder: Path) -> None:
        """Install a package with all it needs below `folder`.

        Raises ImportFailed, also when it was stopped.
        """
        npm = shutil.which("npm")
        if npm is None:
            raise ImportFailed(f"cannot install {spec}: {_NO_NPM}")
        started = time.monotonic()
        # A version never changes: npm need not ask whether it has the newest.
        first = ["--prefer-offline"] if spec.is_exact else []
        code, text = self._run(npm, spec, folder, first, started)
        if code != 0 and any(name in text for name in _OFFLINE):
            code, text = self._run(npm, spec, folder, ["--offline"], started)
        if code != 0:
            _say(f"npm: {spec} was not installed\n")
            raise ImportFailed(f"npm cannot install {spec}: {_reason(text)}")
        _say(f"npm: installed {spec} in {time.monotonic() - started:.1f} s\n")

    def _run(
        self,
        npm: str,
        spec: NpmSpec,
        folder: Path,
        options: list[str],
        started: float,
    ) -> tuple[int, str]:
        """Give npm's exit status and what it wrote."""
        log = folder / ".npm-output"
        command = [npm, "install", *_OPTIONS, *options, "--prefix", str(folder)]
        with log.open("w+b") as output:
            process = subprocess.Popen(
                [*command, "--", str(spec)],
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
            raise ImportFailed(f"the installation of {spec} was stopped") from None


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


def _reason(text: str) -> str:
    """Give what npm says went wrong, without its codes and links."""
    lines = []
    for line in text.splitlines():
        line = line.removeprefix("npm error").removeprefix("npm ERR!").strip()
        if line.startswith("A complete log of this run") or not line:
            break
        if not line.startswith(("code ", "errno ", "syscall ")):
            lines.append(line)
    return " ".join(lines) or "it says nothing"
