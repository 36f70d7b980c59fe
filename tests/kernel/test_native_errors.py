"""The traceback of a cell in which a native module raised, on the real kernel."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .conftest import KernelUnderTest, start

CELL = """\
%%jsvm_native risky --opt 0
def parse(str text):
    try:
        return int(text)
    except ValueError as error:
        raise LookupError(f"no number: {text}") from error

def call(object function):
    return function()
"""

pytestmark = pytest.mark.usefixtures("cc")


@pytest.fixture
async def kernel(tmp_path: Path, tmp_home: Path) -> AsyncIterator[KernelUnderTest]:
    kernel = await start(tmp_path)
    yield kernel
    await kernel.stop()


async def test_a_traceback_has_the_frames_of_both_languages_and_the_cause(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(CELL)
    assert run.content["status"] == "ok", run.content
    run = await kernel.run(
        "function inner() {\n  return risky.parse('x');\n}\n"
        "function outer() {\n  return risky.call(inner);\n}\nouter()"
    )
    assert (run.content["ename"], run.content["evalue"]) == (
        "LookupError",
        "no number: x",
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(run.content["traceback"]))
    places = [
        text.rindex(part)
        for part in (
            "ValueError: invalid literal for int() with base 10: 'x'",
            "at risky.parse (In[1]:6)",
            "at inner (In[2]:2:",
            "at call (native)",
            "at outer (In[2]:5:",
            "LookupError: no number: x",
        )
    ]
    assert places == sorted(places), text
    assert text.count("at risky.parse (In[1]:4)") == 1  # the cause's
    assert "6 |         raise LookupError(" in text
    assert ".pxi" not in text
    caught = await kernel.run("try { outer() } catch (e) { console.log(e) }")
    assert "[cause]: Error" in caught.text("stdout")
    assert "    at risky.parse (In[1]:6)" in caught.text("stdout")


DEEP = """\
%%jsvm_native deep
def down(int n):
    return down(n + 1) + 1
"""


async def test_native_code_that_calls_itself_without_end_is_named(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(DEEP)
    assert run.content["status"] == "ok", run.content
    run = await kernel.run("deep.down(1)")
    assert run.content["ename"] == "HostDied"
    assert "native code calls itself without end" in run.text("stderr")
    run = await kernel.run("1 + 1")
    assert run.content["status"] == "ok"
