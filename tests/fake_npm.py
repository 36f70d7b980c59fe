"""An npm for tests: a script that does what the environment says, and notes its runs.

It makes the packages it is asked for, or fails, or hangs.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

SCRIPT = """\
#!{python}
import json, os, shutil, sys, time
from pathlib import Path
words = sys.argv[1:]
with open(os.environ["NPM_LOG"], "a") as log:
    log.write(" ".join(words) + "\\n")
folder = Path(words[words.index("--prefix") + 1])
mode = os.environ.get("NPM_MODE", "")
wanted = words[words.index("--") + 1 :]
if mode == "hang":
    (folder / "half").touch()
    time.sleep(60)
if mode == "missing":
    sys.exit("npm error code E404\\nnpm error 404 Not Found - " + wanted[0])
if mode == "offline" and "--offline" not in words:
    sys.exit("npm error code ENOTFOUND\\nnpm error network request failed")
time.sleep(float(os.environ.get("NPM_DELAY", "0")))
project = folder / "package.json"
fields = json.loads(project.read_text()) if project.exists() else {{}}
for word in wanted:
    name, at, version = word[1:].partition("@")
    name = word[0] + name
    package = folder / "node_modules" / name
    if words[0] == "uninstall":
        shutil.rmtree(package)
        del fields["dependencies"][name]
        continue
    exact = version[:1].isdigit() and version.count(".") == 2
    version = version if exact else "4.5.6"
    package.mkdir(parents=True, exist_ok=True)
    (package / "package.json").write_text(json.dumps({{"version": version}}))
    (package / "index.js").write_text("exports.version = " + json.dumps(version))
    (package / "sub.js").write_text("module.exports = 'sub of " + version + "'")
    fields.setdefault("dependencies", {{}})[name] = "^" + version
project.write_text(json.dumps(fields))
"""


class FakeNpm:
    """The script on PATH, as `folder`/bin/npm."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._log = folder / "npm.log"
        self._set = monkeypatch.setenv
        script = folder / "bin" / "npm"
        script.parent.mkdir()
        script.write_text(SCRIPT.format(python=sys.executable))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        self._set("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
        self._set("NPM_LOG", str(self._log))

    def behave(self, mode: str, delay: float = 0) -> None:
        self._set("NPM_MODE", mode)
        self._set("NPM_DELAY", str(delay))

    @property
    def runs(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []
