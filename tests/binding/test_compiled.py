"""Every type in compiled Cython: what a cell takes and gives, and how it complains."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from jsvm_kernel.binding import bind
from jsvm_kernel.extension_modules import load_extension
from jsvm_kernel.native.build import build
from jsvm_kernel.native.source import NativeOptions, NativeSource
from jsvm_kernel.vm import VM, Env, undefined

# Name of the type -> how a cell declares it.
NUMBERS = {
    "double": "double",
    "float": "float",
    "bint": "bint",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long long",
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned int",
    "uint64": "unsigned long long",
}
ARRAYS = {
    "double": "Float64Array",
    "float": "Float32Array",
    "int8": "Int8Array",
    "int16": "Int16Array",
    "int32": "Int32Array",
    "int64": "BigInt64Array",
    "uint8": "Uint8Array",
    "uint16": "Uint16Array",
    "uint32": "Uint32Array",
    "uint64": "BigUint64Array",
}

OBJECTS = """
from datetime import datetime
cimport cython

cpdef enum Color:
    RED = 1
    BLUE = 4

cdef struct Inner:
    signed char level

cdef struct Point:
    double x
    Inner inner

cdef class Counter:
    cdef public int n
    def __init__(self, int n=0):
        self.n = n

def same_int(x: int):
    return x
def same_str(str x):
    return x
def same_bytes(bytes x):
    return x
def same_bytearray(bytearray x):
    return x
def same_list(list x):
    return x
def same_tuple(tuple x):
    return x
def same_dict(dict x):
    return x
def same_set(set x):
    return x
def same_datetime(x: datetime):
    return x
def same_object(object x):
    return x
def same_maybe(str x=None):
    return x
def same_counter(Counter x not None):
    return x
cpdef Color same_enum(Color x):
    return x
cpdef void direct_set(double[:] x) noexcept nogil:
    x[0] = 1
cpdef double direct_get(const double[:] x) noexcept nogil:
    return x[0]
cpdef Color direct_enum(Color x) noexcept nogil:
    return x
cpdef Point same_struct(Point x):
    x.inner.level += 1
    return x
cpdef double[:, :] transposed(const double[:, :] x):
    cdef int i, k
    cdef double[:, :] result = cython.view.array(
        (x.shape[1], x.shape[0]), itemsize=8, format="d")
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            result[k, i] = x[i, k]
    return result
cpdef (int, double) both(int a, double b):
    return a, b
cpdef void nothing(object x):
    pass
def options(int a, double b=1.5, *, str c="c", int d=4):
    return a, b, c, d
def anything(*args, **kw):
    return args, kw
def optional(int a=1, double b=2.5, str c="x"):
    return [a, b, c]
"""

#: One function on each path.
BOTH = """
from libc.math cimport NAN
cdef enum color:
    red = 1
    blue = 4
cpdef color direct_color(color x) noexcept nogil:
    return x
def python_color(color x):
    return x
cpdef enum Mode:
    READ = 1
    WRITE = 2
    BOTH = READ | WRITE
    CREATE = 8
cdef enum level:
    low, middle, high
cpdef Mode direct_mode(Mode x) noexcept nogil:
    return x
cpdef Mode python_mode(Mode x):
    return x
cpdef int direct_level(level x) noexcept nogil:
    return x
def python_level(level x):
    return x
cpdef double direct_doubles(double[:] x) noexcept nogil:
    return x.shape[0]
def python_doubles(double[:] x):
    return <double>x.shape[0]
cpdef double direct_bytes(const unsigned char[::1] x) noexcept nogil:
    return x[0]
def python_bytes(const unsigned char[::1] x):
    return <double>x[0]
cpdef int direct_inverse(int x) nogil:
    return 12 // x
def python_inverse(int x):
    return 12 // x
cpdef double direct_item(const double[:] x, int i) nogil:
    return x[i]
cpdef void direct_check(bint fine) except * nogil:
    if not fine:
        with gil:
            try:
                raise KeyError("inner")
            except KeyError as error:
                raise Wrong("not fine") from error
class Wrong(Exception):
    pass
class Worse(Wrong, ValueError):
    pass
def fail():
    raise Worse("worse")
cpdef double direct_nan(double x) except? NAN nogil:
    if x < 0:
        with gil:
            raise Wrong("negative")
    return x
cpdef bint direct_flag(int x) except -1 nogil:
    if x == 3:
        with gil:
            raise Wrong("three")
    return x & 6
held = None
def hold(f):
    global held
    held = f
cpdef int direct_callback(int x) except -1 nogil:
    with gil:
        return held(x)
