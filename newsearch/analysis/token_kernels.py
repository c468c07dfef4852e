"""The compiled tokeniser: UTF-8 bytes to tokens. Arrays in, arrays out.

Importing this module imports Numba. Eight bytes are looked at together where all are ASCII.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from newsearch.analysis.characters import DIGIT, LETTER, MARK, NUMBER, SEPARATOR, SPACELESS
from newsearch.compiling import called, compiled, leading_zeros, trailing_zeros

WORD_BYTES = 8

_LONGEST_ELIDED = 5
_LL, _QU = 0x4C4C, 0x5155
"""The last letters of elided words, in capitals."""

_BLOCK_BYTES = 64

BYTES = np.uint64(0x0101010101010101)
HIGH_BITS = np.uint64(0x80) * BYTES
_LOW_BITS = np.uint64(0x7F) * BYTES
_FROM_A = np.uint64(0x80 - ord("A")) * BYTES
_AFTER_Z = np.uint64(0x7F - ord("Z")) * BYTES
_FROM_SMALL_A = np.uint64(0x80 - ord("a")) * BYTES
_AFTER_SMALL_Z = np.uint64(0x7F - ord("z")) * BYTES
SMALL = np.uint64(0x20) * BYTES
# "'" and "&" differ in the lowest bit, "." and "," in the next.
_APOSTROPHES = np.uint64(ord("'")) * BYTES
_FULL_STOPS = np.uint64(ord(".")) * BYTES
_GRAVE = ord("`")
_GRAVES = np.uint64(_GRAVE) * BYTES
_GATHER = np.uint64(0x0102040810204080)
ONE = np.uint64(1)
_LAST = np.uint64(1 << 63)
_FROM_0 = np.uint64(0x80 - ord("0")) * BYTES
_AFTER_9 = np.uint64(0x7F - ord("9")) * BYTES


def padded(data: bytes) -> NDArray[np.uint8]:
    """Copy bytes so that 8 of them can be read from any byte on: aligned, then 9 to 16 zeros."""
    array = np.empty(len(data) // WORD_BYTES + 2, dtype=np.uint64).view(np.uint8)
    array[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    array[len(data) :] = 0
    return array


CLASS_BITS = 0x0F
"""Bits of `Classes.of_page` that hold the class; the others hold how normalising changes it."""

CHANGES, JOINS, MOVES = 0x10, 0x20, 0x40
"""How normalising changes a character: anywhere; only between two letters or digits, which it may
then join to one word; only beside another such mark. See `is_normal`."""


class Classes(NamedTuple):
    """Character classes of `newsearch.analysis.characters` as arrays of uint8.

    `ascii`: class of each byte below 128. `pages`: page of each 256 code points, shape (0x1100,).
    `of_page`: class of each code point of a page, and `CHANGES`, `JOINS` or `MOVES`; shape (n_pages
    * 256,).
    """

    ascii: NDArray[np.uint8]
    pages: NDArray[np.uint8]
    of_page: NDArray[np.uint8]


@compiled
def find(
    data: NDArray[np.uint8],
    article_offsets: NDArray[np.int64],
    classes: Classes,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    token_offsets: NDArray[np.int64],
) -> int:
    """Find the tokens of articles; returns how many.

    `data`: UTF-8 of all articles, lone surrogates encoded like other characters; `padded`. Bytes
    that are no UTF-8 separate words. `article_offsets`: first byte of each article, and the last's
    end. `starts`, `ends`: receive the first byte of each token and the one after its last; room for
    half as many tokens as bytes, rounded up for each article. `token_offsets`: receives the first
    token of each article, and the last's end.
    """
    data8 = data.view(np.uint64)
    at, tokens = article_offsets[0], 0
    for article in range(article_offsets.size - 1):
        token_offsets[article] = tokens
        end = article_offsets[article + 1]
        while at < end:
            first, last, done, is_sure = words_of_block(data8, at, end)
            # Branches that depend on the text are what costs time; here is one for up to 64 bytes.
            while first:
                starts[tokens] = at + np.int64(trailing_zeros(first))
                ends[tokens] = at + np.int64(trailing_zeros(last))
                first &= first - np.uint64(1)
                last &= last - np.uint64(1)
                tokens += 1
            at += done
            if is_sure:
                continue
            start, at = next_token(data, at, end, classes)
            while start < end:
                starts[tokens] = start
                ends[tokens] = at
                tokens += 1
                if data[at] < 128 and data[at + 1] < 128:
                    break
                start, at = next_token(data, at, end, classes)
        at = end
    token_offsets[article_offsets.size - 1] = tokens
    return tokens


@compiled
def find_unlike_normal(
    data: NDArray[np.uint8], article_offsets: NDArray[np.int64], classes: Classes
) -> NDArray[np.bool_]:
    """Tell of each article whether its words must be cut from a text that is normalised first.

    The arguments are those of `find`.
    """
    found = np.empty(article_offsets.size - 1, np.bool_)
    for k in range(found.size):
        found[k] = not is_normal(data, article_offsets[k], article_offsets[k + 1], classes)
    return found


@called
def is_normal(data: NDArray[np.uint8], begin: int, end: int, classes: Classes) -> bool:
    """Whether the words of a text are those of its normal text, for sure."""
    data8 = data.view(np.uint64)
    at = begin
    while at < end:
        word = load(data8, at)
        other_than_nul_or_grave = ((word & _LOW_BITS) + _LOW_BITS) & (
            ((word ^ _GRAVES) & _LOW_BITS) + _LOW_BITS
        )
        if (word | ~other_than_nul_or_grave) & HIGH_BITS == 0:
            at += WORD_BYTES
            continue
        stop = min(at + WORD_BYTES, end)
        while at < stop:
            width = _normal_width(data, begin, at, end, classes)
            if width == 0:
                return False
            at += width
    return True


@called
def _normal_width(data: NDArray[np.uint8], begin: int, at: int, end: int, classes: Classes) -> int:
    """Return the width of the character at `at`, or 0 where normalising may change it."""
    byte = data[at]
    if byte < 128:
        if byte == 0:
            return 0
        entry, width = (JOINS if byte == _GRAVE else 0), 1
    else:
        entry, width = _entry_of(data, at, end, classes)
    if entry < CHANGES:
        return width
    after = at + width
    if entry & CHANGES:
        return 0
    if entry & MOVES:
        is_beside = after < end and data[after] >= 128
        return 0 if is_beside and _entry_of(data, after, end, classes)[0] & MOVES else width
    is_between = _joinable(data, after, end, classes) and _follows_word(data, begin, at, classes)
    return 0 if is_between else width


@called
def _joinable(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> bool:
    return at < end and _class_of(data, at, end, classes)[0] in (LETTER, NUMBER, DIGIT)


@called
def _follows_word(data: NDArray[np.uint8], begin: int, at: int, classes: Classes) -> bool:
    """Whether the character before `at` belongs to a word."""
    before = at - 1
    while before > begin and data[before] & 0xC0 == 0x80:
        before -= 1
    return before >= begin and _class_of(data, before, at, classes)[0] != SEPARATOR


@called
def next_token(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> tuple[int, int]:
    """Find the first token from `at` on: (start, stop), both `end` if there is none."""
    while at < end:
        cls, width = _class_of(data, at, end, classes)
        if cls in (SEPARATOR, MARK):
            at += width
            continue
        if cls == SPACELESS:
            return at, _after_marks(data, at + width, end, classes)
        if cls == LETTER:
            stop = _acronym_end(data, at + width, end, classes)
            if stop:
                return at, _possessive_end(data, stop, end, classes)
        stop = _word_end(data, at, end, classes)
        if stop < end and data[stop] == 0x2E:
            first = _elided_end(data, at, end)
            cls, width = _class_of(data, first, end, classes)
            if first > at and cls == LETTER:
                stop = max(stop, _acronym_end(data, first + width, end, classes))
        return at, stop
    return end, end


@called
def _word_end(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> int:
    base = SEPARATOR
    while at < end:
        cls, width = _class_of(data, at, end, classes)
        if cls in (LETTER, DIGIT, NUMBER):
            base = cls
        elif cls != MARK and not _joins(data, at, end, base, classes):
            return at
        at += width
    return end


@called
def _joins(data: NDArray[np.uint8], at: int, end: int, base: int, classes: Classes) -> bool:
    """Whether the separator at `at` joins what is before it to what is after it."""
    byte = data[at]
    if base == LETTER:
        if byte in (0x27, 0x26):
            after = at + 1
        elif byte == 0xE2 and _is_typeset_apostrophe(data, at, end):
            after = at + 3
        else:
            return False
    elif base == DIGIT and byte in (0x2E, 0x2C):
        after = at + 1
    else:
        return False
    return after < end and _class_of(data, after, end, classes)[0] == base


@called
def _is_typeset_apostrophe(data: NDArray[np.uint8], at: int, end: int) -> bool:
    return at + 3 <= end and data[at + 1] == 0x80 and data[at + 2] in (0x98, 0x99)


@called
def _acronym_end(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> int:
    """Return the end of the dotted acronym whose first letter ends at `at`, or 0."""
    stop = 0
    at = _after_marks(data, at, end, classes)
    while at + 1 < end and data[at] == 0x2E:
        cls, width = _class_of(data, at + 1, end, classes)
        if cls != LETTER:
            break
        at = _after_marks(data, at + 1 + width, end, classes)
        if at < end:
            cls, width = _class_of(data, at, end, classes)
            if cls in (LETTER, DIGIT, NUMBER):
                break
        stop = at
    return stop


@called
def _elided_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Return the end of an elided word at `at`, with its apostrophe: ``l'``, ``dell'``; or `at`."""
    mark = at
    last_two = 0
    while mark < end and mark - at <= _LONGEST_ELIDED:
        letter = np.int64(data[mark]) & 0xDF
        if data[mark] >= 128 or letter < ord("A") or letter > ord("Z"):
            break
        last_two = (last_two << 8 | letter) & 0xFFFF
        mark += 1
    length = mark - at
    is_double = 3 <= length <= _LONGEST_ELIDED and last_two == _LL
    if length == 1 or (length == 2 and last_two == _QU) or is_double:
        return max(_apostrophe_end(data, mark, end), at)
    return at


