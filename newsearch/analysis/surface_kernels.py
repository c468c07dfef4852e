"""Numbers of tokens, compiled: those with the same bytes have the same. Arrays in, arrays out.

Importing this module imports Numba.

A *surface* is a token's bytes, as far as its form depends on it, with ASCII letters in lower case;
but where up to 8 bytes begin with two capitals, which may count, they are as written.
Surfaces are numbered in the order of their first appearance by an open-addressing hash table of
pairs (key, number + 1). The key of a surface of up to 8 bytes is the bytes themselves, which makes
equal keys equal surfaces; longer ones have a hash whose lowest byte is 0xFF, which no UTF-8 text
has, and are compared byte by byte. Multiply-shift hashing with a random odd multiplier
(Dietzfelbinger et al., J. Algorithms 25, 1997) keeps probes short for any text.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from newsearch.analysis.token_kernels import SMALL, WORD_BYTES, first_bytes, folded, load
from newsearch.analysis.tokens import FORM_LENGTH_LIMIT, SURFACE_LENGTH_LIMIT
from newsearch.compiling import compiled

SURFACE_BYTES_LIMIT = 4 * SURFACE_LENGTH_LIMIT
"""Bytes of a surface at most: enough for every character its form depends on."""

DONE, TABLE_FULL, ARENA_FULL = range(3)
"""What `number` reports; the last two ask for more room and another call."""

SURFACES, ARENA_USED, UNRESOLVED = range(3)
"""Places of `Words.counters`."""

_LONG_KEY = np.uint64(0xFF)


class Words(NamedTuple):
    """The numbered surfaces; the caller owns and replaces the arrays, kernels fill them.

    - `table`: hash table of pairs (key, number + 1), key 0 where free; uint64, shape (2 * a power
      of 2,)
    - `arena`: bytes of all surfaces, one after the other; uint8, seen as uint64 too, so of whole
      words
    - `offsets`: where each surface begins in the arena, and the last ends; int64, shape (room + 1,)
    - `unresolved`: numbers of surfaces that are not their own form for sure; int32, shape (room,)
    - `counters`: int64, shape (3,): surfaces, bytes used of the arena, unresolved surfaces
    - `multiplier`, `shift`: random odd uint64; 64 less the binary logarithm of the table's slots
    """

    table: NDArray[np.uint64]
    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    unresolved: NDArray[np.int32]
    counters: NDArray[np.int64]
    multiplier: np.uint64
    shift: np.uint64


@compiled
def number(
    data: NDArray[np.uint8],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    words: Words,
    numbers: NDArray[np.int32],
    first: int,
) -> tuple[int, int]:
    """Number surfaces, new ones last; returns the status and how many are done.

    `data`: `padded`. `starts`, `ends`: first byte of each surface and the one after its last.
    `numbers`: receives the number of each. `first`: the surface to go on with.
    """
    data8, arena8 = data.view(np.uint64), words.arena.view(np.uint64)
    table, offsets = words.table, words.offsets
    multiplier, shift = words.multiplier, words.shift
    for k in range(first, starts.size):
        start = np.int64(starts[k])
        length = np.int64(ends[k]) - start
        if length > SURFACE_BYTES_LIMIT:
            length = _cut(data, start)
        written = first_bytes(load(data8, start), length)
        key = folded(written)
        if length > WORD_BYTES:
            key = long_key(data8, start, length, multiplier)
        elif _has_capitals(written ^ key):
            key = written
        slot = np.int64((key * multiplier) >> shift) << 1
        found = np.int64(-1)
        while table[slot] != 0:
            if table[slot] == key:
                candidate = np.int64(table[slot + 1]) - 1
                begin, end = offsets[candidate], offsets[candidate + 1]
                if length <= WORD_BYTES or is_same(data8, start, length, arena8, begin, end):
                    found = candidate
                    break
            slot = (slot + 2) & (table.size - 1)
        if found < 0:
            found = _add(data8, start, length, words, key, slot)
            if found < 0:
                return -found, k
        numbers[k] = found
    return DONE, starts.size


@compiled
def replace(numbers: NDArray[np.int32], form_of: NDArray[np.int32]) -> None:
    """Replace the number of each surface by that of its form, which `form_of` has."""
    for k in range(numbers.size):
        numbers[k] = form_of[numbers[k]]


@compiled
def find_changeable(numbers: NDArray[np.int32], words: Words) -> NDArray[np.bool_]:
    """Tell which surfaces have an apostrophe or a character beyond ASCII."""
    found = np.zeros(numbers.size, np.bool_)
    for k in range(numbers.size):
        for at in range(words.offsets[numbers[k]], words.offsets[numbers[k] + 1]):
            byte = words.arena[at]
            found[k] |= byte == ord("'") or byte > 127
    return found


@compiled
def rehash(words: Words) -> None:
    """Fill an empty table with all surfaces."""
    arena8 = words.arena.view(np.uint64)
    for number in range(words.counters[SURFACES]):
        begin, end = words.offsets[number], words.offsets[number + 1]
        key = first_bytes(load(arena8, begin), end - begin)
        if end - begin > WORD_BYTES:
            key = long_key(arena8, begin, end - begin, words.multiplier)
        slot = np.int64((key * words.multiplier) >> words.shift) << 1
        while words.table[slot] != 0:
            slot = (slot + 2) & (words.table.size - 1)
        words.table[slot] = key
        words.table[slot + 1] = np.uint64(number + 1)


@compiled
def _cut(data: NDArray[np.uint8], start: int) -> int:
    """Return the length of the whole characters in the first `SURFACE_BYTES_LIMIT` bytes."""
    length = SURFACE_BYTES_LIMIT
    while data[start + length] & 0xC0 == 0x80:
        length -= 1
    return length


@compiled
def _add(
    data8: NDArray[np.uint64], start: int, length: int, words: Words, key: np.uint64, slot: int
) -> int:
    """Number a new surface at a free slot of the table, or give minus the status."""
    counters = words.counters
    number, used = counters[SURFACES], counters[ARENA_USED]
    if number + 1 >= words.offsets.size:
        return -TABLE_FULL
    if used + length + 2 * WORD_BYTES > words.arena.size:
        return -ARENA_FULL
    keeps_capitals = length <= WORD_BYTES and key != folded(key)
    is_own_form = length <= FORM_LENGTH_LIMIT and not keeps_capitals
    for k in range(length):
        written = load(data8, start + k)
        small = written if keeps_capitals else folded(written)
        words.arena[used + k] = small & np.uint64(0xFF)
        is_own_form = is_own_form and small & np.uint64(0x80) == 0
    is_own_form = is_own_form and not has_stops(data8, start, length)
    if not is_own_form:
        words.unresolved[counters[UNRESOLVED]] = number
        counters[UNRESOLVED] += 1
    words.table[slot] = key
    words.table[slot + 1] = np.uint64(number + 1)
    words.offsets[number + 1] = used + length
    counters[SURFACES] = number + 1
    counters[ARENA_USED] = used + length
    return number


@njit(inline="always")
def _has_capitals(changed: np.uint64) -> bool:
    """Whether a form may keep capitals, given what `folded` changed: the first two bytes."""
    return changed & np.uint64(0xFFFF) == SMALL & np.uint64(0xFFFF)


@njit(inline="always")
def has_stops(data8: NDArray[np.uint64], start: int, length: int) -> bool:
    """Whether an ASCII token is an acronym with full stops, or ends in one: ``U.S``, ``l'O.N.U``.

    The full stop of a number is before a digit.
    """
    if length <= 2:
        return False
    last = load(data8, start + length - 2)
    letter = (last >> np.uint64(8)) & np.uint64(0xDF)
    is_dotted = last & np.uint64(0xFF) == ord(".") and ord("A") <= letter <= ord("Z")
    return is_dotted or begins_with_stop(load(data8, start), length)


@njit(inline="always")
def begins_with_stop(word: np.uint64, length: int) -> bool:
    """Whether the first bytes of a token are those of an acronym with full stops: ``U.``."""
    first = folded(word) & np.uint64(0xFF)
    second = (word >> np.uint64(8)) & np.uint64(0xFF)
    return length > 2 and ord("a") <= first <= ord("z") and second == ord(".")


@njit(inline="always")
def is_same(
    data8: NDArray[np.uint64],
    start: int,
    length: int,
    arena8: NDArray[np.uint64],
    begin: int,
    end: int,
) -> bool:
    """Whether bytes, capitals made small, are those of the arena from `begin` to `end`."""
    # No return from within: that keeps reference counts, which are atomic, for each array.
    difference = np.uint64(end - begin != length)
    done = 0
    while difference == 0 and done < length:
        word = folded(load(data8, start + done)) ^ load(arena8, begin + done)
        difference = first_bytes(word, length - done)
        done += WORD_BYTES
    return difference == 0


@njit(inline="always")
def long_key(
    data8: NDArray[np.uint64], start: int, length: int, multiplier: np.uint64
) -> np.uint64:
    """Hash a word of more than 8 bytes, capitals made small, to a key that no short word has."""
    key = np.uint64(length)
    for done in range(0, length, WORD_BYTES):
        key ^= first_bytes(folded(load(data8, start + done)), length - done)
        key *= multiplier
        key ^= key >> np.uint64(32)
    return key | _LONG_KEY
