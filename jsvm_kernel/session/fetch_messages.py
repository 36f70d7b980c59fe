"""The messages of transfers, both ways; `messages` has the rules.

The host has no network: it posts what to fetch, the front runs the transfer and
delivers what comes. `id` numbers a transfer; the host never uses one twice. Either side
ends a transfer, the front with `FetchEnd` or `FetchFailed`, the host with
`FetchCancel`; messages about one that has ended cross on the wire and are dropped.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from .message import Message

#: Bytes of a response that may be delivered before JavaScript has taken any.
FETCH_WINDOW: Final = 256 * 1024


class FetchStart(Message, frozen=True, kw_only=True, tag="fetch_start"):
    """Post: begin a transfer. Header names and values are Latin-1 text.

    A body comes in `FetchBody` posts, one for each `FetchPull`; `length` is its size in
    bytes, None if only its end will tell. What can't be sent again (`replayable` is
    false) can't follow a redirect that keeps the body.
    """

    id: int
    method: str
    url: str
    headers: list[tuple[str, str]]
    redirect: Literal["follow", "error", "manual"] = "follow"
    body: bool = False
    length: int | None = None
    replayable: bool = True


class FetchBody(Message, frozen=True, kw_only=True, tag="fetch_body"):
    """Post: the next part of the request's body; `last` says that it is the last."""

    id: int
    data: bytes
    last: bool


class FetchCredit(Message, frozen=True, kw_only=True, tag="fetch_credit"):
    """Post: JavaScript has taken `amount` bytes; as many more may be delivered.

    Without credit the front delivers `FETCH_WINDOW` bytes and then waits.
    """

    id: int
    amount: int


class FetchCancel(Message, frozen=True, kw_only=True, tag="fetch_cancel"):
    """Post: end the transfer; nobody wants the rest."""

    id: int


class FetchPull(Message, frozen=True, kw_only=True, tag="fetch_pull"):
    """Delivery: the next part of the body is wanted; with `restart` the first."""

    id: int
    restart: bool = False


class FetchHead(Message, frozen=True, kw_only=True, tag="fetch_head"):
    """Delivery: status and headers of the response; `url` is where it came from."""

    id: int
    status: int
    reason: str
    url: str
    redirected: bool
    headers: list[tuple[str, str]]


class FetchData(Message, frozen=True, kw_only=True, tag="fetch_data"):
    """Delivery: the next bytes of the response, decompressed; never empty."""

    id: int
    data: bytes


class FetchEnd(Message, frozen=True, kw_only=True, tag="fetch_end"):
    """Delivery: the response is whole."""

    id: int


class FetchFailed(Message, frozen=True, kw_only=True, tag="fetch_failed"):
    """Delivery: the transfer failed; `message` says how, `code` is as ECONNREFUSED."""

    id: int
    message: str
    code: str = ""


FetchPost: TypeAlias = FetchStart | FetchBody | FetchCredit | FetchCancel
FetchDelivery: TypeAlias = FetchPull | FetchHead | FetchData | FetchEnd | FetchFailed
