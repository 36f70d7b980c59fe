"""A VM with a time limit: a cell over it ends, the next one has its own time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jsvm_kernel.host.calls import ThreadCalls
from jsvm_kernel.host.cells import Cells
from jsvm_kernel.host.inputs import Inputs
from jsvm_kernel.host.limits import Limits
from jsvm_kernel.host.output import Output
from jsvm_kernel.host.services import Shared
from jsvm_kernel.host.stop import StopButton
from jsvm_kernel.host.tasks import Tasks
from jsvm_kernel.host.timers import Timers
from jsvm_kernel.host.vms import VMs
from jsvm_kernel.session.messages import Display, Execute, Outcome, ToFront


@pytest.fixture
def sent() -> list[ToFront]:
    return []


@pytest.fixture
def session(sent: list[ToFront], tmp_path: Path) -> Iterator[tuple[VMs, Cells]]:
    output, stop = Output(), StopButton()
    inputs = Inputs(output, stop, sent.append, lambda: False)
    calls, tasks = ThreadCalls(stop), Tasks(output, stop, lambda _: None)
    shared = Shared(tmp_path, output, Timers(), stop, sent.append, inputs, calls, tasks)
    with VMs(shared, Limits(time=0.2)) as vms:
        yield vms, Cells(vms, shared)


@pytest.mark.parametrize("code", ["for (;;) {}", "for (;;) await 1"])
def test_a_cell_over_the_limit_ends_and_says_so(
    session: tuple[VMs, Cells], sent: list[ToFront], code: str
) -> None:
    vms, cells = session
    cells.execute(vms.current, Execute(id=1, code=code, name="In[1]"))
    (outcome,) = sent
    assert isinstance(outcome, Outcome)
    assert outcome.status == "stopped"
    assert outcome.error is not None
    assert "time limit of 0.2 s" in outcome.error.message
    assert not cells.running
    sent.clear()
    cells.execute(vms.current, Execute(id=2, code="1 + 1", name="In[2]"))
    result, outcome = sent
    assert isinstance(result, Display)
    assert result.data == {"text/plain": "2"}
    assert isinstance(outcome, Outcome)
    assert outcome.status == "ok"
