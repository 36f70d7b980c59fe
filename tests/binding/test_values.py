"""What each declared type takes from JavaScript, and what Python's values become."""

from __future__ import annotations

import array
import collections
import ctypes
import datetime
import enum
import types
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from jsvm_kernel.vm import Env, JSFunction, JSObject, TimeLimitExceeded, undefined

UTC = datetime.UTC
HOUR = datetime.timedelta(hours=1)
BIG = 2**70

TAKEN: list[tuple[str, str, Any]] = [
    ("double", "1.5", 1.5),
    ("double", "2", 2.0),
    ("double", "-Infinity", float("-inf")),
    ("float", "0.5", 0.5),
    ("bint", "true", True),
    ("bint", "false", False),
    *[(f"int{bits}", f"{-(2 ** (bits - 1))}", -(2 ** (bits - 1))) for bits in (8, 32)],
    ("int16", "32767", 32767),
    ("int64", "-9007199254740991", -(2**53) + 1),
    ("int64", "-(2n ** 63n)", -(2**63)),
    ("int64", "2n ** 63n - 1n", 2**63 - 1),
    *[(f"uint{bits}", f"{2**bits - 1}", 2**bits - 1) for bits in (8, 16, 32)],
    ("uint64", "2n ** 64n - 1n", 2**64 - 1),
    ("uint64", "0", 0),
    ("int", "5", 5),
    ("int", f"{BIG}n", BIG),
    ("int", f"-{BIG}n", -BIG),
    ("str", "'日本😀'", "日本😀"),
    ("str", "'a' + 'b'.repeat(300)", "a" + "b" * 300),
    ("str", "'\\ud800'", "\ud800"),
    ("bytes", "new Uint8Array([1, 2])", b"\1\2"),
    ("bytes", "new Uint8Array([1, 2, 3]).subarray(1)", b"\2\3"),
    ("bytes", "new Uint8Array([1, 2]).buffer", b"\1\2"),
    ("bytearray", "new Uint8Array([1, 2])", bytearray(b"\1\2")),
    ("list", "[1, 'a', null, [true, 2.5]]", [1, "a", None, [True, 2.5]]),
    ("list", "[{a: [1]}, new Map([[1, {}]])]", [{"a": [1]}, {1: {}}]),
    (
        "list",
        "[new Set([1]), new Date(0)]",
        [{1}, datetime.datetime.fromtimestamp(0, UTC)],
    ),
    ("list", "[, undefined]", [undefined, undefined]),
    ("list", "[5n]", [5]),
    ("tuple", "[1, [2]]", (1, [2])),
    ("dict", "({a: 1, b: {c: [2]}, 7: 0})", {"7": 0, "a": 1, "b": {"c": [2]}}),
    ("dict", "Object.assign(Object.create(null), {x: 1})", {"x": 1}),
    ("dict", "JSON.parse('{\"__proto__\": 1}')", {"__proto__": 1}),
    ("dict", "new Map([['a', 1], [2, [3]], [[1, 2], 4]])", {"a": 1, 2: [3], (1, 2): 4}),
    ("set", "new Set([1, 'a', [2]])", {1, "a", (2,)}),
    (
        "datetime",
        "new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 678))",
        datetime.datetime(2024, 1, 2, 3, 4, 5, 678000, UTC),
    ),
    (
        "datetime",
        "new Date(-1)",
        datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC),
    ),
    ("object", "1", 1),
    ("object", "1.5", 1.5),
    ("object", "'a'", "a"),
    ("object", "null", None),
    ("object", "undefined", undefined),
    ("object", "false", False),
    ("object", f"{BIG}n", BIG),
    ("str | None", "null", None),
    ("list | None", "null", None),
    ("double[:] | None", "null", None),
]


@pytest.mark.parametrize(("declared", "code", "expected"), TAKEN)
def test_a_type_takes_a_value(
    bound: Callable[..., Env], declared: str, code: str, expected: Any
) -> None:
    taken = []

    def take(x):
        taken.append(x)

    take.__annotations__["x"] = declared
    bound(take).eval(f"m.take({code})")
    assert taken == [expected]
    assert type(taken[0]) is type(expected) or declared == "object"


