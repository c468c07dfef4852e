"""The postings of segments that are merged, decoded and encoded again some terms at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.bounds import length_levels
from newsearch.codec.coding.entries import BLOCK_BITS, EncodedRun, PostingRun
from newsearch.codec.coding.positions import Ints
from newsearch.codec.postings import Entries, PostingsReader
from newsearch.codec.segment import TEXT, InvertedWriter, SegmentWriter
from newsearch.index.compiler import compiler_problem
from newsearch.index.merge_words import MergedWords, MergeInput

RUN_TOKENS = 1 << 20
"""Tokens that are decoded at once: about 100 MB with all that is computed from them."""

COMPILED_TOKENS = 1 << 20
"""Tokens of all segments from which loading Numba takes less time than it saves."""

Decode = Callable[
    [PostingsReader, Entries],
    tuple[
        NDArray[np.integer],
        NDArray[np.integer],
        NDArray[np.integer],
        NDArray[np.integer],
        NDArray[np.uint8],
    ],
]
"""Returns docnums, frequencies, positions, form numbers and signatures."""

Encode = Callable[[PostingRun, NDArray[np.integer], NDArray[np.integer]], EncodedRun]


_Which = slice | NDArray[np.integer] | NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kernels:
    """How entries are decoded and runs encoded."""

    decode: Decode
    encode: Encode


def kernels_for(n_tokens: int) -> Kernels:
    """Choose the compiled ones for many tokens, else NumPy's, which need not be loaded."""
    if n_tokens < COMPILED_TOKENS or compiler_problem():
        from newsearch.codec.coding.entries import encode

        return Kernels(_decode, encode)
    from newsearch.codec.coding import decoding, encoding

    return Kernels(decoding.read_entries, encoding.encode)


def _decode(
    reader: PostingsReader, entries: Entries
) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.uint8]]:
    docnums, freqs = reader.decode(entries)
    positions, forms = reader.decode_positions(entries, freqs)
    return docnums, freqs, positions, forms, reader.signatures(entries)


class Postings(NamedTuple):
    """Postings of live articles, numbered as in the merged segment.

    Parameters
    ----------
    terms, docnums, freqs, signatures
        Per posting; terms are merged terms.
    positions, rows
        Per token; rows are merged rows of the lexicon.
    """

    terms: Ints
    docnums: Ints
    freqs: Ints
    positions: NDArray[np.integer]
    rows: NDArray[np.integer]
    signatures: NDArray[np.uint8]

    def take(self, which: _Which, tokens: _Which) -> Postings:
        """Return some of the postings, and their tokens."""
        return Postings(
            self.terms[which], self.docnums[which], self.freqs[which],
            self.positions[tokens], self.rows[tokens], self.signatures[which],
        )  # fmt: skip


