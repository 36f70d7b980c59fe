"""Real builds, in this process; the modules are imported and called."""

from __future__ import annotations

import array
import ctypes
import os
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import msgspec
import pytest

from jsvm_kernel.native import toolchain
from jsvm_kernel.native.cache import cache_root
from jsvm_kernel.native.source import NativeOptions

SMALL = """
cpdef double add(double x, double y) noexcept nogil:
    return x + y
"""
_C_TYPES = {
    "char": "int8",
    "signed char": "int8",
    "unsigned char": "uint8",
    "short": "int16",
    "unsigned short": "uint16",
    "int": f"int{ctypes.sizeof(ctypes.c_int) * 8}",
    "unsigned int": f"uint{ctypes.sizeof(ctypes.c_int) * 8}",
    "long": f"int{ctypes.sizeof(ctypes.c_long) * 8}",
    "unsigned long": f"uint{ctypes.sizeof(ctypes.c_long) * 8}",
    "long long": "int64",
    "unsigned long long": "uint64",
    "size_t": f"uint{ctypes.sizeof(ctypes.c_size_t) * 8}",
    "Py_ssize_t": f"int{ctypes.sizeof(ctypes.c_ssize_t) * 8}",
    "ptrdiff_t": f"int{ctypes.sizeof(ctypes.c_ssize_t) * 8}",
    **{f"int{bits}_t": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}_t": f"uint{bits}" for bits in (8, 16, 32, 64)},
}
# Element type of each typed array: its code in Python's array module.
_VIEWS = {
    "signed char": "b",
    "unsigned char": "B",
    "short": "h",
    "unsigned short": "H",
    "int": "i",
    "unsigned int": "I",
    "long long": "q",
    "unsigned long long": "Q",
    "float": "f",
    "double": "d",
}


def _limits(name: str) -> tuple[int, int]:
    bits = int(name.strip("uint"))
    if name.startswith("u"):
        return 0, (1 << bits) - 1
    return -(1 << bits - 1), (1 << bits - 1) - 1


def test_every_c_integer_passes_a_direct_function_unchanged(loaded, direct) -> None:
    functions = "".join(
        f"cpdef {c_type} id{i}({c_type} x) noexcept nogil:\n    return x\n"
        for i, c_type in enumerate(_C_TYPES)
    )
    module = loaded("from libc.stdint cimport *\n" + functions)
    exports = {each["name"]: each for each in module.__jsvm_exports__["functions"]}
    for i, (c_type, name) in enumerate(_C_TYPES.items()):
        export = exports[f"id{i}"]
        assert export["params"][0]["type"] == export["returns"] == name, c_type
        for value in (*_limits(name), 1):
            assert direct(module, f"id{i}")(value) == value, c_type


def test_floats_and_bints_pass_a_direct_function(loaded, direct) -> None:
    module = loaded("""
        cpdef double halve(double x) noexcept nogil:
            return x / 2

        cpdef float narrow(float x) noexcept nogil:
            return x

        cpdef bint negate(bint x) noexcept nogil:
            return not x

        cpdef bint any_bit(int x) noexcept nogil:
            return x & 6

        cdef int last = 0

        cpdef void keep(int x) noexcept nogil:
            global last
            last = x

        cpdef int kept() noexcept nogil:
            return last
        """)
    assert direct(module, "halve")(5.0) == 2.5
    assert direct(module, "narrow")(0.1) == ctypes.c_float(0.1).value
    assert direct(module, "negate")(1) == 0
    assert direct(module, "negate")(0) == 1
    assert direct(module, "any_bit")(4) == 1
    assert direct(module, "keep")(17) is None
    assert direct(module, "kept")() == 17


_FLOATS = """\
from cython.parallel import prange

cdef double first(double[:] v) noexcept nogil:
    return v[0]

cpdef double total(const double[:] v) noexcept nogil:
    cdef double sum = 0
    cdef Py_ssize_t i
    for i in range(v.shape[0]):
        sum += v[i]
    return sum

cpdef void double_all(float[::1] v) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(v.shape[0]):
        v[i] *= 2

cpdef double slices(double[:] v, bint odd) noexcept nogil:
    cdef double[:] part
    if odd:
        part = v[1:][::2]
    else:
        part = v[::-1]
    v[2:4] = part[:2]
    part[:1] = 9
    return first(part[1:]) + part.shape[0]

cpdef double at(double[:] v, int i) noexcept nogil:
    return v[i]

cpdef long beyond() noexcept nogil:
    return 1
"""


