"""Comms between a client and JavaScript, from end to end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import KernelUnderTest, Message, start

ECHO = """
jupyter.comm.register("echo", (comm, { data }) => {
  comm.onMessage = ({ data, metadata, buffers }) => {
    comm.send({ back: data }, { metadata, buffers });
  };
  comm.onClose = ({ data }) => console.log("closed: " + data.why);
  comm.send({ hello: data });
});
"""


def send(
    kernel: KernelUnderTest, kind: str, comm: str, data: Any = None, **options: Any
) -> str:
    """Send a comm message; gives its id."""
    session = kernel.client.session
    content = {"comm_id": comm, "data": data if data is not None else {}}
    content |= options.pop("content", {})
    message = session.msg(f"comm_{kind}", content, metadata=options.pop("metadata", {}))
    kernel.client.shell_channel.socket.send_multipart(
        session.serialize(message) + options.pop("buffers", [])
    )
    return str(message["header"]["msg_id"])


def open_comm(kernel: KernelUnderTest, target: str, comm: str = "c") -> str:
    return send(kernel, "open", comm, 1, content={"target_name": target})


def comm_messages(kernel: KernelUnderTest, comm: str = "c") -> list[Message]:
    """What was published about a comm so far, whatever its parent."""
    return [
        message
        for messages in kernel._published.values()
        for message in messages
        if message["msg_type"].startswith("comm_")
        and message["content"]["comm_id"] == comm
    ]


def received(kernel: KernelUnderTest, comm: str = "c") -> list[Any]:
    messages = comm_messages(kernel, comm)
    return [m["content"]["data"] for m in messages if m["msg_type"] == "comm_msg"]


async def open_comms(kernel: KernelUnderTest, target: str | None = None) -> Any:
    reply = await kernel.reply(kernel.client.comm_info(target))
    return reply["content"]["comms"]


# ---- opened by a client --------------------------------------------------------------


async def test_a_client_opens_uses_and_closes_a_comm(kernel: KernelUnderTest) -> None:
    cell = (await kernel.run(ECHO)).reply["parent_header"]["msg_id"]
    opened = open_comm(kernel, "echo")
    await kernel.until(lambda: kernel.is_idle(opened))
    assert received(kernel) == [{"hello": 1}]
    assert await open_comms(kernel) == {"c": {"target_name": "echo"}}
    assert await open_comms(kernel, "other") == {}
    used = send(
        kernel, "msg", "c", {"n": 2}, metadata={"m": 3}, buffers=[b"\0\xff", b""]
    )
    await kernel.until(lambda: kernel.is_idle(used))
    answer = [m for m in comm_messages(kernel) if m["msg_type"] == "comm_msg"][-1]
    assert answer["content"]["data"] == {"back": {"n": 2}}
    assert answer["metadata"] == {"m": 3}
    assert [bytes(buffer) for buffer in answer["buffers"]] == [b"\0\xff", b""]
    closed = send(kernel, "close", "c", {"why": "done"})
    await kernel.until(lambda: kernel.is_idle(closed))
    await kernel.until_text(cell, "closed: done")
    assert await open_comms(kernel) == {}


async def test_a_target_that_nobody_registered_is_closed(
    kernel: KernelUnderTest,
) -> None:
    opened = open_comm(kernel, "nobody")
    await kernel.until(lambda: kernel.is_idle(opened))
    assert [m["msg_type"] for m in comm_messages(kernel)] == ["comm_close"]
    assert comm_messages(kernel)[0]["parent_header"]["msg_id"] == opened
    assert await open_comms(kernel) == {}


@pytest.mark.parametrize("content", [{"comm_id": 5}, {"target_name": ["echo"]}])
async def test_a_message_of_wrong_types_costs_the_session_nothing(
    kernel: KernelUnderTest, content: dict[str, Any]
) -> None:
    kernel.may_log = "could not be answered"
    await kernel.run("const kept = 1")
    wrong = send(kernel, "open", "c", content={"target_name": "echo"} | content)
    await kernel.until(lambda: kernel.is_idle(wrong))
    assert (await kernel.run("kept")).content["status"] == "ok"


async def test_messages_reach_a_cell_that_awaits(kernel: KernelUnderTest) -> None:
    await kernel.run(ECHO)
    cell = kernel.client.execute(
        "await new Promise((done) => {\n"
        "  jupyter.comm.register('wake', (comm) => { comm.onMessage = done });\n"
        "  console.log('waiting');\n"
        "}).then(({ data }) => data)"
    )
    await kernel.until_text(cell, "waiting")
    open_comm(kernel, "wake")
    send(kernel, "msg", "c", "good morning")
    run = await kernel.finish(cell)
    (content,) = run.of("execute_result")
    assert content["data"]["text/plain"] == "'good morning'"


async def test_messages_to_a_busy_session_wait_and_keep_their_order(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run(
        "globalThis.seen = [];"
        "jupyter.comm.register('count', (comm) => {"
        "  comm.onMessage = ({ data }) => seen.push(data) })"
    )
    opened = open_comm(kernel, "count")
    await kernel.until(lambda: kernel.is_idle(opened))
    cell = kernel.client.execute("console.log('busy'); for (;;);")
    await kernel.until_text(cell, "busy")
    sent = [send(kernel, "msg", "c", n) for n in range(50)]
    # Other requests don't wait for them, and the stop button ends only the cell.
    reply = await kernel.reply(kernel.client.complete("Math.sqr", 8))
    assert reply["content"]["matches"] == ["sqrt"]
    assert not any(kernel.is_idle(message) for message in sent)
    await kernel.interrupt()
    assert (await kernel.finish(cell)).content["status"] == "error"
    await kernel.until(lambda: all(map(kernel.is_idle, sent)))
    run = await kernel.run("seen.join()")
    (content,) = run.of("execute_result")
    assert content["data"]["text/plain"] == f"'{','.join(map(str, range(50)))}'"


async def test_output_of_a_handler_belongs_to_the_cell_that_set_it(
    kernel: KernelUnderTest,
) -> None:
    first = await kernel.run(
        "let keep; jupyter.comm.register('late', (comm) => { keep = comm;"
        " comm.onMessage = async () => { console.log('first'); await 0;"
        " throw new Error('of the first') } })"
    )
    opened = open_comm(kernel, "late")
    await kernel.until(lambda: kernel.is_idle(opened))
    await kernel.run("'between'")
    send(kernel, "msg", "c")
    cell = first.reply["parent_header"]["msg_id"]
    await kernel.until_text(cell, "of the first")
    second = kernel.client.execute(
        "keep.onMessage = () => { console.log('second'); throw 'my goodness' }"
    )
    await kernel.finish(second)
    await kernel.run("'between'")
    send(kernel, "msg", "c")
    await kernel.until_text(second, "my goodness")
    assert "first" not in "".join(
        m["content"].get("text", "") for m in kernel.published(second)
    )


async def test_a_runaway_handler_can_be_stopped(kernel: KernelUnderTest) -> None:
    run = await kernel.run(
        "jupyter.comm.register('spin', () => { console.log('spins'); for (;;); })"
    )
    cell = run.reply["parent_header"]["msg_id"]
    opened = open_comm(kernel, "spin")
    await kernel.until_text(cell, "spins")
    await kernel.interrupt()
    await kernel.until_text(cell, "a handler of a comm of this cell was stopped")
    await kernel.until(lambda: kernel.is_idle(opened))
    assert (await kernel.run("1")).content["status"] == "ok"


# ---- opened by JavaScript ------------------------------------------------------------


async def test_javascript_opens_a_comm_in_the_clients(kernel: KernelUnderTest) -> None:
    run = await kernel.run(
        "const big = new Float64Array([1, 2]).subarray(1);\n"
        "const comm = jupyter.comm.open('chart', { n: 1e20 },\n"
        "  { metadata: { v: 1 }, buffers: [big, new ArrayBuffer(3)] });\n"
        "comm.send('\\ud800!'); comm.id"
    )
    opened, sent = (m for m in run.published if m["msg_type"].startswith("comm_"))
    assert opened["msg_type"] == "comm_open"
    assert opened["content"]["target_name"] == "chart"
    assert opened["content"]["data"] == {"n": 10**20}
    assert opened["metadata"] == {"v": 1}
    buffers = [bytes(buffer) for buffer in opened["buffers"]]
    assert buffers == [b"\0\0\0\0\0\0\0\x40", b"\0\0\0"]
    assert sent["content"]["data"] == "\ud800!"
    comm = opened["content"]["comm_id"]
    assert run.of("execute_result")[0]["data"]["text/plain"] == f"'{comm}'"
    assert await open_comms(kernel) == {comm: {"target_name": "chart"}}
    closed = await kernel.run("comm.close({ bye: 1 }); comm.close(); comm.send(1)")
    assert [c["data"] for c in closed.of("comm_close")] == [{"bye": 1}]
    assert closed.content["evalue"].startswith("this comm is closed")
    assert await open_comms(kernel) == {}


async def test_comms_are_closed_when_their_host_is_lost(
    kernel: KernelUnderTest, cc: str
) -> None:
    run = await kernel.run("jupyter.comm.open('gone').id")
    (opened,) = run.of("comm_open")
    built = await kernel.run(
        "%%jsvm_native bad\nfrom libc.stdlib cimport abort\ndef crash():\n    abort()"
    )
    assert built.content["status"] == "ok", built.content
    assert (await kernel.run("bad.crash()")).content["ename"] == "HostDied"
    comm = opened["comm_id"]
    await kernel.until(
        lambda: comm_messages(kernel, comm)[-1]["msg_type"] == "comm_close"
    )
    assert await open_comms(kernel) == {}
    # One that arrives late is dropped, and does not start anything.
    late = send(kernel, "msg", comm)
    await kernel.until(lambda: kernel.is_idle(late))


async def test_a_comm_opened_before_the_host_is_there_is_answered(
    tmp_path: Any, tmp_home: Any
) -> None:
    kernel = await start(tmp_path)
    try:
        opened = open_comm(kernel, "too early")
        await asyncio.wait_for(kernel.until(lambda: kernel.is_idle(opened)), 30)
        assert [m["msg_type"] for m in comm_messages(kernel)] == ["comm_close"]
    finally:
        await kernel.stop()


async def test_an_env_that_is_dropped_takes_its_comms_along(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_vm new other --use")
    await kernel.run(ECHO)
    (opened,) = (await kernel.run("jupyter.comm.open('x').id")).of("comm_open")
    await kernel.run("%jsvm_vm use main")
    # Comms of an Env work while another one is current.
    echo = open_comm(kernel, "echo")
    await kernel.until(lambda: kernel.is_idle(echo))
    assert received(kernel) == [{"hello": 1}]
    assert len(await open_comms(kernel)) == 2
    await kernel.run("%jsvm_vm drop other")
    assert await open_comms(kernel) == {}
    for comm in (opened["comm_id"], "c"):
        kinds = [m["msg_type"] for m in comm_messages(kernel, comm)]
        assert "comm_close" in kinds
    again = open_comm(kernel, "echo", "d")
    await kernel.until(lambda: kernel.is_idle(again))
    assert [m["msg_type"] for m in comm_messages(kernel, "d")] == ["comm_close"]


# ---- widgets -------------------------------------------------------------------------


async def test_answers_to_a_view_are_about_its_message(kernel: KernelUnderTest) -> None:
    run = await kernel.run("const w = jupyter.widget({ state: { n: 1 }, render() {} })")
    (opened,) = run.of("comm_open")
    comm = opened["comm_id"]
    assert await open_comms(kernel, "jupyter.widget") == {
        comm: {"target_name": "jupyter.widget"}
    }
    update = {"method": "update", "state": {"n": 2}, "buffer_paths": []}
    for data, answer in (
        (update, update | {"method": "echo_update"}),
        ({"method": "request_state"}, None),
    ):
        sent = send(kernel, "msg", comm, data)
        await kernel.until(lambda sent=sent: kernel.is_idle(sent))
        (message,) = (m for m in kernel.published(sent) if m["msg_type"] == "comm_msg")
        if answer is not None:
            assert message["content"]["data"] == answer
        else:
            assert message["content"]["data"]["state"]["n"] == 2


async def test_echoes_can_be_switched_off(
    tmp_path: Any, tmp_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_WIDGETS_ECHO", "0")
    kernel = await start(tmp_path)
    try:
        run = await kernel.run("jupyter.widget({ state: { n: 1 }, render() {} })")
        (opened,) = run.of("comm_open")
        data = {"method": "update", "state": {"n": 2}}
        sent = send(kernel, "msg", opened["comm_id"], data)
        await kernel.until(lambda: kernel.is_idle(sent))
        kinds = [m["msg_type"] for m in kernel.published(sent)]
        assert kinds == ["status", "status"]
    finally:
        await kernel.stop()
