"""Threads of native modules that call JavaScript functions, in a real host."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from harness import Host
from native_cells import Built, compile_module, load

from jsvm_kernel.session.vm_messages import Drop, NewEnv, ResetEnv, Use

SAMPLE = """
    import threading
    import time
    from concurrent.futures import ThreadPoolExecutor

    from jsvm_kernel.vm import post

    cdef extern from "<pthread.h>" nogil:
        ctypedef unsigned long pthread_t
        int pthread_create(
            pthread_t *, void *, void *(*)(void *) noexcept nogil, void *)
        int pthread_detach(pthread_t)
        int pthread_join(pthread_t, void **)

    cdef void *in_c(void *f) noexcept nogil:
        with gil:
            try:
                (<object>f)(1)
            except BaseException as error:
                errors.append(f"{type(error).__name__}: {error}")
        return NULL

    kept = []
    threads = []
    errors = []

    def start(object f, int count, double pause=0):
        "Calls f(i) count times on a thread of its own."
        def run():
            try:
                for i in range(count):
                    f(i)
                    if pause:
                        time.sleep(pause)
            except BaseException as error:
                errors.append(f"{type(error).__name__}: {error}")
                print("thread:", errors[-1])
        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()

    def leave(object f):
        threading.Thread(target=lambda: f()).start()

    def fail():
        raise KeyError("below")

    def keep(object f):
        kept.append(f)

    def alive():
        return sum(thread.is_alive() for thread in threads)

    def what_failed():
        return list(errors)

    def join():
        for thread in threads:
            thread.join()

    def persist(object f):
        "A thread that is no daemon and takes no error for an answer."
        def run():
            while True:
                try:
                    f()
                except Exception:
                    pass
        threading.Thread(target=run).start()

    def pool_sum(object f, int count):
        "post() from this thread: the results are asked for on another one."
        futures = [post(f, i) for i in range(count)]
        done = []
        def run():
            try:
                done.append(sum(future.result() for future in futures))
                f(-1, done[0])
            except BaseException as error:
                errors.append(f"{type(error).__name__}: {error}")
        threading.Thread(target=run).start()

    def from_c_threads(object f, int count):
        "Calls f(0), f(1)... on threads that Python has not made."
        cdef pthread_t thread
        kept.append(f)
        for i in range(count):
            pthread_create(&thread, NULL, in_c, <void *>f)
            pthread_detach(thread)

    def join_c_thread(object f):
        "The thread that is waited for waits for this one."
        cdef pthread_t thread
        pthread_create(&thread, NULL, in_c, <void *>f)
        with nogil:
            pthread_join(thread, NULL)

    def wait_for(object promise, object told):
        def run():
            try:
                told("value", promise.result())
            except Exception as error:
                told(type(error).__name__, str(error))
        threading.Thread(target=run).start()
