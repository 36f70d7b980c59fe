from __future__ import annotations

import pytest

from jsvm_kernel.kernel.source import (
    CellMagic,
    LineMagic,
    Question,
    Script,
    read_cell,
)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1 + 1",
        "let a = 7\n%b",
        "`\n%lsmagic\n`",
        "// only a comment",
        "a ? b : c",
        "x?.y",
        "a\n?b",
        "/*\n%lsmagic */",
        "!true",
        "!(a)",
        "!!a",
        "!await f()",
        "!function () {}()",
        "let a = 1\n!ls",
    ],
)
def test_javascript_is_left_as_it_is(code: str) -> None:
    assert read_cell(code) == Script((), code)


def test_line_magics_above_are_blanked_and_lines_stay() -> None:
    cell = read_cell("\n%a x  y\n// note\n  %b\nlet c = 1\n%d")
    assert cell == Script(
        (LineMagic("a", "x  y", 1), LineMagic("b", "", 3)),
        "\n\n// note\n\nlet c = 1\n%d",
    )


@pytest.mark.parametrize("line", ["!ls -l | wc", "! ls -l | wc", "  !ls -l | wc"])
def test_a_line_that_begins_with_a_bang_is_a_command(line: str) -> None:
    cell = read_cell(f"{line}\n%b\nlet c = 1")
    assert cell == Script(
        (LineMagic("system", "ls -l | wc", 0), LineMagic("b", "", 1)),
        "\n\nlet c = 1",
    )


@pytest.mark.parametrize("line", ["!./run.sh", "!~/bin/x", "!$HOME/x", "!trueish"])
def test_a_command_may_be_a_path(line: str) -> None:
    assert read_cell(line) == Script((LineMagic("system", line[1:], 0),), "")


def test_a_cell_magic_takes_the_rest() -> None:
    cell = read_cell("\n%%jsvm_native m --opt 3\ndef f():\n    %x\n")
    assert cell == CellMagic("jsvm_native", "m --opt 3", "def f():\n    %x\n", 2)


def test_a_cell_magic_below_a_line_magic_is_a_line_magic_that_is_unknown() -> None:
    cell = read_cell("%a\n%%b")
    assert cell == Script((LineMagic("a", "", 0), LineMagic("b", "", 1)), "\n")


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("?a", Question("a", 0)),
        ("a.b?", Question("a.b", 0)),
        ("??$x", Question("$x", 1)),
        (" %jsvm_info?\n", Question("%jsvm_info", 0)),
    ],
)
def test_questions(code: str, question: Question) -> None:
    assert read_cell(code) == question


def test_a_byte_order_mark_does_not_hide_a_magic() -> None:
    assert read_cell("\ufeff%%x a\nb") == CellMagic("x", "a", "b", 1)
