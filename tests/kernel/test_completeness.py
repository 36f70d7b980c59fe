from __future__ import annotations

import pytest

from jsvm_kernel.kernel.completeness import completeness, indent_after


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1 + 1",
        "let a = await b",
        "for (;;) {}",
        "// (",
        "`(${1}`",
        "/[(]/.test('(')",
    ],
)
def test_whole_cells_are_complete(code: str) -> None:
    assert completeness(code) == "complete"


@pytest.mark.parametrize(
    "code",
    [
        "function f() {",
        "let [a, b",
        "`abc",
        "`a ${b",
        "if (x)",
        "a.",
        "f(1,",
        "{",
        "x = {a: 1",
        "a +",
        "() =>",
        "if (x) {} else",
        "/* c",
        "1 /* a */ /* b",
        "switch (a) { case 1:",
        "(" * 5000,
    ],
)
def test_cells_that_go_on_are_incomplete(code: str) -> None:
    assert completeness(code) == "incomplete"


@pytest.mark.parametrize("code", ["}", "a b", "let 1x", "f(]", "let a = 1; }", "'abc"])
def test_other_errors_are_invalid(code: str) -> None:
    assert completeness(code) == "invalid"


@pytest.mark.parametrize(
    ("code", "indent"),
    [("f(() => {", "    "), ("  if (a) {", "      "), ("  a +", "  "), ("a +", "")],
)
def test_the_next_line_is_indented_like_the_last_or_deeper(
    code: str, indent: str
) -> None:
    assert indent_after(code) == indent
