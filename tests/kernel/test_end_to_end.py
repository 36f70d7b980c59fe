"""The kernel as a notebook's user meets it: real host, real engine, real builder."""

from __future__ import annotations

import os
import signal
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from .conftest import KernelUnderTest, Run


def host_pid(kernel: KernelUnderTest) -> int:
    assert kernel.manager.provisioner is not None
    front = psutil.Process(kernel.manager.provisioner.pid)
    (pid,) = [p.pid for p in front.children() if "jsvm_kernel.host" in p.cmdline()]
    return pid


def result(run: Run) -> str:
    assert run.content["status"] == "ok", run.content
    (content,) = run.of("execute_result")
    return content["data"]["text/plain"]


async def begin(kernel: KernelUnderTest, code: str) -> str:
    """Send a cell and wait until its code runs."""
    cell = kernel.client.execute(f"console.log('begun')\n{code}")
    await kernel.until_text(cell, "begun")
    return cell


# ---- output -------------------------------------------------------------------------


async def test_ten_thousand_lines_arrive_complete_in_order_and_in_few_messages(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("for (let i = 0; i < 10000; i++) console.log(i)")
    assert run.text("stdout") == "".join(f"{n}\n" for n in range(10_000))
    assert len(run.of("stream")) < 50
    assert run.published[-1]["content"] == {"execution_state": "idle"}


async def test_stdout_and_stderr_keep_their_order(kernel: KernelUnderTest) -> None:
    run = await kernel.run(
        "for (let i = 0; i < 100; i++) (i % 3 ? console.log : console.error)(i)"
    )
    pieces = [content["text"] for content in run.of("stream")]
    assert "".join(pieces) == "".join(f"{n}\n" for n in range(100))


async def test_displays_stand_where_they_were_made(kernel: KernelUnderTest) -> None:
    run = await kernel.run("console.log(1); display(2); console.log(3); 4")
    shown = [
        m["msg_type"]
        for m in run.published
        if m["msg_type"] not in ("status", "execute_input")
    ]
    assert shown == ["stream", "display_data", "stream", "execute_result"]


async def test_a_timers_output_goes_to_the_cell_that_set_it(
    kernel: KernelUnderTest,
) -> None:
    first = await kernel.run("setTimeout(() => console.log('late'), 1); 1")
    assert result(first) == "1"
    cell = first.reply["parent_header"]["msg_id"]
    await kernel.until_text(cell, "late")


async def test_output_of_javascript_c_and_python_keeps_its_order(
    kernel: KernelUnderTest, cc: str
) -> None:
    built = await kernel.run(
        "%%jsvm_native talk\n"
        "from libc.stdio cimport printf\n"
        "def c():\n    printf('c\\n')\n"
        "def python():\n    print('python')\n"
    )
    assert built.content["status"] == "ok", built.content
    run = await kernel.run("console.log('js'); talk.c(); talk.python(); talk.c()")
    assert run.text("stdout") == "js\nc\npython\nc\n"


# ---- errors -------------------------------------------------------------------------


async def test_an_error_names_cell_line_and_place(kernel: KernelUnderTest) -> None:
    run = await kernel.run("let a = 1\na.b.c")
    assert run.content["ename"] == "TypeError"
    traceback = "\n".join(run.content["traceback"])
    assert "In[1]" in traceback
    assert "a.b.c" in traceback
    assert "^" in traceback


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("throw new Error('half \\ud800')", "half \ufffd"),
        ("globalThis['\\ud800'] = 1; missing", "missing is not defined"),
        ("jupyter.html('x'.repeat(2.7e8))", "is over the limit"),
        ("const e = Error(); e.name = 'x'.repeat(1.4e8); throw e", "is over the limit"),
        ("throw new Error('x'.repeat(1.4e8))", "139990000 more characters"),
    ],
)
async def test_what_cannot_be_sent_as_it_is_costs_the_session_nothing(
    kernel: KernelUnderTest, code: str, said: str
) -> None:
    await kernel.run("const kept = 'kept'")
    assert said in (await kernel.run(code)).content["evalue"]
    assert "kept" in result(await kernel.run("kept"))


async def test_lines_stay_true_below_line_magics(kernel: KernelUnderTest) -> None:
    run = await kernel.run("%lsmagic\n\nthrow new Error('here')")
    assert "In[1]:3" in "\n".join(run.content["traceback"])


# ---- the stop button ----------------------------------------------------------------


