from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator

import pytest

from jsvm_kernel.session.marks import MarkKind, format_mark
from jsvm_kernel.session.output import BATCH_BYTES, OutputReader
from jsvm_kernel.session.streams import OutputPipes

NONCE = "ab" * 16


class Recorder:
    def __init__(self) -> None:
        self.texts: list[tuple[int, str, str]] = []
        self.arrived = asyncio.Event()

    def stream(self, cell: int, name: str, text: str) -> None:
        self.texts.append((cell, name, text))
        self.arrived.set()


class Writer:
    """Writes as a host does: one place that knows which stream is active."""

    def __init__(self, pipes: OutputPipes) -> None:
        self.fds = {"stdout": pipes.write["stdout"], "stderr": pipes.write["stderr"]}
        self.active = "stdout"
        self.switches = self.syncs = 0

    def raw(self, stream: str, data: bytes) -> None:
        assert os.write(self.fds[stream], data) == len(data)

    def mark(self, stream: str, kind: MarkKind, number: int) -> None:
        self.raw(stream, format_mark(NONCE, kind, number))

    def write(self, stream: str, data: bytes) -> None:
        if stream != self.active:
            self.switches += 1
            self.mark(self.active, "switch", self.switches)
            self.active = stream
        self.raw(stream, data)

    def both(self, kind: MarkKind, number: int) -> None:
        self.mark("stdout", kind, number)
        self.mark("stderr", kind, number)

    def sync(self) -> int:
        self.syncs += 1
        self.both("sync", self.syncs)
        return self.syncs


class Rig:
    def __init__(self) -> None:
        self.pipes = OutputPipes()
        self.sink = Recorder()
        self.reader = OutputReader(self.pipes, NONCE, self.sink)
        self.host = Writer(self.pipes)

    @property
    def texts(self) -> list[tuple[int, str, str]]:
        return self.sink.texts


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    rig.pipes.close_write()
    rig.reader.close()


async def test_the_order_across_the_streams_is_kept(rig: Rig) -> None:
    rig.host.both("cell", 1)
    expected = []
    for number in range(50):
        stream = ["stdout", "stderr"][number % 2]
        rig.host.write(stream, b"%d\n" % number)
        expected.append((1, stream, f"{number}\n"))
    rig.reader.advance_to(rig.host.sync())
    assert rig.texts == expected


async def test_output_is_attributed_to_the_cell_that_wrote_it(rig: Rig) -> None:
    rig.host.write("stdout", b"none")
    rig.host.both("cell", 1)
    rig.host.write("stdout", b"one")
    rig.host.both("cell", 2)
    rig.host.write("stderr", b"two")
    rig.host.write("stdout", b"two too")
    rig.reader.advance_to(rig.host.sync())
    assert rig.texts == [
        (0, "stdout", "none"),
        (1, "stdout", "one"),
        (2, "stderr", "two"),
        (2, "stdout", "two too"),
    ]


async def test_unannounced_output_of_c_is_shown(rig: Rig) -> None:
    rig.host.write("stdout", b"js")
    rig.host.raw("stderr", b"c")
    rig.reader.advance_to(rig.host.sync())
    assert sorted(rig.texts) == [(0, "stderr", "c"), (0, "stdout", "js")]


async def test_many_lines_come_in_few_pieces(rig: Rig) -> None:
    lines = b"".join(b"line %d\n" % n for n in range(10_000))
    half = len(lines) // 2
    rig.host.write("stdout", lines[:half])
    rig.host.write("stdout", lines[half:])
    rig.reader.advance_to(rig.host.sync())
    assert "".join(text for _, _, text in rig.texts) == lines.decode()
    assert len(rig.texts) <= len(lines) // BATCH_BYTES + 1


async def test_output_streams_before_the_cell_ends(rig: Rig) -> None:
    rig.host.write("stdout", b"first")
    await rig.sink.arrived.wait()
    assert rig.texts == [(0, "stdout", "first")]


async def test_output_behind_a_sync_waits_for_its_message(rig: Rig) -> None:
    rig.host.write("stdout", b"before")
    first = rig.host.sync()
    rig.host.write("stdout", b"between")
    second = rig.host.sync()
    rig.host.write("stdout", b"after")
    await rig.sink.arrived.wait()
    # Further turns of the loop bring nothing: the message has not come.
    for _ in range(10):
        await asyncio.sleep(0)
    assert rig.texts == [(0, "stdout", "before")]
    rig.reader.advance_to(first)
    assert rig.texts == [(0, "stdout", "before")]
    rig.reader.advance_to(second)
    assert rig.texts[1:] == [(0, "stdout", "between")]
    rig.sink.arrived.clear()
    await rig.sink.arrived.wait()
    assert rig.texts[2:] == [(0, "stdout", "after")]


