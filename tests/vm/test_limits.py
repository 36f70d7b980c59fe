"""Limits of memory, stack and time; statistics and information."""

from __future__ import annotations

from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    JSRangeError,
    OutOfMemory,
    TimeLimitExceeded,
    limit_ranges,
    live_resources,
)


def test_memory_limit_ends_in_an_exception_and_the_vm_goes_on() -> None:
    with VM(memory_limit=8 << 20) as vm, vm.env() as env:
        with pytest.raises(OutOfMemory) as caught:
            env.eval("const all = []; for (;;) all.push(new Array(1000).fill({}))")
        assert isinstance(caught.value, MemoryError)
        assert env.eval("1 + 1") == 2
        assert vm.heap_statistics().heap_size_limit == 8 << 20
        with pytest.raises(OutOfMemory):
            env.eval("new ArrayBuffer(16 << 20)")
        with pytest.raises(OutOfMemory):
            env.globals.text = "x" * (16 << 20)
        assert env.eval("2") == 2


def test_js_can_catch_that_memory_is_out() -> None:
    with VM(memory_limit=8 << 20) as vm, vm.env() as env:
        assert env.eval("try { new ArrayBuffer(16 << 20) } catch (e) { e.message }")


def test_envs_beyond_the_memory_limit_are_refused() -> None:
    with VM(memory_limit=1 << 20) as vm, pytest.raises(OutOfMemory):
        envs = []
        for _ in range(100):
            envs.append(vm.env())


def test_stack_size_limits_recursion() -> None:
    depth = "var n = 0; (function f() { n++; f() })"
    depths = []
    for size in (64 << 10, 1 << 20, 4 << 20):
        with VM(stack_size=size) as vm, vm.env() as env:
            with pytest.raises(JSRangeError):
                env.eval(f"{depth}()")
            depths.append(env.eval("n"))
    assert depths[0] < depths[1] < depths[2]


def test_time_limit_stops_js_and_holds_for_each_call() -> None:
    with VM(time_limit=0.05) as vm, vm.env() as env:
        for _ in range(2):
            with pytest.raises(TimeLimitExceeded, match=r"0\.05 s") as caught:
                env.eval("for (;;) { try { for (;;); } catch {} }")
            assert isinstance(caught.value, TimeoutError)
            assert vm.stop_reason() == "time_limit"
            assert env.eval("1 + 1") == 2


def test_time_limit_holds_for_microtasks() -> None:
    with VM(time_limit=0.05) as vm, vm.env() as env:
        env.eval("Promise.resolve().then(() => { for (;;); }); 1")
        assert vm.stop_reason() == "time_limit"
        assert env.eval("2") == 2


def test_time_limit_of_a_call_below_python_ends_all_of_it() -> None:
    with VM(time_limit=0.05) as vm, vm.env() as env:
        env.globals.inner = lambda: env.eval("for (;;);")
        with pytest.raises(TimeLimitExceeded):
            env.eval("globalThis.n = 0; try { inner() } catch { n = 1 }; for (;;);")
        assert env.eval("n") == 0


@pytest.mark.parametrize(
    ("limits", "error", "complaint"),
    [
        ({"memory_limit": 0}, ValueError, "memory_limit is at least 1048576 bytes"),
        ({"memory_limit": -1}, ValueError, "memory_limit is at least"),
        ({"memory_limit": 2**80}, ValueError, "memory_limit is at least"),
        ({"memory_limit": 1e9}, TypeError, "memory_limit is an int, in bytes"),
        ({"memory_limit": True}, TypeError, "not bool"),
        ({"stack_size": 100}, ValueError, "stack_size is at least 65536 bytes"),
        ({"stack_size": 1 << 40}, ValueError, "at most"),
        ({"stack_size": "1M"}, TypeError, "stack_size is an int"),
        ({"time_limit": 0}, ValueError, "time_limit is between 0.001"),
        ({"time_limit": -1.0}, ValueError, "time_limit is between"),
        ({"time_limit": float("nan")}, ValueError, "time_limit is between"),
        ({"time_limit": float("inf")}, ValueError, "None is no limit"),
        ({"time_limit": "5"}, TypeError, "number of seconds"),
    ],
)
def test_limits_out_of_range_are_refused(
    limits: dict[str, Any], error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        VM(**limits)
    assert live_resources().vms == 0


def test_limits_can_be_read() -> None:
    with VM(memory_limit=1 << 24, stack_size=1 << 18, time_limit=3) as vm:
        assert (vm.memory_limit, vm.stack_size, vm.time_limit) == (
            1 << 24,
            1 << 18,
            3.0,
        )
    with VM() as vm:
        assert (vm.memory_limit, vm.stack_size, vm.time_limit) == (None, None, None)


def test_vm_tells_what_it_is(vm: VM) -> None:
    info = vm.info()
    assert info.engine == "quickjs-ng"
    assert info.version == "0.17.0"
    assert info.cache_tag > 0


def test_heap_statistics_grow_with_the_heap(vm: VM, env: Any) -> None:
    before = vm.heap_statistics()
    env.eval("globalThis.a = Array.from({length: 10000}, (_, i) => ({i}))")
    after = vm.heap_statistics()
    assert after.used_heap_size > before.used_heap_size + 100_000
    assert after.used_heap_size <= after.total_heap_size <= after.heap_size_limit
    assert after.number_of_native_contexts == 1


def test_live_resources_count_what_is_open() -> None:
    with VM() as vm, vm.env() as env:
        thing = env.object()
        live = live_resources()
        assert (live.vms, live.envs, live.references) == (1, 1, 1)
        assert (live.handle_scopes, live.handles) == (0, 0)
        del thing
        assert live_resources().references == 0
    assert not any(live_resources())


def test_limits_can_have_the_ends_of_their_ranges() -> None:
    for memory, stack, time in zip(*limit_ranges(), strict=True):
        with VM(memory_limit=memory, stack_size=stack, time_limit=time) as vm:
            assert (vm.memory_limit, vm.stack_size) == (memory, stack)
            assert vm.time_limit == time


def test_the_objects_of_a_closed_env_can_be_collected_at_once() -> None:
    with VM() as vm, vm.env():
        vm.collect_garbage()
        before = vm.heap_statistics().used_heap_size
        for _ in range(5):
            with vm.env() as env:
                env.eval("var self = globalThis; var all = new Array(1e4).fill({})")
        vm.collect_garbage()
        assert vm.heap_statistics().used_heap_size <= before + 1000