GIVEN: list[tuple[Any, str]] = [
    (1, "x === 1"),
    (2**53, "x === 9007199254740992n"),
    (1.5, "x === 1.5"),
    (True, "x === true"),
    (None, "x === null"),
    ("日本", "x === '日本'"),
    (b"\1\2", "x instanceof Uint8Array && x.join() === '1,2'"),
    (bytearray(b"\1"), "x instanceof Uint8Array && x.join() === '1'"),
    (memoryview(bytearray(b"\7")), "x instanceof Uint8Array && x[0] === 7"),
    (array.array("d", [1.5]), "x instanceof Float64Array && x[0] === 1.5"),
    (array.array("q", [-1]), "x instanceof BigInt64Array && x[0] === -1n"),
    ([1, "a", [None]], "JSON.stringify(x) === '[1,\"a\",[null]]'"),
    ((1, (2, 3)), "JSON.stringify(x) === '[1,[2,3]]'"),
    ({"a": {1: []}}, 'JSON.stringify(x) === \'{"a":{"1":[]}}\''),
    ({"__proto__": 5}, "Object.keys(x)[0] === '__proto__'"),
    ({1, 2}, "x instanceof Set && x.size === 2 && x.has(1)"),
    (frozenset("a"), "x instanceof Set && x.has('a')"),
    ([{1}, b"\1"], "x[0] instanceof Set && x[1] instanceof Uint8Array"),
    (
        datetime.datetime(2024, 1, 2, 3, 4, 5, 678999, UTC),
        "x instanceof Date && x.toISOString() === '2024-01-02T03:04:05.678Z'",
    ),
    (datetime.datetime.max, "x.getMilliseconds() === 999 && x.getFullYear() === 9999"),
    (datetime.datetime.min, "x.getFullYear() === 1 && x.getMonth() === 0"),
    (
        datetime.datetime.min.replace(tzinfo=datetime.timezone(HOUR * 14)),
        "x.toISOString() === '0000-12-31T10:00:00.000Z'",
    ),
    (
        datetime.datetime.max.replace(tzinfo=datetime.timezone(HOUR * -12)),
        "x.toISOString() === '+010000-01-01T11:59:59.999Z'",
    ),
    (datetime.datetime(2024, 7, 1), "x.getTime() === new Date(2024, 6, 1).getTime()"),
    (enum.Enum("Color", {"RED": 3}).RED, "x === 3"),
    (enum.IntEnum("Size", {"BIG": 4}).BIG, "x === 4"),
    (undefined, "x === undefined"),
    (collections.namedtuple("P", "x y")({1}, 2), "x[0] instanceof Set && x[1] === 2"),
    (collections.OrderedDict(a={1}), "x.a instanceof Set"),
    (numpy.arange(6.0).reshape(2, 3), "x.length === 6 && x.shape.join() === '2,3'"),
    (numpy.float64(1.5), "x === 1.5"),
    (numpy.int8(5), "x === 5"),
    (lambda *args: list(args), "JSON.stringify(x(1, 'a')) === '[1,\"a\"]'"),
    (len, "x.name === 'len' && x([1, 2]) === 2"),
]


@pytest.mark.parametrize(("value", "truth"), GIVEN, ids=lambda v: str(v)[:40])
def test_a_value_becomes_one_of_js(
    bound: Callable[..., Env], value: Any, truth: str
) -> None:
    def give():
        return value

    assert bound(give).eval(f"var x = m.give(); {truth}") is True


@pytest.mark.parametrize(
    ("element", "kind", "code"),
    [
        ("double", "Float64Array", "d"),
        ("float", "Float32Array", "f"),
        ("int8", "Int8Array", "b"),
        ("int16", "Int16Array", "h"),
        ("int32", "Int32Array", "i"),
        ("int64", "BigInt64Array", "q"),
        ("uint8", "Uint8Array", "B"),
        ("uint8", "Uint8ClampedArray", "B"),
        ("uint16", "Uint16Array", "H"),
        ("uint32", "Uint32Array", "I"),
        ("uint64", "BigUint64Array", "Q"),
    ],
)
def test_views_share_the_memory_of_every_typed_array(
    bound: Callable[..., Env], element: str, kind: str, code: str
) -> None:
    def fill(values, matrix):
        assert memoryview(values).format == code
        memoryview(values)[1] = 7
        assert matrix.shape == (2, 3)
        matrix[1, 0] = 9
        return matrix

    fill.__annotations__ = {"values": f"{element}[:]", "matrix": f"{element}[:, :]"}
    env = bound(fill)
    env.eval(f"var a = new {kind}(2), b = new {kind}(6); var c = m.fill(a, b, [2, 3])")
    assert env.eval("Number(a[1])") == 7
    assert env.eval("Number(b[3])") == 9
    assert env.eval("JSON.stringify([c.shape, Object.keys(c).length])") == "[[2,3],6]"
    assert env.eval("c[3] = b[3]; c.length") == 6


