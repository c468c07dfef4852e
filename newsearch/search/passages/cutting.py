"""Snippets cut by compiled kernels. Importing this module imports Numba."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.finding import FormFinder
from newsearch.analysis.form_kernels import FORM, START
from newsearch.analysis.sentence_kernels import likely_abbreviations
from newsearch.analysis.sentences import ends_sentence, parameters
from newsearch.answers.snippet import Snippet, Span
from newsearch.search.passages import cut_kernels as kernels
from newsearch.search.passages.headlines import headline_end
from newsearch.search.passages.highlighting import Found, FoundToken, Highlighter, merged
from newsearch.search.passages.snippets import (
    CUT,
    CUT_AFTER,
    LONGEST_TITLE,
    Surroundings,
    on_one_line,
    snippet,
)

_NO_ANSWERS = np.empty((0, 2), np.int32)


def cutter_for(highlighter: Highlighter, language: str) -> Cutter | None:
    """Prepare to find and cut what a highlighter marks; None where it must look at every word."""
    sought, clauses = highlighter.sought, highlighter.clauses
    if sought is None:
        return None
    finder = FormFinder(sought, highlighter.key_of)
    if clauses is None:
        return Cutter(language, finder, range(highlighter.n_clauses), highlighter.matches_at)
    return Cutter(language, finder, clauses)


class Cutter:
    """Cuts the snippets of one query and language; safe in many threads.

    `finder`: finds the word forms that can match; `clauses`: the part of the query that each
    matches alone. `matches_at`: for a query with phrases, `Highlighter.matches_at`; `clauses` are
    then all parts of the query.
    """

    def __init__(
        self,
        language: str,
        finder: FormFinder,
        clauses: Sequence[int],
        matches_at: Callable[[Sequence[FoundToken], str], Sequence[Found]] | None = None,
    ) -> None:
        self._language = language
        self._abbreviated = likely_abbreviations(parameters(language))
        self._finder = finder
        self._clauses = np.array(clauses, np.int32)
        self._matches_at = matches_at

    def snippet(self, body: str, encoded: bytes, title: Callable[[], str] | None) -> Snippet:
        """Do what `snippets.snippet` does with the matches in a body; `encoded` is its UTF-8."""
        rows = self._rows(body, encoded)
        passage = self._passage(body, encoded, rows)
        match, last_match = passage[kernels.MATCH], passage[kernels.LAST_MATCH]
        if match < LONGEST_TITLE and title:
            opening = headline_end(body, title(), self._language)
            if 0 < opening <= last_match:
                body = body[opening:]
                rows = rows[rows[:, START] >= opening]
                rows[:, START:FORM] -= opening
                passage = self._passage(body, body.encode("utf-8", "surrogatepass"), rows)
        status, start, end, is_cut_before, is_cut_after, _, _, *marks = passage
        if status == kernels.UNREAD:
            found = [(s, e, int(self._clauses[form])) for _, s, e, form in rows.tolist()]
            return snippet(body, found, self._language)
        text = on_one_line(body[start:end])
        if is_cut_before:
            text = CUT + text
        if is_cut_after:
            text += CUT_AFTER
        return Snippet(text, tuple(zip(marks[::2], marks[1::2], strict=True)))

    def marks(self, text: str) -> list[Span]:
        """Find every stretch of a text that matches, overlapping ones joined, ascending."""
        rows = self._rows(text, text.encode("utf-8", "surrogatepass"))
        return merged([(start, end) for _, start, end, _ in rows.tolist()])

    def _rows(self, body: str, encoded: bytes) -> NDArray[np.int32]:
        if self._matches_at is None:
            return self._finder.rows(body, encoded)
        found = self._matches_at(self._finder.find(body, encoded), body)
        return np.array([(0, *match) for match in found], np.int32).reshape(-1, 4)

    def _passage(self, body: str, encoded: bytes, rows: NDArray[np.int32]) -> list[int]:
        """Choose the passage and what is marked in it; see `cut_kernels.STATUS`."""
        data = np.frombuffer(encoded, np.uint8)
        answers, asked = _NO_ANSWERS, list[tuple[int, int]]()
        while True:
            out = kernels.cut(data, rows, self._clauses, self._abbreviated, answers)
            passage: list[int] = out.tolist()
            if passage[kernels.STATUS] in (kernels.DONE, kernels.UNREAD):
                return passage
            asked.append(self._answer(body, passage))
            answers = np.array(asked, np.int32)

    def _answer(self, body: str, passage: Sequence[int]) -> tuple[int, int]:
        """Return the key and value of what the kernel asks for."""
        status, first, last = passage[: kernels.IS_CUT_BEFORE]
        if status == kernels.ASKS_BREAK:
            return last, ends_sentence(body, first, last, self._language)
        surroundings = Surroundings(body, passage[kernels.MATCH], self._language)
        if status == kernels.ASKS_WORD_START:
            return kernels.WORD_START_KEY, surroundings.word_start(first, last)
        return kernels.WORD_END_KEY, surroundings.word_end(first, last)
