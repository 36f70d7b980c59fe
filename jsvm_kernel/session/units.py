"""Sizes as people write them: 64M, 1.5G, 512K, or a plain number of bytes."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Give the bytes that a text says. Raises ValueError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"{text!r} is no size: write bytes, or a number with K, M or G such as 64M"
        )
    return round(float(match[1]) * _UNITS[match[2].upper()])


def format_size(size: float) -> str:
    """Give a size with the unit that keeps its number short: "64M", "1.5G"."""
    for unit, factor in reversed(_UNITS.items()):
        if size >= factor:
            number = size / factor
            return f"{number:.0f}{unit}" if number >= 100 else f"{number:.3g}{unit}"
    return "0"
