"""Words of a large load: word forms, their keys and terms, and the numbers of these in postings.

A *row* is the key of word forms (see `newsearch.analysis.terms`) together with one of
their terms. Imports Numba; only bulk loads do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.fast import Lexicon, Terms, joined, longer
from newsearch.codec.coding.signatures import codes_of
from newsearch.index.inversion_kernels import count_unnumbered, look_up
from newsearch.index.lexicon_rows import LexiconRows, numbers_by_count

RowNumbers = NDArray[np.int32]

_FIRST_ROOM = 1 << 16
_NEW_AT_ONCE = 1 << 16
"""Forms that are made rows at a time: each is some Python objects meanwhile."""


class Keys(NamedTuple):
    """What is known of rows and terms; what is there of one does not change within a segment.

    `terms`: term of each row; `numbers`: the row's number among those of its term in the segment,
    -1 where it has none yet; both int32. `codes`: code of each term, see `codec.signatures`; uint8.
    """

    terms: NDArray[np.int32]
    numbers: NDArray[np.int32]
    codes: NDArray[np.uint8]


class WordTable:
    """Rows of all articles of a load, and the numbers that the segment under way has for them."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._terms = Terms(self._lexicon)
        self._row_of: dict[str, RowNumbers] = {}
        self._n_rows = 0
        self._n_terms = 0
        self._first_rows = np.empty(0, np.int32)
        self._other_rows: dict[tuple[int, int], int] = {}
        self._forms = np.zeros(_FIRST_ROOM, np.int32)
        self._counts = np.zeros(_FIRST_ROOM, np.int32)
        self.keys = Keys(
            np.zeros(_FIRST_ROOM, np.int32),
            np.full(_FIRST_ROOM, -1, np.int32),
            np.zeros(_FIRST_ROOM, np.uint8),
        )
        """Replaced by larger ones as rows come; what has the old ones keeps what they told."""
        self._next_numbers = np.zeros(_FIRST_ROOM, np.int64)

    @property
    def nbytes(self) -> int:
        """Memory that the words take, about."""
        arrays: tuple[NDArray[Any], ...] = (*self.keys, *self._row_of.values(), self._forms)
        others = (self._first_rows, self._counts, self._next_numbers)
        own = sum(array.nbytes for array in (*arrays, *others))
        return own + self._lexicon.nbytes + self._terms.nbytes

    def take(
        self, texts: Sequence[bytes], languages: Sequence[str]
    ) -> tuple[RowNumbers, NDArray[np.int64]]:
        """Cut texts into words; return the row of each token, and the tokens of each text.

        Parameters
        ----------
        texts
            UTF-8; each article has the same number of them.
        languages
            Language code of each article.
        """
        analysis = self._lexicon.analyse(*joined(texts))
        counts = np.diff(analysis.token_offsets)
        lengths = counts.reshape(len(languages), -1).sum(axis=1)
        return self._rows_of_articles(analysis.form_ids, lengths, languages), counts

    def _rows_of(self, form_ids: NDArray[np.int32], language: str) -> RowNumbers:
        """Return the row of each token of articles in one language; new ones are made."""
        row_of = self._row_of.get(language, np.empty(0, np.int32))
        if row_of.size < self._lexicon.size:
            row_of = self._row_of[language] = longer(row_of, 2 * self._lexicon.size, fill=-1)
        found = np.empty(len(form_ids), np.int32)
        if look_up(row_of, form_ids, found):
            missing = np.unique(form_ids[found < 0])
            for start in range(0, len(missing), _NEW_AT_ONCE):
                some = missing[start : start + _NEW_AT_ONCE]
                row_of[some] = self._make_rows(some, language)
            look_up(row_of, form_ids, found)
        return found

    def _rows_of_articles(
        self, form_ids: NDArray[np.int32], lengths: NDArray[np.int64], languages: Sequence[str]
    ) -> RowNumbers:
        """Return the row of each token of articles of these lengths, each in its language."""
        distinct = set(languages)
        if len(distinct) == 1:
            return self._rows_of(form_ids, distinct.pop())
        rows = np.empty(len(form_ids), np.int32)
        codes = {language: code for code, language in enumerate(sorted(distinct))}
        of_tokens = np.repeat([codes[language] for language in languages], lengths)
        for language, code in codes.items():
            own = np.flatnonzero(of_tokens == code)
            rows[own] = self._rows_of(form_ids[own], language)
        return rows

    def named(self, first: int) -> list[tuple[bytes, bytes]]:
        """Return the term and the key of each row from one on."""
        keys = self._lexicon.encoded_forms(self._forms[first : self._n_rows])
        terms = self._terms.encoded(self.keys.terms[first : self._n_rows])
        return list(zip(terms, keys, strict=True))

    def number(self, rows: RowNumbers) -> None:
        """Number each row that is new to the segment among the keys of its term.

        The most frequent ones come first: the first articles settle that the commonest form is 0,
        which takes no room beside a position.
        """
        found = np.empty(min(len(rows), self._n_rows), np.int32)
        numbers = self.keys.numbers
        new = found[: count_unnumbered(rows, numbers, self._counts, found)]
        counts = self._counts[new]
        self._counts[new] = 0
        numbers[new] = numbers_by_count(self.keys.terms[new], counts, self._next_numbers)

    def start_segment(self) -> None:
        """Forget numbers: the next articles go into another segment."""
        self.keys.numbers.fill(-1)
        self._next_numbers.fill(0)

    def sorted_terms(self, dfs: NDArray[np.int64]) -> tuple[list[bytes], NDArray[np.int64]]:
        """Return the terms that the segment has, ascending, and the number of each.

        `dfs`: articles that have each term, by number.
        """
        used = np.flatnonzero(dfs[: len(self._terms)])
        encoded = self._terms.encoded(used)
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        return [encoded[index] for index in order], used[np.array(order, np.int64)]

    def lexicon(self, ranks: NDArray[np.int64], dfs: NDArray[np.int32]) -> LexiconRows:
        """Return the lexicon of the segment.

        `ranks`: term id of each term number. `dfs`: articles that have each row.
        """
        used = np.flatnonzero(dfs[: self._n_rows])
        return LexiconRows(
            self._lexicon.encoded_forms(self._forms[used]),
            ranks[self.keys.terms[used]],
            self.keys.numbers[used],
            dfs[used],
        )

    def _make_rows(self, form_ids: NDArray[np.int32], language: str) -> NDArray[np.int32]:
        """Return the rows of new forms; forms that share term and key share one."""
        terms = self._terms.of(form_ids, language).astype(np.int64)
        keys = self._lexicon.keys_of(form_ids, language).astype(np.int64)
        pairs, inverse = np.unique(keys << 32 | terms, return_inverse=True)
        keys, terms = pairs >> 32, pairs & 0xFFFFFFFF
        return self._rows_of_keys(keys.astype(np.int32), terms.astype(np.int32))[inverse]

    def _rows_of_keys(
        self, form_ids: NDArray[np.int32], terms: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        if self._first_rows.size < self._lexicon.size:
            self._first_rows = longer(self._first_rows, 2 * self._lexicon.size, fill=-1)
        rows = self._first_rows[form_ids]
        differs = np.flatnonzero((rows >= 0) & (self.keys.terms[rows] != terms))
        rows[differs] = [
            self._other_rows.get(pair, -1)
            for pair in zip(form_ids[differs].tolist(), terms[differs].tolist(), strict=True)
        ]
        new = np.flatnonzero(rows < 0)
        rows[new] = np.arange(self._n_rows, self._n_rows + new.size, dtype=np.int32)
        self._n_rows += new.size
        self._grow(self._n_rows, int(terms.max()) + 1)
        self._add_codes()
        self._forms[rows[new]] = form_ids[new]
        self.keys.terms[rows[new]] = terms[new]
        is_first = self._first_rows[form_ids[new]] < 0
        self._first_rows[form_ids[new[is_first]]] = rows[new[is_first]]
        others = new[~is_first]
        pairs = zip(form_ids[others].tolist(), terms[others].tolist(), strict=True)
        self._other_rows.update(zip(pairs, rows[others].tolist(), strict=True))
        return rows

    def _add_codes(self) -> None:
        """Fill in the codes of terms that are new; there is room for them."""
        new = range(self._n_terms, len(self._terms))
        self.keys.codes[new.start : new.stop] = codes_of(self._terms.encoded(new))
        self._n_terms = new.stop

    def _grow(self, n_rows: int, n_terms: int) -> None:
        terms, numbers, codes = self.keys
        if n_rows > len(terms):
            room = 2 * n_rows
            self._forms = longer(self._forms, room)
            self._counts = longer(self._counts, room)
            terms, numbers = longer(terms, room), longer(numbers, room, fill=-1)
        if n_terms > len(codes):
            room = 2 * n_terms
            self._next_numbers = longer(self._next_numbers, room)
            codes = longer(codes, room)
        self.keys = Keys(terms, numbers, codes)
