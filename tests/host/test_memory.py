"""A cell that uses all memory ends in an error, and the session goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Host

from jsvm_kernel.host.memory import (
    RESERVE,
    VARIABLE,
    LimitError,
    MemoryReserve,
    default_limit,
    session_limit,
)
from jsvm_kernel.session.messages import Info
from jsvm_kernel.vm import VM, OutOfMemory

FILL = "var hoard = []; for (;;) hoard.push(new Uint8Array(1 << 20))"
FILL_SMALL = "for (;;) hoard.push({a: hoard.length})"


@pytest.fixture
def small_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host whose VM may use 192 MB."""
    monkeypatch.setenv(VARIABLE, str(192 << 20))
    with Host(tmp_path) as host:
        yield host


def test_a_full_vm_is_an_error_and_can_be_emptied(small_host: Host) -> None:
    result = small_host.run(FILL)
    assert result.outcome.status == "error"
    assert "out of memory" in result.traceback
    assert "let go of what you no longer need" in result.traceback
    small_host.run(FILL_SMALL)
    assert small_host.value("1 + 1") == "2", "the reserve is there for small cells"
    assert small_host.run("hoard = undefined").outcome.status == "ok"
    again = small_host.run(FILL)
    assert "out of memory" in again.traceback
    assert small_host.value("hoard.length > 50") == "true"


def test_the_limit_is_told(small_host: Host) -> None:
    reply: Any = small_host.ask(Info(id=small_host.next_id()))
    assert reply.info["limits"]["memory (bytes)"] == 192 << 20


def test_the_default_is_a_part_of_the_machines_memory() -> None:
    assert RESERVE * 4 < default_limit() < 1 << 45


@pytest.mark.parametrize("given", ["", "2G", "-1", "1.5", "1000000"])
def test_a_limit_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(LimitError, match=VARIABLE):
        session_limit()


def test_0_means_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "0")
    assert session_limit() is None


def test_the_reserve_opens_and_closes() -> None:
    with VM(memory_limit=5 * RESERVE) as vm, vm.env() as env:
        reserve = MemoryReserve(vm)
        with pytest.raises(OutOfMemory):
            env.eval(FILL)
        full = env.eval("hoard.length")
        reserve.open()
        with pytest.raises(OutOfMemory):
            env.eval("for (;;) hoard.push(new Uint8Array(1 << 20))")
        assert env.eval("hoard.length") >= full + 20
        reserve.settle()
        env.eval("hoard = undefined")
        reserve.settle()
        with pytest.raises(OutOfMemory):
            env.eval(FILL)
        assert env.eval("hoard.length") <= full + 8
