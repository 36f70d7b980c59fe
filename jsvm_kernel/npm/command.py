"""npm's command line, and what it says when it fails."""

from __future__ import annotations

import shutil
from typing import Final

from .errors import NpmError

#: npm's hints and links are for terminals; scripts of packages are never run.
_OPTIONS: Final = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-progress",
    "--no-update-notifier",
    "--loglevel=error",
)
#: npm's codes for a network that is not there.
_OFFLINE: Final = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)


def npm_command(verb: str, folder: str, *options: str) -> list[str]:
    """Give the words that run npm in `folder`; names of packages come behind them.

    Raises NpmError where npm is not installed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NpmError(
            "npm, which fetches packages, is not installed: install Node.js with npm "
            "(Debian, Ubuntu: apt install npm)"
        )
    return [npm, verb, *_OPTIONS, *options, "--prefix", folder, "--"]


def is_offline(output: str) -> bool:
    """Whether npm failed because there is no network."""
    return any(code in output for code in _OFFLINE)


def reason(output: str) -> str:
    """Give what npm says went wrong, without its codes and its hints."""
    lines = []
    for line in output.splitlines():
        text = line.strip().removeprefix("npm error").removeprefix("npm ERR!").strip()
        if text.startswith("A complete log of this run"):
            break
        if text and not text.startswith(("code ", "errno ", "syscall ")):
            lines.append(text)
    return " ".join(lines) or "it does not say why"
