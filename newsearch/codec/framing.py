"""The container of every file we write: named arrays that a verified table lists.

A file is a fixed head, the sections (arrays) one after another, and a table that says where each
section lies. FORMAT.md gives the bytes. The head is written last, so a file whose writer died has
no valid head.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from newsearch.closing import Closing
from newsearch.errors import CorruptIndexError, IndexingError, other_version
from newsearch.values import frozen

MAGIC: Final = b"NEWSSEG\n"
FORMAT_VERSION: Final = 5
ALIGNMENT: Final = 64
SEGMENT_ID_BYTES: Final = 16
NAME_BYTES: Final = 40

_HEAD: Final = struct.Struct("<8sHH4x16sQQII")
_SECTION: Final = struct.Struct(f"<{NAME_BYTES}s4sIQQ")
_PADDED_HEAD_BYTES: Final = 64
_DTYPES: Final = {name: np.dtype(f"<{name}") for name in ("u1", "u2", "u4", "u8", "i8")}
_MAX_SECTIONS: Final = 4096
_MAX_U4: Final = 0xFFFFFFFF
_SPOOL_BYTES: Final = 1 << 20
_COPY_BYTES: Final = 1 << 20
_IN_USE: Final = (5, 32, 33)
"""What Windows calls that: access denied, a sharing violation, a lock."""
_LONGEST_LOOK_S: Final = 2.0
"""How long virus scanners, and readers of small files, have them open."""
_PAUSE_S: Final = 0.02

Dtype = Literal["u1", "u2", "u4", "u8", "i8"]
AnyArray = NDArray[Any]


@frozen
class Section:
    """Where one array lies in the file.

    `name`: ASCII, unique in the file, at most 40 bytes; slashes group what belongs together.
    `dtype`: ``u1 u2 u4 u8`` or ``i8``, kind and bytes of an item, little-endian. `offset`: from the
    start of the file, a multiple of 64. `checksum`: CRC-32 of the bytes.
    """

    name: str
    dtype: str
    offset: int
    size_bytes: int
    checksum: int


class SectionWriter:
    """Takes one array in chunks; made by :meth:`ArrayFileWriter.section`.

    Chunks lie in memory up to 1 MiB and in an unnamed temporary file beyond; the one section
    opened with ``direct=True`` goes straight to its place.
    """

    def __init__(
        self, stream: IO[bytes], dtype: Dtype, start: int, narrowest: Dtype | None = None
    ) -> None:
        self._stream = stream
        self._narrowest = narrowest
        self._highest = 0
        self.start = start
        self.dtype: Dtype = dtype
        self.size_bytes = 0
        self.checksum = 0

    @property
    def count(self) -> int:
        """Items written so far."""
        return self.size_bytes // _DTYPES[self.dtype].itemsize

    def append(self, chunk: AnyArray | bytes) -> None:
        """Write more items; an array is converted to the section's type.

        Raises OverflowError when a value does not fit the section's type.
        """
        data = chunk if isinstance(chunk, bytes) else _as_bytes(chunk, _DTYPES[self.dtype])
        if self._narrowest and not isinstance(chunk, bytes) and chunk.size:
            self._highest = max(self._highest, int(chunk.max()))
        self._stream.write(data)
        self.checksum = zlib.crc32(data, self.checksum)
        self.size_bytes += len(data)

    def chunks(self) -> Iterator[bytes]:
        """Return what was written, in pieces of at most 1 MiB."""
        self._stream.seek(self.start)
        while piece := self._stream.read(_COPY_BYTES):
            yield piece

    def final_dtype(self) -> Dtype:
        """Name the type of the section in the file, now that all values are known."""
        if self._narrowest is None:
            return self.dtype
        fitting = smallest_dtype(self._highest)
        return max(fitting, self._narrowest)

    def close(self) -> None:
        """Drop the temporary file; not for a direct section, whose stream is the file itself."""
        self._stream.close()

    def section(self, name: str, offset: int) -> Section:
        """Return where what was written lies."""
        return Section(name, self.dtype, offset, self.size_bytes, self.checksum)


class OffsetsWriter:
    """Takes sizes and writes where each thing begins: one more ascending offset than things.

    They are kept in 8 bytes each while they come and in 4 in the file if they fit.
    """

    def __init__(self, section: SectionWriter) -> None:
        self._section = section
        self.end = 0
        section.append(np.zeros(1, np.uint64))

    def append(self, sizes: AnyArray) -> None:
        """Add things; ``sizes`` are not negative and may be of any integer type."""
        ends = np.cumsum(sizes, dtype=np.uint64)
        ends += np.uint64(self.end)
        if len(ends):
            self.end = int(ends[-1])
            self._section.append(ends)


def _as_bytes(array: AnyArray, dtype: np.dtype[Any]) -> memoryview | bytes:
    if array.size and array.dtype != dtype:
        limits = np.iinfo(dtype)
        if int(array.max()) > limits.max or int(array.min()) < limits.min:
            raise OverflowError(f"a value does not fit {dtype.str}")
    flat = np.ascontiguousarray(array, dtype=dtype).reshape(-1)
    return flat.view(np.uint8).data if flat.size else b""


class ArrayFileWriter(Closing):
    """Writes one file of named arrays, published by an atomic rename.

    Use as a context manager: leaving it without :meth:`finish` removes the temporary file, which is
    called ``<name>.tmp``, and publishes nothing. `segment_id`: 16 bytes that the head carries;
    files of one segment share them.
    """

    def __init__(self, path: Path, segment_id: bytes) -> None:
        if len(segment_id) != SEGMENT_ID_BYTES:
            raise ValueError(f"a segment id has {SEGMENT_ID_BYTES} bytes, not {len(segment_id)}")
        self.path = path
        self.segment_id = segment_id
        self._temporary = path.with_name(path.name + ".tmp")
        self._file = new_file(self._temporary)
        self._file.write(bytes(_PADDED_HEAD_BYTES))
        self._open: dict[str, SectionWriter] = {}
        self._direct = ""
        self._sections: list[Section] = []
        self._is_published = False

    def section(
        self, name: str, dtype: Dtype, *, narrowest: Dtype | None = None, direct: bool = False
    ) -> SectionWriter:
        """Open a section to be filled in chunks.

        `narrowest`: store in a narrower unsigned type than `dtype`, down to this one, if all values
        fit. `direct`: write straight into the file instead of spooling. One section at a time can
        be direct; it has to be closed with :meth:`close_direct` before the next.
        """
        self._check_name(name, dtype)
        if direct:
            if self._direct:
                raise ValueError(f"section {self._direct} is still being written directly")
            self._direct = name
            writer = SectionWriter(self._file, dtype, self._align())
        else:
            import tempfile  # only writers need it, and it takes a while

            spool = tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(self.path.parent))  # noqa: SIM115
            writer = SectionWriter(spool, dtype, 0, narrowest)
        self._open[name] = writer
        return writer

    def offsets(self, name: str) -> OffsetsWriter:
        """Open a section of offsets, to be filled with sizes."""
        return OffsetsWriter(self.section(name, "u8", narrowest="u4"))

    def add(self, name: str, dtype: Dtype, array: AnyArray | bytes) -> None:
        """Write a whole section at once."""
        self.section(name, dtype).append(array)

    def close_direct(self) -> None:
        """End the section that is written straight into the file, if there is one."""
        if self._direct:
            writer = self._open.pop(self._direct)
            self._sections.append(writer.section(self._direct, writer.start))
            self._direct = ""

    def finish(self) -> int:
        """Write what was spooled, the table and the head, sync, and rename into place.

        Returns the size of the file in bytes.
        """
        self.close_direct()
        for name, writer in self._open.items():
            self._copy(name, writer)
        self._open = {}
        size_bytes = self._write_table()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        put_in_place(self._temporary, self.path)
        self._is_published = True
        return size_bytes

    def close(self) -> None:
        """Remove the unfinished file; does nothing after :meth:`finish`."""
        if self._is_published:
            return
        for name, writer in self._open.items():
            if name != self._direct:  # That one's stream is the file itself.
                with contextlib.suppress(OSError):  # Closing writes, and the disk may be full.
                    writer.close()
        with contextlib.suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)

    def _copy(self, name: str, spooled: SectionWriter) -> None:
        """Bring a spooled section into the file, in a narrower type where one was asked for."""
        final = spooled.final_dtype()
        placed = SectionWriter(self._file, final, self._align())
        for piece in spooled.chunks():
            is_same = final == spooled.dtype
            placed.append(piece if is_same else np.frombuffer(piece, _DTYPES[spooled.dtype]))
        spooled.close()
        self._sections.append(placed.section(name, placed.start))

    def _check_name(self, name: str, dtype: str) -> None:
        if not name.isascii() or not 0 < len(name) <= NAME_BYTES:
            raise ValueError(f"{name!r} cannot name a section")
        if dtype not in _DTYPES:
            raise ValueError(f"{dtype} cannot be stored")
        if name in self._open or any(one.name == name for one in self._sections):
            raise ValueError(f"section {name} is there already")

    def _align(self) -> int:
        end = self._file.seek(0, os.SEEK_END)
        self._file.write(bytes(-end % ALIGNMENT))
        return self._file.tell()

    def _write_table(self) -> int:
        start = self._align()
        table = b"".join(
            _SECTION.pack(r.name.encode(), r.dtype.encode(), r.checksum, r.offset, r.size_bytes)
            for r in self._sections
        )
        self._file.write(table)
        size_bytes = self._file.tell()
        head = _HEAD.pack(
            MAGIC, FORMAT_VERSION, len(self._sections), self.segment_id, size_bytes, start,
            zlib.crc32(table), 0,
        )  # fmt: skip
        head = head[:-4] + struct.pack("<I", zlib.crc32(head[:-4]))
        self._file.seek(0)
        self._file.write(head)
        return size_bytes


def smallest_dtype(highest: int) -> Dtype:
    """Name the narrowest unsigned type that holds ``highest``."""
    for name, limit in (("u1", 0xFF), ("u2", 0xFFFF), ("u4", _MAX_U4)):
        if highest <= limit:
            return name  # type: ignore[return-value]
    return "u8"


def new_file(path: Path) -> IO[bytes]:
    """Open a file to be written, in place of what a killed writer left under its name.

    A link or pipe that somebody has put there leads nowhere.
    """
    try:
        return path.open("x+b")
    except FileExistsError:
        path.unlink()
        return path.open("x+b")


def write_synced(path: Path, content: bytes) -> None:
    """Write a small file and wait until it is on the disk; a failure leaves nothing of it."""
    try:
        with new_file(path) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def put_in_place(temporary: Path, path: Path) -> None:
    """Rename a file that is on the disk, and wait until its new name is there too."""
    rename(temporary, path)
    sync_folder(path.parent)


def rename(temporary: Path, path: Path) -> None:
    """Rename a file; a failure leaves nothing of it."""
    try:
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, and wait until their names are kept."""
    missing = [one for one in path.absolute().parents if not one.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for one in (path.absolute(), *missing):
        sync_folder(one.parent)


def _replace(temporary: Path, path: Path) -> None:
    end_s = time.monotonic() + _LONGEST_LOOK_S
    while True:
        try:
            temporary.replace(path)
        except PermissionError as error:
            if not is_in_use(error) or time.monotonic() > end_s:
                raise
        else:
            return
        time.sleep(_PAUSE_S)


def is_in_use(error: OSError) -> bool:
    """Whether Windows keeps a file as it is because a program has it open."""
    return getattr(error, "winerror", None) in _IN_USE


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can (not on Windows)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ArrayFile(Closing):
    """A verified, memory-mapped file of named arrays.

    Opening checks the head, the table and that every section lies inside the file; the payload's
    checksums are verified by :meth:`damaged_sections`. Arrays are read-only views of one shared
    map: no copy is made, any number of threads may read. The frame is that of older versions too;
    who reads sections that have changed calls `check_version`.

    Raises CorruptIndexError when the file is truncated, altered, or not ours.
    """

    def __init__(self, path: Path) -> None:
        if sys.byteorder != "little":
            raise IndexingError(path, "newsearch reads its files on little-endian machines only")
        self.path = path
        self._map: mmap.mmap | None = _map_file(path)
        try:
            self._version, self.segment_id, self.sections = _read_table(path, self._map)
        except BaseException:
            self.close()
            raise

    def __contains__(self, name: str) -> bool:
        return name in self.sections

    @property
    def size_bytes(self) -> int:
        return len(self._data())

    def array(self, name: str, *dtypes: Dtype) -> AnyArray:
        """Return a section as a read-only array over the map.

        `dtypes`: the types the caller can use; none given means any. Raises CorruptIndexError when
        the section is missing or has another type.
        """
        section = self.sections.get(name)
        if section is None:
            raise self.corrupt(f"section {name} is missing")
        if dtypes and section.dtype not in dtypes:
            raise self.corrupt(f"section {name} has type {section.dtype}")
        dtype = _DTYPES[section.dtype]
        count = section.size_bytes // dtype.itemsize
        return np.frombuffer(self._data(), dtype, count, section.offset)

    def offsets(self, name: str, count: int, end: int) -> AnyArray:
        """Return a section of ``count + 1`` ascending offsets that start at 0 and end at ``end``.

        Raises CorruptIndexError when it is anything else.
        """
        array = self.array(name, "u4", "u8")
        if count < 0 or len(array) != count + 1 or int(array[0]) != 0 or int(array[-1]) != end:
            raise self.corrupt(f"section {name} does not fit what it points into")
        if np.any(array[1:] < array[:-1]):
            raise self.corrupt(f"section {name} does not ascend")
        return array

    def check_version(self) -> None:
        """Raise IndexingError for a file of an older format."""
        if self._version != FORMAT_VERSION:
            raise other_version(self.path, self._version, FORMAT_VERSION)

    def corrupt(self, reason: str) -> CorruptIndexError:
        """Make, not raise, the error that says what is wrong with this file."""
        return CorruptIndexError(self.path, reason)

    def damaged_sections(self) -> list[str]:
        """Name the sections whose checksum differs; reads the whole file."""
        view = memoryview(self._data())
        try:
            return [s.name for s in self.sections.values() if _checksum(view, s) != s.checksum]
        finally:
            view.release()

    def has_clean_padding(self) -> bool:
        """Whether all bytes between head, sections and table are 0, as they are written."""
        data = self._data()
        end = _HEAD.size
        for section in sorted(self.sections.values(), key=lambda s: (s.offset, s.size_bytes)):
            if any(data[end : section.offset]):
                return False
            end = section.offset + section.size_bytes
        table = len(data) - len(self.sections) * _SECTION.size
        return not any(data[end:table])

    def release_memory(self) -> None:
        """Free the memory of what was read so far, where the system can; reading may go on.

        What is read counts as this process's memory until the system needs it elsewhere.
        """
        if hasattr(mmap, "MADV_DONTNEED"):
            self._data().madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Release the map.

        The operating system's handle goes at once when no array of this file is held any more,
        else with the last of them: a view never dangles. On Windows the file cannot be removed
        before that.
        """
        data, self._map = self._map, None
        if data is not None:
            with contextlib.suppress(BufferError):
                data.close()

    def _data(self) -> mmap.mmap:
        if self._map is None:
            raise ValueError(f"{self.path} is closed")
        return self._map


def open_regular(path: Path) -> IO[bytes]:
    """Open a file to read; CorruptIndexError for a pipe or device, which could be read for ever."""
    file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise CorruptIndexError(path, "is no regular file")
    return file


def _open_at_once(path: str, flags: int) -> int:
    # Opening a pipe to read would wait for somebody who writes to it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_small(path: Path, most_bytes: int) -> bytes:
    """Read a file of the index that is small unless it is damaged.

    Raises CorruptIndexError where it has more than `most_bytes`, or is no regular file.
    """
    with open_regular(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise CorruptIndexError(path, f"has more than {most_bytes:,} bytes, which it cannot need")
    return content


def _map_file(path: Path) -> mmap.mmap:
    with open_regular(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        if size_bytes < _PADDED_HEAD_BYTES:
            raise CorruptIndexError(path, f"the file has {size_bytes} bytes, too few for a head")
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _read_table(path: Path, data: mmap.mmap) -> tuple[int, bytes, dict[str, Section]]:
    head = data[: _HEAD.size]
    magic, version, count, segment_id, size_bytes, start, table_crc, head_crc = _HEAD.unpack(head)
    if magic != MAGIC:
        raise CorruptIndexError(path, "the file was not written by newsearch")
    if zlib.crc32(head[:-4]) != head_crc:
        raise CorruptIndexError(path, "the head's checksum differs")
    if version > FORMAT_VERSION:
        raise other_version(path, version, FORMAT_VERSION)
    if (
        size_bytes != len(data)
        or start + count * _SECTION.size != size_bytes
        or count > _MAX_SECTIONS
    ):
        raise CorruptIndexError(path, "the file's size differs from what its head says")
    table = data[start:]
    if zlib.crc32(table) != table_crc:
        raise CorruptIndexError(path, "the table's checksum differs")
    sections = (_section(path, line, start) for line in _SECTION.iter_unpack(table))
    return version, segment_id, {section.name: section for section in sections}


def _section(path: Path, line: tuple[bytes, bytes, int, int, int], end: int) -> Section:
    raw_name, raw_dtype, checksum, offset, size_bytes = line
    name = raw_name.rstrip(b"\0").decode("ascii", "replace")
    dtype = raw_dtype.rstrip(b"\0").decode("ascii", "replace")
    if dtype not in _DTYPES or size_bytes % _DTYPES[dtype].itemsize:
        raise CorruptIndexError(path, f"section {name!r} has an impossible type or size")
    if offset % ALIGNMENT or offset < _PADDED_HEAD_BYTES or offset + size_bytes > end:
        raise CorruptIndexError(path, f"section {name!r} lies outside the file")
    return Section(name, dtype, offset, size_bytes, checksum)


def _checksum(view: memoryview, section: Section) -> int:
    return zlib.crc32(view[section.offset : section.offset + section.size_bytes])
