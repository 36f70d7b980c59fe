"""The sources keep to the tools' rules (pyproject.toml, .clang-format)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=" ".join,
)
@pytest.mark.timeout(300)
def test_python_keeps_to_the_rules(command: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_c_lines_end_at_88_columns() -> None:
    sources = [
        path
        for pattern in ("*.c", "*.h")
        for path in (ROOT / "jsvm_kernel/libjsvm").rglob(pattern)
    ]
    assert len(sources) > 30
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 88
    ]
    assert long == []
