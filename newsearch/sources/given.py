"""What a caller gives to be added: articles, and mappings with names as JSON files have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from newsearch.answers.reports import Remark, Remarks
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.sources.envelopes import Row
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
        One article or mapping, or any number of them.

    Raises
    ------
    ArticleError
        At once for what is neither, such as a path; while iterating for an item that is neither.
    """

    language = ""

    def __init__(self, given: Given | Iterable[Given]) -> None:
        self.rejected = Remarks()
        self.notes: list[Remark] = []
        self._given = [given] if isinstance(given, (Article, Mapping)) else given
        if isinstance(given, (str, bytes)) or not isinstance(self._given, Iterable):
            raise ArticleError(f"{given!r} is not articles; {_HINT}")

    def __iter__(self) -> Iterator[Article]:
        context = Context("mappings", notes=self.notes)
        undecided = UndecidedDates(lambda article, _context, _line: article)
        for item in articles_of(self._rows(), context):
            if isinstance(item, Article):
                yield from undecided.after(item, context)
            else:
                self.rejected.add(item)
        yield from undecided.rest()

    def _rows(self) -> Iterator[Row]:
        for number, item in enumerate(self._given, 1):
            if isinstance(item, Article):
                yield number, item
            elif isinstance(item, Mapping):
                yield number, {str(key): _as_json(item[key]) for key in item}
            else:
                raise ArticleError(f"item {number}, {item!r}, is no article; {_HINT}")


def _as_json(value: Any) -> Any:
    """Return a value of a program as a JSON file would have it; not-a-number is nothing."""
    if isinstance(value, date):
        return value.isoformat() if value == value else None  # noqa: PLR0124 - NaT is not itself
    if isinstance(value, float):
        return value if value == value else None  # noqa: PLR0124
    return list(value) if isinstance(value, (tuple, set, frozenset)) else value
