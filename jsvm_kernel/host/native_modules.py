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
from collections.abc import Callable, Sequence
from importlib.machinery import ExtensionFileLoader
from types import ModuleType
from typing import Any

from jsvm_kernel.session.messages import ErrorReport, LoadModule
from jsvm_kernel.vm import JSError, Stopped

from .env import NotebookEnv
from .reports import python_frames, python_report
from .stop import StopButton

#: Attribute of a built module that lists its functions.
EXPORTS = "__jsvm_exports__"


class NativeLoadError(Exception):
    """A native module that can't be loaded, with the report for its cell."""

    def __init__(self, report: ErrorReport) -> None:
        super().__init__(report.message)
        self.report = report


class NativeModules:
    """The native modules of one Env."""

    def __init__(self, env: NotebookEnv, stop: StopButton) -> None:
        self._env = env
        self._stop = stop

    def load(self, message: LoadModule) -> None:
        """Load and register a module; one of the same name is replaced.

        Raises NativeLoadError; KeyboardInterrupt or Stopped if the stop button came.
        """
        module = self._import(message)
        exports = getattr(module, EXPORTS, None)
        if exports is None:
            raise _load_error(
                f"{message.path} has no {EXPORTS}: it was not built by jsvm_kernel"
            )
        holder = self._env.kit.nativeModule(message.name)
        for export in exports:
            function = self._function(message.name, module, export)
            self._env.kit.document(function, self._documentation(export))
            holder[export["name"]] = function
        problem = self._env.kit.registerModule(message.name, holder)
        if problem:
            raise _load_error(problem)

    def _import(self, message: LoadModule) -> ModuleType:
        """Run the extension module's code, which is the top level of the cell."""
        loader = ExtensionFileLoader(message.module, message.path)
        spec = importlib.util.spec_from_file_location(
            message.module, message.path, loader=loader
        )
        assert spec is not None
        self._stop.enter_native()
        try:
            module = importlib.util.module_from_spec(spec)
            # Pickling and type checks between modules look a module up by its name.
            sys.modules[message.module] = module
            loader.exec_module(module)
        except KeyboardInterrupt:
            sys.modules.pop(message.module, None)
            raise
        except BaseException as error:
            sys.modules.pop(message.module, None)
            raise NativeLoadError(python_report(error, __file__)) from error
        finally:
            self._stop.leave_native()
        return module

    def _function(
        self, module_name: str, module: ModuleType, export: dict[str, Any]
    ) -> Any:
        name = f"{module_name}.{export['name']}"
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
        call = self._caller(getattr(module, export["name"]), export["params"])
        return self._env.kit.nativeFunction(json.dumps(definition), call)

    def _documentation(self, export: dict[str, Any]) -> Any:
        params = ", ".join(f"{p['name']}: {p['type']}" for p in export["params"])
        return self._env.js.object(
            {
                "signature": f"{export['name']}({params}): {export['returns']}",
                "doc": export.get("doc") or "",
            }
        )

    def _caller(
        self, function: Callable[..., Any], params: Sequence[dict[str, Any]]
    ) -> Callable[..., Any]:
        """Wrap a Python function for calls whose arguments were checked."""
        converters = [_FROM_JS.get(param["type"], _as_it_is) for param in params]
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
                    env.kit.failNative(_failure(error))
                return None
            finally:
                stop.leave_native()

        return call


def _failure(error: BaseException) -> str:
    """Describe a Python exception for `failNative` of the prelude."""
    return json.dumps(
        {
            "type": type(error).__name__,
            "text": str(error),
            "frames": python_frames(error, __file__),
        }
    )


def _load_error(message: str) -> NativeLoadError:
    return NativeLoadError(
        ErrorReport(
            name="NativeModuleError",
            message=message,
            traceback=[f"NativeModuleError: {message}"],
        )
    )


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
