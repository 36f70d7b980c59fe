"""Native cells that run from tcc's build until the C compiler's is there."""

from __future__ import annotations

import asyncio

import pytest

from .conftest import KernelUnderTest, Run

PURE = """
%%jsvm_native fast
cpdef double add(double a, double b) noexcept nogil:
    return a + b

def greet(str name):
    return "hello " + name
""".lstrip()
STATE = """
%%jsvm_native fast
calls = 0

def count():
    global calls
    calls += 1
    return calls
""".lstrip()

pytestmark = pytest.mark.usefixtures("cc", "tcc")


async def value(kernel: KernelUnderTest, code: str) -> str:
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    (content,) = run.of("execute_result")
    text: str = content["data"]["text/plain"]
    return text


def shown(run: Run) -> str:
    (content,) = run.of("display_data")
    text: str = content["data"]["text/plain"]
    return text


async def compiler(kernel: KernelUnderTest) -> str:
    row = shown(await kernel.run("%jsvm_native list")).split("\n")[-1]
    return "tcc" if " tcc " in row else "cc"


async def until_exchanged(kernel: KernelUnderTest) -> None:
    while await compiler(kernel) == "tcc":
        await asyncio.sleep(0.2)


async def test_functions_become_those_of_the_c_compiler_while_they_are_in_use(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_config native_tcc=on")
    run = await kernel.run(PURE)
    assert run.content["status"] == "ok", run.content
    assert await compiler(kernel) == "tcc"
    await kernel.run("const { add, greet } = fast; const same = fast")
    assert await value(kernel, "add(1, 2) + greet('a')") == "'3hello a'"
    assert "C compiler's build takes its place" in (
        shown(await kernel.run("%jsvm_native info fast"))
    )
    await until_exchanged(kernel)
    assert await value(kernel, "add(1, 2) + greet('a')") == "'3hello a'"
    assert await value(kernel, "add === fast.add && same === fast") == "true"
    assert "took the place of a build by tcc" in (
        shown(await kernel.run("%jsvm_native info fast"))
    )
    # The next run finds it built.
    await kernel.run(PURE)
    assert await compiler(kernel) == "cc"


async def test_a_module_that_remembers_something_keeps_its_build(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_config native_tcc=on")
    await kernel.run(STATE)
    assert await value(kernel, "fast.count()") == "1"
    assert "is used when the cell runs again" in (
        shown(await kernel.run("%jsvm_native info fast"))
    )
    # The build behind it ends, and nothing is lost by that.
    while not await kernel_builds(kernel):
        await asyncio.sleep(0.05)
    while await kernel_builds(kernel):
        await asyncio.sleep(0.2)
    assert await value(kernel, "fast.count()") == "2"
    assert await compiler(kernel) == "tcc"
    await kernel.run(STATE)
    assert await compiler(kernel) == "cc"


async def kernel_builds(kernel: KernelUnderTest) -> bool:
    """Whether a build goes on behind the cells: its process ends with it."""
    import psutil

    assert kernel.manager.provisioner is not None
    front = psutil.Process(kernel.manager.provisioner.pid)
    workers = [
        child
        for child in front.children()
        if "jsvm_kernel.native.worker" in child.cmdline()
    ]
    return len(workers) > 1


async def test_by_itself_it_is_for_modules_that_can_be_exchanged(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_config native_tcc=auto")
    assert (await kernel.run(PURE)).content["status"] == "ok"
    assert await compiler(kernel) == "tcc"
    await until_exchanged(kernel)
    assert await value(kernel, "fast.add(1, 2)") == "3"
    await kernel.run(STATE)
    assert await compiler(kernel) == "cc"


async def test_without_the_setting_nothing_is_built_twice(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run(PURE)
    assert await compiler(kernel) == "cc"
    assert not await kernel_builds(kernel)
