from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jsvm_kernel.native.cache import (
    Build,
    Cache,
    CacheError,
    cache_limit,
    cache_root,
)
from jsvm_kernel.native.result import Description

RECORD = Build(module="m", description=Description(), diagnostics=[])


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "native")


def _store(cache: Cache, key: str, data: bytes = b"code") -> Path:
    with cache.lock(key), cache.folder_for(key) as folder:
        (folder / "m.so").write_bytes(data)
        return cache.store(key, folder / "m.so", RECORD)


def test_the_root_is_in_the_users_cache_directory(home: Path) -> None:
    assert cache_root() == home / ".cache" / "jsvm_kernel" / "native"


def test_a_stored_build_is_found(cache: Cache) -> None:
    path = _store(cache, "k")
    found = cache.find("k")
    assert found is not None
    assert found[0] == path
    assert found[1].module == "m"
    assert path.read_bytes() == b"code"


def test_only_the_finished_build_remains(cache: Cache) -> None:
    _store(cache, "k")
    assert [path.name for path in cache.root.iterdir()] == ["k"]
    assert {path.name for path in (cache.root / "k").iterdir()} == {
        "m.so",
        "build.msgpack",
    }


@pytest.mark.parametrize("file", ["m.so", "build.msgpack"])
def test_a_torn_entry_is_not_found_and_can_be_replaced(cache: Cache, file: str) -> None:
    _store(cache, "k")
    torn = cache.root / "k" / file
    torn.write_bytes(torn.read_bytes()[:-1])
    assert cache.find("k") is None
    _store(cache, "k", b"new")
    assert cache.find("k")[0].read_bytes() == b"new"


def test_a_cache_that_can_only_be_read_serves_what_it_has(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _store(cache, "k")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "utime", refuse)
    assert cache.find("k")[0] == path


def test_the_folder_is_the_users_alone(cache: Cache) -> None:
    assert stat.S_IMODE(cache.root.stat().st_mode) == 0o700
    _store(cache, "k")
    assert stat.S_IMODE((cache.root / "k").stat().st_mode) == 0o700


def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "native").mkdir()
    (tmp_path / "native").chmod(0o777)
    with pytest.raises(CacheError, match="chmod 700"):
        Cache(tmp_path / "native")


def test_sweep_deletes_what_dead_builds_left_and_no_live_one(cache: Cache) -> None:
    (cache.root / "dead.tmp").mkdir()
    (cache.root / "dead.tmp" / "half.so").write_bytes(b"")
    # flock belongs to the open file: this second opening is another holder.
    with cache.lock("live"), cache.folder_for("live") as folder:
        cache.sweep()
        assert folder.is_dir()
        assert not (cache.root / "dead.tmp").exists()
    assert list(cache.root.iterdir()) == []


def test_a_lock_ends_with_its_process(cache: Cache) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from jsvm_kernel.native.cache import Cache\n"
        "cache = Cache(pathlib.Path(sys.argv[1]))\n"
        "with cache.lock('k'), cache.folder_for('k') as folder:\n"
        "    (folder / 'half').touch()\n"
        "    os._exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(cache.root)])
    assert done.returncode == 3
    assert (cache.root / "k.tmp" / "half").exists()
    _store(cache, "k")
    assert [path.name for path in cache.root.iterdir()] == ["k"]


def test_a_lock_that_was_unlinked_while_waited_for_is_taken_anew(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = os.open

    def unlink_the_first(path, *rest):
        descriptor = real(path, *rest)
        if not opened:
            Path(path).unlink()  # as its holder does at the end
        opened.append(path)
        return descriptor

    monkeypatch.setattr(os, "open", unlink_the_first)
    with cache.lock("k"):
        assert len(opened) == 2
        assert (cache.root / "k.lock").exists()


# ---- its size ----------------------------------------------------------------------


def _store_used(cache: Cache, key: str, size: int, age_s: float) -> None:
    with cache.lock(key), cache.folder_for(key) as folder:
        built = folder / f"jsvm_{key}.so"
        built.write_bytes(b"x" * size)
        path = cache.store(key, built, Build(module=f"jsvm_{key}"))
    then = time.time() - age_s
    os.utime(path.parent / "build.msgpack", (then, then))


def _keys(cache: Cache) -> list[str]:
    return [entry.key for entry in cache.entries()]


def test_the_builds_used_longest_ago_are_deleted_first(cache: Cache) -> None:
    for age, key in enumerate(("new", "middle", "old")):
        _store_used(cache, key, 10_000, age * 60)
    assert _keys(cache) == ["new", "middle", "old"]
    cache.find("old")
    assert _keys(cache) == ["old", "new", "middle"]
    assert cache.trim(25_000) > 10_000
    assert _keys(cache) == ["old", "new"]
    cache.trim(0)
    assert list(cache.root.iterdir()) == []


def test_a_build_under_way_is_not_deleted(cache: Cache) -> None:
    _store_used(cache, "busy", 100, 0)
    with cache.lock("busy"):
        assert cache.trim(0) == 0
    assert _keys(cache) == ["busy"]


def test_storing_keeps_to_the_limit(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSVM_NATIVE_CACHE_MB", "0.015")
    _store_used(cache, "first", 10_000, 60)
    _store_used(cache, "second", 10_000, 0)
    assert _keys(cache) == ["second"]


def test_what_a_new_build_imports_stays_however_small_the_cache(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store_used(cache, "shared", 10_000, 60)
    monkeypatch.setenv("JSVM_NATIVE_CACHE_MB", "0")
    with cache.lock("new"), cache.folder_for("new") as folder:
        built = folder / "m.so"
        built.write_bytes(b"code")
        cache.store("new", built, Build(module="m", shared="jsvm_shared"))
    assert sorted(_keys(cache)) == ["new", "shared"]
    _store_used(cache, "other", 10_000, 0)
    assert _keys(cache) == ["other"]


def test_a_deletion_that_fails_keeps_no_lock(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **options: object) -> None:
        raise PermissionError

    _store_used(cache, "k", 100, 0)
    with monkeypatch.context() as context:
        context.setattr(Path, "rename", fail)
        with pytest.raises(PermissionError):
            cache.trim(0)
    assert [path.name for path in cache.root.iterdir()] == ["k"]


@pytest.mark.parametrize("text", ["many", "-1", "inf", "nan"])
def test_a_limit_that_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("JSVM_NATIVE_CACHE_MB", text)
    with pytest.raises(CacheError, match=f"JSVM_NATIVE_CACHE_MB={text} is no number"):
        cache_limit()
