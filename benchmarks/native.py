"""A Cython cell, from its text to a callable function, beside IPython's `%%cython`."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time

from jsvm_kernel.native.client import Builder
from jsvm_kernel.native.source import NativeSource
from jsvm_kernel.native.tiers import tcc_version

from .harness import Figure, side_by_side

PEER = "%%cython"

SOURCE = """
cpdef double hypot3(double a, double b, double c) noexcept nogil:
    return (a * a + b * b + c * c) ** 0.5
"""

ARRAYS = """
def hypot3(const double[:] a, double b, double c):
    cdef double total = 0
    cdef Py_ssize_t i
    for i in range(a.shape[0]):
        total += a[i] * a[i]
    return (total + b * b + c * c) ** 0.5
"""

#: One cold cell in a fresh IPython, timed inside it: start and imports are not counted.
CYTHON_CELL = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "cython")
cell = {cell!r}
start = time.perf_counter()
shell.run_cell_magic("cython", "", cell)
shell.user_ns["hypot3"]({first}, 2, 3)
cold = time.perf_counter() - start
start = time.perf_counter()
shell.run_cell_magic("cython", "", cell)
print(cold, time.perf_counter() - start)
"""

serial = itertools.count()


def unlike(source: str) -> str:
    """The same cell with a comment of its own, which no cache has seen."""
    return f"# {os.getpid()}.{next(serial)}\n{source}"


def cython_times(source: str = SOURCE, first: str = "1") -> tuple[float, float]:
    """Cold and repeated time of the cell in `%%cython`, called with `first`, 2, 3."""
    with tempfile.TemporaryDirectory() as home:
        output = subprocess.run(
            [
                sys.executable,
                "-c",
                CYTHON_CELL.format(cell=unlike(source), first=first),
            ],
            env={**os.environ, "IPYTHONDIR": home, "HOME": home},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    cold, warm = output.split()[-2:]
    return float(cold), float(warm)


def figures() -> list[Figure]:
    """Cold: never built before, builder started. Warm: the same cell again."""
    loop = asyncio.new_event_loop()
    builder = Builder()

    def build(source: str, *, quick: bool = False) -> float:
        start = time.perf_counter()
        result = loop.run_until_complete(
            builder.build(NativeSource(name="bench", code=source, quick=quick))
        )
        assert result.ok, result.diagnostics
        assert result.quick == quick, result.not_quick
        return time.perf_counter() - start

    try:
        quick = []
        if tcc_version():
            quick.append(
                side_by_side(
                    "native cell, cold, by tcc",
                    PEER,
                    lambda: build(unlike(SOURCE), quick=True),
                    lambda: cython_times()[0],
                    rounds=3,
                )
            )
        built = unlike(SOURCE)
        build(built)
        cold = side_by_side(
            "native cell, cold",
            PEER,
            lambda: build(unlike(SOURCE)),
            lambda: cython_times()[0],
            rounds=3,
        )
        arrays = side_by_side(
            "native cell with double[:], cold",
            PEER,
            lambda: build(unlike(ARRAYS)),
            lambda: cython_times(ARRAYS, "__import__('array').array('d', [1])")[0],
            rounds=3,
        )
        warm = side_by_side(
            "native cell, again",
            PEER,
            lambda: build(built),
            lambda: cython_times()[1],
            rounds=3,
        )
    finally:
        loop.run_until_complete(builder.stop())
        loop.close()
    return [cold, arrays, *quick, warm]
