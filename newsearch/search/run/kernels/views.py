"""What kernels take and give; the one module here that needs no Numba.

Docnums here are those of one segment: 0 to n - 1. A *block* is 256 consecutive ones, the same
blocks in which the codec cuts postings. For a *bitmap* see `newsearch.search.run.bitmaps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS
from newsearch.codec.postings import PostingsReader
from newsearch.search.run.bitmaps import Bitmap, n_blocks

_ROUND_UP: Final = 1 + 1e-6
"""Float32 keeps 24 bits: a bound rounded to it and raised by this much is not too low."""

SECTIONS: Final = (
    "entry_blocks", "entry_counts", "entry_bounds", "entry_position_bytes", "long_entries",
    "long_entry_bytes", "high_freq_keys", "high_freqs", "postings", "positions", "term_entries",
    "term_postings", "term_positions",
)  # fmt: skip
"""The codec's arrays that kernels read, by their names there and in this order."""

(
    ENTRY_BLOCKS, ENTRY_COUNTS, ENTRY_BOUNDS, ENTRY_POSITION_BYTES, LONG_ENTRIES,
    LONG_ENTRY_BYTES, HIGH_FREQ_KEYS, HIGH_FREQS, POSTINGS, POSITIONS, TERM_ENTRIES,
    TERM_POSTINGS, TERM_POSITIONS,
    NORM_CODES, NORMS, FEW_WEIGHTS, BOUND_WEIGHTS,
    LENGTHS, TITLE_LENGTHS, AVERAGE, DATES, ID_HASHES,
    TERM_ENTRIES_BYTES, TERM_POSTINGS_BYTES, TERM_POSITIONS_BYTES,
    N_ARTICLES, N_BLOCKS, N_LONG_ENTRIES, N_HIGH_FREQS, STOP,
) = range(30)  # fmt: skip
"""Items of a segment's row: addresses, in the order of `SECTIONS` first, then numbers."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as kernels see it.

    `row`: int64, addresses of arrays and a few numbers, see `ENTRY_BLOCKS` and what follows it.
    `arrays`: kept here so that the addresses stay good. `address`: where `row` lies, what kernels
    take. Good for as long as this object is kept.
    """

    row: NDArray[np.int64]
    arrays: tuple[NDArray[Any], ...]
    address: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.row.ctypes.data)

    def with_dates(self, dates: NDArray[np.int64]) -> Segment:
        """Return the same segment with other dates, such as :func:`oldest_first` makes."""
        row = self.row.copy()
        row[DATES] = dates.ctypes.data
        return Segment(row, (*self.arrays, dates))

    def stopped_by(self, flag: int) -> Segment:
        """Return the same segment for work that ends early when a number at an address is not 0."""
        row = self.row.copy()
        row[STOP] = flag
        return Segment(row, self.arrays)

    @property
    def n_articles(self) -> int:
        """Articles of the segment, deleted ones included."""
        return int(self.row[N_ARTICLES])


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a segment's articles, shape ``(n_articles,)`` each.

    Tokens of title and body together, see `bm25.text_length`, and of the title; int64 dates in
    seconds from 1970, the lowest int64 for undated; int64 hashes.
    """

    lengths: NDArray[np.integer]
    title_lengths: NDArray[np.integer]
    dates: NDArray[np.int64]
    id_hashes: NDArray[np.int64]


def segment_view(postings: PostingsReader, columns: Columns, *, average: float) -> Segment:
    """Gather the arrays of a segment; some 20 ms a million articles, so do it once a snapshot.

    Each docnum has a code, those after the last article too, and each code a norm, rounded down;
    the weights of frequencies up to `MOST_FEW` are a table by frequency and code. The highest BM25
    weight for each of the 256 bound bytes, rounded up, is a table too. All but codes are float32.

    `postings`: of the text. `average`: mean length over the live articles of all segments; above 0
    where there are any tokens.
    """
    mean = average or 1.0
    n_articles = len(columns.lengths)
    codes, norms = norms_rounded_down(bm25.norm(columns.lengths, mean))
    freqs = np.arange(MOST_FEW + 1)[:, None]
    inverse_freqs, ratios = postings.bound_parts()
    weights = _ROUND_UP * bm25.highest_weight(inverse_freqs, ratios, mean)
    sections = [np.ascontiguousarray(getattr(postings, name)) for name in SECTIONS]
    arrays = (
        *sections,
        codes,
        norms,
        np.divide(freqs, freqs + norms, dtype=np.float32),
        weights.astype(np.float32),
        columns.lengths.astype(np.uint32, copy=False),
        columns.title_lengths.astype(np.uint32, copy=False),
        np.array([mean]),
        columns.dates,
        columns.id_hashes,
    )
    row = [array.ctypes.data for array in arrays]
    row += [postings.term_entries.itemsize, postings.term_postings.itemsize]
    row += [postings.term_positions.itemsize, n_articles, n_blocks(n_articles)]
    row += [len(postings.long_entries), len(postings.high_freqs), _NEVER.ctypes.data]
    return Segment(np.array(row, np.int64), arrays)


def norms_rounded_down(
    exact: NDArray[np.floating],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round the norms of articles, above 0, down to 256 that lie evenly in their logarithm.

    A table of bytes stays in the processor's caches where one of numbers does not: ranking any of
    some words takes .85 of the time. From the longest to the shortest of 94,202 articles, one norm
    is 2 % above the next.

    Returns a code for each docnum of all blocks, and the norm of each code, float32.
    """
    codes = np.zeros(n_blocks(len(exact)) << BLOCK_BITS, np.uint8)
    logs = np.log(exact)
    lowest, highest = logs.min(initial=0), logs.max(initial=0)
    if lowest < highest:
        codes[: len(exact)] = (logs - lowest) * (255 / (highest - lowest))
    norms = np.exp(np.linspace(lowest, highest, 256)) / _ROUND_UP
    return codes, norms.astype(np.float32)


