"""Scores that halve with age, and the best articles by them, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from newsearch.errors import QueryError
from newsearch.fields import Sort
from newsearch.index.snapshot import Snapshot
from newsearch.patterns import lazy_pattern
from newsearch.query import Calendar, Date
from newsearch.query.calendar import now as time_now
from newsearch.query.dates import HalfLife, date_option
from newsearch.query.nodes import And, DateRange, ResolvedTree
from newsearch.schema import NO_DATE_S
from newsearch.search.searcher import Ranking, Searcher
from newsearch.values import frozen

Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY_S = 86_400.0
_UNITS_S = {
    **{"h": _DAY_S / 24, "d": _DAY_S, "w": 7 * _DAY_S},
    **{"m": 365.25 / 12 * _DAY_S, "y": 365.25 * _DAY_S},
}
_WRITTEN = lazy_pattern(r"(\d{1,6}(?:\.\d{1,6})?) ?([hdwmy])(?:ours?|ays?|eeks?|onths?|ears?)?")
_LONGEST_S = 1 << 40
_FIRST = 64
_MORE = 8
"""So many are looked at first, and so many times as many each time that they are not enough."""


@frozen
class Recency:
    """How scores fall with age.

    `half_life_s`: the seconds in which they halve; `now_s`: from when on articles have no age, in
    seconds from 1970. What has no date is as old as the oldest article of the archive.
    """

    half_life_s: float
    now_s: int

    def halvings(self, dates: Int64s, oldest_s: int) -> Floats:
        """Return how often the scores of articles with some dates are halved."""
        dated = np.where(dates == NO_DATE_S, oldest_s, dates)
        halvings: Floats = np.maximum(self.now_s - dated, 0) / self.half_life_s
        return halvings

    def __str__(self) -> str:
        now = np.datetime64(self.now_s, "s")
        return f"scores halve every {self.half_life_s / _DAY_S:.6g} days before {now}Z"


def recency(
    half_life: HalfLife | None, now: Date | None, calendar: Calendar, sort: Sort
) -> Recency:
    """Return how scores are to fall, up to the end of the day, month or year that `now` names.

    Raises QueryError where there is no half life, or something cannot be read; and for an order of
    hits that is not by score.
    """
    if half_life is None:
        raise QueryError("now goes with half_life", hint="give one, such as '30d'")
    if sort != "relevance":
        raise QueryError(f"half_life changes scores, and sort is {sort!r}", hint="leave one out")
    end_s = int(time_now().timestamp()) if now is None else date_option("now", now, calendar)[1]
    return Recency(_seconds(half_life), end_s)


def _seconds(half_life: HalfLife) -> float:
    seconds = 0.0
    if isinstance(half_life, timedelta):
        seconds = half_life.total_seconds()
    elif isinstance(half_life, str):
        written = _WRITTEN.fullmatch(half_life.strip())
        seconds = float(written[1]) * _UNITS_S[written[2]] if written else 0.0
    elif isinstance(half_life, int | float) and not isinstance(half_life, bool):
        seconds = half_life * _DAY_S
    if not 0 < seconds < np.inf:
        raise QueryError(f"half_life is {half_life!r}", hint="write 12h, 30d, 8w, 6m or 2y")
    return seconds


def rank_recent(searcher: Searcher, tree: ResolvedTree, limit: int | None, by: Recency) -> Ranking:
    """Rank the articles that match by scores that fall with age; see `Searcher.rank`.

    Age only lowers scores. So the best are found once the last of them scores more than the next
    article that was not looked at, by its words, would if it were as new as the newest. Until then
    more are looked at, only such that are not too old to score as much with the best words of all.
    """
    n_articles, asked = searcher.snapshot.n_articles, tree
    oldest_s, newest_s = searcher.snapshot.date_span or (by.now_s, by.now_s)
    [fewest] = by.halvings(np.array([newest_s]), oldest_s)
    n_seen = limit and max(_FIRST, 2 * limit)
    while True:
        found = searcher.rank(tree, limit=n_seen, sort="relevance")
        best, keys = _by_age(searcher.snapshot, found, lambda dates: by.halvings(dates, oldest_s))
        if not (n_seen and limit) or len(found.docnums) < n_seen or found.is_partial:
            break
        highest = math.log2(found.scores[-1]) - fewest if found.scores[-1] else -math.inf
        # Articles that score 0 are looked at in their final order.
        if keys[limit - 1] > highest or highest == -math.inf:
            break
        reach_s = (math.log2(max(found.scores)) - keys[limit - 1]) * by.half_life_s
        start_s = by.now_s - math.ceil(min(reach_s, _LONGEST_S)) - 1
        if start_s > oldest_s:
            own = asked.parts if isinstance(asked, And) else (asked,)
            tree = And([*own, DateRange(start_s, None)])
        n_seen = n_seen * _MORE if n_seen * _MORE < n_articles else None
    return best._replace(
        total=found.total if tree is asked else None,
        docnums=best.docnums[:limit],
        scores=best.scores[:limit],
        run=f"{found.run}; {by}; {len(found.docnums):,} articles compared",
    )


def _by_age(
    snapshot: Snapshot, found: Ranking, halvings_of: Callable[[Int64s], Floats]
) -> tuple[Ranking, list[float]]:
    """Put articles in order; return also what by, the highest first."""
    docnums, scores = np.array(found.docnums, np.int64), np.array(found.scores)
    dates = snapshot.column("date", docnums)
    halvings = halvings_of(dates)
    with np.errstate(divide="ignore"):
        keys = np.log2(scores) - halvings  # products would be 0 for great ages
    order = np.lexsort((snapshot.column("id_hash", docnums), ~dates, -keys))
    aged = (scores * np.exp2(-halvings))[order].tolist()
    return found._replace(docnums=docnums[order].tolist(), scores=aged), keys[order].tolist()
