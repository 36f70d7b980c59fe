"""What an edit is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One change: `anchor` (unique in `file`) is replaced by `text`."""

    name: str
    reason: str
    anchor: str
    text: str
    file: str = "quickjs.c"


def after(name: str, reason: str, anchor: str, addition: str) -> Edit:
    """Put `addition` right after the anchor."""
    return Edit(name, reason, anchor, anchor + addition)


def before(name: str, reason: str, anchor: str, addition: str) -> Edit:
    """Put `addition` right before the anchor."""
    return Edit(name, reason, anchor, addition + anchor)
