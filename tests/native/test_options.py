"""What the options of a build do, and what is said when they cannot."""

from __future__ import annotations

import re
import shutil
from array import array
from pathlib import Path
from textwrap import dedent

import pytest

from jsvm_kernel.native.result import BuildResult
from jsvm_kernel.native.source import NativeOptions


def options(**fields: object) -> NativeOptions:
    return NativeOptions(**{"optimize": 0, **fields})


def errors(result: BuildResult) -> str:
    assert not result.ok
    return "\n".join(d.message for d in result.diagnostics if d.severity == "error")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebook's folder with a C file, a header and a .pxd file."""
    folder = tmp_path / "a notebook"
    folder.mkdir()
    write(folder / "twice.h", "#define FACTOR 2\nint twice(int x);\n")
    write(
        folder / "twice.c",
        '#include "twice.h"\nint twice(int x) { return FACTOR * x; }',
    )
    write(folder / "twice.pxd", 'cdef extern from "twice.h":\n    int twice(int x)\n')
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(dedent(text))


TWICE = """
from twice cimport twice

cpdef int four(int x) noexcept:
    return twice(twice(x))
"""


def test_words_for_the_compiler_are_passed_on(loaded) -> None:
    code = """
    cdef extern from *:
        int VALUE
        int OTHER
    def values():
        return VALUE, OTHER
    """
    module = loaded(code, options=options(cflags=("-DVALUE=3 -DOTHER=4",)))
    assert module.values() == (3, 4)


def test_sources_and_headers_lie_beside_the_notebook(loaded, folder) -> None:
    module = loaded(TWICE, options=options(sources=("twice.c",)), folder=str(folder))
    assert module.four(3) == 12


@pytest.mark.parametrize(
    ("name", "text", "four"),
    [
        ("twice.h", "#define FACTOR 3\nint twice(int x);\n", 9),
        ("twice.c", "int twice(int x) { return x + 1; }", 3),
        ("twice.pxd", "cdef inline int twice(int x):\n    return 5 * x\n", 25),
    ],
)
def test_a_file_that_has_changed_is_built_anew(
    built, load, folder, name: str, text: str, four: int
) -> None:
    given = {"options": options(sources=("twice.c",)), "folder": str(folder)}
    assert load(built(TWICE, **given)).four(1) == 4
    assert built(TWICE, **given).cached
    write(folder / name, text)
    again = built(TWICE, **given)
    assert not again.cached
    assert load(again).four(1) == four


def test_a_header_of_another_folder_is_another_build(built, load, folder) -> None:
    code = """
    cdef extern from "twice.h":
        int FACTOR
    def factor():
        return FACTOR
    """
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    write(other / "twice.h", "#define FACTOR 7\n")
    first = load(built(code, options=options(), folder=str(folder)))
    second = load(built(code, options=options(), folder=str(other)))
    assert (first.factor(), second.factor()) == (2, 7)
    for each in (folder, other):
        assert built(code, options=options(), folder=str(each)).cached


def test_a_cell_without_headers_is_the_same_in_all_folders(built, folder) -> None:
    code = "def f(): pass\n"
    assert not built(code, options=options(), folder=str(folder)).cached
    assert built(code, options=options(), folder="/").cached


def test_libraries_are_linked_by_name(loaded) -> None:
    code = """
    cdef extern from "math.h":
        double cbrt(double)
    cpdef double root(double x) noexcept:
        return cbrt(x)
    """
    assert loaded(code, options=options(libs=("m",))).root(0) == 0


def test_a_library_that_is_not_there_is_named(built) -> None:
    result = built("def f(): pass\n", options=options(libs=("no_such_library",)))
    assert "no_such_library" in errors(result)


def test_a_standard_is_chosen(built, loaded) -> None:
    code = """
    cdef extern from *:
        long __STDC_VERSION__
    def version():
        return __STDC_VERSION__
    """
    assert loaded(code, options=options(std="c11")).version() == 201112
    assert "c1234" in errors(built(code, options=options(std="c1234")))


