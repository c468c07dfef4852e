"""Title and body, as stems and as word forms: views of the one inverted text.

A stem's postings hold the positions of title and body together: those of the title, where the text
holds it first, begin at 0, those of the body at `bm25.body_start`. Beside each position stands
the number of the word form. A field is a range of positions, a form is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.codec.coding.positions import Ints
from newsearch.codec.framing import AnyArray
from newsearch.codec.lexicon import Lexicon
from newsearch.codec.postings import Entries, PostingsReader
from newsearch.codec.segment import TEXT, Inverted, Segment
from newsearch.codec.strings import Strings
from newsearch.codec.whoosh.field_views import FieldPostings, grouped

Part = Literal["title", "body"]

_GROUP_BITS: Final = 8
_ENTRIES_AT_ONCE: Final = 4096
"""At most a million postings are decoded together when whole ranges of terms are looked through."""

_MOST_FLAGS: Final = 1 << 22
_CACHED_TERMS: Final = 4
_FORM_BITS: Final = 24

Occurrences = tuple[Ints, Ints, Ints]
"""Docnum, position in the whole text, and form number of each occurrence of a term."""


class Text:
    """The inverted text of a segment, shared by the views of its fields; safe in many threads."""

    def __init__(self, segment: Segment) -> None:
        self.inverted: Inverted = segment.inverted(TEXT)
        self.lexicon: Lexicon = self.inverted.forms
        self.lengths: dict[Part, Ints] = {
            "title": segment.columns.numbers("title_length").astype(np.int64),
            "body": segment.columns.numbers("body_length").astype(np.int64),
        }
        decode = partial(_occurrences, self.inverted.postings)
        self.occurrences: Callable[[int], Occurrences] = lru_cache(_CACHED_TERMS)(decode)
        self._stems_seen = {p: np.zeros(len(self.inverted.terms), np.bool_) for p in self.lengths}
        self._forms_seen = {p: np.zeros(len(self.lexicon), np.bool_) for p in self.lengths}
        self._seen_groups = np.zeros((len(self.inverted.terms) >> _GROUP_BITS) + 1, np.bool_)
        keys = _form_keys(self.lexicon.term_ids, self.lexicon.numbers)
        self._rows = np.argsort(keys, kind="stable")
        self._row_keys = keys[self._rows]

    def cut(self, part: Part, docnums: Ints, positions: Ints) -> tuple[NDArray[np.bool_], Ints]:
        """Return which positions lie in a part, and all of them counted from its first word."""
        titles = self.lengths["title"][docnums]
        if part == "title":
            return positions < titles, positions
        starts = bm25.body_start(titles)
        return positions >= starts, positions - starts

    def has_stem(self, part: Part, term_id: int) -> bool:
        """Whether a stem occurs in a part of any article."""
        self._look_through(term_id >> _GROUP_BITS)
        return bool(self._stems_seen[part][term_id])

    def has_form(self, part: Part, row: int) -> bool:
        """Whether the form in a row of the lexicon occurs in a part of any article."""
        self._look_through(int(self.lexicon.term_ids[row]) >> _GROUP_BITS)
        return bool(self._forms_seen[part][row])

    def _look_through(self, group: int) -> None:
        """Find where the stems of a group and their forms occur, if that is not known yet.

        Threads may do it twice; they write the same.
        """
        if self._seen_groups[group]:
            return
        first = group << _GROUP_BITS
        end = min(first + (1 << _GROUP_BITS), len(self.inverted.terms))
        entries = self.inverted.postings.entries(first, end)
        for start in range(0, len(entries.numbers), _ENTRIES_AT_ONCE):
            which = np.arange(start, min(start + _ENTRIES_AT_ONCE, len(entries.numbers)))
            self._look_at(entries.take(which))
        self._seen_groups[group] = True

    def _look_at(self, entries: Entries) -> None:
        postings = self.inverted.postings
        docnums, freqs = postings.decode(entries)
        positions, forms = postings.decode_positions(entries, freqs)
        owners = np.searchsorted(postings.term_entries, entries.numbers, side="right") - 1
        term_ids = np.repeat(np.repeat(owners, entries.counts), freqs)
        docnums = np.repeat(docnums, freqs)
        for part in self.lengths:
            inside, _ = self.cut(part, docnums, positions)
            keys = _distinct_keys(term_ids[inside], forms[inside])
            self._stems_seen[part][keys >> _FORM_BITS] = True
            at = np.searchsorted(self._row_keys, keys).clip(0, max(len(self._row_keys) - 1, 0))
            known = at[self._row_keys[at] == keys] if len(self._row_keys) else at[:0]
            self._forms_seen[part][self._rows[known]] = True


def _occurrences(postings: PostingsReader, term_id: int) -> Occurrences:
    entries = postings.entries(term_id)
    docnums, freqs = postings.decode(entries)
    positions, forms = postings.decode_positions(entries, freqs)
    return np.repeat(docnums, freqs), positions, forms


def _form_keys(term_ids: AnyArray, numbers: AnyArray) -> Ints:
    return term_ids.astype(np.int64) << _FORM_BITS | numbers


def _distinct_keys(term_ids: Ints, numbers: Ints) -> Ints:
    """Return the distinct keys of occurrences, ascending; by a table of flags where it is small."""
    if not len(term_ids):
        return term_ids
    first, width = int(term_ids[0]), int(numbers.max()) + 1
    size = (int(term_ids[-1]) + 1 - first) * width
    if size > _MOST_FLAGS:
        return np.unique(_form_keys(term_ids, numbers))
    flags = np.zeros(size, np.bool_)
    flags[(term_ids - first) * width + numbers] = True
    local, found = np.divmod(np.flatnonzero(flags), width)
    return _form_keys(local + first, found)


class _TextField:
    """What stems and keys of title or body have in common, given all of them."""

    def __init__(self, text: Text, part: Part, terms: Strings) -> None:
        self._text = text
        self._part: Part = part
        self._terms = terms

    @property
    def lengths(self) -> Ints:
        return self._text.lengths[self._part]

    def lower_bound(self, key: bytes) -> int:
        return self._terms.lower_bound(key)

    def term(self, number: int) -> bytes:
        return self._terms[number]


class StemField(_TextField):
    """The stems of title or body."""

    def __init__(self, text: Text, part: Part) -> None:
        super().__init__(text, part, text.inverted.terms)

    def at_or_after(self, number: int) -> int | None:
        for term_id in range(number, len(self._terms)):
            if self._text.has_stem(self._part, term_id):
                return term_id
        return None

    def postings(self, term: bytes) -> FieldPostings | None:
        term_id = self._terms.find(term)
        if term_id is None:
            return None
        docnums, positions, _ = self._text.occurrences(term_id)
        inside, positions = self._text.cut(self._part, docnums, positions)
        return grouped(docnums[inside], positions[inside])


class FormField(_TextField):
    """The keys of title or body.

    A key that belongs to several terms, in articles of several languages, has a row for each;
    it is one term here, numbered by the first of its rows that occurs in the part.
    """

    def __init__(self, text: Text, part: Part) -> None:
        super().__init__(text, part, text.lexicon.forms)

    def at_or_after(self, number: int) -> int | None:
        for row in range(number, len(self._terms)):
            if self._text.has_form(self._part, row) and not self._is_repeated(row):
                return row
        return None

    def postings(self, term: bytes) -> FieldPostings | None:
        rows = self._text.lexicon.rows(term)
        parts = [self._row_occurrences(row.term_id, row.number) for row in rows]
        if not parts:
            return None
        docnums, positions = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        if len(parts) > 1:
            order = np.lexsort((positions, docnums))
            docnums, positions = docnums[order], positions[order]
        return grouped(docnums, positions)

    def _row_occurrences(self, term_id: int, number: int) -> tuple[Ints, Ints]:
        docnums, positions, forms = self._text.occurrences(term_id)
        inside, positions = self._text.cut(self._part, docnums, positions)
        inside &= forms == number
        return docnums[inside], positions[inside]

    def _is_repeated(self, row: int) -> bool:
        """Whether an earlier row of the same form occurs in the part."""
        before = row - 1
        while before >= 0 and self._terms[before] == self._terms[row]:
            if self._text.has_form(self._part, before):
                return True
            before -= 1
        return False
