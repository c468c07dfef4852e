"""What is written at a word and is no part of it: ``Trump's``, ``l'Équipe``, ``Ankara'da``.

Apostrophes are made one before, see `newsearch.analysis.normalising`. In texts, what a clitic is
depends on the language; names in fields have none, so there it is one of any language.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache, lru_cache

from newsearch.analysis.acronyms import acronym_form
from newsearch.languages import language_code
from newsearch.patterns import lazy_pattern

_S = "'s"
_LEAST_LETTERS = 2
"""A letter alone, as in ``A's``, keeps what is written at it."""

_ELISIONS = {
    "ca": "l d m n s t",
    "fr": "l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    "it": (
        "l un d c m t s v n gl all agl dall dagl dell degl nell negl sull sugl coll pell"
        " quell quest bell sant tutt mezz"
    ),
}
_ELISION = lazy_pattern(
    rf"(?:{'|'.join(sorted({one for own in _ELISIONS.values() for one in own.split()}))})"
    r"'(?=[^\W\d_]{2})"
)
_POSSESSIVE = lazy_pattern(r"(?<=[^\W_])'s?\Z")
_POSSESSIVE_PATTERN = lazy_pattern(r"(?<=..)'[s?]?\*?\Z")
_SUFFIXED = frozenset({"tr"})
"""Languages that write an apostrophe between a name and its endings: ``Ankara'da``."""

_MEMO_WORDS = 1 << 12


def without_clitics(form: str) -> str:
    """Return a word form in small letters without elided words before it and ``'s`` after it.

    `form`: see `newsearch.analysis.tokens.form`; accents folded or not.
    """
    form = form.lower()
    if "'" not in form:
        return form
    elided = _ELISION.match(form)
    return _POSSESSIVE.sub("", form[elided.end() :] if elided else form)


def bare(form: str, language: str) -> str:
    """Return a word form, see `tokens.form`, without what is no part of the word.

    `language`: as `newsearch.languages.language_code` takes it.
    """
    if "'" in form:
        form = _without_clitics(form, language_code(language) or "")
    return form


def _without_clitics(form: str, language: str) -> str:
    if form.endswith(_S) and len(form) >= _LEAST_LETTERS + len(_S):
        form = form.removesuffix(_S)
    if language in _SUFFIXED:
        name = form.partition("'")[0]
        return name if len(name) >= _LEAST_LETTERS else form
    elided, _, rest = form.partition("'")
    return rest if len(rest) >= _LEAST_LETTERS and elided in _elisions(language) else form


def bare_spelling(word: str, language: str) -> str:
    """Return a word as it is spelt, capitals and accents too, without what is no part of it."""
    small = word.lower()
    own = bare(small, language)
    if own == small or len(small) != len(word):
        return word
    at = small.rfind(own)
    return word[at : at + len(own)]


def bare_patterns(text: str, language: str) -> set[str]:
    """Return what a word with wildcards is without what may be no part of the word.

    ``*`` and ``?`` stand for letters but for no apostrophe: ``kim'?`` is a word that ends,
    ``l'on*`` in French one that begins so. `language`: as for `bare`.
    """
    found = {text, _POSSESSIVE_PATTERN.sub("", text)}
    for one in tuple(found):
        elided, mark, rest = one.partition("'")
        if mark and language in _SUFFIXED and len(elided) >= _LEAST_LETTERS:
            found.add(elided)
        if len(rest) >= _LEAST_LETTERS and any(fnmatchcase(e, elided) for e in _elisions(language)):
            found.add(rest)
    return found - {text}


@cache
def _elisions(language: str) -> frozenset[str]:
    return frozenset(_ELISIONS.get(language, "").split())


@lru_cache(_MEMO_WORDS)
def written_forms(word: str, language: str) -> tuple[str, ...]:
    """Return ASCII word forms that are a bare word in a language, itself the first.

    Forms with other endings after an apostrophe are left out: there is no end to them.
    """
    spellings = [word]
    if len(word) >= _LEAST_LETTERS:
        elisions = sorted(_elisions(language_code(language) or ""))
        spellings += [f"{elided}'{word}" for elided in elisions]
        spellings += [spelling + _S for spelling in spellings]
    if word != word.lower():
        spellings = [one for one in spellings if acronym_form(one) == one]
    return tuple(
        spelling
        for spelling in dict.fromkeys(spellings)
        if spelling == word or bare(spelling, language) == word
    )
