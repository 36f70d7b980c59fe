"""Native modules: a built shared object becomes functions on globalThis.

The module lists its functions in ``__jsvm_exports__``, one map each: name, doc, params
(name and type each), returns, kind, and for kind "direct" the address of a thunk.
Direct functions of C numbers are called by the engine without Python; the others go
through a Python callable, after the prelude (native_functions.js) has checked every
argument against its declared type.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader
from types import ModuleType
from typing import Any

from jsvm_kernel.session.messages import ErrorReport, LoadModule
from jsvm_kernel.vm import JSError, Stopped

from .env import NotebookEnv
from .reports import python_frames, report_of
from .stop import StopButton

#: Attribute of a built module that lists its functions.
EXPORTS = "__jsvm_exports__"

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
        self.place = message.cell or f"{message.name}.pyx"
        self.text = message.source

    def frames(self, error: BaseException) -> list[dict[str, Any]]:
        """Give the frames of a traceback, innermost first, the cell's by its name."""
        frames: list[dict[str, Any]] = []
        for frame in python_frames(error, __file__):
            if frame["file"] == f"<{self.name}.pyx>":
                # "jsvm_NAME_HASH.function": only the build knows that module name.
                module, _, function = frame["name"].rpartition(".")
                name = f"{self.name}.{function}" if module else ""
                frame |= {"file": self.place, "name": name}
                if frames and self._is_wrapper_of(frame, frames[-1]):
                    continue
            frames.append(frame)
        return frames

    def _is_wrapper_of(self, frame: dict[str, Any], inner: dict[str, Any]) -> bool:
        """Whether this is what Python calls of a cpdef function, around its C half."""
        lines = self.text.split("\n")
        line = lines[frame["line"] - 1] if frame["line"] <= len(lines) else ""
        return line.lstrip().startswith("cpdef ") and frame["name"] == inner["name"]

    def failure(self, error: BaseException) -> str:
        """Describe a Python exception for `failNative` of the prelude."""
        return json.dumps(
            {
                "type": type(error).__name__,
                "text": str(error),
                "frames": self.frames(error),
            }
        )

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


class NativeModules:
    """The native modules of one Env."""

    def __init__(self, env: NotebookEnv, stop: StopButton) -> None:
        self._env = env
        self._stop = stop
        self._imported: list[ModuleType] = []
        self._names: dict[str, None] = {}

    def load(self, message: LoadModule) -> None:
        """Load and register a module; one of the same name is replaced.

        Raises NativeLoadError; KeyboardInterrupt or Stopped if the stop button came.
        """
        source = CellSource(message)
        module = self._import(message, source)
        exports = getattr(module, EXPORTS, None)
        if exports is None:
            raise _load_error(
                f"{message.path} has no {EXPORTS}: it was not built by jsvm_kernel"
            )
        holder = self._env.kit.nativeModule(message.name)
        for export in exports:
            function = self._function(module, export, source)
            self._env.kit.document(function, self._documentation(export))
            holder[export["name"]] = function
        problem = self._env.kit.registerModule(message.name, holder)
        if problem:
            raise _load_error(problem)
        self._names[message.name] = None

    def names(self) -> list[str]:
        """Give the names that modules have on globalThis, in the order of loading."""
        return list(self._names)

    def close(self) -> None:
        """Let go of the modules' Python sides."""
        for module in self._imported:
            if sys.modules.get(module.__name__) is module:
                del sys.modules[module.__name__]
        self._imported.clear()

    def _import(self, message: LoadModule, source: CellSource) -> ModuleType:
        """Run the extension module's code, which is the top level of the cell."""
        name = message.module
        self._stop.enter_native()
        try:
            with self._loadable_path(message.path) as path:
                loader = ExtensionFileLoader(name, path)
                spec = importlib.util.spec_from_file_location(name, path, loader=loader)
                assert spec is not None
                module = importlib.util.module_from_spec(spec)
                # Pickling and type checks between modules look a module up by name.
                sys.modules[name] = module
                loader.exec_module(module)
        except KeyboardInterrupt:
            sys.modules.pop(message.module, None)
            raise
        except BaseException as error:
            sys.modules.pop(message.module, None)
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

    def _function(
        self, module: ModuleType, export: dict[str, Any], source: CellSource
    ) -> Any:
        name = f"{source.name}.{export['name']}"
        if export["kind"] == "direct":
            return self._env.js.direct_function(
                name,
                [(param["name"], param["type"]) for param in export["params"]],
                export["returns"],
                export["thunk"],
            )
        definition = {
            "name": name,
            "params": export["params"],
            "returns": export["returns"],
        }
        function = getattr(module, export["name"])
        call = self._caller(function, export["params"], source)
        return self._env.kit.nativeFunction(json.dumps(definition), call)

    def _documentation(self, export: dict[str, Any]) -> Any:
        params = ", ".join(_declaration(param) for param in export["params"])
        return self._env.js.object(
            {
                "signature": f"{export['returns']} {export['name']}({params})",
                "doc": export.get("doc") or "",
            }
        )

    def _caller(
        self,
        function: Callable[..., Any],
        params: Sequence[dict[str, Any]],
        source: CellSource,
    ) -> Callable[..., Any]:
        """Wrap a Python function for calls whose arguments were checked."""
        converters = [_converter(param) for param in params]
        stop = self._stop
        env = self._env

        def call(*args: Any) -> Any:
            stop.enter_native()
            try:
                given = [
                    convert(arg) for convert, arg in zip(converters, args, strict=False)
                ]
                return function(*given)
            except (JSError, Stopped):
                raise  # JS called by the function has thrown: the same error goes on
            except KeyboardInterrupt:
                return None  # the VM is being stopped: JS ends when this returns
            except BaseException as error:
                with stop.shielded():
                    env.kit.failNative(source.failure(error))
                return None
            finally:
                stop.leave_native()

        return call


def _load_error(message: str) -> NativeLoadError:
    return NativeLoadError(
        ErrorReport(
            name="NativeModuleError",
            message=message,
            traceback=[f"NativeModuleError: {message}"],
        )
    )


def _declaration(param: dict[str, Any]) -> str:
    """Give a parameter as the author declares it."""
    const = "const " if param.get("const") else ""
    return (
        f"{const}{param['type']} {param['name']}{'=…' if param.get('optional') else ''}"
    )


def _converter(param: dict[str, Any]) -> Callable[[Any], Any]:
    """Give what makes of a checked JS value what the declared type wants."""
    convert = _FROM_JS.get(param["type"])
    if convert is None:
        return _as_it_is
    if param.get("nullable"):
        return lambda value: None if value is None else convert(value)
    return convert


def _as_it_is(value: Any) -> Any:
    return value


def _to_bytes(value: Any) -> bytes:
    return bytes(memoryview(value))


_FROM_JS: dict[str, Callable[[Any], Any]] = {
    "double": float,
    "float": float,
    "bytes": _to_bytes,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    **{f"{sign}int{bits}": int for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
