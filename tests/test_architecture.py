"""The parts of the project depend on one another only in the declared direction.

Python imports are read with ast, Cython's with regular expressions, C's from #include
lines. Every check is run on the project and, planted with one violation each, on a
small made-up tree, so that a check that sees nothing cannot pass.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "jsvm_kernel"

# What each part may import of the others: the whole part (None) or these modules.
MAY_IMPORT: dict[str, dict[str, set[str] | None]] = {
    "__init__": {},
    "__main__": {"kernel": None},
    "libjsvm": {},
    "vm": {},
    "binding": {"vm": None},
    "npm": {},
    "entry_points": {},
    "extension_modules": {},
    "signatures": {},
    "host": {
        "vm": None,
        "binding": None,
        "npm": None,
        "entry_points": None,
        "signatures": None,
        "extension_modules": None,
        "session": {
            *("messages", "message", "vm_messages", "comm_messages"),
            *("fetch_messages", "input_messages", "native_messages"),
            *("framing", "units"),
            *("builtins", "expressions", "jsdoc"),
        },
    },
    "session": {},
    "native": {"entry_points": None, "extension_modules": None, "signatures": None},
    "kernel": {
        "session": None,
        "native": None,
        "npm": None,
        "entry_points": None,
        "signatures": None,
    },
    "nbconvert": {"host": {"typescript"}, "kernel": {"source"}},
    "papermill": {},
}
PUBLIC_HEADERS = {"ark_runtime/jsvm.h", "ark_runtime/jsvm_types.h"}
PUBLIC_HEADERS |= {"ark_runtime/jsvmx.h"}
# The one header of engine/ that the rest of libjsvm may include.
ENGINE_FACE = "engine.h"
# Engine headers that engine.h hands on, and sources that only the engine's unit sees.
QUICKJS_FILES = re.compile(
    r"(^|/)(quickjs|quickjs-\w+|libregexp|libregexp-\w+|libunicode|libunicode-\w+"
    r"|cutils|dtoa|list|builtin-\w+)\.[ch]$"
)
C_SUFFIXES = {".c", ".h", ".cc", ".cpp", ".hpp"}
CYTHON_SUFFIXES = {".pyx", ".pxd", ".pxi"}

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
_CYTHON_EXTERN = re.compile(r"""^\s*cdef\s+extern\s+from\s+["']([^"']+)["']""", re.M)
_CYTHON_FROM = re.compile(
    r"^[ \t]*from[ \t]+([.\w]+)[ \t]+c?import[ \t]+(\([^)]*\)|[^\n#]+)", re.M
)
_CYTHON_IMPORT = re.compile(r"^[ \t]*c?import[ \t]+([^\n#]+)", re.M)


# ---- reading -----------------------------------------------------------------------


def _module_of(path: Path, root: Path) -> list[str]:
    """Dotted name of a file, in parts; a package's __init__ keeps its last part."""
    return list(path.relative_to(root).with_suffix("").parts)


def _resolve(module: list[str], level: int, name: str) -> str:
    """Absolute name of a possibly relative import made in module."""
    if level == 0:
        return name
    return ".".join([*module[: len(module) - level], *([name] if name else [])])


def _python_imports(path: Path, root: Path) -> Iterator[str]:
    module = _module_of(path, root)
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _resolve(module, node.level, node.module or "")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _cython_imports(path: Path, root: Path) -> Iterator[str]:
    module = _module_of(path, root)
    text = path.read_text()
    for match in _CYTHON_FROM.finditer(text):
        dotted, names = match[1], match[2].strip("() \t")
        name = dotted.lstrip(".")
        base = _resolve(module, len(dotted) - len(name), name)
        for imported in names.split(","):
            if words := imported.split():
                yield f"{base}.{words[0]}"
    for match in _CYTHON_IMPORT.finditer(text):
        yield from (part.split()[0] for part in match[1].split(",") if part.split())


def _files(folder: Path, suffixes: set[str]) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in suffixes)


# ---- the checks: each yields one sentence per violation ------------------------------


