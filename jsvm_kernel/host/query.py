"""Answers to what the front asks between cells: completion, inspection, syntax, info.

Values are looked at by the prelude (lookup.js), which runs no getter and asks no proxy.
"""

from __future__ import annotations

import json
import platform
import re
from functools import singledispatchmethod
from typing import Any

from jsvm_kernel.session.messages import (
    PROTOCOL_VERSION,
    CheckSyntax,
    Complete,
    CompleteReply,
    Info,
    InfoReply,
    Inspect,
    InspectReply,
    Match,
    SyntaxReply,
    ToFront,
)

from .env import NotebookEnv
from .expression import completion_target, inspection_path
from .languages import TypeScriptError, javascript_of

KEYWORDS = re.findall(
    r"\w+",
    """
    async await break case catch class const continue debugger default delete do else
    export extends false finally for from function get if import in instanceof let new
    null of return set static super switch this throw true try typeof undefined var
    void while with yield
    """,
)

_INDENT = "  "
_OPENS_BLOCK = re.compile(r"[{(\[]\s*(//.*)?$")


class Queries:
    """Answers about one Env."""

    def __init__(self, env: NotebookEnv, features: list[str]) -> None:
        self._env = env
        self._features = features

    @singledispatchmethod
    def answer(self, message: Any) -> ToFront:
        """Give the reply to a query."""
        raise TypeError(f"{type(message).__name__} is no query")

    @answer.register
    def _complete(self, message: Complete) -> ToFront:
        target = completion_target(message.code, message.cursor)
        if target is None or target.path is None:
            matches, start = [], message.cursor
        elif target.path:
            matches, start = self._members(target.path, target.prefix), target.start
        else:
            matches, start = self._names(target.prefix), target.start
        return CompleteReply(
            id=message.id, start=start, end=message.cursor, matches=matches
        )

    @answer.register
    def _inspect(self, message: Inspect) -> ToFront:
        path = inspection_path(message.code, message.cursor)
        answer = self._env.kit.inspectPath(json.dumps(path)) if path else ""
        if not path or not answer:
            return InspectReply(id=message.id, found=False)
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        text = _inspection_text(name, json.loads(answer), message.detail)
        return InspectReply(id=message.id, found=True, data={"text/plain": text})

    @answer.register
    def _check_syntax(self, message: CheckSyntax) -> ToFront:
        try:
            code = javascript_of(message.code, message.language)
        except TypeScriptError:
            return SyntaxReply(id=message.id, status="invalid")
        status = self._env.js.check_syntax(code)
        indent = _next_indent(message.code) if status == "incomplete" else ""
        return SyntaxReply(id=message.id, status=status, indent=indent)

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

    def _members(self, path: list[Any], prefix: str) -> list[Match]:
        answer = self._env.kit.completeMembers(json.dumps(path), prefix)
        if not answer:
            return []
        return [
            Match(text=text, kind=kind, signature=signature)
            for text, kind, signature in json.loads(answer)
        ]

    def _names(self, prefix: str) -> list[Match]:
        """Names of cells first, then what was there before, then keywords."""
        answer = self._env.kit.completeNames(prefix, *self._env.js.lexical_names())
        matches = [
            Match(text=text, kind=kind, signature=signature)
            for text, kind, signature in json.loads(answer)
        ]
        have = {match.text for match in matches}
        matches += [
            Match(text=word, kind="keyword")
            for word in KEYWORDS
            if word.startswith(prefix) and word not in have
        ]
        return matches


def _inspection_text(name: str, facts: dict[str, Any], detail: int) -> str:
    lines = []
    if facts.get("signature"):
        lines.append(f"{facts['kind']} {facts['signature']}")
    else:
        lines.append(f"{name}: {facts['type']}")
    if facts.get("doc"):
        lines += ["", facts["doc"].strip()]
    if facts["preview"]:
        lines += ["", facts["preview"]]
    if detail >= 1 and facts.get("source"):
        lines += ["", facts["source"]]
    return "\n".join(lines)


def _next_indent(code: str) -> str:
    last = code.rstrip("\n").rsplit("\n", 1)[-1]
    indent = last[: len(last) - len(last.lstrip())]
    return indent + _INDENT if _OPENS_BLOCK.search(last) else indent
