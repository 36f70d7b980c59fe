"""Notebook 7: the same kernel behind the classic page of one notebook."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .lab import Notebook, Server, write_notebook


def test_a_cell_is_typed_and_run(page: Page, server: Server) -> None:
    write_notebook(server.root / "classic.ipynb", "")
    page.goto(server.address("notebooks/classic.ipynb"))
    notebook = Notebook(page, page.locator(".jp-NotebookPanel"))
    notebook.expect_ready()
    notebook.type(0, "[1, 2, 3].map((n) => n ** 2)")
    notebook.run(0)
    expect(notebook.output(0)).to_have_text("[ 1, 4, 9 ]")
