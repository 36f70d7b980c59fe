"""structuredClone; its results beside those of Node.js."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], dict[str, Any]]
Truth = Callable[[str], None]
Compare = Callable[[str], None]

# What a value is, in words: the same in both programs.
SHAPE = """
    const shape = (value, seen = []) => {
        if (typeof value === 'bigint') return value + 'n';
        if (Object.is(value, -0)) return '-0';
        if (typeof value !== 'object' || value === null)
            return typeof value + ' ' + String(value);
        if (seen.includes(value)) return 'seen ' + seen.indexOf(value);
        seen.push(value);
        const tag = Object.prototype.toString.call(value);
        const parts = [tag, Object.getPrototypeOf(value)?.constructor.name];
        if (value instanceof Map)
            for (const [k, v] of value)
                parts.push(shape(k, seen) + '=>' + shape(v, seen));
        if (value instanceof Set) for (const v of value) parts.push(shape(v, seen));
        if (value instanceof Date) parts.push(+value);
        if (value instanceof RegExp) parts.push(String(value), value.lastIndex);
        if (value instanceof Error) {
            parts.push(value.name, Object.hasOwn(value, 'message'), value.message);
            if ('cause' in value) parts.push(shape(value.cause, seen));
        }
        if (ArrayBuffer.isView(value)) {
            parts.push(value.byteOffset, value.byteLength, shape(value.buffer, seen));
            return parts.join();
        }
        if (value instanceof ArrayBuffer)
            parts.push(new Uint8Array(value).join(), value.maxByteLength);
        if (/Number|String|Boolean|BigInt/.test(tag))
            parts.push(shape(value.valueOf()));
        if (Array.isArray(value)) parts.push(value.length);
        for (const key of Object.keys(value))
            parts.push(key + ':' + shape(value[key], seen));
        return '{' + parts.join() + '}';
    };
