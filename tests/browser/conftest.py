"""A real JupyterLab in a real browser.

One server serves all browser tests, from a home of its own; each test module has one
browser and one page, and each test opens a notebook of its own in it. Playwright only
drives the browser: which one is the machine's (fixture `browser`), none is downloaded.
Its synchronous interface keeps an event loop running, so it must end with the module:
the asynchronous tests of other modules could not run beside it.

`JSVM_SCREENSHOTS` names a folder that keeps the pictures that tests take.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from ..conftest import USERS_PATHS, home_environment, need_tool
from .lab import Lab, Server

_START_S = 60
_END_S = 10
_BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TOKEN = "of-the-tests"
_SERVER_OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--ServerApp.terminals_enabled=False",
    "--ServerApp.allow_remote_access=False",
    f"--IdentityProvider.token={_TOKEN}",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LanguageServerManager.autodetect=False",
)
#: Lab asks its user nothing on the first start, and fetches no news.
_LAB_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "completer-extension/manager": {"providerTimeout": 20_000},
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server with JupyterLab and Notebook, and our kernel in it."""
    folder = tmp_path_factory.mktemp("lab")
    root = folder / "notebooks"
    root.mkdir()
    home = folder / "home"
    kept = {name: os.environ[name] for name in os.environ if name not in USERS_PATHS}
    environment = kept | home_environment(home)
    _write_settings(home)
    command = (sys.executable, "-m", "jupyterlab", *_SERVER_OPTIONS)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={root}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        info = home / "runtime" / f"jpserver-{process.pid}.json"
        yield Server(_url_of(info, process, folder / "log"), _TOKEN, root)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_END_S)
    except subprocess.TimeoutExpired:
        # A test that failed while its kernel was being started leaves it waiting.
        process.kill()
        process.wait()


def _write_settings(home: Path) -> None:
    for name, settings in _LAB_SETTINGS.items():
        path = home / ".jupyter/lab/user-settings/@jupyterlab"
        path = path / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))


def _url_of(info: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the file that a server writes, and until it listens."""
    deadline = time.monotonic() + _START_S
    while not _listens(info):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the Jupyter server did not start:\n{log.read_text()}")
        time.sleep(0.05)
    return str(json.loads(info.read_text())["url"])


def _listens(info: Path) -> bool:
    # The file may be there before the server is, and before all is written.
    try:
        port = json.loads(info.read_text())["port"]
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page of a fresh browser."""
    path = need_tool(request, "browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, headless=True, args=_BROWSER_FLAGS
        )
        page = chromium.new_page(viewport={"width": 1100, "height": 800})
        page.set_default_timeout(30_000)
        yield page
        chromium.close()


@pytest.fixture(scope="module")
def lab(page: Page, request: pytest.FixtureRequest) -> Lab:
    """JupyterLab, open in the page."""
    # Asked for here, not as an argument: a machine without a browser starts no server.
    return Lab(page, request.getfixturevalue("server"))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder for screenshots."""
    given = os.environ.get("JSVM_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
