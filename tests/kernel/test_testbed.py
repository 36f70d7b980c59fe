"""The 27 checks of the public kernel-testbed (runtimed/kernel-testbed), by name.

That suite scores kernels of all languages and is lenient where they differ; here each
check is held to what the protocol says. All but two are of use to one kernel, which is
shared: what they need they make.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from .conftest import write_kernelspec

TIMEOUT = 60
Message = dict[str, Any]


class Bed:
    """A kernel and a client that asks one thing after the other."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.blocking_client()
        self.client.start_channels()
        self.welcome = self.client.get_iopub_msg(timeout=TIMEOUT)
        self.info = self.shell("kernel_info_request", {})

    def shell(self, kind: str, content: Message) -> Message:
        return self._ask(self.client.shell_channel, kind, content)

    def control(self, kind: str, content: Message) -> Message:
        return self._ask(self.client.control_channel, kind, content)

    def _ask(self, channel: Any, kind: str, content: Message) -> Message:
        request = self.client.session.msg(kind, content)
        channel.send(request)
        while True:
            reply = channel.get_msg(timeout=TIMEOUT)
            if reply["parent_header"]["msg_id"] == request["header"]["msg_id"]:
                assert reply["msg_type"] == kind.replace("_request", "_reply")
                return reply

    def execute(self, code: str, answer: str | None = None) -> Run:
        request = self.client.execute(code, allow_stdin=answer is not None)
        asked = None
        if answer is not None:
            asked = self.client.get_stdin_msg(timeout=TIMEOUT)
            self.client.input(answer)
        return Run(self._reply(request), self.published(request), asked)

    def _reply(self, request: str) -> Message:
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"]["msg_id"] == request:
                return reply

    def published(self, request: str) -> list[Message]:
        """What is published about a request, up to its idle."""
        messages = []
        while not messages or messages[-1]["content"].get("execution_state") != "idle":
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == request:
                messages.append(message)
        return messages


class Run:
    """What came of a cell."""

    def __init__(
        self, reply: Message, published: list[Message], asked: Message | None
    ) -> None:
        self.reply = reply
        self.content = reply["content"]
        self.published = published
        self.asked = asked

    def of(self, kind: str) -> list[Message]:
        return [m["content"] for m in self.published if m["msg_type"] == kind]

    def text(self, name: str) -> str:
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)


def start() -> KernelManager:
    folder = tempfile.mkdtemp()
    specs = write_kernelspec(Path(folder), "--JSVMKernel.history_file=:memory:")
    manager = KernelManager(kernel_name="jsvm", kernel_spec_manager=specs)
    manager.start_kernel(cwd=folder)
    return manager


@pytest.fixture(scope="module")
def bed() -> Iterator[Bed]:
    manager = start()
    bed = Bed(manager)
    yield bed
    bed.client.stop_channels()
    manager.shutdown_kernel()
    bed.client.context.destroy(linger=0)


# ---- tier 1: basic protocol --------------------------------------------------------


def test_heartbeat_responds(bed: Bed) -> None:
    info = bed.client.get_connection_info()
    with zmq.Context() as context, context.socket(zmq.REQ) as heart:
        heart.linger = 0
        heart.connect(f"tcp://{info['ip']}:{info['hb_port']}")
        heart.send(b"ping")
        assert heart.poll(20_000), "no heartbeat"
        assert heart.recv() == b"ping"


def test_iopub_welcome(bed: Bed) -> None:
    assert bed.welcome["msg_type"] == "iopub_welcome"
    assert bed.welcome["content"] == {"subscription": ""}


def test_kernel_info_reply_valid(bed: Bed) -> None:
    assert bed.info["content"]["status"] == "ok"


def test_kernel_info_has_language_info(bed: Bed) -> None:
    language = bed.info["content"]["language_info"]
    assert (language["name"], language["file_extension"]) == ("javascript", ".js")


def test_kernel_info_has_protocol_version(bed: Bed) -> None:
    major, minor = bed.info["content"]["protocol_version"].split(".")
    assert (int(major), int(minor)) >= (5, 3)


def test_execute_stdout(bed: Bed) -> None:
    assert bed.execute("console.log('hello')").text("stdout") == "hello\n"


def test_execute_stderr(bed: Bed) -> None:
    assert bed.execute("console.error('error')").text("stderr") == "error\n"


def test_execute_reply_ok(bed: Bed) -> None:
    assert bed.execute("let done = 1").content["status"] == "ok"


def test_status_busy_idle_lifecycle(bed: Bed) -> None:
    states = [c["execution_state"] for c in bed.execute("1").of("status")]
    assert states == ["busy", "idle"]


def test_execute_input_broadcast(bed: Bed) -> None:
    run = bed.execute("1 + 2")
    count = run.content["execution_count"]
    assert run.of("execute_input") == [{"code": "1 + 2", "execution_count": count}]


# ---- tier 2: interactive features --------------------------------------------------


