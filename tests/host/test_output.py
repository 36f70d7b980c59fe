"""What cells write: whole, in order, and under the cell that wrote it."""

from __future__ import annotations

import re

import pytest
from harness import Host


def out(host: Host, code: str) -> str:
    result = host.run(code)
    assert result.outcome.status == "ok", result.outcome
    return result.text


def test_ten_thousand_lines_are_all_there(host: Host) -> None:
    text = out(host, "for (let i = 0; i < 10000; i++) console.log('line', i)")
    assert text == "".join(f"line {i}\n" for i in range(10000))


def test_stdout_and_stderr_keep_their_order(host: Host) -> None:
    text = out(
        host,
        "for (let i = 0; i < 50; i++) { console.log('o' + i); console.error('e' + i) }",
    )
    assert text == "".join(f"o{i}\ne{i}\n" for i in range(50))


def test_log_and_error_go_to_their_streams(host: Host) -> None:
    host.run(
        "console.log(1); console.info(2); console.debug(3); "
        "console.warn(4); console.error(5); console.trace(6)"
    )
    assert host.written[1, "stdout"] == "1\n2\n3\n"
    assert host.written[1, "stderr"].startswith("4\n5\nTrace: 6\n    at In[1]:1:")


def test_a_long_line_and_odd_characters_pass_unchanged(host: Host) -> None:
    assert out(host, "console.log('x'.repeat(300000) + 'é日😀\\0')") == (
        "x" * 300000 + "é日😀\0\n"
    )


def test_timers_write_under_the_cell_that_started_them(host: Host) -> None:
    host.run("setTimeout(() => console.log('from one'), 20); 0")
    result = host.run(
        "console.log('a'); await new Promise(r => setTimeout(r, 60)); console.log('b')"
    )
    assert result.text == "a\nb\n"
    assert host.written[1, "stdout"] == "from one\n"


def test_a_timer_writes_after_its_cell_has_ended(host: Host) -> None:
    result = host.run("setTimeout(() => console.error('late'), 10); 'done'")
    assert result.value == "'done'"
    host.wait_for_text("late")
    assert host.written[1, "stderr"] == "late\n"


def test_a_display_in_a_timer_belongs_to_the_cell_that_started_it(host: Host) -> None:
    host.run("setTimeout(() => display('later'), 5); 0")
    message = host.wait_for_display()
    assert message.cell == 1
    assert message.data == {"text/plain": "'later'"}


def test_a_display_is_numbered_behind_the_output_before_it(host: Host) -> None:
    result = host.run("console.log('before'); display(1); console.log('after'); 2")
    syncs = [message.sync for message in result.displays] + [result.outcome.sync]
    assert syncs == list(range(syncs[0], syncs[0] + 3))
    assert result.text == "before\nafter\n"


def test_an_error_in_a_timer_is_told_under_its_cell_and_the_host_lives(
    host: Host,
) -> None:
    host.run("setTimeout(() => { throw new Error('in timer') }, 1); 0")
    host.wait_for_text("Uncaught Error: in timer")
    assert "In[1]:1:" in host.written[1, "stderr"]
    assert host.value("1") == "1"


def test_an_interval_that_throws_goes_on(host: Host) -> None:
    result = host.run(
        "var n = 0; var i = setInterval(() => { if (++n === 3) clearInterval(i); "
        "throw new Error('n' + n) }, 1); await new Promise(r => setTimeout(r, 40)); n"
    )
    assert result.value == "3"
    assert re.findall(r"Error: (n\d)\n", result.text) == ["n1", "n2", "n3"]


def test_an_unhandled_rejection_is_told_under_its_cell(host: Host) -> None:
    result = host.run("Promise.reject(new TypeError('nobody')); 'value'")
    assert result.outcome.status == "ok"
    assert "Uncaught (in promise) TypeError: nobody" in host.written[1, "stderr"]


def test_a_rejection_in_a_timer_belongs_to_the_cell_of_the_timer(host: Host) -> None:
    host.run("setTimeout(() => { Promise.reject(new Error('deep')) }, 20); 0")
    host.run("await new Promise(r => setTimeout(r, 60))")
    assert "Uncaught (in promise) Error: deep" in host.written[1, "stderr"]
    assert (2, "stderr") not in host.written


GATE = (
    "let open; const gate = new Promise(r => { open = r });"
    "const later = (f) => gate.then(f); undefined"
)


