"""Calls that other threads make to a VM: a queue that the VM's thread serves.

A caller waits without the GIL; `post` does not wait. Whatever ends the VM, the Env or
the work a call belongs to settles its calls with an error, so that nobody waits for
ever.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ._vm import context_of, env_of, queue_of, settled_value, when_settled
from .errors import Closed, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from ._vm import VM, Env, JSFunction, JSPromise

__all__ = ["Call", "CallQueue", "post"]

#: How often somebody who waits looks whether a stop can't be heeded.
_LOOK_S: Final = 0.25
#: How many looks make a wait long.
_MANY_LOOKS: Final = 12


class Call:
    """One call. It is over once it has a result or an error, and has only one.

    `env` is the Env and `context` the async context that it belongs to.
    """

    __slots__ = ("_queue", "_settle", "_work", "context", "env")

    def __init__(
        self,
        queue: CallQueue,
        env: Env,
        context: int,
        work: Callable[[], Any],
        settle: Callable[[Any, BaseException | None], None],
    ) -> None:
        self._queue = queue
        self._work = work
        self._settle = settle
        self.env = env
        self.context = context

    def run(self) -> None:
        """Make the call, on the VM's thread, and tell its caller what came of it.

        A stop, or an interrupt of Python, goes on to whoever serves the call.
        """
        if not self._queue.is_open(self):
            return  # its caller has given up
        try:
            result = self._work()
        except (Exception, GeneratorExit) as error:
            # Its frames are the queue's own; its caller's are added by the thread.
            self.settle(error=error.with_traceback(None))
            if isinstance(error, Stopped):
                raise
        except BaseException:
            self.settle(error=Stopped("the call was interrupted"))
            raise
        else:
            self.settle(result)

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        """End the call, unless it is over already; from any thread."""
        if self._queue.forget(self):
            self._settle(result, error)


class CallQueue:
    """The calls to one VM; `wake` and `when_slow` are those of VM.accept_calls()."""

    def __init__(
        self,
        vm: VM,
        wake: Callable[[], None],
        when_slow: Callable[[Call], None] | None,
    ) -> None:
        self._vm = vm
        self._wake = wake
        self._when_slow = when_slow
        self._lock = threading.Lock()
        self._waiting: deque[Call] = deque()
        #: Calls that are not over: those that wait, and what they wait for in turn.
        self._open: set[Call] = set()
        self._closed = False

    # ---- callers, on any thread ------------------------------------------------------

    def add(
        self,
        env: Env,
        context: int,
        work: Callable[[], Any],
        settle: Callable[[Any, BaseException | None], None],
    ) -> Call:
        """Have `work` done on the VM's thread, and `settle` told (result, error)."""
        call = self._begin(env, context, work, settle)
        with self._lock:
            first = not self._waiting
            self._waiting.append(call)
        if first:
            self._wake()
        return call

    def call(self, env: Env, context: int, work: Callable[[], Any]) -> Any:
        """Have `work` done on the VM's thread and wait for its result."""
        waiter = _Waiter()
        return self._wait(self.add(env, context, work, waiter.settle), waiter)

    def result_of(self, promise: JSPromise) -> Any:
        """Wait until a promise is settled; its value, or its JSError is raised."""
        env, context = env_of(promise), context_of(promise)
        waiter = _Waiter()
        value = partial(settled_value, promise)
        call = self._begin(env, context, value, waiter.settle)
        try:
            self.call(env, context, partial(_watch, promise, call))
        except BaseException:
            self.forget(call)
            raise
        return self._wait(call, waiter, of_promise=True)

    def _begin(
        self,
        env: Env,
        context: int,
        work: Callable[[], Any],
        settle: Callable[[Any, BaseException | None], None],
    ) -> Call:
        call = Call(self, env, context, work, settle)
        with self._lock:
            if self._closed:
                raise _vm_closed()
            self._open.add(call)
        return call

    def _wait(self, call: Call, waiter: _Waiter, *, of_promise: bool = False) -> Any:
        """Wait for a call. A stop that the VM's thread can't heed ends it.

        That thread may be in native code that waits for this one: only a stop gets
        both out of it. A promise may take long for reasons of its own.
        """
        stopped_before = False
        looks = 0
        while not waiter.wait(_LOOK_S):
            looks += 1
            is_slow = looks == _MANY_LOOKS and not of_promise
            if is_slow and self._when_slow is not None:
                self._when_slow(call)
            stopped = not self._closed and self._vm.stop_reason() == "requested"
            if stopped and stopped_before:
                call.settle(
                    error=Stopped("stopped while the VM's thread was waited for")
                )
            stopped_before = stopped
        return waiter.take()

    # ---- the VM's thread -------------------------------------------------------------

    def take(self) -> list[Call]:
        """Take out what waits, oldest first; whoever takes it runs it."""
        with self._lock:
            calls = list(self._waiting)
            self._waiting.clear()
        return calls

    def give_back(self, calls: list[Call]) -> None:
        """Put calls that were taken and not run in front of what waits."""
        with self._lock:
            self._waiting.extendleft(reversed(calls))
        if calls:
            self._wake()

    def drop(
        self, is_meant: Callable[[Call], bool], error: Callable[[], BaseException]
    ) -> None:
        """End all calls that are meant, each with an error of its own."""
        with self._lock:
            meant = {call for call in self._open if is_meant(call)}
            if meant:
                self._waiting = deque(c for c in self._waiting if c not in meant)
        for call in meant:
            call.settle(error=error())

    def drop_env(self, env: Env) -> None:
        """End all calls of an Env, which is closed."""
        self.drop(lambda call: call.env is env, _env_closed)

    def close(self) -> None:
        """End all calls and accept no further ones: the VM is closed."""
        with self._lock:
            self._closed = True
        self.drop(lambda call: True, _vm_closed)

    # ---- what calls ask --------------------------------------------------------------

    def is_open(self, call: Call) -> bool:
        """Whether a call still has to be made."""
        return call in self._open

    def forget(self, call: Call) -> bool:
        """Take note that a call is over; False if it was already."""
        with self._lock:
            if call not in self._open:
                return False
            self._open.discard(call)
            return True


