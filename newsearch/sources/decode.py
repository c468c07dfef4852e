"""Bytes to text, with the decision told where it is not plain UTF-8."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import BinaryIO

from newsearch.sources.reader import Context

# The longer marks first: that of UTF-32-LE starts with that of UTF-16-LE.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 2**16
# Of the letters beyond ASCII, at most this share may be damaged in a text that is still UTF-8.
_DAMAGED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read.

    Parameters
    ----------
    text
        Without byte order mark.
    decision
        What a note should say, or '' for plain UTF-8.
    """

    text: str
    decision: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Read bytes as text; never fails.

    In this order: a byte order mark; UTF-16 without one, seen by its NULs; what the data declares,
    if the bytes agree; UTF-8; UTF-8 with few damaged letters, replaced; windows-1252 if all bytes
    have a meaning there; else UTF-8 with everything else replaced.

    Parameters
    ----------
    data
        All of the text, or a line of it.
    declared
        Name of the encoding that the data declares, such as ``shift_jis``; '' for none.
    """
    if encoding := wide_encoding(data):
        text = data.decode(encoding, "replace").removeprefix("\ufeff")
        return Decoded(text, f"read as {encoding.upper()}")
    if declared and (found := _decode_declared(data, declared)) is not None:
        return found
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(data.decode())
    except UnicodeDecodeError:
        return _decode_damaged(data)


def wide_encoding(data: bytes) -> str:
    """Name the encoding when letters take two or four bytes, else ''.

    Without a byte order mark, UTF-16 shows by its NULs: most letters of most scripts that news is
    written in, or at least spaces and line ends, have one, always on the same side.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return "" if encoding == "utf-8" else encoding
    sample = data[:4096]
    sides = (sample[0::2].count(0), sample[1::2].count(0))
    if not any(sides) or max(sides) * 10 < len(sample) or min(sides) * 20 > max(sides):
        return ""
    return "utf-16-be" if sides[0] > sides[1] else "utf-16-le"


def _decode_declared(data: bytes, declared: str) -> Decoded | None:
    try:
        codec = codecs.lookup(declared)
        # str() refuses codecs that are not from bytes to text, such as zlib.
        text = str(data, codec.name)
    except (LookupError, ValueError):
        return None
    if codec.name == "utf-8":
        return Decoded(text.removeprefix("\ufeff"))
    # A single-byte encoding agrees with everything; that the bytes are UTF-8 says more.
    if codec.name.startswith(("iso8859", "cp125")) and _is_utf8(data):
        return Decoded(data.decode(), f"read as UTF-8, though it declares {declared}")
    return Decoded(text, f"read as {codec.name.upper()}, as declared")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode_damaged(data: bytes) -> Decoded:
    replaced = data.decode("utf-8", "replace")
    n_damaged = replaced.count("\ufffd")
    n_beyond_ascii = len(replaced) - len(replaced.encode("ascii", "ignore"))
    few = n_damaged <= n_beyond_ascii * _DAMAGED_SHARE
    if not few:
        try:
            return Decoded(data.decode("cp1252"), "not UTF-8, read as windows-1252")
        except UnicodeDecodeError:
            pass
    return Decoded(replaced, f"not quite UTF-8, {n_damaged:,} damaged letters replaced")


def as_utf8(stream: BinaryIO, context: Context) -> BinaryIO:
    """Return the stream as UTF-8 where its start shows that letters take two or four bytes.

    The byte order mark is gone. Other encodings are left for `decode` to see line by line.
    """
    sample: bytes = stream.peek(_SAMPLE_BYTES)  # type: ignore[attr-defined]
    encoding = wide_encoding(sample)
    if not encoding:
        if sample.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        return stream
    context.note(f"read as {encoding.upper()}")
    return io.BufferedReader(_Narrowed(stream, encoding))


class _Narrowed(io.RawIOBase):
    """UTF-16 or UTF-32 as UTF-8, block by block."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._is_first = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            block = self._stream.read(_SAMPLE_BYTES)
            text = self._decoder.decode(block, final=not block)
            if self._is_first:
                text = text.removeprefix("\ufeff")
                self._is_first = not text
            self._ready = text.encode("utf-8", "surrogatepass")
            if not block:
                break
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)
