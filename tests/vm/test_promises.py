"""Promises, microtasks, cells, and waiting in asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    Env,
    JSError,
    JSPromise,
    JSSyntaxError,
    JSTypeError,
    PromisePending,
    undefined,
)


def test_promise_shows_its_state_and_result(env: Env) -> None:
    promise = env.eval("Promise.resolve(42)")
    assert isinstance(promise, JSPromise)
    assert promise.state == "fulfilled"
    assert promise.result() == 42


def test_pending_promise_has_no_result(env: Env) -> None:
    promise = env.eval("new Promise(resolve => { globalThis.resolve = resolve })")
    assert promise.state == "pending"
    with pytest.raises(PromisePending):
        promise.result()
    env.globals.resolve("now")
    assert promise.result() == "now"


def test_rejection_is_an_exception(env: Env) -> None:
    promise = env.eval("Promise.reject(new TypeError('no'))")
    assert promise.state == "rejected"
    with pytest.raises(JSTypeError, match="no") as caught:
        promise.result()
    assert caught.value.value.message == "no"
    with pytest.raises(JSError) as other:
        env.eval("Promise.reject(5)").result()
    assert other.value.value == 5


def test_microtasks_run_when_the_outermost_call_returns(vm: VM, env: Env) -> None:
    seen: list[int] = []
    env.globals.seen = seen.append
    env.eval("Promise.resolve(1).then(seen); seen(0)")
    assert seen == [0, 1]
    assert not vm.has_pending_microtasks()
    vm.run_microtasks()


def test_microtasks_wait_while_python_runs_below_js(vm: VM, env: Env) -> None:
    waiting: list[bool] = []

    def look() -> None:
        env.eval("Promise.resolve().then(() => 0)")
        waiting.append(vm.has_pending_microtasks())

    env.globals.look = look
    env.eval("look()")
    assert waiting == [True]
    assert not vm.has_pending_microtasks()


def test_then_of_js_takes_python_functions(env: Env) -> None:
    seen: list[str] = []
    env.eval("Promise.resolve('v')").then(seen.append)
    env.eval("Promise.reject('r')")["catch"]
    env.eval("Promise.reject('r')").then(None, seen.append)
    env.vm.run_microtasks()
    assert seen == ["v", "r"]


async def test_await_returns_the_value_or_raises(env: Env) -> None:
    assert await env.eval("(async () => { await null; return 7 })()") == 7
    with pytest.raises(JSTypeError, match="late"):
        await env.eval("(async () => { await null; throw TypeError('late') })()")


async def test_await_waits_for_what_the_loop_settles(env: Env) -> None:
    loop = asyncio.get_running_loop()
    env.globals.later = lambda f, _: loop.call_soon(f, "tick") and None
    assert await env.eval("new Promise(later)") == "tick"
    env.globals.later2 = lambda resolve, reject: loop.call_soon(reject, 5) and None
    with pytest.raises(JSError) as caught:
        await env.eval("new Promise(later2)")
    assert caught.value.value == 5


async def test_many_tasks_wait_for_one_promise(env: Env) -> None:
    promise = env.eval("new Promise(resolve => { globalThis.go = resolve })")
    tasks = [asyncio.ensure_future(promise) for _ in range(5)]
    await asyncio.sleep(0)
    env.globals.go(3)
    assert await asyncio.gather(*tasks) == [3] * 5


async def test_cancelled_wait_leaves_the_promise_alone(env: Env) -> None:
    promise = env.eval("new Promise(resolve => { globalThis.go = resolve })")
    task = asyncio.ensure_future(promise)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    env.globals.go(1)
    assert await promise == 1


def test_cell_gives_its_completion_value(env: Env) -> None:
    assert env.run_cell("let a = 5; a * 2").result() == 10
    assert env.run_cell("const a = 6; a").result() == 6
    assert env.run_cell("a + (await Promise.resolve(1))").result() == 7
    assert env.run_cell("let b").result() is undefined
    assert env.run_cell("({then(f) { f(1) }})").result()["then"]
    assert env.lexical_names() == ["a", "b"]


def test_promise_of_a_cell_is_handed_to_js_as_it_is(env: Env) -> None:
    promise = env.run_cell("-0", name="In[1]")
    is_wrapped = env.eval("(async p => Object.is((await p).value, -0))")
    assert is_wrapped(promise).result() is True


def test_error_in_a_cell_rejects_and_names_the_cell(env: Env) -> None:
    with pytest.raises(JSTypeError) as caught:
        env.run_cell("1;\nnull.x", name="In[7]").result()
    assert "In[7]:2" in caught.value.stack


def test_syntax_error_in_a_cell_runs_nothing(env: Env) -> None:
    with pytest.raises(JSSyntaxError) as caught:
        env.run_cell("globalThis.ran = 1;\nlet = ;", name="In[8]")
    assert "In[8]:2" in caught.value.stack
    assert "ran" not in env.globals


async def test_cell_can_be_awaited(env: Env) -> None:
    loop = asyncio.get_running_loop()
    env.globals.later = lambda f, _: loop.call_soon(f, "tock") and None
    assert await env.run_cell("await new Promise(later)") == "tock"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("1 + 1", "complete"),
        ("", "complete"),
        ("await f()", "complete"),
        ("function f() {", "incomplete"),
        ("`text", "incomplete"),
        ("1 +", "incomplete"),
        ("let 5", "invalid"),
        (")", "invalid"),
    ],
)
def test_syntax_check_runs_nothing(env: Env, code: str, answer: str) -> None:
    assert env.check_syntax(code) == answer


async def collect(iterable: Any, most: int = 9) -> list[Any]:
    found: list[Any] = []
    async for value in iterable:
        found.append(value)
        if len(found) == most:
            break
    return found


async def test_async_for_takes_what_for_await_does(env: Env) -> None:
    source = env.eval("async function* f() { yield 1; await null; yield 2 }; f")
    assert await collect(source()) == [1, 2]
    assert await collect(env.eval("[1, Promise.resolve(2), undefined]")) == [
        *(1, 2),
        undefined,
    ]
    with pytest.raises(TypeError, match="not iterable"):
        await collect(env.eval("({})"))
    with pytest.raises(JSTypeError, match="broken"):
        await collect(
            env.eval("(async function* () { yield 1; throw TypeError('broken') })()")
        )


async def test_leaving_async_for_early_calls_return(env: Env) -> None:
    source = env.eval(
        "globalThis.ended = 0;"
        "(async function* () { try { yield 1; yield 2 } finally { ended++ } })()"
    )
    loop = aiter(source)
    async for value in loop:
        assert value == 1
        break
    await loop.aclose()
    assert env.globals.ended == 1
