"""The query tree: leaves, and what joins them, as values that know nothing of an index.

A tree of type ``Tree[L]`` is a leaf of the union ``L``, or `And`, `Or`, `Not` or `AndMaybe` over
such trees. The unions are closed: a switch over them ends in `assert_never`, so mypy finds the
switches that a new leaf is missing from. They are not Whoosh's classes, which are untyped: mypy
would take each of them for any other. ``str(tree)`` is the tree in the query language.

Boosts stand on leaves only: the parser multiplies the boost of a group into its leaves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Generic, Literal, Never, NoReturn, TypeVar, Union

from newsearch.analysis.terms import shown
from newsearch.fields import EXACT_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from newsearch.patterns import lazy_pattern
from newsearch.values import frozen

QUOTES = '"“”„‟«»＂″〝〞〟'
"""Characters that open and close a phrase."""

FUNCTION_WORD_WEIGHT = 0.2
"""What a function word (*the*, *of*) counts beside other words.

Mean average precision on cranfield .421 -> .433, on cacm .333 -> .358; among articles of
Reuters .419 -> .427 and .300 -> .325.
"""

_READ_AS_SIGN = lazy_pattern(r"(?:near|adj|atl|atleast)\d{1,4}")
"""Words that are read as operators, see `operators`."""

PatternKind = Literal["prefix", "wildcard", "fuzzy"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400
_WHOLE_LIMIT = 1e16
"""Whole numbers up to this are written without a point or an exponent."""


@frozen
class Word:
    """As written: a word form that stands for all inflections, in any of the fields.

    If there are several fields, they score together. `boost` is a factor of the score. `others`:
    forms of other words that will do as well, so that all are one word.
    """

    form: str
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.others:
            forms = " OR ".join((self.form, *self.others))
            return f"{_prefix(self.fields)}({forms}){_suffix(self)}"
        prefix = "text:" if _READ_AS_SIGN.fullmatch(self.form) else ""
        return (_prefix(self.fields) or prefix) + self.form + _suffix(self)


Alternatives = tuple[str, ...]
"""What a word of a query may be in one index, at least one, each once: terms or word forms.

They are one word to the ranking: it has one df, that of the articles with any of them.
"""


W = TypeVar("W", str, Alternatives)


@frozen
class _AnyPhrase(Generic[W]):
    """What both phrases have."""

    words: tuple[W, ...]
    exact: bool
    slop: int = 0
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0
    spelt: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = [_shown(word) for word in self.words]
        text = f'"{" ".join(words)}"' if self.exact else "-".join(words)
        if self.spelt:
            text = f"={self.spelt[0]}" if len(words) == 1 else f'="{" ".join(self.spelt)}"'
            text = text if self.fields == TEXT_FIELDS else f"({text})"
        near = f"~{self.slop}" if self.slop else ""
        return _in_fields(text + near + _suffix(self), self.fields)


def word_pattern(
    word: str, fields: tuple[str, ...] = TEXT_FIELDS, boost: float = 1.0
) -> Pattern | None:
    """Return what a phrase's word with wildcards stands for; None for one without."""
    if "*" not in word and "?" not in word:
        return None
    if word.find("*") == len(word) - 1 and "?" not in word:
        return Pattern("prefix", word[:-1], 0, fields, boost)
    return Pattern("wildcard", word, 0, fields, boost)


class Phrase(_AnyPhrase[str]):
    """As written: several words near each other in one field.

    `words`: forms in the order written, at least one; one only if `exact`. One with ``*`` or ``?``
    is any form that fits; see `word_pattern`. `exact`: they must stand in these forms
    (``"quoted"``), not in any (``covid-19``). `slop` 0: adjacent and in order. n > 0: all of them
    in any order with at most n other words in between, that is within a window of ``len(words) +
    n`` words. `fields`: one of them must hold the whole phrase. `spelt`: the words with capitals
    and accents, where these count; the phrase is then exact, without slop, and in a `Placed`.
    """

    __slots__ = ()


@frozen
class Term:
    """Resolved for one index: a word in any of the fields, scored by BM25 over them together.

    `terms`: of the word, in each language of the index; see `newsearch.analysis.terms`. `weight`:
    another factor of the score, which nobody typed: see `FUNCTION_WORD_WEIGHT`. `typed`: the keys
    of the form that was typed, one for each language, where it is much rarer than the terms; see
    `bm25.LEAST_RARER`.
    """

    terms: Alternatives
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0
    weight: float = 1.0
    typed: Alternatives = ()

    def __hash__(self) -> int:  # in a quarter of the time that all fields take
        return hash(self.terms)

    @property
    def factor(self) -> float:
        """By what the score is multiplied in all."""
        return self.boost * self.weight

    def __str__(self) -> str:
        return _prefix(self.fields) + _shown(self.terms) + _suffix(self)


