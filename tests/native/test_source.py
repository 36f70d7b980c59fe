from __future__ import annotations

import pytest

from jsvm_kernel.native.source import NativeSource, check_source


def test_text_has_the_cells_line_numbers() -> None:
    source = NativeSource(name="m", code="a\r\nb\rc", line_offset=2)
    assert source.text == "\n\na\nb\nc\n"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert NativeSource(name="m", code="\ufeffx").text == "x\n"


@pytest.mark.parametrize("name", ["", "2d", "a-b", "a.b", "über", "__x", "a b", "../x"])
def test_a_name_that_no_module_can_have_is_refused(name: str) -> None:
    (problem,) = check_source(NativeSource(name=name, code="x = 1"))
    assert problem.severity == "error"
    assert repr(name) in problem.message


@pytest.mark.parametrize("code", ["", "\n  \n", "\ufeff"])
def test_an_empty_cell_is_refused(code: str) -> None:
    (problem,) = check_source(NativeSource(name="m", code=code))
    assert "empty" in problem.message


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_a_character_that_no_source_can_hold_is_shown(bad: str) -> None:
    source = NativeSource(name="m", code=f"x = 1\nab{bad}c", line_offset=1)
    (problem,) = check_source(source)
    assert (problem.line, problem.column) == (3, 3)
    assert problem.source_line == "ab\ufffdc"


def test_a_sound_source_has_no_problems() -> None:
    assert check_source(NativeSource(name="fast_math2", code="x = 'ü'")) == []
