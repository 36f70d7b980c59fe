"""The C compiler's builds of modules that run from tcc's build at first.

They are made by a builder of their own, so that the next cell does not wait for them,
and take the place of tcc's code between cells.
"""

from __future__ import annotations

import asyncio
import contextlib

import msgspec

from ...native.client import Builder, BuilderError
from ...native.diagnostics import render
from ...native.result import BuildResult
from ...native.source import NativeSource
from ...session.client import SessionClient, SessionError
from ...session.native_messages import BuildFacts, ExchangeNative
from .call import Call


class BuildFollower:
    """Builds behind the cells; all methods belong to one event loop."""

    def __init__(self) -> None:
        self._builder = Builder()
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(
        self, call: Call, source: NativeSource, quick: BuildResult, facts: BuildFacts
    ) -> None:
        """Build what runs from the build `quick`; `facts` are what is told of that."""
        work = self._follow(call, source, quick, facts)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End the builds."""
        for task in self._tasks:
            task.cancel()
        await self._builder.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(
        self, call: Call, source: NativeSource, quick: BuildResult, facts: BuildFacts
    ) -> None:
        try:
            built = await self._builder.build(source)
        except BuilderError as error:
            call.warn(f"{source.name} stays built by tcc: {error}")
            return
        # Cython has said what it has to say when the cell ran.
        new = [each for each in built.diagnostics if each not in quick.diagnostics]
        if new:
            call.warn(render(new, source.cell))
        if built.ok and quick.exchangeable:
            await self._exchange(call, quick, built, facts)
        if len(self._tasks) == 1:
            await self._builder.stop()  # this was the last: nobody needs the process

    async def _exchange(
        self, call: Call, quick: BuildResult, built: BuildResult, facts: BuildFacts
    ) -> None:
        """Put the build in the other one's place in each Env, when no cell runs."""
        assert quick.module is not None  # it is loaded
        exchange = ExchangeNative(
            id=0,
            replaces=quick.module,
            name=built.name,
            path=built.path or "",
            module=built.module or "",
            needs=[(each.module, each.path) for each in built.needs],
            built=BuildFacts(
                compiler=built.compiler,
                options=facts.options,
                cached=built.cached,
                translate_s=built.translate_s,
                compile_s=built.compile_s,
                note=f"it took the place of a build by {quick.compiler}",
            ),
        )
        for env in await self._envs_with(quick.module, call.client):
            await call.client.idle()
            if call.client.host_pid is None:
                return
            # Refused: the cell has run again, or the module or its Env is gone. Nothing
            # is lost, and the other Envs are asked all the same.
            with contextlib.suppress(SessionError):
                await call.client.natives.exchange(
                    msgspec.structs.replace(exchange, env=env)
                )

    async def _envs_with(self, module: str, client: SessionClient) -> list[str]:
        """Give the Envs that have loaded a build, once no cell runs."""
        await client.idle()
        if client.host_pid is None:  # none is started for this
            return []
        try:
            reply = await client.natives.list()
        except SessionError:
            return []
        return [each.env for each in reply.modules if each.module == module]
