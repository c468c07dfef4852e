"""Compressed data as what it holds: gzip, bzip2, xz and zstd, known by their first bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
"""Ends of the names of compressed files; what stands before is the name of the data."""

# What a block becomes must fit into memory: of zstd, 4 bytes can become 128 KiB.
_BLOCK_BYTES = 1024
# No news does so: text becomes a tenth, and a dump of much that repeats perhaps a fiftieth.
_MOST_TIMES = 250
_SMALL_BYTES = 2**26


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


def unpacked(stream: BinaryIO) -> Unpacked | None:
    """Return what compressed data holds, None for data that is not compressed."""
    start: bytes = stream.peek(8)  # type: ignore[attr-defined]
    new = next((new for magic, new in _DECOMPRESSORS.items() if start.startswith(magic)), None)
    return Unpacked(stream, new) if new else None


class Unpacked:
    """What compressed data holds, of one member or several.

    Parameters
    ----------
    stream
        The compressed data.
    decompressor
        Returns what reads one member: an object like those of `zlib` and `bz2`.
    """

    def __init__(self, stream: BinaryIO, decompressor: Callable[[], Any]) -> None:
        self._stream = stream
        self._new = decompressor
        self._decompressor = decompressor()
        self._allowance = Allowance()
        self._ready = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end.

        Raises
        ------
        EOFError
            The data ends within a member.
        Exception
            It is damaged; of the class that its decompressor raises.
        """
        while not self._ready and self._grow():
            pass
        given, self._ready = self._ready[:size], self._ready[size:]
        return bytes(given)

    def _grow(self) -> bool:
        """Decompress the next block; False at the end."""
        block = self._stream.read(_BLOCK_BYTES)
        self._allowance.packed_bytes += len(block)
        if self._decompressor.eof:
            # Members follow one another, perhaps padded with zeros, as on tapes.
            rest = (self._decompressor.unused_data + block).lstrip(b"\0")
            if not rest:
                return bool(block)
            self._decompressor, block = self._new(), rest
        elif not block:
            raise EOFError
        data = self._decompressor.decompress(block)
        self._allowance.take(len(data))
        self._ready = memoryview(data)
        return True


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


_DECOMPRESSORS = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\0": _xz,
    b"\x28\xb5\x2f\xfd": _zstd,
}
