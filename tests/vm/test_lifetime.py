"""Who keeps what alive, and dying in odd places."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import warnings
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from jsvm_kernel.vm import VM, Closed, Env, JSTypeError, live_resources


@pytest.fixture
def no_warnings_of_unclosed() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def run_in_thread(function: Any) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_proxy_releases_its_js_object(env: Env) -> None:
    env.eval(
        "globalThis.dead = 0;"
        "globalThis.registry = new FinalizationRegistry(() => { dead++ });"
        "globalThis.make = () => { const o = {}; registry.register(o); return o }"
    )
    thing = env.globals.make()
    env.eval("0")
    assert env.eval("dead") == 0
    del thing
    env.eval("0")
    assert env.eval("dead") == 1


def test_python_function_dies_with_its_js_function(env: Env) -> None:
    class Function:
        def __call__(self) -> int:
            return 1

    function = Function()
    gone = weakref.ref(function)
    env.globals.f = function
    del function
    gc.collect()
    assert env.eval("f()") == 1
    env.eval("delete globalThis.f")
    env.eval("0")
    assert gone() is None


def test_python_functions_die_with_the_vm() -> None:
    class Function:
        def __call__(self) -> int:
            return 1

    gone = []
    with VM() as vm, vm.env() as env:
        for _ in range(10):
            function = Function()
            gone.append(weakref.ref(function))
            env.globals.push = env.function(function)
            del function
    assert [ref() for ref in gone] == [None] * 10


def test_destructor_may_use_the_vm(env: Env) -> None:
    class Function:
        def __call__(self) -> int:
            return 1

        def __del__(self) -> None:
            env.globals.note = "used"

    env.globals.f = Function()
    env.eval("delete globalThis.f")
    env.eval("0")
    assert env.globals.note == "used"


def test_destructor_that_runs_when_the_vm_closes_finds_it_closed() -> None:
    found: list[str] = []

    class Function:
        def __call__(self) -> int:
            return 1

        def __del__(self) -> None:
            try:
                env.eval("1")
            except Closed:
                found.append("closed")

    with VM() as vm, vm.env() as env:
        env.globals.f = Function()
    assert found == ["closed"]


def test_proxies_die_on_other_threads(env: Env) -> None:
    things = [env.eval("({})") for _ in range(1000)]
    before = live_resources().references
    run_in_thread(things.clear)
    assert live_resources().references == before
    env.eval("0")
    assert live_resources().references == before - 1000


def test_proxies_die_on_another_thread_while_js_runs(vm: VM, env: Env) -> None:
    things = [env.eval("({})") for _ in range(500)]
    started = threading.Event()
    env.globals.started = started.set

    def clear() -> None:
        started.wait()
        things.clear()
        vm.request_stop()

    thread = threading.Thread(target=clear)
    thread.start()
    with pytest.raises(Exception, match="stopped"):
        env.eval("started(); for (;;);")
    thread.join()
    vm.clear_stop()
    assert env.eval("1") == 1


def test_proxies_may_outlive_env_and_vm() -> None:
    with VM() as vm, vm.env() as env:
        things = [env.eval("({})"), env.eval("(() => 1)"), env.symbol("s"), env.globals]
        cell = env.run_cell("1")
    assert live_resources().vms == 0
    for thing in things:
        with pytest.raises(Closed, match="VM is closed"):
            thing.x if hasattr(type(thing), "__getattr__") else thing.description
        assert repr(thing).endswith("(closed)>")
        assert thing == thing
        assert thing != object()
    with pytest.raises(Closed):
        cell.result()
    run_in_thread(things.clear)


def test_hash_outlives_the_vm_once_it_was_asked_for() -> None:
    with VM() as vm, vm.env() as env:
        thing, other = env.object(), env.object()
        table = {thing: 1}
    assert table[thing] == 1
    with pytest.raises(Closed):
        hash(other)


def test_env_that_nobody_holds_is_freed(vm: VM) -> None:
    vm.env()
    gc.collect()
    assert live_resources().envs == 0


def test_env_dropped_while_js_runs_is_freed_later(vm: VM, env: Env) -> None:
    holder = [vm.env()]
    holder[0].eval("globalThis.x = 1")
    env.globals.drop = holder.clear
    env.eval("drop(); 1")
    env.eval("0")
    assert live_resources().envs == 1


def test_env_may_be_dropped_on_another_thread(vm: VM, env: Env) -> None:
    holder = [vm.env() for _ in range(3)]
    run_in_thread(holder.clear)
    env.eval("0")
    assert live_resources().envs == 1


def test_env_is_not_closed_while_js_runs(vm: VM, env: Env) -> None:
    env.globals.close = lambda: env.close()
    env.globals.close_vm = lambda: vm.close()
    for call in ("close()", "close_vm()"):
        with pytest.raises(Exception, match="cannot be closed while"):
            env.eval(call)
    assert env.eval("1") == 1


def test_vm_is_not_closed_by_code_that_runs_during_a_conversion(
    vm: VM, env: Env
) -> None:
    refused: list[str] = []

    class Key(str):
        __slots__ = ()

        def __str__(self) -> str:
            for close in (env.close, vm.close, vm.leave):
                try:
                    close()
                except RuntimeError as error:
                    refused.append(str(error))
            return "key"

    env.globals.o = {Key("k"): 1}
    assert len(refused) == 3
    assert env.eval("Object.keys(o)[0]") == "key"


AT_EXIT = """import gc, threading, numpy
from jsvm_kernel.vm import VM
gc.disable()
vm = VM(time_limit=60)
env = vm.env()
env.globals.f = lambda: env.eval("1")
thing, numbers = env.object(), numpy.asarray(env.eval("new Float64Array(3)"))
env.globals.shared = numpy.zeros(3)
class Last:
    def __del__(self):
        print(repr(thing)[:9])
