"""From the bytes of queries to bags, compiled: their parts are looked up in a table of known ones.

The table is one int64 array: how many languages and segments there are; a mask; then as many slots
as the mask has values, each with the place of a row or 0; then the rows. A row has its size; how
many bytes the part has, and these, in UTF-8, filled up to whole items; how many words the part is
in a bag; and of each word how many lists add to its scores, the word as :func:`bags.rank_bags`
takes it, and the addresses of the lists, by list, then segment.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.compiling import Array, Int, brief, kernel

N_LANGUAGES, N_SEGMENTS, MASK, SLOTS = range(4)
"""Items of a table: numbers, and where the slots begin."""

END_OF_QUERY: Final = 0xFF
"""Stands between queries; no byte of UTF-8."""
_SPACE: Final = ord(" ")

# The hash FNV-1a of Fowler, Noll and Vo.
_BASIS: Final = 0xCBF29CE484222325 - (1 << 64)
_PRIME: Final = 0x100000001B3


@brief
def table_of(n_languages: Int, n_segments: Int, rows: Array) -> Array:
    """Make the table of some rows, which lie one after the other in an int64 array."""
    n_rows: Int = 0
    at: Int = 0
    while at < len(rows):
        n_rows += 1
        at += rows[at]
    n_slots: Int = 1
    while n_slots < 2 * n_rows + 1:
        n_slots *= 2
    table = np.zeros(SLOTS + n_slots + len(rows), np.int64)
    table[N_LANGUAGES], table[N_SEGMENTS], table[MASK] = n_languages, n_segments, n_slots - 1
    table[SLOTS + n_slots :] = rows
    texts = table.view(np.uint8)
    at = SLOTS + n_slots
    while at < len(table):
        key: Int = _BASIS
        for byte in texts[(at + 2) * 8 : (at + 2) * 8 + table[at + 1]]:
            key = (key ^ np.int64(byte)) * _PRIME
        slot = key & (n_slots - 1)
        while table[SLOTS + slot] != 0:
            slot = (slot + 1) & (n_slots - 1)
        table[SLOTS + slot] = at
        at += table[at]
    return table


@brief
def read_queries(table: Array, texts: Array, is_any: Int) -> tuple[Array, Array]:
    """Read queries as bags, whose parts stand between spaces.

    Parameters
    ----------
    table
        Of known parts.
    texts
        Queries in UTF-8, at least one, `END_OF_QUERY` between them.
    is_any
        1 if any word of a query is enough, 0 if all must match.

    Returns
    -------
    tuple[Array, Array]
        For each query, whether it was read: all of its parts are known, at least one is a word, and
        no two words have the same terms. And a bag each as :func:`bags.rank_bags` takes it, without
        words for one that was not read.
    """
    n_queries: Int = 1
    for byte in texts:
        n_queries += byte == END_OF_QUERY
    n_words = np.zeros(n_queries, np.int64)
    words = np.empty(len(texts), np.int64)
    stride, n_segments = _stride(table), table[N_SEGMENTS]
    size: Int = 2 + 3 * n_queries
    n: Int = 0
    start: Int = 0
    for query in range(n_queries):
        n_words[query], start = _find_words(table, texts, start, words[n:])
        for word in words[n : n + n_words[query]]:
            size += stride + table[word] * n_segments
        n += n_words[query]
    asked = np.empty(size, np.int64)
    asked[0], asked[1] = table[N_LANGUAGES], n_queries
    size, n = 2, 0
    for query in range(n_queries):
        size += _write(table, words[n : n + n_words[query]], is_any, asked[size:])
        n += n_words[query]
    return n_words > 0, asked


@kernel
def _find_words(table: Array, texts: Array, start: Int, words: Array) -> tuple[Int, Int]:
    """Find where in the table the words of a query are.

    `words`: takes the places. Returns how many there are, 0 where the query is not to be read as a
    bag; and where the next query begins.
    """
    n_words: Int = 0
    is_known = True
    while start <= len(texts):
        key: Int = _BASIS
        end = start
        while end < len(texts) and texts[end] != _SPACE and texts[end] != END_OF_QUERY:
            key = (key ^ np.int64(texts[end])) * _PRIME
            end += 1
        if is_known and end > start:
            row = _row_of(table, key, texts[start:end])
            is_known = row > 0
            word = row + 1
            for _ in range(table[row] if is_known else 0):
                is_known &= not _is_among(table, word, words[:n_words])
                words[n_words] = word
                n_words += 1
                word += 1 + _stride(table) + table[word] * table[N_SEGMENTS]
        start = end + 1
        if end == len(texts) or texts[end] == END_OF_QUERY:
            break
    return n_words if is_known else 0, start


@kernel
def _stride(table: Array) -> Int:
    """Return how many items a word has."""
    return 1 + table[N_LANGUAGES] * table[N_SEGMENTS]


@kernel
def _row_of(table: Array, key: Int, part: Array) -> Int:
    """Return where a part's row tells of words; -1 for one that is not in the table."""
    texts, mask = table.view(np.uint8), table[MASK]
    slot = key & mask
    while table[SLOTS + slot] != 0:
        row = table[SLOTS + slot]
        slot = (slot + 1) & mask
        if table[row + 1] != len(part):
            continue
        is_same = True
        for i in range(len(part)):
            is_same &= texts[(row + 2) * 8 + i] == part[i]
        if is_same:
            return row + 2 + (len(part) + 7) // 8
    return -1


@kernel
def _is_among(table: Array, word: Int, words: Array) -> bool:
    """Whether a word has the same terms as one of some others, and any at all."""
    for other in words:
        is_same, is_there = True, False
        for i in range(2, 1 + _stride(table)):
            is_same &= table[word + i] == table[other + i]
            is_there |= table[word + i] >= 0
        if is_same and is_there:
            return True
    return False


@kernel
def _write(table: Array, words: Array, is_any: Int, out: Array) -> Int:
    """Write a bag of some words, with the lists of each segment; return how many items it has."""
    stride, n_segments = _stride(table), table[N_SEGMENTS]
    n_lists: Int = 0
    for word in words:
        n_lists += table[word]
    out[0], out[1], out[2] = 0 if len(words) == 1 else is_any, len(words), n_lists
    if not len(words):
        out[0] = 1
    first_list: Int = 3 + len(words) * stride
    n: Int = 0
    for i in range(len(words)):
        own = table[words[i] :]
        out[3 + i * stride : 3 + (i + 1) * stride] = own[1 : 1 + stride]
        for number in range(own[0]):
            for segment in range(n_segments):
                address = own[1 + stride + number * n_segments + segment]
                out[first_list + segment * n_lists + n] = address
            n += 1
    return first_list + n_lists * n_segments
