"""Asynchronous Python of native modules in a real host."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from harness import Host
from native_cells import Built, compile_module, load

from jsvm_kernel.session.vm_messages import ResetEnv

SAMPLE = """
    import asyncio
    import threading
    import time
    from concurrent.futures import Future

    async def late(object x, double seconds=0.001):
        await asyncio.sleep(seconds)
        return x

    async def fails(str text):
        await asyncio.sleep(0)
        raise ValueError(text)

    async def waits_for(object promise):
        return await promise

    async def gathers(object promises):
        return await asyncio.gather(*promises)

    async def says(str text):
        print("began", text)
        await asyncio.sleep(0.02)
        print("ended", text)

    async def slow():
        try:
            print("slow begins")
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            print("slow was cancelled")
            raise
        finally:
            print("slow ends")

    async def spins():
        print("spins")
        while True:
            time.sleep(0.001)

    async def background():
        asyncio.ensure_future(slow())
        await asyncio.sleep(0.001)

    async def wire(str text):
        "Through a socket and back: transports and streams of asyncio."
        async def answer(reader, writer):
            line = await reader.readline()
            writer.write(line.upper())
            await writer.drain()
            writer.close()
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(text.encode() + b"\\n")
        line = await reader.readline()
        writer.close()
        server.close()
        return line.decode().strip()

    async def child(str text):
        process = await asyncio.create_subprocess_exec(
            "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate(text.encode())
        return output.decode()

    async def on_a_thread():
        return await asyncio.to_thread(threading.get_ident) != threading.get_ident()

    def begin_on_a_thread(str text):
        loop = asyncio.get_event_loop()
        def work():
            time.sleep(0.05)
            asyncio.run_coroutine_threadsafe(says(text), loop).result()
        threading.Thread(target=work).start()

    def of_thread(object x):
        future = Future()
        threading.Timer(0.01, future.set_result, (x,)).start()
        return future

    def run_itself():
        return asyncio.run(late(5))

    def until_complete():
        return asyncio.get_event_loop().run_until_complete(late(6))

    async def count(int n):
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    async def watched():
        try:
            yield 1
            yield 2
        finally:
            print("closed")

    def numbers(n):
        for i in range(n):
            yield i

    async def calls(object f):
        for i in range(3):
            await asyncio.sleep(0.001)
            f(i)

    async def busy(object until):
        n = 0
        while not until.now:
            n += 1
            await asyncio.sleep(0)
        return n > 0
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


def test_asynchronous_function_gives_a_promise(native: Host) -> None:
    assert native.value("sample.late(1) instanceof Promise") == "true"
    assert native.value("await sample.late({a: [1]})") == "{ a: [ 1 ] }"
    assert native.value("await sample.waits_for(sample.late(7))") == "7"
    values = "[sample.late(1, 0.02), sample.late(2), Promise.resolve(3)]"
    assert native.value(f"await sample.gathers({values})") == "[ 1, 2, 3 ]"


def test_sleeps_run_side_by_side_and_in_order(native: Host) -> None:
    value = native.value(
        "var order = [];"
        "await Promise.all([['c', 0.06], ['a', 0.002], ['b', 0.03]].map("
        "  ([name, s]) => sample.late(name, s).then(x => order.push(x)))); order"
    )
    assert value == "[ 'a', 'b', 'c' ]"
    many = "Array.from({length: 200}, (_, i) => sample.late(i, 0.05))"
    assert native.value(f"(await Promise.all({many})).length") == "200"


def test_exception_rejects_with_the_cells_frames(native: Host) -> None:
    result = native.run("await sample.fails('no luck')")
    assert "no luck" in result.traceback
    assert "In[7]" in result.traceback
    caught = native.value("await sample.fails('x').catch(e => e instanceof Error)")
    assert caught == "true"


def test_rejection_that_nobody_handles_is_reported(native: Host) -> None:
    result = native.run("sample.fails('nobody hears'); 0")
    native.wait_for_text("nobody hears")
    native.run("0")
    assert "(in promise)" in native.written[result.outcome.id, "stderr"]


def test_rejection_that_a_coroutine_handles_is_not_reported(native: Host) -> None:
    code = (
        "try { await sample.waits_for(Promise.reject(5)) } catch (e) { console.log(e) }"
    )
    assert native.run(code).text == "5\n"
    handled = "sample.waits_for(Promise.reject(5)).catch(() => console.log('caught'))"
    result = native.run(handled)
    native.wait_for_text("caught")
    assert not native.written[result.outcome.id, "stderr"]
    result = native.run("sample.late(1, 0.05); Promise.reject(new Error('lost'))")
    native.wait_for_text("lost")
    assert "lost" in native.written[result.outcome.id, "stderr"]


def test_output_goes_to_the_cell_that_called(native: Host) -> None:
    first = native.run("sample.says('first'); 0").outcome.id
    second = native.run("await sample.says('second')").outcome.id
    native.wait_for_text("ended first")
    assert native.written[first, "stdout"] == "began first\nended first\n"
    assert native.written[second, "stdout"] == "began second\nended second\n"


def test_streams_and_threads_of_asyncio_work(native: Host) -> None:
    assert native.value("await sample.wire('hello')") == "'HELLO'"
    assert native.value("await sample.child('to cat')") == "'to cat'"
    assert native.value("await sample.on_a_thread()") == "true"


def test_future_of_a_thread_settles_a_promise(native: Host) -> None:
    assert native.value("await sample.of_thread([4])") == "[ 4 ]"


def test_task_that_a_thread_begins_is_of_the_threads_cell(native: Host) -> None:
    native.run("await sample.late(1)")
    first = native.run("sample.begin_on_a_thread('there')").outcome.id
    native.run("await new Promise(done => setTimeout(done, 60))")
    native.wait_for_text("ended there")
    assert native.written[first, "stdout"] == "began there\nended there\n"


def test_idle_host_goes_on_with_tasks(native: Host) -> None:
    cell = native.run("sample.calls(i => console.log('tick', i)); 0").outcome.id
    native.wait_for_text("tick 2")
    assert native.written[cell, "stdout"] == "tick 0\ntick 1\ntick 2\n"


def test_stop_cancels_what_the_cell_awaits(native: Host) -> None:
    cell = native.start(
        "setTimeout(() => console.log('asleep'), 20);"
        "try { await sample.slow() } finally { console.log('js went on') }"
    )
    native.wait_for_text("asleep")
    native.stop()
    result = native.finish(cell)
    assert result.outcome.status == "stopped"
    assert result.text == "slow begins\nasleep\nslow was cancelled\nslow ends\n"
    assert native.value("await sample.late(1)") == "1"
    assert native.written[cell, "stdout"] == result.text


def test_stop_cancels_tasks_that_tasks_made(native: Host) -> None:
    cell = native.start(
        "await sample.background(); console.log('asleep');await new Promise(() => {})"
    )
    native.wait_for_text("asleep")
    native.stop()
    assert "slow was cancelled" in native.finish(cell).text


def test_stop_leaves_tasks_of_other_cells(native: Host) -> None:
    other = native.run("sample.says('other'); 0").outcome.id
    cell = native.start("console.log('on'); await new Promise(() => {})")
    native.wait_for_text("on")
    native.stop()
    native.finish(cell)
    native.wait_for_text("ended other")
    assert native.written[other, "stdout"] == "began other\nended other\n"


def test_stop_ends_a_coroutine_that_never_awaits(native: Host) -> None:
    cell = native.start("await sample.spins()")
    native.wait_for_text("spins")
    native.press_stop_until_heeded()
    result = native.finish(cell)
    assert result.outcome.status == "stopped"
    assert native.value("await sample.late('on')") == "'on'"


def test_stop_ends_a_task_between_cells(native: Host) -> None:
    cell = native.run("sample.spins(); 0").outcome.id
    native.wait_for_text("spins")
    native.press_stop_until_heeded()
    native.wait_for_text("an async function of this cell was stopped")
    assert "Stopped" in native.written[cell, "stderr"]
    assert native.value("await sample.late('on')") == "'on'"


def test_reset_cancels_the_tasks_of_the_env(native: Host, sample: Built) -> None:
    cell = native.run("sample.slow(); 0").outcome.id
    native.wait_for_text("slow begins")
    native.ask(ResetEnv(id=native.next_id()))
    native.wait_for_text("slow ends")
    assert "slow was cancelled" in native.written[cell, "stdout"]
    load(native, sample)
    assert native.value("await sample.late(1)") == "1"


def test_session_ends_while_tasks_wait(native: Host) -> None:
    native.run("sample.slow(); sample.waits_for(new Promise(() => {})); 0")
    native.wait_for_text("slow begins")
    assert native.shut_down() == 0


def test_synchronous_code_may_run_loops_itself(native: Host) -> None:
    assert native.value("await sample.late(1)") == "1"
    assert native.value("sample.until_complete()") == "6"
    assert native.value("sample.run_itself()") == "5"
    assert native.value("await sample.late(1)") == "1"


def test_async_generator_is_iterated(native: Host) -> None:
    value = native.value(
        "var l = []; for await (const x of sample.count(3)) l.push(x); l"
    )
    assert value == "[ 0, 1, 2 ]"
    value = native.value("var l = []; for await (const x of sample.count(9)) break; l")
    assert value == "[]"


def test_async_generator_that_javascript_drops_is_closed(native: Host) -> None:
    assert native.value("var g = sample.watched(); (await g.next()).value") == "1"
    native.run("g = null")
    native.wait_for_text("closed")


def test_generator_is_iterated(native: Host) -> None:
    assert native.value("sample.numbers(1e9).filter(x => x % 2).take(2).toArray()") == (
        "[ 1, 3 ]"
    )
    assert native.value("var g = sample.numbers(3); g.next(); g.return(5)") == (
        "{ value: 5, done: true }"
    )
    assert native.run("sample.numbers(3)").value == "Object [Generator] {}"


def test_idle_host_sleeps_while_tasks_do(native: Host) -> None:
    native.run("sample.slow(); 0")
    native.wait_for_text("slow begins")

    def wakes() -> int:
        status = Path(f"/proc/{native.process.pid}/status").read_text()
        return int(status.split("voluntary_ctxt_switches:")[1].split()[0])

    native.run("0")
    before = wakes()
    time.sleep(0.3)
    assert wakes() - before <= 1


def test_busy_tasks_let_messages_and_timers_through(native: Host) -> None:
    native.run("var until = {now: false}, busy = sample.busy(until); 0")
    value = native.value(
        "await new Promise(r => setTimeout(r, 5)); until.now = true; await busy"
    )
    assert value == "true"


def test_asyncio_is_imported_when_it_is_needed(host: Host) -> None:
    assert host.value("1") == "1"
    maps = Path(f"/proc/{host.process.pid}/maps")
    assert "_asyncio" not in maps.read_text()