def test_a_direct_function_reads_and_writes_an_array_in_place(loaded, direct) -> None:
    module = loaded(_FLOATS)
    assert direct(module, "total")(array.array("d", [1, 2, 3.5])) == 6.5
    assert direct(module, "total")(array.array("d")) == 0
    values = array.array("f", [1, 2])
    direct(module, "double_all")(values)
    assert list(values) == [2, 4]


def test_slices_of_a_direct_functions_array_work(loaded, direct) -> None:
    slices = direct(loaded(_FLOATS), "slices")
    values = array.array("d", [1, 2, 3, 4, 5, 6])
    # part is 2, 4, 6: assigned to [2:4], of which the second is part's own.
    assert slices(values, 1) == 4 + 3
    assert list(values) == [1, 9, 2, 4, 5, 6]
    values = array.array("d", [1, 2, 3, 4])
    # part is 4, 3, 2, 1, and [2:4] becomes 4, 3: part is then 3, 4, 2, 1.
    assert slices(values, 0) == 4 + 4
    assert list(values) == [1, 2, 4, 9]


def test_an_index_out_of_bounds_is_told_and_the_call_goes_on(
    loaded, direct, monkeypatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        sys, "unraisablehook", lambda raised: told.append(str(raised.exc_value))
    )
    at = direct(loaded(_FLOATS), "at")
    assert at(array.array("d", [1, 2]), -1) == 2
    assert at(array.array("d", [1, 2]), 2) == 0
    assert told == ["Out of bounds on buffer access (axis 0)"]


def test_many_slices_leave_the_stand_in_countable(loaded, direct) -> None:
    module = loaded(_FLOATS)
    slices = direct(module, "slices")
    values = array.array("d", range(8))
    results = {slices(array.array("d", values), 1) for _ in range(1000)}
    assert len(results) == 1


def test_the_same_module_takes_views_from_python_too(loaded) -> None:
    assert loaded(_FLOATS).total(array.array("d", [1, 2])) == 3


def test_enums_have_the_values_that_c_gives_them(loaded, direct) -> None:
    module = loaded("""
        cdef extern from *:
            \"\"\"
            typedef enum { dark = 40, light = 50 } shade;
            \"\"\"
            ctypedef enum shade: dark, light

        cdef enum flag:
            one = 1 << 3
            next

        cpdef enum Color:
            RED, GREEN

        cpdef shade turn(shade s, flag f, Color c) noexcept nogil:
            return light if s == dark and f == next and c == GREEN else dark
        """)
    enums = {enum["name"]: enum["members"] for enum in module.__jsvm_exports__["enums"]}
    assert enums == {
        "shade": {"dark": 40, "light": 50},
        "flag": {"one": 8, "next": 9},
        "Color": {"RED": 0, "GREEN": 1},
    }
    assert direct(module, "turn")(40, 9, 1) == 50
    assert direct(module, "turn")(40, 8, 1) == 40


def test_the_description_is_there_whatever_the_text_holds(loaded) -> None:
    module = loaded('def f(str a="\\"ü\\0??/"):\n    """Says "ü", ??/ and \\\\ 1."""\n')
    (function,) = module.__jsvm_exports__["functions"]
    assert function["doc"] == 'Says "ü", ??/ and \\ 1.'
    assert module.__jsvm_exports__["version"] == 2


def test_views_of_every_typed_array_share_memory(loaded) -> None:
    functions = "".join(
        f"def f{i}({c_type}[:] v, const {c_type}[:] w):\n"
        "    v[0] = w[0]\n    return v.shape[0]\n"
        for i, c_type in enumerate(_VIEWS)
    )
    module = loaded(functions)
    exports = module.__jsvm_exports__["functions"]
    for i, (c_type, code) in enumerate(_VIEWS.items()):
        values = array.array(code, [0, 2, 3])
        function = getattr(module, f"f{i}")
        assert function(values, memoryview(array.array(code, [7])).toreadonly()) == 3
        assert values[0] == 7
        element = _C_TYPES.get(c_type, c_type)
        params = exports[i]["params"]
        assert [p["type"] for p in params] == [f"{element}[:]"] * 2, c_type
        assert [p["const"] for p in params] == [False, True]


