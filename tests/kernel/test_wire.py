"""The bytes of messages, against jupyter_client's own Session."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jupyter_client.session import Session as ClientSession

from jsvm_kernel.kernel.wire import InvalidMessage, Session

KEY = b"the key of the connection file"


class Recorder:
    """A stream that keeps what was sent."""

    def __init__(self) -> None:
        self.frames: list[Any] = []

    def send_multipart(self, frames: list[Any]) -> None:
        self.frames = frames


def client(key: bytes = KEY) -> ClientSession:
    return ClientSession(key=key)


def frames_of(content: dict[str, Any], key: bytes = KEY, **parts: Any) -> list[bytes]:
    """What a client sends, as frames with a route before them."""
    session = client(key)
    message = session.msg("execute_request", content, **parts)
    return session.serialize(message, ident=[b"route"])


def test_a_client_reads_what_we_send() -> None:
    session, stream = Session(KEY), Recorder()
    parent = session.read(frames_of({"code": "1"}))
    content = {"text": "ünï\0 \U0001f600", "n": 1.5, "none": None}
    sent = session.send(
        stream, "stream", content, parent, ident=b"topic", buffers=[b"\xff"]
    )
    route, frames = client().feed_identities(stream.frames)
    message = client().deserialize(frames)
    assert route == [b"topic"]
    assert message["content"] == content
    assert message["parent_header"]["msg_id"] == parent["header"]["msg_id"]
    assert message["header"]["msg_id"] == sent
    assert message["header"]["date"].tzinfo is not None
    assert message["buffers"] == [b"\xff"]


def test_we_read_what_a_client_sends() -> None:
    content = {"code": "ünï \U0001f600", "silent": False}
    frames = [*frames_of(content, metadata={"cellId": "x"}), b"buffer"]
    message = Session(KEY).read(frames)
    assert message["idents"] == [b"route"]
    assert message["msg_type"] == "execute_request"
    assert message["content"] == content
    assert message["metadata"] == {"cellId": "x"}
    assert message["buffers"] == [b"buffer"]


@pytest.mark.parametrize("scheme", ["hmac-sha512", "hmac-md5"])
def test_the_scheme_of_the_connection_file_is_used(scheme: str) -> None:
    stream = Recorder()
    Session(KEY, scheme).send(stream, "status", {"execution_state": "idle"})
    _, frames = client().feed_identities(stream.frames)
    reader = ClientSession(key=KEY, signature_scheme=scheme)
    assert reader.deserialize(frames)["content"] == {"execution_state": "idle"}


def test_without_a_key_nothing_is_signed_or_checked() -> None:
    stream = Recorder()
    Session(b"").send(stream, "status", {})
    assert stream.frames[1] == b""
    message = Session(b"").read(frames_of({"code": "1"}, key=b""))
    assert message["content"] == {"code": "1"}


def test_a_message_of_another_key_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="signed"):
        Session(KEY).read(frames_of({"code": "1"}, key=b"another"))


def test_a_message_that_comes_twice_is_refused() -> None:
    session, frames = Session(KEY), frames_of({"code": "1"})
    session.read(frames)
    with pytest.raises(InvalidMessage, match="before"):
        session.read(frames)


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b""],
        [b"no delimiter"],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b'{"msg_id":1}', b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"[]", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b'{"msg_id":"1","msg_type":"x"}', b"{}", b"{}", b"[]"],
        [b"<IDS|MSG>", b"", b"\xff", b"\0", b"{", b"nonsense"],
    ],
    ids=repr,
)
def test_bytes_that_are_no_message_are_refused(frames: list[bytes]) -> None:
    with pytest.raises(InvalidMessage):
        Session(b"").read(frames)


def raw(content: bytes) -> list[bytes]:
    header = json.dumps({"msg_id": "1", "msg_type": "x"}).encode()
    return [b"<IDS|MSG>", b"", header, b"{}", b"{}", content]


def test_what_only_pythons_json_reads_is_read() -> None:
    message = Session(b"").read(raw(b'{"half": "\\ud83d", "n": NaN, "ok": "\xc3\xbc"}'))
    assert message["content"]["ok"] == "ü"
    assert message["content"]["n"] != message["content"]["n"]
    message["content"]["half"].encode()  # can be passed on


def test_half_a_surrogate_pair_can_be_sent() -> None:
    stream = Recorder()
    Session(b"").send(stream, "stream", {"text": "file \udc80"})
    assert json.loads(stream.frames[-1]) == {"text": "file \udc80"}
