"""Articles to posting lists in plain Python and NumPy, for loads too small to wait for Numba.

The compiled way of large loads is in `newsearch.index.bulk_builder`; both give the same postings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.analysis.stems import stemmer
from newsearch.analysis.terms import key, tag
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.codec.coding.entries import PostingRun
from newsearch.codec.coding.signatures import beside_of, codes_of, signatures_of
from newsearch.index.lexicon_rows import LexiconRows, numbers_by_count
from newsearch.schema import article_language

Row = tuple[str, str]
"""A term and the key of some of its word forms."""


@dataclass(frozen=True, slots=True)
class InvertedArticles:
    """Posting lists of some articles, as a segment holds them.

    Parameters
    ----------
    terms
        UTF-8, ascending.
    run
        Their postings; for positions see `bm25.body_start`.
    lexicon
        Keys of the terms' word forms.
    title_lengths, body_lengths
        Tokens of each article, of one copy of the title, shape ``(n_articles,)``.
    """

    terms: list[bytes]
    run: PostingRun
    lexicon: LexiconRows
    title_lengths: NDArray[np.int64]
    body_lengths: NDArray[np.int64]


@dataclass(slots=True)
class Words:
    """Tokens as they come: the row of each, and the rows in order of their numbers."""

    rows: list[int] = field(default_factory=list)
    row_numbers: dict[Row, int] = field(default_factory=dict)
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, text: str, language: str, *, copies: int = 1) -> int:
        """Add the tokens of so many copies of a text; returns how many one has."""
        rows = [self._row(form, language) for form in forms(text)]
        self.rows.extend(rows * copies)
        return len(rows)

    def take(
        self, texts: Sequence[bytes], languages: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Do what `WordTable.take` does; no token is kept."""
        n_each = len(texts) // len(languages)
        counts = [
            self.add(text.decode("utf-8", "surrogatepass"), languages[number // n_each])
            for number, text in enumerate(texts)
        ]
        rows, self.rows = self.rows, []
        return np.array(rows, np.int64), np.array(counts, np.int64)

    def named(self, first: int) -> list[tuple[bytes, bytes]]:
        """Return the term and the key of each row from one on."""
        return [(t.encode(), k.encode()) for t, k in islice(self.row_numbers, first, None)]

    def _row(self, form: str, language: str) -> int:
        number = self.known.get((form, language))
        if number is None:
            row = (stemmer(language)(form) + tag(language), key(form, language))
            number = self.row_numbers.setdefault(row, len(self.row_numbers))
            self.known[form, language] = number
        return number


def invert(articles: Iterable[Article]) -> InvertedArticles:
    """Invert articles; docnums are their indexes."""
    words = Words()
    titles, bodies = [], []
    for article in articles:
        language = article_language(article)
        titles.append(words.add(article.title, language, copies=bm25.TITLE_COPIES))
        bodies.append(words.add(article.body, language))
    title_lengths, body_lengths = np.array(titles, np.int64), np.array(bodies, np.int64)
    terms, row_terms = _ranked([term for term, _ in words.row_numbers])
    rows = np.array(words.rows, np.int64)
    docnums, positions = _token_positions(title_lengths, body_lengths)
    counts = np.bincount(rows, minlength=len(row_terms))
    numbers = numbers_by_count(row_terms, counts, np.zeros(len(terms), np.int64))
    lexicon = LexiconRows(
        [own.encode() for _, own in words.row_numbers],
        row_terms,
        numbers,
        _articles_of(rows, docnums, len(row_terms)),
    )
    of_tokens = row_terms[rows]
    is_apart = (np.diff(docnums, prepend=-1) != 0) | (np.diff(positions, prepend=-1) != 1)
    beside = beside_of(codes_of(terms)[of_tokens], is_apart)
    run = _run(of_tokens, docnums, positions, numbers[rows], beside)
    return InvertedArticles(terms, run, lexicon, title_lengths, body_lengths)


def _ranked(row_terms: list[str]) -> tuple[list[bytes], NDArray[np.int64]]:
    """Return the distinct terms of rows in order, and the index among them of each row's."""
    encoded = [term.encode() for term in row_terms]
    terms = sorted(set(encoded))
    index_of = {term: index for index, term in enumerate(terms)}
    return terms, np.array([index_of[term] for term in encoded], np.int64)


def _token_positions(
    title_lengths: NDArray[np.int64], body_lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the article and the position of every token."""
    lengths = bm25.text_length(title_lengths, body_lengths)
    docnums = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(docnums)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    titles = title_lengths[docnums]
    n_before = np.where(titles > 0, within // np.maximum(titles, 1), bm25.TITLE_COPIES)
    return docnums, within + n_before.clip(max=bm25.TITLE_COPIES)


def _run(
    terms: NDArray[np.int64],
    docnums: NDArray[np.int64],
    positions: NDArray[np.int64],
    numbers: NDArray[np.int64],
    beside: NDArray[np.uint8],
) -> PostingRun:
    order = np.argsort(terms, kind="stable")
    terms, docnums = terms[order], docnums[order]
    is_new_term = np.diff(terms, prepend=-1) != 0
    first = np.flatnonzero(is_new_term | (np.diff(docnums, prepend=-1) != 0))
    freqs = np.diff(first, append=len(terms))
    return PostingRun(
        dfs=np.bincount(terms[first]),
        docnums=docnums[first],
        freqs=freqs,
        positions=positions[order],
        forms=numbers[order],
        signatures=signatures_of(beside[order], freqs),
    )


def _articles_of(
    rows: NDArray[np.int64], docnums: NDArray[np.int64], n_rows: int
) -> NDArray[np.int64]:
    pairs = np.unique(rows * (int(docnums.max(initial=0)) + 1) + docnums)
    return np.bincount(pairs // (int(docnums.max(initial=0)) + 1), minlength=n_rows)
