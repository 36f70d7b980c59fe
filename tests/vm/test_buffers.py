"""Memory shared between Python and JavaScript."""

from __future__ import annotations

import array
import gc
import mmap
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from jsvm_kernel.vm import (
    VM,
    Env,
    JSArrayBuffer,
    JSDataView,
    JSRangeError,
    JSTypedArray,
    JSTypeError,
    live_resources,
)

KINDS = [
    ("Int8Array", np.int8),
    ("Uint8Array", np.uint8),
    ("Uint8ClampedArray", np.uint8),
    ("Int16Array", np.int16),
    ("Uint16Array", np.uint16),
    ("Int32Array", np.int32),
    ("Uint32Array", np.uint32),
    ("Float32Array", np.float32),
    ("Float64Array", np.float64),
    ("BigInt64Array", np.int64),
    ("BigUint64Array", np.uint64),
    ("Float16Array", np.float16),
]


# ---- JavaScript's memory in Python ---------------------------------------------------


@pytest.mark.parametrize(("kind", "dtype"), KINDS)
def test_typed_array_and_numpy_share_memory(env: Env, kind: str, dtype: Any) -> None:
    big = "n" if kind.startswith("Big") else ""
    typed = env.eval(f"globalThis.t = new {kind}([1{big}, 2{big}, 3{big}])")
    numbers = np.asarray(typed)
    assert numbers.dtype == dtype
    assert numbers.tolist() == [1, 2, 3]
    assert typed.kind == kind
    numbers[1] = 20
    assert env.eval("t[1]") == 20
    env.eval(f"t[2] = 30{big}")
    assert numbers[2] == 30
    assert np.shares_memory(numbers, np.asarray(typed))


def test_view_begins_at_its_offset(env: Env) -> None:
    view = env.eval(
        "globalThis.b = new ArrayBuffer(32); new Float64Array(b).set([1, 2, 3, 4]);"
        "new Float64Array(b, 8, 2)"
    )
    assert np.asarray(view).tolist() == [2, 3]
    whole = np.frombuffer(env.globals.b, np.float64)
    assert whole.tolist() == [1, 2, 3, 4]
    assert np.shares_memory(np.asarray(view), whole)
    data_view = env.eval("new DataView(b, 8, 16)")
    assert isinstance(data_view, JSDataView)
    assert len(data_view) == 16
    assert np.frombuffer(data_view, np.float64).tolist() == [2, 3]


def test_array_buffer_is_bytes(env: Env) -> None:
    buffer = env.eval("globalThis.b = new Uint8Array([1, 2, 3]).buffer")
    assert isinstance(buffer, JSArrayBuffer)
    assert len(buffer) == 3
    view = memoryview(buffer)
    assert (view.format, view.itemsize, view.shape) == ("B", 1, (3,))
    assert not view.readonly
    view[0] = 9
    assert env.eval("new Uint8Array(b)[0]") == 9
    assert bytes(buffer) == b"\x09\x02\x03"
    view.release()


def test_empty_array_is_an_empty_buffer(env: Env) -> None:
    assert np.asarray(env.eval("new Float64Array(0)")).shape == (0,)
    assert bytes(env.eval("new ArrayBuffer(0)")) == b""


@pytest.mark.parametrize("take", ["b.transfer()", "b.transfer(100)", "b.resize(4)"])
def test_memory_in_use_by_python_cannot_be_taken_away(env: Env, take: str) -> None:
    env.eval("globalThis.b = new ArrayBuffer(16, {maxByteLength: 200})")
    typed = env.eval("new Uint8Array(b, 0, 16)")
    first, second = memoryview(typed), memoryview(env.globals.b)
    with pytest.raises(JSTypeError, match="in use"):
        env.eval(take)
    first.release()
    with pytest.raises(JSTypeError, match="in use"):
        env.eval(take)
    assert second[0] == 0
    second.release()
    env.eval(take)


def test_detached_memory_is_a_buffer_error(env: Env) -> None:
    typed = env.eval("globalThis.t = new Uint8Array(8)")
    env.eval("t.buffer.transfer()")
    with pytest.raises(BufferError, match="detached"):
        memoryview(typed)
    assert repr(typed) == "<JSTypedArray Uint8Array detached>"


def test_immutable_memory_is_read_only(env: Env) -> None:
    buffer = env.eval("new Uint8Array([1, 2]).buffer.transferToImmutable()")
    view = memoryview(buffer)
    assert view.readonly
    assert view.tolist() == [1, 2]


def test_shared_array_buffer_is_shared_through_its_views(env: Env) -> None:
    numbers = np.asarray(
        env.eval("globalThis.s = new Int32Array(new SharedArrayBuffer(8))")
    )
    numbers[1] = 5
    assert env.eval("s[1]") == 5


