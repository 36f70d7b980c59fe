"""Completion, inspection, syntax and VM information from a real host."""

from __future__ import annotations

import pytest
from harness import Host, completion_of, inspected_text, inspection_of

from jsvm_kernel.session.messages import (
    CheckSyntax,
    CompleteReply,
    Info,
    InfoReply,
    SyntaxReply,
)


def complete(host: Host, code: str) -> dict[str, str]:
    reply = host.ask(completion_of(code, host.next_id()))
    assert isinstance(reply, CompleteReply)
    return {match.text: match.kind for match in reply.matches}


def inspect(host: Host, code: str, detail: int = 0) -> str:
    return inspected_text(host.ask(inspection_of(code, host.next_id(), detail)))


def test_names_of_cells_and_globals_complete(host: Host) -> None:
    host.run("let conA = 1; var conB = () => 1; class ConC {}")
    matches = complete(host, "con")
    assert list(matches)[:2] == ["conA", "conB"], "names of cells come first"
    assert matches["conB"] == "function"
    assert matches["console"] == "variable"
    assert complete(host, "ConC") == {"ConC": "class"}


def test_members_of_live_values_complete_with_their_kind(host: Host) -> None:
    host.run("const o = {alpha: 1, fn() {}, K: class {}, 'not-a-name': 2}")
    matches = complete(host, "o.")
    assert matches["alpha"] == "property"
    assert matches["fn"] == "function"
    assert matches["K"] == "class"
    assert "not-a-name" not in matches
    assert complete(host, "o.al") == {"alpha": "property"}


@pytest.mark.parametrize(
    ("code", "member"),
    [
        ("[1].ma", "map"),
        ("'x'.toUp", "toUpperCase"),
        ("rows[1].na", "name"),
        ("text.inc", "includes"),
        ("5..toFi", "toFixed"),
        ("inst.meth", "method"),
        ("inst.inher", "inherited"),
    ],
)
def test_chains_are_followed(host: Host, code: str, member: str | None) -> None:
    host.run(
        "var rows = [0, {name: 'n'}], text = 'abc'; class B { inherited() {} } "
        "var inst = new (class extends B { method() {} })"
    )
    matches = complete(host, code)
    assert (member in matches) if member else not matches


def test_completion_runs_no_getter_and_asks_no_proxy(host: Host) -> None:
    host.run(
        "var ran = 0; var o = {get deep() { ran++; return {x: 1} }}; "
        "var p = new Proxy({inside: 1}, {get() { ran++ }, ownKeys() { return ran++ }})"
    )
    assert complete(host, "o.deep.") == {}
    assert complete(host, "p.ins") == {"inside": "property"}
    assert "deep" in complete(host, "o.de")
    assert host.value("ran") == "0"


def test_a_function_is_inspected_with_signature_and_source(host: Host) -> None:
    host.run("function area(width, height = width) { return width * height }")
    assert "area(width, height = width)" in inspect(host, "area(2")
    assert "return width * height" not in inspect(host, "area")
    assert "return width * height" in inspect(host, "area", detail=1)


def test_a_value_is_inspected_with_a_preview(host: Host) -> None:
    host.run("const point = {x: 1, y: -0}")
    assert "{ x: 1, y: -0 }" in inspect(host, "point")
    assert inspect(host, "nowhere") == ""


def test_replaced_built_ins_change_no_answer(host: Host) -> None:
    # All but the iterator of arrays, which the loops of this cell need themselves.
    result = host.run(
        "var rows = [{alpha: 1}], before = Object.getOwnPropertyNames(globalThis); "
        "for (const holder of [Array, String, Map, Set, RegExp, WeakMap, Object])"
        "  for (const key of Reflect.ownKeys(holder.prototype))"
        "    if (key !== 'constructor' && key !== Symbol.iterator) try {"
        "      if (typeof holder.prototype[key] === 'function')"
        "        holder.prototype[key] = () => { throw new Error('replaced') }"
        "    } catch {} "
        "Array.isArray = ArrayBuffer.isView = () => { throw new Error('replaced') }; "
        "Object.prototype.shape = Object.prototype.holder = 1; JSON.parse = 1"
    )
    assert result.outcome.status == "ok", result.outcome.error
    assert "alpha" in complete(host, "rows[0].al")
    assert "length" in complete(host, "rows.len")
    assert "getOrInsert" not in complete(host, "'x'.")
    assert complete(host, "row") == {"rows": "variable"}
    assert "rows: Array" in inspect(host, "rows")


def test_what_a_cell_replaced_is_described_as_what_it_is(host: Host) -> None:
    host.run("Array.prototype.at = function (mine) {}")
    assert "at(mine)" in inspect(host, "[].at")


def test_console_and_timers_are_documented(host: Host) -> None:
    text = inspect(host, "console.log", detail=1)
    assert "console.log" in text or "log(" in text
    assert "kit" not in text, "our own source is nobody's help"
    assert "milliseconds" in inspect(host, "setTimeout")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("1 + 1", "complete"),
        ("await x", "complete"),
        ("function f() {", "incomplete"),
        ("`abc", "incomplete"),
        ("let x = )", "invalid"),
    ],
)
def test_syntax_is_checked_by_the_engine(host: Host, code: str, status: str) -> None:
    reply = host.ask(CheckSyntax(id=host.next_id(), code=code))
    assert isinstance(reply, SyntaxReply)
    assert reply.status == status


def test_vm_information_names_engine_and_limits(host: Host) -> None:
    reply = host.ask(Info(id=host.next_id()))
    assert isinstance(reply, InfoReply)
    assert set(reply.info) == {"engine", "versions", "features", "limits", "heap"}
    assert reply.info["engine"]["cache tag"]
    assert reply.info["heap"]["used (bytes)"] > 0
