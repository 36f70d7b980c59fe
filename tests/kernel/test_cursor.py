"""What is being typed at a cursor, and what the code around it says of it."""

from __future__ import annotations

import msgspec
import pytest

from jsvm_kernel.kernel.editing.cursor import (
    Members,
    ModulePath,
    Names,
    Typed,
    questions_at,
    typed_at,
)
from jsvm_kernel.kernel.editing.reader import Reader
from jsvm_kernel.session.expressions import (
    Await,
    Call,
    Each,
    Either,
    Expression,
    Get,
    Instance,
    ListOf,
    NameOf,
    New,
    Shape,
)

A = NameOf("a")
STRING, NUMBER = Instance("String"), Instance("Number")


def typed(code: str) -> Typed | None:
    """What is typed at the bar in the code, at its end without one."""
    cursor = code.find("|")
    if cursor < 0:
        return typed_at(code, len(code))
    return typed_at(code[:cursor] + code[cursor + 1 :], cursor)


@pytest.mark.parametrize(
    ("code", "owner", "prefix"),
    [
        ("a.", A, ""),
        ("a.b.c.d", Get(Get(A, "b"), "c"), "d"),
        ("a?.b?.c", Get(A, "b"), "c"),
        ("x = a.ba", A, "ba"),
        ("a\n  .b\n  .c", Get(A, "b"), "c"),
        ("a.|\nb = 3", A, ""),
        ("a.b|c", A, "b"),
        ("a[0].na", Get(A, "0"), "na"),
        ("a['a-b'].c", Get(A, "a-b"), "c"),
        ("a?.[0].", Get(A, "0"), ""),
        ("a[i].b", Each(A), "b"),
        ("'abc'.up", STRING, "up"),
        ("'😀'.up", STRING, "up"),
        ("`a${1}`.", STRING, ""),
        ("/a/g.", Instance("RegExp"), ""),
        ("5..toF", NUMBER, "toF"),
        ("1n.", Instance("BigInt"), ""),
        ("true.", Instance("Boolean"), ""),
        ("[1, 2].ma", ListOf(NUMBER), "ma"),
        ("[].ma", ListOf(), "ma"),
        ("[...a].ma", ListOf(Each(A)), "ma"),
        ("f(a.b", A, "b"),
        ("f(x, a.|, y)", A, ""),
        ("größe.a", NameOf("größe"), "a"),
        ("a().b", Call(A), "b"),
        ("a`x`.b", Call(A), "b"),
        ("new a().b", New(A), "b"),
        ("(await a).b", Await(A), "b"),
        ("(a).b", A, "b"),
        ("(x, a).b", A, "b"),
        ("(a ?? 'x').b", Either([A, STRING]), "b"),
        ("(x ? a : 1).b", Either([A, NUMBER]), "b"),
        ("(x = a).b", A, "b"),
        ("(1 + 'x').b", STRING, "b"),
        ("(a < 1).b", Instance("Boolean"), "b"),
        ("(typeof a).b", STRING, "b"),
        ("if (x) a.", A, ""),
        ("return a.", A, ""),
        ("x ? y : a.", A, ""),
        ("{ k: a.", A, ""),
        ("switch (x) { case a.", A, ""),
        ("`${a.", A, ""),
        ("a.b(c)\n.d(e)\n.", Call(Get(Call(Get(A, "b")), "d")), ""),
        ("const {b|} = a", A, "b"),
        ("let x = 'é'; a.b", A, "b"),
        ("this.", NameOf("globalThis"), ""),
    ],
)
def test_a_property_is_of_what_stands_before_the_dot(
    code: str, owner: Expression, prefix: str
) -> None:
    found = typed(code)
    assert isinstance(found, Members)
    assert (Reader().expression(found.owner), found.prefix) == (owner, prefix)


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("const m = new Map(); m.", Either([NameOf("m"), New(NameOf("Map"))])),
        ("function f() { const m = 'x'; m.", STRING),
        ("{ let m = 'x'; m.|", STRING),
        ("let m = 1; function f() { const m = 'x'; m.", STRING),
        ("for (const x of a) x.", Each(A)),
        ("for (const x in a) x.", None),
        ("for (const [x, y] of a) y.", Each(Each(A))),
        ("function f({p: {q}} = a) { q.", Get(Get(A, "p"), "q")),
        ("function f(x = 'y') { x.", STRING),
        ("function f(...x) { x.", ListOf()),
        ("const {p: {q}} = a; q.", Either([NameOf("q"), Get(Get(A, "p"), "q")])),
        ("try {} catch (e) { e.", Instance("Error")),
        ("a.map(x => x.", Each(A)),
        ("a.map(x => x.|)", Each(A)),
        ("a.map((x, i) => i.", None),
        ("a.sort((x, y) => y.", Each(A)),
        ("a.reduce((sum, x) => x.", Each(A)),
        ("a.then(x => x.", Await(A)),
        ("a.then(({p}) => p.", Get(Await(A), "p")),
        ("a.catch(e => e.", Instance("Error")),
        ("{ const a = a.b; a.|", None),
        ("function g() { if (1) { var v = 'x' } v.", STRING),
    ],
)
def test_local_names_stand_for_what_the_code_says(
    code: str, owner: Expression | None
) -> None:
    found = typed(code)
    assert isinstance(found, Members)
    assert Reader().expression(found.owner) == owner


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("", ""),
        ("con", "con"),
        ("x = con", "con"),
        ("f(con|)", "con"),
        ("[...ar", "ar"),
        ("`${na", "na"),
        ("{a|}", "a"),
        ("x = {a|}", "a"),
        ("'😀'; conso", "conso"),
        ("if (x) {\n  con|\n}", "con"),
        ("() => con", "con"),
        ("a\ncon", "con"),
    ],
)
def test_other_names_are_global_or_local(code: str, prefix: str) -> None:
    found = typed(code)
    assert isinstance(found, Names)
    assert found.prefix == prefix