def test_array_keeps_its_js_object_alive(env: Env) -> None:
    numbers = np.asarray(env.eval("new Float64Array([1, 2, 3])"))
    env.eval("for (let i = 0; i < 1000; i++) new Float64Array(3).fill(9)")
    assert numbers.tolist() == [1, 2, 3]


@pytest.mark.parametrize("close_env_first", [False, True])
def test_array_outlives_its_env_and_vm(close_env_first: bool) -> None:
    vm = VM()
    env = vm.env()
    numbers = np.asarray(env.eval("new Float64Array([1, 2, 3])"))
    if close_env_first:
        env.close()
    vm.close()
    assert vm.closed
    assert env.closed
    numbers[0] = 7
    assert numbers.tolist() == [7, 2, 3]
    assert live_resources().vms == 1
    del numbers
    assert live_resources().vms == 0


def test_array_may_die_on_another_thread(env: Env) -> None:
    env.eval("globalThis.t = new Float64Array([1, 2, 3])")
    holder = [memoryview(env.globals.t)]
    thread = threading.Thread(target=holder.clear)
    thread.start()
    thread.join()
    assert env.eval("t.buffer.transfer().byteLength") == 24


def test_array_dies_on_another_thread_and_its_proxy_on_this_one(env: Env) -> None:
    env.eval("globalThis.t = new Float64Array([1, 2, 3])")
    proxy = env.globals.t
    holder = [memoryview(proxy)]
    thread = threading.Thread(target=holder.clear)
    thread.start()
    thread.join()
    del proxy  # before the VM was entered again
    assert env.eval("t.buffer.transfer().byteLength") == 24


def test_array_of_a_closed_vm_may_die_on_another_thread() -> None:
    with VM() as vm, vm.env() as env:
        holder = [memoryview(env.eval("new Float64Array([1, 2, 3])"))]
    assert live_resources().vms == 1
    thread = threading.Thread(target=holder.clear)
    thread.start()
    thread.join()
    assert live_resources().vms == 0


def test_typed_array_is_a_sequence(env: Env) -> None:
    typed = env.eval("new Int16Array([1, 2, 3])")
    assert isinstance(typed, JSTypedArray)
    assert len(typed) == 3
    assert typed[-1] == 3
    assert typed[:2] == [1, 2]
    assert list(typed) == [1, 2, 3]
    assert list(reversed(typed)) == [3, 2, 1]
    assert 2 in typed
    typed[0] = 5
    assert typed[0] == 5
    assert typed.length == 3
    with pytest.raises(IndexError):
        typed[3]
    with pytest.raises(IndexError):
        typed[3] = 1
    with pytest.raises(TypeError):
        del typed[0]
    with pytest.raises(TypeError, match="numpy"):
        typed[0:1] = [1]


# ---- Python's memory in JavaScript ---------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "dtype"), [k for k in KINDS if "Clamped" not in k[0] and "16A" not in k[0]]
)
def test_numpy_array_becomes_a_typed_array_on_its_memory(
    env: Env, kind: str, dtype: Any
) -> None:
    numbers = np.array([1, 2, 3], dtype)
    env.globals.t = numbers
    assert env.eval("t.constructor.name") == kind
    assert env.eval("t.length") == 3
    numbers[1] = 20
    assert env.eval("t[1]") == 20
    env.eval("t[2] = 30n" if "Big" in kind else "t[2] = 30")
    assert numbers.tolist() == [1, 20, 30]
    back = np.asarray(env.globals.t)
    assert back.__array_interface__["data"] == numbers.__array_interface__["data"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: bytearray(b"\1\2\3"),
        lambda: memoryview(bytearray(b"\0\1\2\3"))[1:],
        lambda: array.array("B", [1, 2, 3]),
        lambda: np.arange(1, 4, dtype=np.uint8),
        lambda: np.arange(10, dtype=np.uint8)[1:4],
    ],
)
def test_writable_buffer_is_shared(env: Env, make: Any) -> None:
    data = make()
    env.globals.t = data
    assert env.eval("t.join()") == "1,2,3"
    data[0] = 77
    assert env.eval("t[0]") == 77
    env.eval("t[2] = 99")
    assert data[2] == 99


@pytest.mark.parametrize("data", [b"\1\2\3", memoryview(b"\1\2\3")])
def test_read_only_buffer_is_copied(env: Env, data: Any) -> None:
    env.globals.t = data
    env.eval("t[0] = 9")
    assert env.eval("t.join()") == "9,2,3"
    assert bytes(data) == b"\1\2\3"
    with pytest.raises(ValueError, match="read-only"):
        env.typed_array(None, data, copy=False)
    with pytest.raises(ValueError, match="read-only"):
        env.array_buffer(data, copy=False)


