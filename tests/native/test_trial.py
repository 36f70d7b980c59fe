"""A module that crashes while it is imported is refused before a session has it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from jsvm_kernel.native.cache import Cache, cache_root
from jsvm_kernel.native.client import Builder

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def builder(builds: Path) -> AsyncIterator[Builder]:
    """One for all tests: its process starts in half a second, and outlives a trial."""
    builder = Builder(env={**os.environ, "XDG_CACHE_HOME": str(builds)})
    yield builder
    await builder.stop()


@pytest.fixture(autouse=True)
def same_cache(builds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(builds))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("(<int *>NULL)[0] = 1", "SIGSEGV"),
        ("from libc.stdlib cimport abort\nabort()", "SIGABRT"),
    ],
)
async def test_a_crash_at_import_is_an_error_and_nothing_is_kept(
    builder, source, code: str, why: str
) -> None:
    pid = builder.pid
    result = await builder.build(source(f"def f(): pass\n{code}\n", name="fatal"))
    assert not result.ok
    assert "crashes while it is imported" in result.diagnostics[0].message
    assert why in result.diagnostics[0].message
    modules = [entry.module for entry in Cache(cache_root()).entries()]
    assert not any("fatal" in module for module in modules)
    assert pid in (None, builder.pid)  # the builder itself goes on
    assert (await builder.build(source("def f(): pass\n"))).ok


async def test_a_c_function_that_is_nowhere_is_an_error_where_it_is_named(
    builder, source
) -> None:
    code = "cdef extern int nowhere(int)\ndef f(int x):\n    return nowhere(x)\n"
    result = await builder.build(source(code))
    (error,) = [d for d in result.diagnostics if d.severity == "error"]
    assert "undefined reference to 'nowhere'" in error.message
    assert (error.line, error.column) == (2, 17)


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('no')",
        "import no_such_package",
        "import sys; sys.exit(3)",
        "import os; os._exit(3)",
        "print('x' * 1000000)",
        "import time; time.sleep(1000)",
    ],
)
async def test_what_else_a_top_level_does_is_for_the_session(
    builder, source, code: str
) -> None:
    assert (await builder.build(source(f"def f(): pass\n{code}\n"))).ok


async def test_it_runs_in_the_notebooks_folder(builder, source, tmp_path) -> None:
    (tmp_path / "here").touch()
    code = "import os\ndef f(): pass\nif not os.path.exists('here'):\n    os.abort()\n"
    assert not (await builder.build(source(code))).ok
    assert (await builder.build(source(code, folder=str(tmp_path)))).ok


async def test_stopping_a_build_ends_the_child(builder, source) -> None:
    doing: list[str] = []
    code = "import time\ndef f(): pass\ntime.sleep(1000)\n"
    build = asyncio.create_task(builder.build(source(code), doing.append))
    while "importing" not in doing:
        await asyncio.sleep(0.01)
    build.cancel()
    with pytest.raises(asyncio.CancelledError):
        await build
    assert builder.pid is None