def test_complete_request(bed: Bed) -> None:
    bed.execute("var testVariable = 42")
    content = {"code": "testVar", "cursor_pos": 7}
    reply = bed.shell("complete_request", content)["content"]
    assert reply["status"] == "ok"
    assert reply["matches"] == ["testVariable"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (0, 7)


def test_inspect_request(bed: Bed) -> None:
    bed.execute("var inspected = 42")
    content = {"code": "inspected", "cursor_pos": 9, "detail_level": 0}
    reply = bed.shell("inspect_request", content)["content"]
    assert reply["status"] == "ok"
    assert reply["found"]
    assert "42" in reply["data"]["text/plain"]


def test_is_complete_complete(bed: Bed) -> None:
    reply = bed.shell("is_complete_request", {"code": "let x = 1"})
    assert reply["content"]["status"] == "complete"


def test_is_complete_incomplete(bed: Bed) -> None:
    reply = bed.shell("is_complete_request", {"code": "function f() {"})
    assert reply["content"]["status"] == "incomplete"
    assert reply["content"]["indent"].strip() == ""


def test_history_request(bed: Bed) -> None:
    bed.execute("'remember me'")
    content = {"hist_access_type": "tail", "n": 10, "output": False, "raw": True}
    reply = bed.shell("history_request", content)["content"]
    assert reply["status"] == "ok"
    assert reply["history"][-1][2] == "'remember me'"


def test_comm_info_request(bed: Bed) -> None:
    reply = bed.shell("comm_info_request", {})["content"]
    assert reply["status"] == "ok"
    assert isinstance(reply["comms"], dict)


def test_error_handling(bed: Bed) -> None:
    run = bed.execute("let let = (")
    assert run.content["status"] == "error"
    assert run.content["ename"] == "SyntaxError"
    (error,) = run.of("error")
    assert {key: run.content[key] for key in error} == error


# ---- tier 3: rich output -----------------------------------------------------------


def test_display_data(bed: Bed) -> None:
    run = bed.execute("display({'text/html': '<b>bold</b>'}, {raw: true})")
    (shown,) = run.of("display_data")
    assert shown["data"]["text/html"] == "<b>bold</b>"


def test_update_display_data(bed: Bed) -> None:
    run = bed.execute(
        "display({'text/plain': 'one'}, {raw: true, id: 'bed'});"
        "display({'text/plain': 'two'}, {raw: true, id: 'bed', update: true})"
    )
    (shown,), (updated,) = run.of("display_data"), run.of("update_display_data")
    assert updated["data"]["text/plain"] == "two"
    assert updated["transient"] == shown["transient"] == {"display_id": "bed"}


def test_execute_result(bed: Bed) -> None:
    run = bed.execute("6 * 7")
    (result,) = run.of("execute_result")
    assert result["data"]["text/plain"] == "42"
    assert result["execution_count"] == run.content["execution_count"]


def test_rich_execute_result(bed: Bed) -> None:
    run = bed.execute(
        "({[Symbol.for('Jupyter.display')]: () => "
        "({'text/html': '<b>rich</b>', 'text/plain': 'rich'})})"
    )
    (result,) = run.of("execute_result")
    assert result["data"] == {"text/html": "<b>rich</b>", "text/plain": "rich"}


# ---- tier 4: advanced features -----------------------------------------------------


def test_stdin_input_request(bed: Bed) -> None:
    run = bed.execute("console.log(prompt('Enter: '))", answer="test_input_42")
    assert run.asked is not None
    assert run.asked["msg_type"] == "input_request"
    assert run.asked["content"] == {"prompt": "Enter: ", "password": False}
    assert run.content["status"] == "ok"
    assert "test_input_42" in run.text("stdout")


def test_comms_lifecycle(bed: Bed) -> None:
    comm = {"comm_id": "bed-comm", "target_name": "kernel_testbed.test", "data": {}}
    request = bed.client.session.msg("comm_open", comm)
    bed.client.shell_channel.send(request)
    published = bed.published(request["header"]["msg_id"])
    # Nobody listens to this target: the kernel says so by closing it.
    closed = [m["content"] for m in published if m["msg_type"] == "comm_close"]
    assert [content["comm_id"] for content in closed] == ["bed-comm"]
    assert bed.shell("comm_info_request", {})["content"]["comms"] == {}
    assert bed.execute("1").content["status"] == "ok"


def test_interrupt_request(bed: Bed) -> None:
    reply = bed.control("interrupt_request", {})
    assert reply["content"]["status"] == "ok"
    assert bed.execute("1").content["status"] == "ok"


def test_execution_count_increments(bed: Bed) -> None:
    counts = [bed.execute("1").content["execution_count"] for _ in range(2)]
    assert counts[1] == counts[0] + 1


def test_parent_header_correlation(bed: Bed) -> None:
    run = bed.execute("console.log('hello')")
    assert run.reply["parent_header"]["msg_type"] == "execute_request"
    parents = {m["parent_header"]["msg_id"] for m in run.published}
    assert parents == {run.reply["parent_header"]["msg_id"]}


def test_shutdown_reply() -> None:
    bed = Bed(start())
    reply = bed.control("shutdown_request", {"restart": False})
    assert reply["content"] == {"status": "ok", "restart": False}
    bed.manager.provisioner.process.wait(timeout=TIMEOUT)  # it ends by itself
    bed.client.stop_channels()
    bed.manager.cleanup_resources()
    bed.client.context.destroy(linger=0)
