"""What all tests share: tools that may be missing, isolated homes, leak checks.

A test that needs a tool of the machine asks for the fixture `cc`, `cxx`, `tcc`, `node`,
`npm` or `browser` and gets the tool's command. Where the tool is missing the test is
skipped and the end of the run lists it; `JSVM_REQUIRE=cc,node,browser` in the
environment turns the skips of the tools it names into failures, so that a machine meant
to test everything cannot pass by skipping.
"""

from __future__ import annotations

import gc
import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# importlib import mode: neighbours are found by path, not as a package.
sys.path.insert(0, str(Path(__file__).parent))

from fake_npm import FakeNpm
from loopback import Loopback

from jsvm_kernel.native.cache import Cache, cache_root
from jsvm_kernel.native.shared import make_shared, missing_tools

_SKIPPED = pytest.StashKey[dict[str, list[str]]]()


# ---- tools that a machine may lack -------------------------------------------------


def _find_cc() -> str | None:
    """Return the C compiler's command line as the builder would run it."""
    command = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    return command if shutil.which(shlex.split(command)[0]) else None


def _find_cxx() -> str | None:
    """Return the C++ compiler's command line as the builder would run it."""
    chosen = os.environ.get("CXX") or sysconfig.get_config_var("CXX")
    commands = (chosen or "c++", "c++", "g++", "clang++")
    return next((c for c in commands if shutil.which(shlex.split(c)[0])), None)


def _find_tcc() -> str | None:
    """Return tcc, where it can read Python's headers."""
    return shutil.which("tcc") if sys.version_info[:2] <= (3, 12) else None


def _find_node() -> str | None:
    return shutil.which("node")


def _find_npm() -> str | None:
    return shutil.which("npm")


def _find_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


_TOOLS: Mapping[str, Callable[[], str | None]] = {
    "cc": _find_cc,
    "cxx": _find_cxx,
    "tcc": _find_tcc,
    "node": _find_node,
    "npm": _find_npm,
    "browser": _find_browser,
}


def _required() -> set[str]:
    """Names of the tools that this run must have, from JSVM_REQUIRE."""
    given = os.environ.get("JSVM_REQUIRE", "")
    names = {name.strip() for name in given.split(",") if name.strip()}
    if unknown := names - _TOOLS.keys():
        raise pytest.UsageError(
            f"JSVM_REQUIRE names unknown tools: {', '.join(sorted(unknown))}; "
            f"known are {', '.join(_TOOLS)}"
        )
    return names


def need_tool(request: pytest.FixtureRequest, tool: str) -> str:
    """Return the command of a tool; skip or fail the test where it is missing."""
    command = _TOOLS[tool]()
    if command is not None:
        return command
    if tool in _required():
        pytest.fail(f"{tool} is not installed and JSVM_REQUIRE names it", pytrace=False)
    request.config.stash[_SKIPPED].setdefault(tool, []).append(
        request.node.nodeid or f"all that need {request.fixturename}"
    )
    pytest.skip(f"{tool} is not installed")


@pytest.fixture
def cc(request: pytest.FixtureRequest) -> str:
    """Command line of the C compiler."""
    return need_tool(request, "cc")


@pytest.fixture
def cxx(request: pytest.FixtureRequest) -> str:
    """Command line of the C++ compiler."""
    return need_tool(request, "cxx")


@pytest.fixture
def tcc(request: pytest.FixtureRequest) -> str:
    """Path of tcc."""
    return need_tool(request, "tcc")


@pytest.fixture
def node(request: pytest.FixtureRequest) -> str:
    """Path of Node.js."""
    return need_tool(request, "node")


@pytest.fixture
def npm(request: pytest.FixtureRequest) -> str:
    """Path of npm."""
    return need_tool(request, "npm")


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> str:
    """Path of a Chromium-like browser."""
    return need_tool(request, "browser")


