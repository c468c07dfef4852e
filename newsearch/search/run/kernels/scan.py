"""The memory of a search for one phrase in one segment, and the records that it is made of.

Kernels take it by address and read and write its records by name; ``compiling`` says why not as
arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from newsearch.codec.coding.entries import BLOCK_DOCS
from newsearch.compiling import Array, Int, kernel, load_i64, record_at, store_i64
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.views import (
    PHRASE_ALTERNATIVES,
    PHRASE_FIELD,
    PHRASE_LENGTH,
    PHRASE_SLOP,
    PHRASE_STARTS,
    PHRASE_WORDS,
    Phrase,
)

NOTED: Final = BLOCK_DOCS + 1
"""Room for articles of a block: one more, because writing ahead of a test needs no branch."""


class PhraseEntry:
    """An alternative of a word in a row of a phrase's table: its entry in the row's block.

    `locator`: see ``codec.coding.decoding``; 0 where the block has no entry. `number`: of the entry
    in the segment. `start`, `size`: first byte of its positions, and how many bytes they are.
    """

    locator: Int
    number: Int
    start: Int
    size: Int


class NotedArticle:
    """An article whose positions are to be read out of an entry: its docnum in the block, its rank.

    `freq`: exact; 0 where the article is not in the entry. `skipped`: positions between those of
    the noted article before it and its own.
    """

    doc: Int
    rank: Int
    freq: Int
    skipped: Int


class Scan:
    """What is known of a phrase, and memory that is used again for every block; mostly addresses.

    - `starts`, `terms`, `forms`, `sequence`, `codes`: of the arrays of :data:`views.Phrase`
    - `n_words`, `n_columns`, `n_sequence`: different words, alternatives of all words together, and
      words in sequence; `slop` and `field` are as in :data:`views.Phrase`
    - `allowed`: of the bitmap of the articles that may be found
    - `articles`, `offsets`: of `NOTED` :class:`NotedArticle`, and of as many numbers, where each
      article's positions begin, for each alternative
    - `spans`: of two numbers for each word: where its positions in an article begin and end
    - `needed`, `wanted`: of a number for each word: how often the phrase has it, and what
      :func:`candidates.likely_signatures` takes
    - `cursors`, `bits`: of scratch memory: two numbers for each word and each word in sequence, and
      two bitmaps of a block
    - `docs`, `limits`: of `NOTED` docnums in a block, and of up to which position each is read
    - `rooms`: of where the room begins for the positions of each alternative, and of each word's
      alternatives together, and of where the last one ends
    - `target`: of the room for positions
    - `least`: how often a phrase must be able to stand in an article for it to be looked at
    """

    starts: Int
    terms: Int
    forms: Int
    sequence: Int
    codes: Int
    n_words: Int
    n_columns: Int
    n_sequence: Int
    slop: Int
    field: Int
    allowed: Int
    articles: Int
    offsets: Int
    spans: Int
    needed: Int
    wanted: Int
    cursors: Int
    bits: Int
    docs: Int
    limits: Int
    rooms: Int
    target: Int
    least: Int


def _dtype_of(record: type) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in record.__annotations__])


PHRASE_ENTRY: Final = _dtype_of(PhraseEntry)
_NOTED_ARTICLE: Final = _dtype_of(NotedArticle)
_SCAN: Final = _dtype_of(Scan)
ENTRY_BYTES: Final = PHRASE_ENTRY.itemsize
ARTICLES_BYTES: Final = NOTED * _NOTED_ARTICLE.itemsize
"""Bytes of the noted articles of one alternative."""
_SCAN_ITEMS: Final = _SCAN.itemsize // 8
_FIRST_ADDRESS: Final = list(_SCAN.names or ()).index("articles")

entry_at: Callable[[Int, Int], PhraseEntry] = record_at(PHRASE_ENTRY)
article_at: Callable[[Int, Int], NotedArticle] = record_at(_NOTED_ARTICLE)
scan_at: Callable[[Int, Int], Scan] = record_at(_SCAN)


@kernel
def new_scan(phrase: Phrase, allowed: Bitmap) -> Array:
    """Make the memory of a scan, which is good for as long as what it is made of.

    Its :class:`Scan` lies at the beginning. Scratch memory, what `wanted` points to, and `target`
    hold nothing yet.
    """
    n_words, n_columns = phrase[PHRASE_WORDS], phrase[PHRASE_ALTERNATIVES]
    n_sequence = phrase[PHRASE_LENGTH]
    # In the order of the fields, from `articles` on.
    sizes = (
        n_columns * ARTICLES_BYTES // 8,
        n_columns * NOTED,
        2 * n_words,
        n_words,
        n_words,
        2 * (n_words + n_sequence),
        2 * BLOCK_WORDS,
        NOTED,
        NOTED,
        n_columns + n_words + 1,
    )
    n_items: Int = _SCAN_ITEMS
    for i in range(len(sizes)):
        n_items += sizes[i]
    memory = np.empty(n_items, np.int64)
    at: Int = _SCAN_ITEMS
    for i in range(len(sizes)):
        memory[_FIRST_ADDRESS + i] = memory.ctypes.data + at * 8
        at += sizes[i]
    scan = scan_at(memory.ctypes.data, 0)
    scan.starts = phrase.ctypes.data + PHRASE_STARTS * 8
    scan.terms = scan.starts + (n_words + 1) * 8
    scan.forms = scan.terms + n_columns * 8
    scan.sequence = scan.forms + n_columns * 8
    scan.codes = scan.sequence + n_sequence * 8
    scan.n_words, scan.n_columns, scan.n_sequence = n_words, n_columns, n_sequence
    scan.slop, scan.field = phrase[PHRASE_SLOP], phrase[PHRASE_FIELD]
    scan.allowed, scan.least = allowed.ctypes.data, 1
    for word in range(n_words):
        store_i64(scan.needed, word, 0)
    for i in range(n_sequence):
        word = load_i64(scan.sequence, i)
        store_i64(scan.needed, word, load_i64(scan.needed, word) + 1)
    return memory
