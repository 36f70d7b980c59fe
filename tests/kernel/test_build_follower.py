"""What follows a build of tcc, with a session that is played."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jsvm_kernel.kernel.magics import build_follower
from jsvm_kernel.kernel.magics.build_follower import BuildFollower
from jsvm_kernel.native.result import BuildResult
from jsvm_kernel.native.source import NativeSource
from jsvm_kernel.session.client import SessionError
from jsvm_kernel.session.native_messages import BuildFacts, ExchangeNative

QUICK = BuildResult(
    name="m", diagnostics=[], module="quick", path="q", quick=True, exchangeable=True
)
BUILT = BuildResult(name="m", diagnostics=[], module="good", path="g")


class Builder:
    """Builds at once."""

    async def build(self, source: NativeSource) -> BuildResult:
        return BUILT

    async def stop(self) -> None:
        pass


class Client:
    """A session with the build in some Envs, of which some refuse another one."""

    def __init__(self, envs: list[str], refusing: list[str]) -> None:
        self.host_pid: int | None = 1
        self.exchanged: list[str] = []
        self.no_cell_runs = asyncio.Event()
        self.natives = self
        self._envs = envs
        self._refusing = refusing

    async def idle(self) -> None:
        await self.no_cell_runs.wait()

    async def list(self) -> Any:
        modules = [SimpleNamespace(module="quick", env=env) for env in self._envs]
        other = SimpleNamespace(module="other", env="elsewhere")
        return SimpleNamespace(modules=[other, *modules])

    async def exchange(self, build: ExchangeNative) -> None:
        assert (build.replaces, build.module) == ("quick", "good")
        if build.env in self._refusing:
            raise SessionError("no")
        self.exchanged.append(build.env)


@pytest.fixture
def follower(monkeypatch: pytest.MonkeyPatch) -> BuildFollower:
    monkeypatch.setattr(build_follower, "Builder", Builder)
    return BuildFollower()


def follow(follower: BuildFollower, client: Client) -> None:
    call: Any = SimpleNamespace(client=client)
    follower.follow(call, NativeSource(name="m", code=""), QUICK, BuildFacts())


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_an_env_that_refuses_keeps_no_other_from_the_build(
    follower: BuildFollower,
) -> None:
    client = Client(["main", "two", "three"], refusing=["main", "two"])
    client.no_cell_runs.set()
    follow(follower, client)
    await settled()
    assert client.exchanged == ["three"]
    await follower.close()


async def test_it_waits_until_no_cell_runs(follower: BuildFollower) -> None:
    client = Client(["main"], refusing=[])
    follow(follower, client)
    await settled()
    assert client.exchanged == []
    client.no_cell_runs.set()
    await settled()
    assert client.exchanged == ["main"]
    await follower.close()


async def test_no_host_is_started_for_it(follower: BuildFollower) -> None:
    client = Client(["main"], refusing=[])
    follow(follower, client)
    await settled()
    client.host_pid = None  # it died under the cell
    client.no_cell_runs.set()
    await settled()
    assert client.exchanged == []
    await follower.close()
