"""Live proxies of objects, arrays and collections."""

from __future__ import annotations

import pytest

from jsvm_kernel.vm import (
    Env,
    JSArray,
    JSError,
    JSFunction,
    JSObject,
    JSTypedArray,
    env_of,
    undefined,
)


def test_properties_are_live_both_ways(env: Env) -> None:
    point = env.eval("globalThis.point = {x: 1}")
    env.eval("point.x = 2")
    assert point.x == point["x"] == 2
    point.y = 3
    point["z"] = [4]
    assert env.eval("point.y + point.z[0]") == 7
    del point.y
    del point["z"]
    assert env.eval("Object.keys(point).join()") == "x"


def test_missing_property_is_an_error_but_undefined_is_a_value(env: Env) -> None:
    it = env.eval("({here: undefined})")
    assert it.here is undefined
    assert it["here"] is undefined
    with pytest.raises(AttributeError, match="no property 'gone'"):
        _ = it.gone
    with pytest.raises(KeyError, match="gone"):
        it["gone"]
    with pytest.raises(AttributeError):
        del it.gone
    with pytest.raises(KeyError):
        del it["gone"]
    assert getattr(it, "gone", None) is None


def test_key_may_be_any_text_or_integer(env: Env) -> None:
    it = env.object()
    for key in ("", "a b", "é", "a\0b", "\ud800", "😀", "__x__", "-1"):
        it[key] = key
        assert it[key] == key
        assert key in it
    it[5] = "five"
    it[-1] = "minus"
    assert env.eval("(o => o['5'] + o['-1'])")(it) == "fiveminus"
    with pytest.raises(TypeError, match="not float"):
        it[1.5]
    with pytest.raises(TypeError, match="not bool"):
        it[True] = 1


def test_attributes_of_python_are_not_looked_up_in_js(env: Env) -> None:
    it = env.eval("new Proxy({}, {get(t, k) { throw Error(String(k)) }})")
    for name in ("__array_interface__", "__wrapped__", "__iter_x__"):
        assert not hasattr(it, name)
    with pytest.raises(AttributeError, match="Python's"):
        it.__class__ = int
    with pytest.raises(JSError, match="anything"):
        _ = it.anything


def test_env_is_an_ordinary_property_name(env: Env) -> None:
    process = env.eval("({env: {HOME: '/'}, ref: 1, handle: 2})")
    assert process.env.HOME == "/"
    assert (process.ref, process.handle) == (1, 2)
    assert env_of(process) is env


def test_keys_with_prototypes_answer_in_but_only_own_ones_are_listed(env: Env) -> None:
    it = env.eval("Object.assign(Object.create({inherited: 1}), {own: 2})")
    assert "inherited" in it
    assert it.inherited == 1
    assert list(it) == ["own"]
    assert len(it) == 1
    assert "own" in dir(it)
    assert "inherited" in dir(it)


def test_plain_object_is_a_mapping(env: Env) -> None:
    it = env.eval("({a: 1, b: undefined, 3: 'x'})")
    assert dict(it) == {"3": "x", "a": 1, "b": undefined}
    assert it.keys() == ["3", "a", "b"]
    assert it.values() == ["x", 1, undefined]
    assert it.items() == [("3", "x"), ("a", 1), ("b", undefined)]
    assert it.get("a") == 1
    assert it.get("z") is None
    assert it.get("z", 5) == 5


def test_property_of_js_goes_before_the_mapping_methods(env: Env) -> None:
    assert env.eval("({keys: 5})").keys == 5
    assert env.eval("new Map([['k', 'v']])").get("k") == "v"
    assert env.eval("({get(x) { return x + 1 }})").get(1) == 2


def test_function_read_as_attribute_is_bound_as_item_is_not(env: Env) -> None:
    it = env.eval(
        "({n: 5, f() { 'use strict'; return this === undefined ? 0 : this.n }})"
    )
    assert it.f() == 5
    bound = it.f
    assert bound() == 5
    assert it["f"]() == 0
    assert bound == it["f"]


def test_frozen_object_ignores_writes_and_refuses_deletion(env: Env) -> None:
    frozen = env.eval("Object.freeze({a: 1})")
    frozen.a = 2
    assert frozen.a == 1
    with pytest.raises(TypeError, match="cannot be deleted"):
        del frozen.a


def test_exceptions_of_accessors_come_through(env: Env) -> None:
    it = env.eval("({get bad() { throw RangeError('no') }})")
    with pytest.raises(ValueError, match="no"):
        _ = it.bad
    with pytest.raises(ValueError, match="no"):
        it["bad"]


def test_proxies_of_one_object_are_equal_and_hash_alike(env: Env) -> None:
    one, same = env.eval("globalThis.o = {}"), env.globals["o"]
    assert one == same
    assert one is not same
    assert hash(one) == hash(same)
    assert {one: "found"}[same] == "found"
    assert one != env.object()
    assert one != 5
    assert one in [same]


