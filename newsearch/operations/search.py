"""``query``: the best articles for some words."""

from __future__ import annotations

from dataclasses import dataclass

from newsearch.answers.results import Results
from newsearch.engines.base import Engine
from newsearch.fields import Sort
from newsearch.operations.base import Operation, option
from newsearch.operations.selection import ABOUT_WORDS, Selected


@dataclass(frozen=True, kw_only=True)
class SearchOptions(Selected):
    """What to find, how many, and in which order."""

    limit: int = option(default=10, short="-n", minimum=0, help="How many hits to show.")
    sort: Sort = option(default="relevance", help="Order of the hits.")


def search(engine: Engine, options: SearchOptions) -> Results:
    """Rank the articles that match."""
    return engine.search(
        options.asked(),
        limit=options.limit,
        sort=options.sort,
        timeout_s=options.timeout_s,
        **options.selection(),
    )


OPERATION = Operation(
    name="query",
    help=f"Find articles.\n\n{ABOUT_WORDS}",
    options=SearchOptions,
    run=search,
    forms=("json", "jsonl", "csv"),
    found=lambda results: bool(results or results.total),
)
