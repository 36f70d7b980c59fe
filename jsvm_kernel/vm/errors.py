"""The exceptions of jsvm_kernel.vm, one tree.

    JSVMError                       everything below
    ├── JSError                     JavaScript threw
    │   ├── JSTypeError             ... a TypeError          (also TypeError)
    │   ├── JSRangeError            ... a RangeError         (also ValueError)
    │   ├── JSReferenceError        ... a ReferenceError     (also NameError)
    │   ├── JSSyntaxError           ... a SyntaxError        (also SyntaxError)
    │   └── OutOfMemory             the VM's memory is used up (also MemoryError)
    ├── Stopped                     the stop button ended JavaScript
    │   └── TimeLimitExceeded       ... or its time limit did (also TimeoutError)
    ├── PromisePending              the promise has no result yet
    ├── Closed                      the VM or Env was closed
    ├── WrongThread                 the VM belongs to another thread
    └── APIError                    a call of JSVM-API failed for another reason

Apart from these, arguments of a wrong type or value raise TypeError and ValueError,
missing properties KeyError, IndexError and AttributeError, as everywhere in Python.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "APIError",
    "Closed",
    "JSError",
    "JSRangeError",
    "JSReferenceError",
    "JSSyntaxError",
    "JSTypeError",
    "JSVMError",
    "OutOfMemory",
    "PromisePending",
    "Stopped",
    "TimeLimitExceeded",
    "WrongThread",
]


class _Missing:
    """No JavaScript value belongs to the error (None is one: null)."""

    def __repr__(self) -> str:
        return "<no value>"


MISSING = _Missing()


class JSVMError(Exception):
    """Base of all exceptions of jsvm_kernel.vm."""


class JSError(JSVMError):
    """JavaScript threw; or, raised in Python below JavaScript: let JavaScript throw.

    `name` and `message` are those of the error object ("" and the text of the value
    where something else was thrown), `stack` its stack trace as text, innermost frame
    first. `value` is what was thrown, converted as every value is: an error object is a
    live proxy. `__cause__` is the cause of the error, or the Python exception that it
    was made for, and `errors` has those of an AggregateError. When the exception leaves
    a Python function that JavaScript called, JavaScript sees that very value again.

    An exception made in Python, `raise JSTypeError("width must not be negative")`, has
    no value; JavaScript sees a new error of that kind.
    """

    js_name: ClassVar[str] = "Error"

    def __init__(
        self,
        message: str = "",
        *,
        name: str | None = None,
        stack: str = "",
        value: Any = MISSING,
    ) -> None:
        name = self.js_name if name is None else name
        super().__init__(": ".join(filter(None, (name, message))))
        self._name = name
        self._value = value
        self.message = message
        self.stack = stack
        self.errors: tuple[JSError, ...] = ()
        if stack:
            self.add_note("JavaScript stack:\n" + stack.rstrip("\n"))

    # A property, because NameError has an attribute of this name with another meaning.
    @property
    def name(self) -> str:
        """Name of the error object, for example "TypeError"."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    @property
    def value(self) -> Any:
        """What was thrown; None, which is also null, if Python made this exception."""
        return None if self._value is MISSING else self._value

    @property
    def has_value(self) -> bool:
        """Whether JavaScript threw a value; False for an exception made in Python."""
        return self._value is not MISSING

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        # A live proxy belongs to its VM: copies and pickles go without the value.
        return _rebuild, (type(self), self.message, self._name, self.stack)


def _rebuild(kind: type[JSError], message: str, name: str, stack: str) -> JSError:
    return kind(message, name=name, stack=stack)


class JSTypeError(JSError, TypeError):
    """JavaScript threw a TypeError."""

    js_name = "TypeError"


class JSRangeError(JSError, ValueError):
    """JavaScript threw a RangeError."""

    js_name = "RangeError"


class JSReferenceError(JSError, NameError):  # type: ignore[misc]  # two `name`s
    """JavaScript threw a ReferenceError."""

    js_name = "ReferenceError"


class JSSyntaxError(JSError, SyntaxError):
    """JavaScript source text is malformed, or JavaScript threw a SyntaxError."""

    js_name = "SyntaxError"

    def __init__(
        self,
        message: str = "",
        *,
        name: str | None = None,
        stack: str = "",
        value: Any = MISSING,
    ) -> None:
        super().__init__(message, name=name, stack=stack, value=value)
        # What Python's own printer of syntax errors shows.
        self.msg = str(self)


class OutOfMemory(JSError, MemoryError):
    """The VM's memory is used up: its memory_limit, or the machine's."""

    js_name = "InternalError"


class Stopped(JSVMError):
    """JavaScript was stopped by request_stop()."""


class TimeLimitExceeded(Stopped, TimeoutError):
    """JavaScript was stopped because it ran longer than the VM's time_limit."""


class PromisePending(JSVMError):
    """The promise is neither fulfilled nor rejected yet."""


class Closed(JSVMError):
    """The VM, or the Env that a value belongs to, was closed."""


class WrongThread(JSVMError):
    """The VM belongs to another thread; see VM.leave() and VM.enter()."""


class APIError(JSVMError):
    """A call of JSVM-API failed with a status that has no exception of its own.

    `status` is its name, for example "JSVM_INVALID_ARG".
    """

    def __init__(self, message: str, status: str = "JSVM_GENERIC_FAILURE") -> None:
        super().__init__(f"{message} ({status})")
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        message = str(self).removesuffix(f" ({self.status})")
        return type(self), (message, self.status)


BY_NAME: dict[str, type[JSError]] = {
    kind.js_name: kind
    for kind in (JSTypeError, JSRangeError, JSReferenceError, JSSyntaxError)
}


def js_error(message: str, name: str, stack: str, value: Any) -> JSError:
    """Return the exception for a thrown value: the one class that suits its name."""
    kind = BY_NAME.get(name, JSError)
    if name == "InternalError" and message.startswith("out of memory"):
        kind = OutOfMemory
    return kind(message, name=name, stack=stack, value=value)
