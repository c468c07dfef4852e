"""What happened in a load, and what an index holds."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from newsearch.answers.printing import n_articles_text

if TYPE_CHECKING:
    from newsearch.answers.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Remark:
    """A note about one file, or one line of a file.

    Parameters
    ----------
    path
        The file or folder, or ``-`` for standard input.
    line
        Line number from 1, or None when the whole file is meant.
    reason
        What is wrong or was decided, lower case.
    """

    path: str
    line: int | None
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return the remark as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.reason}"


REMARKS_PER_FILE = 1_000
"""Enough to see what is the matter; ten million bad lines must not fill the memory."""

_MOST_REMARKS = 100_000
_NOTES_PER_KIND = 100
# What differs between notes of a kind: the page of a file, names, values and numbers.
_OWN = re.compile(r"^[^:]*#.*?: |'[^']*'|\"[^\"]*\"|\d[\d,.]*")


class Remarks(list[Remark]):
    """Remarks, at most `REMARKS_PER_FILE` a file; the others are counted.

    Attributes
    ----------
    n_more
        How many were left out.
    """

    n_more = 0
    _file = ""
    _n_of_file = 0

    def add(self, remark: Remark, file: str | None = None) -> None:
        """Keep or count a remark, of a file that may be called otherwise than its path."""
        file = remark.path if file is None else file
        self._n_of_file = self._n_of_file + 1 if file == self._file else 1
        self._file = file
        if self._n_of_file <= REMARKS_PER_FILE and len(self) < _MOST_REMARKS:
            self.append(remark)
        else:
            self.n_more += 1

    @property
    def n_all(self) -> int:
        """How many there were."""
        return len(self) + self.n_more


class Notes(list[Remark]):
    """Remarks, the first 100 of each kind; the others are counted.

    Attributes
    ----------
    n_more
        How many were left out.
    """

    n_more = 0
    _counts: Counter[str] | None = None

    def add(self, note: Remark) -> None:
        """Keep or count a note."""
        if self._counts is None:
            self._counts = Counter()
        kind = _kind(note)
        if len(self._counts) >= _MOST_REMARKS and kind not in self._counts:
            kind = ""
        self._counts[kind] += 1
        if self._counts[kind] <= _NOTES_PER_KIND and len(self) < _MOST_REMARKS:
            self.append(note)
        else:
            self.n_more += 1

    def by_kind(self) -> list[tuple[Remark, int]]:
        """Return the first note of each kind, and how many of the kind there were."""
        counts = Counter(map(_kind, self)) | (self._counts or Counter())
        first = {_kind(note): note for note in reversed(self)}
        return [(note, counts[kind]) for kind, note in reversed(first.items())]


def _kind(note: Remark) -> str:
    return _OWN.sub("", note.reason)


@dataclass(slots=True)
class LoadReport:
    """What became of the articles of one load.

    Parameters
    ----------
    added, updated, unchanged
        New ids, ids with other content than before, and ids with the same content.
    pruned
        Articles that were deleted because no file has them any more.
    rejected
        Articles, lines and files that could not be read or indexed, each with its reason, at most
        1,000 a file; ``rejected.n_all`` is how many there were.
    notes
        What was not read as written: a guessed encoding, a date that is not one; at most 100 of a
        kind.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    pruned: int = 0
    rejected: Remarks = field(default_factory=Remarks)
    notes: Notes = field(default_factory=Notes)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        more = {"rejected_more": self.rejected.n_more, "notes_more": self.notes.n_more}
        return asdict(self) | more

    def __str__(self) -> str:
        counts = f"{self.added:,} added, {self.updated:,} updated, {self.unchanged:,} unchanged"
        pruned = f", {self.pruned:,} pruned" if self.pruned else ""
        return f"{counts}{pruned}, {self.rejected.n_all:,} rejected"


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy of an index holds.

    Parameters
    ----------
    articles
        Articles that can be found in it.
    size_bytes, kept_bytes
        Bytes of its files, and of those that were there already.
    """

    articles: int
    size_bytes: int
    kept_bytes: int

    def __str__(self) -> str:
        text = f"{n_articles_text(self.articles)}, {_size(self.size_bytes)}"
        return f"{text}, of which {_size(self.kept_bytes)} were there" if self.kept_bytes else text


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

    def as_table(self) -> Table:
        """Return a row for each number, as people read it."""
        from newsearch.answers.table import Column, Table

        languages = ", ".join(f"{code} {n:,}" for code, n in self.languages.items())
        dates = f"{self.first_date} to {self.last_date}" if self.first_date else None
        rows: tuple[tuple[str, Cell], ...] = (
            ("articles", self.articles),
            ("deleted", self.deleted),
            ("words", self.tokens),
            ("languages", languages or None),
            ("dates", dates),
            ("undated", self.undated),
            ("segments", self.segments),
            ("size", _size(self.size_bytes)),
        )
        return Table((Column("name"), Column("value")), rows, has_header=False)


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:,.1f} KB"
    return f"{size_bytes / 1e6:,.1f} MB"
