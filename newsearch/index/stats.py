"""What an index holds, in numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from newsearch.answers.reports import Stats
from newsearch.fields import TEXT_FIELDS
from newsearch.index.snapshot import Snapshot
from newsearch.schema import NO_DATE_S

_DAY_S: Final = 24 * 3600


def read_stats(snapshot: Snapshot, *folders: Path) -> Stats:
    """Count what a snapshot holds, whose files are in some folders."""
    dates = np.concatenate(
        [np.zeros(0, np.int64), *(segment.live_dates for segment in snapshot.segments)]
    )
    dated = dates[dates != NO_DATE_S]
    return Stats(
        articles=snapshot.n_articles,
        deleted=snapshot.n_articles_all - snapshot.n_articles,
        tokens=sum(
            segment.live_length_tokens((field,))
            for segment in snapshot.segments
            for field in TEXT_FIELDS
        ),
        languages=snapshot.language_counts,
        first_date=_day(int(dated.min())) if dated.size else "",
        last_date=_day(int(dated.max())) if dated.size else "",
        undated=int(dates.size - dated.size),
        segments=len(snapshot.segments),
        size_bytes=sum(_size_bytes(file) for folder in folders for file in folder.iterdir()),
    )


def _size_bytes(file: Path) -> int:
    with suppress(FileNotFoundError):  # a commit removes files meanwhile
        return file.stat().st_size if file.is_file() else 0
    return 0


def _day(timestamp_s: int) -> str:
    # Not `datetime`, which refuses what damage makes of dates.
    return str(np.datetime64(timestamp_s // _DAY_S, "D"))
