"""Dates such as ``08/07/2020``, decided by the other dates of the same file, publisher or load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from newsearch.article import Article, ArticleDate
from newsearch.sources.reader import Context, Reading, SeenDates

if TYPE_CHECKING:  # most dates of records are read without it
    from newsearch.dates import DateOrder

# As many characters of articles wait for a date that tells; of random days, 6 in 10 do.
_MOST_HELD_CHARS = 2**25
_CHARS_OF_ARTICLE, _CHARS_OF_LINE = 1000, 300
_date_of = lru_cache(maxsize=1 << 12)(ArticleDate.parse)
_MEANING = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

_Given = TypeVar("_Given")
# The orders in which all dates of a publisher can be read; of all publishers for None.
_Orders = dict[str | None, "frozenset[DateOrder]"]


@dataclass(frozen=True, slots=True)
class _Held:
    article: Article
    context: Context
    line: int | None
    reading: Reading
    seen: SeenDates
    of_file: _Orders

    @property
    def n_chars(self) -> int:
        n_lines = len(self.reading.lines)
        return len(self.article.body) + _CHARS_OF_ARTICLE + n_lines * _CHARS_OF_LINE


class UndecidedDates(Generic[_Given]):
    """Holds articles back, in their order, until it is told which number of a date is the day.

    A date that can be read in one order only tells it, as ``28/03/2019``; where two contradict each
    other, nothing is told. The dates of the same publisher and file count first, then those of the
    file, and once that is read those of the publisher and of the load. An article for which nothing
    is told stays without a date.

    Parameters
    ----------
    give
        Called with each article that is decided, its context and its line; makes what is given.
    """

    def __init__(self, give: Callable[[Article, Context, int | None], _Given]) -> None:
        self._give = give
        self._held: deque[_Held] = deque()
        self._n_chars = 0
        self._context: Context | None = None
        self._of_file: _Orders = {}
        self._of_load: _Orders = {}

    def after(self, article: Article, context: Context) -> Iterable[_Given]:
        """Take an article as it is read; return those that can be given by now."""
        if not (self._held or context.seen_dates.orders):
            return (self._give(article, context, context.line),)
        if context is not self._context:
            self._context, self._of_file = context, {}
        seen, context.seen_dates = context.seen_dates, SeenDates()
        for scope in (self._of_file, self._of_load):
            for orders in seen.orders:
                for key in (article.source, None):
                    scope[key] = scope.get(key, orders) & orders
        held = _Held(article, context, context.line, context.reading, seen, self._of_file)
        self._held.append(held)
        self._n_chars += held.n_chars
        return self._decided(is_last=False)

    @property
    def holds_articles(self) -> bool:
        """Whether articles are held back."""
        return bool(self._held)

    def rest(self) -> Iterator[_Given]:
        """Return what is still held once all is read."""
        self._of_file = {}
        yield from self._decided(is_last=True)

    def _decided(self, *, is_last: bool) -> Iterator[_Given]:
        while self._held:
            held = self._held[0]
            is_undecided = held.seen.undecided and held.article.date is None
            order = self._order(held) if is_undecided else ""
            if order is None and not is_last and self._n_chars <= _MOST_HELD_CHARS:
                return
            self._n_chars -= self._held.popleft().n_chars
            article = _dated(held, order or "") if is_undecided else held.article
            held.context.reading = held.reading
            yield self._give(article, held.context, held.line)

    def _order(self, held: _Held) -> DateOrder | None:
        """Return what the dates tell; '' where they contradict each other, None for nothing yet."""
        is_read = held.of_file is not self._of_file
        for scope in (held.of_file, self._of_load) if is_read else (held.of_file,):
            for key in (held.article.source, None):
                if key in scope and len(scope[key]) < 2:
                    return next(iter(scope[key]), "")
        return None


def decided(article: Article, context: Context) -> Article:
    """Return an article that was read alone, dated by the other dates of its page if they tell."""
    undecided = UndecidedDates(lambda article, _context, _line: article)
    (found,) = (*undecided.after(article, context), *undecided.rest())
    return found


def _dated(held: _Held, order: DateOrder) -> Article:
    article, text = held.article, held.seen.undecided
    if not order:
        reason = "could be either of two days; --date-order tells which is meant"
        if held.line is None:
            held.context.note_of_page(f"dates ignored that {reason}")
        else:
            held.context.note(f"date ignored: {text!r} {reason}", held.line)
        return replace(article, extra={"date_text": text, **article.extra})
    told = f"dates such as 08/07/2020 are read {_MEANING[order]}, as others tell"
    if told not in held.context.noted:
        held.context.noted.add(told)
        held.context.note_of_page(told)
    return replace(
        article,
        # An id that was made of the content is made again.
        id="" if article.id == article.digest_id() else article.id,
        date=_date_of(text, held.seen.origin, order),
        extra={key: value for key, value in article.extra.items() if key != "date_text"},
    )
