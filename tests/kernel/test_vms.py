"""Magics about VMs and Envs, with a real client and a real host."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from jsvm_kernel.session.units import format_size, parse_size

from .conftest import KernelUnderTest, Run


async def ok(kernel: KernelUnderTest, code: str) -> Run:
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    return run


async def value(kernel: KernelUnderTest, code: str) -> Any:
    run = await ok(kernel, code)
    (result,) = run.of("execute_result")
    return result["data"]["text/plain"]


async def failure(kernel: KernelUnderTest, code: str) -> str:
    run = await kernel.run(code, allow_stdin=False)
    assert run.content["status"] == "error", run.content
    return f"{run.content['ename']}: {run.content['evalue']}"


async def table(kernel: KernelUnderTest, code: str) -> dict[str, str]:
    (shown,) = (await ok(kernel, code)).of("display_data")
    data: dict[str, str] = shown["data"]
    return data


async def test_a_vm_is_made_used_and_dropped(kernel: KernelUnderTest) -> None:
    await ok(kernel, "%jsvm_config colors=off")
    made = await ok(kernel, "%jsvm_vm new small --memory 64M --stack 1M --time 2.5")
    assert made.text("stdout") == "VM small is there, with Env small.\n"
    used = await ok(kernel, "%jsvm_env use small\nvar inside = 1")
    assert used.text("stdout") == "Env small of VM small is current.\n"
    await ok(kernel, "setTimeout(() => {}, 60000); 0")
    data = await table(kernel, "%jsvm_vm")
    rows = data["text/plain"].splitlines()
    assert rows[0].split()[:3] == ["VM", "Env", "memory"]
    assert rows[2].split()[:2] == ["main", "main"]
    assert rows[3].startswith("▶  small")
    assert "of 64M " in rows[3]
    assert "time 2.5 s, stack 1M" in rows[3]
    assert rows[3].split()[-2:] == ["2", "1"]
    assert data["text/html"].count("<tr>") == 3
    assert "▶" in data["text/html"]
    assert await value(kernel, "%jsvm_vm use main\ntypeof inside") == "'undefined'"
    text = (await ok(kernel, "%jsvm_vm drop small")).text("stdout")
    assert text == "VM small is gone with all that was in it.\n"
    assert "small" not in (await table(kernel, "%jsvm_env"))["text/plain"]


async def test_a_cell_runs_in_another_env(kernel: KernelUnderTest) -> None:
    await ok(kernel, "%jsvm_config colors=off")
    assert await value(kernel, "%%jsvm_env b --new\nvar x = 5; x") == "5"
    assert await value(kernel, "typeof x") == "'undefined'"
    assert await value(kernel, "%%jsvm_env b\nx") == "5"
    run = await kernel.run("%%jsvm_env b\n\n  null.x")
    traceback = "\n".join(run.content["traceback"])
    assert f"In[{run.content['execution_count']}]:3:" in traceback
    assert "3 |   null.x" in traceback
    assert "there is no Env c" in await failure(kernel, "%%jsvm_env c\n1")
    text = await failure(kernel, "%%jsvm_env b --new\n1")
    assert "there is an Env b already" in text


async def test_completion_follows_the_current_env(kernel: KernelUnderTest) -> None:
    async def matches(code: str) -> list[str]:
        reply = await kernel.reply(kernel.client.complete(code, len(code)))
        found: list[str] = reply["content"]["matches"]
        return found

    await ok(kernel, "var inMain = 1")
    await ok(kernel, "%jsvm_env new other --use\nvar inOther = 1")
    assert "inOther" in await matches("inO")
    assert "inMain" not in await matches("inM")
    assert await matches("%jsvm_env use o") == ["other"]
    assert await matches("%jsvm_vm use ") == ["main"]
    assert "inMain" in await matches("%%jsvm_env main\ninM")
    await ok(kernel, "%jsvm_env use main")
    assert "inMain" in await matches("inM")


async def test_who_lists_what_cells_made(kernel: KernelUnderTest) -> None:
    assert "No cell has made a name" in (await ok(kernel, "%who")).text("stdout")
    await ok(kernel, "let a = 1, list = [1, '<b>']; class P {} const f = (x) => x; 0")
    assert (await ok(kernel, "%who")).text("stdout") == "a  list  P  f\n"
    assert (await ok(kernel, "%who number class")).text("stdout") == "a  P\n"
    assert "there is Array, class" in (await ok(kernel, "%who map")).text("stdout")
    data = await table(kernel, "%whos array")
    assert data["text/plain"].splitlines()[2] == "list  Array  [ 1, '<b>' ]"
    assert "&lt;b&gt;" in data["text/html"]


async def test_reset_gives_a_fresh_env(kernel: KernelUnderTest) -> None:
    run = await ok(
        kernel, "let kept = 1; setInterval(() => console.log('tick'), 20); 0"
    )
    text = await failure(kernel, "%reset")
    assert "nobody can be asked here" in text
    assert "%reset -f" in text
    assert await value(kernel, "kept") == "1"
    text = (await ok(kernel, "%reset -f")).text("stdout")
    assert "its names, timers, imported and native modules are gone" in text
    request = run.reply["parent_header"]["msg_id"]
    before = len(kernel.published(request))
    assert await value(kernel, "typeof kept") == "'undefined'"
    await ok(kernel, "await new Promise(r => setTimeout(r, 80)); 0")
    assert len(kernel.published(request)) <= before + 1  # one may have been on its way
    count = (await ok(kernel, "1")).content["execution_count"]
    assert count > 5


@pytest.mark.parametrize(("answer", "left"), [("n", "number"), ("yes", "undefined")])
async def test_reset_asks(kernel: KernelUnderTest, answer: str, left: str) -> None:
    await ok(kernel, "let kept = 1")
    request = kernel.client.execute("%reset", allow_stdin=True)
    question = await kernel.client.get_stdin_msg(timeout=30)
    assert question["content"]["prompt"] == (
        "Let go of all names, timers and modules of Env main? (y/[n]) "
    )
    kernel.client.input(answer)
    assert (await kernel.finish(request)).content["status"] == "ok"
    assert await value(kernel, "typeof kept") == f"'{left}'"


async def test_native_modules_go_with_their_env(
    kernel: KernelUnderTest, cc: str
) -> None:
    cell = "%%jsvm_native twice\ncpdef double f(double x):\n    return 2 * x"
    await ok(kernel, "%jsvm_env new b --use")
    await ok(kernel, cell)
    assert await value(kernel, "twice.f(2)") == "4"
    assert "twice (native)" in (await table(kernel, "%jsvm_env"))["text/plain"]
    await ok(kernel, "%jsvm_env use main\n%jsvm_env drop b")
    assert await value(kernel, "typeof twice") == "'undefined'"
    await ok(kernel, cell)
    assert await value(kernel, "twice.f(3)") == "6"
    await ok(kernel, "%reset -f")
    assert await value(kernel, "typeof twice") == "'undefined'"


async def test_a_host_that_died_leaves_main(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    await ok(kernel, "%jsvm_vm new small --use")
    await ok(kernel, "%jsvm_env new b")
    await ok(kernel, "%jsvm_config colors=off")
    running = kernel.client.execute("console.log('on'); for (;;) {}")
    await kernel.until_text(running, "on")
    os.kill(_host_of(kernel), signal.SIGKILL)
    evalue = (await kernel.finish(running)).content["evalue"]
    assert "Lost, too: Env small, b; main is current again." in evalue
    rows = (await table(kernel, "%jsvm_vm"))["text/plain"].splitlines()
    assert len(rows) == 3
    assert rows[2].startswith("▶  main  main")


def _host_of(kernel: KernelUnderTest) -> int:
    """The process id of the kernel's session host: its child with our module."""
    front = kernel.manager.provisioner.pid
    for task in Path(f"/proc/{front}/task").iterdir():
        for pid in (task / "children").read_text().split():
            if b"jsvm_kernel.host" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    raise AssertionError("the kernel has no host")


