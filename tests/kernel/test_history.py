"""Inputs of this and earlier sessions, kept in a file that kernels share."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jsvm_kernel.kernel.history import History
from jsvm_kernel.kernel.history_store import HistoryStore

from .conftest import KernelUnderTest, start


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
async def history(path: Path, problems: list[str]) -> AsyncIterator[History]:
    history = History(path, problems.append)
    for line, (source, output) in enumerate(
        [("a = 1", "1"), ("b = 2", None), ("a = 1", "1"), ("c[0]", "3")], start=1
    ):
        history.add(line, source, output)
    yield history
    await history.close()


async def lines(history: History, way: str, **request: Any) -> list[int]:
    rows = await history.answer({"hist_access_type": way, **request})
    return [row[1] for row in rows]


def earlier(path: Path, *sources: str) -> None:
    """A session that has ended."""
    store = HistoryStore(path)
    for line, source in enumerate(sources, start=1):
        store.add(line, source, None)
    store.close()


# ---- the three ways ---------------------------------------------------------------


async def test_tail_gives_the_last_inputs(history: History) -> None:
    assert await lines(history, "tail", n=2) == [3, 4]
    assert await lines(history, "tail", n=0) == []
    assert await lines(history, "tail", n=9) == [1, 2, 3, 4]


async def test_rows_carry_the_output_when_asked(history: History) -> None:
    rows = await history.answer({"hist_access_type": "tail", "n": 3, "output": True})
    assert rows == [
        (1, 2, ("b = 2", None)),
        (1, 3, ("a = 1", "1")),
        (1, 4, ("c[0]", "3")),
    ]


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (2, 4, [2, 3]),
        (1, None, [1, 2, 3, 4]),
        (-2, None, [3, 4]),
        (None, -1, [1, 2, 3]),
    ],
)
async def test_range_counts_from_either_end(
    history: History, start: int | None, stop: int | None, found: list[int]
) -> None:
    assert await lines(history, "range", session=0, start=start, stop=stop) == found


async def test_search_takes_a_glob_the_last_n_and_each_once(history: History) -> None:
    assert await lines(history, "search", pattern="? = *") == [1, 2, 3]
    assert await lines(history, "search", pattern="?? *") == []
    assert await lines(history, "search", pattern="a*", n=1) == [3]
    assert await lines(history, "search", pattern="*=*", unique=True) == [2, 3]
    assert await lines(history, "search", pattern="*=*", unique=True, n=1) == [3]


async def test_an_unknown_way_is_refused(history: History) -> None:
    with pytest.raises(ValueError, match="'sideways'"):
        await history.answer({"hist_access_type": "sideways"})


# ---- across sessions --------------------------------------------------------------


async def test_earlier_sessions_are_in_tail_and_search(
    path: Path, problems: list[str]
) -> None:
    earlier(path, "old = 1", "same")
    history = History(path, problems.append)
    history.add(1, "same", None)
    tail = await history.answer({"hist_access_type": "tail", "n": 10})
    assert tail == [(1, 1, "old = 1"), (1, 2, "same"), (2, 1, "same")]
    found = await history.answer(
        {"hist_access_type": "search", "pattern": "s*", "unique": True}
    )
    assert found == [(2, 1, "same")]
    await history.close()


@pytest.mark.parametrize(
    ("session", "found"),
    [(-1, ["b1", "b2"]), (-2, ["a1"]), (1, ["a1"]), (0, []), (3, []), (9, [])],
)
async def test_negative_sessions_count_back_from_this_one(
    path: Path, problems: list[str], session: int, found: list[str]
) -> None:
    earlier(path, "a1")
    earlier(path, "b1", "b2")
    history = History(path, problems.append)
    rows = await history.answer({"hist_access_type": "range", "session": session})
    assert [row[2] for row in rows] == found
    await history.close()


async def test_kernels_at_once_get_sessions_of_their_own(path: Path) -> None:
    troubles: list[str] = []
    kernels = [History(path, troubles.append) for _ in range(6)]
    for line in range(1, 11):
        for number, kernel in enumerate(kernels):
            kernel.add(line, f"kernel {number}", None)
    for kernel in kernels:
        await kernel.close()
    assert troubles == []
    store = HistoryStore(path)
    entries = store.select("1")
    sources: dict[int, set[str]] = {entry[0]: set() for entry in entries}
    for session, _, source, _ in entries:
        sources[session].add(source)
    assert len(entries) == 60
    assert sorted(map(len, sources.values())) == [1] * 6
    store.close()


# ---- the file ---------------------------------------------------------------------


async def test_only_the_user_can_read_the_file(history: History, path: Path) -> None:
    await lines(history, "tail", n=1)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def corrupt(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, and long enough to be read as one" * 99)


def newer(path: Path) -> None:
    earlier(path, "x")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def folder(path: Path) -> None:
    path.mkdir(parents=True)


@pytest.mark.parametrize("spoil", [corrupt, newer, folder])
async def test_a_file_that_cannot_be_used_is_told_once_and_left_alone(
    path: Path, spoil: Callable[[Path], None], problems: list[str]
) -> None:
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    history = History(path, problems.append)
    for line in range(1, 4):
        history.add(line, f"input {line}", str(line))
    assert await lines(history, "tail", n=9) == [1, 2, 3]
    await asyncio.sleep(0)
    (problem,) = problems
    assert str(path) in problem
    assert "in memory" in problem
    assert before is None or path.read_bytes() == before
    await history.close()


async def test_a_file_that_fails_later_loses_nothing_of_this_session(
    history: History, path: Path, problems: list[str]
) -> None:
    await lines(history, "tail", n=1)
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE inputs")
    db.close()
    assert await lines(history, "tail", n=9) == [1, 2, 3, 4]
    history.add(5, "later", None)
    assert await lines(history, "tail", n=9) == [1, 2, 3, 4, 5]
    assert len(problems) == 1


async def test_memory_alone_writes_no_file(path: Path, problems: list[str]) -> None:
    history = History(None, problems.append)
    history.add(1, "x", None)
    assert await lines(history, "tail", n=1) == [1]
    await history.close()
    assert problems == []
    assert not path.exists()


def test_a_large_file_lets_its_oldest_sessions_go(path: Path) -> None:
    for number in range(8):
        store = HistoryStore(path, max_bytes=200_000)
        store.add(1, f"{number}" + "x" * 30_000, None)
        store.close()
    store = HistoryStore(path, max_bytes=200_000)
    kept = [entry[2][0] for entry in store.select("1")]
    assert kept == sorted(kept)
    assert kept[-1] == "7"
    assert 0 < len(kept) < 8
    assert store.session == 9, "numbers are not used again"
    store.close()


def test_what_sqlite_cannot_hold_is_kept_as_far_as_it_can(path: Path) -> None:
    store = HistoryStore(path)
    store.add(1, "'\ud800'", "y" * 100_000)
    ((_, _, source, output),) = store.select("1")
    assert source == "'?'"
    assert output is not None and len(output) == 20_001
    store.close()


# ---- in the kernel ----------------------------------------------------------------


async def tail(kernel: KernelUnderTest) -> list[list[Any]]:
    request = kernel.client.history(hist_access_type="tail", n=9, output=True)
    found: list[list[Any]] = (await kernel.reply(request))["content"]["history"]
    return found


async def test_a_restarted_kernel_remembers(tmp_path: Path, tmp_home: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        kernel = await start(folder)
        await kernel.run(f"{number} + 40")
        await kernel.run("'secret'", store_history=False)
        await kernel.run("'silent'", silent=True)
        found = await tail(kernel)
        await kernel.stop()
    assert found == [[1, 1, ["1 + 40", "41"]], [2, 1, ["2 + 40", "42"]]]


async def test_a_bad_file_is_told_under_the_cell(
    fake: KernelUnderTest, tmp_home: Path
) -> None:
    (tmp_home / ".local/share/jupyter/jsvm_kernel").write_text("in the way")
    cell = fake.client.execute("result 1")
    await fake.until_text(cell, "kept in memory")
    assert await tail(fake) == [[1, 1, ["result 1", "1"]]]


def test_kernels_that_meet_at_a_new_file_all_keep_it(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def first_input(path: Path) -> str | None:
        store = HistoryStore(path)
        together.wait()
        store.add(1, "a", None)
        store.close()
        return store.problem

    with ThreadPoolExecutor(4) as pool:
        for number in range(25):
            path = tmp_path / f"{number}.sqlite"
            assert list(pool.map(first_input, [path] * 4)) == [None] * 4
            after = HistoryStore(path)
            assert after.session == 5
            after.close()