class _Waiter:
    """One thread that waits for one call."""

    def __init__(self) -> None:
        self._settled = threading.Lock()
        self._settled.acquire()
        self._result: Any = None
        self._error: BaseException | None = None

    def settle(self, result: Any, error: BaseException | None) -> None:
        self._result = result
        self._error = error
        self._settled.release()

    def wait(self, timeout_s: float) -> bool:
        return self._settled.acquire(timeout=timeout_s)

    def take(self) -> Any:
        error, self._error = self._error, None
        if error is None:
            return self._result
        try:
            raise error
        finally:
            del error  # its traceback holds this frame


def _vm_closed() -> Closed:
    return Closed("the VM is closed")


def _env_closed() -> Closed:
    return Closed("the Env is closed")


def _watch(promise: JSPromise, call: Call) -> None:
    """Run a call as soon as the promise is settled."""
    if promise.state == "pending":
        when_settled(promise, call.run)
    else:
        call.run()


def post(function: JSFunction, /, *args: Any, **keywords: Any) -> Future[Any]:
    """Call a JavaScript function on its VM's thread without waiting for it.

    From any thread, also the VM's own: the call is made when that thread serves its
    calls. The Future has its result, or the exception.
    """
    # Few need it, and it imports much.
    from concurrent.futures import Future, InvalidStateError

    queue = queue_of(function)
    future: Future[Any] = Future()

    def call() -> Any:
        if not future.set_running_or_notify_cancel():
            return None
        return function(*args, **keywords)

    def settle(result: Any, error: BaseException | None) -> None:
        with suppress(InvalidStateError):  # somebody has cancelled it
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

    queue.add(env_of(function), context_of(function), call, settle)
    return future
