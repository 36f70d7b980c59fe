"""Write docs/reference/coverage.md: which functions of JSVM-API work.

    python jsvm_kernel/libjsvm/coverage.py [FILE]

The areas and functions come from jsvm.h, what does not work yet from unimplemented.c.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
HEADER = HERE / "include/ark_runtime/jsvm.h"
LIST = HERE / "unimplemented.c"


def declared() -> dict[str, list[str]]:
    """Area -> its functions, both in the order of the header."""
    areas: dict[str, list[str]] = {}
    functions: list[str] = []
    pattern = r"^/\* ---- (.+?) -+ \*/|^JSVM_EXTERN JSVM_Status (OH_JSVM_\w+)\("
    for match in re.finditer(pattern, HEADER.read_text(), re.MULTILINE):
        if match[1]:
            functions = areas.setdefault(match[1], [])
        else:
            functions.append(match[2])
    return areas


def unimplemented() -> set[str]:
    """Names of the functions that fail with JSVM_GENERIC_FAILURE."""
    pattern = r"^(?:OF_ENV|OF_VM|GLOBAL)\((OH_JSVM_\w+),"
    return set(re.findall(pattern, LIST.read_text(), re.MULTILINE))


def table() -> str:
    """The page as Markdown."""
    areas = declared()
    missing = unimplemented()
    total = sum(map(len, areas.values()))
    lines = [
        "# JSVM-API: what works",
        "",
        "Written by `jsvm_kernel/libjsvm/coverage.py`; do not edit.",
        "",
        f"{total - len(missing)} of {total} functions are implemented. The others fail "
        "with `JSVM_GENERIC_FAILURE`;",
        "where they take an env, the last error names the function.",
        "",
        "| function | area | implemented |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {area} | {'no' if name in missing else 'yes'} |"
        for area, names in areas.items()
        for name in names
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page to the file named on the command line, or to standard output."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table(), encoding="utf-8")
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
