"""The description of a module: what it exports, with which types.

The builder writes it into the module (`__jsvm_exports__`); the binding compiles it.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

#: Attribute of a built module that holds its description.
EXPORTS = "__jsvm_exports__"
VERSION = 2


class DescriptionError(Exception):
    """A module whose description is missing or not one that this version reads."""


def description_of(module: ModuleType) -> dict[str, Any]:
    """Give the description that the builder left in a module.

    Raises DescriptionError.
    """
    found = getattr(module, EXPORTS, None)
    if found is None:
        raise DescriptionError(f"has no {EXPORTS}: it was not built by jsvm_kernel")
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise DescriptionError(
            f"was built by another version of jsvm_kernel (its {EXPORTS} is not of "
            f"version {VERSION}); build it again"
        )
    return found
