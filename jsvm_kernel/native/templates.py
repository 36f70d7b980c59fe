"""Packages from templates: rendered, then written where nothing is in the way.

A template is a folder of `templates/`, which is installed with jsvm_kernel. `$name` and
its like (string.Template) stand in the texts and in the names of its files.
"""

from __future__ import annotations

import importlib.resources
import json
import keyword
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from types import MappingProxyType

from jsvm_kernel import __version__

#: What a module of which nothing is known does.
SUMMARY = "Native functions for JavaScript and Python."


class TemplateError(Exception):
    """A package can't be made so; the text says why and what to do."""


def templates() -> dict[str, Path]:
    """Give the folders of packages that can be rendered, by the templates' names."""
    root = Path(str(importlib.resources.files("jsvm_kernel") / "templates"))
    if not root.is_dir():
        raise TemplateError(f"{root} is missing: install jsvm_kernel again")
    packages = sorted(root.glob("*/pyproject.toml"))
    return {path.parent.name: path.parent for path in packages}


def check_name(name: str) -> str:
    """Give a name that a package, its Python module and JavaScript can all have.

    Raises TemplateError.
    """
    if not (name.isascii() and name.isidentifier()) or name != name.strip("_"):
        raise TemplateError(
            f"{name!r} can't name a package: use ASCII letters, digits and "
            "underscores, not starting with a digit, no underscore at either end"
        )
    if keyword.iskeyword(name):
        raise TemplateError(f"{name} is a word of Python: it can't name a package")
    if name in sys.stdlib_module_names or name == __name__.partition(".")[0]:
        raise TemplateError(
            f"the package {name} would hide Python's module of that name: choose "
            "another name"
        )
    return name


def render(
    template: str,
    name: str,
    *,
    over: str = "",
    summary: str = SUMMARY,
    options: Mapping[str, object] = MappingProxyType({}),
    exports: Sequence[str] = (),
) -> dict[str, str]:
    """Give the texts of a package's files by their paths, relative to its folder.

    `over` is a folder of `templates/` whose files take the place of the template's,
    `options` are those that the extension is compiled with, `exports` what it has.

    Raises:
        TemplateError: the package can't have this name, or there is no such template.
    """
    check_name(name)
    known = templates()
    if template not in known:
        raise TemplateError(
            f"there is no template {template!r}; there is {', '.join(known)}"
        )
    summary = " ".join(summary.split())
    values = {
        "name": name,
        "summary": summary,
        # A string of JSON is one of TOML.
        "summary_string": json.dumps(summary, ensure_ascii=False),
        "options": _lines(f"{key}={_literal(options[key])}" for key in options),
        "exports": _lines(map(_literal, exports)),
        "version": __version__,
    }
    folders = [known[template]]
    if over:
        folders.append(known[template].with_name(over))
    return {
        Template(path.relative_to(folder).as_posix()).substitute(values): Template(
            path.read_text("utf-8")
        ).substitute(values)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(
    folder: Path, files: Mapping[str, str | bytes], *, force: bool = False
) -> list[Path]:
    """Write files into a folder, which is made if need be; gives those that changed.

    Nothing is written if a file is there with another text, unless `force` says so.

    Raises:
        TemplateError: files would be lost, or the folder can't be written.
    """
    try:
        paths = {folder / name: _bytes(content) for name, content in files.items()}
        present = {path: _content(path) for path in paths if _exists(path)}
        new = [path for path, content in paths.items() if present.get(path) != content]
        lost = [str(path) for path in new if path in present]
        if lost and not force:
            raise TemplateError(
                f"{', '.join(lost)} {'is' if len(lost) == 1 else 'are'} there with "
                "another text: --force writes over it, or name another folder"
            )
        for path in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(paths[path])
    except OSError as error:
        where = error.filename or folder
        raise TemplateError(f"{where} can't be written: {error.strerror}") from None
    return new


def _exists(path: Path) -> bool:
    """Whether something has this name, be it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def _content(path: Path) -> bytes | None:
    """Give what is in a file; None if it is a link that leads nowhere."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


def _lines(words: Iterable[str]) -> str:
    """Give what stands between brackets, a line each."""
    return "".join(f"    {word},\n" for word in words)


def _literal(value: object) -> str:
    """Give a value as Python's formatters write it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)
