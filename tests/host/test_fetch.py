"""fetch() in a real host, with the test as the front."""

from __future__ import annotations

import os
import signal
from typing import Any

from harness import Host

from jsvm_kernel.session.fetch_messages import (
    FETCH_WINDOW,
    FetchBody,
    FetchCancel,
    FetchCredit,
    FetchData,
    FetchEnd,
    FetchFailed,
    FetchHead,
    FetchPull,
    FetchStart,
)

PART = 65_536


def started(host: Host) -> FetchStart:
    message = host.receive()
    assert isinstance(message, FetchStart), message
    return message


def head(number: int, **fields: Any) -> FetchHead:
    fields = {"status": 200, "reason": "OK", "url": "http://x/"} | fields
    fields = {"redirected": False, "headers": []} | fields
    return FetchHead(id=number, **fields)


def pulled(host: Host, number: int, restart: bool = False) -> FetchBody:
    host.send(FetchPull(id=number, restart=restart))
    message = host.receive()
    assert isinstance(message, FetchBody), message
    return message


def credit(host: Host) -> int:
    message = host.receive()
    assert isinstance(message, FetchCredit), message
    return message.amount


# ---- what is asked of the front ------------------------------------------------------


def test_a_request_is_posted_as_it_was_asked(host: Host) -> None:
    host.start(
        "await fetch('http://User.example:80/a b?q=é#part', {method: 'patch', "
        "headers: {'X-Y': ' v '}, redirect: 'manual', cache: 'no-store'})"
    )
    request = started(host)
    assert request.url == "http://user.example/a%20b?q=%C3%A9"
    assert request.method == "patch"
    assert request.headers == [("X-Y", "v"), ("Accept", "*/*")]
    assert (request.redirect, request.body, request.length) == ("manual", False, None)


def test_a_body_in_memory_is_sent_in_parts_and_again_after_a_redirect(
    host: Host,
) -> None:
    host.start(
        "await fetch('http://x/', {method: 'POST', "
        "body: new Uint8Array(600_000).fill(7)})"
    )
    request = started(host)
    assert (request.body, request.length, request.replayable) == (True, 600_000, True)
    for _ in range(2):
        parts = [pulled(host, request.id, restart=True)]
        while not parts[-1].last:
            parts.append(pulled(host, request.id))
        assert len(parts) > 1
        assert b"".join(part.data for part in parts) == b"\x07" * 600_000


def test_a_stream_is_pulled_no_faster_than_it_is_sent(host: Host) -> None:
    host.start(
        "var pulls = 0; var s = new ReadableStream({pull(c) { pulls++; "
        "c.enqueue(new Uint8Array([pulls])); if (pulls === 3) c.close(); }}, "
        "{highWaterMark: 0}); "
        "await fetch('http://x/', {method: 'POST', body: s, duplex: 'half'})"
    )
    request = started(host)
    assert (request.length, request.replayable) == (None, False)
    assert [pulled(host, request.id).data for _ in range(3)] == [b"\1", b"\2", b"\3"]
    last = pulled(host, request.id)
    assert (last.data, last.last) == (b"", True)


def test_a_stream_that_fails_fails_the_fetch(host: Host) -> None:
    cell = host.start(
        "await fetch('http://x/', {method: 'POST', "
        "body: new ReadableStream({pull() { throw new RangeError('dry'); }})})"
    )
    request = started(host)
    host.send(FetchPull(id=request.id))
    assert host.receive() == FetchCancel(id=request.id)
    assert "RangeError: dry" in host.finish(cell).traceback


# ---- what comes ----------------------------------------------------------------------


