"""The ids of a segment's articles."""

from __future__ import annotations

from collections.abc import Sequence

from newsearch.codec.segment import Segment


class ArticleIds:
    """The ids of a segment's articles, read without the articles.

    Raises
    ------
    CorruptIndexError
        By look-ups too: when an id is no text.
    """

    def __init__(self, segment: Segment) -> None:
        self._file = segment.file
        self._ids = segment.columns.strings("id")

    def __getitem__(self, docnum: int) -> str:
        return self.take([docnum])[0]

    def take(self, docnums: Sequence[int]) -> list[str]:
        """Return the ids of some articles."""
        try:
            return [str(one, "utf-8", "surrogatepass") for one in self._ids.take(docnums)]
        except UnicodeDecodeError as error:
            damaged = f"the id of one of the articles {docnums} is damaged"
            raise self._file.corrupt(damaged) from error
