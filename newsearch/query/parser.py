"""The query language: what a reader types -> a tree that can be searched, and warnings.

Loosest first::

    query    = any ("OR" any)*
    any      = all+                        side by side: AND, or OR with match="any"
    all      = operand ("AND" operand)*
    operand  = ("NOT" | "-" | "+")* placed (("NEAR/" | "PRE/") n placed)*       n may be S or P
    placed   = ("ATLEAST/" n | "FIRST/" n)* [field ":"] primary
    primary  = "(" query ")" ["^" boost]
             | '"' words '"' ["~" n] ["^" boost]
             | "=" (word | '"' words '"') ["^" boost]
             | word ["~" edits] ["^" boost]             * and ? in a word are wildcards
             | "[" date "TO" date "]"                   after date: only

Invisible characters, which pages put between words, change nothing; columns count what is seen.
Nothing that is typed is an error, but a field that does not exist, a language that is not known
and a query beyond the limits.
What does not fit the grammar is read in the nearest sensible way, with a warning that points at
it. The time is linear in the length of the query.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsearch.analysis.normalising import visible
from newsearch.analysis.tokens import forms as forms_of
from newsearch.answers.query_warning import QueryWarning
from newsearch.errors import QueryError
from newsearch.fields import EXACT_FIELDS, WORD_FIELDS, Match
from newsearch.memo import Memo
from newsearch.patterns import lazy_pattern
from newsearch.query.calendar import UTC_CALENDAR, Calendar
from newsearch.query.foreign import ABROAD, LETTER_SIGN, PLAIN_SIGNS, read_signs
from newsearch.query.grammar import Grammar, unknown_field
from newsearch.query.leaves import LeafReader, exact_value, plain_word
from newsearch.query.lexer import tokens_of
from newsearch.query.nodes import (
    And,
    FieldValue,
    Nothing,
    Or,
    Pattern,
    Phrase,
    Word,
    WrittenTree,
)
from newsearch.query.operators import NUMBERED
from newsearch.query.problems import Problems
from newsearch.values import frozen

LENGTH_LIMIT_BYTES = 8 * 1024
"""Longest query, in UTF-8."""

# Words of letters and digits with at most marks around or inside that no syntax begins with, alone
# or between quotation marks, and prefixes of ASCII letters: the grammar would read the same, but
# takes 48 us instead of 9 for the words of a topic, 19 instead of 9 for a phrase of two, 47 instead
# of 3 for a prefix. Wide letters may be signs, ＡＮＤ. Too short for too many words.
_LETTERS = r"[^\W_\uff00-\uffef]++"
_WORD = (
    rf"['\u2018\u2019]?+\$?+{_LETTERS}(?:(?:[-'\u2018\u2019.&]|(?<=[0-9]),(?=[0-9])){_LETTERS})*+"
    r"(?:[-'\u2018\u2019]?+[.,;]?+|(?<=[0-9])%)"
)
_PLAIN = lazy_pattern(
    rf" *+(?:(?:[A-Za-z]{{1,40}}+\*|(?!(?:{NUMBERED}|{LETTER_SIGN})(?: |$)){_WORD}"
    rf'|"{_WORD}(?: ++{_WORD})*+")(?: ++|$))++'
)
_PLAIN_PARTS = lazy_pattern(r'"[^"]*"|[^ "]+')
_PLAIN_CHARS = 1000
# Longer ones are seldom written twice.
_REMEMBERED_CHARS = 40
_OPERATORS = PLAIN_SIGNS | ABROAD.keys() | {"AND", "OR", "NOT"}


@frozen
class ParsedQuery:
    """A query as it was understood. Its `str` is the query written without ambiguity.

    `tree` is what was written, `Nothing` if there is nothing; `resolve` makes of it what one index
    can search. `warnings`: what was not understood, from left to right.
    """

    tree: WrittenTree
    warnings: tuple[QueryWarning, ...] = ()

    def __str__(self) -> str:
        return str(self.tree)


def parse(
    text: str,
    *,
    match: Match = "all",
    strict: bool = False,
    keys: frozenset[str] = frozenset(),
    calendar: Calendar = UTC_CALENDAR,
) -> ParsedQuery:
    """Read a query of the language.

    Parameters
    ----------
    text
        What was typed.
    match
        Whether words side by side must all match, or any of them.
    strict
        Raise the first warning instead of reading on.
    keys
        Keys of users' own that can stand before a colon, as a field can.
    calendar
        When days begin, and what today is.

    Raises
    ------
    UnknownFieldError
        For a prefix such as ``colour:``.
    UnknownLanguageError
        For a filter such as ``lang:klingon``.
    QueryError
        For more than 8 KiB or 1,024 words; if `strict`, for anything that would be a warning.
    """
    if parts := plain_parts(text):
        known = _REMEMBERED
        found = [
            known[part] if len(part) <= _REMEMBERED_CHARS else plain_part(part) for part in parts
        ]
        return ParsedQuery(_joined(found, match))
    _check_length(text)
    text = visible(text)
    problems = Problems()
    text = read_signs(text, problems, keys)
    leaves = LeafReader(text, problems, calendar)
    tokens = tokens_of(text, keys)
    tree = Grammar(tokens, leaves, problems, keys=keys, match_any=match == "any").tree()
    return _finished(tree, problems, strict=strict)


def parse_words(text: str, *, match: Match = "all") -> ParsedQuery:
    """Read a text that has no syntax, such as a question or a topic: every token is a word.

    Raises QueryError for more than 8 KiB or 1,024 words.
    """
    _check_length(text)
    problems = Problems()
    words = LeafReader(text, problems).plain_words(text)
    return _finished(_joined(words, match) if words else None, problems, strict=False)


def plain_parts(text: str) -> list[str]:
    """Return the parts of a query for each of which `plain_part` reads a leaf.

    Returns none where only `parse` can read the query.
    """
    if len(text) < _PLAIN_CHARS and _PLAIN.fullmatch(text):
        written = _PLAIN_PARTS.findall(text) if '"' in text else text.split()
        if _OPERATORS.isdisjoint(written):
            return written
    return []


def value_filter(field: str, value: str | Sequence[str]) -> WrittenTree:
    """Return the filter ``field:"value"``, for an option of a search; of several values, any.

    Raises UnknownFieldError if the field is not a filter, UnknownLanguageError for a language that
    is not known, QueryError if the value holds no word.
    """
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return Or([value_filter(field, one) for one in value])
    if not isinstance(value, str):
        raise QueryError(f"{field} is {value!r}", hint=f"write {field}='name', or a list of names")
    if field in EXACT_FIELDS and value:
        return exact_value(field, value)
    if field not in WORD_FIELDS + EXACT_FIELDS:
        raise unknown_field(field, WORD_FIELDS + EXACT_FIELDS)
    words = forms_of(value)
    if not words:
        raise QueryError(f"{field}: {value!r} holds no word", hint="leave it out to search all")
    return FieldValue(field, tuple(words))


def plain_part(written: str) -> Word | Phrase | Pattern:
    """Read one of the parts of a query that has no syntax."""
    if written[0] == '"':
        return Phrase(tuple(forms_of(written)), exact=True)
    if written[-1] == "*":
        [form] = forms_of(written[:-1])
        return Pattern("prefix", form.lower())
    return plain_word(written)


_REMEMBERED = Memo(plain_part, 10_000)


def _joined(words: Sequence[Word | Phrase | Pattern], match: Match) -> WrittenTree:
    if len(words) == 1:
        return words[0]
    return Or(words) if match == "any" else And(words)


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
