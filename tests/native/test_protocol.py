from __future__ import annotations

import asyncio
import socket

import msgspec
import pytest

from jsvm_kernel.native.protocol import (
    LARGEST_FRAME,
    Built,
    Crashed,
    ProtocolError,
    Request,
    frame,
    receive_answer,
    receive_request,
)
from jsvm_kernel.native.result import BuildResult
from jsvm_kernel.native.source import NativeSource

SOURCE = NativeSource(name="m", code="x = 'ü'", cell="In[7]", line_offset=1)


def _received(data: bytes) -> Request | None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        return receive_request(theirs)


def _stream(data: bytes) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    return stream


def _framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "little") + body


def test_a_request_arrives_as_it_was_sent() -> None:
    assert _received(frame(Request(SOURCE))) == Request(SOURCE)


def test_the_end_of_the_stream_is_no_request() -> None:
    assert _received(b"") is None


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (frame(Request(SOURCE))[:-1], "ended after"),
        (b"\x01", "ended after 1 of 4"),
        (frame(Request(SOURCE))[:4], "ended after 0"),
        ((LARGEST_FRAME + 1).to_bytes(4, "little"), "over the limit"),
        (_framed(msgspec.msgpack.encode({"type": "other"})), "no request"),
        (_framed(b"\xc1"), "no request"),
        (frame(Request(SOURCE, version=99)), "version 99"),
    ],
)
def test_what_is_no_request_is_named(data: bytes, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        _received(data)


@pytest.mark.parametrize(
    "answer", [Built(BuildResult(name="m", path="/x.so")), Crashed("Traceback")]
)
async def test_an_answer_arrives_as_it_was_sent(answer: Built | Crashed) -> None:
    assert await receive_answer(_stream(frame(answer))) == answer


async def test_what_is_no_answer_is_named() -> None:
    with pytest.raises(ProtocolError, match="no answer"):
        await receive_answer(_stream(_framed(b"\x93\x01")))
    with pytest.raises(ProtocolError, match="over the limit"):
        await receive_answer(_stream(b"\xff\xff\xff\xff"))


async def test_a_torn_answer_is_an_incomplete_read() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await receive_answer(_stream(frame(Crashed("x"))[:-1]))


def test_a_message_over_the_limit_is_not_sent() -> None:
    with pytest.raises(ProtocolError, match="over the limit"):
        frame(Crashed("x" * (LARGEST_FRAME + 1)))
