"""TypeScript in a notebook: %%ts cells and the setting."""

from __future__ import annotations

from .conftest import KernelUnderTest

CODE = (
    "interface Point { x: number; y: number }\n"
    "const norm = (p: Point): number => Math.hypot(p.x, p.y)\n"
    "norm({ x: 3, y: 4 } as Point)"
)


async def test_a_ts_cell_runs_without_its_types(kernel: KernelUnderTest) -> None:
    run = await kernel.run(f"%%ts\n{CODE}")
    assert run.content["status"] == "ok"
    (result,) = run.of("execute_result")
    assert result["data"]["text/plain"] == "5"
    later = await kernel.run("norm({ x: 6, y: 8 })")
    assert later.of("execute_result")[0]["data"]["text/plain"] == "10"


async def test_lines_and_columns_of_a_ts_cell_are_those_of_the_user(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_config colors=off")
    run = await kernel.run("%%ts\ntype A = {\n  a: 1\n}\nconst b: A = null as any; b.a")
    lines = run.content["traceback"]
    assert lines[0].startswith("In[2]:5:")
    assert lines[1] == "5 | const b: A = null as any; b.a"
    assert lines[2].index("^") == lines[1].rindex("a")


async def test_what_needs_a_compiler_is_shown_at_its_place(
    kernel: KernelUnderTest,
) -> None:
    await kernel.run("%jsvm_config colors=off")
    run = await kernel.run("%%ts\n\nnamespace N { export const x = 1 }")
    assert run.content["ename"] == "SyntaxError"
    assert "namespace that holds values" in run.content["evalue"]
    assert run.content["traceback"][:2] == [
        "In[2]:3:1",
        "3 | namespace N { export const x = 1 }",
    ]


async def test_a_setting_makes_typescript_the_language_of_all_cells(
    kernel: KernelUnderTest,
) -> None:
    refused = await kernel.run(CODE)
    assert refused.content["ename"] == "SyntaxError"
    await kernel.run("%jsvm_config language=typescript")
    run = await kernel.run(CODE)
    assert run.of("execute_result")[0]["data"]["text/plain"] == "5"
    for code, status in (
        ("let a: number", "complete"),
        ("if (a as any) {", "incomplete"),
        ("let a: {", "incomplete"),
        ("interface A {\n  a: 1", "incomplete"),
        ("let a: number = )", "invalid"),
    ):
        request = kernel.client.is_complete(code)
        reply = await kernel.reply(request)
        assert reply["content"]["status"] == status
