"""Compiled inversion: the words of 256 articles at a time become encoded entries.

An entry is the postings of one term in one block of 256 docnums (see `codec.entries`), and blocks
do not depend on one another. So each block is sorted by term while it lies in the processor's
cache, and its entries are encoded at once; what a segment is finished with is bytes of the final
size, which `gather` only has to put in the order of the terms.

This module imports Numba; nothing imports it at start.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from newsearch import bm25
from newsearch.bm25 import TITLE_COPIES
from newsearch.codec.bounds import FREQ_CEILINGS, FREQ_WIDTHS, LEVEL_BITS
from newsearch.codec.coding.encoding import (
    choose_header,
    posting_bytes,
    write_docs,
    write_positions,
    write_signatures,
)
from newsearch.codec.coding.entries import BLOCK_DOCS, HIGH_FREQ_BYTE, LONG_BYTE
from newsearch.codec.coding.signatures import BITS
from newsearch.compiling import Array, Int, compiled, inlined

ENTRIES, DATA_BYTES, HIGH_FREQS = range(3)
"""Places of `Arena.counters`."""

_STAMP_BITS: Final = 32
_CODE_BITS: Final = 8
_LOW_BITS: Final = (1 << _STAMP_BITS) - 1
# A token takes three bytes of postings, one of a header and five of a position at most: 15 bits of
# a gap, 24 of a form number, one that ends its unary part. That grows by a byte for each 2**18.
_TOKEN_BYTES: Final = 10
_LONG_GAP_BITS: Final = 18

_text_length: Any = inlined(bm25.text_length)
_body_start: Any = inlined(bm25.body_start)


class Rows(NamedTuple):
    """What the kernels know of each pair of a key and its term; filled by them.

    Parameters
    ----------
    terms
        Number of the term; int32, shape (n_rows,), as all but the last three.
    numbers
        The key's number among the term's keys in this segment, -1 where it has none yet.
    last_docs
        Last article that has the row, -1 before the first.
    dfs
        Articles that have the row.
    term_dfs, term_cfs
        Articles and occurrences of each term; int64, shape (n_terms,).
    term_codes
        Code of each term, see `codec.signatures`; uint8, shape (n_terms,). Not filled here.
    """

    terms: Array
    numbers: Array
    last_docs: Array
    dfs: Array
    term_dfs: Array
    term_cfs: Array
    term_codes: Array


class Arena(NamedTuple):
    """Encoded entries in the order of blocks; the caller owns the arrays, kernels fill them.

    Parameters
    ----------
    terms, blocks, counts, classes, equivalents, sizes, starts
        Per entry: term, block, postings less one, class of the highest frequency, equivalent
        length (see `codec.bounds`), bytes of positions, first byte in `data`.
    data
        Postings and then positions of each entry.
    high_entries, high_docs, high_freqs
        Frequencies of 256 and more: entry, low byte of the docnum, frequency.
    counters
        Entries, bytes of data and high frequencies in use; int64, shape (3,).
    """

    terms: Array
    blocks: Array
    counts: Array
    classes: Array
    equivalents: Array
    sizes: Array
    starts: Array
    data: Array
    high_entries: Array
    high_docs: Array
    high_freqs: Array
    counters: Array


class Scratch(NamedTuple):
    """Room for one block, reused.

    Parameters
    ----------
    slots
        Per term of the whole index: stamp of the block that last met it, and the term's number
        in that block; int64.
    terms, codes, starts, cursors, counts, headers, sizes
        Per term of the block.
    local
        Per token in order of the text: number of the form << 32 | its term in the block.
    packed
        Per token in order of the terms: position << 32 | number of the form << 8 | docnum & 255.
    beside
        Per token in order of the terms: code of the word after | code of the word before << 4.
    gaps, numbers
        As `packed`, apart. A form number is below 2**24.
    docs, freqs, signatures
        A term's postings, from the index of its first token on.
    """

    slots: Array
    terms: Array
    codes: Array
    starts: Array
    cursors: Array
    counts: Array
    headers: Array
    sizes: Array
    local: Array
    packed: Array
    beside: Array
    docs: Array
    freqs: Array
    signatures: Array
    gaps: Array
    numbers: Array


@compiled
def look_up(table: Array, ids: Array, found: Array) -> Int:
    """Fill ``found`` with ``table[ids]``; returns how many of them are negative."""
    n = 0
    for i in range(len(ids)):
        value = table[ids[i]]
        found[i] = value
        n += value < 0
    return n


@compiled
def count_unnumbered(rows: Array, numbers: Array, counts: Array, found: Array) -> Int:
    """List the rows that have no number yet, and count their tokens.

    Parameters
    ----------
    rows
        Row of each token.
    numbers
        See `Rows`.
    counts
        Zero for every row; receives how often each unnumbered one occurs.
    found
        Receives the unnumbered rows; room for as many as there are rows.

    Returns
    -------
    int
        How many were found.
    """
    n = 0
    for i in range(len(rows)):
        row = rows[i]
        if numbers[row] < 0:
            if counts[row] == 0:
                found[n] = row
                n += 1
            counts[row] += 1
    return n


@compiled
def invert_blocks(
    rows: Array,
    title_lengths: Array,
    lengths: Array,
    first_block: Int,
    table: Rows,
    scratch: Scratch,
    arena: Arena,
) -> Int:
    """Invert and encode whole blocks of articles.

    Parameters
    ----------
    rows
        Row of each token, article after article, title first; rows have numbers.
    title_lengths, lengths
        Tokens of the title, and of title and body, of each article; the text that is inverted
        holds more copies of the title, see `bm25`. All articles but those of a segment's last block
        come in multiples of 256.
    first_block
        Number of the first article's block in the segment.
    scratch
        Room for the tokens of any one block.

    Returns
    -------
    int
        Articles done: fewer than given where the arena is full.
    """
    first: Int = 0
    token: Int = 0
    while first < len(lengths):
        end = min(first + BLOCK_DOCS, len(lengths))
        titles = title_lengths[first:end]
        texts = _text_length(titles, lengths[first:end] - titles)
        n: Int = np.int64(texts.sum())
        most_bytes = n * (_TOKEN_BYTES + (np.int64(texts.max()) >> _LONG_GAP_BITS))
        counters = arena.counters
        if (
            counters[ENTRIES] + n > len(arena.terms)
            or counters[DATA_BYTES] + most_bytes > len(arena.data)
            or counters[HIGH_FREQS] + n // HIGH_FREQ_BYTE > len(arena.high_entries)
        ):
            return first
        n_own: Int = np.int64(lengths[first:end].sum())
        own = rows[token : token + n_own]
        block = first_block + first // BLOCK_DOCS
        terms = _sort(own, titles, lengths[first:end], block, table, scratch)
        _measure(terms, scratch)
        _write(terms, texts, block, table, scratch, arena)
        token += n_own
        first = end
    return first


@compiled
def _sort(
    rows: Array, title_lengths: Array, lengths: Array, block: Int, table: Rows, scratch: Scratch
) -> Int:
    """Sort the tokens of a block by term, keeping their order; returns how many terms it has."""
    n = _number_terms(rows, title_lengths, lengths, block, table, scratch)
    starts, cursors = scratch.starts, scratch.cursors
    starts[0] = 0
    for i in range(n):
        cursors[i] = starts[i]
        starts[i + 1] += starts[i]
    token: Int = 0
    for doc in range(len(lengths)):
        title: Int = np.int64(title_lengths[doc])
        length: Int = np.int64(lengths[doc])
        for copy in range(TITLE_COPIES):
            _append((token, token + title), copy * (title + 1), doc, scratch)
        _append((token + title, token + length), _body_start(title), doc, scratch)
        token += length
    return n


@compiled
def _append(tokens: tuple[Int, Int], position: Int, doc: Int, scratch: Scratch) -> None:
    """Add a part of an article's text to the tokens of their terms.

    `tokens`: the first of the part, which stands at `position`, and the one after it.
    """
    cursors, local, packed = scratch.cursors, scratch.local, scratch.packed
    codes, beside = scratch.codes, scratch.beside
    token, end = tokens
    term: Int = 0
    code: Int = 0
    before: Int = 0
    if token < end:
        term = local[token] & _LOW_BITS
        code = np.int64(codes[term])
    while token < end:
        at = cursors[term]
        cursors[term] = at + 1
        number = local[token] >> _STAMP_BITS
        packed[at] = position << _STAMP_BITS | number << _CODE_BITS | doc
        token += 1
        position += 1
        after: Int = 0
        if token < end:
            term = local[token] & _LOW_BITS
            after = np.int64(codes[term])
        beside[at] = before << 4 | after
        before = code
        code = after


@compiled
def _number_terms(
    rows: Array, title_lengths: Array, lengths: Array, block: Int, table: Rows, scratch: Scratch
) -> Int:
    """Number the terms of a block, and count tokens by term and articles by row."""
    slots, terms, starts, local = scratch.slots, scratch.terms, scratch.starts, scratch.local
    row_terms, row_numbers, last_docs, dfs = table.terms, table.numbers, table.last_docs, table.dfs
    codes, term_codes = scratch.codes, table.term_codes
    stamp = np.int64(block + 1) << _STAMP_BITS
    n = 0
    token = 0
    for doc in range(len(lengths)):
        docnum = block * BLOCK_DOCS + doc
        title: Int = np.int64(title_lengths[doc])
        for i in range(np.int64(lengths[doc])):
            row = rows[token]
            term = row_terms[row]
            slot = slots[term]
            if slot < stamp:
                slot = stamp | n
                slots[term] = slot
                terms[n] = term
                codes[n] = term_codes[term]
                starts[n + 1] = 0
                n += 1
            number = slot - stamp
            starts[number + 1] += TITLE_COPIES if i < title else 1
            local[token] = np.int64(row_numbers[row]) << _STAMP_BITS | number
            if last_docs[row] != docnum:
                last_docs[row] = docnum
                dfs[row] += 1
            token += 1
    return n


@compiled
def _measure(terms: Int, scratch: Scratch) -> None:
    """Turn sorted tokens to postings, gaps and form numbers, and choose how to code them."""
    starts, docs, freqs, gaps = scratch.starts, scratch.docs, scratch.freqs, scratch.gaps
    packed, numbers, beside = scratch.packed, scratch.numbers, scratch.beside
    signatures = scratch.signatures
    for term in range(terms):
        start, end = starts[term], starts[term + 1]
        posting = start - 1
        last_doc: Int = -1
        bits = np.uint8(0)
        last_position: Int = -1
        for token in range(start, end):
            code = packed[token]
            doc = code & (BLOCK_DOCS - 1)
            position = code >> _STAMP_BITS
            numbers[token] = (code & _LOW_BITS) >> _CODE_BITS
            if doc != last_doc:
                posting += 1
                last_doc = doc
                last_position = -1
                docs[posting] = doc
                freqs[posting] = 1
                signatures[posting] = beside[token]
                bits = BITS[beside[token]]
            else:
                freqs[posting] += 1
                bits |= BITS[beside[token]]
                signatures[posting] = bits
            gaps[token] = position - last_position - 1
            last_position = position
        header, size = choose_header(gaps[start:end], numbers[start:end])
        scratch.counts[term] = posting + 1 - start
        scratch.headers[term] = header
        scratch.sizes[term] = size


@compiled
def _write(
    terms: Int, lengths: Array, block: Int, table: Rows, scratch: Scratch, arena: Arena
) -> None:
    """Encode the measured entries of a block after the arena's last."""
    entry = arena.counters[ENTRIES]
    at = arena.counters[DATA_BYTES]
    for local in range(terms):
        start, end = scratch.starts[local], scratch.starts[local + 1]
        count = scratch.counts[local]
        docs, freqs = scratch.docs[start : start + count], scratch.freqs[start : start + count]
        of_class, equivalent = _bound_of(docs, freqs, lengths)
        width = FREQ_WIDTHS[of_class]
        docs_end = at + posting_bytes(count, width)
        entry_end = docs_end + scratch.sizes[local]
        arena.data[at:entry_end] = 0
        own = arena.data[at:docs_end]
        write_docs(docs, freqs, width, own)
        write_signatures(scratch.signatures[start : start + count], own)
        write_positions(
            scratch.headers[local],
            scratch.gaps[start:end],
            scratch.numbers[start:end],
            arena.data[docs_end:entry_end],
        )
        if of_class == len(FREQ_CEILINGS) - 1:
            _keep_high(entry, docs, freqs, arena)
        term = scratch.terms[local]
        arena.terms[entry] = term
        arena.blocks[entry] = block
        arena.counts[entry] = count - 1
        arena.classes[entry] = of_class
        arena.equivalents[entry] = equivalent
        arena.sizes[entry] = scratch.sizes[local]
        arena.starts[entry] = at
        table.term_dfs[term] += count
        table.term_cfs[term] += end - start
        entry += 1
        at = entry_end
    arena.counters[ENTRIES] = entry
    arena.counters[DATA_BYTES] = at