env.globals.last = env.function(Last().__init__)
print(env.eval("f()"))
{ending}
"""


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "vm.close()",
        "del vm, env",
        "threading.Thread(target=lambda: env.__class__).start()",
        "raise SystemExit(0)",
    ],
)
def test_process_ends_well_whatever_is_left_open(ending: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", AT_EXIT.replace("{ending}", ending)],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == "1"


@pytest.mark.usefixtures("no_warnings_of_unclosed")
def test_vm_in_a_cycle_through_js_is_collected() -> None:
    def make() -> weakref.ref[VM]:
        vm = VM()
        env = vm.env()
        env.globals.f = lambda: env.eval("1")
        env.globals.keep = env.function(lambda: vm)
        return weakref.ref(vm)

    gone = make()
    gc.collect()
    assert gone() is None
    assert live_resources().vms == 0


def test_vm_that_was_not_closed_warns() -> None:
    with pytest.warns(ResourceWarning, match="unclosed <VM"):
        VM()
    assert live_resources().vms == 0


def test_one_vm_can_be_closed_with_many_envs_and_values() -> None:
    vm = VM()
    envs = [vm.env() for _ in range(5)]
    shared = envs[0].eval("globalThis.o = {n: 1}")
    for env in envs[1:]:
        env.globals.o = shared
    envs[0].close()
    assert [env.eval("o.n") for env in envs[1:]] == [1] * 4
    vm.close()
    vm.close()
    assert all(env.closed for env in envs)


def test_handles_do_not_pile_up(env: Env) -> None:
    add = env.eval("((a, b) => a + b)")
    before = live_resources()
    for i in range(1000):
        add(i, "x")
        env.globals["k"] = {"i": [i]}
        with pytest.raises(JSTypeError):
            env.eval("null.x")
    assert live_resources() == before


def test_closed_vm_says_so() -> None:
    vm = VM()
    vm.close()
    for use in (
        vm.env,
        vm.run_microtasks,
        vm.has_pending_microtasks,
        vm.heap_statistics,
        vm.request_stop,
        vm.clear_stop,
        vm.stop_reason,
        vm.enter,
        vm.leave,
        lambda: vm.handle,
    ):
        with pytest.raises(Closed, match="VM is closed"):
            use()
    assert repr(vm) == "<VM (closed)>"
