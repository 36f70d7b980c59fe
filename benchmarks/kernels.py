"""The kernel beside ipykernel, through a real Jupyter client."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from .harness import Figure, side_by_side

PEER = "ipykernel"


@contextmanager
def running(kernel_name: str) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A started kernel and a connected client."""
    manager = KernelManager(kernel_name=kernel_name)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def until_reply(client: BlockingKernelClient, request: str) -> None:
    """Take shell messages until the request's reply is there."""
    while client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] != request:
        pass


def until_idle(client: BlockingKernelClient, request: str) -> None:
    """Take messages until the request's reply and its `idle` are both there."""
    until_quiet(client, request)
    until_reply(client, request)


def cell(client: BlockingKernelClient, code: str) -> float:
    """Seconds from sending a cell to its reply and `idle`."""
    start = time.perf_counter()
    until_idle(client, client.execute(code))
    return time.perf_counter() - start


def completion(client: BlockingKernelClient, code: str) -> float:
    """Seconds from asking for completions to their arrival."""
    start = time.perf_counter()
    request = client.complete(code, len(code))
    while (reply := client.get_shell_msg(timeout=60))["parent_header"][
        "msg_id"
    ] != request:
        pass
    seconds = time.perf_counter() - start
    assert reply["content"]["matches"]
    until_quiet(client, request)
    return seconds


def until_quiet(client: BlockingKernelClient, request: str) -> None:
    """Take iopub messages until the request's `idle`."""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if (
            message["parent_header"].get("msg_id") == request
            and message["content"].get("execution_state") == "idle"
        ):
            return


def first_reply(kernel_name: str, ask: Callable[[BlockingKernelClient], str]) -> float:
    """Seconds from starting the process to the reply to its first request."""
    start = time.perf_counter()
    manager = KernelManager(kernel_name=kernel_name)
    manager.start_kernel()
    # A client that connects before the kernel listens tries again only 100 ms later:
    # that would be measured instead.
    while not listens(manager.ip, manager.shell_port):
        time.sleep(0.001)
    client = manager.blocking_client()
    client.start_channels()
    try:
        # No wait_for_ready: it sleeps between its questions. No waiting for `idle`: a
        # client that connects while the kernel starts may miss it.
        until_reply(client, ask(client))
        return time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def listens(ip: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as sock:
        return sock.connect_ex((ip, port)) == 0


def stop(manager: KernelManager, client: BlockingKernelClient, endless: str) -> float:
    """Seconds from the stop button to the stopped cell's `idle`."""
    request = client.execute(endless)
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "execute_input":
            break
    time.sleep(0.1)  # let the loop begin
    start = time.perf_counter()
    manager.interrupt_kernel()
    until_idle(client, request)
    return time.perf_counter() - start


def figures() -> list[Figure]:
    """Start, round trip, output, completion, stop."""
    result = [
        side_by_side(
            what,
            PEER,
            lambda ask=ask: first_reply("jsvm", ask),
            lambda ask=ask: first_reply("python3", ask),
        )
        for what, ask in (
            ("start to kernel_info", lambda client: client.kernel_info()),
            ("start to first result", lambda client: client.execute("1+1")),
        )
    ]
    with running("jsvm") as (our_manager, ours), running("python3") as (manager, peer):
        cell(ours, "1+1")
        cell(peer, "import math")
        result += [
            side_by_side(
                "round trip of 1+1",
                PEER,
                lambda: cell(ours, "1+1"),
                lambda: cell(peer, "1+1"),
                rounds=300,
            ),
            side_by_side(
                "completion of Math. and math.",
                PEER,
                lambda: completion(ours, "Math."),
                lambda: completion(peer, "math."),
                rounds=50,
            ),
            side_by_side(
                "10,000 lines",
                PEER,
                lambda: cell(ours, "for (let i = 0; i < 10000; i++) console.log(i)"),
                lambda: cell(peer, "for i in range(10000): print(i)"),
            ),
            side_by_side(
                "stop of an endless loop",
                PEER,
                lambda: stop(our_manager, ours, "for (;;) {}"),
                lambda: stop(manager, peer, "while True: pass"),
                rounds=21,
            ),
        ]
    return result
