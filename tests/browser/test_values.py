"""Values, tables, images and errors as JupyterLab draws them, in both themes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab


def test_values_can_be_read_in_both_themes(lab: Lab, pictures: Path) -> None:
    cells = (
        "({ n: -0, s: 'text', b: true, nothing: [null, undefined, , 1n],"
        " when: new Date(0), [Symbol('k')]: /x/g, f() {}, get g() { return 1 },"
        " p: Promise.resolve(1), 'a-b': new Map([[{ x: 1 }, new Set(['y'])]]),"
        " deep: { a: { b: { c: 1 } } } })",
        "[{ name: 'Ada <b>', born: 1815, tags: ['a', 'b'] },"
        " { name: 'Alan', born: 1912, city: 'London' }]",
        "console.table({ bern: { people: 134506 }, zürich: { people: 421878 } })",
        "const [w, h] = [64, 16];"
        " jupyter.image(Float32Array.from({ length: w * h * 3 },"
        " (_, i) => (Math.floor(i / 3) % w) / w * (i % 3 === 1 ? 0.4 : 1)),"
        " { width: w, height: h })",
    )
    with lab.notebook(*cells) as notebook:
        for index in range(len(cells)):
            notebook.run(index)
        expect(notebook.output(0).locator(".ansi-yellow-fg").first).to_have_text("-0")
        records = notebook.output(1).locator("td")
        expect(records).to_have_text(
            ["Ada <b>", "1815", "[ 'a', 'b' ]", "", "Alan", "1912", "", "London"]
        )
        expect(notebook.output(2).locator("td").first).to_have_text("134506")
        expect(notebook.output(3).locator("img")).to_have_js_property(
            "naturalWidth", 64
        )
        lab.picture(pictures, "values")


def test_errors_can_be_read_in_both_themes(lab: Lab, pictures: Path) -> None:
    cells = (
        "const order = { items: [{ price: 5 }] }\n"
        "const total = (o) => o.items.map((item) => item.price.amount.value)\n"
        "total(order)",
        "try { JSON.parse('{') } catch (cause) {\n"
        "  throw new Error('the settings are damaged', { cause })\n}",
        "throw new AggregateError([new TypeError('one'), 'two'], 'all failed')",
        "setTimeout(() => { missing() }, 1)\n"
        "Promise.reject(new Error('nobody cares'))\n"
        "await new Promise((done) => setTimeout(done, 50))",
        "let a = 1 +* 2",
    )
    with lab.notebook(*cells) as notebook:
        for index in range(len(cells)):
            notebook.run(index)
        error = notebook.output(0)
        expect(error.locator(".ansi-red-fg").last).to_have_text("TypeError")
        expect(error).to_contain_text("In[1]:2:62")
        expect(notebook.output(3).last).to_contain_text("Uncaught ReferenceError")
        expect(notebook.output(4)).to_contain_text("SyntaxError")
        lab.picture(pictures, "errors")