class MergedText:
    """Writes the inverted text of some segments' live articles.

    `inputs`: in the order of their articles in the merged segment.
    """

    def __init__(self, inputs: Sequence[MergeInput]) -> None:
        self._inputs = inputs
        lengths = [segment.text_lengths[segment.is_live] for segment in inputs]
        self._lengths = np.concatenate(lengths)
        self._levels = length_levels(self._lengths)
        n_tokens = sum(int(s.text.postings.term_cfs.sum(dtype=np.int64)) for s in inputs)
        self._kernels = kernels_for(n_tokens)
        self._words = MergedWords(inputs)
        self._words.number_forms(self._live_dfs())

    def write(self, writer: SegmentWriter) -> None:
        """Write the merged text and its lexicon."""
        text = writer.inverted(TEXT, self._levels)
        for first, terms in self._words.term_parts():
            self._write_terms(text, terms, first)
        text.finish()
        self._words.write_lexicon(text)

    def _live_dfs(self) -> Ints:
        """Count the live articles of each row: what the lexicons say, unless some are deleted."""
        dfs = np.zeros(len(self._words.row_terms), np.int64)
        for segment in self._inputs:
            if not segment.has_deleted:
                np.add.at(dfs, segment.merged_rows, segment.forms.dfs)
                continue
            for part in self._all_postings(segment):
                # A row belongs to one term, so row and docnum name a form of a posting.
                pairs = part.rows.astype(np.int64) << 32 | np.repeat(part.docnums, part.freqs)
                rows, counts = np.unique(np.unique(pairs) >> 32, return_counts=True)
                dfs[rows] += counts
        return dfs

    def _all_postings(self, segment: MergeInput) -> Iterator[Postings]:
        postings = segment.text.postings
        for first, end in _cut(postings.term_cfs):
            if end - first == 1:
                yield from self._large(segment, first)
            else:
                yield self._decoded(segment, postings.entries(first, end), first, end)

    def _write_terms(self, text: InvertedWriter, terms: list[bytes], first: int) -> None:
        """Write the postings of consecutive merged terms, some at a time."""
        cfs = np.zeros(len(terms), np.int64)
        for segment in self._inputs:
            span = segment.span(first, first + len(terms))
            cfs[segment.merged_terms[span] - first] += segment.text.postings.term_cfs[span]
        for start, end in _cut(cfs):
            is_kept = self._words.kept_terms[first + start : first + end] >= 0
            kept = [terms[index] for index in (start + np.flatnonzero(is_kept)).tolist()]
            if end - start == 1:
                self._write_large(text, kept, first + start)
            else:
                parts = [
                    self._part(segment, first + start, first + end) for segment in self._inputs
                ]
                together = _sorted_by_term(parts)
                dfs = np.bincount(together.terms - first - start, minlength=end - start)
                text.append(kept, self._encoded(together, dfs[dfs > 0]))
            for segment in self._inputs:
                segment.segment.file.release_memory()

    def _write_large(self, text: InvertedWriter, terms: list[bytes], merged_term: int) -> None:
        """Write one term cut between blocks of docnums; nothing when ``terms`` is empty."""
        decoded = (
            part
            for segment in self._inputs
            for term in _terms_in(segment.span(merged_term, merged_term + 1))
            for part in self._large(segment, term)
        )
        for part in _whole_blocks(decoded):
            run = self._encoded(part, np.array([len(part.docnums)]))
            text.append(terms, run, continues=not terms)
            terms = []

    def _encoded(self, part: Postings, dfs: Ints) -> EncodedRun:
        forms = self._words.numbers[part.rows]
        run = PostingRun(dfs, part.docnums, part.freqs, part.positions, forms, part.signatures)
        return self._kernels.encode(run, self._lengths, self._levels)

    def _part(self, segment: MergeInput, first: int, end: int) -> Postings:
        """Decode the postings of a segment's terms whose merged numbers are in a range."""
        span = segment.span(first, end)
        entries = segment.text.postings.entries(span.start, span.stop)
        return self._decoded(segment, entries, span.start, span.stop)

    def _large(self, segment: MergeInput, term: int) -> Iterator[Postings]:
        """Decode a term of a segment some entries at a time."""
        entries = segment.text.postings.entries(term)
        # A position takes two bits at least, so a piece has hardly more tokens than a run.
        pieces = np.cumsum(entries.position_sizes) * 4 // RUN_TOKENS
        for piece in np.unique(pieces).tolist():
            yield self._decoded(segment, entries.take(pieces == piece), term, term + 1)

    def _decoded(self, segment: MergeInput, entries: Entries, first: int, end: int) -> Postings:
        """Decode entries of a segment's terms, leave out deleted articles, number all anew."""
        decoded = self._kernels.decode(segment.text.postings, entries)
        docnums, freqs, positions, forms, signatures = decoded
        if end - first == 1:
            of_postings = np.full(len(docnums), first)
        else:
            of_postings = np.repeat(
                np.arange(first, end), segment.text.postings.term_dfs[first:end]
            )
        of_tokens = np.repeat(of_postings, freqs)
        at = segment.first_numbers[of_tokens] + forms
        if np.any(at >= segment.first_numbers[of_tokens + 1]):
            raise segment.text.postings.corrupt()
        part = Postings(
            segment.merged_terms[of_postings].astype(np.int64),
            segment.docnums[docnums],
            freqs.astype(np.int64),
            positions,
            segment.merged_rows[segment.rows_by_number[at]],
            signatures,
        )
        if segment.has_deleted:
            is_live = part.docnums >= 0
            part = part.take(is_live, np.repeat(is_live, part.freqs))
        return part


def _cut(cfs: NDArray[np.integer]) -> Iterator[tuple[int, int]]:
    """Cut terms into ranges of at most `RUN_TOKENS` tokens, or of one term."""
    ends = np.cumsum(cfs, dtype=np.int64)
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, before + RUN_TOKENS, side="right")), start + 1)
        yield start, end
        start = end


def _terms_in(span: slice) -> range:
    return range(span.start, span.stop)


def _joined(parts: Sequence[Postings]) -> Postings:
    return Postings(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _sorted_by_term(parts: Sequence[Postings]) -> Postings:
    """Join postings of several inputs, each in order of term; docnums ascend with the input."""
    together = _joined(parts)
    order = np.argsort(together.terms, kind="stable")
    freqs = together.freqs[order]
    starts = np.cumsum(together.freqs) - together.freqs
    ends = np.cumsum(freqs)
    tokens = np.arange(len(together.positions)) + np.repeat(starts[order] - ends + freqs, freqs)
    return together.take(order, tokens)


def _whole_blocks(parts: Iterator[Postings]) -> Iterator[Postings]:
    """Cut postings of one term between blocks of 256 docnums."""
    held: Postings | None = None
    for part in parts:
        together = part if held is None else _joined((held, part))
        if not len(together.docnums):
            continue
        last_block = together.docnums[-1] >> BLOCK_BITS
        at = int(np.searchsorted(together.docnums, last_block << BLOCK_BITS))
        token = int(together.freqs[:at].sum())
        whole = together.take(slice(at), slice(token))
        held = together.take(slice(at, None), slice(token, None))
        if len(whole.docnums):
            yield whole
    if held is not None:
        yield held
