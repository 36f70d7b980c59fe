"""The quick tier: what tcc builds, and which modules may change their build in use."""

from __future__ import annotations

import threading
import types
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from jsvm_kernel.native import tiers
from jsvm_kernel.native.build import build
from jsvm_kernel.native.cache import Cache, cache_root
from jsvm_kernel.native.diagnostics import Diagnostic
from jsvm_kernel.native.result import BuildResult
from jsvm_kernel.native.shared import make_shared
from jsvm_kernel.native.source import NativeSource
from jsvm_kernel.native.tiers import keeps_state
from jsvm_kernel.native.toolchain import find_toolchain

Build = Callable[..., BuildResult]
CODE = """
    cpdef double add(double a, double b) noexcept nogil:
        return a + b

    def total(const double[:] values):
        cdef double sum = 0
        for i in range(values.shape[0]):
            sum += values[i]
        return sum
"""


@pytest.mark.parametrize(
    "code",
    [
        "cpdef int f(int n):\n    return n\n",
        '"""Doc.\n\nMore = 1.\n"""\nimport math\nfrom libc.math cimport sin\n\n'
        "def f(a=1, b='x'):\n    c = [1]\n    return c\n",
        "# comment\ncdef inline double g(\n    double x,\n) noexcept nogil:\n"
        "    return x\n@cython.boundscheck(False)\ndef f():\n    pass\n",
        'cdef extern from "math.h":\n    double sin(double)\ncdef struct P:\n'
        "    int x\nctypedef int number\ncpdef enum Side:\n    LEFT = 1\n"
        "async def f():\n    return 1\n",
    ],
)
def test_functions_and_types_keep_nothing(code: str) -> None:
    assert not keeps_state(code)


@pytest.mark.parametrize(
    "code",
    [
        "calls = 0\n",
        "cdef int calls = 0\n",
        "cdef int calls\n",
        "cdef dict known = dict(a=1)\n",
        "def f(known={}):\n    pass\n",
        "def f(known=list()):\n    pass\n",
        "def f():\n    global calls\n    calls = 1\n",
        "class C:\n    pass\n",
        "def f():\n    class C:\n        pass\n    return C\n",
        "@lru_cache\ndef f():\n    pass\n",
        "if True:\n    x = 1\n",
        'cdef extern from *:\n    """\n    static int n;\n    """\n',
        "for x in range(3): pass\n",
        "f = lambda: 1\n",
    ],
)
def test_whatever_may_remember_something_counts_as_state(code: str) -> None:
    assert keeps_state(code)


def test_a_quick_build_works_and_the_other_one_goes_before_it(
    tcc: str, built: Build, load: Callable[[BuildResult], types.ModuleType]
) -> None:
    quick = built(CODE, quick=True)
    assert quick.quick
    assert quick.compiler.startswith("tcc")
    assert quick.exchangeable
    module = load(quick)
    assert module.add(1, 2.5) == 3.5
    assert module.total(array("d", [1, 2, 3.5])) == 6.5
    again = built(CODE, quick=True)
    assert (again.quick, again.cached, again.path) == (True, True, quick.path)
    real = built(CODE)
    assert not real.quick
    assert real.module != quick.module
    assert built(CODE, quick=True).path == real.path


def test_a_quick_build_takes_shared_classes_of_memoryviews_from_tcc_alone(
    tcc: str, built: Build, load: Callable[[BuildResult], types.ModuleType]
) -> None:
    # gcc's count with atomics and have no lock, which tcc's builds take.
    tools = find_toolchain()
    quick_tools = tiers.quick_toolchain(tools)
    assert quick_tools is not None
    needed = make_shared(Cache(cache_root()), quick_tools)
    code = "def f(double[:] values):\n    return values[1:]\n"
    quick, real = built(code, quick=True), built(code)
    assert quick.needs == [needed]
    assert real.needs != [needed]
    part = load(quick).f(array("d", [1, 2, 3]))
    assert memoryview(load(real).f(part)).tolist() == [3]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def f():\n    return 1\n", "tcc failed: "),
        ("def f(:\n", ""),
    ],
)
def test_what_tcc_cannot_do_is_built_by_the_c_compiler(
    built: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, why: str
) -> None:
    program = tmp_path / "tcc"
    program.write_text(
        "#!/bin/sh\n[ $1 = -v ] && exec echo tcc 1\necho no good; exit 1"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(tiers, "_LAST_PYTHON", (99, 0))
    tiers.tcc_version.cache_clear()
    result = built(code, quick=True)
    tiers.tcc_version.cache_clear()
    assert not result.quick
    assert result.ok == bool(why)
    if why:
        assert result.not_quick == f"{why}no good"
        assert not result.compiler.startswith("tcc")


def test_two_quick_builds_of_a_cell_at_once_are_one(
    tcc: str, source: Callable[..., NativeSource], cc: str
) -> None:
    # The second begins while the first one tries its module, under the lock.
    cell = source("def f():\n    return 1\n", quick=True)
    tried: list[str] = []
    second: list[BuildResult] = []
    waits = threading.Event()
    thread = threading.Thread(
        target=lambda: second.append(build(cell, lambda doing: waits.set(), try_it))
    )

    def try_it(module: str, *others: object) -> list[Diagnostic]:
        tried.append(module)
        thread.start()
        assert waits.wait(10)
        return []

    first = build(cell, trial=try_it)
    thread.join()
    assert first.quick
    assert (first.cached, second[0].cached) == (False, True)
    assert tried == [first.module] == [second[0].module]


def test_without_tcc_nothing_is_missing(
    built: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "_LAST_PYTHON", (3, 0))
    tiers.tcc_version.cache_clear()
    result = built("def f():\n    return 1\n", quick=True)
    tiers.tcc_version.cache_clear()
    assert result.ok
    assert not result.quick
    assert "tcc is not installed" in result.not_quick
