"""TextEncoder, TextDecoder, atob and btoa; beside Node.js where it is installed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], dict[str, Any]]
Truth = Callable[[str], None]
Compare = Callable[[str], None]

# Label -> bytes for which Node's tables (ICU's) are not those of the standard.
SINGLE_BYTE: dict[str, list[int] | None] = {
    **dict.fromkeys(f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15)),
    **dict.fromkeys(f"windows-{n}" for n in (1250, 1251, 1254, 1256, 1257, 1258)),
    **dict.fromkeys(["koi8-r", "macintosh", "x-mac-cyrillic"]),
    "ibm866": [0x1A, 0x1C, 0x7F],
    "koi8-u": [0xAE, 0xBE],
    "windows-874": [0xDB, 0xDC, 0xDD, 0xDE, 0xFC, 0xFD, 0xFE, 0xFF],
    "windows-1252": list(range(0x80, 0xA0)),
    "windows-1253": [0xAA],
    "windows-1255": [0xCA],
}
MULTI_BYTE = {
    "gbk": "中文字符，半角abc",
    "gb18030": "中文😀€",
    "big5": "中文字元",
    "shift_jis": "日本語カナ①",
    "euc-jp": "日本語カナ",
    "euc-kr": "한국어 텍스트",
    "iso-2022-jp": "日本語 and ASCII",
}
CODEC = {"shift_jis": "cp932", "euc-kr": "cp949"}


@pytest.mark.parametrize(
    "text", ["", "ascii", "é", "€uro", "a😀b", "\\0", "x".join("éa" * 700)]
)
def test_text_becomes_utf8(truth: Truth, text: str) -> None:
    expected = ",".join(map(str, text.replace("\\0", "\0").encode()))
    truth(f"new TextEncoder().encode('{text}').join() === '{expected}'")


def test_lone_surrogates_become_replacement_characters(truth: Truth) -> None:
    truth("new TextEncoder().encode('a\\ud800b').join() === '97,239,191,189,98'")


def test_encode_into_fills_what_fits(same_in_node: Compare) -> None:
    same_in_node(
        "['aé€😀b', '😀😀', 'a\\ud83d', ''].flatMap(text =>"
        "  Array.from({length: 12}, (_, room) => {"
        "    const a = new Uint8Array(room), r = new TextEncoder().encodeInto(text, a);"
        "    return [text, r.read, r.written, a].join() }))"
    )


def mutations(count: int, seed: int) -> list[list[int]]:
    """Bytes that are nearly UTF-8."""
    rng = random.Random(seed)
    pieces = [text.encode() for text in ("a", "é", "€", "😀", "\ufeff")]
    pieces += [b"\xff", b"\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80"]
    pieces += [b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xc3"]
    made = []
    for _ in range(count):
        joined = b"".join(rng.choice(pieces) for _ in range(rng.randint(0, 6)))
        made.append(list(joined))
    return made


DECODE = """
    (() => {
        const results = [];
        for (const [bytes, cut] of %s) {
            const all = new Uint8Array(bytes);
            for (const fatal of [false, true]) for (const ignoreBOM of [false, true]) {
                const decoder = new TextDecoder('%s', {fatal, ignoreBOM});
                try {
                    const whole = decoder.decode(all);
                    let parts = '';
                    for (let i = 0; i < all.length; i += cut) {
                        const part = all.subarray(i, i + cut);
                        parts += decoder.decode(part, {stream: true});
                    }
                    parts += decoder.decode();
                    results.push(JSON.stringify(
                        [bytes.join(), whole, parts === whole ? 'same' : parts]));
                } catch (e) { results.push(JSON.stringify([bytes.join(), e.name])) }
            }
        }
        return results;
    })()
