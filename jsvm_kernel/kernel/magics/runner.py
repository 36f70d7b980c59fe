"""Runs magics, completes them and gives help on them."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...session.client import SessionClient
from ...session.messages import ErrorReport, Match, Outcome
from ..editing.completion import Completion
from ..editing.paths import complete_file
from ..input import InputChannel
from ..publish import Publisher
from ..settings import Settings
from ..source import CellMagic, LineMagic, Script, is_command, read_cell
from . import registry
from .call import Call, MagicError

if TYPE_CHECKING:
    from ...native.client import Builder
    from .build_follower import BuildFollower


class MagicRunner:
    """Runs one magic at a time for the kernel; keeps the builder of native modules."""

    def __init__(
        self,
        client: SessionClient,
        publisher: Publisher,
        settings: Settings,
        user: InputChannel,
    ) -> None:
        self._client = client
        self._publisher = publisher
        self._settings = settings
        self._user = user
        self._builder: Builder | None = None
        self._follower: BuildFollower | None = None
        self._warming: asyncio.Future[None] | None = None
        self._running: asyncio.Task[Outcome | None] | None = None

    async def run_lines(
        self,
        cell: int,
        name: str,
        magics: Sequence[LineMagic],
        payload: list[dict[str, Any]],
    ) -> Outcome:
        """Run line magics in turn; the first error ends them."""
        call = self._call(cell, name, payload)
        outcome = Outcome(sync=0, id=cell, status="ok")
        for magic in magics:
            outcome = await self._run(call, "line", magic.name, magic.rest)
            if outcome.error is not None:
                break
        return outcome

    async def run_cell(
        self,
        cell: int,
        name: str,
        text: str,
        magic: CellMagic,
        payload: list[dict[str, Any]],
    ) -> Outcome:
        """Run the cell magic that the cell `text` is."""
        call = self._call(cell, name, payload, text, magic.line)
        return await self._run(call, "cell", magic.name, magic.rest, magic.body)

    async def help(
        self, cell: int, name: str, payload: list[dict[str, Any]]
    ) -> Outcome:
        """Put the help on a magic into the pager."""
        return await self._run(self._call(cell, "", payload), "line", "jsvm_help", name)

    def interrupt(self) -> bool:
        """Stop the magic's own work, such as a build; gives whether any ran."""
        if self._running is None:
            return False
        self._running.cancel()
        return True

    async def close(self) -> None:
        """End the builder."""
        if self._follower is not None:
            await self._follower.close()
        if self._warming is not None:
            await self._warming
        if self._builder is not None:
            await self._builder.stop()

    def complete(self, code: str, cursor: int) -> Completion | None:
        """Complete a magic's line; None where the cursor is in JavaScript."""
        start = code.rfind("\n", 0, cursor) + 1
        above, line = read_cell(code[:start]), code[start:cursor]
        if isinstance(above, CellMagic):
            self._expect(above.name)
            return None if above.name in registry.BODIES else Completion(cursor, cursor)
        if not isinstance(above, Script) or _has_code(above):
            return None
        word = re.split(r"\s", line)[-1]
        if is_command(line):
            return Completion(cursor - len(word), cursor, complete_file(word, Path()))
        if not line.lstrip().startswith("%"):
            return None
        first = line.lstrip() == word
        matches = _names(word, above) if first else _arguments(line, word, self._client)
        return Completion(cursor - len(word), cursor, matches)

    def env_of(self, code: str) -> str:
        """Give the name of the Env that a cell says it is for, "" if it says none."""
        content = read_cell(code)
        if not isinstance(content, CellMagic) or content.name != "jsvm_env":
            return ""
        words = content.rest.split()
        return next((word for word in words if not word.startswith("-")), "")

    def inspect(self, code: str, cursor: int) -> dict[str, Any] | None:
        """Give help on the magic whose line or body the cursor is in."""
        start = code.rfind("\n", 0, cursor) + 1
        above = read_cell(code[:start])
        content = read_cell(code[start:].split("\n", 1)[0])
        if isinstance(above, CellMagic):
            self._expect(above.name)
            return None if above.name in registry.BODIES else {}
        if not isinstance(above, Script) or _has_code(above):
            return None
        try:
            if isinstance(content, CellMagic):
                magic = registry.find(content.name, "cell")
            elif isinstance(content, Script) and content.magics:
                magic = registry.find(content.magics[0].name, "line")
            else:
                return None
        except MagicError:
            return {}
        return {"text/plain": magic.help}

    def _call(
        self,
        cell: int,
        name: str,
        payload: list[dict[str, Any]],
        text: str = "",
        lines_above: int = 0,
    ) -> Call:
        return Call(
            cell=cell,
            cell_name=name,
            cell_text=text,
            client=self._client,
            publisher=self._publisher,
            settings=self._settings,
            user=self._user,
            get_builder=self._get_builder,
            get_follower=self._get_follower,
            payload=payload,
            lines_above=lines_above,
        )

    def _expect(self, magic: str) -> None:
        """Get ready for a cell magic that is being written."""
        if magic == "jsvm_native" and self._builder is None:
            self._warming = asyncio.ensure_future(self._get_builder().start())

    def _get_builder(self) -> Builder:
        if self._builder is None:
            from ...native.client import Builder

            self._builder = Builder()
        return self._builder

    def _get_follower(self) -> BuildFollower:
        if self._follower is None:
            from .build_follower import BuildFollower

            self._follower = BuildFollower()
        return self._follower

    async def _run(
        self, call: Call, kind: registry.MagicKind, name: str, *texts: str
    ) -> Outcome:
        """Run a magic; what the user can mend becomes the cell's error."""
        try:
            magic = registry.find(name, kind)
        except MagicError as error:
            return _failed(call, error.name, str(error))
        from IPython.core.error import UsageError

        try:
            outcome = await self._stoppable(magic.function(call, *texts))
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]
                raise
            return _failed(call, "Interrupted", "stopped by the user", status="stopped")
        except MagicError as error:
            return _failed(call, error.name, str(error), error.lines)
        except UsageError as error:
            text = _usage_text(magic, str(error), texts[0])
            return _failed(call, "UsageError", text)
        return outcome or Outcome(sync=0, id=call.cell, status="ok")

    async def _stoppable(self, work: Awaitable[Outcome | None]) -> Outcome | None:
        self._running = asyncio.ensure_future(work)
        try:
            return await self._running
        finally:
            self._running = None


