"""``coverage``: where an archive has holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from newsearch.answers.coverage import Coverage, SourceCoverage, marks_of
from newsearch.engines.base import Engine
from newsearch.operations.base import Operation, option

_MONTHS = 12


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
    sources = [_of_source(source, found) for source, found in by_source.items()]
    return Coverage(options.by, tuple(sorted(sources, key=lambda one: (-one.articles, one.source))))


def _of_source(source: str, found: Mapping[str, int]) -> SourceCoverage:
    numbers = sorted(_number(start) for start in found if start)
    starts = [_start(one, found) for one in range(numbers[0], numbers[-1] + 1)] if numbers else []
    periods = tuple((start, found.get(start, 0)) for start in starts)
    return SourceCoverage(
        source, periods, marks_of([count for _, count in periods]), found.get("", 0)
    )


def _number(start: str) -> int:
    """Number a month or a year, so that successive ones have successive numbers."""
    year, _, month = start.partition("-")
    return int(year) * _MONTHS + int(month) - 1 if month else int(year)


def _start(number: int, found: Mapping[str, int]) -> str:
    year, month = divmod(number, _MONTHS)
    return f"{year:04}-{month + 1:02}" if any("-" in start for start in found) else f"{number:04}"


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
