"""Completion and inspection of JavaScript.

What the code says itself (local names, declarations of cells that have not been run) is
put together with what the session knows: live values, or the table of names while a
cell runs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...session.client import SessionClient
from ...session.expressions import Expression, NameOf
from ...session.jsdoc import comment_above
from ...session.messages import Facts, Language, Match
from .completion import Completion
from .cursor import MARK, Members, ModulePath, Names, questions_at, typed_at
from .declarations import Declaration, declared_in, scopes_around
from .describe import describe
from .modules import complete_module
from .reader import Reader, signature_of
from .tree import ancestors, encode, field, parse_open, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_KEYWORD_TEXT: Final = (
    "async await break case catch class const continue debugger default delete do else "
    "export extends false finally for from function get if import in instanceof let "
    "new null of return set static super switch this throw true try typeof undefined "
    "var void while with yield"
)
KEYWORDS: Final = tuple(_KEYWORD_TEXT.split())
#: Calls around the cursor, beyond which no one wants to be told of one.
_MOST_QUESTIONS: Final = 8


class Assistant:
    """Answers about code in the notebook of a session.

    `waiting` gives the code of cells that have been sent and not been run.
    """

    def __init__(
        self,
        client: SessionClient,
        waiting: Callable[[], Iterable[tuple[str, Language]]],
    ) -> None:
        self._client = client
        self._waiting = waiting

    async def complete(
        self,
        code: str,
        cursor: int,
        language: Language = "javascript",
        env: str = "",
    ) -> Completion:
        """Complete what is being typed at `cursor` in a cell for the Env `env`."""
        typed = typed_at(code, cursor, language)
        if typed is None:
            return Completion(cursor, cursor)
        if isinstance(typed, Names):
            matches = await self._names(typed, env)
        elif isinstance(typed, ModulePath):
            matches = complete_module(typed.prefix, Path(self._client.folder))
        else:
            matches = await self._members(typed, code[cursor : cursor + 1], env)
        return Completion(cursor - len(typed.prefix), cursor, matches)

    async def inspect(
        self,
        code: str,
        cursor: int,
        detail: int,
        language: Language = "javascript",
        env: str = "",
    ) -> dict[str, str]:
        """Describe what the cursor is on, or the function whose call it is in."""
        reader = Reader(self._declared_elsewhere())
        questions = questions_at(code, cursor, language)
        for node in itertools.islice(questions, _MOST_QUESTIONS):
            facts = await self._facts(reader, node, detail, env)
            if facts is not None:
                return describe(facts)
        return {}

    # ---- completion -----------------------------------------------------------------

    async def _names(self, typed: Names, env: str) -> list[Match]:
        """Local names, then those of cells, what was there before, and keywords."""
        local, top = _visible(typed.node)
        known = await self._client.complete(None, typed.prefix, env=env)
        live = {match.text: match for match in known}
        found: dict[str, Match] = {}
        for declaration in local:
            found.setdefault(declaration.name, _match(declaration))
        for declaration in (*top, *self._declared_elsewhere()):
            name = declaration.name
            found.setdefault(name, live.get(name) or _match(declaration))
        for name, match in live.items():
            found.setdefault(name, match)
        for word in KEYWORDS:
            found.setdefault(word, Match(text=word, kind="keyword"))
        return [
            match
            for name, match in found.items()
            if name.startswith(typed.prefix) and MARK not in name
        ]

    async def _members(self, typed: Members, after: str, env: str) -> list[Match]:
        subject = Reader(self._declared_elsewhere()).expression(typed.owner)
        if subject is None:
            return []
        keys = bool(typed.quote)
        matches = await self._client.complete(subject, typed.prefix, keys=keys, env=env)
        if not keys:
            return matches
        # Editors put the closing quote there; what is missing is put behind the key.
        ending = "" if after == typed.quote else typed.quote + "]"
        return [
            Match(text=match.text + ending, kind=match.kind)
            for match in matches
            if not set(match.text) & {typed.quote, "\\", "\n"}
        ]

    def _declared_elsewhere(self) -> list[Declaration]:
        """Give what cells that wait declare, the last of a name alone."""
        found: dict[str, Declaration] = {}
        for code, language in self._waiting():
            for declaration in declared_in(parse_open(code, language)):
                found[declaration.name] = declaration
        return list(found.values())

    # ---- inspection -----------------------------------------------------------------

    async def _facts(
        self, reader: Reader, node: Node, detail: int, env: str
    ) -> Facts | None:
        name = text_of(field(node, "property") or node)
        subject = reader.expression(node)
        found = None
        if node.type.endswith("identifier") or "identifier_pattern" in node.type:
            found = reader.find(name, node)
        if found is None:
            return await self._inspect(subject, name, detail, env)
        declaration, top = found
        if top:
            live = await self._inspect(NameOf(name), name, detail, env)
            if live is not None:
                return live
        known = await self._inspect(reader.value_of(declaration), name, detail, env)
        return _declared_facts(declaration, known, detail)

    async def _inspect(
        self, subject: Expression | None, name: str, detail: int, env: str
    ) -> Facts | None:
        if subject is None:
            return None
        return await self._client.inspect(subject, name, detail, env=env)


def _visible(node: Node) -> tuple[list[Declaration], list[Declaration]]:
    """Give the names a node sees: of functions and blocks around it, of the cell."""
    local: list[Declaration] = []
    top: list[Declaration] = []
    for scope in scopes_around(node, {}):
        (top if scope.top else local).extend(scope.declarations)
    return local, top


def _function_of(declaration: Declaration) -> Node | None:
    if declaration.kind not in ("function", "class"):
        return None
    return declaration.source if declaration.source is not None else declaration.node


def _match(declaration: Declaration) -> Match:
    function = _function_of(declaration)
    signature = signature_of(function) if function is not None else ""
    return Match(text=declaration.name, kind=declaration.kind, signature=signature)


def _declared_facts(
    declaration: Declaration, known: Facts | None, detail: int
) -> Facts:
    """Describe a name by its declaration, and by what is known of its value."""
    function = _function_of(declaration)
    statement = next(_statements(declaration.node), declaration.node)
    text = text_of(statement)
    return Facts(
        kind=declaration.kind,
        type=known.type if known is not None else _TYPES.get(declaration.kind, "any"),
        name=declaration.name,
        signature=signature_of(function) if function is not None else "",
        comment=_comment_on(statement),
        preview="" if function is not None else text.partition("\n")[0],
        source=text if detail >= 1 else "",
    )


_TYPES: Final = {"function": "function", "class": "function"}


def _statements(node: Node) -> Iterator[Node]:
    """Give the statements that a declaration is, from the inside out."""
    for around in (node, *ancestors(node)):
        if around.type.endswith(("_declaration", "_statement")):
            yield around


def _comment_on(statement: Node) -> str:
    root = statement
    for around in ancestors(statement):
        root = around
    text = text_of(root)
    # Bytes to code points: the comment is sought in the text.
    start = len(encode(text)[: statement.start_byte].decode("utf-8", "replace"))
    return comment_above(text, start)
