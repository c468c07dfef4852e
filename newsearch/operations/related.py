"""``related``: the articles that tell of the same as one does."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from newsearch import bm25
from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.terms import term
from newsearch.analysis.tokens import forms
from newsearch.answers.results import Hit, Results
from newsearch.article import Article, ArticleDate
from newsearch.engines.base import Engine, check_whole, no_article
from newsearch.errors import QueryError
from newsearch.operations.base import Operation, option
from newsearch.query.nodes import And, DateRange, Or, Word

WORDS = 60
"""How many words of an article are looked for.

Mean average precision with each article of ecbplus as the query, over articles of its story, with
50, 60 and 75 words: .9345, .9353, .9366. Time grows with them.
"""
COMPARED = 100
"""How many of the articles that a search for the words ranks best are put in order."""
LENGTH_POWER = 0.2
"""By which power of its length the score of an article is divided.

A long article has some of the words of any other; BM25 takes that into account for few words. With
.15, .2 and .25, on ecbplus: .9337, .9353, .9343.
"""
DAYS = 7.0
DATE_POWER = 0.2
"""A score is divided by ``(1 + days / DAYS) ** DATE_POWER`` for the days between two articles.

Among Wikipedia's current events of 20 months, over those under the same headings: .233 without,
.270 with 30 days and this power, .281 with 7 days; with 30 days and the power .4 .276.
"""
_UNDATED_DAYS = 365.0  # neither first nor last
_DAY_S = 86_400
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""Of the years 1 and 9999, in days from 1970; queries can write no others."""


@dataclass(frozen=True, kw_only=True)
class RelatedOptions:
    """To which article, how many, and from when."""

    article_id: str = option(default="", metavar="ID", is_argument=True, help="The article.")
    limit: int = option(default=10, short="-n", minimum=0, help="How many hits to show.")
    before: bool = option(default=False, help="Only articles that appeared before it.")
    window: int | None = option(
        default=None, metavar="DAYS", minimum=0, help="Only articles at most so many days away."
    )


def related(
    engine: Engine,
    article: str | Article,
    *,
    limit: int = 10,
    before: bool = False,
    window_days: int | None = None,
) -> Results:
    """Rank the articles that tell of the same as one does; see `Archive.related`."""
    started_s = time.perf_counter()
    check_whole("limit", limit)
    if window_days is not None:
        check_whole("window_days", window_days)
    asked = article if isinstance(article, Article) else engine.get(article)
    if asked is None:
        raise no_article(str(article))
    words = _words(engine, asked, is_held=asked is not article)
    parts = [Or(words), *_dates(asked, before=before, window_days=window_days)]
    query = str(And(parts)) if words else ""
    found = engine.search(query, match="any", limit=max(COMPARED, limit) + 1)
    best = _best(asked, found, limit)
    took_ms = (time.perf_counter() - started_s) * 1000
    return found.reranked(best, query=asked.id, took_ms=took_ms)


def _words(engine: Engine, article: Article, *, is_held: bool) -> list[Word]:
    """Return the words that tell most of an article, weighted, each in the form it has most.

    `is_held`: whether the archive has the article, so that a word that no other has is in one.
    """
    from newsearch.schema import article_language  # with NumPy, which help does without

    counts = Counter(chain(forms(article.body), forms(article.title) * bm25.TITLE_COPIES))
    language = article_language(article)
    alike: dict[str, list[str]] = {}
    for word, _ in counts.most_common():
        own = word if is_acronym(word) else term(word, language)
        alike.setdefault(own, []).append(word)
    found = zip(alike.values(), engine.word_counts([w for w, *_ in alike.values()]), strict=True)
    n_articles = engine.count("*")
    weights = {
        words[0]: math.sqrt(sum(counts[word] for word in words)) * bm25.idf(df, n_articles)
        for words, df in found
        if df > is_held
    }
    best = sorted(weights, key=lambda word: (-weights[word], word))[:WORDS]
    return [Word(word, boost=max(round(weights[word], 3), 0.001)) for word in best]


def _dates(article: Article, *, before: bool, window_days: int | None) -> Iterator[DateRange]:
    """Yield from when the articles may be."""
    if not before and window_days is None:
        return
    if article.date is None:
        raise QueryError(f"the article {article.id!r} has no date")
    if before:
        yield DateRange(None, article.date.timestamp_s)
    if window_days is not None:
        day = article.date.timestamp_s // _DAY_S
        ends = day - window_days, day + window_days + 1
        known = (one * _DAY_S if _FIRST_DAY <= one <= _LAST_DAY else None for one in ends)
        yield DateRange(*known)


def _best(asked: Article, found: Results, limit: int) -> list[tuple[Hit, float]]:
    """Return the best hits and their scores, without the article itself and its copies.

    What could not be among the best, as a distance in time only lowers a score, is not read.
    """
    scored = [(hit.score * max(hit.length, 1) ** -LENGTH_POWER, hit) for hit in found]
    scored.sort(key=lambda one: (-one[0], one[1].rank))
    best: list[tuple[Hit, float]] = []
    for score, hit in scored if limit else ():
        if len(best) == limit and score <= best[-1][1]:
            break
        if hit.id != asked.id and hit.article.body.strip() != asked.body.strip():
            best.append((hit, score * _nearness(asked.date, hit.date)))
            best.sort(key=lambda one: (-one[1], one[0].rank))
            del best[limit:]
    return best


def _nearness(one: ArticleDate | None, other: ArticleDate | None) -> float:
    """Return by what a score is multiplied for the time between an article and another."""
    if one is None:
        return 1.0
    days = _UNDATED_DAYS if other is None else abs(one.timestamp_s - other.timestamp_s) / _DAY_S
    return float((1 + days / DAYS) ** -DATE_POWER)


OPERATION = Operation(
    name="related",
    help="""Find the articles that tell of the same as one does.

The words that tell most of it are looked for; articles near in time come first. The article itself
and exact copies are left out.""",
    options=RelatedOptions,
    run=lambda engine, options: related(
        engine,
        options.article_id,
        limit=options.limit,
        before=options.before,
        window_days=options.window,
    ),
    forms=("json", "jsonl", "csv"),
    found=bool,
)
