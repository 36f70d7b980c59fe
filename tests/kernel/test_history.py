from __future__ import annotations

from typing import Any

import pytest

from jsvm_kernel.kernel.history import History


@pytest.fixture
def history() -> History:
    history = History()
    for line, (source, output) in enumerate(
        [("a = 1", "1"), ("b = 2", None), ("a = 1", "1"), ("c[0]", "3")], start=1
    ):
        history.add(line, source, output)
    return history


def lines(history: History, **request: Any) -> list[int]:
    return [row[1] for row in history.answer(request)]


def test_tail_gives_the_last_inputs(history: History) -> None:
    assert lines(history, hist_access_type="tail", n=2) == [3, 4]
    assert lines(history, hist_access_type="tail", n=0) == []
    assert lines(history, hist_access_type="tail", n=9) == [1, 2, 3, 4]


def test_rows_carry_the_output_when_asked(history: History) -> None:
    rows = history.answer({"hist_access_type": "tail", "n": 2, "output": True})
    assert rows == [(1, 3, ("a = 1", "1")), (1, 4, ("c[0]", "3"))]


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (2, 4, [2, 3]),
        (1, None, [1, 2, 3, 4]),
        (-2, None, [3, 4]),
        (None, -1, [1, 2, 3]),
    ],
)
def test_range_counts_from_either_end(
    history: History, start: int | None, stop: int | None, found: list[int]
) -> None:
    request = {"hist_access_type": "range", "session": 0}
    assert lines(history, start=start, stop=stop, **request) == found


def test_range_of_another_session_is_empty(history: History) -> None:
    assert lines(history, hist_access_type="range", session=7, start=1) == []


def test_search_takes_a_glob_the_last_n_and_each_once(history: History) -> None:
    search = {"hist_access_type": "search", "pattern": "?? *"}
    assert lines(history, hist_access_type="search", pattern="? = *") == [1, 2, 3]
    assert lines(history, **search) == []
    assert lines(history, hist_access_type="search", pattern="a*", n=1) == [3]
    unique = lines(history, hist_access_type="search", pattern="*=*", unique=True)
    assert unique == [2, 3]


def test_an_unknown_way_is_refused(history: History) -> None:
    with pytest.raises(ValueError, match="'sideways'"):
        history.answer({"hist_access_type": "sideways"})