def test_a_matrix_without_elements_has_its_shape(bound: Callable[..., Env]) -> None:
    def shape(matrix):
        return memoryview(matrix).shape

    shape.__annotations__["matrix"] = "double[:, :]"
    env = bound(shape)
    assert env.eval("m.shape(new Float64Array(0), [0, 4]).join()") == "0,4"


@pytest.mark.parametrize(
    ("arguments", "name", "text"),
    [
        (
            "a",
            "TypeError",
            "and behind it its shape [rows, columns], got as shape nothing",
        ),
        ("a, 2", "TypeError", "got as shape the number 2"),
        ("a, [2]", "TypeError", "got as shape the array [ 2 ]"),
        ("a, [-1, -6]", "TypeError", "got as shape the array [ -1, -6 ]"),
        ("a, [2, 2.5]", "TypeError", "got as shape the array [ 2, 2.5 ]"),
        (
            "a, [2, 2]",
            "RangeError",
            "Float64Array of 2 x 2 elements, as its shape says, got one of 6",
        ),
        ("[1], [1, 1]", "TypeError", "expects a Float64Array, got the array [ 1 ]"),
    ],
)
def test_a_wrong_shape_is_named(
    bound: Callable[..., Env],
    complaint: Callable[[str], tuple[str, str]],
    arguments: str,
    name: str,
    text: str,
) -> None:
    def f(x):
        raise AssertionError("must not be called")

    f.__annotations__["x"] = "double[:, :]"
    bound(f).eval("var a = new Float64Array(6)")
    kind, message = complaint(f"m.f({arguments})")
    assert kind == name
    assert message.startswith("m.f: parameter 'x' expects a Float64Array")
    assert text in message


REFUSED: list[tuple[str, str, str, str]] = [
    ("double", "'1'", "TypeError", "expects a number, got the string '1'"),
    ("double", "1n", "TypeError", "expects a number, got the BigInt 1n"),
    ("float", "null", "TypeError", "expects a number, got null"),
    ("double", "undefined", "TypeError", "expects a number, got undefined"),
    ("bint", "0", "TypeError", "expects a boolean, got the number 0"),
    (
        "int8",
        "128",
        "RangeError",
        "expects an int8 from -128 to 127, got the number 128",
    ),
    ("int16", "-32769", "RangeError", "an int16 from -32768 to 32767, got the number"),
    ("int32", "0.5", "TypeError", "expects an int32, got the number 0.5"),
    ("int32", "1n", "TypeError", "expects an int32, got the BigInt 1n"),
    (
        "int64",
        "2 ** 53",
        "RangeError",
        "(a Number must be a safe integer; use a BigInt)",
    ),
    ("int64", "2n ** 63n", "RangeError", "an int64 from -9223372036854775808 to"),
    ("int64", "2 ** 63", "RangeError", "an int64 from -9223372036854775808 to"),
    ("int64", "-(2 ** 63)", "RangeError", "use a BigInt"),
    ("int64", "Infinity", "RangeError", "to 9223372036854775807, got the number Inf"),
    ("uint8", "-1", "RangeError", "expects a uint8 from 0 to 255, got the number -1"),
    (
        "uint32",
        "2 ** 32",
        "RangeError",
        "from 0 to 4294967295, got the number 4294967296",
    ),
    (
        "uint64",
        "-1n",
        "RangeError",
        "from 0 to 18446744073709551615, got the BigInt -1n",
    ),
    ("uint64", "-1", "RangeError", "0 to 18446744073709551615, got the number -1"),
    ("uint64", "2 ** 63", "RangeError", "use a BigInt"),
    ("uint64", "2 ** 64", "RangeError", "to 18446744073709551615, got the number"),
    ("int", "1.5", "TypeError", "expects an integer, got the number 1.5"),
    ("int", "NaN", "TypeError", "expects an integer, got the number NaN"),
    ("int", "2 ** 60", "RangeError", "use a BigInt"),
    ("int", "Infinity", "TypeError", "expects an integer, got the number Infinity"),
    (
        "double",
        "'a\\ud800'",
        "TypeError",
        r"expects a number, got the string 'a\uD800'",
    ),
    ("str", "new String('a')", "TypeError", "expects a string, got the object String"),
    ("bytes", "[1]", "TypeError", "expects a Uint8Array or ArrayBuffer, got the array"),
    ("bytes", "new Int8Array(1)", "TypeError", "got the object Int8Array(1) [ 0 ]"),
    ("bytes", "gone", "TypeError", "whose memory is gone"),
    ("double[:]", "[1]", "TypeError", "expects a Float64Array, got the array [ 1 ]"),
    (
        "int32[:]",
        "new Uint32Array(1)",
        "TypeError",
        "expects an Int32Array, got the obj",
    ),
    ("list", "'abc'", "TypeError", "expects an array, got the string 'abc'"),
    ("list", "new Proxy([], {})", "TypeError", "expects an array, got the proxy []"),
    ("tuple", "({length: 1})", "TypeError", "expects an array, got the object"),
    ("dict", "[1]", "TypeError", "a plain object or Map, got the array [ 1 ]"),
    (
        "dict",
        "new (class A {})",
        "TypeError",
        "a plain object or Map, got the object A {}",
    ),
    (
        "dict",
        "new Proxy({}, {})",
        "TypeError",
        "a plain object or Map, got the proxy {}",
    ),
    ("set", "[1]", "TypeError", "expects a Set, got the array [ 1 ]"),
    ("datetime", "5", "TypeError", "expects a Date, got the number 5"),
    ("datetime", "new Date(NaN)", "TypeError", "expects a valid Date, got"),
    ("datetime", "new Date(8.64e15)", "RangeError", "a Date of the years 1 to 9999"),
    ("str | None", "undefined", "TypeError", "expects a string, got undefined"),
    ("str", "null", "TypeError", "expects a string, got null"),
]


