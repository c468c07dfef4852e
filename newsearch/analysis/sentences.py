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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from newsearch.analysis.stems import language_name

WRAPPED_LINE_LIMIT = 120
"""Characters of the longest line of a hard-wrapped text."""

_FALLBACK_LANGUAGE = "english"

_UPPER_INSIDE = 1 << 2
_UPPER = (1 << 1) | (1 << 2) | (1 << 3)
_LOWER_FIRST = 1 << 4
_LOWER = (1 << 4) | (1 << 5) | (1 << 6)

_SPACES = frozenset(" \t\n\r\x0b\x0c")
_NON_WORD = r"(?:[)\";}\]*:@'({\[‘’“”«»?!])"
_MULTI_CHAR = r"(?:-{2,}|\.{2,}|(?:\.\s){2,}\.)"
_WORD = re.compile(
    rf"{_MULTI_CHAR}"
    rf"|[^\s(\"`{{\[:;&#*@)}}\]\-,]\S*?(?=\s|$|{_NON_WORD}|{_MULTI_CHAR}"
    rf"|,(?=$|\s|{_NON_WORD}|{_MULTI_CHAR}))"
    r"|\S"
)
_CANDIDATE = re.compile(rf"[.?!](?=(?P<after>{_NON_WORD}|\s+(?P<next>\S+)))")
_CLOSING = re.compile(r"[\"')\]}‘’“”«»]+?(?:\s+|(?=--)|$)", re.MULTILINE)
_NUMERIC = re.compile(r"^-?[.,]?\d[\d,.\-]*\.?$")
_ELLIPSIS = re.compile(r"\.\.+$")
_INITIAL = re.compile(r"[^\W\d]\.$")

_IDEOGRAPHIC_STOP = r"|[。！？｡]+[」』）】》〉”’\")\]]*"
_EMPTY_LINE = r"\n[^\S\n]*\n|\u2029"
_LINE_END = r"[\n\u2029]"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What Punkt learns from texts of one language. All words are in lower case.

    Parameters
    ----------
    abbreviations
        Words that end in a full stop of their own, without it.
    collocations
        Pairs of the word before and the word after a full stop that ends no sentence.
    sentence_starters
        Words that, with a capital, begin a sentence even after an abbreviation.
    contexts
        Word -> where it was seen with a capital and without: NLTK's bits of ``ortho_context``.
    before_collocations
        First words of the collocations.
    """

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    sentence_starters: frozenset[str]
    contexts: dict[str, int]
    before_collocations: frozenset[str]

    def never_abbreviated(self, word: str) -> bool:
        """Tell that a full stop after the word ends a sentence, whatever follows.

        Equal to the full decision for a word of two or more letters and nothing else: it is then
        neither initial, number nor ellipsis, so that only a collocation could deny the end.
        """
        if len(word) < 2 or not word.isalpha():
            return False
        word = word.lower()
        return word not in self.abbreviations and word not in self.before_collocations


@dataclass(frozen=True, slots=True)
class _Word:
    """One of Punkt's words after the first pass: decided by the word alone (section 3)."""

    text: str
    kind: str
    ends_sentence: bool
    is_exempt: bool

    @property
    def is_initial(self) -> bool:
        return _INITIAL.match(self.text) is not None

    @property
    def bare_kind(self) -> str:
        return self.kind[:-1] if len(self.kind) > 1 and self.kind[-1] == "." else self.kind

    @property
    def next_kind(self) -> str:
        return self.bare_kind if self.ends_sentence else self.kind


@cache
def parameters(language: str) -> Parameters:
    """Load the parameters of a language (code or name); English for those that have none."""
    folder = Path(__file__).with_name("punkt")
    path = folder / f"{language_name(language)}.json"
    if not path.exists():
        path = folder / f"{_FALLBACK_LANGUAGE}.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    pairs = [pair.split(" ") for pair in values["collocations"]]
    return Parameters(
        abbreviations=frozenset(values["abbreviations"]),
        collocations=frozenset((first, second) for first, second in pairs),
        before_collocations=frozenset(first for first, _ in pairs),
        sentence_starters=frozenset(values["sentence_starters"]),
        contexts={
            word: int(flags)
            for flags, words in values["contexts"].items()
            for word in words.split()
        },
    )


