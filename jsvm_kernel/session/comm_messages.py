"""The messages of comms, both ways; `messages` has the rules.

A comm has one end in JavaScript and one in a Jupyter client; either side opens and
closes it. `data` and `metadata` are JSON text that only the ends read: what is in them
arrives as it was, whatever the size of a number.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from .message import Message

#: What happens to a comm.
CommKind: TypeAlias = Literal["open", "msg", "close"]


class CommPost(Message, frozen=True, kw_only=True, tag="comm_post"):
    """Post: JavaScript opens a comm (of `target`), sends through it or closes it.

    The message belongs to `cell`, unless `answers` is the id of the `CommDelivery` it
    answers: then its parent is that message, as the widget protocol wants it.
    """

    kind: CommKind
    comm: str
    target: str = ""
    data: str = "{}"
    metadata: str = "{}"
    buffers: list[memoryview] = []
    cell: int = 0
    answers: int = 0


class CommDelivery(Message, frozen=True, kw_only=True, tag="comm_delivery"):
    """Delivery: a client did the same. Answered by `CommHandled`.

    One that opens a comm of a target nobody has registered is answered by a `CommPost`
    that closes it, too.
    """

    id: int
    kind: CommKind
    comm: str
    target: str = ""
    data: str = "{}"
    metadata: str = "{}"
    buffers: list[memoryview] = []


class CommHandled(Message, frozen=True, kw_only=True, tag="comm_handled"):
    """Answer to a `CommDelivery`: JavaScript has had it."""

    id: int
