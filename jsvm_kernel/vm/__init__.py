"""JavaScript in Python: VMs, Envs and live values, on libjsvm.

    from jsvm_kernel.vm import VM

    with VM(time_limit=5) as vm, vm.env() as env:
        env.eval("1 + 1")                             # 2
        env.globals["greet"] = lambda name: f"Hello, {name}"
        env.eval("greet('world')")                    # 'Hello, world'
        numbers = env.eval("new Float64Array([1, 2, 3])")
        numpy.asarray(numbers)                        # the same memory

Needs no Jupyter. How values convert, what threads may do and how long things live is
written in docs/reference/vm.md.
"""

from __future__ import annotations

from ._vm import (
    VM,
    Env,
    JSArray,
    JSArrayBuffer,
    JSDataView,
    JSFunction,
    JSObject,
    JSPromise,
    JSSymbol,
    JSTypedArray,
    JSValue,
    env_of,
    limit_ranges,
    live_resources,
)
from .calls import Call, CallQueue, post
from .convert import to_python
from .errors import (
    APIError,
    Closed,
    JSError,
    JSRangeError,
    JSReferenceError,
    JSSyntaxError,
    JSTypeError,
    JSVMError,
    OutOfMemory,
    PromisePending,
    Stopped,
    TimeLimitExceeded,
    WrongThread,
)
from .values import (
    BigInt,
    HeapStatistics,
    LimitRanges,
    LiveResources,
    UndefinedType,
    VMInfo,
    undefined,
)

__all__ = [
    "VM",
    "APIError",
    "BigInt",
    "Call",
    "CallQueue",
    "Closed",
    "Env",
    "HeapStatistics",
    "JSArray",
    "JSArrayBuffer",
    "JSDataView",
    "JSError",
    "JSFunction",
    "JSObject",
    "JSPromise",
    "JSRangeError",
    "JSReferenceError",
    "JSSymbol",
    "JSSyntaxError",
    "JSTypeError",
    "JSTypedArray",
    "JSVMError",
    "JSValue",
    "LimitRanges",
    "LiveResources",
    "OutOfMemory",
    "PromisePending",
    "Stopped",
    "TimeLimitExceeded",
    "UndefinedType",
    "VMInfo",
    "WrongThread",
    "env_of",
    "limit_ranges",
    "live_resources",
    "post",
    "to_python",
    "undefined",
]
