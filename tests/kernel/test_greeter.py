"""kernel_info before there is a kernel, and nothing lost meanwhile."""

from __future__ import annotations

from typing import Any

from jupyter_client.session import Session as ClientSession

from jsvm_kernel.kernel.about import KERNEL_INFO
from jsvm_kernel.kernel.greeter import Greeter
from jsvm_kernel.kernel.wire import Session

KEY = b"key"


class FakeChannel:
    """A channel that keeps what is sent and has something waiting."""

    def __init__(self, *waiting: list[bytes]) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.on_message: Any = None
        self._waiting = list(waiting)

    def send_multipart(self, frames: list[Any]) -> None:
        session = ClientSession(key=KEY)
        message = session.deserialize(session.feed_identities(frames)[1])
        self.sent.append((message["msg_type"], message["content"]))

    def receive_all(self) -> None:
        while self._waiting:
            self.on_message(self._waiting.pop(0))


class Taker:
    """What a kernel is to a greeter."""

    def __init__(self) -> None:
        self.taken: list[tuple[Any, str]] = []

    def take(self, stream: Any, message: dict[str, Any]) -> None:
        self.taken.append((stream, message["msg_type"]))


def frames(kind: str, content: dict[str, Any]) -> list[bytes]:
    session = ClientSession(key=KEY)
    return session.serialize(session.msg(kind, content), ident=[b"client"])


def greeted() -> tuple[Greeter, dict[str, FakeChannel]]:
    channels = {
        "shell": FakeChannel(),
        "control": FakeChannel(),
        "stdin": FakeChannel(),
        "iopub": FakeChannel([b"\x01"]),
    }
    return Greeter(session=Session(KEY), ports={}, **channels), channels  # type: ignore


def test_kernel_info_is_answered_at_once_on_both_channels() -> None:
    _, channels = greeted()
    for name in ("shell", "control"):
        channels[name].on_message(frames("kernel_info_request", {}))
        assert channels[name].sent == [("kernel_info_reply", KERNEL_INFO)]
    states = [content.get("execution_state") for _, content in channels["iopub"].sent]
    assert states == [None, "starting", "busy", "idle", "busy", "idle"]


def test_who_has_subscribed_is_welcomed_first() -> None:
    _, channels = greeted()
    assert channels["iopub"].sent[0] == ("iopub_welcome", {"subscription": ""})


def test_all_else_is_kept_in_order_for_the_kernel() -> None:
    greeter, channels = greeted()
    channels["shell"].on_message(frames("execute_request", {"code": "1"}))
    channels["control"].on_message(frames("interrupt_request", {}))
    channels["shell"].on_message([b"garbage"])
    channels["shell"].on_message(frames("complete_request", {"code": "1"}))
    kernel = Taker()
    greeter.hand_over(kernel)  # type: ignore[arg-type]
    assert kernel.taken == [
        (channels["shell"], "execute_request"),
        (channels["control"], "interrupt_request"),
        (channels["shell"], "complete_request"),
    ]
    assert channels["shell"].sent == []
