from __future__ import annotations

from jsvm_kernel.native.diagnostics import Diagnostic, line_of, render


def test_render_shows_place_line_and_caret() -> None:
    diagnostic = Diagnostic(
        severity="error", message="bad", line=3, column=5, source_line="ab cd"
    )
    assert render([diagnostic], "In[7]") == (
        "In[7]:3:5: error: bad\n    3 | ab cd\n      |     ^"
    )


def test_the_caret_stands_below_its_column_behind_tabs() -> None:
    diagnostic = Diagnostic(
        severity="warning", message="m", line=12, column=3, source_line="\t\tx"
    )
    assert render([diagnostic], "c").splitlines()[-1] == "      | \t\t^"


def test_a_message_about_no_place_is_one_line() -> None:
    diagnostic = Diagnostic(severity="hint", message="do so")
    assert render([diagnostic], "In[1]") == "In[1]: hint: do so"


def test_line_of_counts_from_one_and_is_empty_beyond_the_text() -> None:
    assert line_of("a\nb", 2) == "b"
    assert line_of("a\nb", 0) == line_of("a\nb", 3) == ""


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    line = "a" * 500 + "B" + "c" * 500
    diagnostic = Diagnostic(
        severity="error", message="m", line=1, column=501, source_line=line
    )
    _, source, caret = render([diagnostic], "c").splitlines()
    assert len(source) < 140
    assert source[caret.index("^")] == "B"
    assert source[8] == source[-1] == "…"
