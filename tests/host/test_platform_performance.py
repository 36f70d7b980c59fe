"""performance and crypto."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], dict[str, Any]]
Truth = Callable[[str], None]
Compare = Callable[[str], None]


def test_the_clock_goes_on(truth: Truth) -> None:
    truth("const a = performance.now(); a >= 0 && performance.now() >= a")
    truth("Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 5000")


def test_marks_and_measures_as_in_node(same_in_node: Compare) -> None:
    same_in_node(
        "(async () => { const log = []; const p = performance;"
        "  const tell = e => log.push([e.name, e.entryType, e.startTime, e.duration,"
        "    JSON.stringify(e.detail)].join());"
        "  p.mark('a', {startTime: 10, detail: {x: 1}}); p.mark('b', {startTime: 30});"
        "  p.mark('a', {startTime: 20});"
        "  tell(p.measure('m', 'a', 'b')); tell(p.measure('m', {start: 5, end: 9}));"
        "  tell(p.measure('n', {start: 'a', duration: 4, detail: [1]}));"
        "  tell(p.measure('o', {duration: 4, end: 'b'}));"
        "  p.getEntries().filter(e => 'abmno'.includes(e.name)).forEach(tell);"
        "  p.getEntriesByName('m').forEach(tell); p.clearMarks('a');"
        "  p.getEntriesByType('mark').forEach(tell); p.clearMeasures();"
        "  log.push(p.getEntriesByType('measure').length);"
        "  for (const wrong of [() => p.measure('x', 'none'), () => p.mark(),"
        "      () => p.mark('x', {startTime: -1}),"
        "      () => p.measure('x', {start: 1, end: 2, duration: 3})])"
        "    try { wrong(); log.push('fine') } catch (e) { log.push(e.name) }"
        "  return log.map(String) })()"
    )


def test_a_detail_is_a_copy(truth: Truth) -> None:
    truth("const d = {x: 1}; performance.mark('d', {detail: d}).detail !== d")


def test_entries_are_shown(shown: Callable[[str], str]) -> None:
    text = shown("performance.mark('a', {startTime: 5})")
    assert text.startswith("PerformanceMark {\n  name: 'a',\n  entryType: 'mark',")


# ---- crypto ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Uint8Array", "Int32Array", "BigUint64Array"])
def test_random_values_fill_an_array(truth: Truth, kind: str) -> None:
    truth(
        f"const a = new {kind}(32), b = crypto.getRandomValues(new {kind}(32));"
        "crypto.getRandomValues(a) === a && a.join() !== b.join()"
    )


def test_random_values_fill_what_the_view_covers(truth: Truth) -> None:
    truth(
        "const all = new Uint8Array(64); crypto.getRandomValues(all.subarray(32));"
        "all.subarray(0, 32).every(x => x === 0) && all.subarray(32).some(x => x !== 0)"
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("new Uint8Array(65537)", "QuotaExceededError"),
        ("new Uint32Array(16385)", "QuotaExceededError"),
        ("new Float32Array(1)", "TypeMismatchError"),
        ("new DataView(new ArrayBuffer(1))", "TypeMismatchError"),
        ("[1]", "TypeMismatchError"),
    ],
)
def test_random_values_have_limits(outcome: Run, given: str, name: str) -> None:
    assert outcome(f"crypto.getRandomValues({given})")["error"]["name"] == name


def test_a_uuid_is_of_version_4(truth: Truth) -> None:
    pattern = "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/"
    truth(
        "const ids = new Set(Array.from({length: 100}, () => crypto.randomUUID()));"
        f"ids.size === 100 && [...ids].every(id => {pattern}.test(id))"
    )


@pytest.mark.parametrize("algorithm", ["SHA-1", "SHA-256", "SHA-384", "SHA-512"])
def test_digests(truth: Truth, algorithm: str) -> None:
    expected = hashlib.new(algorithm.replace("-", "").lower(), b"abc").hexdigest()
    for given in (f"'{algorithm}'", f"{{name: '{algorithm.lower()}'}}"):
        truth(
            f"const d = await crypto.subtle.digest({given},"
            "  new TextEncoder().encode('abc'));"
            f"d instanceof ArrayBuffer && new Uint8Array(d).toHex() === '{expected}'"
        )


def test_an_unknown_digest_says_which_there_are(outcome: Run) -> None:
    error = outcome("await crypto.subtle.digest('MD5', new Uint8Array())")["error"]
    assert error["name"] == "NotSupportedError"
    assert "SHA-256" in error["message"]
