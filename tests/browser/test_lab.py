"""JupyterLab: type, run, complete, look up, stop, restart."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab


def test_a_cell_is_typed_and_run(lab: Lab) -> None:
    with lab.notebook("") as notebook:
        notebook.type(0, "const answer = 6 * 7; answer")
        notebook.run(0)
        expect(notebook.output(0)).to_have_text("42")


def test_tab_offers_the_members_of_a_live_value(lab: Lab) -> None:
    with lab.notebook("const basket = { apples: 3, apricots: [1, 2] }", "") as notebook:
        notebook.run(0)
        notebook.type(1, "basket.ap")
        lab.page.keyboard.press("Tab")
        offered = lab.page.locator(".jp-Completer-item .jp-Completer-match")
        expect(offered).to_have_text(["apples", "apricots"])
        lab.page.keyboard.press("ArrowDown")
        lab.page.keyboard.press("Enter")
        notebook.type(1, "[1]")
        notebook.run(1)
        expect(notebook.output(1)).to_have_text("2")


def test_shift_tab_shows_a_signature(lab: Lab) -> None:
    code = "function paint(width, height = 2.5) { return width * height }"
    with lab.notebook(code, "") as notebook:
        notebook.run(0)
        notebook.type(1, "paint")
        lab.page.keyboard.press("Shift+Tab")
        tooltip = lab.page.locator(".jp-Tooltip")
        expect(tooltip).to_contain_text("paint(width, height = 2.5)")
        lab.page.keyboard.press("Escape")
        expect(tooltip).to_have_count(0)


def test_the_stop_button_ends_a_loop_and_the_next_cell_runs(lab: Lab) -> None:
    code = "let turns = 0; console.log('begun'); for (;;) turns++"
    with lab.notebook(code, "turns > 0") as notebook:
        notebook.start(0)
        expect(notebook.output(0)).to_have_text("begun\n")
        expect(notebook.prompt(0)).to_have_text("[*]:")
        notebook.press("notebook:interrupt-kernel")
        expect(notebook.output(0).last).to_contain_text("Stopped: the cell was stopped")
        notebook.run(1)
        expect(notebook.output(1)).to_have_text("true")


def test_an_error_shows_its_place_with_a_caret(lab: Lab) -> None:
    with lab.notebook("const user = {}\nuser.address.street") as notebook:
        notebook.run(0)
        error = notebook.output(0)
        expect(error).to_contain_text("In[1]:2")
        expect(error).to_contain_text("2 | user.address.street\n")
        expect(error).to_contain_text("^")
        expect(error).to_contain_text("TypeError")


def test_a_timers_output_lands_under_the_cell_that_set_it(lab: Lab) -> None:
    code = "setTimeout(() => console.log('ding'), 10)"
    with lab.notebook(code, "await new Promise(r => setTimeout(r, 50)); 1") as notebook:
        notebook.run(0)
        notebook.run(1)
        expect(notebook.output(0).last).to_have_text("ding\n")
        expect(notebook.output(1)).to_have_text("1")


def test_prompt_asks_in_an_input_box(lab: Lab) -> None:
    with lab.notebook("`${prompt('Your name?')}!`") as notebook:
        notebook.start(0)
        box = notebook.cell(0).locator(".jp-Stdin-input")
        expect(notebook.cell(0).locator(".jp-Stdin-prompt")).to_contain_text("name?")
        box.fill("Ada")
        box.press("Enter")
        expect(notebook.output(0).last).to_have_text("'Ada!'")


def test_a_restart_forgets_what_cells_made(lab: Lab) -> None:
    with lab.notebook("globalThis.kept = 1", "typeof kept") as notebook:
        notebook.run(0)
        notebook.press("notebook:restart-kernel")
        lab.page.locator(".jp-Dialog .jp-mod-accept").click()
        notebook.expect_ready()
        notebook.run(1)
        expect(notebook.prompt(1)).to_have_text("[1]:")
        expect(notebook.output(1)).to_contain_text("undefined")


def test_outputs_can_be_read_in_both_themes(lab: Lab, pictures: Path) -> None:
    cells = (
        "({ name: 'Ada', born: new Date(0), tags: ['a', 1n, Symbol('s'), null, -0],\n"
        "   map: new Map([[{}, new Set([1])]]), deep: { a: { b: { c: {} } } } })",
        "console.log('stdout'); console.error('stderr'); [1.5, true, /x/g]",
        "jupyter.html`<table><tr><th>city</th><th>people</th></tr>"
        "<tr><td>Bern</td><td>134506</td></tr></table>`",
        "function go() { throw new RangeError('too far', { cause: 'fog' }) }\ngo()",
    )
    with lab.notebook(*cells) as notebook:
        for index in range(len(cells)):
            notebook.run(index)
        expect(notebook.output(2).locator("td").first).to_have_text("Bern")
        lab.picture(pictures, "outputs")
