"""The magic that finds what keeps the kernel from working, and says how to mend it."""

from __future__ import annotations

import asyncio
import os
import stat
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

from jsvm_kernel import get_include

from ...native.cache import cache_root
from ...native.toolchain import ToolchainError, find_toolchain
from ...session.client import SessionError
from .arguments import magic_arguments, parse_argstring
from .call import Call

#: Distributions that add something, and what that is.
_OPTIONAL: Final = {
    "numpy": "arrays shared with typed arrays",
    "nbclient": "notebooks run from the command line",
    "nbconvert": "notebooks turned into scripts and pages",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do unless it is "ok"."""

    state: Literal["ok", "missing", "broken"]
    what: str
    detail: str
    mend: str = ""

    def __str__(self) -> str:
        mark = {"ok": "ok     ", "missing": "missing", "broken": "BROKEN "}[self.state]
        text = f"{mark}  {self.what}: {self.detail}"
        return text + (f"\n         -> {self.mend}" if self.mend else "")


@magic_arguments()
async def jsvm_doctor(call: Call, line: str) -> None:
    """Check the installation and say how to mend what is wrong.

    Looks at the session host, the C compiler, headers, Cython, the kernelspec, caches
    and their permissions, and optional parts.
    """
    parse_argstring(jsvm_doctor, line)
    findings = [await _host(call)]
    # Compilers are asked for their version: seconds, on a slow disk.
    findings += await asyncio.to_thread(lambda: [f for c in CHECKS for f in c()])
    call.print("\n".join(map(str, findings)))
    bad = sum(finding.state == "broken" for finding in findings)
    call.print(f"{bad} to mend." if bad else "Nothing to mend.")


async def _host(call: Call) -> Finding:
    try:
        info = await call.client.info()
    except SessionError as error:
        mend = "run the cell again; if it stays so, reinstall jsvm_kernel"
        return Finding("broken", "session host", str(error), mend)
    engine = info.get("engine", {})
    detail = f"{engine.get('name', 'engine')} {engine.get('version', '')}".strip()
    return Finding("ok", "session host", f"{detail}, pid {call.client.host_pid}")


def _toolchain() -> Iterator[Finding]:
    try:
        toolchain = find_toolchain()
    except ToolchainError as error:
        mend = "JavaScript works without; %%jsvm_native does not"
        yield Finding("broken", "C toolchain", str(error), mend)
    else:
        detail = f"{' '.join(toolchain.command)} ({toolchain.version.splitlines()[0]})"
        yield Finding("ok", "C compiler", detail)


def _headers() -> Iterator[Finding]:
    python = Path(sysconfig.get_path("include")) / "Python.h"
    jsvm = Path(get_include()) / "ark_runtime" / "jsvm.h"
    install = "install Python's headers (Debian, Ubuntu: apt install python3-dev)"
    for what, header, mend in (
        ("Python headers", python, install),
        ("JSVM-API headers", jsvm, "reinstall jsvm_kernel"),
    ):
        if header.is_file():
            yield Finding("ok", what, str(header.parent))
        else:
            yield Finding("broken", what, f"{header} is not there", mend)


def _cython() -> Iterator[Finding]:
    try:
        found = version("cython")
    except PackageNotFoundError:
        yield Finding("broken", "Cython", "not installed", 'pip install "cython>=3.1"')
        return
    if tuple(int(part) for part in found.split(".")[:2]) < (3, 1):
        mend = 'pip install -U "cython>=3.1"'
        yield Finding("broken", "Cython", f"{found} is older than 3.1", mend)
    else:
        yield Finding("ok", "Cython", found)


def _kernelspec() -> Iterator[Finding]:
    manager = KernelSpecManager()
    specs = manager.get_all_specs()
    ours = {
        name: spec
        for name, spec in specs.items()
        if "jsvm_kernel" in spec["spec"].get("argv", [])
    }
    for name, spec in ours.items():
        yield Finding("ok", "kernelspec", f"{name} in {spec['resource_dir']}")
        if spec["spec"].get("interrupt_mode") != "message":
            mend = 'set "interrupt_mode": "message" in its kernel.json, or reinstall'
            yield Finding("broken", "stop button", f"{name} uses signals", mend)
    if not ours:
        searched = ", ".join(manager.kernel_dirs)
        mend = "pip install jsvm_kernel into the environment that runs Jupyter"
        yield Finding("broken", "kernelspec", f"not found in {searched}", mend)


def _folders() -> Iterator[Finding]:
    for what, path, private in (
        ("native cache", cache_root(), True),
        ("Jupyter data", Path(jupyter_data_dir()), False),
        ("Jupyter runtime", Path(jupyter_runtime_dir()), True),
    ):
        yield _folder(what, path, private=private)


def _folder(what: str, path: Path, *, private: bool) -> Finding:
    """Check that a folder can be made or written, and by nobody else if private."""
    existing = next(p for p in (path, *path.parents) if p.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        mend = f"make it writable: chmod u+rwx {existing}"
        return Finding("broken", what, f"{existing} can't be written", mend)
    if existing != path:
        return Finding("ok", what, f"{path} (not made yet)")
    mode = stat.S_IMODE(path.stat().st_mode)
    if private and mode & 0o022:
        detail = f"others may write to {path} (mode {mode:04o})"
        return Finding("broken", what, detail, f"chmod go-w {path}")
    return Finding("ok", what, str(path))


def _optional() -> Iterator[Finding]:
    for name, purpose in _OPTIONAL.items():
        try:
            yield Finding("ok", name, version(name))
        except PackageNotFoundError:
            detail = f"not installed; it gives {purpose}"
            yield Finding("missing", name, detail, f"pip install {name}")


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    _toolchain,
    _headers,
    _cython,
    _kernelspec,
    _folders,
    _optional,
)
