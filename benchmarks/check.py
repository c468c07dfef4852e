"""Compares a new result with a stored one: has newsearch become slower, larger, hungrier?

Seconds of two runs mean little side by side: another machine, another hour. So both runs are first
divided by a peer measured in the same run, latencies over the queries that both answered, and those
ratios are compared. A figure counts only where both runs measured it on the same corpus (by digest)
for newsearch and for the peer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.results import SUBJECT, Result


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
    digests = {str(corpus["name"]): str(corpus["digest"])[:8] for corpus in result.corpora}
    figures = dict(_indexing_figures(result, digests))
    ratios = {
        name: value / figures[name, reference]
        for (name, peer), value in figures.items()
        if peer == SUBJECT and figures.get((name, reference))
    }
    for pair in (pair for pair in result.pairs if pair.peer == reference):
        corpus = f"{pair.corpus} {digests[pair.corpus]}"
        ratios[f"{pair.kind} mean on {corpus}"] = pair.ratio
        if pair.p99_ratio is not None:
            ratios[f"{pair.kind} p99 on {corpus}"] = pair.p99_ratio
    return ratios


def _indexing_figures(
    result: Result, digests: dict[str, str]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Return the figures of indexing, lower is better, by name and engine."""
    for row in result.indexing:
        corpus = f"{row.corpus} {digests[row.corpus]}"
        yield (f"index seconds on {corpus}", row.peer), row.median_s
        yield (f"index bytes on {corpus}", row.peer), float(row.index_bytes)
        yield (f"index peak memory on {corpus}", row.peer), float(row.peak_bytes)
