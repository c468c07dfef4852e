"""Terms of a segment as Whoosh reads them: dictionary, statistics, cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from newsearch.codec.whoosh.field_views import FieldView, terms_from
from newsearch.codec.whoosh.fields import FIELD_NAMES, Fields
from newsearch.codec.whoosh.matcher import DecodedTerm, NewsMatcher

_CACHED_TERMS: Final = 16
"""Terms kept decoded: Whoosh asks for the same one several times while it builds a query."""

Term = tuple[str, bytes]


class NewsTermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Looks terms up in the fields of a segment; statistics count deleted articles too."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._decoded: Callable[[str, bytes], DecodedTerm | None]
        self._decoded = lru_cache(_CACHED_TERMS)(lambda name, text: _decode(fields, name, text))

    def __contains__(self, term: Term) -> bool:
        return self._decoded(*term) is not None

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
            for text in terms_from(view, prefix):
                yield fieldname, text

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term; a fresh object, because Whoosh changes it."""
        view = self._fields.view(fieldname)
        found = None if view is None else view.postings(text)
        if view is None or found is None:
            raise KeyError((fieldname, text))
        lengths = found.docnums * 0 if view.lengths is None else view.lengths[found.docnums]
        return TermInfo(
            weight=float(found.freqs.sum()),
            df=len(found.docnums),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(found.freqs.max()),
            minid=int(found.docnums[0]),
            maxid=int(found.docnums[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        found = self._decoded(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return NewsMatcher(found, format_, (fieldname, text), scorer)


def _decode(fields: Fields, name: str, text: bytes) -> DecodedTerm | None:
    view = fields.view(name)
    postings = None if view is None else view.postings(text)
    return None if postings is None else DecodedTerm(postings)


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
