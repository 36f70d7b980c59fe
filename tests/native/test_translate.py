"""Analysis and translation, up to C: no compiler is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jsvm_kernel.native.result import FunctionExport, Parameter
from jsvm_kernel.native.translate import Translation, translate


@pytest.fixture
def translated(source, tmp_path: Path):
    def run(code: str) -> Translation:
        return translate(source(code), "jsvm_sample", tmp_path)

    return run


def _only(translation: Translation) -> FunctionExport:
    assert [d for d in translation.diagnostics if d.severity == "error"] == []
    (export,) = translation.description.functions
    return export


def test_an_export_has_name_docstring_line_and_parameters(translated) -> None:
    export = _only(
        translated('''
        def scale(double[:] values, const float[::1] by, str how="up", tag=None):
            """Scales in place."""
        ''')
    )
    assert export == FunctionExport(
        name="scale",
        doc="Scales in place.",
        line=2,
        params=[
            Parameter(name="values", type="double[:]"),
            Parameter(name="by", type="float[:]", const=True),
            Parameter(name="how", type="str", optional=True),
            Parameter(name="tag", type="object", optional=True, nullable=True),
        ],
        returns="object",
        kind="python",
    )


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [
        ("cpdef double f(double x) noexcept nogil", "direct"),
        ("cpdef void f() noexcept nogil", "direct"),
        ("cpdef bint f(bint a, unsigned char b) noexcept nogil", "direct"),
        ("cpdef double f(double x) noexcept", "python"),
        ("cpdef double f(double x) nogil", "python"),
        ("cpdef double f(double x) except? -1 nogil", "python"),
        ("cpdef double f(double x) noexcept with gil", "python"),
        ("cpdef double f(double x, double y=1) noexcept nogil", "python"),
        ("cpdef double f(double[:] x) noexcept nogil", "python"),
        ("cpdef object f(double x)", "python"),
        ("def f(double x)", "python"),
    ],
)
def test_only_nogil_noexcept_functions_of_numbers_are_direct(
    translated, declaration: str, kind: str
) -> None:
    body = "pass" if "void" in declaration or "def f" in declaration[:5] else "return 0"
    assert _only(translated(f"{declaration}:\n    {body}\n")).kind == kind


def test_a_function_of_too_many_parameters_is_not_direct(translated) -> None:
    params = ", ".join(f"int a{i}" for i in range(65))
    code = f"cpdef int f({params}) noexcept nogil:\n    return 0\n"
    assert _only(translated(code)).kind == "python"


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("x: float", "double"),
        ("x: cython.bint", "bint"),
        ("x: str", "str"),
        ("x: int", "object"),
        ("x: cython.double", "double"),
        ("x: cython.longlong", "int64"),
        ("x", "object"),
        ("object x", "object"),
        ("bytes x", "bytes"),
        ("list x", "list"),
        ("dict x", "dict"),
        ("tuple x", "tuple"),
        ("const double x", "double"),
        ("real x", "double"),
        ("unsigned x", "uint32"),
        ("Py_ssize_t[:] x", "int64[:]"),
    ],
)
def test_a_parameters_type_is_resolved(translated, declared: str, name: str) -> None:
    code = f"cimport cython\nctypedef double real\ndef f({declared}):\n    pass\n"
    assert _only(translated(code)).params[0].type == name


def test_none_is_let_in_where_the_declaration_says_so(translated) -> None:
    code = "def f(str a, str b or None, str c=None, str d not None='x'): pass\n"
    params = _only(translated(code)).params
    assert [p.nullable for p in params] == [False, True, True, False]
    assert [p.optional for p in params] == [False, False, True, True]


def test_private_and_internal_functions_are_not_exported(translated) -> None:
    translation = translated("""
        import cython

        cdef double helper(double complex x):
            return x.real

        def _private(*args):
            pass

        cdef class Counter:
            cdef int n
            def _up(self, *args):
                self.n += 1

        class Plain:
            def method(self): pass

        @cython.ccall
        def shown(x: cython.int) -> cython.int:
            return x

        def also_shown():
            def inner(**kwargs): pass
            return inner
        """)
    shown, also_shown = translation.description.functions
    assert (shown.name, also_shown.name) == ("shown", "also_shown")
    assert shown.returns == "int32"


def test_a_module_that_exports_nothing_is_warned_about(translated) -> None:
    (warning,) = translated("cdef int f():\n    return 1\n").diagnostics
    assert warning.severity == "warning"
    assert "exports nothing" in warning.message


@pytest.mark.parametrize(
    ("code", "place", "complaint"),
    [
        ("def f(double complex z): pass", (2, 7), "double complex is not supported"),
        ("def f(a, double[:, :] m): pass", (2, 10), "2 dimensions"),
        ("def f(*rest): pass", (2, 8), "*rest"),
        ("def f(**named): pass", (2, 9), "**named"),
        ("def f(a, *, b): pass", (2, 13), "keyword-only"),
        ("def f(char *s): pass", (2, 7), "declare it as bytes or str"),
        ("def f(set s): pass", (2, 7), "declare it as object"),
        ("def f(bint[:] b): pass", (2, 7), "unsigned char[:]"),
        ("def f(object[:] b): pass", (2, 7), "no typed array"),
        ("def f(Py_UCS4 c): pass", (2, 7), "declare it as str"),
        ("def f(long double c): pass", (2, 7), "long double is not supported"),
        ("def f(): yield 1", (2, 1), "generators"),
        ("async def f(): return 1", (2, 7), "async"),
        ("cdef class _K: pass\ndef f(_K k): pass", (3, 7), "the class _K"),
        ("cdef class _K: pass\ncpdef _K f(): return _K()", (3, 1), "its result"),
        ("ctypedef struct S:\n    int a\ndef f(S s): pass", (4, 7), "S is not"),
        ("cdef enum E:\n    A\ndef f(E e): pass", (4, 7), "the enum E"),
        ("cimport cython\ncpdef f(cython.floating x): pass", (3, 1), "fused"),
        ("cimport cython\ndef f(cython.floating x): pass", (3, 1), "fused"),
        ("cpdef double complex f(): return 1j", (2, 1), "its result"),
    ],
)
def test_an_unsupported_signature_is_refused_at_its_place(
    translated, code: str, place: tuple[int, int], complaint: str
) -> None:
    problem, hint = translated(code + "\n").diagnostics
    assert problem.severity == "error"
    assert complaint in problem.message
    assert problem.message.startswith("f cannot be called from JavaScript")
    assert (problem.line, problem.column) == place
    assert problem.source_line == code.splitlines()[place[0] - 2]
    assert hint.severity == "hint"
    assert "double[:]" in hint.message


def test_all_unsupported_signatures_are_reported_at_once(translated) -> None:
    code = "def f(*a): pass\ndef ok(): pass\ndef g(**b): pass\n"
    errors = [d for d in translated(code).diagnostics if d.severity == "error"]
    assert [d.line for d in errors] == [2, 4]


@pytest.mark.parametrize(
    ("code", "place", "complaint"),
    [
        ("def f(double x):\n    return x + nam\n", (3, 16), "undeclared name"),
        ("def f(x:\n    pass\n", (3, 5), "Expected"),
        ("def f():\n\treturn (1,\n", (4, 1), "Expected"),
        ("cdef double x = [1]\n", (2, 17), "Cannot"),
        ("# coding: ascii\ndef f(): return ü\n", (3, 17), "undeclared name"),
        ("from nowhere cimport x\n", (2, 1), "nowhere.pxd' not found"),
        ("cdef undeclared_t x\n", (2, 6), "not a type identifier"),
    ],
)
def test_an_error_of_cython_has_the_cells_line_and_column(
    translated, code: str, place: tuple[int, int], complaint: str
) -> None:
    first = translated(code).diagnostics[0]
    assert first.severity == "error"
    assert complaint in first.message
    assert (first.line, first.column) == place
    assert "sample" not in first.message


def test_an_open_block_at_the_end_does_not_swallow_the_glue(translated) -> None:
    assert _only(translated("if True:\n    def f(): pass\n    # end")).name == "f"


def test_a_comment_that_has_no_effect_is_warned_about(translated) -> None:
    translation = translated("# distutils: language = c++\ndef f(): pass\n")
    (warning,) = translation.diagnostics
    assert (warning.severity, warning.line) == ("warning", 2)
    assert "distutils" in warning.message


def test_a_warning_of_cython_has_its_place(translated) -> None:
    translation = translated("def f():\n    cdef int k\n    return k\n")
    (warning,) = translation.diagnostics
    assert (warning.severity, warning.line, warning.column) == ("warning", 4, 12)
    assert "referenced before assignment" in warning.message
    assert _only(translation).name == "f"
