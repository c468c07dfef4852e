"""How a snippet is cut, the obvious way: all sentences and all words around a match are listed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsearch.analysis.sentences import sentence_starts
from newsearch.analysis.tokens import spans
from newsearch.answers.snippet import Snippet
from newsearch.search.passages.highlighting import Highlight, merged
from newsearch.search.passages.snippets import SNIPPET_CHARS

SLACK_CHARS = 40
LEAD_IN_CHARS = 60


def reference_snippet(body: str, found: Sequence[Highlight], language: str) -> Snippet:
    """Cut the best passage out of a body."""
    best = _best_match(found)
    low = max(best.start - SNIPPET_CHARS, 0)
    low = low and (body.find(" ", low, best.start) + 1 or low)
    high = min(best.start + SNIPPET_CHARS + 3 * SLACK_CHARS, len(body))
    starts = [low + start for start in sentence_starts(body[low:high], language)]
    starts = [start for start in starts if start > low or low == 0]

    begin = _begin(body, best.start, starts, (low, high))
    end = _end(body, begin, min(best.end, best.start + SNIPPET_CHARS), starts, (low, high))
    if (begin == 0 or begin in starts) and not body[end:].strip():
        begin = min([begin, *[start for start in starts if start >= end - SNIPPET_CHARS][:1]])

    before = "" if begin == 0 or begin in starts else "… "
    after = "" if _ends_sentence(body, end, starts) else " …"
    marks = merged((m.start, m.end) for m in found if begin <= m.start and m.end <= end)
    shift = len(before) - begin
    text = before + re.sub(r"\s", " ", body[begin:end]) + after
    return Snippet(text, tuple((start + shift, end + shift) for start, end in marks))


def _best_match(found: Sequence[Highlight]) -> Highlight:
    """Take the first match from which on a passage has the most clauses, then matches."""
    windows = [
        [m for m in found[n:] if m.end <= first.start + SNIPPET_CHARS]
        for n, first in enumerate(found)
    ]
    worths = [(len({match.clause for match in window}), len(window)) for window in windows]
    return found[worths.index(max(worths))] if found else Highlight(0, 0, 0)


def _words(body: str, low: int, high: int, around: tuple[int, int]) -> list[tuple[int, int]]:
    low, high = max(low - SLACK_CHARS, around[0]), min(high + SLACK_CHARS, around[1])
    if low > around[0]:
        low = body.find(" ", low, high) + 1 or around[0]
    return [(low + start, low + end) for start, end in spans(body[low:high])]


def _begin(body: str, match_start: int, starts: list[int], around: tuple[int, int]) -> int:
    near = [start for start in starts if match_start - start >= 0]
    if near and match_start - near[-1] <= SNIPPET_CHARS // 2:
        return near[-1]
    first = match_start - LEAD_IN_CHARS
    words = [start for start, _ in _words(body, first, match_start, around) if start >= first]
    return min([match_start, *words[:1]])


def _end(body: str, begin: int, must_hold: int, starts: list[int], around: tuple[int, int]) -> int:
    reach = max(begin + SNIPPET_CHARS, must_hold)
    if reach >= len(body):
        return len(body.rstrip())
    for start in [start for start in starts if start <= reach + SLACK_CHARS][-1:]:
        end = begin + len(body[begin:start].rstrip())
        if end >= max(must_hold, begin + SNIPPET_CHARS // 2):
            return end
    words = _words(body, max(begin, reach - LEAD_IN_CHARS), reach, around)
    ends = [end for _, end in words if begin < end <= reach]
    return max(ends[-1] if ends else reach, must_hold)


def _ends_sentence(body: str, end: int, starts: list[int]) -> bool:
    after = len(body) - len(body[end:].lstrip())
    return after == len(body) or (after > end and after in starts)
