"""%%jsvm_native's options, its progress and its stop, on the real kernel."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import psutil
import pytest

from .conftest import KernelUnderTest, start

pytestmark = pytest.mark.usefixtures("cc")

NAP = "import time\ntime.sleep(1.2)\ndef f(): return 1\n"


async def error_of(kernel: KernelUnderTest, code: str) -> str:
    run = await kernel.run(code)
    assert run.content["status"] == "error"
    (error,) = run.of("error")
    return "\n".join(error["traceback"])


async def test_a_file_is_built_and_shown_by_its_own_name(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    path = tmp_path / "code" / "greeter.pyx"
    path.parent.mkdir()
    path.write_text("\ndef greet(str name):\n    raise ValueError(name)\n")
    run = await kernel.run("%%jsvm_native greeter --opt 0 --file code/greeter.pyx")
    assert run.content["status"] == "ok", run.content
    assert "greeter.pyx:3" in await error_of(kernel, "greeter.greet('Ada')")

    path.write_text("def greet(str name:\n    pass\n")
    told = await error_of(kernel, "%%jsvm_native greeter --file code/greeter.pyx")
    assert "greeter.pyx:1" in told or "greeter.pyx:2" in told
    assert "ValueError" in await error_of(kernel, "greeter.greet('the old one')")


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("%%jsvm_native m --file gone.pyx", "No such file"),
        ("%%jsvm_native m --file gone.pyx\ndef f(): pass", "delete the code"),
        ("%%jsvm_native m --std 'c 11'\ndef f(): pass", "no language standard"),
        ("%%jsvm_native m --force\ndef f(): pass", "is for --save"),
        ("%%jsvm_native m --opt 7\ndef f(): pass", "invalid choice"),
        ("%%jsvm_native m --include nowhere\ndef f(): pass", "there is no folder"),
        ("%%jsvm_native 2fast\ndef f(): pass", "cannot name a native module"),
        ("%%jsvm_native class\ndef f(): pass", "reserved word"),
        ("%%jsvm_native JSON --opt 0\ndef f(): pass", "is a global"),
        ("%%jsvm_native m\n", "the cell is empty"),
        ("%jsvm_native cache empty", "cache clear"),
    ],
)
async def test_what_is_wrong_is_told(
    kernel: KernelUnderTest, cell: str, why: str
) -> None:
    assert why in await error_of(kernel, cell)


async def test_the_annotated_source_is_shown(kernel: KernelUnderTest) -> None:
    run = await kernel.run(
        "%%jsvm_native noted --opt 0 --annotate\ndef f(x):\n    return x\n"
    )
    (shown,) = run.of("display_data")
    assert "srcdoc=" in shown["data"]["text/html"]
    assert "&lt;pre class=&quot;cython line" in shown["data"]["text/html"]
    assert "Raw output" not in shown["data"]["text/html"]  # a link to nowhere
    page = Path(shown["data"]["text/plain"].partition(" is in ")[2])
    (linked,) = re.findall(r"Raw output: <a href=\"(.*?)\"", page.read_text())
    assert page.with_name(linked).is_file()


async def test_a_long_build_tells_what_it_does_and_leaves_its_result(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(f"%%jsvm_native slow --opt 0\n{NAP}")
    assert "slow: importing (" in run.text("stdout")
    assert run.of("clear_output")
    *_, last = run.of("stream")
    assert last["text"].startswith("slow: built in")


async def test_a_build_that_is_stopped_can_be_built_again(
    kernel: KernelUnderTest,
) -> None:
    cell = f"%%jsvm_native slow --opt 0\n{NAP}"
    request = kernel.client.execute(cell)
    await kernel.until_text(request, "importing")
    await kernel.interrupt()
    run = await kernel.finish(request)
    assert run.content["status"] == "error"
    assert run.content["ename"] == "Interrupted"
    assert (await kernel.run("typeof slow")).of("execute_result")[0]["data"][
        "text/plain"
    ].strip("'\"") == "undefined"
    again = await kernel.run(cell)
    assert again.content["status"] == "ok"
    assert "slow: built in" in again.text("stdout")


async def test_the_cache_is_shown_and_cleared(kernel: KernelUnderTest) -> None:
    await kernel.run("%%jsvm_native small --opt 0\ndef f(): return 7\n")
    run = await kernel.run("%jsvm_native cache")
    assert "small" in run.of("display_data")[0]["data"]["text/plain"]
    assert "JSVM_NATIVE_CACHE_MB" in run.text("stdout")
    cleared = await kernel.run("%jsvm_native cache clear")
    assert "what is loaded stays" in cleared.text("stdout")
    assert (await kernel.run("small.f()")).of("execute_result")


async def test_a_build_that_is_gone_when_it_is_loaded_is_built_again(
    kernel: KernelUnderTest,
) -> None:
    """The module itself does what another kernel may do: it takes its file away."""
    run = await kernel.run(
        "%%jsvm_native gone --opt 0\n"
        "import os\n"
        "def f(): return 1\n"
        "if '.tmp' not in __file__ and not os.path.exists('once'):\n"
        "    open('once', 'w').close()\n"
        "    os.unlink(__file__)\n"
        "    raise ImportError\n"
    )
    assert run.content["status"] == "ok", run.content
    assert run.text("stdout").count("gone: built in") == 1
    assert (await kernel.run("gone.f()")).of("execute_result")


async def test_python_modules_of_the_current_folder_are_imported(
    native_kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "helper.py").write_text("value = 6\n")
    (tmp_path / "json.py").write_text("raise ImportError('not me')\n")
    run = await native_kernel.run(
        "%%jsvm_native m --opt 0\n"
        "import helper, json\n"
        "def f(): return json.loads('[7]')[0] * helper.value\n"
    )
    assert run.content["status"] == "ok", run.content
    (shown,) = (await native_kernel.run("m.f()")).of("execute_result")
    assert shown["data"]["text/plain"] == "42"


async def test_two_kernels_do_not_build_one_cell_twice(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = await start(folder)
    try:
        cell = f"%%jsvm_native both --opt 0\n{NAP}"
        runs = await asyncio.gather(kernel.run(cell), other.run(cell))
    finally:
        await other.stop()
    lasts = sorted(run.of("stream")[-1]["text"].split("\n")[0] for run in runs)
    assert lasts[1] == "both: found built"
    assert lasts[0].startswith("both: built in")


async def test_the_builder_starts_while_a_cell_is_written(
    kernel: KernelUnderTest,
) -> None:
    front = psutil.Process(kernel.manager.provisioner.pid)
    assert not _builders(front)
    kernel.client.complete("%%jsvm_native m\ndef f(): pa", 27)
    while not _builders(front):
        await asyncio.sleep(0.01)
    run = await kernel.run("%%jsvm_native m --opt 0\ndef f(): return 1")
    assert run.content["status"] == "ok"
    assert len(_builders(front)) == 1


def _builders(front: psutil.Process) -> list[psutil.Process]:
    return [
        child
        for child in front.children()
        if "jsvm_kernel.native.worker" in " ".join(child.cmdline())
    ]
