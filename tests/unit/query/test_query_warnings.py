"""What does not fit: read in the nearest sensible way, with a warning at its column."""

from __future__ import annotations

import pytest

from newsearch.answers.query_warning import QueryWarning
from newsearch.errors import QueryError, UnknownFieldError
from newsearch.fields import QUERY_FIELDS
from newsearch.query import date_filter, parse, value_filter
from newsearch.query.nodes import FieldValue, Nothing, NumberRange, leaves

# query: how it is read, and the columns of its warnings
MALFORMED = {
    # Operators without operands
    "AND": ("", [1]),
    "a AND": ("a", [3]),
    "OR a": ("a", [1]),
    "a AND OR b": ("a OR b", [3]),
    "a OR AND b": ("a AND b", [3]),
    "a OR OR b": ("a OR b", [3]),
    "a NOT": ("a", [3]),
    "NOT OR a": ("a", [1, 5]),
    "a (OR b)": ("a AND b", [4]),
    "(a AND) b": ("a AND b", [4]),
    "NOT NOT": ("", [5]),
    "a && b || c | d": ("a AND b OR c OR d", [3, 8, 13]),
    "a NOT NEAR/5 b": ("a AND NOT b", [7]),
    "a AND NOT w/5 b": ("a AND NOT b", [11]),
    # Question marks
    "won?": ("won", [4]),
    "won?!": ("won", [4]),
    "won?, a": ("won AND a", [4]),
    "Did a win? Who won?": ("did AND a AND win AND who AND won", [10, 19]),
    "win? won?": ("(win?) AND won", [9]),
    # Parentheses
    "()": ("", [1]),
    "a () b": ("a AND b", [3]),
    "(a": ("a", [1]),
    "a (b OR c": ("a AND (b OR c)", [3]),
    "a) b": ("a AND b", [2]),
    ")(": ("", [1, 2]),
    "(a b)~2": ("a AND b", [6]),
    "(a b)^x": ("a AND b", [6]),
    "(a b)^": ("a AND b", [6]),
    # Quotation marks
    '"a b': ('"a b"', [1]),
    'a "b': ('a AND "b"', [3]),
    '""': ("", [1]),
    '"," a': ("a", [1]),
    '5" gun': ("5 AND gun", [2]),
    'gun 5"': ("gun AND 5", [6]),
    '"kore *"': ('"kore"', [7]),
    '"a b"~': ('"a b"', [6]),
    '"a b"~x': ('"a b"', [6]),
    '"a b"~9999': ('"a b"~1000', [6]),
    # Boosts and edits
    "a^": ("a", [2]),
    "a^x": ("a", [2]),
    "a^0": ("a", [2]),
    "a^1001": ("a", [2]),
    "a^2^3": ("a", [2]),
    "a^-1": ("a", [2]),
    "^2": ("", [1]),
    "a ^2": ("a", [3]),
    "~2 a": ("a", [1]),
    "~a": ("a", [1]),
    "a~9": ("a~2", [2]),
    "a~x": ("a~1", [2]),
    "kore*~1": ("kore*", [6]),
    "covid-19~": ("covid-19", [9]),
    "source:kyodo-news~1": ('source:"kyodo news"', [18]),
    "(a^1000)^2": ("a^1000", [3]),
    # Wildcards
    "covid-*": ("covid", [1]),
    "*.com": ("com", [1]),
    "*-*": ("", [1, 1]),
    "who is biegun?": ("who AND is AND biegun", [14]),
    "est-il là ?": ("est-il AND là", [11]),
    "park?": ("park", [5]),
    "covid-1?": ("covid-1", [8]),
    'is it "x" ?': ('is AND it AND "x"', [11]),
    # Signs of other systems
    "oil NEAR/0 price": ("oil AND price", [5]),
    "oil NEAR/x price": ("oil AND price", [5]),
    "oil PRE/ price": ("oil AND price", [5]),
    "oil NEAR/5000 price": ("oil NEAR/1000 price", [5]),
    "oil NEAR/5": ("oil", [5]),
    "NEAR/5 oil": ("oil", [1]),
    "oil NEAR/5 OR price": ("oil OR price", [5]),
    "oil OR PRE/5 price": ("oil OR price", [8]),
    "oil NEAR/5 NEAR/3 price": ("oil NEAR/3 price", [5]),
    "oil NEAR/5 NOT price": ("oil AND NOT price", [5]),
    "oil NEAR/5 (price -gas)": ("oil AND price AND NOT gas", [5]),
    "oil NEAR/5 (crude price)": ("oil NEAR/5 crude NEAR/5 price", [5]),
    "oil NEAR/5 source:ap gas": ("oil AND source:ap AND gas", [5]),
    "oil NEAR/5 ATLEAST/2 gas": ("oil AND ATLEAST/2 gas", [5]),
    "oil NEAR/5 ()": ("oil", [12]),
    "oil NEAR/5 *": ("oil", [5]),
    "ATLEAST/3 (oil price)": ("oil AND price", [1]),
    "ATLEAST/0 oil": ("oil", [1]),
    "ATLEAST/3": ("", [1]),
    "oil FIRST/50": ("oil", [5]),
    "FIRST/x oil": ("oil", [1]),
    '"(a|b|c|d|e|f|g|h|i) (a|b|c|d|e|f|g|h|i)"': (
        f'"{" ".join("abcdefghi" * 2)}"',
        [1],
    ),
    "=turk*": ("turk*", [1]),
    "source:(=AP)": ("source:ap", [9]),
    "oil NEAR price": ("oil AND price", [5]),
    "oil <near/3> price": ("oil AND price", [6]),
    "oil ANDNOT price": ("oil AND NOT price", [5]),
    "oil BUT-NOT price": ("oil AND NOT price", [5]),
    "oil XOR price": ("oil AND price", [5]),
    "öl ODER gas": ("öl AND oder AND gas", [4]),
    "gaz Y petróleo": ("gaz AND y AND petróleo", [5]),
    "(pétrole ET gaz) SAUF charbon": ("pétrole AND et AND gaz AND sauf AND charbon", [10, 18]),
    "нефть И газ": ("нефть AND и AND газ", [7]),
    "price -headline(oil gas)": ("price AND NOT (title:oil AND title:gas)", [8]),
    "hd=oil": ("title:oil", [3]),
    "title=oil": ("title:oil", [6]),
    "oil -(WC>=500)": ("oil AND NOT length:[500 TO *]", [9]),
    "wc>500": ("length:>500", [3]),
    "pd=2020 hd>5": ("date:2020 AND hd-5", [3, 11]),
    "la=de": ("lang:de", [3]),
    "la(de)": ("de", [1]),
    "-source(ap OR kyodo)": ("NOT (source:ap OR source:kyodo)", [2]),
    "refiner! oil": ("refiner AND oil", [8]),
    "refiner$": ("refiner", [8]),
    "wom#n": ("wom-n", [4]),
    "reali[sz]e": ("reali-sz-e", [6]),
    "[Rr]ussia": ("rr-ussia", [1]),
    "/favou?r/": ("favou?r", [1]),
    "1987..1988 oil": ("1987-1988 AND oil", [1]),
    "oil (w) price": ("oil AND price", [5]),
    "oil (3N) price": ("oil AND price", [5]),
    "oil AROUND(5) price": ("oil AND price", [5]),
    "oil +s price": ("oil AND price", [5]),
    "oil W5 price": ("oil AND w5 AND price", [5]),
    "oil N10 price": ("oil AND n10 AND price", [5]),
    "oil +5 price": ("+5 (oil OR price)", [5]),
    '"oil price"/5': ('"oil price"', [12]),
    '"oil price"@5 gas': ('"oil price" AND gas', [12]),
    "oil BUT NOT price": ("oil AND NOT price", [5]),
    "oil AND/OR price": ("oil OR price", [5]),
    "refiner% oil": ("refiner AND oil", [8]),
    "reali{s,z}e": ("reali-s-z-e", [6]),
    "oil+gas": ("oil-gas", [4]),
    "oil|gas": ("oil-gas", [4]),
    "oil&&gas": ("oil-gas", [4]),
    "-title :oil": ("NOT title:oil", [2]),
    "body  :  oil gas": ("body:oil AND gas", [1]),
    "oil :gas": ("oil AND gas", [5]),
    "id:seeds/*": ('id:"seeds/*"', [10]),
    "oil －gas": ("oil AND gas", [5]),
    # Words without a word
    "😀 a": ("a", [1]),
    "a & b": ("a AND b", [3]),
    "a - b": ("a AND b", [3]),
    "+ a": ("a", [1]),
    "a – b": ("a AND b", [3]),
    "-😀 a": ("a", [2]),
    "a AND 😀": ("a", [7]),
    "": ("", [1]),
    " ": ("", [1]),
    # Signs that exclude nothing, or perhaps not what was meant
    "–a b": ("a AND b", [1]),
    "—a": ("a", [1]),
    "−a": ("a", [1]),
    "a --b": ("a AND b", [3]),
    "--": ("", [1]),
    "a -- b": ("a AND b", [3]),
    "title:--": ("", [7]),
    "++": ("", [1]),
    "a +-b": ("a AND NOT b", [3]),
    "a -+b": ("+b a", [3]),
    "++a b": ("+a b", [1]),
    "!a": ("a", [1]),
    "covid -19": ("covid AND NOT 19", [7]),
    "title:-a": ("title:a", [7]),
    '"a"-b': ('"a" AND b', [4]),
    # Fields
    "title:": ("", [1]),
    "a title:": ("a", [3]),
    "title: a": ("a", [1]),
    "(title:)": ("", [2]),
    "title:source:a": ("title:source-a", [7]),
    "source:a^2": ("source:a", [9]),
    '"a" source:"b c"~2': ('"a" AND source:"b c"', [17]),
    "source:😀": ("", [8]),
    "source:(+a b)": ("source:a AND source:b", [9]),
    "id:*": ("", [4]),
    'id:""': ("", [4]),
    'source:"': ("", [8]),
    'a source:" " b': ("a AND b", [10]),
    # Dates
    "date:foo a": ("a", [6]),
    "date:07/10/2020": ("", [6]),
    "date:2020-13": ("", [6]),
    "date:>": ("", [6]),
    "date:2020^2": ("date:2020", [10]),
    "date:2020~2": ("date:2020", [10]),
    "date:[2020 TO] a": ("a", [1]),
    "date:[2019 TO 2020 a": ("date:[2019-01-01 TO 2020-12-31] AND a", [6]),
    "date:[a TO b]": ("", [7]),
    "x date:[ 2020 TO b ]": ("x", [18]),
    "date:[* TO b a": ("a", [6, 12]),
    "date:[2020]": ("", [1]),
    'date:"': ("", [6]),
    "date:[2021 TO 2020]": ("date:[2021-01-01 TO 2020-12-31]", [1]),
    "date:{2019 TO 2020}": ("to AND 2020", [6]),
    # Numbers
    "length:many a": ("a", [8]),
    "length:1e999": ("", [8]),
    "length:>": ("", [8]),
    "length:5^2": ("length:5", [9]),
    "length:[1 TO] a": ("a", [1]),
    "length:[1 TO b]": ("", [14]),
    "length:[5 TO 1]": ("length:[5 TO 1]", [1]),
    "[a TO b]": ("a AND to AND b", [1]),
    "title:[a TO b]": ("title:a AND to AND b", [7]),
    "a [": ("a", [3, 3]),
}  # fmt: skip


