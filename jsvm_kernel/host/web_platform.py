"""What natives ask of Python: scripts, codecs, names, digests, images.

The platform itself is JavaScript (prelude/platform/) and is read when it is first used;
so is every library here.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import resources


@cache
def _script(name: str) -> tuple[str, str]:
    folder = resources.files(__package__) / "prelude" / "platform"
    return f"jsvm:platform/{name}.js", (folder / f"{name}.js").read_text("utf-8")


class WebPlatform:
    """The Python side of natives in `_platform.pxi`."""

    def script(self, name: str) -> tuple[str, str]:
        """Give (file name for stack traces, source) of a file of the platform."""
        return _script(name)

    def decode(
        self, codec: str, state: str, data: bytes, final: bool
    ) -> tuple[str, str]:
        """Decode the next bytes of a stream; gives (text, state for the next call)."""
        from .legacy_text import decode

        return decode(codec, state, data, final)

    def domain_to_ascii(self, domain: str) -> str:
        """Give a domain's ASCII form as URLs have it, "" if it is not a domain."""
        from .domains import to_ascii

        return to_ascii(domain)

    def random_bytes(self, count: int) -> bytes:
        """Give bytes that nobody can foretell."""
        return os.urandom(count)

    def digest(self, algorithm: str, data: bytes) -> bytes:
        """Give the digest of data."""
        import hashlib

        return hashlib.new(algorithm, data).digest()

    def encode_png(
        self, pixels: bytes, width: int, height: int, channels: int
    ) -> bytes:
        """Give the PNG file of an image; `pixels` row by row, a byte a channel."""
        from .png import encode

        return encode(pixels, width, height, channels)
