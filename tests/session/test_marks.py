from __future__ import annotations

import pytest

from jsvm_kernel.session.marks import Mark, MarkParser, format_mark, new_nonce

NONCE = "0123456789abcdef" * 2


def joined(pieces: list[bytes | Mark]) -> list[bytes | Mark]:
    """Join neighbouring texts, as cutting them is the parser's freedom."""
    result: list[bytes | Mark] = []
    for piece in pieces:
        if isinstance(piece, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += piece
        else:
            result.append(piece)
    return result


def parse(*chunks: bytes) -> list[bytes | Mark]:
    parser = MarkParser(NONCE)
    pieces = [piece for chunk in chunks for piece in parser.feed(chunk)]
    rest = parser.finish()
    return joined([*pieces, rest] if rest else pieces)


def test_marks_are_taken_out_of_the_text() -> None:
    data = (
        b"a"
        + format_mark(NONCE, "cell", 3)
        + b"b"
        + format_mark(NONCE, "switch", 0)
        + format_mark(NONCE, "sync", 10**18)
    )
    assert parse(data) == [
        b"a",
        Mark("cell", 3),
        b"b",
        Mark("switch", 0),
        Mark("sync", 10**18),
    ]


def test_a_mark_torn_at_any_byte_is_read_whole() -> None:
    data = b"before\x00" + format_mark(NONCE, "sync", 42) + b"\x00after"
    whole = parse(data)
    assert whole == [b"before\x00", Mark("sync", 42), b"\x00after"]
    for cut in range(len(data) + 1):
        assert parse(data[:cut], data[cut:]) == whole
    assert parse(*(data[i : i + 1] for i in range(len(data)))) == whole


@pytest.mark.parametrize(
    "data",
    [
        b"plain",
        b"\x00\x1bJSVM",
        b"\x00\x1bJSVMnot the nonce",
        format_mark(new_nonce(), "sync", 1),
        format_mark(NONCE, "sync", 1)[:-1],
        format_mark(NONCE, "sync", 1)[:-1] + b"x",
        b"\x00\x1bJSVM" + NONCE.encode() + b"q1\x00",
        b"\x00\x1bJSVM" + NONCE.encode() + b"s\x00",
        b"\x00\x1bJSVM" + NONCE.encode() + b"s" + b"1" * 40 + b"\x00",
        b"\x00" * 50,
    ],
)
def test_bytes_that_only_look_like_a_mark_stay_text(data: bytes) -> None:
    assert parse(data) == [data]
    assert parse(*(data[i : i + 1] for i in range(len(data)))) == [data]


def test_a_mark_behind_a_lookalike_is_still_read() -> None:
    lookalike = b"\x00\x1bJSVM" + NONCE.encode() + b"s9x"
    mark = format_mark(NONCE, "cell", 7)
    assert parse(lookalike + mark) == [lookalike, Mark("cell", 7)]


def test_text_is_not_held_back_for_a_start_that_cannot_be() -> None:
    parser = MarkParser(NONCE)
    assert parser.feed(b"text\x00\x1bJSVX") == [b"text\x00\x1bJSVX"]
    assert parser.finish() == b""


def test_a_number_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="number of a mark"):
        format_mark(NONCE, "cell", -1)


def test_two_nonces_differ() -> None:
    assert new_nonce() != new_nonce()
