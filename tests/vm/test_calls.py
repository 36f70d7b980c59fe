"""Calls from other threads, which the VM's own thread serves."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    Closed,
    Env,
    JSTypeError,
    Stopped,
    WrongThread,
    post,
    undefined,
)


class Server:
    """Serves the calls of a VM on the thread of the test."""

    def __init__(self, vm: VM) -> None:
        self.vm = vm
        self.wakes: queue.SimpleQueue[None] = queue.SimpleQueue()
        vm.accept_calls(lambda: self.wakes.put(None))

    def serve_until(self, done: Callable[[], bool]) -> None:
        while not done():
            try:
                self.wakes.get(timeout=0.02)
            except queue.Empty:
                continue
            self.vm.serve_calls()

    def result_of(self, work: Callable[[], Any]) -> Any:
        """What `work` gives on another thread, while calls are served here."""
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            self.serve_until(future.done)
        return future.result()

    def wait_for_call(self) -> None:
        self.wakes.get(timeout=10)


@pytest.fixture
def server(vm: VM) -> Server:
    return Server(vm)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_function_is_called_from_another_thread(env: Env, server: Server) -> None:
    function = env.eval("(function (a, b) { return `${this} ${a + b}` })")
    assert server.result_of(lambda: function(1, 2, this="me")) == "me 3"
    method = env.eval("({n: 5, get() { return this.n }})").get
    assert server.result_of(method) == 5


def test_call_runs_on_the_thread_of_the_vm(env: Env, server: Server) -> None:
    env.globals.where = threading.get_ident
    function = env.eval("(() => where())")
    assert server.result_of(function) == threading.get_ident()


def test_exception_reaches_the_thread_that_called(env: Env, server: Server) -> None:
    function = env.eval("(() => { throw new TypeError('no') })")

    def call() -> str:
        with pytest.raises(JSTypeError, match="no") as caught:
            function()
        return caught.value.message

    assert server.result_of(call) == "no"


def test_wrong_arguments_are_told_to_the_caller(env: Env, server: Server) -> None:
    function = env.eval("(() => 1)")

    def call(**keywords: Any) -> None:
        with pytest.raises(TypeError, match="has no JavaScript counterpart"):
            function(object())
        with pytest.raises(TypeError, match="takes the keyword this, not 'that'"):
            function(that=1)

    server.result_of(call)


def test_many_threads_count_exactly(env: Env, server: Server, request: Any) -> None:
    rounds = 10_000 if request.config.getoption("--long") else 1_250
    function = env.eval("globalThis.count = 0; (n => count += n)")

    def work() -> None:
        for _ in range(rounds):
            function(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    server.serve_until(lambda: not any(thread.is_alive() for thread in threads))
    assert env.globals.count == 8 * rounds


def test_without_a_server_other_threads_are_refused(env: Env) -> None:
    function = env.eval("(() => 1)")
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(WrongThread, match=r"VM\.accept_calls"),
    ):
        pool.submit(function).result()
    with pytest.raises(RuntimeError, match="nobody serves calls"):
        post(function)


def test_only_functions_and_results_cross_threads(env: Env, server: Server) -> None:
    thing = env.object({"x": 1})

    def use() -> None:
        with pytest.raises(WrongThread):
            thing.x  # noqa: B018

    server.result_of(use)


def test_posted_call_gives_a_future(vm: VM, env: Env, server: Server) -> None:
    env.eval("globalThis.seen = []")
    futures = [post(env.eval("(x => seen.push(x))"), n) for n in range(3)]
    failing = post(env.eval("(() => { throw new TypeError('late') })"))
    assert env.eval("seen.length") == 0
    vm.serve_calls()
    assert [future.result(timeout=0) for future in futures] == [1, 2, 3]
    assert list(env.globals.seen) == [0, 1, 2]
    with pytest.raises(JSTypeError, match="late"):
        failing.result(timeout=0)


def test_cancelled_post_is_not_made(vm: VM, env: Env, server: Server) -> None:
    future = post(env.eval("globalThis.n = 0; (() => ++n)"))
    assert future.cancel()
    vm.serve_calls()
    assert env.globals.n == 0


def test_result_of_a_promise_is_waited_for(env: Env, server: Server) -> None:
    settled = env.eval("Promise.resolve(3)")
    assert server.result_of(settled.result) == 3
    pending = env.eval("new Promise(f => { globalThis.fulfil = f })")
    fulfil = env.globals.fulfil

    def work() -> Any:
        post(fulfil, "soon")
        return pending.result()

    assert server.result_of(work) == "soon"


def test_rejection_is_raised_where_it_is_waited_for(env: Env, server: Server) -> None:
    promise = env.eval("Promise.reject(new TypeError('no'))")

    def work() -> None:
        with pytest.raises(JSTypeError, match="no"):
            promise.result()

    server.result_of(work)


def test_calls_below_a_call_need_no_queue(env: Env, server: Server) -> None:
    env.globals.again = lambda f: f()
    function = env.eval("(() => again(() => 7))")
    assert server.result_of(function) == 7


def wait(future: Future[Any]) -> BaseException | None:
    return future.exception(timeout=10)


def test_closing_the_vm_wakes_who_waits(pool: ThreadPoolExecutor) -> None:
    vm = VM()
    server = Server(vm)
    env = vm.env()
    function = env.eval("(() => 1)")
    never = env.eval("new Promise(() => {})")
    calls = [pool.submit(function) for _ in range(3)]
    server.wait_for_call()
    vm.close()
    for call in calls:
        assert isinstance(wait(call), Closed)
    assert isinstance(wait(pool.submit(function)), Closed)
    assert isinstance(wait(pool.submit(never.result)), Closed)
    with pytest.raises(Closed):
        post(function)


def test_closing_an_env_wakes_who_waits_for_it(
    vm: VM, server: Server, pool: ThreadPoolExecutor
) -> None:
    other = vm.env()
    function = other.eval("(() => 1)")
    call = pool.submit(function)
    server.wait_for_call()
    other.close()
    error = wait(call)
    assert isinstance(error, Closed) and "Env" in str(error)
    assert isinstance(wait(pool.submit(function)), Closed)


def test_promise_that_never_settles_is_given_up_with_its_env(
    vm: VM, server: Server, pool: ThreadPoolExecutor
) -> None:
    other = vm.env()
    call = pool.submit(other.eval("new Promise(() => {})").result)
    server.wait_for_call()
    vm.serve_calls()
    other.close()
    assert isinstance(wait(call), Closed)


def test_stop_ends_the_call_that_runs(
    vm: VM, env: Env, server: Server, pool: ThreadPoolExecutor
) -> None:
    env.globals.stop = vm.request_stop
    call = pool.submit(env.eval("(() => { stop(); for (;;); })"))
    server.wait_for_call()
    with pytest.raises(Stopped):
        vm.serve_calls()
    assert isinstance(wait(call), Stopped)
    vm.clear_stop()


def test_stop_that_nobody_heeds_wakes_who_waits(
    vm: VM, env: Env, server: Server, pool: ThreadPoolExecutor
) -> None:
    # The VM's thread waits for the thread that waits for it.
    call = pool.submit(env.eval("(() => 1)"))
    server.wait_for_call()
    vm.request_stop()
    assert isinstance(wait(call), Stopped)
    vm.clear_stop()
    vm.serve_calls()  # the call was given up: nothing runs


def test_interrupt_of_python_goes_to_the_server(
    vm: VM, env: Env, server: Server, pool: ThreadPoolExecutor
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    env.globals.interrupt = interrupt
    call = pool.submit(env.eval("(() => interrupt())"))
    server.wait_for_call()
    with pytest.raises(KeyboardInterrupt):
        vm.serve_calls()
    assert isinstance(wait(call), Stopped)


def test_vm_accepts_calls_once(vm: VM, server: Server) -> None:
    with pytest.raises(RuntimeError, match="accepts calls of other threads already"):
        vm.accept_calls(lambda: None)
    assert vm.calls is not None


def test_result_undefined_crosses(env: Env, server: Server) -> None:
    assert server.result_of(env.eval("(() => {})")) is undefined
