"""Magics, on a session host that does as it is told."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from jsvm_kernel.kernel import magics
from jsvm_kernel.kernel.magics import registry
from jsvm_kernel.kernel.magics.call import MagicError

from .conftest import KernelUnderTest

# ---- what there is ----------------------------------------------------------------


def test_the_registry_names_what_the_families_define() -> None:
    defined = set()
    for path in Path(magics.__file__).parent.glob("*.py"):
        module = __import__(f"{magics.__name__}.{path.stem}", fromlist=["x"])
        for name, value in vars(module).items():
            if inspect.iscoroutinefunction(value) and hasattr(value, "parser"):
                kind = (
                    "cell" if len(inspect.signature(value).parameters) > 2 else "line"
                )
                defined.add((kind, name, path.stem))
    registered = {
        (kind, name, family)
        for kind, families in registry.FAMILIES.items()
        for name, family in families.items()
    }
    assert registered == defined


def test_the_reference_names_every_magic() -> None:
    path = Path(__file__).parents[2] / "docs/reference/magics.md"
    text = path.read_text()
    assert [name for name in registry.all_names() if f"`{name}" not in text] == []


@pytest.mark.parametrize(
    "magic",
    [registry.find(n, kind) for kind, f in registry.FAMILIES.items() for n in f],
)
def test_every_magic_has_help_that_shows_how_it_is_typed(magic: registry.Magic) -> None:
    prefix = "%%" if magic.kind == "cell" else "%"
    assert magic.usage.startswith(f"{prefix}{magic.name}")
    assert magic.help.startswith(magic.usage)
    assert magic.summary.endswith(".")


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("jsvm_inf", "line", "nearest is %jsvm_info"),
        ("jsvm_nativ", "line", "nearest is %jsvm_native"),
        ("latex", "line", "write %%latex on the first line"),
        ("jsvm_info", "cell", "write %jsvm_info"),
        ("zzzzz", "line", "%lsmagic lists"),
    ],
)
def test_an_unknown_magic_names_the_nearest(
    name: str, kind: registry.MagicKind, text: str
) -> None:
    with pytest.raises(MagicError, match=text):
        registry.find(name, kind)


# ---- in cells ---------------------------------------------------------------------


async def test_lsmagic_lists_all(fake: KernelUnderTest) -> None:
    text = (await fake.run("%lsmagic")).text("stdout")
    for name in registry.all_names():
        assert name in text


async def test_line_magics_run_before_the_javascript_below(
    fake: KernelUnderTest,
) -> None:
    run = await fake.run("%jsvm_info\n%lsmagic\nprint js")
    text = run.text("stdout")
    assert text.index("fake") < text.index("%lsmagic") < text.index("js\n")


async def test_a_wrong_magic_stops_its_cell(fake: KernelUnderTest) -> None:
    run = await fake.run("%jsvm_infoo\nprint never")
    assert run.content["status"] == "error"
    assert run.content["ename"] == "UnknownMagic"
    assert "%jsvm_info" in run.content["evalue"]
    assert run.text("stdout") == ""


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            "%%jsvm_native m --opx 1\n",
            ["unknown option --opx", "mean --opt", "Usage: %%"],
        ),
        ("%%jsvm_native m --opt 9\n", ["invalid choice", "Usage: %%jsvm_native"]),
        ("%%jsvm_native\n", ["required: NAME", "Usage: %%jsvm_native"]),
        ("%lsmagic all", ["unrecognized arguments: all", "Usage: %lsmagic"]),
    ],
)
async def test_wrong_arguments_are_named_with_the_usage(
    fake: KernelUnderTest, code: str, texts: list[str]
) -> None:
    run = await fake.run(code)
    assert run.content["ename"] == "UsageError"
    for text in texts:
        assert text in run.content["evalue"]


async def test_help_is_a_page(fake: KernelUnderTest) -> None:
    for code, text in [
        ("%jsvm_help", "%%jsvm_native"),
        ("%jsvm_help jsvm_info", "%jsvm_info"),
        ("%jsvm_help %%jsvm_native", "--opt"),
        ("%jsvm_help jsvm_env", "%jsvm_env [--vm VM]"),
        ("%jsvm_help jsvm_env", "%%jsvm_env [--new]"),
        ("%jsvm_info?", "VM information"),
    ]:
        run = await fake.run(code)
        (page,) = run.content["payload"]
        assert page["source"] == "page"
        assert text in page["data"]["text/plain"]


async def test_the_doctor_looks_at_everything(fake: KernelUnderTest) -> None:
    text = (await fake.run("%jsvm_doctor")).text("stdout")
    for what in (
        "session host",
        "C ",
        "Python headers",
        "JSVM-API headers",
        "Cython",
        "kernelspec",
        "native cache",
        "Jupyter data",
        "numpy",
    ):
        assert f"{what}" in text
    assert "mend" in text


async def test_a_cell_that_does_not_compile_shows_its_own_lines(
    fake: KernelUnderTest, cc: str
) -> None:
    run = await fake.run("%%jsvm_native bad\n\ndef f(:\n    return 1")
    assert run.content["ename"] == "CompileError"
    traceback = "\n".join(run.content["traceback"])
    assert "In[1]:3:" in traceback
    assert "^" in traceback


async def test_a_built_module_is_sent_to_the_host(
    fake: KernelUnderTest, cc: str
) -> None:
    run = await fake.run("%%jsvm_native fast\ncpdef double f(double x):\n    return x")
    assert run.content["status"] == "ok", run.content
    assert "fast" in run.text("stdout")
    assert "f(double x)" in run.text("stdout")


async def test_a_stop_during_a_build_ends_the_cell(
    fake: KernelUnderTest, cc: str
) -> None:
    cell = fake.client.execute("%%jsvm_native slow\ncpdef int f():\n    return 1")
    await fake.until(lambda: len(fake.published(cell)) >= 2)
    # The build takes seconds; the answer to the stop comes before it can be over.
    await fake.interrupt()
    run = await fake.finish(cell)
    assert run.content["ename"] == "Interrupted"
    assert (await fake.run("result 1")).content["status"] == "ok"


# ---- completion and inspection ------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "matches"),
    [
        ("%jsvm_i", ["%jsvm_info"]),
        ("\n// c\n%ls", ["%lsmagic"]),
        ("%%jsvm_n", ["%%jsvm_native"]),
        ("%lsmagic\n%%", []),
        ("%%jsvm_native m --o", ["--opt", "--openmp"]),
        ("%jsvm_help jsvm_d", ["jsvm_doctor"]),
        ("%%jsvm_native m\nfr", []),
        ("%nothing --", []),
        ("%%jsvm_native m --opt ", ["0", "1", "2", "3"]),
        ("%%jsvm_native m --opt 1", ["1"]),
        ("%run ./k", ["./kernel.log", "./kernels/"]),
        ("%cd ker", ["kernels/"]),
        ("!cat kernel", ["kernel.log", "kernels/"]),
        ("%%time\nfromH", ["fromHost"]),
        ("%%html\nfromH", []),
        ("let a\n%fromH", ["fromHost"]),
        ("fromH", ["fromHost"]),
    ],
)
async def test_completion(fake: KernelUnderTest, code: str, matches: list[str]) -> None:
    await fake.run("print ready")
    reply = await fake.reply(fake.client.complete(code, len(code)))
    assert reply["content"]["matches"] == matches
    types = reply["content"]["metadata"]["_jupyter_types_experimental"]
    assert [item["text"] for item in types] == matches


async def test_inspection_of_a_magic_is_its_help(fake: KernelUnderTest) -> None:
    for code in ("%jsvm_info", "%lsmagic\n%jsvm_info"):
        reply = await fake.reply(fake.client.inspect(code, len(code) - 2))
        assert "VM information" in reply["content"]["data"]["text/plain"]
    reply = await fake.reply(fake.client.inspect("%%jsvm_native m\ndef f", 20))
    assert reply["content"]["found"] is False
