"""The platform's globals: there from the start, made when they are first touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from harness import completion_of, inspected_text, inspection_of

from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.host.query import Queries
from jsvm_kernel.session.messages import CompleteReply

Run = Callable[[str], dict[str, Any]]

IS_MADE = "'value' in Object.getOwnPropertyDescriptor(globalThis, 'TextEncoder')"


@pytest.mark.parametrize("name", ["TextEncoder", "AbortController", "DOMException"])
def test_a_global_is_made_when_it_is_touched(
    truth: Callable[[str], None], name: str
) -> None:
    made = IS_MADE.replace("TextEncoder", name)
    truth(f"!({made})")
    truth(f"typeof {name} === 'function'")
    truth(made)
    truth(f"{name} === globalThis.{name}")


def test_nothing_is_made_at_the_start(
    env: NotebookEnv, truth: Callable[[str], None]
) -> None:
    names = {name.name: name for name in env.first_names}
    assert names["TextEncoder"].kind == "class"
    assert names["atob"].kind == "function"
    assert names["atob"].detail == "atob(data)"
    truth(f"!({IS_MADE})")


@pytest.mark.parametrize(
    "code",
    [
        "TextEncoder = 5",
        "var TextEncoder = 5",
        "const TextEncoder = 5",
        "let TextEncoder = 5",
        "globalThis.TextEncoder = 5",
        "'use strict'; globalThis.TextEncoder = 5",
    ],
)
def test_a_cell_may_use_the_name_for_its_own(
    outcome: Run, shown: Callable[[str], str], code: str
) -> None:
    assert "error" not in outcome(code)
    assert shown("TextEncoder") == "5"


@pytest.mark.parametrize("code", ["class TextEncoder {}", "function TextEncoder() {}"])
def test_a_cell_may_declare_the_name(outcome: Run, code: str) -> None:
    for _ in range(2):
        assert "error" not in outcome(code)


def test_a_name_may_be_deleted(truth: Callable[[str], None]) -> None:
    truth("delete globalThis.TextEncoder && typeof TextEncoder === 'undefined'")


def test_an_object_that_inherits_from_the_global_one_gets_its_own(
    truth: Callable[[str], None],
) -> None:
    truth("const o = Object.create(globalThis); o.TextEncoder = 1; o.TextEncoder === 1")
    truth(
        "Object.keys(o).join() === 'TextEncoder' && typeof TextEncoder === 'function'"
    )


def test_the_global_object_shows_none_of_it(shown: Callable[[str], str]) -> None:
    assert "TextEncoder" not in shown("globalThis")
    assert "Getter" not in shown("globalThis")


def test_self_is_the_global_object(truth: Callable[[str], None]) -> None:
    truth("self === globalThis")


def test_completion_lists_what_is_not_made(
    env: NotebookEnv, truth: Callable[[str], None]
) -> None:
    reply = Queries(env, []).answer(completion_of("TextD"))
    assert isinstance(reply, CompleteReply)
    assert [(m.text, m.kind) for m in reply.matches] == [
        ("TextDecoder", "class"),
        ("TextDecoderStream", "class"),
    ]
    truth(f"!({IS_MADE})")


def test_completion_looks_into_what_is_not_made(env: NotebookEnv) -> None:
    reply = Queries(env, []).answer(completion_of("AbortSignal.ti"))
    assert isinstance(reply, CompleteReply)
    assert [m.text for m in reply.matches] == ["timeout"]


def test_inspection_shows_signature_and_documentation(env: NotebookEnv) -> None:
    text = inspected_text(Queries(env, []).answer(inspection_of("TextDecoder")))
    assert text.startswith("class TextDecoder(label = 'utf-8', {fatal, ignoreBOM})")
    assert "Turns bytes into text" in text


def test_the_platform_works_with_the_built_ins_replaced(
    env: NotebookEnv, shown: Callable[[str], str]
) -> None:
    env.js.eval(
        "for (const holder of [Array, String, Map, Set, RegExp, WeakMap, Promise])"
        "  for (const key of Reflect.ownKeys(holder.prototype))"
        "    if (typeof key === 'string' && key !== 'constructor') try {"
        "      if (typeof holder.prototype[key] === 'function')"
        "        holder.prototype[key] = () => { throw new Error('replaced') }"
        "    } catch {}"
    )
    assert shown("new TextDecoder().decode(new TextEncoder().encode('é'))") == "'é'"
    assert shown("new TextDecoder('koi8-r').decode(new Uint8Array([193]))") == "'а'"
    assert shown("new URL('../x?q=ü', 'http://é.example:81/a/b/').href") == (
        "'http://xn--9ca.example:81/a/x?q=%C3%BC'"
    )
    assert shown("new URLSearchParams('b=1&a=2').get('a')") == "'2'"
    assert shown("structuredClone({a: [1], m: new Map()}).a") == "[ 1 ]"
    assert shown("new Blob(['ab']).slice(1).size") == "1"
    assert shown("performance.mark('m', {startTime: 1}).startTime") == "1"
    assert shown("crypto.randomUUID().length") == "36"
    assert shown("new AbortController().signal.aborted") == "false"
    assert shown("new ReadableStream().pipeThrough(new TransformStream()).locked") == (
        "false"
    )


def test_the_platform_works_where_a_cell_has_other_uses_for_names(
    env: NotebookEnv, outcome: Run
) -> None:
    taken = [
        name
        for name in env.js.eval("Object.getOwnPropertyNames(globalThis)")
        if env.js.eval(
            f"'value' in Object.getOwnPropertyDescriptor(globalThis, '{name}') &&"
            f"Object.getOwnPropertyDescriptor(globalThis, '{name}').configurable"
        )
    ]
    assert {"Symbol", "Map", "EvalError", "Promise"} <= set(taken)
    made = "Object.getOwnPropertyNames(globalThis).map(name => globalThis[name])"
    result = outcome(f"const made = () => {made}")
    assert "error" not in result
    taken.remove("Object")
    assert "error" not in outcome(";".join(f"const {name} = 'mine'" for name in taken))
    assert "error" not in outcome("made(); 0")


CLASSES = """
    const wrong = [];
    for (const name of Object.getOwnPropertyNames(globalThis)) {
        const { get } = Object.getOwnPropertyDescriptor(globalThis, name);
        const value = globalThis[name];
        if (get === undefined || !/^[A-Z]/.test(name)) continue;
        const { prototype } = value;
        if (value.name !== name) wrong.push(name + ': name');
        if (prototype[Symbol.toStringTag] !== name) wrong.push(name + ': tag');
        for (const key of Object.getOwnPropertyNames(prototype)) {
            const d = Object.getOwnPropertyDescriptor(prototype, key);
            if (key !== 'constructor' && !d.enumerable) wrong.push(name + '.' + key);
            // Getters of promises reject.
            if (!d.get || key === 'closed' || key === 'ready') continue;
            try { d.get.call({}); wrong.push(name + '.' + key + ' of {}') }
            catch (e) {
                if (!(e instanceof TypeError) || !/^Illegal invocation/.test(e.message))
                    wrong.push(name + '.' + key + ': ' + e);
            }
        }
        try { value(); wrong.push(name + '()') } catch (e) {
            if (!(e instanceof TypeError)) wrong.push(name + '(): ' + e);
        }
    }
    JSON.stringify(wrong)
"""


def test_classes_have_the_shape_of_the_web(env: NotebookEnv) -> None:
    assert json.loads(env.js.eval(CLASSES)) == []
