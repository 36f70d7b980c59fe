"""Tables: of results that are arrays of records, and of console.table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import Listener

from jsvm_kernel.host.env import NotebookEnv

Run = Callable[[str], dict[str, Any]]


class Table(HTMLParser):
    """Rows of (tag, text, alignment), and whatever else was there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str, str]]] = []
        self.tags: set[str] = set()
        self.remark = ""
        self._cell: tuple[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            style = dict(attrs).get("style", "")
            self._cell = (tag, style.removeprefix("text-align: "))
            self.rows[-1].append((tag, "", self._cell[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            tag, text, align = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, text + data, align)
        elif data.strip():
            self.remark += data

    @property
    def texts(self) -> list[list[str]]:
        return [[text for _, text, _ in row] for row in self.rows]


def table_of(result: dict[str, Any]) -> Table:
    return Table(result["data"]["text/html"])


def test_an_array_of_records_is_a_table_with_a_plain_twin(outcome: Run) -> None:
    result = outcome("[{n: 1, s: 'a'}, {n: 22, s: 'b', more: [1, {x: 1}]}]")
    table = table_of(result)
    assert table.texts == [
        ["", "n", "s", "more"],
        ["0", "1", "a", ""],
        ["1", "22", "b", "[ 1, [Object] ]"],
    ]
    assert [align for _, _, align in table.rows[1]] == ["left", "right", "left", ""]
    assert [align for _, _, align in table.rows[0]] == ["", "right", "left", "left"]
    assert result["data"]["text/plain"].startswith("[ { n: 1, s: 'a' }, { n: 22,")


@pytest.mark.parametrize(
    "value",
    [
        "[{a: 1}]",
        "[Object.assign(Object.create(null), {a: 1})]",
        "[{a: 1, b: 2}, {a: 1}, {b: 2}]",
        "Object.assign([{a: 1}], {columns: ['a']})",
    ],
)
def test_what_is_records(outcome: Run, value: str) -> None:
    assert "text/html" in outcome(value)["data"]


@pytest.mark.parametrize(
    "value",
    [
        "[]",
        "[{}]",
        "[1, 2]",
        "[{a: 1}, 2]",
        "[{a: 1}, , {a: 2}]",
        "[[1, 2], [3, 4]]",
        "[new (class P { x = 1 })]",
        "new Map([[1, {a: 1}]])",
        "({a: {b: 1}})",
        "[{a: 1}, {b: 1}, {c: 1}]",
        "[new Proxy({a: 1}, {})]",
        "new Proxy([{a: 1}], {})",
        "[{a: 1, [Symbol.for('nodejs.util.inspect.custom')]() { return 'x' }}]",
        "'[{a: 1}]'",
    ],
)
def test_what_is_none(outcome: Run, value: str) -> None:
    assert set(outcome(value)["data"]) == {"text/plain"}


def test_tables_can_be_turned_off(env: NotebookEnv, outcome: Run) -> None:
    env.configure({"tables": False})
    assert set(outcome("[{a: 1}]")["data"]) == {"text/plain"}


def test_no_getter_runs_for_a_table(outcome: Run) -> None:
    table = table_of(outcome("[{get a() { throw 1 }, b: 2}]"))
    assert table.texts[1] == ["0", "[Getter]", "2"]


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</td></tr></table><b>",
        "' onmouseover='alert(1)",
        "&lt;b&gt;",
        "<!-- ",
    ],
)
def test_what_records_hold_never_becomes_markup(outcome: Run, evil: str) -> None:
    text = json.dumps(evil)
    result = outcome(f"[{{[{text}]: {text}, nested: [{text}], n: {{[{text}]: 1}}}}]")
    table = table_of(result)
    assert table.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert table.texts[0][1] == evil
    assert table.texts[1][1] == evil


def test_a_long_or_wide_table_is_cut_with_a_count(outcome: Run) -> None:
    table = table_of(outcome("Array.from({length: 1234}, (_, i) => ({i}))"))
    assert len(table.rows) == 1 + 100
    assert "1134 more rows" in table.remark
    wide = "Object.fromEntries(Array.from({length: 40}, (_, i) => ['c' + i, i]))"
    table = table_of(outcome(f"[{wide}]"))
    assert len(table.rows[0]) == 1 + 30
    assert "10 more columns" in table.remark


def test_a_long_text_is_cut(outcome: Run) -> None:
    table = table_of(outcome("[{t: 'x'.repeat(5000)}]"))
    assert table.texts[1][1] == "x" * 200 + "…"


def shown(listener: Listener) -> dict[str, Any]:
    ((kind, message),) = listener.displays
    assert kind == "display"
    content: dict[str, Any] = json.loads(message)["data"]
    return content


def test_console_table_shows_both_kinds(listener: Listener, outcome: Run) -> None:
    outcome("console.table([{a: 1, b: 'x'}, 5])")
    data = shown(listener)
    assert data["text/plain"] == (
        "┌─────────┬───┬─────┬────────┐\n"
        "│ (index) │ a │ b   │ Values │\n"
        "├─────────┼───┼─────┼────────┤\n"
        "│ 0       │ 1 │ 'x' │        │\n"
        "│ 1       │   │     │ 5      │\n"
        "└─────────┴───┴─────┴────────┘"
    )
    assert Table(data["text/html"]).texts == [
        ["", "a", "b", "Values"],
        ["0", "1", "x", ""],
        ["1", "", "", "5"],
    ]


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ("{r: {a: 1}, s: {a: 2}}", [["", "a"], ["r", "1"], ["s", "2"]]),
        ("[[1, 2], [3]]", [["", "0", "1"], ["0", "1", "2"], ["1", "3", ""]]),
        ("new Set(['v'])", [["", "Values"], ["0", "v"]]),
        ("new Map([['k', {a: 1}]])", [["", "Key", "a"], ["0", "k", "1"]]),
        ("new Map([['k', 1]]).entries()", [["", "Key", "Values"], ["0", "k", "1"]]),
        ("[{a: 1, b: 2}], ['b', 'c']", [["", "b", "c"], ["0", "2", ""]]),
        ("new Proxy([{a: 1}], {})", [["", "a"], ["0", "1"]]),
    ],
)
def test_console_table_of(
    listener: Listener, outcome: Run, given: str, texts: list[list[str]]
) -> None:
    outcome(f"console.table({given})")
    assert Table(shown(listener)["text/html"]).texts == texts


def test_console_table_needs_names_of_columns(outcome: Run) -> None:
    error = outcome("console.table([{a: 1}], 'a')")["error"]
    assert "an array of names, got 'a'" in error["message"]


def test_a_text_table_of_many_rows_is_cut(listener: Listener, outcome: Run) -> None:
    outcome("console.table(Array.from({length: 1002}, (_, i) => i))")
    text = shown(listener)["text/plain"]
    assert text.endswith("\n... 2 more rows")
    assert len(re.findall(r"^│", text, re.MULTILINE)) == 1001