def test_cplus_makes_cpp(loaded, direct, cxx) -> None:
    code = """
    from libcpp.vector cimport vector

    def total(list numbers):
        cdef vector[double] held = numbers
        cdef double sum = 0
        for each in held:
            sum += each
        return sum

    cpdef double add(double x, double y) noexcept nogil:
        return x + y

    cpdef enum class Level:
        LOW
        HIGH

    cpdef Level same(Level x) nogil:
        return x

    def first(double[:] values):
        return values[0]
    """
    module = loaded(code, options=options(cplus=True))
    assert direct(module, "same")(1) == 1
    assert module.total([1, 2.5]) == 3.5
    assert module.add(1, 2) == 3
    assert module.first(array("d", [4])) == 4


def test_openmp_runs_loops_on_several_threads(loaded) -> None:
    code = """
    from cython.parallel import prange
    cimport openmp

    def total(double[:] values):
        cdef double sum = 0
        cdef Py_ssize_t i
        for i in prange(values.shape[0], nogil=True, num_threads=2):
            sum += values[i]
        return sum, openmp.omp_get_max_threads()
    """
    module = loaded(code, options=options(openmp=True))
    total, threads = module.total(array("d", range(1000)))
    assert total == 499500
    assert threads >= 1


def test_numpy_has_its_headers(loaded, built) -> None:
    numpy = pytest.importorskip("numpy")
    code = """
    cimport numpy as np
    np.import_array()

    def size(values):
        return np.PyArray_SIZE(<np.ndarray>values)
    """
    module = loaded(code, options=options(numpy=True))
    assert module.size(numpy.zeros((3, 4))) == 12
    hints = [d.message for d in built(code).diagnostics if d.severity == "hint"]
    assert any("--numpy" in hint for hint in hints)


def test_the_annotation_is_of_the_authors_text(built) -> None:
    code = "def greet(str name):\n    return name * 2\n"
    result = built(code, options=options(annotate=True))
    page = Path(result.annotation).read_text()
    assert "greet" in page
    assert "__jsvm_exports__" not in page
    # Nothing is loaded from elsewhere.
    assert not re.search(
        r"""(src|href|url)\s*[=(]\s*["']?https?://(?!cython.org)""", page
    )
    again = built(code, options=options(annotate=True))
    assert again.cached
    assert again.annotation == result.annotation


def test_packages_are_asked_of_pkg_config(built, loaded, tmp_path, monkeypatch) -> None:
    if shutil.which("pkg-config") is None and shutil.which("pkgconf") is None:
        assert "apt install pkg-config" in errors(
            built("def f(): pass\n", options=options(packages=("small",)))
        )
        return
    write(
        tmp_path / "small.pc",
        "Name: small\nDescription: s\nVersion: 1\nCflags: -DSMALL=7\nLibs: -lm\n",
    )
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path))
    code = "cdef extern from *:\n    int SMALL\ndef small():\n    return SMALL\n"
    assert loaded(code, options=options(packages=("small",))).small() == 7
    missing = built(code, options=options(packages=("no_such_package",)))
    assert "no_such_package" in errors(missing)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sources": ("gone.c",)}, "there is no file"),
        ({"sources": ("twice.h",)}, "is no source of C or C++"),
        ({"include": ("nowhere",)}, "there is no folder"),
        ({"cflags": ('"-DA',)}, "No closing quotation"),
    ],
)
def test_what_an_option_names_must_be_there(built, folder, fields, why: str) -> None:
    result = built("def f(): pass\n", options=options(**fields), folder=str(folder))
    assert why in errors(result)


def test_an_error_in_a_file_of_the_author_is_shown_there(built, folder) -> None:
    write(folder / "twice.c", "int twice(int x) {\n    return nothing;\n}\n")
    result = built(TWICE, options=options(sources=("twice.c",)), folder=str(folder))
    first = next(d for d in result.diagnostics if d.severity == "error")
    assert (first.file, first.line, first.column) == ("twice.c", 2, 12)
    assert first.source_line == "    return nothing;"
