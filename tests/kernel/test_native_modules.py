"""%jsvm_native and %%jsvm_native on the real kernel: what a user sees of a module."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import KernelUnderTest, Run

CELL = '''\
%%jsvm_native fast --opt 0
"""Quick sums."""
calls = 0
print("top level")

cpdef double add(double a, double b) noexcept nogil:
    """Adds two numbers."""
    return a + b

def count(str word="x"):
    global calls
    calls += 1
    return calls
'''

pytestmark = pytest.mark.usefixtures("cc")


@pytest.fixture
def kernel(native_kernel: KernelUnderTest) -> KernelUnderTest:
    return native_kernel


async def value(kernel: KernelUnderTest, code: str) -> str:
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    (content,) = run.of("execute_result")
    text: str = content["data"]["text/plain"]
    return text


def shown(run: Run, kind: str = "text/plain") -> str:
    assert run.content["status"] == "ok", run.content
    (content,) = run.of("display_data")
    text: str = content["data"][kind]
    return text


async def loaded(kernel: KernelUnderTest) -> None:
    run = await kernel.run(CELL)
    assert run.content["status"] == "ok", run.content


async def test_the_list_names_modules_and_how_they_were_built(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("%jsvm_native")
    assert "No native module is loaded" in run.text("stdout")
    await loaded(kernel)
    head, _, row = shown(await kernel.run("%jsvm_native list")).split("\n")
    assert head.split()[:4] == ["module", "Env", "functions", "classes"]
    assert row.startswith("▶  fast")
    assert "add, count" in row
    assert "--opt 0" in row
    assert re.search(r" \d+K ", row)
    assert row.endswith("In[2]")


async def test_info_shows_how_it_was_built_its_types_and_its_cell(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    run = await kernel.run("%jsvm_native info fast")
    text = shown(run)
    assert "fast, globalThis.fast of Env main" in text
    assert re.search("^built +(translated in|found in the cache)", text, re.M)
    assert ".so" in text
    assert "export function add(a: number, b: number): number;" in text
    assert "export function count(word?: string): any;" in text
    assert text.endswith(CELL.rstrip())
    assert "```ts\n" in shown(run, "text/markdown")


async def test_a_dropped_module_is_gone_and_its_functions_live_on(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    await kernel.run("const kept = fast.count")
    run = await kernel.run("%jsvm_native drop fast")
    assert "globalThis.fast is gone" in run.text("stdout")
    assert await value(kernel, "typeof fast") == "'undefined'"
    assert await value(kernel, "kept()") == "1"
    run = await kernel.run("%jsvm_native")
    assert "No native module is loaded" in run.text("stdout")
    matches = await completed(kernel, "%jsvm_native info ")
    assert matches == []


async def test_a_reloaded_module_begins_anew(kernel: KernelUnderTest) -> None:
    await loaded(kernel)
    assert await value(kernel, "fast.count(), fast.count()") == "2"
    run = await kernel.run("%jsvm_native reload fast")
    assert run.text("stdout") == "top level\nfast is loaded anew.\n"
    assert await value(kernel, "fast.count()") == "1"
    run = await kernel.run("%jsvm_native reload")
    assert "fast is loaded anew" in run.text("stdout")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("info slow", "no native module is called 'slow'; there are fast"),
        ("drop slow", "no native module is called 'slow'"),
        ("reload slow", "no native module is called 'slow'"),
        ("info", "info needs the name of a module"),
        ("list fast", "a list has no name"),
    ],
)
async def test_what_is_not_there_is_told(
    kernel: KernelUnderTest, line: str, text: str
) -> None:
    await loaded(kernel)
    run = await kernel.run(f"%jsvm_native {line}")
    assert run.content["status"] == "error"
    assert text in run.content["evalue"]


async def test_a_module_of_another_env_is_named_with_it(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    await kernel.run("%jsvm_env new other --use")
    run = await kernel.run("%jsvm_native info fast")
    assert "is in Env main" in run.content["evalue"]
    await kernel.run("%reset -f")
    await kernel.run("%jsvm_env use main")
    assert "fast" in shown(await kernel.run("%jsvm_native"))
    await kernel.run("%reset -f")
    run = await kernel.run("%jsvm_native")
    assert "No native module is loaded" in run.text("stdout")


async def test_whos_tells_that_a_name_is_a_native_module(
    kernel: KernelUnderTest,
) -> None:
    await loaded(kernel)
    row = shown(await kernel.run("%whos")).split("\n")[-1]
    assert row.split("  ") == ["fast", "native module", "add, count"]


async def completed(kernel: KernelUnderTest, code: str) -> list[str]:
    request = kernel.client.complete(code)
    content: dict[str, Any] = (await kernel.reply(request))["content"]
    matches: list[str] = content["matches"]
    return matches


async def test_names_of_modules_are_completed(kernel: KernelUnderTest) -> None:
    await loaded(kernel)
    assert await completed(kernel, "%jsvm_native ") == [
        *("list", "info", "drop", "reload", "cache")
    ]
    assert await completed(kernel, "%jsvm_native info f") == ["fast"]
    assert "--opt" in await completed(kernel, "%%jsvm_native fast --")
