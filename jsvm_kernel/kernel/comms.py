"""Comms: messages between JavaScript and clients, beside the cells.

The front knows which comms are open, answers who asks for them, and passes messages on;
what is in them is a matter of the two ends. A client's message counts as handled (idle)
when JavaScript has had it: a slider that is dragged sends its next value only then, so
none pile up while the session is busy.
"""

from __future__ import annotations

import json
from typing import Any

from ..session.client import SessionClient
from ..session.comm_messages import CommDelivery, CommKind, CommPost
from .base import wanted
from .publish import Publisher


class Comms:
    """The comms that are open in the session of `client`."""

    def __init__(self, client: SessionClient, publisher: Publisher) -> None:
        self._client = client
        self._publisher = publisher
        #: Comm id -> target name.
        self._open: dict[str, str] = {}
        #: Messages of clients that JavaScript has not had yet.
        self._parents: dict[int, dict[str, Any]] = {}
        client.serve({CommPost: self._take}, self._forget)

    def of_target(self, target: str | None) -> dict[str, dict[str, str]]:
        """Give the comms of a target (None: all) as a comm_info_reply lists them."""
        return {
            comm: {"target_name": name}
            for comm, name in self._open.items()
            if target is None or target == name
        }

    async def receive(self, kind: CommKind, parent: dict[str, Any]) -> None:
        """Hand a client's message to JavaScript.

        One about a comm that is not open crossed with its end, and is dropped.
        """
        content = parent["content"]
        comm = wanted(content, "comm_id", str)
        target = wanted(content, "target_name", str, "")
        if (kind == "open") is (comm in self._open):
            return
        number = self._client.new_cell()
        message = CommDelivery(
            id=number,
            kind=kind,
            comm=comm,
            target=target,
            data=json.dumps(content.get("data", {})),
            metadata=json.dumps(parent["metadata"]),
            buffers=[memoryview(buffer) for buffer in parent["buffers"]],
        )
        if kind == "open":
            self._open[comm] = message.target
        elif kind == "close":
            del self._open[comm]
        self._parents[number] = parent
        try:
            handled = await self._client.hand_over(message, number)
        finally:
            del self._parents[number]
        if not handled and self._open.pop(comm, None) is not None:
            self._publisher.comm("close", {"comm_id": comm, "data": {}}, parent)

    def _take(self, post: CommPost) -> None:
        """Publish what JavaScript sends."""
        content = {"comm_id": post.comm, "data": json.loads(post.data)}
        if post.kind == "open":
            self._open[post.comm] = post.target
            content |= {"target_name": post.target, "target_module": None}
        elif post.kind == "close":
            self._open.pop(post.comm, None)
        parent = self._parents.get(post.answers)
        self._publisher.comm(
            post.kind,
            content,
            self._publisher.parent_of(post.cell) if parent is None else parent,
            json.loads(post.metadata),
            post.buffers,
        )

    def _forget(self) -> None:
        """Close all comms: their ends in JavaScript are gone with the host."""
        while self._open:
            comm, _ = self._open.popitem()
            self._publisher.comm("close", {"comm_id": comm, "data": {}}, {})