def _has_code(script: Script) -> bool:
    lines = script.code.split("\n")
    return any(line.strip() and not line.strip().startswith("//") for line in lines)


def _names(word: str, above: Script) -> list[Match]:
    """Complete a magic's name; a bare % offers cell magics too: %%name begins so."""
    names = registry.all_names()
    if above.magics:
        names = [name for name in names if not name.startswith("%%")]
    return [Match(text=n, kind="magic") for n in names if n.startswith(word)]


def _arguments(line: str, word: str, client: SessionClient) -> list[Match]:
    """Complete what stands behind a magic: options, choices, files, names of magics."""
    typed, *words = line.split()
    kind: registry.MagicKind = "cell" if typed.startswith("%%") else "line"
    try:
        magic = registry.find(typed.lstrip("%"), kind)
    except MagicError:
        return []
    expected = magic.expected(words[:-1] if word else words)
    if word.startswith("-") or expected is None:
        found = [o for o in magic.options if o.startswith(word)]
        return [Match(text=option, kind="property") for option in found]
    choices = [str(choice) for choice in expected.choices or ()]
    if magic.name == "jsvm_help":
        choices = [name for family in registry.FAMILIES.values() for name in family]
    if expected.metavar == "FILE":
        return complete_file(word, Path())
    if expected.metavar == "FOLDER":
        return complete_file(word, Path(), lambda name: False)
    if expected.metavar == "VM":
        choices = list(client.vms.envs)
    if expected.metavar == "ENV":
        choices = [name for names in client.vms.envs.values() for name in names]
    if expected.metavar == "MODULE":
        choices = client.names.native_modules()
    if words[:1] == ["new"] and expected.dest == "name":
        choices = []
    if not choices and not word:
        choices = magic.options
    return [Match(text=c, kind="property") for c in choices if c.startswith(word)]


def _usage_text(magic: registry.Magic, message: str, typed: str) -> str:
    """Say what was wrong with the arguments, what is near, and the usage."""
    known = magic.options
    for word in typed.split():
        option = word.partition("=")[0]
        if option.startswith("-") and option not in known:
            near = difflib.get_close_matches(option, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"unknown option {option}{hint}"
            break
    return f"{message}\nUsage: {magic.usage}"


def _failed(
    call: Call,
    name: str,
    message: str,
    lines: tuple[str, ...] = (),
    status: Any = "error",
) -> Outcome:
    report = ErrorReport(
        name=name, message=message, traceback=[*lines, f"{name}: {message}"]
    )
    return Outcome(sync=0, id=call.cell, status=status, error=report)