"""


@pytest.fixture
def count(request: pytest.FixtureRequest) -> int:
    return 2000 if request.config.getoption("--long") else 150


def test_utf8_is_decoded_as_in_node(same_in_node: Compare, count: int) -> None:
    cases = [[data, 1 + n % 3] for n, data in enumerate(mutations(count, 7))]
    same_in_node(DECODE % (json.dumps(cases), "utf-8"))


@pytest.mark.parametrize("label", ["utf-16le", "utf-16be"])
def test_utf16_is_decoded_as_in_node(
    same_in_node: Compare, count: int, label: str
) -> None:
    rng = random.Random(3)
    units = ["a", "é", "\u20ac", "\ufeff", "😀"]
    cases = []
    for n in range(count // 3):
        data = "".join(rng.choices(units, k=rng.randint(0, 5))).encode(
            label[:6] + "-" + label[6:]
        )
        cases.append([list(data), 1 + n % 5])
    same_in_node(DECODE % (json.dumps(cases), label))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([0x61], "\\ufffd"),
        ([0x61, 0, 0x62], "a\\ufffd"),
        ([0, 0xD8], "\\ufffd"),
        ([0, 0xD8, 0x61, 0], "\\ufffda"),
        ([0, 0xDC, 0x61, 0], "\\ufffda"),
    ],
)
def test_malformed_utf16(truth: Truth, data: list[int], expected: str) -> None:
    truth(f"new TextDecoder('utf-16').decode(new Uint8Array({data})) === '{expected}'")
    truth(
        "(() => { const strict = new TextDecoder('utf-16', {fatal: true});"
        f"try {{ strict.decode(new Uint8Array({data})) }}"
        "catch (e) { return e instanceof TypeError } })()"
    )


def test_single_byte_encodings_are_those_of_node(same_in_node: Compare) -> None:
    same_in_node(
        f"Object.entries({json.dumps(SINGLE_BYTE)}).flatMap(([label, but]) => {{"
        "  const d = new TextDecoder(label);"
        "  return Array.from({length: 256}, (_, i) => i).filter(i => !but?.includes(i))"
        "    .map(i => label + i + d.decode(new Uint8Array([i]))) })"
    )


def test_latin1_is_windows_1252(truth: Truth) -> None:
    truth("new TextDecoder('latin1').decode(new Uint8Array([0x80, 0x81])) === '€\\x81'")


@pytest.mark.parametrize("label", MULTI_BYTE)
def test_multi_byte_encodings_survive_being_cut(truth: Truth, label: str) -> None:
    text = MULTI_BYTE[label]
    data = list(text.encode(CODEC.get(label, label)))
    truth(
        f"(() => {{ const d = new TextDecoder('{label}'); let text = '';"
        f"for (const byte of {data})"
        "  text += d.decode(new Uint8Array([byte]), {stream: true});"
        f"return text + d.decode() === '{text}' }})()"
    )


def test_labels_are_those_of_the_standard(truth: Truth) -> None:
    for label, name in {
        "UTF8": "utf-8",
        " Latin1\\n": "windows-1252",
        "ascii": "windows-1252",
        "sjis": "shift_jis",
        "utf-16": "utf-16le",
        "gb2312": "gbk",
        "ksc5601": "euc-kr",
        "logical": "iso-8859-8-i",
    }.items():
        truth(f"new TextDecoder('{label}').encoding === '{name}'")


@pytest.mark.parametrize("label", ["utf-7", "", "latin-11"])
def test_an_unknown_label_is_a_range_error(outcome: Run, label: str) -> None:
    error = outcome(f"new TextDecoder('{label}')")["error"]
    assert error["name"] == "RangeError"
    assert "there is no encoding" in error["message"]


@pytest.mark.parametrize(
    "source",
    [
        "new Uint8Array([120, 104, 105, 121]).subarray(1, 3)",
        "new DataView(new Uint8Array([120, 104, 105]).buffer, 1)",
        "new Uint8Array([104, 105]).buffer",
        "new Uint16Array([0x6968])",
    ],
)
def test_bytes_may_come_in_any_view(truth: Truth, source: str) -> None:
    truth(f"new TextDecoder().decode({source}) === 'hi'")


def test_a_detached_buffer_is_empty(truth: Truth) -> None:
    truth(
        "var u = new Uint8Array(3); u.buffer.transfer();"
        "new TextDecoder().decode(u) === ''"
    )


@pytest.mark.parametrize("given", ["'text'", "[1]", "null", "5"])
def test_only_bytes_are_decoded(outcome: Run, given: str) -> None:
    assert (
        "expects an ArrayBuffer"
        in outcome(f"new TextDecoder().decode({given})")["error"]["message"]
    )


# ---- base64 ------------------------------------------------------------------------


def test_base64_is_that_of_node(same_in_node: Compare, count: int) -> None:
    rng = random.Random(5)
    alphabet = "ABab01+/= \n-_*"
    texts = [
        "",
        "=",
        "==",
        "a",
        "ab",
        "abc",
        "abcd",
        "ab=",
        "ab==",
        "abc=",
        " a b ",
        "a\u0100",
    ]
    texts += [
        "".join(rng.choices(list("ABab01+/=="), k=rng.randint(0, 9)))
        for _ in range(count)
    ]
    texts += ["".join(rng.choices(alphabet, k=rng.randint(0, 9))) for _ in range(count)]
    listed = json.dumps(texts)
    same_in_node(
        listed + ".map(t => { try { return t + ': ' + escape(atob(t)) } "
        "catch (e) { return t + ': ' + e.name + e.code } })"
    )
    same_in_node(
        listed + ".map(t => { try { return btoa(t) } catch (e) { return e.name } })"
    )


def test_what_is_no_base64_says_so(outcome: Run) -> None:
    error = outcome("atob('*')")["error"]
    assert error["name"] == "InvalidCharacterError"
    assert "TextEncoder" in outcome("btoa('€')")["error"]["message"]