def test_objects_are_true_even_when_empty(env: Env) -> None:
    assert env.object()
    assert env.array([])
    assert env.eval("(() => 0)")


def test_array_is_a_sequence(env: Env) -> None:
    array = env.eval("[10, 20, 30]")
    assert isinstance(array, JSArray)
    assert len(array) == 3
    assert array[0] == 10
    assert array[-1] == 30
    assert array[1:] == [20, 30]
    assert array[::-1] == [30, 20, 10]
    assert list(array) == [10, 20, 30]
    assert list(reversed(array)) == [30, 20, 10]
    assert 20 in array
    assert "20" not in array
    array[-1] = 99
    assert array[2] == 99
    for index in (3, -4):
        with pytest.raises(IndexError, match="out of range for length 3"):
            array[index]
        with pytest.raises(IndexError):
            array[index] = 1


def test_array_changes_its_length_through_js(env: Env) -> None:
    array = env.array([1, 2])
    assert array.push(3, 4) == 4
    assert array.map(lambda x, *_: x * 2)[:] == [2, 4, 6, 8]
    array["length"] = 1
    assert list(array) == [1]
    with pytest.raises(TypeError, match="splice"):
        del array[0]
    with pytest.raises(TypeError, match="splice"):
        array[0:1] = [5]


def test_array_iteration_sees_what_is_added(env: Env) -> None:
    array = env.array([1])
    seen = []
    for item in array:
        seen.append(item)
        if item < 3:
            array.push(item + 1)
    assert seen == [1, 2, 3]


def test_iteration_is_that_of_js_where_there_is_one(env: Env) -> None:
    assert list(env.eval("new Set([1, 'a'])")) == [1, "a"]
    assert [tuple(pair) for pair in env.eval("new Map([[1, 2], [3, 4]])")] == [
        (1, 2),
        (3, 4),
    ]
    assert list(env.eval("(function*() { yield 1; yield 2 })()")) == [1, 2]
    assert len(env.eval("new Map([[1, 2]])")) == 1
    assert len(env.eval("new Set()")) == 0
    assert list(env.eval("({a: 1, b: 2})")) == ["a", "b"]


def test_leaving_an_iteration_early_closes_the_js_iterator(env: Env) -> None:
    numbers = env.eval(
        "globalThis.closed = 0;"
        "(function*() { try { for (let i = 0;; i++) yield i } finally { closed++ } })()"
    )
    iterator = iter(numbers)
    assert [next(iterator), next(iterator)] == [0, 1]
    del iterator
    assert env.eval("closed") == 1


def test_error_in_an_iterator_comes_through(env: Env) -> None:
    broken = env.eval("(function*() { yield 1; throw TypeError('broken') })()")
    with pytest.raises(TypeError, match="broken"):
        list(broken)
    with pytest.raises(TypeError, match="no object"):
        list(env.eval("({[Symbol.iterator]: () => ({next: () => 5})})"))
    with pytest.raises(TypeError, match="not a function"):
        list(env.eval("({[Symbol.iterator]: 5})"))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("({a: 1})", "<JSObject Object>"),
        ("new (class Point {})", "<JSObject Point>"),
        ("Object.create(null)", "<JSObject Object>"),
        ("[1, 2]", "<JSArray of 2>"),
        ("(function f() {})", "<JSFunction f>"),
        ("Promise.reject().catch(() => 0)", "<JSPromise fulfilled>"),
        ("new Int8Array(3)", "<JSTypedArray Int8Array of 3>"),
        ("new ArrayBuffer(3)", "<JSArrayBuffer of 3>"),
        ("Symbol('s')", "<JSSymbol Symbol(s)>"),
        ("({get constructor() { throw 1 }})", "<JSObject Object>"),
    ],
)
def test_repr_says_what_it_is(env: Env, code: str, shown: str) -> None:
    assert repr(env.eval(code)) == shown


def test_str_is_that_of_js(env: Env) -> None:
    assert str(env.eval("[1, [2, 3]]")) == "1,2,3"
    assert str(env.eval("({toString: () => 'me'})")) == "me"
    with pytest.raises(JSError):
        str(env.eval("Object.create(null)"))


@pytest.mark.parametrize("kind", [JSObject, JSArray, JSFunction, JSTypedArray])
def test_proxies_are_not_made_in_python(kind: type) -> None:
    with pytest.raises(TypeError, match="come from JavaScript"):
        kind()
    made = kind.__new__(kind)
    for use in (
        lambda: made["x"],
        lambda: hash(made),
        lambda: list(made),
        made.__len__,
    ):
        with pytest.raises(TypeError, match="has no value"):
            use()
    assert "nothing" in repr(made)