@pytest.mark.parametrize("query", MALFORMED)
def test_malformed_query_is_read_with_warnings_at_their_columns(query):
    parsed = parse(query)
    assert (str(parsed), [w.column for w in parsed.warnings]) == MALFORMED[query]


@pytest.mark.parametrize("query", MALFORMED)
def test_strict_parser_raises_the_first_warning(query):
    first = parse(query).warnings[0]
    with pytest.raises(QueryError) as raised:
        parse(query, strict=True)
    error = raised.value
    assert (error.column, error.reason, error.hint) == (first.column, first.message, first.hint)
    assert str(error) == str(first)


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("oil ＡＮＤ gas ＯＲ coal", "oil AND gas OR coal"),
        ("oil ＮＯＴ gas", "oil AND NOT gas"),
        ("title：oil", "title:oil"),
        ("refin＊", "refin*"),
        ("refinary～1", "refinary~1"),
        ("＋oil gas", "+oil gas"),
        ("(covid-1?)", "(covid-1?)"),
        ("oil (refiner?)", "oil AND (refiner?)"),
        ("date:1987..1988", "date:[1987-01-01 TO 1988-12-31]"),
        ("date:1987-03..*", "date:[1987-03-01 TO *]"),
        ("length:100..500", "length:[100 TO 500]"),
        # What looks like a sign and is none
        ('"oil NEAR/5 price"', '"oil near 5 price"'),
        ("url:http://a/b?c=d&&e[1]f", "url:http://a/b?c=d&&e[1]f"),
        ('id:"seeds/*"', 'id:"seeds/*"'),
        ('id:"one :two =three"', 'id:"one :two =three"'),
        ("id:seeds(a)|b!", 'id:"seeds(a)|b!"'),
        ("author(s) 24/7 w/o", "author AND s AND 24-7 AND w-o"),
        ("near adj same", "near AND adj AND same"),
        ("text:near5", "text:near5"),
        ("E=mc2", "e-mc2"),
        ("oil (water)", "oil AND water"),
        ("oil +gas c++", "+gas (oil OR c)"),
        ("東京、大阪", "東-京 AND 大-阪"),
        ("oil，gas；coal", "oil AND gas AND coal"),
        ("oil １，０００", "oil AND 1,000"),
        ("oil,gas;1,000 title:coal", "oil AND gas AND 1,000 AND title:coal"),
        ('oil,"north sea"', 'oil AND "north sea"'),
        ('us-led,צה"ל,pie*;Ed.', "us-led AND צהל AND pie* AND ed"),
        ("N95 masks at 5% W12", "n95 AND masks AND at AND 5 AND w12"),
        ("buy N95 masks", "buy AND n95 AND masks"),
        ("oil \ufdd0x", "oil AND x"),
    ],
)
def test_signs_with_one_meaning_are_read_without_a_warning(query, reading):
    parsed = parse(query, strict=True)

    assert str(parsed) == reading
    assert parse(reading).tree == parsed.tree


