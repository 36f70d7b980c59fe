"""Modules in data: URLs."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from .errors import ImportFailed

_KINDS = {
    "text/javascript": "module",
    "application/javascript": "module",
    "application/json": "json",
}


def kind_of(url: str) -> str:
    """Give "module" or "json", as the URL's media type says. Raises ImportFailed."""
    media_type = url[len("data:") :].partition(",")[0].split(";")[0].strip().lower()
    if media_type not in _KINDS:
        raise ImportFailed(
            f'a data: URL of type "{media_type}" is no module: it has to be '
            f"{', '.join(_KINDS)}",
            "ERR_UNKNOWN_MODULE_FORMAT",
        )
    return _KINDS[media_type]


def text_of(url: str) -> str:
    """Give what the URL holds. Raises ImportFailed."""
    head, comma, body = url[len("data:") :].partition(",")
    if not comma:
        raise ImportFailed("a data: URL has a comma before its text", "ERR_INVALID_URL")
    data = unquote_to_bytes(body)
    try:
        if head.lower().rstrip().endswith(";base64"):
            data = base64.b64decode(data, validate=True)
        return data.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ImportFailed(
            f"a data: URL that can't be read: {error}", "ERR_INVALID_URL"
        ) from None
