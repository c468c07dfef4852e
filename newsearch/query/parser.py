"""The query language: what a reader types -> a tree that can be searched, and warnings.

Loosest first::

    query    = any ("OR" any)*
    any      = all+                        side by side: AND, or OR with match="any"
    all      = operand ("AND" operand)*
    operand  = ("NOT" | "-" | "+")* [field ":"] primary
    primary  = "(" query ")" ["^" boost]
             | '"' words '"' ["~" n] ["^" boost]
             | word ["~" edits] ["^" boost]             * and ? in a word are wildcards
             | "[" date "TO" date "]"                   after date: only

Nothing that is typed is an error, but a field that does not exist and a query beyond the limits.
What does not fit the grammar is read in the nearest sensible way, with a warning that points at
it. The time is linear in the length of the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsearch.answers.reports import QueryWarning
from newsearch.errors import QueryError
from newsearch.fields import EXACT_FIELDS, WORD_FIELDS
from newsearch.query.grammar import Grammar, unknown_field
from newsearch.query.leaves import LeafReader, QueryAnalyser, plain_word
from newsearch.query.lexer import tokens_of
from newsearch.query.nodes import FieldValue, Nothing, Phrase, WrittenTree
from newsearch.query.problems import Problems
from newsearch.query.trees import all_of, any_of

Match = Literal["all", "any"]

LENGTH_LIMIT_BYTES = 8 * 1024
"""Longest query, in UTF-8."""

# Words of ASCII letters and digits with at most marks inside or behind that no syntax begins with,
# alone or between quotation marks: the grammar would read the same, but takes 48 us instead of 9
# for the words of a topic, 19 instead of 9 for a phrase of two. Too short for too many words.
_WORD = r"\$?[A-Za-z0-9]++(?:[-'.,&][A-Za-z0-9]++)*+[.,;%]?"
_PLAIN = re.compile(rf'(?:(?:{_WORD}|"{_WORD}(?: ++{_WORD})*+")(?: ++|$))++')
_PLAIN_PARTS = re.compile(r'"[^"]*"|[^ "]+')
_PLAIN_CHARS = 1000
# Longer ones are no words, and a compound's tree takes up to 100 KB in an index of many languages.
_REMEMBERED_CHARS = 40
_OPERATORS = frozenset(("AND", "OR", "NOT"))


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was understood. Its `str` is the query written without ambiguity.

    Parameters
    ----------
    tree
        What to search for; `Nothing` if there is nothing.
    warnings
        What was not understood, from left to right.
    """

    tree: WrittenTree
    warnings: tuple[QueryWarning, ...] = ()

    def __str__(self) -> str:
        return str(self.tree)


def parse(
    text: str, analyser: QueryAnalyser, *, match: Match = "all", strict: bool = False
) -> ParsedQuery:
    """Read a query of the language.

    Parameters
    ----------
    text
        What was typed.
    analyser
        How the index analyses words.
    match
        Whether words side by side must all match, or any of them.
    strict
        Raise the first warning instead of reading on.

    Raises
    ------
    UnknownFieldError
        For a prefix such as ``colour:``.
    QueryError
        For more than 8 KiB or 1,024 words; if `strict`, for anything that would be a warning.
    """
    _check_length(text)
    if len(text) < _PLAIN_CHARS and _PLAIN.fullmatch(text):
        written = _PLAIN_PARTS.findall(text) if '"' in text else text.split()
        if _OPERATORS.isdisjoint(written):
            return ParsedQuery(_joined(_plain_parts(written, analyser), match))
    problems = Problems()
    leaves = LeafReader(text, analyser, problems)
    tree = Grammar(tokens_of(text), leaves, problems, match_any=match == "any").tree()
    return _finished(tree, problems, strict=strict)


def parse_words(text: str, analyser: QueryAnalyser, *, match: Match = "all") -> ParsedQuery:
    """Read a text that has no syntax, such as a question or a topic: every token is a word.

    Raises
    ------
    QueryError
        For more than 8 KiB or 1,024 words.
    """
    _check_length(text)
    problems = Problems()
    words = LeafReader(text, analyser, problems).plain_words(text)
    return _finished(_joined(words, match) if words else None, problems, strict=False)


def value_filter(field: str, value: str, analyser: QueryAnalyser) -> FieldValue:
    """Return the filter ``field:"value"``, for an option of a search.

    Raises
    ------
    UnknownFieldError
        If the field is not a filter.
    QueryError
        If the value holds no word.
    """
    if field in EXACT_FIELDS and value:
        return FieldValue(field, (value,))
    if field not in WORD_FIELDS + EXACT_FIELDS:
        raise unknown_field(field, WORD_FIELDS + EXACT_FIELDS)
    words = analyser.forms(value)
    if not words:
        raise QueryError(f"{field}: {value!r} holds no word", hint="leave it out to search all")
    return FieldValue(field, tuple(words))


def _plain_parts(written: list[str], analyser: QueryAnalyser) -> list[WrittenTree]:
    words = analyser.words
    return [
        words[part] if part.isalnum() and len(part) <= _REMEMBERED_CHARS else _part(part, analyser)
        for part in written
    ]


def _part(written: str, analyser: QueryAnalyser) -> WrittenTree:
    if written[0] == '"':
        return Phrase(tuple(analyser.forms(written)), exact=True)
    return plain_word(written, analyser)


def _joined(words: list[WrittenTree], match: Match) -> WrittenTree:
    return any_of(words) if match == "any" else all_of(words)


def _finished(tree: WrittenTree | None, problems: Problems, *, strict: bool) -> ParsedQuery:
    if tree is None and not problems:
        problems.warn(1, "the query is empty", "write a word, or * for every article")
    if strict and problems:
        problems.fail()
    return ParsedQuery(Nothing() if tree is None else tree, problems.warnings())


def _check_length(text: str) -> None:
    if 4 * len(text) > LENGTH_LIMIT_BYTES:  # no character takes more than four bytes
        size_bytes = len(text.encode("utf-8", "surrogatepass"))
        if size_bytes > LENGTH_LIMIT_BYTES:
            message = f"the query is {size_bytes:,} bytes long; the limit is {LENGTH_LIMIT_BYTES:,}"
            raise QueryError(message, hint="ask for less, or in several queries")
