"""Two kernels at once: one cache of native modules, one history, no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .conftest import KernelUnderTest, Run, start

NATIVE = "%%jsvm_native shared\ncpdef double half(double x):\n    return x / 2\n"


@pytest.fixture
async def two(
    tmp_path: Path, tmp_home: Path
) -> AsyncIterator[tuple[KernelUnderTest, KernelUnderTest]]:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, other = await asyncio.gather(*(start(folder) for folder in folders))
    yield one, other
    await asyncio.gather(one.stop(), other.stop())


def result(run: Run) -> str:
    assert run.content["status"] == "ok", run.content
    return run.of("execute_result")[-1]["data"]["text/plain"]


async def test_both_build_the_same_native_cell_at_once_and_both_are_right(
    two: tuple[KernelUnderTest, KernelUnderTest], cc: str
) -> None:
    built = await asyncio.gather(*(kernel.run(NATIVE) for kernel in two))
    assert [run.content["status"] for run in built] == ["ok", "ok"]
    for number, kernel in enumerate(two):
        run = await kernel.run(f"shared.half({number} + 1)")
        assert result(run) == str((number + 1) / 2).removesuffix(".0")


async def test_a_stop_and_a_death_in_one_leave_the_other_alone(
    two: tuple[KernelUnderTest, KernelUnderTest],
) -> None:
    one, other = two
    await asyncio.gather(one.run("let mine = 1"), other.run("let mine = 2"))
    cell = one.client.execute("console.log('begun'); for (;;) {}")
    await one.until_text(cell, "begun")
    assert result(await other.run("mine")) == "2"
    await one.interrupt()
    assert (await one.finish(cell)).content["status"] == "error"
    assert one.manager.provisioner is not None
    await one.manager.provisioner.kill()
    assert result(await other.run("mine")) == "2"
