"""Posts of the host and deliveries to it, beside the cells."""

from __future__ import annotations

import asyncio
from typing import Any

from jsvm_kernel.session.fetch_messages import FetchHead, FetchStart

from .conftest import Session


def head(number: int) -> FetchHead:
    return FetchHead(
        id=number, status=204, reason="", url="u", redirected=False, headers=[]
    )


async def test_a_post_reaches_its_taker_and_a_delivery_the_running_cell(
    session: Session,
) -> None:
    posts: list[Any] = []
    tasks = []

    def take(message: FetchStart) -> None:
        posts.append(message)
        answer = session.client.deliver(head(message.id))
        tasks.append(asyncio.create_task(answer))

    session.client.serve({FetchStart: take}, lambda: None)
    assert (await session.run("post http://x/")).status == "ok"
    assert [post.url for post in posts] == ["http://x/"]
    assert "FetchHead" in session.sink.text("stdout")
    assert "204" in session.sink.text("stdout")


async def test_whoever_serves_posts_learns_that_the_host_is_lost(
    session: Session,
) -> None:
    losses: list[str] = []
    session.client.serve({}, lambda: losses.append("lost"))
    await session.run("die SIGKILL")
    assert losses == ["lost"]


async def test_a_delivery_without_a_host_is_dropped(session: Session) -> None:
    await session.client.deliver(head(1))
    assert (await session.run("print fine")).status == "ok"
