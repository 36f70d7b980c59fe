"""A list of completions, and how the protocol puts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...session.messages import Match


@dataclass(frozen=True, slots=True)
class Completion:
    """Matches, best first; each replaces the code from `start` to `end`."""

    start: int
    end: int
    matches: list[Match] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        """Give the content of a complete_reply; offsets are code points."""
        types = [
            {
                "text": match.text,
                "start": self.start,
                "end": self.end,
                "type": match.kind,
                "signature": match.signature,
            }
            for match in self.matches
        ]
        return {
            "status": "ok",
            "matches": [match.text for match in self.matches],
            "cursor_start": self.start,
            "cursor_end": self.end,
            "metadata": {"_jupyter_types_experimental": types},
        }
