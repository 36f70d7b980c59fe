"""Jupyter messages and their bytes: signing, checking, packing.

`Session` has the face of jupyter_client's class of that name as far as a kernel uses
it. That one costs 0.15 ms a message and a third of the time to start (it imports
tornado, traitlets and jupyter_client's managers); see docs/decisions/0018.
"""

from __future__ import annotations

import hmac
import json
import os
import uuid
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias

import msgspec

PROTOCOL_VERSION: Final = "5.4"
_DELIMITER: Final = b"<IDS|MSG>"
#: Header, parent header, metadata, content: the parts that are signed.
_SIGNED: Final = 4
#: Signatures that are remembered, so that no message is taken twice.
_REMEMBERED: Final = 65536

#: A message as handlers see it: idents (the route to its client), header,
#: parent_header, metadata, content, buffers.
Message: TypeAlias = dict[str, Any]

_pack = msgspec.json.Encoder().encode
_unpack = msgspec.json.Decoder().decode


class InvalidMessage(Exception):
    """Bytes that are no message of ours: torn, not signed by our key, or sent twice."""


class Stream(Protocol):
    """Where messages can be sent."""

    def send_multipart(self, frames: list[Any]) -> object:
        """Send the frames of one message."""


class Session:
    """Packs what this kernel sends and unpacks what its clients sent.

    `key` is the connection file's; an empty one means that nothing is signed. `scheme`
    is "hmac-" and the name of a hash.
    """

    def __init__(self, key: bytes = b"", scheme: str = "hmac-sha256") -> None:
        digest = scheme.removeprefix("hmac-")
        self.session = uuid.uuid4().hex
        self.username = os.environ.get("USER") or "username"
        self._auth = hmac.new(key, digestmod=digest) if key else None
        self._count = 0
        self._seen: dict[bytes, None] = {}

    def header(self, msg_type: str) -> dict[str, str]:
        """Give the header for a new message."""
        self._count += 1
        return {
            "msg_id": f"{self.session}_{self._count}",
            "msg_type": msg_type,
            "username": self.username,
            "session": self.session,
            "date": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "version": PROTOCOL_VERSION,
        }

    def send(
        self,
        stream: Stream,
        msg_type: str,
        content: dict[str, Any] | None = None,
        parent: Message | None = None,
        ident: bytes | list[bytes] | None = None,
        buffers: list[Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> str:
        """Send one message to `stream`, about `parent`, routed by `ident`.

        Gives the id of the message.
        """
        header = self.header(msg_type)
        parts = [
            _packed(header),
            _packed(parent["header"] if parent else {}),
            _packed(metadata or {}),
            _packed(content or {}),
        ]
        route = [] if ident is None else ident if isinstance(ident, list) else [ident]
        signature = self._sign(parts)
        stream.send_multipart([*route, _DELIMITER, signature, *parts, *(buffers or ())])
        return header["msg_id"]

    def read(self, frames: list[bytes]) -> Message:
        """Give the message that arrived. Raises InvalidMessage."""
        try:
            at = frames.index(_DELIMITER) + 1
        except ValueError:
            raise InvalidMessage("there is no delimiter in it") from None
        parts = frames[at + 1 : at + 1 + _SIGNED]
        if len(parts) < _SIGNED:
            raise InvalidMessage(f"it has {len(parts)} of {_SIGNED} parts")
        self._check(frames[at], parts)
        try:
            header, parent_header, metadata, content = map(_unpacked, parts)
            message = {
                "idents": frames[: at - 1],
                "header": header,
                "msg_id": header["msg_id"],
                "msg_type": header["msg_type"],
                "parent_header": parent_header,
                "metadata": metadata,
                "content": content,
                "buffers": frames[at + 1 + _SIGNED :],
            }
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidMessage(f"it can't be read: {error!r}") from None
        if not all(
            isinstance(part, dict) for part in (parent_header, metadata, content)
        ):
            raise InvalidMessage("one of its parts is no JSON object")
        return message

    def _sign(self, parts: list[bytes]) -> bytes:
        if self._auth is None:
            return b""
        auth = self._auth.copy()
        for part in parts:
            auth.update(part)
        return auth.hexdigest().encode()

    def _check(self, signature: bytes, parts: list[bytes]) -> None:
        if self._auth is None:
            return
        if not hmac.compare_digest(signature, self._sign(parts)):
            raise InvalidMessage("it is not signed with the key of this kernel")
        if signature in self._seen:
            raise InvalidMessage("it was sent before")
        self._seen[signature] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]


def _packed(value: Any) -> bytes:
    try:
        return _pack(value)
    except UnicodeEncodeError:
        # Half a surrogate pair, which a file name of the system may hold.
        return json.dumps(value).encode()


def _unpacked(data: bytes) -> Any:
    try:
        return _unpack(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Python's reader takes NaN and half a surrogate pair, and clients send them;
        # what follows it would not take the latter.
        text = json.dumps(json.loads(data), ensure_ascii=False)
        return json.loads(
            text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        )
