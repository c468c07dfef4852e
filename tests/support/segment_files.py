"""The frame of segment files as FORMAT.md says it, to forge files with right checksums."""

from __future__ import annotations

import struct
import zlib

HEAD = struct.Struct("<8sHH4x16sQQI")
"""Magic, version, number of sections, id, file size, start and CRC-32 of the table."""

HEAD_BYTES = 64
ROW = struct.Struct("<40s4sIQQ")
"""Name, type, CRC-32, offset and size of a section."""


def table_start(data: bytes) -> int:
    """Return where the table of sections starts."""
    return int(HEAD.unpack_from(data)[5])


def seal_head(data: bytearray) -> None:
    """Make the checksums of the table and of the head right again."""
    table_crc = zlib.crc32(data[table_start(data) :])
    HEAD.pack_into(data, 0, *HEAD.unpack_from(data)[:6], table_crc)
    struct.pack_into("<I8x", data, HEAD.size, zlib.crc32(data[: HEAD.size]))


def seal(data: bytearray) -> None:
    """Make every checksum right again, as a malicious writer would."""
    for at in range(table_start(data), len(data), ROW.size):
        name, dtype, _, offset, size = ROW.unpack_from(data, at)
        ROW.pack_into(data, at, name, dtype, zlib.crc32(data[offset : offset + size]), offset, size)
    seal_head(data)
