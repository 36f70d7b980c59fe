"""Which native modules an Env has, and what is known of each.

It holds no module and no value of JavaScript: what a dropped module has given away goes
on to live.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from jsvm_kernel.session.messages import LoadModule
from jsvm_kernel.session.native_messages import NativeModule

if TYPE_CHECKING:
    from .env import NotebookEnv


class NativeModuleError(Exception):
    """There is no such native module; the text names those there are."""


class NativeRegistry:
    """The modules of one Env, in the order of loading."""

    def __init__(self, env: NotebookEnv) -> None:
        self._env = env
        self._modules: dict[str, NativeModule] = {}

    def add(
        self, message: LoadModule, holder: Any, description: dict[str, Any]
    ) -> None:
        """Note a module that was loaded, and tell completion and inspection of it."""
        from .native_docs import document  # most sessions load no module

        document(self._env, holder, message.name, description, message.cell)
        self._note(
            NativeModule(
                name=message.name,
                env="",
                module=message.module,
                path=message.path,
                description=description,
                loaded=time.time(),
                size=None,
                cell=message.cell,
                source=message.source,
                built=message.built,
            )
        )

    def add_package(
        self, name: str, module: ModuleType, holder: Any, package: str, source: str
    ) -> None:
        """Note a module that was imported as "native:NAME" from a package."""
        from .native_docs import document

        description = module.__jsvm_exports__
        document(self._env, holder, name, description, f"{package}, {name}.pyx")
        self._note(
            NativeModule(
                name=f"native:{name}",
                env="",
                module=module.__name__,
                path=str(module.__file__),
                description=description,
                loaded=time.time(),
                size=None,
                source=source,
                package=package,
            )
        )

    def _note(self, module: NativeModule) -> None:
        self._modules.pop(module.name, None)
        self._modules[module.name] = module

    def loaded(self, name: str, module: str) -> NativeModule:
        """Give a module, if it is the build called `module`; NativeModuleError."""
        found = self._modules.get(name)
        if found is None or found.module != module:
            raise NativeModuleError(f"{name} is not what it was: nothing is exchanged")
        return found

    def exchange(self, name: str, build: LoadModule) -> None:
        """Note that a module runs from another build."""
        self._modules[name] = msgspec.structs.replace(
            self._modules[name],
            module=build.module,
            path=build.path,
            built=build.built,
        )

    def states(self, env: str) -> list[NativeModule]:
        """Give what is known of each module; `env` is the name of this Env."""
        return [
            msgspec.structs.replace(module, env=env, size=_size_of(module.path))
            for module in self._modules.values()
        ]

    def drop(self, name: str) -> None:
        """Take a module off the global object. Raises NativeModuleError."""
        if name not in self._modules:
            known = ", ".join(self._modules)
            there = f"there are {known}" if known else "there is none"
            raise NativeModuleError(f"no native module is called {name!r}; {there}")
        del self._modules[name]
        self._env.kit.dropModule(name)


def _size_of(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
