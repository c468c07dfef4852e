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
from typing import Any, Final

from whoosh.filedb.filestore import RamStorage, Storage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex
from whoosh.reading import IndexReader

from newsearch.codec.coding.entries import MAX_DOCS
from newsearch.errors import CorruptIndexError
from newsearch.index.segments import NewsSegment
from newsearch.schema import build_schema

INDEX_NAME: Final = "MAIN"

_CHECKSUM_MAGIC: Final = b"\nnewsearch crc32 "
_CHECKSUM_BYTES: Final = len(_CHECKSUM_MAGIC) + 8
_BYTE_ORDER: Final = -12345
_TOC_VERSION: Final = -111
_MAX_TOC_BYTES: Final = 1 << 26
_ATTEMPTS: Final = 20
_PAUSE_S: Final = 0.02
_SEGMENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")


def toc_name(generation: int, indexname: str = INDEX_NAME) -> str:
    """Name the TOC file of a generation."""
    return f"_{indexname}_{generation}.toc"


def encode_toc(segments: list[NewsSegment], generation: int, indexname: str = INDEX_NAME) -> bytes:
    """Return the bytes of a TOC: Whoosh's own, then a checksum that Whoosh does not read."""
    memory = RamStorage()
    TOC(build_schema(), segments, generation).write(memory, indexname)
    content: bytes = memory.files[toc_name(generation, indexname)]
    return content + _CHECKSUM_MAGIC + b"%08x" % zlib.crc32(content)


def decode_toc(path: Path, content: bytes, generation: int, indexname: str = INDEX_NAME) -> TOC:
    """Read the bytes of a TOC; no code in them is run.

    Parameters
    ----------
    path
        Where they come from, for errors.
    generation
        The one in the file's name.

    Returns
    -------
    TOC
        With our schema and verified segments.

    Raises
    ------
    CorruptIndexError
        For bytes that are damaged, name a class that has no place there, or say what cannot be.
    """
    head, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    if checksum.startswith(_CHECKSUM_MAGIC):
        if checksum != _CHECKSUM_MAGIC + b"%08x" % zlib.crc32(head):
            raise CorruptIndexError(path, "the checksum of the table of contents differs")
        content = head
    try:
        release, segments = _parse(io.BytesIO(content), generation)
    except Exception as error:  # pickle: "other exceptions may also be raised"
        reason = f"the table of contents is damaged ({type(error).__name__}: {error})"
        raise CorruptIndexError(path, reason) from error
    verified = [_verified(path, segment, indexname) for segment in segments]
    if len({segment.segid for segment in verified}) != len(verified):
        raise CorruptIndexError(path, "the table of contents names a segment twice")
    return TOC(build_schema(), verified, generation, _TOC_VERSION, release)


def read_toc(folder: Path, indexname: str = INDEX_NAME) -> TOC:
    """Read the newest TOC in a folder; one that a commit removes meanwhile is looked for again.

    Raises
    ------
    CorruptIndexError
        When there is none or it is damaged.
    """
    for _ in range(_ATTEMPTS):
        generation = latest_generation(folder, indexname)
        if generation >= 0:
            path = folder / toc_name(generation, indexname)
            try:
                return decode_toc(path, _read_bytes(path), generation, indexname)
            except FileNotFoundError:
                continue
        # A listing made during a commit can miss both the old and the new one.
        time.sleep(_PAUSE_S)
    raise CorruptIndexError(folder, "its table of contents is missing")


def latest_generation(folder: Path, indexname: str = INDEX_NAME) -> int:
    """Return the highest generation that has a TOC in the folder, -1 for none."""
    pattern = re.compile(rf"_{re.escape(indexname)}_([0-9]{{1,18}})\.toc")
    matches = (pattern.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in matches if match), default=-1)


class NewsIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's index of a folder, reading TOCs safely; made like Whoosh's own.

    Raises
    ------
    CorruptIndexError
        When the TOC is missing or damaged.
    """

    def __init__(self, storage: Storage, schema: Any = None, indexname: str = INDEX_NAME) -> None:
        self.storage = storage
        self.indexname = indexname
        self.folder = Path(storage.folder)
        self._schema = build_schema()
        self._read_toc()

    def _read_toc(self) -> TOC:
        return read_toc(self.folder, self.indexname)

    def latest_generation(self) -> int:
        return latest_generation(self.folder, self.indexname)

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """Open a reader of the newest commit.

        A file of an older commit may vanish meanwhile, then the newer one is opened. Files of
        the newest commit are never removed.

        Raises
        ------
        CorruptIndexError
            When a file of the newest commit is missing or damaged.
        """
        while True:
            toc = self._read_toc()
            try:
                return self._reader(
                    self.storage, toc.schema, toc.segments, toc.generation, reuse=reuse
                )
            except FileNotFoundError as error:
                if self.latest_generation() == toc.generation:
                    path = error.filename or self.folder
                    raise CorruptIndexError(path, "a file of the index is missing") from error


class _NewsUnpickler(pickle.Unpickler):
    """Restores plain values and our segments."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (NewsSegment.__module__, NewsSegment.__qualname__):
            return NewsSegment
        raise pickle.UnpicklingError(f"{module}.{name} has no place in it")


def _read_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MAX_TOC_BYTES + 1)
    if len(content) > _MAX_TOC_BYTES:
        raise CorruptIndexError(path, "is too large for a table of contents")
    return content


def _parse(file: io.BytesIO, generation: int) -> tuple[tuple[int, int, int], list[Any]]:
    """Read Whoosh's layout: sizes of C types, versions, schema, generation, segments."""
    stream = StructFile(file)
    for _ in range(3):
        stream.read_varint()
    if stream.read_int() != _BYTE_ORDER or stream.read_int() != _TOC_VERSION:
        raise ValueError("not a table of contents of this Whoosh")
    release = (stream.read_varint(), stream.read_varint(), stream.read_varint())
    stream.skip_string()
    if stream.read_int() != generation:
        raise ValueError("its generation is not that of its name")
    stream.read_int()
    segments = _NewsUnpickler(file).load()
    if not isinstance(segments, list) or file.read(1):
        raise ValueError("no list of segments, or something behind it")
    return release, segments


def _verified(path: Path, segment: Any, indexname: str) -> NewsSegment:
    """Make a segment anew from the values of an unpickled one, if they can be."""
    plain = dict(vars(segment)) if isinstance(segment, NewsSegment) else {}
    match plain:
        case {
            "segid": str(segid),
            "articles": int(articles),
            "deleted": int(deleted),
            "live_name": None | str() as live_name,
        } if (
            plain.get("indexname") == indexname
            and _SEGMENT_ID.fullmatch(segid)
            and 0 <= deleted <= articles <= MAX_DOCS
            and (live_name is None or _FILE_NAME.fullmatch(live_name))
        ):
            id_bytes = bytes.fromhex(segid)
            return NewsSegment(indexname, id_bytes, articles, deleted=deleted, live_name=live_name)
    raise CorruptIndexError(path, "the table of contents names a segment that cannot be")
