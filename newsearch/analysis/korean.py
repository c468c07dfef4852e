"""Korean nouns without what is written after them: ``서울에서``, *in Seoul*, is a form of ``서울``.

Korean writes particles right after a noun, several of them too: ``서울에서는``. A table takes them
away, the longest first, again and again, so that a noun that itself ends like a particle has one
stem with all of them: ``정상회의``, ``정상회의가``, ``정상회의에서``. Many particles have one form
after a consonant and one after a vowel, which tells most of them from the end of a noun: no ``을``
is taken from ``마을``, because it would be ``를``. A noun with *do*, *become*, *get* or *make*
after it, which is how most verbs are made, is a form of the noun: ``발표했다``, *announced*, of
``발표``.
"""

from __future__ import annotations

from functools import cache
from itertools import product

KOREAN = "ko"
"""The code of the language."""

_AFTER_ANY = """
    에 에게 에게서 에서 한테 한테서 께 께서 의 도 만 까지 부터 마저 조차 처럼 만큼 보다 밖에 들
    마다 뿐 에선 에겐 이다 이며 이지만 이라고 이라는 이라며 이었다 입니다
"""
_AFTER_CONSONANT = """
    이 을 은 과 으로 으로서 으로써 이나 이라 이라도 이란 이고 이랑 이었던 이었고 이었으며
"""
_AFTER_VOWEL = "가 를 는 와 로 로서 로써 라고 라는 라며 라도 랑 였다 였던 였고 였으며"
_AFTER_RIEUL = "로 로서 로써"

_VERBS = "하 되"
_VERB_ENDINGS = """
    다 는 고 며 여 면 지 기 게 던 도록 거나 려고 려는 면서 지만 는데 었다 였다 였으며 여야 어 어야
"""
_VERB_FORMS = """
    한 할 함 한다 한다고 한다며 한다는 합니다 하겠다
    해 해서 해야 했다 했고 했으며 했던 했지만 했는데 했다고 했다며 했습니다
    된 될 됨 된다 된다고 된다는 됩니다
    받다 받은 받는 받고 받았다 받았고 받았으며 당했다 당한 당하는 당해
    시켰다 시켰고 시켰다고 시킨 시키는 시켜
    돼 돼서 됐다 됐고 됐으며 됐던 됐지만 됐다고 됐습니다
"""

_SAFE = frozenset("을를은는이에")
"""Particles of one syllable that are taken from words of two: few nouns end in them."""

_NOUNS = """
    경기도 고속도로 고양이 구축함 길이 김정은 깊이 높이 놀이 먹이 수백만 수천만 아리랑 어린이 원숭이
    잠수함 젊은이 종이 호랑이
"""
_WHOLE = frozenset(_NOUNS.split())
"""Nouns that look like another one with a particle or an ending."""

_FIRST, _LAST = "가", "힣"
_N_CODAS = 28
_NONE, _RIEUL = 0, 8

_LONGEST = 4


def korean_stem(form: str) -> str:
    """Return a word form without the Korean particles and verb endings at its end.

    Other words stay as they are; of a word in other letters only the end goes: ``g20에서``.
    """
    while form not in _WHOLE and (length := _verb_length(form) or _particle_length(form)):
        form = form[:-length]
    return form


def takes_particles(form: str) -> bool:
    """Whether a word form ends in a syllable of Hangul, after which particles are written."""
    return _FIRST <= form[-1:] <= _LAST


def is_with_particles(form: str, word: str) -> bool:
    """Whether a form is a word and then particles, at least one; verbs are other words."""
    while len(form) > len(word) and (length := _particle_length(form)):
        form = form[:-length]
        if form == word:
            return True
    return False


def _particle_length(form: str) -> int:
    """Return how many syllables the last particle has; 0 where there is none."""
    for length in _lengths(form, least=1):
        rest, particle = form[:-length], form[-length:]
        codas = _codas_before().get(particle)
        is_likely = len(rest) > 1 or length > 1 or particle in _SAFE
        if codas and is_likely and (not takes_particles(rest) or _coda(rest[-1]) in codas):
            return length
    return 0


def _verb_length(form: str) -> int:
    return next((n for n in _lengths(form, least=2) if form[-n:] in _verb_parts()), 0)


def _coda(syllable: str) -> int:
    """Return the number, in Unicode's order, of the consonant that a syllable ends in."""
    return (ord(syllable) - ord(_FIRST)) % _N_CODAS


# Tables are made when the first Korean word comes: most indexes have none.
@cache
def _codas_before() -> dict[str, set[int]]:
    """Return the particles, each with the consonants that the syllable before may end in."""
    found: dict[str, set[int]] = {}
    for particles, codas in (
        (_AFTER_ANY, range(_N_CODAS)),
        (_AFTER_CONSONANT, range(1, _N_CODAS)),
        (_AFTER_VOWEL, [_NONE]),
        (_AFTER_RIEUL, [_RIEUL]),
    ):
        for particle in particles.split():
            found.setdefault(particle, set()).update(codas)
    return found


@cache
def _verb_parts() -> frozenset[str]:
    verbs = map("".join, product(_VERBS.split(), _VERB_ENDINGS.split()))
    return frozenset(_VERB_FORMS.split()).union(verbs)


def _lengths(form: str, least: int) -> range:
    """Return the lengths that an ending may have, the longest first."""
    longest = min(_LONGEST, len(form) - least) if takes_particles(form) else 0
    return range(longest, 0, -1)