def test_python_functions_take_and_give_objects(loaded) -> None:
    module = loaded('''
        def greet(str name, bytes raw=b"", times=1):
            """Greets."""
            return f"hi {name}" * times, raw

        cpdef long long product(list factors) except? -1:
            cdef long long result = 1
            for factor in factors:
                result *= factor
            return result
        ''')
    assert module.greet("Ann", b"x", 2) == ("hi Annhi Ann", b"x")
    assert module.product([2, 3, 7]) == 42
    greet, product = module.__jsvm_exports__["functions"]
    assert greet["doc"] == "Greets."
    assert greet["kind"] == product["kind"] == "python"
    assert "thunk" not in greet
    assert product["returns"] == "int64"
    assert product["params"] == [
        {
            "name": "factors",
            "type": "list",
            "const": False,
            "optional": False,
            "nullable": False,
            "kind": "positional",
            "default": "",
        }
    ]


def test_functions_of_a_header_are_exported(loaded, direct) -> None:
    module = loaded("""
        cdef extern from *:
            '''
            static double result(double x) { return x + 1; }
            '''
            cpdef double result(double args) nogil
        cdef extern from "math.h":
            cpdef double fabs(double x)
        if False:
            def never(): pass
        def always(): pass
        """)
    names = [each["name"] for each in module.__jsvm_exports__["functions"]]
    assert names == ["result", "fabs", "always"]
    assert module.fabs(-2) == 2
    assert direct(module, "result")(2.0) == 3


def test_a_function_that_a_condition_did_not_define_is_not_exported(loaded) -> None:
    module = loaded("""
        import sys
        if sys.version_info > (3,):
            def here(): pass
        else:
            def there(): pass
        """)
    assert [each["name"] for each in module.__jsvm_exports__["functions"]] == ["here"]


def test_a_traceback_names_the_source_and_the_cells_line(loaded) -> None:
    module = loaded("def f(x):\n    y = 1\n    return y / x\n", line_offset=3)
    with pytest.raises(ZeroDivisionError) as caught:
        module.f(0)
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (frame.filename, frame.lineno) == ("<sample.pyx>", 6)


def test_line_tables_call_the_source_by_name_and_forget_the_folder(built) -> None:
    data = Path(built(SMALL).path).read_bytes()
    assert b"<sample.pyx>" in data
    assert b".tmp/" not in data


def test_c_names_of_the_author_do_not_clash_with_the_glue(loaded, direct) -> None:
    module = loaded("""
        cdef extern from "ark_runtime/jsvmx.h":
            ctypedef union JSVMX_DirectValue:
                double f64

        cdef int args = 3, result = 4

        cpdef int sum() noexcept nogil:
            return args + result
        """)
    assert direct(module, "sum")() == 7


def test_a_file_is_one_module_and_its_copy_another(built, load, tmp_path) -> None:
    # What the loader has to know to start a cell that is run again afresh.
    result = built(
        "count = 0\ndef up():\n    global count\n    count += 1\n    return count"
    )
    first = load(result)
    assert first.up() == 1
    assert load(result).up() == 2
    copy = shutil.copy(result.path, tmp_path)
    assert load(msgspec.structs.replace(result, path=copy)).up() == 1


# ---- the cache ---------------------------------------------------------------------


def test_a_second_build_comes_from_the_cache(built, compiler) -> None:
    log = compiler(f'echo "$*" >> {"$(dirname $0)"}/log') / "log"
    first = built(SMALL, cell="In[1]")
    second = built(SMALL, cell="In[9]")
    assert (first.cached, second.cached) == (False, True)
    assert (second.path, second.module) == (first.path, first.module)
    assert second.description == first.description
    assert len(log.read_text().splitlines()) == 1


def test_a_hit_needs_no_cython(built) -> None:
    first = built(SMALL)
    code = (
        "import sys\n"
        "from jsvm_kernel.native.build import build\n"
        "from jsvm_kernel.native.source import NativeOptions, NativeSource\n"
        f"result = build(NativeSource(name='sample', code={SMALL.lstrip()!r},\n"
        "    line_offset=1, options=NativeOptions(optimize=0)))\n"
        "print(result.cached, result.path, 'Cython' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", first.path, "False"]


