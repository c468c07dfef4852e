"""Compressed data as what it holds: gzip, bzip2, xz and zstd, known by their first bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
"""Ends of the names of compressed files; what stands before is the name of the data."""

_BUFFER_BYTES = 2**18
# No news does so: text becomes a tenth, and a dump of much that repeats perhaps a fiftieth.
_MOST_TIMES = 250
_SMALL_BYTES = 2**26
_MOST_MEMORY = 2**27


class Packing(NamedTuple):
    """A way of compressing data: its first bytes, if they show it, and what reads it.

    `new` makes of the module an object like those of `zlib` and `bz2`, for one member. What a
    block becomes must fit into memory: of gzip, a byte can become 1,000; of zstd, 4 bytes 128 KiB,
    and of brotli 16 MiB.
    """

    magic: bytes
    module: str
    new: Callable[[Any], Any]
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
        """Count bytes of what was packed; raise OSError where they are out of proportion."""
        self._n_bytes += n_bytes
        if self._n_bytes > max(_SMALL_BYTES, _MOST_TIMES * self.packed_bytes):
            reason = (
                f"it unpacks to more than {_MOST_TIMES} times its size, as decompression bombs do"
            )
            raise OSError(None, f"{reason}; unpack it by hand if you trust it")
        if self._within:
            self._within.take(n_bytes)


def data_name(path: str) -> str:
    """Return the name of a file, lower case, without the ends that tell of its compression."""
    name = path.lower()
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


class Blocks(io.RawIOBase):
    """A raw stream of bytes that come in blocks.

    Parameters
    ----------
    take
        Returns the next block, empty at the end; told how many bytes are asked for.
    """

    least_bytes = 1

    def __init__(self, take: Callable[[int], bytes]) -> None:
        self._take = take
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        n_bytes = 0
        while n_bytes < min(len(buffer), self.least_bytes):
            self._ready = self._ready or memoryview(self._take(len(buffer) - n_bytes))
            if not self._ready:
                break
            part = self._ready[: len(buffer) - n_bytes]
            self._ready = self._ready[len(part) :]
            buffer[n_bytes : n_bytes + len(part)] = part
            n_bytes += len(part)
        return n_bytes


def as_stream(blocks: Iterator[bytes]) -> io.BufferedReader:
    """Return a stream of bytes that come in blocks; what they raise, reading raises."""
    whole = filter(None, blocks)
    return io.BufferedReader(Blocks(lambda _: next(whole, b"")), _BUFFER_BYTES)


def unpacked(
    stream: BinaryIO, allowance: Allowance, packing: Packing | None = None
) -> Iterator[bytes] | None:
    """Return blocks of what compressed data holds, None for data that is not compressed.

    They raise EOFError where the data ends within a member, and errors of what decompresses it
    where it is damaged.

    Parameters
    ----------
    stream
        The data; one or several members.
    allowance
        Counts the data and what they become.
    packing
        How it is said to be compressed, where that does not show.
    """
    start: bytes = stream.peek(8)  # type: ignore[attr-defined]
    if packing is None or start.startswith(b"<"):  # some crawlers unpack and do not say so
        packing = next((one for one in _PACKINGS if start.startswith(one.magic)), None)
    return filter(None, _unpacked(stream, packing, allowance)) if packing else None


def _unpacked(stream: BinaryIO, packing: Packing, allowance: Allowance) -> Iterator[bytes]:
    module = import_module(packing.module)
    member: Any = None
    damage: Exception | None = None
    rest = b""
    while block := stream.read(packing.block_bytes):
        allowance.packed_bytes += len(block)
        rest += block
        while rest:
            if member is None:
                # They follow one another, perhaps padded with zeros; after damage, anywhere.
                at = rest.find(packing.magic)
                start = at if at >= 0 else 1 - len(packing.magic)
                rest = rest[start:] if damage else rest.lstrip(b"\0")
                if not rest:
                    break
                member = packing.new(module)
            try:
                data = member.decompress(rest)
            except Exception as error:  # each way of compressing has errors of its own
                if not packing.magic:
                    raise
                damage, member, rest = damage or error, None, rest[1:]
                continue
            rest = member.unused_data
            member = None if member.eof else member
            allowance.take(len(data))
            yield data
    if damage or member is not None:
        raise damage or EOFError


class _Brotli:
    """What reads brotli, in the form of the others; it has one member."""

    unused_data = b""

    def __init__(self, brotli: Any) -> None:
        self._decompressor = brotli.Decompressor()
        self.decompress = self._decompressor.process

    @property
    def eof(self) -> bool:
        return bool(self._decompressor.is_finished())


_PACKINGS = (
    Packing(b"\x1f\x8b\x08", "zlib", lambda zlib: zlib.decompressobj(zlib.MAX_WBITS | 16), 2**14),
    Packing(b"BZh", "bz2", lambda bz2: bz2.BZ2Decompressor()),
    Packing(b"\xfd7zXZ\0", "lzma", lambda lzma: lzma.LZMADecompressor(memlimit=_MOST_MEMORY)),
    Packing(b"\x28\xb5\x2f\xfd", "zstandard", lambda zstd: zstd.ZstdDecompressor().decompressobj()),
)
CODINGS = {
    "deflate": Packing(b"", "zlib", lambda zlib: zlib.decompressobj()),
    "br": Packing(b"", "brotli", _Brotli, block_bytes=16),
}
"""Those of HTTP that data does not show."""
