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
    first, last = _must_hold(_best_window(body, found))
    low = max(first - SNIPPET_CHARS, 0)
    low = low and (body.find(" ", low, first) + 1 or low)
    high = min(first + SNIPPET_CHARS + 3 * SLACK_CHARS, len(body))
    starts = [low + start for start in sentence_starts(body[low:high], language)]
    starts = [start for start in starts if start > low or low == 0]

    if len(body.strip()) <= SNIPPET_CHARS + SLACK_CHARS:
        begin, end = len(body.rstrip()) - len(body.strip()), len(body.rstrip())
    else:
        begin = _begin(body, first, last - SNIPPET_CHARS, starts, (low, high))
        end = _end(body, begin, min(last, first + SNIPPET_CHARS), starts, (low, high))
        if (begin == 0 or begin in starts) and not body[end:].strip():
            begin = min([begin, *[start for start in starts if start >= end - SNIPPET_CHARS][:1]])

    before = "" if not body[:begin].strip() or begin in starts else "… "
    after = "" if not body[end:].strip() or _ends_sentence(body, end, starts) else " …"
    marks = merged((m.start, m.end) for m in found if begin <= m.start and m.end <= end)
    shift = len(before) - begin
    text = before + re.sub(r"\s", " ", body[begin:end]) + after
    return Snippet(text, tuple((start + shift, end + shift) for start, end in marks))


def _best_window(body: str, found: Sequence[Highlight]) -> list[Highlight]:
    """Take one of the first 16 windows with the most clauses."""
    windows = [
        [m for m in found[n:] if m.end <= first.start + SNIPPET_CHARS] or [first]
        for n, first in enumerate(found)
    ]
    clauses = [len({match.clause for match in window}) for window in windows]
    fullest = [w for w, n in zip(windows, clauses, strict=True) if n == max(clauses)][:16]
    return max(fullest, key=lambda w: (_whole_edges(body, w), len(w)), default=[])


def _whole_edges(body: str, window: Sequence[Highlight]) -> int:
    """Count edges of a passage near which what looks like a sentence's end has room."""
    is_wrapped = all(len(line) <= 120 for line in body.split("\n"))
    stops = [stop.start() for stop in re.finditer(r"\. |\.\n" if is_wrapped else r"\. |\n", body)]
    size = [2 if body[stop] == "." else 1 for stop in stops]
    first, last = _must_hold(window)
    low = max(first - 120, last - SNIPPET_CHARS, 0)
    before = [s for s, n in zip(stops, size, strict=True) if s >= low and s + n <= first]
    start = before[-1] + 2 if before else max(low, first - LEAD_IN_CHARS) if low else 0
    least, most = max(last, start + 120) - 1, start + SNIPPET_CHARS + SLACK_CHARS
    after = [s for s, n in zip(stops, size, strict=True) if s >= least and s + n <= most]
    return bool(before or not low) + bool(after or start + SNIPPET_CHARS >= len(body))


def _must_hold(window: Sequence[Highlight]) -> tuple[int, int]:
    """Return the stretch up to where each clause of a window has been seen."""
    firsts = {match.clause: match for match in reversed(window)}
    return (window[0].start, max(m.end for m in firsts.values())) if window else (0, 0)


def _words(body: str, low: int, high: int, around: tuple[int, int]) -> list[tuple[int, int]]:
    low, high = max(low - SLACK_CHARS, around[0]), min(high + SLACK_CHARS, around[1])
    if low > around[0]:
        low = body.find(" ", low, high) + 1 or around[0]
    return [(low + start, low + end) for start, end in spans(body[low:high])]


def _begin(
    body: str, match_start: int, earliest: int, starts: list[int], around: tuple[int, int]
) -> int:
    near = [start for start in starts if match_start - start >= 0]
    if near and near[-1] >= max(match_start - SNIPPET_CHARS // 2, earliest):
        return near[-1]
    first = max(match_start - LEAD_IN_CHARS, earliest)
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
