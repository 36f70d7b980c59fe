"""The magic that makes a package from a template."""

from __future__ import annotations

from pathlib import Path

from ...native.templates import TemplateError, render, write
from ..new import told
from .arguments import argument, magic_arguments, parse_argstring, unquoted
from .call import Call, MagicError


@magic_arguments()
@argument("template", metavar="TEMPLATE", help='what to make: "cython", a package')
@argument("name", metavar="NAME", help="the package's name")
@argument("--dir", metavar="DIR", help="folder of the package; NAME unless given")
@argument("--force", action="store_true", help="write over files that are there")
async def jsvm_new(call: Call, line: str) -> None:
    """Make a package with native code that pip can install, from a template.

    Once installed, notebooks import it as "native:NAME" and Python as NAME.
    """
    options = parse_argstring(jsvm_new, line)
    folder = Path(unquoted(options.dir or options.name)).expanduser().absolute()
    try:
        files = render(options.template, options.name)
        written = write(folder, files, force=options.force)
    except TemplateError as error:
        raise MagicError(str(error), name="TemplateError") from None
    call.print(told(folder, written))
