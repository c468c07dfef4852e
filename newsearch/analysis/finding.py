"""Where some word forms stand in a text, compiled. Importing this module imports Numba.

Equality with the reference: the kernel cuts words as `newsearch.analysis.fast` does, and a word
whose form its bytes do not tell is left to `newsearch.analysis.tokens.form`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis import form_kernels as kernels
from newsearch.analysis.fast import classes
from newsearch.analysis.normalising import NormalText, aligned
from newsearch.analysis.tokens import form

_MULTIPLIER = np.uint64(secrets.randbits(64) | 1)
_LEAST_BITS = 512
_BITS_PER_FORM = 32
"""Two bits are set for a form: less than one word in ten that is none passes for one."""


class FormFinder:
    """Finds some word forms in texts; safe in many threads.

    Parameters
    ----------
    forms
        Word forms, each once.
    clauses
        The part of the query that each of them matches, from 0; only `passage` asks for it.
    key_of
        Gives for a word that is not ASCII the form that it is looked for as.
    """

    def __init__(
        self,
        forms: Sequence[str],
        clauses: Sequence[int] = (),
        key_of: Callable[[str], str] = form,
    ) -> None:
        self._key_of = key_of
        self._forms = list(forms)
        self._clauses = clauses
        self._clause_of = np.array(clauses, np.int32)
        encoded = [form.encode("utf-8", "surrogatepass") for form in forms]
        n_forms = len(forms)
        n_bits = max(_LEAST_BITS, 1 << (_BITS_PER_FORM * n_forms).bit_length())
        self._arrays: kernels.Forms = (
            _padded(b"".join(encoded)),
            np.array([0, *accumulate(map(len, encoded))], np.int64),
            np.zeros(2 << (2 * n_forms + 1).bit_length(), np.uint64),
            np.zeros(n_bits >> 6, np.uint64),
            _MULTIPLIER,
        )
        kernels.fill(self._arrays)

    def find(self, text: str, encoded: bytes) -> list[tuple[int, int, int, str]]:
        """Find the forms in a text, ascending.

        Parameters
        ----------
        text, encoded
            The text and its UTF-8 (``surrogatepass``), less than 2 GiB.

        Returns
        -------
        list
            For each token with one of the forms: its number in the text, its first character, the
            one after its last, and the form.
        """
        source, data8 = NormalText(text), _padded(encoded)
        if not kernels.is_normal_text(data8, len(encoded), classes()):
            source = aligned(text)
            encoded = source.text.encode("utf-8", "surrogatepass")
            data8 = _padded(encoded)
        found = kernels.find_forms(data8, len(encoded), classes(), self._arrays)
        return [
            (token, *source.original(start, end), self._forms[number])
            for token, start, end, number in self._known(found, source.text)
        ]

    def passage(
        self, text: str, encoded: bytes, reach: tuple[int, int]
    ) -> tuple[int | None, list[tuple[int, int, int]]]:
        """Find the forms around the best passage of a text.

        Parameters
        ----------
        text, encoded
            As for `find`.
        reach
            Characters of a passage, and how far from the start of its first match others are
            given, at least as many.

        Returns
        -------
        best
            Which of the matches the best passage begins with; None where that is not known.
        matches
            Start and end of each in characters, and its clause; ascending. Those in reach, all
            where no best is known.
        """
        clauses = self._clauses
        best, found = kernels.find_passage(
            _padded(encoded), len(encoded), classes(), self._arrays, self._clause_of, reach
        )
        if best == kernels.UNLIKE_NORMAL:
            number_of = self._numbers
            tokens = self.find(text, encoded)
            return None, [(start, end, clauses[number_of[form]]) for _, start, end, form in tokens]
        if best >= 0:
            return best, [(start, end, clauses[form]) for _, start, end, form in found.tolist()]
        known = self._known(found, text)
        return None, [(start, end, clauses[form]) for _, start, end, form in known]

    def _known(self, found: NDArray[np.int32], text: str) -> Iterator[tuple[int, int, int, int]]:
        """Yield what was found, including forms that the kernel could not tell."""
        for token, start, end, told in found.tolist():
            number = told
            if told == kernels.UNKNOWN:
                number = self._numbers.get(self._key_of(text[start:end]), told)
            if number >= 0:
                yield token, start, end, number

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {form: number for number, form in enumerate(self._forms)}


def _padded(data: bytes) -> NDArray[np.uint64]:
    """Copy bytes as `newsearch.analysis.fast_kernels.padded` does, in less time for few bytes."""
    room = bytearray((len(data) | 7) + 9)
    room[: len(data)] = data
    return np.frombuffer(room, np.uint64)
