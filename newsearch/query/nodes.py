"""The leaves of a query tree, as values; what joins them is Whoosh's own.

A tree is made of `Word`, `Phrase`, `Pattern`, `FieldValue` and `DateRange` under Whoosh's ``And``,
``Or``, ``Not``, ``AndMaybe``, ``Every`` and ``NullQuery``. The leaves know nothing of an index;
how they are matched and scored is the business of the search room. ``str(leaf)`` is the leaf in
the query language.

Boosts stand on leaves only: the parser multiplies the boost of a group into its leaves, because
Whoosh drops the boost of a group that shrinks to one member.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal, Self

from whoosh.query import Query

from newsearch.fields import EXACT_FIELDS, TEXT_FIELDS, WORD_FIELDS

QUOTES = '"“”„‟«»＂'
"""Characters that open and close a phrase."""

PatternKind = Literal["prefix", "wildcard", "fuzzy"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400


class _Leaf(Query):  # type: ignore[misc]  # Whoosh is untyped
    """What Whoosh asks of a leaf."""

    def __ne__(self, other: object) -> bool:
        # Whoosh's own negates the NotImplemented that a dataclass gives for another class.
        return not self == other

    def field(self) -> str | None:
        """Return the one field that is searched, or None for several."""
        fields: tuple[str, ...] = getattr(self, "fields", ())
        return fields[0] if len(fields) == 1 else None

    def with_boost(self, boost: float) -> Self:
        """Return a copy whose score is multiplied by `boost`; Whoosh's own copies deeply."""
        return replace(self, boost=boost)


@dataclass(frozen=True)
class Word(_Leaf):
    """A stem in any of the fields, scored by BM25 over them together."""

    stem: str
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0

    def __str__(self) -> str:
        return _prefix(self.fields) + self.stem + _suffix(self)


@dataclass(frozen=True)
class Phrase(_Leaf):
    """Several words near each other in one field.

    Parameters
    ----------
    words
        In the order written, at least one; one only if `exact`.
    exact
        Whether they are word forms (``"quoted"``) or stems (``covid-19``).
    slop
        0: adjacent and in order. n > 0: all of them in any order with at most n other words in
        between, that is within a window of ``len(words) + n`` words.
    fields
        Fields of which one must hold the whole phrase.
    boost
        Factor of the score.
    """

    words: tuple[str, ...]
    exact: bool
    slop: int = 0
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0

    def __str__(self) -> str:
        text = f'"{" ".join(self.words)}"' if self.exact else "-".join(self.words)
        near = f"~{self.slop}" if self.slop else ""
        return _prefix(self.fields) + text + near + _suffix(self)


@dataclass(frozen=True)
class Pattern(_Leaf):
    """Any word form that fits; every matching article scores `boost`.

    Parameters
    ----------
    kind
        ``"prefix"``; ``"wildcard"``, where ``*`` is any letters and ``?`` is one; or ``"fuzzy"``.
    text
        The word form: without the star if a prefix, with its wildcards if a wildcard.
    max_edits
        Fuzzy only: letters inserted, deleted, changed or swapped with their neighbour (optimal
        string alignment). The first letter never changes.
    fields
        ``title`` and ``body``, or one of `WORD_FIELDS`.
    boost
        The score; 0 in a filter.
    """

    kind: PatternKind
    text: str
    max_edits: int = 0
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0

    def __str__(self) -> str:
        ending = {"prefix": "*", "wildcard": "", "fuzzy": f"~{self.max_edits}"}[self.kind]
        return _prefix(self.fields) + self.text + ending + _suffix(self)


@dataclass(frozen=True)
class FieldValue(_Leaf):
    """A filter: word forms adjacent in one of `WORD_FIELDS`, or a value of `EXACT_FIELDS`.

    ``source`` means the publisher or a credited agency. Scores 0.
    """

    fieldname: str
    words: tuple[str, ...]
    boost: ClassVar[float] = 1.0

    @property
    def fields(self) -> tuple[str, ...]:
        """The field, in the form the other leaves have it."""
        return (self.fieldname,)

    def with_boost(self, boost: float) -> Self:
        """Return the filter itself, which has no score to multiply."""
        return self

    def __str__(self) -> str:
        value = " ".join(self.words)
        exact = self.fieldname in EXACT_FIELDS
        plain = len(self.words) == 1 and not (exact and _needs_quotes(value))
        return f"{self.fieldname}:{value}" if plain else f'{self.fieldname}:"{value}"'


@dataclass(frozen=True)
class DateRange(_Leaf):
    """A filter: articles of a known date with ``start_s <= date < end_s``. Scores 0.

    Seconds from 1970 in UTC, negative before; None is open.
    """

    start_s: int | None
    end_s: int | None
    boost: ClassVar[float] = 1.0
    fields: ClassVar[tuple[str, ...]] = ("date",)

    @property
    def is_empty(self) -> bool:
        """Whether no date can be in the range."""
        return self.start_s is not None and self.end_s is not None and self.start_s >= self.end_s

    def with_boost(self, boost: float) -> Self:
        """Return the filter itself, which has no score to multiply."""
        return self

    def __str__(self) -> str:
        if self.start_s is not None and self.end_s is not None:
            return f"date:{_write_range(self.start_s, self.end_s)}"
        if self.start_s is None and self.end_s == _FIRST_INSTANT_S:
            return "date:<0001-01-01"  # no day before it could be written as the last
        start = "*" if self.start_s is None else _write_first(self.start_s)
        end = "*" if self.end_s is None else _write_last(self.end_s)
        return f"date:[{start} TO {end}]"


_FIRST_INSTANT_S = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())


def _prefix(fields: tuple[str, ...]) -> str:
    return "" if fields == TEXT_FIELDS else f"{fields[0]}:"


def _suffix(leaf: Word | Phrase | Pattern) -> str:
    if leaf.boost == 1 or leaf.fields[0] in WORD_FIELDS:
        return ""
    return f"^{leaf.boost:.0f}" if leaf.boost == int(leaf.boost) else f"^{leaf.boost!r}"


def _needs_quotes(value: str) -> bool:
    # A value with a quotation mark can only be written without any around it.
    if any(char in QUOTES for char in value):
        return False
    return value.startswith("//") or any(c in "()（）" or c.isspace() for c in value)


def _write_instant(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:19] + "Z"


def _write_first(start: int) -> str:
    return _write_instant(start)[:10] if start % _DAY_S == 0 else _write_instant(start)


def _write_last(end: int) -> str:
    """Write the end as the language does, included: the last day, or the last second."""
    return _write_instant(end - 1)[:10] if end % _DAY_S == 0 else _write_instant(end - 1)


def _write_range(start: int, end: int) -> str:
    first, last = _write_first(start), _write_last(end)
    if first == last:
        return first
    if first[:4] == last[:4] and (first[4:], last[4:]) == ("-01-01", "-12-31"):
        return first[:4]
    is_month = first[:8] == last[:8] and first[8:] == "01" and len(last) == 10
    if is_month and _write_first(end)[8:] == "01":
        return first[:7]
    return f"[{first} TO {last}]"
