from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.vm import VM

# importlib import mode: neighbours are found by path, not as a package.
sys.path.insert(0, str(Path(__file__).parent))

from harness import Host


class Listener:
    """What natives call, recorded."""

    def __init__(self) -> None:
        self.timers: list[tuple[int, float, bool]] = []
        self.stopped: list[int] = []
        self.displays: list[tuple[str, bytes]] = []
        self.posts: list[tuple[str, dict[str, Any], bytes]] = []

    def start_timer(self, timer_id: int, delay_s: float, repeats: bool) -> None:
        self.timers.append((timer_id, delay_s, repeats))

    def stop_timer(self, timer_id: int) -> None:
        self.stopped.append(timer_id)

    def display(self, kind: str, bundle: bytes) -> None:
        self.displays.append((kind, bundle))

    def input(self, content: bytes) -> bytes:
        raise AssertionError("nobody is there to be asked")

    def post(self, kind: str, content: bytes, data: bytes) -> int:
        self.posts.append((kind, json.loads(content), data))
        return len(self.posts)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def env(listener: Listener) -> Iterator[NotebookEnv]:
    """A furnished Env in this process."""
    with VM() as vm:
        furnished = NotebookEnv(vm, listener)
        try:
            yield furnished
        finally:
            furnished.close()


@pytest.fixture
def outcome(env: NotebookEnv) -> Callable[[str], dict[str, Any]]:
    """Run a cell that needs no timers and tell what became of it."""

    def run(code: str) -> dict[str, Any]:
        promise = env.js.run_cell(code, name="In[1]")
        result = env.cell_outcome(promise)
        if result is None:  # a bundle that is a promise settles after the call
            result = env.cell_outcome(promise)
        assert result is not None, "the cell is not over"
        return result

    return run


@pytest.fixture
def shown(outcome: Callable[[str], dict[str, Any]]) -> Callable[[str], str]:
    """text/plain of a cell's value."""

    def show(code: str) -> str:
        result = outcome(code)
        assert "error" not in result, result
        text: str = result["data"]["text/plain"]
        return text

    return show


@pytest.fixture
def truth(shown: Callable[[str], str]) -> Callable[[str], None]:
    """Assert that an expression of JavaScript is true."""

    def check(code: str) -> None:
        assert shown(code) == "true", code

    return check


@pytest.fixture
def same_in_node(
    env: NotebookEnv, outcome: Callable[[str], dict[str, Any]], node: str
) -> Callable[[str], None]:
    """Assert that JS which gives texts, or a promise of them, does so as in Node.js."""

    def compare(code: str) -> None:
        result = outcome(f"globalThis.texts = JSON.stringify(await {code})")
        assert "error" not in result, result
        ours = json.loads(env.js.eval("texts"))
        answer = subprocess.run(
            [node, "-"],
            input=f"(async () => console.log(JSON.stringify(await {code})))()",
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        theirs = json.loads(answer.stdout)
        assert len(ours) == len(theirs)
        different = [
            pair for pair in zip(ours, theirs, strict=True) if len(set(pair)) > 1
        ]
        assert not different, f"(ours, Node's): {different[:12]}"

    return compare


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A real host process whose notebook lies in tmp_path."""
    with Host(tmp_path) as running:
        yield running
