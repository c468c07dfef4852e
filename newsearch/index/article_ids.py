"""The ids of a segment's articles."""

from __future__ import annotations

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
        try:
            return self._ids[docnum].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._file.corrupt(f"the id of article {docnum} is damaged") from error
