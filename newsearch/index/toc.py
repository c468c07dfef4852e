"""Whoosh's table of contents, written in Whoosh's layout and read without running its pickles.

The TOC names the segments of a commit. Whoosh reads it by unpickling, which runs whatever a
hostile file says. Here the one class in it is allowed and nothing else; what it says is verified
before it is used; and the schema is ours, not the pickled one, which only stock Whoosh reads.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import re
import struct
import time
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from newsearch.codec.coding.entries import MAX_DOCS
from newsearch.codec.framing import read_small
from newsearch.codec.records import INDEX_NAME, SegmentRecord
from newsearch.errors import CorruptIndexError
from newsearch.patterns import lazy_pattern

BLOCKED_MAGIC: Final = b"\nnewsearch blocked"
CHECKSUM_MAGIC: Final = b"\nnewsearch crc32 "
_CHECKSUM_BYTES: Final = len(CHECKSUM_MAGIC) + 8
_BYTE_ORDER: Final = -12345
_TOC_VERSION: Final = -111
_MAX_TOC_BYTES: Final = 1 << 20
_ATTEMPTS: Final = 20
_PAUSE_S: Final = 0.02
_SEGMENT_ID: Final = lazy_pattern(r"[0-9a-f]{32}")
_FILE_NAME: Final = lazy_pattern(r"[A-Za-z0-9_][A-Za-z0-9_.]*")


class Commit(NamedTuple):
    """What tells a commit from all others, those of an index that lay here before included.

    Parameters
    ----------
    generation
        Its number in the index; each has a higher one than those before.
    checksum
        CRC-32 of its TOC, which names segments by random numbers.
    """

    generation: int
    checksum: int


class Toc(NamedTuple):
    """What a TOC says.

    Parameters
    ----------
    commit
        Which commit it is.
    segments
        The segments of the commit, in the order of their articles.
    faults
        What is wrong with TOCs that would have come first: lines for people.
    has_blocked
        Whether there is a list of purged articles, see `newsearch.index.blocked`.
    """

    commit: Commit
    segments: list[SegmentRecord]
    faults: tuple[str, ...] = ()
    has_blocked: bool = False


def toc_name(generation: int) -> str:
    """Name the TOC file of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def copy_name(generation: int) -> str:
    """Name the second copy of a TOC, which Whoosh does not read; written once the first is there.

    It is read where the first is damaged or lost; segments can be made again, TOCs cannot. Its
    name begins in another way, as Whoosh's ``create_in`` removes all files that begin like TOCs.
    """
    return f"{INDEX_NAME}.{generation}.toc.copy"


def decode_toc(path: Path, content: bytes, generation: int) -> Toc:
    """Read the bytes of a TOC; no code in them is run.

    Parameters
    ----------
    path
        Where they come from, for errors.
    generation
        The one in the file's name.

    Raises
    ------
    CorruptIndexError
        For bytes that are damaged, name a class that has no place there, or say what cannot be.
    """
    head, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    has_checksum = checksum.startswith(CHECKSUM_MAGIC)
    if has_checksum and checksum != CHECKSUM_MAGIC + b"%08x" % zlib.crc32(head):
        raise CorruptIndexError(path, "the checksum of the table of contents differs")
    try:
        whooshs = head.removesuffix(BLOCKED_MAGIC) if has_checksum else content
        segments = _parse(io.BytesIO(whooshs), generation)
    except Exception as error:  # pickle: "other exceptions may also be raised"
        raise CorruptIndexError(path, "the table of contents is damaged") from error
    verified = [_verified(path, segment) for segment in segments]
    if len({record.id_bytes for record in verified}) != len(verified):
        raise CorruptIndexError(path, "the table of contents names a segment twice")
    has_blocked = has_checksum and len(whooshs) < len(head)
    return Toc(_commit(content, generation), verified, has_blocked=has_blocked)


def read_toc(folder: Path) -> Toc:
    """Read the newest TOC in a folder that is whole.

    Raises CorruptIndexError when there is none or all are damaged.
    """
    return read_tocs(folder)[0]


def read_tocs(folder: Path) -> list[Toc]:
    """Read the TOCs in a folder that are whole, the newest first; see `read_toc`."""
    for attempt in range(_ATTEMPTS):
        found: list[Toc] = []
        errors: list[CorruptIndexError] = []
        names = _names(folder)
        try:
            for path, generation in names:
                _read_into(found, errors, path, generation)
        except FileNotFoundError:  # a commit has removed it
            continue
        # A listing made during a commit can miss the old one, the new one or both.
        if found and (attempt or not errors):
            return found
        if errors and attempt:
            raise errors[0]
        time.sleep(_PAUSE_S)
    raise CorruptIndexError(folder, "its table of contents is missing")