def test_importing_the_client_loads_no_cython() -> None:
    code = "import sys, jsvm_kernel.native.client; print('Cython' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "changed",
    [
        {"code": SMALL.replace("x + y", "x - y")},
        {"name": "other"},
        {"options": NativeOptions(optimize=1)},
        {"line_offset": 2},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_goes_into_a_module_makes_another_one(built, changed) -> None:
    first = built(SMALL)
    other = built(**({"code": SMALL} | changed))
    assert not other.cached
    assert other.module != first.module
    assert Path(first.path).exists()


def test_a_known_typedef_has_its_c_size_whatever_cython_was_told(loaded) -> None:
    module = loaded("""
        cdef extern from "stdint.h":
            ctypedef int wide "int64_t"
            ctypedef int uint16_t
        cpdef wide f(uint16_t x) noexcept nogil:
            return x
        """)
    (export,) = module.__jsvm_exports__["functions"]
    assert (export["params"][0]["type"], export["returns"]) == ("uint16", "int64")


def test_another_compiler_version_builds_anew(built, compiler, monkeypatch) -> None:
    folder = compiler(":")
    assert not built(SMALL).cached
    script = folder / "cc"
    script.write_text(
        script.read_text().replace(
            "exec", 'if [ "$*" = --version ]; then echo 99; exit; fi\nexec', 1
        )
    )
    os.utime(script, ns=(1, 1))
    assert not built(SMALL).cached


def test_a_corrupt_entry_is_built_again(built, load) -> None:
    path = Path(built(SMALL).path)
    whole = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(whole // 2)
    again = built(SMALL)
    assert not again.cached
    assert Path(again.path).stat().st_size == whole
    assert load(again).add(1, 2) == 3


def test_warnings_are_told_again_from_the_cache(built) -> None:
    code = "def f():\n    cdef int k\n    return k\n"
    first, second = built(code), built(code)
    assert second.cached
    assert [d.line for d in second.diagnostics] == [4]
    assert second.diagnostics == first.diagnostics


def test_a_failed_build_leaves_nothing(built) -> None:
    before = set(cache_root().iterdir())
    assert not built("def f(:\n").ok
    assert not built('cdef extern from "no_such.h":\n    pass\n').ok
    assert set(cache_root().iterdir()) == before


# ---- the C compiler's messages -------------------------------------------------------


def _only_error(result):
    assert not result.ok
    (error,) = [d for d in result.diagnostics if d.severity == "error"]
    return error


def test_a_missing_header_is_shown_where_the_cell_names_it(built) -> None:
    code = 'cdef int a\ncdef extern from "no_such.h":\n    int b\n'
    error = _only_error(built(code))
    assert (error.line, error.column) == (3, 19)
    assert "No such file" in error.message


def test_the_headers_of_numpy_come_with_advice(built) -> None:
    pytest.importorskip("numpy")
    result = built("cimport numpy as np\ndef f(): pass\n")
    assert "numpy/arrayobject.h: No such file" in _only_error(result).message
    assert result.diagnostics[-1].severity == "hint"
    assert "double[:]" in result.diagnostics[-1].message


def test_a_header_of_cplusplus_comes_with_its_option(built) -> None:
    result = built("from libcpp.vector cimport vector\ncdef vector[int] v\n")
    assert "No such file" in _only_error(result).message
    assert "--cplus" in result.diagnostics[-1].message


def test_a_missing_library_comes_with_advice_on_libraries(built) -> None:
    options = NativeOptions(optimize=0, libs=("no_such_library",))
    result = built("def f(): return 1", options=options)
    error, hint = result.diagnostics
    assert "cannot find -lno_such_library" in error.message
    assert "--libs" in hint.message


def test_a_letter_that_is_not_ascii_is_named_as_it_stands(built) -> None:
    (error, *_) = built('''
    cdef extern from *:
        """
        static int f_c(int x) { return x + größe; }
        """
        int f_c(int x)
    def f(int x): return f_c(x)
    ''').diagnostics
    assert "'größe' undeclared" in error.message


def test_an_error_in_verbatim_c_has_the_cells_line_and_column(built) -> None:
    code = '''
        cdef extern from *:
            """
            static int twice(int x) {
                return 2 * missing;
            }
            """
            int twice(int x)
        def f(int x):
            return twice(x)
        '''
    error = _only_error(built(code))
    assert "missing" in error.message
    assert (error.line, error.column) == (5, 20)
    assert error.source_line.strip() == "return 2 * missing;"


def test_an_undeclared_c_function_is_an_error_at_its_call(built) -> None:
    code = (
        "cdef extern from *:\n    int lost(int x)\ndef f(int x):\n    return lost(x)\n"
    )
    error = _only_error(built(code))
    assert "lost" in error.message
    assert (error.line, error.column) == (5, 12)


def test_a_c_warning_about_the_cell_is_kept(built) -> None:
    code = """
        cdef extern from "stdlib.h":
            int atoi(int *x)
        def f():
            cdef int a[2]
            return atoi(a)
        """
    result = built(code)
    assert not any(d.severity == "error" and d.line != 6 for d in result.diagnostics)
    about = [d for d in result.diagnostics if "atoi" in d.message]
    assert [(d.line, d.column) for d in about] == [(6, 12)]


def test_a_typedef_that_is_untrue_is_an_error_where_it_is_declared(built) -> None:
    code = """
        cdef extern from "time.h":
            ctypedef short wide "time_t"
        cpdef wide f(wide x) noexcept nogil:
            return x
        """
    error = _only_error(built(code))
    assert "another size" in error.message
    assert error.line == 3


# ---- what is missing -----------------------------------------------------------------


def _complaint(result) -> str:
    assert not result.ok
    (problem,) = result.diagnostics
    assert (problem.severity, problem.line) == ("error", None)
    return problem.message


def test_a_compiler_that_is_not_there_is_named(built, monkeypatch) -> None:
    monkeypatch.setenv("CC", "/no/such/cc")
    assert "CC=/no/such/cc was not found" in _complaint(built(SMALL))


def test_a_program_that_is_no_compiler_is_named(built, monkeypatch) -> None:
    monkeypatch.setenv("CC", "false")
    text = _complaint(built(SMALL))
    assert "false is no working compiler" in text
    assert "apt install gcc" in text


def test_a_machine_without_compiler_is_told_what_to_install(
    built, monkeypatch, tmp_path
) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    text = _complaint(built(SMALL))
    assert "no C compiler was found" in text
    assert "apt install gcc" in text


def test_missing_python_headers_are_named(built, monkeypatch, tmp_path) -> None:
    paths = {"include": str(tmp_path), "platinclude": str(tmp_path)}
    monkeypatch.setattr(toolchain.sysconfig, "get_paths", lambda: paths)
    toolchain._python_includes.cache_clear()
    text = _complaint(built(SMALL))
    assert "Python.h was not found" in text
    assert "python3-dev" in text


def test_a_compiler_that_dies_is_reported(built, compiler) -> None:
    compiler("echo out of things >&2; kill -9 $$")
    text = _complaint(built(SMALL))
    assert "was killed by SIGKILL" in text
    assert "out of things" in text


def test_a_cache_that_cannot_be_made_is_named(built, home, monkeypatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    assert "XDG_CACHE_HOME" in _complaint(built(SMALL))


def test_a_disk_that_is_full_is_told_with_the_folders(built, compiler) -> None:
    compiler("echo 'ld: final link failed: No space left on device' >&2; exit 1")
    result = built(SMALL)
    assert "No space left" in _only_error(result).message
    assert str(cache_root()) in result.diagnostics[-1].message


def test_hints_on_speed_come_with_the_annotation_only(built) -> None:
    code = """
    cpdef double first(double[:] values) noexcept nogil:
        return values[0]
    """
    assert built(code).diagnostics == []
    hints = built(code, options=NativeOptions(optimize=0, annotate=True)).diagnostics
    assert [(hint.severity, hint.line) for hint in hints] == [("hint", 3)]
    assert "boundscheck" in hints[0].message


def test_a_full_disk_is_told_and_leaves_nothing(home, cc) -> None:
    """No file may grow beyond 100 KB, as on a disk that is full by then."""
    before = set(cache_root().iterdir())
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from jsvm_kernel.native.build import build\n"
        "from jsvm_kernel.native.source import NativeSource\n"
        "result = build(NativeSource(name='big', code='def f(): pass'))\n"
        "assert not result.ok\n"
        "print(result.diagnostics[0].message)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert "File too large" in told
    assert set(cache_root().iterdir()) == before
