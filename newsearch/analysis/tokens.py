"""What a word is: the reference tokeniser, by one regular expression.

Words are cut from normal text, see `newsearch.analysis.normalising`; where they stand is told in
characters of the text as it was given.

The pattern is for NLTK's ``RegexpTokenizer``; it is run here with the same semantics (successive
leftmost matches) and without NLTK, whose import costs more than most indexing jobs.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise

from newsearch.analysis import characters
from newsearch.analysis.acronyms import acronym_form, without_stops
from newsearch.analysis.normalising import TYPESET_APOSTROPHES, aligned, normal
from newsearch.patterns import lazy_pattern

FORM_LENGTH_LIMIT = 255
"""Characters that a word form keeps; longer words are one word when these agree."""

SURFACE_LENGTH_LIMIT = 1024
"""Characters of a token that its form depends on.

Python's normalisation takes quadratic time on long runs of combining marks.
"""

_JOINERS = "'" + TYPESET_APOSTROPHES
_APOSTROPHES = str.maketrans(dict.fromkeys(TYPESET_APOSTROPHES, "'"))

_AFTER_FFFF = lazy_pattern("[\U00010000-\U0010ffff]")

_DOTTED = r"[{L}]{M}*+(?:\.[{L}]{M}*+(?![{L}{N}{D}]))++"
_ELIDED = r"(?:[A-Za-z]|[Qq][Uu]|[A-Za-z]{{1,3}}[Ll]{{2}})[{J}]"
_POSSESSIVE = r"(?:\.?[{J}][sS](?![{L}{N}{D}{m}]))?+"
_ACRONYM = f"{_ELIDED}{_DOTTED}|{_DOTTED}{_POSSESSIVE}"
_WORD = (
    r"(?:[{L}][{L}{m}]*+(?:[{J}&](?=[{L}]))?+|[{D}][{D}{m}]*+(?:[.,](?=[{D}]))?+|[{N}][{N}{m}]*+)++"
)
_SPACELESS = r"[{S}]{M}*+"


@cache
def pattern(last: int = sys.maxunicode) -> str:
    """Return the regular expression whose successive matches are the tokens.

    - a letter of a script written without spaces, with its marks;
    - a dotted acronym of single letters, without its last full stop (``U.S``) but where ``'s``
      follows (``U.S.'s``); before another a word may be elided, one of a letter, ``qu`` or one
      that ends in ``ll`` (``l'O.N.U``);
    - else letters, digits, numbers and marks, joined by an apostrophe or ``&`` between letters
      and by a full stop or comma between digits (``O'Brien``, ``AT&T``, ``1,000.5``).

    Every quantifier is possessive: no backtracking, so linear time. Characters after the code
    point `last` are left out, for texts that have none.
    """
    marks = characters.regex_set(characters.MARK, last=last)
    return "|".join((_ACRONYM, _WORD, _SPACELESS)).format(
        L=characters.regex_set(characters.LETTER, last=last),
        N=characters.regex_set(characters.NUMBER, last=last),
        D=characters.regex_set(characters.DIGIT, last=last),
        S=characters.regex_set(characters.SPACELESS, last=last),
        M=f"[{marks}]",
        m=marks,
        J=_JOINERS,
    )


def _compiled_for(text: str) -> re.Pattern[str]:
    """Choose the fastest expression that gives the tokens of `pattern` on this text.

    `re` looks through the many ranges after U+FFFF one by one wherever a word ends, which makes
    the whole pattern ten times slower than one without them.
    """
    if text.isascii():
        return _compiled(0x7F)
    if any(characters.class_of(char) for char in set(_AFTER_FFFF.findall(text))):
        return _compiled(sys.maxunicode)
    return _compiled(0xFFFF)


@cache
def _compiled(last: int) -> re.Pattern[str]:
    return re.compile(pattern(last))


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a normal text, ascending."""
    return _compiled_for(text).finditer(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Return the characters that each token spans: (start, end), end excluded.

    They ascend, and overlap only where one character stands for several words (``㍿``).
    """
    source = aligned(text)
    if not source.runs:
        return [match.span() for match in tokens(text)]
    return [source.original(*match.span()) for match in tokens(source.text)]


def counts_before(text: str, cuts: Sequence[int]) -> list[int]:
    """Return how many tokens of a text begin before each of some characters, which ascend."""
    source = aligned(text)
    # No token holds white space: after it they are the same from there on.
    if source.runs or not all(text[cut - 1].isspace() for cut in cuts if cut):
        starts = [start for start, _ in spans(text)]
        return [bisect_left(starts, cut) for cut in cuts]
    find = _compiled_for(text).findall
    return list(accumulate(len(find(source.text, *ends)) for ends in pairwise((0, *cuts))))


def iter_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the characters that each token of a part of a text spans, as if it were all of it."""
    for first, last in spans(text[start:end]):
        yield start + first, start + last


def forms(text: str) -> list[str]:
    """Return the word forms of a text in order."""
    return list(map(form, words(text)))


def words(text: str) -> list[str]:
    """Return the tokens of a text in order, as its normal text has them."""
    text = normal(text)
    return _compiled_for(text).findall(text)


def spelling(word: str) -> str:
    """Return a token of normal text with its capitals and accents, else as `form` has it."""
    word = word[:SURFACE_LENGTH_LIMIT]
    text = without_stops(word) if "." in word else word
    return unicodedata.normalize("NFC", text.translate(_APOSTROPHES))[:FORM_LENGTH_LIMIT]


def form(word: str) -> str:
    """Return the word form under which a token of normal text is indexed and found in quotes.

    In lower case but for some acronyms, see `newsearch.analysis.acronyms`; without an acronym's
    full stops; apostrophes ``'``; cut at `FORM_LENGTH_LIMIT` characters. The form of a form is
    itself.
    """
    if "." in word:
        word = without_stops(word[:SURFACE_LENGTH_LIMIT])
    if word[1:2].isupper() and (capitals := acronym_form(word)):
        return capitals
    if word.isascii():
        return word[:FORM_LENGTH_LIMIT].lower()
    text = word[:SURFACE_LENGTH_LIMIT].translate(_APOSTROPHES).lower()
    # Lower case can undo a composition: J with caron has no capital of its own.
    return unicodedata.normalize("NFC", text)[:FORM_LENGTH_LIMIT]
