"""The compiled search for word forms in one text. Arrays in, arrays out.

Importing this module imports Numba.

Almost no word of a text is looked for, so what counts is how fast one is passed over: a set of bits
tells that from its first 8 bytes, and only what passes is looked up in a hash table as
`newsearch.analysis.surface_kernels` describes it.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,return-value"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from newsearch.analysis.surface_kernels import has_stops, is_same, long_key
from newsearch.analysis.token_kernels import (
    BYTES,
    HIGH_BITS,
    ONE,
    WORD_BYTES,
    Classes,
    first_bytes,
    folded,
    is_normal,
    load,
    next_token,
    words_of_block,
)
from newsearch.analysis.tokens import FORM_LENGTH_LIMIT
from newsearch.compiling import called, compiled, trailing_zeros

TOKEN, START, END, FORM = range(4)
"""Columns of what is found: the token's number in the text, its first character, the one after
its last, and the number of its form."""

UNKNOWN = -1
"""Instead of a form's number, where only `key_of` of `newsearch.analysis.finding` can tell."""

_NONE = -2
_FIRST_ROWS = 64
_PREFIX_BYTES = 2
_PREFIX = np.uint64(0xFF << 56)
"""Set in the key of a form's first bytes, which no word of UTF-8 has there."""
_PLAIN_BYTES = 64
"""Longer words with curly apostrophes are left to `newsearch.analysis.tokens.form`."""


PackedForms = NDArray[np.uint64]
"""Word forms that are looked for; filled by `fill`, then read only. How many items each of the
first three parts of `Forms` has; the multiplier; then the parts, table and bits all 0 at first. It
is one array because each takes a third of a microsecond to pass.
"""

Forms = tuple[
    NDArray[np.uint64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64], np.uint64
]
"""The parts of `PackedForms`:

- UTF-8 of all forms, one after the other; `padded` and seen as uint64.
- Where each form begins and the last ends; shape (n_forms + 1,).
- Hash table of pairs (key, number + 1), key 0 where free; shape (2 * a power of 2,), with more
  pairs than forms. Forms in capitals that are not looked for, while their small letters are, have
  a pair with `_NONE` as their number.
- Bits that tell that a word is no form; a power of 2 of words.
- A random odd multiplier.
"""

_HEAD = 4

ClassBytes = NDArray[np.uint8]
"""The arrays of `Classes`, in its order, one after the other."""

_PAGES = 0x80
_OF_PAGE = _PAGES + 0x1100


@njit(inline="always")
def _parts(packed: PackedForms) -> Forms:
    offsets = _HEAD + np.int64(packed[0])
    table = offsets + np.int64(packed[1])
    bits = table + np.int64(packed[2])
    starts = packed[offsets:table].view(np.int64)
    return packed[_HEAD:offsets], starts, packed[table:bits], packed[bits:], packed[3]


@njit(inline="always")
def _classes(packed: ClassBytes) -> Classes:
    return Classes(packed[:_PAGES], packed[_PAGES:_OF_PAGE], packed[_OF_PAGE:])


@compiled
def fill(packed: PackedForms, n_wanted: int) -> None:
    """Fill table and bits; an empty form stands for nothing.

    The first `n_wanted` forms are looked for; others are in capitals, and are not.
    """
    data8, offsets, table, bits, multiplier = _parts(packed)
    shift, bit_shift = _shift(table.size >> 1), _shift(bits.size << 6)
    for number in range(offsets.size - 1):
        begin, length = offsets[number], offsets[number + 1] - offsets[number]
        if length == 0:
            continue
        key = first_bytes(load(data8, begin), length)
        small = folded(key)
        _set_bit(bits, (small * multiplier) >> bit_shift)
        if length >= _PREFIX_BYTES:
            prefix = first_bytes(small, _PREFIX_BYTES) | _PREFIX
            _set_bit(bits, (prefix * multiplier) >> bit_shift)
        if length > WORD_BYTES:
            key = long_key(data8, begin, length, multiplier)
        slot = np.int64((key * multiplier) >> shift) << 1
        while table[slot] != 0:
            slot = (slot + 2) & (table.size - 1)
        table[slot] = key
        table[slot + 1] = np.uint64((number if number < n_wanted else _NONE) + 1)


