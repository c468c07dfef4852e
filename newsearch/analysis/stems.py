"""Stems of word forms: NLTK's Snowball by language, and what has to be done around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from newsearch.analysis.clitics import bare
from newsearch.analysis.folding import fold, unmarked
from newsearch.analysis.korean import korean_stem
from newsearch.languages import language_code
from newsearch.patterns import lazy_pattern

_NAMES = {
    "ar": "arabic", "da": "danish", "nl": "dutch", "en": "english", "fi": "finnish",
    "fr": "french", "de": "german", "hu": "hungarian", "it": "italian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "es": "spanish", "sv": "swedish",
}  # fmt: skip

LANGUAGES = tuple(_NAMES.values())
"""Languages with a stemmer: every one that NLTK's Snowball knows."""

MEMO_LIMIT = 100_000
"""Stems that one `Stemmer` remembers, about 15 MB."""

_GROUPED_NUMBER = lazy_pattern(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_DOTTED_NUMBER = lazy_pattern(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DOTTED = "ca da de el es hr id is it nl no pt ro sl sr tr vi"
_WITH_DOTTED = frozenset(_DOTTED.split())
"""Languages that write ``10.000`` for ten thousand."""
_NOT_STEMMED = lazy_pattern(r"[\d.&]")
_LATIN_LETTER = lazy_pattern("[a-z\u00df-\u024f]")


def language_name(code: str) -> str | None:
    """Return the English name of a language; None for one without a stemmer.

    `code`: as `newsearch.languages.language_code` takes it.
    """
    return _NAMES.get(language_code(code) or "")


class Stemmer:
    """Stems of one language, remembered.

    Safe for many threads: the memory holds answers that do not depend on who asks.

    `language`: code or name as for `language_name`. Words of an unknown language are not stemmed,
    only their spelling is folded.
    """

    def __init__(self, language: str) -> None:
        self._code = language_code(language) or ""
        self.language = _NAMES.get(self._code)
        self._memo: dict[str, str] = {}

    def __call__(self, form: str) -> str:
        """Return the stem of a word form; never empty, never an error."""
        stem = self._memo.get(form)
        if stem is None:
            stem = self.compute(form)
            if len(self._memo) >= MEMO_LIMIT:
                self._memo.clear()
            self._memo[form] = stem
        return stem

    def compute(self, form: str) -> str:
        """Return the stem of a word form that is asked for once: nothing is remembered."""
        form = form.lower()
        if not form.isascii():
            form = korean_stem(form)
        form = bare(form, self._code)
        if _NOT_STEMMED.search(form):
            if _GROUPED_NUMBER.fullmatch(form):
                form = form.replace(",", "")
            elif self._code in _WITH_DOTTED and _DOTTED_NUMBER.fullmatch(form):
                form = form.replace(".", "").replace(",", ".")
            return fold(form)
        if self.language:
            form = self._snowball(_unmarked(form)) or form
        return fold(form)

    def _snowball(self, form: str) -> str:
        try:
            return str(_snowball(self.language or "")(form))
        except (IndexError, KeyError, AttributeError, TypeError, ValueError):
            # Some of NLTK's stemmers index past the end of words no language has.
            return form


def _unmarked(form: str) -> str:
    """Take the marks that a stemmer would stumble over, such as stress, from all but Latin."""
    return form if _LATIN_LETTER.search(form) else unmarked(form)


@cache
def _snowball(language: str) -> Callable[[str], str]:
    if language == "english":
        from newsearch.analysis.inflections import english_stem

        return english_stem
    from newsearch.analysis.corrections import corrected
    from newsearch.analysis.snowball import snowball_stemmer

    return corrected(snowball_stemmer(language), language_code(language) or "")


@cache
def stemmer(language: str) -> Stemmer:
    """Return the process's stemmer for a code or name."""
    return Stemmer(language)


def stem(form: str, language: str) -> str:
    """Return the stem of a word form in a language (code or name).

    Thousands commas go from numbers (``1,000`` is ``1000``), stops in languages that write them so,
    what is no part of a word from words (see `newsearch.analysis.clitics`), particles from Korean
    ones in articles of any language.
    Forms with a digit, full stop or ``&`` otherwise stay, the rest goes through NLTK's Snowball,
    corrected by `newsearch.analysis.inflections` and `newsearch.analysis.corrections`; then the
    spelling is folded.
    """
    return stemmer(language)(form)
