"""Drives a real host process over a socketpair and two pipes, without the front."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsvm_kernel.kernel.editing.cursor import Members, Names, questions_at, typed_at
from jsvm_kernel.kernel.editing.describe import describe
from jsvm_kernel.kernel.editing.reader import Reader
from jsvm_kernel.session.expressions import as_json
from jsvm_kernel.session.framing import frame
from jsvm_kernel.session.input_messages import InputReply, InputRequest
from jsvm_kernel.session.marks import Mark, MarkParser, new_nonce
from jsvm_kernel.session.messages import (
    Complete,
    Display,
    Execute,
    Hello,
    Inspect,
    InspectReply,
    LoadModule,
    Outcome,
    Ready,
    Shutdown,
    ToFront,
    ToHost,
    decode_to_front,
)


def completion_of(code: str, id: int = 1) -> Complete:
    """Ask as the front does when `code` is being typed."""
    typed = typed_at(code, len(code))
    assert isinstance(typed, Members | Names), f"nothing is completed in {code!r}"
    if isinstance(typed, Names):
        return Complete(id=id, subject="", prefix=typed.prefix)
    return Complete(
        id=id,
        subject=as_json(Reader().expression(typed.owner)),
        prefix=typed.prefix,
        keys=bool(typed.quote),
    )


def inspection_of(code: str, id: int = 1, detail: int = 0) -> Inspect:
    """Ask as the front does when the cursor is at the end of `code`."""
    subjects = (Reader().expression(node) for node in questions_at(code, len(code)))
    subject = next(subject for subject in subjects if subject is not None)
    return Inspect(
        id=id, subject=as_json(subject), name=code.rpartition(".")[2], detail=detail
    )


def inspected_text(reply: ToFront) -> str:
    """What the front shows of the answer to an inspection."""
    assert isinstance(reply, InspectReply)
    return describe(reply.facts)["text/plain"] if reply.facts is not None else ""


@dataclass
class CellResult:
    """What a cell gave. `text`: both streams, in the order of writing."""

    outcome: Outcome
    displays: list[Display] = field(default_factory=list)
    text: str = ""

    @property
    def value(self) -> str | None:
        """text/plain of the cell's result."""
        results = [d for d in self.displays if d.kind == "result"]
        return results[0].data["text/plain"] if results else None

    @property
    def traceback(self) -> str:
        assert self.outcome.error is not None, self.outcome
        return "\n".join(self.outcome.error.traceback)


