"""Streams and blobs: what happens, and in which order, beside Node.js."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.host.env import NotebookEnv

Run = Callable[[str], dict[str, Any]]
Truth = Callable[[str], None]
Compare = Callable[[str], None]

# Each is the body of an async function with `log`, whose items are compared; `tick`
# lets all microtasks run.
SCENARIOS = {
    "pull is called for what is wanted": """
        let n = 0;
        const s = new ReadableStream({
            start() { log.push('start') },
            pull(c) { log.push('pull' + c.desiredSize); c.enqueue(n++) },
        }, {highWaterMark: 2});
        await tick(); log.push('reading');
        const r = s.getReader();
        log.push((await r.read()).value); await tick();
    """,
    "a slow pull is not called twice at once": """
        let resolve;
        const s = new ReadableStream({
            pull(c) { log.push('pull'); return new Promise(r => { resolve = r }) },
        }, {highWaterMark: 0});
        const r = s.getReader();
        const reads = [r.read(), r.read()];
        await tick(); log.push('tick'); resolve(); await tick();
    """,
    "chunks queued before close are read": """
        const s = new ReadableStream({start(c) {
            c.enqueue(1); c.enqueue(2); c.close();
            try { c.enqueue(3) } catch (e) { log.push(e.name) }
            try { c.close() } catch (e) { log.push(e.name) }
            log.push(c.desiredSize);
        }});
        const r = s.getReader();
        r.closed.then(() => log.push('closed'));
        for (let i = 0; i < 3; i++) log.push(JSON.stringify(await r.read()));
        await tick();
    """,
    "an error drops what was queued": """
        let c;
        const s = new ReadableStream({start(controller) { c = controller }});
        c.enqueue(1);
        c.error(new RangeError('bad'));
        log.push(c.desiredSize);
        const r = s.getReader();
        await r.read().catch(e => log.push(e.name));
        await r.closed.catch(e => log.push(e.message));
        await s.cancel().catch(e => log.push(e.name));
    """,
    "an error in pull errors the stream": """
        const s = new ReadableStream({pull() { throw new Error('pull') }});
        await s.getReader().read().catch(e => log.push(e.message));
    """,
    "a start that rejects errors the stream": """
        const s = new ReadableStream({start: () => Promise.reject(new Error('start'))});
        await s.getReader().closed.catch(e => log.push(e.message));
    """,
    "cancel reaches the source with its reason": """
        const s = new ReadableStream({
            start(c) { c.enqueue(1) },
            cancel(reason) { log.push(reason); throw new Error('in cancel') },
        });
        await s.cancel('why').catch(e => log.push(e.message));
        log.push((await s.getReader().read()).done);
    """,
    "a released reader rejects its reads": """
        const s = new ReadableStream();
        const r = s.getReader();
        const read = r.read(); log.push(s.locked);
        r.releaseLock(); log.push(s.locked);
        await read.catch(e => log.push(e.name));
        await r.closed.catch(e => log.push(e.name));
        await r.read().catch(e => log.push(e.name));
        s.getReader();
    """,
    "a locked stream has one reader": """
        const s = new ReadableStream();
        s.getReader();
        try { s.getReader() } catch (e) { log.push(e.name) }
        try { s.tee() } catch (e) { log.push(e.name) }
        await s.cancel().catch(e => log.push(e.name));
    """,
    "sizes and strategies": """
        for (const strategy of [
            new CountQueuingStrategy({highWaterMark: 3}),
            new ByteLengthQueuingStrategy({highWaterMark: 10}),
            {highWaterMark: 5, size: x => x.length},
        ]) {
            let c;
            new ReadableStream({start(controller) { c = controller }}, strategy);
            c.enqueue(new Uint8Array(4)); log.push(c.desiredSize);
        }
        for (const strategy of [{highWaterMark: -1}, {size: 1}, {highWaterMark: NaN}])
            try { new ReadableStream({}, strategy) } catch (e) { log.push(e.name) }
        let c;
        new ReadableStream({start(controller) { c = controller }}, {size: () => -1});
        try { c.enqueue(1) } catch (e) { log.push(e.name) }
    """,
    "both branches get every chunk": """
        let n = 0;
        const s = new ReadableStream({pull(c) { ++n < 4 ? c.enqueue(n) : c.close() }});
        const [a, b] = s.tee();
        const read = async (name, stream) => {
            for await (const chunk of stream) log.push(name + chunk);
            log.push(name + ' done');
        };
        await Promise.all([read('a', a), read('b', b)]);
    """,
    "a source is cancelled when both branches are": """
        const s = new ReadableStream({cancel(r) { log.push(r.join()) }});
        const [a, b] = s.tee();
        const one = a.cancel(1); await tick(); log.push('one');
        await Promise.all([one, b.cancel(2)]); log.push('both');
    """,
    "an error reaches both branches": """
        let c;
        const s = new ReadableStream({start(controller) { c = controller }});
        const readers = s.tee().map(branch => branch.getReader());
        c.error(new Error('bad'));
        for (const r of readers) await r.read().catch(e => log.push(e.message));
    """,
    "breaking out of a loop cancels": """
        let n = 0;
        const source = {
            pull(c) { c.enqueue(n++) },
            cancel(r) { log.push('cancel ' + r) },
        };
        const s = new ReadableStream(source);
        for await (const chunk of s) { log.push(chunk); if (chunk === 2) break }
        log.push(s.locked);
        const kept = new ReadableStream(source);
        for await (const chunk of kept.values({preventCancel: true})) break;
        log.push(kept.locked, (await kept.getReader().read()).value);
    """,
    "an iterator's steps come in turn": """
        const i = ReadableStream.from([1, 2])[Symbol.asyncIterator]();
        const steps = await Promise.all([i.next(), i.next(), i.next(), i.return(5)]);
        for (const {value, done} of steps) log.push(done + ' ' + value);
    """,
    "streams are made from what can be iterated": """
        for (const source of [
            [1, Promise.resolve(2)], 'ab', new Set([1]),
            (async function* () { yield 1; yield 2 })(),
        ]) {
            const got = [];
            for await (const chunk of ReadableStream.from(source)) got.push(chunk);
            log.push(JSON.stringify(got));
        }
        const generator = (function* () {
            try { yield 1; yield 2 } finally { log.push('returned') } })();
        for await (const chunk of ReadableStream.from(generator)) break;
        try { ReadableStream.from(5) } catch (e) { log.push(e.name) }
    """,
    "writes come in turn": """
        let go;
        const s = new WritableStream({
            start() { log.push('start') },
            write(chunk) {
                log.push('write' + chunk);
                return new Promise(resolve => { go = resolve });
            },
            close() { log.push('close') },
        }, {highWaterMark: 2});
        const w = s.getWriter();
        log.push(w.desiredSize);
        w.write(1).then(() => log.push('done1')); log.push(w.desiredSize);
        w.write(2).then(() => log.push('done2')); log.push(w.desiredSize);
        w.ready.then(() => log.push('ready'));
        w.close().then(() => log.push('closed'));
        await tick(); go(); await tick(); go(); await tick();
    """,
    "an error in write errors the stream": """
        const s = new WritableStream({write() { throw new Error('in write') }});
        const w = s.getWriter();
        await w.write(1).catch(e => log.push(e.message));
        await w.ready.catch(e => log.push('ready ' + e.message));
        await w.closed.catch(e => log.push('closed ' + e.message));
        await w.close().catch(e => log.push(e.name));
        log.push(w.desiredSize);
    """,
    "abort drops what waits": """
        let controller;
        const s = new WritableStream({
            start(c) { controller = c },
            write: chunk => { log.push(chunk); return tick() },
            abort(reason) { log.push('abort ' + reason) },
        });
        const w = s.getWriter();
        const writes = [w.write(1), w.write(2)];
        await null;
        controller.signal.addEventListener('abort', () => log.push('signal'));
        const aborted = w.abort('why');
        for (const p of writes) await p.then(() => log.push('ok'), e => log.push(e));
        await aborted; await w.closed.catch(e => log.push('closed ' + e));
    """,
    "a controller's error is everybody's": """
        let c;
        const s = new WritableStream({start(controller) { c = controller }});
        const w = s.getWriter();
        c.error('bad');
        await w.write(1).catch(e => log.push(e));
        await w.closed.catch(e => log.push(e));
    """,
    "a released writer is of no use": """
        const s = new WritableStream();
        const w = s.getWriter();
        await s.close().catch(e => log.push(e.name));
        try { s.getWriter() } catch (e) { log.push(e.name) }
        w.releaseLock(); log.push(s.locked);
        await w.write(1).catch(e => log.push(e.name));
        await w.ready.catch(e => log.push(e.name));
        try { w.desiredSize } catch (e) { log.push(e.name) }
        await s.close(); await s.close().catch(e => log.push(e.name));
    """,
    "a pipe moves chunks and the end": """
        const s = ReadableStream.from([1, 2, 3]);
        const d = new WritableStream({
            write: c => { log.push(c) }, close: () => { log.push('close') }});
        const piped = s.pipeTo(d);
        log.push(s.locked, d.locked); await piped; log.push(s.locked, d.locked);
    """,
    "a pipe moves errors forward": """
        const make = () => new ReadableStream({start(c) {
            c.enqueue(1); }, pull(c) { c.error(new Error('source')) }});
        const sink = {write: c => { log.push(c) }, abort: e => { log.push(e.message) }};
        await make().pipeTo(new WritableStream(sink)).catch(e => log.push(e.message));
        const kept = new WritableStream(sink);
        await make().pipeTo(kept, {preventAbort: true}).catch(e => log.push(e.message));
        await kept.close(); log.push('kept');
    """,
    "a pipe moves errors back": """
        const cancel = e => { log.push('cancel ' + e) };
        const source = {pull(c) { c.enqueue(1) }, cancel};
        const sink = {write() { throw 'sink' }};
        await new ReadableStream(source).pipeTo(new WritableStream(sink))
            .catch(e => log.push(e));
        const kept = new ReadableStream(source);
        await kept.pipeTo(new WritableStream(sink), {preventCancel: true})
            .catch(e => log.push(e));
        log.push(kept.locked);
    """,
    "a pipe into what is closed": """
        const d = new WritableStream(); await d.close();
        await new ReadableStream({cancel(e) { log.push(e.name) }}).pipeTo(d)
            .catch(e => log.push(e.name));
    """,
    "a pipe may be aborted": """
        const c = new AbortController(), {signal} = c;
        const cancel = e => { log.push('cancel ' + e) };
        const abort = e => { log.push('abort ' + e) };
        const piped = new ReadableStream({cancel}).pipeTo(
            new WritableStream({abort}), {signal});
        await tick(); c.abort('why');
        await piped.catch(e => log.push(e));
        await new ReadableStream({cancel}).pipeTo(
            new WritableStream(), {signal: AbortSignal.abort('at once')})
            .catch(e => log.push(e));
    """,
    "a pipe leaves the end open": """
        const d = new WritableStream({write: c => { log.push(c) }});
        await ReadableStream.from([1]).pipeTo(d, {preventClose: true});
        await ReadableStream.from([2]).pipeTo(d);
    """,
    "transforms": """
        const double = () => new TransformStream({
            transform(chunk, c) { c.enqueue(chunk); c.enqueue(chunk) },
            flush(c) { c.enqueue('end') },
        });
        for await (const chunk of ReadableStream.from([1, 2]).pipeThrough(double()))
            log.push(chunk);
        for await (const chunk of ReadableStream.from([3]).pipeThrough(
            new TransformStream())) log.push(chunk);
    """,
    "a transform that fails": """
        const t = new TransformStream({transform() { throw new Error('bad') }});
        const w = t.writable.getWriter(), r = t.readable.getReader();
        w.write(1).catch(e => log.push('write ' + e.message));
        await r.read().catch(e => log.push('read ' + e.message));
        await w.closed.catch(e => log.push('closed ' + e.message));
    """,
    "a transform that ends early": """
        const t = new TransformStream({
            transform(chunk, c) { c.enqueue(chunk); if (chunk === 2) c.terminate() }});
        const read = (async () => {
            for await (const chunk of t.readable) log.push(chunk) })();
        await ReadableStream.from([1, 2, 3]).pipeTo(t.writable)
            .catch(e => log.push(e.name));
        await read;
    """,
    "a transform's backpressure": """
        const t = new TransformStream({transform(chunk, c) {
            log.push('t' + chunk); c.enqueue(chunk) }});
        const w = t.writable.getWriter(), r = t.readable.getReader();
        log.push(w.desiredSize);
        w.write(1); w.write(2); await tick(); log.push('reading');
        log.push((await r.read()).value); await tick();
        log.push((await r.read()).value);
    """,
    "text streams": """
        const bytes = [[0xe2], [0x82, 0xac, 0xf0, 0x9f], [0x98, 0x80]].map(
            list => new Uint8Array(list));
        for await (const text of ReadableStream.from(bytes).pipeThrough(
            new TextDecoderStream())) log.push(text);
        for await (const part of ReadableStream.from(['a\\ud83d', '\\ude00', '\\ud83d'])
            .pipeThrough(new TextEncoderStream())) log.push(part.join());
        const strict = new TextDecoderStream('utf-8', {fatal: true});
        log.push(strict.encoding, strict.fatal);
        await ReadableStream.from([new Uint8Array([255])]).pipeThrough(strict)
            .getReader().read().catch(e => log.push(e.name));
    """,
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_streams_do_as_in_node(same_in_node: Compare, name: str) -> None:
    same_in_node(
        "(async () => { const log = []; const tick = async () => {"
        "  for (let i = 0; i < 30; i++) await null };"
        f"{SCENARIOS[name]} return log.map(String) }})()"
    )


def test_a_closed_stream_takes_no_chunk(outcome: Run) -> None:
    error = outcome(
        "const w = new WritableStream().getWriter(); await w.close(); await w.write(1)"
    )["error"]
    assert error["message"] == "write: the stream is closed or being closed"


def test_nothing_is_left_unhandled(env: NotebookEnv, outcome: Run) -> None:
    outcome(
        "const r = new ReadableStream({start(c) { c.error(new Error('seen')) }});"
        "await r.getReader().read().catch(() => {});"
        "const t = new ReadableStream({start(c) { c.error(1) }}).tee();"
        "await t[0].getReader().read().catch(() => {});"
    )
    assert env.take_rejections() == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("new ReadableStream({type: 'bytes'})", "byte streams are not supported"),
        ("new ReadableStream({pull: 5})", "pull must be a function"),
        ("new ReadableStream(5)", "must be an object"),
        ("new ReadableStream().getReader({mode: 'byob'})", "no reader with the mode"),
        ("new ReadableStreamDefaultController()", "Illegal constructor"),
        ("new WritableStream({type: 'x'})", "there is no type 'x'"),
        ("new ReadableStream().pipeThrough({})", "expects {readable, writable}"),
        ("await new ReadableStream().pipeTo(1)", "pipeTo expects a WritableStream"),
        ("new CountQueuingStrategy()", "1 argument is needed"),
        ("ReadableStream.prototype.tee.call({})", "this is no ReadableStream"),
    ],
)
def test_a_mistake_says_what_is_wrong(outcome: Run, code: str, text: str) -> None:
    error = outcome(code)["error"]
    assert error["name"] in ("TypeError", "RangeError")
    assert text in error["message"]


def test_a_stream_is_shown_with_its_state(shown: Callable[[str], str]) -> None:
    assert shown("new ReadableStream()") == (
        "ReadableStream { locked: false, state: 'readable' }"
    )


# ---- blobs -------------------------------------------------------------------------

BLOBS = {
    "parts": """
        const blob = new Blob(['aé', new Uint8Array([98, 99]).subarray(1),
            new Uint8Array([100]).buffer, new Blob(['x']), 5, '\\ud800'],
            {type: 'A/B'});
        log.push(blob.size, blob.type, await blob.text());
        log.push(new Blob([], {type: 'é'}).type);
    """,
    "slices": """
        const blob = new Blob(['0123456789']);
        for (const range of [[], [2], [2, 5], [-3], [-3, -1], [0, 99], [-99, 3]]) {
            const part = blob.slice(...range, ...(range.length === 2 ? ['t/t'] : []));
            log.push(part.size, part.type, await part.text());
        }
    """,
    "bytes are copies": """
        const source = new Uint8Array([1, 2, 3]);
        const blob = new Blob([source]); source[0] = 9;
        const buffer = await blob.arrayBuffer(); new Uint8Array(buffer)[1] = 9;
        log.push(new Uint8Array(await blob.arrayBuffer()).join());
    """,
    "streams": """
        const sizes = [];
        for await (const chunk of new Blob([new Uint8Array(100000)]).stream())
            sizes.push(chunk.length);
        log.push(sizes.reduce((a, b) => a + b));
    """,
    "mistakes": """
        for (const make of [() => new Blob('text'), () => new Blob(5), () => Blob([]),
            () => new Blob([], {endings: 'x'}), () => new Blob([], 5),
            () => new File([])])
            try { make(); log.push('made') } catch (e) { log.push(e.name) }
    """,
}


@pytest.mark.parametrize("name", BLOBS)
def test_blobs_do_as_in_node(same_in_node: Compare, name: str) -> None:
    same_in_node(
        f"(async () => {{const log = []; {BLOBS[name]} return log.map(String) }})()"
    )


def test_line_ends_become_native(truth: Truth) -> None:
    truth(
        "await new Blob(['a\\r\\nb\\rc\\n'], {endings: 'native'}).text()"
        " === 'a\\nb\\nc\\n'"
    )


def test_a_slice_from_behind_its_end_is_empty(truth: Truth) -> None:
    truth("new Blob(['0123']).slice(3, 1).size === 0")
    truth("new Blob(['0123']).slice(NaN, 3).size === 3")


def test_a_file_has_a_name_and_a_time(truth: Truth) -> None:
    truth(
        "const f = new File(['x'], 'n.txt', {type: 't/t', lastModified: 5});"
        "f.name === 'n.txt' && f.lastModified === 5 && f.size === 1"
        " && f instanceof Blob"
    )
    truth("Math.abs(new File([], 'n').lastModified - Date.now()) < 60000")


def test_blobs_are_shown(shown: Callable[[str], str]) -> None:
    assert shown("new Blob(['abc'], {type: 't/t'})") == "Blob { size: 3, type: 't/t' }"
    assert shown("new File(['a'], 'n')") == "File { name: 'n', size: 1, type: '' }"
