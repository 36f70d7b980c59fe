"""Native modules: a built shared object becomes an object on globalThis.

The shared object is loaded here, under a name of its own each time; what it exports is
bound to JavaScript by jsvm_kernel.binding.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from jsvm_kernel.extension_modules import load_extension, see_current_folder
from jsvm_kernel.session.messages import ErrorReport, LoadModule
from jsvm_kernel.session.native_messages import ExchangeNative

from .native_registry import NativeModuleError, NativeRegistry
from .python_errors import note_cell
from .reports import python_frames, report_of
from .stop import StopButton

if TYPE_CHECKING:
    import asyncio

    from jsvm_kernel.binding import Frame
    from jsvm_kernel.vm import Env, JSObject

    from .session_env import SessionEnv
    from .tasks import AnyFuture, Tasks

#: Shared objects that this process has loaded, by path. It never unloads one.
_loaded: set[str] = set()


class NativeLoadError(Exception):
    """A native module that can't be loaded, with the report for its cell."""

    def __init__(self, report: ErrorReport) -> None:
        super().__init__(report.message)
        self.report = report


class CellSource:
    """The cell a module was built from: what its Python frames are shown as.

    The shared object may come from the cache of an earlier session, so its tracebacks
    name no cell; `place` is put there instead.
    """

    def __init__(self, message: LoadModule) -> None:
        self.name = message.name
        #: What the shared object calls its source.
        self.file = f"<{message.name}.pyx>"
        self.place = message.cell or f"{message.name}.pyx"
        self.text = message.source

    def frames(self, error: BaseException) -> list[Frame]:
        """Give the frames of a traceback, innermost first, the cell's by its name."""
        frames: list[Frame] = []
        for frame in python_frames(error, __file__):
            if frame["file"] == self.file:
                # "jsvm_NAME_HASH.function": only the build knows that module name.
                module, _, function = frame["name"].rpartition(".")
                name = f"{self.name}.{function}" if module else ""
                frame["file"], frame["name"] = self.place, name
                if frames and self._is_wrapper_of(frame, frames[-1]):
                    continue
            frames.append(frame)
        return frames

    def _is_wrapper_of(self, frame: Frame, inner: Frame) -> bool:
        """Whether this is what Python calls of a cpdef function, around its C half."""
        lines = self.text.split("\n")
        line = lines[frame["line"] - 1] if frame["line"] <= len(lines) else ""
        return line.lstrip().startswith("cpdef ") and frame["name"] == inner["name"]

    def report(self, error: BaseException) -> ErrorReport:
        """Report an exception of the cell's top level."""
        described = {
            "name": type(error).__name__,
            "message": str(error),
            "frames": self.frames(error),
        }
        return report_of(described, self._text_of)

    def _text_of(self, name: str) -> str | None:
        return self.text if name == self.place else None


class CellHost:
    """What a binding asks of the host, for the module of one cell."""

    outlives_exits = True

    def __init__(
        self, source: CellSource, stop: StopButton, tasks: Tasks, env: SessionEnv
    ) -> None:
        self.native_depth: array[int] = stop.native_depth
        self.frames = source.frames
        self._tasks = tasks
        self._env = env

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        """Make a task of the cell whose code runs."""
        return self._tasks.start(self._env, coroutine)

    def when_done(self, env: Env, future: AnyFuture, tell: Callable[[], None]) -> None:
        """Have `tell` called once a future is done, unless the cell was stopped."""
        self._tasks.when_done(self._env, future, tell)


class _Loaded(NamedTuple):
    """A module on globalThis."""

    holder: JSObject
    number: int
    """Another one each time that a module is loaded."""
    exchangeable: dict[str, Any]
    """The functions that another build may take over, by name."""