async def test_characters_cut_by_writes_arrive_whole(rig: Rig) -> None:
    data = "žluťoučký 🐎".encode()
    for index in range(len(data)):
        rig.host.raw("stdout", data[index : index + 1])
        rig.reader._on_readable()
    rig.reader.advance_to(rig.host.sync())
    assert "".join(text for _, _, text in rig.texts) == data.decode()


async def test_bytes_that_are_no_utf8_are_replaced_and_end_with_their_cell(
    rig: Rig,
) -> None:
    rig.host.both("cell", 1)
    rig.host.write("stdout", b"a\xffb\xf0\x9f")
    rig.host.both("cell", 2)
    rig.host.write("stdout", b"\x98\x80")
    rig.reader.advance_to(rig.host.sync())
    assert rig.texts == [(1, "stdout", "a\ufffdb\ufffd"), (2, "stdout", "\ufffd\ufffd")]


async def test_a_mark_split_over_reads_does_not_show(rig: Rig) -> None:
    mark = format_mark(NONCE, "cell", 5)
    rig.host.raw("stdout", b"a" + mark[:10])
    rig.reader._on_readable()
    rig.host.raw("stdout", mark[10:] + b"b")
    rig.reader.advance_to(rig.host.sync())
    assert rig.texts == [(0, "stdout", "a"), (5, "stdout", "b")]


async def test_a_cell_that_closes_a_stream_loses_only_that_stream(rig: Rig) -> None:
    os.close(rig.pipes.write.pop("stderr"))
    rig.host.write("stdout", b"out")
    rig.host.mark("stdout", "sync", 1)
    rig.host.write("stdout", b"more")
    rig.reader.advance_to(1)
    assert rig.texts == [(0, "stdout", "out")]
    rig.reader.advance_to(2)
    assert rig.texts[1:] == [(0, "stdout", "more")]


async def test_lost_sync_marks_hold_nothing_back(rig: Rig) -> None:
    # As after dup2 of /dev/null over descriptor 2: open, but no mark arrives.
    rig.host.write("stdout", b"a")
    rig.host.mark("stdout", "sync", 1)
    rig.host.write("stdout", b"b")
    rig.reader.advance_to(1)
    rig.reader.advance_to(2)
    assert "".join(text for _, _, text in rig.texts) == "ab"


async def test_all_that_a_dead_host_wrote_is_shown_even_half_a_mark(rig: Rig) -> None:
    rig.host.write("stdout", b"a")
    rig.host.sync()
    rig.host.write("stderr", b"b")
    half = format_mark(NONCE, "sync", 2)[:-3]
    rig.host.raw("stderr", half)
    # The write ends stay open, as in a child of the dead host.
    rig.reader.close()
    assert rig.texts == [(0, "stdout", "a"), (0, "stderr", "b" + half.decode())]


async def test_output_larger_than_the_pipe_does_not_stall(rig: Rig) -> None:
    data = b"x" * 5_000_000
    writer = asyncio.create_task(asyncio.to_thread(_write_all, rig, data))
    await writer
    rig.reader.advance_to(rig.host.sync())
    assert sum(len(text) for _, _, text in rig.texts) == len(data)


def _write_all(rig: Rig, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(rig.host.fds["stdout"], view) :]


@pytest.mark.parametrize("seed", range(40))
async def test_any_mix_of_writes_syncs_and_reads_keeps_the_order(
    rig: Rig, seed: int
) -> None:
    chance = random.Random(seed)
    written: list[tuple[int, str, str]] = []
    told: list[int] = []
    cell = 0
    for number in range(200):
        match chance.choice(
            ["write", "write", "write", "cell", "sync", "read", "tell"]
        ):
            case "write":
                stream = chance.choice(["stdout", "stderr"])
                text = f"{number}é" * chance.choice([1, 1, 5000])
                rig.host.write(stream, text.encode())
                written.append((cell, stream, text))
            case "cell":
                cell += 1
                rig.host.both("cell", cell)
            case "sync":
                told.append(rig.host.sync())
            case "read":
                rig.reader._on_readable()
            case "tell":
                if told:
                    rig.reader.advance_to(told.pop(0))
    rig.reader.advance_to(rig.host.sync())
    assert joined(rig.texts) == joined(written)


def joined(texts: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Join neighbours of one cell and stream, as batching may cut them anywhere."""
    result: list[tuple[int, str, str]] = []
    for cell, stream, text in texts:
        if result and result[-1][:2] == (cell, stream):
            text = result.pop()[2] + text
        result.append((cell, stream, text))
    return result
