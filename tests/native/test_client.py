"""The builder as a process: warm, stopped, killed, shared."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from jsvm_kernel.native.cache import cache_root
from jsvm_kernel.native.client import (
    Builder,
    BuilderDied,
    BuilderError,
    BuildStopped,
)

SMALL = """
cpdef double add(double x, double y) noexcept nogil:
    return x + y
"""


@pytest_asyncio.fixture
async def builder(cc: str) -> AsyncIterator[Builder]:
    builder = Builder()
    yield builder
    await builder.stop()


async def _gone(pid: int) -> None:
    """Wait until a killed process has ended; the test has a timeout."""
    while psutil.pid_exists(pid):
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        await asyncio.sleep(0.01)


def _entries() -> list[Path]:
    """What lies in the cache besides Cython's shared utilities."""
    return [p for p in cache_root().iterdir() if not any(p.glob("jsvm_shared_*"))]


def _finished_entries() -> list[Path]:
    return [p for p in _entries() if p.suffix not in (".tmp", ".lock")]


async def test_a_cell_is_built_and_can_be_called(builder, source, load) -> None:
    result = await builder.build(source(SMALL))
    assert load(result).add(1.5, 2) == 3.5
    assert result.description.functions[0].name == "add"
    assert result.translate_s > 0
    assert result.compile_s > 0


async def test_the_process_stays_for_the_next_build(builder, source) -> None:
    assert builder.pid is None
    await builder.build(source(SMALL))
    pid = builder.pid
    assert (await builder.build(source(SMALL))).cached
    await builder.build(source(SMALL, name="other"))
    assert builder.pid == pid
    assert os.getpgid(pid) == os.getsid(pid) == pid


async def test_it_runs_at_a_lower_priority(builder, source) -> None:
    await builder.build(source("def f(:"))
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, builder.pid) == min(mine + 5, 19)


async def test_an_error_of_the_cell_is_a_result(builder, source) -> None:
    result = await builder.build(source("def f(double x):\n    return x + nam\n"))
    assert not result.ok
    (error,) = result.diagnostics
    assert (error.line, error.column) == (3, 16)
    assert error.source_line == "    return x + nam"


async def test_changed_code_is_another_module(builder, source, load) -> None:
    first = await builder.build(source(SMALL))
    second = await builder.build(source(SMALL.replace("x + y", "x * y")))
    assert first.module != second.module
    assert load(first).add(2, 5) == 7
    assert load(second).add(2, 5) == 10


async def test_builds_at_once_take_turns(builder, source) -> None:
    sources = [source(SMALL, name=f"m{i}") for i in range(3)]
    results = await asyncio.gather(*map(builder.build, sources))
    assert [result.name for result in results] == ["m0", "m1", "m2"]
    assert all(result.ok for result in results)


async def test_two_processes_compile_one_cell_once(source, compiler) -> None:
    log = compiler('echo compiled >> "$(dirname $0)/log"') / "log"
    builders = [Builder(), Builder()]
    try:
        # Both are up and warm before they meet.
        await asyncio.gather(*(b.build(source("def f(:")) for b in builders))
        results = await asyncio.gather(*(b.build(source(SMALL)) for b in builders))
    finally:
        await asyncio.gather(*(builder.stop() for builder in builders))
    assert log.read_text().split() == ["compiled"]
    assert sorted(result.cached for result in results) == [False, True]
    assert results[0].path == results[1].path


@pytest.fixture
def hanging(compiler):
    """A compiler that hangs while a file `hang` lies beside it and tells its pid."""
    folder = compiler(
        'here="$(dirname $0)"\n'
        'if [ -e "$here/hang" ]; then\n'
        "    sleep 1000 &\n"
        '    echo $$ $! > "$here/pids"\n'
        "    wait\n"
        "fi"
    )
    (folder / "hang").touch()
    os.mkfifo(folder / "pids")
    return folder


async def _pids(folder: Path) -> list[int]:
    """Wait for the hanging compiler; its own number and that of its child."""
    text = await asyncio.to_thread((folder / "pids").read_text)
    return [int(word) for word in text.split()]


async def test_stop_kills_the_compiler_and_leaves_no_half_build(
    builder, source, hanging, load
) -> None:
    build = asyncio.create_task(builder.build(source(SMALL)))
    pids = [*await _pids(hanging), builder.pid]
    assert len(pids) == 3
    await builder.stop()
    with pytest.raises(BuildStopped):
        await build
    assert builder.pid is None
    for pid in pids:
        await _gone(pid)
    assert _finished_entries() == []

    (hanging / "hang").unlink()
    again = await builder.build(source(SMALL))
    assert not again.cached
    assert load(again).add(1, 2) == 3
    assert builder.pid not in pids
    assert [p.name for p in _finished_entries()] == [Path(again.path).parent.name]


async def test_a_cancelled_build_stops_the_process(builder, source, hanging) -> None:
    build = asyncio.create_task(builder.build(source(SMALL)))
    pids = await _pids(hanging)
    build.cancel()
    with pytest.raises(asyncio.CancelledError):
        await build
    for pid in pids:
        await _gone(pid)
    assert builder.pid is None


async def test_the_death_of_the_process_is_told(builder, source, hanging) -> None:
    build = asyncio.create_task(builder.build(source(SMALL)))
    await _pids(hanging)
    os.kill(builder.pid, signal.SIGSEGV)
    with pytest.raises(BuilderDied, match="by the signal SIGSEGV"):
        await build
    (hanging / "hang").unlink()
    assert (await builder.build(source(SMALL))).ok


async def test_what_a_dying_process_wrote_is_told(
    source, monkeypatch, tmp_path
) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('no python today')")
    python_path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    builder = Builder(env={**os.environ, "PYTHONPATH": python_path})
    with pytest.raises(BuilderDied, match="no python today"):
        await builder.build(source(SMALL))


async def test_a_process_that_died_between_builds_is_replaced(builder, source) -> None:
    await builder.build(source("def f(:"))
    pid = builder.pid
    os.kill(pid, signal.SIGKILL)
    await _gone(pid)
    assert (await builder.build(source(SMALL))).ok
    assert builder.pid != pid


async def test_start_warms_the_process_before_a_build(builder, source) -> None:
    await builder.start()
    pid = builder.pid
    assert pid is not None
    assert (await builder.build(source(SMALL))).ok
    assert builder.pid == pid


async def test_the_process_ends_when_the_front_is_gone(source, cc) -> None:
    builder = Builder()
    await builder.build(source("def f(:"))
    worker = builder._worker
    worker._writer.close()
    await asyncio.to_thread(worker.process.wait)
    assert worker.process.returncode == 0
    await builder.stop()


async def test_stopping_what_does_not_run_does_nothing(builder) -> None:
    await builder.stop()
    await builder.stop()


async def test_a_cell_that_cannot_be_sent_is_refused(builder, source) -> None:
    with pytest.raises(BuilderError, match="surrogates"):
        await builder.build(source("x = '\ud800'"))
    assert builder.pid is None