MOST_FEW: Final = 15
"""The highest frequency whose weights are a table; few are higher."""

_NEVER: Final = np.zeros(1, np.int64)

BOTH, TITLE, BODY = range(3)
"""Where a phrase is looked for."""

Phrase = NDArray[np.int64]
"""A phrase for one segment: what `PHRASE_WORDS` and what follows it name, then one after another

1. first alternative of each different word, and the end;
2. term id of each alternative, -1 where the segment lacks it;
3. form of each alternative: its number, -1 for any, and below it the complement of bits that say
   which of the first `MOST_TOGETHER` numbers it may have;
4. the different words in the order of the phrase, a repeated one again;
5. for each different word the codes of its alternatives' stems, as bits; see `codec.signatures`.

A word has several alternatives when languages stem its form differently. It is one array because
each array takes time to cut out and to pass to a kernel.
"""

(
    PHRASE_WORDS, PHRASE_ALTERNATIVES, PHRASE_LENGTH, PHRASE_SLOP, PHRASE_FIELD, PHRASE_STARTS,
) = range(6)  # fmt: skip
"""Items of a phrase: how many different words, alternatives, and words in all; slop; `BOTH`,
`TITLE` or `BODY`; and where what follows them begins."""


MOST_TOGETHER: Final = 63


def phrase_of(
    alternatives: list[list[tuple[int, int, int]]], sequence: list[int], *, slop: int, field: int
) -> Phrase:
    """Write a phrase as kernels take it.

    `alternatives`: term id, form number and code of the stem of what each different word may be; at
    least one each. `sequence`: which of the different words stands where in the phrase.
    """
    every = [one for word in alternatives for one in word]
    terms, forms, codes = zip(*every, strict=True)
    bits = [1 << code for code in codes]
    if len(every) > len(alternatives):
        bits = [reduce(or_, [1 << code for _, _, code in word]) for word in alternatives]
    head = (len(alternatives), len(every), len(sequence), slop, field, 0)
    starts = accumulate(map(len, alternatives))
    return np.array([*head, *starts, *terms, *forms, *sequence, *bits], np.int64)


def one_word_of(phrase: Phrase) -> tuple[int, int] | None:
    """Return term and form of a phrase of one word that is one term, looked for in both fields.

    None for any other.
    """
    head = phrase[:PHRASE_STARTS].tolist()
    if head[PHRASE_ALTERNATIVES] > 1 or head[PHRASE_LENGTH] > 1 or head[PHRASE_FIELD] != BOTH:
        return None
    term, form = phrase[PHRASE_STARTS + 2 : PHRASE_STARTS + 4].tolist()
    return term, form


@dataclass(frozen=True, slots=True)
class CutList:
    """Articles that are already scored, such as those with a phrase, as kernels see them.

    `data`: int64, where each block begins among the articles, and how many these are; then the
    best score in each block, float32 rounded up, 0 where there is none; all scores, float64;
    and their docnums within the blocks, uint8. `address`: where it lies, what kernels take. Good
    for as long as this object is kept.
    """

    data: NDArray[np.int64]
    address: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.data.ctypes.data)


