"""Native modules in a real host: what crosses the border, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Host, completion_of, inspected_text, inspection_of
from native_cells import Built, compile_module, load

from jsvm_kernel.session.messages import CompleteReply

SAMPLE = """
    from libc.stdio cimport printf, fflush, stdout, stderr, fprintf

    cpdef double add(double a, double b) noexcept nogil:
        '''Adds two numbers.'''
        return a + b

    cpdef double first(double[:] values) noexcept nogil:
        return values[0]

    cpdef int twice(int n) noexcept nogil:
        return 2 * n

    def greet(str name, str ending="!"):
        return "hello " + name + ending

    def small(signed char n):
        return n

    def wide(long long n):
        return n

    def half(double x):
        return x / 2

    def negate(bint flag):
        return not flag

    def backwards(bytes data):
        return data[::-1]

    def scale(double[:] values, double factor):
        cdef Py_ssize_t i
        for i in range(values.shape[0]):
            values[i] *= factor

    def total(const unsigned char[:] values):
        cdef long long sum = 0
        for i in range(values.shape[0]):
            sum += values[i]
        return sum

    def call(object f, object x):
        return f(x)

    def same(object x):
        return x

    def count(list items):
        return len(items)

    def keys(dict items):
        return sorted(items)

    def pair(tuple two):
        return {"first": two[0], "rest": list(two[1:]), "deep": [(1, None)]}

    def maybe(str text=None):
        return text is None

    def fail(x):
        raise ValueError(f"bad value {x}")

    def deeper(x):
        fail(x)

    def say(str text):
        print("python", text)
        printf("c %s\\n", <char *>b"says")

    def shout():
        import sys
        print("python err", file=sys.stderr)
        print("python out")

    def doze():
        import time
        while True:
            time.sleep(0.001)

    def nothing():
        pass
