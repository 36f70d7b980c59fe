"""Headers, Request, Response and FormData, without a network; compared with Node.js."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[[str], None]
Compare = Callable[[str], None]

# What each expression gives, or which kind of error it throws.
TABLE = """
(async () => {
  const texts = [];
  const show = async (value) => {
    value = await value;
    if (value instanceof Uint8Array) return "bytes " + value.join();
    if (value instanceof ArrayBuffer) return "buffer " + new Uint8Array(value).join();
    if (value instanceof Headers) return "headers " + JSON.stringify([...value]);
    if (value instanceof File) {
      return `file ${value.name} ${value.type} ${await value.text()}`;
    }
    if (value instanceof Blob) return `blob ${value.type} ${await value.text()}`;
    if (value instanceof FormData) {
      const items = [];
      for (const [k, v] of value) items.push([k, await show(v)]);
      return "form " + JSON.stringify(items);
    }
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  for (const code of %s) {
    try {
      texts.push(await show((0, eval)("(async () => " + code + ")()")));
    } catch (error) {
      texts.push(error.name);
    }
  }
  return texts;
})()
"""

HEADERS = [
    "new Headers()",
    "new Headers({b: 1, A: 'x', C: true})",
    "new Headers([['b', '1'], ['a', '2'], ['B', '3']])",
    "new Headers(new Map([['x', 'y']]))",
    "new Headers(new Headers({q: 'r'}))",
    "new Headers(undefined)",
    "new Headers(null)",
    "new Headers('a: b')",
    "new Headers(1)",
    "new Headers([['a']])",
    "new Headers([['a', 'b', 'c']])",
    "new Headers([[]])",
    "new Headers(['ab'])",
    "new Headers([1])",
    "new Headers({'a b': 'c'})",
    "new Headers({'': 'c'})",
    "new Headers({a: 'b\\nc'})",
    "new Headers({a: 'b\\0c'})",
    "new Headers({a: ' \\t\\r\\n b c \\n'})",
    "new Headers({a: 'é'}).get('a')",
    "new Headers({a: '☃'})",
    "new Headers({'☃': 'a'})",
    "new Headers({[Symbol('s')]: 'a'})",
    "new Headers({a: undefined, b: null})",
    "new Headers({a: ''})",
    "new Headers({a: '1'}).get('A')",
    "new Headers({a: '1'}).get('b')",
    "new Headers({a: '1'}).get('b c')",
    "new Headers({a: '1'}).has('A')",
    "new Headers({a: '1'}).has('')",
    "(() => { const h = new Headers({a: 1}); h.append('A', 2); return h })()",
    "(() => { const h = new Headers({a: 1, b: 2}); h.set('A', 3); return h })()",
    "(() => { const h = new Headers([['a', 1], ['a', 2]]); h.set('a', 3); "
    "return h })()",
    "(() => { const h = new Headers({a: 1, b: 2}); h.delete('A'); return h })()",
    "new Headers().append('a')",
    "new Headers().get()",
    "new Headers().set('a', 'x\\ny')",
    "new Headers([['set-cookie', 'a=1'], ['Set-Cookie', 'b=2']])",
    "new Headers([['set-cookie', 'a=1'], ['Set-Cookie', 'b=2']]).get('set-cookie')",
    "new Headers([['set-cookie', 'a=1'], ['x', 'y']]).getSetCookie()",
    "(() => { const h = new Headers({b: 1, a: 2}); const seen = []; "
    "for (const [k] of h) { seen.push(k); h.delete('b'); } return seen })()",
    "[...new Headers({b: 1, a: 2}).keys()]",
    "[...new Headers({b: 1, a: 2}).values()]",
    "(() => { const s = []; new Headers({b: 1}).forEach(function (v, k, h) "
    "{ s.push(v, k, h instanceof Headers, this.t) }, {t: 5}); return s })()",
    "Headers.prototype.get.call({}, 'a')",
    "Object.prototype.toString.call(new Headers())",
    "Object.keys(Headers.prototype).sort()",
    "Headers.length",
    "new Headers()[Symbol.iterator] === new Headers().entries",
]

REQUESTS = [
    "new Request('http://x').url",
    "new Request('http://x/a b?c#d').url",
    "new Request(new URL('http://x/')).url",
    "new Request('/a')",
    "new Request()",
    "new Request('http://u:p@x/')",
    *(
        f"new Request('http://x', {{method: '{method}'}}).method"
        for method in ("get", "Post", "pAtCh", "DELETE", "CONNECT", "trace", "a b", "")
    ),
    "new Request('http://x', {method: 'POST', body: 'a'}).headers",
    "new Request('http://x', {method: 'POST', body: 'é'}).text()",
    "new Request('http://x', {body: 'a'})",
    "new Request('http://x', {method: 'HEAD', body: ''})",
    "new Request('http://x', {method: 'GET', body: null}).body",
    "new Request('http://x', {headers: {a: 'b'}}).headers",
    "new Request('http://x', {method: 'PUT', body: 'x', headers: "
    "{'content-type': 'y/z'}}).headers",
    "new Request('http://x', {method: 'PUT', body: new URLSearchParams('a=b c')})"
    ".headers",
    "new Request('http://x', {method: 'PUT', body: new Blob(['x'], {type: 'a/b'})})"
    ".headers",
    "new Request('http://x', {method: 'PUT', body: new Uint8Array(2)}).headers",
    "new Request('http://x', {redirect: 'manual'}).redirect",
    "new Request('http://x', {redirect: 'sometimes'})",
    "new Request('http://x', {mode: 'navigate'})",
    "new Request('http://x', {signal: {}})",
    "new Request('http://x', {signal: null}).signal.aborted",
    "new Request('http://x', {signal: AbortSignal.abort()}).signal.aborted",
    "new Request('http://x', 5)",
    "new Request('http://x', null).method",
    "(() => { const r = new Request('http://x'); return [r.method, r.redirect, r.mode, "
    "r.credentials, r.cache, r.referrer, r.referrerPolicy, r.integrity, r.keepalive, "
    "r.destination, r.duplex, r.body, r.bodyUsed] })()",
    "(() => { const c = new AbortController(); "
    "const r = new Request('http://x', {signal: c.signal}); c.abort(); "
    "return [r.signal === c.signal, r.signal.aborted] })()",
    "(() => { const a = new Request('http://x', {method: 'POST', body: 'q', "
    "headers: {z: 'y'}}); const b = new Request(a, {method: 'PUT'}); "
    "return [a.bodyUsed, b.method, b.headers.get('z'), b.bodyUsed] })()",
    "(() => { const a = new Request('http://x', {method: 'POST', body: 'q'}); "
    "const b = new Request(a, {body: 'r'}); return [a.bodyUsed, b.bodyUsed] })()",
    "new Request(new Request('http://x', {method: 'POST', body: 'q'})).text()",
    "(async () => { const a = new Request('http://x', {method: 'POST', body: 'q'}); "
    "await a.text(); return new Request(a).url })()",
    "(async () => { const a = new Request('http://x', {method: 'POST', body: 'q'}); "
    "const b = a.clone(); return [await a.text(), await b.text(), b.method] })()",
    "(async () => { const a = new Request('http://x', {method: 'POST', body: 'q'}); "
    "await a.text(); return a.clone() })()",
    "Object.prototype.toString.call(new Request('http://x'))",
    "Request.prototype.text.call({}).catch((e) => e.name)",
]

RESPONSES = [
    "(() => { const r = new Response(); return [r.status, r.statusText, r.ok, r.type, "
    "r.url, r.redirected, r.body, r.bodyUsed] })()",
    "new Response('a').headers",
    "new Response(null).text()",
    "new Response(undefined).text()",
    "new Response(5).text()",
    "new Response({}).text()",
    "new Response('é').bytes ? new Uint8Array([195, 169]) : 0",
    "new Response('é').arrayBuffer()",
    "new Response('\\uFEFFbom').text()",
    "new Response('\\uFEFF{}').json()",
    "new Response('\\uD800').text()",
    "new Response(new Uint8Array([255, 65])).text()",
    "new Response('{').json()",
    "new Response('').json()",
    "new Response('[1]').json()",
    "new Response('x', {headers: {'Content-Type': 'A/B; c=D'}}).blob()",
    "new Response('x').blob()",
    "new Response(new Uint8Array(1)).blob()",
    *(
        f"new Response(null, {{status: {status}}}).status"
        for status in ("199", "200", "599", "600", "'204'", "NaN", "200.9", "-1")
    ),
    "new Response('x', {status: 204})",
    "new Response('', {status: 304})",
    "new Response(null, {statusText: 'Fine'}).statusText",
    "new Response(null, {statusText: 'a\\nb'})",
    "new Response(null, {statusText: '☃'})",
    "new Response(null, {headers: {'a b': 'c'}})",
    "new Response(null, 5)",
    "new Response(null, {status: 404}).ok",
    "(() => { const r = Response.error(); return [r.type, r.status] })()",
    "Response.error().headers.append('a', 'b')",
    "(() => { const r = Response.redirect('http://x/y', 301); "
    "return [r.status, r.headers.get('location')] })()",
    "Response.redirect('http://x', 200)",
    "Response.redirect('::')",
    "Response.json({a: [1]}).text()",
    "Response.json(1, {status: 201, headers: {a: 'b'}}).headers",
    "Response.json(undefined)",
    "Response.json(1n)",
    "Response.json(1, {status: 204})",
    "(async () => { const r = new Response('x'); const p = r.text(); "
    "return [r.bodyUsed, await p, r.bodyUsed] })()",
    "(async () => { const r = new Response('x'); await r.text(); return r.text() })()",
    "(async () => { const r = new Response('x'); await r.text(); return r.clone() })()",
    "(async () => { const r = new Response(null); await r.text(); "
    "return [r.bodyUsed, await r.text()] })()",
    "(async () => { const r = new Response('x'); r.body.getReader(); "
    "return r.text() })()",
    "(async () => { const r = new Response('xyz'), q = r.clone(); "
    "return [await r.text(), await q.text()] })()",
    "(async () => { const r = new Response('xyz'), b = r.body, q = r.clone(); "
    "return [r.body === b, await r.text(), await q.text()] })()",
    "(async () => { const r = new Response('xyz'); "
    "return [r.body === r.body, r.body.locked, r.bodyUsed, "
    "(await r.body.getReader().read()).value.length, r.bodyUsed] })()",
    "(async () => { const r = new Response(new ReadableStream({start(c) { "
    "c.enqueue(new Uint8Array([65])); c.enqueue(new Uint8Array([66])); c.close() } "
    "})); return [r.headers.get('content-type'), await r.text()] })()",
    "new Response(new ReadableStream({start(c) { c.enqueue('s'); c.close() }})).text()",
    "new Response(new ReadableStream({start(c) { c.error(new RangeError()) }})).text()",
    "(() => { const s = new ReadableStream(); s.getReader(); "
    "return new Response(s) })()",
    "Object.prototype.toString.call(new Response())",
    "Response.length",
    "Response.prototype.status",
]

FORMS = [
    "new FormData()",
    "new FormData(null)",
    "(() => { const f = new FormData(); f.append('a', 1); f.append('a', 'x\\ny'); "
    "f.set('b', new Blob(['q'], {type: 't/u'})); return f })()",
    "(() => { const f = new FormData(); f.append('a', new Blob(['q']), 'n.txt'); "
    "return f.get('a').name })()",
    "(() => { const f = new FormData(); f.append('a', 'b', 'c') })()",
    "(() => { const f = new FormData(); f.append('a') })()",
    "(() => { const f = new FormData(); for (const k of 'abacab') f.append(k, 1); "
    "f.set('a', 2); f.delete('c'); return [f.getAll('b'), f.get('c'), f.has('a'), "
    "[...f.keys()].join('')] })()",
    "(async () => { const f = new FormData(); f.append('n\"\\n', 'v\\r\\nw\\n'); "
    "f.append('f', new File(['12'], 'a\"b.txt', {type: 'text/x'})); "
    "return new Response(f).formData() })()",
    "new Response('a=1&b=2%20c+d&a=', {headers: {'content-type': "
    "'application/x-www-form-urlencoded;charset=UTF-8'}}).formData()",
    "new Response('x').formData()",
    "new Response('no boundary', {headers: {'content-type': "
    "'multipart/form-data; boundary=zz'}}).formData()",
    'new Response(\'--zz\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\n'
    "1\\r\\n--zz--\\r\\n', {headers: {'content-type': "
    "'multipart/form-data; boundary=zz'}}).formData()",
    "Object.prototype.toString.call(new FormData())",
]

DATA_URLS = [
    f"fetch('data:{rest}').then(async (r) => [r.status, "
    "r.headers.get('content-type'), await r.text()])"
    for rest in (
        *(",", ",a%20b", "text/html,<b>", "text/plain;charset=utf-8,%C3%A9"),
        *("text/plain;base64,aGk=", ";base64,aGk", ";charset=latin1,x", ",a#b"),
        *("text/plain;base64,%61Gk=", "x", ";base64,a", "nonsense,x", ",%zz%4"),
    )
]


@pytest.mark.parametrize(
    "cases",
    [HEADERS, REQUESTS, RESPONSES, FORMS, DATA_URLS],
    ids=["headers", "requests", "responses", "forms", "data URLs"],
)
def test_classes_do_as_in_node(same_in_node: Compare, cases: list[str]) -> None:
    same_in_node(TABLE % json.dumps(cases))


def test_a_url_that_fetch_does_not_know_is_refused_with_the_reason(
    outcome: Callable[[str], dict[str, Any]],
) -> None:
    for url, reason in {
        "file:///etc/passwd": "files are not fetched",
        "ftp://x/": "no ftp: addresses",
        "/relative": "is no absolute URL",
        "http://user:secret@x/": "user name or password",
    }.items():
        error = outcome(f"await fetch('{url}')")["error"]
        assert error["name"] == "TypeError"
        assert reason in error["message"]


def test_an_aborted_signal_sends_nothing(truth: Check, listener: Any) -> None:
    truth(
        "await fetch('http://x/', {signal: AbortSignal.abort(5)}).catch((e) => e === 5)"
    )
    assert listener.posts == []


def test_values_are_shown_by_what_they_hold(shown: Callable[[str], str]) -> None:
    assert shown("new Headers({b: '1', a: '2'})") == "Headers { 'a': '2', 'b': '1' }"
    assert shown("(() => { const f = new FormData(); f.append('a', 'b'); return f })()")
    text = shown("new Response('x', {status: 404, statusText: 'Gone'})")
    assert "status: 404" in text
    assert "bodyUsed: false" in text
    assert "method: 'GET'" in shown("new Request('http://x/')")


def test_a_body_that_is_no_json_says_how_it_begins_and_where_it_was_read(
    outcome: Callable[[str], dict[str, Any]],
) -> None:
    error = outcome("await new Response('<html>').json()")["error"]
    assert error["name"] == "SyntaxError"
    assert error["message"].endswith("it begins '<html>'")
    assert [(f["file"], f["column"]) for f in error["frames"]] == [("In[1]", 30)]
    empty = outcome("await new Response('').json()")["error"]
    assert empty["message"].endswith("it is empty")
