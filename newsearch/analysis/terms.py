"""Terms and keys: what an inverted text is searched by, words in any form or in one.

Languages share letters but not stems: the French stem of *notre* is the English stem of *note*. So
the term of a word in any language but English ends in a mark and the language's code, or ``-`` for
a language that is not known.

Folding a word and stemming it do not commute: *garcía* and *garcia* have different Spanish stems.
So a lexicon has the *key* of each word form, by which spellings are compared, with its term.
"""

from __future__ import annotations

from functools import cache

from newsearch.analysis.clitics import bare
from newsearch.analysis.folding import fold
from newsearch.analysis.stems import stem
from newsearch.languages import language_code

LANGUAGE_MARK = "\x1f"
"""What stands between a stem and its language; no word has this character."""


@cache
def tag(language: str) -> str:
    """Return what ends the terms of a language: nothing for English.

    `language`: as `newsearch.languages.language_code` takes it.
    """
    code = language_code(language)
    return "" if code == "en" else f"{LANGUAGE_MARK}{code or '-'}"


def term(form: str, language: str) -> str:
    """Return the term under which a word form is searched in articles of a language."""
    return stem(form, language) + tag(language)


def key(form: str, language: str) -> str:
    """Return what the spelling of a word form is compared by in articles of a language.

    It is folded, and without clitics. The key of a key is itself.
    """
    return fold(bare(form, language))


def tag_of(term: str) -> str:
    """Return the end of a term that tells its language."""
    _, mark, code = term.partition(LANGUAGE_MARK)
    return mark + code


def language_of(term: str) -> str:
    """Return the code of a term's language."""
    return term.partition(LANGUAGE_MARK)[2] or "en"


def shown(term: str) -> str:
    """Return a term as users read it: ``marché`` in French is ``march/fr``."""
    return term.replace(LANGUAGE_MARK, "/")
