"""is_complete: by the engine's parser, and by tree-sitter while the engine is busy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jsvm_kernel.kernel.completeness import completeness, indent_after
from jsvm_kernel.vm import VM

from .completeness_cases import COMPLETE, FORGIVEN, INCOMPLETE, INVALID
from .conftest import KernelUnderTest

CASES = {
    **dict.fromkeys(COMPLETE, "complete"),
    **dict.fromkeys(INCOMPLETE, "incomplete"),
    **dict.fromkeys(INVALID, "invalid"),
}
WHY = {**COMPLETE, **INCOMPLETE, **INVALID}


def wrong(judge: Callable[[str], str], expected: dict[str, str]) -> list[object]:
    """What is judged otherwise than expected, and why that is wrong."""
    judged = ((code, judge(code)) for code in expected)
    return [
        (code, status, WHY[code]) for code, status in judged if status != expected[code]
    ]


def test_the_engine_tells() -> None:
    with VM() as vm, vm.env() as env:
        assert wrong(env.check_syntax, CASES) == []


def test_tree_sitter_tells() -> None:
    expected = {**CASES, **dict.fromkeys(FORGIVEN, "complete")}
    assert wrong(completeness, expected) == []


def test_the_table_is_large_and_names_no_code_twice() -> None:
    assert len(CASES) == len(COMPLETE) + len(INCOMPLETE) + len(INVALID)
    assert set(INVALID) >= FORGIVEN


def test_deep_code_is_judged() -> None:
    assert completeness("(" * 5000) == "incomplete"


@pytest.mark.parametrize(
    ("code", "indent", "why"),
    [
        ("f(() => {", "  ", "a block is open"),
        ("  if (a) {", "    ", "a block within a block"),
        ("if (a) {\n    b = [", "        ", "by four, as the code does"),
        ("if (a) {\n\tb = {", "\t\t", "by tabs, as the code does"),
        ("if (a) {\n  b()", "  ", "in the block goes on as it is"),
        ("  a +", "  ", "an expression goes on"),
        ("a +", "", "an expression goes on"),
        ("if (a)", "  ", "a body without braces"),
        ("if (a) {\n  for (const b of c)", "    ", "a body without braces"),
        ("if (a) { b } else", "  ", "a body without braces"),
        ("x =>", "  ", "the body of an arrow"),
        ("f({", "  ", "two brackets on a line indent once"),
        ("f(a, // (", "  ", "a bracket in a comment does not count"),
        ("f('(' + g(), ", "  ", "a closed bracket does not count"),
        ("x = `a {", "", "a template's text takes no blanks"),
        ("`${f(", "  ", "a substitution is code"),
    ],
)
def test_the_next_line_is_indented(code: str, indent: str, why: str) -> None:
    assert indent_after(code) == indent, why


# ---- cells, through the kernel ------------------------------------------------------

CELLS = {
    "1 + 1": "complete",
    "f(": "incomplete",
    "a b": "invalid",
    "?name": "complete",
    "name??": "complete",
    "%lsmagic": "complete",
    "%lsmagic\n1 +": "incomplete",
    "%lsmagic\n}": "invalid",
    "!ls": "complete",
    "!ls\nf(": "incomplete",
    "!(a)": "complete",
    "%%html": "incomplete",
    "%%html\n": "complete",
    "%%html\n<b>(": "incomplete",
    "%%html\n<b>(\n\n": "complete",
    "%%time\n1 + 1": "incomplete",
    "%%time\n1 + 1\n\n": "complete",
    "%%time\nf(\n\n": "incomplete",
    "%%time\n}\n\n": "invalid",
    "%%ts\nlet a: number = 1\n\n": "complete",
    "%%ts\nfunction f(a: number) {\n\n": "incomplete",
    "%%ts\ninterface A {\n\n": "incomplete",
    "%%ts\nlet a: = 1\n\n": "invalid",
}


async def test_magics_and_their_bodies(kernel: KernelUnderTest) -> None:
    for code, status in CELLS.items():
        reply = await kernel.reply(kernel.client.is_complete(code))
        assert (code, reply["content"]["status"]) == (code, status)


async def test_a_busy_kernel_tells_as_well(kernel: KernelUnderTest) -> None:
    cell = kernel.client.execute("console.log('begun'); for (;;) {}")
    await kernel.until_text(cell, "begun")
    for code, status in CELLS.items():
        reply = await kernel.reply(kernel.client.is_complete(code))
        assert (code, reply["content"]["status"]) == (code, status)
    await kernel.interrupt()
    await kernel.finish(cell)