# ---- a server to fetch from --------------------------------------------------------


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on this machine are reached without the proxies of whoever tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def web() -> Iterator[Loopback]:
    """An HTTP server on the loopback interface; see loopback.py for its paths."""
    with Loopback() as server:
        yield server


# ---- command line and report -------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="run with full instead of scaled counts"
    )


def pytest_configure(config: pytest.Config) -> None:
    # What tests say of builds is of the C compiler's; tests of tcc turn it on.
    os.environ["JSVM_NATIVE_TCC"] = "off"
    config.stash[_SKIPPED] = {}
    _required()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    skipped = config.stash[_SKIPPED]
    if not skipped:
        return
    terminalreporter.section("not tested: tools this machine lacks")
    for tool, tests in sorted(skipped.items()):
        terminalreporter.line(f"{tool}: {len(tests)} skipped")
        for nodeid in tests:
            terminalreporter.line(f"    {nodeid}")


# ---- isolation ---------------------------------------------------------------------


_HOME_PLACES = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "JUPYTER_CONFIG_DIR": ".jupyter",
    "JUPYTER_DATA_DIR": ".local/share/jupyter",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": ".ipython",
}


def home_environment(home: Path) -> dict[str, str]:
    """Make the folders of a fresh home; gives the variables that lead there."""
    places = {variable: home / place for variable, place in _HOME_PLACES.items()}
    for path in places.values():
        path.mkdir(parents=True, exist_ok=True)
    return {variable: str(path) for variable, path in places.items()}


#: Variables by which the user's own files would be found all the same.
USERS_PATHS = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")


@pytest.fixture(scope="session")
def shared_utilities(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A cache of native builds with nothing in it but Cython's shared utilities.

    They take seconds to compile; None on a machine without a compiler.
    """
    if _find_cc() is None:
        return None
    root = tmp_path_factory.mktemp("shared") / "native"
    for tools in missing_tools(cache := Cache(root)):
        make_shared(cache, tools)
    return root


@pytest.fixture(scope="session")
def builds(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    shared_utilities: Path | None,
) -> Path:
    """A folder for XDG_CACHE_HOME, of all tests that don't care who built a module."""
    need_tool(request, "cc")
    assert shared_utilities is not None
    home = tmp_path_factory.mktemp("builds")
    shutil.copytree(
        shared_utilities, home / "jsvm_kernel" / "native", copy_function=os.link
    )
    return home


@pytest.fixture
def tmp_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_utilities: Path | None
) -> Path:
    """A fresh home: no cache, data or configuration of the user is seen or touched.

    Kernelspecs of the Python environment (sys.prefix) stay visible. What every build of
    a native cell would make first is there.
    """
    home = tmp_path / "home"
    for variable, path in home_environment(home).items():
        monkeypatch.setenv(variable, path)
    for variable in USERS_PATHS:
        monkeypatch.delenv(variable, raising=False)
    if shared_utilities is not None:
        shutil.copytree(shared_utilities, cache_root(), copy_function=os.link)
    return home


@pytest.fixture
def fake_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    """An npm that needs no network."""
    return FakeNpm(tmp_path, monkeypatch)


# ---- leaks -------------------------------------------------------------------------


def _as_counts(resources: Any) -> dict[str, int]:
    """What live_resources() returned, as names and numbers."""
    return dict(resources if isinstance(resources, Mapping) else resources._asdict())


def _alive(vm: Any) -> dict[str, int]:
    return {name: n for name, n in _as_counts(vm.live_resources()).items() if n}


@pytest.fixture(autouse=True)
def no_live_resources() -> Iterator[None]:
    """Every VM, Env, scope, handle and reference is gone when a test ends.

    Autouse fixtures are set up first and so torn down last: fixtures that close what
    they opened have done so by now.
    """
    yield
    vm = sys.modules.get("jsvm_kernel.vm")
    if vm is None:
        return
    alive = _alive(vm)
    if alive:
        # Only then: with a browser's and a server's objects about it takes a second.
        gc.collect()
        alive = _alive(vm)
    assert not alive, f"still alive when the test ended: {alive}"
