from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import msgspec
import pytest

from jsvm_kernel.session import messages
from jsvm_kernel.session.async_framing import AsyncChannel
from jsvm_kernel.session.framing import (
    MAX_FRAME_BYTES,
    BlockingChannel,
    ProtocolError,
    frame,
)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    front, host = socket.socketpair()
    with front, host:
        yield front, host


def raw_frame(payload: bytes) -> bytes:
    return struct.pack("<I", len(payload)) + payload


TO_HOST = [
    messages.Hello(nonce="n", cwd="/"),
    messages.Execute(id=1, code="1", name="In[1]"),
    messages.LoadModule(id=2, name="m", path="/m.so", module="m_1"),
    messages.Complete(id=3, subject="{}", prefix="c"),
    messages.Inspect(id=4, subject="{}", name="a", detail=1),
    messages.CheckSyntax(id=5, code="{"),
    messages.Info(id=6),
    messages.Shutdown(),
]
TO_FRONT = [
    messages.Ready(pid=1, names=[messages.Name(name="Math", kind="variable")]),
    messages.Display(sync=1, cell=1, kind="result", data={"text/plain": "1"}),
    messages.Outcome(
        sync=2,
        id=1,
        status="error",
        error=messages.ErrorReport(name="E", message="m", traceback=["E: m"]),
    ),
    messages.CompleteReply(id=3, matches=[messages.Match(text="x", kind="function")]),
    messages.InspectReply(id=4, facts=messages.Facts(kind="variable", type="x")),
    messages.SyntaxReply(id=5, status="incomplete"),
    messages.InfoReply(id=6, info={"engine": {"name": "QuickJS-NG"}}),
    messages.RequestFailed(id=7, message="no"),
]


async def test_every_message_arrives_as_it_was_sent(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    front, host = AsyncChannel.open(pair[0]), BlockingChannel(pair[1])
    channel = await front
    for to_host in TO_HOST:
        await channel.send(to_host)
        assert host.receive() == to_host
    for to_front in TO_FRONT:
        host.send(to_front)
        assert await channel.receive() == to_front
    channel.close()


def test_a_frame_in_pieces_is_waited_for(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    front, host = pair[0], BlockingChannel(pair[1])
    data = frame(messages.Info(id=9)) + frame(messages.Shutdown())
    for index, byte in enumerate(data[:-1]):
        front.sendall(bytes([byte]))
        if index == len(frame(messages.Info(id=9))) - 1:
            assert host.receive(timeout_s=0) == messages.Info(id=9)
        else:
            assert host.receive(timeout_s=0) is None
    front.sendall(data[-1:])
    assert host.receive() == messages.Shutdown()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x05\x00", "inside a frame: 2 of 4 bytes"),
        (b"\x05\x00\x00\x00ab", "inside a frame: 6 of 9 bytes"),
        (struct.pack("<I", MAX_FRAME_BYTES + 1), "the limit is"),
        (raw_frame(b"\xc1\xc1"), "no MessagePack arrived"),
        (raw_frame(msgspec.msgpack.encode([1])), "a list arrived"),
        (raw_frame(msgspec.msgpack.encode({"type": "dance"})), "type 'dance'"),
        (raw_frame(msgspec.msgpack.encode({"type": "info", "id": "x"})), "type 'info'"),
    ],
)
async def test_what_is_no_message_is_named_on_both_sides(
    data: bytes, text: str
) -> None:
    for front_reads in (False, True):
        ours, theirs = socket.socketpair()
        theirs.sendall(data)
        theirs.close()
        with pytest.raises(ProtocolError, match=text):
            if front_reads:
                channel = await AsyncChannel.open(ours)
                try:
                    await channel.receive()
                finally:
                    channel.close()
            else:
                with ours:
                    BlockingChannel(ours).receive()


@pytest.mark.parametrize("fields", [{"nonce": "n", "cwd": "/"}, {"quite": "different"}])
def test_a_greeting_of_another_version_is_named(
    pair: tuple[socket.socket, socket.socket], fields: dict[str, str]
) -> None:
    greeting = {"type": "hello", "version": 999, **fields}
    pair[0].sendall(raw_frame(msgspec.msgpack.encode(greeting)))
    with pytest.raises(ProtocolError, match="version 999, this one"):
        BlockingChannel(pair[1]).receive()


async def test_an_orderly_close_is_end_of_file(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    channel = await AsyncChannel.open(pair[0])
    pair[1].close()
    with pytest.raises(EOFError):
        await channel.receive()
    channel.close()


def test_an_oversized_message_is_refused_before_it_is_sent(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jsvm_kernel.session.framing.MAX_FRAME_BYTES", 100)
    host = BlockingChannel(pair[1])
    with pytest.raises(ValueError, match="InspectReply of"):
        facts = messages.Facts(kind="variable", type="x" * 99)
        host.send(messages.InspectReply(id=1, facts=facts))
