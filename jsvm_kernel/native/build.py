"""One build: from a source to a file in the cache, or to what is wrong with it."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from .cache import Build, Cache, CacheError, cache_root
from .compile import compile_c, placed
from .depends import compiled_files, cython_files, digest_of
from .diagnostics import Diagnostic, has_error
from .flags import flags_of
from .keys import cython_version, files_digest, key_of, python_abi
from .result import BuildResult, Needed
from .shared import find_shared, make_shared, wants_shared
from .source import NativeSource, check_source
from .tiers import compile_quickly, keeps_state, quick_toolchain, why_not_quick
from .toolchain import Toolchain, ToolchainError, find_toolchain, jsvm_include_dir
from .translate import translate

#: What a disk that takes no file is told by, whoever meets it.
_NO_ROOM: Final = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EROFS)))

Report = Callable[[str], None]
"""Told what the build is doing."""
Trial = Callable[[str, Path, list[Needed], str], list[Diagnostic]]
"""Tries a new module (name, file, what it needs, folder to run in): see trial.py."""


def build(
    source: NativeSource, report: Report = lambda _: None, trial: Trial | None = None
) -> BuildResult:
    """Build a source, or find it built. A new module must stand its trial."""
    if problems := check_source(source):
        return BuildResult(name=source.name, diagnostics=problems)
    try:
        tools = find_toolchain(cplus=source.options.cplus)
        cache = Cache(cache_root())
        result = _Builder(source, tools, cache, report, trial).run()
    except (ToolchainError, CacheError) as error:
        result = _failed(source, str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        why = f"the build could not be stored: {error.strerror}{where}"
        result = _failed(source, why)
    if any(why in each.message for each in result.diagnostics for why in _NO_ROOM):
        result.diagnostics.append(_advice_on_disks())
    return result


class _Compiler(NamedTuple):
    """What makes an extension module of C: the C compiler, or tcc for the first calls.

    `compile` is given the module's name and the folder to work in.
    """

    name: str
    compile: Callable[[str, Path], list[Diagnostic]]
    shared_tools: Toolchain
    """Makes the shared module, which must be of the same compiler."""
    quick: bool = False


class _Builder:
    """What one build works with."""

    def __init__(
        self,
        source: NativeSource,
        tools: Toolchain,
        cache: Cache,
        report: Report,
        trial: Trial | None,
    ) -> None:
        folder = Path(source.folder) if source.folder else None
        self.source = source
        self.tools = tools
        self.cache = cache
        self.report = report
        self.trial = trial
        self.flags = flags_of(source.options, folder)

    def run(self) -> BuildResult:
        compiler = _Compiler(
            self.tools.name,
            lambda module, folder: compile_c(
                self.source, module, folder, self.tools, self.flags
            ),
            # One module of C serves C++ as well.
            find_toolchain() if self.source.options.cplus else self.tools,
        )
        key, found = self._find(self._key(), compiler)
        if found is not None:
            return found
        not_quick = ""
        if self.source.quick:
            quick = self._run_quickly(key)
            if isinstance(quick, BuildResult):
                return quick
            not_quick = quick
        result = self._once(key, compiler)
        return msgspec.structs.replace(result, not_quick=not_quick)

    def _run_quickly(self, key: str) -> BuildResult | str:
        """Build with tcc, or say why not. `key` is that of the C compiler's build."""
        tools = quick_toolchain(self.tools)
        if tools is None:
            return "tcc is not installed, or is not for this Python"
        if why := why_not_quick(self.source):
            return why
        compiler = _Compiler(
            tools.name,
            lambda module, folder: compile_quickly(module, folder, tools),
            tools,
            quick=True,
        )
        key, found = self._find(key_of(key, compiler.name), compiler)
        result = self._once(key, compiler) if found is None else found
        if result.ok:
            return result
        return next(d.message for d in result.diagnostics if d.severity == "error")

    def _once(self, key: str, compiler: _Compiler) -> BuildResult:
        """Build, or find it built once nobody else builds it."""
        self.report("waiting for another build of this cell")
        with self.cache.lock(key):
            _, found = self._find(key, compiler)
            return found if found is not None else self._build(key, compiler)

    def _find(self, key: str, compiler: _Compiler) -> tuple[str, BuildResult | None]:
        """Give the build that is there, or the key to build under.

        A build whose headers have changed since stays for those who have it loaded; the
        new one's key comes of its key and of what the headers hold now.
        """
        while (hit := self.cache.find(key)) is not None:
            path, record = hit
            if record.files and record.folder != self.source.folder:
                key = key_of(key, self.source.folder)  # which has headers of its own
                continue
            now = {name: digest_of(Path(name)) for name in record.files}
            if now == record.files:
                # The shared module may have been swept away.
                needs = [self._shared(compiler)] if record.shared else []
                found = self._result(path, record, needs, compiler)
                return key, msgspec.structs.replace(found, cached=True)
            key = key_of(key, sorted(now.items()))
        return key, None

    def _build(self, key: str, compiler: _Compiler) -> BuildResult:
        source = self.source
        module = f"jsvm_{source.name}_{key[:16]}"
        shared = find_shared(self.cache, compiler.shared_tools)
        if shared is None and wants_shared(source.text) and not compiler.quick:
            shared = self._shared(compiler)
        with self.cache.folder_for(key) as folder:
            start = time.perf_counter()
            self.report("translating")
            description, diagnostics = translate(
                source, module, folder, shared=shared.module if shared else ""
            )
            translated = time.perf_counter()
            if not has_error(diagnostics):
                self.report("compiling")
                diagnostics += compiler.compile(module, folder)
            compiled = time.perf_counter()
            needs = [shared] if shared else []
            built = folder / f"{module}.so"
            if self.trial is not None and not has_error(diagnostics):
                self.report("importing")
                found = self.trial(module, built, needs, source.folder)
                diagnostics += [placed(each, source.text) for each in found]
            if has_error(diagnostics):
                return BuildResult(name=source.name, diagnostics=diagnostics)
            record = Build(
                module=module,
                description=description,
                diagnostics=diagnostics,
                shared=shared.module if shared else "",
                files=self._files(folder),
                folder=source.folder,
            )
            # The page has a link to the C source.
            kinds = ("html", source.options.suffix) if source.options.annotate else ()
            extras = [folder / f"{module}.{kind}" for kind in kinds]
            path = self.cache.store(key, built, record, extras)
        result = self._result(path, record, needs, compiler)
        return msgspec.structs.replace(
            result, translate_s=translated - start, compile_s=compiled - translated
        )

    def _shared(self, compiler: _Compiler) -> Needed:
        if (found := find_shared(self.cache, compiler.shared_tools)) is None:
            self.report("making Cython's shared utilities, once")
            found = make_shared(self.cache, compiler.shared_tools)
        return found

    def _files(self, folder: Path) -> dict[str, bytes]:
        """Give the checksums of headers and sources of the author."""
        read = compiled_files(folder, self.source.own_folders)
        named = [Path(name) for name in self.flags.sources]
        return {str(path): digest_of(path) for path in (*named, *read)}

    def _result(
        self, path: Path, record: Build, needs: list[Needed], compiler: _Compiler
    ) -> BuildResult:
        annotation = path.with_suffix(".html")
        return BuildResult(
            name=self.source.name,
            diagnostics=record.diagnostics,
            path=str(path),
            module=record.module,
            needs=needs,
            description=record.description,
            compiler=compiler.name,
            annotation=str(annotation) if self.source.options.annotate else None,
            quick=compiler.quick,
            exchangeable=compiler.quick and not keeps_state(self.source.code),
            files=list(record.files),
        )

    def _key(self) -> str:
        """Name a build by everything that goes into it."""
        source = self.source
        line = self.tools.compile_line(
            Path(f"in.{source.options.suffix}"),
            Path("out.so"),
            source.options.optimize,
            self.flags,
        )
        # A cell that reads nothing of its folder is the same in all.
        line = [word for word in line if word != f"-I{source.folder}"]
        return key_of(
            files_digest(Path(__file__).parent, "*.py"),
            source.name,
            source.text,
            source.options,
            [(p.name, digest_of(p)) for p in cython_files(source.text, source.folders)],
            line,
            self.tools.version,
            cython_version(),
            python_abi(),
            files_digest(jsvm_include_dir(), "ark_runtime/*.h"),
        )


def _advice_on_disks() -> Diagnostic:
    return Diagnostic(
        severity="hint",
        message=f"builds are kept in {cache_root()}, compilers' temporary files in "
        f"{tempfile.gettempdir()}: both must have room for files; XDG_CACHE_HOME and "
        "TMPDIR in the kernel's environment name other folders",
    )


def _failed(source: NativeSource, why: str) -> BuildResult:
    problem = Diagnostic(severity="error", message=why)
    return BuildResult(name=source.name, diagnostics=[problem])
