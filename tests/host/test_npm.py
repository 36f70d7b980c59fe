"""npm: imports in a real host, with an npm that is a script of the tests."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_npm import FakeNpm
from harness import Host

from jsvm_kernel.npm.cache import NpmCache
from jsvm_kernel.npm.errors import NpmError
from jsvm_kernel.npm.spec import parse_spec, split_specifier


@pytest.fixture
def notebook_folder(tmp_path: Path, tmp_home: Path) -> Path:
    folder = tmp_path / "notebook"
    folder.mkdir()
    return folder


@pytest.fixture
def npm_host(fake_npm: FakeNpm, notebook_folder: Path) -> Iterator[Host]:
    with Host(notebook_folder) as host:
        yield host


def in_cache(home: Path) -> list[str]:
    """What lies in the cache, but for locks and records."""
    root = home / ".cache/jsvm_kernel/npm"
    names = {path.name for path in root.iterdir()} if root.exists() else set()
    return sorted(names - {"locks", "specs"})


# ---- importing ---------------------------------------------------------------------


def test_an_import_installs_once_for_all_kernels(
    npm_host: Host, fake_npm: FakeNpm, notebook_folder: Path, tmp_home: Path
) -> None:
    code = (
        "import { version } from 'npm:pkg@1.2.3';"
        "import sub from 'npm:pkg@1.2.3/sub.js';"
        "[version, sub, require('npm:pkg@1.2.3').version, "
        "(await import('npm:pkg@1.2.3')).version].join()"
    )
    result = npm_host.run(code)
    assert result.value == "'1.2.3,sub of 1.2.3,1.2.3,1.2.3'"
    assert "npm: installing pkg@1.2.3 … 0 s" in result.text
    assert "npm: installed pkg@1.2.3 in" in result.text
    with Host(notebook_folder) as other:
        again = other.run(code)
    assert again.value == result.value
    assert again.text == ""
    assert len(fake_npm.runs) == 1
    assert "--ignore-scripts" in fake_npm.runs[0]
    assert fake_npm.runs[0].endswith("-- pkg@1.2.3")
    assert in_cache(tmp_home) == ["pkg@1.2.3"]
    assert list(notebook_folder.iterdir()) == [], "nothing is written there"


@pytest.mark.parametrize(
    ("specifier", "wanted"),
    [
        ("npm:pkg", "pkg"),
        ("npm:pkg@^4", "pkg@^4"),
        ("npm:@scope/p@next", "@scope/p@next"),
    ],
)
def test_a_range_or_tag_is_remembered(
    npm_host: Host, fake_npm: FakeNpm, tmp_home: Path, specifier: str, wanted: str
) -> None:
    code = f"(await import('{specifier}')).version"
    assert npm_host.value(code) == "'4.5.6'"
    fake_npm.behave("missing")
    assert npm_host.value(code) == "'4.5.6'"
    assert [run.split(" -- ")[1] for run in fake_npm.runs] == [wanted]
    (name,) = in_cache(tmp_home)
    assert name.endswith("@4.5.6")


def test_without_a_network_npms_own_cache_is_asked(
    fake_npm: FakeNpm, notebook_folder: Path
) -> None:
    fake_npm.behave("offline")
    with Host(notebook_folder) as host:
        assert host.value("require('npm:pkg').version") == "'4.5.6'"
    assert ["--offline" in run for run in fake_npm.runs] == [False, True]


def test_what_npm_says_is_the_error(
    fake_npm: FakeNpm, notebook_folder: Path, tmp_home: Path
) -> None:
    fake_npm.behave("missing")
    with Host(notebook_folder) as host:
        result = host.run("import x from 'npm:nope'")
        assert 'cannot import "npm:nope" from In[1]' in result.traceback
        assert "npm cannot install nope: 404 Not Found - nope" in result.traceback
        assert "npm: nope was not installed" in result.text
        assert host.value("1 + 1") == "2"
    assert in_cache(tmp_home) == []


def test_without_npm_the_error_says_what_to_install(
    notebook_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(notebook_folder))
    with Host(notebook_folder) as host:
        assert "apt install npm" in host.run("import 'npm:x'").traceback


def test_a_stop_ends_npm_and_leaves_nothing(
    fake_npm: FakeNpm, notebook_folder: Path, tmp_home: Path
) -> None:
    fake_npm.behave("hang")
    with Host(notebook_folder) as host:
        for code in (
            "import 'npm:pkg'",
            "require('npm:pkg')",
            "await import('npm:pkg')",
        ):
            cell = host.start(code)
            host.wait_for_text("npm: installing pkg … 1 s")
            host.stop()
            result = host.finish(cell)
            assert result.outcome.status == "stopped"
            assert "npm: stopped installing pkg" in result.text
            host.written.clear()
        assert host.value("1 + 1") == "2"
        children = subprocess.run(
            ["ps", "-o", "args=", "--ppid", str(host.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "npm" not in children.stdout
    assert in_cache(tmp_home) == []


def test_two_kernels_install_once(
    fake_npm: FakeNpm, notebook_folder: Path, tmp_home: Path
) -> None:
    fake_npm.behave("", delay=0.5)
    with Host(notebook_folder) as one, Host(notebook_folder) as two:
        cells = [host.start("require('npm:pkg@1.0.0').version") for host in (one, two)]
        for host, cell in zip((one, two), cells, strict=True):
            assert host.finish(cell).value == "'1.0.0'"
    assert len(fake_npm.runs) == 1


def test_an_installation_that_was_killed_is_swept(
    npm_host: Host, tmp_home: Path
) -> None:
    half = tmp_home / ".cache/jsvm_kernel/npm/pkg@1.0.0.tmp"
    (half / "node_modules/pkg").mkdir(parents=True)
    half.parent.chmod(0o700)
    assert npm_host.value("require('npm:pkg@1.0.0').version") == "'1.0.0'"
    assert in_cache(tmp_home) == ["pkg@1.0.0"]


def test_a_cache_that_others_may_write_is_refused(
    npm_host: Host, tmp_home: Path, fake_npm: FakeNpm
) -> None:
    root = tmp_home / ".cache/jsvm_kernel/npm"
    root.mkdir(parents=True)
    root.chmod(0o777)
    assert "can be written by others" in npm_host.run("import 'npm:pkg'").traceback
    assert fake_npm.runs == []


# ---- names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "version", "path"),
    [
        ("npm:lodash", "lodash", "", ""),
        ("npm:lodash@4.17.21", "lodash", "4.17.21", ""),
        ("npm:lodash@^4.1/fp", "lodash", "^4.1", "/fp"),
        ("npm:@a/b@1.0.0-rc.1/c/d.js", "@a/b", "1.0.0-rc.1", "/c/d.js"),
        ("npm:/x@>=1 <2", "x", ">=1 <2", ""),
        ("npm:x@1.x || 2", "x", "1.x || 2", ""),
        ("npm:JSONStream@latest", "JSONStream", "latest", ""),
        ("npm:x@*", "x", "*", ""),
    ],
)
def test_specifiers(text: str, name: str, version: str, path: str) -> None:
    spec, subpath = split_specifier(text)
    assert (spec.name, spec.version, subpath) == (name, version, path)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "@a", "-g", "--prefix=/", "a b", "a;b", "../a", "/a", ".a", "@/b"),
        *("x@", "x@file:y", "x@git+ssh://h", "x@../y", "x@-g", "x@1;rm", "x@$(id)"),
        *("x@http://h/x.tgz", "x@npm:y", "é", "x\ny", "a" * 300),
    ],
)
def test_names_that_npm_would_misread_are_refused(text: str) -> None:
    with pytest.raises(NpmError, match=r"is no (name|version) of an npm package"):
        parse_spec(text)


def test_one_cache_serves_threads(fake_npm: FakeNpm, tmp_home: Path) -> None:
    def install(spec: object, folder: Path) -> None:
        command = ["npm", "install", "--prefix", str(folder), "--", str(spec)]
        subprocess.run(command, check=True)

    cache = NpmCache(install)
    found: list[tuple[str, str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(cache.find("npm:pkg@1.0.0/a")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and found[0][1] == "pkg/a"
    assert len(fake_npm.runs) == 1
    assert cache.names() == ["pkg@1.0.0"]
    assert cache.remove(parse_spec("pkg")) == ["pkg@1.0.0"]
    assert cache.names() == []
