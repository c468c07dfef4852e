"""The same words, forms and stems as Whoosh analyzers, so that stock Whoosh reads our indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Token, Tokenizer

from newsearch.analysis.stems import stemmer
from newsearch.analysis.tokens import forms, spans


class FormAnalyzer(Tokenizer):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh analyzer whose terms are word forms; filters may follow it with ``|``.

    Pickled into Whoosh's TOC, so it holds nothing but its options; equal by value.
    """

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.__class__, *sorted(self.__dict__.items())))

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        **options: Any,
    ) -> Iterator[Token]:
        """Yield one Whoosh token object over and over, changed for each word, as Whoosh wants.

        Parameters
        ----------
        value
            The text.
        positions, chars
            Whether tokens get ``pos``, and ``startchar`` and ``endchar``.
        keeporiginal
            Whether tokens get ``original``, the word as written.
        options
            Whoosh's others. ``start_pos`` and ``start_char`` are added to positions and
            characters; ``tokenize=False`` gives the whole text as one term; ``no_morph`` gives
            word forms. There are no stop words, so ``removestops`` changes nothing.
        """
        start_pos = options.pop("start_pos", 0)
        start_char = options.pop("start_char", 0)
        is_split = options.pop("tokenize", True)
        has_morph = not options.pop("no_morph", False)
        token = Token(positions, chars, **options)
        words = zip(spans(value), forms(value), strict=True)
        for number, ((start, end), form) in enumerate(
            words if is_split else [((0, len(value)), value)]
        ):
            token.text = self.term(form) if is_split and has_morph else form
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = start_pos + number
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token

    def term(self, form: str) -> str:
        """Return the term under which a word form is indexed."""
        return form


class NewsAnalyzer(FormAnalyzer):
    """Whoosh analyzer whose terms are stems.

    Parameters
    ----------
    language
        Code or name; see `newsearch.analysis.stems.language_name`.
    """

    is_morph = True

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def term(self, form: str) -> str:
        """Return the stem under which a word form is indexed."""
        return stemmer(self.language)(form)
