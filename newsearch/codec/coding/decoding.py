"""Entries back to numbers, compiled; the NumPy half is in ``entries`` and ``positions``.

Searching and merging read with these functions, from sections given by address; ``compiling``
says why. Given entries whose bytes were proven to lie inside the sections, they stay inside
whatever the bytes hold. Of a list of docnums 32 bytes are read even if it is shorter: they end in
the file's table at the latest, which is longer and follows all sections. This module imports Numba;
nothing imports it at start.

A *locator* packs into an integer where an entry lies: its first byte in the postings section, its
postings (9 bits) and the bits of a frequency (4 bits); 0 is no entry.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from newsearch.codec.bounds import FREQ_WIDTHS, LEVEL_BITS
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE, MAX_SPARSE
from newsearch.codec.coding.positions import HEADER_BITS, WIDE_FORM_BITS, WIDE_FORM_CODE
from newsearch.codec.coding.signatures import ANY, MAX_SIGNED
from newsearch.codec.postings import Entries, PostingsReader
from newsearch.compiling import (
    Array,
    Int,
    called,
    equal_bytes,
    inlined,
    kernel,
    load_i64,
    load_u8,
    load_u16,
    load_u32,
    load_word,
    population,
    store_i64,
    trailing_zeros,
)

Columns: TypeAlias = tuple[Any, ...]

_COUNT_SHIFT: Final = 4
_START_SHIFT: Final = 13
_WIDTH_MASK: Final = (1 << _COUNT_SHIFT) - 1
_COUNT_MASK: Final = (1 << (_START_SHIFT - _COUNT_SHIFT)) - 1

_ONE: Final = np.uint64(1)


@inlined
def load_unsigned(address: Int, item_bytes: Int, index: Int) -> Int:
    """Read an item of 2, 4 or 8 bytes of an array at an address."""
    if item_bytes == 2:
        return load_u16(address, index)
    if item_bytes == 4:
        return load_u32(address, index)
    return load_i64(address, index)


@called
def first_not_below(address: Int, item_bytes: Int, low: Int, high: Int, key: Int) -> Int:
    """Find the first of the ascending items ``low`` to ``high`` of an array that is at least
    ``key``; ``high`` where there is none.
    """
    while low < high:
        middle = (low + high) >> 1
        if load_unsigned(address, item_bytes, middle) < key:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def locator_with(start: Int, count: Int, bound: Int) -> Int:
    """Pack where an entry lies, given its first byte, its postings less one and its bound byte."""
    width = np.int64(FREQ_WIDTHS[bound >> LEVEL_BITS])
    return start << _START_SHIFT | (count + 1) << _COUNT_SHIFT | width


@inlined
def size_of(locator: Int) -> Int:
    """Return the bytes of an entry in the postings section."""
    count = count_of(locator)
    size = min(count, MAX_SPARSE) + ((count * width_of(locator) + 7) >> 3)
    if count <= MAX_SIGNED:
        size += count
    return size


@inlined
def start_of(locator: Int) -> Int:
    """Return the first byte of an entry."""
    return locator >> _START_SHIFT


@inlined
def count_of(locator: Int) -> Int:
    """Return the postings of an entry."""
    return locator >> _COUNT_SHIFT & _COUNT_MASK


@inlined
def width_of(locator: Int) -> Int:
    """Return the bits in which each frequency of an entry is stored, less one."""
    return locator & _WIDTH_MASK


@inlined
def freq_at(postings: Int, locator: Int, rank: Int) -> Int:
    """Return the frequency of an entry's posting by its rank; 256 stands for 256 or more.

    `postings`: address of the postings section.
    """
    width = width_of(locator)
    if width == 0:
        return 1
    bit = rank * width
    byte = load_u8(postings, start_of(locator) + min(count_of(locator), MAX_SPARSE) + (bit >> 3))
    return (byte >> (bit & 7) & ((1 << width) - 1)) + 1


@kernel
def high_freq(keys: Int, freqs: Int, n_high: Int, key: Int) -> Int:
    """Look up a frequency of 256 or more; 256 where the table lacks it.

    Given the addresses of the sections ``high_freq_keys`` and ``high_freqs``, their items, and the
    entry number * 256 + low byte of the docnum.
    """
    at = first_not_below(keys, 8, 0, n_high, key)
    if at < n_high and load_i64(keys, at) == key:
        return load_u32(freqs, at)
    return HIGH_FREQ_BYTE + 1


@inlined
def signature_at(postings: Int, locator: Int, rank: Int) -> Int:
    """Return the signature of an entry's posting by its rank; see `codec.signatures`."""
    count = count_of(locator)
    signature: Int = ANY
    if count <= MAX_SIGNED:
        first = start_of(locator) + min(count, MAX_SPARSE) + ((count * width_of(locator) + 7) >> 3)
        signature = load_u8(postings, first + rank)
    return signature


@inlined
def rank_of(postings: Int, locator: Int, doc: Int) -> Int:
    """Find an article of the block, 0 to 255, in an entry.

    Returns how many postings of the entry come before it, or -1 when it is not there.
    """
    if count_of(locator) > MAX_SPARSE:
        return _rank_in_bitmap(postings, locator, doc)
    return _rank_in_list(postings, locator, doc)


