"""display(), bundles and images."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Listener

from jsvm_kernel.host.png import encode

Run = Callable[[str], dict[str, Any]]

PNG = "data:image/png;base64," + base64.b64encode(encode(b"\0", 1, 1, 1)).decode()


def error_of(outcome: Run, code: str) -> str:
    error = outcome(code)["error"]
    assert all(not frame["file"].startswith("jsvm:") for frame in error["frames"])
    message: str = error["message"]
    return message


# ---- display -------------------------------------------------------------------------


def test_display_gives_nothing_back(outcome: Run) -> None:
    assert "data" not in outcome("display(1)")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("display(1, 'id')", "the options are an object"),
        ("display(1, null)", "the options are an object"),
        ("display(1, {idd: 'x'})", "no option 'idd'; there are raw, id, update"),
        ("display(1, {id: 5})", "id must be a string, got 5"),
        ("display(1, {update: true})", "update needs the id"),
        ("display(1, {metadata: 1})", "metadata must be an object"),
        ("display(1, {id: 'a', update: true})", "nothing to update with the id 'a'"),
        (
            "display(1, {id: 'b'}); display(1, {id: 'a', update: true})",
            "('b' are shown): show it first",
        ),
        ("display(5, {raw: true})", "must give an object MIME type -> data"),
        ("display([1], {raw: true})", "must give an object MIME type -> data"),
        ("display({}, {raw: true})", "the bundle is empty"),
        ("display({html: 'x'}, {raw: true})", "'html' is no MIME type"),
        ("display({'text/html': 5}, {raw: true})", "must be a string, not 5"),
        ("display({'text/html': undefined}, {raw: true})", "not undefined"),
        ("display({'image/png': 5}, {raw: true})", "must be bytes, or base64"),
        ("display({'application/json': 1n}, {raw: true})", "can't be sent as JSON"),
        (
            "display({'application/json': () => 1}, {raw: true})",
            "is no JSON: [Function",
        ),
    ],
)
def test_a_mistake_is_an_error_that_says_what_to_do(
    outcome: Run, call: str, text: str
) -> None:
    assert text in error_of(outcome, call)


def test_bytes_in_a_raw_bundle_become_base64(listener: Listener, outcome: Run) -> None:
    outcome(
        "const b = new Uint8Array([0, 1, 2, 3]);"
        "display({'image/png': b}, {raw: true});"
        "display({'image/jpeg': b.buffer}, {raw: true});"
        "display({'application/pdf': b.subarray(1, 3)}, {raw: true});"
        "display({'image/gif': new DataView(b.buffer, 2)}, {raw: true});"
        "display({'image/svg+xml': '<svg/>', 'application/json': [1]}, {raw: true})"
    )
    data = [json.loads(message)["data"] for _, message in listener.displays]
    assert data == [
        {"image/png": "AAECAw=="},
        {"image/jpeg": "AAECAw=="},
        {"application/pdf": "AQI="},
        {"image/gif": "AgM="},
        {"image/svg+xml": "<svg/>", "application/json": [1]},
    ]


def test_records_are_displayed_as_a_table(listener: Listener, outcome: Run) -> None:
    outcome("display([{a: 1}])")
    ((_, message),) = listener.displays
    assert set(json.loads(message)["data"]) == {"text/plain", "text/html"}


def test_console_clear_empties_the_output(listener: Listener, outcome: Run) -> None:
    outcome("console.clear()")
    assert listener.displays == [("clear", b'{"wait":false}')]


# ---- images --------------------------------------------------------------------------


def pixels_of(result: dict[str, Any]) -> tuple[int, int, int, bytes]:
    """Read a PNG: (width, height, color type, pixels)."""
    file = base64.b64decode(result["data"]["image/png"])
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        kind, data = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", file, at + 8 + length)
        assert checksum == zlib.crc32(kind + data)
        chunks[kind] = data
        at += length + 12
    width, height, depth, color, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert depth == 8
    rows = zlib.decompress(chunks[b"IDAT"])
    stride = len(rows) // height
    parts = [rows[row * stride : (row + 1) * stride] for row in range(height)]
    assert all(part[0] == 0 for part in parts)
    return width, height, color, b"".join(part[1:] for part in parts)


@pytest.mark.parametrize(
    ("source", "color", "pixels"),
    [
        ("new Uint8Array([0, 255, 7, 9])", 0, b"\x00\xff\x07\x09"),
        ("new Uint8ClampedArray(16).fill(300)", 6, b"\xff" * 16),
        ("new Uint8Array(12).fill(5)", 2, b"\x05" * 12),
        ("new Uint8Array(8).fill(5)", 4, b"\x05" * 8),
        ("new Float32Array([0, 0.5, 1, 7])", 0, b"\x00\x80\xff\xff"),
        ("new Float64Array([-1, NaN, 0.25, 1])", 0, b"\x00\x00\x40\xff"),
        ("new Uint8Array([9, 9, 1, 2, 3, 4]).subarray(2)", 0, b"\x01\x02\x03\x04"),
        ("new Uint8Array([1, 2, 3, 4]).buffer", 0, b"\x01\x02\x03\x04"),
    ],
)
def test_pixels_become_a_png(
    outcome: Run, source: str, color: int, pixels: bytes
) -> None:
    result = outcome(f"jupyter.image({source}, {{width: 2, height: 2}})")
    assert pixels_of(result) == (2, 2, color, pixels)
    assert result["data"]["text/plain"] == "[image/png 2 × 2]"


def test_image_data_brings_its_size(outcome: Run) -> None:
    result = outcome(
        "jupyter.image({data: new Uint8ClampedArray(8), width: 2, height: 1})"
    )
    assert pixels_of(result)[:3] == (2, 1, 6)


@pytest.mark.parametrize(
    ("begin", "kind"),
    [
        ("0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a", "png"),
        ("0xff, 0xd8, 0xff, 0xe0", "jpeg"),
        ("0x47, 0x49, 0x46, 0x38, 0x39, 0x61", "gif"),
        ("0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x45, 0x42, 0x50", "webp"),
    ],
)
def test_an_image_file_is_known_by_how_it_begins(
    outcome: Run, begin: str, kind: str
) -> None:
    result = outcome(f"jupyter.image(new Uint8Array([{begin}]), {{width: 40}})")
    assert set(result["data"]) == {f"image/{kind}", "text/plain"}
    assert result["metadata"] == {f"image/{kind}": {"width": 40}}


def test_a_format_may_be_given(outcome: Run) -> None:
    result = outcome("jupyter.image(new Uint8Array(3), {format: 'jpg'})")
    assert result["data"]["image/jpeg"] == "AAAA"


@pytest.mark.parametrize(
    ("source", "kind", "data"),
    [
        (PNG, "image/png", PNG.partition(",")[2]),
        ("data:image/svg+xml,%3Csvg/%3E", "image/svg+xml", "<svg/>"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "image/svg+xml", "<svg/>"),
        ("<svg width='9'></svg>", "image/svg+xml", "<svg width='9'></svg>"),
        ("<?xml version='1.0'?>\n<svg/>", "image/svg+xml", None),
    ],
)
def test_texts_that_are_images(
    outcome: Run, source: str, kind: str, data: str | None
) -> None:
    result = outcome(f"jupyter.image({json.dumps(source)})")
    assert result["data"][kind] == (source if data is None else data)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("jupyter.image()", "give the bytes of an image file"),
        ("jupyter.image([1, 2])", "give the bytes of an image file"),
        ("jupyter.image('cat.png')", "of a file or a URL give the bytes"),
        ("jupyter.image('data:text/html,x')", "is no image"),
        ("jupyter.image(new Uint8Array(4))", "of pixels give {width, height}"),
        (
            "jupyter.image(new Uint8Array(5), {width: 2, height: 2})",
            "2 × 2 pixels are 4 values (grey), 12 (RGB) or 16 (RGBA), got 5",
        ),
        (
            "jupyter.image(new Int32Array(4), {width: 2, height: 2})",
            "must be a Uint8Array or Uint8ClampedArray",
        ),
        ("jupyter.image(new Uint8Array(4), {width: 0})", "from 1 to 65535, got 0"),
        ("jupyter.image(new Uint8Array(4), 5)", "the options are an object"),
        ("jupyter.image(new Uint8Array(4), {format: 'a b'})", "is no format"),
    ],
)
def test_what_is_no_image_is_an_error(outcome: Run, call: str, text: str) -> None:
    assert text in error_of(outcome, call)