"""

VALUES = """
    1 ;; -0 ;; NaN ;; 'text' ;; null ;; undefined ;; 10n ;; true ;; '\\ud800'
    {a: 1, b: {c: [1, 2]}} ;; [1,,3] ;; [] ;; new Array(5) ;; Object.assign([1], {x: 2})
    (() => { const o = {}; o.self = o; o.list = [o]; return o })()
    (() => { const x = {}; return [x, x, {x}] })()
    new Map([[1, {a: 1}], ['k', new Map()], [{}, 2]]) ;; new Set([1, 'a', {}])
    (() => { const m = new Map(); m.set(m, m); return m })()
    Object.assign(new Map([[1, 2]]), {extra: 1})
    new Date(5) ;; new Date(NaN) ;; /a+/giu
    (() => { const r = /x/g; r.lastIndex = 3; return r })()
    new Error('m') ;; new TypeError('m') ;; new Error()
    new Error('m', {cause: {a: 1}})
    Object.assign(new Error('m'), {code: 5})
    Object.assign(new Error('m'), {name: 'X'})
    Object.assign(new RangeError('m'), {name: 'TypeError'}) ;; new EvalError('e')
    new (class Mine extends Error {})('m')
    Object(1) ;; Object('abc') ;; Object(false) ;; Object(5n)
    new Uint8Array([1, 2, 3]) ;; new Float64Array([1.5, -0]) ;; new BigInt64Array([5n])
    new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
    new DataView(new ArrayBuffer(8), 2, 4)
    (() => { const b = new ArrayBuffer(8); return [new Uint8Array(b, 1), b,
        new Uint16Array(b, 2, 2)] })()
    new ArrayBuffer(4, {maxByteLength: 8})
    new Uint8Array(new ArrayBuffer(4, {maxByteLength: 8}))
    new (class Point { x = 1; #y = 2; get z() { return 3 } })()
    Object.create({inherited: 1}, {own: {value: 2, enumerable: true}, hidden: {}})
    ({get computed() { return 42 }}) ;; Object.create(null) ;; {['__proto__']: 1}
    {[Symbol('s')]: 1, a: 2} ;; (function () { return arguments })(1, 2)
    () => 1 ;; class {} ;; Symbol('s') ;; Object(Symbol('s')) ;; [() => 1]
    {deep: {er: Symbol()}} ;; new WeakMap() ;; new WeakSet() ;; new WeakRef({})
    Promise.resolve(1) ;; new Proxy({}, {}) ;; (function* () {})()
    [][Symbol.iterator]()
    new FinalizationRegistry(() => {}) ;; new Map([[1, Symbol()]])
    ({get bad() { throw new SyntaxError('getter') }})
""".replace("\n    ", " ;; ")


def _values() -> list[str]:
    """Give the expressions; one may go over several lines."""
    parts = [part.strip() for part in VALUES.split(";;")]
    joined: list[str] = []
    for part in filter(None, parts):
        if joined and joined[-1].count("(") > joined[-1].count(")"):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def test_clones_are_those_of_node(same_in_node: Compare) -> None:
    same_in_node(
        f"(async () => {{ {SHAPE} return {json.dumps(_values())}.map(text => {{"
        "  const value = (0, eval)('(' + text + ')');"
        "  try { return text + ' : ' + shape(structuredClone(value)) }"
        "  catch (error) { return text + ' : ' + error.name }"
        "}) })()"
    )


def test_a_clone_is_another_object(truth: Truth) -> None:
    truth("const o = {a: {}}, c = structuredClone(o); c !== o && c.a !== o.a")


def test_a_buffer_is_transferred(truth: Truth) -> None:
    truth(
        "const {buffer} = new Uint8Array([1, 2]), view = new Uint8Array(buffer, 1);"
        "const c = structuredClone({buffer, view}, {transfer: [buffer]});"
        "buffer.detached && view.length === 0 && c.buffer.byteLength === 2"
        " && c.view.buffer === c.buffer && c.view[0] === 2"
    )


def test_nothing_is_transferred_when_cloning_fails(truth: Truth) -> None:
    truth(
        "const buffer = new ArrayBuffer(2); let failed = false;"
        "try { structuredClone([buffer, Symbol()], {transfer: [buffer]}) }"
        "catch { failed = true } failed && !buffer.detached"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("structuredClone(function f() {})", "[Function: f] can't be cloned"),
        ("structuredClone(new URL('http://a'))", "[URL] can't be cloned"),
        ("structuredClone(new EventTarget())", "[EventTarget] can't be cloned"),
        ("structuredClone(new SharedArrayBuffer(1))", "can't be cloned"),
        ("structuredClone(1, {transfer: [{}]})", "can't be transferred"),
        (
            "const b = new ArrayBuffer(1); structuredClone(1, {transfer: [b, b]})",
            "is twice in the transfer list",
        ),
        (
            "const b = new ArrayBuffer(1); b.transfer(); structuredClone(b)",
            "is detached",
        ),
    ],
)
def test_what_cannot_be_cloned_is_named(outcome: Run, code: str, text: str) -> None:
    error = outcome(code)["error"]
    assert error["name"] == "DataCloneError"
    assert text in error["message"]
    assert all(not frame["file"].startswith("jsvm:") for frame in error["frames"])


def test_a_proxys_traps_are_not_run(truth: Truth) -> None:
    truth(
        "let ran = false; const traps = new Proxy({}, {get() { ran = true }});"
        "const p = new Proxy({}, traps);"
        "try { structuredClone({p}) } catch {} !ran"
    )


def test_an_error_keeps_its_stack(truth: Truth) -> None:
    truth("const e = new Error('m'); structuredClone(e).stack === e.stack")


def test_blobs_and_dom_exceptions_are_cloned(truth: Truth) -> None:
    truth("await structuredClone(new Blob(['ab'], {type: 't/t'})).text() === 'ab'")
    truth("structuredClone(new File(['a'], 'n', {lastModified: 5})).lastModified === 5")
    truth("structuredClone([new DOMException('m', 'AbortError')])[0].code === 20")


def test_a_value_is_needed(outcome: Run) -> None:
    assert "1 argument is needed" in outcome("structuredClone()")["error"]["message"]
