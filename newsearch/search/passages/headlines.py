"""Where a body goes on after a headline that it repeats."""

from __future__ import annotations

from newsearch.analysis.sentences import sentence_starts

_LONG_TITLE_CHARS = 60
_SAME_START_CHARS = 200
_NEXT_SENTENCE_CHARS = 400


def headline_end(body: str, title: str, language: str) -> int:
    """Return where the first sentence begins after a repeated headline; 0 where none is repeated.

    A body repeats its headline when it begins with the same words, of which the last may be cut off
    in the headline, and either a line ends there or the headline is long: a short one may be how a
    sentence begins.
    """
    words = title.split()
    if not words or not body[:_SAME_START_CHARS].lstrip().startswith(words[0]):
        return 0
    *same, rest = body.split(None, len(words))
    if len(same) < len(words) or same[:-1] != words[:-1] or not same[-1].startswith(words[-1]):
        return 0
    start = len(body) - len(rest)
    if "\n" in body[len(body[:start].rstrip()) : start]:
        return start
    if len(title) < _LONG_TITLE_CHARS:
        return 0
    # What follows in the headline's own sentence would be no beginning.
    last_word = start - len(same[-1]) - 1
    starts = sentence_starts(body[last_word : last_word + _NEXT_SENTENCE_CHARS], language)
    return last_word + starts[1] if len(starts) > 1 else 0
