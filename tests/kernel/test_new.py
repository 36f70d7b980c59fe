"""%jsvm_new and %%jsvm_native --save on the real kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .conftest import KernelUnderTest


async def test_a_package_is_made_in_the_folder_of_files(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "inner").mkdir()
    await kernel.run("%cd inner")
    run = await kernel.run("%jsvm_new cython fast")
    assert run.content["status"] == "ok", run.content
    module = tmp_path / "inner/fast/src/fast/fast.pyx"
    assert str(module) in run.text("stdout")
    module.write_text("mine")
    run = await kernel.run(f'%jsvm_new cython fast --dir "{tmp_path}/inner/fast"')
    assert run.content["ename"] == "TemplateError"
    assert f"{module} is there with another text" in run.content["evalue"]
    assert module.read_text() == "mine"


CELL = """\"""Adds. And more.

A longer text.
\"""

cpdef int add(int a, int b) noexcept nogil:
    return a + b

def twice(object x):
    return 2 * x
"""


async def test_a_cell_is_saved_as_a_package_that_passes_its_tests(
    kernel: KernelUnderTest, tmp_path: Path, cc: str
) -> None:
    cell = f"%%jsvm_native adder --opt 1 --save 'a package'\n{CELL}"
    run = await kernel.run(cell)
    assert run.content["status"] == "ok", run.content
    package = tmp_path / "a package"
    assert f"{package}/setup.py" in run.text("stdout")
    assert (package / "src/adder/adder.pyx").read_text() == CELL
    assert "optimize=1" in (package / "setup.py").read_text()
    for words in (["setup.py", "-q", "build_ext", "--inplace"], ["-m", "pytest", "-q"]):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=package,
            env={**os.environ, "PYTHONPATH": "src", "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    run = await kernel.run(cell)
    assert f"{package}: nothing has changed" in run.text("stdout")
    other = cell.replace("a + b", "b + a")
    run = await kernel.run(other)
    assert "adder.pyx is there with another text" in run.content["evalue"]
    assert "a + b" in (package / "src/adder/adder.pyx").read_text()
    run = await kernel.run(other.replace("--save", "--force --save"))
    assert run.content["status"] == "ok"
    assert "b + a" in (package / "src/adder/adder.pyx").read_text()


async def test_a_cell_whose_name_no_package_can_have_is_not_saved(
    kernel: KernelUnderTest, tmp_path: Path, cc: str
) -> None:
    run = await kernel.run(f"%%jsvm_native json --opt 0 --save pkg\n{CELL}")
    assert "would hide Python's module" in run.content["evalue"]
    assert not (tmp_path / "pkg").exists()
    run = await kernel.run("json.add(1, 2)")
    assert run.of("execute_result")[0]["data"]["text/plain"] == "3"


async def test_files_of_a_cell_are_copied_into_its_package(
    kernel: KernelUnderTest, tmp_path: Path, cc: str
) -> None:
    for name, text in {
        "twice.c": '#include "twice.h"\nint twice(int n) { return FACTOR * n; }\n',
        "inc/twice.h": "#define FACTOR 2\nint twice(int n);\n",
        "more.pxi": "cdef int ONE = 1\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    run = await kernel.run(
        "%%jsvm_native pair --opt 1 --source twice.c --include inc --save pkg "
        '--cflags "-DUNUSED=1 -Wall"\n'
        'include "more.pxi"\n'
        'cdef extern from "twice.h":\n    int twice(int n)\n\n'
        "cpdef int both(int n):\n    return twice(n) + ONE\n"
    )
    assert run.content["status"] == "ok", run.content
    package = tmp_path / "pkg"
    setup = (package / "setup.py").read_text()
    assert 'sources=["src/pair/twice.c"]' in setup
    assert "include" not in setup.replace("include_", "")
    for folder in ("inc", "twice.c", "more.pxi"):  # the package needs none of them
        (tmp_path / folder).rename(tmp_path / f"gone-{folder}")
    done = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
        cwd=package,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    code = "import pair; print(pair.both(20))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=package / "src",
        capture_output=True,
        text=True,
    )
    assert done.stdout == "41\n", done.stderr
