"""The requests of the protocol: one handler each, with ipykernel's names.

A handler takes the channel to answer on, the route to its client and the request; it
unpacks the content, asks the `do_` method of the same name and sends the reply. What
the answers are is the business of the subclass, in which order requests are handled
that of `dispatch`.
"""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from typing import Any, Final, TypeVar

from .about import KERNEL_INFO
from .channels import Channel
from .wire import Message, Session

#: The request that is being handled; each is handled in a context of its own.
_request: ContextVar[Message] = ContextVar("request")
_NOTHING: Final[Message] = {}
_T = TypeVar("_T")
_TYPE_NAMES: Final = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    dict: "an object",
}


class BadRequest(ValueError):
    """A request's content is not what the protocol says."""


class Kernel:
    """Unpacks requests and packs replies. Subclasses give the `do_` methods."""

    def __init__(
        self,
        session: Session,
        *,
        shell: Channel,
        control: Channel,
        iopub: Channel,
        ports: dict[str, int],
    ) -> None:
        self.session = session
        self.ident = str(uuid.uuid4())
        self.shell_stream = shell
        self.control_stream = control
        self.iopub_socket = iopub
        self.execution_count = 0
        self._ports = ports

    # ---- what messages are about ---------------------------------------------------

    def get_parent(self, channel: str = "shell") -> Message:
        """Give the request that is being handled; both channels are served alike."""
        return _request.get(_NOTHING)

    def set_parent(self, ident: Any, parent: Message, channel: str = "shell") -> None:
        """Say which request is being handled in the running task."""
        _request.set(parent)

    def _topic(self, kind: str) -> bytes:
        return f"kernel.{self.ident}.{kind}".encode()

    def publish(self, kind: str, content: dict[str, Any], parent: Message) -> None:
        """Send a message to all clients, about `parent`."""
        self.session.send(
            self.iopub_socket, kind, content, parent, ident=self._topic(kind)
        )

    def publish_status(self, status: str, about: Message) -> None:
        """Tell all clients: starting, busy or idle."""
        self.publish("status", {"execution_state": status}, about)

    def welcome(self, frames: list[bytes]) -> None:
        """Welcome a client that subscribes: it misses nothing from now on."""
        if frames[0][:1] != b"\x01":
            return  # it left
        topic = frames[0][1:]
        content = {"subscription": topic.decode("utf-8", "replace")}
        route = [topic] if topic else []
        self.session.send(self.iopub_socket, "iopub_welcome", content, ident=route)

    def _reply(
        self, stream: Channel, ident: Any, parent: Message, content: dict[str, Any]
    ) -> None:
        kind = reply_type(parent["msg_type"])
        self.session.send(stream, kind, content, parent, ident=ident)

    # ---- cells ---------------------------------------------------------------------

    async def execute_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Run a cell."""
        content, metadata = parent["content"], parent["metadata"]
        code, expressions = wanted(content, "code", str), _expressions(content)
        silent = bool(content.get("silent", False))
        if not silent:
            self.execution_count += 1
            shown = {"code": code, "execution_count": self.execution_count}
            self.publish("execute_input", shown, parent)
        reply = await self.do_execute(
            code,
            silent,
            # A silent cell is never stored, whatever the client asks.
            store_history=not silent and bool(content.get("store_history", True)),
            user_expressions=expressions,
            allow_stdin=bool(content.get("allow_stdin", False)),
            cell_meta=metadata,
            cell_id=metadata.get("cellId"),
        )
        stops = bool(content.get("stop_on_error", True))
        if reply["status"] == "error" and not silent and stops:
            # Before the reply: what the client sends when it has it is to run.
            self.abort_waiting(parent)
        self._reply(stream, ident, parent, reply)

    def abort_waiting(self, failed: Message) -> None:
        """Abort the cells that wait behind one that failed."""
        raise NotImplementedError

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: Any = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Run a cell and give the content of its reply."""
        raise NotImplementedError

    # ---- questions -----------------------------------------------------------------

    async def complete_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Complete code at a cursor."""
        code, cursor = _place(parent["content"])
        reply = await self.do_complete(code, cursor)
        self._reply(stream, ident, parent, reply)

    async def do_complete(self, code: str, cursor_pos: int) -> dict[str, Any]:
        """Give the content of complete_reply."""
        raise NotImplementedError

    async def inspect_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Describe what is at a cursor."""
        content = parent["content"]
        code, cursor = _place(content)
        reply = await self.do_inspect(
            code,
            cursor,
            wanted(content, "detail_level", int, 0),
            set(wanted(content, "omit_sections", list, [])),
        )
        self._reply(stream, ident, parent, reply)

    async def do_inspect(
        self,
        code: str,
        cursor_pos: int,
        detail_level: int = 0,
        omit_sections: Any = (),
    ) -> dict[str, Any]:
        """Give the content of inspect_reply."""
        raise NotImplementedError

    async def is_complete_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Say whether code is a whole cell."""
        reply = await self.do_is_complete(wanted(parent["content"], "code", str))
        self._reply(stream, ident, parent, reply)

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Give the content of is_complete_reply."""
        raise NotImplementedError

    async def history_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Give earlier cells."""
        reply = await self.do_history(**parent["content"])
        self._reply(stream, ident, parent, reply)

    async def do_history(self, **request: Any) -> dict[str, Any]:
        """Give the content of history_reply."""
        raise NotImplementedError

    def kernel_info_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Say what the kernel is."""
        self._reply(stream, ident, parent, KERNEL_INFO)

    def connect_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Give the ports."""
        self._reply(stream, ident, parent, {"status": "ok", **self._ports})

    # ---- control -------------------------------------------------------------------

    def interrupt_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Stop what runs; the reply does not wait for it."""
        self.interrupt()
        self._reply(stream, ident, parent, {"status": "ok"})

    def interrupt(self) -> None:
        """Press the stop button."""
        raise NotImplementedError

    async def shutdown_request(
        self, stream: Channel, ident: Any, parent: Message
    ) -> None:
        """Agree to shut down, to the client that asked and to all others."""
        reply = await self.do_shutdown(bool(parent["content"].get("restart", False)))
        self._reply(stream, ident, parent, reply)
        self.publish("shutdown_reply", reply, parent)

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """Give the content of shutdown_reply."""
        return {"status": "ok", "restart": restart}

    async def usage_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Say how much of the machine the kernel and its processes use."""
        from .usage import usage  # loads psutil

        self._reply(stream, ident, parent, await usage())

    async def debug_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Answer a debugger's request, which carries a number of its own."""
        reply = await self.do_debug_request(parent["content"])
        self._reply(stream, ident, parent, reply)

    async def do_debug_request(self, request: dict[str, Any]) -> dict[str, Any]:
        """Say in the debugger's own protocol that there is none."""
        return {
            "type": "response",
            "request_seq": request.get("seq", 0),
            "success": False,
            "command": request.get("command", ""),
            "message": "jsvm_kernel has no debugger yet",
            "body": {},
        }


def wanted(
    content: dict[str, Any], name: str, kind: type[_T], default: _T | None = None
) -> _T:
    """Give a field of a request's content; with a default it may lack or be null.

    Raises KeyError if it is not there, and BadRequest if it is of another type: the
    host ends at a message that it can't read.
    """
    value = content[name] if default is None else content.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, kind):
        raise BadRequest(
            f"{name} must be {_TYPE_NAMES[kind]}, got {type(value).__name__}"
        )
    return value


def _place(content: dict[str, Any]) -> tuple[str, int]:
    """Give a request's code and the cursor in it; one beyond an end is at that end."""
    code, cursor = wanted(content, "code", str), wanted(content, "cursor_pos", int)
    return code, min(max(int(cursor), 0), len(code))


def _expressions(content: dict[str, Any]) -> dict[str, str]:
    expressions = wanted(content, "user_expressions", dict, {})
    return {name: wanted(expressions, name, str) for name in expressions}


def reply_type(request_type: str) -> str:
    """Give the type of the reply to a request."""
    return request_type.removesuffix("_request") + "_reply"
