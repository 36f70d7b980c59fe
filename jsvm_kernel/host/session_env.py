"""An Env of the session: a notebook's Env under a name, with what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .env import NotebookEnv
from .modules import Modules
from .native_modules import NativeModules
from .services import EnvServices, Shared

if TYPE_CHECKING:
    from jsvm_kernel.npm.cache import NpmCache

    from .native_packages import NativeImports
    from .session_vm import SessionVM
    from .stop import StopButton


class SessionEnv(NotebookEnv):
    """One of the Envs of `machine`, with modules, native modules and timers of its own.

    Closing it lets go of all of them.
    """

    def __init__(self, name: str, machine: SessionVM, shared: Shared) -> None:
        self.name = name
        self.machine = machine
        #: How many cells have run in it.
        self.cells = 0
        self._timers = shared.timers
        super().__init__(machine.vm, EnvServices(self, shared))
        self.native_modules = NativeModules(self, shared.stop, shared.tasks)
        self.modules = Modules(
            self,
            shared.cwd,
            lambda: _npm_cache(shared.stop),
            lambda: _native_imports(self, shared),
        )
        self.use_modules(self.modules)

    def close(self) -> None:
        """Close the Env and end what it has set in motion; safe to call twice."""
        self._timers.drop_env(self)
        self.native_modules.close()
        self.modules.close()
        super().close()


def _npm_cache(stop: StopButton) -> NpmCache:
    """Give the cache of packages; few notebooks need what this imports."""
    from jsvm_kernel.npm.cache import NpmCache

    from .modules.npm_run import NpmRunner

    return NpmCache(NpmRunner(stop).install)


def _native_imports(env: SessionEnv, shared: Shared) -> NativeImports:
    """Give what finds native modules; few notebooks import any."""
    from .native_packages import NativeImports

    return NativeImports(env, shared.stop, shared.tasks, env.native_modules)
