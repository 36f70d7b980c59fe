"""A dot product in a Cython cell, called from JavaScript, beside node's JIT on JS."""

from __future__ import annotations

import json
import shutil
import subprocess

from jsvm_kernel.binding import bind
from jsvm_kernel.extension_modules import load_extension
from jsvm_kernel.native.build import build
from jsvm_kernel.native.source import NativeSource
from jsvm_kernel.vm import VM

from .harness import Figure, clock, side_by_side

PEER = "node, JS"
CALLS = 20

SOURCE = """
cimport cython

@cython.boundscheck(False)
@cython.wraparound(False)
cpdef double dot(const double[:] a, const double[:] b) noexcept nogil:
    cdef double total = 0
    cdef Py_ssize_t i
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total
"""

ARRAYS = "const a = new Float64Array(1e6).map((_, i) => i % 7), b = a.slice();"

#: Times the loop itself, once the JIT has compiled it.
NODE = f"""
{ARRAYS}
function dot(a, b) {{
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}}
let sum = 0;
for (let i = 0; i < {CALLS}; i++) sum += dot(a, b);
const start = performance.now();
for (let i = 0; i < {CALLS}; i++) sum += dot(a, b);
console.log(JSON.stringify([(performance.now() - start) / {CALLS}, sum]));
"""


def node_time() -> float:
    """Seconds of one dot product in node."""
    node = shutil.which("node")
    assert node is not None, "node is not installed"
    done = subprocess.run([node, "-e", NODE], capture_output=True, check=True)
    milliseconds, _ = json.loads(done.stdout)
    return float(milliseconds) / 1000


def figures() -> list[Figure]:
    """One dot product of a million doubles, the call included."""
    result = build(NativeSource(name="bench", code=SOURCE))
    assert result.ok and result.module and result.path, result.diagnostics
    for needed in result.needs:
        load_extension(needed.module, needed.path)
    module = load_extension(result.module, result.path)
    with VM() as vm, vm.env() as env:
        env.globals["dot"] = bind(env, module, name="bench")["dot"]
        loop = env.eval(
            f"{{ {ARRAYS} (() => {{ for (let i = 0; i < {CALLS}; i++) dot(a, b) }}) }}"
        )
        return [
            side_by_side(
                "dot product of 1e6 doubles in a cell",
                PEER,
                lambda: clock(loop) / CALLS,
                node_time,
            )
        ]
