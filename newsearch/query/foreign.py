"""Signs of other search systems in a query: read as they are meant, or told of in a warning.

A sign is replaced by as many characters, so that columns stay those of what was typed. Those that
`operators` knows stay as they are.
"""

from __future__ import annotations

import re
from functools import cache

from newsearch.fields import EXACT_FIELDS, QUERY_FIELDS, RANGE_FIELDS
from newsearch.keys import key_name
from newsearch.patterns import lazy_pattern
from newsearch.query.lexer import EXACT_VALUE, FIELD_SIGNS
from newsearch.query.nodes import QUOTES
from newsearch.query.operators import NUMBERED, OPERATOR
from newsearch.query.problems import Problems

PLAIN_SIGNS = frozenset(("ANDNOT", "AND-NOT", "BUTNOT", "BUT-NOT", "XOR", "NEAR", "ADJ"))
LETTER_SIGN = r"(?!N95)[NW]\d{1,2}+"
"""Signs that are made of letters like a word, and of letters and digits."""

_ABROAD = {
    "AND": "UND ET OCH OG И Y EN ȘI ÉS VE ΚΑΙ",
    "OR": "ODER OU ELLER LUB ИЛИ АБО VEYA O OF SAU VAGY TAI NEBO",
    "NOT": "NICHT OHNE SAUF NIET INTE IKKE НЕ NON NÃO NIE DEĞİL",
}
ABROAD = {word: ours for ours, words in _ABROAD.items() for word in words.split()}
"""Operators of other languages, which are words here."""

FIELD_OF = {
    **dict.fromkeys(("hd", "hl", "ti", "headline", "intitle", "allintitle"), "title"),
    **dict.fromkeys(("hlead", "lead", "lp", "td"), "text"),
    **dict.fromkeys(("by", "au", "from"), "author"),
    **dict.fromkeys(("rst", "sn", "so", "pub", "publication"), "source"),
    **{"se": "section", "la": "lang", "language": "lang", "wc": "length", "pd": "date"},
    **{"inurl": "url", "site": "source", "link": "url", "content": "body", "byline": "author"},
    **{name: name for name in QUERY_FIELDS},
}
"""What other systems call our fields."""
_SIGN_OF = {field: sign for sign, field in FIELD_SIGNS.items()}
_NO_FIELD_SIGNS = str.maketrans(dict.fromkeys(FIELD_SIGNS, " "))

_NEAR = "atleast|onear|near|adj|pre|within|w|n|p"
_CALLS = "|".join(
    (*FIELD_OF, r"atl(?:east)?\d*", r"near\d*", "caps", "allcaps", "nocaps", "plural")
)
_FIELDS = "|".join(QUERY_FIELDS)
_START, _END = r"(?<![^\s(（])", r"(?![^\s)）])"

_LIST_SIGN = r"(?:;|,(?!\d)|(?<!\d),)"
_LISTED = r"\w (?: [-\w'‘’.&*?\u00b7\u05f4] | (?<=\d),(?=\d) )*+"

