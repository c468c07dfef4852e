"""Spelling as readers compare it: without case, accents, and the marks that writers may leave out.

What a mark is depends on the letter that bears it. Those who have no key for ``é`` write ``e``; but
the breve of ``й`` and the voicing mark of ``が`` make other letters. So a mark goes only where its
script may do without it: any on Latin and Greek letters; points and vowel signs of Hebrew and
Arabic; the stress of Cyrillic vowels, and the dots of ``ё``; the nukta of Devanagari. One rule
holds for every text, whatever its language.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that are accented to a reader and have no decomposition in Unicode; two forms of one.
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t",
        "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "e", "ς": "σ", "ё": "е",
        "\u0640": "",  # Arabic tatweel only stretches a word
        "\u0671": "\u0627",  # alef wasla
        "\u06a9": "\u0643", "\u06cc": "\u064a",  # kaf and yeh of Persian keyboards
    }
)  # fmt: skip

_LATIN = "a-z\u00e0-\u02af\u1e00-\u1eff"
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
_MARKS = re.compile(
    rf"(?<=[{_LATIN}{_GREEK}])[\u0300-\u036f]+"
    # Stress only: the breve and the double dots of Cyrillic make other letters.
    r"|(?<=[аеиоуыэюяєіѵ\u0308])[\u0300\u0301]"
    r"|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
    r"|[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
    r"|\u093c"
)
_MEMO_FORMS = 1 << 16


def fold(form: str) -> str:
    """Return the key under which the spelling of a word is compared with others.

    Parameters
    ----------
    form
        A word form or stem, see `newsearch.analysis.tokens.form`.

    Returns
    -------
    str
        Composed (NFC), and its own key. Marks alone stay, so that it is never empty.
    """
    return form if form.isascii() else _fold(form)


@lru_cache(_MEMO_FORMS)
def _fold(form: str) -> str:
    previous, text = "", form
    while text != previous:  # removing one mark can bring together what folds further
        previous = text
        decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
        text = unicodedata.normalize("NFC", _MARKS.sub("", decomposed))
    return text or form
