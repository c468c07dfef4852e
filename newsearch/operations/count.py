"""``count``: how many articles match."""

from __future__ import annotations

from newsearch.answers.matches import Total
from newsearch.engines.base import Engine
from newsearch.operations.base import Operation
from newsearch.operations.selection import ABOUT_WORDS, Selected


def count(engine: Engine, options: Selected) -> Total:
    """Count the articles that match, exactly."""
    # A search reads the query once, and tells what it could not read.
    results = engine.search(options.asked(), limit=0, **options.selection())
    return Total(results.query, results.total, results.warnings, results.advice)


OPERATION = Operation(
    name="count",
    help=f"Print how many articles match.\n\n{ABOUT_WORDS}",
    options=Selected,
    run=count,
    text=lambda answer: [] if answer.total is None else [str(answer.total)],
    found=lambda answer: bool(answer.total),
)
