"""``concordance``: every occurrence of what a query asks for, with the text around it."""

from __future__ import annotations

import heapq
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Literal, Unpack, get_args

from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import words
from newsearch.answers.concordance import Concordance, ConcordanceLine
from newsearch.answers.matches import Occurrences
from newsearch.engines.base import Engine, Selection, check_choice, check_limit, check_whole
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
    limit = None if limit is None else min(limit, sys.maxsize - 1)  # more cannot be counted
    check_choice("sort", sort, get_args(LineSort))
    check_whole("width", width)
    if per_article is not None:
        check_whole("per_article", per_article, least=1)
        per_article = min(per_article, sys.maxsize)
    began_s = time.monotonic()
    found = engine.search(query, limit=0, timeout_s=timeout_s, **which)
    ends_s = inf if timeout_s is None else began_s + timeout_s

    def read() -> Iterator[ConcordanceLine]:
        for one in engine.occurrences(query, **which) if found.total else ():
            if time.monotonic() > ends_s:
                answer.is_partial = True
                return
            yield from islice(_lines_of(one, width), per_article)

    def in_order() -> Iterable[ConcordanceLine]:
        most = None if limit is None else limit + 1
        if sort == "date":
            return islice(read(), most)
        key = _KEYS[sort]
        return sorted(read(), key=key) if most is None else heapq.nsmallest(most, read(), key)

    answer = Concordance(in_order, query, found.total, limit, found.warnings, found.advice)
    return answer


def _lines_of(one: Occurrences, width: int) -> Iterator[ConcordanceLine]:
    article = one.article
    about = article.id, article.date, article.source or ", ".join(article.agency)
    for start, end in one.title:
        yield ConcordanceLine(
            *about, *_around(article.title, start, end, width), "title", start, end
        )
    for start, end in one.body:
        yield ConcordanceLine(*about, *_around(article.body, start, end, width), "body", start, end)


def _around(text: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """Return what stands before a stretch, the stretch, and what stands after it, on one line."""
    first = max(start - width, 0)
    near = text[first : end + width].replace("\n", " ")
    if near.isprintable() and "  " not in near:  # nearly always; else it takes three times as long
        start, end = start - first, end - first
        return near[:start].lstrip(), near[start:end], near[end:].rstrip()
    left, right = _flat(text[first:start]), _flat(text[end : end + width])
    reach = width
    while (len(left) < width and reach < start) or (len(right) < width and end + reach < len(text)):
        reach *= 2
        left, right = _flat(text[max(start - reach, 0) : start]), _flat(text[end : end + reach])
    left = left[max(len(left) - width, 0) :].lstrip()
    return left, _flat(text[start:end]), right[:width].rstrip()


def _flat(text: str) -> str:
    """Return a text with one space for white space of any length."""
    return _SPACES.sub(" ", text)


def _compared(words_: Iterable[str]) -> str:
    return fold(" ".join(words_).casefold())


_KEYS: dict[LineSort, Callable[[ConcordanceLine], str]] = {
    "left": lambda line: _compared(reversed(words(line.left))),
    "right": lambda line: _compared(words(line.right)),
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
        **options.selection(),
    ),
    forms=("json", "jsonl", "csv"),
    found=lambda answer: bool(answer.total),
)
