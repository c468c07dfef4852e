"""The words of a text one by one, made of the functions that the package splits texts with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsearch.analysis import tokens


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as written, the characters it spans, its number, and its word form."""

    text: str
    start: int
    end: int
    position: int
    form: str


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text."""
    words = zip(tokens.spans(text), tokens.forms(text), strict=True)
    for position, ((start, end), form) in enumerate(words):
        yield Word(text[start:end], start, end, position, form)
