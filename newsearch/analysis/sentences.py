"""Where a sentence begins: Kiss and Strunk's Punkt with parameters shipped beside this module.

Kiss and Strunk, Unsupervised Multilingual Sentence Boundary Detection, Computational Linguistics
32 (2006). The decisions are those of NLTK's ``PunktSentenceTokenizer`` with the same parameters
(section numbers below are the paper's), without NLTK, which takes a second to import.
``benchmarks/train_punkt.py`` makes the parameters. We add what Punkt lacks: paragraphs, and the
full stops of Chinese and Japanese.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from newsearch.analysis.stems import language_name
from newsearch.patterns import lazy_pattern

WRAPPED_LINE_LIMIT = 120
"""Characters of the longest line of a hard-wrapped text."""

_MEMO_CONTEXTS = 4096
"""A third of 900 in news were there before; one takes 150 bytes and 6 us."""
_MEMO_CHARS = 60

_FALLBACK_LANGUAGE = "english"

_UPPER_INSIDE = 1 << 2
_UPPER = (1 << 1) | (1 << 2) | (1 << 3)
_LOWER_FIRST = 1 << 4
_LOWER = (1 << 4) | (1 << 5) | (1 << 6)

_SPACES = frozenset(" \t\n\r\x0b\x0c")
_NON_WORD = r"(?:[)\";}\]*:@'({\[‘’“”«»?!])"
_MULTI_CHAR = r"(?:-{2,}|\.{2,}|(?:\.\s){2,}\.)"
_WORD = lazy_pattern(
    rf"{_MULTI_CHAR}"
    rf"|[^\s(\"`{{\[:;&#*@)}}\]\-,]\S*?(?=\s|$|{_NON_WORD}|{_MULTI_CHAR}"
    rf"|,(?=$|\s|{_NON_WORD}|{_MULTI_CHAR}))"
    r"|\S"
)
_AFTER_STOP = lazy_pattern(rf"{_NON_WORD}|\s+(?P<next>\S+)")
BEHIND_STOP = frozenset(")\";}]*:@'({[‘’“”«»?!")
"""Characters before which a full stop, question or exclamation mark may end a sentence, as before
white space."""
_STOP = lazy_pattern(rf"[.?!](?={_NON_WORD}|\s+\S)")
CLOSERS = frozenset("\"')]}‘’“”«»")
"""Quotes and brackets that belong to the sentence before them, where white space follows."""
_CLOSING = lazy_pattern(r"[\"')\]}‘’“”«»]+?(?:\s+|(?=--)|$)", re.MULTILINE)
_NUMERIC = lazy_pattern(r"^-?[.,]?\d[\d,.\-]*\.?$")
_ELLIPSIS = lazy_pattern(r"\.\.+$")
_INITIAL = lazy_pattern(r"[^\W\d]\.$")

_IDEOGRAPHIC_STOP = r"|[。！？｡]+[」』）】》〉”’\")\]]*"
_EMPTY_LINE = r"\n[^\S\n]*\n|\u2029"
_LINE_END = r"[\n\u2029]"


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What Punkt learns from texts of one language. All words are in lower case.

    Each is loaded once, and equal to itself only. `abbreviations`: words that end in a full stop of
    their own, without it. `collocations`: pairs of the word before and the word after a full stop
    that ends no sentence; `before_collocations` are the first of these. `sentence_starters`: words
    that, with a capital, begin a sentence even after an abbreviation. `contexts`: word -> where it
    was seen with a capital and without, NLTK's bits of ``ortho_context``.
    """

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    sentence_starters: frozenset[str]
    contexts: dict[str, int]
    before_collocations: frozenset[str]

    def never_abbreviated(self, word: str) -> bool:
        """Whether a full stop after the word ends a sentence, whatever follows.

        Equal to the full decision for a word of two or more letters and nothing else: it is then
        neither initial, number nor ellipsis, so that only a collocation could deny the end.
        """
        if len(word) < 2 or not word.isalpha():
            return False
        word = word.lower()
        return word not in self.abbreviations and word not in self.before_collocations


class _Word(NamedTuple):
    """One of Punkt's words after the first pass: decided by the word alone (section 3)."""

    text: str
    kind: str
    ends_sentence: bool
    is_exempt: bool

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 2 and _INITIAL.match(self.text) is not None

    @property
    def bare_kind(self) -> str:
        return self.kind[:-1] if len(self.kind) > 1 and self.kind[-1] == "." else self.kind

    @property
    def next_kind(self) -> str:
        return self.bare_kind if self.ends_sentence else self.kind


