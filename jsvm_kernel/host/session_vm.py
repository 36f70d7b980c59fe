"""A VM of the session: an engine under a name, with its Envs, limits and reserve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from jsvm_kernel.vm import VM, OutOfMemory

from . import _natives
from .limits import Limits
from .memory import MemoryReserve

if TYPE_CHECKING:
    from .session_env import SessionEnv

_T = TypeVar("_T")


class SessionVM:
    """One VM. Whoever makes Envs of it keeps them in `envs`, by name."""

    #: The Env of it that was current last.
    last_used: SessionEnv

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.vm = VM(
            memory_limit=limits.memory, stack_size=limits.stack, time_limit=limits.time
        )
        _natives.set_time_limit(self.vm.handle, 0)  # until code of cells runs
        self.envs: dict[str, SessionEnv] = {}
        self._reserve = MemoryReserve(self.vm)

    def close(self) -> None:
        """Close the VM with all its Envs."""
        for env in self.envs.values():
            env.close()
        self.envs.clear()
        self.vm.close()

    # ---- limits ----------------------------------------------------------------------

    @contextmanager
    def time_limited(self) -> Iterator[None]:
        """Inside the block the VM's time limit holds: code of cells runs.

        What the host itself asks of the prelude takes the time it takes.
        """
        limit = self.vm.time_limit
        if limit is None:
            yield
            return
        _natives.set_time_limit(self.vm.handle, limit)
        try:
            yield
        finally:
            _natives.set_time_limit(self.vm.handle, 0)

    def open_reserve(self) -> None:
        """Let a full VM use its reserve of memory."""
        self._reserve.open()

    @property
    def is_full(self) -> bool:
        """Whether there is room for nothing but letting go of things."""
        self._reserve.settle()
        return self._reserve.is_open

    def settle_reserve(self) -> None:
        """Keep the reserve back again if there is room without it."""
        self._reserve.settle()

    def with_reserve(self, ask: Callable[[], _T]) -> _T:
        """Ask the prelude something; if the VM is full, again with its reserve."""
        try:
            return ask()
        except OutOfMemory:
            self._reserve.open()
            return ask()

    # ---- stops and rejections --------------------------------------------------------

    def settle_stop(self) -> None:
        """Make the VM ready again: later JS is not meant by an earlier stop.

        What a stopped microtask left in the queue would run at the next call, and may
        queue itself again for ever. The queue is that of all Envs.
        """
        if self.vm.stop_reason() != "none":
            for env in self.envs.values():
                env.drop_microtasks()
        self.vm.clear_stop()

    def take_rejections(self) -> Iterator[tuple[SessionEnv, dict[str, Any]]]:
        """Give what nobody caught in any Env: a call into one runs jobs of all."""
        for env in list(self.envs.values()):
            for rejection in self.with_reserve(env.take_rejections):
                yield env, rejection
