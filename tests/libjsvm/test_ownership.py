"""Who owns a JSValue is checked by the compiler.

With JS_CHECK_JSVALUE the engine's header gives owned and borrowed values types of their
own, so that freeing what is borrowed, or keeping it, does not compile. The code that
comes out of it does not work; it is only compiled.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

LIBJSVM = Path(__file__).parents[2] / "jsvm_kernel/libjsvm"
SOURCES = sorted(LIBJSVM.glob("*.c"))


def compile_strictly(workshop: Any, source: str, folder: Path) -> str:
    includes = [f"-I{folder}", f"-I{workshop.engine}", f"-I{LIBJSVM}/include"]
    strict = ["-std=gnu11", "-DJS_CHECK_JSVALUE", "-Werror", "-fsyntax-only"]
    done = subprocess.run(
        [*workshop.compiler, *strict, *includes, "-x", "c", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_values_are_owned_as_declared(workshop: Any, source: Path) -> None:
    assert compile_strictly(workshop, source.read_text(), LIBJSVM) == ""


@pytest.mark.parametrize(
    "statement", ["JS_FreeValue(ctx, v)", "JS_Throw(ctx, v)", "JSValue kept = v"]
)
def test_misuse_of_a_borrowed_value_is_noticed(workshop: Any, statement: str) -> None:
    source = (
        '#include "internal.h"\n'
        f"void f(JSContext *ctx, JSValueConst v) {{ {statement}; (void)ctx; }}\n"
    )
    assert "const" in compile_strictly(workshop, source, LIBJSVM)
