"""What is written as one word, phrase or value -> a leaf of the tree (or a small group of them)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from math import prod

from newsearch.analysis.tokens import form, spelling, words
from newsearch.analysis.tokens import forms as forms_of
from newsearch.errors import QueryError
from newsearch.fields import EXACT_FIELDS, FIELD, QUERY_FIELDS, RANGE_FIELDS
from newsearch.keys import is_negative
from newsearch.languages import known_language
from newsearch.memo import Memo
from newsearch.patterns import lazy_pattern
from newsearch.query import dates, numbers
from newsearch.query.calendar import UTC_CALENDAR, Calendar
from newsearch.query.endings import (
    NUMBER,
    Ending,
    Scope,
    boosted,
    edits,
    shown,
    slop,
    split_ending,
    warn_useless,
)
from newsearch.query.lexer import DASHES, Token
from newsearch.query.nodes import (
    QUOTES,
    DateRange,
    Every,
    FieldValue,
    NumberRange,
    Pattern,
    Phrase,
    Placed,
    Word,
    WrittenTree,
    word_pattern,
)
from newsearch.query.problems import Problems
from newsearch.query.ranges import COMPARISON, first_fault
from newsearch.query.trees import any_of

WORD_LIMIT = 1024
RANGE_LIMIT = 64
"""Dates and numbers that one query can compare with."""

_LOOKS_LIKE_SYNTAX = lazy_pattern(
    rf"^[-+!{DASHES}]|^\[[^\]]*$|[{QUOTES}]|:$|\?[!.,;…]*\??$|^(?ai:{'|'.join(QUERY_FIELDS)}):"
)
_SIGNS = lazy_pattern(r"[-+]+")
_STARS = lazy_pattern(r"\*+")
_WILDCARDS = lazy_pattern(r"[*?]+")
_WILDCARD = lazy_pattern(r"[*?]")
# Between quotation marks a question mark after a word is one.
_QUOTED_WILDCARD = lazy_pattern(r"(?<=\w)[*?]+(?=\w)|(?<=\w)\*++|(?<!\*)\*++(?=\w)")
_QUESTION_MARK = lazy_pattern(r"\?(?:[!.,;…]+\??)?\Z")
_ALTERNATIVES = lazy_pattern(r"\(([^()]*\|[^()]*)\)")
_MOST_WAYS = 64
# What keeps a place in a word while it is analysed: letters of phonetic alphabets, and in numbers
# Mongolian digits.
_LETTERS, _DIGITS = ("ʡ", "ʢ"), ("᠐", "᠑")
_FROM_WILDCARDS = str.maketrans("*?", "".join(_LETTERS))
_TO_WILDCARDS = str.maketrans("".join((*_LETTERS, *_DIGITS)), "*?*?")
_TO_DIGITS = str.maketrans("".join(_LETTERS), "".join(_DIGITS))
_IN_NUMBER = lazy_pattern(r"(?:(?<=\d)|(?<=\d[.,]))[ʡʢ]++|(?<![ʡʢ])[ʡʢ]++(?=[.,]?\d)")
_STAND_INS = frozenset((*_LETTERS, *_DIGITS))


_REMEMBERED_CHARS = 60  # longer words are seldom written twice


def word_parts(text: str) -> list[str]:
    """Cut a text that has no syntax where no token, nor what it depends on, reaches across."""
    return text.split(" ")


def words_in(part: str) -> list[Word]:
    """Read a part of a text that has no syntax: each of its tokens is a word."""
    return [Word(form(word)) for word in words(part)]


_REMEMBERED = Memo(words_in, 10_000)


def plain_word(text: str) -> Word | Phrase:
    """Read what is written as one word without any syntax; it holds a token."""
    forms = forms_of(text)
    return Word(forms[0]) if len(forms) == 1 else Phrase(tuple(forms), exact=False)


class LeafReader:
    """Reads the words of one query, given as a whole, and counts them; warnings go to `problems`.

    Every method gives None, after a warning, where there is nothing to search for.
    """

    def __init__(self, text: str, problems: Problems, calendar: Calendar = UTC_CALENDAR) -> None:
        self._text = text
        self._calendar = calendar
        self._problems = problems
        self._n_words = 0
        self._n_ranges = 0

    def word(self, text: str, column: int, scope: Scope) -> WrittenTree | None:
        """Read a word with its wildcards and endings."""
        self._count(1, column)
        if text.isalnum() and scope.is_scored:
            return self._plain(text, column, scope)
        if scope.field in EXACT_FIELDS:
            return self._value(text, column, scope.field)
        head, ending = split_ending(text, column)
        if not head:
            return self._headless(text, column, scope)
        is_key = _is_key(scope.field)
        if scope.field in RANGE_FIELDS or (is_key and numbers.compares(head)):
            return self._compared(head, column, ending, scope)
        if is_key and (compared := COMPARISON.fullmatch(head)):
            sign, head = compared[1], compared[2]
            fault = f"{shown(head)} is not a number;" if head else "no number follows;"
            self._problems.warn(column, f"{fault} {sign} is ignored", numbers.hint(scope.field))
            column += len(sign)
        if _LOOKS_LIKE_SYNTAX.search(head):
            head = self._without_false_syntax(head, column, scope)
        if not head:
            return None
        scope = boosted(ending, scope, self._problems)
        if "*" in head or "?" in head:
            return self._wildcard(head, column, ending, scope)
        if ending.near is not None:
            return self._fuzzy(head, column, ending, scope)
        return self._plain(head, column, scope)

    def phrase(self, token: Token, scope: Scope) -> WrittenTree | None:
        """Read what stands between quotation marks, with its endings."""
        column = token.start() + 1
        self._count(1, column)
        quoted = token["quoted"]
        if not quoted.strip():
            self._warn_empty_quotes(token, scope)
            return None
        if token["end"] is None:
            self._problems.warn(column, "the quotation mark is not closed; it reaches to the end")
        ending = split_ending(token["ending"] or "", token.start("ending") + 1)[1]
        is_number = _is_key(scope.field) and is_negative(quoted.strip())
        if scope.field in RANGE_FIELDS or is_number:
            return self._compared(quoted, column, ending, scope)
        lone = None if scope.field in EXACT_FIELDS else _lone_star(quoted, scope)
        if lone is not None:
            at = column + 1 + lone
            self._problems.warn(at, "* between quotation marks is read as punctuation")
        scope = boosted(ending, scope, self._problems)
        ways = [quoted] if scope.field in EXACT_FIELDS else self._ways(quoted, column)
        if scope.is_scored:
            near = slop(ending, self._problems)
            forms = [self._pattern_forms(_QUOTED_WILDCARD, way, column) for way in ways]
            found = [self._exact(own, scope, near) for own in forms if own]
            return any_of(found) if found else self._nothing(token[0], column)
        if ending.near is not None:
            warn_useless("~", ending.near_column, scope, self._problems)
        values = [self._filter_value(way, column, scope.field) for way in ways]
        return any_of(value for value in values if value) if any(values) else None

    def _ways(self, quoted: str, column: int) -> list[str]:
        """Return a quoted text with one of each alternatives, ``north (korea|korean)``."""
        texts = _ALTERNATIVES.split(quoted)  # every second one is what was in parentheses
        choices = [text.split("|") if at % 2 else [text] for at, text in enumerate(texts)]
        if prod(map(len, choices)) > _MOST_WAYS:
            message = f"more than {_MOST_WAYS} ways to read a phrase; | is read as punctuation"
            self._problems.warn(column, message)
            return [quoted]
        return list(dict.fromkeys(map("".join, product(*choices))))

    def spelt(self, token: Token, scope: Scope) -> WrittenTree | None:
        """Read a word or phrase whose capitals and accents count."""
        column = token.start() + 1
        if token.lastgroup == "word":
            text, ending = split_ending(token.group(), column)
        else:
            text = token["quoted"]
            ending = split_ending(token["ending"] or "", token.start("ending") + 1)[1]
        written = words(text)
        if ending.near is not None or "*" in text or "?" in text or not written:
            hint = 'write it before whole words: =Turkey, ="Prime Minister"'
            self._problems.warn(column - 1, "= is ignored", hint)
            is_word = token.lastgroup == "word"
            return self.word(token.group(), column, scope) if is_word else self.phrase(token, scope)
        self._count(len(written), column)
        scope = boosted(ending, scope, self._problems)
        forms, spelt = tuple(map(form, written)), tuple(map(spelling, written))
        fields, boost = scope.fields, scope.boost
        phrase = Phrase(forms, exact=True, fields=fields, boost=boost, spelt=spelt)
        return Placed(((phrase,),))

    def _warn_empty_quotes(self, token: Token, scope: Scope) -> None:
        name = f"{scope.field}:"
        shown_name = name if token.string.endswith(name, 0, token.start()) else ""
        if token["end"] is None:
            message = f'{shown_name}" has nothing after it and is ignored'
        else:
            message = f'{shown_name}"" is empty and is ignored'
        hint = _range_hint(scope.field) if scope.field in RANGE_FIELDS else ""
        self._problems.warn(token.start() + 1, message, hint)

    def exact(self, token: Token) -> WrittenTree | None:
        """Read ``url:...``, a value that is compared letter by letter."""
        column = token.start("value") + 1
        self._count(1, column)
        return self._value(token["value"], column, token["exact_field"].lower())

    def span(self, token: Token) -> WrittenTree | None:
        """Read ``date:[a TO b]``, of dates or numbers."""
        column, field = token.start() + 1, token["range_field"].lower()
        self._count(1, column)
        part = "unclosed" if token["inside"] is None else "inside"
        if part == "unclosed":
            at = token.end("range_field") + 2
            self._problems.warn(at, "[ is not closed", "write ] after the range")
        text = token[part]
        read: Callable[[str], DateRange | NumberRange] = partial(numbers.span, field)
        read_end: Callable[[str], object] = numbers.bound
        if field == "date":
            read = partial(dates.span, calendar=self._calendar)
            read_end = partial(dates.bounds, calendar=self._calendar)
        if (fault := first_fault(text, read_end)) is not None:
            column = token.start(part) + 1 + fault
        return self._range(read, text, column, field)

    def group_scope(self, text: str, column: int, scope: Scope) -> Scope:
        """Take in what follows a closing parenthesis."""
        ending = split_ending(text, column)[1]
        if ending.near is not None:
            hint = 'write it after each word, or after a phrase: "north korea"~5'
            self._problems.warn(ending.near_column, "~ after a group is ignored", hint)
        return boosted(ending, scope, self._problems)

    def plain_words(self, text: str) -> list[Word]:
        """Read a text that has no syntax: each of its tokens is a word."""
        known = _REMEMBERED
        found = [
            word
            for part in word_parts(text)
            for word in (known[part] if len(part) <= _REMEMBERED_CHARS else words_in(part))
        ]
        self._count(max(len(found), 1), 1)
        return found

    # Words

    def _plain(self, text: str, column: int, scope: Scope) -> WrittenTree | None:
        if not scope.is_scored:
            return self._filter_value(text, column, scope.field)
        forms = self._forms(text, column)
        if not forms:
            return self._nothing(text, column)
        return _any_form(forms, scope)

    def _wildcard(self, text: str, column: int, ending: Ending, scope: Scope) -> WrittenTree | None:
        if ending.near is not None:
            message = "a word can have wildcards or ~, but not both; ~ is ignored"
            self._problems.warn(ending.near_column, message)
        forms = self._pattern_forms(_WILDCARD, text, column)
        if len(forms) > 1 and scope.is_scored and not any(map(_WILDCARDS.fullmatch, forms)):
            return _any_form(forms, scope)
        if len(forms) != 1 or not _STAND_INS.isdisjoint(text):
            message = f"the wildcards of {shown(text)} span more than one word and are ignored"
            self._problems.warn(column, message, "write a wildcard within one word: kore*")
            return self._plain(_WILDCARDS.sub(" ", text), column, scope)
        pattern = forms[0]
        boost = scope.boost if scope.is_scored else 0.0
        if pattern == "*":
            return self._anything(scope)
        # A form without a wildcard has had it after the letters that a form keeps.
        return word_pattern(pattern, scope.fields, boost) or self._exact(forms, scope)

    def _anything(self, scope: Scope) -> WrittenTree:
        if scope.field in ("", "text"):
            return Every()
        return Pattern("prefix", "", 0, scope.fields, scope.boost if scope.is_scored else 0.0)

    def _fuzzy(self, text: str, column: int, ending: Ending, scope: Scope) -> WrittenTree | None:
        forms = self._forms(text, column)
        if not forms:
            return self._nothing(text, column)
        if len(forms) > 1 and scope.is_scored:
            return _any_form(forms, scope, slop(ending, self._problems))
        if len(forms) > 1:
            message = f"{shown(text)} is more than one word; ~ is ignored"
            self._problems.warn(ending.near_column, message)
            return self._exact(forms, scope)
        n_edits = edits(ending, self._problems)
        if n_edits == 0:
            return self._exact(forms, scope)
        boost = scope.boost if scope.is_scored else 0.0
        return Pattern("fuzzy", forms[0].lower(), n_edits, scope.fields, boost)

    def _exact(self, forms: list[str], scope: Scope, near: int = 0) -> WrittenTree:
        if not scope.is_scored:
            return FieldValue(scope.field, tuple(forms))
        near = near if len(forms) > 1 else 0  # nothing is in between a single word
        fields, boost = scope.fields, scope.boost
        return Phrase(tuple(forms), exact=True, slop=near, fields=fields, boost=boost)

    def _headless(self, text: str, column: int, scope: Scope) -> WrittenTree | None:
        """Read a word that begins with ``~`` or ``^``, which belong after one."""
        rest = text.lstrip("~^")
        sign = text[0]
        message = f"{sign} has nothing before it and is ignored"
        self._problems.warn(column, message, f"write it right after the word: tokyo{sign}2")
        if not rest or NUMBER.fullmatch(rest):
            return None
        return self.word(rest, column + len(text) - len(rest), scope)

    def _without_false_syntax(self, text: str, column: int, scope: Scope) -> str:
        """Warn of punctuation that could be meant as syntax; return the word that is left."""
        if _SIGNS.fullmatch(text):
            sign, effect = ("-", "exclude") if "-" in text else ("+", "require")
            hint = f"write {sign} right before a word to {effect} it"
            self._problems.warn(column, f"{text} stands alone and is ignored", hint)
            return ""
        name, colon, rest = text.partition(":")
        name = name.lower()
        if name in QUERY_FIELDS and colon and not rest:
            example = FIELD[name].example if name in FIELD else "tokyo"
            hint = f"write the value right after the colon, as in {name}:{example}"
            self._problems.warn(column, f"{text} has nothing after it and is ignored", hint)
            return ""
        if colon and name in QUERY_FIELDS:
            message = f"{name}: is read as a word here"
            hint = "write one field before each word or group: title:tokyo source:kyodo"
            self._problems.warn(column, message, hint)
        if len(text) > 1 or text == "[":
            self._warn_of_first(text[0], column, scope)
        if quote := next((at for at, char in enumerate(text) if char in QUOTES), 0):
            message = "a quotation mark within a word is read as punctuation"
            self._problems.warn(column + quote, message)
        if mark := self._question_mark(text, column, scope):
            message = "the ? at the end is read as a question mark"
            hint = "as a wildcard, write it in parentheses: (kore?)"
            self._problems.warn(column + mark.start(), message, hint)
            return text[: mark.start()]
        return text

    def _warn_of_first(self, char: str, column: int, scope: Scope) -> None:
        if char in "-+":
            message = f"{char} within a word is read as punctuation"
            hint = f"write it before everything: {char}title:tokyo"
        elif char in DASHES:
            message = f"{char} is a dash and excludes nothing"
            hint = "write the minus of the keyboard, -, to exclude a word"
        elif char == "!":
            message, hint = "! is read as punctuation", "write - to exclude a word"
        elif char == "[":
            message = "[ is read as punctuation"
            is_key = _is_key(scope.field)
            example = _range_example(scope.field) if is_key else "date:[2019 TO 2020]"
            hint = f"ranges are written {example}"
        else:
            return
        self._problems.warn(column, message, hint)

    def _question_mark(self, text: str, column: int, scope: Scope) -> re.Match[str] | None:
        """Find the question mark after a word: the last of a query, one before a sign.

        Where a query ends in one, so are those before it after which a capital begins a sentence.
        """
        mark = None if scope.field or "?" not in text else _QUESTION_MARK.search(text)
        if mark is None or _WILDCARD.search(text, 0, mark.start()):
            return None
        rest = self._text[column - 1 + len(text) :].strip()
        is_one = not rest or len(mark[0]) > 1 or (rest.endswith("?") and rest[0].isupper())
        return mark if is_one else None

    # Filters

    def _value(self, text: str, column: int, field: str) -> WrittenTree | None:
        if set(text) == {"*"}:
            self._problems.warn(column, f"{field} takes one whole value; * is ignored")
            return None
        return exact_value(field, text, column)

    def _filter_value(self, text: str, column: int, field: str) -> WrittenTree | None:
        if field in EXACT_FIELDS:
            return self._value(text, column, field)
        forms = self._forms(text, column)
        return FieldValue(field, tuple(forms)) if forms else self._nothing(text, column)

    def _compared(self, text: str, column: int, ending: Ending, scope: Scope) -> WrittenTree | None:
        for sign, text_after, at in (
            ("~", ending.near, ending.near_column),
            ("^", ending.boost, ending.boost_column),
        ):
            if text_after is not None:
                warn_useless(sign, at, scope, self._problems)
        field = scope.field
        read: Callable[[str], DateRange | NumberRange] = partial(numbers.comparison, field)
        if field == "date":
            read = partial(dates.comparison, calendar=self._calendar)
        return self._range(read, text.strip(), column, field)

    def _range(
        self, read: Callable[[str], DateRange | NumberRange], text: str, column: int, field: str
    ) -> WrittenTree | None:
        self._n_ranges += 1
        if self._n_ranges > RANGE_LIMIT:
            hint = f"name a range: {_range_example(field)}"
            what = "dates" if field == "date" else "numbers"
            raise QueryError(f"more than {RANGE_LIMIT} {what}", column=column, hint=hint)
        try:
            wanted = read(text)
        except ValueError as error:
            reason = str(error).partition(";")[0]
            self._problems.warn(column, f"{reason} and is ignored", _range_hint(field))
            return None
        if wanted.is_empty:
            self._problems.warn(column, "the range ends before it starts and finds nothing")
        return wanted

    def _pattern_forms(self, wildcard: re.Pattern[str], text: str, column: int) -> list[str]:
        """Return the forms of a text, in which some of ``*`` and ``?`` belong to the words."""
        if not _WILDCARD.search(text) or not _STAND_INS.isdisjoint(text):
            return self._forms(text, column)
        if _is_dotted(text):
            text = text.replace(".", "")
        marked = wildcard.sub(lambda found: found.group().translate(_FROM_WILDCARDS), text)
        marked = _IN_NUMBER.sub(lambda found: found.group().translate(_TO_DIGITS), marked)
        forms = self._forms(marked, column)
        return [_STARS.sub("*", one.translate(_TO_WILDCARDS)) for one in forms]

    # Counting

    def _forms(self, text: str, column: int) -> list[str]:
        forms = forms_of(text)
        if len(forms) > 1:  # the first was counted as what was written
            self._count(len(forms) - 1, column)
        return forms

    def _count(self, n: int, column: int) -> None:
        self._n_words += n
        if self._n_words > WORD_LIMIT:
            hint = "ask for fewer, or in several queries"
            raise QueryError(f"more than {WORD_LIMIT:,} words", column=column, hint=hint)

    def _nothing(self, text: str, column: int) -> WrittenTree | None:
        self._problems.warn(column, f"{shown(text)} holds no word and is ignored")
        return None


def _is_dotted(text: str) -> bool:
    """Whether a word with wildcards is an acronym with full stops: ``U.S*``."""
    letters = [_WILDCARDS.sub("", part) for part in text.split(".")]
    return len(letters) > 1 and all(len(one) < 2 and (one.isalpha() or not one) for one in letters)


def _lone_star(quoted: str, scope: Scope) -> int | None:
    """Return where a star is that belongs to no word; in a filter, any star."""
    left = _QUOTED_WILDCARD.sub(lambda found: "x" * len(found.group()), quoted)
    at = (left if scope.is_scored else quoted).find("*")
    return None if at < 0 else at


def exact_value(field: str, text: str, column: int | None = None) -> FieldValue:
    """Return the filter of a field that holds one whole value; a language goes by its code.

    Raises UnknownLanguageError for a language that is not known.
    """
    return FieldValue(field, (known_language(text, column) if field == "lang" else text,))


def _is_key(field: str) -> bool:
    """Whether a field is a key of users' own."""
    return bool(field) and field not in QUERY_FIELDS


def _range_hint(field: str) -> str:
    return dates.DATE_HINT if field == "date" else numbers.hint(field)


def _range_example(field: str) -> str:
    return "date:[2019-12-01 TO 2020-01-31]" if field == "date" else f"{field}:[100 TO 500]"


def _any_form(forms: list[str], scope: Scope, near: int = 0) -> WrittenTree:
    """Return the words in any of their forms; several are a compound, and stand side by side."""
    if len(forms) == 1:
        return Word(forms[0], scope.fields, scope.boost)
    return Phrase(tuple(forms), exact=False, slop=near, fields=scope.fields, boost=scope.boost)
