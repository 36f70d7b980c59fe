"""Which object a completion or inspection is about."""

from __future__ import annotations

import pytest

from jsvm_kernel.host.expression import (
    completion_target,
    inside_text,
    inspection_path,
)


@pytest.mark.parametrize(
    ("code", "path", "prefix"),
    [
        ("", [], ""),
        ("con", [], "con"),
        ("console.lo", ["console"], "lo"),
        ("a.b.c.", ["a", "b", "c"], ""),
        ("a?.b?.c", ["a", "b"], "c"),
        ("x = foo.ba", ["foo"], "ba"),
        ("a\n  .b\n  .c", ["a", "b"], "c"),
        ("rows[0].na", ["rows", "0"], "na"),
        ("o['a-b'].c", ["o", "a-b"], "c"),
        ('o["k"][3].', ["o", "k", "3"], ""),
        ("'abc'.up", [{"literal": "string"}], "up"),
        ("`a`.", [{"literal": "string"}], ""),
        ("[1, 2].ma", [{"literal": "array"}], "ma"),
        ("f(a.b", ["a"], "b"),
        ("$x._y", ["$x"], "_y"),
        ("größe.a", ["größe"], "a"),
        ("f().a", None, "a"),
        ("a[i].b", None, "b"),
        ("(a).b", None, "b"),
        ("[...ar", [], "ar"),
        ("`${na", [], "na"),
    ],
)
def test_completion_finds_the_object_before_the_dot(
    code: str, path: list[object] | None, prefix: str
) -> None:
    target = completion_target(code, len(code))
    assert target is not None
    assert (target.path, target.prefix) == (path, prefix)
    assert target.start == len(code) - len(prefix)


@pytest.mark.parametrize(
    "code", ["'abc", "// con", "/* x.", "`a.b", '"it', "12", "1.5"]
)
def test_nothing_is_completed_inside_text_and_numbers(code: str) -> None:
    assert completion_target(code, len(code)) is None


@pytest.mark.parametrize(
    ("code", "cursor", "inside"),
    [
        ("'a'", 1, True),
        ("'a'", 3, False),
        ("'a\\'b'", 5, True),
        ("`a${b}c`", 5, False),
        ("`a${b}c`", 7, True),
        ("`${ {a: 1} }x`", 10, False),
        ("`${ {a: 1} }x`", 13, True),
        ("a // b\nc", 5, True),
        ("a // b\nc", 8, False),
        ("/* a */ b", 9, False),
    ],
)
def test_strings_templates_and_comments_are_told_apart(
    code: str, cursor: int, inside: bool
) -> None:
    assert inside_text(code, cursor) is inside


@pytest.mark.parametrize(
    ("code", "cursor", "path"),
    [
        ("foo.bar", 2, ["foo"]),
        ("foo.bar", 5, ["foo", "bar"]),
        ("foo.bar", 7, ["foo", "bar"]),
        ("foo()", 4, ["foo"]),
        ("foo(1, 2)", 7, ["foo"]),
        ("a.foo(1, [2, ", 13, None),
        ("a.foo(1, g(2), ", 15, ["a", "foo"]),
        ("", 0, None),
        ("1 + ", 4, None),
    ],
)
def test_inspection_is_about_the_name_or_the_call(
    code: str, cursor: int, path: list[object] | None
) -> None:
    assert inspection_path(code, cursor) == path
