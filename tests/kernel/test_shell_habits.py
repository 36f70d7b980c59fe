"""Commands, folders, environment, files and markup in cells, on the real kernel."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from .conftest import KernelUnderTest

# ---- commands ----------------------------------------------------------------------


async def test_a_command_shows_what_it_prints(kernel: KernelUnderTest) -> None:
    run = await kernel.run("!echo one; echo two >&2; printf 'thr\\303\\251e'")
    assert run.content["status"] == "ok"
    assert run.text("stdout") == "one\ntwo\nthrée"


async def test_javascript_below_a_command_runs(kernel: KernelUnderTest) -> None:
    run = await kernel.run("!echo first\n// then\n40 + 2")
    assert run.text("stdout") == "first\n"
    assert run.of("execute_result")[0]["data"]["text/plain"] == "42"


async def test_output_of_a_command_comes_while_it_runs(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    request = kernel.client.execute(
        f"!echo begun; while [ ! -e {gate} ]; do sleep 0.05; done; echo ended"
    )
    await kernel.until_text(request, "begun")
    gate.touch()
    run = await kernel.finish(request)
    assert run.text("stdout") == "begun\nended\n"


async def test_a_command_that_fails_tells_its_exit_code(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("!exit 3")
    assert run.content["status"] == "ok"
    assert run.text("stderr") == "[exit code 3]\n"


async def test_a_stop_ends_a_command_and_what_it_started(
    kernel: KernelUnderTest,
) -> None:
    code = "!trap '' INT; sleep 600 & echo pid $!; wait"
    request = kernel.client.execute(code)
    await kernel.until_text(request, "pid ")
    await kernel.interrupt()
    run = await kernel.finish(request)
    assert run.content["ename"] == "Interrupted"
    child = int(run.text("stdout").split()[1])
    while Path(f"/proc/{child}").exists():  # killed; init or we reap it in a moment
        state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            break
        await asyncio.sleep(0.01)
    assert (await kernel.run("1")).content["status"] == "ok"


async def test_a_command_left_in_the_background_is_not_waited_for(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("!sleep 300 & echo $!")
    assert run.content["status"] == "ok"
    os.kill(int(run.text("stdout")), 9)


async def test_a_command_has_nothing_to_read(kernel: KernelUnderTest) -> None:
    run = await kernel.run("!cat; echo done")
    assert run.text("stdout") == "done\n"


async def test_a_bang_without_a_command_is_javascript(kernel: KernelUnderTest) -> None:
    run = await kernel.run("!!1")
    assert run.of("execute_result")[0]["data"]["text/plain"] == "true"
    run = await kernel.run("%system")
    assert "needs a command" in run.content["evalue"]


# ---- folder and environment --------------------------------------------------------


async def test_cd_moves_commands_and_native_code_and_leaves_imports(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "sub dir").mkdir()
    (tmp_path / "lib.js").write_text("export const name = 'lib'")
    run = await kernel.run("%cd sub dir")
    assert run.text("stdout") == f"{tmp_path / 'sub dir'}\n"
    assert (await kernel.run("!pwd")).text("stdout") == f"{tmp_path / 'sub dir'}\n"
    run = await kernel.run("import { name } from './lib.js'; name")
    assert run.of("execute_result")[0]["data"]["text/plain"] == "'lib'"
    run = await kernel.run("%cd -")
    assert run.text("stdout") == f"{tmp_path}\n"


async def test_cd_to_nowhere_stays_and_says_why(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    run = await kernel.run("%cd nowhere")
    assert run.content["evalue"] == "can't go to nowhere: No such file or directory"
    assert (await kernel.run("!pwd")).text("stdout") == f"{tmp_path}\n"


async def test_a_deleted_folder_can_be_left(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "there.js").write_text("'there'")
    (tmp_path / "lib.cjs").write_text("exports.cwd = process.cwd")
    await kernel.run("!mkdir gone")
    await kernel.run("%cd gone")
    await kernel.run("!rmdir ../gone")
    run = await kernel.run("%run there.js")
    assert run.content["evalue"].startswith("the current folder is gone")
    run = await kernel.run("const { cwd } = require('./lib.cjs'); cwd()")
    assert run.content["evalue"] == "the current folder has been deleted"
    run = await kernel.run(f"%run {tmp_path}/there.js")
    assert run.of("execute_result")[0]["data"]["text/plain"].count("there") == 1
    run = await kernel.run(f"%cd {tmp_path}\ncwd() === {str(tmp_path)!r}")
    assert run.text("stdout") == f"{tmp_path}\n"
    assert "true" in run.of("execute_result")[0]["data"]["text/plain"]


async def test_env_sets_shows_and_lists(kernel: KernelUnderTest) -> None:
    await kernel.run("%env JSVM_TEST_A=first")
    await kernel.run("%env JSVM_TEST_B $JSVM_TEST_A and more")
    assert (await kernel.run("%env JSVM_TEST_B")).text("stdout") == "first and more\n"
    assert (await kernel.run("!echo $JSVM_TEST_B")).text("stdout") == "first and more\n"
    await kernel.run("%env JSVM_TEST_TOKEN=abc")
    listed = (await kernel.run("%env")).text("stdout")
    assert "JSVM_TEST_A=first\n" in listed
    assert "JSVM_TEST_TOKEN=<hidden>" in listed


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("%env JSVM_TEST_NONE", "there is no variable JSVM_TEST_NONE"),
        ("%env =x", "which variable?"),
        ("%env A\0B=x", "can't be set"),
    ],
)
async def test_a_variable_that_is_none_is_an_error(
    kernel: KernelUnderTest, line: str, text: str
) -> None:
    assert text in (await kernel.run(line)).content["evalue"]


async def test_native_code_sees_folder_and_environment(
    kernel: KernelUnderTest, tmp_path: Path, cc: str
) -> None:
    (tmp_path / "sub").mkdir()
    await kernel.run(
        "%%jsvm_native where\nimport os\n"
        "def folder():\n    return os.getcwd()\n"
        "def variable(str name):\n    return os.environ.get(name, '')\n"
    )
    await kernel.run("%cd sub")
    await kernel.run("%env JSVM_TEST_NATIVE=seen")
    run = await kernel.run("where.folder() + ' ' + where.variable('JSVM_TEST_NATIVE')")
    text = run.of("execute_result")[0]["data"]["text/plain"]
    assert text == f"'{tmp_path / 'sub'} seen'"


# ---- files -------------------------------------------------------------------------


async def test_run_runs_a_file_and_keeps_its_names(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "part.js").write_text("const part = 1; console.log('ran')\n")
    (tmp_path / "typed.ts").write_text("const typed: number = part + 1\n")
    assert (await kernel.run("%run part.js")).text("stdout") == "ran\n"
    await kernel.run("%run typed.ts")
    run = await kernel.run("typed")
    assert run.of("execute_result")[0]["data"]["text/plain"] == "2"


async def test_an_error_in_a_file_that_is_run_names_file_and_line(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "bad.js").write_text("\nnull.x\n")
    await kernel.run("%jsvm_config colors=off")
    run = await kernel.run("%run bad.js")
    assert run.content["ename"] == "TypeError"
    assert run.content["traceback"][0].startswith(f"{tmp_path / 'bad.js'}:2:")
    assert run.content["traceback"][1] == "2 | null.x"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("%run parts.js", "did you mean part.js?"),
        ("%run part.txt", "takes .js, .mjs, .ts, .mts files"),
        ("%run .", "is a folder"),
        ("%load latin.js", "is no UTF-8 text"),
        ("%run", "required: FILE"),
    ],
)
async def test_a_file_that_can_t_be_run_is_an_error(
    kernel: KernelUnderTest, tmp_path: Path, line: str, text: str
) -> None:
    (tmp_path / "part.js").write_text("1")
    (tmp_path / "part.txt").write_text("1")
    (tmp_path / "latin.js").write_bytes(b"'\xe9'")
    run = await kernel.run(line)
    assert run.content["status"] == "error"
    assert text in run.content["evalue"]


async def test_load_puts_a_file_into_the_cell(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "part.js").write_text("const x = 1\n")
    run = await kernel.run("%load part.js")
    assert run.content["payload"] == [
        {"source": "set_next_input", "text": "const x = 1\n", "replace": True}
    ]


# ---- markup and time ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("magic", "kind"),
    [
        ("html", "text/html"),
        ("markdown", "text/markdown"),
        ("svg", "image/svg+xml"),
        ("latex", "text/latex"),
    ],
)
async def test_a_cell_of_markup_is_shown(
    kernel: KernelUnderTest, magic: str, kind: str
) -> None:
    run = await kernel.run(f"%%{magic}\n<b>bold</b>\nend")
    (shown,) = run.of("display_data")
    body = "<b>bold</b>\nend"
    assert shown["data"] == {kind: body, "text/plain": body}


async def test_time_runs_the_cell_and_tells_how_long_it_took(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run(
        "%%time\nlet sum = 0; for (let i = 0; i < 3e6; i++) sum += i; sum"
    )
    assert run.of("execute_result")[0]["data"]["text/plain"] == "4499998500000"
    assert run.text("stdout").startswith("Wall time: ")
    assert ", processor time: " in run.text("stdout")


async def test_an_error_in_a_timed_cell_has_its_lines(kernel: KernelUnderTest) -> None:
    await kernel.run("%jsvm_config colors=off")
    run = await kernel.run("%%time\n\nnull.x")
    assert run.content["traceback"][0].startswith("In[2]:3:")
    assert "Wall time: " in run.text("stdout")
