"""The tokens and forms of `newsearch.analysis.tokens`, compiled: bytes to numbers of word forms.

Importing this module imports Numba; only bulk loads and, for snippets, compiled searches do.

Equality with the reference: the kernel follows the same rule over the same character table, on the
UTF-8 of the text. Where a compiled look at an article finds what normalising may change, the
reference normalises it first. The form of a token depends on its surface only (its first 1,024
characters, in whatever case its ASCII letters are but for those that may be an acronym's), so each
distinct surface needs `form` once at most; small ASCII of up to 255 characters without an acronym's
full stops is its own form. ``tests/unit/analysis/test_fast.py`` compares both on any text.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis import characters, stem_kernels, surface_kernels, token_kernels
from newsearch.analysis.normalising import (
    OTHER_APOSTROPHES,
    SPELLING_SIGNS,
    WIDE_JOINERS,
    ZERO_WIDTH_SPACE,
    normal,
)
from newsearch.analysis.stems import Stemmer
from newsearch.analysis.terms import key, tag
from newsearch.analysis.tokens import form
from newsearch.languages import language_code

FormIds = NDArray[np.int32]
"""Numbers of word forms in a `Lexicon`."""

_FIRST_ROOM = 1 << 16
_DATA_LIMIT = (1 << 31) - 1
_FORMS_AT_ONCE = 1 << 16
_PAGES = 0x110000 >> 8
_CLASS_VALUES = (
    *((number, number) for number in characters.WORD_CLASSES),
    (characters.UNSTABLE, token_kernels.CHANGES),
    (characters.INVISIBLE, token_kernels.CHANGES),
    (characters.REORDERED, token_kernels.MOVES),
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The words of many articles.

    `form_ids`: form of each token, article after article. `token_offsets`: first token of each
    article, and the last's end; int64, shape (n_articles + 1,).
    """

    form_ids: FormIds
    token_offsets: NDArray[np.int64]


