"""Parameters of notebooks that papermill runs: Python values written as JavaScript.

papermill has no door for translators, only for engines, whose entry points it loads
before it looks for a translator. So an engine is registered there, papermill's own
under our name, and with it comes the translator, for the kernel "jsvm" and, unless
another package has one, for all kernels of the language "javascript".
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from papermill.engines import NBClientEngine  # type: ignore[import-untyped]
from papermill.models import Parameter  # type: ignore[import-untyped]
from papermill.translators import (  # type: ignore[import-untyped]
    Translator,
    papermill_translators,
)

_SAFE_INTEGER: Final = 2**53 - 1
#: Text in which ``//`` begins no comment.
_QUOTED: Final = "|".join(rf"{q}(?:\\.|[^{q}\\])*{q}" for q in "\"'`")
#: ``const name: type = value; // help``, alone on its line.
_PARAMETER: Final = re.compile(
    r"\s*(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?)\s*)?"
    r"=\s*(?P<value>(?:" + _QUOTED + r"|(?!//).)*?)\s*;?\s*(?://\s*(?P<help>.*))?"
)


class JavaScriptTranslator(Translator):  # type: ignore[misc]
    """Writes parameters as a cell of ``let`` declarations, and reads such a cell."""

    @classmethod
    def translate(cls, val: Any) -> str:
        """Give the JavaScript of a value; one that has none becomes its text."""
        if val is None:
            return "null"
        if isinstance(val, bool):
            return "true" if val else "false"
        if isinstance(val, int):
            return f"{val}" if abs(val) <= _SAFE_INTEGER else f"{val}n"
        if isinstance(val, float):
            return _number(val)
        if isinstance(val, dict):
            items = (f"{_key(str(k))}: {cls.translate(v)}" for k, v in val.items())
            return f"{{{', '.join(items)}}}"
        if isinstance(val, list | tuple):
            return f"[{', '.join(map(cls.translate, val))}]"
        # Dates and the like come from YAML; as text they lose nothing.
        return json.dumps(str(val))

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        """Give a comment line."""
        return f"// {cmt_str}".rstrip()

    @classmethod
    def assign(cls, name: str, str_val: str) -> str:
        """Declare a parameter; the notebook's own cell may have declared it before."""
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """Read the parameters that a notebook's cell declares, one on a line."""
        found = map(_PARAMETER.fullmatch, parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=match["type"] or "None",
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match is not None
        ]


class JSVMEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine."""


def _key(name: str) -> str:
    """Write a key; ``"__proto__": x`` would set the prototype."""
    return f'["{name}"]' if name == "__proto__" else json.dumps(name)


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _register() -> None:
    papermill_translators.register("jsvm", JavaScriptTranslator)
    if "javascript" not in papermill_translators._translators:
        papermill_translators.register("javascript", JavaScriptTranslator)


_register()
