"""Title and body, as stems and as word forms: views of the one inverted text.

A stem's postings hold the positions of title and body together: those of the title, where the text
holds it first, begin at 0, those of the body at `bm25.body_start`. Beside each position stands
the number of the word form. A field is a range of positions, a form is a number.
"""

from __future__ import annotations

import bisect
import itertools
from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.codec.coding.positions import Ints
from newsearch.codec.framing import AnyArray
from newsearch.codec.lexicon import Lexicon
from newsearch.codec.segment import TEXT, Inverted, Segment
from newsearch.codec.strings import Strings
from newsearch.codec.whoosh.field_views import (
    ABSENT,
    DF,
    FieldPostings,
    PostingLists,
    Statistics,
    grouped,
)

Part = Literal["title", "body"]

_GROUP_ENTRIES: Final = 512
"""Entries of neighbouring terms that are decoded together where terms are walked: at most 131,072
postings, unless one term has more."""

_FEW_TERMS: Final = 64
"""Terms that are decoded one by one before their neighbours are taken for likely to follow."""

_CACHED_TERMS: Final = 4
_CACHED_GROUPS: Final = 16
_FORM_BITS: Final = 24


class Occurrences(NamedTuple):
    """Every occurrence of some terms, in order of term, docnum and position.

    Parameters
    ----------
    terms
        Term id. Shape ``(n,)``, as all below.
    docnums
        The article.
    positions
        In the whole text.
    forms
        Number of the word form among those of the term.
    """

    terms: Ints
    docnums: Ints
    positions: Ints
    forms: Ints


class Text:
    """The inverted text of a segment, shared by the views of its fields; safe in many threads."""

    def __init__(self, segment: Segment) -> None:
        self.inverted: Inverted = segment.inverted(TEXT)
        self.lexicon: Lexicon = self.inverted.forms
        self.lengths: dict[Part, Ints] = {
            "title": segment.columns.numbers("title_length").astype(np.int64),
            "body": segment.columns.numbers("body_length").astype(np.int64),
        }
        self.occurrences: Callable[[int], Occurrences]
        self.occurrences = lru_cache(_CACHED_TERMS)(
            lambda term_id: self.decode(term_id, term_id + 1)
        )

    @cached_property
    def group_starts(self) -> list[int]:
        """First term id of each group of terms, ascending."""
        entries = self.inverted.postings.term_entries
        steps = np.arange(0, int(entries[-1]), _GROUP_ENTRIES)
        starts: list[int] = np.unique(np.searchsorted(entries, steps, side="right") - 1).tolist()
        return starts

    def group(self, term_id: int) -> int:
        """Return the group that a term belongs to."""
        return bisect.bisect_right(self.group_starts, term_id) - 1

    def terms_of(self, group: int) -> tuple[int, int]:
        """Return the first term id of a group, and that after its last."""
        ends = self.group_starts[group + 1 : group + 2] or [len(self.inverted.terms)]
        return self.group_starts[group], ends[0]

    def decode(self, first: int, end: int) -> Occurrences:
        """Decode all that is known of consecutive terms."""
        postings = self.inverted.postings
        entries = postings.entries(first, end)
        docnums, freqs = postings.decode(entries)
        positions, forms = postings.decode_positions(entries, freqs)
        terms = np.repeat(np.arange(first, end), postings.term_dfs[first:end])
        return Occurrences(np.repeat(terms, freqs), np.repeat(docnums, freqs), positions, forms)

    @cached_property
    def repeated_rows(self) -> frozenset[int]:
        """Rows of the lexicon whose form is that of the row before."""
        pairs = itertools.pairwise(self.lexicon.forms)
        return frozenset(row for row, (before, form) in enumerate(pairs, 1) if before == form)

    @cached_property
    def rows_by_key(self) -> tuple[Ints, Ints]:
        """Rows of the lexicon in order of term id and form number, and these two as one key."""
        keys = form_keys(self.lexicon.term_ids, self.lexicon.numbers)
        rows = np.argsort(keys, kind="stable")
        return rows, keys[rows]

    def cut(self, part: Part, docnums: Ints, positions: Ints) -> tuple[NDArray[np.bool_], Ints]:
        """Return which positions lie in a part, and all of them counted from its first word."""
        titles = self.lengths["title"][docnums]
        if part == "title":
            return positions < titles, positions
        starts = bm25.body_start(titles)
        return positions >= starts, positions - starts


def form_keys(term_ids: AnyArray, numbers: AnyArray) -> Ints:
    """Join term ids and form numbers into one number each, in the same order."""
    return term_ids.astype(np.int64) << _FORM_BITS | numbers


class _TextField:
    """What stems and keys of title or body have in common, given all of them.

    Which of them occur in the part, and how often, is found group by group as they are walked.
    """

    def __init__(self, text: Text, part: Part, terms: Strings) -> None:
        self._text = text
        self._part: Part = part
        self._terms = terms
        self._statistics = np.zeros((len(terms), len(ABSENT)), np.int64)
        self._known: set[int] = set()
        self._n_asked = 0
        self._lists: Callable[[int], PostingLists]
        self._lists = lru_cache(_CACHED_GROUPS)(self._decode_group)

    @property
    def lengths(self) -> Ints:
        return self._text.lengths[self._part]

    def lower_bound(self, key: bytes) -> int:
        return self._terms.lower_bound(key)

    def term(self, number: int) -> bytes:
        return self._terms[number]

    @abstractmethod
    def _decode_group(self, group: int) -> PostingLists:
        """Decode the postings of a group."""

    @abstractmethod
    def _numbers_of(self, group: int) -> slice | Ints:
        """Return the numbers of the terms of which the group's postings are, in that order."""

    def _known_group(self, term_id: int) -> int | None:
        """Return the group of a term if it is known, or shall be because many terms are asked."""
        self._n_asked += 1
        if not self._known and self._n_asked <= _FEW_TERMS:
            return None
        group = self._text.group(term_id)
        if self._n_asked > _FEW_TERMS:
            self._learn(group)
        return group if group in self._known else None

    def _learn(self, group: int) -> None:
        """Find the statistics of a group; threads may do it twice, they write the same."""
        if group not in self._known:
            numbers = self._lists(group).statistics(self.lengths)
            self._statistics[self._numbers_of(group)] = numbers
            self._known.add(group)

    def _occurs(self, number: int, term_id: int) -> bool:
        """Whether a term occurs in the part."""
        if not self._statistics.item(number, DF):
            self._learn(self._text.group(term_id))
        return bool(self._statistics.item(number, DF))


