"""IPython's decorators for magics, with types. Importing this imports IPython."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from IPython.core import magic_arguments as ipython

__all__ = ["argument", "magic_arguments", "parse_argstring", "unquoted"]

F = TypeVar("F", bound=Callable[..., Any])

#: Outermost decorator of a magic: makes its parser from the docstring and arguments.
magic_arguments: Callable[[], Callable[[F], F]] = ipython.magic_arguments
#: Declares an argument as argparse's add_argument does.
argument: Callable[..., Callable[[F], F]] = ipython.argument
#: Parses the text behind a magic; IPython's UsageError if it does not fit.
parse_argstring: Callable[[Any, str], Any] = ipython.parse_argstring


def unquoted(word: str) -> str:
    """Take off the quotes that IPython's parser leaves around a value."""
    quoted = len(word) > 1 and word[0] == word[-1] in "\"'"
    return word[1:-1] if quoted else word
