"""One build of a native module takes another one's place, in a real host."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import CellResult, Host
from native_cells import Built, compile_module

from jsvm_kernel.session.messages import RequestFailed
from jsvm_kernel.session.native_messages import (
    BuildFacts,
    DropNative,
    ExchangeNative,
    NativesReply,
)

FIRST = """
    cpdef int number() noexcept nogil:
        return 1

    def name():
        return "first"
"""
SECOND = FIRST.replace("return 1", "return 2").replace("first", "second")


@pytest.fixture(scope="module")
def pair(builds: Path) -> tuple[Built, Built]:
    return compile_module(FIRST, builds), compile_module(SECOND, builds)


def load(host: Host, built: Built, *, exchangeable: bool = True) -> CellResult:
    return host.load_module(
        "sample",
        built.path,
        built.module,
        needs=built.needs,
        cell="In[7]",
        source=built.code,
        built=BuildFacts(exchangeable=exchangeable),
    )


def request(
    host: Host, old: Built, new: Built, path: Path | None = None
) -> ExchangeNative:
    return ExchangeNative(
        id=host.next_id(),
        replaces=old.module,
        name="sample",
        path=str(path or new.path),
        module=new.module,
        needs=new.needs,
    )


def both(host: Host) -> str | None:
    return host.value("`${sample.number()} ${sample.name()} ${number()} ${name()}`")


def test_functions_that_are_kept_run_the_other_build(
    host: Host, pair: tuple[Built, Built]
) -> None:
    first, second = pair
    assert load(host, first).outcome.status == "ok"
    host.run("const { number, name } = sample; const same = sample;")
    reply = host.ask(request(host, first, second))
    assert isinstance(reply, NativesReply)
    assert [module.module for module in reply.modules] == [second.module]
    assert both(host) == "'2 second 2 second'"
    assert host.value("same === sample && number === sample.number") == "true"


def test_what_the_notebook_put_in_a_functions_place_stays(
    host: Host, pair: tuple[Built, Built]
) -> None:
    first, second = pair
    load(host, first)
    host.run("const { number, name } = sample; sample.name = () => 'mine';")
    host.ask(request(host, first, second))
    assert both(host) == "'2 mine 2 second'"


def test_one_that_may_not_be_exchanged_goes_on_as_it_is(
    host: Host, pair: tuple[Built, Built]
) -> None:
    first, second = pair
    load(host, first, exchangeable=False)
    host.run("const { number, name } = sample;")
    host.ask(request(host, first, second))
    assert both(host) == "'1 first 1 first'"


def test_one_that_was_replaced_or_dropped_is_not_exchanged(
    host: Host, pair: tuple[Built, Built]
) -> None:
    first, second = pair
    load(host, first)
    load(host, second)
    host.run("const { number, name } = sample;")
    reply = host.ask(request(host, first, first))
    assert isinstance(reply, RequestFailed)
    assert reply.name == "NativeModuleError"
    assert both(host) == "'2 second 2 second'"
    host.ask(DropNative(id=host.next_id(), name="sample"))
    assert isinstance(host.ask(request(host, second, first)), RequestFailed)
    assert host.value("number()") == "2"


def test_a_build_that_is_gone_costs_nothing(
    host: Host, pair: tuple[Built, Built], tmp_path: Path
) -> None:
    first, second = pair
    load(host, first)
    host.run("const { number, name } = sample;")
    reply = host.ask(request(host, first, second, tmp_path / "gone.so"))
    assert isinstance(reply, RequestFailed)
    assert reply.name == "NativeModuleError"
    assert both(host) == "'1 first 1 first'"
    # Later it can be exchanged all the same.
    assert isinstance(host.ask(request(host, first, second)), NativesReply)
    assert both(host) == "'2 second 2 second'"
