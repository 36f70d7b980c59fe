"""Coroutines and futures of Python as promises, without a host."""

from __future__ import annotations

import asyncio
import random
import threading
import time
import types
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias

import pytest

from jsvm_kernel.binding import bind
from jsvm_kernel.vm import VM, Env, JSError, JSPromise

Bound: TypeAlias = Callable[..., Env]


async def late(x, seconds=0.001):
    await asyncio.sleep(seconds)
    return x


async def fails():
    raise LookupError("no such thing")


async def waits_for(promise):
    return await promise


async def gathers(promises):
    return await asyncio.gather(*promises)


def task(x):
    return asyncio.get_running_loop().create_task(late(x))


async def test_coroutine_is_a_promise_of_its_result(env: Env, bound: Bound) -> None:
    bound(late)
    promise = env.eval("m.late([1, {a: 2}]).then(x => x[1].a)")
    assert isinstance(promise, JSPromise)
    assert await promise == 2


async def test_coroutines_run_side_by_side(env: Env, bound: Bound) -> None:
    bound(late)
    order = env.eval("globalThis.order = []")
    await env.eval(
        "Promise.all([['c', 0.06], ['a', 0.002], ['b', 0.03]].map("
        "  ([name, s]) => m.late(name, s).then(x => order.push(x))))"
    )
    assert list(order) == ["a", "b", "c"]


async def test_exception_rejects_with_what_a_function_would_throw(
    env: Env, bound: Bound
) -> None:
    def fails_now():
        raise LookupError("no such thing")

    bound(fails, fails_now)
    thrown = env.eval("try { m.fails_now() } catch (e) { [e.name, e.message] }")
    rejected = env.eval("m.fails().catch(e => [e.name, e.message])")
    assert list(await rejected) == list(thrown)


async def test_promise_of_javascript_is_awaited(env: Env, bound: Bound) -> None:
    bound(waits_for)
    assert await env.eval("m.waits_for(Promise.resolve(7))") == 7
    same = "m.waits_for(Promise.reject(error)).catch(e => e === error)"
    assert await env.eval(f"var error = new Error('x'); {same}") is True


async def test_result_that_has_no_counterpart_rejects(env: Env, bound: Bound) -> None:
    async def strange():
        return object()

    bound(strange)
    with pytest.raises(JSError, match="has no JavaScript counterpart"):
        await env.eval("m.strange()")


async def test_task_and_future_are_promises(env: Env, bound: Bound) -> None:
    made: list[Any] = []

    def future():
        made.append(asyncio.get_running_loop().create_future())
        return made[0]

    bound(task, future)
    assert await env.eval("m.task('done')") == "done"
    promise = env.eval("m.future()")
    made[0].set_result(5)
    assert await promise == 5


async def test_cancelled_task_rejects(env: Env, bound: Bound) -> None:
    made: list[asyncio.Task[Any]] = []

    def endless():
        made.append(asyncio.get_running_loop().create_task(late(1, 100)))
        return made[0]

    bound(endless)
    promise = env.eval("m.endless().catch(e => 'rejected: ' + e)")
    made[0].cancel()
    assert "CancelledError" in await promise


async def test_future_of_a_thread_is_settled_from_there(env: Env, bound: Bound) -> None:
    future: Future[Any] = Future()

    def result_of_thread():
        return future

    bound(result_of_thread)
    promise = env.eval("m.result_of_thread().then(x => x + 1)")
    thread = threading.Thread(target=future.set_result, args=(41,))
    thread.start()
    assert await promise == 42
    thread.join()


def test_future_of_a_thread_needs_no_loop_where_calls_are_served(
    env: Env, bound: Bound
) -> None:
    woken = threading.Event()
    env.vm.accept_calls(woken.set)
    with ThreadPoolExecutor(1) as pool:

        def result_of_thread():
            return pool.submit(lambda: 5)

        bound(result_of_thread)
        promise = env.eval("m.result_of_thread()")
        while promise.state == "pending":
            assert woken.wait(10)
            woken.clear()
            env.vm.serve_calls()
    assert promise.result() == 5


def test_without_a_loop_the_error_says_what_to_do(env: Env, bound: Bound) -> None:
    future: Future[Any] = Future()

    def of_thread():
        return future

    bound(late, of_thread)
    for call in ("late(1)", "of_thread()"):
        with pytest.raises(JSError, match="need an asyncio loop that runs"):
            env.eval(f"m.{call}")


async def test_async_generator_is_iterated(env: Env, bound: Bound) -> None:
    closed = []

    async def count(n):
        try:
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        finally:
            closed.append(n)

    async def echo():
        got = yield "first"
        while True:
            got = yield got

    bound(count, echo)
    collect = env.eval(
        "(async (source, most) => { const l = []; for await (const x of source) {"
        "  l.push(x); if (l.length === most) break } return l })"
    )
    make = env.eval("m.count")
    assert list(await collect(make(3), 9)) == [0, 1, 2]
    assert list(await collect(make(5), 1)) == [0]
    assert closed == [3, 5]
    at_once = await env.eval(
        "var g = m.count(2); Promise.all([g.next(), g.next(), g.next()])"
        ".then(steps => JSON.stringify(steps))"
    )
    assert at_once == (
        '[{"value":0,"done":false},{"value":1,"done":false},{"done":true}]'
    )
    echoed = await env.eval(
        "(async () => { const e = m.echo(); await e.next('no'); "
        "const second = (await e.next('yes')).value; "
        "return [second, (await e.return('end')).value, (await e.next()).done] })()"
    )
    assert list(echoed) == ["yes", "end", True]


async def test_exception_of_an_async_generator_rejects(env: Env, bound: Bound) -> None:
    async def breaks():
        yield 1
        raise LookupError("broken")

    bound(breaks)
    with pytest.raises(JSError, match="broken"):
        await env.eval("(async () => { for await (const x of m.breaks()) ; })()")


LATER = {
    "version": 2,
    "doc": "",
    "functions": [
        {
            "name": "later",
            "doc": "",
            "line": 1,
            "params": [],
            "returns": "object",
            "kind": "python",
            "flavour": "plain",
        }
    ],
    "classes": [],
    "enums": [],
    "structs": [],
}


def test_futures_are_settled_by_threads_while_envs_and_the_vm_close(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    rounds = 1000 if request.config.getoption("--long") else 30
    for seed in range(rounds):
        chance = random.Random(seed)
        futures: list[Future[Any]] = []
        module = types.ModuleType("m")
        module.later = lambda futures=futures: futures.append(Future()) or futures[-1]
        vm = VM()
        vm.accept_calls(lambda: None)
        envs = [vm.env() for _ in range(2)]
        for env in envs:
            env.globals["m"] = bind(env, module, LATER)
            env.eval("for (let i = 0; i < 10; i++) m.later().then(() => {}, () => {})")
        chance.shuffle(futures)

        def settle(mine: list[Future[Any]]) -> None:
            for number, future in enumerate(mine):
                time.sleep(0.0003)  # some are left for every way to end
                if number % 3:
                    future.set_result({"number": [number]})
                else:
                    future.set_exception(LookupError("no"))

        threads = [
            threading.Thread(target=settle, args=(futures[i::4],)) for i in range(4)
        ]
        for thread in threads:
            thread.start()
        for end in (envs[0].close, vm.serve_calls, vm.close):
            for _ in range(chance.randrange(4)):
                time.sleep(0.0003)
                vm.serve_calls()
            end()
        for thread in threads:
            thread.join()
    assert caplog.records == []