@inlined
def has_doc(postings: Int, locator: Int, doc: Int) -> bool:
    """Whether an article of the block, 0 to 255, is in an entry."""
    start, count = start_of(locator), count_of(locator)
    if count > MAX_SPARSE:
        return bool(load_u8(postings, start + (doc >> 3)) >> (doc & 7) & 1)
    return bool(equal_bytes(postings + start, doc) & ((_ONE << np.uint64(count)) - _ONE))


@inlined
def _rank_in_bitmap(postings: Int, locator: Int, doc: Int) -> Int:
    start = start_of(locator)
    word = load_word(postings, start + (doc >> 6) * 8)
    bit = _ONE << np.uint64(doc & 63)
    if word & bit == 0:
        return -1
    rank = np.int64(population(word & (bit - _ONE)))
    # No loop: compilers make much of one, for at most three rounds.
    rank += np.int64(population(load_word(postings, start))) if doc >= 64 else 0
    rank += np.int64(population(load_word(postings, start + 8))) if doc >= 128 else 0
    rank += np.int64(population(load_word(postings, start + 16))) if doc >= 192 else 0
    # A damaged bitmap may have more bits than postings.
    return min(rank, count_of(locator) - 1)


@inlined
def _rank_in_list(postings: Int, locator: Int, doc: Int) -> Int:
    equal = equal_bytes(postings + start_of(locator), doc)
    rank = np.int64(trailing_zeros(equal))
    return rank if rank < count_of(locator) else -1


@inlined
def word_of(postings: Int, locator: Int, i: Int) -> Any:
    """Return 64 articles of an entry of more than 32 postings as bits."""
    return load_word(postings, start_of(locator) + i * 8)


@inlined
def list_docs(postings: Int, locator: Int, docs: Array) -> Int:
    """List the articles of an entry, 0 to 255, ascending; fewer than it has if damaged."""
    count = count_of(locator)
    if count <= MAX_SPARSE:
        for rank in range(count):
            docs[rank] = load_u8(postings, start_of(locator) + rank)
        return count
    n: Int = 0
    for i in range(4):
        word = word_of(postings, locator, i)
        while word != 0 and n < count:
            docs[n] = i * 64 + np.int64(trailing_zeros(word))
            word &= word - _ONE
            n += 1
    return n


