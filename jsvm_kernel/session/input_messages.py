"""The messages of questions to the user, both ways; `messages` has the rules."""

from __future__ import annotations

from .message import Message


class InputRequest(Message, frozen=True, kw_only=True, tag="input_request"):
    """Post: ask a cell's user for a line. The host runs nothing until the reply."""

    sync: int
    id: int
    cell: int
    prompt: str
    password: bool = False


class InputReply(Message, frozen=True, kw_only=True, tag="input_reply"):
    """What the user typed; `value` is None at the end of input.

    `problem` says why nobody could be asked, in words for the user. A reply to a
    question that the stop button ended is dropped.
    """

    id: int
    value: str | None = None
    problem: str = ""
