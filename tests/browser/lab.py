"""JupyterLab as a test sees it: the page, a notebook in it, its cells and outputs.

What a person does is done by mouse and keyboard; only opening and closing a notebook
takes a short cut through Lab's commands. Nothing sleeps: every step waits for what it
should lead to.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect

_KERNELSPEC = {"name": "jsvm", "display_name": "JavaScript (JSVM)"}
THEMES = ("JupyterLab Light", "JupyterLab Dark")
#: The open notebook, in JavaScript.
_PANEL = (
    "[...window.jupyterapp.shell.widgets('main')].find((it) => it.context?.model.cells)"
)
_NUMBERED = re.compile(r"\[\d+\]")
# A loaded machine is slow; nothing here waits longer than it has to.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Server:
    """A running Jupyter server. `root` is the folder that its users see."""

    url: str
    token: str
    root: Path

    def address(self, path: str) -> str:
        return f"{self.url}{path}?token={self.token}"


def write_notebook(path: Path, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = _KERNELSPEC
    notebook.cells = [nbformat.v4.new_code_cell(code.strip()) for code in cells]
    nbformat.write(notebook, path)


class Notebook:
    """The one notebook that is open in a page, of Lab or of Notebook 7."""

    def __init__(self, page: Page, panel: Locator) -> None:
        self.page = page
        self.panel = panel

    def cell(self, index: int) -> Locator:
        return self.panel.locator(".jp-CodeCell").nth(index)

    def output(self, index: int) -> Locator:
        """All outputs of a cell, one element each."""
        return self.cell(index).locator(".jp-OutputArea-output")

    def type(self, index: int, text: str) -> None:
        """Click into a cell and type at its end, as a person would."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    def start(self, index: int) -> None:
        """Run a cell; the selection moves on, as with the keyboard."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")

    def run(self, index: int) -> None:
        """Run a cell and wait for its end."""
        self.start(index)
        expect(self.prompt(index)).to_have_text(_NUMBERED)

    def press(self, command: str) -> None:
        """Press a button of the notebook's toolbar."""
        self.panel.locator(f"[data-command='{command}']").click()

    def prompt(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-InputPrompt")

    def reload(self) -> None:
        """Save, and load the whole page anew; the kernel lives on."""
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function(f"() => !{_PANEL}.context.model.dirty")
        self.page.reload()
        self.expect_ready()

    def expect_ready(self) -> None:
        """Wait until a kernel is connected and waits for cells."""
        self.page.wait_for_function(
            "() => {"
            f"  const context = window.jupyterapp && {_PANEL}?.sessionContext;"
            "  const kernel = context?.isReady ? context.session?.kernel : undefined;"
            "  return kernel?.connectionStatus === 'connected'"
            "    && kernel.status === 'idle';"
            "}"
        )


class Lab:
    """JupyterLab in a page."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self._server = server
        self._numbers = itertools.count(1)
        # Without what an earlier page had open.
        page.goto(server.address("lab") + "&reset")
        page.wait_for_function("() => window.jupyterapp !== undefined")
        self._expect_launcher()
        self._command("application:toggle-left-area")

    def _expect_launcher(self) -> None:
        """Wait for what Lab shows without a notebook; later it would hide one."""
        expect(self.page.locator(".jp-Launcher:visible")).to_have_count(1)

    def _command(self, name: str, **arguments: object) -> None:
        self.page.evaluate(
            "async ([name, args]) => {"
            "  await window.jupyterapp.restored;"
            "  await window.jupyterapp.commands.execute(name, args);"
            "}",
            [name, arguments],
        )

    @contextmanager
    def notebook(self, *cells: str) -> Iterator[Notebook]:
        """A new notebook with these cells and a kernel of its own."""
        name = f"test-{next(self._numbers)}.ipynb"
        write_notebook(self._server.root / name, *cells)
        self._expect_launcher()
        self._command("docmanager:open", path=name, factory="Notebook")
        notebook = Notebook(self.page, self.page.locator(".jp-NotebookPanel:visible"))
        notebook.expect_ready()
        try:
            yield notebook
        finally:
            # Disposed of, as closing would ask what is to be done with changes.
            self.page.evaluate(
                "async () => {"
                f"  const panel = {_PANEL};"
                "  await panel.sessionContext.shutdown();"
                "  panel.dispose();"
                "}"
            )
            expect(self.page.locator(".jp-NotebookPanel")).to_have_count(0)

    def show_theme(self, theme: str) -> None:
        self._command("apputils:change-theme", theme=theme)
        light = "true" if theme == THEMES[0] else "false"
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", light)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def picture(self, folder: Path, name: str) -> None:
        """Keep what is seen, in both themes."""
        for theme in reversed(THEMES):
            self.show_theme(theme)
            shade = theme.rpartition(" ")[2].lower()
            self.page.screenshot(path=folder / f"{name}-{shade}.png")