@pytest.mark.parametrize(("declared", "code", "name", "text"), REFUSED)
def test_a_value_of_another_type_is_refused(
    bound: Callable[..., Env],
    complaint: Callable[[str], tuple[str, str]],
    declared: str,
    code: str,
    name: str,
    text: str,
) -> None:
    def f(x):
        raise AssertionError("must not be called")

    f.__annotations__["x"] = declared
    bound(f).eval("var gone = new Uint8Array(1); gone.buffer.transfer()")
    kind, message = complaint(f"m.f({code})")
    assert kind == name
    assert message.startswith("m.f: parameter 'x' expects ")
    assert text in message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("var a = []; a[0] = a; m.f(a)", "m.f: parameter 'x[0]' is a cycle: "),
        (
            "var a = {b: [1]}; a.b[1] = a; m.f([a])",
            "m.f: parameter 'x[0].b[1]' is a cyc",
        ),
        (
            "var d = new Date(NaN); m.f([{k: d}])",
            "m.f: parameter 'x[0].k' expects a val",
        ),
        (
            "m.f([new Set([{}])])",
            "m.f: parameter 'x[0]' has a dict as a key or element",
        ),
    ],
)
def test_the_part_of_a_container_that_does_not_fit_is_named(
    bound: Callable[..., Env],
    complaint: Callable[[str], tuple[str, str]],
    code: str,
    message: str,
) -> None:
    def f(x: list):
        raise AssertionError("must not be called")

    bound(f)
    assert complaint(code)[1].startswith(message)


def test_one_object_twice_in_a_container_is_no_cycle(bound: Callable[..., Env]) -> None:
    def f(x):
        return x == [[1], [1]]

    f.__annotations__["x"] = "list"
    assert bound(f).eval("var a = [1]; m.f([a, a])") is True


def test_a_deep_container_is_an_error_and_no_crash(
    bound: Callable[..., Env], complaint: Callable[[str], tuple[str, str]]
) -> None:
    def f(x):
        return x

    f.__annotations__["x"] = "list"
    bound(f).eval("var a = []; for (let i = 0; i < 1e5; i++) a = [a]")
    name, message = complaint("m.f(a)")
    assert name == "RecursionError"
    assert message.startswith("maximum recursion depth exceeded")


