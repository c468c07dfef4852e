"""The same words, forms and stems as Whoosh analyzers, so that stock Whoosh reads our indexes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from whoosh.analysis import Token, Tokenizer

from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms, spans


class FormAnalyzer(Tokenizer):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh analyzer whose terms are keys of word forms; filters may follow it with ``|``.

    Pickled into Whoosh's TOC, so it holds nothing but its options; equal by value.

    `language`: as `newsearch.languages.language_code` takes it.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language

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

        With `positions` tokens get ``pos``, with `chars` ``startchar`` and ``endchar``, with
        `keeporiginal` ``original``, the word as written. Of Whoosh's other options, ``start_pos``
        and ``start_char`` are added to positions and characters; ``tokenize=False`` gives the whole
        text as one term; ``no_morph`` gives word forms. There are no stop words, so ``removestops``
        changes nothing.
        """
        start_pos = options.pop("start_pos", 0)
        start_char = options.pop("start_char", 0)
        is_split = options.pop("tokenize", True)
        has_morph = not options.pop("no_morph", False)
        token = Token(positions, chars, **options)
        text_of = self.term if has_morph else partial(key, language=self.language)
        whole = [((0, len(value)), value)]
        words = zip(spans(value), forms(value), strict=True) if is_split else whole
        for number, ((start, end), form) in enumerate(words):
            token.text = text_of(form) if is_split else form
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
        return key(form, self.language)


class NewsAnalyzer(FormAnalyzer):
    """Whoosh analyzer whose terms are those of `newsearch.analysis.terms`."""

    is_morph = True

    def term(self, form: str) -> str:
        """Return the term under which a word form is indexed."""
        return term(form, self.language)
