"""Threads and asyncio of native modules, as a user of the real kernel sees them."""

from __future__ import annotations

import pytest

from .conftest import KernelUnderTest

CELL = """
%%jsvm_native busy --opt 0
import asyncio, threading
from concurrent.futures import Future

async def slow(str name):
    print(name, "begins")
    try:
        await asyncio.sleep(1000)
    except asyncio.CancelledError:
        print(name, "was cancelled")
        raise

async def answer(object x):
    await asyncio.sleep(0.01)
    return x

def count(int n):
    for i in range(n):
        yield i

def watch(object callback):
    def work():
        try:
            while True:
                callback("tick")
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    threading.Thread(target=work).start()

def join(object callback):
    thread = threading.Thread(target=callback)
    thread.start()
    thread.join()
""".lstrip()

pytestmark = pytest.mark.usefixtures("cc")


@pytest.fixture
async def kernel(native_kernel: KernelUnderTest) -> KernelUnderTest:
    run = await native_kernel.run(CELL)
    assert run.content["status"] == "ok", run.content
    return native_kernel


async def test_promises_and_iterators_are_used_in_cells(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(
        "const l = []; for (const x of busy.count(3)) l.push(await busy.answer(x));"
        "console.log(l.join())"
    )
    assert run.text("stdout") == "0,1,2\n"


async def test_stop_button_cancels_what_the_cell_awaits(
    kernel: KernelUnderTest,
) -> None:
    cell = kernel.client.execute("await busy.slow('nap')")
    await kernel.until_text(cell, "nap begins")
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert run.content["status"] == "error"
    assert run.text("stdout") == "nap begins\nnap was cancelled\n"


async def test_stop_button_ends_threads_that_call(kernel: KernelUnderTest) -> None:
    cell = kernel.client.execute(
        "let n = 0; busy.watch(t => { if (++n === 100) console.log(t) });"
        "await new Promise(() => {})"
    )
    await kernel.until_text(cell, "tick")
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert run.content["ename"] == "Stopped"
    await kernel.until_text(cell, "Stopped: ")  # in the midst of a call or between two


async def test_stop_button_ends_a_cell_that_waits_for_its_thread(
    kernel: KernelUnderTest,
) -> None:
    cell = kernel.client.execute("console.log('joining'); busy.join(() => 0)")
    await kernel.until_text(cell, "joining")
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert run.content["status"] == "error"
    assert (await kernel.run("1 + 1")).content["status"] == "ok"


async def test_reset_ends_threads_and_tasks(kernel: KernelUnderTest) -> None:
    cell = kernel.client.execute("busy.watch(() => 0); busy.slow('task'); 0")
    await kernel.until_text(cell, "task begins")
    await kernel.run("%reset -f")
    await kernel.until_text(cell, "task was cancelled")
    await kernel.until_text(cell, "Closed: the Env is closed")
