"""Which passage of a body is shown, compiled. Importing this module imports Numba.

Equality with `newsearch.search.passages.snippets`: what cannot be told from characters alone is
asked for, and the caller calls again with the answer.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,no-any-return"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis import form_kernels as forms
from newsearch.analysis.sentence_kernels import (
    PAUSE,
    PLAIN,
    SPACE,
    START,
    STOP,
    SURE,
    WORD,
    Text,
    after_space,
    is_one,
    possible_starts,
)
from newsearch.analysis.sentences import WRAPPED_LINE_LIMIT
from newsearch.compiling import Int, compiled, inlined
from newsearch.search.passages.snippets import (
    AHEAD_CHARS,
    CUT,
    LEAD_IN_CHARS,
    LONGEST_TITLE,
    MOST_WINDOWS,
    SLACK_CHARS,
    SNIPPET_CHARS,
)

STATUS, FROM, TO, IS_CUT_BEFORE, IS_CUT_AFTER, MATCH, LAST_MATCH, HEAD = range(8)
"""Items of what `cut` returns; after the `HEAD` come start and end of each mark. `FROM` and `TO`
are the passage in the body, in characters, or what is asked about. `MATCH` begins what the passage
must hold, `LAST_MATCH` the last window with as many parts of the query."""

DONE, ASKS_BREAK, ASKS_WORD_START, ASKS_WORD_END, UNREAD = range(5)
"""Values of `STATUS`: whether a sentence ends with the word and full stop from `FROM` to `TO`; what
`Surroundings.word_start` and `word_end` return for `FROM` and `TO`; and text that only the
reference can cut."""

WORD_START_KEY, WORD_END_KEY = -1, -2
"""Keys of answers; that of a break is where the full stop is."""

_FIRST, _STOP = 0, 1
_CUT_CHARS = len(CUT)
_HALF_CHARS = SNIPPET_CHARS // 2
_LINE_FEED, _SPACE, _FULL_STOP = map(ord, "\n .")


@compiled
def cut(
    data: NDArray[np.uint8],
    found: NDArray[np.int32],
    clauses: NDArray[np.int32],
    abbreviated: NDArray[np.bool_],
    answers: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Choose the passage that `snippets.snippet` does, and merge its marks; see `STATUS`.

    `data`: UTF-8 of the body, lone surrogates encoded like other characters. `found`:
    rows of `FormFinder.rows`; `clauses`: the clause that each form matches. `abbreviated`: of the
    language, from `likely_abbreviations`. `answers`: rows of key and value.
    """
    text = _code_points(data)
    out = np.zeros(HEAD + 2 * found.shape[0], np.int32)
    start, end = after_space(text, 0, text.size), text.size
    while end > start and is_one(text[end - 1], SPACE):
        end -= 1
    if end - start <= SNIPPET_CHARS + SLACK_CHARS:
        out[FROM], out[TO], out[MATCH] = start, end, LONGEST_TITLE
        if start == end:
            out[FROM], out[TO] = 0, 0
    else:
        first, last = _best_stretch(text, found, clauses, out)
        _cut_around(text, (first, last, end), abbreviated, answers, out)
    n_marks = _put_marks(found, out) if out[STATUS] == DONE else 0
    return out[: HEAD + 2 * n_marks]


@inlined
def _code_points(data: NDArray[np.uint8]) -> Text:
    text = np.empty(data.size, np.uint32)
    count, highest = data.size, 0
    for at in range(data.size):
        text[at] = data[at]
        highest |= data[at]
    if highest >= 0x80:
        count = 0
        for at in range(data.size):
            byte = np.uint32(data[at])
            if byte & 0xC0 == 0x80:
                text[count - 1] = text[count - 1] << 6 | byte & 0x3F
            else:
                kept = 0x7F if byte < 0x80 else 0x1F if byte < 0xE0 else 0x0F if byte < 0xF0 else 7
                text[count] = byte & kept
                count += 1
    return text[:count]


