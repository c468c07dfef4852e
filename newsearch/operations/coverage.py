"""``coverage``: where an archive has holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from newsearch.answers.coverage import Coverage, SourceCoverage, marks_of
from newsearch.engines.base import Engine
from newsearch.fields import DatePart
from newsearch.operations.base import Operation, option
from newsearch.operations.periods import successive


@dataclass(frozen=True, kw_only=True)
class CoverageOptions:
    """How long a period is."""

    by: Literal["month", "year"] = option(default="month", help="What is counted together.")


def coverage(engine: Engine, options: CoverageOptions) -> Coverage:
    """Count the articles of each source by month or year, and mark gaps and jumps."""
    by_source: defaultdict[str, dict[str, int]] = defaultdict(dict)
    counts = engine.count_by_date("*", by="source", part=options.by)
    for (source, start), count in counts.items():
        by_source[source][start] = count
    sources = [_of_source(source, found, options.by) for source, found in by_source.items()]
    return Coverage(options.by, tuple(sorted(sources, key=lambda one: (-one.articles, one.source))))


def _of_source(source: str, found: Mapping[str, int], by: DatePart) -> SourceCoverage:
    periods = tuple((start, found.get(start, 0)) for start in successive(filter(None, found), by))
    return SourceCoverage(
        source, periods, marks_of([count for _, count in periods]), found.get("", 0)
    )


OPERATION = Operation(
    name="coverage",
    help="Count the articles of each source by month, and mark gaps and jumps.\n\nA gap may be a "
    "hole in the archive and no lull in the news: look there before you count over time.",
    options=CoverageOptions,
    run=coverage,
    forms=("json", "jsonl", "csv"),
    text=Coverage.text,
    found=lambda answer: bool(answer.sources),
)
