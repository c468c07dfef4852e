"""Made-up words for frequency ranks, spelled with NumPy.

A rank becomes syllables, least significant first: one of 16 consonants, one of 4 vowels, perhaps a
closing consonant. A consonant before a vowel always opens a syllable, so two ranks never share a
spelling. A quarter of the ranks beyond the commonest are another rank's letters with an English
ending (s, ed, ing), so that stemmers have forms to merge. Common words are short, as in English,
and the commonest are English ones, so that a text is told to be in English as news is.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]
Letters = NDArray[np.uint8]

WORD_WIDTH = 15
"""Columns of a spelled word: four syllables of three letters, and an ending of three."""

_CONSONANTS = b"bdfghjkmnprstvwz"
_VOWELS = b"aeio"
_CODAS = b"nrlmnrlmnrlmnrlm"
_SYLLABLES = 128
# None is spelled as two syllables or more. They take the place of single syllables.
_COMMONEST = """
    the of and to in a that is for it as was with be on by not he at this are or his from but which
    an had they you their one all we can her has there been if when will would who so no out up
    into about than its do your only could them other then these may first new any my now such like
    our over me most after also did off must through back much way well down should because each
    just those people how too own good very year day us see between life being under last both know
    while against get state city two upon shall every once per until within without yet though
    since whether across toward among although during
"""
_ENDINGS = (b"s\0\0", b"ed\0", b"ing")
# Turns a syllable by the following ones: the ranks of one topic's words end alike, and without it
# they would all begin alike.
_TURN = 37
_FIRST_FAMILY = 512
_COMMON = 1 << 18


def _syllable(number: int) -> bytes:
    consonant = number & 15
    coda = _CODAS[consonant : consonant + 1] if number >> 6 else b"\0"
    return bytes((_CONSONANTS[consonant], _VOWELS[(number >> 4) & 3])) + coda


_SYLLABLE_TABLE: Letters = np.frombuffer(
    b"".join(_syllable(number) for number in range(_SYLLABLES)), np.uint8
).reshape(_SYLLABLES, 3)
_ENDING_TABLE: Letters = np.frombuffer(b"".join(_ENDINGS), np.uint8).reshape(3, 3)


def spell(ranks: Ranks) -> Letters:
    """Spell ranks from 0 to 10**8 as rows of letters, zero where there is none.

    Returns
    -------
    Letters
        Shape ``(len(ranks), WORD_WIDTH)``, a fresh array.
    """
    rows = _common_words().take(np.minimum(ranks, _COMMON - 1), axis=0)
    rare = np.flatnonzero(ranks >= _COMMON)
    rows[rare] = _spell_each(ranks[rare])
    return rows


def word(rank: int) -> str:
    """Spell one rank."""
    return bytes(letter for letter in spell(np.array([rank], np.int64))[0] if letter).decode()


@cache
def _common_words() -> Letters:
    rows = _spell_each(np.arange(_COMMON, dtype=np.int64))
    for row, known in zip(rows, _COMMONEST.split(), strict=False):
        row[:] = np.frombuffer(known.encode().ljust(WORD_WIDTH, b"\0"), np.uint8)
    return rows


def _spell_each(ranks: Ranks) -> Letters:
    rows = np.zeros((len(ranks), WORD_WIDTH), np.uint8)
    inflected = (ranks >= _FIRST_FAMILY) & (ranks % 4 == 3)
    family, ending = np.divmod(ranks // 4, 3)
    rest = np.where(inflected, family + _SYLLABLES, ranks)
    is_open = np.ones(len(ranks), np.bool_)
    for start in range(0, 12, 3):
        digit = (rest + rest // _SYLLABLES * _TURN) % _SYLLABLES
        rows[is_open, start : start + 3] = _SYLLABLE_TABLE[digit[is_open]]
        rest = rest // _SYLLABLES - 1
        is_open &= rest >= 0
        rest = np.maximum(rest, 0)
    rows[inflected, 12:] = _ENDING_TABLE[ending[inflected]]
    return rows