@pytest.mark.parametrize(
    "code",
    [
        "gate.then(() => console.log('late'))",
        "(async () => { await gate; console.log('late') })()",
        "(async () => { await gate; await null; console.log('late') })()",
        "(async () => { for await (const x of [gate]) console.log('late') })()",
        "later(() => queueMicrotask(() => console.log('late')))",
        "later(() => setTimeout(() => console.log('late'), 1))",
    ],
)
def test_what_a_cell_awaits_belongs_to_it_whoever_settles_it(
    host: Host, code: str
) -> None:
    host.run(GATE)
    host.run(f"{code}; undefined")
    host.run("open(); console.log('opened')")
    host.wait_for_text("late")
    assert host.written[2, "stdout"] == "late\n"
    assert host.written[3, "stdout"] == "opened\n"


def test_a_rejection_belongs_to_the_cell_that_awaited(host: Host) -> None:
    host.run(GATE)
    host.run("gate.then(() => { throw new Error('deep') }); undefined")
    host.run("open(); undefined")
    assert "Uncaught (in promise) Error: deep" in host.written[2, "stderr"]
    assert (3, "stderr") not in host.written


def test_a_display_behind_an_await_belongs_to_the_cell_that_awaited(
    host: Host,
) -> None:
    host.run(GATE)
    host.run("gate.then(() => display('late')); undefined")
    result = host.run("open(); display('now'); undefined")
    assert [(d.cell, d.data["text/plain"]) for d in result.displays] == [
        (3, "'now'"),
        (2, "'late'"),
    ]


def test_output_of_the_settling_cell_goes_on_as_its_own(host: Host) -> None:
    host.run(GATE)
    host.run("gate.then(() => console.log('late')); undefined")
    host.run("open(); await null; console.log('settled'); await null; undefined")
    assert host.written[2, "stdout"] == "late\n"
    assert host.written[3, "stdout"] == "settled\n"


def test_what_a_microtask_throws_is_told(host: Host) -> None:
    result = host.run("queueMicrotask(() => { throw new Error('micro') }); 'value'")
    assert result.value == "'value'"
    assert "Uncaught Error: micro" in result.text


def test_a_rejection_handled_in_time_is_no_error(host: Host) -> None:
    code = (
        "const p = Promise.reject(1); p.catch(() => {}); await 1; "
        "try { await p } catch {}"
    )
    assert out(host, code) == ""


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("console.log()", "\n"),
        ("console.log('a', 1, {b: 2}, [3])", "a 1 { b: 2 } [ 3 ]\n"),
        ("console.log('%s is %d', 'x', 4.5, 'more')", "x is 4.5 more\n"),
        ("console.log('%i %f %%', '12.7', '1.5')", "12 1.5 %\n"),
        ("console.log('%o %O', {a: 1}, {b: 2})", "{ a: 1 } { b: 2 }\n"),
        ("console.log('%j %s', {a: 1}, -0)", '{"a":1} -0\n'),
        ("console.log('%cstyled', 'color: red')", "styled\n"),
        ("console.log('%s %s', 'one')", "one %s\n"),
        ("console.log('100%', 5)", "100% 5\n"),
        ("console.log('%s', {toString() { return 'own' }})", "own\n"),
        ("console.log('%d', 5n, Symbol('s'))", "5n Symbol(s)\n"),
        (
            "console.assert(true, 'no'); console.assert(0, 'yes %d', 1)",
            "Assertion failed: yes 1\n",
        ),
        (
            "const c = console; c.count(); c.count(); c.countReset(); c.count('x')",
            "default: 1\ndefault: 2\nx: 1\n",
        ),
        (
            "const d = console; d.group('G'); d.log('a\\nb'); d.groupEnd(); d.log('c')",
            "G\n  a\n  b\nc\n",
        ),
        ("console.dir({a: {b: {c: {}}}}, {depth: 0})", "{ a: [Object] }\n"),
        ("const {log} = console; log('unbound')", "unbound\n"),
    ],
)
def test_console_writes_what_browsers_and_node_write(
    host: Host, call: str, text: str
) -> None:
    assert out(host, call) == text


def test_console_time_measures(host: Host) -> None:
    text = out(host, "console.time('t'); console.timeLog('t', 1); console.timeEnd('t')")
    assert re.fullmatch(r"t: [\d.]+ms 1\nt: [\d.]+ms\n", text)
    assert "no console.time called 't'" in out(host, "console.timeEnd('t')")


def test_console_table_keeps_its_place_among_other_output(host: Host) -> None:
    table = "console.table([{a: 1}])"
    result = host.run(f"console.log('before'); {table}; console.log('after')")
    assert result.text == "before\nafter\n"
    (shown,) = result.displays
    assert shown.kind == "display"
    assert set(shown.data) == {"text/plain", "text/html"}


def test_console_table_is_text_in_a_group_and_of_a_primitive(host: Host) -> None:
    text = out(host, "console.group(); console.table([{b: 2}]); console.groupEnd()")
    assert "  │ 0       │ 2 │" in text
    assert out(host, "console.table(5)") == "5\n"