class Lexicon:
    """Word forms and their numbers, growing as articles are analysed.

    Numbers of forms are 0 <= n < `size` with gaps, in the order of first appearance. One thread at
    a time may use a lexicon; threads with lexicons of their own run at once, because the kernel
    releases the interpreter lock, and `translate` then joins their numbers.

    `room`: surfaces to make room for at first, a power of 2.
    """

    def __init__(self, room: int = _FIRST_ROOM) -> None:
        multiplier = np.uint64(secrets.randbits(64) | 1)
        self._words = _make_words(room, multiplier)
        # Form of each surface; a form is a surface too, whose form is itself.
        self._form_of = np.arange(room, dtype=np.int32)
        self._starts = self._ends = np.empty(0, dtype=np.int32)

    @property
    def size(self) -> int:
        """How many numbers are in use; every form's number is below."""
        return int(self._words.counters[surface_kernels.SURFACES])

    @property
    def nbytes(self) -> int:
        """Memory that the word forms take; not what is kept for the next call of `analyse`."""
        return sum(array.nbytes for array in (*self._words[:5], self._form_of))

    def analyse(self, data: bytes, offsets: NDArray[np.int64]) -> Analysis:
        """Return the word forms of articles, new ones numbered.

        Takes about 5 bytes of memory a byte of data, which the lexicon keeps for the next call:
        some megabytes at a time are best.

        `data`: UTF-8 of all articles, one after the other, less than 2 GiB; lone surrogates as
        ``surrogatepass`` writes them. Bytes that are no UTF-8 separate words. `offsets`: first byte
        of each article, and the last's end; ascending, shape (n_articles + 1,). Raises ValueError
        for offsets that descend or leave the data, and for too much data.
        """
        offsets = np.ascontiguousarray(offsets, dtype=np.int64)
        limit = min(len(data), _DATA_LIMIT)
        bounds = np.concatenate(([0], offsets, [limit]))
        if not offsets.size or np.any(np.diff(bounds) < 0):
            raise ValueError("the offsets of articles must ascend within data of less than 2 GiB")
        raw = token_kernels.padded(data)
        is_unlike = token_kernels.find_unlike_normal(raw, offsets, class_tables())
        if np.any(is_unlike):
            data, offsets = _normalised(data, offsets, is_unlike)
            raw = token_kernels.padded(data)
        self._make_room(int(offsets[-1] - offsets[0]) // 2 + offsets.size)
        token_offsets = np.empty(offsets.size, dtype=np.int64)
        count = token_kernels.find(
            raw, offsets, class_tables(), self._starts, self._ends, token_offsets
        )
        starts, ends = self._starts[:count], self._ends[:count]
        form_ids = self._number(raw, starts, ends)
        self._resolve()
        surface_kernels.replace(form_ids, self._form_of)
        return Analysis(form_ids, token_offsets)

    def _make_room(self, tokens: int) -> None:
        # Half a token a byte: two next to each other have three bytes at least together, because
        # one is of a script written without spaces. Fresh memory costs more than filling it, so it
        # is kept; what is not written to is not taken.
        if self._starts.size < tokens:
            self._starts = np.empty(tokens, dtype=np.int32)
            self._ends = np.empty(tokens, dtype=np.int32)

    def encoded_forms(self, form_ids: Iterable[int]) -> list[bytes]:
        """Return word forms as UTF-8."""
        numbers = np.fromiter(form_ids, dtype=np.int64)
        offsets, arena = self._words.offsets, self._words.arena.data
        found: list[bytes] = []
        for start in range(0, len(numbers), _FORMS_AT_ONCE):  # numbers of Python are large
            some = numbers[start : start + _FORMS_AT_ONCE]
            bounds = zip(offsets[some].tolist(), offsets[some + 1].tolist(), strict=True)
            found += [arena[begin:end].tobytes() for begin, end in bounds]
        return found

    def keys_of(self, form_ids: FormIds, language: str) -> FormIds:
        """Return the number of the key of each form; see `newsearch.analysis.terms.key`."""
        keys = form_ids.copy()
        changed = surface_kernels.find_changeable(form_ids, self._words)
        found = [key(form, language).encode() for form in self.forms(form_ids[changed])]
        keys[changed] = self.intern(found)
        return keys

    def forms(self, form_ids: Iterable[int]) -> list[str]:
        """Return word forms as strings."""
        return [encoded.decode("utf-8") for encoded in self.encoded_forms(form_ids)]

    def stems_of(self, form_ids: FormIds) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the English stems of forms, as `stem_kernels.stems` does."""
        offsets = self._words.offsets
        return stem_kernels.stems(self._words.arena, offsets[form_ids], offsets[form_ids + 1])

    def intern(self, encoded: list[bytes]) -> FormIds:
        """Return the numbers of forms; new ones are numbered."""
        data, offsets = joined(encoded)
        return self.intern_text(token_kernels.padded(data), offsets[:-1], offsets[1:])

    def intern_text(
        self, data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> FormIds:
        """Do what `intern` does with forms in one array, which is `padded`."""
        numbers = self._number(data, starts.astype(np.int32), ends.astype(np.int32))
        # What was given are forms, and the form of a form is itself.
        self._words.counters[surface_kernels.UNRESOLVED] = 0
        return np.take(self._form_of, numbers)

    def _number(
        self, data: NDArray[np.uint8], starts: NDArray[np.int32], ends: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        numbers = np.empty(starts.size, dtype=np.int32)
        status, done = surface_kernels.number(data, starts, ends, self._words, numbers, 0)
        while status != surface_kernels.DONE:
            self._grow(status)
            status, done = surface_kernels.number(data, starts, ends, self._words, numbers, done)
        return numbers

    def _grow(self, status: int) -> None:
        if status == surface_kernels.TABLE_FULL:
            self._grow_table()
        else:
            arena = token_kernels.padded(self._words.arena.tobytes() * 2)
            self._words = self._words._replace(arena=arena)

    def _grow_table(self) -> None:
        words = self._words
        room = 2 * (words.offsets.size - 1)
        self._words = _make_words(room, words.multiplier)._replace(
            arena=words.arena,
            offsets=longer(words.offsets, room + 1),
            unresolved=longer(words.unresolved, room),
            counters=words.counters,
        )
        surface_kernels.rehash(self._words)
        self._form_of = np.concatenate(
            (self._form_of, np.arange(self._form_of.size, room, dtype=np.int32))
        )

    def _resolve(self) -> None:
        """Find the forms of new surfaces that the kernel could not tell."""
        counters = self._words.counters
        surfaces = self._words.unresolved[: counters[surface_kernels.UNRESOLVED]].copy()
        counters[surface_kernels.UNRESOLVED] = 0
        if not surfaces.size:
            return
        encoded = self.encoded_forms(surfaces)
        forms = [form(surface.decode("utf-8")).encode() for surface in encoded]
        differs = np.array([new != old for new, old in zip(forms, encoded, strict=True)])
        changed = [new for new, is_new in zip(forms, differs, strict=True) if is_new]
        numbers = self.intern(changed)
        self._form_of[surfaces[differs]] = numbers


class Terms:
    """Numbers of the terms of forms of a lexicon, in the order of first appearance.

    `lexicon`: the forms; what is known of them is not remembered here.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._table = Lexicon()

    def __len__(self) -> int:
        return self._table.size

    @property
    def nbytes(self) -> int:
        """Memory that the terms take."""
        return self._table.nbytes

    def encoded(self, numbers: Iterable[int]) -> list[bytes]:
        """Return terms as UTF-8."""
        return self._table.encoded_forms(numbers)

    def of(self, form_ids: FormIds, language: str) -> NDArray[np.int32]:
        """Return the number of the term of each form; each is stemmed.

        `language`: code or name; see `stems.language_name`.
        """
        numbers = np.empty(len(form_ids), np.int32)
        is_left = np.ones(len(form_ids), np.bool_)
        if language_code(language) == "en":
            stems, bounds = self._lexicon.stems_of(form_ids)
            starts, ends = bounds[:-1], bounds[1:]
            is_left = starts == ends
            found = ~is_left
            numbers[found] = self._table.intern_text(stems, starts[found], ends[found])
        stem, end = Stemmer(language).compute, tag(language)
        terms = [stem(form) + end for form in self._lexicon.forms(form_ids[is_left])]
        numbers[is_left] = self._table.intern([term.encode() for term in terms])
        return numbers


@cache
def classes() -> NDArray[np.uint8]:
    """Return the arrays of `token_kernels.Classes`, in its order, one after the other."""
    return np.concatenate(class_tables())


def longer(array: NDArray[Any], length: int, fill: int = 0) -> NDArray[Any]:
    """Copy an array to the beginning of a longer one, the rest filled with a value."""
    copy = np.full(length, fill, dtype=array.dtype)
    copy[: array.size] = array
    return copy


def _make_words(room: int, multiplier: np.uint64) -> surface_kernels.Words:
    # Twice as many slots as surfaces keep linear probes at 1.5 slots on average.
    slots = 2 * room
    return surface_kernels.Words(
        table=np.zeros(2 * slots, dtype=np.uint64),
        arena=token_kernels.padded(bytes(max(room * 8, 2 * surface_kernels.SURFACE_BYTES_LIMIT))),
        offsets=np.zeros(room + 1, dtype=np.int64),
        unresolved=np.empty(room, dtype=np.int32),
        counters=np.zeros(3, dtype=np.int64),
        multiplier=multiplier,
        shift=np.uint64(64 - (slots.bit_length() - 1)),
    )


def _normalised(
    data: bytes, offsets: NDArray[np.int64], is_unlike: NDArray[np.bool_]
) -> tuple[bytes, NDArray[np.int64]]:
    """Bring some of the articles to normal text; bytes that are no UTF-8 separate words in it."""
    ends = offsets.tolist()
    encoded = [data[start:end] for start, end in pairwise(ends)]
    for number in np.flatnonzero(is_unlike).tolist():
        text = normal(encoded[number].decode("utf-8", "replace"))
        encoded[number] = text.encode()
    return joined(encoded)


def joined(texts: Sequence[bytes]) -> tuple[bytes, NDArray[np.int64]]:
    """Join texts; also return where each begins and the last ends."""
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=offsets[1:])
    return b"".join(texts), offsets


@cache
def class_tables() -> token_kernels.Classes:
    """Return the classes of all characters."""
    classes = np.zeros(0x110000, dtype=np.uint8)
    for number, value in _CLASS_VALUES:
        for first, last in characters.ranges(number):
            classes[first : last + 1] |= value
    for char in ZERO_WIDTH_SPACE + OTHER_APOSTROPHES + WIDE_JOINERS + SPELLING_SIGNS:
        is_separator = (
            characters.class_of(char) == characters.SEPARATOR and char != ZERO_WIDTH_SPACE
        )
        change = token_kernels.JOINS if is_separator else token_kernels.CHANGES
        classes[ord(char)] = (classes[ord(char)] & token_kernels.CLASS_BITS) | change
    by_page = [page.tobytes() for page in classes.reshape(_PAGES, 256)]
    numbers = {page: number for number, page in enumerate(dict.fromkeys(by_page))}
    return token_kernels.Classes(
        ascii=classes[:128] & np.uint8(token_kernels.CLASS_BITS),
        pages=np.array([numbers[page] for page in by_page], dtype=np.uint8),
        of_page=np.frombuffer(b"".join(numbers), dtype=np.uint8).copy(),
    )
