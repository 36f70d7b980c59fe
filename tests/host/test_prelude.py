"""console, timers and display as seen from one Env."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Listener

from jsvm_kernel.host import _natives
from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.vm import VM

Run = Callable[[str], dict[str, Any]]

WALK = """
(() => {
    const paths = [];
    // The engine's own, which no global leads to.
    const seen = new Set([Reflect.getPrototypeOf(async () => {}).constructor]);
    const isNative = (f) =>
        Function.prototype.toString.call(f).endsWith("[native code]\\n}");
    const walk = (value, path) => {
        if (!value || !["object", "function"].includes(typeof value)) return;
        if (seen.has(value)) return;
        seen.add(value);
        if (typeof value === "function" && isNative(value)) paths.push(path);
        for (const key of Reflect.ownKeys(value)) {
            const d = Object.getOwnPropertyDescriptor(value, key);
            const next = path + "." + String(key);
            walk(d.value, next); walk(d.get, next + ":get"); walk(d.set, next + ":set");
        }
        walk(Object.getPrototypeOf(value), path + ".__proto__");
    };
    walk(globalThis, "globalThis");
    return JSON.stringify(paths);
})()
"""


def test_no_native_hangs_on_a_global_that_is_not_in_the_table(env: NotebookEnv) -> None:
    with VM() as vm, vm.env() as bare:
        engines_own = set(json.loads(bare.eval(WALK)))
    # What the platform makes on first use is made now.
    env.js.eval("for (const k of Object.getOwnPropertyNames(globalThis)) globalThis[k]")
    added = set(json.loads(env.js.eval(WALK))) - engines_own
    names = {path.rsplit(".", 1)[-1] for path in added}
    assert names <= set(_natives.NATIVE_NAMES)


def test_the_walk_finds_a_native_that_was_added(env: NotebookEnv) -> None:
    env.js.globals["stray"] = len
    assert "globalThis.stray" in json.loads(env.js.eval(WALK))


def test_names_of_the_natives_are_stable() -> None:
    # Their order is their external reference in snapshots: only ever append.
    assert _natives.NATIVE_NAMES == (
        "write",
        "now",
        "currentCell",
        "promiseState",
        "proxyTarget",
        "onRejection",
        "timerStart",
        "timerStop",
        "display",
        "post",
        "loadPlatform",
        "encodeUtf8",
        "decodeUtf8",
        "isUtf8",
        "decodeLegacy",
        "domainToASCII",
        "randomBytes",
        "digest",
        "askModules",
        "requireModule",
        "compileFunction",
        "input",
        "enterCell",
        "iteratorItems",
        "encodePng",
        "standsForNative",
    )


def test_globals_of_the_prelude_are_not_enumerable(env: NotebookEnv) -> None:
    with VM() as vm, vm.env() as bare:
        engines_own = set(bare.eval("Object.keys(globalThis)"))
    assert set(env.js.eval("Object.keys(globalThis)")) <= engines_own


def test_set_timeout_hands_the_clock_to_the_host(
    env: NotebookEnv, listener: Listener, outcome: Run
) -> None:
    outcome("var got; var id = setTimeout((...a) => { got = a }, 1500, 1, 'x')")
    assert listener.timers == [(1, 1.5, False)]
    assert env.fire_timer(1) is None
    assert outcome("got")["data"]["text/plain"] == "[ 1, 'x' ]"
    assert env.fire_timer(1) is None, "a timeout runs once"


def test_clear_timeout_ignores_what_is_no_timer(
    listener: Listener, outcome: Run
) -> None:
    outcome("clearTimeout(99); clearTimeout(); clearInterval('x'); clearTimeout(null)")
    assert listener.stopped == []


@pytest.mark.parametrize("given", ["'code'", "undefined", "{}"])
def test_a_timer_needs_a_function(outcome: Run, given: str) -> None:
    error = outcome(f"setTimeout({given}, 1)")["error"]
    assert error["name"] == "TypeError"
    assert "setTimeout expects a function" in error["message"]
    assert all(not frame["file"].startswith("jsvm:") for frame in error["frames"])


def test_display_sends_text_for_a_plain_value(listener: Listener, outcome: Run) -> None:
    outcome("display([1, 2]); display({'text/html': '<b>'}, {raw: true, id: 'a'})")
    (first, plain), (second, raw) = listener.displays
    assert (first, second) == ("display", "display")
    assert json.loads(plain)["data"] == {"text/plain": "[ 1, 2 ]"}
    assert json.loads(raw) == {
        "data": {"text/html": "<b>"},
        "metadata": {},
        "id": "a",
    }


def test_display_updates_by_id(listener: Listener, outcome: Run) -> None:
    outcome("display(1, {id: 'x'}); display(2, {id: 'x', update: true})")
    assert [kind for kind, _ in listener.displays] == ["display", "update"]
    error = outcome("display(1, {update: true})")["error"]
    assert "needs the id" in error["message"]


def test_a_value_may_say_how_it_is_displayed(outcome: Run) -> None:
    result = outcome(
        "({[Symbol.for('Jupyter.display')]() { return {'text/html': '<i>'} }})"
    )
    assert result["data"] == {"text/html": "<i>"}


def test_a_displayed_value_may_be_made_later(outcome: Run) -> None:
    result = outcome(
        "({async [Symbol.for('Jupyter.display')]() { return {'text/html': '<i>'} }})"
    )
    assert result["data"] == {"text/html": "<i>"}


def test_a_bundle_that_is_none_is_an_error(outcome: Run) -> None:
    error = outcome("({[Symbol.for('Jupyter.display')]() { return 5 }})")["error"]
    assert "must give an object MIME type -> data" in error["message"]


def test_html_is_made_from_a_template(outcome: Run) -> None:
    assert outcome("jupyter.html`<b>${1 + 1}</b>`")["data"]["text/html"] == "<b>2</b>"


def test_clear_output_may_wait(listener: Listener, outcome: Run) -> None:
    outcome("clearOutput(); clearOutput(true)")
    assert [json.loads(text) for _, text in listener.displays] == [
        {"wait": False},
        {"wait": True},
    ]


def test_an_unhandled_rejection_is_noted_and_a_handled_one_is_not(
    env: NotebookEnv, outcome: Run
) -> None:
    outcome("Promise.reject(new Error('lost')); Promise.reject(1).catch(() => 2); 0")
    (report,) = env.take_rejections()
    assert report["error"]["message"] == "lost"
    assert env.take_rejections() == []


def test_the_rejection_of_the_cell_itself_is_its_error(
    env: NotebookEnv, outcome: Run
) -> None:
    assert (
        outcome("await Promise.reject(new Error('mine'))")["error"]["message"] == "mine"
    )
    assert env.take_rejections() == []
