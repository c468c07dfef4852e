"""Tables of other libraries, and rows of tables of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Protocol

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.envelopes import Row
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of
from newsearch.sources.values import as_json

BATCH_ROWS = 256
"""Rows of a table that are made values of Python at once."""
_LIBRARIES = ("pandas", "polars", "pyarrow")


class Frame(Protocol):
    """A table of pandas, polars or pyarrow, which are not imported to name it."""

    @property
    def columns(self) -> Any: ...  # pragma: no cover


def is_frame(value: object) -> bool:
    """Whether a value is a table of pandas, polars or pyarrow."""
    kind = type(value)
    return kind.__module__.partition(".")[0] in _LIBRARIES and hasattr(kind, "columns")


def read_frame(frame: Any, context: Context) -> Iterator[Article | Remark]:
    """Read a table of pandas, polars or pyarrow."""
    if hasattr(frame, "collect"):  # polars has made a plan of it only
        frame = frame.collect()
    if hasattr(frame, "iloc"):
        starts = range(0, len(frame), BATCH_ROWS)
        batches = (frame.iloc[at : at + BATCH_ROWS].to_dict("records") for at in starts)
    elif hasattr(frame, "iter_slices"):
        batches = (part.to_dicts() for part in frame.iter_slices(BATCH_ROWS))
    else:
        batches = (part.to_pylist() for part in frame.to_batches(BATCH_ROWS))
    header = getattr(frame, "column_names", None) or list(map(str, frame.columns))
    yield from table_articles(chain.from_iterable(batches), header, context)


def table_articles(
    records: Iterable[dict[str, Any]], header: Sequence[str], context: Context, first: int = 1
) -> Iterator[Article | Remark]:
    """Make articles of the rows of a table, the first of which has a number."""
    rows: Iterator[Row] = (
        (number, {str(key): as_json(value) for key, value in record.items()})
        for number, record in enumerate(records, first)
    )
    yield from articles_of(rows, context, header)
