"""How arguments find their parameters: defaults, *args, options; what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.vm import Env, live_resources

Complaint = Callable[[str], tuple[str, str]]


def defaults(a, b=2, c=3):
    return [a, b, c]


def rest(a, *args):
    return [a, *args]


def middle(a, b=2, *args):
    return [a, b, *args]


def options(a, b=2, *, c, d=4):
    return [a, b, c, d]


def anything(*args, **kw):
    return [*args, kw]


def matrix(m, *, k=1):
    return [m.shape[0], k]


def takes_dict(d=None, *, e=0):
    return [d, e]


def takes_any(a, b=None, *, c):
    return [a, b, c]


options.__annotations__ = {"b": "int32", "c": "str", "d": "int32"}
matrix.__annotations__ = {"m": "double[:, :]"}
takes_dict.__annotations__ = {"d": "dict | None", "e": "int32"}
FUNCTIONS = (
    *(defaults, rest, middle, options, anything, matrix, takes_dict),
    takes_any,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("defaults(1)", [1, 2, 3]),
        ("defaults(1, undefined, undefined)", [1, 2, 3]),
        ("defaults(1, undefined, 5)", [1, 2, 5]),
        ("defaults(1, 5, undefined)", [1, 5, 3]),
        ("defaults(1, 5, 6, 7)", [1, 5, 6]),
        ("rest(1)", [1]),
        ("rest(1, 2, 3)", [1, 2, 3]),
        ("middle(1, undefined, 5, 6)", [1, 2, 5, 6]),
        ("middle(1, 7, 5)", [1, 7, 5]),
        ("options(1, {c: 'x'})", [1, 2, "x", 4]),
        ("options(1, 5, {c: 'x', d: 6})", [1, 5, "x", 6]),
        ("options(1, undefined, {c: 'x'})", [1, 2, "x", 4]),
        ("options(1, {c: 'x', b: 9})", [1, 9, "x", 4]),
        ("options(1, {c: 'x', d: undefined})", [1, 2, "x", 4]),
        ("anything()", [{}]),
        ("anything(1, 'a', {k: [1]})", [1, "a", {"k": [1]}]),
        ("anything(1, {})", [1, {}]),
        ("matrix(new Float64Array(6), [3, 2], {k: 5})", [3, 5]),
        ("takes_dict({e: 1})", [{"e": 1}, 0]),
        ("takes_dict({a: 1}, {e: 1})", [{"a": 1}, 1]),
    ],
)
def test_arguments_find_their_parameters(
    bound: Callable[..., Env], code: str, expected: Any
) -> None:
    env = bound(*FUNCTIONS)
    assert json.loads(env.eval(f"JSON.stringify(m.{code})")) == expected


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        (
            "defaults()",
            "TypeError",
            "parameter 'a' is missing (0 of 3 arguments given)",
        ),
        ("rest()", "TypeError", "parameter 'a' is missing (0 of 1 arguments given)"),
        ("options()", "TypeError", "parameter 'a' is missing (0 of 2 arguments given)"),
        ("options({c: 'x'})", "TypeError", "option 'c' is missing"),
        ("options(1)", "TypeError", "option 'c' is missing"),
        ("options(1, {c: 5})", "TypeError", "option 'c' expects a string, got the num"),
        (
            "options(1, {c: 'a', d: 2 ** 31})",
            "RangeError",
            "option 'd' expects an int32",
        ),
        (
            "options(1, {c: 'a', x: 1})",
            "TypeError",
            "there is no option 'x'; there are b, c, d",
        ),
        (
            "takes_any(1, {c: 5})",
            "TypeError",
            "option 'c' is missing; the object given is parameter 'b', which takes",
        ),
        ("options(1, 2, {c: 'a', b: 3})", "TypeError", "parameter 'b' is given twice"),
        ("options(1, {c: 'a', a: 3})", "TypeError", "parameter 'a' is given twice"),
        (
            "options(1, 'x', {c: 'a'})",
            "TypeError",
            "parameter 'b' expects an int32, got",
        ),
    ],
)
def test_a_wrong_call_is_explained(
    bound: Callable[..., Env], complaint: Complaint, code: str, name: str, text: str
) -> None:
    bound(*FUNCTIONS)
    kind, message = complaint(f"m.{code}")
    assert kind == name
    assert message.startswith(f"m.{code.partition('(')[0]}: {text}")


def test_many_arguments_of_many_parameters(bound: Callable[..., Env]) -> None:
    names = ", ".join(f"a{i}" for i in range(40))
    scope: dict[str, Any] = {}
    exec(f"def wide({names}): return [{names}]", scope)
    env = bound(scope["wide"], rest)
    numbers = ",".join(map(str, range(40)))
    assert env.eval(f"m.wide({numbers}).join()") == numbers
    assert env.eval(f"m.rest({numbers}).join()") == numbers


def test_name_and_length_are_those_of_a_function(bound: Callable[..., Env]) -> None:
    env = bound(*FUNCTIONS)
    assert env.eval("m.defaults.name + m.defaults.length") == "defaults1"
    assert env.eval("m.matrix.length") == 2
    assert env.eval("String(m)") == "[object m]"


def test_a_python_exception_has_the_python_frames(
    bound: Callable[..., Env],
) -> None:
    def fail(x):
        raise ValueError(f"bad {x}")

    env = bound(fail)
    stack = env.eval(
        "function f() { try { m.fail(1) } catch (e) { return e.stack } } f()"
    )
    lines = stack.split("\n")
    assert "ValueError" in lines[0]
    assert lines[1].startswith("    at fail (") and "test_calls.py" in lines[1]
    assert lines[2].startswith("    at f (")
    assert ".pxi" not in stack


def test_what_js_threw_passes_through_python_unchanged(
    bound: Callable[..., Env],
) -> None:
    def call(f):
        return f()

    env = bound(call)
    code = (
        "var e1 = new RangeError('x'); try { m.call(() => { throw e1 }) } catch (e) {"
    )
    assert env.eval(code + "e === e1 }") is True


def test_functions_die_with_their_env(bound: Callable[..., Env]) -> None:
    def f():
        return 1

    env = bound(f, defaults)
    kept = env.globals["m"].f
    assert kept() == 1
    env.eval("delete globalThis.m")


def test_many_calls_leave_nothing_behind(bound: Callable[..., Env]) -> None:
    def f(a, b, c):
        return [a, b, c]

    f.__annotations__ = {"a": "double[:]", "b": "list", "c": "str"}
    env = bound(f)
    run = env.eval(
        "(n => { for (let i = 0; i < n; i++) { try { m.f(new Float64Array(1), [i, {}], "
        "i % 2 ? 'a' : i) } catch {} } })"
    )
    run(100)
    before = live_resources()
    run(500)
    assert live_resources() == before
