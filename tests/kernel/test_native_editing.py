"""Completion and inspection of native modules, idle and while a cell runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from textwrap import dedent

import pytest
import pytest_asyncio

from jsvm_kernel.native.build import build
from jsvm_kernel.native.source import NativeOptions, NativeSource

from .test_editing import Notebook

CODE = '''
    """Quick sums."""

    cpdef double add(double a, double b) noexcept nogil:
        """Adds two numbers."""
        return a + b

    cpdef str greet(
        str name,
        str ending="!",
    ):
        return name + ending

    cdef class Vec:
        """A vector."""
        cdef public double x

        def __init__(self, double x, double y=0):
            """Makes one."""
            self.x = x

        def plus(self, Vec other):
            """Sum of two."""
            return self

        @staticmethod
        def zero():
            return Vec(0)

    cpdef Vec make(double x):
        return Vec(x)

    def last():
        return None
'''

GREET = "greet(name: string, ending?: string): string"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def native(
    builds: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Notebook]:
    """A notebook with the module fast in it; tests only look at it."""
    code = dedent(CODE).lstrip("\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(builds))
        options = NativeOptions(optimize=0)
        source = NativeSource(name="fast", code=code, line_offset=1, options=options)
        result = await asyncio.to_thread(build, source)
        assert result.ok, result.diagnostics
        notebook = Notebook(tmp_path_factory.mktemp("notebook"))
        outcome = await notebook.client.load_module(
            notebook.client.new_cell(),
            name="fast",
            path=result.path or "",
            module=result.module or "",
            needs=[(needed.module, needed.path) for needed in result.needs],
            cell_name="In[3]",
            source=f"%%jsvm_native fast\n{code}",
        )
        assert outcome.error is None, outcome.error
        yield notebook
        await notebook.client.shutdown()


on_native = pytest.mark.asyncio(loop_scope="module")
pytestmark = pytest.mark.usefixtures("cc")
Look = Callable[[Notebook], AbstractAsyncContextManager[Notebook]]


@asynccontextmanager
async def idle(notebook: Notebook) -> AsyncIterator[Notebook]:
    yield notebook


@asynccontextmanager
async def busy(notebook: Notebook) -> AsyncIterator[Notebook]:
    """While a cell runs that reads no message."""
    notebook.sink.arrived.clear()
    code = "console.log(1); while (true) ;"
    number = notebook.client.new_cell()
    cell = asyncio.create_task(notebook.client.execute(number, code, name="In[4]"))
    await notebook.sink.arrived.wait()
    try:
        yield notebook
    finally:
        notebook.client.interrupt()
        assert (await cell).status == "stopped"


both = pytest.mark.parametrize("look", [idle, busy])


@both
@pytest.mark.parametrize(
    ("code", "name", "kind", "signature"),
    [
        ("fa", "fast", "module", ""),
        ("fast.", "add", "function", "add(a: number, b: number): number"),
        (
            "fast.gr",
            "greet",
            "function",
            "greet(name: string, ending?: string): string",
        ),
        ("fast.add(1, 2).", "toFixed", "function", "toFixed(digits = 0): string"),
        ("fast.greet('a').", "trim", "function", "trim(): string"),
        ("fast.V", "Vec", "class", "Vec(x: number, y?: number): Vec"),
        ("fast.Vec.", "zero", "function", "zero(): any"),
        ("new fast.Vec(1).", "x", "property", "x: number"),
        ("new fast.Vec(1).pl", "plus", "function", "plus(other: Vec): any"),
        ("fast.make(1).", "x", "property", "x: number"),
        ("fast.make(1).x.", "toFixed", "function", "toFixed(digits = 0): string"),
    ],
)
@on_native
async def test_completion(
    native: Notebook, look: Look, code: str, name: str, kind: str, signature: str
) -> None:
    async with look(native) as notebook:
        found = {m.text: m for m in (await notebook.completion(code)).matches}
        assert found[name].kind == kind
        assert found[name].signature == signature


@both
@on_native
async def test_a_function_shows_both_signatures_its_place_and_its_docstring(
    native: Notebook, look: Look
) -> None:
    async with look(native) as notebook:
        assert await notebook.inspect("fast.ad|d") == (
            "function add(a: number, b: number): number\n\n"
            "Declared as double add(double a, double b) (In[3], line 4)\n\n"
            "Adds two numbers."
        )


@both
@on_native
async def test_a_call_that_is_written_shows_its_function(
    native: Notebook, look: Look
) -> None:
    async with look(native) as notebook:
        text = await notebook.inspect("fast.greet('a', |")
        assert text.startswith(f"function {GREET}")


@both
@on_native
async def test_a_class_shows_its_constructor_and_its_members(
    native: Notebook, look: Look
) -> None:
    async with look(native) as notebook:
        text = await notebook.inspect("new fast.Vec(|")
        assert text.replace("…", "0") == (
            "class Vec(x: number, y?: number): Vec\n\n"
            "Declared as Vec(double x, double y=0) (In[3], line 14)\n\n"
            "A vector.\n\n"
            "Members:\n  plus(other: Vec): any\n  x: number\n  static zero(): any"
        )
        text = await notebook.inspect("fast.make(1).plus(|")
        assert text == (
            "function plus(other: Vec): any\n\n"
            "Declared as object plus(Vec other) (In[3], line 22)\n\nSum of two."
        )


@both
@on_native
async def test_a_module_shows_its_functions(native: Notebook, look: Look) -> None:
    async with look(native) as notebook:
        text = await notebook.inspect("fast")
        assert text.startswith("fast: native module")
        assert "  add(a: number, b: number): number\n" in text


@on_native
async def test_the_source_is_the_functions_own_lines(native: Notebook) -> None:
    text = await native.inspect("fast.greet", detail=1)
    assert text.endswith(
        'cpdef str greet(\n    str name,\n    str ending="!",\n):\n'
        "    return name + ending"
    )
    assert (await native.inspect("fast.last", detail=1)).endswith(
        "def last():\n    return None"
    )
