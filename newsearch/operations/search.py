"""``query``: the best articles for some words."""

from __future__ import annotations

from dataclasses import dataclass

from newsearch.answers.results import HIT_FIELDS, Results
from newsearch.engines.base import Engine
from newsearch.errors import UnknownFieldError
from newsearch.fields import FIELD, Sort
from newsearch.keys import NAMED_KEYS
from newsearch.operations.base import Operation, option
from newsearch.operations.selection import ABOUT_WORDS, Selected


@dataclass(frozen=True, kw_only=True)
class SearchOptions(Selected):
    """What to find, how many, and in which order."""

    limit: int = option(default=10, short="-n", minimum=0, help="How many hits to show.")
    offset: int = option(default=0, minimum=0, help="How many hits to pass over first.")
    sort: Sort = option(default="relevance", help="Order of the hits.")
    min_score: float | None = option(
        default=None, metavar="SCORE", help="Leave out, and do not count, what scores lower."
    )
    half_life: str | None = option(
        default=None, metavar="TIME", help="The age at which a score is half of what it was: 30d."
    )
    now: str | None = option(
        default=None, metavar="DATE", help="Count age from the end of this day, month or year."
    )
    fields: str = option(
        default="",
        metavar="FIELD,...",
        help="What to tell of each hit, in this order, also keys of your own: id,date,snippet.",
    )
    no_snippet: bool = option(default=False, help="Show no passages; quicker.")


def search(engine: Engine, options: SearchOptions) -> Results:
    """Rank the articles that match."""
    results = engine.search(
        options.asked(),
        limit=options.limit,
        offset=options.offset,
        sort=options.sort,
        min_score=options.min_score,
        half_life=options.half_life,
        now=options.now,
        **options.selection(),
    )
    results.has_snippets = not options.no_snippet
    if options.fields:
        results.fields = _known_fields(options.fields, engine, results) or None
    return results


def _known_fields(told: str, engine: Engine, results: Results) -> list[str]:
    """Read the names of what hits have; an own key may also go by its name in files."""
    fields = dict.fromkeys((*HIT_FIELDS, *FIELD, "archive"))
    wanted = [name.strip() for name in told.split(",") if name.strip()]
    wanted = [name.lower() if name.lower() in fields else name for name in wanted]
    own = engine.own_keys()
    for name in wanted:
        if name in fields or name in own or any(name in hit.article.extra for hit in results):
            continue
        known = ", ".join((*fields, *sorted(own)[:NAMED_KEYS]))
        raise UnknownFieldError(f"hits have no field {name!r}", hint=f"there are {known}")
    return list(dict.fromkeys(wanted))


OPERATION = Operation(
    name="query",
    help=f"Find articles.\n\n{ABOUT_WORDS}",
    options=SearchOptions,
    run=search,
    forms=("json", "jsonl", "csv"),
    found=lambda results: bool(results or results.total),
)