@pytest.mark.parametrize(
    "sign", ["near5", "NEAR05", "Near5", "aDJ7", "adj123", "near", "Adj", "ADJ"]
)
def test_a_sign_is_read_alike_in_a_plain_query_and_in_a_group(sign):
    plain, group = parse(f"oil {sign} gas"), parse(f"(oil {sign} gas)")

    assert plain.tree == group.tree
    assert [w.message for w in plain.warnings] == [w.message for w in group.warnings]


def test_a_warning_of_a_sign_says_what_to_write_instead():
    hints = {
        "oil W7 gas": "north NEAR/7 korea",
        "headline(oil)": "write title:( )",
        "wc>500": "write length:>",
        "hd=oil": "write title:",
        "1987..1988": "date:[2019 TO 2020]",
        "oil|gas": "OR",
    }
    for query, hint in hints.items():
        (warning,) = parse(query).warnings
        assert hint in warning.hint


def test_query_without_words_finds_nothing():
    for query in ("", "AND", "()", "😀"):
        assert parse(query).tree == Nothing()


def test_warning_shows_column_reading_and_remedy():
    (warning,) = parse("fuzzy~9").warnings
    assert warning == QueryWarning(
        6,
        "~9 is read as ~2, the limit for a word",
        'words near each other are written as a phrase: "north korea"~5',
    )
    assert str(warning).startswith("column 6: ~9 is read as ~2, the limit for a word; words")


