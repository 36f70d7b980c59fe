"""Deliveries in a furnished Env, and transfers as the front sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conftest import Listener

from jsvm_kernel.host.env import NotebookEnv

START = """(kit) => {
  globalThis.log = [];
  const note = (name) => (...values) => { log.push([name, ...values]); };
  return kit.startTransfer(
    { method: "GET", url: "http://x/", headers: [["a", "b"]] },
    { head: note("head"), data: (bytes) => { log.push(["data", ...bytes]); },
      end: note("end"), failed: note("failed"), pull: note("pull") },
  );
}"""


def log_of(env: NotebookEnv) -> Any:
    return json.loads(env.js.eval("JSON.stringify(log)"))


def start(env: NotebookEnv) -> int:
    number: int = env.js.eval(START)(env.kit)
    return number


def test_a_receiver_gets_the_values_and_its_error_is_described(
    env: NotebookEnv,
) -> None:
    env.js.eval("(kit) => kit.receive('test', (a, b) => { globalThis.got = a + b; })")(
        env.kit
    )
    assert env.deliver("test", 1, 2) is None
    assert env.js.eval("got") == 3
    env.js.eval("(kit) => kit.receive('bad', () => { throw new RangeError('no'); })")(
        env.kit
    )
    failure = env.deliver("bad")
    assert failure is not None
    assert (failure["name"], failure["message"]) == ("RangeError", "no")


def test_a_transfer_is_posted_and_what_comes_reaches_it(
    env: NotebookEnv, listener: Listener
) -> None:
    number = start(env)
    request = {"method": "GET", "url": "http://x/", "headers": [["a", "b"]]}
    assert listener.posts == [("fetch", request, b"")]
    env.deliver("fetch_pull", number, False)
    env.deliver("fetch_head", number, json.dumps({"status": 200}))
    env.deliver("fetch_data", number, b"\x00\xff")
    env.deliver("fetch_end", number)
    env.deliver("fetch_end", number)
    assert log_of(env) == [
        ["pull", False],
        ["head", {"status": 200}],
        ["data", 0, 255],
        ["end"],
    ]


def test_a_cancelled_transfer_posts_it_once_and_hears_nothing_more(
    env: NotebookEnv, listener: Listener
) -> None:
    number = start(env)
    cancel: Callable[..., None] = env.kit.cancelTransfer
    cancel(number)
    cancel(number)
    env.deliver("fetch_data", number, b"x")
    env.deliver("fetch_failed", number, "late", "")
    assert log_of(env) == []
    assert [kind for kind, _, _ in listener.posts] == ["fetch", "fetch_cancel"]


def test_a_part_of_a_body_travels_as_bytes(
    env: NotebookEnv, listener: Listener
) -> None:
    number = start(env)
    env.js.eval("(kit, n) => kit.sendBody(n, new Uint8Array([7, 0, 8]), true)")(
        env.kit, number
    )
    assert listener.posts[-1] == (
        "fetch_body",
        {"number": number, "last": True},
        b"\x07\x00\x08",
    )