@cache
def parameters(language: str) -> Parameters:
    """Load the parameters of a language (code or name); English for those that have none."""
    name = language_name(language)
    return _load(name if name and _path(name).exists() else _FALLBACK_LANGUAGE)


def _path(name: str) -> Path:
    return Path(__file__).with_name("punkt") / f"{name}.json"


@cache
def _load(name: str) -> Parameters:
    values = json.loads(_path(name).read_text(encoding="utf-8"))
    pairs = [pair.split(" ") for pair in values["collocations"]]
    contexts: dict[str, int] = {}
    for flags, words in values["contexts"].items():
        contexts |= dict.fromkeys(words.split(), int(flags))
    return Parameters(
        abbreviations=frozenset(values["abbreviations"]),
        collocations=frozenset((first, second) for first, second in pairs),
        before_collocations=frozenset(first for first, _ in pairs),
        sentence_starters=frozenset(values["sentence_starters"]),
        contexts=contexts,
    )


def sentence_starts(text: str, language: str = "en") -> list[int]:
    """Return where each sentence of a text begins, in characters, ascending; in linear time.

    Sentences do not begin with white space; a text of white space has none. Empty lines end
    paragraphs and so sentences; so does every line feed of a text that is not hard-wrapped, that is
    one with a line longer than `WRAPPED_LINE_LIMIT`. `language`: code or name; one without
    parameters of its own is read with those of English.
    """
    known = parameters(language)
    starts: list[int] = []
    for start, end in _blocks(text, with_stops=True):
        starts += _starts_in_block(text, start, end, known)
    return starts


def paragraph_starts(text: str) -> list[int]:
    """Return where each paragraph of a text begins, as `sentence_starts` cuts it, ascending."""
    return [start for start, _ in _blocks(text, with_stops=False)]


def _blocks(text: str, *, with_stops: bool) -> list[tuple[int, int]]:
    """Return (start, end) of the parts of a text that no sentence spans, without outer space.

    `with_stops`: the full stops of Chinese and Japanese end them too, not only paragraphs.
    """
    is_ascii = text.isascii()
    lines = text.split("\n")
    is_wrapped = max(map(len, lines)) <= WRAPPED_LINE_LIMIT
    if is_ascii and (len(lines) == 1 or not is_wrapped):
        return _without_outer_space(lines, 1)
    ends = [
        match.end()
        for match in _break_pattern(is_wrapped, is_ascii or not with_stops).finditer(text)
    ]
    return _without_outer_space([text[s:e] for s, e in pairwise([0, *ends, len(text)])], 0)


def _without_outer_space(parts: list[str], gap: int) -> list[tuple[int, int]]:
    """Return (start, end) of what parts hold that stand in a row, so many characters apart."""
    blocks: list[tuple[int, int]] = []
    start = 0
    for part in parts:
        bare = part.strip()
        if bare:
            begin = start if len(bare) == len(part) else start + len(part) - len(part.lstrip())
            blocks.append((begin, begin + len(bare)))
        start += len(part) + gap
    return blocks


@cache
def _break_pattern(is_wrapped: bool, is_ascii: bool) -> re.Pattern[str]:
    paragraph = _EMPTY_LINE if is_wrapped else _LINE_END
    return re.compile(paragraph if is_ascii else paragraph + _IDEOGRAPHIC_STOP)


def _starts_in_block(text: str, start: int, end: int, known: Parameters) -> list[int]:
    """Return where sentences begin, after closing quotes and brackets joined the one before."""
    stops = _stops(text, start, end)
    if not stops:
        return [start]
    breaks = _breaks(text, (start, end), stops, known)
    starts: list[int] = []
    begins = start
    for number, (stop, following) in enumerate(breaks, 1):
        closing = None
        if text[following] in CLOSERS:
            until = breaks[number][0] if number < len(breaks) else end
            closing = _CLOSING.match(text, following, until)
        if closing or begins < stop:
            starts.append(begins)
        begins = closing.end() if closing else following
    if begins < end:
        starts.append(begins)
    return starts


def _breaks(
    text: str, block: tuple[int, int], stops: list[int], known: Parameters
) -> list[tuple[int, int]]:
    """Return where each sentence of a block but the last ends, and where what follows begins.

    Of several possible ends in one word, such as ``?!``, only the last counts.
    """
    start, end = block
    ends: list[tuple[int, int]] = []
    word_start = word_end = start
    for stop in stops:
        space = text.rfind(" ", word_end + 1, stop)
        if space >= 0 and text[space + 1 : stop].isalpha():
            word_start = space + 1
        else:
            word_start = _after_last_space(text, word_end, stop) or word_start
        if ends and word_start < word_end:
            del ends[-1]
        ends.append((word_start, stop))
        word_end = stop
    breaks: list[tuple[int, int]] = []
    for word_start, stop in ends:
        following = _after_break(text, word_start, stop, end, known)
        if following is not None:
            breaks.append((stop + 1, following))
    return breaks