@pytest.mark.parametrize(
    ("query", "example"),
    [
        ("date:", "date:2020-07"),
        ("id:", "id:seeds/a.txt"),
        ("lang:", "lang:en"),
        ("url:", "url:https://example.com/a"),
        ("source: kyodo", "source:kyodo"),
        ("title:", "title:tokyo"),
        ("section:", "section:politics"),
    ],
)
def test_hint_for_a_field_without_value_can_be_typed_as_it_stands(query, example):
    warning = parse(query).warnings[0]
    assert warning.hint.endswith(f", as in {example}")
    assert parse(example).warnings == ()


@pytest.mark.parametrize("field", QUERY_FIELDS)
def test_every_field_has_an_example_that_is_read_without_warning(field):
    (warning,) = parse(f"{field}:").warnings
    example = warning.hint.split()[-1]
    assert example.startswith(f"{field}:")
    assert parse(example).warnings == ()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('source:"', 'column 8: source:" has nothing after it and is ignored'),
        ('source:""', 'column 8: source:"" is empty and is ignored'),
        ('id:" "', 'column 4: id:"" is empty and is ignored'),
        ('date:""', 'column 6: date:"" is empty and is ignored; write date:2020'),
        ('title:("")', 'column 8: "" is empty and is ignored'),
        ('a "', 'column 3: " has nothing after it and is ignored'),
        ("a -- b", "column 3: -- stands alone and is ignored; write - right before a word"),
        ("a - b", "column 3: - stands alone and is ignored; write - right before a word"),
        ("+", "column 1: + stands alone and is ignored; write + right before a word"),
    ],
)
def test_what_is_empty_is_named(query, message):
    (warning,) = parse(query).warnings
    assert str(warning).startswith(message)


def test_columns_count_characters_of_the_text_as_typed():
    for before in ("😀\u0301", "ﬁ", "北京", "\ud800"):
        warnings = parse(f"x{before} ^2").warnings
        assert [warning.column for warning in warnings] == [len(before) + 3]


def test_warnings_are_listed_up_to_a_limit():
    warnings = parse("😀 " * 100).warnings
    assert len(warnings) == 21
    assert str(warnings[-1]) == "column 41: and 80 more problems from here"


