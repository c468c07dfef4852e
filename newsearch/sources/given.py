"""What a caller gives to be added: articles, and mappings with names as JSON files have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsearch.answers.reports import Notes, Remarks
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.sources.envelopes import Row
from newsearch.sources.frames import Frame, as_json, is_frame, read_frame
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of
from newsearch.sources.undecided import UndecidedDates

Given = Article | Mapping[str, Any]
"""An article, or a mapping of which one is made."""

_HINT = "give articles or mappings, or what newsearch.read(path) returns"


class GivenArticles:
    """Articles of a caller, made while they are iterated over.

    A mapping of which no article can be made is told of in `rejected` and passed over.

    Parameters
    ----------
    given
        One article or mapping, or any number of them; a table of pandas, polars or pyarrow.

    Raises
    ------
    ArticleError
        At once for what is neither, such as a path; while iterating for an item that is neither.
    """

    language = ""

    def __init__(self, given: Given | Iterable[Given] | Frame) -> None:
        self.rejected = Remarks()
        self.notes = Notes()
        self._context = Context("mappings", notes=self.notes)
        if is_frame(given):
            self._items = read_frame(given, self._context)
            return
        many = [given] if isinstance(given, (Article, Mapping)) else given
        if isinstance(given, (str, bytes)) or not isinstance(many, Iterable):
            raise ArticleError(f"{given!r} is not articles; {_HINT}")
        self._items = articles_of(_rows(many), self._context)

    def __iter__(self) -> Iterator[Article]:
        undecided = UndecidedDates(lambda article, _context, _line: article)
        for item in self._items:
            if isinstance(item, Article):
                yield from undecided.after(item, self._context)
            else:
                self.rejected.add(item)
        yield from undecided.rest()


def _rows(given: Iterable[Given]) -> Iterator[Row]:
    for number, item in enumerate(given, 1):
        if isinstance(item, Article):
            yield number, item
        elif isinstance(item, Mapping):
            yield number, {str(key): as_json(item[key]) for key in item}
        else:
            raise ArticleError(f"item {number}, {item!r}, is no article; {_HINT}")
