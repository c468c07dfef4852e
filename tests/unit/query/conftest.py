"""Analysers that the tests of the query language read with."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import partial

import pytest

from newsearch.memo import Memo
from newsearch.query import QueryAnalyser
from newsearch.query.nodes import Pattern
from newsearch.query.resolve import plain_word, quoted_word


class Analyser:
    """newsearch's own tokens, and stems that are plain to see."""

    def __init__(self, *stemmers: Callable[[str], str], known: Container[str] = ()) -> None:
        self._stemmers = stemmers
        self._known = known
        self.plain = Memo(partial(plain_word, analyser=self), limit=100)
        self.quoted = Memo(partial(quoted_word, analyser=self), limit=100)

    def terms_of(self, form: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stem(form) for stem in self._stemmers))

    def keys_of(self, form: str) -> tuple[str, ...]:
        return (form,)

    def inflections_of(self, form: str) -> tuple[str, ...]:
        return (form, f"{form}s")

    def has_word(self, form: str) -> bool:
        return form in self._known

    def terms_like(self, pattern: Pattern) -> tuple[str, ...]:
        return self.terms_of(pattern.text + "es")

    def typed_of(self, form: str) -> tuple[str, ...]:
        return (form,) if form.startswith("rare") else ()

    def is_function_word(self, form: str) -> bool:
        return form in ("of", "who")


def _without_plural(form: str) -> str:
    return form[:-1] if form.endswith("s") and len(form) > 3 else form


@pytest.fixture(scope="session")
def analyser() -> QueryAnalyser:
    """Every word is its own stem, so trees can be written and read again."""
    return Analyser(str)


@pytest.fixture(scope="session")
def stemming() -> QueryAnalyser:
    """``reports`` and ``report`` have one stem."""
    return Analyser(_without_plural)


@pytest.fixture(scope="session")
def bilingual() -> QueryAnalyser:
    """Two languages: one takes the plural off, one keeps three letters."""
    return Analyser(_without_plural, lambda form: form[:3])
