from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jsvm_kernel.session.client import SessionClient
from jsvm_kernel.session.messages import Display, Outcome

FAKE_HOST = (sys.executable, str(Path(__file__).parent / "fake_host.py"))


class Recorder:
    """A sink that keeps what cells show, in order."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, str, str]] = []

    def stream(self, cell: int, name: str, text: str) -> None:
        self.shown.append((cell, name, text))

    def display(self, message: Display) -> None:
        self.shown.append((message.cell, message.kind, message.data["text/plain"]))

    def text(self, name: str) -> str:
        return "".join(text for _, kind, text in self.shown if kind == name)


class Session:
    """A client on the fake host, and what its cells showed."""

    def __init__(self, cwd: Path, stop_grace_s: float) -> None:
        self.sink = Recorder()
        self.client = SessionClient(
            self.sink, str(cwd), FAKE_HOST, stop_grace_s=stop_grace_s
        )

    async def run(self, code: str) -> Outcome:
        cell = self.client.new_cell()
        return await self.client.execute(cell, code, name=f"In[{cell}]")


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    session = Session(tmp_path, stop_grace_s=0.1)
    yield session
    await session.client.shutdown()
