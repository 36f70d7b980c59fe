"""What the table of names answers while the host is busy."""

from __future__ import annotations

import pytest

from jsvm_kernel.session.expressions import (
    Await,
    Call,
    Each,
    Either,
    Expression,
    Get,
    Instance,
    ListOf,
    Member,
    NameOf,
    New,
    Shape,
)
from jsvm_kernel.session.messages import Name
from jsvm_kernel.session.names import NameTable


@pytest.fixture
def table() -> NameTable:
    table = NameTable()
    table.reset(
        [
            Name(name="Math", kind="variable", members=["max", "min", "PI"]),
            Name(name="Map", kind="class", detail="Map(…)"),
            Name(name="escape", kind="function", detail="escape(…)"),
        ]
    )
    table.replace(
        [
            Name(name="Maze", kind="variable", type="Array", detail="Array(3)"),
            Name(name="žába", kind="class", detail="žába(a)"),
            Name(name="text", kind="variable", type="String", detail="'x'"),
            Name(name="odd", kind="variable", type="Object", members=["_b", "a"]),
        ]
    )
    return table


def texts(table: NameTable, subject: Expression | None, prefix: str = "") -> list[str]:
    return [match.text for match in table.complete(subject, prefix)]


def test_what_cells_made_comes_first(table: NameTable) -> None:
    assert texts(table, None, "Ma") == ["Maze", "Map", "Math"]


def test_what_is_there_for_old_programs_comes_last(table: NameTable) -> None:
    assert texts(table, None)[-1] == "escape"


def test_a_name_that_is_used_twice_is_the_cells(table: NameTable) -> None:
    table.replace([Name(name="Map", kind="variable")])
    assert table.complete(None, "Map")[0].kind == "variable"


def test_properties_of_a_global_complete_with_signatures(table: NameTable) -> None:
    (match,) = table.complete(NameOf("Math"), "ma")
    assert (match.text, match.signature) == ("max", "max(...values): number")


def test_names_with_an_underscore_come_behind(table: NameTable) -> None:
    names = texts(table, NameOf("odd"))
    assert names.index("a") < names.index("_b")


METHOD_OF_TEXT = Get(NameOf("text"), "split")


@pytest.mark.parametrize(
    ("subject", "member"),
    [
        (Instance("String"), "trim"),
        (NameOf("Maze"), "map"),
        (NameOf("text"), "split"),
        (METHOD_OF_TEXT, "bind"),
        (Call(METHOD_OF_TEXT), "join"),
        (Get(Call(METHOD_OF_TEXT), "0"), "charAt"),
        (Each(Call(METHOD_OF_TEXT)), "charAt"),
        (Get(NameOf("text"), "length"), "toFixed"),
        (New(NameOf("Map")), "getOrInsert"),
        (Await(New(NameOf("Map"))), "getOrInsert"),
        (ListOf(Instance("Date")), "map"),
        (Get(ListOf(Instance("Date")), "2"), "getDay"),
        (Call(Get(ListOf(Instance("Date")), "at")), "getDay"),
        (Call(Get(NameOf("Maze"), "sort")), "pop"),
        (Either([NameOf("nothing"), Instance("RegExp")]), "exec"),
        (Shape(members=[Member("own", Instance("Date"))]), "own"),
        (Get(Shape(members=[Member("own", Instance("Date"))]), "own"), "getDay"),
        (Get(Shape(base=Instance("Map")), "size"), "toFixed"),
        (New(Shape(instance=Instance("Set"))), "union"),
        (Call(Shape(returns=Instance("Set"))), "union"),
        (Instance("Uint8Array"), "subarray"),
    ],
)
def test_chains_are_followed(
    table: NameTable, subject: Expression, member: str
) -> None:
    assert member in texts(table, subject)


@pytest.mark.parametrize(
    "subject",
    [
        NameOf("None"),
        Get(NameOf("Math"), "PI"),
        Call(NameOf("Maze")),
        Call(Get(Instance("Map"), "get")),
        Each(NameOf("Maze")),
        Await(Instance("Promise")),
        New(NameOf("žába")),
    ],
)
def test_what_is_not_known_gives_nothing(table: NameTable, subject: Expression) -> None:
    assert texts(table, subject) == []


def test_inspection_tells_what_the_table_has(table: NameTable) -> None:
    facts = table.inspect(NameOf("žába"), "žába")
    assert facts is not None
    assert (facts.kind, facts.signature) == ("class", "žába(a)")
    facts = table.inspect(NameOf("Maze"), "Maze")
    assert facts is not None
    assert (facts.type, facts.preview) == ("Array", "Array(3)")
    assert table.inspect(NameOf("nowhere"), "nowhere") is None


def test_built_in_functions_are_inspected_with_their_documentation(
    table: NameTable,
) -> None:
    facts = table.inspect(Get(NameOf("Math"), "max"), "max")
    assert facts is not None
    assert facts.signature == "max(...values): number"
    assert facts.doc == "The greatest value."


def test_a_fresh_host_forgets_what_cells_made(table: NameTable) -> None:
    table.reset([])
    assert texts(table, None, "Ma") == []
