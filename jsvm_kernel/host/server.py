"""The host's loop: messages, timers, calls of threads and the running cell, in turns.

Requests are answered in the order in which they came; while a cell runs the others
wait, but deliveries, Shutdown and the front's going away are heeded at once.
"""

from __future__ import annotations

import os
import select
import sys
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from jsvm_kernel.session.framing import BlockingChannel, ProtocolError
from jsvm_kernel.session.input_messages import InputReply
from jsvm_kernel.session.messages import (
    CheckSyntax,
    Complete,
    Configure,
    Execute,
    Hello,
    Info,
    Inspect,
    LoadModule,
    Ready,
    RequestFailed,
    Shutdown,
    Surroundings,
    ToFront,
    ToHost,
)
from jsvm_kernel.session.native_messages import NativeRequest, TimeNative
from jsvm_kernel.session.vm_messages import VMRequest

from .calls import ThreadCalls
from .cells import Cells
from .comms import Comms
from .inputs import Inputs
from .limits import Limits
from .memory import LimitError, session_limit
from .native_registry import NativeModuleError
from .native_requests import NativeRequests
from .output import Output
from .query import Queries, Sources
from .services import Shared
from .stop import StopButton
from .tasks import Tasks
from .timers import Timers
from .transfers import Transfers
from .vm_requests import VMRequests
from .vms import VMError, VMs

Query: TypeAlias = Complete | Inspect | CheckSyntax | Info

FEATURES = ["cells", "native-modules", "modules", "stop"]


