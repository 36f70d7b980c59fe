"""The text of values compared with Node's, for every expression of a list.

Where it differs, the difference is meant, and stands below with its reason.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jsvm_kernel.host.env import NotebookEnv

#: Texts of (expression, options or "format") pairs.
Texts = Callable[[list[tuple[str, str]]], list[str]]
HERE = Path(__file__).parent

#: Expressions whose text is not Node's, and what it is; grouped by the reason.
DIFFERENT = {
    # A line end in a description would break the line it is shown on.
    r'Symbol("new\nline")': r"Symbol(new\nline)",
    # No getter runs, so that looking at a value changes nothing.
    'new (class Tagged { get [Symbol.toStringTag]() { return "T" } })()': "Tagged {}",
    'new (class Bad { get [Symbol.toStringTag]() { throw new Error("no") } })()': (
        "Bad {}"
    ),
    # A name that is no text names nothing.
    "new (class { static name = 7 })()": "{}",
    'f.name = Symbol("s")': "[Function (anonymous)]",
    # The engine keeps no record of the class that made an object.
    "a.__proto__ = null": "[Object: null prototype] {}",
    # Still an array, and arguments are a list, whatever the prototype has.
    "array.__proto__ = {}": "Object(2) [ 1, 2 ]",
    '(function () { return arguments })(1, "a")': "[Arguments] [ 1, 'a' ]",
    "(function () { return arguments })()": "[Arguments] []",
    '(function () { "use strict"; return arguments })([1])': "[Arguments] [ [ 1 ] ]",
    "Object.assign((function () { return arguments })(1), { x: 1 })": (
        "[Arguments] [ 1, x: 1 ]"
    ),
    # Later versions of Node show a target, too.
    "{ globalThis.kept = { a: 1 }; new WeakRef(kept) }": "WeakRef { { a: 1 } }",
    # Told from the source text as a whole.
    "(class C extends null {})": "[class C extends null]",
    "(class D extends (class {}) {})": "[class D]",
}
#: Short names for the long expressions above.
LONG = {
    'f.name = Symbol("s")': (
        "{ const f = function () {}; "
        'Object.defineProperty(f, "name", { value: Symbol("s") }); f }'
    ),
    "a.__proto__ = null": (
        "{ class A {} const a = new A(); Object.setPrototypeOf(a, null); a }"
    ),
    "array.__proto__ = {}": "{ const a = [1, 2]; Object.setPrototypeOf(a, {}); a }",
}
MEANT = {LONG.get(key, key): text for key, text in DIFFERENT.items()}

OPTIONS = [
    "{}",
    "{ depth: 0 }",
    "{ depth: null }",
    "{ depth: Infinity, breakLength: 40 }",
    "{ showHidden: true }",
    "{ maxArrayLength: 2, maxStringLength: 5 }",
    "{ maxArrayLength: null, breakLength: Infinity }",
    "{ sorted: true }",
    "{ getters: true }",
    "{ compact: false }",
    "{ customInspect: false }",
]
VALUES = [
    "({ b: [1, 2, 3], a: { x: { y: { z: { deep: true } } } }, 'c d': 'long text' })",
    "[[1, [2, [3, [4, [5]]]]], 'text that is long', new Map([[1, { a: 1 }], [2, 3]])]",
    "new Set(['abcdefgh', { z: 1, a: 2 }, [3, 4, 5]])",
    "({ get one() { return { two: 2 } }, set three(v) {} })",
]

FORMATS = [
    "['plain']",
    "['%s', 'text']",
    "['%s %s', 'one']",
    "['%s', 'one', 'two', { three: 3 }]",
    "['%s|%s|%s|%s', null, undefined, true, 5n]",
    "['%s|%s', -0, Symbol('s')]",
    "['%s', { a: { b: 1 } }]",
    "['%s', [1, [2]]]",
    "['%s', () => 1]",
    "['%s', class A {}]",
    "['%s', new (class { toString() { return 'mine' } })()]",
    "['%s', { toString() { return 'own' } }]",
    "['%s', new Date(0)]",
    "['%s', Object.create(null)]",
    "['%d|%d|%d|%d', 5, '6', 'x', 7n]",
    "['%d|%d', {}, Symbol('s')]",
    "['%i|%i|%i|%i', 5.9, '6.1px', 7n, {}]",
    "['%f|%f|%f', 5.5, '6.5px', Symbol('s')]",
    "['%j|%j', { a: 1 }, undefined]",
    "['%o', [1]]",
    "['%o', { f() {} }]",
    "['%O', { a: { b: { c: { d: 1 } } } }]",
    "['%c styled %c', 'color: red', '']",
    "['100%', 1]",
    "['%%|%s', 'x']",
    "['%x %s', 'y']",
    "['%']",
    "['%%']",
    "['%% %s']",
    "[1, 'a', { b: 1 }]",
    "[{}, '%s', 1]",
    "['a', 'b', 3n, -0]",
    "[]",
    "['']",
    "[undefined]",
]


def expressions() -> list[str]:
    text = (HERE / "inspect_expressions.js").read_text()
    lines = [line for line in text.split("\n") if line and not line.startswith("//")]
    assert len(set(lines)) == len(lines)
    return lines


def of_node(node: str, cases: list[tuple[str, str]]) -> list[str]:
    script = HERE / "node_inspect.js"
    run = subprocess.run(
        [node, str(script)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    texts: list[str] = json.loads(run.stdout)
    return texts


ASK = """(inspect, format, cases) => JSON.stringify(
    JSON.parse(cases).map(([expression, options]) => {
        const value = (0, eval)(expression);
        if (options === "format") return format(value);
        return inspect(value, (0, eval)(`(${options})`));
    }))
"""


@pytest.fixture
def evaluated(env: NotebookEnv) -> Texts:
    env.js.eval("globalThis.detach = (buffer) => buffer.transfer()")

    def texts(cases: list[tuple[str, str]]) -> list[str]:
        answer = env.js.eval(ASK)(env.kit.inspect, env.kit.format, json.dumps(cases))
        result: list[str] = json.loads(answer)
        return result

    return texts


def test_values_are_shown_as_by_node(node: str, evaluated: Texts) -> None:
    cases = [(expression, "{}") for expression in expressions()]
    ours, theirs = evaluated(cases), of_node(node, cases)
    differ = {
        expression: our
        for (expression, _), our, their in zip(cases, ours, theirs, strict=True)
        if our != their
    }
    assert differ == MEANT
    assert len(cases) >= 200


def test_options_mean_what_they_mean_in_node(node: str, evaluated: Texts) -> None:
    cases = [(value, options) for value in VALUES for options in OPTIONS]
    found = dict(zip(cases, evaluated(cases), strict=True))
    assert found == dict(zip(cases, of_node(node, cases), strict=True))


def test_the_console_fills_in_as_node_does(node: str, evaluated: Texts) -> None:
    cases = [(values, "format") for values in FORMATS]
    found = dict(zip(cases, evaluated(cases), strict=True))
    assert found == dict(zip(cases, of_node(node, cases), strict=True))
