"""Decoding the web's legacy encodings with Python's codecs.

A decoder lives in JavaScript as a short text: between two calls only the bytes of an
unfinished character and the codec's own number are kept, so nothing here has to be
freed.
"""

from __future__ import annotations

import codecs
from functools import cache

# Where the web's tables differ from Python's: byte -> character.
_USER_DEFINED = "x-user-defined"
_PATCHES = {
    "koi8-u": {0xAE: "\u045e", 0xBE: "\u040e"},
    "mac_cyrillic": {0xA2: "\u0490", 0xB6: "\u0491", 0xFF: "\u20ac"},
    "cp1255": {0xCA: "\u05ba"},
}
_SINGLE_BYTE = ("iso-8859", "cp8", "cp12", "koi8", "mac_", _USER_DEFINED)
_MULTI_BYTE = {"cp932", "cp949"}


@cache
def _table(codec: str) -> str:
    """Give the 256 characters of a single-byte encoding."""
    if codec == _USER_DEFINED:
        return "".join(chr(n if n < 0x80 else 0xF700 + n) for n in range(256))
    patches = _PATCHES.get(codec, {})
    return "".join(patches.get(byte) or _character(codec, byte) for byte in range(256))


def _character(codec: str, byte: int) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        # The web gives the holes of Windows code pages to the C1 controls.
        is_control = 0x80 <= byte < 0xA0
        return chr(byte) if is_control else "\ufffd"


def _is_single_byte(codec: str) -> bool:
    return codec not in _MULTI_BYTE and codec.startswith(_SINGLE_BYTE)


def decode(codec: str, state: str, data: bytes, final: bool) -> tuple[str, str]:
    """Decode the next bytes of a stream; gives (text, state for the next call).

    `state` is "" at the start of a stream. What is malformed becomes U+FFFD.
    """
    if _is_single_byte(codec):
        return codecs.charmap_decode(data, "replace", _table(codec))[0], ""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    if state:
        pending, number = state.split(":")
        decoder.setstate((bytes.fromhex(pending), int(number)))
    text = decoder.decode(data, final)
    rest, flag = decoder.getstate()
    return text, f"{rest.hex()}:{flag}"
