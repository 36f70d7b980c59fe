"""Widgets in JupyterLab, with the front end of anywidget."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from .lab import Lab, Notebook

SLIDER = """
const slider = jupyter.widget({
  state: { value: 2, min: 1, max: 9, label: "waves" },
  css: ".waves { display: flex; gap: 1em; align-items: center; padding: 4px }",
  render({ model, el }) {
    el.classList.add("waves");
    const input = document.createElement("input");
    const text = document.createElement("output");
    const [min, max] = [model.get("min"), model.get("max")];
    Object.assign(input, { type: "range", min, max });
    const show = () => {
      input.value = model.get("value");
      text.textContent = `${model.get("value")} ${model.get("label")}`;
    };
    input.addEventListener("input", () => {
      model.set("value", Number(input.value));
      model.save_changes();
    });
    model.on("change:value", show);
    show();
    el.append(input, text);
  },
});
slider
"""

PLOT = """
function samples(waves) {
  const step = 2 * Math.PI * waves / 200;
  return Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * step));
}
const plot = jupyter.widget({
  state: { ys: samples(2), color: "#4c78a8" },
  render({ model, el }) {
    const names = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(names, "svg");
    svg.setAttribute("viewBox", "0 -1.1 200 2.2");
    svg.setAttribute("preserveAspectRatio", "none");
    Object.assign(svg.style, { width: "480px", height: "160px", background: "#8881" });
    const line = document.createElementNS(names, "polyline");
    line.setAttribute("fill", "none");
    line.setAttribute("vector-effect", "non-scaling-stroke");
    line.setAttribute("stroke-width", "2");
    const draw = () => {
      const { buffer, byteOffset, byteLength } = model.get("ys");
      const ys = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
      line.setAttribute("points", Array.from(ys, (y, x) => `${x},${-y}`).join(" "));
      line.setAttribute("stroke", model.get("color"));
      let crossings = 0;
      for (let i = 2; i < ys.length; i++) crossings += ys[i - 1] > 0 !== ys[i] > 0;
      svg.dataset.crossings = crossings;
    };
    model.on("change:ys change:color", draw);
    draw();
    svg.append(line);
    el.append(svg);
  },
});
plot
"""

LINK = """
slider.on("change:value", (model, value) => {
  plot.set({ ys: samples(value), color: value > 5 ? "#e45756" : "#4c78a8" });
  console.log(`${value} waves`);
})
"""

BUTTON = """
const button = jupyter.widget({
  state: {},
  render: ({ model, el }) => {
    const button = document.createElement("button");
    button.textContent = "ask";
    button.onclick = () => model.send({ question: "6 * 7" }, undefined, [
      new Uint8Array([1, 2, 3]).buffer,
    ]);
    model.on("msg:custom", (content, buffers) => {
      button.textContent = `${content.answer} ${buffers[0].getUint8(0)}`;
    });
    el.append(button);
  },
});
button.on("msg:custom", ({ question }, [bytes]) => {
  const answer = eval(question);
  button.send({ answer }, {}, [new Uint8Array([bytes.getUint8(2) * 3])]);
});
button
"""


def crossings(notebook: Notebook, count: int) -> None:
    """Wait until the plot shows so many zero crossings: two a wave."""
    plot = notebook.output(1).locator("svg[data-crossings]")
    expect(plot).to_have_attribute("data-crossings", str(count))


def drag(slider: Locator, value: int) -> None:
    """Drag a slider to a value with the mouse."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    low, high, now = (
        float(slider.evaluate(f"(input) => input.{name}"))
        for name in ("min", "max", "value")
    )
    thumb = box["height"]  # it is round and as high as the slider

    def place(of: float) -> float:
        way = box["width"] - thumb
        return box["x"] + thumb / 2 + way * (of - low) / (high - low)

    mouse, y = slider.page.mouse, box["y"] + box["height"] / 2
    mouse.move(place(now), y)
    mouse.down()
    mouse.move(place(value), y, steps=5)
    mouse.up()


def test_a_slider_moves_a_plot_that_the_kernel_computes(
    lab: Lab, pictures: Path
) -> None:
    with lab.notebook(SLIDER, PLOT, LINK, "slider.get('value')") as notebook:
        for index in range(3):
            notebook.run(index)
        crossings(notebook, 3)
        slider = notebook.output(0).locator("input[type=range]")
        drag(slider, 6)
        expect(notebook.output(0).locator("output")).to_have_text("6 waves")
        crossings(notebook, 11)
        # What the handler prints belongs to the cell that set the handler.
        expect(notebook.output(2).last).to_contain_text("6 waves")
        notebook.run(3)
        expect(notebook.output(3)).to_have_text("6")
        slider.scroll_into_view_if_needed()
        lab.picture(pictures, "widgets")


def test_the_kernel_moves_the_slider_in_all_its_views(lab: Lab) -> None:
    code = "slider.set({ value: 8, label: 'laps' })"
    with lab.notebook(SLIDER, "slider", code, "slider.close()") as notebook:
        for index in range(3):
            notebook.run(index)
        for index in range(2):
            expect(notebook.output(index).locator("output")).to_have_text("8 laps")
            expect(notebook.output(index).locator("input")).to_have_value("8")
        # One view follows the other.
        drag(notebook.output(0).locator("input"), 9)
        expect(notebook.output(1).locator("output")).to_have_text("9 laps")
        notebook.run(3)
        expect(notebook.output(0).locator("input")).to_have_count(0)


def test_views_and_kernel_send_each_other_messages(lab: Lab) -> None:
    with lab.notebook(BUTTON) as notebook:
        notebook.run(0)
        button = notebook.output(0).locator("button", has_text="ask")
        button.click()
        expect(notebook.output(0).locator("button", has_text="42 9")).to_be_visible()


def test_a_slider_dragged_while_a_cell_awaits_is_heard(lab: Lab) -> None:
    code = (
        "await new Promise((done) => slider.on('change:value', done));"
        "slider.get('value')"
    )
    with lab.notebook(SLIDER, code) as notebook:
        notebook.run(0)
        slider = notebook.output(0).locator("input")
        expect(slider).to_be_visible()
        notebook.start(1)
        expect(notebook.prompt(1)).to_have_text("[*]:")
        drag(slider, 3)
        expect(notebook.output(1)).to_have_text("3")


def test_a_reloaded_page_finds_its_widgets_again(lab: Lab) -> None:
    with lab.notebook(SLIDER) as notebook:
        notebook.run(0)
        drag(notebook.output(0).locator("input"), 3)
        expect(notebook.output(0).locator("output")).to_have_text("3 waves")
        notebook.reload()
        expect(notebook.output(0).locator("output")).to_have_text("3 waves")
        drag(notebook.output(0).locator("input"), 4)
        expect(notebook.output(0).locator("output")).to_have_text("4 waves")
