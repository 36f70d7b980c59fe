# What is used of ipykernel, with the types that it does not declare itself.

import logging
from typing import Any

from jupyter_client.session import Session
from traitlets.config import SingletonConfigurable
from zmq.eventloop.zmqstream import ZMQStream

Heartbeat: Any
IOPubThread: Any
ParentPollerUnix: Any

class Kernel(SingletonConfigurable):
    session: Session
    shell_stream: ZMQStream
    control_stream: ZMQStream
    iopub_socket: Any
    log: logging.Logger
    ident: str
    execution_count: int
    msg_types: list[str]
    control_msg_types: list[str]
    implementation: str
    implementation_version: str
    banner: str
    language_info: dict[str, object]
    help_links: Any
    profile_dir: Any
    _aborting: bool
    _execute_sleep: float

    def __init__(self, **kwargs: Any) -> None: ...
    def start(self) -> None: ...
    def get_parent(self, channel: str) -> dict[str, Any]: ...
    def _topic(self, topic: str) -> bytes: ...
    async def dispatch_shell(self, msg: list[Any]) -> None: ...
    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None: ...
    async def do_shutdown(self, restart: bool) -> dict[str, Any]: ...
    def _publish_status(
        self, status: str, channel: str, parent: dict[str, Any] | None = None
    ) -> None: ...
