"""Every allocation of the compiled layers fails once: an error at worst, no crash.

The C library has such a test of its own (tests/libjsvm); here an allocation may also be
one of Python's or of Cython's, anywhere between the C library and the caller.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import scarce_scenarios as scenarios

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "jsvm_kernel"


@pytest.fixture
def failing_malloc(cc: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The allocator that fails, compiled once; skips where it cannot be."""
    library = tmp_path_factory.getbasetemp() / "failing_malloc.so"
    if not library.exists():
        options = ["-O2", "-shared", "-fPIC", "-Wl,-z,defs", "-o", str(library)]
        source = str(HERE / "failing_malloc.c")
        if subprocess.run([*shlex.split(cc), *options, source], check=False).returncode:
            pytest.skip("the C library lets nobody wrap its allocator")
    return library


def run(
    scenario: str, failing_malloc: Path, width: int
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "scarce.py"), scenario, str(width)],
        env=os.environ
        | {
            "LD_PRELOAD": str(failing_malloc),
            "PYTHONMALLOC": "malloc",
            "PYTHONHASHSEED": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def widths(request: pytest.FixtureRequest) -> tuple[int, ...]:
    """How many allocations fail in a row: in the end all that follow."""
    return (1, 3, 1 << 40) if request.config.getoption("--long") else (1,)


@pytest.mark.parametrize("scenario", [s.__name__ for s in scenarios.ALL])
def test_an_allocation_that_fails_is_an_error(
    scenario: str, failing_malloc: Path, widths: tuple[int, ...]
) -> None:
    for width in widths:
        done = run(scenario, failing_malloc, width)
        *wrong, last = done.stdout.splitlines() or [""]
        assert not wrong
        assert last.startswith("done "), done.stderr
        assert int(last.split()[1]) > 20


def handlers_that_return(source: str) -> list[str]:
    """The lines that return from within an `except`."""
    found = []
    depth = None  # of the handler that the line is in
    for line in source.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if depth is not None and re.match(r"\s*return\b", line):
            found.append(line.strip())
        if depth is None and re.match(r"\s*except\b.*:$", line):
            depth = indent
    return found


def test_no_handler_returns() -> None:
    # Cython's code for that crashes if there was no memory for the traceback.
    sources = [path for end in ("pyx", "pxi") for path in PACKAGE.rglob(f"*.{end}")]
    assert len(sources) > 30
    found = {path.name: handlers_that_return(path.read_text()) for path in sources}
    assert {name: lines for name, lines in found.items() if lines} == {}
