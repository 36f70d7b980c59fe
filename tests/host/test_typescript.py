"""TypeScript without its types: what is left, where it stands, what it does."""

from __future__ import annotations

import json
import re

import pytest

from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.host.typescript import TypeScriptError, strip_types

# What stands between ⟦ and ⟧ has to become spaces, and nothing else.
ERASED = [
    "let a⟦: number⟧ = 1",
    "let a⟦!⟧⟦: string⟧",
    "const [a, b]⟦: [number, string]⟧ = z",
    "function f(a⟦?: number⟧, ...r⟦: any[]⟧)⟦: void⟧ {}",
    "function f(⟦this: Foo,⟧ a) {}",
    "function f(⟦this: Foo⟧) {}",
    "const f = ⟦<T,>⟧(a⟦: T⟧)⟦: T⟧ => a",
    "function ok(x)⟦: x is string⟧ { return x }",
    "function ok(x)⟦: asserts x is string⟧ {}",
    "f(x ⟦as any⟧, y ⟦satisfies Z⟧)",
    "(x ⟦as unknown⟧ ⟦as string⟧).length",
    "(x ⟦as const⟧) = 1",
    "a⟦!⟧.b⟦!⟧[0]⟦!⟧()",
    "⟦<any>⟧x",
    "f⟦<string>⟧(1); new Map⟦<K, V>⟧()",
    "class A⟦<T>⟧ extends B⟦<T>⟧ ⟦implements C, D⟧ {}",
    "⟦abstract⟧ class A {}",
    "export ⟦abstract⟧ class A {}",
    "try {} catch (e⟦: unknown⟧) {}",
    "class A { static ⟦readonly⟧ x = 1 }",
    "class A { x⟦?⟧⟦: number⟧ = 1; f⟦?⟧() {} }",
    "o = { m⟦<T>⟧(a⟦: T⟧)⟦: void⟧ {}, get x()⟦: number⟧ { return 1 } }",
    "for (const x of y ⟦as any⟧) {}",
    "import {⟦ type A,⟧ b } from 'm'; b",
    "import d, {⟦ type A ⟧} from 'm'; d",
    "export {⟦ type A,⟧ b }",
    "let s⟦: '日本'⟧ = 1",
]

#: TypeScript that leaves nothing but an empty statement.
NOTHING = [
    "interface A { a: number }",
    "type A = string",
    "type A = { a: 1 }\n  | { b: 2 }",
    "declare const a: number",
    "declare module 'm' { export const x: number }",
    "declare global { interface Window {} }",
    "import type { A } from 'm'",
    "import { type A } from 'm'",
    "import { type A, type B } from 'm'",
    "export type { A } from 'm'",
    "export type A = string",
    "export interface A {}",
    "export declare function f(): void",
    "export as namespace foo",
    "function f(a: string): void",
    "namespace N { export type A = 1; interface B {} }",
]

# Where a type that goes could change how the next line is read: value of the program.
HAZARDS = [
    ("const a = (x) => x\ntype B = string\n;[1].length", "1"),
    ("const a = 1\ninterface B {}\n(2)", "2"),
    ("let a = 3 as any\n(4)", "4"),
    ("var a = 3 as any\n[4].at(0)", "4"),
    ("let a: any\n[4].at(0)", "4"),
    ("let a: string[] = ['b'] as string[]\na[0]", '"b"'),
    ("var a = [5] satisfies any\n[0]\na", "[5]"),
    ("class A { x = 1\n public ['y'] = 2 }\nnew A().y", "2"),
    ("class A { get: string\n foo() { return 1 } }\nnew A().foo()", "1"),
    ("class A { static: string\n foo() { return 1 } }\nnew A().foo()", "1"),
    ("class A { a = 1\n private *g() { yield 2 } }\n[...new A().g()]", "[2]"),
    ("((a: number):\n number => a + 1)(1)", "2"),
    ("((a): Promise<\n number\n> => a + 1)(1)", "2"),
    ("(<any>{ a: 1 }).a", "1"),
    ("(() => <any>{ a: 1 })().a", "1"),
    ("const f = async <T,\n U>(a: T) => a\nf(1) instanceof Promise", "true"),
    ("if (true) a = 1 as any\nelse b = 2\nvar a, b; a", "1"),
]

# What is more than types: value of the program.
REWRITTEN = [
    (
        "enum A { X, Y = 5, Z }\n[A.X, A.Y, A.Z, A[5], A[6]]",
        '[0,5,6,"Y","Z"]',
    ),
    ('enum A { X = "x", Y = `y`, Z = "a" + "b" }\nObject.keys(A)', '["X","Y","Z"]'),
    (
        "enum A { Read = 1 << 0, Write = 1 << 1, Both = Read | Write }\nA.Both",
        "3",
    ),
    ("enum A { X = 'a'.length, Y }\n[A.X, A.Y]", "[1,2]"),
    ("enum A { X = -3, Y }\n[A.X, A.Y]", "[-3,-2]"),
    ('enum A { "a-b" = 1, ["c"] }\n[A["a-b"], A.c]', "[1,2]"),
    ("enum A { X }\nenum A { Y = 1 }\n[A.X, A.Y]", "[0,1]"),
    ("const enum A { X = 7 }\nA.X", "7"),
    ("{ enum A { X = 1 } var in_block = A.X }\ntypeof A + in_block", '"undefined1"'),
    (
        "enum A {\n  // the first\n  X, /* second */ Y,\n}\n[A.X, A.Y]",
        "[0,1]",
    ),
    ("class A { constructor(private x: number, readonly y = 2) {} }\nnew A(1)", None),
    (
        "class B {} class A extends B { constructor(public x) { super(); this.x++ } }\n"
        "new A(1).x",
        "2",
    ),
    ("class A { constructor(private x) { 'a' } }\nnew A(1).x", "1"),
]

