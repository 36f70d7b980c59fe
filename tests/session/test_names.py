from __future__ import annotations

import pytest

from jsvm_kernel.session.messages import Name
from jsvm_kernel.session.names import NameTable


@pytest.fixture
def table() -> NameTable:
    table = NameTable()
    table.reset(
        [
            Name(name="Math", kind="variable", members=["max", "min", "PI"]),
            Name(name="Map", kind="class", detail="class Map"),
        ]
    )
    table.replace([Name(name="Maze", kind="variable"), Name(name="žába", kind="class")])
    return table


def texts(table: NameTable, code: str, cursor: int | None = None) -> list[str]:
    reply = table.complete(code, len(code) if cursor is None else cursor)
    return [match.text for match in reply.matches]


def test_what_cells_made_comes_first(table: NameTable) -> None:
    assert texts(table, "x = Ma") == ["Maze", "Map", "Math"]


def test_keywords_complete(table: NameTable) -> None:
    assert texts(table, "awa") == ["await"]


def test_properties_of_a_global_complete(table: NameTable) -> None:
    assert texts(table, "1 + Math . m") == ["max", "min"]


@pytest.mark.parametrize("code", ["f().m", "a.Math.m", "[1].m", "'x'.m", "None.m"])
def test_unknown_owners_give_nothing(table: NameTable, code: str) -> None:
    assert texts(table, code) == []


def test_offsets_are_code_points(table: NameTable) -> None:
    reply = table.complete('"🐎"; žá + 1', 7)
    assert [match.text for match in reply.matches] == ["žába"]
    assert (reply.start, reply.end) == (5, 7)


def test_inspection_takes_the_whole_name_around_the_cursor(table: NameTable) -> None:
    assert table.inspect("new Map()", 5).data == {"text/plain": "class Map"}
    assert table.inspect("Maze", 0).data == {"text/plain": "Maze: variable"}
    assert not table.inspect("Math.max", 7).found
    assert not table.inspect("", 0).found


def test_a_fresh_host_forgets_what_cells_made(table: NameTable) -> None:
    table.reset([])
    assert texts(table, "Ma") == []
