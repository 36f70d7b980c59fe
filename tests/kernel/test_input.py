"""The stdin channel, asked by a real client socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import zmq
import zmq.asyncio
from jupyter_client.session import Session as ClientSession

from jsvm_kernel.kernel.channels import Channel
from jsvm_kernel.kernel.input import (
    InputChannel,
    InputStopped,
    StdinNotImplementedError,
)
from jsvm_kernel.kernel.wire import Session

KEY = b"key"


class Client:
    """A front end's stdin socket."""

    def __init__(self, context: Any, port: int, name: bytes) -> None:
        self.name = name
        self.session = ClientSession(key=KEY)
        self._sock = zmq.asyncio.Socket(context, zmq.DEALER)
        self._sock.linger = 0
        self._sock.identity = name
        self._sock.connect(f"tcp://127.0.0.1:{port}")

    def cell(self, allow_stdin: bool = True) -> dict[str, Any]:
        message = self.session.msg("execute_request", {"allow_stdin": allow_stdin})
        return {**message, "idents": [self.name]}

    async def asked(self) -> dict[str, Any]:
        frames = await self._sock.recv_multipart()
        return self.session.deserialize(self.session.feed_identities(frames)[1])

    async def answer(self, value: Any, parent: dict[str, Any] | None = None) -> None:
        message = self.session.msg("input_reply", {"value": value}, parent=parent)
        await self._sock.send_multipart(self.session.serialize(message))

    async def send_bytes(self, *frames: bytes) -> None:
        await self._sock.send_multipart(frames)

    def close(self) -> None:
        self._sock.close()


class Room:
    """A stdin channel and two clients of it."""

    def __init__(self) -> None:
        self._context: Any = zmq.Context()
        sock = self._context.socket(zmq.ROUTER)
        port = sock.bind_to_random_port("tcp://127.0.0.1")
        self.channel = Channel(sock)
        self.input = InputChannel(Session(KEY), self.channel)
        self.client = Client(self._context, port, b"one")
        self.other = Client(self._context, port, b"two")

    async def connect(self) -> None:
        # A route exists only once something has come along it.
        for client in (self.client, self.other):
            await client.answer("hello")
        await asyncio.sleep(0.05)

    def read(self, *args: Any, **options: Any) -> asyncio.Task[str]:
        parent = options.pop("parent", None) or self.client.cell()
        return asyncio.create_task(self.input.read(parent, *args, **options))

    def close(self) -> None:
        self.client.close()
        self.other.close()
        self.channel.close()
        self._context.term()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    await room.connect()
    yield room
    room.close()


async def test_the_cells_client_is_asked_and_its_answer_given(room: Room) -> None:
    cell = room.client.cell()
    line = room.read("name? ", True, parent=cell)
    question = await room.client.asked()
    assert question["content"] == {"prompt": "name? ", "password": True}
    assert question["parent_header"]["msg_id"] == cell["header"]["msg_id"]
    await room.client.answer("ünï")
    assert await line == "ünï"


async def test_a_client_that_takes_no_requests_is_not_asked(room: Room) -> None:
    with pytest.raises(StdinNotImplementedError):
        await room.read("?", parent=room.client.cell(allow_stdin=False))


async def test_a_stop_takes_the_question_back_and_the_next_one_is_answered(
    room: Room,
) -> None:
    line = room.read("first")
    first = await room.client.asked()
    room.input.stop()
    with pytest.raises(InputStopped):
        await line
    await room.client.answer("late", parent=first)
    line = room.read("second")
    await room.client.asked()
    await room.client.answer("later still", parent=first)
    await room.client.answer("right")
    assert await line == "right"


async def test_a_cancelled_read_leaves_the_channel_free(room: Room) -> None:
    line = room.read("first")
    await room.client.asked()
    line.cancel()
    with pytest.raises(asyncio.CancelledError):
        await line
    line = room.read("second")
    await room.client.asked()
    await room.client.answer("x")
    assert await line == "x"


async def test_only_the_client_that_was_asked_can_answer(room: Room) -> None:
    line = room.read("?")
    await room.client.asked()
    await room.other.answer("mine")
    await room.other.send_bytes(b"garbage")
    await room.client.answer("yours")
    assert await line == "yours"


async def test_the_end_of_input_is_an_eof_error(room: Room) -> None:
    line = room.read("?")
    await room.client.asked()
    await room.client.answer("\x04")
    with pytest.raises(EOFError):
        await line


async def test_questions_are_asked_one_at_a_time(room: Room) -> None:
    lines = [room.read(str(n)) for n in range(3)]
    for n in range(3):
        question = await room.client.asked()
        assert question["content"]["prompt"] == str(n)
        await room.client.answer(f"answer {n}")
    assert await asyncio.gather(*lines) == ["answer 0", "answer 1", "answer 2"]