def _read_into(
    found: list[Toc], errors: list[CorruptIndexError], path: Path, generation: int
) -> None:
    """Add a TOC to those that are whole, with what is wrong with those that come first."""
    if any(toc.commit.generation == generation for toc in found):
        return
    first = path.with_name(toc_name(generation))
    if path != first and not first.exists():
        errors.append(CorruptIndexError(first, "is missing"))
    try:
        toc = decode_toc(path, read_small(path, _MAX_TOC_BYTES), generation)
    except CorruptIndexError as error:
        errors.append(error)
        return
    faults = tuple(f"{Path(error.path).name}: {error.fault}" for error in errors)
    found.append(toc._replace(faults=faults))


def latest_commit(folder: Path) -> Commit:
    """Tell which commit is the newest in a folder; what it names may be damaged."""
    names = _names(folder)
    with contextlib.suppress(FileNotFoundError, CorruptIndexError, IndexError):
        path, generation = names[0]
        content = read_small(path, _MAX_TOC_BYTES)
        if path.name == toc_name(generation) and _is_whole(path, content, generation):
            return _commit(content, generation)
    return read_toc(folder).commit


def last_generation(folder: Path) -> int:
    """Return the highest generation of which a folder has a TOC, whole or damaged."""
    return _names(folder)[0][1]


@lru_cache(16)  # an index that is watched is asked for its commit again and again
def _is_whole(path: Path, content: bytes, generation: int) -> bool:
    try:
        decode_toc(path, content, generation)
    except CorruptIndexError:
        return False
    return True


def _commit(content: bytes, generation: int) -> Commit:
    return Commit(generation, zlib.crc32(content))


def _names(folder: Path) -> list[tuple[Path, int]]:
    """Return the files of TOCs and their generations: the newest first, each before its copy."""
    pattern = re.compile(rf"(?:_{INDEX_NAME}_|{INDEX_NAME}\.)([0-9]{{1,18}})\.toc(\.copy)?")
    matches = ((path, pattern.fullmatch(path.name)) for path in folder.iterdir())
    named = [(path, int(match[1]), bool(match[2])) for path, match in matches if match]
    named.sort(key=lambda one: (-one[1], one[2]))
    return [(path, generation) for path, generation, _ in named]


class _Listed:
    """Takes the values of a pickled segment, whose own class is Whoosh's to load."""


class _NewsUnpickler(pickle._Unpickler):
    """Restores plain values and what segments hold.

    It is the one in Python: the one in C takes a gigabyte where seven bytes ask for it.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("newsearch.index.segment_info", "NewsSegmentInfo"):
            return _Listed
        raise pickle.UnpicklingError(f"{module}.{name} has no place in it")


def _parse(file: io.BytesIO, generation: int) -> list[Any]:
    """Read Whoosh's layout: sizes of C types, versions, schema, generation, segments."""
    for _ in range(3):
        _read_varint(file)
    if (_read_int(file), _read_int(file)) != (_BYTE_ORDER, _TOC_VERSION):
        raise ValueError("not a table of contents of this Whoosh")
    for _ in range(3):
        _read_varint(file)
    file.seek(_read_varint(file), io.SEEK_CUR)
    if _read_int(file) != generation:
        raise ValueError("its generation is not that of its name")
    _read_int(file)
    segments = _NewsUnpickler(file).load()
    if not isinstance(segments, list) or file.read(1):
        raise ValueError("no list of segments, or something after it")
    return segments


def _read_int(file: io.BytesIO) -> int:
    (number,) = struct.unpack("!i", file.read(4))
    return int(number)


def _read_varint(file: io.BytesIO) -> int:
    """Read groups of 7 bits, the lowest first; all but the last have bit 7 set."""
    number = 0
    for shift in range(0, 35, 7):
        (byte,) = file.read(1)
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number
    raise ValueError("a number has too many bytes")


def _verified(path: Path, segment: Any) -> SegmentRecord:
    """Make a record of the values of an unpickled segment, if they can be."""
    plain = {"live_crc": None, **vars(segment)} if isinstance(segment, _Listed) else {}
    match plain:
        case {
            "segid": str(segid),
            "articles": int(articles),
            "deleted": int(deleted),
            "live_name": None | str() as live_name,
            "live_crc": None | int() as live_crc,
        } if (
            plain.get("indexname") == INDEX_NAME
            and _SEGMENT_ID.fullmatch(segid)
            and 0 <= deleted <= articles <= MAX_DOCS
            and (live_name is None or _FILE_NAME.fullmatch(live_name))
        ):
            return SegmentRecord(bytes.fromhex(segid), articles, deleted, live_name, live_crc)
    raise CorruptIndexError(path, "the table of contents names an impossible segment")
