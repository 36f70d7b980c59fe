"""Builds native modules of packages: setuptools' build_ext, with JavaScript's border.

    from setuptools import setup
    from jsvm_kernel.native.packaging import NativeExtension, build_ext

    MODULE = NativeExtension("vec.vec", "src/vec/vec.pyx", optimize=3)

    setup(cmdclass={"build_ext": build_ext}, ext_modules=[MODULE])

This is the whole of a package's setup.py; `python -m jsvm_kernel new cython NAME`
writes one. What is built is an ordinary extension module that also says what JavaScript
may call (`__jsvm_exports__`) and needs nothing of jsvm_kernel to run. Beside it lies a
.d.ts file for editors.
"""

from __future__ import annotations

import copy
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import setuptools
from setuptools.command.build_ext import build_ext as setuptools_build_ext
from setuptools.errors import CompileError, SetupError

from jsvm_kernel.entry_points import GROUP

from .diagnostics import has_error, render
from .flags import flags_of
from .result import Description
from .source import NativeOptions, NativeSource, check_source
from .toolchain import ToolchainError, find_toolchain
from .translate import translate
from .typescript import declarations

__all__ = ["NativeExtension", "build_ext"]

#: As a cell's module, it may call the C library's mathematics.
_LIBRARIES = () if sys.platform == "win32" else ("m",)


#: Suffixes of what is compiled already.
_BUILT = (".o", ".a")


class NativeExtension(setuptools.Extension):  # type: ignore[misc]
    """An extension module of one .pyx file.

    `name` is the module's full name, `source` its file. The options are those of
    `%%jsvm_native` (`NativeOptions`).
    """

    def __init__(self, name: str, source: str, **options: Any) -> None:
        # All of them, so that an sdist holds them.
        super().__init__(name, [source, *options.get("sources", ())])
        try:
            self.options = msgspec.convert(options, NativeOptions)
            unknown = set(options) - set(NativeOptions.__struct_fields__)
        except msgspec.ValidationError as error:
            raise SetupError(f"{name}: wrong option: {error}") from None
        if unknown:
            known = ", ".join(NativeOptions.__struct_fields__)
            raise SetupError(
                f"{name}: there is no option {', '.join(sorted(unknown))}; "
                f"there are {known}"
            )

    @property
    def place(self) -> tuple[Path, str]:
        """The folder above its package, and its file's name from there.

        Tracebacks call it so: Python finds the lines of an installed source by it.
        """
        path = Path(self.sources[0])
        inside = Path(*self.name.split(".")).with_suffix(path.suffix)
        count = len(inside.parts)
        if path.parts[-count:] == inside.parts:
            return Path(*path.parts[:-count]), inside.as_posix()
        return path.parent, path.name


class build_ext(setuptools_build_ext):  # type: ignore[misc]
    """Compiles extension modules; of a `NativeExtension` it makes the C first."""

    def build_extension(self, ext: Any) -> None:
        """Compile an extension module and write its declarations beside it."""
        if not isinstance(ext, NativeExtension):
            super().build_extension(ext)
            return
        c_file, description = self._translate(ext)
        try:
            tools = find_toolchain(cplus=ext.options.cplus)
            # Relative paths start from the folder of setup.py.
            flags = flags_of(ext.options, Path())
        except ToolchainError as error:
            raise CompileError(f"{ext.name}: {error}") from None
        # The copy: what an sdist holds is the source, not what was made of it.
        made = copy.copy(ext)
        made.language = "c++" if ext.options.cplus else "c"
        built = [name for name in flags.sources if name.endswith(_BUILT)]
        made.sources = [
            str(c_file),
            *(name for name in flags.sources if name not in built),
        ]
        made.extra_objects = [*ext.extra_objects, *built]
        beside = Path(ext.sources[0]).parent
        made.include_dirs = [*map(str, tools.includes), str(beside), *ext.include_dirs]
        made.extra_compile_args = [
            *tools.compile_flags(ext.options.optimize, cplus=ext.options.cplus),
            # What the build leaves must not depend on where it ran.
            f"-ffile-prefix-map={Path.cwd()}=.",
            *flags.compile,
            *ext.extra_compile_args,
        ]
        made.extra_link_args = [*flags.link, *ext.extra_link_args]
        made.libraries = [*ext.libraries, *_LIBRARIES]
        super().build_extension(made)
        self._declare(ext, description)

    def copy_extensions_to_source(self) -> None:
        """Put what was built beside the sources, declarations as well."""
        super().copy_extensions_to_source()
        for ext in self.extensions:
            built = Path(self.build_lib, self.get_ext_filename(ext.name)).parent
            for path in built.glob("*.d.ts"):
                folder = Path(self.get_ext_fullpath(ext.name)).parent
                shutil.copyfile(path, folder / path.name)

    def _translate(self, ext: NativeExtension) -> tuple[Path, dict[str, Any]]:
        """Make the C file; gives it, and what the module exports."""
        path = Path(ext.sources[0])
        root, file_name = ext.place
        source = NativeSource(
            name=ext.name.rpartition(".")[2],
            code=self._text(path),
            options=ext.options,
            file=file_name,
            search=(str(root), str(path.parent)),
        )
        folder = Path(self.build_temp)
        folder.mkdir(parents=True, exist_ok=True)
        problems = check_source(source)
        description = Description()
        if not problems:
            description, problems = translate(source, ext.name, folder.absolute())
        told = render(problems, str(path))
        if has_error(problems):
            raise CompileError(f"{path} can't be compiled:\n{told}")
        if told:
            print(told, file=sys.stderr)
        return folder / f"{ext.name}.{ext.options.suffix}", msgspec.to_builtins(
            description
        )

    def _text(self, path: Path) -> str:
        try:
            return path.read_text("utf-8")
        except OSError as error:
            raise CompileError(f"{path} can't be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise CompileError(f"{path} is no UTF-8 text: {error}") from None

    def _declare(self, ext: NativeExtension, description: dict[str, Any]) -> None:
        """Write the declarations of each name that notebooks import the module by."""
        names = list(self._names_of(ext))
        if not names:
            print(
                f"warning: no entry point of the group {GROUP} leads to {ext.name}: "
                "notebooks will not find it",
                file=sys.stderr,
            )
        folder = Path(self.get_ext_fullpath(ext.name)).parent
        for name in names:
            text = declarations(name, description, specifier=f"native:{name}")
            (folder / f"{name}.d.ts").write_text(text, "utf-8")

    def _names_of(self, ext: NativeExtension) -> Iterable[str]:
        groups = getattr(self.distribution, "entry_points", None) or {}
        for line in groups.get(GROUP, ()):
            name, _, module = line.partition("=")
            if module.strip() == ext.name:
                yield name.strip()
