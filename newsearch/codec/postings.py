"""The postings of a segment's terms: writer, reader, and what both know of the sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.bounds import LEVELS, bound_parts
from newsearch.codec.coding.entries import (
    BLOCK_BITS,
    HIGH_FREQ_BYTE,
    LONG_BYTE,
    EncodedRun,
    PostingRun,
    decode_docs,
    decode_freqs,
    decode_signatures,
    posting_sizes,
)
from newsearch.codec.coding.positions import (
    SLACK_BYTES,
    Bytes,
    Ints,
    decode_positions,
    positions_of,
    starts_of,
)
from newsearch.codec.framing import (
    AnyArray,
    ArrayFile,
    ArrayFileWriter,
    OffsetsWriter,
    SectionWriter,
)
from newsearch.errors import CorruptIndexError

_MAX_ENTRIES: Final = 1 << 32
_CHECK_ENTRIES: Final = 4096


class PostingsWriter:
    """Appends encoded runs of terms, in the order of the term dictionary.

    `prefix` names the group of sections, such as ``text``; `levels` are the length levels that the
    runs were encoded with.
    """

    def __init__(self, file: ArrayFileWriter, prefix: str, levels: NDArray[np.uint32]) -> None:
        self._file = file
        self._prefix = prefix
        file.add(f"{prefix}/length_levels", "u4", levels)
        self._of_terms: tuple[SectionWriter | OffsetsWriter, ...] = (
            self._section("term_dfs", "u4"),
            file.section(f"{prefix}/term_cfs", "u8", narrowest="u4"),
            file.offsets(f"{prefix}/term_entries"),
            file.offsets(f"{prefix}/term_postings"),
            file.offsets(f"{prefix}/term_positions"),
        )
        self._blocks = self._section("entry_blocks", "u2")
        self._counts = self._section("entry_counts", "u1")
        self._bounds = self._section("entry_bounds", "u1")
        self._sizes = self._section("entry_position_bytes", "u1")
        self._high_keys = self._section("high_freq_keys", "u8")
        self._high_freqs = self._section("high_freqs", "u4")
        self._long_entries = self._section("long_entries", "u4")
        self._long_sizes = self._section("long_entry_bytes", "u8")
        self._postings = self._section("postings", "u1")
        self._positions = file.section(f"{prefix}/positions", "u1", direct=True)
        # The numbers of the last term, which the next run may continue.
        self._pending: list[Ints] = []
        self._last_block = -1

    def append(self, run: EncodedRun, *, continues: bool = False) -> None:
        """Add the terms of a run.

        `continues`: the first term of the run is the last one of the run before, cut between two
        blocks of docnums because it is too large for memory. Raises ValueError when a continued
        term was cut inside a block.
        """
        if not len(run.dfs):
            return
        if continues and (not self._pending or int(run.blocks[0]) <= self._last_block):
            raise ValueError("a term can be continued only at a later block of docnums")
        base = self._blocks.count
        if base + len(run.blocks) > _MAX_ENTRIES:
            raise OverflowError("a segment holds at most 2**32 entries; write smaller segments")
        self._high_keys.append(run.high_keys + (base << BLOCK_BITS))
        self._high_freqs.append(run.high_freqs)
        self._long_entries.append(run.long_entries + base)
        self._long_sizes.append(run.long_sizes)
        self._blocks.append(run.blocks)
        self._counts.append(run.counts)
        self._bounds.append(run.bounds)
        self._sizes.append(run.short_sizes)
        self._postings.append(run.postings)
        self._positions.append(run.positions)
        self._last_block = int(run.blocks[-1])
        self._append_terms(run, continues=continues)

    def finish(self) -> None:
        """Write the last term; no run may follow."""
        self._flush(self._pending)
        self._pending = []
        self._postings.append(bytes(SLACK_BYTES))
        self._positions.append(bytes(SLACK_BYTES))
        self._file.close_direct()

    def _append_terms(self, run: EncodedRun, *, continues: bool) -> None:
        columns = [run.dfs, run.cfs, run.entries, run.posting_sizes, run.position_sizes]
        if continues:
            pairs = zip(self._pending, columns, strict=True)
            columns = [np.concatenate((last + column[:1], column[1:])) for last, column in pairs]
        else:
            self._flush(self._pending)
        self._flush([column[:-1] for column in columns])
        self._pending = [column[-1:].copy() for column in columns]

    def _flush(self, columns: list[Ints]) -> None:
        for writer, column in zip(self._of_terms, columns, strict=False):
            writer.append(column)

    def _section(self, name: str, dtype: str) -> SectionWriter:
        return self._file.section(f"{self._prefix}/{name}", dtype)  # type: ignore[arg-type]


class Entries(NamedTuple):
    """Where some entries lie, ascending; what :meth:`PostingsReader.entries` gives, verified.

    For each entry: its number in the segment; its block, whose docnums start at ``block * 256``;
    its postings; its bound byte, see :func:`bounds.bound_parts`; its first byte of docnums, of
    frequencies and of signatures in the postings section; and its first byte and bytes in the
    positions section.
    """

    numbers: Ints
    blocks: Ints
    counts: Ints
    bounds: Bytes
    doc_starts: Ints
    freq_starts: Ints
    signature_starts: Ints
    position_starts: Ints
    position_sizes: Ints

    def take(self, which: AnyArray) -> Entries:
        """Return some of the entries, by ascending index or by mask."""
        arrays: Iterator[AnyArray] = (array[which] for array in self)
        return Entries(*arrays)


class PostingsReader:
    """Reads postings over the map; every method is safe in many threads at once.

    The attributes are the sections as they lie in the file, for compiled kernels; their meaning is
    in FORMAT.md. ``term_entries``, ``term_postings`` and ``term_positions`` were verified to ascend
    and to end with what they point into.

    `articles`: how many the segment has. Raises CorruptIndexError when sections are missing or do
    not fit one another.
    """

    def __init__(self, file: ArrayFile, prefix: str, articles: int) -> None:
        self._file = file
        self._prefix = prefix
        self.articles = articles
        self.length_levels = self._array("length_levels", "u4")
        self.term_dfs = self._array("term_dfs", "u4")
        self.term_cfs = file.array(f"{prefix}/term_cfs", "u4", "u8")
        self.entry_blocks = self._array("entry_blocks", "u2")
        self.entry_counts = self._array("entry_counts", "u1")
        self.entry_bounds = self._array("entry_bounds", "u1")
        self.entry_position_bytes = self._array("entry_position_bytes", "u1")
        self.high_freq_keys = self._array("high_freq_keys", "u8")
        self.high_freqs = self._array("high_freqs", "u4")
        self.long_entries = self._array("long_entries", "u4")
        self.long_entry_bytes = self._array("long_entry_bytes", "u8")
        self.postings = self._array("postings", "u1")
        self.positions = self._array("positions", "u1")
        self._verify_sizes()
        self.term_entries = self._offsets("term_entries", len(self.entry_blocks))
        self.term_postings = self._offsets("term_postings", len(self.postings) - SLACK_BYTES)
        self.term_positions = self._offsets("term_positions", len(self.positions) - SLACK_BYTES)

    def __len__(self) -> int:
        """Number of terms."""
        return len(self.term_dfs)

    def df(self, term_id: int) -> int:
        """Articles of the segment that have the term, deleted ones included."""
        return int(self.term_dfs[term_id])

    def cf(self, term_id: int) -> int:
        """Occurrences of the term in them."""
        return int(self.term_cfs[term_id])

    def bound_parts(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the meaning of bound bytes; see :func:`bounds.bound_parts`."""
        return bound_parts(self.length_levels)

    def entries(self, first_term: int, end_term: int | None = None) -> Entries:
        """Find the entries of a term, or of consecutive terms; see :meth:`entries_of`."""
        end = first_term + 1 if end_term is None else end_term
        return self.entries_of(np.arange(first_term, end))

    def entries_of(self, terms: Ints) -> Entries:
        """Find the entries of some terms, one term after the other.

        Raises CorruptIndexError when they would not fill exactly the bytes of those terms, do not
        ascend in blocks or have another number of postings than the dictionary says.
        """
        firsts = self.term_entries[terms].astype(np.int64)
        per_term = self.entries_per_term(terms)
        at = starts_of(per_term)
        numbers = np.repeat(firsts - at[:-1], per_term) + np.arange(at[-1])
        counts = self.entry_counts[numbers].astype(np.int64) + 1
        bounds = self.entry_bounds[numbers]
        doc_sizes, freq_sizes, signature_sizes = posting_sizes(counts, bounds)
        sizes = doc_sizes + freq_sizes + signature_sizes
        doc_starts = self._starts(self.term_postings, terms, sizes, at)
        position_sizes = self._position_sizes(numbers, firsts, per_term)
        found = Entries(
            numbers,
            self.entry_blocks[numbers].astype(np.int64),
            counts,
            bounds,
            doc_starts,
            doc_starts + doc_sizes,
            doc_starts + doc_sizes + freq_sizes,
            self._starts(self.term_positions, terms, position_sizes, at),
            position_sizes,
        )
        n_postings = starts_of(counts)[at]
        self._verify(np.array_equal(np.diff(n_postings), self.term_dfs[terms]), terms)
        self._verify(_do_ascend(found.blocks, at), terms)
        self._verify(int(found.blocks.max(initial=0)) << BLOCK_BITS < self.articles, terms)
        return found

    def entries_per_term(self, terms: Ints) -> Ints:
        """Count the entries of each of some terms."""
        ends = self.term_entries[terms + 1].astype(np.int64)
        return ends - self.term_entries[terms].astype(np.int64)

    def decode(self, entries: Entries) -> tuple[Ints, Ints]:
        """Return docnums, ascending within a term, and their exact frequencies.

        Raises CorruptIndexError when the bytes cannot be postings.
        """
        low = decode_docs(self.postings, entries.doc_starts, entries.counts)
        if low is None:
            raise self.corrupt()
        docnums = np.repeat(entries.blocks << BLOCK_BITS, entries.counts) + low
        if len(docnums) and int(docnums.max()) >= self.articles:
            raise self.corrupt()
        freqs = decode_freqs(self.postings, entries.freq_starts, entries.counts, entries.bounds)
        self._restore_high(entries, low, freqs)
        return docnums, freqs

    def decode_positions(self, entries: Entries, freqs: Ints) -> tuple[Ints, Ints]:
        """Return positions and form numbers of all postings of entries.

        `freqs`: what :meth:`decode` gave for the same entries. Raises CorruptIndexError when the
        bytes cannot be positions.
        """
        if not len(entries.counts):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        tokens = np.add.reduceat(freqs, starts_of(entries.counts)[:-1])
        if np.any(tokens > entries.position_sizes * 8):
            raise self.corrupt()
        decoded = decode_positions(
            self.positions, entries.position_starts, entries.position_sizes, tokens
        )
        if decoded is None:
            raise self.corrupt()
        return positions_of(decoded[0], freqs), decoded[1]

    def signatures(self, entries: Entries) -> Bytes:
        """Return the signature of each posting of entries; see `codec.signatures`."""
        return decode_signatures(self.postings, entries.signature_starts, entries.counts)

    def run(self, first_term: int, end_term: int) -> PostingRun:
        """Decode whole terms, as an encoder takes them."""
        entries = self.entries(first_term, end_term)
        docnums, freqs = self.decode(entries)
        positions, forms = self.decode_positions(entries, freqs)
        dfs = self.term_dfs[first_term:end_term]
        signatures = self.signatures(entries)
        return PostingRun(dfs, docnums, freqs, positions, forms, signatures)

    def term_spans(self, entries: int = _CHECK_ENTRIES) -> Iterator[tuple[int, int]]:
        """Cut the dictionary into ranges of at least one term and about ``entries`` entries."""
        first = 0
        while first < len(self):
            limit = int(self.term_entries[first]) + entries
            end = int(np.searchsorted(self.term_entries, limit, side="right")) - 1
            end = min(max(end, first + 1), len(self))
            yield first, end
            first = end

    def _starts(self, offsets: AnyArray, terms: Ints, sizes: Ints, at: Ints) -> Ints:
        """Return where entries begin in a section, given where terms do; `at`: in the entries."""
        ends = starts_of(sizes)
        shift = offsets[terms].astype(np.int64) - ends[at[:-1]]
        self._verify(np.array_equal(ends[at[1:]] + shift, offsets[terms + 1]), terms)
        return ends[:-1] + np.repeat(shift, np.diff(at))

    def _position_sizes(self, numbers: Ints, firsts: Ints, per_term: Ints) -> Ints:
        sizes = self.entry_position_bytes[numbers].astype(np.int64)
        is_long = sizes == LONG_BYTE
        low, high = np.searchsorted(
            self.long_entries, np.array([firsts, firsts + per_term], self.long_entries.dtype)
        )
        at = np.repeat(low - starts_of(high - low)[:-1], high - low)
        at += np.arange(len(at))
        if not np.array_equal(self.long_entries[at], numbers[is_long]):
            raise self.corrupt()
        long = self.long_entry_bytes[at]
        if len(long) and int(long.max()) > len(self.positions):
            raise self.corrupt()
        sizes[is_long] = long
        return sizes

    def _restore_high(self, entries: Entries, low: Ints, freqs: Ints) -> None:
        high = np.flatnonzero(freqs > HIGH_FREQ_BYTE)
        if not len(high):
            return
        keys = np.repeat(entries.numbers, entries.counts)[high] << BLOCK_BITS | low[high]
        at = np.searchsorted(self.high_freq_keys, keys.astype(np.uint64))
        at = at.clip(0, max(len(self.high_freq_keys) - 1, 0))
        if not len(self.high_freq_keys) or np.any(self.high_freq_keys[at] != keys):
            raise self.corrupt()
        freqs[high] = self.high_freqs[at]
        if int(freqs[high].min()) <= HIGH_FREQ_BYTE:
            raise self.corrupt()

    def _verify_sizes(self) -> None:
        entries = len(self.entry_blocks)
        equal = (
            len(self.entry_counts) == entries
            and len(self.entry_bounds) == entries
            and len(self.entry_position_bytes) == entries
            and len(self.length_levels) == LEVELS
            and len(self.term_cfs) == len(self.term_dfs)
            and len(self.high_freqs) == len(self.high_freq_keys)
            and len(self.long_entry_bytes) == len(self.long_entries)
            and min(len(self.positions), len(self.postings)) >= SLACK_BYTES
        )
        ascend = np.all(self.long_entries[1:] > self.long_entries[:-1]) and np.all(
            self.high_freq_keys[1:] > self.high_freq_keys[:-1]
        )
        if not equal or not ascend:
            raise self._file.corrupt(f"the sections of {self._prefix} do not fit one another")

    def _verify(self, holds: bool | np.bool_, terms: Ints) -> None:
        if not holds:
            reason = f"postings of {self._prefix} terms {terms[0]} to {terms[-1]} are damaged"
            raise self._file.corrupt(reason)

    def corrupt(self) -> CorruptIndexError:
        """Make, not raise, the error for bytes that cannot be postings."""
        return self._file.corrupt(f"postings of {self._prefix} are damaged")

    def _array(self, name: str, dtype: str) -> AnyArray:
        return self._file.array(f"{self._prefix}/{name}", dtype)  # type: ignore[arg-type]

    def _offsets(self, name: str, end: int) -> AnyArray:
        return self._file.offsets(f"{self._prefix}/{name}", len(self.term_dfs), end)


def _do_ascend(blocks: Ints, firsts: Ints) -> bool:
    """Whether block numbers ascend within each term, and every term has some."""
    if np.any(np.diff(firsts) < 1):
        return False
    steps = np.diff(blocks)
    steps[firsts[1:-1] - 1] = 1
    return not len(steps) or int(steps.min()) > 0
