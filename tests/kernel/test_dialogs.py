"""prompt, confirm, alert and jupyter.input through a real client's stdin."""

from __future__ import annotations

from typing import Any

from .conftest import KernelUnderTest, Message


async def question(kernel: KernelUnderTest) -> Message:
    message: Message = await kernel.client.get_stdin_msg(timeout=30)
    assert message["msg_type"] == "input_request"
    return message


async def answered(kernel: KernelUnderTest, code: str, line: str) -> tuple[Any, str]:
    """Run a cell that asks once; gives the question and what the cell showed."""
    request = kernel.client.execute(code, allow_stdin=True)
    asked = await question(kernel)
    assert asked["parent_header"]["msg_id"] == request
    kernel.client.input(line)
    run = await kernel.finish(request)
    assert run.content["status"] == "ok", run.content
    results = run.of("execute_result")
    shown = results[0]["data"]["text/plain"] if results else ""
    return asked["content"], shown


async def test_dialogs_ask_the_client_of_their_cell(kernel: KernelUnderTest) -> None:
    asked = {"prompt": "Name? ", "password": False}
    assert await answered(kernel, "prompt('Name?')", "Zoë") == (asked, "'Zoë'")
    asked = {"prompt": "Sure? [y/N] ", "password": False}
    assert await answered(kernel, "confirm('Sure?')", "y") == (asked, "true")
    asked = {"prompt": "Done [Enter] ", "password": False}
    assert await answered(kernel, "alert('Done')", "") == (asked, "")
    asked = {"prompt": "Key: ", "password": True}
    code = "jupyter.input('Key: ', {password: true}).length"
    assert await answered(kernel, code, "secret") == (asked, "6")


async def test_end_of_input_gives_null(kernel: KernelUnderTest) -> None:
    _, shown = await answered(kernel, "prompt('?')", "\x04")
    assert shown == "null"


async def test_output_comes_before_the_question(kernel: KernelUnderTest) -> None:
    request = kernel.client.execute("console.log('before'); prompt('?')")
    await question(kernel)
    await kernel.until_text(request, "before")
    kernel.client.input("x")
    await kernel.finish(request)


async def test_a_client_without_input_is_told_what_to_do(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("prompt('Name?')", allow_stdin=False)
    assert run.content["status"] == "error"
    assert "prompt: nobody can be asked here" in run.content["evalue"]
    assert "papermill" in run.content["evalue"]
    run = await kernel.run("alert('Done'); 1", allow_stdin=False)
    assert run.text("stdout") == "Done\n"
    assert run.content["status"] == "ok"


async def test_the_stop_button_ends_a_question_and_its_late_answer_is_dropped(
    kernel: KernelUnderTest,
) -> None:
    request = kernel.client.execute("prompt('first')")
    first = await question(kernel)
    await kernel.interrupt()
    assert (await kernel.finish(request)).content["status"] == "error"
    late = kernel.client.session.msg("input_reply", {"value": "late"}, parent=first)
    kernel.client.stdin_channel.send(late)
    asked, shown = await answered(kernel, "prompt('second')", "in time")
    assert (asked["prompt"], shown) == ("second ", "'in time'")


async def test_questions_about_code_are_answered_meanwhile(
    kernel: KernelUnderTest,
) -> None:
    request = kernel.client.execute("prompt('?')")
    await question(kernel)
    completion = await kernel.reply(kernel.client.complete("Mat", 3))
    assert completion["content"]["status"] == "ok"
    kernel.client.input("x")
    await kernel.finish(request)


async def test_what_asks_after_its_cell_is_told_that_nobody_sees_it(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("setTimeout(() => prompt('late'), 1); 0", allow_stdin=True)
    parent = run.reply["parent_header"]["msg_id"]
    await kernel.until_text(parent, "the cell that asks has ended")


async def test_a_shutdown_during_a_question_is_answered(
    kernel: KernelUnderTest,
) -> None:
    kernel.client.execute("prompt('?')")
    await question(kernel)
    message = kernel.client.session.msg("shutdown_request", {"restart": False})
    kernel.client.control_channel.send(message)
    reply = await kernel.reply(message["header"]["msg_id"])
    assert reply["content"]["status"] == "ok"


async def test_a_silent_cell_may_ask(kernel: KernelUnderTest) -> None:
    request = kernel.client.execute("prompt('?')", silent=True, allow_stdin=True)
    await question(kernel)
    kernel.client.input("x")
    assert (await kernel.reply(request))["content"]["status"] == "ok"
