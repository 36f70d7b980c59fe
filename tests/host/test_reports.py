"""Excerpts and frames of error reports, without an engine."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import Host

from jsvm_kernel.host.reports import report_of, stopped_report, uncaught_lines


def described(line: int, column: int, **fields: Any) -> dict[str, Any]:
    frame = {"name": "f", "file": "In[1]", "line": line, "column": column}
    return {"name": "Error", "message": "m", "frames": [frame], "extras": "", **fields}


def lines(error: dict[str, Any], source: str) -> list[str]:
    return report_of(error, {"In[1]": source}.get).traceback


def test_the_caret_follows_tabs_and_wide_characters() -> None:
    assert lines(described(1, 3), "\t\tx")[1:3] == ["1 | \t\tx", "  | \t\t^"]
    wide = "日x"
    assert lines(described(1, len("日".encode()) + 1), wide)[2] == "  |   ^"


def test_a_long_line_is_cut_around_the_column() -> None:
    source = "a" * 5000 + "HERE" + "b" * 5000
    _, text, caret, *_ = lines(described(1, 5001), source)
    assert len(text) < 200
    assert text.startswith("1 | …") and text.endswith("…")
    assert text[caret.index("^")] == "H"


def test_a_column_past_the_end_of_the_line_points_behind_it() -> None:
    assert lines(described(1, 99), "abc")[2] == "  |    ^"


def test_a_line_that_is_not_there_gives_only_the_place() -> None:
    assert lines(described(7, 1), "abc")[0] == "In[1]:7:1"


def test_a_frame_without_a_source_is_listed_and_not_excerpted() -> None:
    error = described(1, 1)
    error["frames"][0]["file"] = "elsewhere.js"
    assert lines(error, "abc") == ["    at f (elsewhere.js:1:1)", "Error: m"]


def test_a_chain_of_causes_begins_with_the_first() -> None:
    error = described(1, 1, cause=described(1, 2, message="c", cause={"thrown": "5"}))
    text = "\n".join(lines(error, "abc"))
    assert text.index("Uncaught: 5") < text.index("Error: c") < text.index("Error: m")
    assert text.count("is the cause of") == 2


def test_a_message_of_several_lines_stays_whole() -> None:
    report = report_of(described(1, 1, message="one\ntwo"), {"In[1]": "x"}.get)
    assert report.traceback[-2:] == ["Error: one", "two"]
    assert report.message == "one\ntwo"


def test_a_stop_tells_where_it_hit_if_it_is_known() -> None:
    stack = (
        "    at write (jsvm:console.js:1:1)\n    at f (In[1]:1:5)\n    at In[1]:3:1\n"
    )
    report = stopped_report("why", stack, {"In[1]": "for (;;) {}"}.get)
    assert report.traceback[0] == "In[1]:1:5"
    assert report.traceback[-1] == "Stopped: why"
    assert not any("jsvm:" in line for line in report.traceback)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("let o = {}; o.foo()", "o.foo is not a function"),
        ("var o = {}; o.a?.b; o['a b'](1)", "o['a b'] is not a function"),
        ("var f = 5;\n  f()", "f is not a function"),
        ("var o = {}; new o.K(1)", "o.K is not a constructor"),
        ("var o = {}; o.tag`x`", "o.tag is not a function"),
        ("(await 1)()", "(await 1) is not a function"),
        ("var o = {}; Math.max(1, o.size())", "o.size is not a function"),
        ("var o = { f() { return this.g(2) } }; o.f()", "this.g is not a function"),
        ("'é'; '日本'; ({}).x()", "({}).x is not a function"),
        ("throw new TypeError('not a function')", "not a function"),
        ("throw TypeError('not a function')", "not a function"),
        ("[1].map(2)", "not a function"),
    ],
)
def test_a_call_of_what_is_no_function_names_it(
    host: Host, code: str, message: str
) -> None:
    outcome = host.run(code).outcome
    assert outcome.error is not None
    assert outcome.error.message == message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("for (const x of 5) {}", "5 is not iterable"),
        ("for await (const x of 5) {}", "5 is not iterable"),
        (
            "var o = {}; for (const x of o.list) {}",
            "o.list is not iterable: it is undefined",
        ),
        (
            "var o = {}; Math.max(1, ...o.list)",
            "o.list is not iterable: it is undefined",
        ),
        ("[...null]", "null is not iterable"),
        ("const [a] = null", "null is not iterable"),
        ("let a; [a = 1] = 5", "5 is not iterable"),
        ("const { é: [a] } = { é: 1 }", "property 'é' is not iterable"),
        ("for (const [k, v] of [1]) {}", "an item of [1] is not iterable"),
        ("(([a]) => a)(5)", "an argument is not iterable"),
        ("const { a } = null", "cannot destructure null"),
        (
            "var o = {}; const { a: { b } } = o",
            "cannot destructure property 'a': it is undefined or null",
        ),
        (
            "(function ({ a }) {})()",
            "cannot destructure an argument: it is undefined or null",
        ),
        (
            "try { throw null } catch ({ a }) {}",
            "cannot destructure what was thrown: it is undefined or null",
        ),
        ("throw new TypeError('value is not iterable')", "value is not iterable"),
        (
            "[...(() => { throw TypeError('value is not iterable') })()]",
            "value is not iterable",
        ),
        ("new Set(5)", "value is not iterable"),
    ],
)
def test_what_cannot_be_iterated_or_taken_apart_is_named(
    host: Host, code: str, message: str
) -> None:
    outcome = host.run(code).outcome
    assert outcome.error is not None
    assert outcome.error.message == message


def test_a_circle_of_causes_is_told_once(host: Host) -> None:
    code = "const a = Error('a'), b = Error('b', { cause: a }); a.cause = b; throw a"
    lines = host.run(code).traceback.split("\n")
    assert [x for x in lines if x.startswith("Error: ")] == ["Error: b", "Error: a"]
    assert "Circular" not in host.run("a.cause = a; throw a").traceback


def test_a_message_that_a_getter_makes_is_reported(host: Host) -> None:
    code = "class E extends Error { get message() { return %s } }; throw new E()"
    assert host.run(code % "'made ' + 1").traceback.endswith("E: made 1")
    assert host.run(code % "missing").traceback.endswith("\nE")
    host.run("let ran = 0; new (class extends Error { get message() { ran++ } })")
    assert host.value("ran") == "0", "inspect runs no getter"


def test_a_message_of_megabytes_is_cut(host: Host) -> None:
    error = host.run("throw new Error('x'.repeat(1e6))").outcome.error
    assert error is not None
    assert error.message == "x" * 10_000 + "... 990000 more characters"
    assert len("".join(error.traceback)) < 11_000


def test_causes_and_timers_name_what_was_called(host: Host) -> None:
    code = "var o = {}; try { o.a() } catch (e) { throw new Error('m', { cause: e }) }"
    assert "TypeError: o.a is not a function" in host.run(code).traceback
    host.run("setTimeout(() => o.later(), 1); 0")
    host.wait_for_text("Uncaught TypeError: o.later is not a function")


def test_colours_change_no_text() -> None:
    error = described(1, 2, cause=described(1, 1), errors=[described(1, 3)])
    plain = report_of(error, {"In[1]": "abc"}.get)
    painted = report_of(error, {"In[1]": "abc"}.get, colors=True)
    assert (painted.name, painted.message) == (plain.name, plain.message)
    assert painted.traceback[-1] == "\x1b[31mError\x1b[0m: m"
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(painted.traceback))
    assert text.split("\n") == plain.traceback


def test_what_nobody_caught_says_how_it_came() -> None:
    lines = uncaught_lines({"thrown": "5"}, "(in promise) ", {}.get)
    assert lines == ["Uncaught (in promise): 5"]
    lines = uncaught_lines(described(1, 1), "(in promise) ", {}.get)
    assert lines[-1] == "Uncaught (in promise) Error: m"


def test_a_stack_that_names_what_is_no_module_is_reported(host: Host) -> None:
    code = "const e = new Error('x'); e.stack = '    at f (data:xyz:1:1)'; throw e"
    assert host.run(code).traceback.endswith("Error: x")
    assert host.value("1") == "1"
