"""The one exception tree; every deliberate error of newsearch is in it.

::

    NewsearchError
    ├── ArticleError            an article that is not valid: no text, or a date that is not one
    ├── SourceError             input that cannot be read (path, line, reason)
    ├── QueryError              a query that cannot be run (column, hint); also a ValueError
    │   ├── UnknownFieldError   `colour:red` where no field is called colour
    │   └── UnknownLanguageError    `lang:klingon`, or a load of articles in that language
    └── IndexingError           an index that cannot be used (path, reason)
        ├── IndexNotFoundError  no index there; also a FileNotFoundError
        ├── IndexLockedError    another process is writing
        └── CorruptIndexError   files that are damaged or not ours

Messages are lower case and say what, where and what to do next; the data is also kept as
attributes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self


class NewsearchError(Exception):
    """Base of all errors that newsearch raises on purpose; each can be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Python would call the class with its message, which is not what most of them take.
        return _restored, (type(self), self.args), vars(self)


def _restored(kind: type[NewsearchError], args: tuple[Any, ...]) -> NewsearchError:
    error = kind.__new__(kind, *args)
    error.args = args
    return error


class ArticleError(NewsearchError, ValueError):
    """An article that is not valid: without text, or with a date that is not one."""


class SourceError(NewsearchError):
    """Input that cannot be read.

    Parameters
    ----------
    path
        The file or folder, or ``-`` for standard input.
    reason
        What is wrong, lower case, without the path.
    line
        Line number from 1, or None when the whole file is meant.
    """

    def __init__(self, path: str | Path, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{where}: {reason}")


class QueryError(NewsearchError, ValueError):
    """A query that cannot be run.

    Parameters
    ----------
    reason
        What is wrong, lower case.
    column
        Character of the query, counted from 1, at which it goes wrong; None for the whole query.
    hint
        What to write instead, or ''.

    Attributes
    ----------
    number
        Which query it is, counted from 1, where several were asked.
    """

    number: int | None = None

    def __init__(self, reason: str, *, column: int | None = None, hint: str = "") -> None:
        self.reason = reason
        self.column = column
        self.hint = hint
        where = "" if column is None else f"column {column}: "
        super().__init__(f"{where}{reason}" + (f"; {hint}" if hint else ""))

    def in_query(self, number: int) -> Self:
        """Say in the message too which query it is, counted from 1; return the error."""
        self.args = (f"query {number}: {self}",)
        self.number = number
        return self


class UnknownFieldError(QueryError):
    """A field prefix such as ``colour:`` that no article has."""


class UnknownLanguageError(QueryError):
    """A language that is not known, of ``lang:`` or of articles to read."""


class IndexingError(NewsearchError):
    """An index that cannot be used as asked.

    Parameters
    ----------
    path
        The index directory or one of its files.
    reason
        What is wrong and what to do next, lower case.

    Attributes
    ----------
    fault
        What is wrong alone, where that can be told apart.
    """

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path = str(path)
        self.reason = self.fault = reason
        super().__init__(f"{self.path}: {reason}")


class IndexNotFoundError(IndexingError, FileNotFoundError):
    """There is no index at the path."""


class IndexLockedError(IndexingError):
    """Another process is writing to the index."""


class CorruptIndexError(IndexingError):
    """Files of the index are damaged, or are not a newsearch index."""

    def __init__(self, path: str | Path, reason: str) -> None:
        advice = "'newsearch check' lists what is damaged, '--repair' mends it"
        super().__init__(path, f"{reason}; {advice}")
        self.fault = reason


def other_version(path: str | Path, found: object, known: int) -> IndexingError:
    """Return the error for a file of a format that this version of newsearch does not read."""
    versions = f"(format {found}, this one reads {known})"
    if isinstance(found, int) and found > known:
        remedy = f"made by a newer version of newsearch {versions}; upgrade newsearch"
    else:
        remedy = f"made by an older version of newsearch {versions}; run 'newsearch rebuild'"
    return IndexingError(path, remedy)
