"""Compares a segment's postings and lexicon with its articles, analysed again.

Articles are taken in order, a range of whole blocks at a time. The row of the lexicon at each
position of their texts is noted, and each token of the range's postings is looked up there. So
every token is compared, and none is missing where each article has as many as it should.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.article import Article
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS, bounds_of
from newsearch.codec.coding.positions import Bytes, Ints, starts_of
from newsearch.codec.coding.signatures import ANY, codes_of, signatures_of
from newsearch.codec.postings import Entries, PostingsReader
from newsearch.codec.segment import TEXT, Inverted, Segment
from newsearch.index.compiler import compiler_problem
from newsearch.index.inversion import Words
from newsearch.index.merge_text import kernels_for
from newsearch.index.small_builder import SMALL_BYTES
from newsearch.schema import article_language

_RANGE_TOKENS: Final = 1 << 24
"""Tokens of a range, for some 200 MB; each range looks at the entries of all terms."""

_BATCH_CHARS: Final = 4 << 20
_PARTS: Final = bm25.TITLE_COPIES + 1
"""Texts of an article in a row: the copies of its title, and the body."""
_UNKNOWN: Final = -2
_NO_WORD: Final = -1

Rows = NDArray[np.int32]


class TextCheck:
    """Takes all articles of a segment in order, and tells what does not fit them.

    Parameters
    ----------
    segment
        One in which `check_parts` finds nothing wrong.
    """

    def __init__(self, segment: Segment) -> None:
        inverted = segment.inverted(TEXT)
        self._lexicon = _KnownRows(inverted)
        self._postings = inverted.postings
        self._decode = kernels_for(int(self._postings.term_cfs.sum(dtype=np.int64))).decode
        self._words = _words_for(segment.stored.raw_bytes)
        self._held: list[Article] = []
        self._held_chars = 0
        self._rows: list[Rows] = []
        self._n_tokens = 0
        self._counts: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._n_done = 0
        self._n_articles = 0
        self._dfs = np.zeros(len(inverted.forms), np.int64)
        self._wrong = {
            fault: np.zeros(segment.articles, np.bool_)
            for fault in (
                "its words are not those of its text",
                "signatures of its words are wrong",
                "bounds of its words are wrong",
            )
        }

    def add(self, article: Article) -> None:
        """Take the next article."""
        self._held.append(article)
        self._held_chars += len(article.title) + len(article.body)
        self._n_articles += 1
        if self._held_chars > _BATCH_CHARS:
            self._analyse()
        if self._n_tokens > _RANGE_TOKENS and self._n_articles % BLOCK_DOCS == 0:
            self._compare()

    def finish(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the tokens of each article's title and body; no article may follow."""
        self._compare()
        counts = np.concatenate(self._lengths)
        return counts[:, 0], counts[:, -1]

    def faults(self) -> Iterator[tuple[str, list[int]]]:
        """Return what is wrong with the postings, and of which articles."""
        for fault, wrong in self._wrong.items():
            if wrong.any():
                yield fault, np.flatnonzero(wrong).tolist()

    def lexicon_faults(self) -> Iterator[str]:
        """Return what is wrong with the lexicon."""
        wrong = np.flatnonzero(self._dfs != self._lexicon.dfs)
        if len(wrong):
            form = self._lexicon.form(int(wrong[0]))
            yield f"{len(wrong)} word forms, such as {form!r}, have wrong numbers of articles"

    def _analyse(self) -> None:
        if not self._held:
            return
        texts = [text for one in self._held for text in _utf8(one)]
        rows, counts = self._words.take(texts, list(map(article_language, self._held)))
        self._rows.append(self._lexicon.known(self._words)[rows])
        self._n_tokens += len(rows)
        self._counts.append(counts.reshape(-1, _PARTS))
        self._held, self._held_chars = [], 0

    def _compare(self) -> None:
        """Compare the articles since the last range, which end a block or the segment."""
        self._analyse()
        if not self._counts:
            return
        counts = np.concatenate(self._counts)
        texts = _Texts.of(self._n_done, counts, np.concatenate(self._rows), self._lexicon.codes)
        self._rows, self._counts, self._n_tokens = [], [], 0
        n_tokens = np.zeros(len(counts), np.int64)
        blocks = self._n_done >> BLOCK_BITS, (self._n_articles - 1 >> BLOCK_BITS) + 1
        for terms, entries in _entries_of(self._postings, blocks):
            self._compare_entries(texts, terms, entries, n_tokens)
        words = next(iter(self._wrong.values()))
        words[self._n_done : self._n_articles] |= n_tokens != texts.lengths
        self._lengths.append(counts)
        self._n_done = self._n_articles

    def _compare_entries(
        self, texts: _Texts, terms: Ints, entries: Entries, n_tokens: NDArray[np.int64]
    ) -> None:
        words, signed, bounded = self._wrong.values()
        decoded = self._decode(self._postings, entries)
        docnums, freqs, positions, numbers = (part.astype(np.int64) for part in decoded[:4])
        own = docnums - texts.first
        np.add.at(n_tokens, own, freqs)
        rows = self._lexicon.rows(np.repeat(np.repeat(terms, entries.counts), freqs), numbers)
        self._count_forms(rows, freqs)
        at = np.repeat(texts.starts[own], freqs) + positions
        at[at >= np.repeat(texts.starts[own + 1], freqs) - 1] = 0  # where no word is
        words[np.repeat(docnums, freqs)[self._lexicon.first_rows[rows] != texts.rows[at]]] = True
        beside = texts.codes[at + 1] | texts.codes[at - 1] << 4
        kept = decoded[4]
        differ = (signatures_of(beside, freqs) != kept) & (kept != ANY)
        signed[docnums[differ & ~words[docnums]]] = True
        first = starts_of(entries.counts)[:-1]
        levels = self._postings.length_levels
        bounds = bounds_of(first, entries.counts, freqs, texts.lengths[own], levels)
        bounded[docnums[np.repeat(bounds != entries.bounds, entries.counts)]] = True

    def _count_forms(self, rows: NDArray[np.int64], freqs: Ints) -> None:
        """Count the articles of each row of the lexicon; a posting can have a row twice."""
        is_once = np.repeat(freqs == 1, freqs)
        np.add.at(self._dfs, rows[is_once], 1)
        of_postings = np.repeat(np.arange(len(freqs)), freqs)
        pairs = np.unique(of_postings[~is_once] << 32 | rows[~is_once])
        np.add.at(self._dfs, pairs & 0xFFFFFFFF, 1)