"""


@pytest.fixture(scope="module")
def sample(builds: Path) -> Built:
    return compile_module(SAMPLE, builds)


@pytest.fixture
def compiled(builds: Path) -> Callable[..., Built]:
    return lambda code: compile_module(code, builds)


@pytest.fixture
def native(host: Host, cc: str, sample: Built) -> Host:
    """A host with the sample module in it."""
    assert load(host, sample).outcome.status == "ok"
    return host


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("sample.add(1, 2.5)", "3.5"),
        ("sample.twice(-4)", "-8"),
        ("sample.greet('Ann')", "'hello Ann!'"),
        ("sample.greet('日本😀', '?')", "'hello 日本😀?'"),
        ("sample.greet('Ann', undefined)", "'hello Ann!'"),
        ("sample.small(-128)", "-128"),
        ("sample.wide(2 ** 53 - 1)", "9007199254740991"),
        ("sample.wide(2n ** 60n)", "1152921504606846976n"),
        ("sample.half(1)", "0.5"),
        ("sample.half(-0)", "-0"),
        ("sample.negate(true)", "false"),
        ("sample.backwards(new Uint8Array([1, 2, 3]))", "Uint8Array(3) [ 3, 2, 1 ]"),
        ("sample.backwards(new Uint8Array([1, 2]).buffer)", "Uint8Array(2) [ 2, 1 ]"),
        (
            "const a = new Float64Array([1, 2]); sample.scale(a, 10); a",
            "Float64Array(2) [ 10, 20 ]",
        ),
        ("sample.total(new Uint8Array(1000).fill(255))", "255000"),
        ("sample.call(x => x * 2, 21)", "42"),
        ("const o = {}; sample.same(o) === o", "true"),
        ("sample.count([1, 'a', {}])", "3"),
        ("sample.keys({b: 1, a: 2})", "[ 'a', 'b' ]"),
        ("sample.keys(new Map([['x', 1]]))", "[ 'x' ]"),
        (
            "sample.pair([1, 'x', 2.5])",
            "{ first: 1, rest: [ 'x', 2.5 ], deep: [ [ 1, null ] ] }",
        ),
        ("sample.maybe()", "true"),
        ("sample.maybe(null)", "true"),
        ("sample.maybe('x')", "false"),
        ("sample.nothing()", "null"),
        ("sample.add.name + sample.greet.name + sample.greet.length", "'addgreet1'"),
    ],
)
def test_values_cross_the_border(native: Host, code: str, value: str) -> None:
    assert native.value(code) == value


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        ("greet(5)", "TypeError", "'name' expects a string, got the number 5"),
        ("greet()", "TypeError", "'name' is missing (0 of 2 arguments given)"),
        ("greet('a', {})", "TypeError", "'ending' expects a string, got the object {}"),
        ("half('1')", "TypeError", "'x' expects a number, got the string '1'"),
        ("half(1n)", "TypeError", "'x' expects a number, got the BigInt 1n"),
        ("half(null)", "TypeError", "'x' expects a number, got null"),
        ("half(undefined)", "TypeError", "'x' expects a number, got undefined"),
        ("small(128)", "RangeError", "an int8 from -128 to 127, got the number 128"),
        ("small(1.5)", "TypeError", "expects an int8, got the number 1.5"),
        ("small(NaN)", "TypeError", "expects an int8, got the number NaN"),
        ("small('1')", "TypeError", "expects an int8, got the string '1'"),
        ("wide(2n ** 63n)", "RangeError", "got the BigInt 9223372036854775808n"),
        (
            "wide(2 ** 60)",
            "RangeError",
            "a Number must be a safe integer; use a BigInt",
        ),
        ("negate(1)", "TypeError", "'flag' expects a boolean, got the number 1"),
        ("backwards('abc')", "TypeError", "expects a Uint8Array or ArrayBuffer, got"),
        ("scale([1, 2], 3)", "TypeError", "a Float64Array, got the array [ 1, 2 ]"),
        ("scale(new Float32Array(1), 3)", "TypeError", "object Float32Array(1) [ 0 ]"),
        ("count('abc')", "TypeError", "'items' expects an array"),
        ("keys([1])", "TypeError", "a plain object or Map, got the array [ 1 ]"),
        ("keys(new Set())", "TypeError", "or Map, got the object Set(0)"),
        ("keys(new Proxy({}, {}))", "TypeError", "got the proxy {}"),
        ("add('1', 2)", "TypeError", "'a' expects a number, got the string"),
        ("add(1)", "TypeError", "'b' is missing (1 of 2 arguments given)"),
        ("twice(2 ** 31)", "RangeError", "from -2147483648 to 2147483647, got"),
        ("twice(0.5)", "TypeError", "expects an int32, got the number 0.5"),
    ],
)
def test_a_wrong_argument_is_named(
    native: Host, call: str, error: str, text: str
) -> None:
    result = native.run(f"sample.{call}")
    assert result.outcome.error is not None, result
    assert result.outcome.error.name == error
    assert text in result.outcome.error.message
    assert result.outcome.error.message.startswith("sample.")
    assert "jsvm:" not in result.traceback


def test_a_python_exception_is_a_js_error_with_the_python_frames(native: Host) -> None:
    result = native.run("function f() {\n  sample.deeper(3)\n}\nf()")
    assert result.outcome.error is not None
    assert result.outcome.error.name == "ValueError"
    assert result.outcome.error.message == "bad value 3"
    text = result.traceback
    lines = SAMPLE.removeprefix("\n").split("\n")
    raising = next(i for i, line in enumerate(lines) if "raise ValueError" in line) + 2
    assert f"In[7]:{raising}\n{raising} |     raise ValueError" in text
    assert (
        text.index("at sample.fail (In[7]:")
        < text.index("at sample.deeper (In[7]:")
        < text.index("at f (In[")
    )
    assert "native_modules" not in text
    caught = "try { sample.fail(1) } catch (e) { e instanceof Error && String(e) }"
    assert native.value(caught) == "'ValueError: bad value 1'"


def test_what_a_direct_function_cannot_raise_is_printed(native: Host) -> None:
    result = native.run("sample.first(new Float64Array(0))")
    assert result.value == "0"
    assert (
        "Exception ignored in: sample.first\nIndexError: Out of bounds" in result.text
    )
    assert "cells.py" not in result.text


def test_a_cpdef_function_is_one_frame(
    host: Host, compiled: Callable[..., Built]
) -> None:
    code = """
        cpdef int halve(int n) except -1:
            if n % 2:
                raise ValueError("odd")
            return n // 2
    """
    assert load(host, compiled(code)).outcome.status == "ok"
    text = host.run("sample.halve(3)").traceback
    assert text.count("at sample.halve (In[7]:4)") == 1
    assert text.count("halve (") == 1


def test_a_js_error_passes_through_python_unchanged(native: Host) -> None:
    code = """
        class Mine extends Error {}
        const mine = new Mine('m');
        try { sample.call(() => { throw mine }, 1) } catch (e) { e === mine }
    """
    assert native.value(code) == "true"
    assert (
        native.value("try { sample.call(() => { throw 5 }, 1) } catch (e) { e }") == "5"
    )


def test_an_exit_in_python_is_an_error_and_an_interrupt_a_stop(
    host: Host, compiled: Callable[[str], Built]
) -> None:
    code = """
        def leave():
            raise SystemExit(3)

        def interrupt():
            raise KeyboardInterrupt
    """
    assert load(host, compiled(code)).outcome.status == "ok"
    text = "var kept = 1; try { sample.leave() } catch (e) { `${e.name} ${e.message}` }"
    assert host.value(text) == "'SystemExit 3'"
    stopped = host.run("try { sample.interrupt() } catch { kept = 2 }")
    assert stopped.outcome.status == "stopped"
    assert host.value("kept") == "1"


def test_output_of_js_python_and_c_keeps_its_order(native: Host) -> None:
    result = native.run(
        "for (let i = 0; i < 3; i++) { console.log('js', i); sample.say('x' + i) }"
    )
    assert result.text == "".join(f"js {i}\npython x{i}\nc says\n" for i in range(3))


def test_python_uses_both_streams_in_order(native: Host) -> None:
    result = native.run("console.log('a'); sample.shout(); console.error('b')")
    assert result.text == "a\npython err\npython out\nb\n"


def test_python_code_is_stopped(native: Host) -> None:
    cell = native.start("var kept = 1; console.log('started'); sample.doze()")
    native.wait_for_text("started")
    native.stop()
    assert native.finish(cell).outcome.status == "stopped"
    assert native.value("kept") == "1"


def test_c_code_that_looks_for_signals_is_stopped(
    host: Host, compiled: Callable[[str], Built]
) -> None:
    code = """
        from cpython.exc cimport PyErr_CheckSignals

        cpdef void spin() except * nogil:
            while True:
                with gil:
                    PyErr_CheckSignals()
    """
    assert load(host, compiled(code)).outcome.status == "ok"
    cell = host.start("var kept = 1; console.log('started'); sample.spin()")
    host.wait_for_text("started")
    host.stop()
    assert host.finish(cell).outcome.status == "stopped"
    assert host.value("kept") == "1"


def test_js_that_python_calls_is_stopped(native: Host) -> None:
    cell = native.start(
        "sample.call(() => { console.log('inside'); for (;;); }, 1); console.log('on')"
    )
    native.wait_for_text("inside")
    native.stop()
    result = native.finish(cell)
    assert result.outcome.status == "stopped"
    assert result.text == "inside\n"
    assert native.value("sample.call(x => x + 1, 1)") == "2"


def test_functions_are_listed_and_documented(native: Host) -> None:
    reply = native.ask(completion_of("sample.ad", native.next_id()))
    assert isinstance(reply, CompleteReply)
    assert [(m.text, m.kind) for m in reply.matches] == [("add", "function")]
    text = inspected_text(native.ask(inspection_of("sample.add", native.next_id())))
    assert text.startswith("function add(a: number, b: number): number")
    assert "Declared as double add(double a, double b) (In[7], line 4)" in text
    assert "Adds two numbers." in text


def test_the_module_is_shown_by_its_name(native: Host) -> None:
    assert (native.value("sample") or "").startswith("Object [sample] {")


def test_a_changed_module_replaces_the_old_one(
    native: Host, compiled: Callable[..., Built]
) -> None:
    native.run("var old = sample")
    changed = compiled("def only(int x):\n    return x + 1\n")
    assert load(native, changed).outcome.status == "ok"
    assert native.value("sample.only(1)") == "2"
    assert native.value("typeof sample.add") == "'undefined'"
    assert native.value("old.add(1, 2)") == "3"


def test_an_unchanged_module_runs_its_top_level_again(
    host: Host, compiled: Callable[..., Built]
) -> None:
    built = compiled(
        """
        state = []
        print('top level')
        def push(x):
            state.append(x)
            return len(state)
        """
    )
    assert load(host, built).text == "top level\n"
    assert host.value("sample.push(1); sample.push(2)") == "2"
    assert load(host, built).text == "top level\n"
    assert host.value("sample.push(1)") == "1"


def test_an_exception_at_the_top_level_is_the_cells_error(
    host: Host, compiled: Callable[..., Built]
) -> None:
    result = load(host, compiled("x = 1\nx / 0\n"))
    assert result.outcome.status == "error"
    assert result.outcome.error is not None
    assert result.outcome.error.name == "ZeroDivisionError"
    # No frame but the cell's.
    assert result.traceback == (
        "In[7]:3\n3 | x / 0\nZeroDivisionError: division by zero"
    )
    assert host.value("1") == "1"


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("const sample = 5", "would hide the module"),
        ("var sample = 5", "run: delete globalThis.sample"),
        ("globalThis.sample = 5", "run: delete globalThis.sample"),
    ],
)
def test_a_name_that_is_taken_is_refused_and_kept(
    host: Host, sample: Built, before: str, why: str
) -> None:
    host.run(before)
    result = load(host, sample)
    assert result.outcome.status == "error"
    assert why in result.traceback
    assert host.value("sample") == "5"


@pytest.mark.parametrize("name", ["Math", "console", "undefined", "globalThis", "URL"])
def test_globals_of_the_language_are_no_names_of_modules(
    host: Host, sample: Built, name: str
) -> None:
    result = load(host, sample, name)
    assert result.outcome.status == "error"
    assert f"{name} is a global of the language" in result.traceback


def test_a_module_that_was_overwritten_is_not_put_back_over_it(
    native: Host, sample: Built
) -> None:
    native.run("sample = 5")
    assert load(native, sample).outcome.status == "error"
    native.run("delete globalThis.sample")
    assert load(native, sample).outcome.status == "ok"


def test_a_file_that_is_no_module_of_ours_is_refused(
    host: Host, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.so"
    bad.write_bytes(b"not an ELF file")
    result = host.load_module("bad", bad, "bad")
    assert result.outcome.status == "error"
    assert result.outcome.error is not None
    assert result.outcome.error.name == "ImportError"


# ---- imports -----------------------------------------------------------------------


def test_a_cells_module_is_imported_by_its_name(native: Host) -> None:
    code = "import s, { add } from 'native:sample'; [s === sample, add(1, 2)].join()"
    assert native.value(code) == "'true,3'"
    assert native.value("require('native:sample') === sample") == "true"


def test_an_import_gives_the_module_that_replaced_another(
    native: Host, sample: Built, tmp_path: Path
) -> None:
    (tmp_path / "uses.mjs").write_text("export { default } from 'native:sample'")
    code = "import seen from './uses.mjs'; seen === sample"
    assert native.value(code) == "true"
    native.value("const old = sample")
    load(native, sample)
    assert native.value("old === sample") == "false"
    assert native.value(code) == "true"
