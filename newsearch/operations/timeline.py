"""``timeline``: how many of all articles match, over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, Unpack

from newsearch.answers.timeline import Bucket, Series, Timeline
from newsearch.engines.base import Engine, Selection, check_choice, check_limit, checked_texts
from newsearch.fields import CODED_FIELDS, DATE_PARTS, DatePart, Measure
from newsearch.operations.base import Operation, option
from newsearch.operations.periods import successive
from newsearch.operations.selection import ABOUT_WORDS, Selected
from newsearch.stopping import Stop, Stopped, check

Counted = Literal["articles", "words"]
Counts = Mapping[tuple[str, str], int]
_NOTHING, _OTHERS = "(none)", "(other)"
"""What articles without a value of a field are called, and those with one of the less frequent."""
_MATCHING: dict[Counted, Measure] = {"articles": "articles", "words": "occurrences"}


@dataclass(frozen=True, kw_only=True)
class TimelineOptions(Selected):
    """Which articles, how long a period is, and what is told apart."""

    by: Literal[DatePart, "words"] = option(
        default="month",
        help="How long a period is; weeks start on Monday. words is --count words by month.",
    )
    vs: tuple[str, ...] = option(
        default=(), metavar="WORDS", help="Another query beside the first; may be repeated."
    )
    per: str = option(default="", metavar="FIELD", help="A series for each of its values: source.")
    limit: int = option(default=5, short="-n", minimum=1, help="How many values of the field.")
    count: Counted = option(
        default="articles", help="Count articles, or how often they match per million words."
    )


def timeline(
    engine: Engine,
    query: str = "*",
    *,
    by: Literal[DatePart, "words"] = "month",
    vs: str | Sequence[str] = (),
    per: str = "",
    limit: int | None = 5,
    count: Counted = "articles",
    timeout_s: float | None = None,
    **which: Unpack[Selection],
) -> Timeline:
    """Count what matches by periods, beside all there is; see `Archive.timeline`."""
    check_limit(limit)
    if by == "words":
        by, count = "month", "words"
    check_choice("by", by, DATE_PARTS)
    if per != "":
        check_choice("per", per, CODED_FIELDS)
    check_choice("count", count, tuple(_MATCHING))
    others = [one for one in checked_texts("vs", vs) if one.strip()]
    queries = list(dict.fromkeys([query, *others]))
    found = [engine.search(one, limit=0, timeout_s=timeout_s, **which) for one in queries]
    series: list[Series] = []
    is_found = all(one.total is not None for one in found)
    with suppress(Stopped), Stop(inf if timeout_s is None else timeout_s if is_found else 0):
        check()
        every: Selection = {**which, "syntax": "query"}
        counts = engine.count_by_date("*", part=by, by=per, of=count, **every)
        starts = successive({start for _, start in counts if start}, by)
        measure = _MATCHING[count]
        matching = {
            one: engine.count_by_date(one, part=by, by=per, of=measure, **which) for one in queries
        }
        names = _named(matching.values(), limit) if per else {}
        series = list(_series(matching, counts, starts, names))
    warnings = [*found[0].warnings]
    for other in found[1:]:
        about = f"in {other.query!r}, "
        warnings += [replace(one, message=about + one.message) for one in other.warnings]
    zone = which.get("timezone", "UTC")
    return Timeline(query, by, zone, count, per, tuple(series), tuple(warnings), found[0].advice)


def _named(matching: Iterable[Counts], limit: int | None) -> dict[str, str]:
    """Return what the most frequent values of a field are called."""
    totals: Counter[str] = Counter()
    for counts in matching:
        for (value, _), count in counts.items():
            totals[value] += count
    most = sorted(totals, key=lambda value: (-totals[value], value))[:limit]
    return {value: value or _NOTHING for value in most}


def _series(
    matching: Mapping[str, Counts], every: Counts, starts: Sequence[str], names: Mapping[str, str]
) -> Iterator[Series]:
    """Yield the series of each query: one for each name, and one for all other values, if any."""
    everything = _by_name(every, names)
    labels = [*names.values(), *everything.keys() - set(names.values())] or [_OTHERS]
    for query, counts in matching.items():
        own = _by_name(counts, names)
        for label in labels:
            some, of = own[label], everything[label]
            buckets = [Bucket(one, some[one], of[one]) for one in ("", *starts)]
            value = label if names and label != _NOTHING else None
            told = [query] * (len(matching) > 1 or not names) + [label] * bool(names)
            yield Series(query, value, ", ".join(told), tuple(buckets[1:]), buckets[0])


def _by_name(counts: Counts, names: Mapping[str, str]) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (value, start), count in counts.items():
        found[names.get(value, _OTHERS)][start] += count
    return found


OPERATION = Operation(
    name="timeline",
    help="Count the articles that match over time, as shares of all articles.\n\nAll articles are "
    "those that the filters leave, such as --source and --since, whatever their words; so write "
    f"filters as options and not into the query. Periods without any are kept. {ABOUT_WORDS}",
    options=TimelineOptions,
    run=lambda engine, options: timeline(
        engine,
        options.asked(),
        by=options.by,
        vs=options.vs,
        per=options.per,
        limit=options.limit,
        count=options.count,
        **options.selection(),
    ),
    forms=("json", "jsonl", "csv"),
    text=Timeline.text,
    found=lambda answer: any(one.total for one in answer.series),
    plot=Timeline.plot,
)
