"""Builds native modules for tests that load them into a host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from harness import CellResult, Host

from jsvm_kernel.native.build import build
from jsvm_kernel.native.source import NativeOptions, NativeSource


@dataclass
class Built:
    path: Path
    module: str
    needs: list[tuple[str, str]]
    code: str


def compile_module(code: str, cache: Path, name: str = "sample") -> Built:
    """Build a module; `cache` is the home of the cache, as a rule `builds`."""
    code = dedent(code).removeprefix("\n")
    source = NativeSource(
        code=code, name=name, line_offset=1, options=NativeOptions(optimize=0)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        result = build(source)
    assert result.ok, result.diagnostics
    assert result.path is not None and result.module is not None
    needs = [(needed.module, needed.path) for needed in result.needs]
    cell = f"%%jsvm_native {name}\n{code}"
    return Built(Path(result.path), result.module, needs, cell)


def load(host: Host, built: Built, name: str = "sample") -> CellResult:
    return host.load_module(
        name,
        built.path,
        built.module,
        needs=built.needs,
        cell="In[7]",
        source=built.code,
    )