@inlined
def mark(postings: Int, locator: Int, words: Int) -> None:
    """Add the articles of an entry to the four words of a bitmap at an address."""
    count = count_of(locator)
    if count > MAX_SPARSE:
        for i in range(BLOCK_DOCS // 64):
            store_i64(words, i, load_i64(words, i) | load_i64(postings + start_of(locator), i))
    for rank in range(count if count <= MAX_SPARSE else 0):
        doc = load_u8(postings, start_of(locator) + rank)
        store_i64(words, doc >> 6, load_i64(words, doc >> 6) | 1 << (doc & 63))


@inlined
def open_entry(positions: Int, start: Int, size: Int, tokens: Int) -> tuple[Int, Int, Int]:
    """Read the header of an entry's positions: the two widths, and the bit of the unary part.

    Given the address of the positions section, the entry's first byte and bytes, and how many
    positions it holds. -1 for ``rice_bits`` when the positions do not fit into the bytes.
    """
    if size <= 0:
        return -1, 0, 0
    header = load_u8(positions, start)
    rice_bits, form_bits = header & 15, header >> 4
    if form_bits == WIDE_FORM_CODE:
        form_bits = WIDE_FORM_BITS
    unary = start * 8 + HEADER_BITS + tokens * (rice_bits + form_bits)
    if unary + tokens > (start + size) * 8:
        return -1, 0, 0
    return rice_bits, form_bits, unary


@inlined
def next_one(positions: Int, bit: Int, end_bit: Int) -> Int:
    """Return the first set bit from ``bit`` on, or -1 when there is none before ``end_bit``."""
    word = load_word(positions, bit >> 3) >> np.uint64(bit & 7)
    while word == 0:
        bit = (bit | 7) + 57
        if bit >= end_bit:
            return -1
        word = load_word(positions, bit >> 3)
    bit += np.int64(trailing_zeros(word))
    return bit if bit < end_bit else -1


@kernel
def skip_ones(positions: Int, bit: Int, end_bit: Int, ones: Int) -> Int:
    """Return the bit after the ``ones``-th set bit from ``bit`` on, or -1 where there are fewer."""
    if ones < 0:
        return -1
    while ones > 0:
        if bit >= end_bit:
            return -1
        word = load_word(positions, bit >> 3) >> np.uint64(bit & 7)
        n = np.int64(population(word))
        if n < ones:
            ones -= n
            bit += 64 - (bit & 7)
            continue
        for width in (32, 16, 8):
            low = np.int64(population(word & ((_ONE << np.uint64(width)) - _ONE)))
            if low < ones:
                ones -= low
                word >>= np.uint64(width)
                bit += width
        for _ in range(ones - 1):
            word &= word - _ONE
        bit += np.int64(trailing_zeros(word)) + 1
        ones = 0
    return bit if bit <= end_bit else -1


@kernel
def decode_all_postings(entries: Columns, sections: Columns, out: Columns) -> Int:
    """Fill docnums, exact frequencies and signatures; return the sum of frequencies.

    -1 where a bitmap has fewer bits than its entry has postings.
    """
    numbers, blocks, counts, bounds, starts, _, _ = entries
    postings, keys, values, n_high = sections
    docnums, freqs, signatures = out
    docs = np.empty(BLOCK_DOCS, np.int64)
    posting: Int = 0
    total: Int = 0
    for e in range(len(numbers)):
        locator = locator_with(starts[e], counts[e] - 1, np.int64(bounds[e]))
        if list_docs(postings, locator, docs) != counts[e]:
            return -1
        for rank in range(counts[e]):
            freq = freq_at(postings, locator, rank)
            if freq > HIGH_FREQ_BYTE:
                freq = high_freq(keys, values, n_high, numbers[e] << BLOCK_BITS | docs[rank])
            docnums[posting], freqs[posting] = blocks[e] << BLOCK_BITS | docs[rank], freq
            signatures[posting] = signature_at(postings, locator, rank)
            total += freq
            posting += 1
    return total


@kernel
def decode_all_positions(
    data: Int, entries: Columns, freqs: Array, out: tuple[Array, Array]
) -> bool:
    """Fill positions and forms of entries; False when their bytes cannot hold them."""
    _, _, counts, _, _, starts, sizes = entries
    posting: Int = 0
    token: Int = 0
    for e in range(len(counts)):
        own = freqs[posting : posting + counts[e]]
        end = token + np.int64(own.sum())
        where = open_entry(data, starts[e], sizes[e], end - token)
        end_bit = (starts[e] + sizes[e]) * 8
        if where[0] < 0:
            return False
        own_out = (out[0][token:end], out[1][token:end])
        if not _decode_entry(data, where, starts[e] * 8 + HEADER_BITS, end_bit, own, own_out):
            return False
        posting += counts[e]
        token = end
    return True


@kernel
def _decode_entry(
    data: Int,
    where: tuple[Int, Int, Int],
    item: Int,
    end_bit: Int,
    freqs: Array,
    out: tuple[Array, Array],
) -> bool:
    """Fill positions and forms of an entry; False when it ends before.

    `where` is what :func:`open_entry` gave, `item` and `end_bit` the bits of the first item and
    after the entry; ``out`` is as long as the sum of `freqs`, those of its postings.
    """
    rice_bits, form_bits, bit = where
    positions, forms = out
    form_mask, low_mask = (1 << form_bits) - 1, (1 << rice_bits) - 1
    base = bit & -8
    word = load_word(data, base >> 3) >> np.uint64(bit & 7) << np.uint64(bit & 7)
    token = 0
    for posting in range(len(freqs)):
        position = -1
        for _ in range(freqs[posting]):
            while word == 0:
                base += 64
                if base >= end_bit:
                    return False
                word = load_word(data, base >> 3)
            one = base + np.int64(trailing_zeros(word))
            word &= word - _ONE
            value = load_word(data, item >> 3) >> np.uint64(item & 7)
            item += rice_bits + form_bits
            low = np.int64(value >> np.uint64(form_bits)) & low_mask
            position += ((one - bit) << rice_bits | low) + 1
            bit = one + 1
            positions[token], forms[token] = position, np.int64(value) & form_mask
            token += 1
    return bool(bit <= end_bit)


def read_entries(
    reader: PostingsReader, entries: Entries
) -> tuple[Array, Array, Array, Array, Array]:
    """Decode some entries, compiled: docnums, freqs, positions, forms and signatures.

    All are ``uint32`` but the signatures, which are ``uint8``.

    `entries`: from ``reader.entries``, perhaps a part of them: a term too large for memory is read
    in slices of its entries. Raises CorruptIndexError when the bytes cannot be postings. Docnums
    are not compared with one another here; ``check_parts`` does.
    """
    where = (
        entries.numbers, entries.blocks, entries.counts, entries.bounds, entries.doc_starts,
        entries.position_starts, entries.position_sizes,
    )  # fmt: skip
    arrays = (reader.postings, reader.high_freq_keys, reader.high_freqs)
    sections = (*(array.ctypes.data for array in arrays), len(reader.high_freqs))
    n = int(entries.counts.sum())
    docnums, freqs = np.empty(n, np.uint32), np.empty(n, np.uint32)
    signatures = np.empty(n, np.uint8)
    tokens = decode_all_postings(where, sections, (docnums, freqs, signatures))
    if not 0 <= tokens <= 8 * int(entries.position_sizes.sum()):
        raise reader.corrupt()
    positions, forms = np.empty(tokens, np.uint32), np.empty(tokens, np.uint32)
    if not decode_all_positions(reader.positions.ctypes.data, where, freqs, (positions, forms)):
        raise reader.corrupt()
    return docnums, freqs, positions, forms, signatures