def _stops(text: str, start: int, end: int) -> list[int]:
    """Return the characters of a block that may end a sentence before its last one."""
    if text.find("?", start, end) >= 0 or text.find("!", start, end) >= 0:
        return [stop.start() for stop in _STOP.finditer(text, start, end)]
    stops: list[int] = []
    at = text.find(".", start, end - 1)
    while at >= 0:
        after = text[at + 1]
        if after == " " or after in BEHIND_STOP or after.isspace():
            stops.append(at)
        at = text.find(".", at + 1, end - 1)
    return stops


def _after_last_space(text: str, start: int, end: int) -> int | None:
    for index in range(end - 1, start, -1):
        if text[index] in _SPACES:
            return index + 1
    return None


def _after_break(text: str, start: int, stop: int, end: int, known: Parameters) -> int | None:
    """Return where the next sentence begins if one ends after the word from `start` to `stop`."""
    is_plain = text[stop] == "." and known.never_abbreviated(text[start:stop])
    if is_plain and text[stop + 1] == " " and not text[stop + 2].isspace():
        return stop + 2
    after = _AFTER_STOP.match(text, stop + 1, end)
    if after is None or not (is_plain or _decide(text[start : after.end()], known)):
        return None
    return after.start("next") if after["next"] else stop + 1


def ends_sentence(text: str, start: int, stop: int, language: str) -> bool:
    """Whether a sentence ends with the word from `start` to the full stop at `stop`.

    The text goes on after it, with what may follow a sentence.
    """
    after = _AFTER_STOP.match(text, stop + 1)
    return after is not None and _decide(text[start : after.end()], parameters(language))


def _decide(context: str, known: Parameters) -> bool:
    """Return what `_has_break` does; answers for short contexts are remembered."""
    return (_known_break if len(context) <= _MEMO_CHARS else _has_break)(context, known)


def _has_break(context: str, known: Parameters) -> bool:
    """Whether a sentence ends in a few words, before the last of them."""
    words = [_first_pass(word, known) for word in _WORD.findall(context)]
    return any(_ends_sentence(*pair, known) for pair in pairwise(words))


_known_break = lru_cache(_MEMO_CONTEXTS)(_has_break)


def _first_pass(text: str, known: Parameters) -> _Word:
    kind = text.lower()
    if not text[0].isalpha():
        kind = _NUMERIC.sub("##number##", kind)
        if text in {".", "?", "!"}:
            return _Word(text, kind, ends_sentence=True, is_exempt=False)
        if _ELLIPSIS.match(text):
            return _Word(text, kind, ends_sentence=False, is_exempt=True)
    if text[-1] != "." or text[-2:] == "..":
        return _Word(text, kind, ends_sentence=False, is_exempt=False)
    bare = text[:-1].lower()
    is_known = bare in known.abbreviations or bare.rpartition("-")[2] in known.abbreviations
    return _Word(text, kind, ends_sentence=not is_known, is_exempt=is_known)


def _ends_sentence(word: _Word, following: _Word, known: Parameters) -> bool:
    """Decide by the word that follows (section 4)."""
    if not word.text.endswith("."):
        return word.ends_sentence
    if (word.bare_kind, following.next_kind) in known.collocations:
        return False
    is_initial = word.is_initial
    starts = _starts_sentence(following, known)
    has_capital = following.text[0].isupper()
    is_name = has_capital and not known.contexts.get(following.next_kind, 0) & _LOWER
    is_starter = has_capital and following.next_kind in known.sentence_starters
    if word.is_exempt and not is_initial and (starts or is_starter):
        return True
    is_numbering = is_initial or word.bare_kind == "##number##"
    if is_numbering and (starts is False or (is_initial and starts is None and is_name)):
        return False
    return word.ends_sentence


def _starts_sentence(word: _Word, known: Parameters) -> bool | None:
    """Whether the word begins a sentence, by its capitals; None when they do not tell (4.1.1)."""
    if word.text in {";", ":", ",", ".", "!", "?"}:
        return False
    seen = known.contexts.get(word.next_kind, 0)
    first = word.text[0]
    if first.isupper() and seen & _LOWER and not seen & _UPPER_INSIDE:
        return True
    if first.islower() and (seen & _UPPER or not seen & _LOWER_FIRST):
        return False
    return None
