"""English stems, compiled: bytes of word forms to bytes of stems. Arrays in, arrays out.

Importing this module imports Numba.

Rules and tables are those of `newsearch.analysis.stems`, `inflections` and `english`, for ASCII. R1
and R2 are ends of the word, so three lengths tell where all begin. Endings are compared as one
integer. ``tests/unit/analysis/test_stem_kernels.py`` compares the two on any form.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis import english
from newsearch.analysis.english import Change
from newsearch.analysis.inflections import EXCEPTIONS, english_stem
from newsearch.analysis.token_kernels import WORD_BYTES, first_bytes, padded
from newsearch.analysis.tokens import FORM_LENGTH_LIMIT
from newsearch.compiling import Int, called, compiled, load_u8, load_word, store_u8

_ROOM = 2 * (FORM_LENGTH_LIMIT + 1 + 2 * WORD_BYTES)
"""Bytes of two words. Zeros before a word are read with the end of a short one."""

_Bytes = NDArray[np.uint8]
_Ints = NDArray[np.int64]

_Parts = tuple[int, int, int]
"""Lengths of a word and of its regions R1 and R2."""

_ENDING, _N_ENDING, _CUT, _ADDED, _N_ADDED, _LEAST, _N_SHORT, _REGION, _BEFORE = range(9)
"""Columns of a table of changes: letters are integers, and sets of letters bits."""

_A, _E, _I, _L, _S, _Y = map(ord, "aeilsy")
_CAPITAL_A, _CONSONANT_Y, _CAPITAL_Z = map(ord, "AYZ")
_APOSTROPHE, _COMMA, _FULL_STOP, _AMPERSAND, _ZERO, _NINE = map(ord, "',.&09")
_SMALL = 0x20
_ASCII = 0x80


def _integer(letters: str) -> int:
    return int.from_bytes(letters.encode(), "little")


def _set_of(letters: str) -> int:
    return sum(1 << ord(letter) - _A for letter in letters)


def _pairs(*strings: str) -> _Ints:
    return np.array([(_integer(string), len(string)) for string in strings], np.int64)


def _table(changes: Mapping[str, Change]) -> _Ints:
    """Return a row for each ending, the longest first."""
    rows = []
    for ending, change in sorted(changes.items(), key=lambda one: -len(one[0])):
        added, before = _integer(change.added), _set_of(change.before)
        row = (_integer(ending), len(ending), change.cut, added, len(change.added))
        rows.append((*row, change.least, len(change.short), change.region, before))
    return np.array(rows, np.int64)


_VOWELS = _set_of("aeiouy")
_VOWELS_W_X = _set_of("aeiouywx")
_VOWELS_OF_PLURALS = _set_of("aiou")
_STEP_0, _STEP_1B = _pairs(*english.STEP_0), _pairs(*english.STEP_1B)
_STEP_2, _STEP_3, _STEP_4 = map(_table, (english.CHANGES_2, english.CHANGES_3, english.CHANGES_4))
_DOUBLES, _LONG_STARTS = _pairs(*english.DOUBLES), _pairs(*english.LONG_STARTS)
_POSSESSIVE, _CHILDREN, _MEN = _pairs("'s"), _pairs("children"), _pairs("men")
_SSES, _IED, _US, _AT = (
    _pairs("sses"),
    _pairs("ied", "ies"),
    _pairs("us", "ss"),
    _pairs("at", "bl", "iz"),
)
_CED, _CING, _FFED, _FFING = _pairs("ced"), _pairs("cing"), _pairs("ffed"), _pairs("ffing")
_EED, _ED, _ING = _pairs("eed", "eedly"), _pairs("ed"), _pairs("ing")


def _halves(word: str) -> tuple[int, int]:
    """Return the first 8 letters of a word and the next 8, as integers."""
    return _integer(word[:WORD_BYTES]), _integer(word[WORD_BYTES:])


_SORTED = sorted(set(EXCEPTIONS), key=_halves)
_EXCEPTIONS = np.array([_halves(word) for word in _SORTED], np.uint64)
_STEMS = np.array([(*_halves(stem), len(stem)) for stem in map(english_stem, _SORTED)], np.int64)


def stems(data: _Bytes, starts: _Ints, ends: _Ints) -> tuple[_Bytes, _Ints]:
    """Return the English stems of forms, one after the other, and where each begins and ends.

    `data`, `starts`, `ends`: as for `stem_english`. A form beyond ASCII has no bytes in the result.
    """
    found = padded(bytes(int((ends - starts).sum())))
    bounds = np.empty(len(starts) + 1, np.int64)
    stem_english(data, starts, ends, np.zeros(_ROOM, np.uint8), found, bounds)
    return found, bounds


@compiled
def stem_english(
    data: _Bytes, starts: _Ints, ends: _Ints, words: _Bytes, stems: _Bytes, offsets: _Ints
) -> None:
    """Find the stems of English word forms as `newsearch.analysis.stems.Stemmer` does.

    Parameters
    ----------
    data
        UTF-8 of all forms.
    starts, ends
        First byte of each form, and the one after its last.
    words
        Zeros, `_ROOM` bytes; used up.
    stems
        Receives the stems one after the other; room for as many bytes as the forms have.
    offsets
        Receives where each stem begins and the last ends; a form beyond ASCII has none here.
    """
    word = words.ctypes.data + WORD_BYTES
    kept = word + _ROOM // 2
    offsets[0] = 0
    for k in range(starts.size):
        n = _take(data.ctypes.data + starts[k], ends[k] - starts[k], word)
        if n > len("'s") + 1 and _ends(word, n, _POSSESSIVE):
            n -= 2
        if _is_number(word, n):
            n = _without_commas(word, n)
        elif n > 0:
            n = _stem(word, kept, n)
        _copy(word, n, stems.ctypes.data + offsets[k])
        offsets[k + 1] = offsets[k] + n


@called
def _take(form: Int, size: int, word: Int) -> int:
    """Copy a form in small letters; returns its length, 0 if it is beyond ASCII."""
    n = min(size, FORM_LENGTH_LIMIT + 1)
    all_bits = 0
    for i in range(n):
        byte = load_u8(form, i)
        all_bits |= byte
        store_u8(word, i, byte | _SMALL if _CAPITAL_A <= byte <= _CAPITAL_Z else byte)
    return n if all_bits < _ASCII and n <= FORM_LENGTH_LIMIT else 0


@called
def _is_number(word: Int, n: int) -> bool:
    """Whether a form has a digit, or else what is not stemmed."""
    found = False
    for i in range(n):
        byte = load_u8(word, i)
        found |= _ZERO <= byte <= _NINE or byte in (_FULL_STOP, _AMPERSAND)
    return found


@called
def _without_commas(word: Int, n: int) -> int:
    """Take the commas from a number in groups, such as ``1,234.5``; returns its length then."""
    digits, commas, fractions = 0, 0, 0
    is_grouped = True
    for i in range(n):
        byte = load_u8(word, i)
        if _ZERO <= byte <= _NINE:
            digits += 1
            continue
        if byte == _COMMA:
            is_grouped &= fractions == 0 and (1 if commas == 0 else 2) <= digits <= 3
            commas += 1
        else:
            is_grouped &= byte == _FULL_STOP and digits == 3 and commas > 0 and fractions == 0
            fractions += 1
        digits = 0
    if not is_grouped or commas == 0 or not (digits if fractions else digits == 3):
        return n
    at = 0
    for i in range(n):
        store_u8(word, at, load_u8(word, i))
        at += load_u8(word, i) != _COMMA
    return at


@called
def _stem(word: Int, kept: Int, n: int) -> int:
    """Do what `inflections.english_stem` does; returns the length of the stem."""
    if n > 2 and _ends(word, n, _POSSESSIVE):
        n -= 2
    number = _exception(word, n)
    if number >= 0:
        for i in range(_STEMS[number, 2]):
            half = _STEMS[number, i // WORD_BYTES]
            store_u8(word, i, half >> 8 * (i % WORD_BYTES) & 0xFF)
        return _STEMS[number, 2]
    base = _base(word, n)
    if base == 0 and _is_plural_of_abbreviation(word, n):
        return n - 1
    n = base or n
    _copy(word, n, kept)
    stem = _porter(word, n)
    if not stem < 3 <= n:
        return stem
    _copy(kept, n, word)
    return _long_enough(word, n)


@called
def _exception(word: Int, n: int) -> int:
    """Return the row in `_EXCEPTIONS` of a word, or -1."""
    first = first_bytes(load_word(word, 0), n)
    rest = np.uint64(0)
    if n > WORD_BYTES:
        rest = first_bytes(load_word(word, WORD_BYTES), n - WORD_BYTES)
    low, high = 0, len(_EXCEPTIONS)
    while low < high:
        middle = (low + high) >> 1
        other, other_rest = _EXCEPTIONS[middle, 0], _EXCEPTIONS[middle, 1]
        if other < first or (other == first and other_rest < rest):
            low = middle + 1
        else:
            high = middle
    is_there = low < len(_EXCEPTIONS) and n <= 2 * WORD_BYTES
    if is_there and _EXCEPTIONS[low, 0] == first and _EXCEPTIONS[low, 1] == rest:
        return low
    return -1


@called
def _base(word: Int, n: int) -> int:
    """Do what `inflections._base` does by rules; returns the length of the base, 0 for none."""
    if _ends(word, n, _CHILDREN):
        return n - 3
    if _ends(word, n, _MEN) and n > 5:
        store_u8(word, n - 2, _A)
        return n
    if _ends(word, n, _CED) and n > 3:
        return n - 1
    if _ends(word, n, _CING):
        store_u8(word, n - 3, _E)
        return n - 2
    if _ends(word, n, _FFED):
        return n - 2
    return n - 3 if _ends(word, n, _FFING) else 0


@called
def _is_plural_of_abbreviation(word: Int, n: int) -> bool:
    if n < 3 or load_u8(word, n - 1) != _S or load_u8(word, n - 2) == _S:
        return False
    for i in range(n):
        if load_u8(word, i) == _APOSTROPHE:
            return False
    if _has_vowel(word, n - 2):
        return False
    before = load_u8(word, n - 2)
    return not _is_in(before, _VOWELS) or (n > 3 and _is_in(before, _VOWELS_OF_PLURALS))


@called
def _long_enough(word: Int, n: int) -> int:
    rest = n - 3 if _ends(word, n, _ING) else n - 2 if _ends(word, n, _ED) else n
    if rest < n and rest >= 3:
        return rest
    is_short = rest < n and rest == 2 and not _is_in(load_u8(word, 0), _VOWELS)
    if is_short and _is_in(load_u8(word, 1), _VOWELS):
        store_u8(word, 2, _E)
        return 3
    return n - 1 if n > 3 and load_u8(word, n - 1) == _S and load_u8(word, n - 2) != _S else n


@called
def _porter(word: Int, n: int) -> int:
    """Do what `english.stem` does with a word that is no special one."""
    if n <= 2:
        return n
    _mark_consonants(word, n)
    parts = _regions(word, n)
    if load_u8(word, n - 1) == _S or load_u8(word, n - 1) == _APOSTROPHE:
        parts = _step_0(word, parts)
    parts = _step_1a(word, parts)
    parts = _step_1b(word, parts)
    n = parts[0]
    is_y = n > 2 and load_u8(word, n - 1) | _SMALL == _Y
    if is_y and not _is_in(load_u8(word, n - 2), _VOWELS):
        store_u8(word, n - 1, _I)
    parts = _step(word, parts, _STEP_2)
    parts = _step(word, parts, _STEP_3)
    parts = _step(word, parts, _STEP_4)
    n = _step_5(word, parts)
    for i in range(n):
        if load_u8(word, i) == _CONSONANT_Y:
            store_u8(word, i, _Y)
    return n


@called
def _mark_consonants(word: Int, n: int) -> None:
    is_after_vowel = True
    for i in range(n):
        if load_u8(word, i) == _Y and is_after_vowel:
            store_u8(word, i, _CONSONANT_Y)
        is_after_vowel = _is_in(load_u8(word, i), _VOWELS)


@called
def _regions(word: Int, n: int) -> _Parts:
    first = 0
    for row in range(len(_LONG_STARTS)):
        length = _LONG_STARTS[row, 1]
        begin = np.int64(first_bytes(load_word(word, 0), length))
        if n >= length and begin == _LONG_STARTS[row, 0]:
            first = length
    if first == 0:
        first = _after_vowel_and_other(word, 0, n)
    return n, n - first, n - _after_vowel_and_other(word, first, n)


@called
def _after_vowel_and_other(word: Int, begin: int, n: int) -> int:
    """Return where a region begins, `n` where it is empty."""
    for i in range(begin + 1, n):
        if _is_in(load_u8(word, i - 1), _VOWELS) and not _is_in(load_u8(word, i), _VOWELS):
            return i + 1
    return n


@called
def _step_0(word: Int, parts: _Parts) -> _Parts:
    for row in range(len(_STEP_0)):
        if _has_ending(word, parts[0], _STEP_0, row):
            return _cut(parts, _STEP_0[row, 1])
    return parts


@called
def _step_1a(word: Int, parts: _Parts) -> _Parts:
    n = parts[0]
    if _ends(word, n, _SSES):
        return _cut(parts, 2)
    if _ends(word, n, _IED):
        return _cut(parts, 2 if n > 4 else 1)
    if n == 0 or load_u8(word, n - 1) != _S or _ends(word, n, _US):
        return parts
    return _cut(parts, 1) if _has_vowel(word, n - 2) else parts


@called
def _step_1b(word: Int, parts: _Parts) -> _Parts:
    n, r1, r2 = parts
    length = 0
    for row in range(len(_STEP_1B)):
        if length == 0 and _has_ending(word, n, _STEP_1B, row):
            length = _STEP_1B[row, 1]
    if _ends(word, n, _EED):
        if r1 < length:
            return parts
        cut = length - len("ee")
        return n - cut, r1 - cut, r2 - cut if r2 >= length else 0
    if length == 0 or not _has_vowel(word, n - length):
        return parts
    parts = _cut(parts, length)
    n, r1, r2 = parts
    if _ends(word, n, _AT):
        store_u8(word, n, _E)
        return n + 1, r1 + 1, r2 + 1 if n >= 5 or r1 >= 2 else r2
    if _ends(word, n, _DOUBLES):
        return _cut(parts, 1)
    if r1 == 0 and _is_short(word, n):
        store_u8(word, n, _E)
        return n + 1, r1, r2
    return parts


@called
def _is_short(word: Int, n: int) -> bool:
    if n < 2 or not _is_in(load_u8(word, n - 2), _VOWELS):
        return False
    if n == 2:
        return not _is_in(load_u8(word, n - 1), _VOWELS)
    return not _closes(load_u8(word, n - 1)) and not _is_in(load_u8(word, n - 3), _VOWELS)


@called
def _step(word: Int, parts: _Parts, table: _Ints) -> _Parts:
    n, r1, r2 = parts
    for row in range(len(table)):
        if not _has_ending(word, n, table, row):
            continue
        length, cut, added = table[row, 1], table[row, _CUT], table[row, _N_ADDED]
        if (r1 if table[row, _REGION] == 1 else r2) < length:
            break
        before = table[row, _BEFORE]
        if before and not _is_in(load_u8(word, n - length - 1), before):
            break
        for i in range(added):
            store_u8(word, n - cut + i, table[row, _ADDED] >> 8 * i & 0xFF)
        r2 = max(r2 - cut, 0) + added if r2 >= table[row, _LEAST] else table[row, _N_SHORT]
        return n - cut + added, r1 - cut + added, r2
    return parts


@called
def _step_5(word: Int, parts: _Parts) -> int:
    n, r1, r2 = parts
    last = load_u8(word, n - 1)
    if r2 and last == _L and load_u8(word, n - 2) == _L:
        return n - 1
    if r2 and last == _E:
        return n - 1
    if r1 == 0 or last != _E or n < 4:
        return n
    is_long = (
        _closes(load_u8(word, n - 2))
        or not _is_in(load_u8(word, n - 3), _VOWELS)
        or _is_in(load_u8(word, n - 4), _VOWELS)
    )
    return n - 1 if is_long else n


@called
def _copy(source: Int, n: int, target: Int) -> None:
    for i in range(n):
        store_u8(target, i, load_u8(source, i))


@called
def _cut(parts: _Parts, n: int) -> _Parts:
    return parts[0] - n, max(parts[1] - n, 0), max(parts[2] - n, 0)


@called
def _has_vowel(word: Int, n: int) -> bool:
    found = False
    for i in range(n):
        found |= _is_in(load_u8(word, i), _VOWELS)
    return found


@called
def _closes(letter: int) -> bool:
    """Whether a letter is a vowel, or a consonant that is never doubled."""
    return _is_in(letter, _VOWELS_W_X) or letter == _CONSONANT_Y


@called
def _is_in(letter: int, letters: int) -> bool:
    """Whether a byte is one of the small letters that bits stand for."""
    number = np.int64(letter) - _A
    return 0 <= number < 26 and letters >> number & 1 == 1


@called
def _ends(word: Int, n: int, endings: _Ints) -> bool:
    """Whether a word has one of some endings."""
    found = False
    for row in range(len(endings)):
        found |= _has_ending(word, n, endings, row)
    return found


@called
def _has_ending(word: Int, n: int, endings: _Ints, row: int) -> bool:
    last = np.int64(load_word(word, n - WORD_BYTES))
    return last >> 8 * (WORD_BYTES - endings[row, 1]) == endings[row, 0]
