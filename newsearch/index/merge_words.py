"""The words of segments that are merged: terms, word forms and their numbers made one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.codec.coding.positions import Ints, starts_of
from newsearch.codec.lexicon import Lexicon
from newsearch.codec.segment import TEXT, Inverted, InvertedWriter, Segment
from newsearch.index.lexicon_rows import numbers_by_count
from newsearch.index.merge_strings import merge_strings


class MergeInput:
    """A segment that is merged.

    Parameters
    ----------
    segment
        The open segment.
    deleted
        Articles to leave out, shape ``(n_articles,)``.
    base
        Docnum of its first live article in the merged segment.
    """

    def __init__(self, segment: Segment, deleted: NDArray[np.bool_], base: int) -> None:
        self.segment = segment
        self.is_live = ~deleted
        self.has_deleted = bool(deleted.any())
        self.n_live = int(np.count_nonzero(self.is_live))
        self.docnums: Ints = np.where(self.is_live, base - 1 + np.cumsum(self.is_live), -1)
        """Docnum in the merged segment of each article, -1 for deleted ones."""

    @cached_property
    def text(self) -> Inverted:
        return self.segment.inverted(TEXT)

    @cached_property
    def forms(self) -> Lexicon:
        """The lexicon of the text."""
        return self.text.forms

    @cached_property
    def text_lengths(self) -> Ints:
        """Tokens of each article's text, see `bm25.text_length`."""
        columns = self.segment.columns
        titles = columns.numbers("title_length").astype(np.int64)
        return np.asarray(bm25.text_length(titles, columns.numbers("body_length")))

    def span(self, first: int, end: int) -> slice:
        """Return the terms whose merged numbers are in a range."""
        return slice(*np.searchsorted(self.merged_terms, (first, end)).tolist())

    @cached_property
    def merged_terms(self) -> NDArray[np.int32]:
        """Receives the merged number of each term."""
        return np.zeros(len(self.text.terms), np.int32)

    @cached_property
    def merged_rows(self) -> NDArray[np.int32]:
        """Receives the merged number of each row of the lexicon."""
        return np.zeros(len(self.forms), np.int32)

    @cached_property
    def first_numbers(self) -> Ints:
        """Where the forms of each term begin in `rows_by_number`, shape ``(n_terms + 1,)``."""
        return starts_of(np.bincount(self.forms.term_ids, minlength=len(self.text.terms)))

    @cached_property
    def rows_by_number(self) -> Ints:
        """Rows of the lexicon in order of term and number."""
        return np.lexsort((self.forms.numbers, self.forms.term_ids))


class MergedWords:
    """Terms of all inputs in one order, and the rows of one lexicon: a form and its term.

    Some of either may be left over from deleted articles; `number_forms` leaves them out.

    Attributes
    ----------
    row_terms
        Merged term of each row, shape ``(n_rows,)``; rows are in order of form and term.
    numbers
        The form's number among its term's forms, by row. Set by `number_forms`.
    kept_terms
        Term id in the merged segment of each merged term, -1 for those without articles. Set by
        `number_forms`.
    """

    def __init__(self, inputs: Sequence[MergeInput]) -> None:
        self._inputs = inputs
        self.n_terms = self._merge_terms()
        self.row_terms = self._merge_rows()
        self._dfs = np.zeros(0, np.int64)
        self.numbers = np.zeros(0, np.int64)
        self.kept_terms = np.zeros(0, np.int64)

    def term_parts(self) -> Iterator[tuple[int, list[bytes]]]:
        """Return the merged terms in order, some at a time: number of the first, and all."""
        first = 0
        for part in merge_strings([segment.text.terms for segment in self._inputs]):
            yield first, part.strings
            first += len(part.strings)

    def number_forms(self, dfs: Ints) -> None:
        """Number the forms of each term, now that it is known how many articles have each.

        `dfs`: live articles of each row, shape ``(n_rows,)``.
        """
        self._dfs = dfs
        self.numbers = numbers_by_count(self.row_terms, dfs, np.zeros(self.n_terms, np.int64))
        is_kept = np.zeros(self.n_terms, np.bool_)
        is_kept[self.row_terms[dfs > 0]] = True
        self.kept_terms = np.where(is_kept, np.cumsum(is_kept) - 1, -1)

    def write_lexicon(self, text: InvertedWriter) -> None:
        """Write the rows that have articles."""
        is_kept = self._dfs > 0
        lexicon = text.lexicon()
        first = 0
        for forms in self._form_parts():
            own = first + np.flatnonzero(is_kept[first : first + len(forms)])
            lexicon.append(
                [forms[row - first] for row in own.tolist()],
                self.kept_terms[self.row_terms[own]],
                self.numbers[own],
                self._dfs[own],
            )
            first += len(forms)

    def _merge_terms(self) -> int:
        n = 0
        for part in merge_strings([segment.text.terms for segment in self._inputs]):
            for segment, span, indexes in zip(self._inputs, part.spans, part.indexes, strict=True):
                segment.merged_terms[span.start : span.stop] = n + indexes
            n += len(part.strings)
        return n

    def _merge_rows(self) -> Ints:
        """Return the merged term of each row; rows of the inputs learn their merged numbers."""
        terms = [np.zeros(0, np.int64)]
        n = 0
        for part in merge_strings([segment.forms.forms for segment in self._inputs]):
            keys = self._keys_of(part.spans, part.indexes)
            distinct, inverse = np.unique(keys, return_inverse=True)
            rows = inverse.reshape(-1)
            at = 0
            for segment, span in zip(self._inputs, part.spans, strict=True):
                segment.merged_rows[span.start : span.stop] = n + rows[at : at + len(span)]
                at += len(span)
            terms.append(distinct % self.n_terms)
            n += len(distinct)
        return np.concatenate(terms)

    def _keys_of(self, spans: Sequence[range], indexes: Sequence[Ints]) -> Ints:
        """Return a key of form and merged term of the rows of all inputs."""
        keys = [
            own * self.n_terms
            + segment.merged_terms[segment.forms.term_ids[span.start : span.stop]]
            for segment, span, own in zip(self._inputs, spans, indexes, strict=True)
        ]
        return np.concatenate(keys)

    def _form_parts(self) -> Iterator[list[bytes]]:
        """Return the form of every merged row, in order, some at a time."""
        for part in merge_strings([segment.forms.forms for segment in self._inputs]):
            keys = self._keys_of(part.spans, part.indexes)
            yield [part.strings[index] for index in (np.unique(keys) // self.n_terms).tolist()]
