from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jsvm_kernel.session import client, supervisor
from jsvm_kernel.session.client import SessionClient, SessionError
from jsvm_kernel.session.expressions import NameOf
from jsvm_kernel.session.messages import Outcome

from .conftest import FAKE_HOST, Recorder, Session


async def until_ready(session: Session) -> None:
    assert (await session.run("print ready")).status == "ok"


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ---- cells ------------------------------------------------------------------------


async def test_output_and_displays_come_in_order_and_before_the_outcome(
    session: Session,
) -> None:
    outcome = await session.run("print a\ndisplay b\neprint c\nprint d\nresult e")
    assert outcome.status == "ok"
    assert session.sink.shown == [
        (1, "stdout", "a\n"),
        (1, "display", "b"),
        (1, "stderr", "c\n"),
        (1, "stdout", "d\n"),
        (1, "result", "e"),
    ]


async def test_ten_thousand_lines_are_complete_and_few(session: Session) -> None:
    await session.run("flood 10000")
    assert session.sink.text("stdout") == "".join(f"line {n}\n" for n in range(10_000))
    assert len(session.sink.shown) < 50


async def test_an_error_is_reported_and_the_host_stays(session: Session) -> None:
    outcome = await session.run("error no good")
    assert outcome.status == "error"
    assert outcome.error is not None and outcome.error.message == "no good"
    pid = session.client.host_pid
    await until_ready(session)
    assert session.client.host_pid == pid


async def test_a_module_is_loaded_like_a_cell(session: Session) -> None:
    outcome = await session.client.load_module(
        session.client.new_cell(), name="fast", path="/x.so", module="m"
    )
    assert outcome.status == "ok"
    assert session.client.names.complete(None, "fas")[0].text == "fast"


# ---- questions --------------------------------------------------------------------


async def test_an_idle_host_is_asked(session: Session) -> None:
    await until_ready(session)
    assert (await session.client.complete(None, "x"))[0].text == "fromHost"
    facts = await session.client.inspect(NameOf("x"), "x")
    assert facts is not None and facts.type == "from host"
    syntax = await session.client.check_syntax("x")
    assert syntax is not None and syntax.status == "complete"
    assert await session.client.info() == {"engine": {"name": "fake"}}


async def test_questions_are_answered_while_a_cell_runs(session: Session) -> None:
    await session.run("name horse")
    cell = asyncio.create_task(session.run("hang"))
    await until(lambda: session.client.busy)
    matches = await session.client.complete(None, "hor")
    assert [match.text for match in matches] == ["horse"]
    facts = await session.client.inspect(NameOf("horse"), "horse")
    assert facts is not None and facts.preview == "horse here"
    matches = await session.client.complete(None, "", env="other")
    assert [match.text for match in matches] == ["Math"]
    assert await session.client.complete(None, "hor", env="main") != []
    assert await session.client.check_syntax("x") is None
    with pytest.raises(SessionError, match="a cell runs"):
        await session.client.info()
    assert not cell.done()
    session.client.interrupt()
    assert (await cell).status == "stopped"


async def test_a_request_can_wait_until_no_cell_runs(session: Session) -> None:
    cell = asyncio.create_task(session.run("hang"))
    await until(lambda: session.client.busy)
    idle = asyncio.create_task(session.client.idle())
    # The stop is another one's turn: the cell must end for the wait to end.
    await asyncio.wait({idle}, timeout=0.05)
    assert not idle.done()
    session.client.interrupt()
    await idle
    assert cell.done() or not session.client.busy
    assert await session.client.info() == {"engine": {"name": "fake"}}
    await cell


async def test_a_host_that_does_not_answer_is_waited_for_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until_ready(session)
    pid = session.client.host_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # as if a timer's code ran
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.05)
    assert await session.client.complete(None, "x") == []
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 3600)
    assert await session.client.complete(None, "x") == []
    os.kill(pid, signal.SIGCONT)
    while not await session.client.complete(None, "x"):
        await asyncio.sleep(0.01)


# ---- the stop button --------------------------------------------------------------


async def test_a_stop_ends_the_cell_and_keeps_the_host(session: Session) -> None:
    await until_ready(session)
    pid = session.client.host_pid
    cell = asyncio.create_task(session.run("hang"))
    await until(lambda: session.client.busy)
    session.client.interrupt()
    assert (await cell).status == "stopped"
    assert session.client.host_pid == pid
    assert (await session.run("print still here")).status == "ok"


async def test_a_stop_while_the_host_starts_stops_the_waiting_cell(
    session: Session,
) -> None:
    cell = asyncio.create_task(session.run("print never"))
    await until(lambda: session.client.busy)
    session.client.interrupt()
    outcome = await cell
    assert outcome.status == "stopped"
    assert session.sink.text("stdout") == ""


async def test_native_code_that_runs_on_is_killed_by_the_second_stop(
    session: Session,
) -> None:
    await until_ready(session)
    cell = asyncio.create_task(session.run("deaf"))
    await until(lambda: session.client.busy)
    session.client.interrupt()
    session.client.interrupt()  # a double click within the grace time kills nothing
    await until(lambda: "kills the session host" in session.sink.text("stderr"))
    assert not cell.done()
    session.client.interrupt()
    outcome = await cell
    assert outcome.status == "stopped"
    assert outcome.error is not None and "lost" in outcome.error.message
    assert (await session.run("print new")).status == "ok"


async def test_a_stop_without_a_cell_harms_nothing(session: Session) -> None:
    session.client.interrupt()
    await until_ready(session)
    session.client.interrupt()
    assert (await session.run("print fine")).status == "ok"


# ---- death ------------------------------------------------------------------------