Lists = NDArray[np.int64]
"""Addresses of lists that are cut into blocks."""


def lists_of(found: Sequence[CutList]) -> Lists:
    """Write lists as kernels take them."""
    return np.array([one.address for one in found], np.int64)


NO_LISTS: Lists = lists_of([])


WORD, LISTED, SET, EVERY, NOTHING, AND, OR, NOT, AND_MAYBE = range(9)
"""Operations of a program. The first three push a leaf by its number."""


@dataclass(slots=True)
class Program:
    """A query tree for one segment, in postfix order; built bottom up.

    `operations`: pairs of an operation and the number of its leaf (0 where it has none). ``AND``,
    ``OR`` and ``AND_MAYBE`` take two operands, so that many joined from the left need little room.
    `words`: term id (-1 where the segment lacks it) and weight of each `WORD`. `lists`: of
    each `LISTED`. `sets`: bitmap and score of each `SET`.
    """

    operations: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[int, float]] = field(default_factory=list)
    lists: list[CutList] = field(default_factory=list)
    sets: list[tuple[Bitmap, float]] = field(default_factory=list)

    def add_word(self, term: int, weight: float) -> None:
        """Push a word scored by BM25."""
        self.operations.append((WORD, len(self.words)))
        self.words.append((term, weight))

    def add_list(self, found: CutList) -> None:
        """Push articles that are already scored, such as those with a phrase."""
        self.operations.append((LISTED, len(self.lists)))
        self.lists.append(found)

    def add_set(self, bitmap: Bitmap, score: float) -> None:
        """Push articles that score alike; filters score 0."""
        self.operations.append((SET, len(self.sets)))
        self.sets.append((bitmap, score))

    def add(self, operation: int) -> None:
        """Push `EVERY` or `NOTHING`, or join what was pushed."""
        self.operations.append((operation, 0))

    def arrays(self) -> ProgramArrays:
        """Return the program as kernels take it; good for as long as this object is kept."""
        terms, weights = zip(*self.words, strict=True) if self.words else ((), ())
        bitmaps = [bitmap for bitmap, _ in self.sets] or [np.zeros(0, np.uint64)]
        return (
            np.array(self.operations, np.int64).reshape(-1, 2),
            np.array(terms, np.int64),
            np.array(weights, np.float64),
            lists_of(self.lists),
            np.concatenate(bitmaps),
            np.array([score for _, score in self.sets], np.float64),
        )


ProgramArrays = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.float64],
    Lists,
    Bitmap,
    NDArray[np.float64],
]
"""Operations; terms and weights; lists; bitmaps end to end and scores."""


KEY, SCORE = range(2)
DATE, ID_HASH, DOCNUM = range(3)

TopK = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]
"""The k best articles so far, over all segments searched: a heap with the worst on top.

Rows `KEY` (what ranks first: the score, or 0 where the date does) and `SCORE`, shape ``(2, k)``;
rows `DATE`, `ID_HASH` and `DOCNUM` (global), shape ``(3, k)``; and how many there are, shape
``(1,)``. A plain tuple, because Numba takes 11 us to look at a named one.
"""


def newest_in_blocks(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the newest date of each block."""
    starts = np.arange(0, len(dates), BLOCK_DOCS)
    return np.maximum.reduceat(dates, starts) if len(dates) else np.zeros(0, np.int64)


def oldest_first(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn dates round, so that ranking the newest first ranks the oldest first; undated last."""
    return np.where(dates == np.iinfo(np.int64).min, dates, ~dates)


def newest_first(
    dates: NDArray[np.int64], id_hashes: NDArray[np.int64], most: int
) -> NDArray[np.int32]:
    """Order articles by falling date, then by hash of the id; of more than ``most``, the newest.

    Then those are left out that are no newer than all of the rest.
    """
    kept = np.arange(len(dates))
    if len(dates) > most:
        kept = np.flatnonzero(dates > np.partition(dates, -most)[-most])
    return kept[np.lexsort((id_hashes[kept], ~dates[kept]))].astype(np.int32)


def new_top_k(k: int) -> TopK:
    """Make room for the ``k`` best articles; at least one."""
    return np.empty((2, k)), np.empty((3, k), np.int64), np.zeros(1, np.int64)