@compiled
def _bound_of(docs: Array, freqs: Array, lengths: Array) -> tuple[Int, Int]:
    """Return the class of the highest frequency and the equivalent length of a posting list."""
    highest: Int = 0
    for i in range(len(freqs)):
        highest = max(highest, np.int64(freqs[i]))
    of_class = 0
    while of_class + 1 < len(FREQ_CEILINGS) and FREQ_CEILINGS[of_class] < highest:
        of_class += 1
    ceiling = FREQ_CEILINGS[of_class]
    equivalent: Int = np.int64(0xFFFFFFFF)
    for i in range(len(freqs)):
        scaled = np.int64(lengths[docs[i]]) * ceiling
        if scaled < equivalent * np.int64(freqs[i]):
            equivalent = scaled // np.int64(freqs[i])
    return of_class, equivalent


@compiled
def _keep_high(entry: Int, docs: Array, freqs: Array, arena: Arena) -> None:
    for i in range(len(freqs)):
        if freqs[i] > HIGH_FREQ_BYTE:
            n = arena.counters[HIGH_FREQS]
            arena.high_entries[n] = entry
            arena.high_docs[n] = docs[i]
            arena.high_freqs[n] = freqs[i]
            arena.counters[HIGH_FREQS] = n + 1


@compiled
def order_by_term(terms: Array, ranks: Array, starts: Array, order: Array) -> None:
    """Put entries in the order of the term dictionary, each term's in order of block.

    Parameters
    ----------
    terms
        Term of each entry; entries come in order of block.
    ranks
        Place of each term in the dictionary.
    starts
        Zeros, shape (n_ranks + 1,); receives the first entry of each rank, and the end.
    order
        Receives entry numbers.
    """
    for i in range(len(terms)):
        starts[ranks[terms[i]] + 1] += 1
    for rank in range(len(starts) - 1):
        starts[rank + 1] += starts[rank]
    for i in range(len(terms)):
        rank = ranks[terms[i]]
        order[starts[rank]] = i
        starts[rank] += 1
    for rank in range(len(starts) - 1, 0, -1):
        starts[rank] = starts[rank - 1]
    starts[0] = 0


