"""The kernel's messages, on a session host that does as it is told."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from .conftest import KernelUnderTest


async def test_a_result_is_an_execute_result(fake: KernelUnderTest) -> None:
    run = await fake.run("result 42")
    assert run.content["status"] == "ok"
    assert run.of("execute_result") == [
        {"data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}
    ]
    assert run.of("execute_input") == [{"code": "result 42", "execution_count": 1}]


async def test_an_error_is_in_the_reply_and_on_iopub(fake: KernelUnderTest) -> None:
    run = await fake.run("error no good")
    expected = {
        "ename": "Error",
        "evalue": "no good",
        "traceback": ["Error: no good"],
    }
    assert run.of("error") == [expected]
    assert run.content["status"] == "error"
    assert {key: run.content[key] for key in expected} == expected


async def test_output_is_complete_in_order_and_before_idle(
    fake: KernelUnderTest,
) -> None:
    run = await fake.run("flood 10000\neprint to stderr\nprint back")
    lines = "".join(f"line {n}\n" for n in range(10_000))
    assert run.text("stdout") == lines + "back\n"
    assert run.text("stderr") == "to stderr\n"
    assert len(run.of("stream")) < 50
    kinds = [message["content"].get("name") for message in run.published]
    assert kinds.index("stderr") < len(kinds) - 1 - kinds[::-1].index("stdout")
    assert run.published[-1]["content"] == {"execution_state": "idle"}


async def test_questions_are_answered_while_a_cell_runs(fake: KernelUnderTest) -> None:
    await fake.run("name horse")
    cell = fake.client.execute("print begun\nhang")
    await fake.until_text(cell, "begun")
    completed = await fake.reply(fake.client.complete("hor", 3))
    assert completed["content"]["matches"] == ["horse"]
    inspected = await fake.reply(fake.client.inspect("horse", 1))
    assert "horse here" in inspected["content"]["data"]["text/plain"]
    whole = await fake.reply(fake.client.is_complete("function f() {"))
    assert whole["content"] == {"status": "incomplete", "indent": "  "}
    history = await fake.reply(fake.client.history(hist_access_type="tail", n=1))
    assert history["content"]["history"] == [[1, 1, "name horse"]]
    info = await fake.reply(fake.client.kernel_info())
    assert info["content"]["language_info"]["name"] == "javascript"
    comms = await fake.reply(fake.client.comm_info())
    assert comms["content"]["comms"] == {}
    assert not fake.is_idle(cell)
    assert (await fake.interrupt())["content"] == {"status": "ok"}
    assert (await fake.finish(cell)).content["status"] == "error"


async def test_names_of_cells_that_run_or_wait_complete(fake: KernelUnderTest) -> None:
    first = fake.client.execute("print begun\nhang\nfunction running() {}")
    second = fake.client.execute("%lsmagic\nfunction waiting(a) {}")
    await fake.until_text(first, "begun")
    for code, name in (("run", "running"), ("wait", "waiting")):
        completed = await fake.reply(fake.client.complete(code, len(code)))
        assert completed["content"]["matches"] == [name]
    await fake.interrupt()
    await fake.finish(first)
    assert (await fake.finish(second)).content["status"] == "aborted"


def states(kernel: KernelUnderTest, request: str) -> list[str]:
    messages = kernel.published(request)
    found = [m["content"] for m in messages if m["msg_type"] == "status"]
    return [content["execution_state"] for content in found]


async def test_a_question_does_not_make_a_busy_kernel_look_idle(
    fake: KernelUnderTest,
) -> None:
    cell = fake.client.execute("print begun\nhang")
    await fake.until_text(cell, "begun")
    question = fake.client.complete("x", 1)
    await fake.until(lambda: fake.is_idle(question))
    await fake.until(lambda: states(fake, cell) == ["busy", "busy"])
    await fake.interrupt()
    await fake.finish(cell)


async def test_shutdown_is_answered_while_a_cell_runs(fake: KernelUnderTest) -> None:
    cell = fake.client.execute("print begun\ndeaf")
    await fake.until_text(cell, "begun")
    message = fake.client.session.msg("shutdown_request", {"restart": False})
    fake.client.control_channel.send(message)
    reply = await fake.reply(message["header"]["msg_id"])
    assert reply["content"] == {"status": "ok", "restart": False}
    assert fake.manager.provisioner is not None
    await fake.manager.provisioner.wait()


async def test_a_running_cell_is_answered_when_the_kernel_shuts_down(
    fake: KernelUnderTest,
) -> None:
    cell = fake.client.execute("print begun\nhang")
    waiting = fake.client.execute("print never")
    await fake.until_text(cell, "begun")
    fake.client.shutdown()
    assert (await fake.finish(cell)).content["status"] == "error"
    assert (await fake.finish(waiting)).content["status"] == "aborted"


async def test_a_signal_is_a_stop_button_too(fake: KernelUnderTest) -> None:
    cell = fake.client.execute("print begun\nhang")
    await fake.until_text(cell, "begun")
    assert fake.manager.provisioner is not None
    await fake.manager.provisioner.send_signal(signal.SIGINT)
    assert (await fake.finish(cell)).content["ename"] == "Interrupted"
    assert (await fake.run("result 1")).content["status"] == "ok"


async def test_cells_behind_an_error_are_aborted_and_later_ones_run(
    fake: KernelUnderTest,
) -> None:
    first = fake.client.execute("print begun\nhang")
    waiting = [fake.client.execute("result 1") for _ in range(5)]
    await fake.until_text(first, "begun")
    # All have reached the kernel: one on the same channel has been answered.
    await fake.reply(fake.client.kernel_info())
    await fake.interrupt()
    await fake.finish(first)
    for cell in waiting:
        assert (await fake.reply(cell))["content"]["status"] == "aborted"
    assert (await fake.run("result 1")).content["status"] == "ok"


async def test_stop_on_error_false_lets_waiting_cells_run(
    fake: KernelUnderTest,
) -> None:
    first = fake.client.execute("print begun\nhang", stop_on_error=False)
    second = fake.client.execute("result 2")
    await fake.until_text(first, "begun")
    await fake.interrupt()
    assert (await fake.finish(first)).content["status"] == "error"
    assert (await fake.finish(second)).content["status"] == "ok"


async def test_a_silent_cell_shows_nothing_and_takes_no_number(
    fake: KernelUnderTest,
) -> None:
    run = await fake.run("print a\ndisplay b\nresult c", silent=True)
    assert {m["msg_type"] for m in run.published} == {"status"}
    assert (await fake.run("result d")).content["execution_count"] == 1


async def test_a_cell_that_is_not_stored_takes_no_number(fake: KernelUnderTest) -> None:
    run = await fake.run("result a", store_history=False)
    assert run.of("execute_result")[0]["data"] == {"text/plain": "a"}
    assert (await fake.run("result b")).content["execution_count"] == 1
    history = await fake.reply(fake.client.history(hist_access_type="tail", n=9))
    assert history["content"]["history"] == [[1, 1, "result b"]]


async def test_user_expressions_are_evaluated_after_the_cell(
    fake: KernelUnderTest,
) -> None:
    run = await fake.run("print x", user_expressions={"a": "result 7", "b": "error no"})
    values = run.content["user_expressions"]
    assert values["a"]["status"] == "ok"
    assert values["a"]["data"] == {"text/plain": "7"}
    assert values["b"]["status"] == "error"
    assert values["b"]["evalue"] == "no"
    assert run.of("execute_result") == []


async def test_a_dead_host_is_the_cells_error_and_the_next_cell_runs(
    fake: KernelUnderTest,
) -> None:
    run = await fake.run("print before\ndie SIGSEGV")
    assert run.text("stdout") == "before\n"
    assert run.content["ename"] == "HostDied"
    assert "SIGSEGV" in run.content["evalue"]
    assert "lost" in run.content["evalue"]
    assert (await fake.run("result 1")).content["status"] == "ok"


async def test_a_comm_that_a_client_opens_is_closed(fake: KernelUnderTest) -> None:
    content = {"comm_id": "c1", "target_name": "jupyter.widget.control", "data": {}}
    message = fake.client.session.msg("comm_open", content)
    fake.client.shell_channel.send(message)
    request = message["header"]["msg_id"]
    await fake.until(lambda: fake.is_idle(request))
    kinds = [m["msg_type"] for m in fake.published(request)]
    assert kinds == ["status", "comm_close", "status"]


async def test_a_flood_is_stopped_and_questions_are_answered_meanwhile(
    fake: KernelUnderTest,
) -> None:
    cell = fake.client.execute("spew begun")
    await fake.until_text(cell, "begun")
    await fake.reply(fake.client.complete("x", 1))
    assert not fake.is_idle(cell)
    await fake.interrupt()
    run = await fake.finish(cell)
    assert run.content["ename"] == "Interrupted"
    assert set(run.text("stdout").splitlines()) == {"begun"}


async def test_garbage_on_the_shell_channel_is_survived(fake: KernelUnderTest) -> None:
    fake.client.shell_channel.socket.send_multipart([b"<IDS|MSG>", b"bad", b"{}"])
    fake.may_log = "Invalid shell message"
    assert (await fake.run("result 1")).content["status"] == "ok"


async def test_a_question_mark_pages_what_inspection_says(
    fake: KernelUnderTest,
) -> None:
    for code in ("?anything", "any.thing??", " any? "):
        run = await fake.run(code)
        (page,) = run.content["payload"]
        assert (page["source"], page["start"]) == ("page", 0)
        assert "from host" in page["data"]["text/plain"]


async def test_the_host_ends_when_the_kernel_is_killed(fake: KernelUnderTest) -> None:
    host = int((await fake.run("pid")).text("stdout"))
    assert fake.manager.provisioner is not None
    await fake.manager.provisioner.kill()
    while Path(f"/proc/{host}").exists() and not is_zombie(host):
        await asyncio.sleep(0.01)


def is_zombie(pid: int) -> bool:
    return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()


# ---- the protocol's corners -------------------------------------------------------


async def ask(
    kernel: KernelUnderTest, kind: str, content: dict[str, Any], **header: Any
) -> dict[str, Any]:
    """Send a request on the control channel and give the content of its reply."""
    message = kernel.client.session.msg(kind, content)
    message["header"].update(header)
    kernel.client.control_channel.send(message)
    return (await kernel.reply(message["header"]["msg_id"]))["content"]


def send_cell(kernel: KernelUnderTest, code: str, subshell: str | None) -> str:
    message = kernel.client.session.msg("execute_request", {"code": code})
    message["header"]["subshell_id"] = subshell
    kernel.client.shell_channel.send(message)
    return message["header"]["msg_id"]


async def test_a_subshells_cell_does_not_wait_for_the_notebooks_queue(
    fake: KernelUnderTest,
) -> None:
    created = await ask(fake, "create_subshell_request", {})
    name = created["subshell_id"]
    listed = await ask(fake, "list_subshell_request", {})
    assert listed == {"status": "ok", "subshell_id": [name]}
    cell = fake.client.execute("print begun\nhang")
    waiting = fake.client.execute("result 2")
    await fake.until_text(cell, "begun")
    # JavaScript takes its turn, a magic needs none.
    beside = await fake.finish(send_cell(fake, "%lsmagic", name))
    assert beside.content["status"] == "ok"
    assert not fake.is_idle(cell)
    turn = send_cell(fake, "result 3", name)
    await fake.interrupt()
    await fake.finish(cell)
    assert (await fake.finish(waiting)).content["status"] == "aborted"
    assert (await fake.finish(turn)).content["status"] == "ok"


async def test_a_deleted_subshell_is_unknown(fake: KernelUnderTest) -> None:
    name = (await ask(fake, "create_subshell_request", {}))["subshell_id"]
    deleted = await ask(fake, "delete_subshell_request", {"subshell_id": name})
    assert deleted == {"status": "ok"}
    fake.may_log = "no subshell"
    again = await ask(fake, "delete_subshell_request", {"subshell_id": name})
    assert again["status"] == "error"
    run = await fake.finish(send_cell(fake, "result 1", name))
    assert run.content["status"] == "error"
    assert name in run.content["evalue"]
    assert (await fake.run("result 1")).content["status"] == "ok"


async def test_cells_that_wait_in_a_deleted_subshell_are_aborted(
    fake: KernelUnderTest,
) -> None:
    name = (await ask(fake, "create_subshell_request", {}))["subshell_id"]
    first = send_cell(fake, "print begun\nhang", name)
    second = send_cell(fake, "result 2", name)
    await fake.until_text(first, "begun")
    await ask(fake, "delete_subshell_request", {"subshell_id": name})
    await fake.interrupt()
    await fake.finish(first)
    assert (await fake.finish(second)).content["status"] == "aborted"


async def test_usage_counts_the_host(fake: KernelUnderTest) -> None:
    host = int((await fake.run("pid")).text("stdout"))
    used = await ask(fake, "usage_request", {})
    assert used["kernel_memory"] > psutil.Process(host).memory_full_info().pss
    assert used["cpu_count"] == psutil.cpu_count()
    assert {"hostname", "pid", "kernel_cpu", "host_virtual_memory"} <= used.keys()


async def test_a_debugger_is_told_that_there_is_none(fake: KernelUnderTest) -> None:
    request = {"type": "request", "command": "attach", "seq": 7}
    reply = await ask(fake, "debug_request", request)
    assert (reply["success"], reply["request_seq"]) == (False, 7)


async def test_connect_gives_the_ports(fake: KernelUnderTest) -> None:
    ports = await ask(fake, "connect_request", {})
    info = fake.client.get_connection_info()
    assert {name: info[name] for name in ports if name != "status"} == {
        name: port for name, port in ports.items() if name != "status"
    }


async def test_an_unknown_message_is_logged_and_idle_follows(
    fake: KernelUnderTest,
) -> None:
    message = fake.client.session.msg("strange_request", {})
    fake.client.shell_channel.send(message)
    await fake.until(lambda: fake.is_idle(message["header"]["msg_id"]))
    fake.may_log = "Unknown message type: 'strange_request'"


async def test_a_request_that_lacks_something_is_answered_with_what(
    fake: KernelUnderTest,
) -> None:
    fake.may_log = "could not be answered"
    for kind in ("execute_request", "complete_request", "inspect_request"):
        message = fake.client.session.msg(kind, {"no": "code"})
        fake.client.shell_channel.send(message)
        reply = await fake.reply(message["header"]["msg_id"])
        assert reply["content"]["status"] == "error"
        assert reply["content"]["evalue"] == f"{kind} lacks 'code'"
    assert (await fake.run("result 1")).content["status"] == "ok"


@pytest.mark.parametrize("kind", ["complete", "inspect"])
async def test_a_cursor_outside_the_code_is_at_its_nearer_end(
    fake: KernelUnderTest, kind: str
) -> None:
    for given, meant in ((-3, 0), (99, 6)):
        content = {"code": "result", "cursor_pos": given}
        replies = []
        for position in (given, meant):
            content = {"code": "result", "cursor_pos": position}
            message = fake.client.session.msg(f"{kind}_request", content)
            fake.client.shell_channel.send(message)
            reply = await fake.reply(message["header"]["msg_id"])
            replies.append(reply["content"])
        assert replies[0] == replies[1]
        if kind == "complete":
            assert (replies[0]["cursor_start"], replies[0]["cursor_end"]) == (0, meant)


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("execute", {"code": 5}, "code must be a text, got int"),
        ("is_complete", {"code": None}, "code must be a text, got NoneType"),
        ("complete", {"code": ["a"], "cursor_pos": 0}, "code must be a text, got list"),
        (
            "inspect",
            {"code": "a", "cursor_pos": "1"},
            "cursor_pos must be a whole number, got str",
        ),
        (
            "inspect",
            {"code": "a", "cursor_pos": 1, "detail_level": "1"},
            "detail_level must be a whole number, got str",
        ),
        (
            "execute",
            {"code": "result 1", "user_expressions": {"a": 5}},
            "a must be a text, got int",
        ),
        (
            "execute",
            {"code": "result 1", "user_expressions": ["a"]},
            "user_expressions must be an object, got list",
        ),
    ],
)
async def test_a_request_of_wrong_types_is_answered_with_what_is_wrong(
    fake: KernelUnderTest, kind: str, content: dict[str, Any], said: str
) -> None:
    fake.may_log = "could not be answered"
    message = fake.client.session.msg(f"{kind}_request", content)
    fake.client.shell_channel.send(message)
    reply = (await fake.reply(message["header"]["msg_id"]))["content"]
    assert (reply["status"], reply["ename"], reply["evalue"]) == (
        "error",
        "BadRequest",
        said,
    )
    run = await fake.run("result 1")
    assert run.content["execution_count"] == 1


async def test_every_client_is_welcomed(fake: KernelUnderTest) -> None:
    for _ in range(2):
        client = fake.manager.client()
        client.start_channels(hb=False)
        welcome = await client.get_iopub_msg(timeout=20)
        assert welcome["msg_type"] == "iopub_welcome"
        client.stop_channels()


async def test_a_message_of_megabytes_arrives(fake: KernelUnderTest) -> None:
    text = "x" * 5_000_000
    run = await fake.run(f"result {text}")
    assert run.of("execute_result")[0]["data"] == {"text/plain": text}