@called
def _apostrophe_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Return the end of the apostrophe at `at`, or 0."""
    if at < end and data[at] == 0x27:
        return at + 1
    if at < end and data[at] == 0xE2 and _is_typeset_apostrophe(data, at, end):
        return at + 3
    return 0


@called
def _possessive_end(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> int:
    """Return the end of ``'s`` after a dotted acronym that ends at `at`, or `at`."""
    mark = at + 1 if at < end and data[at] == 0x2E else at
    letter = _apostrophe_end(data, mark, end)
    after = letter + 1
    if letter == 0 or after > end or data[letter] & 0xDF != ord("S"):
        return at
    if after < end and _class_of(data, after, end, classes)[0] in (LETTER, DIGIT, NUMBER, MARK):
        return at
    return after


@called
def _after_marks(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> int:
    while at < end and data[at] >= 128:
        cls, width = _class_of(data, at, end, classes)
        if cls != MARK:
            break
        at += width
    return at


@called
def _class_of(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> tuple[int, int]:
    """Return the class of the character at `at` and its width in bytes."""
    byte = data[at]
    if byte < 128:
        return np.int64(classes.ascii[byte]), 1
    entry, width = _entry_of(data, at, end, classes)
    return entry & CLASS_BITS, width


@called
def _entry_of(data: NDArray[np.uint8], at: int, end: int, classes: Classes) -> tuple[int, int]:
    """Return what `Classes.of_page` has of a character beyond ASCII, and its width in bytes."""
    code_point, width = _decode(data, at, end)
    page = np.int64(classes.pages[code_point >> 8])
    return np.int64(classes.of_page[(page << 8) | (code_point & 255)]), width


@called
def _decode(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Decode a character of two to four bytes; a byte that begins none is U+FFFD."""
    byte = np.int64(data[at])
    if byte < 0xC2 or byte > 0xF4:
        return 0xFFFD, 1
    if byte < 0xE0:
        width, lowest, code_point = 2, 0x80, byte & 0x1F
    elif byte < 0xF0:
        width, lowest, code_point = 3, 0x800, byte & 0x0F
    else:
        width, lowest, code_point = 4, 0x10000, byte & 0x07
    if at + width > end:
        return 0xFFFD, 1
    for k in range(at + 1, at + width):
        if data[k] & 0xC0 != 0x80:
            return 0xFFFD, 1
        code_point = (code_point << 6) | np.int64(data[k] & 0x3F)
    if code_point < lowest or code_point > 0x10FFFF:
        return 0xFFFD, 1
    return code_point, width


@njit(inline="always")
def words_of_block(
    data8: NDArray[np.uint64], at: int, end: int
) -> tuple[np.uint64, np.uint64, int, bool]:
    """Find the words among the next 64 bytes that are runs of ASCII letters and digits for sure.

    No word may reach across `at`. What is sure ends before a word that goes on beyond the block,
    and before a byte beyond ASCII or a joiner between two bytes that it could join, with the word
    it touches.

    Returns the bits of the first bytes of the words, and of those after their ends; how many bytes,
    0 to 64, these are the words of; and whether the next byte is an end or begins a word that may
    be sure in the next block, else it is for `next_token`.
    """
    words, others, joiners = _classified(data8, at, end)
    unsure = others | (joiners & (words << ONE) & ((words | others) >> ONE | _LAST))
    first = words & ~(words << ONE)
    last = ~words & (words << ONE)
    if (unsure | words & _LAST) == 0:
        return first, last, min(_BLOCK_BYTES, end - at), True
    n_sure = min(np.int64(trailing_zeros(unsure)), _BLOCK_BYTES - 1)
    outside = ~words & ((ONE << np.uint64(n_sure)) - ONE)
    done = _BLOCK_BYTES - np.int64(leading_zeros(outside))
    kept = (ONE << np.uint64(done)) - ONE
    return first & kept, last & kept, done, n_sure == _BLOCK_BYTES - 1 and done > 0


@njit(inline="always")
def _classified(
    data8: NDArray[np.uint64], at: int, end: int
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Return a bit for each of up to 64 bytes: ASCII letters and digits, beyond ASCII, joiners."""
    words = others = joiners = np.uint64(0)
    n = min(_BLOCK_BYTES, end - at)
    for done in range(0, n, WORD_BYTES):
        word = load(data8, at + done)
        low = word & _LOW_BITS
        small = low | SMALL
        letters = (small + _FROM_SMALL_A) ^ (small + _AFTER_SMALL_Z)
        digits = (low + _FROM_0) ^ (low + _AFTER_9)
        other_than_joiner = ((low | BYTES) ^ _APOSTROPHES) + _LOW_BITS
        other_than_joiner &= ((low | np.uint64(2) * BYTES) ^ _FULL_STOPS) + _LOW_BITS
        shift = np.uint64(done)
        words |= _gathered((letters | digits) & ~word) << shift
        others |= _gathered(word) << shift
        joiners |= _gathered(~other_than_joiner & ~word) << shift
    valid = ~np.uint64(0) >> np.uint64(_BLOCK_BYTES - n)
    return words & valid, others & valid, joiners & valid


@njit(inline="always")
def _gathered(word: np.uint64) -> np.uint64:
    """Return the high bits of 8 bytes as the 8 lowest bits, the first byte's lowest."""
    return (((word & HIGH_BITS) >> np.uint64(7)) * _GATHER) >> np.uint64(56)


@njit(inline="always")
def load(data8: NDArray[np.uint64], at: int) -> np.uint64:
    """Return the 8 bytes from any byte on, the first lowest; needs `padded` data."""
    shift = np.uint64((at & 7) << 3)
    word = data8[at >> 3] >> shift
    # Two shifts, because one by 64 bits is undefined.
    return word | (data8[(at >> 3) + 1] << np.uint64(1)) << (np.uint64(63) - shift)


@njit(inline="always")
def first_bytes(word: np.uint64, count: int) -> np.uint64:
    """Keep the first bytes of a word: `count`, at least 1, or all."""
    kept = np.uint64((WORD_BYTES - min(count, WORD_BYTES)) << 3)
    return word & (~np.uint64(0) >> kept)


@njit(inline="always")
def folded(word: np.uint64) -> np.uint64:
    """Make the ASCII capitals among 8 bytes small."""
    low = word & _LOW_BITS
    capitals = ((low + _FROM_A) ^ (low + _AFTER_Z)) & ~word & HIGH_BITS
    return word | (capitals >> np.uint64(2))
