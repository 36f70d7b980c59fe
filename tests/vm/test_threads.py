"""One VM per thread, the GIL, the stop button from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jsvm_kernel.vm import VM, Env, JSArrayBuffer, Stopped, WrongThread


def in_thread(function: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def test_eight_vms_run_in_parallel_with_right_results() -> None:
    barrier = threading.Barrier(8)

    def work(number: int) -> list[int]:
        results: list[int] = []
        with VM() as vm, vm.env() as env:
            env.globals.n = number
            env.globals.note = lambda value: results.append(value)
            barrier.wait()
            for _ in range(20):
                env.eval(
                    "let s = 0; const m = new Map();"
                    "for (let i = 0; i < 5000; i++) { s += i * n; m.set('k' + i, i) }"
                    "note(s + m.get('k77'))".replace("let s", "var s").replace(
                        "const m", "var m"
                    )
                )
        return results

    with ThreadPoolExecutor(8) as pool:
        for number, results in enumerate(pool.map(work, range(8))):
            assert results == [4999 * 5000 // 2 * number + 77] * 20


def test_python_runs_on_another_thread_while_js_loops(vm: VM, env: Env) -> None:
    steps = 0

    def count_and_stop() -> None:
        nonlocal steps
        started.wait()
        while steps < 100_000:  # needs the GIL for every step
            steps += 1
        vm.request_stop()

    started = threading.Event()
    env.globals.started = started.set
    thread = threading.Thread(target=count_and_stop)
    thread.start()
    with pytest.raises(Stopped):
        env.eval("started(); for (;;);")
    thread.join()
    assert steps == 100_000
    vm.clear_stop()


def test_stop_lasts_until_it_is_cleared(vm: VM, env: Env) -> None:
    assert vm.stop_reason() == "none"
    in_thread(vm.request_stop)
    assert vm.stop_reason() == "requested"
    for _ in range(2):
        with pytest.raises(Stopped):
            env.eval("for (;;);")
    vm.clear_stop()
    assert vm.stop_reason() == "none"
    assert env.eval("1") == 1


def test_stop_cannot_be_caught_by_js(vm: VM, env: Env) -> None:
    env.globals.stop = vm.request_stop
    with pytest.raises(Stopped):
        env.eval(
            "globalThis.n = 0;"
            "try { stop(); for (;;); } catch { n = 1 } finally { n = 2 }"
        )
    vm.clear_stop()
    assert env.eval("n") == 0


def test_stop_in_a_microtask_is_told_by_the_reason(vm: VM, env: Env) -> None:
    env.globals.stop = vm.request_stop
    env.eval("Promise.resolve().then(() => { stop(); for (;;); }); 1")
    assert vm.stop_reason() == "requested"
    vm.clear_stop()


def test_use_from_another_thread_is_refused(vm: VM, env: Env) -> None:
    thing = env.object()
    other = env.object()
    function = env.eval("(() => 1)")
    for use in (
        lambda: env.eval("1"),
        lambda: thing.x,
        lambda: thing == other,
        function,
        vm.env,
        vm.run_microtasks,
        vm.clear_stop,
        vm.leave,
        vm.close,
        env.close,
        lambda: list(thing),
        lambda: hash(thing),
    ):
        with pytest.raises(WrongThread, match="belongs to another thread"):
            in_thread(use)
    assert in_thread(lambda: repr(thing)) == "<JSObject of another thread>"
    assert env.eval("1") == 1


def test_vm_is_handed_over_by_leaving_and_entering(vm: VM, env: Env) -> None:
    with pytest.raises(WrongThread, match=r"has not called VM\.leave"):
        in_thread(vm.enter)
    vm.leave()
    with pytest.raises(WrongThread, match="no thread has entered"):
        env.eval("1")

    def work() -> int:
        vm.enter()
        try:
            env.globals.f = lambda: 20
            return int(env.eval("f() + 1"))
        finally:
            vm.leave()

    assert in_thread(work) == 21
    vm.enter()
    assert env.eval("f()") == 20
    with pytest.raises(WrongThread):
        vm.enter()


def test_vm_is_not_left_while_js_runs(vm: VM, env: Env) -> None:
    env.globals.leave = vm.leave
    with pytest.raises(Exception, match="cannot be left"):
        env.eval("leave()")


def test_vm_nobody_entered_can_be_closed_anywhere() -> None:
    vm = VM()
    env = vm.env()
    env.globals.f = lambda: 1
    vm.leave()
    in_thread(vm.close)
    assert vm.closed


def test_callbacks_of_parallel_vms_do_not_mix() -> None:
    def work(number: int) -> bool:
        with VM() as vm, vm.env() as env:
            env.globals.who = lambda: number
            return (
                env.eval(
                    "var ok = true; for (var i = 0; i < 3000; i++) ok &&= who() === "
                    + str(number)
                    + "; ok"
                )
                is True
            )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))


def test_deep_recursion_on_a_thread_is_a_js_error() -> None:
    def work() -> str:
        with VM() as vm, vm.env() as env:
            return str(
                env.eval("try { (function f() { f() })() } catch (e) { e.name }")
            )

    assert in_thread(work) == "RangeError"


def test_buffer_of_another_thread_is_refused(env: Env) -> None:
    buffer = env.eval("new ArrayBuffer(8)")
    assert isinstance(buffer, JSArrayBuffer)
    with pytest.raises(WrongThread):
        in_thread(lambda: memoryview(buffer))
