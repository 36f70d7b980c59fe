"""What a call across a language border costs."""

from __future__ import annotations

import ctypes
import json
import os
import shlex
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import quickjs

from jsvm_kernel import get_include
from jsvm_kernel.vm import VM, Env

from .harness import Figure, clock, side_by_side
from .peers import OLD_QUICKJS, old_quickjs

WHEEL = "quickjs-ng wheel"
ROUNDS_IN_JS = 200_000
ROUNDS_IN_PYTHON = 100_000
LOOP = f"(f => {{ for (let i = 0; i < {ROUNDS_IN_JS}; i++) f(i, 1.5) }})"

#: Arguments of a call, as JS and as Python write them.
CALLS = [
    ("", ()),
    ("i", (1,)),
    ("i, 1.5", (1, 1.5)),
    ("i, 1.5, 'abc'", (1, 1.5, "abc")),
]

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


def to_python(env: Env, context: Any, peer: str, given: str) -> Figure:
    """What a call of a Python function from JS costs."""

    def last(*values: object) -> object:
        return values[-1] if values else None

    env.globals["last"] = last
    context.add_callable("last", last)
    loop = f"(f => {{ for (let i = 0; i < {ROUNDS_IN_JS}; i++) f({given}) }})"
    ours, theirs = env.eval(loop), context.eval(loop)
    our_last, their_last = env.globals["last"], context.get("last")
    return side_by_side(
        f"JS to Python, f({given})",
        peer,
        lambda: clock(lambda: ours(our_last)) / ROUNDS_IN_JS,
        lambda: clock(lambda: theirs(their_last)) / ROUNDS_IN_JS,
    )


def to_js(env: Env, context: Any, peer: str, given: tuple[Any, ...]) -> Figure:
    """What a call of a JS function from Python costs."""
    code = ["() => null", "a => a", "(a, b) => b", "(a, b, c) => c"][len(given)]
    ours, theirs = env.eval(code), context.eval(code)
    return side_by_side(
        f"Python to JS, f{given if given else '()'}".replace(",)", ")"),
        peer,
        lambda: clock(partial(ours, *given), ROUNDS_IN_PYTHON),
        lambda: clock(partial(theirs, *given), ROUNDS_IN_PYTHON),
    )


def against(peer: str, quickjs: ModuleType, env: Env) -> list[Figure]:
    """Calls both ways beside a peer."""
    context = quickjs.Context()
    return [
        *(to_python(env, context, peer, given) for given, _ in CALLS),
        *(to_js(env, context, peer, given) for _, given in CALLS),
    ]


def figures() -> list[Figure]:
    """JS to C, JS to Python, Python to JS, and an array of 8 MB."""
    with (
        VM() as vm,
        vm.env() as env,
        tempfile.TemporaryDirectory() as folder,
    ):
        wheel = quickjs.Context()
        old = old_quickjs(str(Path(folder) / "peer"))
        loop = env.eval(LOOP)

        double = "double"
        params = [("x", double), ("y", double)]
        add = env.direct_function("bench.add", params, double, compile_thunk(folder))
        engines_own = env.eval("Math.max")

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
            *([] if old is None else against(OLD_QUICKJS, old, env)),
            *against(WHEEL, quickjs, env),
            side_by_side(
                "8 MB of doubles to JS and back",
                f"{WHEEL}, as JSON",
                lambda: clock(share, 1000),
                lambda: clock(through_json),
                rounds=3,
            ),
        ]