# Every quantifier is possessive or bounded: no backtracking, linear time.
_SIGN = rf"""
    (?P<quoted> [{QUOTES}] [^{QUOTES}]*+ [{QUOTES}]?+ (?: (?P<apart> [@/] \d{{1,3}}+ ) {_END} )?+ )
  | {_START} (?P<distance> [(（] \d{{0,2}}+ [wWnN] [)）] ) {_END}
  | (?<=\S[ ]) (?: (?P<plus> \+ [sp] ) | (?P<letter> {LETTER_SIGN} | \+ \d{{1,2}}+ ) )
      (?= [ ]++ [^\s)] )
  | (?<=\S[ ]) (?P<abroad> {"|".join(ABROAD)} ) (?= [ ]++ [^\s)] )
  | {_START} (?P<prefix> [+-]?+ ) (?:
        (?P<exact> (?:{"|".join(EXACT_FIELDS)}) : {EXACT_VALUE} | [a-z]{{2,8}}+ :// [^\s()（）]++ )
      | <?+ (?P<near>
            {NUMBERED} | (?i: (?:{_NEAR}) / \d{{1,4}}+
              | (?:near|pre|w)?+ / (?: s | p | sent | para | seg | doc ) | / \d{{1,3}}+
              | around [ ]?+ \( \d{{1,3}}+ \) )
          | NEAR | ADJ
        ) >?+ {_END}
      | (?P<not> ANDNOT | AND-NOT | BUT [ -]?+ NOT ) {_END}
      | (?P<either> AND/OR ) {_END}
      | (?P<xor> XOR ) {_END}
      | (?P<call> (?i: {_CALLS} ) ) (?= [(（] (?! (?:s|es|ies) [)）] ) )
      | (?P<spaced> (?P<name> {_FIELDS} ) (?P<space> \s++ ) : \s*+ (?= [^\s:/)）] ) )
      | (?P<equals> (?P<key> [A-Za-z]{{2,20}}+ ) (?P<sign> [<>]=?+ | = ) (?= [^\s<>=] ) )
      | (?P<regex> / [^\s/]++ / [a-z]*+ ) {_END}
      | (?P<between> [\d-]{{1,10}}+ \.\.\.?+ [\d-]{{1,10}}+ ) {_END}
      | (?P<colon> : ) (?= \w )
      | (?P<wide_word> ＡＮＤ | ＯＲ | ＮＯＴ ) {_END}
      | (?P<wide_plus> ＋ ) (?= \S )
      | (?P<wide_field> (?:{_FIELDS}) ： ) (?= \S )
    )
  | (?P<letters> (?<=\w) [\[{{] [^\[\]{{}}\s]*+ [\]}}] | [\[{{] [^\[\]{{}}\s]*+ [\]}}] (?= \w ) )
  | (?P<truncated> (?<=\w\w) (?: [!$] | (?<=[^\W\d_]{{2}}) % ) ) {_END}
  | (?P<listed> {_START} {_LISTED} (?: {_LIST_SIGN}++ {_LISTED} )++ [,;]?+ {_END} )
  | (?P<comma> (?<=[^\s\d]) [、，；] (?= \S ) | (?<=\w) [,;] (?= [{QUOTES}(（] ) )
  | (?P<hash> (?<=[a-z]) \# (?= [a-z] ) )
  | (?P<bars> (?<=\w) (?: \|{{1,2}}+ | && | \+ (?! \d ) ) (?= \w ) )
  | (?P<wide> [＊？～＾｜] )
    """
_MAY_HOLD_SIGN = lazy_pattern(
    r"[/!$#%\[{|=<>:&+@、]|[,;]\S|\.\.|[(（]|[\uff01-\uff5e]|NOT|XOR|[NW]\d|(?i:near|adj|atl)"
    rf"|[ ](?:{'|'.join(ABROAD)})[ ]"
)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "、，；"), 32
)
# The colon of Lehrer:innen, which no field is called.
_BOTH_SEXES = lazy_pattern(r"(?<=[^\W\d_]{3})(?<!title)(?<!body)(?<!text):(?=innen\b)")
_GERSHAYIM = lazy_pattern(rf"(?<=[א-ת])[{QUOTES}](?=[א-ת](?![^\W\d_]))")


def read_signs(text: str, problems: Problems, keys: frozenset[str] = frozenset()) -> str:
    """Return a query with signs of other systems read as they are meant, and warn of them.

    `keys`: keys of users' own, which are not taken for names that other systems give to fields.
    """
    if not text.isascii():
        text = _GERSHAYIM.sub("\u05f4", text.translate(_NO_FIELD_SIGNS))
    if not _MAY_HOLD_SIGN.search(text):
        return text
    text = _BOTH_SEXES.sub("-", text)
    is_all_capitals = text.isupper()

    def read(sign: re.Match[str]) -> str:
        is_known = OPERATOR.fullmatch(sign[0]) or (is_all_capitals and sign["abroad"])
        return sign[0] if is_known else _read(sign, problems, keys)

    return _sign().sub(read, text)


@cache
def _sign() -> re.Pattern[str]:
    return re.compile(_SIGN, re.VERBOSE)