@pytest.mark.parametrize("env", [0.2], indirect=True)
def test_copying_a_long_array_can_be_stopped(
    env: Env, bound: Callable[..., Env]
) -> None:
    called = []

    def f(x):
        called.append(x)

    f.__annotations__["x"] = "list"
    bound(f)
    env.eval("m.f([1])")
    assert called == [[1]]
    with pytest.raises(TimeLimitExceeded):
        env.eval("m.f(new Array(1e8))")
    assert len(called) == 1


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: (x := [], x.append(x))[0], "a list that contains itself"),
        (lambda: (x := {}, x.update(a=[x]))[0], "a dict that contains itself"),
        (
            lambda: {(1, 2): 3},
            "keys of a dict that becomes a JavaScript object are str",
        ),
        (lambda: 1j, "complex has no JavaScript counterpart; numbers"),
        (
            lambda: [types.SimpleNamespace()],
            "SimpleNamespace has no JavaScript counter",
        ),
        (lambda: (ctypes.c_wchar * 1)(), "no typed array has elements of the format"),
        (lambda: memoryview(bytearray(4))[::2], "the buffer is not contiguous"),
    ],
)
def test_what_has_no_counterpart_is_an_error(
    bound: Callable[..., Env],
    complaint: Callable[[str], tuple[str, str]],
    make: Callable[[], Any],
    text: str,
) -> None:
    def give():
        return make()

    bound(give)
    kind, message = complaint("m.give()")
    assert kind == "TypeError"
    assert message.startswith("m.give: its result can't go to JavaScript: ")
    assert text in message


def test_void_gives_undefined_and_object_gives_null(bound: Callable[..., Env]) -> None:
    def nothing(): ...
    def none(): ...

    nothing.__annotations__["return"] = "void"
    env = bound(nothing, none)
    assert env.eval("m.nothing()") is undefined
    assert env.eval("m.none()") is None


def test_objects_are_live_and_functions_are_kept(bound: Callable[..., Env]) -> None:
    kept: list[JSFunction] = []

    def keep(f, o):
        assert isinstance(o, JSObject)
        o.x = 5
        kept.append(f)
        return o

    env = bound(keep)
    assert env.eval("var o = {}; m.keep(() => o.x, o) === o && o.x === 5") is True
    env.eval("o.x = 6")
    assert kept[0]() == 6
    kept.clear()


def test_structs_are_plain_objects(bound: Callable[..., Env]) -> None:
    def move(p):
        return {"x": p["x"] + 1, "at": p["at"]}

    move.__annotations__ = {"p": "struct Point", "return": "struct Point"}
    fields = [{"name": "x", "type": "int8"}, {"name": "at", "type": "struct Inner"}]
    inner = {"name": "Inner", "fields": [{"name": "name", "type": "str"}]}
    env = bound(move, structs=[inner, {"name": "Point", "fields": fields}])
    moved = env.eval("JSON.stringify(m.move({x: 1, at: {name: 'a'}}))")
    assert moved == '{"x":2,"at":{"name":"a"}}'


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("{x: 1}", "TypeError", "(x, y), but y is missing in the object { x: 1 }"),
        ("{x: 1, y: 2, z: 3}", "TypeError", "'p' has the field z, which Point does"),
        ("{x: 1, y: 1.5}", "TypeError", "'p.y' expects an int8, got the number 1.5"),
        ("{x: 1, y: 300}", "RangeError", "'p.y' expects an int8 from -128 to 127, got"),
        ("[1, 2]", "TypeError", "with the fields of Point, got the array [ 1, 2 ]"),
    ],
)
def test_wrong_fields_of_a_struct_are_named(
    bound: Callable[..., Env],
    complaint: Callable[[str], tuple[str, str]],
    code: str,
    name: str,
    text: str,
) -> None:
    def f(p):
        raise AssertionError("must not be called")

    f.__annotations__["p"] = "struct Point"
    fields = [{"name": "x", "type": "int8"}, {"name": "y", "type": "int8"}]
    bound(f, structs=[{"name": "Point", "fields": fields}])
    kind, message = complaint(f"m.f({code})")
    assert kind == name
    assert message.startswith("m.f: parameter 'p")
    assert text in message


def test_enums_are_numbers(
    bound: Callable[..., Env], complaint: Callable[[str], tuple[str, str]]
) -> None:
    def f(c):
        return c

    f.__annotations__["c"] = "enum Color"
    members = {"RED": 0, "BLUE": 5}
    enums = [{"name": "Color", "doc": "", "line": 1, "members": members}]
    env = bound(f, enums=enums)
    assert env.eval("m.f(5)") == 5
    expected = (
        "m.f: parameter 'c' expects a value of the enum Color, got the string 'a'"
    )
    assert complaint("m.f('a')") == ("TypeError", expected)
