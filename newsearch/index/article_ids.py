"""The ids of a segment's articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from newsearch.article import hash_id
from newsearch.codec.columns import HashOrder
from newsearch.codec.segment import Segment


class ArticleIds:
    """The ids of a segment's articles, read without the articles.

    `strings`: as they are stored.

    Raises
    ------
    CorruptIndexError
        By look-ups too: when an id is not text.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self.strings = segment.columns.strings("id")

    def __getitem__(self, docnum: int) -> str:
        return self.take([docnum])[0]

    def take(self, docnums: Sequence[int]) -> list[str]:
        """Return the ids of some articles."""
        try:
            return [str(one, "utf-8", "surrogatepass") for one in self.strings.take(docnums)]
        except UnicodeDecodeError as error:
            damaged = f"the id of one of the articles {docnums} is damaged"
            raise self._segment.file.corrupt(damaged) from error

    def docnums(self, article_id: str) -> Iterator[int]:
        """Yield the articles that have an id, ascending; one of them at most is not deleted."""
        for docnum in self.by_hash.docnums(hash_id(article_id)):
            if self[docnum] == article_id:
                yield docnum

    @cached_property
    def by_hash(self) -> HashOrder:
        """Look-up of articles by the hash of their id."""
        return self._segment.columns.order("id_hash")