def test_credit_is_given_for_what_is_taken(host: Host) -> None:
    cell = host.start(
        "var r = await fetch('http://x/'); var reader = r.body.getReader()"
    )
    number = started(host).id
    host.send(head(number))
    host.finish(cell)
    for _ in range(FETCH_WINDOW // PART):
        host.send(FetchData(id=number, data=b"x" * PART))
    # Nobody reads: what comes next is the answer, not credit.
    assert host.value("1 + 1") == "2"
    cell = host.start("(await reader.read()).value.length")
    assert credit(host) == PART
    assert host.finish(cell).value == str(PART)


def test_a_response_that_nobody_has_ends_its_transfer(host: Host) -> None:
    cell = host.start("await fetch('http://x/'); 0")
    number = started(host).id
    host.send(head(number))
    assert host.receive() == FetchCancel(id=number)
    assert host.finish(cell).value == "0"


def test_a_response_is_kept_by_its_stream(host: Host) -> None:
    cell = host.start("var s = (await fetch('http://x/')).body; 0")
    number = started(host).id
    host.send(head(number))
    assert host.finish(cell).value == "0"
    cell = host.start("let all = ''; for await (const x of s) all += x; all")
    host.send(FetchData(id=number, data=b"ab"))
    assert credit(host) == 2
    host.send(FetchEnd(id=number))
    assert host.finish(cell).value == "'97,98'"


def test_cancelling_a_stream_ends_its_transfer(host: Host) -> None:
    cell = host.start("await (await fetch('http://x/')).body.cancel()")
    number = started(host).id
    host.send(head(number))
    assert host.receive() == FetchCancel(id=number)
    assert host.finish(cell).outcome.status == "ok"


def test_both_halves_of_a_clone_have_bytes_of_their_own(host: Host) -> None:
    cell = host.start(
        "const r = await fetch('http://x/'), q = r.clone();"
        "const one = (await r.body.getReader().read()).value; one.fill(0);"
        "[one.join(), (await q.bytes()).join()]"
    )
    number = started(host).id
    host.send(head(number))
    host.send(FetchData(id=number, data=b"ab"))
    assert credit(host) == 2
    host.send(FetchEnd(id=number))
    assert host.finish(cell).value == "[ '0,0', '97,98' ]"


def test_a_failure_before_the_head_rejects_and_one_behind_it_breaks_the_body(
    host: Host,
) -> None:
    cell = host.start("await fetch('http://x/')")
    host.send(FetchFailed(id=started(host).id, message="no way", code="ENOWAY"))
    result = host.finish(cell)
    assert result.outcome.error is not None
    assert result.outcome.error.message == "fetch failed: no way"
    assert "ENOWAY" in result.traceback
    assert "Uncaught" not in result.text
    cell = host.start("await (await fetch('http://x/')).text()")
    number = started(host).id
    host.send(head(number))
    host.send(FetchFailed(id=number, message="cut"))
    assert "the response broke off: cut" in host.finish(cell).traceback


# ---- whose it is, and how it ends ----------------------------------------------------


def test_what_a_fetch_prints_belongs_to_its_cell(host: Host) -> None:
    first = host.start("fetch('http://x/').then((r) => console.log(r.status)); 0")
    number = started(host).id
    host.finish(first)
    second = host.run("'second'")
    host.send(head(number, status=418))
    host.wait_for_text("418")
    assert host.written[first, "stdout"] == "418\n"
    assert second.text == ""


def test_a_stop_cancels_the_transfers_of_its_cell_alone(host: Host) -> None:
    first = host.start("var kept = fetch('http://kept/'); 0")
    kept = started(host).id
    host.finish(first)
    cell = host.start("var r = await fetch('http://x/'); await fetch('http://y/')")
    number = started(host).id
    host.send(head(number))
    other = started(host).id
    host.stop()
    cancelled = {host.receive(), host.receive()}
    assert cancelled == {FetchCancel(id=number), FetchCancel(id=other)}
    assert host.finish(cell).outcome.status == "stopped"
    host.send(FetchEnd(id=number))  # was on its way
    result = host.run("await r.text()")
    assert "AbortError: The cell that fetched was stopped" in result.traceback
    cell = host.start("(await kept).status")
    host.send(head(kept))
    assert host.finish(cell).value == "200"


def test_a_stop_does_not_reach_what_is_delivered_to_another_cell(host: Host) -> None:
    cell = host.start("var kept = await fetch('http://kept/'); 0")
    number = started(host).id
    host.send(head(number))
    host.finish(cell)
    cell = host.start("console.log('waits'); await new Promise(() => {})")
    host.wait_for_text("waits")
    # Both are there when the host looks.
    os.kill(host.process.pid, signal.SIGSTOP)
    host.send(FetchData(id=number, data=b"whole"))
    host.stop()
    os.kill(host.process.pid, signal.SIGCONT)
    assert host.finish(cell).outcome.status == "stopped"
    host.send(FetchEnd(id=number))
    assert host.value("await kept.text()") == "'whole'"


def test_a_stop_ends_what_a_fetch_runs_between_cells(host: Host) -> None:
    cell = host.start(
        "fetch('http://x/').then(() => { console.log('spins'); for (;;) {} }); 0"
    )
    number = started(host).id
    host.finish(cell)
    host.send(head(number))
    host.wait_for_text("spins")
    host.stop()
    host.wait_for_text("Stopped")
    assert host.value("'alive'") == "'alive'"


def test_a_timeout_made_of_another_signal_aborts(host: Host) -> None:
    cell = host.start("await fetch('http://x/', {signal: AbortSignal.timeout(10)})")
    number = started(host).id
    assert host.receive() == FetchCancel(id=number)
    assert "TimeoutError" in host.finish(cell).traceback


BROKEN = """
for (const name of ["Array", "Map", "String", "Uint8Array", "Object", "Response",
                    "Headers", "Request", "ReadableStream", "URL", "RegExp"]) {
    const { prototype } = globalThis[name];
    for (const key of Object.getOwnPropertyNames(prototype)) {
        if (["constructor", "text"].includes(key)) continue;
        try { prototype[key] = () => { throw new Error("replaced " + key); } } catch {}
    }
}
0
"""


def test_fetch_works_with_built_ins_replaced(host: Host) -> None:
    host.run(BROKEN)
    cell = host.start(
        "var r = await fetch('http://x/?q', {method: 'POST', body: 'hi', "
        "headers: {a: 'b'}}); await r.text()"
    )
    number = started(host).id
    assert pulled(host, number).data == b"hi"
    host.send(head(number, headers=[("a", "b")]))
    host.send(FetchData(id=number, data=b"fine"))
    assert credit(host) == 4
    host.send(FetchEnd(id=number))
    assert host.finish(cell).value == "'fine'"