class Server:
    """One session: its VMs and one front. `serve` is its life."""

    def __init__(self, channel: BlockingChannel, output: Output) -> None:
        self._channel = channel
        self._output = output
        self._stop = StopButton()
        self._timers = Timers()
        self._calls = ThreadCalls(self._stop)
        self._inputs = Inputs(output, self._stop, channel.send, self._wait)
        self._waiting: deque[ToHost] = deque()
        self._delivered: deque[ToHost] = deque()
        self._deliveries: dict[type, Callable[[Any], None]] = {}
        self._closing = False
        self._poll = select.poll()
        self._front_poll = select.poll()
        self._tasks = Tasks(output, self._stop, self._watch)

    def serve(self) -> None:
        """Greet, then answer until Shutdown or until the front is gone.

        Raises ProtocolError when the front speaks something else.
        """
        try:
            hello = self._channel.receive()
        except EOFError:
            return
        if not isinstance(hello, Hello):
            raise ProtocolError(
                f"the first message must be Hello, not {type(hello).__name__}"
            )
        try:
            os.chdir(hello.cwd)
        except OSError as error:
            raise ProtocolError(
                f"the notebook's folder {hello.cwd} can't be entered: {error.strerror}"
            ) from None
        self._output.open(hello.nonce)
        self._stop.install()
        self._stop.watch(self._channel.fileno())
        shared = Shared(
            Path(hello.cwd),
            self._output,
            self._timers,
            self._stop,
            self._channel.send,
            self._inputs,
            self._calls,
            self._tasks,
        )
        with VMs(shared, Limits(memory=session_limit())) as vms:
            self._vms = vms
            self._cells = Cells(vms, shared)
            self._cells.when_stopped(partial(self._calls.drop_cell, vms))
            self._tasks.attach(vms, self._cells)
            for service in (
                Transfers(self._cells, self._output, self._channel.send),
                Comms(self._cells, self._output, self._channel.send),
            ):
                vms.when_dropped(service.drop_env)
                self._deliveries.update(service.deliveries)
                shared.posts.update(service.posts)
            self._greet()
            try:
                self._loop()
            finally:
                self._tasks.close()

    def _greet(self) -> None:
        names = self._vms.current.first_names
        self._channel.send(Ready(pid=os.getpid(), features=FEATURES, names=names))

    # ---- the loop ------------------------------------------------------------------

    def _loop(self) -> None:
        for descriptor in (self._channel.fileno(), self._stop.fileno()):
            self._watch(descriptor)
            self._front_poll.register(descriptor, select.POLLIN)
        self._watch(self._calls.fileno())
        while not self._closing:
            if not self._receive() and not self._waiting_is_served():
                self._rest()
            self._cells.heed_stop()
            while self._delivered:
                self._deliver(self._delivered.popleft())
            self._cells.run_timers()
            self._calls.serve(self._vms, self._cells)
            self._tasks.turn()
            self._cells.report_rejections()
            self._cells.drive()
            while self._waiting_is_served():
                self._handle(self._waiting.popleft())

    def _watch(self, descriptor: int) -> None:
        """Wake up once this one is readable."""
        self._poll.register(descriptor, select.POLLIN)

    def _receive(self) -> bool:
        """Take one message in if there is one."""
        try:
            message = self._channel.receive(timeout_s=0)
        except (EOFError, ConnectionError):
            self._closing = True
            return True
        if message is None:
            return False
        if isinstance(message, Shutdown):
            self._closing = True
        elif isinstance(message, InputReply):
            self._inputs.take(message)
        elif type(message) in self._deliveries:
            self._delivered.append(message)
        else:
            self._waiting.append(message)
        return True

    def _waiting_is_served(self) -> bool:
        return bool(self._waiting) and not self._cells.running and not self._closing

    def _wait(self) -> bool:
        """Take a message in or sleep until there is one, or a stop; False at the end.

        For JavaScript that waits in a native: nothing is delivered, no timer runs.
        """
        if not self._receive():
            self._front_poll.poll()
        return not self._closing

    def _rest(self) -> None:
        """Sleep until there is a message, a stop or other work."""
        waits = (self._timers.wait_s(), self._tasks.wait_s())
        wait_s = min((wait for wait in waits if wait is not None), default=None)
        # Rounded up: a poll that returns a little early would make the loop spin.
        self._poll.poll(None if wait_s is None else int(wait_s * 1000 + 0.999))

    def _deliver(self, message: ToHost) -> None:
        """Hand a delivery to JavaScript; a running cell may have waited for it."""
        self._deliveries[type(message)](message)

    def _handle(self, message: ToHost) -> None:
        if isinstance(message, Execute | LoadModule | TimeNative):
            self._run(message)
        elif isinstance(message, Configure):
            self._vms.configure(message.values)
            self._cells.configure(message.values)
        elif isinstance(message, Surroundings):
            self._change_surroundings(message)
        elif isinstance(message, Query | VMRequest | NativeRequest):
            self._channel.send(self._answer(message))
        else:
            raise ProtocolError(
                f"{type(message).__name__} is no request inside a session"
            )

    def _change_surroundings(self, message: Surroundings) -> None:
        os.environ.update(message.environment)
        if message.folder:
            try:
                os.chdir(message.folder)
            except OSError as error:
                self._output.error(f"can't go to {message.folder}: {error.strerror}")

    def _run(self, message: Execute | LoadModule | TimeNative) -> None:
        try:
            env = self._vms.env(message.env)
        except VMError as error:
            self._channel.send(_failed(message.id, error))
            return
        if isinstance(message, Execute):
            self._cells.execute(env, message)
        elif isinstance(message, TimeNative):
            self._cells.time_native(env, message)
        else:
            self._cells.load_module(env, message)

    def _answer(self, message: Query | VMRequest | NativeRequest) -> ToFront:
        """Answer a request. A mistake of ours costs its answer, not the session."""
        try:
            if isinstance(message, VMRequest):
                return VMRequests(self._vms, self._timers).answer(message)
            if isinstance(message, NativeRequest):
                return NativeRequests(self._vms).answer(message)
            env = self._vms.env(getattr(message, "env", ""))
            sources = Sources(self._cells.source_of(env), self._cells.sources)
            return Queries(env, FEATURES, sources).answer(message)
        except (VMError, LimitError, NativeModuleError) as error:
            return _failed(message.id, error)
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
            return RequestFailed(
                id=message.id, message=f"{type(error).__name__}: {error}"
            )


def _failed(id: int, error: Exception) -> RequestFailed:
    """Answer a request that asks for what there is not."""
    return RequestFailed(id=id, name=type(error).__name__, message=str(error))
