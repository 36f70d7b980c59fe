"""The commands in README.md are the ones that CI and these tests run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commands() -> list[str]:
    text = (ROOT / "README.md").read_text()
    return [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]


def test_ci_runs_the_test_command() -> None:
    (test_command,) = [c for c in commands() if c.endswith("pytest")]
    assert test_command in (ROOT / ".ci/run").read_text().splitlines()


def test_files_that_the_readme_names_exist() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"\]\(([\w./]+)\)", text))
    named |= set(re.findall(r"`(jsvm_kernel/\w+)`", text))
    named |= set(re.findall(r"notebooks/\w+\.ipynb(?= )", text))
    assert len(named) > 8
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    assert missing == []
