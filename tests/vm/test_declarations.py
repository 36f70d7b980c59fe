"""What others rely on: the Cython declarations, the stub, the public names."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jsvm_kernel.vm as vm
from jsvm_kernel.vm import _vm

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "jsvm_kernel" / "vm"
HEADERS = ROOT / "jsvm_kernel" / "libjsvm" / "include" / "ark_runtime"

USER = """\
cimport jsvm
from jsvm cimport JSVM_OK, OH_JSVM_GetVMInfo

cdef jsvm.JSVM_Value answer(
    jsvm.JSVM_Env env, jsvm.JSVM_CallbackInfo info
) noexcept nogil:
    cdef jsvm.JSVM_Value result = NULL
    cdef size_t count = 0
    jsvm.OH_JSVM_GetCbInfo(env, info, &count, NULL, NULL, NULL)
    jsvm.OH_JSVM_CreateInt32(env, 42, &result)
    return result

cdef jsvm.JSVM_CallbackStruct callback = jsvm.JSVM_CallbackStruct(answer, NULL)

def engine():
    cdef jsvm.JSVM_VMInfo info
    assert OH_JSVM_GetVMInfo(&info) == JSVM_OK
    return info.engine.decode()
"""


def test_jsvm_pxd_is_what_the_headers_say() -> None:
    result = subprocess.run([sys.executable, SOURCES / "make_pxd.py", "--check"])
    assert result.returncode == 0, "run python jsvm_kernel/vm/make_pxd.py"


def test_jsvm_pxd_declares_every_function_once() -> None:
    text = "".join((HEADERS / name).read_text() for name in ("jsvm.h", "jsvmx.h"))
    declared = re.findall(r"JSVM_Status\s+((?:OH_)?JSVMX?_\w+)\(", text)
    names = re.findall(r"JSVM_Status (\w+)\(", (SOURCES / "jsvm.pxd").read_text())
    assert sorted(names) == sorted(declared)
    assert sum(name.startswith("OH_JSVM_") for name in names) == 228


def test_users_cimport_jsvm(cc: str, tmp_path: Path) -> None:
    (tmp_path / "user.pyx").write_text(USER)
    include = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sysconfig; print(sysconfig.get_path('include'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    subprocess.run(
        [sys.executable, "-m", "cython", "-3", "-I", SOURCES, "user.pyx"],
        cwd=tmp_path,
        check=True,
    )
    command = [*cc.split(), "-c", "-Wall", "-Werror=incompatible-pointer-types"]
    folders = [f"-I{include}", f"-I{HEADERS.parent}"]
    subprocess.run([*command, *folders, "user.c"], cwd=tmp_path, check=True)


def test_public_names_are_these() -> None:
    names = """
        VM APIError BigInt Call CallQueue Closed
            Env HeapStatistics JSArray JSArrayBuffer JSDataView
        JSError JSFunction JSObject JSPromise JSRangeError JSReferenceError JSSymbol
        JSSyntaxError JSTypeError JSTypedArray JSVMError JSValue LimitRanges
        LiveResources
        OutOfMemory PromisePending Stopped TimeLimitExceeded UndefinedType VMInfo
        WrongThread env_of limit_ranges live_resources post to_python undefined"""
    assert sorted(vm.__all__) == sorted(names.split())
    assert all(hasattr(vm, name) for name in vm.__all__)


def stub_classes() -> dict[str, dict[str, ast.stmt]]:
    tree = ast.parse((SOURCES / "_vm.pyi").read_text())
    return {
        node.name: {
            member.name: member
            for member in node.body
            if isinstance(member, ast.FunctionDef)
        }
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


@pytest.mark.parametrize("name", stub_classes())
def test_stub_and_module_have_the_same_methods(name: str) -> None:
    kind = getattr(_vm, name)
    in_stub = {m for m in stub_classes()[name] if not m.startswith("__")}
    real = {m for m in vars(kind) if not m.startswith("_")}
    attributes = {"memory_limit", "stack_size", "time_limit", "vm"}
    assert in_stub == real - attributes


@pytest.mark.parametrize("kind", [vm.VM, vm.Env, vm.JSFunction, vm.JSPromise])
def test_everything_public_has_a_docstring(kind: type) -> None:
    assert kind.__doc__
    for name, member in vars(kind).items():
        if not name.startswith("_") and not inspect.ismemberdescriptor(member):
            documented = member.__doc__ or name in (
                "memory_limit",
                "stack_size",
                "time_limit",
                "vm",
                "calls",
            )
            assert documented, f"{kind.__name__}.{name}"


TYPED = """\
from jsvm_kernel.vm import VM, JSError, JSPromise, to_python

def use() -> int:
    with VM(memory_limit=1 << 24, time_limit=1.5) as vm, vm.env() as env:
        promise: JSPromise = env.run_cell("1", name="c")
        length: int = len(env.array([1, 2]))
        answer: str = env.check_syntax("1")
        env.globals.x = to_python(env.globals["y"])
        env.typed_array("Uint8Array", bytearray(4), copy=False)
        env.set_module_loader(lambda referrer, name, type: name, lambda name: "")
        try:
            env.eval("1", filename="f.js")
        except JSError as error:
            print(error.name.upper(), error.stack, promise, answer)
        return length
"""
WRONG = """\
from jsvm_kernel.vm import VM

with VM(memory_limit="1") as vm, vm.env() as env:
    env.eval(b"1")
    env.typed_array("Float64", bytearray(8))
    env.set_module_loader(print, None)
"""


def test_types_reach_the_user(tmp_path: Path) -> None:
    (tmp_path / "typed.py").write_text(TYPED)
    (tmp_path / "wrong.py").write_text(WRONG)
    options = ["--strict", "--no-incremental", "--config-file", ""]
    result = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "typed.py", "wrong.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    errors = re.findall(r"^(\w+)\.py:(\d+): error", result.stdout, re.M)
    assert errors == [("wrong", n) for n in ("3", "4", "5", "6")], result.stdout