class TermPhrase(_AnyPhrase[Alternatives]):
    """Resolved for one index: a `Phrase` whose words are terms, or word forms if it is exact.

    A word with wildcards is the only one of its alternatives.
    """

    __slots__ = ()


@frozen
class Pattern:
    """Any word form that fits; every matching article scores `boost`, which is 0 in a filter.

    `kind`: ``"prefix"``; ``"wildcard"``, where ``*`` is any letters and ``?`` is one; or
    ``"fuzzy"``. `text`: the form, without the star if a prefix, with its wildcards if a wildcard.
    `max_edits`: fuzzy only, letters inserted, deleted, changed or swapped with their neighbour
    (optimal string alignment). The first letter never changes. `fields`: ``title`` and ``body``, or
    a filter of words: one of ``WORD_FIELDS`` or a key of users' own.
    """

    kind: PatternKind
    text: str
    max_edits: int = 0
    fields: tuple[str, ...] = TEXT_FIELDS
    boost: float = 1.0

    def __str__(self) -> str:
        ending = {"prefix": "*", "wildcard": "", "fuzzy": f"~{self.max_edits}"}[self.kind]
        return _in_fields(self.text + ending + _suffix(self), self.fields)


class Unscored:
    """A leaf that scores 0 and is the same in every index: a filter, every article, or none."""

    __slots__ = ()
    boost: ClassVar[float] = 1.0


@frozen
class FieldValue(Unscored):
    """A filter: word forms adjacent in a value, or the whole value of one of `EXACT_FIELDS`.

    ``source`` means the publisher or a credited agency.
    """

    fieldname: str
    words: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The field, in the form the other leaves have it."""
        return (self.fieldname,)

    def __str__(self) -> str:
        value = " ".join(self.words)
        exact = self.fieldname in EXACT_FIELDS
        plain = len(self.words) == 1 and not (exact and _needs_quotes(value))
        return f"{self.fieldname}:{value}" if plain else f'{self.fieldname}:"{value}"'


@frozen
class DateRange(Unscored):
    """A filter: articles of a known date with ``start_s <= date < end_s``.

    Seconds from 1970 in UTC, negative before; None is open.
    """

    start_s: int | None
    end_s: int | None
    fields: ClassVar[tuple[str, ...]] = ("date",)

    @property
    def is_empty(self) -> bool:
        """Whether no date can be in the range."""
        return self.start_s is not None and self.end_s is not None and self.start_s >= self.end_s

    def __str__(self) -> str:
        if self.start_s is not None and self.end_s is not None:
            return f"date:{_write_range(self.start_s, self.end_s)}"
        if self.start_s is None and self.end_s == _FIRST_INSTANT_S:
            return "date:<0001-01-01"  # no day before it could be written as the last
        start = "*" if self.start_s is None else _write_first(self.start_s)
        end = "*" if self.end_s is None else _write_last(self.end_s)
        return f"date:[{start} TO {end}]"


@frozen
class NumberRange(Unscored):
    """A filter: articles with a number of which ``low <= number <= high``; None is open."""

    fieldname: str
    low: float | None
    high: float | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The field, in the form the other leaves have it."""
        return (self.fieldname,)

    @property
    def is_empty(self) -> bool:
        """Whether no number can be in the range."""
        return self.low is not None and self.high is not None and self.low > self.high

    def holds(self, number: float) -> bool:
        """Whether a number is in the range; not a number (NaN) is in none."""
        low, high = self.low, self.high
        is_within = (low is None or number >= low) and (high is None or number <= high)
        return is_within and not math.isnan(number)

    def __str__(self) -> str:
        if self.low == self.high and self.low is not None:
            # A number that follows a key could be one word of its value; a negative one is none.
            is_read = self.fieldname in NUMBER_FIELDS or self.low < 0
            number = _write_number(self.low)
            return f"{self.fieldname}:{number if is_read else f'[{number} TO {number}]'}"
        return f"{self.fieldname}:{_write_numbers(self.low, self.high)}"


@frozen
class Every(Unscored):
    """Every article."""

    def __str__(self) -> str:
        return "*"


@frozen
class Nothing(Unscored):
    """No article: what a query without any word is read as."""

    def __str__(self) -> str:
        return ""


