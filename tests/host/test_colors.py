"""Colours of values: they change no layout, and a bare primitive has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.host.env import NotebookEnv

Run = Callable[[str], dict[str, Any]]
ESCAPE = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def colored(env: NotebookEnv, outcome: Run) -> Callable[[str], str]:
    env.configure({"colors": True, "of another part": "x"})

    def show(code: str) -> str:
        text: str = outcome(code)["data"]["text/plain"]
        return text

    return show


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[1]", "[ \x1b[33m1\x1b[39m ]"),
        ("[1n]", "[ \x1b[33m1n\x1b[39m ]"),
        ("['a']", "[ \x1b[32m'a'\x1b[39m ]"),
        ("[true]", "[ \x1b[33mtrue\x1b[39m ]"),
        ("[null]", "[ \x1b[1mnull\x1b[22m ]"),
        ("[undefined]", "[ \x1b[38;5;244mundefined\x1b[39m ]"),
        ("[Symbol('s')]", "[ \x1b[32mSymbol(s)\x1b[39m ]"),
        ("new Date(0)", "\x1b[35m1970-01-01T00:00:00.000Z\x1b[39m"),
        ("/x/g", "\x1b[31m/x/g\x1b[39m"),
        ("(function f() {})", "\x1b[36m[Function: f]\x1b[39m"),
        ("({get a() {}})", "{ a: \x1b[36m[Getter]\x1b[39m }"),
        ("({'a-b': 1})", "{ \x1b[32m'a-b'\x1b[39m: \x1b[33m1\x1b[39m }"),
        ("({[Symbol('k')]: 1})", "{ [\x1b[32mSymbol(k)\x1b[39m]: \x1b[33m1\x1b[39m }"),
        ("new Uint8Array(1)", "Uint8Array(1) [ \x1b[33m0\x1b[39m ]"),
        ("[,]", "[ \x1b[38;5;244m<1 empty item>\x1b[39m ]"),
        (
            "var o = {}; o.o = o; o",
            "\x1b[36m<ref *1>\x1b[39m { o: \x1b[36m[Circular *1]\x1b[39m }",
        ),
    ],
)
def test_each_kind_has_its_colour(
    colored: Callable[[str], str], code: str, text: str
) -> None:
    assert colored(code) == text


@pytest.mark.parametrize("code", ["42", "'text'", "true", "Symbol('s')", "1n", "null"])
def test_a_bare_primitive_has_none(colored: Callable[[str], str], code: str) -> None:
    assert "\x1b" not in colored(code)


@pytest.mark.parametrize(
    "code",
    [
        "Array.from({length: 120}, (_, i) => i * 37)",
        "Array.from({length: 30}, (_, i) => 'x'.repeat(i % 7))",
        "({a: 1, b: {c: [1, 2, {d: new Map([[1, 'x']])}]}, e: 'y'.repeat(60)})",
        "new Set([undefined, null, /a/, new Date(0), () => 1])",
        "Object.assign(function f() {}, {a: {b: 1}, c: 'z'.repeat(50)})",
        "[new Error('x'), Promise.resolve(1), new WeakSet(), Symbol('s')]",
        "[[[[[1]]]], [, 1], {['\\n']: '\\n'.repeat(20)}]",
    ],
)
def test_colours_change_no_layout(env: NotebookEnv, outcome: Run, code: str) -> None:
    plain = outcome(code)["data"]["text/plain"]
    env.configure({"colors": True})
    painted = outcome(code)["data"]["text/plain"]
    assert painted != plain
    assert ESCAPE.sub("", painted) == plain
