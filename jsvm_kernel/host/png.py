"""PNG files of raw pixels, such as jupyter.image makes of typed arrays."""

from __future__ import annotations

import struct
import zlib
from typing import Final

#: Channels of a pixel to PNG's color type: grey, grey and alpha, RGB, RGBA.
_COLOR_TYPES: Final = {1: 0, 2: 4, 3: 2, 4: 6}
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def encode(pixels: bytes, width: int, height: int, channels: int) -> bytes:
    """Give the file; `pixels` row by row, `channels` bytes each."""
    stride = width * channels
    # Each row begins with its filter: 0, none.
    rows = b"".join(
        b"\0" + pixels[row * stride : (row + 1) * stride] for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
