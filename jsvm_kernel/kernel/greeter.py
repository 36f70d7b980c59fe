"""Answers kernel_info while the kernel is still being imported, and keeps the rest.

A client asks for kernel_info first and shows the notebook as connected when it has the
answer. What the kernel consists of takes longer to import than all that is needed for
that answer, and grows.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from .base import Kernel
from .channels import Channel
from .dispatch import DispatchingKernel
from .wire import InvalidMessage, Message

_log: Final = logging.getLogger("jsvm_kernel")


class Greeter(Kernel):
    """Takes messages until `hand_over`."""

    def __init__(self, *, stdin: Channel, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kept: list[tuple[Channel, Message]] = []
        self.iopub_socket.on_message = self.welcome
        # Who subscribed before there was a loop is welcomed before it gets more.
        self.iopub_socket.receive_all()
        self.publish_status("starting", {})
        self.shell_stream.on_message = lambda frames: self._take("shell", frames)
        self.control_stream.on_message = lambda frames: self._take("control", frames)

    def hand_over(self, kernel: DispatchingKernel) -> None:
        """Give what was kept to the kernel, which has started by now."""
        for stream, message in self._kept:
            kernel.take(stream, message)

    def _take(self, channel: str, frames: list[bytes]) -> None:
        stream = self.shell_stream if channel == "shell" else self.control_stream
        try:
            message = self.session.read(frames)
        except InvalidMessage as error:
            _log.error("Invalid %s message was dropped: %s", channel, error)
            return
        if message["msg_type"] != "kernel_info_request":
            self._kept.append((stream, message))
            return
        self.publish_status("busy", message)
        self.kernel_info_request(stream, message["idents"], message)
        self.publish_status("idle", message)
