"""What a query means: example -> tree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsearch.query import parse, parse_words, value_filter
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Not,
    Nothing,
    Or,
    Pattern,
    Phrase,
    Word,
)


def second(year: int, month: int = 1, day: int = 1, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


NORTH, KOREA, SUMMIT = Word("north"), Word("korea"), Word("summit")
KYODO = FieldValue("source", ("kyodo",))

TREES = {
    "north": NORTH,
    "NORTH": NORTH,
    "north korea": And([NORTH, KOREA]),
    "north AND korea": And([NORTH, KOREA]),
    "north OR korea": Or([NORTH, KOREA]),
    "north korea OR summit": Or([And([NORTH, KOREA]), SUMMIT]),
    "north (korea OR summit)": And([NORTH, Or([KOREA, SUMMIT])]),
    "north -korea": And([NORTH, Not(KOREA)]),
    "-korea": And([Every(), Not(KOREA)]),
    "north OR -korea": Or([NORTH, And([Every(), Not(KOREA)])]),
    "+north korea": AndMaybe(NORTH, KOREA),
    "+north korea summit": AndMaybe(NORTH, Or([KOREA, SUMMIT])),
    "+north +korea summit -kyodo source:kyodo": And(
        [AndMaybe(And([NORTH, KOREA]), SUMMIT), KYODO, Not(Word("kyodo"))]
    ),
    "*": Every(),
    "* -korea": And([Every(), Not(KOREA)]),
    "": Nothing(),
    '"north korea"': Phrase(("north", "korea"), exact=True),
    '"north korea"~5': Phrase(("north", "korea"), exact=True, slop=5),
    '"north korea"~5^2': Phrase(("north", "korea"), exact=True, slop=5, boost=2.0),
    '"north"': Phrase(("north",), exact=True),
    '"north"~5': Phrase(("north",), exact=True),
    "COVID-19": Phrase(("covid", "19"), exact=False),
    "north-korea~5": Phrase(("north", "korea"), exact=False, slop=5),
    "title:north-korea~5^2": Phrase(("north", "korea"), False, 5, ("title",), 2.0),
    "kore*": Pattern("prefix", "kore"),
    "*gate": Pattern("wildcard", "*gate"),
    "k*a": Pattern("wildcard", "k*a"),
    "organi?e": Pattern("wildcard", "organi?e"),
    "(kore?)": Pattern("wildcard", "kore?"),
    "kor?a*": Pattern("wildcard", "kor?a*"),
    "biegan~": Pattern("fuzzy", "biegan", 1),
    "biegan~2^3": Pattern("fuzzy", "biegan", 2, boost=3.0),
    "biegan~0": Phrase(("biegan",), exact=True),
    "title:north": Word("north", ("title",)),
    "body:north": Word("north", ("body",)),
    "text:north": NORTH,
    'title:"north korea"': Phrase(("north", "korea"), exact=True, fields=("title",)),
    "title:kore*": Pattern("prefix", "kore", fields=("title",)),
    "title:*": Pattern("prefix", "", fields=("title",)),
    "source:kyodo": KYODO,
    'source:"Kyodo News"': FieldValue("source", ("kyodo", "news")),
    "source:kyodo-news": FieldValue("source", ("kyodo", "news")),
    "author:smit*": Pattern("prefix", "smit", fields=("author",), boost=0.0),
    "author:smith~": Pattern("fuzzy", "smith", 1, fields=("author",), boost=0.0),
    "author:smith~0": FieldValue("author", ("smith",)),
    "agency:*": Pattern("prefix", "", fields=("agency",), boost=0.0),
    "id:seeds/a*b.txt": FieldValue("id", ("seeds/a*b.txt",)),
    'id:"two words (2)"': FieldValue("id", ("two words (2)",)),
    "url:https://a.b/c_(d)?e=f^g": FieldValue("url", ("https://a.b/c_(d)?e=f^g",)),
    "(url:https://a.b/c)": FieldValue("url", ("https://a.b/c",)),
    "lang:en": FieldValue("lang", ("en",)),
    "date:2020": DateRange(second(2020), second(2021)),
    "date:2020-07": DateRange(second(2020, 7), second(2020, 8)),
    "date:2020-07-10": DateRange(second(2020, 7, 10), second(2020, 7, 11)),
    "date:2020-07-10T12:00Z": DateRange(second(2020, 7, 10, 12), second(2020, 7, 10, 12) + 60),
    'date:"July 10, 2020"': DateRange(second(2020, 7, 10), second(2020, 7, 11)),
    "date:[2019-12-01 TO 2020-01-31]": DateRange(second(2019, 12), second(2020, 2)),
    "date:[2019-12 to 2020]": DateRange(second(2019, 12), second(2021)),
    "date:[* TO 2020]": DateRange(None, second(2021)),
    "date:[2020 TO *]": DateRange(second(2020), None),
    "date:>=2020-07": DateRange(second(2020, 7), None),
    "date:>2020-07": DateRange(second(2020, 8), None),
    "date:<2020-07": DateRange(None, second(2020, 7)),
    "date:<=2020-07": DateRange(None, second(2020, 8)),
    "date:*": DateRange(None, None),
    "date:(2019 OR >=2021)": Or(
        [DateRange(second(2019), second(2020)), DateRange(second(2021), None)]
    ),
    "north^2": Word("north", boost=2.0),
    "(north korea^2)^1.5": And([Word("north", boost=1.5), Word("korea", boost=3.0)]),
    "title:(north korea)": And([Word("north", ("title",)), Word("korea", ("title",))]),
    "title:(north body:korea)": And([Word("north", ("title",)), Word("korea", ("body",))]),
    "-title:north": And([Every(), Not(Word("north", ("title",)))]),
    '-"north korea"': And([Every(), Not(Phrase(("north", "korea"), exact=True))]),
    "-(north korea)": And([Every(), Not(And([NORTH, KOREA]))]),
    "source:(kyodo OR ap)": Or([KYODO, FieldValue("source", ("ap",))]),
}  # fmt: skip


@pytest.mark.parametrize("query", TREES)
def test_parser_gives_the_tree_that_the_query_means(query):
    assert parse(query).tree == TREES[query]


# query: how match="all" reads it, how match="any" reads it; both without ambiguity
READINGS = {
    "a b c": ("a AND b AND c", "a OR b OR c"),
    "a OR b c": ("a OR b AND c", "a OR b OR c"),
    "a b OR c d": ("a AND b OR c AND d", "a OR b OR c OR d"),
    "a AND b c": ("a AND b AND c", "a AND b OR c"),
    "a AND (b OR c)": ("a AND (b OR c)",) * 2,
    "a (b c)": ("a AND b AND c", "a OR b OR c"),
    "a AND (b c)": ("a AND b AND c", "a AND (b OR c)"),
    "a NOT b": ("a AND NOT b",) * 2,
    "a AND NOT b": ("a AND NOT b",) * 2,
    "a b -c": ("a AND b AND NOT c", "(a OR b) AND NOT c"),
    "-a b -c": ("b AND NOT a AND NOT c",) * 2,
    "-a -b": ("NOT a AND NOT b",) * 2,
    "NOT NOT a": ("a",) * 2,
    "NOT -a": ("a",) * 2,
    "NOT (NOT a)": ("NOT (NOT a)",) * 2,
    "NOT (a b)": ("NOT (a AND b)", "NOT (a OR b)"),
    "a (-b)": ("a AND NOT b",) * 2,
    "a OR (-b)": ("a OR NOT b",) * 2,
    "a b AND NOT c": ("a AND b AND NOT c", "a OR b AND NOT c"),
    "+a b": ("+a b",) * 2,
    "b +a": ("+a b",) * 2,
    "+a +b": ("a AND b",) * 2,
    "+a b c": ("+a (b OR c)",) * 2,
    "+a b -c": ("(+a b) AND NOT c",) * 2,
    "+a OR b": ("a OR b",) * 2,
    "+a b OR c": ("(+a b) OR c",) * 2,
    "(+a b) c": ("(+a b) AND c", "(+a b) OR c"),
    "+(a b) c": ("+(a AND b) c", "+(a OR b) c"),
    "+a (b AND -c)": ("+a (b AND NOT c)",) * 2,
    "+a * ": ("+a *",) * 2,
    # A filter narrows, whatever stands beside it.
    "a b source:x": ("a AND b AND source:x", "(a OR b) AND source:x"),
    "source:x a": ("source:x AND a", "a AND source:x"),
    "source:x author:y": ("source:x AND author:y",) * 2,
    "+a b source:x": ("(+a b) AND source:x",) * 2,
    "+source:x a": ("+source:x a",) * 2,
    "a (source:x OR source:y)": ("a AND (source:x OR source:y)",) * 2,
    "a b source:(x y)": (
        "a AND b AND source:x AND source:y",
        "(a OR b) AND (source:x OR source:y)",
    ),
    "a OR source:x": ("a OR source:x",) * 2,
    "a b date:2020": ("a AND b AND date:2020", "(a OR b) AND date:2020"),
    "a b (date:2020 -source:x)": (
        "a AND b AND date:2020 AND NOT source:x",
        "(a OR b) AND date:2020 AND NOT source:x",
    ),
    "* a": ("a", "* OR a"),
    # Upper case makes operators.
    "a and b or not c": (
        "a AND and AND b AND or AND not AND c",
        "a OR and OR b OR or OR not OR c",
    ),
    "title:AND": ("title:and",) * 2,
    "a -OR b": ("a AND b AND NOT or", "(a OR b) AND NOT or"),
    '"AND"': ('"and"',) * 2,
    # Words as they stand in the news.
    "AT&T": ("at&t",) * 2,
    "U.S.": ("US",) * 2,
    "don't don’t": ("don't AND don't", "don't OR don't"),
    "C++": ("c",) * 2,
    "O’Brien's": ("o'brien's",) * 2,
    "1,000.5": ("1,000.5",) * 2,
    "F-16": ("f-16",) * 2,
    "nytimes.com": ("nytimes-com",) * 2,
    "http://x.org/a": ("http-x-org-a",) * 2,
    "10:30": ("10-30",) * 2,
    "1st: x": ("1st AND x", "1st OR x"),
    "Exclusive: x": ("exclusive AND x", "exclusive OR x"),
    "[sic]": ("sic",) * 2,
    "a, b; c.": ("a AND b AND c", "a OR b OR c"),
    "word/other": ("word-other",) * 2,
    "北京": ("北-京",) * 2,
    "émigré": ("émigré",) * 2,
    "ＡＢＣ": ("abc",) * 2,
    # Typographic quotes and parentheses.
    "“a b”": ('"a b"',) * 2,
    "„a b“": ('"a b"',) * 2,
    "«a b»": ('"a b"',) * 2,
    "＂a b＂": ('"a b"',) * 2,
    '"a""b"': ('"a" AND "b"', '"a" OR "b"'),
    "（a OR b）c": ("(a OR b) AND c", "a OR b OR c"),
    "a\u3000OR\u3000b": ("a OR b",) * 2,
    # Dates in words.
    "date:2020-07 date:<2020-07-10": ("date:2020-07 AND date:[* TO 2020-07-09]",) * 2,
    # Stars in a row are one.
    "a** a**b": ("a* AND a*b", "a* OR a*b"),
    "kore*,": ("kore*",) * 2,
    "don't*": ("don't*",) * 2,
}  # fmt: skip


@pytest.mark.parametrize("query", READINGS)
def test_parser_reads_without_warning_in_both_modes(query):
    parsed = [parse(query, match=match, strict=True) for match in ("all", "any")]
    assert tuple(map(str, parsed)) == READINGS[query]


def test_words_are_kept_as_they_were_written():
    assert parse("Reports").tree == Word("reports")
    assert parse('"Reports"').tree == Phrase(("reports",), exact=True)
    assert parse("report-cards").tree == Phrase(("report", "cards"), exact=False)
    assert parse("Reports*").tree == Pattern("prefix", "reports")
    assert parse("Reports~1").tree == Pattern("fuzzy", "reports", 1)


def test_words_without_syntax_are_all_words():
    text = 'What did "Biegun" say -- NOT date:2020 (x'
    parsed = parse_words(text)
    assert str(parsed) == ("what AND did AND biegun AND say AND not AND date AND 2020 AND x")
    assert parsed.warnings == ()
    assert str(parse_words("a b", match="any")) == "a OR b"


def test_words_without_any_word_find_nothing():
    parsed = parse_words("-- 😀")
    assert parsed.tree == Nothing()
    assert [warning.column for warning in parsed.warnings] == [1]


def test_value_filter_is_the_filter_of_the_language():
    assert value_filter("source", "Kyodo News") == FieldValue("source", ("kyodo", "news"))
    assert value_filter("url", "http://A b") == FieldValue("url", ("http://A b",))
