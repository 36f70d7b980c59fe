"""Calls in both directions."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    APIError,
    Env,
    JSError,
    JSFunction,
    JSTypeError,
    undefined,
)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 40])
def test_arguments_arrive_in_order_both_ways(env: Env, count: int) -> None:
    arguments = list(range(count))
    assert env.eval("((...a) => a.join())")(*arguments) == ",".join(map(str, arguments))
    seen: list[tuple[int, ...]] = []
    env.globals["f"] = lambda *args: seen.append(args)
    env.eval(f"f({','.join(map(str, arguments))})")
    assert seen == [tuple(arguments)]


@pytest.mark.parametrize(
    "value",
    [
        *(None, undefined, True, False, 0, -1, 2**53 - 1, 2**70, 1.5, float("inf")),
        *("", "text", "t\xe4xt", "\u65e5", "\U0001f600", "\ud800"),
    ],
)
def test_an_argument_arrives_as_what_it_is(env: Env, value: object) -> None:
    assert env.eval("(a, b, same) => Object.is(a, same(b))")(value, value, lambda a: a)
    result = env.eval("a => a")(value)
    assert type(result) is type(value) or type(value) is int
    assert result == value


def test_an_object_arrives_as_itself(env: Env) -> None:
    same = env.eval("globalThis.o = {}; (function (a, b) { return a === b })")
    assert same(env.globals["o"], env.globals["o"])
    assert env.eval("(function () { return this === o })")(this=env.globals["o"])
    with env.vm.env() as other:
        assert other.eval("a => typeof a")(env.globals["o"]) == "object"


def test_this_is_undefined_the_receiver_or_what_is_said(env: Env) -> None:
    strict = env.eval("(function () { 'use strict'; return this })")
    assert strict() is undefined
    assert strict(this=5) == 5
    assert strict(this=None) is None
    target = env.object({"f": strict})
    assert target.f() == target
    assert target.f(this=1) == 1
    with pytest.raises(TypeError, match="keyword this, not 'that'"):
        strict(that=1)
    with pytest.raises(TypeError, match="keyword this, not 'other'"):
        strict(this=1, other=2)


def test_new_makes_an_instance(env: Env) -> None:
    point = env.eval("(class Point { constructor(x) { this.x = x } })").new(3)
    assert point.x == 3
    assert env.eval("Date").new(0).getTime() == 0
    with pytest.raises(JSTypeError):
        env.eval("(() => 0)").new()


def test_python_callable_has_a_name_and_returns_a_value(env: Env) -> None:
    def double(value: int) -> int:
        return value * 2

    env.globals["double"] = double
    assert env.eval("double(21)") == 42
    assert env.eval("double.name") == "double"
    assert env.eval("typeof double") == "function"
    env.globals["named"] = env.function(lambda: None, name="répété")
    assert env.eval("named.name") == "répété"
    assert env.eval("named()") is None


@pytest.mark.parametrize(
    "function", [len, str.upper, functools.partial(max, "a"), print.__call__, int]
)
def test_any_callable_becomes_a_function(env: Env, function: Any) -> None:
    env.globals["f"] = function
    assert isinstance(env.globals["f"], JSFunction)


def test_wrong_number_of_arguments_is_a_js_error(env: Env) -> None:
    env.globals["f"] = lambda a, b: 0
    with pytest.raises(JSError, match="missing 2 required positional arguments"):
        env.eval("f()")


def test_result_without_counterpart_is_a_js_error(env: Env) -> None:
    env.globals["f"] = object
    with pytest.raises(JSError, match="object has no JavaScript counterpart"):
        env.eval("f()")


def test_calls_nest_through_both_languages(env: Env) -> None:
    env.globals["down"] = lambda n: 0 if n == 0 else 1 + env.globals.step(n - 1)
    env.eval("globalThis.step = n => n === 0 ? 0 : 1 + down(n - 1)")
    assert env.eval("step(60)") == 60


def test_endless_mutual_recursion_ends_in_an_error(env: Env) -> None:
    env.globals["py"] = lambda: env.globals.js()
    env.eval("globalThis.js = () => py()")
    with pytest.raises((JSError, RecursionError)):
        env.eval("js()")
    assert env.eval("1") == 1


def test_env_function_is_one_function(env: Env) -> None:
    function = env.function(lambda: 1)
    env.globals.a = function
    env.globals.b = function
    assert env.eval("a === b") is True
    with pytest.raises(TypeError, match="int is not callable"):
        env.function(5)  # type: ignore[arg-type]


def test_function_works_in_another_env_of_its_vm(vm: VM, env: Env) -> None:
    with vm.env() as second:
        second.globals.f = env.eval("(x => x + 1)")
        second.globals.g = env.function(lambda x: x * 2)
        assert second.eval("g(f(1))") == 4


def test_python_function_of_a_closed_env_throws(vm: VM, env: Env) -> None:
    first = vm.env()
    env.globals.f = first.function(lambda: 1)
    assert env.eval("f()") == 1
    first.close()
    with pytest.raises(JSError, match="Env"):
        env.eval("f()")


def test_function_object_may_die_while_it_runs(env: Env) -> None:
    def replace() -> str:
        env.globals.f = None
        env.eval("1")
        return "done"

    env.globals.f = replace
    del replace
    assert env.eval("f()") == "done"
    assert env.eval("f") is None


def test_functions_exchange_what_they_run(env: Env) -> None:
    first = env.function(lambda: "old", name="first")
    second = env.function(lambda: "new", name="second")
    env.globals.f = env.globals.kept = first
    env.exchange_functions(first, second)
    assert env.eval("[f(), kept(), f.name, f === kept].join()") == "new,new,first,true"
    assert second() == "old"
    del second
    env.vm.collect_garbage()
    assert env.eval("f()") == "new"


def test_a_function_may_be_exchanged_while_it_runs(env: Env) -> None:
    def exchange() -> str:
        other = env.function(lambda: "new")
        env.exchange_functions(env.globals.f, other)
        del other
        env.vm.collect_garbage()
        env.eval("1")  # frees what belonged to the function
        return "old"

    env.globals.f = exchange
    del exchange
    assert env.eval("[f(), f()].join()") == "old,new"


def test_only_native_functions_of_one_env_are_exchanged(vm: VM, env: Env) -> None:
    native = env.function(lambda: 1)
    with vm.env() as other, pytest.raises(APIError, match="Invalid argument"):
        env.exchange_functions(native, other.function(lambda: 2))
    with pytest.raises(APIError, match="Invalid argument"):
        env.exchange_functions(native, env.eval("() => 2"))
    assert native() == 1
