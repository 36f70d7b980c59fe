"""What a call of a native module's Python function costs, by its parameters."""

from __future__ import annotations

from types import ModuleType

import quickjs

from jsvm_kernel.binding import bind
from jsvm_kernel.extension_modules import load_extension
from jsvm_kernel.native.build import build
from jsvm_kernel.native.source import NativeSource
from jsvm_kernel.vm import VM

from .harness import Figure, clock, side_by_side

PEER = "quickjs-ng wheel, lambda"
ROUNDS_IN_JS = 200_000

SOURCE = """
def none():
    return None

def number(double a):
    return a

def numbers(double a, int b):
    return a

def text(str a):
    return a

def anything(a, b):
    return a

def array(double[:] a):
    return a[0]
"""

# Function -> arguments in JS, and what the peer calls instead.
CALLS = {
    "none": ("", lambda: None),
    "number": ("1.5", lambda a: a),
    "numbers": ("1.5, i", lambda a, b: a),
    "text": ("'hello'", lambda a: a),
    "anything": ("i, 1.5", lambda a, b: a),
    "array": ("values", None),
}


def load() -> ModuleType:
    """Build and import the cell, as a host does."""
    result = build(NativeSource(name="bench", code=SOURCE))
    assert result.ok, result.diagnostics
    assert result.path is not None and result.module is not None
    for needed in result.needs:
        load_extension(needed.module, needed.path)
    return load_extension(result.module, result.path)


def loop(name: str, arguments: str) -> str:
    """JS of a function that calls the function ROUNDS_IN_JS times."""
    return (
        "(() => { const values = new Float64Array(8);"
        f"for (let i = 0; i < {ROUNDS_IN_JS}; i++) bench.{name}({arguments}) }})"
    )


def figures() -> list[Figure]:
    """Each kind of call beside the wheel's; an array beside our own call without."""
    with VM() as vm, vm.env() as env:
        env.globals["bench"] = bind(env, load(), name="bench")
        wheel = quickjs.Context()
        wheel.eval("var bench = {}")
        measured = []
        for name, (arguments, peer) in CALLS.items():
            ours = env.eval(loop(name, arguments))
            other = env.eval(loop("none", ""))
            if peer is not None:
                wheel.add_callable("f", peer)
                wheel.eval(f"bench.{name} = f")
                other = wheel.eval(loop(name, arguments))
            measured.append(
                side_by_side(
                    f"{name}({arguments})",
                    PEER if peer is not None else "none()",
                    lambda ours=ours: clock(ours) / ROUNDS_IN_JS,
                    lambda other=other: clock(other) / ROUNDS_IN_JS,
                )
            )
        return measured
