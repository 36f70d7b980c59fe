"""What a module's options mean to the compiler and the linker."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from .source import NativeOptions
from .toolchain import Flags, ToolchainError

#: Files that the compiler takes beside the module's own C.
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".s", ".S", ".o", ".a")


def flags_of(options: NativeOptions, folder: Path | None) -> Flags:
    """Give the words for options; relative paths start from `folder`.

    Raises:
        ToolchainError: what an option names is not there.
    """
    compile_, link = [], []
    if options.std:
        compile_.append(f"-std={options.std}")
    if options.openmp:
        compile_.append("-fopenmp")
        link.append("-fopenmp")
    if options.numpy:
        compile_ += [
            f"-I{_numpy_include()}",
            "-DNPY_NO_DEPRECATED_API=NPY_1_7_API_VERSION",
        ]
    if folder is not None:
        compile_.append(f"-I{folder}")
    compile_ += [f"-I{_existing_folder(name, folder)}" for name in options.include]
    if options.packages:
        compile_ += _pkg_config("--cflags", options.packages)
        link += _pkg_config("--libs", options.packages)
    compile_ += _words("--cflags", options.cflags)
    link += map(_library, _words("--libs", options.libs))
    return Flags(tuple(compile_), tuple(_sources(options, folder)), tuple(link))


def _sources(options: NativeOptions, folder: Path | None) -> Iterator[str]:
    for name in options.sources:
        path = _from(name, folder)
        if path.suffix not in _SOURCES:
            raise ToolchainError(
                f"--source {name} is no source of C or C++ (one of "
                f"{', '.join(_SOURCES)}); headers are found without being named"
            )
        if not path.is_file():
            raise ToolchainError(f"--source {name}: there is no file {path}")
        yield str(path)


def _existing_folder(name: str, folder: Path | None) -> Path:
    path = _from(name, folder)
    if not path.is_dir():
        raise ToolchainError(f"--include {name}: there is no folder {path}")
    return path


def _from(name: str, folder: Path | None) -> Path:
    path = Path(name).expanduser()
    return path if folder is None or path.is_absolute() else folder / path


def _words(option: str, texts: Iterable[str]) -> list[str]:
    """Take option values apart as a shell would: "-DA -DB" is two words."""
    try:
        return [word for text in texts for word in shlex.split(text)]
    except ValueError as error:
        raise ToolchainError(f"{option} {' '.join(texts)}: {error}") from None


def _library(word: str) -> str:
    """Let `m` mean `-lm`; what is a flag or a file stays as it is."""
    return word if word.startswith("-") or "/" in word else f"-l{word}"


def _numpy_include() -> Path:
    """Give the folder of NumPy's headers without importing NumPy."""
    spec = importlib.util.find_spec("numpy")
    for place in (spec and spec.submodule_search_locations) or ():
        for core in ("_core", "core"):  # NumPy 2 and 1
            path = Path(place) / core / "include"
            if (path / "numpy" / "arrayobject.h").is_file():
                return path
    raise ToolchainError("--numpy: NumPy is not installed: pip install numpy")


def _pkg_config(what: str, names: tuple[str, ...]) -> list[str]:
    program = shutil.which("pkg-config") or shutil.which("pkgconf")
    if program is None:
        raise ToolchainError(
            "--pkg-config needs the program pkg-config (Debian, Ubuntu: apt install "
            "pkg-config; Fedora: dnf install pkgconf; macOS: brew install pkgconf)"
        )
    # The names are words of the user, not options of the program.
    done = subprocess.run(
        [program, "--print-errors", what, "--", *names],
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise ToolchainError(
            f"--pkg-config {' '.join(names)}: {why[-1] if why else 'it is not found'}; "
            "install the package with its development files"
        )
    return shlex.split(done.stdout)
