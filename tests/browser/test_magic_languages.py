"""The lab extension: what follows a %% line has the colours of its language."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab

# Each with a text that only its own language makes a token of its own.
CELLS = (
    (
        "%%jsvm_native fast\ncdef double half(double x):\n    return x / 2  # half",
        "cdef",
    ),
    ("%%jsvm_native f --lang c\nstruct point { int x; };", "struct"),
    ("%%html\n<p>five > four</p>", "p"),
    ("%%markdown\nsome **bold** words", "bold"),
    ("%%ts\nlet n: readonly string[] = []", "readonly"),
    ("const x = 1 // in JavaScript", "// in JavaScript"),
)


def test_a_magics_cell_has_the_colours_of_its_language(
    lab: Lab, pictures: Path
) -> None:
    with lab.notebook(*(code for code, _ in CELLS)) as notebook:
        for index, (_, token) in enumerate(CELLS):
            tokens = notebook.cell(index).locator(".cm-line span")
            expect(tokens.get_by_text(token, exact=True).first).to_be_visible()
        lab.picture(pictures, "magics")
