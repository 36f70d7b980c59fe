"""text/plain of values, as the prelude's inspect writes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Show = Callable[[str], str]

CASES = [
    # Numbers and other primitives
    ("1", "1"),
    ("-0", "-0"),
    ("[0, -0]", "[ 0, -0 ]"),
    ("1.5e300", "1.5e+300"),
    ("NaN", "NaN"),
    ("-Infinity", "-Infinity"),
    ("10n ** 20n", "100000000000000000000n"),
    ("null", "null"),
    ("[undefined]", "[ undefined ]"),
    ("true", "true"),
    ("Symbol('a b')", "Symbol(a b)"),
    ("Symbol.iterator", "Symbol(Symbol.iterator)"),
    # Strings
    ("'plain'", "'plain'"),
    ('"it\'s"', '"it\'s"'),
    ("'a\"b\\'c'", "`a\"b'c`"),
    ("'line\\nend\\t\\\\'", "'line\\nend\\t\\\\'"),
    ("'\\0\\x7f'", "'\\x00\\x7F'"),
    ("'\\ud800x'", "'\\ud800x'"),
    ("'\\u{1F600}'", "'😀'"),
    ("'x'.repeat(10003)", "'" + "x" * 10000 + "'... 3 more characters"),
    # Arrays
    ("[]", "[]"),
    ("[1, , 3]", "[ 1, <1 empty item>, 3 ]"),
    ("[, , ]", "[ <2 empty items> ]"),
    ("new Array(1e9)", "[ <1000000000 empty items> ]"),
    ("Object.assign([1], {x: 2})", "[ 1, x: 2 ]"),
    ("[[[[1]]]]", "[ [ [ [Array] ] ] ]"),
    ("new (class Stack extends Array {})(2)", "Stack(2) [ <2 empty items> ]"),
    (
        "Object.defineProperty([1, 2], 0, {get() { throw 1 }, enumerable: true})",
        "[ [Getter], 2 ]",
    ),
    ("Array.from({length: 101}).fill(7).length", "101"),
    # Objects
    ("({})", "{}"),
    ("({a: 1, 'b-c': 2, 3: 4})", "{ '3': 4, a: 1, 'b-c': 2 }"),
    ("({a: {b: {c: {d: 1}}}})", "{ a: { b: { c: [Object] } } }"),
    ("({a: {b: {c: {}}}})", "{ a: { b: { c: {} } } }"),
    (
        "({get a() { throw 1 }, set b(v) {}, get c() { return 1 }, set c(v) {}})",
        "{ a: [Getter], b: [Setter], c: [Getter/Setter] }",
    ),
    ("({[Symbol('s')]: 1})", "{ [Symbol(s)]: 1 }"),
    ("Object.create(null)", "[Object: null prototype] {}"),
    (
        "Object.assign(Object.create(null), {a: 1})",
        "[Object: null prototype] { a: 1 }",
    ),
    ("new (class Point { x = 1; #y = 2 })", "Point { x: 1 }"),
    (
        "({[Symbol.toStringTag]: 'T', a: 1})",
        "{ a: 1, [Symbol(Symbol.toStringTag)]: 'T' }",
    ),
    ("Object.create({[Symbol.toStringTag]: 'T'})", "Object [T] {}"),
    ("({constructor: 'x'})", "{ constructor: 'x' }"),
    (
        "(function () { return arguments })(1, 'a')",
        "[Arguments] [ 1, 'a' ]",
    ),
    # Cycles
    ("var o = {}; o.self = o; o", "<ref *1> { self: [Circular *1] }"),
    (
        "var p = {a: {}}; p.a.p = p; p.a.q = p.a; p",
        "<ref *1> { a: <ref *2> { p: [Circular *1], q: [Circular *2] } }",
    ),
    ("var l = [1]; l.push(l); l", "<ref *1> [ 1, [Circular *1] ]"),
    # Collections
    ("new Map([['a', {b: 1}]])", "Map(1) { 'a' => { b: 1 } }"),
    ("new Map()", "Map(0) {}"),
    ("new Set([1, 'a'])", "Set(2) { 1, 'a' }"),
    ("new (class Bag extends Set {})([1])", "Bag(1) [Set] { 1 }"),
    ("new WeakMap()", "WeakMap { <items unknown> }"),
    ("new WeakSet()", "WeakSet { <items unknown> }"),
    ("var target = {a: 1}; new WeakRef(target)", "WeakRef { { a: 1 } }"),
    # Functions and classes
    ("(function named() {})", "[Function: named]"),
    ("(() => 1)", "[Function (anonymous)]"),
    ("(class A {})", "[class A]"),
    ("(class B extends Map {})", "[class B extends Map]"),
    ("(class {})", "[class (anonymous)]"),
    ("(class C extends null {})", "[class C extends null]"),
    ("Object.assign(class D {}, {x: 1})", "[class D] { x: 1 }"),
    ("(async function f() {})", "[AsyncFunction: f]"),
    ("(function* g() {})", "[GeneratorFunction: g]"),
    ("(async function* h() {})", "[AsyncGeneratorFunction: h]"),
    ("Math.max", "[Function: max]"),
    ("({f() {}, C: class {}})", "{ f: [Function: f], C: [class C] }"),
    # Built-in objects
    ("new Date(0)", "1970-01-01T00:00:00.000Z"),
    ("new Date(NaN)", "Invalid Date"),
    ("/a\\/b/gi", "/a\\/b/gi"),
    ("new Number(-0)", "[Number: -0]"),
    ("new String('ab')", "[String: 'ab']"),
    ("Object(1n)", "[BigInt: 1n]"),
    ("Object(Symbol('x'))", "[Symbol: Symbol(x)]"),
    ("Math", "Object [Math] {}"),
    ("(function* () {})()", "Object [Generator] {}"),
    # Memory
    ("new Uint8Array([1, 2])", "Uint8Array(2) [ 1, 2 ]"),
    ("new Float64Array([1.5, -0])", "Float64Array(2) [ 1.5, -0 ]"),
    ("new BigInt64Array([1n])", "BigInt64Array(1) [ 1n ]"),
    (
        "new Uint8Array([1, 255]).buffer",
        "ArrayBuffer { [Uint8Contents]: <01 ff>, byteLength: 2 }",
    ),
    # Promises
    ("Promise.resolve({a: 1})", "Promise { { a: 1 } }"),
    ("new Promise(() => {})", "Promise { <pending> }"),
    (
        "var r = Promise.reject(7); r.catch(() => 1); r",
        "Promise { <rejected> 7 }",
    ),
    # Proxies
    ("new Proxy({a: 1}, {get() { throw 1 }, ownKeys() { throw 1 }})", "{ a: 1 }"),
    ("new Proxy([1, 2], {})", "[ 1, 2 ]"),
    (
        "var v = Proxy.revocable({}, {}); v.revoke(); v.proxy",
        "<Revoked Proxy>",
    ),
    ("Object.create(new Proxy({}, {getPrototypeOf() { throw 1 }}))", None),
    # Looking at it throws
    (
        "({[Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') }})",
        "[threw when looked at: Error: no]",
    ),
    (
        "({[Symbol.for('nodejs.util.inspect.custom')]() { return 'mine' }})",
        "mine",
    ),
    ("new Error('x', {cause: 1}) instanceof Error", "true"),
]


@pytest.mark.parametrize(
    ("code", "text"), [case for case in CASES if case[1] is not None]
)
def test_a_value_is_shown_as_node_would(shown: Show, code: str, text: str) -> None:
    assert shown(code) == text


def test_a_prototype_that_is_a_proxy_is_not_asked(shown: Show) -> None:
    code = "Object.create(new Proxy({}, {getPrototypeOf() { throw 1 }}))"
    assert "threw" not in shown(code)


def test_what_is_made_on_first_use_shows_as_what_it_is(shown: Show) -> None:
    text = shown("jupyter")
    assert "widget: [Function: widget]" in text
    assert "comm: { open: [Function: open]" in text


def test_many_elements_are_cut_with_a_count(shown: Show) -> None:
    text = shown("Array.from({length: 102}, (_, i) => i)")
    assert "... 2 more items" in text
    assert "100" not in text
    assert "... 5 more items" in shown(
        "new Set(Array.from({length: 105}, (_, i) => i))"
    )
    assert "... 20 more items" in shown("new Uint8Array(120)")


def test_numbers_stand_in_right_aligned_columns(shown: Show) -> None:
    assert shown("Array.from({length: 27}, (_, i) => i * i * 1000)") == (
        "[\n"
        "       0,   1000,   4000,   9000,\n"
        "   16000,  25000,  36000,  49000,\n"
        "   64000,  81000, 100000, 121000,\n"
        "  144000, 169000, 196000, 225000,\n"
        "  256000, 289000, 324000, 361000,\n"
        "  400000, 441000, 484000, 529000,\n"
        "  576000, 625000, 676000\n"
        "]"
    )


def test_wide_characters_count_two_columns(shown: Show) -> None:
    wide = "日本" * 9
    assert shown(f"['{wide}', '{wide}']").count("\n") == 3, "40 and 40 are over 80"
    assert shown(f"['{'x' * 18}', '{'x' * 18}']").count("\n") == 0


def test_long_text_is_split_at_its_newlines(shown: Show) -> None:
    first, second = "a" * 50, "b" * 50
    assert shown(f"({{t: '{first}\\n{second}'}})") == (
        f"{{\n  t: '{first}\\n' +\n    '{second}'\n}}"
    )


def test_an_error_shows_its_frames_and_its_cause(shown: Show) -> None:
    text = shown("new Error('outer', {cause: new TypeError('inner')})")
    assert text.startswith("Error: outer\n    at In[1]:1:")
    assert "[cause]: TypeError: inner\n" in text
    assert "jsvm:" not in text


def test_an_error_shows_properties_and_its_class(shown: Show) -> None:
    text = shown(
        "class HttpError extends Error { status = 404 }; new HttpError('gone')"
    )
    assert text.startswith("HttpError: gone\n")
    assert "status: 404" in text


def test_an_aggregate_error_shows_its_errors(shown: Show) -> None:
    text = shown("new AggregateError([new Error('one'), 2], 'all')")
    assert text.startswith("AggregateError: all")
    assert "[errors]: [" in text
    assert "Error: one" in text


def test_frames_of_the_host_are_not_shown(shown: Show) -> None:
    text = shown(
        "let e; console.log({[Symbol.for('nodejs.util.inspect.custom')]() "
        "{ e = new Error('in'); return '' }}); e"
    )
    assert "jsvm:" not in text
    assert "In[1]" in text


def test_what_users_do_to_builtins_does_not_reach_inspect(shown: Show) -> None:
    code = """
        Array.prototype.map = Array.prototype.join = null;
        String.prototype.split = RegExp.prototype.exec = null;
        Map.prototype.forEach = () => { throw 1 };
        Object.keys = Reflect.ownKeys = null;
        ({a: new Map([[1, [2, 'x']]])})
    """
    assert shown(code) == "{ a: Map(1) { 1 => [ 2, 'x' ] } }"


def test_a_huge_array_is_shown_at_once(shown: Show) -> None:
    assert "... 999900 more items" in shown("new Float64Array(1e6)")


def test_deep_values_do_not_overflow_the_stack(shown: Show) -> None:
    code = """
        let deep = {}; for (let i = 0; i < 100000; i++) deep = {deep};
        console.dir(deep, {depth: Infinity}); 'shown'
    """
    assert shown(code) == "'shown'"