class StemField(_TextField):
    """The stems of title or body."""

    def __init__(self, text: Text, part: Part) -> None:
        super().__init__(text, part, text.inverted.terms)

    def at_or_after(self, number: int) -> int | None:
        while number < len(self._terms):
            if self._occurs(number, number):
                return number
            _, end = self._text.terms_of(self._text.group(number))
            others = np.flatnonzero(self._statistics[number:end, DF])
            if len(others):
                return number + int(others[0])
            number = end
        return None

    def find(self, term: bytes) -> int | None:
        return self._terms.find(term)

    def statistics(self, number: int) -> Statistics | None:
        if self._known_group(number) is None:
            return None
        found: Statistics = self._statistics[number].tolist()
        return found

    def postings(self, number: int) -> FieldPostings | None:
        group = self._known_group(number)
        if group is not None:
            return self._lists(group).postings(number - self._text.terms_of(group)[0])
        _, docnums, positions, _ = self._text.occurrences(number)
        inside, positions = self._text.cut(self._part, docnums, positions)
        return grouped(docnums[inside], positions[inside])

    def _decode_group(self, group: int) -> PostingLists:
        first, end = self._text.terms_of(group)
        terms, docnums, positions, _ = self._text.decode(first, end)
        inside, positions = self._text.cut(self._part, docnums, positions)
        return PostingLists(terms[inside] - first, docnums[inside], positions[inside], end - first)

    def _numbers_of(self, group: int) -> slice:
        return slice(*self._text.terms_of(group))


class FormField(_TextField):
    """The keys of title or body.

    A key that belongs to several terms, in articles of several languages, has a row for each;
    it is one term here, numbered by the first of its rows that occurs in the part.
    """

    def __init__(self, text: Text, part: Part) -> None:
        super().__init__(text, part, text.lexicon.forms)

    def at_or_after(self, number: int) -> int | None:
        for row in range(number, len(self._terms)):
            if self._occurs_in(row) and not self._is_repeated(row):
                return row
        return None

    def find(self, term: bytes) -> int | None:
        rows = self._text.lexicon.indexes(term)
        return rows[0] if rows else None

    def statistics(self, number: int) -> Statistics | None:
        if (
            number + 1 in self._text.repeated_rows
            or self._known_group(self._term_id(number)) is None
        ):
            return None
        found: Statistics = self._statistics[number].tolist()
        return found

    def postings(self, number: int) -> FieldPostings | None:
        end = number + 1
        while end in self._text.repeated_rows:
            end += 1
        group = self._known_group(self._term_id(number))
        if group is not None and end == number + 1:
            return self._known_postings(group, number)
        parts = map(self._row_occurrences, range(number, end))
        docnums, positions = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = np.lexsort((positions, docnums))
        return grouped(docnums[order], positions[order])

    def _known_postings(self, group: int, row: int) -> FieldPostings | None:
        _, keys = self._rows_of(group)
        own = form_keys(self._text.lexicon.term_ids[row], self._text.lexicon.numbers[row])
        return self._lists(group).postings(int(np.searchsorted(keys, own)))

    def _row_occurrences(self, row: int) -> tuple[Ints, Ints]:
        _, docnums, positions, forms = self._text.occurrences(self._term_id(row))
        inside, positions = self._text.cut(self._part, docnums, positions)
        inside &= forms == int(self._text.lexicon.numbers[row])
        return docnums[inside], positions[inside]

    def _term_id(self, row: int) -> int:
        return int(self._text.lexicon.term_ids[row])

    def _occurs_in(self, row: int) -> bool:
        return self._occurs(row, self._term_id(row))

    def _is_repeated(self, row: int) -> bool:
        """Whether an earlier row of the same form occurs in the part."""
        while row in self._text.repeated_rows:
            row -= 1
            if self._occurs_in(row):
                return True
        return False

    def _decode_group(self, group: int) -> PostingLists:
        terms, docnums, positions, forms = self._text.decode(*self._text.terms_of(group))
        inside, positions = self._text.cut(self._part, docnums, positions)
        _, known = self._rows_of(group)
        keys = form_keys(terms, forms)
        which = np.searchsorted(known, keys)
        inside &= np.append(known, -1)[which] == keys
        return PostingLists(which[inside], docnums[inside], positions[inside], len(known))

    def _numbers_of(self, group: int) -> Ints:
        return self._rows_of(group)[0]

    def _rows_of(self, group: int) -> tuple[Ints, Ints]:
        """Return the rows of a group's forms in order of their keys, and the keys."""
        rows, keys = self._text.rows_by_key
        ends = np.array(self._text.terms_of(group)) << _FORM_BITS
        own = slice(*np.searchsorted(keys, ends))
        return rows[own], keys[own]
