"""JavaScript cells in a real host process."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Host


def test_the_value_of_the_last_expression_is_the_result(host: Host) -> None:
    assert host.value("1 + 1") == "2"
    assert host.value("'a'; -0;") == "-0", "a trailing semicolon hides nothing"
    assert host.value("undefined") is None
    assert host.value("let a = 1") is None
    assert host.value("Promise.resolve(4)") == "Promise { 4 }"


def test_const_and_class_can_be_declared_again(host: Host) -> None:
    for value in "1", "2":
        assert host.value(f"const c = {value}; class K {{ v = {value} }}; c") == value
    assert host.value("new K().v + c") == "4"


def test_top_level_await_waits_for_timers(host: Host) -> None:
    assert host.value("await new Promise(r => setTimeout(r, 5, 'late'))") == "'late'"
    assert host.value("const w = await Promise.resolve([1]); w") == "[ 1 ]"


def test_what_one_cell_assigns_the_next_one_sees(host: Host) -> None:
    host.run("const a = 1; let b = 2; var c = 3; d = 4; function f() { return a + b }")
    assert host.value("f() + c + d") == "10"


def test_a_runtime_error_shows_line_and_caret(host: Host) -> None:
    result = host.run("const x = 1;\nfunction f(o) {\n  return o.a.b;\n}\nf({});")
    assert result.outcome.status == "error"
    assert result.outcome.error is not None
    assert result.outcome.error.name == "TypeError"
    lines = result.outcome.error.traceback
    assert lines[0].startswith("In[1]:3:")
    assert lines[1] == "3 |   return o.a.b;"
    caret = lines[2].index("^") - len("3 | ")
    assert "return o.a.b;".startswith("return") and 2 <= caret < 15
    assert lines[3].startswith("    at f (In[1]:3:")
    assert lines[4].startswith("    at In[1]:5:")
    assert lines[-1] == f"TypeError: {result.outcome.error.message}"
    assert "jsvm:" not in result.traceback


def test_a_syntax_error_shows_line_and_caret_and_runs_nothing(host: Host) -> None:
    result = host.run("var ran = 1;\nlet q = );")
    assert result.outcome.error is not None
    assert result.outcome.error.name == "SyntaxError"
    assert result.outcome.error.traceback[:3] == [
        "In[1]:2:9",
        "2 | let q = );",
        "  |         ^",
    ]
    assert host.value("typeof ran") == "'undefined'"


def test_the_caret_stands_under_the_character(host: Host) -> None:
    result = host.run("/* 日本語 ü */ let q = )")
    assert result.outcome.error is not None
    source, caret = result.outcome.error.traceback[1:3]
    column = source.index(")")
    # Wide characters take two columns, so there are three blanks more than characters.
    assert caret.index("^") == column + 3


def test_lines_count_from_where_the_user_sees_them(host: Host) -> None:
    result = host.run("\nnull.x", line_offset=1)
    assert result.outcome.error is not None
    assert result.outcome.error.traceback[0].startswith("In[1]:3:")
    assert result.outcome.error.traceback[1] == "3 | null.x"


def test_an_error_of_an_earlier_cells_function_shows_that_cell(host: Host) -> None:
    host.run("function thrower() {\n  throw new RangeError('far') }")
    result = host.run("thrower()")
    assert "2 |   throw new RangeError('far') }" in result.traceback
    assert "    at thrower (In[1]:2:" in result.traceback
    assert "    at In[2]:1:" in result.traceback


def test_causes_come_before_the_error(host: Host) -> None:
    result = host.run(
        "try { null.x } catch (e) { throw new Error('outer', {cause: e}) }"
    )
    text = result.traceback
    assert (
        text.index("TypeError: ")
        < text.index("is the cause of")
        < text.index("Error: outer")
    )
    assert text.endswith("Error: outer")


def test_an_aggregate_error_lists_its_errors(host: Host) -> None:
    result = host.run("await Promise.any([Promise.reject(new TypeError('a'))])")
    assert "error 1:" in result.traceback
    assert "TypeError: a" in result.traceback


@pytest.mark.parametrize(
    ("thrown", "text"),
    [("42", "42"), ("'oops'", "'oops'"), ("{a: 1n}", "{ a: 1n }"), ("null", "null")],
)
def test_anything_thrown_is_shown(host: Host, thrown: str, text: str) -> None:
    result = host.run(f"throw {thrown}")
    assert result.outcome.status == "error"
    assert result.traceback == f"Uncaught: {text}"


def test_an_error_that_cannot_be_looked_at_is_still_reported(host: Host) -> None:
    result = host.run(
        "throw Object.defineProperty(new Error('x'), 'message', "
        "{get() { throw new Error('trap') }})"
    )
    assert result.outcome.status == "error"
    assert result.outcome.error is not None
    assert result.outcome.error.name == "Error"


def test_the_error_of_a_rejected_cell_names_its_place(host: Host) -> None:
    result = host.run(
        "async function f() {\n  await 1;\n  throw new Error('async');\n}\nawait f()"
    )
    assert "3 |   throw new Error('async');" in result.traceback


def test_a_thrown_error_keeps_its_properties(host: Host) -> None:
    result = host.run("throw Object.assign(new Error('x'), {code: 'E_GONE'})")
    assert "{ code: 'E_GONE' }" in result.traceback


def test_names_are_told_once_and_then_only_when_they_change(host: Host) -> None:
    first = host.run(
        "const alpha = {x: 1}; function beta(a, b = 2) {}; var gamma = 'g'"
    )
    names = {name.name: name for name in first.outcome.names or []}
    assert set(names) == {"alpha", "beta", "gamma"}
    assert names["alpha"].kind == "variable"
    assert names["alpha"].members == ["x"]
    assert names["beta"].detail == "beta(a, b = 2)"
    assert names["gamma"].detail == "'g'"
    assert host.run("1").outcome.names is None
    again = host.run("alpha.y = 2; delete globalThis.gamma")
    assert {name.name for name in again.outcome.names or []} >= {"alpha", "beta"}


def test_names_are_told_without_running_a_getter(host: Host) -> None:
    host.run(
        "var ran = 0; Object.defineProperty(globalThis, 'g', {get() { ran++ }, "
        "configurable: true, enumerable: true}); var o = {get a() { ran++ }}; "
        "var p = new Proxy({}, {ownKeys() { ran++; return [] }, get() { ran++ }})"
    )
    assert host.value("ran") == "0"


def test_the_greeting_lists_what_is_there_before_any_cell(host: Host) -> None:
    names = {name.name: name for name in host.ready.names}
    assert names["console"].kind == "variable"
    assert "log" in names["console"].members
    assert names["Map"].kind == "class"
    assert names["setTimeout"].kind == "function"


def test_requests_that_come_while_a_cell_runs_wait_for_their_turn(host: Host) -> None:
    first = host.start("await new Promise(r => setTimeout(r, 30)); 'first'")
    second = host.start("'second'")
    assert host.finish(first).value == "'first'"
    assert host.finish(second).value == "'second'"


def test_imports_of_files_work_from_cells_and_files(host: Host, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.js").write_text(
        "import {b} from './b.mjs';\nimport data from '../data.json';\n"
        "export const sum = b + data.n; export let count = 0;\n"
        "export function up() { count++ }\n"
    )
    (tmp_path / "lib" / "b.mjs").write_text("export const b = 40;")
    (tmp_path / "data.json").write_text('{"n": 2, "__proto__": 5}')
    assert host.value("import {sum, count, up} from './lib/a.js'; sum") == "42"
    assert host.value("up(); count") == "1", "an import is a live binding"
    assert host.value(f"(await import('{tmp_path}/lib/b.mjs')).b") == "40"
    assert host.value(f"(await import('file://{tmp_path}/lib/b.mjs')).b") == "40"
    assert host.value("import d from './data.json'; Object.keys(d)") == (
        "[ 'n', '__proto__' ]"
    )


def test_an_import_that_fails_says_what_was_tried(host: Host, tmp_path: Path) -> None:
    (tmp_path / "there.js").write_text("export default 1")
    (tmp_path / "broken.json").write_text("{")
    cases = {
        "./nope.js": [f"tried {tmp_path}/nope.js", "no such file"],
        "./there": ['did you mean "./there.js"?'],
        "lodash": [f"tried {tmp_path}/node_modules/lodash", "%jsvm_npm install lodash"],
        "./broken.json": ["no JSON"],
    }
    for specifier, texts in cases.items():
        message = host.run(f"import '{specifier}'").traceback
        for text in texts:
            assert text in message


def test_an_error_in_an_imported_file_shows_its_line(
    host: Host, tmp_path: Path
) -> None:
    (tmp_path / "bad.js").write_text("export function f(o) {\n  return o.x.y;\n}\n")
    result = host.run("import {f} from './bad.js'; f({})")
    assert "2 |   return o.x.y;" in result.traceback
    assert f"    at f ({tmp_path}/bad.js:2:" in result.traceback
    assert "native" not in result.traceback


def test_a_notebook_that_replaced_the_array_iterator_goes_on(host: Host) -> None:
    host.run("Array.prototype[Symbol.iterator] = () => { throw new Error('mine') }; 0")
    assert host.value("({ a: [1, 'x'], p: Promise.resolve(2) })") == (
        "{ a: [ 1, 'x' ], p: Promise { 2 } }"
    )
    assert host.run("null.x").traceback.startswith("In[3]:1:6")
    assert host.run("console.table([{ a: 1 }])").outcome.status == "ok"
