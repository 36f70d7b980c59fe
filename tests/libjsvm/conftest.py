"""Compile libjsvm and C tests with sanitizers, each source once per content."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

LIBJSVM = Path(__file__).parents[2] / "jsvm_kernel/libjsvm"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
FLAGS = ["-std=gnu11", "-g", "-O1", "-fno-omit-frame-pointer", "-fwrapv", *SANITIZE]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wmissing-prototypes", "-Werror"]
# The engine is ours to include, not to mend: its own warnings are its authors'.
ENGINE_FLAGS = ["-w", "-D_GNU_SOURCE"]
LINK_FLAGS = ["-lm", "-lpthread", "-ldl"]
# The allocator that tests make fail, see c/harness.c.
WRAP = ["-Wl,--wrap=malloc", "-Wl,--wrap=calloc", "-Wl,--wrap=realloc"]
UNUSED_AFTER_DAYS = 14


def user_cache() -> Path:
    """Where the build keeps the engine's sources, too (libjsvm/CMakeLists.txt)."""
    return Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "jsvm_kernel"
    )


class Workshop:
    """Objects and programs in a cache that outlives the session, named by content."""

    def __init__(self, folder: Path, compiler: list[str]) -> None:
        self.folder = folder
        self.compiler = compiler
        folder.mkdir(parents=True, exist_ok=True)
        self._prune()
        version = subprocess.run(
            [*compiler, "--version"], capture_output=True, text=True, check=True
        )
        self.engine = self._prepare_engine()
        # The engine's unit takes a minute, and includes nothing of ours but engine/.
        self.engine_base = hashlib.sha256(version.stdout.encode())
        for path in sorted(self.engine.iterdir()) + sorted(
            (LIBJSVM / "engine").glob("*.h")
        ):
            self.engine_base.update(path.read_bytes())
        self.base = self.engine_base.copy()
        for path in sorted(LIBJSVM.glob("*.h")) + sorted(
            (LIBJSVM / "include").rglob("*.h")
        ):
            self.base.update(path.read_bytes())

    def _prune(self) -> None:
        """Forget what no session has used for a while."""
        limit = time.time() - UNUSED_AFTER_DAYS * 86400
        for path in self.folder.glob("*-*"):
            if path.is_file() and path.stat().st_mtime < limit:
                path.unlink()

    def _prepare_engine(self) -> Path:
        output = self.folder / "engine"
        script, sources = LIBJSVM / "engine/prepare.py", user_cache() / "sources"
        arguments = ["--output", str(output), "--cache", str(sources)]
        subprocess.run([sys.executable, str(script), *arguments], check=True)
        return output

    def compile(self, source: Path, flags: Sequence[str] = WARNINGS) -> Path:
        """The object of a source; the test fails with the compiler's words."""
        engine = source.parent.name == "engine"
        key = (self.engine_base if engine else self.base).copy()
        key.update(source.read_bytes())
        for header in sorted(source.parent.glob("*.h")):
            key.update(header.read_bytes())
        key.update("\0".join([*FLAGS, *flags]).encode())
        target = self.folder / f"{source.stem}-{key.hexdigest()[:20]}.o"
        includes = [f"-I{self.engine}", f"-I{LIBJSVM}", f"-I{LIBJSVM}/include"]
        self._make(target, [*FLAGS, *flags, *includes, "-c", str(source)])
        return target

    def link(self, name: str, objects: Sequence[Path]) -> Path:
        """A program of the given objects."""
        key = hashlib.sha256("\0".join(path.name for path in objects).encode())
        target = self.folder / f"{name}-{key.hexdigest()[:20]}"
        paths = [str(path) for path in objects]
        self._make(target, [*SANITIZE, *WRAP, *paths, *LINK_FLAGS])
        return target

    def _make(self, target: Path, arguments: list[str]) -> None:
        if target.exists():
            os.utime(target)
            return
        part = target.with_name(f"{target.name}.{os.getpid()}")
        done = subprocess.run(
            [*self.compiler, *arguments, "-o", str(part)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(done.stderr, pytrace=False)
        part.replace(target)

    def library(self) -> list[Path]:
        """All objects of libjsvm."""
        sources = sorted(LIBJSVM.glob("*.c"))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            engine = pool.submit(
                self.compile, LIBJSVM / "engine/engine.c", ENGINE_FLAGS
            )
            return [*pool.map(self.compile, sources), engine.result()]

    def suite(self) -> Path:
        """The program with the tests of the folder c."""
        sources = sorted(Path(__file__).with_name("c").glob("*.c"))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            tests = list(pool.map(self.compile, sources))
        return self.link("suite", [*tests, *self.library()])


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    """Where C is compiled; skips where there is no compiler that can sanitize."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    try:
        subprocess.run(
            [*compiler, *SANITIZE, "-x", "c", "-", "-o", os.devnull],
            input=b"int main(void) { return 0; }",
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no C compiler with address and undefined sanitizers")
    return Workshop(user_cache() / "tests", compiler)
