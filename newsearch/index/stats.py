"""What an index holds, in numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from newsearch.index.snapshot import Snapshot
from newsearch.schema import NO_DATE_S, TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds.

    Parameters
    ----------
    articles, deleted
        Articles that can be found, and deleted ones whose space is not yet reclaimed.
    tokens
        Words of all titles and bodies.
    languages
        Articles by language code.
    first_date, last_date
        Days of the oldest and the newest dated article, ISO 8601; '' without any.
    undated
        Articles without a date.
    segments, size_bytes
        Parts of the index, and bytes of all its files.
    """

    articles: int
    deleted: int
    tokens: int
    languages: dict[str, int]
    first_date: str
    last_date: str
    undated: int
    segments: int
    size_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return asdict(self)


def read_stats(snapshot: Snapshot, path: Path) -> Stats:
    """Count what a snapshot holds."""
    dates = np.concatenate(
        [np.zeros(0, np.int64), *(segment.live_dates for segment in snapshot.segments)]
    )
    dated = dates[dates != NO_DATE_S]
    return Stats(
        articles=snapshot.n_articles,
        deleted=snapshot.n_articles_all - snapshot.n_articles,
        tokens=sum(segment.live_length_tokens(TEXT_FIELDS) for segment in snapshot.segments),
        languages=snapshot.language_counts,
        first_date=_day(int(dated.min())) if dated.size else "",
        last_date=_day(int(dated.max())) if dated.size else "",
        undated=int(dates.size - dated.size),
        segments=len(snapshot.segments),
        size_bytes=sum(file.stat().st_size for file in path.iterdir() if file.is_file()),
    )


def _day(timestamp_s: int) -> str:
    # Not fromtimestamp, which some systems refuse for years before 1970.
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=timestamp_s)).date().isoformat()
