"""One build: from a source to a file in the cache, or to what is wrong with it."""

from __future__ import annotations

import time
from pathlib import Path

from .cache import Build, Cache, CacheError, cache_root
from .compile import compile_c
from .diagnostics import Diagnostic
from .keys import cython_version, files_digest, key_of, python_abi
from .result import BuildResult, Needed
from .shared import find_shared, make_shared, wants_shared
from .source import NativeSource, check_source
from .toolchain import Toolchain, ToolchainError, find_toolchain, jsvm_include_dir
from .translate import translate


def build(source: NativeSource) -> BuildResult:
    """Build a source, or find it built."""
    if problems := check_source(source):
        return BuildResult(name=source.name, diagnostics=problems)
    try:
        tools = find_toolchain()
        cache = Cache(cache_root())
        key = _key(source, tools)
        if hit := cache.find(key):
            return _found(source, *hit, cache, tools)
        with cache.lock(key):
            # Another process may have built it while this one waited.
            if hit := cache.find(key):
                return _found(source, *hit, cache, tools)
            return _build_anew(source, key, cache, tools)
    except (ToolchainError, CacheError) as error:
        return _failed(source, str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _failed(
            source, f"the build could not be stored: {error.strerror}{where}"
        )


def _build_anew(
    source: NativeSource, key: str, cache: Cache, tools: Toolchain
) -> BuildResult:
    module = f"jsvm_{source.name}_{key[:16]}"
    shared = find_shared(cache, tools)
    if shared is None and wants_shared(source.text):
        shared = make_shared(cache, tools)
    with cache.folder_for(key) as folder:
        start = time.perf_counter()
        description, diagnostics = translate(
            source, module, folder, shared=shared.module if shared else ""
        )
        translated = time.perf_counter()
        if not _has_error(diagnostics):
            diagnostics += compile_c(source, module, folder, tools)
        compiled = time.perf_counter()
        if _has_error(diagnostics):
            return BuildResult(name=source.name, diagnostics=diagnostics)
        record = Build(
            module=module,
            description=description,
            diagnostics=diagnostics,
            shared=shared.module if shared else "",
        )
        path = cache.store(key, folder / f"{module}.so", record)
    return BuildResult(
        name=source.name,
        diagnostics=diagnostics,
        path=str(path),
        module=module,
        needs=[shared] if shared else [],
        description=description,
        compiler=tools.name,
        translate_s=translated - start,
        compile_s=compiled - translated,
    )


def _found(
    source: NativeSource, path: Path, record: Build, cache: Cache, tools: Toolchain
) -> BuildResult:
    needs: list[Needed] = []
    if record.shared:
        needs.append(make_shared(cache, tools))  # it may have been swept away
    return BuildResult(
        name=source.name,
        diagnostics=record.diagnostics,
        path=str(path),
        module=record.module,
        needs=needs,
        description=record.description,
        compiler=tools.name,
        cached=True,
    )


def _failed(source: NativeSource, why: str) -> BuildResult:
    problem = Diagnostic(severity="error", message=why)
    return BuildResult(name=source.name, diagnostics=[problem])


def _has_error(diagnostics: list[Diagnostic]) -> bool:
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def _key(source: NativeSource, tools: Toolchain) -> str:
    """Name a build by everything that goes into it."""
    return key_of(
        files_digest(Path(__file__).parent, "*.py"),
        source.name,
        source.text,
        source.options,
        tools.compile_line(Path("in.c"), Path("out.so"), source.options.optimize),
        tools.version,
        cython_version(),
        python_abi(),
        files_digest(jsvm_include_dir(), "ark_runtime/*.h"),
    )
