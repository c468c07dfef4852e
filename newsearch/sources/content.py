"""What the first bytes of a file tell of its kind."""

from __future__ import annotations

import re
from typing import BinaryIO

from newsearch.sources.decode import wide_encoding

_START_BYTES = 2**13
# Controls that texts have: tab, line ends, page breaks, the escapes of ISO 2022, an old end mark.
_OF_TEXT = bytes({*range(0x20, 0x100), *b"\t\n\r\f\x1a\x1b"} - {0x7F})
_MOST_OTHERS = 0.02
_JSON_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*[\[{])')
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
_KINDS = (
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document, or one with a password"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
)
ARROW_STREAM = b"\xff\xff\xff\xff"
"""Starts a stream of Arrow, but not a file of it."""


def first_bytes(stream: BinaryIO) -> bytes:
    """Return the first kilobytes of a stream, which stay in it; wide letters become UTF-8."""
    start: bytes = stream.peek(_START_BYTES)[:_START_BYTES]  # type: ignore[attr-defined]
    encoding = wide_encoding(start)
    return start.decode(encoding, "replace").encode("utf-8", "replace") if encoding else start


def is_json(start: bytes) -> bool:
    """Whether a file that starts so is JSON, an object or an array of objects, and no feed."""
    return _JSON_START.match(start) is not None and not is_json_feed(start)


def is_json_feed(start: bytes) -> bool:
    """Whether a file that starts so is a JSON Feed."""
    return start.lstrip()[:1] == b"{" and _JSON_FEED.search(start) is not None


def is_pdf(start: bytes) -> bool:
    """Whether a file that starts so is PDF."""
    return start.lstrip().startswith(b"%PDF-")


def is_rtf(start: bytes) -> bool:
    """Whether a file that starts so is RTF."""
    return start.lstrip().startswith(b"{\\rtf")


def is_tar(start: bytes) -> bool:
    """Whether a file that starts so is a tar archive."""
    return start[257:262] == b"ustar"


def is_arrow(start: bytes) -> bool:
    """Whether a file that starts so is of Arrow, as a file or as a stream."""
    return start.startswith(b"ARROW1") or (start[:4] == ARROW_STREAM and start[7:8] == b"\0")


def is_sheet(start: bytes) -> bool:
    """Whether a file that starts so is a workbook of Excel or LibreOffice."""
    is_excel = b"xl/" in start or b"/spreadsheetml" in start
    return start.startswith(b"PK\x03\x04") and (is_excel or b"opendocument.spreadsheet" in start)


def is_no_text(start: bytes) -> bool:
    """Whether a file that starts so is something else than text."""
    n_others = len(start.translate(None, _OF_TEXT))
    return n_others > len(start) * _MOST_OTHERS or is_pdf(start) or is_rtf(start)


def kind_of(start: bytes) -> str:
    """Return what a file that is no text and starts so is called, '' if that is not known."""
    return next((kind for magic, kind in _KINDS if start.startswith(magic)), "")