def sentence_starts(text: str, language: str = "en") -> list[int]:
    """Give the character at which each sentence of a text begins, ascending; linear in its length.

    Sentences do not begin with white space; a text of white space has none. Empty lines end
    paragraphs and so sentences; so does every line feed of a text that is not hard-wrapped, that
    is one with a line longer than `WRAPPED_LINE_LIMIT`.

    Parameters
    ----------
    text
        Any text.
    language
        Code or name; a language without parameters of its own is read with those of English.
    """
    known = parameters(language)
    return [start for block in _blocks(text) for start in _starts_in_block(text, *block, known)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the parts of a text that no sentence spans, without outer space."""
    is_wrapped = max(map(len, text.split("\n"))) <= WRAPPED_LINE_LIMIT
    breaks = _break_pattern(is_wrapped, text.isascii())
    begin = 0
    for end in [*(match.end() for match in breaks.finditer(text)), len(text)]:
        block = text[begin:end]
        start = begin + len(block) - len(block.lstrip())
        stop = begin + len(block.rstrip())
        if start < stop:
            yield start, stop
        begin = end


@cache
def _break_pattern(is_wrapped: bool, is_ascii: bool) -> re.Pattern[str]:
    paragraph = _EMPTY_LINE if is_wrapped else _LINE_END
    return re.compile(paragraph if is_ascii else paragraph + _IDEOGRAPHIC_STOP)


def _starts_in_block(text: str, start: int, end: int, known: Parameters) -> Iterator[int]:
    """Yield where sentences begin, once closing quotes and brackets are moved to the one before."""
    if _CANDIDATE.search(text, start, end) is None:
        yield start
        return
    slices = list(_slices(text, start, end, known))
    moved = 0
    for (begin, stop), following in zip(slices, [*slices[1:], None], strict=True):
        begins = begin + moved
        closing = _CLOSING.match(text, *following) if following else None
        if closing or begins < stop:
            yield begins
        moved = len(closing.group()) if closing else 0


def _slices(text: str, start: int, end: int, known: Parameters) -> Iterator[tuple[int, int]]:
    begin = start
    for candidate, word_start in _candidates(text, start, end):
        word = text[word_start : candidate.start()]
        is_plain = candidate.group() == "." and known.never_abbreviated(word)
        if is_plain or _has_break(word + candidate.group() + candidate["after"], known):
            yield begin, candidate.end()
            begin = candidate.start("next") if candidate["next"] else candidate.end()
    yield begin, end


def _candidates(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each possible end of a sentence with the start of the word before it.

    Of several ends in one word, such as ``?!``, only the last counts.
    """
    last: tuple[re.Match[str], int] | None = None
    word_start = word_end = start
    for candidate in _CANDIDATE.finditer(text, start, end):
        word_start = _after_last_space(text, word_end, candidate.start()) or word_start
        if last and word_end <= word_start:
            yield last
        word_end = candidate.start()
        last = candidate, word_start
    if last:
        yield last


def _after_last_space(text: str, start: int, end: int) -> int | None:
    for index in range(end - 1, start, -1):
        if text[index] in _SPACES:
            return index + 1
    return None


def _has_break(context: str, known: Parameters) -> bool:
    """Tell whether a sentence ends in a few words, before the last of them."""
    words = [_first_pass(word, known) for word in _WORD.findall(context)]
    return any(_ends_sentence(*pair, known) for pair in pairwise(words))


def _first_pass(text: str, known: Parameters) -> _Word:
    kind = _NUMERIC.sub("##number##", text.lower())
    if text in {".", "?", "!"}:
        return _Word(text, kind, ends_sentence=True, is_exempt=False)
    if _ELLIPSIS.match(text):
        return _Word(text, kind, ends_sentence=False, is_exempt=True)
    if not text.endswith(".") or text.endswith(".."):
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
    """Tell from capitals whether the word begins a sentence; None when they do not tell (4.1.1)."""
    if word.text in {";", ":", ",", ".", "!", "?"}:
        return False
    seen = known.contexts.get(word.next_kind, 0)
    first = word.text[0]
    if first.isupper() and seen & _LOWER and not seen & _UPPER_INSIDE:
        return True
    if first.islower() and (seen & _UPPER or not seen & _LOWER_FIRST):
        return False
    return None
