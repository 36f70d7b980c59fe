"""%%jsvm_native --time: a native function against the JavaScript one of its name."""

from __future__ import annotations

import re

import pytest

from .conftest import KernelUnderTest, Run

BODY = """
def total(const double[:] values):
    cdef double sum = 0
    for i in range(values.shape[0]):
        sum += values[i]
    return sum

def backwards(const double[:] values):
    cdef double sum = 0
    for i in range(values.shape[0] - 1, -1, -1):
        sum += values[i]
    return sum

def double_all(double[:] values):
    for i in range(values.shape[0]):
        values[i] *= 2

def pair(double a, str b="x", object c=None, object d=None):
    return {"a": [a], "b": b}

def fails():
    raise ValueError("no")

def forever(object f):
    return 0
"""
JAVASCRIPT = """
const data = Float64Array.from({ length: 1000 }, (_, i) => 1 / (i + 1));
function total(values) { let sum = 0; for (const x of values) sum += x; return sum }
var backwards = total, other = () => 1;
const double_all = values => { for (let i = 0; i < values.length; i++) values[i] *= 3 };
function pair(a, b = 'x') { return { a: [a], b } }
function fails() { return 1 }
function forever(f) { while (true) ; }
"""

pytestmark = pytest.mark.usefixtures("cc")


@pytest.fixture
def kernel(native_kernel: KernelUnderTest) -> KernelUnderTest:
    return native_kernel


async def timed(kernel: KernelUnderTest, option: str) -> Run:
    run = await kernel.run(JAVASCRIPT)
    assert run.content["status"] == "ok", run.content
    return await kernel.run(f"%%jsvm_native fast --opt 0 --time {option}{BODY}")


TIME = r"\d+(\.\d+)?(e\+\d+)? (ns|µs|ms|s)"


@pytest.mark.parametrize(
    ("option", "result"),
    [
        ('"total(data)"', "both give the same"),
        ("total(data)", "both give the same"),
        ('"fast.backwards(data)"', "both give the same but for rounding (relative "),
        ("\"pair(1, 'a b')\"", "both give the same"),
        (
            '"double_all(data)"',
            "they DIFFER: argument 1[0] is 2 natively and 3 in JavaScript",
        ),
    ],
)
async def test_both_are_timed_and_compared(
    kernel: KernelUnderTest, option: str, result: str
) -> None:
    run = await timed(kernel, option)
    assert run.content["status"] == "ok", run.content
    native, js, ratio, compared = run.text("stdout").splitlines()[-4:]
    assert re.match(
        rf"fast\.\w+ \(native\) +{TIME} a call \({TIME} to {TIME}\)", native
    )
    assert re.match(rf"\w+ \(JavaScript\) +{TIME} a call \({TIME} to {TIME}\)", js)
    assert re.match(r"native is \S+ times as (fast|slow)", ratio)
    assert compared.startswith(result)
    run = await kernel.run("data[0]")
    assert run.of("execute_result")[0]["data"]["text/plain"] == "1"


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("total", "takes a call of a function of the module"),
        ('"other.total(data)"', "takes a call of a function of the module"),
        ('"other()"', "fast has no function other; it has total, backwards"),
        ('"total(data"', "takes a call of a function of the module"),
        ('"total(nothing)"', "nothing is not defined"),
        ('"total([1])"', "native fast.total throws"),
        ('"fails()"', "native fast.fails throws"),
    ],
)
async def test_what_cannot_be_timed_is_told(
    kernel: KernelUnderTest, option: str, text: str
) -> None:
    run = await timed(kernel, option)
    assert run.content["status"] == "error"
    assert text in run.content["evalue"]
    # The module is there all the same.
    assert (await kernel.run("fast.total(data)")).content["status"] == "ok"


async def test_a_function_that_javascript_lacks_is_named(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(f"%%jsvm_native fast --opt 0 --time pair(1){BODY}")
    assert (
        "there is no JavaScript function pair to compare with"
        in (run.content["evalue"])
    )
    run = await kernel.run("globalThis.pair = fast.pair")
    run = await kernel.run("let kept = fast.pair")
    run = await kernel.run(f"%%jsvm_native fast --opt 0 --time pair(1){BODY}")
    assert run.content["status"] == "ok"


async def test_a_call_that_takes_too_long_is_stopped(kernel: KernelUnderTest) -> None:
    await kernel.run(JAVASCRIPT + "; globalThis.begun = () => console.log('begun')")
    option = '"forever(begun())"'
    cell = kernel.client.execute(f"%%jsvm_native fast --opt 0 --time {option}{BODY}")
    await kernel.until_text(cell, "begun")
    await kernel.interrupt()
    run = await kernel.finish(cell)
    assert run.content["ename"] == "Stopped"