Reach = int | Literal["S", "P"]
"""Words up to another, adjacent ones being one apart; or within one sentence, or paragraph."""


@frozen
class Link:
    """What `Placed` asks of two neighbours: how near they are, and whether in the order written."""

    reach: Reach
    is_ordered: bool = False

    def __str__(self) -> str:
        return f"{'PRE' if self.is_ordered else 'NEAR'}/{self.reach}"


P = TypeVar("P", bound="Word | Phrase | Pattern | Term | TermPhrase")


@frozen
class _AnyPlaced(Generic[P]):
    """What both have that ask where words stand."""

    parts: tuple[tuple[P, ...], ...]
    links: tuple[Link, ...] = ()
    least: int = 1
    first: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that any of its words is looked for in."""
        own = {name for part in self.parts for one in part for name in one.fields}
        return tuple(name for name in TEXT_FIELDS if name in own)

    @property
    def boost(self) -> float:
        """By what the score is multiplied: the greatest boost of its words."""
        return max([one.boost for part in self.parts for one in part])

    def __str__(self) -> str:
        texts = [
            _bracketed(Or(part) if len(part) > 1 else part[0], _OPERAND) for part in self.parts
        ]
        pairs = zip(self.links, texts[1:], strict=True)
        text = texts[0] + "".join(f" {link} {after}" for link, after in pairs)
        first = f"FIRST/{self.first} " if self.first else ""
        least = f"ATLEAST/{self.least} " if self.least > 1 else ""
        return least + first + (f"({text})" if self.links and (first or least) else text)


class Placed(_AnyPlaced[Word | Phrase | Pattern]):
    """As written: words of which it counts where they stand, and how often.

    `parts`: at least one, each at least one word, phrase or pattern of which any will do. `links`:
    one between each part and the next. An occurrence of a part counts where occurrences of all
    others stand so that each link holds; those that a link joins are in one field and do not
    overlap. `least`: how often that must be in an article: as often as its rarest part counts.
    `first`: in how many of the first words of the body, or of the title where only that is
    searched; 0 for all.
    """

    __slots__ = ()


class TermsPlaced(_AnyPlaced[Term | TermPhrase | Pattern]):
    """Resolved for one index: a `Placed` whose parts are what can be searched there."""

    __slots__ = ()


Filter = FieldValue | DateRange | NumberRange
"""The leaves that narrow and never score."""

_SameEverywhere = Pattern | Filter | Every | Nothing

WrittenLeaf = Word | Phrase | Placed | _SameEverywhere
"""What the parser gives: what was typed, before it is known which index it is for."""

ResolvedLeaf = Term | TermPhrase | TermsPlaced | _SameEverywhere
"""What can be searched in one index; `resolve` makes them."""

L_co = TypeVar("L_co", covariant=True)


@frozen
class _Group(Generic[L_co]):
    """What `And` and `Or` have."""

    parts: tuple[Tree[L_co], ...]

    def __init__(self, parts: Iterable[Tree[L_co]]) -> None:
        object.__setattr__(self, "parts", tuple(parts))


class And(_Group[L_co]):
    """All parts must match, at least one; the score is their sum. A `Not` in it excludes."""

    __slots__ = ()

    def __str__(self) -> str:
        # An exclusion alone excludes from all articles.
        rest = self.parts[1:] if self.parts[0] == Every() else ()
        return " AND ".join(_bracketed(part, _OPERAND) for part in rest or self.parts)


class Or(_Group[L_co]):
    """Any of the parts must match, at least one; the score is the sum of those that do."""

    __slots__ = ()

    @property
    def is_filter(self) -> bool:
        """Whether no part scores: it names publishers, say, of which one is enough."""
        return all(isinstance(part, Unscored) for part in self.parts)

    def __str__(self) -> str:
        return " OR ".join(_bracketed(part, _CONJUNCTION) for part in self.parts)


@frozen
class Not(Generic[L_co]):
    """Articles that the part does not match. Scores 0."""

    part: Tree[L_co]

    def __str__(self) -> str:
        return f"NOT {_bracketed(self.part, _OPERAND)}"


@frozen
class AndMaybe(Generic[L_co]):
    """What `required` matches; where `optional` matches too, its score is added."""

    required: Tree[L_co]
    optional: Tree[L_co]

    def __str__(self) -> str:
        required, optional = (_bracketed(part, _OPERAND) for part in (self.required, self.optional))
        return f"+{required} {optional}"


# mypy takes no union written with | that begins with a type variable for a type.
Tree = Union[L_co, And[L_co], Or[L_co], Not[L_co], AndMaybe[L_co]]  # noqa: UP007

WrittenTree = Tree[WrittenLeaf]
ResolvedTree = Tree[ResolvedLeaf]
L = TypeVar("L", WrittenLeaf, ResolvedLeaf)


def assert_never(node: Never) -> NoReturn:
    """End a switch over nodes, as ``typing.assert_never`` does.

    Raises TypeError: types were not checked, and a node came that the switch does not know.
    """
    raise TypeError(f"{node!r} is not a query newsearch can run")


_WITH_PARTS = (And, Or, Not, AndMaybe)


def children(tree: And[L] | Or[L] | Not[L] | AndMaybe[L]) -> tuple[Tree[L], ...]:
    """Return the parts of a tree that is no leaf, in the order written."""
    match tree:
        case And() | Or():
            return tree.parts
        case Not():
            return (tree.part,)
        case AndMaybe():
            return tree.required, tree.optional
        case _:
            assert_never(tree)


def leaves(tree: Tree[L], *, with_excluded: bool = True) -> Iterator[L]:
    """Return the leaves of a tree, in the order written, with or without those in a `Not`."""
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        if not isinstance(part, _WITH_PARTS):
            yield part
        elif with_excluded or not isinstance(part, Not):
            open_parts += reversed(children(part))


_DISJUNCTION, _CONJUNCTION, _OPERAND = range(3)


def _bracketed(part: object, place: int) -> str:
    """Write a part, in parentheses where it binds less than its place asks for."""
    text = str(part)
    return f"({text})" if _binding(part) < place else text


def _binding(part: object) -> int:
    if isinstance(part, Or | AndMaybe):
        return _DISJUNCTION
    return _CONJUNCTION if isinstance(part, And) else _OPERAND


_FIRST_INSTANT_S = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())


def _shown(word: str | Alternatives) -> str:
    return word if isinstance(word, str) else "|".join(map(shown, word))


def _in_fields(text: str, fields: tuple[str, ...]) -> str:
    """Write fields before what is looked for in them."""
    # At the end of a query, a last ? without a field would be read as a question mark.
    is_question = text.endswith("?") and fields == TEXT_FIELDS
    return f"({text})" if is_question else _prefix(fields) + text


def _prefix(fields: tuple[str, ...]) -> str:
    return "" if fields == TEXT_FIELDS else f"{fields[0]}:"


def _suffix(leaf: Word | _AnyPhrase[W] | Term | Pattern) -> str:
    if leaf.boost == 1 or leaf.fields[0] not in TEXT_FIELDS:
        return ""
    return f"^{leaf.boost:.0f}" if leaf.boost == int(leaf.boost) else f"^{leaf.boost!r}"


def _write_numbers(low: float | None, high: float | None) -> str:
    first, last = ("*" if end is None else _write_number(end) for end in (low, high))
    # The next number outside is what was written after the sign, if it is shorter.
    if low is not None and high is None:
        below = math.nextafter(low, -math.inf)
        if math.isfinite(below) and len(_write_number(below)) < len(first):
            return f">{_write_number(below)}"
    if high is not None and low is None:
        above = math.nextafter(high, math.inf)
        if math.isfinite(above) and len(_write_number(above)) < len(last):
            return f"<{_write_number(above)}"
    return f"[{first} TO {last}]"


def _write_number(number: float) -> str:
    is_whole = abs(number) < _WHOLE_LIMIT and number == int(number)
    return str(int(number)) if is_whole else repr(number)


def _needs_quotes(value: str) -> bool:
    # A value with a quotation mark can only be written without any around it.
    if any(char in QUOTES for char in value):
        return False
    return value.startswith("//") or any(c in "()（）*" or c.isspace() for c in value)


def _write_instant(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:19] + "Z"


def _write_first(start: int) -> str:
    return _write_instant(start)[:10] if start % _DAY_S == 0 else _write_instant(start)


def _write_last(end: int) -> str:
    """Write the end as the language does, included: the last day, or the last second."""
    return _write_instant(end - 1)[:10] if end % _DAY_S == 0 else _write_instant(end - 1)


def _write_range(start: int, end: int) -> str:
    first, last = _write_first(start), _write_last(end)
    if first == last:
        return first
    if first[:4] == last[:4] and (first[4:], last[4:]) == ("-01-01", "-12-31"):
        return first[:4]
    is_month = first[:8] == last[:8] and first[8:] == "01" and len(last) == 10
    if is_month and _write_first(end)[8:] == "01":
        return first[:7]
    return f"[{first} TO {last}]"
