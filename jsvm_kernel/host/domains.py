"""Internationalised domain names as URLs have them: UTS 46, without its strict extras.

Browsers take more than registries do (hyphens anywhere, underscores, emoji), so of the
library `idna` only the mapping and the checks of bidirectional and joining characters
are used, not its own encoder.
"""

from __future__ import annotations

import unicodedata

import idna

_ACE = "xn--"


def to_ascii(domain: str) -> str:
    """Give a domain in lower case and ASCII, "" if it is not valid."""
    try:
        mapped = idna.uts46_remap(domain, std3_rules=False, transitional=False)
        labels = [_label(label) for label in mapped.split(".")]
        _check_direction([decoded for decoded, _ in labels])
    except (idna.IDNAError, UnicodeError, ValueError):
        return ""
    return ".".join(encoded for _, encoded in labels)


def _label(label: str) -> tuple[str, str]:
    """Give a label (in Unicode, in ASCII); raises ValueError if it is not valid."""
    if label.startswith(_ACE):
        decoded = label[len(_ACE) :].encode("ascii").decode("punycode")
        # What is written in Punycode is as mapping would leave it, and needed it.
        mapped = idna.uts46_remap(decoded, std3_rules=False, transitional=False)
        if decoded.isascii() or mapped != decoded or "." in decoded:
            raise ValueError(f"{label} is no valid Punycode")
        _check(decoded)
        return decoded, label
    if label.isascii():
        return label, label
    _check(label)
    return label, _ACE + label.encode("punycode").decode("ascii")


def _check(label: str) -> None:
    if unicodedata.category(label[0]).startswith("M"):
        raise ValueError("a label begins with a combining mark")
    for position, char in enumerate(label):
        if char in "\u200c\u200d" and not idna.valid_contextj(label, position):
            raise ValueError("a joining character is out of place")


def _check_direction(labels: list[str]) -> None:
    """Apply the Bidi rule if any label is written from right to left."""
    directions = {unicodedata.bidirectional(char) for char in "".join(labels)}
    if not directions & {"R", "AL", "AN"}:
        return
    for label in labels:
        if label:
            idna.check_bidi(label, check_ltr=True)