def message_of(outcome: Outcome) -> str:
    assert outcome.status == "error" and outcome.error is not None
    assert outcome.error.name == "HostDied"
    return outcome.error.message


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("die SIGSEGV", "killed by SIGSEGV"),
        ("die SIGABRT", "killed by SIGABRT"),
        ("die SIGKILL", "killed by SIGKILL"),
        ("exit 3", "exit code 3"),
        ("garbage", "no MessagePack arrived"),
        ("torn", "exit code 0"),
    ],
)
async def test_a_lost_host_ends_its_cell_and_the_next_cell_has_a_new_one(
    session: Session, code: str, text: str
) -> None:
    outcome = await session.run(f"print before\nname gone\n{code}")
    assert text in message_of(outcome)
    assert "are lost" in message_of(outcome)
    assert session.sink.text("stdout") == "before\n"
    assert (await session.run("print after")).status == "ok"
    assert session.client.names.complete(None, "gon") == []


async def test_a_host_killed_from_outside_is_noticed_at_once(session: Session) -> None:
    await until_ready(session)
    cell = asyncio.create_task(session.run("hang"))
    await until(lambda: session.client.busy)
    assert session.client.host_pid is not None
    os.kill(session.client.host_pid, signal.SIGKILL)
    assert "SIGKILL" in message_of(await cell)


async def test_between_hosts_the_names_of_a_fresh_one_are_known(
    session: Session,
) -> None:
    await session.run("name mine")
    assert session.client.host_pid is not None
    os.kill(session.client.host_pid, signal.SIGKILL)
    await until(lambda: session.client.host_pid is None)
    assert await session.client.complete(None, "mi") == []
    assert [m.text for m in await session.client.complete(None, "Mat")] == ["Math"]


async def test_death_between_cells_is_told_where_the_last_cell_shows(
    session: Session,
) -> None:
    await until_ready(session)
    assert session.client.host_pid is not None
    os.kill(session.client.host_pid, signal.SIGTERM)
    await until(lambda: "SIGTERM" in session.sink.text("stderr"))
    assert session.sink.shown[-1][0] == 1
    assert session.client.host_pid is None
    assert (await session.run("print again")).status == "ok"


async def test_what_a_dead_host_left_running_is_ended(session: Session) -> None:
    await session.run("child\ndie SIGKILL")
    child = int(session.sink.text("stdout"))
    await until(lambda: not alive(child))


async def test_death_is_noticed_without_pidfd(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_open_pidfd", lambda pid: None)
    assert "SIGSEGV" in message_of(await session.run("die SIGSEGV"))


async def test_a_host_that_cannot_start_says_why(tmp_path: Path) -> None:
    broken = (sys.executable, "-c", "raise ImportError('libjsvm is not there')")
    for command, text in [
        (broken, "libjsvm is not there"),
        ((str(tmp_path / "none"),), "could not be started"),
    ]:
        client = SessionClient(Recorder(), str(tmp_path), command)
        outcome = await client.execute(client.new_cell(), "print", name="In[1]")
        assert outcome.status == "error" and outcome.error is not None
        assert outcome.error.name == "HostStartError"
        assert text in outcome.error.message
        await client.shutdown()


async def test_a_sink_that_fails_costs_the_host_but_not_the_answer(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(message: object) -> None:
        raise OSError("no screen")

    monkeypatch.setattr(session.sink, "display", fail)
    assert "no screen" in message_of(await session.run("result 1"))


# ---- the end ----------------------------------------------------------------------


async def started(cwd: Path) -> tuple[SessionClient, int]:
    client = SessionClient(Recorder(), str(cwd), FAKE_HOST)
    client.start()
    await until(lambda: client.host_pid is not None)
    assert client.host_pid is not None
    return client, client.host_pid


async def test_shutdown_ends_an_idle_host(tmp_path: Path) -> None:
    client, pid = await started(tmp_path)
    await client.shutdown()
    assert not alive(pid)


async def test_shutdown_ends_a_busy_host_and_its_cell(tmp_path: Path) -> None:
    client, pid = await started(tmp_path)
    cell = asyncio.create_task(client.execute(1, "deaf", name="In[1]"))
    await until(lambda: client.busy)
    await client.shutdown()
    assert not alive(pid)
    assert (await cell).status == "error"


async def test_shutdown_before_the_host_is_ready_leaves_no_process(
    tmp_path: Path,
) -> None:
    before = set(psutil.Process().children())
    client = SessionClient(Recorder(), str(tmp_path), FAKE_HOST)
    client.start()
    cell = asyncio.create_task(client.execute(1, "print", name="In[1]"))
    await asyncio.sleep(0)
    await client.shutdown()
    assert (await cell).status == "error"
    assert set(psutil.Process().children()) <= before


# ---- orphans ------------------------------------------------------------------------

#: Starts a child that waits for the end of stdin, tells its pid, and leaves it alone.
LEAVE_A_CHILD = """
import os, sys
pid = os.fork()
if pid == 0:
    os.read(0, 1)
else:
    print(pid, flush=True)
"""


async def test_orphans_are_reaped_and_other_children_are_left(tmp_path: Path) -> None:
    assert supervisor.become_subreaper()
    own = subprocess.Popen(["true"])
    leader = subprocess.Popen(["true"], start_new_session=True)
    reading, writing = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-c", LEAVE_A_CHILD],
        stdin=reading,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(reading)
    assert parent.stdout is not None
    with parent.stdout:
        orphan = int(parent.stdout.readline())
    assert parent.wait() == 0
    os.close(writing)
    while alive(orphan):
        supervisor.reap_orphans()
        await asyncio.sleep(0.001)
    assert own.wait() == 0
    assert leader.wait() == 0