class _Texts(NamedTuple):
    """The articles of a range.

    Parameters
    ----------
    first
        Docnum of the first.
    lengths
        Tokens of each, copies of titles included.
    starts
        Where the positions of each begin in the arrays below, and where the last ends.
    rows, codes
        Row of the lexicon and code of the term at each position; before, after and between
        articles, and where no word is, `_NO_WORD` and 0.
    """

    first: int
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: Rows
    codes: Bytes

    @classmethod
    def of(cls, first: int, counts: NDArray[np.int64], words: Rows, codes: Bytes) -> _Texts:
        """Lay out texts, given the tokens of each part of each article."""
        # One position stays free after each copy of a title, and one after each article.
        ends = 1 + np.cumsum(counts.ravel() + 1)
        is_word = np.ones(int(ends[-1]), np.bool_)
        is_word[0] = False
        is_word[ends - 1] = False
        rows = np.full(len(is_word), _NO_WORD, np.int32)
        rows[is_word] = words
        starts = np.concatenate(([1], ends[_PARTS - 1 :: _PARTS]))
        return cls(first, counts.sum(axis=1), starts, rows, codes[rows])


class _KnownRows:
    """The lexicon of a segment, to be found by term and key and by term and number."""

    def __init__(self, inverted: Inverted) -> None:
        forms = inverted.forms
        self._forms = forms
        self.dfs = forms.dfs
        term_ids = forms.term_ids.astype(np.int64)
        self._order = np.lexsort((forms.numbers, term_ids))
        self._starts = starts_of(np.bincount(term_ids, minlength=len(inverted.terms)))
        terms = list(inverted.terms)
        self._rows: dict[tuple[bytes, bytes], int] = {}
        named = (
            (terms[term_id], form)
            for form, term_id in zip(forms.forms, term_ids.tolist(), strict=True)
        )
        first = [self._rows.setdefault(pair, row) for row, pair in enumerate(named)]
        self.first_rows = np.array(first, np.int32)
        """The first row with the same key and term as each: spellings are not told apart."""
        self.codes = np.append(codes_of(terms)[term_ids], np.zeros(2, np.uint8))
        """The code of each row's term, and last of what is `_UNKNOWN` or `_NO_WORD`."""
        self._known = np.zeros(0, np.int32)

    def rows(self, terms: Ints, numbers: Ints) -> NDArray[np.int64]:
        """Return the row of each form number of a term."""
        return np.asarray(self._order[self._starts[terms] + numbers])

    def form(self, row: int) -> str:
        """Return the key of a row."""
        return self._forms.forms[row].decode("utf-8", "replace")

    def known(self, words: _Words) -> Rows:
        """Return the first row here of each row of words, or `_UNKNOWN`."""
        new = words.named(len(self._known))
        found = [self._rows.get(named, _UNKNOWN) for named in new]
        self._known = np.concatenate((self._known, np.array(found, np.int32)))
        return self._known


class _Words(Protocol):
    """Cuts texts into words; see `newsearch.index.word_table.WordTable`."""

    def take(
        self, texts: Sequence[bytes], languages: Sequence[str]
    ) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Return the row of each token, and the tokens of each text."""

    def named(self, first: int) -> list[tuple[bytes, bytes]]:
        """Return the term and the key of each row from one on."""


def _words_for(n_bytes: int) -> _Words:
    if n_bytes <= SMALL_BYTES or compiler_problem():
        return Words()
    from newsearch.index.word_table import WordTable  # imports Numba

    return WordTable()


def _entries_of(
    postings: PostingsReader, blocks: tuple[int, int]
) -> Iterator[tuple[Ints, Entries]]:
    """Return the entries of some blocks, some terms at a time, and the term of each."""
    for first, end in postings.term_spans():
        entries = postings.entries(first, end)
        n_entries = np.diff(postings.term_entries[first : end + 1]).astype(np.int64)
        terms = np.repeat(np.arange(first, end), n_entries)
        own = (entries.blocks >= blocks[0]) & (entries.blocks < blocks[1])
        if own.any():
            yield terms[own], entries.take(own)


def _utf8(article: Article) -> list[bytes]:
    title, body = (text.encode("utf-8", "surrogatepass") for text in (article.title, article.body))
    return [*[title] * bm25.TITLE_COPIES, body]
