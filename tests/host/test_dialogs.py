"""prompt, confirm, alert and jupyter.input, with the test as the user."""

from __future__ import annotations

import pytest
from harness import Host

from jsvm_kernel.session.fetch_messages import FetchHead
from jsvm_kernel.session.input_messages import InputReply
from jsvm_kernel.session.messages import CheckSyntax, Shutdown, SyntaxReply


@pytest.mark.parametrize(
    ("call", "prompt", "line", "value"),
    [
        ("prompt('Name?')", "Name? ", "Ada", "'Ada'"),
        ("prompt('Name? ')", "Name? ", "", "''"),
        ("prompt()", "", "x", "'x'"),
        ("prompt('Name?', 'Bob')", "Name? [Bob] ", "", "'Bob'"),
        ("prompt('Name?', 'Bob')", "Name? [Bob] ", "Ada", "'Ada'"),
        ("prompt(1, 2)", "1 [2] ", "", "'2'"),
        ("prompt('Name?')", "Name? ", None, "null"),
        ("prompt('Name?', 'Bob')", "Name? [Bob] ", None, "null"),
        ("confirm('Sure?')", "Sure? [y/N] ", "y", "true"),
        ("confirm('Sure?')", "Sure? [y/N] ", " YES ", "true"),
        ("confirm('Sure?')", "Sure? [y/N] ", "yeah no", "false"),
        ("confirm('Sure?')", "Sure? [y/N] ", "", "false"),
        ("confirm('Sure?')", "Sure? [y/N] ", None, "false"),
        ("alert('Done')", "Done [Enter] ", "", None),
        ("jupyter.input('\\u{1F600} ')", "\U0001f600 ", "\U0001f600", "'\U0001f600'"),
    ],
)
def test_a_dialog_gives_what_the_user_typed(
    host: Host, call: str, prompt: str, line: str | None, value: str | None
) -> None:
    cell = host.start(call)
    question = host.answer(line)
    assert (question.prompt, question.password) == (prompt, False)
    assert question.cell == cell
    assert host.finish(cell).value == value


def test_a_password_is_asked_for_as_one(host: Host) -> None:
    cell = host.start("jupyter.input('Key: ', {password: true}).length")
    assert host.answer("secret").password
    assert host.finish(cell).value == "6"


def test_output_before_the_question_is_there_when_it_is_asked(host: Host) -> None:
    cell = host.start("console.log('before'); prompt('?')")
    host.answer("x")
    host.finish(cell)
    assert host.written[cell, "stdout"] == "before\n"


def test_where_nobody_can_be_asked_the_error_says_why(host: Host) -> None:
    cell = host.start("prompt('?')")
    host.answer(None, problem="this client takes no input")
    result = host.finish(cell)
    assert result.outcome.error is not None
    assert result.outcome.error.message == "prompt: this client takes no input"


def test_an_alert_that_nobody_can_confirm_is_printed(host: Host) -> None:
    cell = host.start("alert('Done'); 1")
    host.answer(None, problem="this client takes no input")
    result = host.finish(cell)
    assert (result.value, result.text) == ("1", "Done\n")


def test_the_stop_button_ends_the_wait(host: Host) -> None:
    cell = host.start("var kept = 1; try { prompt('?') } catch {} kept = 2")
    question = host.wait_for_question()
    host.stop()
    assert host.finish(cell).outcome.status == "stopped"
    host.send(InputReply(id=question.id, value="too late"))
    assert host.value("kept") == "1"
    cell = host.start("prompt('again')")
    host.answer("in time")
    assert host.finish(cell).value == "'in time'"


def test_what_comes_during_the_wait_is_kept(host: Host) -> None:
    cell = host.start(
        "setTimeout(() => console.log('timer'), 0); console.log(prompt('?'))"
    )
    question = host.wait_for_question()
    host.send(CheckSyntax(id=99, code="1"))
    host.send(
        FetchHead(id=7, status=1, reason="", url="", redirected=False, headers=[])
    )
    host.send(InputReply(id=question.id, value="x"))
    host.finish(cell)
    assert isinstance(host.receive(), SyntaxReply)
    host.wait_for_text("timer")
    assert host.written[cell, "stdout"] == "x\ntimer\n"


def test_a_timer_may_ask_too(host: Host) -> None:
    cell = host.start("setTimeout(() => console.log(prompt('late')), 1); 0")
    host.finish(cell)
    assert host.answer("here").cell == cell
    host.wait_for_text("here")


@pytest.mark.parametrize("how", ["shutdown", "close"])
def test_the_end_of_the_session_ends_the_wait(host: Host, how: str) -> None:
    host.start("for (;;) try { prompt('?') } catch {}")
    host.wait_for_question()
    if how == "shutdown":
        host.send(Shutdown())
    host.sock.close()
    assert host.process.wait(timeout=20) == 0