@compiled
def measure_entries(
    order: Array, arena: Arena, posting_sizes: Array, position_sizes: Array
) -> None:
    """Fill the bytes of postings and of positions of entries in the given order."""
    for i in range(len(order)):
        entry = order[i]
        count = np.int64(arena.counts[entry]) + 1
        width = FREQ_WIDTHS[arena.classes[entry]]
        posting_sizes[i] = posting_bytes(count, width)
        position_sizes[i] = arena.sizes[entry]


@compiled
def gather(
    order: Array,
    arena: Arena,
    levels: Array,
    posting_sizes: Array,
    columns: tuple[Array, Array, Array, Array],
    data: tuple[Array, Array],
) -> None:
    """Copy entries in the given order.

    Parameters
    ----------
    levels
        See `codec.bounds.length_levels`.
    posting_sizes
        Of `measure_entries`.
    columns
        Receive block, postings less one, bound and bytes of positions up to 255.
    data
        Receive the bytes of postings and of positions.
    """
    blocks, counts, bounds, short_sizes = columns
    postings, positions = data
    at: Int = 0
    position_at: Int = 0
    for i in range(len(order)):
        entry = order[i]
        size = np.int64(arena.sizes[entry])
        start = np.int64(arena.starts[entry])
        middle = start + posting_sizes[i]
        for k in range(posting_sizes[i]):
            postings[at + k] = arena.data[start + k]
        for k in range(size):
            positions[position_at + k] = arena.data[middle + k]
        at += posting_sizes[i]
        position_at += size
        equivalent = np.int64(arena.equivalents[entry])
        level: Int = np.searchsorted(levels, equivalent, side="right") - 1
        blocks[i] = arena.blocks[entry]
        counts[i] = arena.counts[entry]
        bounds[i] = np.int64(arena.classes[entry]) << LEVEL_BITS | max(level, 0)
        short_sizes[i] = min(size, LONG_BYTE)


@compiled
def gather_high(order: Array, arena: Arena, keys: Array, freqs: Array) -> Int:
    """List the high frequencies of entries in the given order; returns how many there are.

    Parameters
    ----------
    keys, freqs
        Receive index in the order * 256 + low byte of the docnum, and the frequency.
    """
    entries = arena.high_entries[: arena.counters[HIGH_FREQS]]
    n = 0
    for i in range(len(order)):
        if arena.classes[order[i]] < len(FREQ_CEILINGS) - 1:
            continue
        at = np.searchsorted(entries, order[i])
        while at < len(entries) and entries[at] == order[i]:
            keys[n] = np.int64(i) << _CODE_BITS | np.int64(arena.high_docs[at])
            freqs[n] = arena.high_freqs[at]
            at += 1
            n += 1
    return n
