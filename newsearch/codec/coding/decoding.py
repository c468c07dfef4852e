"""Entries back to arrays, compiled; the NumPy half is in ``entries`` and ``positions``.

Plain compiled functions over the arrays of :class:`postings.PostingsReader`, to be called from
other compiled functions, into which LLVM inlines them. Given entries that
``PostingsReader.entries`` has verified, they stay inside their arrays whatever the bytes hold.
This module imports Numba; nothing imports it at start.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from newsearch.codec.bounds import FREQ_WIDTHS, LEVEL_BITS
from newsearch.codec.coding.entries import BLOCK_BITS, HIGH_FREQ_BYTE, MAX_SPARSE, PostingRun
from newsearch.codec.coding.positions import HEADER_BITS, WIDE_FORM_BITS, WIDE_FORM_CODE
from newsearch.codec.coding.signatures import ANY, MAX_SIGNED
from newsearch.codec.postings import Entries, PostingsReader
from newsearch.compiling import Array, Int, compiled, load_u64, population, trailing_zeros

Columns: TypeAlias = tuple[Any, ...]

DAMAGED: Final = -1
"""What a decoder returns when the bytes cannot be what they should."""


@compiled
def decode_docs(data: Array, start: Int, count: Int, out: Array) -> Int:
    """Read the low bytes of an entry's docnums.

    Parameters
    ----------
    data, start, count
        The postings section, the entry's first byte and its postings.
    out
        Takes ``count`` ascending values below 256.

    Returns
    -------
    int
        ``count``, or fewer when a damaged bitmap has fewer bits.
    """
    if count <= MAX_SPARSE:
        for i in range(count):
            out[i] = data[start + i]
        return count
    n = 0
    for byte in range(0, MAX_SPARSE, 8):
        word = load_u64(data, start + byte)
        while word != 0 and n < count:
            out[n] = byte * 8 + np.int64(trailing_zeros(word))
            word &= word - np.uint64(1)
            n += 1
    return n


@compiled
def decode_freqs(data: Array, start: Int, count: Int, bound: Int, out: Array) -> bool:
    """Read the frequencies of an entry.

    Parameters
    ----------
    data, start
        The postings section, its slack included, and the first byte behind the entry's docnums.
    out
        Takes ``count`` values from 1 to 256; 256 stands for 256 or more.

    Returns
    -------
    bool
        True when a frequency of 256 or more is among them; see :func:`exact_freq`.
    """
    width = FREQ_WIDTHS[bound >> LEVEL_BITS]
    if width == 0:
        for i in range(count):
            out[i] = 1
        return False
    mask = (np.uint64(1) << np.uint64(width)) - np.uint64(1)
    per_word = 64 // width
    highest = np.uint64(0)
    for first in range(0, count, per_word):
        word = load_u64(data, start + (first * width >> 3))
        for i in range(first, min(first + per_word, count)):
            highest = max(highest, word & mask)
            out[i] = np.int64(word & mask) + 1
            word >>= np.uint64(width)
    return bool(highest == HIGH_FREQ_BYTE)


@compiled
def exact_freq(high_keys: Array, high_freqs: Array, entry: Int, low_byte: Int) -> Int:
    """Look up a frequency of 256 or more; 256 when the table lacks it.

    Parameters
    ----------
    high_keys, high_freqs
        Sections ``high_freq_keys`` and ``high_freqs``.
    entry, low_byte
        Entry number in the segment, and docnum & 255.
    """
    key = np.uint64((entry << BLOCK_BITS) | low_byte)
    at = np.searchsorted(high_keys, key)
    if at < len(high_keys) and high_keys[at] == key:
        return np.int64(high_freqs[at])
    return HIGH_FREQ_BYTE + 1


@compiled
def open_positions(data: Array, start: Int, end: Int, tokens: Int) -> tuple[Int, Int, Int]:
    """Read an entry's header.

    Parameters
    ----------
    data
        The positions section, its slack included.
    start, end
        The entry's bytes, inside ``data`` without the slack.
    tokens
        Positions the entry holds.

    Returns
    -------
    rice_bits, form_bits, unary
        Widths, and the bit of ``data`` at which the unary part starts; -1 for ``rice_bits`` when
        the items do not fit.
    """
    if end <= start:
        return DAMAGED, 0, 0
    header = np.int64(data[start])
    rice_bits = header & 15
    form_bits: Int = header >> 4
    if form_bits == WIDE_FORM_CODE:
        form_bits = WIDE_FORM_BITS
    unary = start * 8 + HEADER_BITS + tokens * (rice_bits + form_bits)
    if unary + tokens > end * 8:
        return DAMAGED, 0, 0
    return rice_bits, form_bits, unary


@compiled
def skip_ones(data: Array, bit: Int, end_bit: Int, ones: Int) -> Int:
    """Return the bit after the ``ones``-th set bit from ``bit`` on, or -1 where there are fewer."""
    while ones > 0 and bit < end_bit:
        word = load_u64(data, bit >> 3) >> np.uint64(bit & 7)
        width = 64 - (bit & 7)
        n = np.int64(population(word))
        if n < ones:
            ones -= n
            bit += width
            continue
        for _ in range(ones - 1):
            word &= word - np.uint64(1)
        bit += np.int64(trailing_zeros(word)) + 1
        ones = 0
    return bit if ones == 0 and bit <= end_bit else DAMAGED


@compiled
def decode_positions(
    data: Array,
    start: tuple[Int, Int],
    end_bit: Int,
    widths: tuple[Int, Int],
    freqs: Array,
    positions: Array,
    forms: Array,
) -> Int:
    """Read consecutive postings of one entry.

    Parameters
    ----------
    data
        The positions section.
    start
        Bits at which the first wanted item and its unary part start: for the whole entry
        ``first_byte * 8 + 8`` and what :func:`open_positions` gave. To begin behind ``n``
        positions, add ``n * (rice_bits + form_bits)`` and take :func:`skip_ones` of ``n``.
    end_bit
        First bit behind the entry.
    widths
        rice_bits and form_bits.
    freqs
        Exact frequencies of the wanted postings, each at least 1.
    positions, forms
        Filled; exactly as long as the sum of ``freqs``.

    Returns
    -------
    int
        The bit behind the last unary part, or -1 when the entry ends before.
    """
    items, unary = start
    rice_bits, form_bits = widths
    item_bits = rice_bits + form_bits
    item_mask = (np.uint64(1) << np.uint64(item_bits)) - np.uint64(1)
    form_mask = (np.uint64(1) << np.uint64(form_bits)) - np.uint64(1)
    word = load_u64(data, unary >> 3) >> np.uint64(unary & 7)
    left = 64 - (unary & 7)
    bit = unary
    behind = unary
    posting: Int = -1
    of_posting: Int = 0
    position: Int = -1
    for n in range(len(positions)):
        while word == 0:
            bit += left
            if bit >= end_bit:
                return DAMAGED
            word = load_u64(data, bit >> 3) >> np.uint64(bit & 7)
            left = 64 - (bit & 7)
        zeros = np.int64(trailing_zeros(word))
        word = (word >> np.uint64(zeros)) >> np.uint64(1)
        left -= zeros + 1
        bit += zeros + 1
        item = (load_u64(data, items >> 3) >> np.uint64(items & 7)) & item_mask
        items += item_bits
        is_first = of_posting == 0
        posting += is_first
        of_posting = (np.int64(freqs[posting]) if is_first else of_posting) - 1
        before = -1 if is_first else position
        high = bit - 1 - behind
        behind = bit
        gap = np.int64(np.uint64(high << rice_bits) | (item >> np.uint64(form_bits)))
        position = before + 1 + gap
        positions[n] = position
        forms[n] = np.int64(item & form_mask)
    return bit if bit <= end_bit else DAMAGED


@compiled
def _decode_postings(
    entries: Columns, sections: Columns, docnums: Array, freqs: Array, signatures: Array
) -> Int:
    """Fill docnums, exact frequencies and signatures; give the sum of frequencies or -1."""
    numbers, blocks, counts, bounds, doc_starts, freq_starts, signature_starts, _, _ = entries
    postings, _, keys, values = sections
    posting = 0
    total: Int = 0
    for e in range(len(numbers)):
        end = posting + counts[e]
        own, own_freqs = docnums[posting:end], freqs[posting:end]
        if decode_docs(postings, doc_starts[e], counts[e], own) != counts[e]:
            return DAMAGED
        if decode_freqs(postings, freq_starts[e], counts[e], bounds[e], own_freqs):
            _restore_high(keys, values, numbers[e], own, own_freqs)
        for i in range(len(own)):
            own[i] += blocks[e] << BLOCK_BITS
            total += np.int64(own_freqs[i])
            signed = counts[e] <= MAX_SIGNED
            signatures[posting + i] = postings[signature_starts[e] + i] if signed else ANY
        posting = end
    return total


@compiled
def _decode_positions(
    entries: Columns, sections: Columns, freqs: Array, positions: Array, forms: Array
) -> bool:
    """Fill positions and forms of entries; False when their bytes cannot hold them."""
    _, _, counts, _, _, _, _, position_starts, sizes = entries
    data = sections[1]
    posting = 0
    token: Int = 0
    for e in range(len(counts)):
        own_freqs = freqs[posting : posting + counts[e]]
        n: Int = np.int64(own_freqs.sum())
        last = position_starts[e] + sizes[e]
        rice_bits, form_bits, unary = open_positions(data, position_starts[e], last, n)
        if rice_bits < 0:
            return False
        start = (position_starts[e] * 8 + HEADER_BITS, unary)
        own_positions, own_forms = positions[token : token + n], forms[token : token + n]
        widths = (rice_bits, form_bits)
        if decode_positions(data, start, last * 8, widths, own_freqs, own_positions, own_forms) < 0:
            return False
        posting += counts[e]
        token += n
    return True


@compiled
def _restore_high(
    keys: Array,
    values: Array,
    entry: Int,
    low_bytes: Array,
    freqs: Array,
) -> None:
    for i in range(len(freqs)):
        if freqs[i] > HIGH_FREQ_BYTE:
            freqs[i] = exact_freq(keys, values, entry, low_bytes[i])


def read_entries(
    reader: PostingsReader, entries: Entries
) -> tuple[Array, Array, Array, Array, Array]:
    """Decode some entries, compiled: docnums, freqs, positions, forms and signatures.

    All are ``uint32`` but the signatures, which are ``uint8``.

    Parameters
    ----------
    entries
        From ``reader.entries``, perhaps a part of them: a term too large for memory is read in
        slices of its entries.

    Raises
    ------
    CorruptIndexError
        When the bytes cannot be postings. Docnums are not compared with one another here;
        ``check_segment`` does.
    """
    where = (
        entries.numbers, entries.blocks, entries.counts, entries.bounds, entries.doc_starts,
        entries.freq_starts, entries.signature_starts, entries.position_starts,
        entries.position_sizes,
    )  # fmt: skip
    sections = (reader.postings, reader.positions, reader.high_freq_keys, reader.high_freqs)
    n = int(entries.counts.sum())
    docnums, freqs = np.empty(n, np.uint32), np.empty(n, np.uint32)
    signatures = np.empty(n, np.uint8)
    tokens = _decode_postings(where, sections, docnums, freqs, signatures)
    if not 0 <= tokens <= 8 * int(entries.position_sizes.sum()):
        raise reader.corrupt()
    positions, forms = np.empty(tokens, np.uint32), np.empty(tokens, np.uint32)
    if not _decode_positions(where, sections, freqs, positions, forms):
        raise reader.corrupt()
    return docnums, freqs, positions, forms, signatures


def read_run(reader: PostingsReader, first_term: int, end_term: int) -> PostingRun:
    """Decode whole terms; the same as ``PostingsReader.run``, compiled. See read_entries."""
    entries = reader.entries(first_term, end_term)
    dfs = reader.term_dfs[first_term:end_term].astype(np.int64)
    return PostingRun(dfs, *read_entries(reader, entries))