def import_violations(root: Path) -> Iterator[str]:
    """Imports and cimports between parts that MAY_IMPORT does not allow."""
    package = root / PACKAGE
    for path in _files(package, {".py", ".pyi"} | CYTHON_SUFFIXES):
        where = path.relative_to(root)
        part = _module_of(path, package)[0]
        if part not in MAY_IMPORT:
            yield f"{where}: the part {part} has no entry in MAY_IMPORT"
            continue
        read = _cython_imports if path.suffix in CYTHON_SUFFIXES else _python_imports
        for name in read(path, root):
            names = name.split(".")
            if names[0] != PACKAGE or names[1:2] in ([], [part]):
                continue
            if names[1] not in MAY_IMPORT:
                continue  # a name out of jsvm_kernel/__init__.py
            modules = MAY_IMPORT[part].get(names[1], set())
            if modules is not None and not set(names[2:3]) & modules:
                yield f"{where}: {part} must not import {name}"


def libjsvm_include_violations(root: Path) -> Iterator[str]:
    """C of libjsvm outside engine/ that reaches beyond libjsvm and engine.h."""
    libjsvm = (root / PACKAGE / "libjsvm").resolve()
    for path in _files(libjsvm, C_SUFFIXES):
        if libjsvm / "engine" in path.parents:
            continue
        where = path.relative_to(root.resolve())
        public = libjsvm / "include" in path.parents
        for bracket, name in _INCLUDE.findall(path.read_text()):
            if Path(name).name == "Python.h":
                yield f"{where}: libjsvm must not include Python.h"
            if bracket == "<" or Path(name).name == "Python.h":
                continue
            found = _find_header(path, name, libjsvm)
            if found is None:
                yield f"{where}: {name} is no header of libjsvm"
            elif public and libjsvm / "include" not in found.parents:
                yield f"{where}: a public header must not include {name}"


def _find_header(includer: Path, name: str, libjsvm: Path) -> Path | None:
    """Return the file of libjsvm that an #include "name" finds."""
    folders = (includer.parent, libjsvm, libjsvm / "include", libjsvm / "engine")
    found = ((folder / name).resolve() for folder in folders)
    return next((path for path in found if path.exists()), None)


def engine_include_violations(root: Path) -> Iterator[str]:
    """Files outside engine/ that include anything of the engine but engine.h."""
    engine = root / PACKAGE / "libjsvm" / "engine"
    inner = {path.name for path in _files(engine, C_SUFFIXES)} - {ENGINE_FACE}
    for top in (PACKAGE, "templates", "native_modules"):
        for path in _files(root / top, C_SUFFIXES | CYTHON_SUFFIXES):
            if engine in path.parents:
                continue
            text = path.read_text()
            names = [name for _, name in _INCLUDE.findall(text)]
            names += _CYTHON_EXTERN.findall(text)
            for name in names:
                of_engine = Path(name).name in inner and (
                    "engine/" in name or not (path.parent / name).exists()
                )
                if of_engine or QUICKJS_FILES.search(name):
                    yield f"{path.relative_to(root)}: {name} is internal to the engine"


def vm_header_violations(root: Path) -> Iterator[str]:
    """Cython of vm that declares anything of a header that is not public."""
    for path in _files(root / PACKAGE / "vm", CYTHON_SUFFIXES):
        for name in _CYTHON_EXTERN.findall(path.read_text()):
            system = name in ("*", "Python.h") or name.startswith("<")
            if not system and name not in PUBLIC_HEADERS:
                yield f"{path.relative_to(root)}: vm must not declare from {name}"


CHECKS = (
    import_violations,
    libjsvm_include_violations,
    engine_include_violations,
    vm_header_violations,
)


# ---- tests -------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_project_follows_the_declared_directions(check) -> None:
    assert list(check(ROOT)) == []