"""


@pytest.fixture(scope="module")
def sample(builds: Path) -> Built:
    return compile_module(SAMPLE, builds)


@pytest.fixture
def native(host: Host, cc: str, sample: Built) -> Host:
    """A host with the sample module in it."""
    result = load(host, sample)
    assert result.outcome.status == "ok", result.outcome
    return host


def end_of_threads(host: Host) -> str:
    """Wait until no thread of the module runs, and tell which errors there were."""
    while host.value("sample.alive()") != "0":
        time.sleep(0.01)
    return host.value("sample.what_failed()") or ""


def test_eight_threads_count_exactly(
    native: Host, request: pytest.FixtureRequest
) -> None:
    rounds = 10_000 if request.config.getoption("--long") else 1_250
    total = 8 * rounds
    value = native.value(
        "var n = 0, each = new Array(8).fill(0);"
        "await new Promise(done => { for (let t = 0; t < 8; t++)"
        f"  sample.start(i => {{ each[t] += i; if (++n === {total}) done() }},"
        f"    {rounds})"
        "}); [n, new Set(each).size]"
    )
    assert value == f"[ {total}, 1 ]"


def test_idle_host_serves_calls_of_a_cell_that_is_over(native: Host) -> None:
    first = native.run(
        "sample.start(i => { console.log(`call ${i}`) }, 3); console.log('over')"
    )
    native.wait_for_text("call 2")
    cell = first.outcome.id
    assert native.written[cell, "stdout"] == "over\ncall 0\ncall 1\ncall 2\n"


def test_what_a_call_schedules_belongs_to_its_cell(native: Host) -> None:
    native.run("var go; const gate = new Promise(r => { go = r })")
    second = native.run(
        "sample.start(async () => { await gate; console.log('behind the gate') }, 1)"
    )
    native.run("go(); await new Promise(r => setTimeout(r, 30))")
    native.wait_for_text("behind the gate")
    assert native.written[second.outcome.id, "stdout"] == "behind the gate\n"


def test_exception_of_a_call_is_the_threads_alone(native: Host) -> None:
    result = native.run("sample.start(() => { throw new TypeError('no') }, 1)")
    assert end_of_threads(native) == "[ 'JSTypeError: TypeError: no' ]"
    assert native.written[result.outcome.id, "stderr"] == ""


def test_exception_that_ends_a_thread_is_told_by_cells(native: Host) -> None:
    result = native.run("sample.leave(() => sample.fail())")
    native.wait_for_text("JavaScript stack")
    text = native.written[result.outcome.id, "stderr"]
    assert text.startswith("Exception in thread Thread-")
    assert re.search(r'File "In\[7\]", line \d+, in sample\.fail\n    raise Key', text)
    assert re.search(r'File "In\[7\]", line \d+, in sample\.leave\.', text)
    assert ".pxi" not in text
    assert "calls.py" not in text


def test_rejection_that_a_call_leaves_is_reported(native: Host) -> None:
    result = native.run("sample.start(async () => { throw new Error('lost') }, 1)")
    native.wait_for_text("(in promise)")
    assert "(in promise)" in native.written[result.outcome.id, "stderr"]


def test_calls_are_made_while_a_cell_awaits(native: Host) -> None:
    value = native.value(
        "await new Promise(done => sample.start(i => { if (i === 4) done(i) }, 5))"
    )
    assert value == "4"


def test_post_gives_futures(native: Host) -> None:
    value = native.value(
        "await new Promise(done => "
        "  sample.pool_sum((i, sum) => i < 0 ? done(sum) : i * i, 10))"
    )
    assert value == "285"


def test_c_threads_call_with_the_gil(native: Host) -> None:
    value = native.value(
        "var sum = 0; await new Promise(done => "
        "  sample.from_c_threads(i => { sum += i; if (sum === 50) done() }, 50)); sum"
    )
    assert value == "50"


def test_promise_is_waited_for_on_a_thread(native: Host) -> None:
    value = native.value(
        "await new Promise(done => sample.wait_for("
        "  new Promise(r => setTimeout(r, 20, 'late')), (...told) => done(told)))"
    )
    assert value == "[ 'value', 'late' ]"
    value = native.value(
        "await new Promise(done => sample.wait_for("
        "  Promise.reject(new TypeError('no')), (...told) => done(told)))"
    )
    assert value == "[ 'JSTypeError', 'TypeError: no' ]"


def test_stop_ends_threads_of_the_cell_and_no_others(native: Host) -> None:
    # It pauses, as a stop ends whatever JavaScript it hits.
    native.run("var kept = 0; sample.start(() => { kept++ }, 1e9, 0.02)")
    cell = native.start(
        "var n = 0; for (let t = 0; t < 4; t++)"
        "  sample.start(() => { if (++n === 50) console.log('running') }, 1e9);"
        "await new Promise(() => {})"
    )
    native.wait_for_text("running")
    native.stop()
    result = native.finish(cell)
    assert result.outcome.status == "stopped"
    while native.value("sample.alive()") != "1":
        time.sleep(0.01)
    failed = native.value("sample.what_failed()") or ""
    assert failed.count("Stopped: ") == 4
    before = native.value("n")
    assert native.value("var k = kept; await new Promise(r => setTimeout(r, 80)); n")
    assert native.value("n") == before
    assert native.value("kept > k") == "true"


def test_stop_ends_an_endless_call_between_cells(native: Host) -> None:
    result = native.run("sample.start(() => { console.log('in'); for (;;); }, 1); 0")
    native.wait_for_text("in\n")
    native.stop()
    native.wait_for_text("Stopped: a thread's call of this cell was stopped")
    assert "Stopped" in native.written[result.outcome.id, "stderr"]
    assert end_of_threads(native) == "[ 'Stopped: JavaScript was stopped' ]"


def test_cell_that_joins_a_thread_that_calls_is_stopped(native: Host) -> None:
    """Neither can go on: the thread needs the cell's end, the cell the thread's."""
    cell = native.start(
        "sample.start(() => 0, 3); console.log('joining'); sample.join()"
    )
    native.wait_for_text("joining")
    native.press_stop_until_heeded()
    result = native.finish(cell)
    assert result.outcome.status == "stopped"
    native.wait_for_text("thread: Stopped")


def test_cell_that_joins_a_c_thread_that_calls_is_stopped(native: Host) -> None:
    """Nothing interrupts pthread_join: the stop ends the call that it waits for."""
    cell = native.start("console.log('joining'); sample.join_c_thread(() => 0)")
    native.wait_for_text("joining")
    native.wait_for_text("neither goes on: press stop")
    assert "A thread waits for" in native.written[cell, "stderr"]
    native.press_stop_until_heeded()
    assert native.finish(cell).outcome.status == "stopped"
    assert "Stopped" in (native.value("sample.what_failed()") or "")


def test_idle_host_sleeps_while_functions_are_kept(native: Host) -> None:
    native.run("sample.start(() => 0, 1)")
    end_of_threads(native)
    native.run("var kept = sample.keep(() => 0)")

    def wakes() -> int:
        status = Path(f"/proc/{native.process.pid}/status").read_text()
        return int(status.split("voluntary_ctxt_switches:")[1].split()[0])

    before = wakes()
    time.sleep(0.3)
    assert wakes() - before <= 1


@pytest.mark.parametrize("reset", ["%reset", "drop"])
def test_threads_of_a_closed_env_get_a_clear_error(native: Host, reset: str) -> None:
    native.run("sample.start(() => 0, 1e9)")
    if reset == "%reset":
        native.ask(ResetEnv(id=native.next_id()))
    else:
        native.ask(NewEnv(id=native.next_id(), name="other", vm=""))
        native.ask(Use(id=native.next_id(), kind="env", name="other"))
        native.ask(Drop(id=native.next_id(), kind="env", name="main"))
    native.wait_for_text("thread: Closed: the Env is closed")
    assert native.value("1 + 1") == "2"


def test_session_ends_while_threads_wait_and_insist(native: Host) -> None:
    native.run("sample.persist(() => 0); sample.start(() => 0, 1e9)")
    started = time.monotonic()
    assert native.shut_down() == 0
    assert time.monotonic() - started < 15


def test_session_ends_while_a_cell_joins(native: Host) -> None:
    native.start("sample.start(() => 0, 3); console.log('joining'); sample.join()")
    native.wait_for_text("joining")
    native.sock.close()
    assert native.process.wait(timeout=15) == 0