@inlined
def _put_marks(found: NDArray[np.int32], out: NDArray[np.int32]) -> int:
    """Write start and end of what is marked in the snippet, merged where it overlaps."""
    at, shift = HEAD, _CUT_CHARS * out[IS_CUT_BEFORE] - out[FROM]
    for row in range(found.shape[0]):
        start, end = found[row, forms.START], found[row, forms.END]
        if out[FROM] <= start and end <= out[TO]:
            if at > HEAD and start + shift < out[at - 1]:
                out[at - 1] = max(out[at - 1], end + shift)
            else:
                out[at], out[at + 1] = start + shift, end + shift
                at += 2
    return (at - HEAD) >> 1


@inlined
def _cut_around(
    text: Text,
    match: tuple[int, int, int],
    abbreviated: NDArray[np.bool_],
    answers: NDArray[np.int32],
    out: NDArray[np.int32],
) -> None:
    """Choose where the passage begins and ends; `match`: what it holds, and the text's end."""
    first, last, text_end = match
    low, high = max(first - SNIPPET_CHARS, 0), min(first + AHEAD_CHARS, text.size)
    if low:
        low = _space_from(text, low, first) + 1 or low
    starts = np.empty((high - low + 1, 3), np.int32)
    count = possible_starts(text, low, high, abbreviated, starts)
    if count < 0:
        out[STATUS] = UNREAD
        return
    # Where the piece begins is no sentence start but our own cut.
    starts = starts[int(low > 0 and count > 0 and starts[0, START] == low) : count]
    starts = starts[: _answered(starts, answers)]
    start = _start(text, (first, last), starts, answers, out)
    end = text_end
    reach = max(start + SNIPPET_CHARS, min(last, first + SNIPPET_CHARS))
    if out[STATUS] == DONE and reach < text.size:
        must_hold = min(last, first + SNIPPET_CHARS)
        end = _end(text, (start, reach, must_hold, low, high), starts, answers, out)
    if out[STATUS] == DONE:
        _frame(text, (start, end), starts, out)


@inlined
def _answered(starts: NDArray[np.int32], answers: NDArray[np.int32]) -> int:
    """Keep the starts that are not answered for, and those that were found to be some."""
    kept = 0
    for row in range(starts.shape[0]):
        answer = 1 if starts[row, STOP] == SURE else _answer(answers, starts[row, STOP])
        if answer:
            starts[kept, START], starts[kept, WORD] = starts[row, START], starts[row, WORD]
            starts[kept, STOP] = SURE if answer > 0 else starts[row, STOP]
            kept += 1
    return kept


@inlined
def _answer(answers: NDArray[np.int32], key: Int) -> int:
    """Return the answer of a key; -1 where there is none."""
    answer = -1
    for row in range(answers.shape[0]):
        if answers[row, 0] == key:
            answer = answers[row, 1]
    return answer


@inlined
def _is_asked(row: NDArray[np.int32], out: NDArray[np.int32]) -> bool:
    """Whether a start is not sure; then ask about it."""
    is_unsure = row[STOP] != SURE
    if is_unsure:
        out[STATUS], out[FROM], out[TO] = ASKS_BREAK, row[WORD], row[STOP]
    return bool(is_unsure)


@inlined
def _last_start(starts: NDArray[np.int32], offset: int) -> int:
    """Return the row of the last start up to an offset; -1 where there is none."""
    row = starts.shape[0] - 1
    while row >= 0 and starts[row, START] > offset:
        row -= 1
    return row


@inlined
def _start(
    text: Text,
    match: tuple[int, int],
    starts: NDArray[np.int32],
    answers: NDArray[np.int32],
    out: NDArray[np.int32],
) -> int:
    """Do what `Surroundings.start` does, or ask."""
    first, last = match
    row = _last_start(starts, first)
    if row >= 0 and starts[row, START] >= max(last - SNIPPET_CHARS, first - _HALF_CHARS):
        _is_asked(starts[row], out)
        return starts[row, START]
    offset = max(first - LEAD_IN_CHARS, last - SNIPPET_CHARS)
    answer = _answer(answers, WORD_START_KEY)
    if answer >= 0:
        return answer
    space = _space_from(text, offset - 1, first) if offset > 0 else -1
    if space >= 0 and is_one(text[space + 1], PLAIN) and _are_plain(text, offset - 1, space):
        return min(space + 1, first)
    out[STATUS], out[FROM], out[TO] = ASKS_WORD_START, offset, first
    return first


