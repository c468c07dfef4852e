"""Where sentences may begin, compiled. Importing this module imports Numba.

Equality with `newsearch.analysis.sentences`: most full stops follow a word of letters that is no
abbreviation, and end a sentence whatever else there is. The others are told, for the caller to ask
about those that matter.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,no-any-return"

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.sentences import BEHIND_STOP, CLOSERS, WRAPPED_LINE_LIMIT, Parameters
from newsearch.compiling import Int, inlined

START, WORD, STOP = range(3)
"""Columns of possible starts: where the sentence would begin; of the word before it, the first
character and the full stop, where that may end no sentence. `STOP` is `SURE` of other starts."""

SURE = -1

Text = NDArray[np.uint32]
"""A text's code points."""

SPACE, PLAIN, PAUSE = 1, 2, 4
"""Kinds of characters, see `is_one`: white space, ASCII letters and digits, and ASCII marks that
are no part of a word where white space, or another of them, follows."""

_STOP, _CLOSER, _BEHIND, _UNREAD = 8, 16, 32, 64
_END = 0x3001
"""The first character of all that are taken for unread: of Chinese and Japanese, most of them."""

_TAB, _LINE_FEED, _RETURN, _SPACE = map(ord, "\t\n\r ")
_FULL_STOP, _HYPHEN, _FROM_A, _TO_Z = map(ord, ".-az")
_HASHES = 1 << 12
_MULTIPLIER = 31


@cache
def likely_abbreviations(known: Parameters) -> NDArray[np.bool_]:
    """Mark the hashes of words after which a full stop may end no sentence."""
    marked = np.zeros(_HASHES, np.bool_)
    for word in known.abbreviations | known.before_collocations:
        key = 0
        for char in word:
            key = (key * _MULTIPLIER + ord(char)) % _HASHES
        marked[key] = True
    return marked


def _kinds_of(char: str) -> int:
    return (
        SPACE * char.isspace()
        | PLAIN * (char.isascii() and char.isalnum())
        | PAUSE * (char in '").,:;')
        | _STOP * (char in ".?!")
        | _CLOSER * (char in CLOSERS)
        | _BEHIND * (char in BEHIND_STOP or char.isspace())
        | _UNREAD * (char == "\u2029" or ord(char) == _END)
    )


_KINDS = np.array([_kinds_of(chr(code_point)) for code_point in range(_END + 1)], np.uint8)


@inlined
def is_one(char: Int, kind: Int) -> bool:
    """Whether a character is of a kind."""
    return _KINDS[min(char, _END)] & kind != 0


@inlined
def after_space(text: Text, at: int, end: int) -> int:
    """Return the first character from `at` on that is no white space; else `end`."""
    while at < end and is_one(text[at], SPACE):
        at += 1
    return at


@inlined
def possible_starts(
    text: Text, low: int, high: int, abbreviated: NDArray[np.bool_], found: NDArray[np.int32]
) -> int:
    """Find where sentences of a part of a text may begin, ascending; returns how many.

    -1 where there are other ends of sentences than those that are known here. `abbreviated`: the
    `likely_abbreviations`. `found`: takes the rows, see `START`; room for one a character.
    """
    line, longest = 0, 0
    for at in range(low, high):
        line = 0 if text[at] == _LINE_FEED else line + 1
        longest = max(longest, line)
        if is_one(text[at], _UNREAD):
            return -1
    line_feeds = 2 if longest <= WRAPPED_LINE_LIMIT else 1
    count, start = 0, after_space(text, low, high)
    while start < high:
        end = _block_end(text, start, high, line_feeds)
        count = _starts_in_block(text, (start, end), abbreviated, found, count)
        start = after_space(text, end, high)
    return count


@inlined
def _block_end(text: Text, start: int, high: int, line_feeds: int) -> int:
    """Return the end of a part that no sentence spans: so many line feeds come after it."""
    end, fed = start, 0
    for at in range(start, high):
        if not is_one(text[at], SPACE):
            end, fed = at + 1, 0
        elif text[at] == _LINE_FEED:
            fed += 1
            if fed == line_feeds:
                break
    return end


@inlined
def _starts_in_block(
    text: Text,
    block: tuple[int, int],
    abbreviated: NDArray[np.bool_],
    found: NDArray[np.int32],
    count: int,
) -> int:
    start, end = block
    found[count, START], found[count, STOP] = start, SURE
    first = count + 1
    count, word, word_end, space = first, start, start, start
    for at in range(start, end - 1):
        char = text[at]
        if char == _SPACE or _TAB <= char <= _RETURN:
            space = at
        elif is_one(char, _STOP) and is_one(text[at + 1], _BEHIND):
            if space > word_end:
                word = space + 1
            elif count > first:  # of several in one word, only the last counts
                count -= 1
            word_end = at
            found[count, START] = _next_start(text, at + 1, end)
            is_sure = char != _FULL_STOP or not _may_go_on(text, word, at, abbreviated)
            found[count, WORD], found[count, STOP] = word, SURE if is_sure else at
            count += 1
    return count - 1 if found[count - 1, START] >= end else count


@inlined
def _next_start(text: Text, at: int, end: int) -> int:
    """Return where a sentence begins after a stop; quotes and brackets that close are skipped."""
    following = after_space(text, at, end)
    at = following
    while at < end and is_one(text[at], _CLOSER):
        at += 1
    is_dash = at + 1 < end and text[at] == _HYPHEN and text[at + 1] == _HYPHEN
    if at > following and (at == end or is_dash or is_one(text[at], SPACE)):
        return after_space(text, at, end)
    return following


@inlined
def _may_go_on(text: Text, word: int, stop: int, abbreviated: NDArray[np.bool_]) -> bool:
    """Whether a sentence may go on after a word with a full stop: no letters, or abbreviated."""
    key, are_letters = 0, stop - word > 1
    for at in range(word, stop):
        letter = np.int64(text[at] | 0x20)
        are_letters &= _FROM_A <= letter <= _TO_Z
        key = (key * _MULTIPLIER + letter) % _HASHES
    return not are_letters or abbreviated[key]
