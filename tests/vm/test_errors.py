"""Exceptions in both directions."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    Closed,
    Env,
    JSError,
    JSRangeError,
    JSReferenceError,
    JSSyntaxError,
    JSTypeError,
    JSVMError,
    Stopped,
    errors,
    undefined,
)


@pytest.mark.parametrize(
    ("code", "kind", "builtin", "text"),
    [
        (
            "null.x",
            JSTypeError,
            TypeError,
            "TypeError: cannot read property 'x' of null",
        ),
        (
            "[].length = -1",
            JSRangeError,
            ValueError,
            "RangeError: invalid array length",
        ),
        ("nope", JSReferenceError, NameError, "ReferenceError: nope is not defined"),
        ("throw Error('m')", JSError, JSVMError, "Error: m"),
        ("throw URIError('m')", JSError, JSVMError, "URIError: m"),
        (
            "throw new (class Mine extends TypeError {})('m')",
            JSTypeError,
            TypeError,
            "",
        ),
        ("throw 5", JSError, JSVMError, "5"),
        ("throw undefined", JSError, JSVMError, "undefined"),
        ("throw {toString() { return 'odd' }}", JSError, JSVMError, "odd"),
        (
            "throw Object.create(null)",
            JSError,
            JSVMError,
            "<no text: its toString threw>",
        ),
        ("throw Symbol('s')", JSError, JSVMError, "Symbol(s)"),
        ("function f() { f() } f()", JSRangeError, ValueError, ""),
        ("1 +", JSSyntaxError, SyntaxError, ""),
        ("JSON.parse('{')", JSSyntaxError, SyntaxError, ""),
    ],
)
def test_what_js_throws_has_a_python_class(
    env: Env, code: str, kind: type[JSError], builtin: type[Exception], text: str
) -> None:
    with pytest.raises(builtin) as caught:
        env.eval(code)
    assert type(caught.value) is kind
    if text:
        assert str(caught.value) == text


def test_error_has_name_message_stack_and_the_live_value(env: Env) -> None:
    with pytest.raises(JSTypeError) as caught:
        env.eval("function inner() {\n  null.x;\n}\ninner();", filename="a.js", line=10)
    error = caught.value
    assert error.name == "TypeError"
    assert error.message == "cannot read property 'x' of null"
    assert "inner (a.js:11:" in error.stack
    assert "(a.js:13:" in error.stack
    assert error.has_value
    assert error.value.message == error.message
    assert "a.js:11" in "".join(traceback.format_exception(error))


def test_thrown_value_is_kept_whatever_it_is(env: Env) -> None:
    for code, value in [("5", 5), ("null", None), ("undefined", undefined)]:
        with pytest.raises(JSError) as caught:
            env.eval(f"throw {code}")
        assert caught.value.value is value
        assert caught.value.has_value
        assert caught.value.name == ""


def test_syntax_error_names_file_and_line(env: Env) -> None:
    with pytest.raises(JSSyntaxError) as caught:
        env.eval("let a;\nlet b = ;", filename="s.js")
    assert "s.js:2" in caught.value.stack
    assert caught.value.value.name == "SyntaxError"


def test_error_whose_properties_throw_is_still_an_error(env: Env) -> None:
    with pytest.raises(JSError) as caught:
        env.eval(
            "const e = Error('m');"
            "Object.defineProperty(e, 'message', {get() { throw 1 }});"
            "Object.defineProperty(e, 'name', {value: Symbol('n')});"
            "Object.defineProperty(e, 'stack', {value: {toString() { throw 2 }}});"
            "throw e"
        )
    assert caught.value.message == ""
    assert caught.value.name == "Symbol(n)"
    assert env.eval("1") == 1


def test_python_exception_is_the_cause_of_what_comes_out_of_js(env: Env) -> None:
    original = ValueError("inner")

    def fail() -> None:
        raise original

    env.globals.fail = fail
    with pytest.raises(JSError, match="ValueError: inner") as caught:
        env.eval("function f() { fail() }; f()", filename="c.js")
    assert caught.value.__cause__ is original
    assert "c.js" in caught.value.stack
    with pytest.raises(JSError) as caught:
        env.eval("try { fail() } catch (e) { throw Error('other') }")
    assert caught.value.__cause__ is None


def test_js_error_passes_through_python_as_its_own_value(env: Env) -> None:
    env.globals.call = lambda f: f()
    assert env.eval(
        "const own = new RangeError('r'); let seen;"
        "try { call(() => { throw own }) } catch (e) { seen = e }"
        "seen === own"
    )
    assert env.eval("try { call(() => { throw 5 }) } catch (e) { e }") == 5


@pytest.mark.parametrize("kind", [JSError, JSTypeError, JSRangeError, JSSyntaxError])
def test_js_error_raised_in_python_is_a_new_js_error(
    env: Env, kind: type[JSError]
) -> None:
    def fail() -> None:
        raise kind("from Python")

    env.globals.fail = fail
    assert (
        env.eval(
            f"try {{ fail() }} catch (e) {{ e instanceof {kind.js_name} && e.message }}"
        )
        == "from Python"
    )


def test_js_error_of_another_vm_becomes_a_new_error(env: Env) -> None:
    with VM() as other, other.env() as far:
        env.globals.far = lambda: far.eval("throw new TypeError('far')")
        assert (
            env.eval("try { far() } catch (e) { e instanceof TypeError && e.message }")
            == "far"
        )


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, Stopped])
def test_exit_exceptions_end_js_and_come_out_as_they_are(
    env: Env, kind: type[BaseException]
) -> None:
    original = kind("now")

    def fail() -> None:
        raise original

    env.globals.fail = fail
    with pytest.raises(kind) as caught:
        env.eval(
            "globalThis.n = 0;for (;;) { try { fail() } catch { n++ } finally { n++ } }"
        )
    assert caught.value is original
    assert env.eval("n") == 0
    assert env.vm.stop_reason() == "none"


def test_exit_exception_in_a_microtask_comes_out_too(env: Env) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    env.globals.fail = fail
    with pytest.raises(KeyboardInterrupt):
        env.eval("Promise.resolve().then(() => fail()); 1")
    assert env.eval("2") == 2


def test_exit_exception_may_be_caught_half_way(env: Env) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    def guard(function: Any) -> str:
        try:
            function()
        except KeyboardInterrupt:
            return "caught"
        return "not raised"

    env.globals.update = None
    env.globals.fail = fail
    env.globals.guard = guard
    assert env.eval("guard(() => { fail() }) + '!'") == "caught!"


def test_exception_whose_text_fails_is_reported(env: Env) -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    def fail() -> None:
        raise Odd

    env.globals.fail = fail
    with pytest.raises(JSError, match="Odd"):
        env.eval("fail()")


def test_errors_are_copied_and_pickled_without_their_value(env: Env) -> None:
    with pytest.raises(JSTypeError) as caught:
        env.eval("null.x")
    for twin in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert type(twin) is JSTypeError
        assert (twin.name, str(twin)) == ("TypeError", str(caught.value))
        assert not twin.has_value


def test_tree_of_exceptions_is_as_drawn() -> None:
    drawn = errors.__doc__ or ""
    kinds = [getattr(errors, name) for name in errors.__all__]
    for kind in kinds:
        assert kind.__name__ in drawn
        assert issubclass(kind, JSVMError)
    assert issubclass(errors.OutOfMemory, MemoryError)
    assert issubclass(errors.TimeLimitExceeded, TimeoutError)
    assert (
        pickle.loads(pickle.dumps(errors.APIError("text", "JSVM_X"))).status == "JSVM_X"
    )


def test_arguments_are_checked(env: Env) -> None:
    with pytest.raises(TypeError, match="code is a str, not bytes"):
        env.eval(b"1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="filename is a str"):
        env.eval("1", filename=None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NUL"):
        env.eval("1", filename="a\0b")
    with pytest.raises(ValueError, match="counts from 1"):
        env.eval("1", line=0)
    with pytest.raises(ValueError, match="NULL"):
        env.adopt(0)


def test_closed_env_says_so(vm: VM) -> None:
    env = vm.env()
    thing, function = env.object(), env.eval("(() => 1)")
    env.close()
    env.close()
    for use in (
        lambda: env.eval("1"),
        lambda: env.globals,
        lambda: thing.x,
        lambda: list(thing),
        function,
        lambda: env.handle,
    ):
        with pytest.raises(Closed, match="Env is closed"):
            use()
    assert repr(thing) == "<JSObject (closed)>"
    assert thing != function
    assert env.closed
