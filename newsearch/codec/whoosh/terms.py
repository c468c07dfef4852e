"""Terms of a segment as Whoosh reads them: dictionary, statistics, cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from newsearch.codec.whoosh.field_views import (
    ABSENT,
    DF,
    FieldView,
    Statistics,
    numbers_from,
    statistics_of,
)
from newsearch.codec.whoosh.fields import FIELD_NAMES, Fields
from newsearch.codec.whoosh.matcher import DecodedTerm, NewsMatcher

_CACHED_TERMS: Final = 16
"""Terms kept decoded: Whoosh asks for the same one several times while it builds a query."""

_CACHED_NUMBERS: Final = 256

Term = tuple[str, bytes]

_NO_STEP: Final = (b"\xff", None, b"", None)


class NewsTermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Looks terms up in the fields of a segment; statistics count deleted articles too."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._decoded: Callable[[str, bytes], DecodedTerm | None]
        self._decoded = lru_cache(_CACHED_TERMS)(self._decode)
        self._found = lru_cache(_CACHED_NUMBERS)(self._find)
        self._steps: dict[str, tuple[bytes, int | None, bytes, int | None]] = {}

    def __contains__(self, term: Term) -> bool:
        return self._statistics(*term)[DF] > 0

    def indexed_field_names(self) -> list[str]:
        return [name for name in FIELD_NAMES if _has_terms(self._fields.view(name))]

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        view = self._fields.view(fieldname)
        return (
            base.EmptyCursor() if view is None else NewsFieldCursor(self, fieldname, view, fieldobj)
        )

    def terms(self) -> Iterator[Term]:
        for name in FIELD_NAMES:
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Return the terms of a field from one on.

        Whoosh's own codec goes on into the fields that follow; all callers stop there, and to
        find the first term of another field can cost more than the whole of this one.
        """
        view = self._fields.view(fieldname)
        if view is not None:
            before: tuple[bytes, int | None] = (prefix, None)
            for number in numbers_from(view, prefix):
                text = view.term(number)
                # Where several segments are walked, Whoosh asks for a term when all are past it.
                self._steps[fieldname] = (*before, text, number)
                before = (text, number)
                yield fieldname, text

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term; a fresh object, because Whoosh changes it."""
        statistics = self._statistics(fieldname, text)
        if not statistics[DF]:
            raise KeyError((fieldname, text))
        weight, df, min_length, max_length, max_weight, min_id, max_id = statistics
        return TermInfo(
            float(weight), df, min_length, max_length, float(max_weight), min_id, max_id
        )

    def _statistics(self, name: str, text: bytes) -> Statistics:
        view, number = self._look_up(name, text)
        if view is None or number is None:
            return ABSENT
        known = view.statistics(number)
        if known is not None:
            return known
        decoded = self._decoded(name, text)
        return ABSENT if decoded is None else statistics_of(decoded.postings, view.lengths)

    def _look_up(self, name: str, text: bytes) -> tuple[FieldView | None, int | None]:
        """Find a term, quickly one at which the field is walked."""
        before, number, after, next_number = self._steps.get(name, _NO_STEP)
        if before <= text <= after:
            return self._fields.view(name), {before: number, after: next_number}.get(text)
        return self._found(name, text)

    def _find(self, name: str, text: bytes) -> tuple[FieldView | None, int | None]:
        view = self._fields.view(name)
        return view, None if view is None else view.find(text)

    def _decode(self, name: str, text: bytes) -> DecodedTerm | None:
        view, number = self._look_up(name, text)
        postings = None if view is None or number is None else view.postings(number)
        return None if postings is None else DecodedTerm(postings)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        found = self._decoded(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return NewsMatcher(found, format_, (fieldname, text), scorer)


def _has_terms(view: FieldView | None) -> bool:
    return view is not None and view.at_or_after(0) is not None


class NewsFieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Stands on a term of a field; used by Whoosh's fuzzy and spelling automata."""

    def __init__(
        self, reader: NewsTermsReader, fieldname: str, view: FieldView, fieldobj: Any
    ) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._view = view
        self._fieldobj = fieldobj
        self._number = view.at_or_after(0)

    def first(self) -> str | None:
        self._number = self._view.at_or_after(0)
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        key: bytes = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._view.at_or_after(self._view.lower_bound(key))
        return self.text()

    def next(self) -> str | None:
        if self._number is not None:
            self._number = self._view.at_or_after(self._number + 1)
        return self.text()

    def text(self) -> str | None:
        if self._number is None:
            return None
        text: str = self._fieldobj.from_bytes(self._view.term(self._number))
        return text

    def term(self) -> str | None:
        return self.text()

    def term_info(self) -> TermInfo | None:
        if self._number is None:
            return None
        return self._reader.term_info(self._fieldname, self._view.term(self._number))

    def is_valid(self) -> bool:
        return self._number is not None