@inlined
def _end(
    text: Text,
    around: tuple[int, int, int, int, int],
    starts: NDArray[np.int32],
    answers: NDArray[np.int32],
    out: NDArray[np.int32],
) -> int:
    """Do what `Surroundings.end` does, or ask."""
    start, reach, must_hold, _, _ = around
    row = _last_start(starts, reach + SLACK_CHARS)
    if row >= 0:
        end = max(starts[row, START], start)
        while end > start and is_one(text[end - 1], SPACE):
            end -= 1
        if end >= max(must_hold, start + _HALF_CHARS):
            _is_asked(starts[row], out)
            return end
    return max(_word_end(text, around, answers, out), must_hold)


@inlined
def _word_end(
    text: Text,
    around: tuple[int, int, int, int, int],
    answers: NDArray[np.int32],
    out: NDArray[np.int32],
) -> int:
    """Do what `Surroundings.word_end` does in the usual cases, or ask."""
    start, reach, _, low, high = around
    answer = _answer(answers, WORD_END_KEY)
    if answer >= 0:
        return answer
    from_, until = max(start, reach - LEAD_IN_CHARS) - SLACK_CHARS, min(reach + SLACK_CHARS, high)
    if from_ > low:
        low = _space_from(text, from_, until) + 1 or low
    last = reach - 1
    while last > low and text[last] != _SPACE:
        last -= 1
    if last > max(low, start) and _are_plain(text, last + 1, reach):
        after = min(reach + int(is_one(text[reach], PAUSE)), text.size - 1)
        if last + 1 < reach and is_one(text[after], SPACE):
            return reach
        while is_one(text[last - 1], PAUSE):
            last -= 1
        if last > max(low, start) and is_one(text[last - 1], PLAIN) and is_one(text[reach], PLAIN):
            return last
    out[STATUS], out[FROM], out[TO] = ASKS_WORD_END, start, reach
    return reach


@inlined
def _frame(
    text: Text, passage: tuple[int, int], starts: NDArray[np.int32], out: NDArray[np.int32]
) -> None:
    """Write the passage, widened where it ends the text, and whether sentences are cut; or ask."""
    start, end = passage
    after = after_space(text, end, text.size)
    begins = start == 0 or _begins(starts, start, out)
    if begins and after == text.size:
        row = 0
        while row < starts.shape[0] and starts[row, START] < end - SNIPPET_CHARS:
            row += 1
        if row < starts.shape[0] and starts[row, START] < start:
            _is_asked(starts[row], out)
            start = starts[row, START]
    ends = after == text.size or (after > end and _begins(starts, after, out))
    if out[STATUS] == DONE:
        out[FROM], out[TO], out[IS_CUT_BEFORE], out[IS_CUT_AFTER] = start, end, not begins, not ends


@inlined
def _begins(starts: NDArray[np.int32], offset: int, out: NDArray[np.int32]) -> bool:
    """Whether a sentence begins at an offset, or ask."""
    row = _last_start(starts, offset)
    if row < 0 or starts[row, START] != offset:
        return False
    return not _is_asked(starts[row], out)


@inlined
def _space_from(text: Text, at: int, end: int) -> int:
    """Return the first space from `at` on; -1 where there is none."""
    while at < end and text[at] != _SPACE:
        at += 1
    return at if at < end else -1


@inlined
def _are_plain(text: Text, start: int, end: int) -> bool:
    are_plain = True
    for at in range(start, end):
        are_plain &= is_one(text[at], PLAIN)
    return are_plain


@inlined
def _best_stretch(
    text: Text, found: NDArray[np.int32], clauses: NDArray[np.int32], out: NDArray[np.int32]
) -> tuple[int, int]:
    """Do what `snippets` does to find the fullest stretches and to choose among them."""
    out[LAST_MATCH] = text.size
    if not found.shape[0]:
        return 0, 0
    windows = np.empty((MOST_WINDOWS + 1, 2), np.int32)
    n_windows = _fullest_windows(found, clauses, windows)
    out[LAST_MATCH] = found[windows[0, _FIRST], forms.START]
    best, most = _must_hold(found, clauses, windows[1]), -1
    is_wrapped = n_windows > 2 and _is_wrapped(text)
    for number in range(1, n_windows if n_windows > 2 else 0):
        held = _must_hold(found, clauses, windows[number])
        edges = _whole_edges(text, held, is_wrapped)
        if edges > most:
            best, most = held, edges
        if edges == 2:  # none is better, and those that follow have no more matches
            break
    out[MATCH] = best[0]
    return best