MISTAKES = (
    ("%jsvm_vm new x --memory 2X", "UsageError: --memory: '2X' is no size"),
    ("%jsvm_vm new x --memory 2K", "LimitError: a memory limit is between 4M and"),
    ("%jsvm_vm new x --stack lots", "UsageError: --stack: 'lots' is no size"),
    ("%jsvm_vm new x --time soon", "UsageError: --time: 'soon' is no time"),
    ("%jsvm_vm new x --time 1ms", "LimitError: a time limit is between 0.05"),
    ("%jsvm_vm use x --memory 2M", "UsageError: --memory is for %jsvm_vm new"),
    ("%jsvm_vm new", "UsageError: new needs the name of the VM"),
    ("%jsvm_vm list x", "UsageError: a list has no name: 'x'"),
    ("%jsvm_vm nwe x", "UsageError: argument action: invalid choice: 'nwe'"),
    ("%jsvm_vm new 9", "VMError: '9' is no name for a VM"),
    ("%jsvm_env new main", "VMError: there is an Env main already, in VM main"),
    ("%jsvm_env new x --vm y", "VMError: there is no VM y: there is main"),
    ("%jsvm_env use mian", "VMError: there is no Env mian: the nearest is main"),
    ("%jsvm_env drop main", "VMError: Env main is the current one"),
    ("%jsvm_env drop", "UsageError: drop needs the name of the Env"),
    ("%jsvm_env use main --use", "UsageError: --use is for %jsvm_env new"),
)


async def test_mistakes_are_told_with_what_to_do(kernel: KernelUnderTest) -> None:
    for line, text in MISTAKES:
        assert text in await failure(kernel, line), line
    assert len((await table(kernel, "%jsvm_vm"))["text/plain"].splitlines()) == 3


# ---- sizes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("65536", 65536),
        ("64M", 64 << 20),
        ("1.5G", 3 << 29),
        ("512k", 512 << 10),
        (" 2 MiB ", 2 << 20),
        ("1GB", 1 << 30),
    ],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "M", "-1M", "1X", "1e6", "1,5G", "0x10"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no size: write bytes"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0"),
        (1023, "1023"),
        (1000 << 10, "1000K"),
        (3 << 29, "1.5G"),
        (64 << 20, "64M"),
    ],
)
def test_sizes_are_written_shortly(size: int, text: str) -> None:
    assert format_size(size) == text
