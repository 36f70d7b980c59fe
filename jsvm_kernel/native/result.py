"""What a build gives: a module with the functions it offers, or what is wrong."""

from __future__ import annotations

from typing import Literal

import msgspec

from .diagnostics import Diagnostic


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter with the type name that `border.py` gives its declared type."""

    name: str
    type: str
    const: bool = False
    optional: bool = False
    nullable: bool = False

    def __str__(self) -> str:
        const = "const " if self.const else ""
        return f"{const}{self.type} {self.name}{'=…' if self.optional else ''}"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A function; its fields are explained in the package's docstring."""

    name: str
    doc: str
    line: int
    params: list[Parameter]
    returns: str
    kind: Literal["direct", "python"]

    @property
    def signature(self) -> str:
        """The function as its author would declare it, for help and completion."""
        params = ", ".join(map(str, self.params))
        return f"{self.returns} {self.name}({params})"


class BuildResult(msgspec.Struct, frozen=True, kw_only=True):
    """A built module, or diagnostics with an error among them and no path."""

    name: str
    diagnostics: list[Diagnostic] = []
    path: str | None = None
    """The .so file; it stays in the cache."""
    module: str | None = None
    """The name to import it under: unique to its content."""
    exports: list[Export] = []
    cached: bool = False
    translate_s: float = 0.0
    compile_s: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether there is a module."""
        return self.path is not None
