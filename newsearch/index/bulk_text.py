"""The inverted text of a segment under way, in memory as encoded entries; bulk loads only."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.analysis.fast import longer
from newsearch.codec.bounds import length_levels
from newsearch.codec.coding.entries import BLOCK_DOCS, LONG_BYTE, EncodedRun
from newsearch.codec.segment import TEXT, SegmentWriter
from newsearch.index import inversion_kernels as kernels
from newsearch.index.inversion_kernels import Arena, Rows, Scratch
from newsearch.index.word_table import Keys, WordTable

_ENTRY_BYTES = 24
_DATA_BYTES_PER_ENTRY = 36
_RUN_BYTES = 4 << 20
_RUNS_AHEAD = 3
_WORDS_SHARE = 1 / 3
_ENTRIES_PER_HIGH_FREQ = 64
_FIRST_TOKENS = 1 << 17


class Tokens(NamedTuple):
    """The words of some articles; `WordTable` tells more of them.

    `rows`: row of each token. `counts`: tokens of title and body of each article in turn. `keys`:
    what is known of the rows. `words_nbytes`: memory that all words take, these included.
    """

    rows: NDArray[np.int32]
    counts: NDArray[np.int64]
    keys: Keys
    words_nbytes: int


class BulkText:
    """Takes texts of articles in order of docnum, and writes them as an inverted text.

    One thread may cut texts into words while another encodes the words of those before.

    `memory_bytes`: what words, entries and their data may take. The arrays of entries have their
    size from the start, but the operating system gives memory only for what is written to.
    """

    def __init__(self, memory_bytes: int) -> None:
        self._words = WordTable()
        self._words_bytes = int(memory_bytes * _WORDS_SHARE)
        entries_bytes = memory_bytes - self._words_bytes
        self._n_entries = entries_bytes // (_ENTRY_BYTES + _DATA_BYTES_PER_ENTRY)
        self._scratch = _make_scratch(0, _FIRST_TOKENS)
        self.start_segment()

    def start_segment(self) -> None:
        """Forget what was taken in; words are kept while they leave room for as many."""
        if self._words.nbytes > self._words_bytes // 2:
            self._words = WordTable()
        self._words.start_segment()
        self._scratch.slots.fill(0)
        # Anew, because segments may be merged next, and need memory too.
        self._arena = _make_arena(self._n_entries)
        self._table = _table_of(self._words.keys)
        self._n_encoded = 0
        self._rows = np.empty(0, np.int32)
        self._titles: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._n_articles = 0

    def cut(self, texts: Sequence[bytes], languages: Sequence[str]) -> Tokens:
        """Cut articles into words.

        Parameters
        ----------
        texts
            UTF-8 of title and body of each article in turn.
        languages
            Language code of each article.
        """
        rows, counts = self._words.take(texts, languages)
        self._words.number(rows)
        return Tokens(rows, counts, self._words.keys, self._words.nbytes)

    def add(self, tokens: Tokens) -> float:
        """Take the next articles in; whole blocks of 256 are encoded.

        Returns how much of the room is taken; above 1 where they were larger than all of it.
        """
        rows, titles = tokens.rows, tokens.counts[::2]
        self._table = _table_of(tokens.keys, self._table)
        self._rows = np.concatenate((self._rows, rows)) if len(self._rows) else rows
        self._titles.append(titles)
        self._lengths.append(titles + tokens.counts[1::2])
        self._n_articles += len(titles)
        self._encode(self._n_articles - self._n_articles % BLOCK_DOCS)
        return self._fullness(tokens.words_nbytes)

    def write(
        self,
        segment: SegmentWriter,
        finish_stored: Callable[[], None],
        helpers: Sequence[Executor],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Write the inverted text with its lexicon; returns the lengths of titles and bodies.

        `finish_stored`: waits until the segment's file is free. `helpers`: take turns in putting
        runs of terms together, some ahead of what is written.
        """
        self._encode(self._n_articles)
        titles, lengths = (_whole(parts) for parts in (self._titles, self._lengths))
        levels = length_levels(bm25.text_length(titles, lengths - titles))
        terms, numbers = self._words.sorted_terms(self._table.term_dfs)
        ranks = np.zeros(len(self._table.term_dfs), np.int64)
        ranks[numbers] = np.arange(len(numbers))
        runs = self._runs(numbers, ranks, levels, helpers)
        waiting = deque(islice(runs, _RUNS_AHEAD))
        lexicon = self._words.lexicon(ranks, self._table.dfs)
        finish_stored()
        text = segment.inverted(TEXT, levels)
        lexicon.write(text)
        while waiting:
            first, future = waiting.popleft()
            run = future.result()
            waiting.extend(islice(runs, 1))
            text.append(terms[first : first + len(run.dfs)], run)
        text.finish()
        return titles, lengths - titles

    def _fullness(self, words_nbytes: int) -> float:
        entries, size, high_freqs = self._arena.counters.tolist()
        totals = (*self._table[2:6], self._scratch.slots)
        words_nbytes += sum(array.nbytes for array in totals)
        fullness: float = max(
            entries / self._n_entries,
            size / (self._n_entries * _DATA_BYTES_PER_ENTRY),
            high_freqs / (self._n_entries // _ENTRIES_PER_HIGH_FREQ + 1),
            words_nbytes / self._words_bytes,
        )
        return fullness

    def _encode(self, end: int) -> None:
        """Encode the articles up to one: a whole block's last, or the segment's last."""
        if end <= self._n_encoded:
            return
        titles, lengths = _whole(self._titles), _whole(self._lengths)
        own = slice(self._n_encoded, end)
        n_tokens = int(lengths[own].sum())
        self._make_room(bm25.text_length(titles[own], lengths[own] - titles[own]))
        done, token = 0, 0
        while True:
            rest = slice(self._n_encoded + done, end)
            done += kernels.invert_blocks(
                self._rows[token:n_tokens],
                titles[rest],
                lengths[rest],
                rest.start // BLOCK_DOCS,
                self._table,
                self._scratch,
                self._arena,
            )
            if self._n_encoded + done == end:
                break
            token = int(lengths[self._n_encoded : self._n_encoded + done].sum())
            self._arena = _larger(self._arena)
        self._rows = self._rows[n_tokens:].copy()
        self._n_encoded = end
        self._titles, self._lengths = [titles], [lengths]

    def _make_room(self, lengths: NDArray[np.int64]) -> None:
        """See to it that scratch holds the texts, of these lengths, that are encoded next."""
        starts = np.arange(0, len(lengths), BLOCK_DOCS)
        tokens = int(np.add.reduceat(lengths, starts).max())
        n_terms = len(self._table.term_dfs)
        if tokens > len(self._scratch.local) or n_terms > len(self._scratch.slots):
            room = max(2 * tokens, len(self._scratch.local))
            self._scratch = _make_scratch(n_terms, room)

    def _runs(
        self,
        numbers: NDArray[np.int64],
        ranks: NDArray[np.int64],
        levels: NDArray[np.uint32],
        helpers: Sequence[Executor],
    ) -> Iterator[tuple[int, Future[EncodedRun]]]:
        """Have runs of consecutive terms put together; yield the first term id of each with it."""
        arena = self._arena
        n_entries = int(arena.counters[kernels.ENTRIES])
        starts = np.zeros(len(numbers) + 1, np.int64)
        order = np.empty(n_entries, np.int32)
        kernels.order_by_term(arena.terms[:n_entries], ranks, starts, order)
        dfs, cfs = self._table.term_dfs[numbers], self._table.term_cfs[numbers]
        limit = _RUN_BYTES // _DATA_BYTES_PER_ENTRY
        first = 0
        helper = cycle(helpers)
        while first < len(numbers):
            end = int(np.searchsorted(starts, starts[first] + limit, side="right")) - 1
            end = max(end, first + 1)
            own = order[starts[first] : starts[end]]
            per_term = np.diff(starts[first : end + 1])
            totals = dfs[first:end], cfs[first:end]
            yield first, next(helper).submit(_gather, arena, own, levels, per_term, totals)
            first = end


def _gather(
    arena: Arena,
    order: NDArray[np.int32],
    levels: NDArray[np.uint32],
    per_term: NDArray[np.int64],
    totals: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> EncodedRun:
    n = len(order)
    posting_sizes, position_sizes = np.empty(n, np.int64), np.empty(n, np.int64)
    kernels.measure_entries(order, arena, posting_sizes, position_sizes)
    blocks, counts, bounds, short_sizes = (
        np.empty(n, np.uint16), np.empty(n, np.uint8), np.empty(n, np.uint8), np.empty(n, np.uint8)
    )  # fmt: skip
    postings = np.empty(int(posting_sizes.sum()), np.uint8)
    positions = np.empty(int(position_sizes.sum()), np.uint8)
    columns = (blocks, counts, bounds, short_sizes)
    kernels.gather(order, arena, levels, posting_sizes, columns, (postings, positions))
    n_high_freqs = int(arena.counters[kernels.HIGH_FREQS])
    high_keys, high_freqs = np.empty(n_high_freqs, np.int64), np.empty(n_high_freqs, np.int64)
    n_high_freqs = kernels.gather_high(order, arena, high_keys, high_freqs)
    starts = np.cumsum(per_term) - per_term
    long = np.flatnonzero(position_sizes >= LONG_BYTE)
    return EncodedRun(
        dfs=totals[0], cfs=totals[1], entries=per_term,
        posting_sizes=np.add.reduceat(posting_sizes, starts),
        position_sizes=np.add.reduceat(position_sizes, starts),
        blocks=blocks, counts=counts, bounds=bounds, short_sizes=short_sizes,
        postings=postings, positions=positions,
        high_keys=high_keys[:n_high_freqs], high_freqs=high_freqs[:n_high_freqs],
        long_entries=long, long_sizes=position_sizes[long],
    )  # fmt: skip


def _whole(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(parts) if len(parts) != 1 else parts[0]


def _table_of(keys: Keys, before: Rows | None = None) -> Rows:
    """Return what kernels know of rows: of new ones that no article has them."""
    if before is None:
        none, no_count = np.empty(0, np.int32), np.empty(0, np.int64)
        before = Rows(none, none, none, none, no_count, no_count, none)
    last_docs, dfs, term_dfs, term_cfs = before[2:6]
    if len(dfs) < len(keys.terms):
        last_docs = longer(last_docs, len(keys.terms), fill=-1)
        dfs = longer(dfs, len(keys.terms))
    if len(term_dfs) < len(keys.codes):
        term_dfs, term_cfs = longer(term_dfs, len(keys.codes)), longer(term_cfs, len(keys.codes))
    return Rows(keys.terms, keys.numbers, last_docs, dfs, term_dfs, term_cfs, keys.codes)


def _make_arena(n: int) -> Arena:
    n_high_freqs = n // _ENTRIES_PER_HIGH_FREQ + 1
    return Arena(
        terms=np.empty(n, np.int32), blocks=np.empty(n, np.uint16),
        counts=np.empty(n, np.uint8), classes=np.empty(n, np.uint8),
        equivalents=np.empty(n, np.uint32),
        sizes=np.empty(n, np.uint32), starts=np.empty(n, np.uint32),
        data=np.empty(n * _DATA_BYTES_PER_ENTRY, np.uint8),
        high_entries=np.empty(n_high_freqs, np.int64),
        high_docs=np.empty(n_high_freqs, np.uint8), high_freqs=np.empty(n_high_freqs, np.uint32),
        counters=np.zeros(3, np.int64),
    )  # fmt: skip


def _larger(arena: Arena) -> Arena:
    """Double the room: for single articles so long that they alone exceed the budget."""
    grown = {
        name: np.concatenate((array, np.empty_like(array)))
        for name, array in arena._asdict().items()
        if name != "counters"
    }
    return arena._replace(**grown)


def _make_scratch(n_terms: int, n_tokens: int) -> Scratch:
    return Scratch(
        slots=np.zeros(n_terms, np.int64),
        terms=np.empty(n_tokens, np.int32), codes=np.empty(n_tokens, np.uint8),
        starts=np.empty(n_tokens + 1, np.int64), cursors=np.empty(n_tokens, np.int64),
        counts=np.empty(n_tokens, np.int64), headers=np.empty(n_tokens, np.uint8),
        sizes=np.empty(n_tokens, np.int64), local=np.empty(n_tokens, np.int64),
        packed=np.empty(n_tokens, np.int64), beside=np.empty(n_tokens, np.uint8),
        docs=np.empty(n_tokens, np.uint8), freqs=np.empty(n_tokens, np.uint32),
        signatures=np.empty(n_tokens, np.uint8), gaps=np.empty(n_tokens, np.int64),
        numbers=np.empty(n_tokens, np.uint32),
    )  # fmt: skip
