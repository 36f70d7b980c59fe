"""Analysis and translation, up to C: no compiler is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jsvm_kernel.native.result import FunctionExport, Parameter
from jsvm_kernel.native.translate import Translation, translate


@pytest.fixture
def translated(source, tmp_path: Path):
    def run(code: str) -> Translation:
        # With Cython's utilities elsewhere: writing them takes most of the time.
        return translate(source(code), "jsvm_sample", tmp_path, shared="jsvm_shared")

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
            Parameter(name="how", type="str", optional=True, default="'up'"),
            Parameter(
                name="tag",
                type="object",
                optional=True,
                nullable=True,
                default="None",
            ),
        ],
        returns="object",
        kind="python",
    )


_TYPES = """\
cdef enum color:
    red, green
cdef struct point:
    double x
"""


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [
        ("cpdef double f(double x) noexcept nogil", "direct"),
        ("cpdef void f() noexcept nogil", "direct"),
        ("cpdef bint f(bint a, unsigned char b) noexcept nogil", "direct"),
        ("cpdef double f(double x) noexcept", "python"),
        ("cpdef double f(double x) nogil", "direct"),
        ("cpdef double f(double x) except? -1 nogil", "direct"),
        ("cpdef void f() except * nogil", "direct"),
        ("cpdef double f(double x) noexcept with gil", "python"),
        ("cpdef double f(double x, double y=1) noexcept nogil", "python"),
        ("cpdef double f(double[:] x, const int[::1] y) noexcept nogil", "direct"),
        ("cpdef double f(double[:, :] x) noexcept nogil", "python"),
        ("cpdef double f(double[:] x) noexcept", "python"),
        ("cpdef double f(double[::view.indirect] x) noexcept nogil", "python"),
        ("cpdef color f(color x) noexcept nogil", "direct"),
        ("cpdef point f(double x) noexcept nogil", "python"),
        ("cpdef object f(double x)", "python"),
        ("def f(double x)", "python"),
    ],
)
def test_only_nogil_functions_of_numbers_are_direct(
    translated, declaration: str, kind: str
) -> None:
    result = {"cpdef color": "red", "cpdef point": "point()"}.get(declaration[:11], "0")
    body = "pass" if "void" in declaration else f"return {result}"
    views = "from cython cimport view\n" if "view." in declaration else ""
    code = f"{views}{_TYPES}{declaration}:\n    {body}\n"
    assert _only(translated(code)).kind == kind


def test_a_direct_function_that_cannot_raise_is_not_fallible(translated) -> None:
    code = "cpdef double f(double x){} nogil:\n    return x\n"
    assert not _only(translated(code.format(" noexcept"))).fallible
    assert _only(translated(code.format(""))).fallible


def test_a_function_of_too_many_parameters_is_not_direct(translated) -> None:
    params = ", ".join(f"int a{i}" for i in range(65))
    code = f"cpdef int f({params}) noexcept nogil:\n    return 0\n"
    assert _only(translated(code)).kind == "python"


_DECLARATIONS = """\
cimport cython
import datetime as dt
from datetime import datetime
from typing import Optional
from cpython.datetime cimport datetime as c_datetime
ctypedef double real
cdef enum color:
    red, green
ctypedef color shade
cdef struct point:
    double x
