"""Answers to what the front asks between cells: completion, inspection, syntax, info.

Values are looked at by the prelude (lookup.js), which runs no getter and asks no proxy.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from jsvm_kernel.session.jsdoc import comment_above, comment_on_name
from jsvm_kernel.session.messages import (
    PROTOCOL_VERSION,
    CheckSyntax,
    Complete,
    CompleteReply,
    Facts,
    Info,
    InfoReply,
    Inspect,
    InspectReply,
    Match,
    SyntaxReply,
    ToFront,
)

from .env import NotebookEnv


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts that functions and values came from.

    `of` gives a cell's or file's text by its name, `cells` those of all cells.
    """

    of: Callable[[str], str | None] = lambda name: None
    cells: Callable[[], Sequence[str]] = tuple


_NO_SOURCES = Sources()


class Queries:
    """Answers about one Env."""

    def __init__(
        self,
        env: NotebookEnv,
        features: list[str],
        sources: Sources = _NO_SOURCES,
    ) -> None:
        self._env = env
        self._features = features
        self._sources = sources

    @singledispatchmethod
    def answer(self, message: Any) -> ToFront:
        """Give the reply to a query."""
        raise TypeError(f"{type(message).__name__} is no query")

    @answer.register
    def _complete(self, message: Complete) -> ToFront:
        kit = self._env.editing_kit
        if not message.subject:
            answer = kit.completeNames(message.prefix, *self._env.js.lexical_names())
        else:
            answer = kit.completeMembers(message.subject, message.prefix, message.keys)
        matches = [
            Match(text=text, kind=kind, signature=signature)
            for text, kind, signature in json.loads(answer)
        ]
        return CompleteReply(id=message.id, matches=matches)

    @answer.register
    def _inspect(self, message: Inspect) -> ToFront:
        answer = self._env.editing_kit.inspectExpression(message.subject)
        if not answer:
            return InspectReply(id=message.id)
        found: dict[str, Any] = json.loads(answer)
        source, file = found.pop("source", ""), found.pop("file", "")
        line = found.pop("line", 0)
        if line and message.detail >= 1:
            from .native_docs import block_at  # not before a native module is there

            cell = found.get("place", "").partition(",")[0]
            source = block_at(self._sources.of(cell) or "", line)
        comment = self._comment(message.name, source, file)
        if message.detail >= 1:
            found["source"] = source
        facts = Facts(name=message.name, comment=comment, **found)
        return InspectReply(id=message.id, facts=facts)

    @answer.register
    def _check_syntax(self, message: CheckSyntax) -> ToFront:
        status = self._env.js.check_syntax(message.code)
        return SyntaxReply(id=message.id, status=status)

    @answer.register
    def _info(self, message: Info) -> ToFront:
        from importlib import metadata  # slow to import, and seldom asked for

        vm = self._env.vm
        info = vm.info()
        heap = vm.heap_statistics()
        return InfoReply(
            id=message.id,
            info={
                "engine": {
                    "name": info.engine,
                    "version": info.version,
                    "API version": info.api_version,
                    "cache tag": info.cache_tag,
                },
                "versions": {
                    "jsvm_kernel": metadata.version("jsvm_kernel"),
                    "Python": platform.python_version(),
                    "protocol": PROTOCOL_VERSION,
                },
                "features": dict.fromkeys(self._features, True),
                "limits": {
                    "memory (bytes)": vm.memory_limit or "none",
                    "stack (bytes)": vm.stack_size or "none",
                    "time (s)": vm.time_limit or "none",
                },
                "heap": {
                    "used (bytes)": heap.used_heap_size,
                    "total (bytes)": heap.total_heap_size,
                    "limit (bytes)": heap.heap_size_limit,
                },
            },
        )

    def _comment(self, name: str, source: str, file: str) -> str:
        """Find the JSDoc of a function in its file, of another value by its name."""
        if file:
            text = self._sources.of(file) or ""
            position = text.rfind(source)
            found = comment_above(text, position) if position >= 0 else ""
            # Of TypeScript the engine has another text than we.
            return found or comment_on_name(text, name)
        if not name:
            return ""
        texts = reversed(self._sources.cells())
        return next(filter(None, (comment_on_name(text, name) for text in texts)), "")
