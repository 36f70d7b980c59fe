"""Fetching and editing the engine's sources: what goes wrong says what to do."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "jsvm_kernel/libjsvm/engine"
sys.path.insert(0, str(ENGINE))

import prepare  # noqa: E402
from edits import EDITS  # noqa: E402

EDITED_FILES = {edit.file for edit in EDITS} | {"quickjs.h"}


@pytest.fixture(scope="session")
def source_cache() -> Path:
    """The builder's own cache: filled by the build that these tests run on."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    cache = Path(base) / "jsvm_kernel/sources"
    prepare.sdist(cache)
    return cache


@pytest.fixture
def source_folder(source_cache: Path, tmp_path: Path) -> Path:
    """A folder of unedited sources, as JSVM_QUICKJS_DIR takes."""
    folder = tmp_path / "engine"
    folder.mkdir()
    with tarfile.open(prepare.sdist(source_cache)) as archive:
        for member in archive.getmembers():
            _, _, inner = member.name.partition("/")
            if inner.removeprefix(prepare.SOURCES) in EDITED_FILES:
                stream = archive.extractfile(member)
                assert stream is not None
                (folder / Path(inner).name).write_bytes(stream.read())
    return folder


def run_prepare(
    tmp_path: Path, cache: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            str(ENGINE / "prepare.py"),
            "--output",
            str(tmp_path / "out"),
            "--cache",
            str(cache),
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_edit_is_in_the_prepared_sources(
    source_cache: Path, tmp_path: Path
) -> None:
    result = run_prepare(tmp_path, source_cache)
    assert result.returncode == 0, result.stderr
    for edit in EDITS:
        assert edit.text in (tmp_path / "out" / edit.file).read_text()


def test_a_fetched_file_is_not_fetched_again(
    source_cache: Path, tmp_path: Path
) -> None:
    result = run_prepare(tmp_path, source_cache, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert result.returncode == 0, result.stderr


def test_unchanged_files_keep_their_time_stamps(
    source_cache: Path, tmp_path: Path
) -> None:
    run_prepare(tmp_path, source_cache)
    prepared = tmp_path / "out/quickjs.c"
    os.utime(prepared, (1, 1))
    run_prepare(tmp_path, source_cache)
    assert prepared.stat().st_mtime == 1


def test_without_network_and_folder_the_error_names_both_ways_out(
    tmp_path: Path,
) -> None:
    result = run_prepare(tmp_path, tmp_path / "cache", PIP_NO_INDEX="1")
    assert result.returncode == 1
    assert "could not be downloaded" in result.stderr
    assert "JSVM_QUICKJS_DIR" in result.stderr


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    name, version, digest = prepare.pinned()
    fake = cache / f"{name.replace('-', '_')}-{version}.tar.gz"
    fake.write_bytes(b"something else")
    result = run_prepare(tmp_path, cache)
    assert result.returncode == 1
    assert digest in result.stderr
    assert hashlib.sha256(b"something else").hexdigest() in result.stderr
    assert "delete the file" in result.stderr


def test_a_folder_takes_the_place_of_the_download(
    source_folder: Path, tmp_path: Path
) -> None:
    result = run_prepare(
        tmp_path,
        tmp_path / "cache",
        JSVM_QUICKJS_DIR=str(source_folder),
        PIP_NO_INDEX="1",
    )
    assert result.returncode == 0, result.stderr
    assert "jsvm_dispatch" in (tmp_path / "out/quickjs.c").read_text()
    assert not (tmp_path / "cache").exists()


def test_a_folder_without_the_engine_is_named(tmp_path: Path) -> None:
    result = run_prepare(
        tmp_path, tmp_path / "cache", JSVM_QUICKJS_DIR=str(tmp_path / "nowhere")
    )
    assert result.returncode == 1
    assert f"JSVM_QUICKJS_DIR={tmp_path / 'nowhere'}" in result.stderr


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_anchor_that_moved_stops_the_build(
    edit: prepare.Edit, source_folder: Path
) -> None:
    files = {p.name: p.read_text(encoding="utf-8") for p in source_folder.iterdir()}
    moved = edit.anchor.replace(edit.anchor.strip()[0], "\0", 1)
    files[edit.file] = files[edit.file].replace(edit.anchor, moved)
    with pytest.raises(prepare.PrepareError) as caught:
        prepare.apply(files, EDITS)
    assert "0.17.0" in str(caught.value)
    # An anchor may be part of another edit's: the first that misses it is reported.
    assert "does not occur" in str(caught.value)


def test_an_anchor_that_occurs_twice_stops_the_build(source_folder: Path) -> None:
    files = {p.name: p.read_text(encoding="utf-8") for p in source_folder.iterdir()}
    files["quickjs.c"] += EDITS[0].anchor
    with pytest.raises(
        prepare.PrepareError, match=f"'{EDITS[0].name}': its anchor occurs 2 times"
    ):
        prepare.apply(files, EDITS)


def test_each_edit_has_a_name_of_its_own_and_a_reason() -> None:
    names = [edit.name for edit in EDITS]
    assert len(set(names)) == len(names)
    assert all(edit.reason.endswith(".") for edit in EDITS)
