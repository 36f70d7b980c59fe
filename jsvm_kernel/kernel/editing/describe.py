"""What inspection shows: facts as text, and as Markdown for those who render it."""

from __future__ import annotations

from collections.abc import Iterator

from ...session.jsdoc import Documentation, Item, read_comment
from ...session.messages import Facts

_INDENT = "  "


def describe(facts: Facts) -> dict[str, str]:
    """Give a MIME bundle: signature first, then documentation, value and source."""
    documentation = read_comment(facts.comment) if facts.comment else Documentation()
    if not documentation.text:
        documentation.text = facts.doc.strip()
    return {
        "text/plain": "\n\n".join(_plain(facts, documentation)),
        "text/markdown": "\n\n".join(_markdown(facts, documentation)),
    }


def _head(facts: Facts) -> str:
    if facts.signature.startswith("("):
        return f"{facts.kind} {facts.name}{facts.signature}"  # it has no name itself
    if facts.signature:
        return f"{facts.kind} {facts.signature}"
    return f"{facts.name}: {facts.type}" if facts.name else facts.type


def _declaration(facts: Facts, declared: str) -> str:
    """Say how and where the author of a native function declares it."""
    place = f" ({facts.place})" if facts.place else ""
    return f"Declared as {declared}{place}"


# ---- text ---------------------------------------------------------------------------


def _plain(facts: Facts, documentation: Documentation) -> Iterator[str]:
    yield _head(facts)
    if documentation.deprecated is not None:
        yield f"Deprecated. {documentation.deprecated}".rstrip()
    if facts.declared:
        yield _declaration(facts, facts.declared)
    if documentation.text:
        yield documentation.text
    if documentation.parameters:
        yield _block("Parameters:", _aligned(documentation.parameters))
    if documentation.returns is not None:
        yield "Returns: " + _item_text(documentation.returns)
    for thrown in documentation.throws:
        yield "Throws: " + _item_text(thrown)
    for example in documentation.examples:
        yield _block("Example:", example.split("\n"))
    if documentation.others:
        yield "\n".join(documentation.others)
    if facts.preview:
        yield facts.preview
    if facts.members:
        yield _block("Members:", facts.members)
    if facts.source:
        yield facts.source


def _block(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(_INDENT + line for line in lines)])


def _aligned(items: list[Item]) -> list[str]:
    names = max(len(item.name) for item in items)
    types = max(len(item.type) for item in items)
    return [
        f"{item.name:<{names}}  {item.type:<{types}}  {item.text}".rstrip()
        if types
        else f"{item.name:<{names}}  {item.text}".rstrip()
        for item in items
    ]


def _item_text(item: Item) -> str:
    return f"{item.type}  {item.text}".strip() if item.type else item.text


# ---- Markdown -----------------------------------------------------------------------


def _markdown(facts: Facts, documentation: Documentation) -> Iterator[str]:
    yield _code(_head(facts), "js")
    if documentation.deprecated is not None:
        yield f"**Deprecated.** {documentation.deprecated}".rstrip()
    if facts.declared:
        yield _declaration(facts, f"`{facts.declared}`")
    if documentation.text:
        yield documentation.text
    if documentation.parameters:
        yield "**Parameters**"
        yield "\n".join(f"- {_marked(item)}" for item in documentation.parameters)
    if documentation.returns is not None:
        yield f"**Returns** {_marked(documentation.returns)}"
    for thrown in documentation.throws:
        yield f"**Throws** {_marked(thrown)}"
    for example in documentation.examples:
        yield "**Example**"
        yield _code(example, "js")
    if documentation.others:
        yield "  \n".join(documentation.others)
    if facts.preview:
        yield _code(facts.preview, "js")
    if facts.members:
        yield "**Members**"
        yield _code("\n".join(facts.members), "js")
    if facts.source:
        yield _code(facts.source, "js")


def _marked(item: Item) -> str:
    name = f"`{item.name}`" if item.name else ""
    type_ = f"*{item.type}*" if item.type else ""
    return " ".join(part for part in (name, type_, item.text) if part)


def _code(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
