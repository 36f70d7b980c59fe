"""What is left of a Python exception in JS, and of a JS error in Python."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.vm import Env, JSError, JSTypeError, live_resources


class Odd(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Mortal(Exception):
    pass


class Refused(TypeError):
    pass


class Group(ExceptionGroup[Exception]):
    pass


@pytest.fixture
def thrown(env: Env) -> Callable[[BaseException], None]:
    """Have JS catch an exception of Python, as the global `e`."""

    def throw(error: BaseException) -> None:
        def fail() -> None:
            raise error

        env.globals.fail = fail
        env.eval("var e; try { fail() } catch (error) { e = error }")

    return throw


def chained(error: Exception, cause: BaseException | None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "name", "message", "kind"),
    [
        (ValueError("bad 3"), "ValueError", "bad 3", "Error"),
        (ValueError(), "ValueError", "", "Error"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError", "by zero", "Error"),
        (TypeError("no"), "TypeError", "no", "TypeError"),
        (Refused("no"), "Refused", "no", "TypeError"),
        (SyntaxError("odd"), "SyntaxError", "odd", "SyntaxError"),
        (IndentationError("in"), "IndentationError", "in", "SyntaxError"),
        (
            ExceptionGroup("many", [OSError("a")]),
            "ExceptionGroup",
            None,
            "AggregateError",
        ),
        (Group("many", [OSError("a")]), "Group", None, "AggregateError"),
        (KeyError("lost"), "KeyError", "'lost'", "Error"),
        (KeyError(), "KeyError", "", "Error"),
        (OSError(2, "No such file"), "FileNotFoundError", None, "Error"),
        (ValueError("a\nb\n    at c (d:1:2)"), "ValueError", None, "Error"),
        (ValueError("x" * 1_000_000), "ValueError", "x" * 1_000_000, "Error"),
        (ValueError("lone \ud800"), "ValueError", "lone \ud800", "Error"),
        (ValueError("nul \0 in"), "ValueError", "nul \0 in", "Error"),
        (Odd(), "Odd", "<its text raised an exception>", "Error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_python_exception_keeps_its_type_and_text(
    env: Env,
    thrown: Callable[[BaseException], None],
    error: Exception,
    name: str,
    message: str | None,
    kind: str,
) -> None:
    thrown(error)
    message = str(error) if message is None else message
    assert env.eval("e.name") == name
    assert env.eval("e.message") == message
    assert env.eval(f"Object.getPrototypeOf(e) === {kind}.prototype")
    assert env.eval("e instanceof Error && Object.keys(e).length === 0")
    header = f"{name}: {message}" if message else name
    assert env.eval("e.stack").startswith(header + "\n    at fail (")


def test_notes_follow_the_text(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    error = ValueError("bad")
    error.add_note("in column 'x'")
    error.add_note("of table t")
    thrown(error)
    assert env.eval("e.message") == "bad\nin column 'x'\nof table t"


def test_the_stack_is_that_of_both_languages(env: Env) -> None:
    def inner() -> None:
        raise ValueError("deep")

    def outer() -> None:
        inner()

    env.globals.outer = outer
    stack = env.eval(
        "function f() { try { outer() } catch (e) { return e.stack } } f()",
        filename="a.js",
    )
    lines = stack.split("\n")
    assert lines[0] == "ValueError: deep"
    code = inner.__code__
    assert lines[1].startswith(
        f"    at inner ({code.co_filename}:{code.co_firstlineno + 1}:"
    )
    assert lines[2].startswith(f"    at outer ({code.co_filename}:")
    assert lines[3].startswith("    at f (a.js:1:")
    assert lines[4].startswith("    at <eval> (a.js:1:")
    assert len(lines) == 5


def test_a_builtin_without_frames_is_named_by_javascript(env: Env) -> None:
    env.globals.parse = int
    stack = env.eval("try { parse('x') } catch (e) { e.stack }", filename="a.js")
    assert stack.split("\n")[1:] == ["    at int (native)", "    at <eval> (a.js:1:7)"]


def test_a_result_that_cannot_cross_is_a_type_error(env: Env) -> None:
    env.globals.f = lambda: object()
    assert (
        env.eval("try { f() } catch (e) { e instanceof TypeError && e.message }")[:6]
        == "object"
    )


def test_causes_are_errors_likewise(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    def fail() -> None:
        try:
            int("x")
        except ValueError as error:
            raise LookupError("outer") from error

    env.globals.fail = fail
    env.eval("var e; try { fail() } catch (error) { e = error }")
    assert env.eval("e.cause instanceof Error && e.cause.name") == "ValueError"
    assert env.eval("e.cause.stack").split("\n")[1].startswith("    at fail (")
    assert env.eval("e.cause.cause") is env.eval("undefined")
    assert env.eval("Object.keys(e).length") == 0


def test_the_context_is_a_cause_unless_it_is_suppressed(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    def fail(hides: bool) -> None:
        try:
            raise ValueError("first")
        except ValueError:
            if hides:
                raise KeyError("second") from None
            raise KeyError("second")  # noqa: B904

    env.globals.fail = fail
    assert env.eval("try { fail(false) } catch (e) { e.cause.message }") == "first"
    assert env.eval("try { fail(true) } catch (e) { 'cause' in e }") is False


def test_causes_in_a_circle_are_the_same_errors(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    thrown(first)
    assert env.eval("e.cause.message") == "second"
    assert env.eval("e.cause.cause === e")


def test_a_long_chain_of_causes_is_cut(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    error: Exception = ValueError("0")
    for n in range(1, 5000):
        error = chained(ValueError(str(n)), error)
    thrown(error)
    count = env.eval("let n = 0; for (let x = e; x; x = x.cause) n++; n")
    assert count == 100


def test_a_group_has_its_errors(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    inner = ExceptionGroup("inner", [KeyError("k")])
    thrown(ExceptionGroup("outer", [ValueError("v"), inner]))
    assert env.eval("e instanceof AggregateError && e.errors.length") == 2
    assert env.eval("e.errors[0].message") == "v"
    assert env.eval("String(e.errors[1].errors[0])") == "KeyError: 'k'"


def test_a_group_crosses_without_a_global_aggregate_error(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    env.eval("delete globalThis.AggregateError")
    thrown(ExceptionGroup("outer", [ValueError("v")]))
    assert env.eval("e instanceof Error && e.errors[0].message") == "v"


def test_a_js_error_that_python_made_keeps_its_cause(
    env: Env, thrown: Callable[[BaseException], None]
) -> None:
    thrown(chained(JSTypeError("width"), ValueError("why")))
    assert env.eval("e instanceof TypeError && e.message === 'width'")
    assert env.eval("e.cause.name + e.cause.message") == "ValueErrorwhy"


def test_a_js_error_that_python_made_has_the_frames_of_js(env: Env) -> None:
    def fail() -> None:
        raise JSTypeError("mine")

    env.globals.fail = fail
    stack = env.eval("try { fail() } catch (e) { e.stack }", filename="a.js")
    assert stack.split("\n") == [
        "TypeError: mine",
        "    at fail (native)",
        "    at <eval> (a.js:1:7)",
    ]


def test_a_js_error_may_be_the_cause_of_a_python_exception(env: Env) -> None:
    def wrap(function: Any) -> None:
        try:
            function()
        except JSError as error:
            raise LookupError("wrapped") from error

    env.globals.wrap = wrap
    assert env.eval(
        "const own = Error('own');"
        "try { wrap(() => { throw own }) } catch (e) { e.cause === own }"
    )


# ---- there and back ------------------------------------------------------------------


def test_an_exception_is_one_js_error_however_often_it_crosses(env: Env) -> None:
    original = ValueError("once")

    def fail() -> None:
        raise original

    def unwrap(function: Any) -> None:
        try:
            function()
        except JSError as error:
            assert error.__cause__ is original
            raise error.__cause__  # noqa: B904

    env.globals.fail = fail
    env.globals.unwrap = unwrap
    assert env.eval(
        "let a, b; try { fail() } catch (e) { a = e }"
        "try { unwrap(() => fail()) } catch (e) { b = e }"
        "a === b"
    )


def test_a_rejection_has_its_exception_long_after(env: Env) -> None:
    original = ValueError("late")

    def fail() -> None:
        raise original

    env.globals.fail = fail
    promise = env.eval("new Promise(() => fail())")
    env.eval("1 + 1")
    with pytest.raises(JSError) as caught:
        promise.result()
    assert caught.value.__cause__ is original
    assert (caught.value.name, caught.value.message) == ("ValueError", "late")


def test_an_exception_lives_as_long_as_its_js_error(env: Env) -> None:
    made: list[weakref.ref[Mortal]] = []

    def fail() -> None:
        error = Mortal("gone")
        made.append(weakref.ref(error))
        try:
            raise error
        finally:
            del error

    env.globals.fail = fail
    env.eval("var e; try { fail() } catch (error) { e = error; e.self = e }")
    gc.collect()
    assert made[0]() is not None
    env.eval("e = undefined")
    env.vm.collect_garbage()
    gc.collect()
    assert made[0]() is None


def test_many_exceptions_leave_nothing_behind(env: Env) -> None:
    def fail(n: int) -> None:
        try:
            int("x")
        except ValueError as error:
            raise KeyError(n) from error

    env.globals.fail = fail
    loop = env.eval("(n => { for (let i = 0; i < n; i++) try { fail(i) } catch {} })")
    loop(10)
    before = live_resources()
    loop(500)
    assert live_resources() == before


# ---- JS errors in Python -------------------------------------------------------------


def caught_from(env: Env, code: str) -> JSError:
    with pytest.raises(JSError) as caught:
        env.eval(code, filename="a.js")
    return caught.value


def test_a_js_cause_is_the_cause(env: Env) -> None:
    error = caught_from(
        env, "throw new Error('outer', {cause: new TypeError('inner', {cause: 5})})"
    )
    assert (error.name, error.message) == ("Error", "outer")
    inner = error.__cause__
    assert type(inner) is JSTypeError
    assert inner.message == "inner"
    assert inner.stack.startswith("TypeError: inner\n    at <eval> (a.js:1:")
    assert isinstance(inner.__cause__, JSError)
    assert inner.__cause__.value == 5
    assert inner.__cause__.__cause__ is None


def test_js_causes_in_a_circle_are_one_exception(env: Env) -> None:
    error = caught_from(
        env, "const a = Error('a'), b = Error('b', {cause: a}); a.cause = b; throw a"
    )
    assert error.__cause__ is not None
    assert error.__cause__.__cause__ is error


def test_a_js_error_made_of_a_python_exception_has_it_behind(env: Env) -> None:
    original = ValueError("native")

    def fail() -> None:
        raise original

    env.globals.fail = fail
    error = caught_from(
        env, "try { fail() } catch (e) { throw new Error('wrapped', {cause: e}) }"
    )
    assert isinstance(error.__cause__, JSError)
    assert error.__cause__.name == "ValueError"
    assert error.__cause__.__cause__ is original


def test_an_aggregate_error_has_its_errors(env: Env) -> None:
    error = caught_from(
        env, "throw new AggregateError([new TypeError('t'), 5], 'all', {cause: null})"
    )
    assert (error.name, error.message) == ("AggregateError", "all")
    first, second = error.errors
    assert type(first) is JSTypeError
    assert first.message == "t"
    assert second.value == 5
    assert caught_from(env, "throw Error('no')").errors == ()


def test_an_aggregate_error_may_hold_itself_and_too_many(env: Env) -> None:
    error = caught_from(
        env, "const a = new AggregateError([], 'a'); a.errors.push(a); throw a"
    )
    assert error.errors == (error,)
    many = caught_from(
        env,
        "throw new AggregateError(Array.from({length: 1e5}, (_, i) => Error(i)), 'm')",
    )
    assert [part.message for part in many.errors] == [str(i) for i in range(99)]


@pytest.mark.parametrize(
    "code",
    [
        "Object.defineProperty(e, 'cause', {get() { throw 1 }})",
        "Object.defineProperty(e, 'errors', {get() { throw 1 }})",
        "e.errors = new Proxy([1], {get() { throw 1 }})",
        "e.errors = 5",
        "e.cause = undefined",
    ],
)
def test_causes_and_errors_that_cannot_be_read_are_left_out(
    env: Env, code: str
) -> None:
    error = caught_from(env, f"const e = new AggregateError([], 'm'); {code}; throw e")
    assert error.message == "m"
    assert error.__cause__ is None
    assert error.errors == ()
    assert env.eval("1") == 1
