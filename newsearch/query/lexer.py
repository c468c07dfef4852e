"""Query text -> tokens, by one regular expression in one pass.

A token is the match of one of the alternatives below; ``match.lastgroup`` is its kind:

========  =====================================  ==============================================
kind      example                                inner groups
========  =====================================  ==============================================
open      ``(``
close     ``)``, ``)^2``                         ``close_ending``: what follows the parenthesis
phrase    ``"a b"``, ``"a b"~5^2``, ``"a b``     ``quoted``; ``end`` (None if unclosed); ``ending``
link      ``NEAR/5`` between operands
count     ``ATLEAST/3`` before an operand
spelt     ``=`` before a word or phrase
sign      ``-``, ``+`` before a word
range     ``date:[2019 TO 2020]``                ``range_field``; ``inside``, or ``unclosed``
exact     ``url:http://a.b/c_(d)``               ``exact_field``, ``value``
field     ``title:``, or one of `FIELD_SIGNS`
word      ``biegun``, ``AND``, ``kore*^2``
========  =====================================  ==============================================
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsearch.fields import EXACT_FIELDS, QUERY_FIELDS, RANGE_FIELDS
from newsearch.query.nodes import QUOTES
from newsearch.query.operators import COUNT, LINK

DASHES = "‐‑‒–—―−﹣－"
"""Characters that look like ``-`` and do not exclude a word."""

FIELD_SIGNS = {chr(0xFDD0 + number): name for number, name in enumerate(QUERY_FIELDS)}
"""A character for each field, which no text has: it takes the place of another name, ``hd=``."""

_RANGE_LENGTH_LIMIT = 120

EXACT_VALUE = rf"""(?:
    (?!//) [^\s()（）{QUOTES}][^\s()（）]*+ (?: \([^\s()（）]*+\) [^\s()（）]*+ )*+
)"""
"""A value of one of `EXACT_FIELDS` without quotation marks around it; brackets in it are closed."""

# Every quantifier is possessive or bounded: no backtracking, linear time.
_TOKEN = rf"""
    (?P<open> [(（] )
  | (?P<close> [)）] (?P<close_ending> [~^][^\s()（）]*+ )?+ )
  | (?P<phrase>
        [{QUOTES}] (?P<quoted> [^{QUOTES}]*+ )
        (?: (?P<end> [{QUOTES}] ) (?P<ending> [~^][^\s()（）{QUOTES}]*+ )?+ )?+
    )
  | (?P<link> (?<! [^\s()（）] ) {LINK} (?! [^\s()（）] ) )
  | (?P<count> (?<! [^\s()（）+-] ) {COUNT} (?! [^\s()（）] ) )
  | (?P<spelt> (?<! [^\s(（+-] ) = (?= [^\s()（）=] ) )
  | (?P<sign> (?<! [^\s(（] ) [+-]++ (?= [^\s)）] ) )
  | (?P<range> (?<!:) (?P<range_field> (?ai: {"|".join(RANGE_FIELDS)} ) | $KEYS ):\[ (?:
        (?P<inside> [^\[\]]{{0,{_RANGE_LENGTH_LIMIT}}}+ ) \]
      | (?P<unclosed> \s*+ [^\s()（）\[\]]++ \s++ (?:TO|to) \s++ [^\s()（）\[\]]++ )
    ) )
  | (?P<exact> (?<!:) (?P<exact_field> (?ai: {"|".join(EXACT_FIELDS)} ) ):
        (?P<value> {EXACT_VALUE} )
    )
  | (?P<field> (?<!:) (?:
        (?: [A-Za-z_][A-Za-z0-9_]*+ | $KEYS ) : (?!//) | [{"".join(FIELD_SIGNS)}]
    ) (?= [^\s)）] ) )
  | (?P<word> [^\s()（）]++ )
    """

Token = re.Match[str]


def tokens_of(text: str, keys: frozenset[str]) -> list[Token]:
    """Split a query into tokens; everything but white space is in one of them.

    `keys`: keys of users' own. Ranges can be asked of them as of fields; and where one is not
    written in ASCII, only its being there tells it from a word with a colon.
    """
    # Most queries hold no range, and most keys are ASCII, which need no pattern of their own.
    if ":[" not in text:
        keys = frozenset() if text.isascii() else frozenset(k for k in keys if not k.isascii())
    return list(_token(keys).finditer(text))


@lru_cache(16)
def _token(keys: frozenset[str]) -> re.Pattern[str]:
    own = "|".join(keys) if keys else "(?!)"
    return re.compile(_TOKEN.replace("$KEYS", f"(?i: {own} )"), re.VERBOSE)