async def test_a_stop_keeps_the_state_and_the_next_cell_runs(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("let kept = 41")
    cell = await begin(kernel, "kept++; for (;;) {}")
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert run.content["status"] == "error"
    assert result(await kernel.run("kept")) == "42"


async def test_a_stop_ends_a_cell_that_waits(kernel: KernelUnderTest) -> None:
    cell = await begin(kernel, "await new Promise(() => {})")
    await kernel.interrupt()
    assert (await kernel.finish(cell)).content["status"] == "error"
    assert result(await kernel.run("1 + 1")) == "2"


async def test_questions_are_answered_during_an_endless_loop(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("function horse(a) { return a }; const stable = {stall: 1}")
    cell = await begin(kernel, "for (;;) {}")
    for code, expected in [("hor", "horse"), ("stable.", "stall"), ("Mat", "Math")]:
        reply = await kernel.reply(kernel.client.complete(code, len(code)))
        assert expected in reply["content"]["matches"]
    reply = await kernel.reply(kernel.client.inspect("horse", 2))
    assert "horse" in reply["content"]["data"]["text/plain"]
    reply = await kernel.reply(kernel.client.is_complete("if (a) {"))
    assert reply["content"]["status"] == "incomplete"
    assert not kernel.is_idle(cell)
    await kernel.interrupt()
    await kernel.finish(cell)


async def test_native_code_that_never_ends_is_killed_by_the_second_stop(
    kernel: KernelUnderTest, cc: str
) -> None:
    built = await kernel.run(
        "%%jsvm_native forever\n"
        "cpdef void loop() noexcept nogil:\n"
        "    cdef volatile int i = 0\n"
        "    while True:\n"
        "        i = 1 - i\n"
    )
    assert built.content["status"] == "ok", built.content
    cell = await begin(kernel, "forever.loop()")
    await kernel.interrupt()
    await kernel.until_text(cell, "stopping once more kills")
    assert not kernel.is_idle(cell)
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert "lost" in run.content["evalue"]
    assert result(await kernel.run("1 + 1")) == "2"


# ---- death --------------------------------------------------------------------------


async def test_a_crash_in_c_is_the_cells_error_and_the_next_cell_runs(
    kernel: KernelUnderTest, cc: str
) -> None:
    built = await kernel.run(
        "%%jsvm_native crash\nfrom libc.stdlib cimport abort\ndef now():\n    abort()\n"
    )
    assert built.content["status"] == "ok", built.content
    run = await kernel.run("console.log('before'); crash.now()")
    assert run.text("stdout") == "before\n"
    assert run.content["ename"] == "HostDied"
    assert "SIGABRT" in run.content["evalue"]
    assert result(await kernel.run("1 + 1")) == "2"


async def test_a_host_killed_during_a_cell_is_told_in_the_cell(
    kernel: KernelUnderTest,
) -> None:
    cell = await begin(kernel, "for (;;) {}")
    os.kill(host_pid(kernel), signal.SIGKILL)
    run = await kernel.finish(cell)
    assert "SIGKILL" in run.content["evalue"]
    assert result(await kernel.run("1 + 1")) == "2"


async def test_a_busy_host_ends_with_its_kernel(kernel: KernelUnderTest) -> None:
    await begin(kernel, "for (;;) {}")
    host = psutil.Process(host_pid(kernel))
    assert kernel.manager.provisioner is not None
    await kernel.manager.provisioner.kill()
    _, alive = psutil.wait_procs([host], timeout=20)
    running = [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    for process in running:
        process.kill()
    assert running == []


# ---- native cells -------------------------------------------------------------------


async def test_a_native_cell_is_called_and_replaced(
    kernel: KernelUnderTest, cc: str
) -> None:
    for factor in (2, 3):
        built = await kernel.run(
            "%%jsvm_native fast\n"
            f"cpdef double times(double x):\n    return x * {factor}"
        )
        assert built.content["status"] == "ok", built.content
        assert result(await kernel.run("fast.times(1.25)")) == str(1.25 * factor)
    completed = await kernel.reply(kernel.client.complete("fast.ti", 7))
    assert completed["content"]["matches"] == ["times"]
    wrong = await kernel.run("fast.times('x')")
    assert wrong.content["ename"] == "TypeError"


# ---- magics -------------------------------------------------------------------------


async def test_vm_information_comes_from_the_engine(kernel: KernelUnderTest) -> None:
    text = (await kernel.run("%jsvm_info")).text("stdout")
    for word in ("engine", "quickjs", "versions", "features", "limits"):
        assert word in text


async def test_the_doctor_finds_nothing_to_mend_here(
    kernel: KernelUnderTest, cc: str
) -> None:
    text = (await kernel.run("%jsvm_doctor")).text("stdout")
    broken = [line for line in text.splitlines() if line.startswith("BROKEN")]
    # The kernelspec of this test lies where only its manager looks.
    assert [line for line in broken if "kernelspec" not in line] == []


# ---- notebooks ----------------------------------------------------------------------


def test_a_notebook_runs_from_top_to_bottom(
    tmp_path: Any, tmp_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .conftest import write_kernelspec

    write_kernelspec(tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(code)
        for code in ("const a = await 6", "console.log(a * 7)", "%lsmagic\na + 1")
    ]
    NotebookClient(notebook, kernel_name="jsvm", timeout=60).execute()
    assert notebook.cells[1].outputs[0]["text"] == "42\n"
    assert notebook.cells[2].outputs[-1]["data"]["text/plain"] == "7"
