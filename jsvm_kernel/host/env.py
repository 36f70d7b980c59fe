"""An Env as a notebook has it: the engine's globals and the prelude's.

The prelude's files share two objects that no global leads to: `natives`, the functions
of `_natives`, and `kit`, what the files offer each other and the host. Answers of the
kit come as JSON text: a JS value that travelled through Python would not always come
back as what it was (-0, a BigInt that is small).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from jsvm_kernel.session.builtins import builtins
from jsvm_kernel.session.messages import Name
from jsvm_kernel.session.vm_messages import NamedValue
from jsvm_kernel.vm import VM, JSPromise

from . import _natives
from .web_platform import WebPlatform

if TYPE_CHECKING:
    from .modules import Modules

#: Files of the prelude, each after those whose parts of the kit it reads at load.
PRELUDE = (
    "builtins",
    "styles",
    "brand",
    "strings",
    "layout",
    "inspect",
    "objects",
    "sequences",
    "natural",
    "errors",
    "format",
    "console",
    "table",
    "timers",
    "bundle",
    "display",
    "dialogs",
    "deliveries",
    "transfers",
    "rejections",
    "microtasks",
    "cell",
    "lookup",
    "names",
    "native_modules",
    "native_docs",
    "docs",
    "platform",
)

#: Files that nothing needs before the first completion, inspection or list of names.
EDITING = ("evaluate", "editing", "values")
#: What %%jsvm_native --time needs.
TIMING = ("timing",)

_names = msgspec.json.Decoder(list[Name])
_values = msgspec.json.Decoder(list[NamedValue])
_T = TypeVar("_T")


@cache
def prelude_sources(names: tuple[str, ...] = PRELUDE) -> tuple[tuple[str, str], ...]:
    """Give (file name for stack traces, source) of each file, in order of loading."""
    folder = resources.files(__package__) / "prelude"
    return tuple(
        (f"jsvm:{name}.js", (folder / f"{name}.js").read_text("utf-8"))
        for name in names
    )


@cache
def _builtin_rows() -> str:
    """Give what is known of built-in functions, as JSON for the prelude."""
    rows = [
        {
            "holder": holder,
            "name": builtin.name,
            "signature": builtin.signature,
            "type": builtin.type,
            "doc": builtin.doc,
            "deprecated": builtin.deprecated,
        }
        for holder, members in builtins().items()
        for builtin in members.values()
    ]
    return json.dumps(rows)


class NotebookEnv:
    """One Env of `vm` with the prelude in it. Close it before the VM."""

    def __init__(self, vm: VM, listener: _natives.Listener) -> None:
        self.vm = vm
        self.js = vm.env()
        self._natives = _natives.Natives(self.js.handle, listener, WebPlatform())
        try:
            self._furnish()
        except BaseException:
            NotebookEnv.close(self)  # what a subclass adds is not there yet
            raise

    def _furnish(self) -> None:
        """Run the prelude."""
        self.kit: Any = None
        self._natives_object: Any = self._natives.make_object(self.js.adopt)
        self.kit = self.js.eval("({ __proto__: null })", filename="jsvm:kit")
        self._load(PRELUDE)
        self._edits = self._times = False
        # Functions asked for at every cell, without a property lookup each time.
        self._cell_outcome: Any = self.kit.cellOutcome
        self._cell_names: Any = self.kit.cellNames
        self._fire_timer: Any = self.kit.fireTimer
        self._deliver: Any = self.kit.deliver
        self.first_names: list[Name] = _names.decode(self.kit.firstNames())
        self._last_names = ""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self.js.closed

    def close(self) -> None:
        """Close the Env; safe to call twice."""
        self._natives.close()
        # Proxies that outlived their Env would count as leaks of it.
        self.kit = self._natives_object = self._cell_outcome = self._cell_names = None
        self._fire_timer = self._deliver = None
        self.js.close()

    def use_modules(self, modules: Modules) -> None:
        """Let imports and require of this Env find their modules so."""
        self.js.set_module_loader(modules.resolve, modules.load, modules.describe)
        self._natives.set_modules(modules)

    def configure(self, values: dict[str, Any]) -> None:
        """Take the values of settings; those it does not know are not for it."""
        self.kit.configure(json.dumps(values))

    def all_names(self) -> list[Name]:
        """Give the table of names that cells made."""
        self._last_names = ""
        return self.changed_names() or []

    def values(self) -> list[NamedValue]:
        """Give what names cells made, with types and values in short."""
        answer = self.editing_kit.cellValues(*self.js.lexical_names())
        return _read(_values, answer)

    @property
    def editing_kit(self) -> Any:
        """The kit with what completion and inspection need."""
        if not self._edits:
            self._load(EDITING)
            self.kit.learnBuiltins(_builtin_rows())
            self._edits = True
        return self.kit

    def time_native(self, module: str, call: str) -> dict[str, Any]:
        """Time a call of a native function and of the JS function of its name."""
        if not self._times:
            self._load(TIMING)
            self._times = True
        measured: dict[str, Any] = json.loads(self.kit.timeNative(module, call))
        return measured

    def _load(self, names: tuple[str, ...]) -> None:
        for filename, source in prelude_sources(names):
            self.js.eval(source, filename=filename)(self._natives_object, self.kit)

    def drop_microtasks(self) -> None:
        """Throw away what promises wait for, as part of a stop."""
        self._natives.drop_microtasks()

    def cell_outcome(self, promise: JSPromise) -> dict[str, Any] | None:
        """Tell what became of a cell: None while it is not over.

        Else a dict with "data" and "metadata" (the bundle of its value), "error" (what
        was thrown, described), or nothing.
        """
        answer = self._cell_outcome(promise)
        return json.loads(answer) if answer else None

    def fire_timer(self, timer_id: int) -> dict[str, Any] | None:
        """Run a timer's callback; gives what it threw, described, or None."""
        failure = self._fire_timer(timer_id)
        return json.loads(failure) if failure else None

    def drop_timer(self, timer_id: int) -> None:
        """Forget a timer that the host has given up."""
        self.kit.dropTimers(timer_id)

    def deliver(self, receiver: str, *values: Any) -> dict[str, Any] | None:
        """Hand values to a receiver of the prelude; gives what it threw, described."""
        failure = self._deliver(receiver, *values)
        return json.loads(failure) if failure else None

    def take_rejections(self) -> list[dict[str, Any]]:
        """Give what nobody caught since the last call: {cell, where, error} each."""
        if not self._natives.take_rejections():
            return []
        reports: list[dict[str, Any]] = json.loads(self.kit.takeRejections())
        return reports

    def changed_names(self) -> list[Name] | None:
        """Give the table of names that cells made, None if it is as it was."""
        answer = self._cell_names(*self.js.lexical_names())
        if answer == self._last_names:
            return None
        self._last_names = answer
        return _read(_names, answer)


def _read(decoder: msgspec.json.Decoder[list[_T]], text: str) -> list[_T]:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError:  # half a surrogate pair, in the name of a property
        return msgspec.convert(json.loads(text), decoder.type)
