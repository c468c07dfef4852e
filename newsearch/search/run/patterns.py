"""Words that a prefix, a wildcard or a fuzzy word stands for."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.folding import fold
from newsearch.codec.strings import Strings
from newsearch.errors import QueryError
from newsearch.index.segment_reader import SegmentReader
from newsearch.query.nodes import Pattern
from newsearch.search.run.ascending import Ints, tally

MAX_EXPANSION = 50_000
"""More words than this is a slip of the pen, not a question."""


def matching_forms(pattern: Pattern, forms: Strings) -> NDArray[np.int64]:
    """Find the keys that a pattern matches in an ascending list of them.

    Returns
    -------
    NDArray
        Ascending indexes of the list. Only forms that begin as the pattern does are looked at.

    Raises
    ------
    QueryError
        More than `MAX_EXPANSION` forms match.
    """
    text = fold(pattern.text).lower()
    start = re.match(r"[^*?]*", text)
    literal = text[:1] if pattern.kind == "fuzzy" else start.group() if start else ""
    candidates = forms.prefix_range(literal.encode("utf-8", "surrogatepass"))
    in_capitals = _in_capitals(literal, forms)
    matches = form_test(pattern)

    def matching(rows: range) -> list[int]:
        return [i for i in rows if matches(forms[i].decode("utf-8", "surrogatepass"))]

    if pattern.kind == "prefix":
        found = np.arange(candidates.start, candidates.stop)
        if in_capitals:
            found = np.concatenate((np.array(matching(in_capitals), np.int64), found))
    else:
        found = np.array(sorted({*matching(in_capitals), *matching(candidates)}), np.int64)
    if len(found) > MAX_EXPANSION:
        raise _too_many(pattern)
    return found


def _in_capitals(literal: str, forms: Strings) -> range:
    """Return where the acronyms are that may begin with some small letters, or with any."""
    if not literal:
        return range(forms.lower_bound(b"A"), forms.lower_bound(b"["))
    return forms.prefix_range(literal[0].upper().encode()) if "a" <= literal[0] <= "z" else range(0)


def pattern_terms(segment: SegmentReader, pattern: Pattern) -> Iterator[tuple[int, Ints | None]]:
    """Return the terms that have forms a pattern matches, and the numbers of those forms.

    None stands for all forms of a term.
    """
    lexicon = segment.text.forms
    assert lexicon is not None
    rows = matching_forms(pattern, lexicon.forms)
    term_ids = lexicon.term_ids[rows].astype(np.int64)
    numbers = lexicon.numbers[rows].astype(np.int64)
    order = np.argsort(term_ids, kind="stable")
    found, counts = tally(term_ids[order])
    ends = np.cumsum(counts)
    all_forms = segment.forms_per_term[found] == counts
    for term_id, end, count, is_all in zip(found, ends, counts, all_forms, strict=True):
        yield int(term_id), None if is_all else np.sort(numbers[order[end - count : end]])


def _too_many(pattern: Pattern) -> QueryError:
    return QueryError(
        f"'{pattern}' stands for more than {MAX_EXPANSION:,} words",
        hint="write more of its letters",
    )


def form_test(pattern: Pattern) -> Callable[[str], bool]:
    """Return the test whether a key matches a pattern, folded and in small letters."""
    text = fold(pattern.text).lower()
    if pattern.kind == "prefix":
        return lambda form: form.lower().startswith(text)
    if pattern.kind == "wildcard":
        return _wildcard_test(text)
    return lambda form: _within_edits(text, form.lower(), pattern.max_edits)


def _wildcard_test(text: str) -> Callable[[str], bool]:
    # fnmatch knows bracketed sets, which the query language does not.
    matches = re.compile(fnmatch.translate(text.replace("[", "[[]"))).match
    return lambda form: matches(form.lower()) is not None


def _within_edits(text: str, form: str, max_edits: int) -> bool:
    """Whether two words are close: same first letter, few edits.

    An edit inserts, deletes or replaces a letter or swaps two neighbours (optimal string
    alignment distance).
    """
    if text[:1] != form[:1] or abs(len(text) - len(form)) > max_edits:
        return False
    before: list[int] = []
    row = list(range(len(form) + 1))
    for i, letter in enumerate(text, 1):
        above, before_above = row, before
        row = [i]
        for j, other in enumerate(form, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == form[j - 2] and text[i - 2] == other:
                cost = min(cost, before_above[j - 2] + 1)
            row.append(cost)
        if min(row) > max_edits:
            return False
        before = above
    return row[-1] <= max_edits
