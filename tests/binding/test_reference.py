"""docs/reference/native.md says of every type what it takes and gives."""

from __future__ import annotations

import re
from pathlib import Path

from jsvm_kernel.binding import TYPE_NAMES

PAGE = Path(__file__).parents[2] / "docs/reference/native.md"


def test_the_table_has_every_type_once() -> None:
    table = PAGE.read_text("utf-8").partition("| type | in Cython |")[2]
    rows = [
        line
        for line in table.partition("\n\n")[0].split("\n")
        if line.startswith("| `")
    ]
    names = [name for row in rows for name in re.findall("`(.+?)`", row.split("|")[1])]
    assert sorted(names) == sorted(TYPE_NAMES)
