"""Do the engines give the same answers? Nobody shall win by answering wrongly.

Question: how much of each engine's top ten stands in each other engine's top ten. Left out: the
order within the ten, and which of two articles with the same score comes tenth (news is full of
copies), so that even two perfect engines stay a little below 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from benchmarks.corpora import Corpus, read_articles
from benchmarks.peers import Answer
from benchmarks.results import AgreementRow

ByPeer = Mapping[str, Sequence[Answer]]

_SETS = ("or", "and", "phrase", "dates")
_TOTALS = ("count", "total")


def compare(
    corpus: Corpus, answers: Mapping[str, ByPeer], totals: ByPeer
) -> Iterator[AgreementRow]:
    """Compare all pairs of engines.

    Parameters
    ----------
    answers
        By kind and engine; the n-th answers are to the same query.
    totals
        By engine: answers to the prefix queries that hold only a total.
    """
    articles = [(article["id"], article["date"]) for article in read_articles(corpus.path)]
    numbers = {article_id: number for number, (article_id, _) in enumerate(articles)}
    for kind in (kind for kind in _SETS if kind in answers):
        tops = {peer: _tops(found, numbers) for peer, found in answers[kind].items()}
        yield from _pairs(corpus.name, kind, tops)
    newest = {
        peer: [tuple(sorted(articles[n][1] for n in top)) for top in _tops(found, numbers)]
        for peer, found in answers.get("newest", {}).items()
    }
    yield from _pairs(corpus.name, "newest", newest)
    for kind in _TOTALS:
        yield from _total_pairs(corpus.name, kind, answers.get(kind, {}))
    yield from _total_pairs(corpus.name, "prefix", totals)


def overlap(left: Sequence[object], right: Sequence[object]) -> float:
    """Return the common part of two top lists over the longer one; 1 when both are empty."""
    rest = list(right)
    common = 0
    for item in left:
        if item in rest:
            rest.remove(item)
            common += 1
    return common / max(len(left), len(right), 1) if left or right else 1.0


def _tops(answers: Sequence[Answer], numbers: Mapping[str, int]) -> list[tuple[int, ...]]:
    return [
        tuple(numbers[key] if isinstance(key, str) else key for key in answer.keys)
        for answer in answers
    ]


def _pairs(
    corpus: str, kind: str, tops: Mapping[str, Sequence[Sequence[object]]]
) -> Iterator[AgreementRow]:
    for left, right in combinations(tops, 2):
        shares = [overlap(a, b) for a, b in zip(tops[left], tops[right], strict=False)]
        yield _row(corpus, kind, (left, right), shares)


def _total_pairs(corpus: str, kind: str, found: ByPeer) -> Iterator[AgreementRow]:
    for left, right in combinations(found, 2):
        pairs = [
            (a.total or 0, b.total or 0) for a, b in zip(found[left], found[right], strict=False)
        ]
        shares = [min(pair) / max(pair) if max(pair) else 1.0 for pair in pairs]
        yield _row(corpus, kind, (left, right), shares)


def _row(corpus: str, kind: str, pair: tuple[str, str], shares: Sequence[float]) -> AgreementRow:
    mean = sum(shares) / max(1, len(shares))
    return AgreementRow(corpus, kind, *pair, len(shares), round(mean, 4))
