"""fetch() in a real kernel, from a real server on this machine."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from loopback import Loopback

from .conftest import KernelUnderTest, Run


async def shown(kernel: KernelUnderTest, code: str) -> str:
    """text/plain of a cell's value."""
    run = await kernel.run(code)
    assert run.content["status"] == "ok", run.content
    text: str = run.of("execute_result")[0]["data"]["text/plain"]
    return text


async def value(kernel: KernelUnderTest, expression: str) -> Any:
    """A value that JSON can carry."""
    run = await kernel.run(f"console.log(JSON.stringify({expression}))")
    assert run.content["status"] == "ok", run.content
    return json.loads(run.text("stdout"))


def failed(run: Run, name: str) -> str:
    assert run.content["status"] == "error"
    assert run.content["ename"] == name, run.content
    colored = "\n".join(run.content["traceback"])
    return re.sub(r"\x1b\[[\d;]*m", "", colored)


async def test_a_response_tells_what_came(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    await kernel.run(
        f"r = await fetch('{web.url}/echo?a=b#part', "
        "{headers: {'X-One': 'é'}}); e = await r.json()"
    )
    seen = await value(
        kernel,
        "[r.status, r.statusText, r.ok, r.url, r.redirected, r.type, r.bodyUsed, "
        "r.headers.get('content-type'), e.method, e.target]",
    )
    assert seen == [
        *(200, "OK", True, f"{web.url}/echo?a=b", False, "basic", True),
        *("application/json", "GET", "/echo?a=b"),
    ]
    sent = {name.lower(): text for name, text in web.requests[0].headers}
    assert sent["x-one"] == "é"
    assert sent["accept"] == "*/*"
    assert sent["user-agent"].startswith("jsvm_kernel/")


async def test_bodies_of_every_kind_are_sent(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    await kernel.run(
        f"send = async (body) => (await (await fetch('{web.url}/echo', "
        "{method: 'POST', body})).json())"
    )
    sent = await value(
        kernel,
        "await Promise.all(['hé', new Uint8Array([1, 255]), new ArrayBuffer(2), "
        "new DataView(new ArrayBuffer(3), 1), new URLSearchParams({a: 'b c'}), ''"
        "].map(async (body) => (await send(body)).body))",
    )
    assert sent == ["hÃ©", "\x01\xff", "\0\0", "\0\0", "a=b+c", ""]
    form = "(() => { const f = new FormData(); f.append('n', 'v'); return f; })()"
    echoed = await value(kernel, f"await send({form})")
    assert 'name="n"\r\n\r\nv\r\n' in echoed["body"]
    kinds = [r.header("content-type") for r in web.requests]
    assert "text/plain;charset=UTF-8" in kinds
    assert None in kinds
    assert str(kinds[-1]).startswith("multipart/form-data; boundary=")


async def test_a_large_upload_arrives_whole(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    echoed = await value(
        kernel,
        f"(await (await fetch('{web.url}/echo', {{method: 'PUT', "
        "body: new Uint8Array(3_000_000).fill(97)})).json()).body.length",
    )
    assert echoed == 3_000_000
    assert web.requests[0].header("content-length") == "3000000"


@pytest.mark.parametrize("code", [307, 303])
async def test_a_redirect_is_followed(
    kernel: KernelUnderTest, web: Loopback, code: int
) -> None:
    seen = await value(
        kernel,
        f"await fetch('{web.url}/redirect/{code}/2', {{method: 'POST', body: 'x'}})"
        ".then(async (r) => [r.redirected, r.url, (await r.json()).method])",
    )
    assert seen == [True, f"{web.url}/echo", "POST" if code == 307 else "GET"]


async def test_the_redirect_option_decides(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    seen = await value(
        kernel,
        f"await fetch('{web.url}/redirect/302/1', {{redirect: 'manual'}})"
        ".then((r) => [r.status, r.headers.get('location'), r.redirected])",
    )
    assert seen == [302, "/echo", False]
    run = await kernel.run(
        f"await fetch('{web.url}/redirect/302/1', {{redirect: 'error'}})"
    )
    assert "redirects to /echo" in failed(run, "TypeError")


async def test_head_and_204_have_no_body(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    seen = await value(
        kernel,
        f"[await fetch('{web.url}/echo', {{method: 'HEAD'}}), "
        f"await fetch('{web.url}/status/204')].map((r) => [r.status, r.body])",
    )
    assert seen == [[200, None], [204, None]]


async def test_cookies_can_be_read_and_gzip_is_unpacked(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    seen = await value(
        kernel,
        f"[(await fetch('{web.url}/cookies')).headers.getSetCookie(), "
        f"(await (await fetch('{web.url}/gzip')).text()).length]",
    )
    assert seen == [["a=1", "b=2; Path=/"], 11_000]


async def test_the_headers_of_a_response_are_not_to_be_changed(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    run = await kernel.run(f"(await fetch('{web.url}/echo')).headers.set('a', 'b')")
    assert "can't be changed" in failed(run, "TypeError")


# ---- failures ------------------------------------------------------------------------


async def test_a_refused_connection_is_a_type_error_with_its_cause(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("await fetch('http://127.0.0.1:1/')")
    text = failed(run, "TypeError")
    assert "fetch failed" in text
    assert "no connection to 127.0.0.1:1: Connection refused" in text
    assert "1 | await fetch('http://127.0.0.1:1/')" in text
    code = await shown(
        kernel, "await fetch('http://127.0.0.1:1/').catch((e) => e.cause.code)"
    )
    assert code == "'ECONNREFUSED'"


async def test_a_response_that_breaks_off_fails_where_it_is_read(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    await kernel.run(f"r = await fetch('{web.url}/cut')")
    run = await kernel.run("await r.text()")
    assert "the response broke off" in failed(run, "TypeError")


# ---- aborting and stopping ---------------------------------------------------------


async def test_an_aborted_fetch_rejects_with_the_reason(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    await kernel.run(
        "names = []; c = new AbortController(); "
        "note = (e) => names.push([e.name, e === c.signal.reason])"
    )
    code = f"""
    c.abort(); await fetch('{web.url}/slow', {{signal: c.signal}}).catch(note);
    c = new AbortController();
    p = fetch('{web.url}/slow', {{signal: c.signal}}).catch(note);
    setTimeout(() => c.abort(), 20); await p;
    c = new AbortController();
    r = await fetch('{web.url}/bytes/{1 << 30}', {{signal: c.signal}});
    p = r.text().catch(note);
    setTimeout(() => c.abort(new RangeError('enough')), 20); await p;
    await fetch('{web.url}/slow', {{signal: AbortSignal.timeout(20)}})
      .catch((e) => names.push([e.name]));
    """
    assert (await kernel.run(code)).content["status"] == "ok"
    assert await value(kernel, "names") == [
        ["AbortError", True],
        ["AbortError", True],
        ["RangeError", True],
        ["TimeoutError"],
    ]
    assert await asyncio.to_thread(web.gone.wait, 20)


async def test_the_stop_button_ends_a_fetch_and_its_connection(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    request = kernel.client.execute(
        f"console.log('started'); r = await fetch('{web.url}/bytes/{1 << 30}'); "
        "n = 0; for (;;) { await r.text() }"
    )
    await kernel.until_text(request, "started")
    while not web.sent_bytes:
        await asyncio.sleep(0.01)
    await kernel.interrupt()
    assert (await kernel.finish(request)).content["status"] == "error"
    assert await asyncio.to_thread(web.gone.wait, 20)
    assert await value(kernel, "1 + 1") == 2


async def test_a_fetch_goes_on_after_its_cell_and_shows_there(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    first = await kernel.run(
        f"fetch('{web.url}/slow').then((r) => r.text()).then(console.log); 0"
    )
    await kernel.run("'another cell'")
    web.release.set()
    parent = first.reply["parent_header"]["msg_id"]
    await kernel.until_text(parent, "at last")


async def test_questions_are_answered_while_a_fetch_waits(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    request = kernel.client.execute(f"await fetch('{web.url}/slow')")
    while not web.requests:
        await asyncio.sleep(0.01)
    question = kernel.client.complete("Mat", 3)
    assert (await kernel.reply(question))["content"]["status"] == "ok"
    web.release.set()
    assert (await kernel.finish(request)).content["status"] == "ok"


async def test_a_hundred_fetches_at_once(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    seen = await value(
        kernel,
        "(await Promise.all(Array.from({length: 100}, async (_, i) => "
        f"(await (await fetch(`{web.url}/echo?${{i}}`)).json()).target)))",
    )
    assert seen == [f"/echo?{i}" for i in range(100)]
    assert web.most_connections <= 128


async def test_a_large_download_is_read_as_it_comes(
    kernel: KernelUnderTest, web: Loopback
) -> None:
    size = 50_000_000
    seen = await value(
        kernel,
        f"(await (await fetch('{web.url}/bytes/{size}')).arrayBuffer()).byteLength",
    )
    assert seen == size
