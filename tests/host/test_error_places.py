"""Where error reports point: at the piece of source that failed.

In each case ¦ stands before that piece; it is no part of the code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.host.reports import report_of
from jsvm_kernel.vm import JSError

Run = Callable[[str], dict[str, Any]]

THROWN = [
    # Properties and elements
    "null.¦x",
    "const a = { b: {} }; a.b.c.¦d.e",
    "const a = { b: {} };\n(\n  a\n    .b\n    .c\n    .¦d\n)",
    "let u; u¦[0]",
    "const a = {}; a['b']¦['c']",
    "const a = {}; a.b?.c; a.b.¦c",
    "null.¦x = 5",
    "const o = {}; o.p.¦q = [1, 2].map((n) => n)",
    "let u; u.¦n += 1",
    "let u; u.¦n++",
    "delete null.¦x",
    "'use strict'; Object.freeze([1]).¦length = 3",
    "(class { static #p = 1; static f(o) { return o.¦#p } }).f({})",
    # Names
    "1 + ¦missing",
    "typeof missing; ¦missing()",
    "[1, 2].map((n) => n * ¦missing)",
    "{ ¦late; let late = 1 }",
    "const c = 1; ¦c = 2",
    # Calls
    "¦missing(1, Math.max(2, 3))",
    "const f = 5; ¦f(1)",
    "const o = {}; o.¦f(Math.max(1, Math.min(2, 3)))",
    "const o = { f: {} }; o.f.¦g(\n  1,\n  Math.max(2, 3),\n)",
    "const o = {}; o¦['f'](1)",
    "const o = {}; o.f?.(); o.¦f()",
    "Math.max(1, JSON.¦parse('{'), 2)",
    "JSON.¦parse(String(5) + '{')",
    "const f = 1; ¦f(...[1, 2])",
    "const f = 1; ¦f`text`",
    "const o = {}; o.¦f`${Math.max(1, 2)}`",
    "[].¦reduce((a, b) => a)",
    "(12.5).¦toFixed(1000)",
    "'x'.¦repeat(-1)",
    "Symbol.¦keyFor('x')",
    # new
    "¦new 5",
    "¦new (() => {})()",
    "const o = {}; ¦new o.Thing(Math.max(1, 2))",
    "const o = {}; ¦new o.Thing",
    "¦new Array(-1)",
    "throw ¦new Error('x')",
    "throw Object.assign(¦new Error(String(1)), { x: Math.max(1, 2) })",
    "¦Promise()",
    # Operators
    "1n ¦+ 1",
    "const a = 1n, b = 2;\na\n  ¦* b",
    "1 ¦in 5",
    "({}) ¦instanceof 5",
    "`a${¦Symbol('x')}`",
    # Statements and declarations
    "const ¦{ a } = null",
    "const { a: ¦{ b } } = {}",
    "const ¦[a] = 5",
    "for (const x of ¦5) {}",
    "[...¦5]",
    "Math.max(1, ...¦5)",
    "const f = (¦{ a }) => a; f(1); f(null)",
    # Functions of all kinds: the innermost frame
    "function f() { return null.¦x }\nf()",
    "const f = () => null.¦x; f()",
    "const o = { get g() { return null.¦x } }; o.g",
    "const o = { set s(v) { v.x.¦y } }; o.s = {}",
    "class A { f = null.¦x } new A()",
    "class A { static f = null.¦x }",
    "class A { static { null.¦x } }",
    "class A { constructor() { this.f.¦g } } new A()",
    "class A {} class B extends A { constructor() { ¦this.x = 1 } } new B()",
    "function* g() { yield 1; null.¦x } [...g()]",
    "async function f() { await 1; null.¦x } await f()",
    "await Promise.resolve().then(() => null.¦x)",
    "const f = (a = null.¦x) => a; f()",
    "[3, 1].sort((a, b) => a.b.¦c)",
    "if (true) {\n  for (let i = 0; i < 1; i++) {\n    null.¦x\n  }\n}",
    "class E extends Error { constructor(m) { super(m) } }\nthrow ¦new E('x')",
    "class D extends Error {} class E extends D {}\nthrow ¦new E('x')",
    "throw ¦new Error('two\\n    at lines (In[9]:8:7)')",
    # Text before the column
    "const é = '日本語', 名 = '😀'; null.¦x",
    "/* ü\n   ö */ null.¦x",
    "const t = `one\ntwo ${1}\nthree`; null.¦x",
    "\tnull.¦x",
]

SYNTAX = [
    "let a = ¦;",
    "let a = 1 ¦2",
    "const ¦= 5",
    "const a¦;",
    "if (1 ¦{",
    "foo(1, 2¦",
    "[1, 2¦",
    "let x = { a: 1, ¦",
    "function ¦() {}",
    "class ¦{ ",
    "¦return 5 +",
    "1 +\n\n¦)",
    "let a = ¦'text",
    "let é = 日本 ¦@",
    "`text ${1 ¦",
    "¦/regexp",
    "/* ü */ 'abc'.match(¦/(/)",
    "for (;;¦",
    "await ¦",
    "¦export const x = 1",
    "({ a ¦b })",
    "x => { ¦",
    "break¦",
    "'use strict'; ¦with (a) {}",
    "a ? b ¦",
    "throw\n¦1",
    "new.¦target",
    "let ¦let = 1",
    "¦01n",
    # Told one token later, when it is clear what it was.
    "let b;\nlet b¦;",
    "1 = ¦2",
    "super¦.x",
]


def place(described: dict[str, Any], marked: str) -> tuple[str, str, str]:
    """Give (what the report points at, what it should, the report)."""
    before = marked[: marked.index("¦")]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    report = report_of(described, {"In[1]": marked.replace("¦", "")}.get)
    return report.traceback[0], f"In[1]:{line}:{column}", "\n".join(report.traceback)


@pytest.mark.parametrize("marked", THROWN)
def test_an_error_points_at_what_failed(outcome: Run, marked: str) -> None:
    result = outcome(marked.replace("¦", ""))
    found, expected, report = place(result["error"], marked)
    assert found == expected, report


@pytest.mark.parametrize("marked", SYNTAX)
def test_a_syntax_error_points_at_the_offending_token(
    env: NotebookEnv, marked: str
) -> None:
    with pytest.raises(JSError) as raised:
        env.js.run_cell(marked.replace("¦", ""), name="In[1]")
    described = json.loads(env.kit.describeThrown(raised.value.value))
    del raised
    found, expected, report = place(described, marked)
    assert described["name"] == "SyntaxError"
    assert found == expected, report


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("f(", "unexpected end of input"),
        ("export default 1", "leave out 'export'"),
        ("{ export let a }", "leave out 'export'"),
    ],
)
def test_a_syntax_error_says_what_is_wrong(
    env: NotebookEnv, code: str, text: str
) -> None:
    with pytest.raises(JSError, match=text):
        env.js.run_cell(code, name="In[1]")


def test_an_error_of_an_old_library_is_one(outcome: Run) -> None:
    code = """
        function OldError(message) { this.message = message }
        OldError.prototype = Object.create(Error.prototype);
        OldError.prototype.name = "OldError";
        throw new OldError("gone");
    """
    error = outcome(code)["error"]
    assert (error["name"], error["message"]) == ("OldError", "gone")


@pytest.mark.parametrize(
    "code",
    [
        "throw new Proxy(new Error('x'), { get() { throw 1 } })",
        "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
        "throw Object.create(Error.prototype, { message: { get() { throw 1 } } })",
        "throw { get message() { throw 1 } }",
        "const e = new Error('x'); e.cause = e; throw e",
        "throw new AggregateError([{ get a() { throw 1 } }, null])",
    ],
)
def test_what_is_odd_is_reported_all_the_same(outcome: Run, code: str) -> None:
    report = report_of(outcome(code)["error"], {"In[1]": code}.get)
    assert report.traceback
    assert "jsvm:" not in "\n".join(report.traceback)


def test_a_stack_begins_with_name_and_message(shown: Callable[[str], str]) -> None:
    code = "const e = new TypeError('m'); e.name = 'Renamed'; e.stack.split('\\n')[0]"
    assert shown(code) == "'Renamed: m'"
