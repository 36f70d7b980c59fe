"""Kernels for tests: real processes, talked to by jupyter_client.

`fake` is a kernel whose session host is the one of tests/session that does as it is
told; `kernel` is the real thing from end to end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

import jsvm_kernel

FAKE_HOST = Path(__file__).parents[1] / "session" / "fake_host.py"
SHIPPED = Path(jsvm_kernel.__file__).parent / "kernelspec" / "kernel.json"
Message = dict[str, Any]


class Run:
    """A cell's reply and what it published, from busy to idle."""

    def __init__(self, reply: Message, published: list[Message]) -> None:
        self.reply = reply
        self.published = published

    @property
    def content(self) -> Message:
        return self.reply["content"]

    def of(self, kind: str) -> list[Message]:
        return [m["content"] for m in self.published if m["msg_type"] == kind]

    def text(self, name: str) -> str:
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)


class KernelUnderTest:
    """A started kernel and one client of it."""

    def __init__(
        self, manager: AsyncKernelManager, client: AsyncKernelClient, log: Path
    ) -> None:
        self.manager = manager
        self.client = client
        self.log = log
        #: What the kernel process is allowed to say on its own stderr.
        self.may_log = ""
        self._published: dict[str, list[Message]] = {}
        self._arrived = asyncio.Condition()
        self._replies: dict[str, Message] = {}
        self._readers = [
            asyncio.create_task(self._read(client.get_iopub_msg, self._on_iopub)),
            asyncio.create_task(self._read(client.get_shell_msg, self._on_reply)),
            asyncio.create_task(self._read(client.get_control_msg, self._on_reply)),
        ]

    async def _read(self, get: Callable[..., Any], take: Callable[..., None]) -> None:
        while True:
            message = await get(timeout=None)
            async with self._arrived:
                take(message["parent_header"].get("msg_id", ""), message)
                self._arrived.notify_all()

    def _on_iopub(self, parent: str, message: Message) -> None:
        self._published.setdefault(parent, []).append(message)

    def _on_reply(self, parent: str, message: Message) -> None:
        self._replies[parent] = message

    def published(self, parent: str) -> list[Message]:
        return self._published.get(parent, [])

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self._arrived:
            await self._arrived.wait_for(condition)

    async def reply(self, request: str) -> Message:
        await self.until(lambda: request in self._replies)
        return self._replies[request]

    def is_idle(self, request: str) -> bool:
        states = [
            m["content"]["execution_state"]
            for m in self.published(request)
            if m["msg_type"] == "status"
        ]
        return bool(states) and states[-1] == "idle"

    async def finish(self, request: str) -> Run:
        """Wait for reply and idle of an execute_request."""
        reply = await self.reply(request)
        await self.until(lambda: self.is_idle(request))
        return Run(reply, self.published(request))

    async def run(self, code: str, **options: Any) -> Run:
        return await self.finish(self.client.execute(code, **options))

    async def until_text(self, request: str, text: str) -> None:
        """Wait until a cell has printed `text`: then it runs."""
        await self.until(
            lambda: any(
                text in m["content"].get("text", "") for m in self.published(request)
            )
        )

    async def interrupt(self) -> Message:
        message = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(message)
        return await self.reply(message["header"]["msg_id"])

    async def stop(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        self.client.stop_channels()
        await self.manager.shutdown_kernel()
        self.manager.context.destroy(linger=0)
        log = self.log.read_text()
        assert self.may_log in log if self.may_log else not log


def write_kernelspec(folder: Path, *options: str) -> KernelSpecManager:
    """Put the shipped kernelspec in a folder as "jsvm", with options to its command."""
    spec = folder / "kernels" / "jsvm"
    spec.mkdir(parents=True)
    content = json.loads(SHIPPED.read_text())
    content["argv"] += options
    (spec / "kernel.json").write_text(json.dumps(content))
    return KernelSpecManager(kernel_dirs=[str(folder / "kernels")])


async def start(folder: Path, *options: str, **traits: Any) -> KernelUnderTest:
    manager = AsyncKernelManager(
        kernel_name="jsvm",
        kernel_spec_manager=write_kernelspec(folder, *options),
        **traits,
    )
    log = folder / "kernel.log"
    with log.open("w") as stderr:
        await manager.start_kernel(cwd=str(folder), stdout=stderr, stderr=stderr)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    return KernelUnderTest(manager, client, log)


FAKE_OPTIONS = tuple(
    f"--JSVMKernel.host_command={word}" for word in (sys.executable, str(FAKE_HOST))
)


@pytest.fixture
async def fake(tmp_path: Path, tmp_home: Path) -> AsyncIterator[KernelUnderTest]:
    kernel = await start(tmp_path, *FAKE_OPTIONS)
    yield kernel
    await kernel.stop()


@pytest.fixture
async def kernel(tmp_path: Path, tmp_home: Path) -> AsyncIterator[KernelUnderTest]:
    kernel = await start(tmp_path)
    yield kernel
    await kernel.stop()


@pytest.fixture
async def native_kernel(
    tmp_path: Path, tmp_home: Path, builds: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KernelUnderTest]:
    """A kernel that finds the native modules which tests before it have built."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(builds))
    kernel = await start(tmp_path)
    yield kernel
    await kernel.stop()