@inlined
def _must_hold(
    found: NDArray[np.int32], clauses: NDArray[np.int32], window: NDArray[np.int32]
) -> tuple[int, int]:
    """Return the stretch of a window in which each of its clauses is seen."""
    first, stop = window[_FIRST], window[_STOP]
    last = found[first, forms.END]
    for other in range(first + 1, stop):
        is_new = True
        for before in range(first, other):
            is_new &= clauses[found[before, forms.FORM]] != clauses[found[other, forms.FORM]]
        if is_new:
            last = max(last, found[other, forms.END])
    return found[first, forms.START], last


@inlined
def _fullest_windows(
    found: NDArray[np.int32], clauses: NDArray[np.int32], windows: NDArray[np.int32]
) -> int:
    """Write the last window and the first ones, those with the most matches first; count them.

    `windows` takes the match that each window begins with, and the first that it does not hold.
    """
    most = 0
    for clause in clauses:
        most = max(most, clause)
    held = np.zeros(most + 1, np.int32)
    most, n_windows, n_held, stop = 0, 0, 0, 0
    for first in range(found.shape[0]):
        reach = found[first, forms.START] + SNIPPET_CHARS
        while stop < found.shape[0] and found[stop, forms.END] <= reach:
            clause = clauses[found[stop, forms.FORM]]
            n_held += held[clause] == 0
            held[clause] += 1
            stop += 1
        if n_held >= most:
            if n_held > most:
                most, n_windows = n_held, 0
            windows[0, _FIRST], windows[0, _STOP] = first, stop
            if n_windows <= MOST_WINDOWS - 1:
                _put_in(windows, n_windows, first, stop)
                n_windows += 1
        if first < stop:
            clause = clauses[found[first, forms.FORM]]
            held[clause] -= 1
            n_held -= held[clause] == 0
        else:
            stop = first + 1
    return n_windows + 1


@inlined
def _put_in(windows: NDArray[np.int32], n_windows: int, first: int, stop: int) -> None:
    """Put a window after all of the first ones that hold as many matches."""
    at = n_windows + 1
    while at > 1 and windows[at - 1, _STOP] - windows[at - 1, _FIRST] < stop - first:
        windows[at, _FIRST], windows[at, _STOP] = windows[at - 1, _FIRST], windows[at - 1, _STOP]
        at -= 1
    windows[at, _FIRST], windows[at, _STOP] = first, stop


@inlined
def _is_wrapped(text: Text) -> bool:
    line, longest = 0, 0
    for at in range(text.size):
        line = 0 if text[at] == _LINE_FEED else line + 1
        longest = max(longest, line)
    return longest <= WRAPPED_LINE_LIMIT


@inlined
def _whole_edges(text: Text, held: tuple[int, int], is_wrapped: bool) -> int:
    """Do what `snippets` does to guess how many edges of a passage are a sentence's."""
    first, last = held
    low = max(first - _HALF_CHARS, last - SNIPPET_CHARS, 0)
    stop = first - 1
    while stop >= low and not _looks_like_end(text, stop, first, is_wrapped):
        stop -= 1
    start = stop + 2
    if stop < low:
        start = max(low, first - LEAD_IN_CHARS) if low else 0
    at = max(last, start + _HALF_CHARS) - 1
    most = min(start + SNIPPET_CHARS + SLACK_CHARS, text.size)
    is_end = start + SNIPPET_CHARS >= text.size
    while not is_end and at < most:
        is_end = _looks_like_end(text, at, most, is_wrapped)
        at += 1
    return int(stop >= low or low == 0) + int(is_end)


@inlined
def _looks_like_end(text: Text, at: int, end: int, is_wrapped: bool) -> bool:
    if text[at] == _FULL_STOP:
        following = text[at + 1] if at + 1 < end else _FULL_STOP
        return bool(following == _SPACE or (is_wrapped and following == _LINE_FEED))
    return bool(text[at] == _LINE_FEED and not is_wrapped)
