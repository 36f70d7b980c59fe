"""The session's VMs and Envs, as the front knows them and asks to have them changed.

Which Env is current is the host's knowledge; what is kept here is for completion and
for the text about a host that died.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from .messages import Reply, ToHost
from .names import NameTable
from .vm_messages import (
    Drop,
    EnvsReply,
    ListNames,
    ListVMs,
    NamesReply,
    NewEnv,
    NewVM,
    ResetEnv,
    Use,
    VMListReply,
)

#: Name of the VM that a host begins with, and of its Env.
MAIN: Final = "main"

Kind = Literal["vm", "env"]
#: Sends the request that a function makes of its number; raises SessionError.
Request = Callable[[Callable[[int], ToHost]], Awaitable[Reply]]


class SessionVMs:
    """The VMs and Envs of the host that runs. All methods raise SessionError."""

    def __init__(self, request: Request, names: NameTable) -> None:
        self._request = request
        self._names = names
        self._begin()

    def _begin(self) -> None:
        self.current: str = MAIN
        self.envs: dict[str, list[str]] = {MAIN: [MAIN]}

    def forget(self) -> str:
        """Begin anew, as a host has died; give what the user is to know of it."""
        current, envs = self.current, self.envs
        self._begin()
        if envs == self.envs:
            return ""
        lost = [name for names in envs.values() for name in names if name != MAIN]
        text = f" Lost, too: Env {', '.join(lost)}"
        return text + (f"; {MAIN} is current again." if current != MAIN else ".")

    async def list(self) -> VMListReply:
        """Give all VMs with their Envs."""
        reply = await self._request(lambda id: ListVMs(id=id))
        assert isinstance(reply, VMListReply)
        return reply

    async def list_names(self) -> NamesReply:
        """Give the names that cells made in the current Env."""
        reply = await self._request(lambda id: ListNames(id=id))
        assert isinstance(reply, NamesReply)
        return reply

    async def new_vm(
        self,
        name: str,
        *,
        memory_limit: int | None = None,
        stack_size: int | None = None,
        time_limit: float | None = None,
    ) -> None:
        """Make a VM with an Env of the same name."""
        await self._change(
            lambda id: NewVM(
                id=id,
                name=name,
                memory_limit=memory_limit,
                stack_size=stack_size,
                time_limit=time_limit,
            )
        )

    async def new_env(self, name: str, vm: str = "") -> None:
        """Make an Env in a VM, "" for the current one."""
        await self._change(lambda id: NewEnv(id=id, name=name, vm=vm))

    async def use(self, kind: Kind, name: str) -> None:
        """Make an Env current, of a VM the one that was current last."""
        await self._change(lambda id: Use(id=id, kind=kind, name=name))

    async def drop(self, kind: Kind, name: str) -> None:
        """Close a VM or an Env."""
        await self._change(lambda id: Drop(id=id, kind=kind, name=name))

    async def reset(self) -> None:
        """Put a fresh Env in the place of the current one."""
        await self._change(lambda id: ResetEnv(id=id))

    async def _change(self, make: Callable[[int], ToHost]) -> None:
        reply = await self._request(make)
        assert isinstance(reply, EnvsReply)
        self.current, self.envs = reply.current, reply.envs
        if reply.names is not None:
            self._names.replace(reply.names)
