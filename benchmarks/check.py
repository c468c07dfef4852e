"""Compares a new result with a stored one: has newsearch become slower, larger, hungrier?

Seconds of two runs mean little side by side: another machine, another hour. So both runs are first
divided by a peer measured in the same run, and those ratios are compared. A figure counts only
where both runs measured it on the same corpus (by digest) for newsearch and for the peer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.results import Result

SUBJECT = "newsearch"


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of newsearch over the same figure of the peer, then and now."""

    figure: str
    before: float
    after: float

    @property
    def factor(self) -> float:
        """Above 1: worse than before."""
        return self.after / self.before

    def describe(self, reference: str) -> str:
        """Say it in a line."""
        return (
            f"{self.figure}: {self.before:.3g} → {self.after:.3g} × {reference}"
            f" ({(self.factor - 1) * 100:+.0f} %)"
        )


def changes(stored: Result, new: Result, reference: str) -> list[Change]:
    """Return every figure that both results have, in the order of the stored one."""
    before, after = _ratios(stored, reference), _ratios(new, reference)
    return [Change(name, before[name], after[name]) for name in before if name in after]


def worse(found: list[Change], tolerance: float) -> list[Change]:
    """Pick the changes for the worse beyond a tolerance; 0.15 allows 15 %."""
    return [change for change in found if change.factor > 1 + tolerance]


def _ratios(result: Result, reference: str) -> dict[str, float]:
    figures = dict(_figures(result))
    return {
        name: value / figures[name, reference]
        for (name, peer), value in figures.items()
        if peer == SUBJECT and figures.get((name, reference))
    }


def _figures(result: Result) -> Iterator[tuple[tuple[str, str], float]]:
    """Return the figures that are compared, lower is better, by name and engine."""
    digests = {str(corpus["name"]): str(corpus["digest"])[:8] for corpus in result.corpora}
    for row in result.indexing:
        corpus = f"{row.corpus} {digests[row.corpus]}"
        yield (f"index seconds on {corpus}", row.peer), row.median_s
        yield (f"index bytes on {corpus}", row.peer), float(row.index_bytes)
        yield (f"index peak memory on {corpus}", row.peer), float(row.peak_bytes)
    for answered in result.querying:
        corpus = f"{answered.corpus} {digests[answered.corpus]}"
        yield (f"{answered.kind} mean on {corpus}", answered.peer), answered.mean_ms
        yield (f"{answered.kind} p99 on {corpus}", answered.peer), answered.p99_ms
