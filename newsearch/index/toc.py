"""Whoosh's table of contents, written in Whoosh's layout and read without running its pickles.

The TOC names the segments of a commit. Whoosh reads it by unpickling, which runs whatever a
hostile file says. Here the one class in it is allowed and nothing else; what it says is verified
before it is used; and the schema is ours, not the pickled one, which only stock Whoosh reads.
"""

from __future__ import annotations

import io
import pickle
import re
import time
import zlib
from pathlib import Path
from typing import Any, Final, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from newsearch.codec.coding.entries import MAX_DOCS
from newsearch.codec.framing import read_small
from newsearch.errors import CorruptIndexError
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.schema import DEFAULT_LANGUAGE, build_schema

INDEX_NAME: Final = "MAIN"
"""What Whoosh calls an index that has no other name; its files begin with it."""

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
    """

    commit: Commit
    segments: list[NewsSegmentInfo]


def toc_name(generation: int) -> str:
    """Name the TOC file of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def encode_toc(
    segments: list[NewsSegmentInfo], generation: int, language: str = DEFAULT_LANGUAGE
) -> bytes:
    """Return the bytes of a TOC: Whoosh's own, then a checksum that Whoosh does not read.

    `language`: that of most articles, in which Whoosh analyses queries.
    """
    memory = RamStorage()
    TOC(build_schema(language), segments, generation).write(memory, INDEX_NAME)
    content: bytes = memory.files[toc_name(generation)]
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
        segments = _parse(io.BytesIO(head if has_checksum else content), generation)
    except Exception as error:  # pickle: "other exceptions may also be raised"
        reason = f"the table of contents is damaged ({type(error).__name__}: {error})"
        raise CorruptIndexError(path, reason) from error
    verified = [_verified(path, segment) for segment in segments]
    if len({segment.segid for segment in verified}) != len(verified):
        raise CorruptIndexError(path, "the table of contents names a segment twice")
    return Toc(_commit(content, generation), verified)


def read_toc(folder: Path) -> Toc:
    """Read the newest TOC in a folder.

    Raises CorruptIndexError when there is none or it is damaged.
    """
    return decode_toc(*_read_latest(folder))


def latest_commit(folder: Path) -> Commit:
    """Tell which commit is the newest in a folder; it may be damaged."""
    _, content, generation = _read_latest(folder)
    return _commit(content, generation)


def _commit(content: bytes, generation: int) -> Commit:
    return Commit(generation, zlib.crc32(content))


def _read_latest(folder: Path) -> tuple[Path, bytes, int]:
    """Read the newest TOC; one that a commit removes meanwhile is looked for again."""
    for _ in range(_ATTEMPTS):
        generation = _latest_generation(folder)
        if generation >= 0:
            path = folder / toc_name(generation)
            try:
                return path, read_small(path, _MAX_TOC_BYTES), generation
            except FileNotFoundError:
                continue
        # A listing made during a commit can miss both the old and the new one.
        time.sleep(_PAUSE_S)
    raise CorruptIndexError(folder, "its table of contents is missing")


def _latest_generation(folder: Path) -> int:
    """Return the highest generation that has a TOC in the folder, -1 for none."""
    pattern = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,18}})\.toc")
    matches = (pattern.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in matches if match), default=-1)


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
    plain = dict(vars(segment)) if isinstance(segment, NewsSegmentInfo) else {}
    match plain:
        case {
            "segid": str(segid),
            "articles": int(articles),
            "deleted": int(deleted),
            "live_name": None | str() as live_name,
        } if (
            plain.get("indexname") == INDEX_NAME
            and _SEGMENT_ID.fullmatch(segid)
            and 0 <= deleted <= articles <= MAX_DOCS
            and (live_name is None or _FILE_NAME.fullmatch(live_name))
        ):
            id_bytes = bytes.fromhex(segid)
            return NewsSegmentInfo(
                INDEX_NAME, id_bytes, articles, deleted=deleted, live_name=live_name
            )
    raise CorruptIndexError(path, "the table of contents names an impossible segment")
