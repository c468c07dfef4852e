"""What was purged and may not be loaded again, known by salted digests only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from newsearch.codec.framing import SEGMENT_ID_BYTES, ArrayFile, ArrayFileWriter
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.index.packing import PackedArticle

BLOCKED_NAME: Final = "blocked"
_MOST_BYTES: Final = 64 << 20
"""Of the file, for 4 million articles; reading it takes three times as much."""
_SECTIONS: Final = ("ids", "contents")


class BlockList:
    """The ids and contents that an index has purged.

    The file has two sections of digests, with a row for each purged content, in a frame whose
    segment id is the salt. It tells whether something that is known was purged, and no more.

    Parameters
    ----------
    folder
        The index directory.
    is_there
        Whether the last commit says that there is a list.

    Raises
    ------
    CorruptIndexError
        The file is damaged or missing.
    """

    def __init__(self, folder: Path, *, is_there: bool) -> None:
        self._path = folder / BLOCKED_NAME
        self._rows: set[tuple[int, ...]] = set()
        self._salt = secrets.token_bytes(SEGMENT_ID_BYTES)
        try:
            self._read()
        except FileNotFoundError as error:
            if is_there:
                fault = "is missing, and with it what was purged and may not be loaded again"
                raise CorruptIndexError(self._path, fault) from error
        self._ids = {row[0] for row in self._rows}
        self._contents = {row[1] for row in self._rows}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def reason(self, packed: PackedArticle) -> str:
        """Return why an article may not be loaded, '' where it may."""
        if self._id(packed.article.id) in self._ids:
            return "purged earlier; 'newsearch delete --unblock ID' lets it in again"
        if self._content(packed) in self._contents:
            return "its text was purged earlier; '--unblock' of the id it had then lets it in again"
        return ""

    def block(self, purged: Iterable[PackedArticle]) -> None:
        """Block articles from now on."""
        added = {(self._id(one.article.id), self._content(one)) for one in purged}
        if not added <= self._rows:
            self._write(self._rows | added)

    def unblock(self, article_ids: Iterable[str]) -> list[str]:
        """Let ids, and contents that were purged with them, be loaded again; return those ids."""
        found = [one for one in dict.fromkeys(article_ids) if self._id(one) in self._ids]
        digests = set(map(self._id, found))
        if found:
            self._write({row for row in self._rows if row[0] not in digests})
        return found

    def _id(self, article_id: str) -> int:
        return self._digest(b"id", article_id.encode("utf-8", "surrogatepass"))

    def _content(self, packed: PackedArticle) -> int:
        return self._digest(b"content", packed.title + b"\n" + packed.body)

    def _digest(self, kind: bytes, data: bytes) -> int:
        digest = blake2b(data, digest_size=8, salt=self._salt, person=kind).digest()
        return int.from_bytes(digest, "little")

    def _read(self) -> None:
        with ArrayFile(self._path) as file:
            if file.size_bytes > _MOST_BYTES:
                raise file.corrupt("has more bytes than it can need")
            ids, contents = (file.array(name, "u8").tolist() for name in _SECTIONS)
            is_whole = not file.damaged_sections() and file.has_clean_padding()
            if len(ids) != len(contents) or not is_whole:
                raise file.corrupt("the list of purged articles is damaged")
            self._salt = file.segment_id
        self._rows = set(zip(ids, contents, strict=True))

    def _write(self, rows: set[tuple[int, ...]]) -> None:
        if len(rows) * 16 > _MOST_BYTES // 2:
            raise IndexingError(self._path, "cannot hold so many purged articles; unblock some")
        with ArrayFileWriter(self._path, self._salt) as file:
            columns = np.array(sorted(rows), np.uint64).reshape(-1, len(_SECTIONS)).T
            for name, column in zip(_SECTIONS, columns, strict=True):
                file.add(name, "u8", column)
            file.finish()
