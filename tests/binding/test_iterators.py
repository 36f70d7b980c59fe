"""Python generators and iterators in JavaScript, and JavaScript's in Python."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.vm import Env, JSError, JSTypeError, live_resources


@pytest.fixture
def closed() -> list[str]:
    """What the generators below note when they end."""
    return []


@pytest.fixture
def sample(bound: Callable[..., Env], closed: list[str]) -> None:
    def count(n):
        try:
            yield from range(n)
        finally:
            closed.append("count")
        return "the end"

    def echo():
        got = "nothing yet"
        while True:
            got = yield got

    def survives():
        while True:
            try:
                yield "waiting"
            except JSError as error:
                yield f"caught {error.name}: {error.message}"

    def fails():
        yield 1
        raise LookupError("no more")

    def items(of):
        return iter(of)

    def same(x):
        return x

    def is_generator(x):
        return type(x).__name__

    def doubled(source):
        return (2 * x for x in source)

    def first(source):
        for x in source:
            return x
        return None

    bound(count, echo, survives, fails, items, same, is_generator, doubled, first)


@pytest.fixture
def value(env: Env, sample: None) -> Callable[[str], Any]:
    """Text of what an expression gives, as JSON."""
    return lambda code: env.eval(f"JSON.stringify({code})")


def test_generator_is_iterated(value: Callable[[str], Any], closed: list[str]) -> None:
    assert value("[...m.count(3)]") == "[0,1,2]"
    assert closed == ["count"]


def test_steps_are_those_of_the_protocol(env: Env, value: Callable[[str], Any]) -> None:
    env.eval("var g = m.count(1)")
    assert value("g.next()") == '{"value":0,"done":false}'
    assert value("g.next()") == '{"value":"the end","done":true}'
    assert value("g.next()") == '{"done":true}'


def test_what_next_is_given_is_received_by_yield(
    env: Env, value: Callable[[str], Any]
) -> None:
    env.eval("var g = m.echo()")
    assert value("g.next('for nobody').value") == '"nothing yet"'
    assert value("g.next({a: 1}).value") == '{"a":1}'
    assert value("g.next().value") == "null"


def test_leaving_a_loop_closes_the_generator(
    env: Env, value: Callable[[str], Any], closed: list[str]
) -> None:
    env.eval("for (const x of m.count(5)) { if (x === 1) break }")
    assert closed == ["count"]
    env.eval("var g = m.count(5); g.next()")
    assert value("g.return('mine')") == '{"value":"mine","done":true}'
    assert closed == ["count", "count"]
    assert value("g.next()") == '{"done":true}'


def test_throw_is_raised_at_the_yield(env: Env, value: Callable[[str], Any]) -> None:
    env.eval("var g = m.survives(); g.next()")
    caught = value("g.throw(new TypeError('hey')).value")
    assert caught == '"caught TypeError: hey"'
    same = "try { m.count(2).throw(error) } catch (e) { e === error }"
    assert env.eval(f"var error = new Error('x'); {same}") is True


def test_exception_of_a_generator_is_thrown(
    env: Env, value: Callable[[str], Any]
) -> None:
    message = env.eval("try { [...m.fails()] } catch (e) { e.message }")
    assert "no more" in message


def test_helpers_of_iterator_prototype_work(value: Callable[[str], Any]) -> None:
    assert value("m.count(9).map(x => x * x).filter(x => x % 2).toArray()") == (
        "[1,9,25,49]"
    )
    assert value("m.count(1e9).drop(3).take(2).toArray()") == "[3,4]"
    assert value("m.count(2) instanceof Iterator") == "true"
    assert value("Object.prototype.toString.call(m.count(1))") == (
        '"[object Generator]"'
    )


@pytest.mark.parametrize("damage", ["Object.getPrototypeOf = 1", "Iterator = 1"])
def test_names_that_scripts_replace_are_not_needed(
    env: Env, value: Callable[[str], Any], damage: str
) -> None:
    env.eval(damage)
    assert value("[...m.count(2).map(x => x + 1)]") == "[1,2]"


def test_any_iterator_of_python_is_one(value: Callable[[str], Any]) -> None:
    assert value("[...m.items(['a', 'b'])]") == '["a","b"]'
    assert value("[...m.doubled([1, 2])]") == "[2,4]"
    # A list's iterator has nothing to close: it goes on where a loop left it.
    left = "const i = m.items('abc'); for (const x of i) break; return [...i]"
    assert value(f"(() => {{ {left} }})()") == '["b","c"]'


def test_generator_comes_back_as_itself(env: Env, value: Callable[[str], Any]) -> None:
    assert value("m.is_generator(m.count(1))") == '"generator"'
    assert env.eval("var g = m.count(1); m.same(g) === g") is True


def test_methods_refuse_other_objects(env: Env, sample: None) -> None:
    with pytest.raises(JSTypeError, match="next: `this` is no iterator of Python"):
        env.eval("m.count(1).next.call({})")
    with pytest.raises(JSTypeError, match="no iterator"):
        env.eval("m.count(1).next.call()")


def test_dropped_generator_is_closed(env: Env, sample: None, closed: list[str]) -> None:
    env.eval("m.items('')")  # what iterators share is made once
    env.eval("0")
    before = live_resources().finalizers
    env.eval("var g = m.count(3); g.next(); g = undefined; 0")
    env.eval("0")
    assert closed == ["count"]
    for _ in range(100):
        env.eval("m.count(3).next(); 0")
    env.eval("0")
    gc.collect()
    assert live_resources().finalizers == before


def test_python_iterates_what_javascript_can(value: Callable[[str], Any]) -> None:
    source = "(function* () { yield 5; yield 6 })()"
    assert value(f"[...m.doubled({source})]") == "[10,12]"
    assert value("[...m.doubled(new Set([1, 2]))]") == "[2,4]"


def test_python_that_stops_early_calls_return(
    env: Env, value: Callable[[str], Any]
) -> None:
    env.eval(
        "var ended = 0; function* source() { try { yield 1; yield 2 } "
        "finally { ended++ } }"
    )
    assert value("m.first(source())") == "1"
    assert env.globals.ended == 1


def test_generator_of_a_closed_env_is_dead(env: Env, sample: None) -> None:
    other = env.vm.env()
    other.eval("(make => { globalThis.g = make(1) })")(env.eval("m.count"))
    env.close()
    with pytest.raises(JSError, match="Env of this native function was destroyed"):
        other.eval("g.next()")
    other.close()