class Host:
    """A host process; use it as a context manager."""

    def __init__(self, cwd: Path, nonce: str | None = None) -> None:
        self.nonce = nonce or new_nonce()
        self.sock, theirs = socket.socketpair()
        self.stdout, out = os.pipe()
        self.stderr, err = os.pipe()
        self._parsers = {
            self.stdout: MarkParser(self.nonce),
            self.stderr: MarkParser(self.nonce),
        }
        self._pieces: dict[int, list[bytes | Mark]] = {self.stdout: [], self.stderr: []}
        self._buffer = b""
        self._cell_of: dict[int, int] = defaultdict(int)
        self._active = self.stdout
        #: What each cell has written so far, per stream and together.
        self.written: dict[tuple[int, str], str] = defaultdict(str)
        self.sequence: list[tuple[int, str, str]] = []
        self._next_id = 0
        self.displays: list[Display] = []
        fds = {"--socket": theirs.fileno(), "--stdout": out, "--stderr": err}
        arguments = [str(part) for pair in fds.items() for part in pair]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "jsvm_kernel.host", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=tuple(fds.values()),
            start_new_session=True,
        )
        theirs.close()
        os.close(out)
        os.close(err)
        self.send(Hello(nonce=self.nonce, cwd=str(cwd)))
        ready = self.receive()
        assert isinstance(ready, Ready)
        self.ready = ready

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *exc: object) -> None:
        self.sock.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            os.close(self.stdout)
            os.close(self.stderr)

    def send(self, message: ToHost) -> None:
        self.sock.sendall(frame(message))

    def next_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def receive(self) -> ToFront:
        """Wait for the next message; output that comes meanwhile is read."""
        while True:
            if len(self._buffer) >= 4:
                length = int.from_bytes(self._buffer[:4], "little")
                if len(self._buffer) >= 4 + length:
                    payload = self._buffer[4 : 4 + length]
                    self._buffer = self._buffer[4 + length :]
                    return decode_to_front(payload)
            self._read_some(None)

    def wait_for_text(self, text: str) -> None:
        """Read until some cell has written `text`."""
        while not any(text in written for written in self.written.values()):
            self._read_some(None)

    def wait_for_question(self) -> InputRequest:
        message = self.receive()
        assert isinstance(message, InputRequest)
        return message

    def answer(self, value: str | None, **fields: Any) -> InputRequest:
        """Wait for a question and answer it."""
        question = self.wait_for_question()
        self.send(InputReply(id=question.id, value=value, **fields))
        return question

    def wait_for_display(self) -> Display:
        message = self.receive()
        assert isinstance(message, Display)
        self.displays.append(message)
        return message

    def _read_some(self, timeout: float | None) -> bool:
        ready, _, _ = select.select([self.sock, *self._parsers], [], [], timeout)
        for source in ready:
            if source is self.sock:
                try:
                    data = self.sock.recv(1 << 16)
                except ConnectionResetError:
                    data = b""
                if not data:
                    self._drain()
                    raise EOFError(f"the host has ended; it wrote {dict(self.written)}")
                self._buffer += data
            else:
                assert isinstance(source, int)
                self._feed(source, os.read(source, 1 << 16))
        return bool(ready)

    def _drain(self) -> None:
        while select.select(list(self._parsers), [], [], 0)[0]:
            for source in select.select(list(self._parsers), [], [], 0)[0]:
                data = os.read(source, 1 << 16)
                if not data:
                    return
                self._feed(source, data)

    def _feed(self, source: int, data: bytes) -> None:
        self._pieces[source] += self._parsers[source].feed(data)
        self._merge()

    def _merge(self) -> None:
        """Take pieces of the active stream until it is empty or is left."""
        while self._pieces[self._active]:
            piece = self._pieces[self._active].pop(0)
            if isinstance(piece, bytes):
                self._record(self._active, piece)
            elif piece.kind == "cell":
                self._cell_of[self._active] = piece.number
            elif piece.kind == "switch":
                other = self.stderr if self._active == self.stdout else self.stdout
                self._active = other

    def _record(self, source: int, data: bytes) -> None:
        name = "stdout" if source == self.stdout else "stderr"
        cell = self._cell_of[source]
        text = data.decode("utf-8", "replace")
        self.written[cell, name] += text
        self.sequence.append((cell, name, text))

    def take_inactive(self) -> None:
        """Take what C code wrote to the stream that is not active."""
        other = self.stderr if self._active == self.stdout else self.stdout
        while self._pieces[other]:
            piece = self._pieces[other].pop(0)
            if isinstance(piece, bytes):
                self._record(other, piece)
            elif piece.kind == "cell":
                self._cell_of[other] = piece.number

    # ---- cells -----------------------------------------------------------------------

    def start(
        self, code: str, name: str | None = None, line_offset: int = 0, env: str = ""
    ) -> int:
        cell = self.next_id()
        self.send(
            Execute(
                id=cell,
                code=code,
                name=name or f"In[{cell}]",
                line_offset=line_offset,
                env=env,
            )
        )
        return cell

    def finish(self, cell: int) -> CellResult:
        displays: list[Display] = []
        while True:
            message = self.receive()
            if isinstance(message, Display):
                displays.append(message)
                self.displays.append(message)
            elif isinstance(message, Outcome):
                assert message.id == cell, (message, cell)
                break
            else:
                raise AssertionError(message)
        while self._read_some(0):
            pass
        self.take_inactive()
        text = "".join(text for number, _, text in self.sequence if number == cell)
        return CellResult(message, displays, text)

    def run(self, code: str, **options: Any) -> CellResult:
        """Run a cell to its end."""
        return self.finish(self.start(code, **options))

    def value(self, code: str, **options: Any) -> str | None:
        """Run a cell that must not fail and give its value's text."""
        result = self.run(code, **options)
        assert result.outcome.status == "ok", result.outcome
        return result.value

    def load_module(
        self, name: str, path: Path, module: str, **fields: Any
    ) -> CellResult:
        number = self.next_id()
        self.send(
            LoadModule(id=number, name=name, path=str(path), module=module, **fields)
        )
        return self.finish(number)

    def ask(self, request: ToHost) -> ToFront:
        self.send(request)
        return self.receive()

    def stop(self) -> None:
        """Press the stop button, as the front does."""
        os.kill(self.process.pid, signal.SIGUSR1)

    def press_stop_until_heeded(self) -> None:
        """Repeat the signal until there is an answer or output, as the front does.

        Native code looks for it only where it is interrupted in a wait.
        """
        sources = [self.sock, *self._parsers]
        while not self._buffer and not select.select(sources, [], [], 0.05)[0]:
            self.stop()

    def shut_down(self) -> int:
        self.send(Shutdown())
        return self.process.wait(timeout=20)
