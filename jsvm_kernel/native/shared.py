"""Cython's shared utility module: what all cells have in common, compiled once.

Most C that Cython makes of a cell is the same for every cell, the classes behind typed
memoryviews above all. Cython can put that into a module of its own, which the cells
import: a cell then takes a third of a second to compile instead of three. The module is
an entry of the cache like any other; one serves all cells of a Cython and a compiler.
Two compilers need two: what lies in a memoryview depends on what they know (atomics).

`python -P -m jsvm_kernel.native.shared` makes it if there is none: the builder runs
that while nobody waits.
"""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from .cache import Build, Cache, CacheError, cache_root
from .keys import cython_version, files_digest, key_of, python_abi
from .result import Needed
from .tiers import quick_toolchain
from .toolchain import Toolchain, ToolchainError, find_toolchain

#: The classes of memoryviews are called seldom; -O1 is compiled in half the time.
_OPTIMIZE: Final = 1
#: What may make Cython use memoryviews; a slice matches as well, which costs nothing.
_VIEWS: Final = re.compile(r"\[[^\]\n]*:|\bview\b|\bmemoryview\b")


def wants_shared(text: str) -> bool:
    """Whether a source is worth waiting for the module."""
    return _VIEWS.search(text) is not None


def find_shared(cache: Cache, tools: Toolchain) -> Needed | None:
    """Give the module if it was made before."""
    if hit := cache.find(_key(tools)):
        path, build = hit
        return Needed(module=build.module, path=str(path))
    return None


def make_shared(cache: Cache, tools: Toolchain) -> Needed:
    """Give the module, and make it if there is none; waits for who makes it already.

    Raises:
        ToolchainError: it can't be compiled.
    """
    key = _key(tools)
    if hit := find_shared(cache, tools):
        return hit
    with cache.lock(key):
        if hit := find_shared(cache, tools):
            return hit
        module = f"jsvm_shared_{key[:16]}"
        with cache.folder_for(key) as folder:
            c_file, built = folder / f"{module}.c", folder / f"{module}.so"
            _run(
                [sys.executable, "-P", "-m", "cython", f"--generate-shared={c_file}"],
                folder,
            )
            _run(tools.compile_line(c_file, built, _OPTIMIZE), folder)
            path = cache.store(key, built, Build(module=module))
            return Needed(module=module, path=str(path))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        tail = done.stdout.decode(errors="replace").strip()[-2000:]
        raise ToolchainError(
            f"Cython's shared utility module can't be made: {command[0]} ended with "
            f"status {done.returncode}:\n{tail}"
        )


def missing_tools(cache: Cache) -> list[Toolchain]:
    """Give the compilers whose module is not there yet, the C compiler's first."""
    tools = find_toolchain()
    quick = quick_toolchain(tools)
    both = [tools] if quick is None else [tools, quick]
    return [each for each in both if find_shared(cache, each) is None]


def start_making() -> subprocess.Popen[bytes]:
    """Let a process make the module if there is none; it is of the caller's group."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Make what is missing; what can't be made is told by the build that needs it."""
    try:
        cache = Cache(cache_root())
        for tools in missing_tools(cache):
            make_shared(cache, tools)
    except (ToolchainError, CacheError, OSError):
        sys.exit(1)


@functools.lru_cache(maxsize=8)
def _key(tools: Toolchain) -> str:
    return key_of(
        "shared",
        files_digest(Path(__file__).parent, Path(__file__).name),
        # Not the compiler's path: the same one may be called by another.
        tools.compile_line(Path("in.c"), Path("out.so"), _OPTIMIZE)[1:],
        tools.version,
        cython_version(),
        python_abi(),
    )


if __name__ == "__main__":
    main()
