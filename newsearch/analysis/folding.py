"""Spelling as readers compare it: without case, accents, and the marks that writers may leave out.

What a mark is depends on the letter that bears it. Those who have no key for ``é`` write ``e``; but
the breve of ``й`` and the voicing mark of ``が`` make other letters. So a mark goes only where its
script may do without it: any on Latin and Greek letters; points and vowel signs of Hebrew and
Arabic; the stress of Cyrillic vowels, and the dots of ``ё``; the nukta of Devanagari. Digits of
every script are those of ASCII. One rule holds for every text, whatever its language.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from newsearch.patterns import lazy_pattern

# Letters that are accented to a reader and have no decomposition in Unicode; two forms of one.
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t",
        "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "e", "ς": "σ", "ё": "е",
        "\u0640": "",  # Arabic tatweel only stretches a word
        "\u0671": "\u0627",  # alef wasla
        "\u06a9": "\u0643", "\u06cc": "\u064a",  # kaf and yeh of Persian keyboards
        "\u0901": "\u0902",  # both say that a vowel of Devanagari is nasal
        "\u06c1": "\u0647", "\u06d5": "\u0647",  # heh of Urdu and Kurdish keyboards
    }
)  # fmt: skip

# Letters that stemmers tell apart, and many writers do not: teh marbuta, alef maksura.
_LOOSE_LETTERS = str.maketrans({"\u0629": "\u0647", "\u0649": "\u064a"})

# Zeros of the scripts that have digits of their own, in Unicode's order from Arabic on.
_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810),
)
_LETTERS |= {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}

_LATIN = "a-z\u00e0-\u02af\u1e00-\u1eff"
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
_MARKS = lazy_pattern(
    rf"(?<=[{_LATIN}{_GREEK}])[\u0300-\u036f]+"
    # Stress only: the breve and the double dots of Cyrillic make other letters.
    r"|(?<=[аеиоуыэюяєіѵ\u0308])[\u0300\u0301]"
    r"|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
    r"|[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
    r"|\u093c"
)
# Hindi writes a nasal before a consonant of its kind as a letter or as a dot on the one before.
_NASALS = lazy_pattern("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
_VIRAMA = "\u094d"
_MEMO_FORMS = 1 << 16


def fold(form: str) -> str:
    """Return the key under which the spelling of a word, its form or stem, is compared with others.

    The key is composed (NFC), and its own key. Marks alone stay, so that it is never empty.
    """
    return form if form.isascii() else unmarked(form).translate(_LOOSE_LETTERS)


@lru_cache(_MEMO_FORMS)
def unmarked(form: str) -> str:
    """Return a word form as `fold` does, but with all letters that a stemmer tells apart."""
    previous, text = "", form
    while text != previous:  # removing one mark can bring together what folds further
        previous = text
        decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
        bare = _MARKS.sub("", decomposed)
        if _VIRAMA in bare:
            bare = _NASALS.sub("\u0902", bare)
        text = unicodedata.normalize("NFC", bare)
    return text or form
