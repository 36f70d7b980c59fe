"""A VM with a time limit: a cell over it ends, the next one has its own time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Listener

from jsvm_kernel.host.cells import Cells
from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.host.memory import MemoryReserve
from jsvm_kernel.host.modules import FileModules
from jsvm_kernel.host.native_modules import NativeModules
from jsvm_kernel.host.output import Output
from jsvm_kernel.host.stop import StopButton
from jsvm_kernel.host.timers import Timers
from jsvm_kernel.session.messages import Display, Execute, Outcome, ToFront
from jsvm_kernel.vm import VM


@pytest.fixture
def sent() -> list[ToFront]:
    return []


@pytest.fixture
def cells(listener: Listener, sent: list[ToFront], tmp_path: Path) -> Iterator[Cells]:
    with VM(time_limit=0.2) as vm:
        env = NotebookEnv(vm, listener)
        stop = StopButton()
        natives = NativeModules(env, stop)
        yield Cells(
            env,
            Output(),
            Timers(),
            stop,
            FileModules(tmp_path),
            natives,
            MemoryReserve(vm),
            sent.append,
        )
        env.close()


@pytest.mark.parametrize("code", ["for (;;) {}", "for (;;) await 1"])
def test_a_cell_over_the_limit_ends_and_says_so(
    cells: Cells, sent: list[ToFront], code: str
) -> None:
    cells.execute(Execute(id=1, code=code, name="In[1]"))
    (outcome,) = sent
    assert isinstance(outcome, Outcome)
    assert outcome.status == "stopped"
    assert outcome.error is not None
    assert "time limit of 0.2 s" in outcome.error.message
    assert not cells.running
    sent.clear()
    cells.execute(Execute(id=2, code="1 + 1", name="In[2]"))
    result, outcome = sent
    assert isinstance(result, Display)
    assert result.data == {"text/plain": "2"}
    assert isinstance(outcome, Outcome)
    assert outcome.status == "ok"