@compiled
def find_forms(
    data8: NDArray[np.uint64], size: int, classes: ClassBytes, packed: PackedForms
) -> NDArray[np.int32]:
    """Find the tokens of one normal text that have, or may have, some word forms.

    `data8`: UTF-8 of the text, padded as `padded` does and seen as uint64; `size` is its bytes.
    Returns rows of four, see `TOKEN`; ascending.
    """
    data, table_of, forms = data8.view(np.uint8), _classes(classes), _parts(packed)
    bits, multiplier = forms[3], forms[4]
    bit_shift = _shift(bits.size << 6)
    found = np.empty((_FIRST_ROWS, 4), np.int32)
    plain8 = np.empty(_PLAIN_BYTES // WORD_BYTES + 2, np.uint64)
    n_found, tokens, at = 0, 0, 0
    # Bytes that begin no character, of those before `counted`.
    counted, continued = 0, 0
    while at < size:
        first, last, done, is_sure = words_of_block(data8, at, size)
        while first:
            start = at + np.int64(trailing_zeros(first))
            end = at + np.int64(trailing_zeros(last))
            first &= first - ONE
            last &= last - ONE
            key = first_bytes(folded(load(data8, start)), end - start)
            bit = (key * multiplier) >> bit_shift
            if (bits[np.int64(bit >> np.uint64(6))] >> (bit & np.uint64(63))) & ONE:
                number = _look_up(data8, start, end - start, forms)
                if number >= 0:
                    continued += _continuations(data8, counted, start)
                    counted = start
                    found = _noted(
                        found, n_found, (tokens, start - continued, end - continued, number)
                    )
                    n_found += 1
            tokens += 1
        at += done
        if is_sure:
            continue
        start, at = next_token(data, at, size, table_of)
        while start < size:
            number = _look_up_any(data8, start, at, forms, plain8)
            if number >= UNKNOWN:
                continued += _continuations(data8, counted, start)
                begin = start - continued
                continued += _continuations(data8, start, at)
                counted = at
                found = _noted(found, n_found, (tokens, begin, at - continued, number))
                n_found += 1
            tokens += 1
            if data[at] < 128 and data[at + 1] < 128:
                break
            start, at = next_token(data, at, size, table_of)
    return found[:n_found]


@compiled
def find_if_normal(
    data8: NDArray[np.uint64], size: int, classes: ClassBytes, packed: PackedForms
) -> tuple[bool, bool, NDArray[np.int32]]:
    """Do `find_forms` if a text's words are those of its normal text.

    Returns whether they are, whether no row has an `UNKNOWN` form, and the rows.
    """
    if not is_normal(data8.view(np.uint8), 0, size, _classes(classes)):
        return False, False, np.empty((0, 4), np.int32)
    found = find_forms(data8, size, classes, packed)
    for row in range(found.shape[0]):
        if found[row, FORM] < 0:
            return True, False, found
    return True, True, found


@called
def _look_up(data8: NDArray[np.uint64], start: int, length: int, forms: Forms) -> int:
    """Return the number of the form that bytes are; `_NONE` if none is.

    Capitals are made small but where there is a form in capitals.
    """
    arena8, offsets, table, _, multiplier = forms
    written = first_bytes(load(data8, start), length)
    key = folded(written)
    if length > WORD_BYTES:
        key = long_key(data8, start, length, multiplier)
    elif written != key:
        slot = _slot_of(written, table, multiplier)
        if table[slot] != 0:
            return int(np.int64(table[slot + 1]) - 1)
    slot = np.int64((key * multiplier) >> _shift(table.size >> 1)) << 1
    while table[slot] != 0:
        number = np.int64(table[slot + 1]) - 1
        if table[slot] == key and (
            length <= WORD_BYTES
            or is_same(data8, start, length, arena8, offsets[number], offsets[number + 1])
        ):
            return int(number)
        slot = (slot + 2) & (table.size - 1)
    return _NONE


@njit(inline="always")
def _slot_of(key: np.uint64, table: NDArray[np.uint64], multiplier: np.uint64) -> int:
    """Return where the key of a short form is in the table, or the free slot for it."""
    slot = np.int64((key * multiplier) >> _shift(table.size >> 1)) << 1
    while table[slot] != 0 and table[slot] != key:
        slot = (slot + 2) & (table.size - 1)
    return slot


@called
def _look_up_any(
    data8: NDArray[np.uint64], start: int, end: int, forms: Forms, plain8: NDArray[np.uint64]
) -> int:
    """Return the number of a token's form, `UNKNOWN`, or `_NONE` where it is none for sure.

    The form depends on the token's surface. What comes after the second ASCII character of a
    token changes nothing before it: no rule of the form moves or removes an ASCII character of a
    word, and composition joins what follows to the one character before it. So the form of a
    token of three or more leading ASCII characters begins with the first two, made small.
    """
    bits, multiplier = forms[3], forms[4]
    n_leading = _leading_ascii(data8, start, end)
    if has_stops(data8, start, end - start):
        length = _without_stops(data8, start, end, plain8) if n_leading == end - start else 0
        return _look_up(plain8, 0, length, forms) if length else UNKNOWN
    if end - start <= FORM_LENGTH_LIMIT:
        number = _look_up(data8, start, end - start, forms)
        if number >= 0 or n_leading == end - start:
            return number
    if n_leading > _PREFIX_BYTES:
        prefix = first_bytes(folded(load(data8, start)), _PREFIX_BYTES) | _PREFIX
        bit = (prefix * multiplier) >> _shift(bits.size << 6)
        if not (bits[np.int64(bit >> np.uint64(6))] >> (bit & np.uint64(63))) & ONE:
            return _NONE
    length = _with_plain_apostrophes(data8, start, end, plain8)
    return _look_up(plain8, 0, length, forms) if length else UNKNOWN


@called
def _with_plain_apostrophes(
    data8: NDArray[np.uint64], start: int, end: int, plain8: NDArray[np.uint64]
) -> int:
    """Copy a token with ``'`` for each curly apostrophe; returns its bytes.

    0 where the token is long or has other characters beyond ASCII; else what is copied is ASCII,
    and in lower case the form.
    """
    if end - start > _PLAIN_BYTES:
        return 0
    data, plain = data8.view(np.uint8), plain8.view(np.uint8)
    length = 0
    at = start
    while at < end:
        byte = data[at]
        if byte >= 128:
            if byte != 0xE2 or data[at + 1] != 0x80 or data[at + 2] not in (0x98, 0x99):
                return 0
            byte = np.uint8(0x27)
            at += 2
        plain[length] = byte
        length += 1
        at += 1
    plain[length:] = 0
    return length


@called
def _without_stops(
    data8: NDArray[np.uint64], start: int, end: int, plain8: NDArray[np.uint64]
) -> int:
    """Copy the letters of an ASCII acronym in capitals; returns how many.

    0 for a long one, and for one with something before or after it.
    """
    if end - start > _PLAIN_BYTES:
        return 0
    data, plain = data8.view(np.uint8), plain8.view(np.uint8)
    length = 0
    for at in range(start, end, 2):
        if at + 1 < end and data[at + 1] != 0x2E:
            return 0
        plain[length] = data[at] & np.uint8(0xDF)
        length += 1
    plain[length:] = 0
    return length


@called
def _leading_ascii(data8: NDArray[np.uint64], start: int, end: int) -> int:
    """Count the bytes of a token before the first that is not ASCII."""
    for at in range(start, end, WORD_BYTES):
        others = first_bytes(load(data8, at), end - at) & HIGH_BITS
        if others:
            return at - start + (np.int64(trailing_zeros(others)) >> 3)
    return end - start


@called
def _continuations(data8: NDArray[np.uint64], begin: int, end: int) -> int:
    """Count the bytes that begin no character of UTF-8."""
    count = 0
    for at in range(begin, end, WORD_BYTES):
        word = first_bytes(load(data8, at), end - at)
        ones = (word >> np.uint64(7)) & ~(word >> np.uint64(6)) & BYTES
        count += np.int64((ones * BYTES) >> np.uint64(56))
    return count


@called
def _noted(
    found: NDArray[np.int32], row: int, values: tuple[int, int, int, int]
) -> NDArray[np.int32]:
    """Write a row, in a longer array where there is no room."""
    if row == found.shape[0]:
        longer = np.empty((2 * row, found.shape[1]), np.int32)
        # Numba takes seconds to compile one slice put into another, for the words of its error.
        for k in range(row):
            for column in range(found.shape[1]):
                longer[k, column] = found[k, column]
        found = longer
    found[row, TOKEN], found[row, START], found[row, END], found[row, FORM] = values
    return found


@njit(inline="always")
def _shift(size: int) -> np.uint64:
    """Return what a hash of 64 bits is shifted by for a slot among `size`, a power of 2."""
    return np.uint64(64) - np.uint64(trailing_zeros(np.uint64(size)))


@called
def _set_bit(bits: NDArray[np.uint64], bit: np.uint64) -> None:
    bits[np.int64(bit >> np.uint64(6))] |= ONE << (bit & np.uint64(63))
