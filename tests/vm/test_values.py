"""Values that are converted by copy, both ways."""

from __future__ import annotations

import copy
import enum
import math
import pickle
import struct
from typing import Any

import numpy as np
import pytest

from jsvm_kernel.vm import (
    VM,
    BigInt,
    Env,
    JSSymbol,
    JSTypeError,
    to_python,
    undefined,
)

SAFE = 2**53 - 1


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0", 0),
        ("1", 1),
        ("-1", -1),
        ("1.0", 1),
        ("2**31", 2**31),
        ("-(2**31)", -(2**31)),
        ("2**53 - 1", SAFE),
        ("-(2**53 - 1)", -SAFE),
        ("2**53", float(2**53)),
        ("1e300", 1e300),
        ("0.5", 0.5),
        ("-0", -0.0),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("5e-324", 5e-324),
        ("true", True),
        ("false", False),
        ("null", None),
        ("undefined", undefined),
        ("''", ""),
        ("'abc'", "abc"),
        ("'a\\0b'", "a\0b"),
        ("'\\xe9'", "é"),
        ("'\\u0100'", "Ā"),
        ("'\\u{1F600}!'", "😀!"),
        ("'\\ud83d'", "\ud83d"),
        ("'\\ude00\\ud83d'", "\ude00\ud83d"),
        ("'x'.repeat(300)", "x" * 300),
        ("'\\xe9'.repeat(300)", "é" * 300),
        ("'\\u{1F600}'.repeat(300)", "😀" * 300),
        ("'\\ud800'.repeat(300)", "\ud800" * 300),
        ("0n", BigInt(0)),
        ("-5n", BigInt(-5)),
        ("2n**63n - 1n", BigInt(2**63 - 1)),
        ("2n**63n", BigInt(2**63)),
        ("-(2n**63n)", BigInt(-(2**63))),
        ("-(2n**64n)", BigInt(-(2**64))),
        ("3n**400n", BigInt(3**400)),
    ],
)
def test_js_value_becomes_python_value_of_the_same_type(
    env: Env, code: str, value: Any
) -> None:
    result = env.eval(code)
    assert type(result) is type(value)
    assert result == value
    assert math.copysign(1, result) == math.copysign(1, value) if value == 0 else True


def test_nan_becomes_nan(env: Env) -> None:
    assert math.isnan(env.eval("NaN"))


class Colour(enum.IntEnum):
    RED = 3


class Text(str):
    pass


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "number:0"),
        (-7, "number:-7"),
        (2**31, "number:2147483648"),
        (SAFE, "number:9007199254740991"),
        (-SAFE, "number:-9007199254740991"),
        (2**53, "bigint:9007199254740992"),
        (-(2**53), "bigint:-9007199254740992"),
        (2**63, "bigint:9223372036854775808"),
        (-(2**200), f"bigint:{-(2**200)}"),
        (BigInt(5), "bigint:5"),
        (BigInt(-(2**70)), f"bigint:{-(2**70)}"),
        (1.5, "number:1.5"),
        (3.0, "number:3"),
        (math.inf, "number:Infinity"),
        (True, "boolean:true"),
        (False, "boolean:false"),
        (None, "object:null"),
        (undefined, "undefined:undefined"),
        ("é😀", "string:é😀"),
        ("Ā", "string:Ā"),
        (Colour.RED, "number:3"),
        (Text("t"), "string:t"),
        (np.float64(2.5), "number:2.5"),
        (np.float32(2.5), "number:2.5"),
        (np.int64(-3), "number:-3"),
        (np.uint8(3), "number:3"),
        (np.bool_(True), "boolean:true"),
        (np.array(4.5), "number:4.5"),
    ],
)
def test_python_value_becomes_js_value(env: Env, value: Any, expected: str) -> None:
    env.globals["x"] = value
    assert env.eval("`${typeof x}:${String(x)}`") == expected


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "x\udc00y\ud800", "\U0010ffff", ""])
def test_text_survives_the_round_trip(env: Env, text: str) -> None:
    identity = env.eval("(x => x)")
    assert identity(text) == text
    assert identity(text * 200) == text * 200