"""

SOURCE = (
    OBJECTS
    + BOTH
    + "".join(
        dedent(
            f"""
        cpdef {declared} direct_{name}({declared} x) noexcept nogil:
            return x
        def python_{name}({declared} x):
            return x
        """
        )
        for name, declared in NUMBERS.items()
    )
    + "".join(
        dedent(
            f"""
        def last_{name}({NUMBERS[name]}[:] values):
            values[0] = values[values.shape[0] - 1]
            return values
        def read_{name}(const {NUMBERS[name]}[:] values):
            return values[0]
        """
        )
        for name in ARRAYS
    )
)


@pytest.fixture(scope="module")
def compiled(builds: Path) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(builds))
        result = build(
            NativeSource(
                code=SOURCE,
                name="c",
                line_offset=1,
                options=NativeOptions(optimize=0),
            )
        )
    assert result.ok, result.diagnostics
    assert result.path is not None and result.module is not None
    for needed in result.needs:
        if needed.module not in sys.modules:
            load_extension(needed.module, needed.path)
    return load_extension(result.module, result.path)


@pytest.fixture
def env(cc: str, request: pytest.FixtureRequest) -> Iterator[Env]:
    compiled = request.getfixturevalue("compiled")
    with VM() as vm, vm.env() as env:
        env.globals["c"] = bind(env, compiled, name="c")
        yield env


BACK = [
    *[("double", x) for x in ("1.5", "-0", "Infinity", "5e-324", "2 ** 53")],
    ("float", "0.5"),
    ("bint", "true"),
    ("bint", "false"),
    *[(f"int{bits}", f"-(2 ** {bits - 1})") for bits in (8, 16, 32)],
    *[(f"int{bits}", f"2 ** {bits - 1} - 1") for bits in (8, 16, 32)],
    *[(f"uint{bits}", f"2 ** {bits} - 1") for bits in (8, 16, 32)],
    *[(f"uint{bits}", "0") for bits in (8, 16, 32, 64)],
    *[("int64", x) for x in ("-(2n ** 63n)", "2n ** 63n - 1n", "2 ** 53 - 1")],
    *[("uint64", x) for x in ("2n ** 64n - 1n", "2 ** 53 - 1", "2n ** 53n")],
]


@pytest.mark.parametrize("path", ["direct", "python"])
@pytest.mark.parametrize(("name", "code"), BACK)
def test_a_number_comes_back_as_it_was(
    env: Env, path: str, name: str, code: str
) -> None:
    assert env.eval(f"Object.is(c.{path}_{name}({code}), {code})") is True


@pytest.mark.parametrize(
    ("code", "truth"),
    [
        ("c.same_int(5)", "x === 5"),
        ("c.same_int(-(2n ** 100n))", "x === -(2n ** 100n)"),
        ("c.same_str('日本😀')", "x === '日本😀'"),
        ("c.same_bytes(new Uint8Array([1, 2]))", "x.join() === '1,2'"),
        ("c.same_bytearray(new Uint8Array([1, 2]).buffer)", "x.join() === '1,2'"),
        ("c.same_list([1, [2, {a: null}]])", "x[1][1].a === null"),
        ("c.same_tuple([1, 'a'])", "Array.isArray(x) && x[1] === 'a'"),
        ("c.same_dict({a: {b: [1]}})", "x.a.b[0] === 1"),
        ("c.same_dict(new Map([['k', 1]]))", "x.k === 1"),
        ("c.same_set(new Set([1, 'a']))", "x instanceof Set && x.has('a')"),
        ("c.same_datetime(new Date(1234567890123))", "x.getTime() === 1234567890123"),
        ("var o = {}; c.same_object(o)", "x === o"),
        ("var f = () => 1; c.same_object(f)", "x === f"),
        ("c.same_maybe(null)", "x === null"),
        ("c.same_maybe()", "x === null"),
        ("var n = new c.Counter(5); c.same_counter(n)", "x === n && x.n === 5"),
        ("c.same_enum(4)", "x === c.Color.BLUE"),
        ("c.direct_enum(c.Color.RED)", "x === 1"),
        ("c.same_struct({x: 0.5, inner: {level: 3}})", "x.x === 0.5"),
        ("c.same_struct({x: 0.5, inner: {level: 3}})", "x.inner.level === 4"),
        (
            "c.transposed(new Float64Array([1, 2, 3, 4, 5, 6]), [2, 3])",
            "x.join() === '1,4,2,5,3,6' && x.shape.join() === '3,2'",
        ),
        ("c.both(1, 2.5)", "Array.isArray(x) && x.join() === '1,2.5'"),
        ("c.nothing({})", "x === undefined"),
        ("c.options(1)", "x.join() === '1,1.5,c,4'"),
        ("c.options(1, undefined, {d: 7})", "x.join() === '1,1.5,c,7'"),
        ("c.options(1, {c: 'q', b: 2})", "x.join() === '1,2,q,4'"),
        ("c.anything(1, {k: 2})", "JSON.stringify(x) === '[[1],{\"k\":2}]'"),
        ("c.optional(undefined, undefined, 'z')", "x.join() === '1,2.5,z'"),
    ],
)
def test_every_other_type_crosses_both_ways(env: Env, code: str, truth: str) -> None:
    assert env.eval(f"var x = (0, eval)({json.dumps(code)}); {truth}") is True


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("c.same_int('1')", "expects an integer, got the string '1'"),
        ("c.same_enum(3)", "expects a value of the enum Color, got the number 3"),
        ("c.direct_enum(3)", "expects a value of the enum Color, got the number 3"),
        ("c.direct_enum('a')", "expects a value of the enum Color, got the string 'a'"),
        ("c.same_struct({x: 1})", "but inner is missing in the object { x: 1 }"),
        (
            "c.same_struct({x: 1, inner: {level: 200}})",
            "'x.inner.level' expects an int8",
        ),
        ("c.same_counter({})", "expects an instance of Counter, got the object {}"),
        ("c.same_counter(null)", "expects an instance of Counter, got null"),
        ("c.same_datetime(5)", "expects a Date, got the number 5"),
        ("c.same_set([])", "expects a Set, got the array []"),
        ("c.transposed(new Float64Array(2), [2])", "got as shape the array [ 2 ]"),
        ("c.optional(1, 'x')", "parameter 'b' expects a number, got the string 'x'"),
    ],
)
def test_every_other_type_refuses_the_rest(
    env: Env, complaint: Callable[[str], tuple[str, str]], code: str, text: str
) -> None:
    assert text in complaint(code)[1]


WRONG = (
    *("undefined", "null", "true", "'a\\n'", "1.5", "NaN", "Infinity", "-1", "1e10"),
    *(
        "2 ** 53",
        "-(2 ** 60)",
        "2 ** 63",
        "2 ** 64",
        "-(2 ** 63)",
        "-Infinity",
        "1n",
        "2n ** 64n",
        "-(2n ** 70n)",
        "[1, [2], 'x']",
    ),
    *("({a: 1, b: {}})", "new Date(0)", "() => 1", "Symbol('s')", "new Map([[1, 2]])"),
    *("new Float64Array(3)", "new Proxy([], {})", "'日本'.repeat(50)", "1e300"),
    *("new Uint8ClampedArray([300])", "new Uint8Array(new SharedArrayBuffer(3))"),
    *("gone(Float64Array)", "gone(Uint8Array)", "new DataView(new ArrayBuffer(8))"),
    *("new Float16Array(1)", "4", "1", "'a\\ud800'", "revoked"),
)
REVOKED = "const r = Proxy.revocable({}, {}); r.revoke(); globalThis.revoked = r.proxy"
GONE = "globalThis.gone = c => { const a = new c(2); a.buffer.transfer(); return a }"


@pytest.mark.parametrize("name", [*NUMBERS, "color", "doubles", "bytes"])
def test_both_paths_complain_in_the_same_words(env: Env, name: str) -> None:
    texts = env.eval(
        "(f, values) => values.map(value => "
        "{ try { return String(f(value)) } catch (e) { return String(e) } })"
    )
    env.eval(GONE)
    env.eval(REVOKED)
    values = env.eval(f"[{', '.join(WRONG)}]")
    direct, python = (
        [
            text.replace(f"{path}_", "")
            for text in texts(env.eval(f"c.{path}_{name}"), values)
        ]
        for path in ("direct", "python")
    )
    assert direct == python
    assert sum("parameter 'x' expects a" in text for text in direct) > 12


@pytest.mark.parametrize(("name", "array"), ARRAYS.items())
def test_a_view_is_the_memory_of_the_array(env: Env, name: str, array: str) -> None:
    env.eval(f"var a = new {array}(4); a[3] = a[3] + a[3]; a.fill(a[3], 0); a[3]++")
    assert env.eval(f"var b = c.last_{name}(a); a[0] === a[3]") is True
    assert env.eval("b.buffer === a.buffer && b.length === 4") is True
    assert env.eval(f"c.read_{name}(a) == a[0]") is True


def test_a_view_may_be_a_part_of_a_buffer(env: Env) -> None:
    code = "var a = new Int32Array([1, 2, 3, 4]).subarray(1, 3); c.last_int32(a).join()"
    assert env.eval(code) == "3,3"
    assert env.eval("new Int32Array(a.buffer).join()") == "1,3,3,4"
    assert env.eval("c.last_uint8(new Uint8ClampedArray([1, 2])).join()") == "2,2"


def test_an_immutable_buffer_is_only_read(
    env: Env, complaint: Callable[[str], tuple[str, str]]
) -> None:
    env.eval("var a = new Int8Array(new Int8Array([7]).buffer.transferToImmutable())")
    assert env.eval("c.read_int8(a)") == 7
    text = (
        "'values' expects an Int8Array, got the object Int8Array(1) [ 7 ], whose memory"
    )
    assert f"{text} is immutable" in complaint("c.last_int8(a)")[1]
    env.eval("var d = new Float64Array([7]); c.direct_set(d)")
    env.eval("var e = new Float64Array(d.buffer.transferToImmutable())")
    assert env.eval("c.direct_get(e)") == 1
    assert "whose memory is immutable" in complaint("c.direct_set(e)")[1]


def test_flags_combine_and_other_enums_do_not(env: Env) -> None:
    for path in ("direct", "python"):
        for value in (0, 1, 3, 9, 11):
            assert env.eval(f"c.{path}_mode({value})") == value
        for value in ("4", "5", "16", "-1", "2 ** 40", "Infinity"):
            text = thrown(env, f"c.{path}_mode({value})")
            assert "expects a value of the enum Mode, got the number" in text
        assert env.eval(f"c.{path}_level(2)") == 2
        assert "the enum level, got the number 3" in thrown(env, f"c.{path}_level(3)")
    assert env.eval("c.direct_mode(c.Mode.READ | c.Mode.CREATE)") == 9


# ---- direct functions that raise -----------------------------------------------------


def thrown(env: Env, code: str) -> str:
    return str(
        env.eval(f"try {{ {code} }} catch (e) {{ `${{e.name}}: ${{e.message}}` }}")
    )


def test_functions_that_may_raise_are_direct(compiled: ModuleType) -> None:
    kinds = {each["name"]: each for each in compiled.__jsvm_exports__["functions"]}
    for name in ("inverse", "item", "check", "nan", "flag", "callback"):
        each = kinds[f"direct_{name}"]
        assert (each["kind"], each["fallible"]) == ("direct", True), name


def test_exceptions_are_the_same_on_both_paths(env: Env) -> None:
    for x in (5, -12, 0):  # 12 // -12 is what marks an error
        direct = thrown(env, f"c.direct_inverse({x})")
        assert direct == thrown(env, f"c.python_inverse({x})")
    assert direct == "ZeroDivisionError: integer division or modulo by zero"
    lines = env.eval("try { c.direct_inverse(0) } catch (e) { e.stack }").split("\n")
    assert "direct_inverse (<c.pyx>:" in lines[1]
    assert len([line for line in lines if "direct_inverse" in line]) == 1


def test_direct_functions_raise_whatever_marks_an_error(env: Env) -> None:
    assert thrown(env, "c.direct_item(new Float64Array(2), 2)").startswith("IndexError")
    assert env.eval("c.direct_check(true)") is undefined
    assert thrown(env, "c.direct_check(false)") == "Wrong: not fine"
    assert env.eval(
        "try { c.direct_check(false) }"
        " catch (e) { e instanceof c.Wrong && e.cause.name === 'KeyError' }"
    )
    assert env.eval("Number.isNaN(c.direct_nan(NaN)) && c.direct_nan(2) === 2")
    assert thrown(env, "c.direct_nan(-1)") == "Wrong: negative"
    assert env.eval("[c.direct_flag(2), c.direct_flag(1)]")[:] == [True, False]
    assert thrown(env, "c.direct_flag(3)") == "Wrong: three"


def test_an_exception_has_the_name_of_its_own_class(env: Env) -> None:
    assert thrown(env, "c.fail()") == "Worse: worse"
    assert thrown(env, "throw new c.Worse('anew')") == "Worse: anew"
    assert env.eval("try { c.fail() } catch (e) { e instanceof c.Wrong }")


def test_what_a_callback_throws_passes_a_direct_function(env: Env) -> None:
    assert env.eval("c.hold(x => x + 1); c.direct_callback(4)") == 5
    assert env.eval(
        "const fault = new RangeError('no'); c.hold(() => { throw fault });"
        "try { c.direct_callback(4) } catch (e) { e === fault }"
    )
    env.eval("c.hold(null)")  # the module outlives the test


def test_a_direct_function_of_a_closed_env_throws(env: Env) -> None:
    with env.vm.env() as other:
        other.globals["c"] = env.globals["c"]
        env.close()
        for x in (0, 4):
            text = thrown(other, f"c.direct_inverse({x})")
            assert text.endswith("the Env of this native function was destroyed")
