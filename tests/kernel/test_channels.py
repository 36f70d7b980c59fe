"""zmq's sockets on the event loop: nothing waits for something else to happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import zmq

from jsvm_kernel.kernel.channels import Channel


class Pair:
    """A channel and the socket at its other end."""

    def __init__(self) -> None:
        self._context: Any = zmq.Context()
        sock = self._context.socket(zmq.PAIR)
        port = sock.bind_to_random_port("tcp://127.0.0.1")
        self.other = self._context.socket(zmq.PAIR)
        self.other.linger = 0
        self.other.connect(f"tcp://127.0.0.1:{port}")
        self.got: list[bytes] = []
        self.channel = Channel(sock, self._keep)

    def _keep(self, frames: list[bytes]) -> None:
        if frames == [b"raise"]:
            raise RuntimeError("as it was told")
        self.got.append(frames[0])

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.got) < count:
                await asyncio.sleep(0.001)

    def close(self) -> None:
        self.channel.close()
        self.channel.close()  # twice is no harm
        self.other.close()
        self._context.term()


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


async def test_all_messages_arrive_in_order_and_the_loop_goes_on(pair: Pair) -> None:
    count = 1000
    for number in range(count):
        pair.other.send(b"%d" % number)
    turns = 0
    while len(pair.got) < count:
        await asyncio.sleep(0)
        turns += 1
    assert pair.got == [b"%d" % number for number in range(count)]
    assert turns > count // 100


async def test_what_arrives_while_we_send_is_noticed(pair: Pair) -> None:
    for number in range(300):
        pair.other.send(b"question")
        pair.channel.send_multipart([b"answer", b"%d" % number])
        await pair.until(number + 1)


async def test_a_message_that_breaks_its_handler_holds_up_no_other(
    pair: Pair,
) -> None:
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: reported.append(str(context["exception"]))
    )
    for text in (b"raise", b"raise", b"good"):
        pair.other.send(text)
    await pair.until(1)
    assert pair.got == [b"good"]
    assert reported == ["as it was told"] * 2
