"""Where packages lie on disk, and what their package.json files say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def folders_above(folder: str) -> list[str]:
    """Give the node_modules folders in which modules of a folder find packages."""
    path = Path(folder)
    around = (path, *path.parents)
    return [str(at / "node_modules") for at in around if at.name != "node_modules"]


def package_fields(folder: str) -> dict[str, Any] | None:
    """Give the object in a folder's package.json, None if the folder has none.

    Raises OSError or ValueError for a package.json that cannot be read.
    """
    try:
        text = Path(folder, "package.json").read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    fields = json.loads(text)
    return fields if isinstance(fields, dict) else {}
