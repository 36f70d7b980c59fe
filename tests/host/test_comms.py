"""Comms and widgets in a furnished Env: what they post and what they make of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Listener

from jsvm_kernel.host.env import NotebookEnv

Run = Callable[[str], dict[str, Any]]

WIDGET = "const w = jupyter.widget({ state: %s, render() {} });"


def posts(listener: Listener) -> list[tuple[str, Any, list[bytes]]]:
    """What was posted through comms: kind, data and buffers."""
    found = []
    for kind, content, data in listener.posts:
        if not kind.startswith("comm_") or kind == "comm_target":
            continue
        buffers, at = [], 0
        for length in content["lengths"]:
            buffers.append(data[at : at + length])
            at += length
        found.append((kind, json.loads(content["data"]), buffers))
    return found


def comm_id(listener: Listener) -> str:
    return next(c["comm"] for kind, c, _ in listener.posts if kind == "comm_open")


def deliver(
    env: NotebookEnv, listener: Listener, data: Any, *buffers: bytes
) -> dict[str, Any] | None:
    comm = comm_id(listener)
    return env.deliver("comm_msg", comm, "", json.dumps(data), "{}", *buffers)


def message_of(outcome: Run, code: str) -> str:
    result = outcome(code)
    assert "error" in result, result
    error = result["error"]
    assert all(not frame["file"].startswith("jsvm:") for frame in error["frames"])
    return f"{error['name']}: {error['message']}"


# ---- comms ---------------------------------------------------------------------------


def test_ids_of_comms_are_long_and_differ(outcome: Run) -> None:
    result = outcome(
        "const ids = Array.from({ length: 50 }, () => jupyter.comm.open('x').id);"
        "[new Set(ids).size, ids.every((id) => /^[0-9a-f]{32}$/.test(id))].join()"
    )
    assert result["data"]["text/plain"] == "'50,true'"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("jupyter.comm.open()", "the target must be a string, got undefined"),
        ("jupyter.comm.open('')", "the target must be a string, got ''"),
        ("jupyter.comm.open('x', () => 1)", "data must be JSON"),
        ("jupyter.comm.open('x', 1n)", "BigInt"),
        ("jupyter.comm.open('x', {}, { buffers: 1 })", "buffers must be an array"),
        (
            "jupyter.comm.open('x', {}, { buffers: [[1]] })",
            "buffers[0] must be an ArrayBuffer or a view of one, got [ 1 ]",
        ),
        ("jupyter.comm.register('x', 5)", "register expects a function, got 5"),
        ("jupyter.comm.register(5, () => 1)", "the target must be a string, got 5"),
        ("jupyter.comm.open('x').onMessage = 'f'", "onMessage expects a function"),
    ],
)
def test_a_wrong_argument_of_a_comm_is_named(
    outcome: Run, code: str, message: str
) -> None:
    assert message in message_of(outcome, code)


def test_a_comm_that_could_not_be_opened_is_not_open(
    outcome: Run, listener: Listener
) -> None:
    message_of(outcome, "jupyter.comm.open('x', 1n)")
    assert posts(listener) == []


def test_a_handler_that_is_taken_away_is_not_called(
    env: NotebookEnv, outcome: Run, listener: Listener
) -> None:
    outcome(
        "globalThis.got = []; const comm = jupyter.comm.open('x');"
        "comm.onMessage = ({ data }) => got.push(data)"
    )
    deliver(env, listener, 1)
    outcome("comm.onMessage = null")
    deliver(env, listener, 2)
    assert env.js.eval("got.join()") == "1"


def test_comms_survive_a_user_who_replaces_builtins(
    env: NotebookEnv, listener: Listener
) -> None:
    env.js.eval(
        "Array.prototype[Symbol.iterator] = Map.prototype.get = JSON.stringify ="
        "Array.prototype.slice = Function.prototype.call = () => { throw 'mine' };"
        + WIDGET % "{ a: [new Uint8Array(1)], n: 1 }"
        + "w.on('change:n', () => { globalThis.seen = w.get('n') }); w.set('n', 2)"
    )
    assert env.js.eval("seen") == 2
    assert deliver(env, listener, {"method": "update", "state": {"n": 3}}) is None
    assert env.js.eval("seen") == 3


# ---- widgets: what is sent -----------------------------------------------------------


def test_a_widget_opens_a_comm_with_its_state_and_its_source(
    outcome: Run, listener: Listener
) -> None:
    outcome(
        "const w = jupyter.widget({ state: { n: 1, xs: new Float32Array([1.5]),"
        " deep: [{ b: new ArrayBuffer(2) }, 3] }, css: 'b {}',"
        " render: ({ el }) => { el.textContent = 'hi' } })"
    )
    ((kind, data, buffers),) = posts(listener)
    state = data["state"]
    assert kind == "comm_open"
    assert state["_model_name"] == "AnyModel"
    assert state["_view_name"] == "AnyView"
    assert state["_css"] == "b {}"
    assert "render: (({ el }) => { el.textContent = 'hi' })" in state["_esm"]
    assert (state["n"], state["deep"]) == (1, [{}, 3])
    assert "xs" not in state
    assert data["buffer_paths"] == [["xs"], ["deep", 0, "b"]]
    assert buffers == [b"\0\0\xc0\x3f", b"\0\0"]
    (content,) = (c for kind, c, _ in listener.posts if kind == "comm_open")
    assert content["target"] == "jupyter.widget"
    assert json.loads(content["metadata"]) == {"version": "2.1.0"}


@pytest.mark.parametrize(
    "source",
    [
        "render: function ({ model, el }) { return 7 }",
        "render: ({ model, el }) => 7",
        "render: async ({ model, el }) => 7",
        "render({ model, el }) { return 7 }",
        "async render({ model, el }) { return 7 }",
        "'render'({ model, el }) { return 7 }",
        "get render() { return () => 7 }",
    ],
)
def test_every_way_to_write_render_is_sent_as_an_expression(
    env: NotebookEnv, outcome: Run, listener: Listener, source: str
) -> None:
    assert "error" not in outcome(f"jupyter.widget({{ {source} }})")
    ((_, data, _),) = posts(listener)
    module = data["state"]["_esm"]
    start = module.index("export default") + len("export default")
    outcome(f"const it = ({module[start:].strip().rstrip(';')}).render;")
    result = outcome("await it({})")
    assert result["data"]["text/plain"] == "7"


def test_what_is_imported_stands_before_the_functions(
    outcome: Run, listener: Listener
) -> None:
    outcome(
        "jupyter.widget({ imports: 'import x from \"y\";', render() {},"
        " initialize() {} })"
    )
    ((_, data, _),) = posts(listener)
    module = data["state"]["_esm"]
    assert module.startswith('import x from "y";\n')
    assert "initialize:" in module


def test_only_what_has_changed_is_sent(outcome: Run, listener: Listener) -> None:
    outcome(WIDGET % "{ n: 1, list: [] }")
    outcome("w.set('n', 1); w.set({ n: 2, m: 3 }); w.save_changes()")
    outcome("const list = w.get('list'); list.push(4); w.set('list', list)")
    assert [data for _, data, _ in posts(listener)[1:]] == [
        {"method": "update", "state": {"n": 2, "m": 3}, "buffer_paths": []},
        {"method": "update", "state": {"list": [4]}, "buffer_paths": []},
    ]


def test_a_state_that_can_not_be_sent_is_not_set(
    outcome: Run, listener: Listener
) -> None:
    outcome(WIDGET % "{ n: 1 }")
    assert "no BigInt" in message_of(outcome, "w.set('n', 2n)")
    assert outcome("w.get('n')")["data"]["text/plain"] == "1"
    assert len(posts(listener)) == 1


def test_a_widget_is_displayed_as_a_view_with_a_plain_twin(
    outcome: Run, listener: Listener
) -> None:
    data = outcome(WIDGET % "{ n: 1 }" + "w")["data"]
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == comm_id(listener)
    assert view["version_major"] == 2
    assert data["text/plain"] == "Widget { n: 1 }"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("jupyter.widget()", "expects an object with state, render"),
        ("jupyter.widget({})", "needs render"),
        ("jupyter.widget({ render: 5 })", "render must be a function, got 5"),
        ("jupyter.widget({ render: Math.max })", "its source is sent there"),
        ("jupyter.widget({ render: (() => 1).bind() })", "its source is sent there"),
        ("jupyter.widget({ esm: 5 })", "esm must be the text of a module"),
        ("jupyter.widget({ esm: '', render() {} })", "not both"),
        ("jupyter.widget({ render() {}, stat: {} })", "no option 'stat'"),
        ("jupyter.widget({ render() {}, state: [1] })", "expects an object name"),
        (
            "jupyter.widget({ render() {}, state: { _esm: 1 } })",
            "'_esm' is the widget's own",
        ),
        (WIDGET % "{}" + "w.set(5)", "widget.set expects an object name -> value"),
        (WIDGET % "{}" + "w.on('change:n', 5)", "expects a function, got 5"),
        (WIDGET % "{}" + "w.close(); w.set('n', 1)", "this comm is closed"),
    ],
)
def test_a_wrong_use_of_a_widget_is_named(
    outcome: Run, code: str, message: str
) -> None:
    assert message in message_of(outcome, code)


# ---- widgets: what comes -------------------------------------------------------------


def test_an_update_of_a_view_sets_the_state_and_is_echoed(
    env: NotebookEnv, outcome: Run, listener: Listener
) -> None:
    outcome(
        WIDGET
        % "{ n: 1 }"
        + "globalThis.log = []; w.on('change:n', (model, value) => log.push(value));"
        "w.on('change', (model) => log.push(model === w))"
    )
    update = {"state": {"n": 2, "xs": [None]}, "buffer_paths": [["xs", 0]]}
    assert deliver(env, listener, {"method": "update", **update}, b"\x05") is None
    kind, data, buffers = posts(listener)[-1]
    assert (kind, buffers) == ("comm_echo", [b"\x05"])
    assert data == {"method": "echo_update", **update}
    assert len(posts(listener)) == 2, "what a view has set is not sent back to it"
    assert env.js.eval("log.join()") == "2,true"
    assert env.js.eval("w.get('xs')[0].getUint8(0)") == 5


def test_a_handler_may_correct_what_a_view_has_set(
    env: NotebookEnv, outcome: Run, listener: Listener
) -> None:
    outcome(
        WIDGET % "{ n: 1 }"
        + "w.on('change:n', (model, n) => { if (n > 5) w.set('n', 5) })"
    )
    deliver(env, listener, {"method": "update", "state": {"n": 9}})
    kind, data, _ = posts(listener)[-1]
    assert (kind, data["state"]) == ("comm_msg", {"n": 5})


def test_the_whole_state_is_sent_when_a_view_asks_for_it(
    env: NotebookEnv, outcome: Run, listener: Listener
) -> None:
    outcome(WIDGET % "{ n: 1 }" + "w.set('xs', new Uint8Array([8]))")
    deliver(env, listener, {"method": "request_state"})
    kind, data, buffers = posts(listener)[-1]
    assert kind == "comm_msg"
    assert listener.posts[-1][1]["answers"] is True
    assert data["method"] == "update"
    assert data["state"]["n"] == 1
    assert "render" in data["state"]["_esm"]
    assert (data["buffer_paths"], buffers) == ([["xs"]], [b"\x08"])


def test_handlers_can_be_taken_off(
    env: NotebookEnv, outcome: Run, listener: Listener
) -> None:
    outcome(
        WIDGET
        % "{}"
        + "globalThis.log = []; const f = () => log.push('f'), g = () => log.push('g');"
        "w.on('msg:custom', f); w.on('msg:custom', g); w.off('msg:custom', f)"
    )
    custom = {"method": "custom", "content": {}}
    deliver(env, listener, custom)
    outcome("w.off()")
    deliver(env, listener, custom)
    assert env.js.eval("log.join()") == "g"
