"""`python -m jsvm_kernel new TEMPLATE NAME` makes a package from a template."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from ..native.templates import TemplateError, render, templates, write


def main(argv: list[str]) -> None:
    """Do what the words behind `new` say; ends the process with a text on failure."""
    try:
        options = _parser().parse_args(argv)
        folder = Path(options.dir or options.name)
        files = render(options.template, options.name)
        print(told(folder, write(folder, files, force=options.force)))
    except TemplateError as error:
        sys.exit(f"jsvm_kernel new: {error}")


def told(folder: Path, written: list[Path]) -> str:
    """Say what was written, and how to go on."""
    lines = [str(path) for path in written] or [f"{folder}: nothing has changed"]
    pip = [sys.executable, "-m", "pip", "install", "--no-build-isolation"]
    lines.append(f"install it: {shlex.join([*pip, '-e', str(folder)])}")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jsvm_kernel new",
        description="Make a package with native code from a template.",
    )
    parser.add_argument("template", choices=list(templates()), help="what to make")
    parser.add_argument("name", metavar="NAME", help="the package's name")
    parser.add_argument(
        "--dir", metavar="DIR", help="folder of the package (default: NAME)"
    )
    parser.add_argument(
        "--force", action="store_true", help="write over files that are there"
    )
    return parser
