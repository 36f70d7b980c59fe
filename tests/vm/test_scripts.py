"""The same scripts give the same in the official wheel and in an Env.

Both run in one process. scripts.json groups the scripts by what they exercise; each
ends in a completion value that JSON can show.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import quickjs

from jsvm_kernel.vm import Env

SCRIPTS = json.loads(Path(__file__).with_name("scripts.json").read_text("utf-8"))
CASES = [(group, script) for group, scripts in SCRIPTS.items() for script in scripts]
# What the microtasks of a script left in globalThis.out, else its completion value.
# JSON has no word for these numbers and values.
AS_JSON = """(value => JSON.stringify(globalThis.out ?? value, (key, x) =>
    typeof x === "number" && !Number.isFinite(x) ? "number " + x
    : typeof x === "bigint" ? "bigint " + x
    : typeof x === "symbol" ? String(x)
    : x === undefined ? "undefined" : x))"""


def in_the_wheel(script: str) -> Any:
    context = quickjs.Context()
    value = context.eval(script)
    while context.execute_pending_job():
        pass
    return json.loads(context.eval(AS_JSON)(value))


def in_our_env(env: Env, script: str) -> Any:
    value = env.eval(script)
    return json.loads(env.eval(AS_JSON)(value))


def test_there_are_two_hundred() -> None:
    assert len({script for _, script in CASES}) == len(CASES) >= 200


@pytest.mark.parametrize(("group", "script"), CASES)
def test_script_gives_the_same(env: Env, group: str, script: str) -> None:
    assert in_our_env(env, script) == in_the_wheel(script)
