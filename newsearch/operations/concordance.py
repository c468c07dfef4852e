"""``concordance``: every occurrence of what a query asks for, with the text around it."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Literal, Unpack, get_args

from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import forms
from newsearch.answers.concordance import Concordance, ConcordanceLine
from newsearch.answers.matches import Occurrences
from newsearch.engines.base import Engine, Selection, check_choice, check_limit
from newsearch.errors import QueryError
from newsearch.operations.base import Operation, option
from newsearch.operations.selection import ABOUT_WORDS, Selected
from newsearch.patterns import lazy_pattern

LineSort = Literal["date", "left", "right", "source"]

_SPACES = lazy_pattern(r"\s+")


@dataclass(frozen=True, kw_only=True)
class ConcordanceOptions(Selected):
    """Which articles, how much of their text, how many lines and in which order."""

    limit: int = option(default=25, short="-n", minimum=0, help="How many lines to show.")
    width: int = option(
        default=60,
        minimum=0,
        help="Characters on each side of a match; on a terminal its columns, as far as they fit.",
    )
    sort: LineSort = option(
        default="date",
        help="Newest first, by the words before the match (from it leftwards) or after it, or by"
        " source.",
    )
    per_article: int | None = option(
        default=None, minimum=1, help="At most so many lines of each article, its first ones."
    )


def concordance(
    engine: Engine,
    query: str,
    *,
    width: int = 60,
    sort: LineSort = "date",
    limit: int | None = 25,
    per_article: int | None = None,
    timeout_s: float | None = None,
    **which: Unpack[Selection],
) -> Concordance:
    """Show every occurrence of what a query asks for; see `Archive.concordance`."""
    check_limit(limit)
    check_choice("sort", sort, get_args(LineSort))
    _check_number("width", width, least=0)
    if per_article is not None:
        _check_number("per_article", per_article, least=1)
    began_s = time.monotonic()
    found = engine.search(query, limit=0, timeout_s=timeout_s, **which)

    def read() -> Iterator[ConcordanceLine | None]:
        ends_s = inf if timeout_s is None else began_s + timeout_s
        lines = _Lines(engine.occurrences(query, **which), width, per_article, ends_s)
        most = None if limit is None else limit + 1
        yield from islice(lines, most) if sort == "date" else _sorted(lines, _KEYS[sort], most)
        if lines.is_stopped:
            yield None

    return Concordance(
        read if found.total else lambda: iter(()),
        query=query,
        total=found.total,
        limit=limit,
        warnings=found.warnings,
        advice=found.advice,
    )


def _check_number(name: str, value: object, *, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise QueryError(f"{name} is {value!r}", hint=f"give a whole number, {least} or more")


class _Lines:
    """The lines of articles, article by article, as long as there is time.

    `width`: characters on each side. `most`: lines of an article; None for all. `ends_s`: when the
    time is up, by `time.monotonic`.
    """

    def __init__(
        self, articles: Iterable[Occurrences], width: int, most: int | None, ends_s: float
    ) -> None:
        self._articles = articles
        self._width = width
        self._most = most
        self._ends_s = ends_s
        self.is_stopped = False

    def __iter__(self) -> Iterator[ConcordanceLine]:
        for one in self._articles:
            if time.monotonic() > self._ends_s:
                self.is_stopped = True
                return
            yield from islice(_lines_of(one, self._width), self._most)


def _lines_of(one: Occurrences, width: int) -> Iterator[ConcordanceLine]:
    article = one.article
    about = article.id, article.date, article.source or ", ".join(article.agency)
    for start, end in one.title:
        around = _around(article.title, start, end, width)
        yield ConcordanceLine(*about, *around, "title", start, end)
    for start, end in one.body:
        around = _around(article.body, start, end, width)
        yield ConcordanceLine(*about, *around, "body", start, end)


def _around(text: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """Return what stands before a stretch, the stretch, and what stands after it, on one line."""
    reach = width
    while len(left := _on_one_line(text[max(start - reach, 0) : start])) < width and reach < start:
        reach *= 2
    reach = width
    while len(right := _on_one_line(text[end : end + reach])) < width and end + reach < len(text):
        reach *= 2
    left = left[max(len(left) - width, 0) :].lstrip()
    return left, _on_one_line(text[start:end]), right[:width].rstrip()


def _on_one_line(text: str) -> str:
    """Return a text with one space for white space of any length."""
    if text.isprintable() and "  " not in text:  # the usual case, in a fifth of the time
        return text
    return _SPACES.sub(" ", text)


def _sorted(
    lines: Iterable[ConcordanceLine], key: Callable[[ConcordanceLine], str], most: int | None
) -> Iterable[ConcordanceLine]:
    """Put lines in order, those with equal keys as they come; hold no more than are wanted."""
    return sorted(lines, key=key) if most is None else heapq.nsmallest(most, lines, key)


def _compared(words: Iterable[str]) -> str:
    return fold(" ".join(words).casefold())


_KEYS: dict[LineSort, Callable[[ConcordanceLine], str]] = {
    "left": lambda line: _compared(reversed(forms(line.left))),
    "right": lambda line: _compared(forms(line.right)),
    "source": lambda line: _compared([line.source]),
}


OPERATION = Operation(
    name="concordance",
    help="Show every occurrence of the words and phrases that match, with the text around it.\n\n"
    + ABOUT_WORDS,
    options=ConcordanceOptions,
    run=lambda engine, options: concordance(
        engine,
        options.asked(),
        width=options.width,
        sort=options.sort,
        limit=options.limit,
        per_article=options.per_article,
        timeout_s=options.timeout_s,
        **options.selection(),
    ),
    forms=("json", "jsonl", "csv"),
    found=lambda answer: bool(answer.total),
)
