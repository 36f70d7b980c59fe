"""Peers that cannot be installed beside the others."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

OLD_QUICKJS = "quickjs==1.19.4"


def old_quickjs(folder: str) -> ModuleType | None:
    """Install the package `quickjs` into a folder and import it; None: not to be had.

    It shares its import name with the wheel of quickjs-ng.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, "--target", folder, OLD_QUICKJS],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:]
        print(f"skipped, {OLD_QUICKJS} cannot be installed: {' '.join(reason)}\n")
        return None
    with _forgotten("quickjs", "_quickjs"):
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("quickjs")
        finally:
            sys.path.remove(folder)


@contextmanager
def _forgotten(*names: str) -> Iterator[None]:
    """Take modules out of sys.modules for a while."""
    kept = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