def test_copy_on_request(env: Env) -> None:
    data = bytearray(b"\1\2")
    typed = env.typed_array(None, data, copy=True)
    buffer = env.array_buffer(data, copy=True)
    data[0] = 9
    assert (typed[0], bytes(buffer)) == (1, b"\1\2")
    data.append(1)  # nothing holds its memory


def test_array_buffer_shares_on_request(env: Env) -> None:
    data = bytearray(8)
    env.globals.b = env.array_buffer(data, copy=False)
    env.eval("new Uint8Array(b)[7] = 5")
    assert data[7] == 5
    with pytest.raises(ValueError, match="multiple of 8"):
        env.array_buffer(memoryview(data)[1:], copy=False)


def test_kind_reinterprets_the_bytes(env: Env) -> None:
    data = np.zeros(2)
    typed = env.typed_array("Uint8Array", data)
    assert len(typed) == 16
    typed[7] = 0x3F
    assert data[0] != 0
    with pytest.raises(ValueError, match="not a whole number of Float64Array"):
        env.typed_array("Float64Array", bytearray(12))
    with pytest.raises(ValueError, match="no kind of typed array; there are Int8Array"):
        env.typed_array("Array", bytearray(12))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not aligned to the 8 bytes"):
        env.typed_array("Float64Array", memoryview(bytearray(20))[4:12])


def test_matrix_becomes_a_flat_array_on_its_memory(env: Env) -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    env.globals.m = matrix
    env.eval("m[4] = -1")
    assert matrix[1, 1] == -1
    with pytest.raises(ValueError, match="not contiguous"):
        env.globals.m = matrix.T
    assert list(env.typed_array(None, matrix.T, copy=True)) == matrix.T.ravel().tolist()
    with pytest.raises(ValueError, match="not contiguous"):
        env.globals.m = np.arange(6)[::2]


@pytest.mark.parametrize(
    "data",
    [
        np.zeros(2, np.complex128),
        np.zeros(2, ">i4"),
        np.zeros(2, np.float16),
        np.zeros(2, [("a", "i4"), ("b", "f8")]),
        np.zeros(2, "U3"),
    ],
)
def test_format_without_typed_array_is_a_type_error(env: Env, data: Any) -> None:
    with pytest.raises(TypeError, match="no typed array has elements of the format"):
        env.globals.t = data


@pytest.mark.parametrize("data", [bytearray(), b"", np.zeros(0)])
def test_empty_buffer_becomes_an_empty_array(env: Env, data: Any) -> None:
    env.globals.t = data
    assert env.eval("t.length") == 0


def test_python_memory_lives_as_long_as_js_uses_it(env: Env) -> None:
    numbers = np.arange(1000.0)
    gone = weakref.ref(numbers)
    env.globals.t = numbers
    del numbers
    assert gone() is not None
    assert env.eval("t[999]") == 999
    env.eval("globalThis.t = null")
    env.eval("0")
    assert gone() is None


def test_python_memory_is_released_with_the_vm() -> None:
    data = bytearray(8)
    with VM() as vm, vm.env() as env:
        env.globals.t = data
        with pytest.raises(BufferError):
            data.append(1)
    data.append(1)


def test_shared_python_memory_moves_with_the_array_buffer(env: Env) -> None:
    data = bytearray(b"\1\2\3\4\5\6\7\x08")
    env.globals.t = data
    env.eval("globalThis.moved = new Uint8Array(t.buffer.transfer()); moved[0] = 9")
    assert data[0] == 9
    env.eval("moved = null")
    env.eval("0")
    data.append(1)


def test_mmap_is_shared(env: Env) -> None:
    with mmap.mmap(-1, 4096) as memory:
        env.globals.t = env.typed_array("Uint8Array", memory)
        env.eval("t[4095] = 3")
        assert memory[4095] == 3
        del env.globals.t
        env.eval("0")


def test_callback_gets_and_returns_arrays_without_copying(env: Env) -> None:
    result = np.zeros(3)

    def double(numbers: Any) -> Any:
        np.multiply(np.asarray(numbers), 2, out=result)
        return result

    env.globals.double = double
    assert env.eval("globalThis.r = double(new Float64Array([1, 2, 3])); r[2]") == 6
    env.eval("r[0] = -1")
    assert result[0] == -1


def test_buffer_beyond_what_the_engine_takes_is_an_error(env: Env) -> None:
    with mmap.mmap(-1, 1 << 31) as memory, pytest.raises(JSRangeError):
        env.globals.t = memory
    assert env.eval("1") == 1


def test_objects_that_only_pretend_are_left_alone(env: Env) -> None:
    class Holder:
        def __iter__(self) -> Iterator[int]:
            return iter(())

    with pytest.raises(TypeError, match="no JavaScript counterpart"):
        env.globals.t = Holder()
    gc.collect()
