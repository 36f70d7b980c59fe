"""Finds the C compiler and headers that a build uses, and says what is missing."""

from __future__ import annotations

import functools
import importlib.resources
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple


class ToolchainError(Exception):
    """A tool or header is missing; the text says which and how to get it."""


class Flags(NamedTuple):
    """Words of a module's own for the compiler's command line."""

    compile: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Further files to compile, absolute."""
    link: tuple[str, ...] = ()


NO_FLAGS = Flags()


class Toolchain(NamedTuple):
    """A C compiler that answers, and the folders of the headers it needs."""

    command: tuple[str, ...]
    version: str
    """What it says for --version: part of the cache key."""
    includes: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Name and version, in a line."""
        return self.version.partition("\n")[0].strip()

    def compile_line(
        self, c_file: Path, output: Path, optimize: int, flags: Flags = NO_FLAGS
    ) -> list[str]:
        """Return the command that makes an extension module of one C file.

        It is to be run in the file's folder and names both files relative to it, so
        that the folder's own path gets into nothing that is built.
        """
        return [
            *self.command,
            *self.compile_flags(optimize, cplus=c_file.suffix == ".cpp"),
            # The folder of a build is gone when a backtrace is read.
            f"-fdebug-prefix-map={c_file.parent}=.",
            *(f"-I{folder}" for folder in self.includes),
            # The author's words come last: the last one wins.
            *flags.compile,
            c_file.name,
            *flags.sources,
            *_SHARED,
            "-o",
            output.name,
            *flags.link,
            "-lm",
        ]

    def compile_flags(self, optimize: int, *, cplus: bool = False) -> list[str]:
        """Return the flags that every native module is compiled with."""
        flags = [
            f"-O{optimize}",
            # Line tables that every backtrace reader knows, and frames it can walk.
            # What else -g writes takes a sixth of the time, and nobody reads it.
            "-g1",
            "-gdwarf-4",
            "-fno-omit-frame-pointer",
            "-fPIC",
            # As CPython itself is built: signed overflow wraps.
            "-fwrapv",
            # Plain char is signed on every machine, as border.py promises.
            "-fsigned-char",
            "-DNDEBUG",
        ]
        if not cplus:
            # Else a misspelt C function shows when the module is loaded.
            flags.append("-Werror=implicit-function-declaration")
        return flags


_SHARED = (
    ("-bundle", "-undefined", "dynamic_lookup")
    if sys.platform == "darwin"
    else ("-shared",)
)


class _Kind(NamedTuple):
    """Where compilers of a language are found."""

    language: str
    variable: str
    programs: tuple[str, ...]
    packages: str

    @property
    def advice(self) -> str:
        return (
            f"install one ({self.packages}) or name one in the environment variable "
            f"{self.variable}"
        )


_C = _Kind(
    "C",
    "CC",
    ("cc", "gcc", "clang"),
    "Debian, Ubuntu: apt install gcc; Fedora: dnf install gcc; macOS: xcode-select "
    "--install; conda: conda install c-compiler",
)
_CPLUS = _Kind(
    "C++",
    "CXX",
    ("c++", "g++", "clang++"),
    "Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; macOS: xcode-select "
    "--install; conda: conda install cxx-compiler",
)


def find_toolchain(*, cplus: bool = False) -> Toolchain:
    """Return the compiler of $CC ($CXX), else the one Python was built with, else any.

    Raises:
        ToolchainError: no compiler answers, or Python.h or the headers of JSVM-API are
            not there.
    """
    kind = _CPLUS if cplus else _C
    command = _find_command(kind)
    version = _version(kind, command, _stamp(command[0]))
    return Toolchain(command, version, (*_python_includes(), jsvm_include_dir()))


@functools.cache
def jsvm_include_dir() -> Path:
    """Return the folder that holds `ark_runtime/jsvm.h`."""
    include = importlib.resources.files("jsvm_kernel") / "libjsvm" / "include"
    path = Path(str(include))
    if not (path / "ark_runtime" / "jsvm.h").is_file():
        raise ToolchainError(
            f"{path / 'ark_runtime' / 'jsvm.h'} is missing: install jsvm_kernel again"
        )
    return path


@functools.cache
def _python_includes() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    folders = dict.fromkeys(Path(paths[key]) for key in ("include", "platinclude"))
    if not any((folder / "Python.h").is_file() for folder in folders):
        raise ToolchainError(
            f"Python.h was not found in {', '.join(map(str, folders))}: install the "
            f"headers of Python {sys.version_info[0]}.{sys.version_info[1]} (Debian, "
            "Ubuntu: apt install python3-dev; Fedora: dnf install python3-devel)"
        )
    return tuple(folders)


def _find_command(kind: _Kind) -> tuple[str, ...]:
    if chosen := os.environ.get(kind.variable):
        words = tuple(shlex.split(chosen))
        if not words or shutil.which(words[0]) is None:
            raise ToolchainError(
                f"no {kind.language} compiler: {kind.variable}={chosen} was not found; "
                "correct it"
            )
        return words
    for candidate in (sysconfig.get_config_var(kind.variable), *kind.programs):
        words = tuple(shlex.split(candidate or ""))
        if words and shutil.which(words[0]):
            return words
    raise ToolchainError(f"no {kind.language} compiler was found: {kind.advice}")


def _stamp(program: str) -> tuple[str, int]:
    """Identify a program's file, so that an upgraded compiler is asked again."""
    path = os.path.realpath(shutil.which(program) or program)
    return path, Path(path).stat().st_mtime_ns


@functools.lru_cache(maxsize=8)
def _version(kind: _Kind, command: tuple[str, ...], stamp: tuple[str, int]) -> str:
    try:
        done = subprocess.run(
            [*command, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ToolchainError(f"{command[0]} does not run: {error.strerror}") from error
    if done.returncode != 0:
        raise ToolchainError(
            f"{shlex.join(command)} is no working compiler (--version gave status "
            f"{done.returncode}): {kind.advice}"
        )
    return done.stdout
