"""The C compiler's builds of modules that run from tcc's build at first.

They are made by a builder of their own, so that the next cell does not wait for them,
and take the place of tcc's code between cells.
"""

from __future__ import annotations

import asyncio
from typing import Final

from ...native.client import Builder, BuilderError
from ...native.diagnostics import render
from ...native.result import BuildResult
from ...native.source import NativeSource
from ...session.client import SessionError
from ...session.native_messages import BuildFacts, ExchangeNative
from .call import Call

_PAUSE_S: Final = 0.05


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
        """Put the build in the other one's place, as soon as no cell runs."""
        client = call.client
        while client.busy:
            await asyncio.sleep(_PAUSE_S)
        if client.host_pid is None:
            return
        assert quick.module is not None  # it is loaded
        try:
            await client.natives.exchange(
                ExchangeNative(
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
            )
        except SessionError:
            # The cell has run again, or the module or its Env is gone: nothing is lost.
            return
