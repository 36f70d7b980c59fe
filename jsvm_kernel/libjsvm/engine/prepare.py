"""Prepare the engine's sources for the build.

    python prepare.py --output DIR [--cache DIR]

takes the sources from the folder named by JSVM_QUICKJS_DIR, or else from the sdist
pinned in requirements.txt, which pip downloads by name and checks by hash; applies the
edits of edits/; and writes the result to DIR. A file already fetched is not fetched
again, and files in DIR that do not change are left alone, so that nothing is recompiled
without need.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from edits import EDITS, Edit  # type: ignore[import-not-found]

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SOURCES = "upstream-quickjs/"


class PrepareError(Exception):
    """The sources could not be prepared; the text says what to do."""


def pinned() -> tuple[str, str, str]:
    """Name, version and SHA-256 of the sdist that requirements.txt pins."""
    match = re.search(
        r"^([\w-]+)==([\w.]+) --hash=sha256:([0-9a-f]{64})$",
        REQUIREMENTS.read_text(),
        re.MULTILINE,
    )
    if not match:
        raise PrepareError(f"{REQUIREMENTS} does not pin the engine by name and hash")
    name, version, digest = match.groups()
    return name, version, digest


def sdist(cache: Path) -> Path:
    """The sdist's path, downloaded into `cache` when it is not there yet."""
    name, version, digest = pinned()
    path = cache / f"{name.replace('-', '_')}-{version}.tar.gz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        download(cache, f"{name} {version}")
    if not path.exists():
        raise PrepareError(f"pip downloaded {name} {version}, but not as {path.name}")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        raise PrepareError(
            f"{path} has the SHA-256 {found}, expected {digest}: "
            "delete the file and build again"
        )
    return path


def download(cache: Path, what: str) -> None:
    """Have pip fetch the pinned sdist into `cache`."""
    # fmt: off
    command = [
        sys.executable, "-m", "pip", "download", "--quiet",
        "--disable-pip-version-check", "--no-deps", "--no-binary=:all:",
        "--no-build-isolation", "--require-hashes",
        "--dest", str(cache), "--requirement", str(REQUIREMENTS),
    ]
    # fmt: on
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return
    output = (result.stdout + result.stderr).strip()
    if "HASHES" in output or "hash" in output.lower():
        raise PrepareError(
            f"what the package index serves as {what} is not the file this release was "
            f"made for (hash mismatch):\n{output}"
        )
    raise PrepareError(
        f"the engine's sources ({what}) could not be downloaded. Check the network or "
        "pip's index settings, or set JSVM_QUICKJS_DIR to a folder that holds "
        f"quickjs.c of that release. pip said:\n{output}"
    )


def read_sources(cache: Path) -> dict[str, str]:
    """File name -> text of every engine source, from the folder or the sdist."""
    folder = os.environ.get("JSVM_QUICKJS_DIR")
    if folder:
        root = Path(folder)
        files = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(root.iterdir() if root.is_dir() else ())
            if path.suffix in {".c", ".h"}
        }
        if "quickjs.c" not in files:
            raise PrepareError(
                f"JSVM_QUICKJS_DIR={folder}: there is no quickjs.c there"
            )
        return files
    files = {}
    with tarfile.open(sdist(cache)) as archive:
        for member in archive.getmembers():
            _, _, inner = member.name.partition("/")
            if member.isfile() and inner.startswith(SOURCES):
                stream = archive.extractfile(member)
                assert stream is not None
                files[inner.removeprefix(SOURCES)] = stream.read().decode("utf-8")
    if "quickjs.c" not in files:
        raise PrepareError(f"the sdist holds no {SOURCES}quickjs.c")
    return files


def engine_version(files: dict[str, str]) -> str:
    """The version that the sources call themselves, such as "0.17.0"."""
    parts = [
        re.search(rf"#define QJS_VERSION_{part} +\"?(\w*)", files.get("quickjs.h", ""))
        for part in ("MAJOR", "MINOR", "PATCH")
    ]
    return ".".join(part.group(1) if part else "?" for part in parts)


def apply(files: dict[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """The sources with all edits made; `files` itself stays as it is."""
    result = dict(files)
    for edit in edits:
        count = result.get(edit.file, "").count(edit.anchor)
        if count != 1:
            found = "does not occur" if count == 0 else f"occurs {count} times"
            raise PrepareError(
                f"edit '{edit.name}': its anchor {found} in {edit.file} of engine "
                f"version {engine_version(files)} (the edits are made for "
                f"{pinned()[1]}). The anchor begins: {edit.anchor.strip()[:70]!r}"
            )
        result[edit.file] = result[edit.file].replace(edit.anchor, edit.text)
    return result


def edits_digest() -> str:
    """A hash of the edit list: what the code cache tag needs to change with."""
    text = "\0".join(f"{e.file}\0{e.anchor}\0{e.text}" for e in EDITS)
    return hashlib.sha256(text.encode()).hexdigest()


def write_if_changed(path: Path, text: str) -> None:
    """Write `text`, unless the file already holds it: its time stamp counts."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main() -> int:
    """Run the command line; 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        sources = read_sources(arguments.cache)
        prepared = apply(sources, EDITS)
    except PrepareError as error:
        print(f"jsvm_kernel: {error}", file=sys.stderr)
        return 1
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, text in prepared.items():
        write_if_changed(arguments.output / name, text)
    write_if_changed(
        arguments.output / "jsvm_build.h",
        "/* Written by prepare.py. */\n"
        f'#define JSVM_ENGINE_VERSION "{engine_version(sources)}"\n'
        f"#define JSVM_EDITS_TAG 0x{edits_digest()[:8]}u\n",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
