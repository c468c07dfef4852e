"""The words of an archive that begin with some letters."""

from __future__ import annotations

import numpy as np

from newsearch.analysis.terms import tag_of
from newsearch.codec.strings import text_of
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.snapshot import Snapshot
from newsearch.search.statistics import SnapshotStatistics


def words_beginning(
    snapshot: Snapshot, statistics: SnapshotStatistics, prefix: str, limit: int
) -> list[tuple[str, int]]:
    """Return the words that begin so, and how many articles have each; see `Engine`.

    The most frequent of each segment are counted in all of them, until no other can be among the
    best. Deleted articles count until they are merged away.
    """
    n_looked_at = limit + 8
    while True:
        counts: dict[str, int] = {}
        most_unseen = 0  # articles, that a word has which was not looked at
        for segment in snapshot.segments:
            rows, dfs = _most_frequent(segment, prefix, n_looked_at)
            counts.update(dict.fromkeys(map(text_of, segment.text.forms.forms.take(rows)), 0))
            if len(rows) == n_looked_at:
                most_unseen += dfs[-1] * max(len(segment.language_counts), 1)
        for word in counts:
            counts[word] = _n_articles(word, snapshot, statistics)
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        if not most_unseen or not limit or best[-1][1] > most_unseen:
            return best
        n_looked_at *= 4


def _n_articles(word: str, snapshot: Snapshot, statistics: SnapshotStatistics) -> int:
    own = [segment.key_dfs(word) for segment in snapshot.segments]
    if all(len({tag_of(term) for term, _ in dfs}) == len(dfs) for dfs in own):
        return sum(df for dfs in own for _, df in dfs)
    # It is spelt with accents and without, and has two stems; an article may have both.
    keys = {word + tag_of(term) for dfs in own for term, _ in dfs}
    return statistics.df(tuple(sorted(keys)), exact=True)


def _most_frequent(segment: SegmentReader, prefix: str, limit: int) -> tuple[list[int], list[int]]:
    """Return the rows of the lexicon that begin so, those of most articles first, and these."""
    lexicon = segment.text.forms
    # Acronyms are capitals there.
    ranges = [lexicon.forms.prefix_range(one.encode()) for one in {prefix, prefix.upper()}]
    rows = np.concatenate([np.arange(one.start, one.stop) for one in ranges])
    dfs = lexicon.dfs[rows]
    order = np.argsort(~dfs, kind="stable")[:limit]
    return rows[order].tolist(), dfs[order].tolist()