class NativeModules:
    """The native modules of one Env."""

    def __init__(self, env: SessionEnv, stop: StopButton, tasks: Tasks) -> None:
        self._env = env
        self._stop = stop
        self._tasks = tasks
        self._imported: list[ModuleType] = []
        self._modules: dict[str, _Loaded] = {}
        self._loads = 0
        self.registry = NativeRegistry(env)

    def load(self, message: LoadModule) -> None:
        """Load and register a module; one of the same name is replaced.

        Raises NativeLoadError; KeyboardInterrupt or Stopped if the stop button came.
        """
        self._check_name(message.name)
        source = CellSource(message)
        module = self._import(message, source)
        holder, description = self._bind(module, message, source)
        self._env.kit.registerModule(message.name, holder)
        self.registry.add(message, holder, description)
        # Those that were bound: the notebook may put others in their places.
        names = [function["name"] for function in description["functions"]]
        exchangeable = {name: holder[name] for name in names}
        self._loads += 1
        self._modules.pop(message.name, None)  # the new one stands behind all others
        self._modules[message.name] = _Loaded(
            holder, self._loads, exchangeable if message.built.exchangeable else {}
        )

    def _check_name(self, name: str) -> None:
        """Refuse a name that would cost the user something else."""
        js = self._env.js
        if name in js.lexical_names():
            raise _load_error(
                f"a let, const, class or import named {name} would hide the module: "
                "give the module another name"
            )
        if name in (each.name for each in self._env.first_names):
            raise _load_error(
                f"{name} is a global of the language or of the kernel: give the module "
                "another name"
            )
        if name in js.globals and js.globals[name] != self.holder(name):
            raise _load_error(
                f"globalThis.{name} is there already and is no native module: give the "
                f"module another name, or run: delete globalThis.{name}"
            )

    def exchange(self, message: ExchangeNative) -> None:
        """Give a module's functions the code of another build of the same cell.

        Raises NativeModuleError if the module has been replaced meanwhile, or the build
        can't be loaded.
        """
        known = self.registry.loaded(message.name, message.replaces)
        build = LoadModule(
            id=message.id,
            name=message.name,
            path=message.path,
            module=message.module,
            needs=message.needs,
            built=message.built,
            cell=known.cell,
            source=known.source,
        )
        source = CellSource(build)
        try:
            holder, _ = self._bind(self._import(build, source), build, source)
        except NativeLoadError as error:
            raise NativeModuleError(f"{message.name}: {error}") from error
        loaded = self._modules[message.name]
        for name, function in loaded.exchangeable.items():
            self._env.js.exchange_functions(function, holder[name])
        self._modules[message.name] = loaded._replace(exchangeable={})
        self.registry.exchange(message.name, build)

    def names(self) -> list[str]:
        """Give the names that modules have on globalThis, in the order of loading."""
        return list(self._modules)

    def drop(self, name: str) -> None:
        """Take a module off the global object. Raises NativeModuleError."""
        self.registry.drop(name)
        del self._modules[name]

    def holder(self, name: str) -> JSObject | None:
        """Give the object of a module."""
        loaded = self._modules.get(name)
        return None if loaded is None else loaded.holder

    def load_number(self, name: str) -> int:
        """Give a number that is another once the module has been replaced."""
        return self._modules[name].number

    def close(self) -> None:
        """Let go of the modules' Python sides."""
        self._modules.clear()
        for module in self._imported:
            if sys.modules.get(module.__name__) is module:
                del sys.modules[module.__name__]
        self._imported.clear()

    def _import(self, message: LoadModule, source: CellSource) -> ModuleType:
        """Run the extension module's code, which is the top level of the cell."""
        note_cell(message.module, source.name, source.place, source.text)
        see_current_folder()
        self._stop.enter_native()
        try:
            for name, path in message.needs:
                if name not in sys.modules:
                    load_extension(name, path)
            with self._loadable_path(message.path) as path:
                module = load_extension(message.module, path)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise NativeLoadError(source.report(error)) from error
        finally:
            self._stop.leave_native()
        self._imported.append(module)
        return module

    @contextmanager
    def _loadable_path(self, path: str) -> Iterator[str]:
        """Give a path of the shared object that was not loaded before.

        A cell that runs again unchanged has the same file, and a file that is loaded
        already is not run again. A copy of it is; it may go once it is loaded.
        """
        if path not in _loaded:
            _loaded.add(path)
            yield path
            return
        import shutil  # both are slow to import, and seldom needed
        import tempfile

        with tempfile.TemporaryDirectory(prefix="jsvm-") as folder:
            yield shutil.copy(path, folder)

    def _bind(
        self, module: ModuleType, message: LoadModule, source: CellSource
    ) -> tuple[JSObject, dict[str, Any]]:
        """Make the JS object of a module; gives it with what the module exports."""
        from jsvm_kernel.binding import DescriptionError, bind, description_of

        try:
            description = description_of(module)
            holder = bind(
                self._env.js,
                module,
                description,
                name=message.name,
                host=CellHost(source, self._stop, self._tasks, self._env),
            )
        except DescriptionError as error:
            raise _load_error(f"{message.path} {error}") from None
        return holder, description


def _load_error(message: str) -> NativeLoadError:
    return NativeLoadError(
        ErrorReport(
            name="NativeModuleError",
            message=message,
            traceback=[f"NativeModuleError: {message}"],
        )
    )