@pytest.mark.parametrize(
    "code",
    [
        "'abc",
        "// con",
        "/* x.",
        "/* x. | */",
        "`a.b",
        "`a.b|`",
        '"it',
        "'a.|'",
        "12",
        "1.5",
        "/a.|b/",
        "let ab|",
        "let ab| = 1",
        "const [ab|] = x",
        "function fo|() {}",
        "function f(ab|) {}",
        "(ab|) => 1",
        "x = {ab|: 1}",
        "class A { me|() {} }",
        "import {ab|} from 'x'",
        "import * as ab| from 'x'",
        "a.#b",
    ],
)
def test_nothing_is_completed_in_text_numbers_and_new_names(code: str) -> None:
    assert typed(code) is None


@pytest.mark.parametrize(
    ("code", "prefix", "quote"),
    [
        ('a["', "", '"'),
        ('a["b c', "b c", '"'),
        ("a['b", "b", "'"),
        ("a['b|']", "b", "'"),
        ("f('x', a['b", "b", "'"),
    ],
)
def test_keys_in_brackets_complete(code: str, prefix: str, quote: str) -> None:
    found = typed(code)
    assert isinstance(found, Members)
    assert Reader().expression(found.owner) == A
    assert (found.prefix, found.quote) == (prefix, quote)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("import './", "./"),
        ('import "', ""),
        ("import {a} from './li", "./li"),
        ("import a from 'lo|'", "lo"),
        ("export * from 'lo", "lo"),
        ("await import('./x", "./x"),
        ("const x = require('lo", "lo"),
        ("require.resolve('lo|')", "lo"),
    ],
)
def test_what_is_imported_completes(code: str, prefix: str) -> None:
    assert typed(code) == ModulePath(prefix)


def test_a_class_that_was_not_run_has_a_shape() -> None:
    code = (
        "class A extends a { x = 1; #p; static s() {} get g() {} "
        "constructor(n) { super(); this.n = 'x' } m(q) { this."
    )
    found = typed(code)
    assert isinstance(found, Members)
    made = Reader().expression(found.owner)
    assert isinstance(made, New) and isinstance(made.cls, Shape)
    assert [member.name for member in made.cls.members] == ["s"]
    assert made.cls.signature == "A(n)"
    instance = made.cls.instance
    assert isinstance(instance, Shape)
    assert [member.name for member in instance.members] == ["x", "g", "n", "m"]
    assert instance.base == New(A)


@pytest.mark.parametrize(
    "code",
    [
        "class A { a() { return this } b() { return this.a() } c() { return this.b().",
        "const o = {f() { return o }, g() { return o.f() }}; o.f().",
        "var a = b, b = c, c = a; a.",
        "function f() { return f() } f().",
        "(" * 3000 + "a.",
        "[" * 200 + "a.",
        "a" + ".b()" * 3000 + ".",
        "x = " + "{a: " * 500 + "1.",
        "".join(
            f"const f{n} = () => ({{a: f{n + 1}(), b: f{n + 1}()}});" for n in range(40)
        )
        + "f0().",
    ],
)
def test_cycles_and_deep_code_come_to_an_end(code: str) -> None:
    found = typed(code)
    if isinstance(found, Members):
        expression = Reader().expression(found.owner)
        assert len(msgspec.json.encode(expression)) < 1_000_000


@pytest.mark.parametrize(
    ("code", "nodes"),
    [
        ("fo|o.bar", ["foo"]),
        ("foo.b|ar", ["foo.bar"]),
        ("foo.bar|", ["foo.bar"]),
        ("foo(|)", ["foo"]),
        ("foo(", ["foo"]),
        ("foo(1, |2)", ["foo"]),
        ("foo('x|y')", ["foo"]),
        ("new Foo(", ["Foo"]),
        ("a.foo(1, g(2), ", ["a.foo"]),
        ("a.foo(b|)", ["b", "a.foo"]),
        ("a.foo(b(|))", ["b", "a.foo"]),
        ("foo(function() { x| })", ["x", "foo"]),
        ("", []),
        ("1 + ", []),
        ("// a|b", []),
    ],
)
def test_inspection_is_about_the_name_or_the_calls_around(
    code: str, nodes: list[str]
) -> None:
    cursor = code.find("|")
    code = code.replace("|", "", 1)
    found = questions_at(code, cursor if cursor >= 0 else len(code))
    assert [node.text.decode() for node in found if node.text] == nodes
