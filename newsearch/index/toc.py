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
import time
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from newsearch.codec.coding.entries import MAX_DOCS
from newsearch.codec.framing import read_small
from newsearch.errors import CorruptIndexError
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.index.whoosh_index import NamedSchema

INDEX_NAME: Final = "MAIN"
"""What Whoosh calls an index that has no other name; its files begin with it."""

_BLOCKED_MAGIC: Final = b"\nnewsearch blocked"
_CHECKSUM_MAGIC: Final = b"\nnewsearch crc32 "
_CHECKSUM_BYTES: Final = len(_CHECKSUM_MAGIC) + 8
_BYTE_ORDER: Final = -12345
_TOC_VERSION: Final = -111
_MAX_TOC_BYTES: Final = 1 << 20
_ATTEMPTS: Final = 20
_PAUSE_S: Final = 0.02
_SEGMENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")


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
    segments: list[NewsSegmentInfo]
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


def encode_toc(
    segments: list[NewsSegmentInfo],
    generation: int,
    languages: Iterable[str] = (),
    *,
    has_blocked: bool = False,
) -> bytes:
    """Return the bytes of a TOC: Whoosh's own, then what Whoosh does not read, with a checksum.

    `languages`: those of the articles, the most frequent first, in which Whoosh analyses queries.
    """
    memory = RamStorage()
    TOC(NamedSchema(*languages), segments, generation).write(memory, INDEX_NAME)
    content: bytes = memory.files[toc_name(generation)]
    content += _BLOCKED_MAGIC if has_blocked else b""
    return content + _CHECKSUM_MAGIC + b"%08x" % zlib.crc32(content)


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
    has_checksum = checksum.startswith(_CHECKSUM_MAGIC)
    if has_checksum and checksum != _CHECKSUM_MAGIC + b"%08x" % zlib.crc32(head):
        raise CorruptIndexError(path, "the checksum of the table of contents differs")
    try:
        whooshs = head.removesuffix(_BLOCKED_MAGIC) if has_checksum else content
        segments = _parse(io.BytesIO(whooshs), generation)
    except Exception as error:  # pickle: "other exceptions may also be raised"
        raise CorruptIndexError(path, "the table of contents is damaged") from error
    verified = [_verified(path, segment) for segment in segments]
    if len({segment.segid for segment in verified}) != len(verified):
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


class _NewsUnpickler(pickle._Unpickler):
    """Restores plain values and our segments.

    It is the one in Python: the one in C takes a gigabyte where seven bytes ask for it.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (NewsSegmentInfo.__module__, NewsSegmentInfo.__qualname__):
            return NewsSegmentInfo
        raise pickle.UnpicklingError(f"{module}.{name} has no place in it")


def _parse(file: io.BytesIO, generation: int) -> list[Any]:
    """Read Whoosh's layout: sizes of C types, versions, schema, generation, segments."""
    stream = StructFile(file)
    for _ in range(3):
        stream.read_varint()
    if stream.read_int() != _BYTE_ORDER or stream.read_int() != _TOC_VERSION:
        raise ValueError("not a table of contents of this Whoosh")
    for _ in range(3):
        stream.read_varint()
    stream.skip_string()
    if stream.read_int() != generation:
        raise ValueError("its generation is not that of its name")
    stream.read_int()
    segments = _NewsUnpickler(file).load()
    if not isinstance(segments, list) or file.read(1):
        raise ValueError("no list of segments, or something after it")
    return segments


def _verified(path: Path, segment: Any) -> NewsSegmentInfo:
    """Make a segment anew from the values of an unpickled one, if they can be."""
    plain = {"live_crc": None, **vars(segment)} if isinstance(segment, NewsSegmentInfo) else {}
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
            id_bytes = bytes.fromhex(segid)
            return NewsSegmentInfo(
                *(INDEX_NAME, id_bytes, articles),
                deleted=deleted,
                live_name=live_name,
                live_crc=live_crc,
            )
    raise CorruptIndexError(path, "the table of contents names an impossible segment")