def test_text_has_utf16_length_in_js(env: Env) -> None:
    env.globals["text"] = "a😀\ud800"
    assert env.eval("[text.length, text.charCodeAt(3)]")[0] == 4
    assert env.eval("text.charCodeAt(3)") == 0xD800


def test_negative_zero_survives_both_ways(env: Env) -> None:
    assert env.eval("(x => Object.is(x, -0))")(-0.0) is True
    assert struct.pack("d", env.eval("-0")) == struct.pack("d", -0.0)


def test_bigint_calculates_as_int_and_shows_its_type() -> None:
    value = BigInt(5)
    assert repr(value) == "BigInt(5)"
    assert type(value + 1) is int
    assert value == 5
    assert pickle.loads(pickle.dumps(value)) == value


def test_undefined_is_one_false_object() -> None:
    assert not undefined
    assert repr(undefined) == "undefined"
    assert copy.deepcopy(undefined) is undefined
    assert pickle.loads(pickle.dumps(undefined)) is undefined
    assert type(undefined)() is undefined


def test_list_tuple_and_dict_become_new_objects(env: Env) -> None:
    value = {"a": [1, (2, None)], "b": {"c": "d"}, 7: True, "__proto__": 1}
    env.globals["x"] = value
    assert env.eval("Array.isArray(x.a) && Array.isArray(x.a[1])") is True
    assert env.eval("Object.keys(x).join()") == "7,a,b,__proto__"
    assert env.eval("Object.getPrototypeOf(x) === Object.prototype") is True
    assert to_python(env.globals["x"]) == {
        "a": [1, [2, None]],
        "b": {"c": "d"},
        "7": True,
        "__proto__": 1,
    }
    value["a"] = 0
    assert env.eval("x.a[0]") == 1


def test_long_list_is_converted(env: Env) -> None:
    env.globals["x"] = list(range(10_000))
    assert env.eval("x.length + ':' + x[9999]") == "10000:9999"


def test_list_within_itself_is_an_error(env: Env) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        env.globals["x"] = endless
    assert env.eval("1") == 1


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (object(), "object has no JavaScript counterpart"),
        ({1, 2}, "set has no JavaScript counterpart"),
        (1 + 2j, "complex has no JavaScript counterpart"),
        ({(1, 2): 3}, "keys of a dict .* not tuple"),
        ({True: 3}, "keys of a dict .* not bool"),
        ([object()], "object has no JavaScript counterpart"),
    ],
)
def test_value_without_counterpart_is_a_type_error(
    env: Env, value: Any, complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        env.globals["x"] = value


def test_symbols_are_proxies_and_property_keys(env: Env) -> None:
    symbol = env.symbol("tag")
    assert isinstance(symbol, JSSymbol)
    assert symbol.description == "tag"
    assert env.symbol().description is None
    assert str(symbol) == "Symbol(tag)"
    target = env.object()
    target[symbol] = 1
    assert target[symbol] == 1
    assert symbol in target
    assert list(target) == []
    del target[symbol]
    with pytest.raises(KeyError):
        target[symbol]


def test_symbols_are_equal_when_they_are_one_symbol(env: Env) -> None:
    one, other = env.eval("Symbol.for('x')"), env.eval("Symbol.for('x')")
    assert one == other
    assert hash(one) == hash(other)
    assert env.symbol("x") != env.symbol("x")
    unique = env.symbol("x")
    assert hash(unique) == hash(env.value(unique))


def test_symbol_is_not_converted_to_text_by_js(env: Env) -> None:
    with pytest.raises(JSTypeError):
        env.eval("(x => '' + x)")(env.symbol("x"))


def test_deep_copy_keeps_sharing_and_cycles(env: Env) -> None:
    data = to_python(
        env.eval(
            "const a = [1]; const o = {a, b: a, m: new Uint8Array([7])}; o.o = o; o"
        )
    )
    assert data["a"] is data["b"]
    assert data["o"] is data
    assert data["m"] == [7]
    assert to_python(env.eval("new Uint8Array([1, 2]).buffer")) == b"\1\2"
    assert to_python(5) == 5


def test_values_do_not_cross_vms(env: Env) -> None:
    with VM() as other, other.env() as far:
        with pytest.raises(ValueError, match="another VM"):
            env.globals["x"] = far.object()
        assert far.object() != env.object()