REFUSED = [
    ("namespace N { export const x = 1 }", "namespace that holds values", 1, 1),
    ("let a\nexport = a", 'write "export default"', 2, 1),
    ("@dec class A {}", "decorators", 1, 1),
    ("enum A { X = 'x', Y }", "Y needs a value", 1, 19),
    ("class A { constructor(private [x]) {} }", "must be a name", 1, 31),
]


@pytest.mark.parametrize("marked", ERASED)
def test_types_become_spaces(marked: str) -> None:
    source = re.sub("[⟦⟧]", "", marked)
    left = re.sub("⟦(.*?)⟧", lambda found: " " * len(found[1].encode()), marked)
    assert strip_types(source) == left


def test_a_type_that_a_text_declares_is_not_exported() -> None:
    source = "interface A {}\nexport { A, b }\nexport default A"
    assert strip_types(source).split("\n")[1:] == [
        "export {    b }",
        ";               ",
    ]


@pytest.mark.parametrize("source", NOTHING)
def test_a_declaration_of_types_leaves_an_empty_statement(source: str) -> None:
    left = strip_types(source)
    assert left.split() == [";"]
    assert left.count("\n") == source.count("\n")
    assert len(left.encode()) == len(source.encode())


def value(env: NotebookEnv, source: str) -> str:
    env.js.eval("globalThis.text = (v) => JSON.stringify(v)")
    result = env.js.eval(strip_types(source))
    text: str = env.js.eval("text")(result)
    return text


@pytest.mark.parametrize(("source", "wanted"), HAZARDS)
def test_what_is_left_is_read_as_before(
    env: NotebookEnv, source: str, wanted: str
) -> None:
    assert len(strip_types(source).split("\n")) == len(source.split("\n"))
    assert value(env, source) == wanted


@pytest.mark.parametrize(("source", "wanted"), REWRITTEN)
def test_what_is_more_than_types_is_kept(
    env: NotebookEnv, source: str, wanted: str | None
) -> None:
    assert strip_types(source).count("\n") == source.count("\n")
    expected = wanted or '{"x":1,"y":2}'
    assert json.loads(value(env, source)) == json.loads(expected)


@pytest.mark.parametrize(("source", "message", "line", "column"), REFUSED)
def test_what_needs_a_compiler_is_refused_with_its_place(
    source: str, message: str, line: int, column: int
) -> None:
    with pytest.raises(TypeScriptError, match=message) as caught:
        strip_types(source)
    assert (caught.value.lineno, caught.value.offset) == (line, column)


def test_an_import_that_is_used_as_a_type_only_goes() -> None:
    source = "import { A, b } from 'm'\nconst x: A = b"
    assert strip_types(source) == "import {    b } from 'm'\nconst x    = b"


def test_an_import_that_nobody_uses_goes_from_a_file_and_stays_in_a_cell() -> None:
    source = "import { A } from 'm'"
    assert strip_types(source).split() == [";"]
    assert strip_types(source, cell=True) == source


def test_an_import_for_its_effects_stays() -> None:
    for source in ("import 'm'", "import {} from 'm'", "import * as m from 'm'; m"):
        assert strip_types(source) == source


def test_an_import_that_is_exported_stays() -> None:
    source = "import { A } from 'm'; export { A }"
    assert strip_types(source) == source


def test_javascript_is_left_as_it_is() -> None:
    source = (
        "const o = { a: 1, get b() { return 2 }, async *c() {} };\r\n"
        "label: for (const x of [1]) { if (x < 2 && x > 0) continue label }\n"
        "x = a ? b : c; class A { #p = 1; static { } ['q'] = 2 }\n"
        "`${a}${`b${c}`}`; /re[/]/g; a?.b ?? c; import('x'); await 1; type = 2\n"
    )
    assert strip_types(source) == source


def test_broken_typescript_reaches_the_engine() -> None:
    source = "let a: number = ;"
    assert strip_types(source) == "let a         = ;"


def test_lone_surrogates_survive() -> None:
    assert strip_types("let a: string = '\ud800'") == "let a         = '\ud800'"


def test_deep_nesting_is_no_problem() -> None:
    source = "(" * 3000 + "1 as any" + ")" * 3000
    assert strip_types(source) == "(" * 3000 + "1       " + ")" * 3000
