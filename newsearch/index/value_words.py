"""The words of a column's values, put together once so that a word of a filter is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.clitics import without_clitics
from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import FORM_LENGTH_LIMIT, forms
from newsearch.codec.strings import text_of
from newsearch.fields import FIELD
from newsearch.keys import is_negative
from newsearch.patterns import lazy_pattern

# What most names are: their words are their letters, in a quarter of the time of the tokeniser.
_WORD = rb"[A-Za-z](?:(?:[a-z]|'[A-Za-z])[A-Za-z]*|\.(?= ))?"
_PLAIN = lazy_pattern(rb"%b(?:[ -]%b)*" % (_WORD, _WORD))
_SMALL = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ-", b"abcdefghijklmnopqrstuvwxyz ")


class ValueWords:
    """The word forms of each value, folded and in small letters.

    Kept as one text, a line a value; 100,000 names take 2 MB.

    Parameters
    ----------
    values
        In order of their codes.
    field
        The field, or a key of users' own: there a negative number is a word with its sign.
    """

    def __init__(self, values: Iterable[bytes], field: str) -> None:
        lines = _words_of_name if field in FIELD else _words_of_key
        self._text = b"".join(b" %b \n" % lines(value) for value in values)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the words of each value, ``'s`` and the like with them."""
        for line in _decoded(self._text).split("\n")[:-1]:
            yield line.split()

    def codes_with(self, spellings: Iterable[Sequence[str]]) -> NDArray[np.int64]:
        """Return the codes of the values with any of some rows of words, side by side.

        `spellings`: folded and without clitics.
        """
        found: list[int] = []
        for words in spellings:
            wanted = _encoded(f" {' '.join(words)} ")
            place = self._bare.find(wanted)
            while place >= 0:
                found.append(place)
                place = self._bare.find(wanted, place + 1)
        codes = np.searchsorted(self._line_ends, np.array(found, np.int64)).tolist()
        # np.unique would load numpy.ma, see `newsearch.search.run.ascending`.
        return np.array(sorted(set(codes)), np.int64)

    @cached_property
    def _bare(self) -> bytes:
        """The text without clitics."""
        if b"'" not in self._text:
            return self._text
        words = _decoded(self._text).split(" ")
        return _encoded(
            " ".join(word if "'" not in word else without_clitics(word) for word in words)
        )

    @cached_property
    def _line_ends(self) -> NDArray[np.int64]:
        return np.flatnonzero(np.frombuffer(self._bare, np.uint8) == ord("\n"))


def _words_of_name(value: bytes) -> bytes:
    if len(value) <= FORM_LENGTH_LIMIT and _PLAIN.fullmatch(value):
        return value.translate(_SMALL, b".")
    return _encoded(" ".join([fold(form).lower() for form in forms(_decoded(value))]))


def _words_of_key(value: bytes) -> bytes:
    return value if is_negative(_decoded(value)) else _words_of_name(value)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(text: bytes) -> str:
    return text_of(text)