def _read(sign: re.Match[str], problems: Problems, keys: frozenset[str]) -> str:
    """Warn of a sign, where it is not simply read; return what is read in its place."""
    kind = str(sign.lastgroup)
    whole, written = sign.group(), sign[kind]
    column = sign.start(kind) + 1
    match kind:
        case "quoted":
            return _quoted(sign, problems)
        case "letter" | "abroad":
            hint = _instead(kind, written)
            problems.warn(column, f"{written} is read as a word to find", hint)
            return whole
        case "wide" | "wide_word" | "wide_plus" | "wide_field" | "comma" | "listed":
            return re.sub(_LIST_SIGN, " ", whole.translate(_NARROW))
        case "exact":
            return _exact(sign, problems)
        case "spaced":
            hint = f"write {sign['name']}: right before the value"
            problems.warn(column, f"{' '.join(written.split())} is read as {sign['name']}:", hint)
            return f"{sign['prefix']}{sign['name']}:".rjust(len(whole))
        case "equals":
            return _equals(sign, problems, keys)
        case "not" | "either":
            operator = "NOT" if kind == "not" else "OR"
            problems.warn(column, f"{written} is read as {operator}")
            return operator.rjust(len(whole))
        case "call":
            return _call(sign, problems)
        case "near" | "plus" | "distance" | "xor":
            message = f"{written} is no operator here and is ignored"
            problems.warn(column, message, _instead(kind, written))
            return " " * len(whole)
    problems.warn(column, f"{written} is read as punctuation", _HINTS[kind])
    return whole


_HINTS = {
    "regex": "patterns are written with * for any letters and ? for one: colo*r",
    "between": "write date:[2019 TO 2020], or length:[100 TO 500]",
    "colon": "write a field right before the colon: title:tokyo",
    "letters": "write ? for one letter: organi?ation",
    "truncated": "write * for any ending: organi*",
    "hash": "write ? for one letter: wom?n",
    "bars": "write OR or AND with spaces around: tokyo OR osaka",
}


def _instead(kind: str, written: str) -> str:
    if kind == "abroad":
        return f"operators are written AND, OR and NOT: north {ABROAD[written]} korea"
    if kind == "xor":
        return "write (tokyo OR osaka) NOT (tokyo AND osaka)"
    n_words = re.search(r"\d+", written)
    between = int(n_words.group()) if n_words else 5
    return f"words near each other are written north NEAR/{between} korea"


def _quoted(sign: re.Match[str], problems: Problems) -> str:
    whole, apart = sign["quoted"], sign["apart"]
    if apart is None:
        return whole
    hint = f'words near each other are written "north korea"~{apart[1:]}'
    problems.warn(sign.start("apart") + 1, f"{apart} is ignored", hint)
    return whole.removesuffix(apart) + " " * len(apart)


def _exact(sign: re.Match[str], problems: Problems) -> str:
    whole, written = sign.group(), sign["exact"]
    name, _, value = written.partition(":")
    is_bare = set(QUOTES).isdisjoint(value)  # others have no other way to be written
    if name in EXACT_FIELDS and "*" in value and value.strip("*") and is_bare:
        column = sign.start("exact") + written.index("*") + 1
        message = f"{name} takes one whole value; * is a character of it"
        problems.warn(column, message, 'write all of the value, in quotation marks: id:"a*"')
    return whole


def _call(sign: re.Match[str], problems: Problems) -> str:
    written, column = sign["call"], sign.start("call") + 1
    field = FIELD_OF.get(written.lower())
    if field is None or field in (*EXACT_FIELDS, *RANGE_FIELDS):
        hint = f"write {field}:( )" if field else ""
        problems.warn(column, f"{written}( is no operator here and is ignored", hint)
        return str(sign["prefix"]).rjust(len(sign.group()))
    problems.warn(column, f"{written}( is read as {field}:(", f"write {field}:( )")
    return f"{sign['prefix']}{_SIGN_OF[field]}".rjust(len(sign.group()))


def _equals(sign: re.Match[str], problems: Problems, keys: frozenset[str]) -> str:
    name, operator = sign["key"], sign["sign"]
    column, key = sign.start("sign") + 1, key_name(name)
    field = name.lower() if key in keys else FIELD_OF.get(name.lower())
    if operator == "=" and (name in QUERY_FIELDS or key in keys):
        problems.warn(column, "= is read as :", f"write {name}: before a value")
        return sign.group()[:-1] + ":"
    order = operator.strip("=") and operator
    hint = f"write {field}:{order}" if field else "write a field and a colon before a value"
    if field not in QUERY_FIELDS or (order and field not in RANGE_FIELDS):
        problems.warn(column, f"{operator} is read as punctuation", hint)
        return sign.group()
    problems.warn(column, f"{name}{operator} is read as {field}:{order}", hint)
    return f"{sign['prefix']}{_SIGN_OF[field]}{order}".rjust(len(sign.group()))
