"""The native modules of a session, as the kernel asks for them.

A module is loaded as a cell of its own (`SessionClient.load_module`); what has no code
of the user's in it is here.
"""

from __future__ import annotations

import msgspec

from .messages import Reply
from .names import NameTable
from .native_messages import (
    DropNative,
    ExchangeNative,
    ListNatives,
    NativeModule,
    NativesReply,
)
from .vms import Request


class SessionNatives:
    """The native modules that the host has loaded. All methods raise SessionError."""

    def __init__(self, request: Request, names: NameTable) -> None:
        self._request = request
        self._names = names

    async def list(self) -> NativesReply:
        """Give the modules of all Envs, and which Env is current."""
        return _checked(await self._request(lambda id: ListNatives(id=id)))

    async def drop(self, module: NativeModule) -> None:
        """Take a module off the global object of its Env."""
        reply = await self._request(
            lambda id: DropNative(id=id, name=module.name, env=module.env)
        )
        names = _checked(reply).names
        if names is not None:
            self._names.replace(names)

    async def exchange(self, build: ExchangeNative) -> None:
        """Give the functions of a module the code of another build of its cell.

        The id of `build` does not matter.
        """
        await self._request(lambda id: msgspec.structs.replace(build, id=id))


def _checked(reply: Reply) -> NativesReply:
    assert isinstance(reply, NativesReply)
    return reply
