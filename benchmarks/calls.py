"""What a call across a language border costs."""

from __future__ import annotations

import ctypes
import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import quickjs

from jsvm_kernel import get_include
from jsvm_kernel.vm import VM

from .harness import Figure, clock, side_by_side

WHEEL = "quickjs-ng wheel"
ROUNDS_IN_JS = 200_000
LOOP = f"(f => {{ for (let i = 0; i < {ROUNDS_IN_JS}; i++) f(i, 1.5) }})"

THUNK = """
#include "ark_runtime/jsvmx.h"
void add(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    result->f64 = args[0].f64 + args[1].f64;
}
"""


def compile_thunk(folder: str) -> int:
    """Address of a compiled `add(double, double)` thunk; stays loaded."""
    source, library = Path(folder) / "add.c", Path(folder) / "add.so"
    source.write_text(THUNK)
    command = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run(
        [
            *command,
            "-O2",
            "-shared",
            "-fPIC",
            "-I",
            get_include(),
            source,
            "-o",
            library,
        ],
        check=True,
    )
    add = ctypes.CDLL(str(library)).add
    address = ctypes.cast(add, ctypes.c_void_p).value
    assert address is not None
    return address


def figures() -> list[Figure]:
    """JS to C, JS to Python, Python to JS, and an array of 8 MB."""
    with (
        VM() as vm,
        vm.env() as env,
        tempfile.TemporaryDirectory() as folder,
    ):
        wheel = quickjs.Context()
        loop, wheel_loop = env.eval(LOOP), wheel.eval(LOOP)

        double = "double"
        params = [("x", double), ("y", double)]
        add = env.direct_function("bench.add", params, double, compile_thunk(folder))
        engines_own = env.eval("Math.max")

        def echo(a: float, b: float) -> float:
            return a

        env.globals["echo"] = echo
        our_echo = env.globals["echo"]
        wheel.add_callable("echo", echo)
        wheel_echo = wheel.get("echo")

        second, wheel_second = env.eval("(a, b) => b"), wheel.eval("(a, b) => b")

        data = np.arange(1_000_000, dtype=np.float64)
        keep = env.eval("a => a")

        def share() -> None:
            assert np.asarray(keep(data)).ctypes.data == data.ctypes.data

        def through_json() -> None:
            wheel_keep_text = json.dumps(data.tolist())
            json.loads(wheel.parse_json(wheel_keep_text).json())

        return [
            side_by_side(
                "JS to C, add(double, double), loop included",
                "the engine's own Math.max",
                lambda: clock(lambda: loop(add)) / ROUNDS_IN_JS,
                lambda: clock(lambda: loop(engines_own)) / ROUNDS_IN_JS,
            ),
            side_by_side(
                "JS to Python",
                WHEEL,
                lambda: clock(lambda: loop(our_echo)) / ROUNDS_IN_JS,
                lambda: clock(lambda: wheel_loop(wheel_echo)) / ROUNDS_IN_JS,
            ),
            side_by_side(
                "Python to JS",
                WHEEL,
                lambda: clock(lambda: second(1, 2.5), 100_000),
                lambda: clock(lambda: wheel_second(1, 2.5), 100_000),
            ),
            side_by_side(
                "8 MB of doubles to JS and back",
                f"{WHEEL}, as JSON",
                lambda: clock(share, 1000),
                lambda: clock(through_json),
                rounds=3,
            ),
        ]
