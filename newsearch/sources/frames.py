"""Tables of other libraries, rows of tables of any kind, and values of both as JSON has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from typing import Any, Protocol

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.envelopes import Row
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of

BATCH_ROWS = 256
"""Rows of a table that are made values of Python at once."""
_LIBRARIES = ("pandas", "polars", "pyarrow")
_PLAIN = frozenset((str, int, bool, type(None)))


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


def as_json(value: Any) -> Any:
    """Return a value as a JSON file would have it; what is not a number, and no time, is None.

    A time of midnight without a zone is a day: tables have no other way to write one.
    """
    if type(value) in _PLAIN:
        return value
    match value:
        case float() | date():
            return _moment_or_number(value)
        case Mapping():
            return {str(key): as_json(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_json(one) for one in value]
        case bytes():
            return value.decode("utf-8", "replace")
    if type(value).__name__ == "NAType":  # of pandas
        return None
    if hasattr(value, "tolist"):  # of NumPy
        return as_json(value.tolist())
    return value if isinstance(value, str | int) else str(value)


def _moment_or_number(value: float | date) -> Any:
    if value != value:  # noqa: PLR0124 - NaN and NaT are not themselves
        return None
    if isinstance(value, float):
        return value
    if isinstance(value, datetime) and value.timetz() == time():
        return value.date().isoformat()
    return value.isoformat()
