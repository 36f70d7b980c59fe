"""C code that runs JavaScript itself, with and without the GIL, between Python code."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.vm import Env, JSError

# The library that the compiled module has loaded.
WITH_GIL: Any = ctypes.PyDLL("libjsvm.so")
WITHOUT_GIL: Any = ctypes.CDLL("libjsvm.so")
Pointer = ctypes.c_void_p


def run(library: Any, env: int, code: str) -> float:
    """Run a script through the C API and return its Number."""
    scope, text, script, value = Pointer(), Pointer(), Pointer(), Pointer()
    number = ctypes.c_double(-1)
    handle = Pointer(env)
    utf8 = code.encode()
    at = ctypes.byref
    assert library.OH_JSVM_OpenHandleScope(handle, at(scope)) == 0
    library.OH_JSVM_CreateStringUtf8(handle, utf8, ctypes.c_size_t(len(utf8)), at(text))
    no = ctypes.c_size_t(0)
    assert (
        library.OH_JSVM_CompileScript(handle, text, None, no, False, None, at(script))
        == 0
    )
    if library.OH_JSVM_RunScript(handle, script, at(value)) == 0:
        assert library.OH_JSVM_GetValueDouble(handle, value, at(number)) == 0
    else:
        library.OH_JSVM_GetAndClearLastException(handle, at(value))
    assert library.OH_JSVM_CloseHandleScope(handle, scope) == 0
    return number.value


@pytest.mark.parametrize("library", [WITH_GIL, WITHOUT_GIL], ids=["gil", "no gil"])
def test_python_functions_are_called_by_js_that_c_runs(env: Env, library: Any) -> None:
    env.globals.f = lambda x: x + 1
    assert run(library, env.handle, "f(f(1))") == 3


@pytest.mark.parametrize("library", [WITH_GIL, WITHOUT_GIL], ids=["gil", "no gil"])
def test_c_between_two_layers_of_js_and_python(env: Env, library: Any) -> None:
    handle = env.handle

    def thunk(arguments: Any, result: Any) -> None:
        result[0] = run(library, handle, "inner(1)") + env.eval("inner(10)")

    c_thunk = ctypes.CFUNCTYPE(
        None, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)
    )(thunk)
    address = ctypes.cast(c_thunk, ctypes.c_void_p).value or 0
    env.globals.inner = lambda x: env.eval(f"{x} * 2")
    env.globals.native = env.direct_function("native", [], "double", address)
    assert env.eval("native() + native()") == 44


def test_exception_in_js_that_c_runs_is_the_callers(env: Env) -> None:
    def fail() -> None:
        raise ValueError("in Python")

    env.globals.fail = fail
    assert run(WITHOUT_GIL, env.handle, "fail()") == -1
    assert env.eval("1") == 1
    with pytest.raises(JSError, match="in Python"):
        env.eval("fail()")


Callback = ctypes.CFUNCTYPE(Pointer, Pointer, Pointer)


class CallbackStruct(ctypes.Structure):
    """JSVM_CallbackStruct."""

    _fields_ = (("callback", Callback), ("data", Pointer))


def c_function(env: Env, body: Callable[[int], int | None]) -> Any:
    """A JavaScript function made by C code; body gets the JSVM_Env."""
    struct = CallbackStruct(Callback(lambda handle, info: body(handle)), None)
    scope, value = Pointer(), Pointer()
    handle = Pointer(env.handle)
    WITH_GIL.OH_JSVM_OpenHandleScope(handle, ctypes.byref(scope))
    WITH_GIL.OH_JSVM_CreateFunction(
        handle, b"c", ctypes.c_size_t(1), ctypes.byref(struct), ctypes.byref(value)
    )
    function = env.adopt(value.value or 0)
    WITH_GIL.OH_JSVM_CloseHandleScope(handle, scope)
    env.globals[f"keep{id(struct)}"] = lambda: struct  # as long as the function
    return function


def test_values_of_c_code_are_adopted(env: Env) -> None:
    seen: list[Any] = []

    def body(handle: int) -> None:
        value = Pointer()
        WITH_GIL.OH_JSVM_CreateDouble(
            Pointer(handle), ctypes.c_double(2.5), ctypes.byref(value)
        )
        seen.append(env.adopt(value.value or 0))

    env.globals.native = c_function(env, body)
    env.eval("native()")
    assert seen == [2.5]