@pytest.mark.parametrize(
    ("query", "column", "nearest"),
    [
        ("colour:red", 1, None),
        ("a AND tittle:b", 7, "title"),
        ("-sorce:kyodo", 2, "source"),
        ("Sources:(a b)", 1, "source"),
        ('x dates:"2020"', 3, "date"),
        ("(re:invent)", 2, None),
    ],
)
def test_unknown_field_is_an_error_that_names_the_known(query, column, nearest):
    with pytest.raises(UnknownFieldError) as raised:
        parse(query)
    assert raised.value.column == column
    assert all(field in raised.value.hint for field in QUERY_FIELDS)
    assert raised.value.hint.startswith(
        f"did you mean {nearest}:?" if nearest else "the fields are"
    )


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("Title:a", "title:a"),
        ("TEXT:(a b)", "a AND b"),
        ("Place:Rome", "place:rome"),
        ("ID:seeds/A.txt", "id:seeds/A.txt"),
        ("-URL:http://a/B_(c)", 'NOT url:"http://a/B_(c)"'),
        ("Lang:English", "lang:en"),
        ("Date:2020-07", "date:2020-07"),
        ("DATE:[2019 TO 2020]", "date:[2019-01-01 TO 2020-12-31]"),
        ("Length:>500", "length:>500"),
    ],
)
def test_names_of_fields_mind_no_capitals(query, reading):
    assert str(parse(query, strict=True)) == reading
    assert parse(reading).tree == parse(query).tree


@pytest.mark.parametrize("query", ["\u0131d:a", "\u0130D:a", "\u017fource:a"])
def test_letters_that_only_look_like_those_of_a_field_name_no_field(query):
    assert not any(isinstance(leaf, FieldValue) for leaf in leaves(parse(query).tree))


def test_a_field_without_value_is_named_as_it_can_be_typed():
    (warning,) = parse("Place: Rome").warnings
    assert warning.message == "Place: has nothing after it and is ignored"
    assert warning.hint.endswith("as in place:tokyo")
    (warning,) = parse("place:Title:rome").warnings
    assert warning.message == "title: is read as a word here"


@pytest.mark.parametrize(
    ("query", "reading", "column", "warning"),
    [
        ("size:>cocoa", "size:cocoa", 6, "cocoa is not a number; > is ignored"),
        ("a size:<=coc*", "a AND size:coc*", 8, "coc* is not a number; <= is ignored"),
        ("size:>", "", 6, "no number follows; > is ignored"),
        ("size:>inf", "size:inf", 6, "inf is not a number; > is ignored"),
        ("size:[5 TO", "size:5 AND to", 6, "[ is read as punctuation"),
    ],
)
def test_a_comparison_of_a_key_that_fails_speaks_of_numbers(query, reading, column, warning):
    parsed = parse(query, keys=frozenset({"size"}))

    (found,) = parsed.warnings
    assert (str(parsed), found.column, found.message) == (reading, column, warning)
    assert "size:[100 TO 500]" in found.hint


def test_a_minus_before_a_number_belongs_to_the_value_of_a_key():
    def read(query):
        return str(parse(query, strict=True, keys=frozenset({"size"})))

    assert read("size:-5") == "size:-5"
    assert read("a -size:-.5e1") == "a AND NOT size:-5"
    assert read("size:>=-5") == "size:[-5 TO *]"
    assert parse("size:-5", keys=frozenset({"size"})).tree == NumberRange("size", -5, -5)


def test_value_filter_refuses_what_is_no_filter():
    with pytest.raises(UnknownFieldError, match="did you mean source"):
        value_filter("sauce", "kyodo")
    with pytest.raises(UnknownFieldError):
        value_filter("title", "kyodo")
    with pytest.raises(QueryError, match="holds no word"):
        value_filter("source", "--")


def test_since_and_until_include_their_whole_precision():
    assert date_filter(None, None) is None
    assert str(date_filter("2019-12", "2020")) == "date:[2019-12-01 TO 2020-12-31]"
    assert str(date_filter("2019-12-05", None)) == "date:[2019-12-05 TO *]"
    assert str(date_filter(None, "July 10, 2020")) == "date:[* TO 2020-07-10]"


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("soon", None, "since: 'soon' is not a date"),
        (None, "07/10/2020", "until: .*could be either of two days"),
        ("", None, "since"),
        ("1" * 1000, None, "too long"),
        ("2021", "2020", "since 2021 is after until 2020"),
    ],
)
def test_since_and_until_that_are_no_dates_are_errors(since, until, message):
    with pytest.raises(QueryError, match=message):
        date_filter(since, until)


def test_a_warning_repeats_what_it_means_and_cuts_it_short():
    def message(query):
        return parse(query).warnings[0].message

    assert message("a^x") == "^x is ignored"
    assert message("a^" + "x" * 30) == f"^{'x' * 30} is ignored"
    assert message("a^" + "x" * 31) == f"^{'x' * 29}… is ignored"
