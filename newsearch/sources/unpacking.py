"""Compressed data as what it holds: gzip, bzip2, xz and zstd, known by their first bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
"""Ends of the names of compressed files; what stands before is the name of the data."""

_BUFFER_BYTES = 2**18
# No news does so: text becomes a tenth, and a dump of much that repeats perhaps a fiftieth.
_MOST_TIMES = 250
_SMALL_BYTES = 2**26


@dataclass(frozen=True, slots=True)
class Packing:
    """A way of compressing data.

    Parameters
    ----------
    new
        Returns what reads one member: an object like those of `zlib` and `bz2`.
    magic
        What its data begins with; empty where it does not show.
    block_bytes
        How much is decompressed at once. What that becomes must fit into memory: of zstd, 4 bytes
        can become 128 KiB, of brotli 16 MiB.
    """

    new: Callable[[], Any]
    magic: bytes = b""
    block_bytes: int = 1024


class Allowance:
    """Counts what packed data becomes, and stops what grows without end.

    Parameters
    ----------
    packed_bytes
        Size of the packed data; more may be added to it while they are read.
    within
        That of the archive that holds the data.
    """

    def __init__(self, packed_bytes: int = 0, within: Allowance | None = None) -> None:
        self.packed_bytes = packed_bytes
        self._within = within
        self._n_bytes = 0

    def take(self, n_bytes: int) -> None:
        """Count bytes of what was packed.

        Raises
        ------
        OSError
            They are out of proportion.
        """
        self._n_bytes += n_bytes
        if self._n_bytes > max(_SMALL_BYTES, _MOST_TIMES * self.packed_bytes):
            reason = f"it unpacks to more than {_MOST_TIMES} times its size, as no news does"
            raise OSError(None, f"{reason}; unpack it by hand if you trust it")
        if self._within:
            self._within.take(n_bytes)


def data_name(path: str) -> str:
    """Return the name of a file, lower case, without the ends that tell of its compression."""
    name = path.lower()
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


class _Blocks(io.RawIOBase):
    """A raw stream of bytes that come in blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._ready = memoryview(block)
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def as_stream(blocks: Iterator[bytes]) -> io.BufferedReader:
    """Return a stream of bytes that come in blocks; what they raise, reading raises."""
    return io.BufferedReader(_Blocks(blocks), _BUFFER_BYTES)


def unpacked(stream: BinaryIO, packing: Packing | None = None) -> BinaryIO | None:
    """Return what compressed data holds, None for data that is not compressed.

    Reading raises EOFError where the data ends within a member, and errors of other classes where
    it is damaged, those of what decompresses it.

    Parameters
    ----------
    stream
        The data; one or several members.
    packing
        How it is said to be compressed, where that does not show.
    """
    start: bytes = stream.peek(8)  # type: ignore[attr-defined]
    if packing is None or start.startswith(b"<"):  # some crawlers unpack and do not say so
        packing = next(
            (one for one in _PACKINGS if one.magic and start.startswith(one.magic)), None
        )
    return as_stream(_unpacked_blocks(stream, packing)) if packing else None


def _unpacked_blocks(stream: BinaryIO, packing: Packing) -> Iterator[bytes]:
    allowance = Allowance()
    decompressor = packing.new()
    while True:
        block = rest = stream.read(packing.block_bytes)
        allowance.packed_bytes += len(block)
        if decompressor.eof:
            # Members follow one another, perhaps padded with zeros, as on tapes.
            rest = (decompressor.unused_data + block).lstrip(b"\0")
            if not rest and not block:
                return
            if rest:
                decompressor = packing.new()
        elif not block:
            raise EOFError
        if rest:
            data = decompressor.decompress(rest)
            allowance.take(len(data))
            yield data


class _Brotli:
    """What reads brotli, in the form of the others; it has one member."""

    unused_data = b""

    def __init__(self) -> None:
        import brotli

        self._decompressor = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._decompressor.is_finished())

    def decompress(self, data: bytes) -> bytes:
        return bytes(self._decompressor.process(data))


def _gzip() -> Any:
    import zlib

    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _bzip2() -> Any:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> Any:
    import lzma

    return lzma.LZMADecompressor()


def _zstd() -> Any:
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


def _deflate() -> Any:
    import zlib

    return zlib.decompressobj()


_PACKINGS = (
    Packing(_gzip, b"\x1f\x8b"),
    Packing(_bzip2, b"BZh"),
    Packing(_xz, b"\xfd7zXZ\0"),
    Packing(_zstd, b"\x28\xb5\x2f\xfd"),
)
CODINGS = {"deflate": Packing(_deflate), "br": Packing(_Brotli, block_bytes=16)}
"""Those of HTTP that data does not show."""
