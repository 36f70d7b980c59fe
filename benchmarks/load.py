"""What a client waits for an answer while a cell runs, beside the same kernel idle.

The spread is the figure that matters here: its end is the longest that anybody waited.
The cells: an endless loop, an endless flood of output, a flood from a timer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from .harness import Figure, side_by_side
from .kernels import cell, running

LOADS = {
    "for (;;) {}": "for (;;) {}",
    "a flood": "for (;;) console.log('some words of output')",
}
ROUNDS = 60


class Drain(Thread):
    """Takes what is published, as a front end would, on a client of its own."""

    def __init__(self, client: BlockingKernelClient) -> None:
        super().__init__(daemon=True)
        self._client = client
        self._ended = Event()
        client.start_channels(shell=False, stdin=False, hb=False, control=False)
        self.start()

    def run(self) -> None:
        sock = self._client.iopub_channel.socket
        while not self._ended.is_set():
            if sock.poll(100):
                sock.recv_multipart()

    def end(self) -> None:
        self._ended.set()
        self.join()
        self._client.stop_channels()


def asked(channel: Any, request: dict[str, Any]) -> float:
    """Seconds from a request to its reply."""
    start = time.perf_counter()
    channel.send(request)
    while True:
        reply = channel.get_msg(timeout=60)
        if reply["parent_header"]["msg_id"] == request["header"]["msg_id"]:
            return time.perf_counter() - start


def questions(client: BlockingKernelClient) -> dict[str, Callable[[], float]]:
    """The requests that must not wait for a cell."""
    shell, control = client.shell_channel, client.control_channel

    def ask(channel: Any, kind: str, content: dict[str, Any]) -> Callable[[], float]:
        return lambda: asked(channel, client.session.msg(kind, content))

    comms = {"target_name": None}
    return {
        "complete": ask(shell, "complete_request", {"code": "Ma", "cursor_pos": 2}),
        "inspect": ask(shell, "inspect_request", {"code": "Math", "cursor_pos": 4}),
        "is_complete": ask(shell, "is_complete_request", {"code": "if (a) {"}),
        "comm_info": ask(shell, "comm_info_request", comms),
        "kernel_info": ask(control, "kernel_info_request", {}),
    }


def interrupted(client: BlockingKernelClient, code: str) -> float:
    """Seconds from interrupt_request to the reply of the stopped cell."""
    request = client.execute(code)
    time.sleep(0.2)  # let it begin
    start = time.perf_counter()
    control = client.control_channel
    asked(control, client.session.msg("interrupt_request", {}))
    while client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] != request:
        pass
    return time.perf_counter() - start


def figures() -> list[Figure]:
    """Each question under each load, then the stop."""
    result = []
    with running("jsvm") as (manager, busy), running("jsvm") as (_, idle):
        for client in (busy, idle):
            cell(client, "1+1")
            client.iopub_channel.stop()
        drain = Drain(manager.blocking_client())
        beside, ours = questions(idle), questions(busy)
        for load, code in LOADS.items():
            running_cell = busy.execute(code)
            time.sleep(0.2)  # let it begin
            result += [
                side_by_side(
                    f"{name} under {load}", "idle", ours[name], beside[name], ROUNDS
                )
                for name in ours
            ]
            stop = busy.session.msg("interrupt_request", {})
            asked(busy.control_channel, stop)
            while (
                busy.get_shell_msg(timeout=60)["parent_header"]["msg_id"]
                != running_cell
            ):
                pass
        result.append(
            side_by_side(
                "stop of a flood",
                "stop of for (;;)",
                lambda: interrupted(busy, LOADS["a flood"]),
                lambda: interrupted(idle, LOADS["for (;;) {}"]),
            )
        )
        drain.end()
    return result
