"""Where some word forms stand in a text, compiled. Importing this module imports Numba.

Equality with the reference: the kernel cuts words as `newsearch.analysis.fast` does, and a word
whose form its bytes do not tell is left to `key_of`.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis import form_kernels as kernels
from newsearch.analysis.acronyms import written_alike
from newsearch.analysis.fast import class_tables, classes
from newsearch.analysis.normalising import aligned
from newsearch.analysis.token_kernels import find, padded
from newsearch.analysis.tokens import counts_before as count_each
from newsearch.analysis.tokens import form
from newsearch.memo import Memo

_MULTIPLIER = secrets.randbits(64) | 1
_LEAST_BITS = 512
_BITS_PER_FORM = 32
"""Two bits are set for a form: less than one word in ten that is none passes for one."""

_MEMO_FORMS = 1 << 14


class FormFinder:
    """Finds some word forms, each given once, in texts; safe in many threads.

    `key_of` returns what a word is looked for as whose bytes do not tell its form.
    """

    def __init__(self, forms: Sequence[str], key_of: Callable[[str], str] = form) -> None:
        self._key_of = key_of
        self._forms = list(forms)
        # A form in capitals that is not looked for hides the small letters that are.
        hiding = set(chain.from_iterable(map(_CAPITALS.__getitem__, forms))).difference(forms)
        self._packed = _packed(list(map(_ENCODED.__getitem__, (*forms, *hiding))))
        kernels.fill(self._packed, len(forms))

    def find(self, text: str, encoded: bytes) -> list[tuple[int, int, int, str]]:
        """Find the forms in a text, ascending.

        `encoded`: its UTF-8 (``surrogatepass``), less than 2 GiB. Returns for each token with one
        of the forms: its number in the text, its first character, the one after its last, and the
        form.
        """
        forms = self._forms
        return [
            (token, start, end, forms[form])
            for token, start, end, form in self.rows(text, encoded).tolist()
        ]

    def rows(self, text: str, encoded: bytes) -> NDArray[np.int32]:
        """Do what `find` does, but tell forms by their number; a fresh array of four columns."""
        is_normal, is_known, found = kernels.find_if_normal(
            _padded(encoded), len(encoded), classes(), self._packed
        )
        if is_known:
            return found
        if is_normal:
            return _rows(self._known(found, text))
        source = aligned(text)
        encoded = source.text.encode("utf-8", "surrogatepass")
        found = kernels.find_forms(_padded(encoded), len(encoded), classes(), self._packed)
        return _rows(
            [token, *source.original(start, end), form]
            for token, start, end, form in self._known(found, source.text)
        )

    def _known(self, found: NDArray[np.int32], text: str) -> list[list[int]]:
        """Return the rows whose form is looked for, where the kernel could not tell that."""
        known: list[list[int]] = []
        for token, start, end, told in found.tolist():
            number = told
            if told == kernels.UNKNOWN:
                number = self._numbers.get(self._key_of(text[start:end]), told)
            if number >= 0:
                known.append([token, start, end, number])
        return known

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {form: number for number, form in enumerate(self._forms)}


def counts_before(text: str, cuts: Sequence[int]) -> list[int]:
    """Do what `tokens.counts_before` does, in a tenth of the time where the text is of ASCII."""
    source = aligned(text)
    if source.runs or not source.text.isascii():
        return count_each(text, cuts)
    data = source.text.encode()
    starts, ends = np.empty((2, len(data) // 2 + 1), np.int32)
    offsets = np.array([0, len(data)]), np.empty(2, np.int64)
    count = find(padded(data), offsets[0], class_tables(), starts, ends, offsets[1])
    counts: list[int] = np.searchsorted(starts[:count], cuts).tolist()
    return counts


def _encoded(form: str) -> bytes:
    return form.encode("utf-8", "surrogatepass")


def _capitals_of(form: str) -> tuple[str, ...]:
    return tuple(one for one in written_alike(form) if one != form)


_ENCODED, _CAPITALS = Memo(_encoded, _MEMO_FORMS), Memo(_capitals_of, _MEMO_FORMS)


def _packed(forms: Sequence[bytes]) -> kernels.PackedForms:
    """Lay forms out for `form_kernels.fill`."""
    joined = b"".join(forms)
    text = joined.ljust(_padded_size(len(joined)), b"\0")
    starts = array("q", accumulate(map(len, forms), initial=0)).tobytes()
    n_slots = 2 << (2 * len(forms) + 1).bit_length()
    n_bits = max(_LEAST_BITS, 1 << (_BITS_PER_FORM * len(forms)).bit_length())
    head = array("Q", (len(text) >> 3, len(starts) >> 3, n_slots, _MULTIPLIER)).tobytes()
    empty = bytes((n_slots << 3) + (n_bits >> 3))
    return np.frombuffer(bytearray().join((head, text, starts, empty)), np.uint64)


def _rows(rows: Iterable[Sequence[int]]) -> NDArray[np.int32]:
    return np.array(list(rows), np.int32).reshape(-1, 4)


def _padded(data: bytes) -> NDArray[np.uint64]:
    """Copy bytes as `newsearch.analysis.token_kernels.padded` does, in less time for few bytes."""
    room = bytearray(_padded_size(len(data)))
    room[: len(data)] = data
    return np.frombuffer(room, np.uint64)


def _padded_size(n_bytes: int) -> int:
    return (n_bytes | 7) + 9
