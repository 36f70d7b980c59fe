"""Builds for the tests: an empty cache each, and built modules as Python sees them."""

from __future__ import annotations

import array
import ctypes
import importlib.machinery
import importlib.util
import stat
import sys
import types
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from jsvm_kernel.native.build import build
from jsvm_kernel.native.result import BuildResult
from jsvm_kernel.native.source import NativeOptions, NativeSource


class Array(ctypes.Structure):
    """JSVMX_Array."""

    _fields_ = (("data", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Union(ctypes.Union):
    """JSVMX_DirectValue."""

    _fields_ = (
        ("f64", ctypes.c_double),
        ("i64", ctypes.c_int64),
        ("u64", ctypes.c_uint64),
        ("array", Array),
    )


_THUNK = ctypes.CFUNCTYPE(None, ctypes.POINTER(Union), ctypes.POINTER(Union))


def _field(type_name: str) -> str:
    if type_name in ("double", "float"):
        return "f64"
    if type_name.endswith("[:]"):
        return "array"
    return "u64" if type_name.startswith("u") else "i64"


def make_source(code: str, **fields: Any) -> NativeSource:
    """A source as it stands below a magic line, compiled fast."""
    fields = {
        "name": "sample",
        "line_offset": 1,
        "options": NativeOptions(optimize=0),
        **fields,
    }
    return NativeSource(code=dedent(code).removeprefix("\n"), **fields)


@pytest.fixture(autouse=True)
def home(tmp_home: Path) -> Path:
    return tmp_home


@pytest.fixture
def source() -> Callable[..., NativeSource]:
    return make_source


@pytest.fixture
def built(cc: str) -> Callable[..., BuildResult]:
    """Builds in this process and gives the result, good or bad."""
    return lambda code, **fields: build(make_source(code, **fields))


def load(result: BuildResult) -> types.ModuleType:
    """What the host does: import the file under its own name, without this package."""
    assert result.ok, result.diagnostics
    for needed in result.needs:
        if needed.module not in sys.modules:
            sys.modules[needed.module] = _load_extension(needed.module, needed.path)
    return _load_extension(result.module, result.path)


def _load_extension(name: str, path: str) -> types.ModuleType:
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_loader(name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def loaded(built: Callable[..., BuildResult]) -> Callable[..., types.ModuleType]:
    """Builds and imports."""
    return lambda code, **fields: load(built(code, **fields))


@pytest.fixture(name="load")
def load_fixture() -> Callable[[BuildResult], types.ModuleType]:
    return load


@pytest.fixture
def direct() -> Callable[[types.ModuleType, str], Callable[..., Any]]:
    """Gives a direct function as its thunk, the way libjsvm calls it."""

    def find(module: types.ModuleType, name: str) -> Callable[..., Any]:
        functions = module.__jsvm_exports__["functions"]
        export = next(each for each in functions if each["name"] == name)
        assert export["kind"] == "direct"
        thunk = _THUNK(export["thunk"])

        def call(*given: Any) -> Any:
            args = (Union * max(1, len(given)))()
            for slot, parameter, value in zip(
                args, export["params"], given, strict=False
            ):
                if isinstance(value, array.array):
                    value = Array(*value.buffer_info())
                setattr(slot, _field(parameter["type"]), value)
            result = Union()
            thunk(args, ctypes.byref(result))
            if export["returns"] == "void":
                return None
            return getattr(result, _field(export["returns"]))

        return call

    return find


@pytest.fixture
def compiler(
    cc: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Puts a shell script in the compiler's place; gives the script's folder.

    `before` runs before each real compilation, not when the version is asked.
    """

    def install(before: str) -> Path:
        folder = tmp_path / "compiler"
        folder.mkdir()
        script = folder / "cc"
        script.write_text(
            f'#!/bin/sh\nif [ "$*" != --version ]; then\n{before}\nfi\nexec {cc} "$@"\n'
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("CC", str(script))
        return folder

    return install
