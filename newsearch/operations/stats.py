"""``stats``: what an index holds."""

from __future__ import annotations

from dataclasses import dataclass

from newsearch.answers.reports import Stats
from newsearch.engines.base import Engine
from newsearch.operations.base import Operation


@dataclass(frozen=True)
class StatsOptions:
    """There is nothing to choose."""


def stats(engine: Engine, _options: StatsOptions) -> Stats:
    """Count what the index holds."""
    return engine.stats()


OPERATION = Operation(
    name="stats", help="Show what the index holds.", options=StatsOptions, run=stats
)