SOUND = {
    "jsvm_kernel/__init__.py": "__version__ = '1'\n",
    "jsvm_kernel/__main__.py": "from jsvm_kernel.kernel.app import main\n",
    "jsvm_kernel/libjsvm/value.c": (
        '#include "value.h"\n#include <string.h>\n#include "engine/engine.h"\n'
        '#include "ark_runtime/jsvm.h"\n'
    ),
    "jsvm_kernel/libjsvm/value.h": '#include "engine.h"\n',
    "jsvm_kernel/libjsvm/engine/engine.h": '#include "quickjs.h"\n',
    "jsvm_kernel/libjsvm/engine/engine.c": '#include "quickjs.c"\n#include "slots.h"\n',
    "jsvm_kernel/libjsvm/engine/slots.h": "",
    "jsvm_kernel/libjsvm/include/ark_runtime/jsvm.h": '#include "jsvm_types.h"\n',
    "jsvm_kernel/libjsvm/include/ark_runtime/jsvm_types.h": "#include <stdint.h>\n",
    "jsvm_kernel/vm/_vm.pyx": (
        "from . cimport c_jsvm\nfrom libc.stdint cimport int64_t\n"
        'cdef extern from "ark_runtime/jsvm.h" nogil:\n    pass\n'
    ),
    "jsvm_kernel/host/__init__.py": (
        "from jsvm_kernel import __version__\nfrom ..session import messages, framing\n"
        "from jsvm_kernel.session.messages import Hello\nfrom ..vm import VM\n"
    ),
    "jsvm_kernel/session/client.py": "from . import messages\nimport asyncio\n",
    "jsvm_kernel/kernel/app.py": "def f():\n    from ..native.client import Builder\n",
}


def _plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_tree_passes(check, tmp_path: Path) -> None:
    _plant(tmp_path, SOUND)
    assert list(check(tmp_path)) == []


@pytest.mark.parametrize(
    ("check", "name", "text", "complaint"),
    [
        (import_violations, "vm/a.py", "import jsvm_kernel.host", "vm must not"),
        (import_violations, "vm/a.py", "from ..host import x", "jsvm_kernel.host.x"),
        (import_violations, "vm/a.py", "def f():\n from .. import host", "vm must not"),
        (import_violations, "vm/a.pyx", "from ..host cimport x", "vm must not"),
        (import_violations, "vm/a.pyx", "from .. cimport b, host", "vm must not"),
        (import_violations, "vm/b/c.pyx", "from ...host.d cimport x", "vm must not"),
        (import_violations, "vm/a.pyx", "cimport jsvm_kernel.kernel as k", "kernel"),
        (import_violations, "host/a.py", "from ..session import client", "client"),
        (import_violations, "host/a.py", "from .. import session", "session"),
        (import_violations, "host/a.py", "from ..kernel import app", "kernel"),
        (import_violations, "session/a.py", "from ..vm import VM", "session must not"),
        (import_violations, "native/a.py", "from ..session import b", "native must"),
        (import_violations, "kernel/a.py", "from ..vm import VM", "kernel must not"),
        (import_violations, "kernel/a.py", "import jsvm_kernel.host", "kernel must"),
        (import_violations, "libjsvm/engine/a.py", "import jsvm_kernel.vm", "libjsvm"),
        (import_violations, "odd/a.py", "", "odd has no entry"),
        (libjsvm_include_violations, "libjsvm/a.c", "#include <Python.h>", "Python.h"),
        (libjsvm_include_violations, "libjsvm/a.c", '#include "other.h"', "other.h"),
        (
            libjsvm_include_violations,
            "libjsvm/include/ark_runtime/jsvmx.h",
            '#include "../../value.h"',
            "public header",
        ),
        (engine_include_violations, "libjsvm/a.c", '# include "quickjs.h"', "quickjs"),
        (engine_include_violations, "libjsvm/a.c", "#include <quickjs.c>", "quickjs"),
        (engine_include_violations, "vm/a.c", '#include "engine/slots.h"', "slots"),
        (engine_include_violations, "libjsvm/a.h", '#include "slots.h"', "slots"),
        (
            engine_include_violations,
            "vm/a.pyx",
            "cdef extern from 'quickjs.h':\n    pass",
            "quickjs.h",
        ),
        (
            vm_header_violations,
            "vm/a.pxd",
            'cdef extern from "../libjsvm/value.h":\n    pass',
            "value.h",
        ),
    ],
)
def test_a_planted_violation_is_found(
    check, name: str, text: str, complaint: str, tmp_path: Path
) -> None:
    _plant(tmp_path, SOUND | {f"{PACKAGE}/{name}": text})
    found = list(check(tmp_path))
    assert len(found) == 1
    assert complaint in found[0]
