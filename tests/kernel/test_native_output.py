"""What native code writes appears in the cell that caused it."""

from __future__ import annotations

import pytest

from .conftest import KernelUnderTest, Run

CELL = r"""
%%jsvm_native loud --opt 0
import asyncio, sys, threading, time
from libc.stdio cimport fprintf, printf, puts, stderr, stdout

print("top level")
printf(b"top level in C\n")
print("top level to stderr", file=sys.stderr)

cpdef int direct(int n) noexcept nogil:
    printf(b"direct %d\n", n)
    return n

cpdef mixed(str text):
    print("python", text)
    printf(b"c\n")
    puts(b"puts")
    print("python again", end="")
    printf(b" no line end")

cpdef errors():
    fprintf(stderr, b"c error\n")
    print("python error", file=sys.stderr)
    sys.stderr.write("written\n")

class Plain:
    def __init__(self):
        print("made")
    def hello(self):
        print("hello")
        printf(b"hello in C\n")

cdef class Fast:
    def __init__(self):
        print("made fast")
    cpdef hello(self):
        printf(b"hello fast\n")

def thread(str text):
    def work():
        time.sleep(0.05)
        print(text)
        print(text, file=sys.stderr)
    threading.Thread(target=work).start()

def joined():
    def work():
        for n in range(3):
            print(f"thread {n}\n", end="")
    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print("all joined")
""".lstrip()

ASYNC = r"""
%%jsvm_native loud --opt 0
import asyncio
from libc.stdio cimport printf

cpdef int direct(int n) noexcept nogil:
    printf(b"direct %d\n", n)
    return n

async def later(str text):
    print("begun", text)
    await asyncio.sleep(0.05)
    print("ended", text)
    printf(b"ended in C\n")

def steps():
    for n in range(3):
        print("step", n)
        yield n

async def in_thread():
    def work():
        print("worker")
        printf(b"worker in C\n")
        return 7
    return await asyncio.to_thread(work)
""".lstrip()

pytestmark = pytest.mark.usefixtures("cc")


@pytest.fixture
def kernel(native_kernel: KernelUnderTest) -> KernelUnderTest:
    return native_kernel


async def loaded(kernel: KernelUnderTest, cell: str = CELL) -> Run:
    run = await kernel.run(cell)
    assert run.content["status"] == "ok", run.content
    return run


async def test_the_top_level_writes_into_the_cell_that_builds_it(
    kernel: KernelUnderTest,
) -> None:
    for _ in range(2):  # the second run finds it built
        run = await loaded(kernel)
        assert "top level\ntop level in C\n" in run.text("stdout")
        assert run.text("stderr") == "top level to stderr\n"


@pytest.mark.parametrize(
    ("code", "stdout"),
    [
        ("loud.direct(3);", "direct 3\n"),
        (
            "console.log('js'); loud.mixed('x'); console.log('js');",
            "js\npython x\nc\nputs\npython again no line endjs\n",
        ),
        ("new loud.Plain().hello();", "made\nhello\nhello in C\n"),
        ("new loud.Fast().hello();", "made fast\nhello fast\n"),
        ("[1, 2].forEach(() => loud.direct(1));", "direct 1\ndirect 1\n"),
    ],
)
async def test_output_stands_in_the_cell_that_calls(
    kernel: KernelUnderTest, code: str, stdout: str
) -> None:
    await loaded(kernel)
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    assert run.text("stdout") == stdout


@pytest.mark.parametrize(
    ("code", "stdout"),
    [
        (
            "for (const n of loud.steps()) console.log(n);",
            "step 0\n0\nstep 1\n1\nstep 2\n2\n",
        ),
        ("await loud.later('x');", "begun x\nended x\nended in C\n"),
        ("await loud.in_thread();", "worker\nworker in C\n"),
    ],
)
async def test_output_of_async_functions_stands_in_the_cell_that_calls(
    kernel: KernelUnderTest, code: str, stdout: str
) -> None:
    await loaded(kernel, ASYNC)
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    assert run.text("stdout") == stdout


async def test_stderr_of_c_and_python_is_the_cells(kernel: KernelUnderTest) -> None:
    await loaded(kernel)
    run = await kernel.run("loud.errors();")
    assert run.text("stderr") == "c error\npython error\nwritten\n"
    assert run.text("stdout") == ""


async def test_threads_that_a_call_waits_for_write_into_its_cell(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    run = await kernel.run("loud.joined();")
    lines = run.text("stdout").splitlines()
    assert sorted(lines) == sorted([*2 * [f"thread {n}" for n in range(3)], lines[-1]])
    assert lines[-1] == "all joined"


async def test_what_a_promise_or_a_timer_calls_writes_into_the_cell_that_made_it(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel, ASYNC)
    first = kernel.client.execute(
        "loud.later('first'); setTimeout(loud.direct, 100, 5)"
    )
    await kernel.finish(first)
    second = await kernel.run("await new Promise(done => setTimeout(done, 300))")
    assert second.text("stdout") == ""
    await kernel.until_text(first, "direct 5")
    text = "".join(
        m["content"]["text"] for m in kernel.published(first) if "text" in m["content"]
    )
    assert text == "begun first\nended first\nended in C\ndirect 5\n"


async def test_a_thread_that_lives_on_writes_into_the_cell_that_started_it(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    first = kernel.client.execute("loud.thread('late')")
    await kernel.finish(first)
    code = "await new Promise(done => setTimeout(done, 300)); console.log('end')"
    second = await kernel.run(code)
    assert second.text("stdout") == "end\n"
    assert second.text("stderr") == ""
    streams = [m["content"] for m in kernel.published(first)]
    texts = {c["name"]: c["text"] for c in streams if "text" in c}
    assert texts == {"stdout": "late\n", "stderr": "late\n"}