class Box: pass
cdef class Shelf: pass
"""


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("x: float", "double"),
        ("x: cython.bint", "bint"),
        ("x: str", "str"),
        ("x: int", "int"),
        ("x: int | None", "int"),
        ("x: Optional[str]", "str"),
        ("x: list[int]", "list"),
        ("x: dt.datetime", "datetime"),
        ("x: 'datetime'", "datetime"),
        ("x: datetime | None", "datetime"),
        ("x: int | str", "object"),
        ("x: Box", "class Box"),
        ("x: Unheard", "object"),
        ("c_datetime x", "datetime"),
        ("Shelf x", "class Shelf"),
        ("bytearray x", "bytearray"),
        ("set x", "set"),
        ("color x", "enum color"),
        ("shade x", "enum color"),
        ("point x", "struct point"),
        ("(double, int) x", "tuple"),
        ("const float[:, ::1] x", "float[:, :]"),
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
    code = f"{_DECLARATIONS}def f({declared}):\n    pass\n"
    assert _only(translated(code)).params[0].type == name


def test_none_is_let_in_where_the_declaration_says_so(translated) -> None:
    code = """
        from typing import Optional
        class Box: pass
        def f(str a, str b or None, c: Optional[int], d: Box | None,
              str e=None, str f not None='x'): pass
        """
    params = _only(translated(code)).params
    assert [p.nullable for p in params] == [False, True, True, True, True, False]
    assert [p.optional for p in params] == [False, False, False, False, True, True]


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
        ("def f(a, double[:, :, :] m): pass", (2, 10), "3 dimensions"),
        ("def f(char *s): pass", (2, 7), "declare it as bytes or str"),
        ("def f(frozenset s): pass", (2, 7), "declare it as object"),
        ("def f(memoryview m): pass", (2, 7), "double[:]"),
        ("def f(x: complex): pass", (2, 7), "pass real and imaginary part"),
        ("def f((double, long double) t): pass", (2, 7), "long double"),
        (
            "cimport numpy as np\ndef f(np.ndarray[double, ndim=2] a): pass",
            (3, 7),
            "ndarray[double] is not supported; declare it as double[:, :], of which",
        ),
        ("def f(bint[:] b): pass", (2, 7), "unsigned char[:]"),
        ("def f(object[:] b): pass", (2, 7), "no typed array"),
        ("def f(Py_UCS4 c): pass", (2, 7), "declare it as str"),
        ("def f(long double c): pass", (2, 7), "long double is not supported"),
        ("cdef class _K: pass\ndef f(_K k): pass", (3, 7), "the class _K"),
        ("cdef class _K: pass\ncpdef _K f(): return _K()", (3, 1), "its result"),
        ("cdef struct S:\n    int *a\ndef f(S s): pass", (4, 7), "field a of S: int *"),
        ("cdef struct S:\n    int a[3]\ndef f(S s): pass", (4, 7), "is an array"),
        ("cdef struct S\ndef f(S *s): pass", (3, 7), "is a pointer"),
        ("cdef union U:\n    int a\ndef f(U u): pass", (4, 7), "U is a union"),
        (
            "cdef extern from *:\n    enum E: pass\ndef f(E e): pass",
            (4, 7),
            "the enum E has no members here",
        ),
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
    code = "def f(char *a): pass\ndef ok(): pass\ndef g(int *b): pass\n"
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


def test_a_module_that_ends_with_raise_is_not_warned_of_our_own_code(
    translated,
) -> None:
    code = "def f(): pass\nraise ValueError('x')"
    assert translated(code).diagnostics == []
    (warning,) = translated(code + "\ndef g(): pass").diagnostics
    assert (warning.message, warning.line) == ("Unreachable code", 4)


def test_an_expression_too_deep_for_cython_is_refused_in_a_sentence(translated) -> None:
    deep = "+".join(["x"] * 3000)
    (error,) = translated(f"def f(x):\n    return {deep}").diagnostics
    assert error.message.startswith("the code is nested too deeply")
    assert "\n" not in error.message


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


@pytest.mark.parametrize(
    ("definition", "flavour"),
    [
        ("def f(): return 1", "plain"),
        ("def f(): yield 1", "generator"),
        ("async def f(): return 1", "coroutine"),
        ("async def f(): yield 1", "async_generator"),
    ],
)
def test_a_function_says_what_a_call_gives(
    translated, definition: str, flavour: str
) -> None:
    assert _only(translated(definition + "\n")).flavour == flavour


def test_parameters_have_their_kinds_and_the_text_of_their_defaults(translated) -> None:
    code = """
        import math
        def f(a, double b=-1.5, *rest, c, str d='x', e=math.pi, **named): pass
        """
    params = {p.name: p for p in _only(translated(code)).params}
    assert list(params) == ["a", "b", "rest", "c", "d", "e", "named"]
    kinds = {name: param.kind for name, param in params.items()}
    assert kinds == {
        "a": "positional",
        "b": "positional",
        "rest": "varargs",
        "c": "keyword",
        "d": "keyword",
        "e": "keyword",
        "named": "varkw",
    }
    defaults = {name: param.default for name, param in params.items() if param.default}
    assert defaults == {"b": "-1.5", "d": "'x'", "e": "math.pi"}
    assert [p.name for p in params.values() if p.optional] == ["b", "d", "e"]


def test_a_result_has_the_type_that_its_annotation_names(translated) -> None:
    code = "class Box: pass\ndef f() -> Box: pass\n"
    assert _only(translated(code)).returns == "class Box"
    assert _only(translated("def f() -> str | None: pass\n")).returns == "object"
    assert _only(translated("def f() -> float: return 1.0\n")).returns == "double"


def test_enums_and_structs_of_signatures_are_described(translated) -> None:
    description = translated("""
        cdef enum unused: U
        cdef enum mood:
            good = 3
            better
        cpdef enum Color:
            "Of light."
            RED = 1
        cdef struct point:
            double x
            unsigned char y
        cdef struct line:
            point a
            mood m

        def f(line l, mood m): pass
        """).description
    assert {enum.name: enum.members for enum in description.enums} == {
        "mood": {"good": 3, "better": 4},
        "Color": {"RED": 1},
    }
    color = next(enum for enum in description.enums if enum.name == "Color")
    assert color.doc == "Of light."
    assert color.line == 6
    point, line = description.structs
    assert (point.name, line.name) == ("point", "line")
    assert [(f.name, f.type) for f in point.fields] == [("x", "double"), ("y", "uint8")]
    assert [f.type for f in line.fields] == ["struct point", "enum mood"]


def test_constants_are_capital_names_of_literals_that_never_change(translated) -> None:
    description = translated("""
        cpdef enum:
            LEAST = 1
        COUNT = 10
        RATE = -2.5
        NAME = "x"
        ON = True
        SHIFTED = 1 << 4
        TWICE = 1
        TWICE = 2
        PAIR = (1, 2)
        _PRIVATE = 1
        lower = 1
        CHANGED = 1
        COUNTED = 1
        COUNTED += 1
        if ON:
            SOMETIMES = 1
        cdef int HIDDEN = 3

        def f():
            global CHANGED
            CHANGED = 2
        """).description
    found = ["COUNT", "RATE", "NAME", "ON", "SHIFTED", "LEAST"]
    assert description.constants == found


def test_functions_of_a_header_are_exported_where_it_says_cpdef(translated) -> None:
    sin, pow_ = translated("""
        cdef extern from "math.h" nogil:
            cpdef double sin(double x)
            cpdef double pow(double, double)
            double cos(double x)
        """).description.functions
    assert (sin.name, sin.kind, sin.params[0].name) == ("sin", "direct", "x")
    assert [param.name for param in pow_.params] == ["arg1", "arg2"]


_LEAKS = {
    "object": "with gil:\n        print(v.shape)",
    "raise": "if v[0] > 1:\n        raise ValueError(v)",
    "global": "global kept\n    kept = v",
    "alias": "cdef double[:] w = v\n    global kept\n    kept = w[1:]",
    "with gil": "taking_gil(v)",
    "pointer": "calling[0](v)",
}


@pytest.mark.parametrize("statement", _LEAKS.values(), ids=_LEAKS)
def test_a_module_that_may_keep_a_view_gets_it_from_python(
    translated, statement: str
) -> None:
    gil = "cdef void taking_gil(double[:] v) noexcept with gil: pass\n"
    code = (
        "cdef double[:] kept\n"
        "cdef void (*calling)(double[:] v) noexcept nogil\n"
        f"{gil if 'taking' in statement else ''}"
        f"cdef int use(double[:] v) except -1 nogil:\n    {statement}\n    return 0\n"
        "cpdef double f(double[:] v) noexcept nogil:\n    return v[0]\n"
        "cpdef double g(double x) noexcept nogil:\n    return x\n"
    )
    translation = translated(code)
    assert [d for d in translation.diagnostics if d.severity == "error"] == []
    f, g = translation.description.functions
    assert (f.kind, g.kind) == ("python", "direct")
    hint = next(d for d in translation.diagnostics if "through Python: f" in d.message)
    assert hint.severity == "hint"
    assert hint.source_line.strip()


def test_a_view_that_stays_in_the_call_needs_no_python(translated) -> None:
    translation = translated("""
        from cython.parallel import prange
        from libc.math cimport sqrt

        cdef double norm(double[:] v) noexcept nogil:
            cdef double total = 0
            cdef Py_ssize_t i
            for i in prange(v.shape[0]):
                total += v[i] * v[i]
            return sqrt(total)

        cdef void clear(double[:] v) noexcept nogil:
            v[:] = 0

        cpdef double f(double[:] v, const double[:] w) noexcept nogil:
            cdef double[:] half = v[::2]
            cdef double *first = &v[0]
            if half.shape[0] > 1:
                half = half[1:]
            v[:] = w
            half[0] = first[1]
            clear(half)
            first[0] = len(half)
            return norm(v[1:3])
        """)
    assert _only(translation).kind == "direct"
