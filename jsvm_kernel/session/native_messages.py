"""The messages about native modules that are loaded; `messages` has the protocol.

Requests come between cells and are answered by `NativesReply`, or by `RequestFailed` if
there is no such module; `TimeNative` is a cell of its own.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from .message import Message, Name


class BuildFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How a module was built. `options` are the words behind the name on its line.

    `exchangeable`: another build may take its place while it is in use; `note` is for
    the user.
    """

    compiler: str = ""
    options: str = ""
    cached: bool = False
    translate_s: float = 0.0
    compile_s: float = 0.0
    exchangeable: bool = False
    note: str = ""


class NativeModule(msgspec.Struct, frozen=True, kw_only=True):
    """A module that is loaded in `env`.

    `description` is its ``__jsvm_exports__``, `cell` the name of the cell it was built
    from with the text `source`, `loaded` the moment in seconds of the Unix epoch, and
    `size` that of the file in bytes, None when it is gone. `package` is set for one
    that came with a package; its name is what it is imported by, "native:vec".
    """

    name: str
    env: str
    module: str
    path: str
    description: dict[str, Any]
    loaded: float
    size: int | None
    cell: str = ""
    source: str = ""
    package: str = ""
    built: BuildFacts = BuildFacts()


class TimeNative(Message, frozen=True, kw_only=True, tag="time_native"):
    """Time a function of a module against the JavaScript function of its name.

    `call` is a call of it, `sum(data, 2)`. Answered by the `Outcome` of a cell; what
    was measured is written to the cell's stdout.
    """

    id: int
    module: str
    call: str
    env: str = ""


class ListNatives(Message, frozen=True, kw_only=True, tag="list_natives"):
    """Ask for the native modules of all Envs."""

    id: int


class DropNative(Message, frozen=True, kw_only=True, tag="drop_native"):
    """Take a module off the global object of `env`, "" for the current one."""

    id: int
    name: str
    env: str = ""


class ExchangeNative(Message, frozen=True, kw_only=True, tag="exchange_native"):
    """Give the functions of a module the code of another build of the same cell.

    `replaces` is the Python name of the build that must be the loaded one; the other
    fields are those of `LoadModule`. The functions stay the objects they are.
    """

    id: int
    replaces: str
    name: str
    path: str
    module: str
    needs: list[tuple[str, str]] = []
    built: BuildFacts = BuildFacts()
    env: str = ""


class NativesReply(Message, frozen=True, kw_only=True, tag="natives_reply"):
    """The modules there are now, in the order of loading.

    `names` is the whole table of names of the current Env; None says that it is as it
    was.
    """

    id: int
    current: str
    modules: list[NativeModule]
    names: list[Name] | None = None


NativeRequest: TypeAlias = ListNatives | DropNative | ExchangeNative
