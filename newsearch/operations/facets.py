"""``facets``: how many of the articles that match have each value of a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from newsearch.analysis.folding import fold
from newsearch.answers.matches import Facet, Facets
from newsearch.engines.base import Engine, Selection, check_limit, check_text, checked_texts
from newsearch.errors import QueryError
from newsearch.fields import DATE_PARTS
from newsearch.operations.base import Operation, option
from newsearch.operations.selection import ABOUT_WORDS, Selected


@dataclass(frozen=True, kw_only=True)
class FacetOptions(Selected):
    """Which articles, by what they are counted, and how many values are shown."""

    by: str = option(default="source", metavar="FIELD,...", help="The fields, commas between.")
    limit: int = option(default=20, short="-n", minimum=0, help="How many values of each field.")
    contains: str = option(default="", metavar="TEXT", help="Only values with this text in them.")


def facets(
    engine: Engine,
    query: str = "*",
    *,
    by: str | Sequence[str],
    limit: int | None = 20,
    contains: str = "",
    timeout_s: float | None = None,
    **which: Unpack[Selection],
) -> Facets:
    """Count the articles that match by the values of fields; see `Archive.facets`."""
    check_limit(limit)
    check_text("contains", contains)
    fields = checked_texts("by", by)
    if not fields:
        raise QueryError("by is empty", hint="name a field: source")
    found = engine.search(query, limit=0, timeout_s=timeout_s, **which)
    sought = _compared(contains)
    counted: dict[str, Facet] = {}
    for field in fields if found.total is not None else ():
        counts = engine.aggregate(query, by=field, **which)
        kept = counts.values
        if sought:
            kept = tuple(pair for pair in kept if sought in _compared(pair[0]))
        if counts.by in DATE_PARTS:  # values of fields are in order
            kept = tuple(sorted(kept, key=lambda pair: (-pair[1], pair[0])))
        counted[counts.by] = Facet(counts.by, kept[:limit], len(kept), counts.missing)
    return Facets(query, found.total, tuple(counted.values()), found.warnings, found.advice)


def _compared(text: str) -> str:
    return fold(text.casefold())


OPERATION = Operation(
    name="facets",
    help=f"Count the articles that match by the values of fields.\n\n{ABOUT_WORDS}",
    options=FacetOptions,
    run=lambda engine, options: facets(
        engine,
        options.asked(),
        by=[one.strip() for one in options.by.split(",") if one.strip()],
        limit=options.limit,
        contains=options.contains,
        **options.selection(),
    ),
    forms=("json", "jsonl", "csv"),
    text=Facets.text,
    found=lambda answer: bool(answer.total),
)
