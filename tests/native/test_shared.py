"""Cython's shared utility module: who uses it, and when it is made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jsvm_kernel.native.cache import Cache, cache_root
from jsvm_kernel.native.shared import find_shared, wants_shared
from jsvm_kernel.native.toolchain import find_toolchain

TOTAL = """
def total(const double[:] values):
    cdef double sum = 0
    for i in range(values.shape[0]):
        sum += values[i]
    return sum
"""
ADD = """
cpdef int add(int a, int b):
    return a + b
"""


def _shared() -> Path:
    found = find_shared(Cache(cache_root()), find_toolchain())
    assert found is not None
    return Path(found.path)


def test_cells_leave_the_code_of_memoryviews_to_the_module(built, load) -> None:
    result = built(TOTAL)
    assert [needed.path for needed in result.needs] == [str(_shared())]
    assert Path(result.path).stat().st_size < _shared().stat().st_size / 2
    from array import array

    assert load(result).total(array("d", [1, 2, 3.5])) == 6.5


def test_a_cell_of_numbers_does_not_wait_for_it(built, load) -> None:
    shutil.rmtree(_shared().parent)
    result = built(ADD)
    assert result.needs == []
    assert load(result).add(2, 3) == 5
    assert find_shared(Cache(cache_root()), find_toolchain()) is None


def test_a_found_build_gets_it_back_when_it_was_swept_away(built, load) -> None:
    first = built(TOTAL)
    shutil.rmtree(_shared().parent)
    again = built(TOTAL)
    assert again.cached
    assert again.needs == first.needs
    assert _shared().is_file()


def test_that_it_cannot_be_made_is_said(built, compiler) -> None:
    shutil.rmtree(_shared().parent)
    compiler("echo no space >&2; exit 3")
    result = built(TOTAL)
    assert not result.ok
    message = result.diagnostics[0].message
    assert "shared utility module can't be made" in message
    assert "status 3:\nno space" in message


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("def f(double[:] x): pass", True),
        ("def f(int[:, ::1] x): pass", True),
        ("from cython cimport view", True),
        ("cdef f(int x): return x", False),
    ],
)
def test_only_memoryviews_are_worth_waiting_for(text: str, wants: bool) -> None:
    assert wants_shared(text) is wants
