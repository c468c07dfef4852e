"""Query texts that nobody means: of the language's alphabet, of words that are there, of noise."""

from __future__ import annotations

import random

# The alphabet of the language, and what people paste.
PIECES = (
    *["ab", "x", "run", "covid-19", "北京", "é", "😀", "AND", "OR", "NOT", "TO", "and", "not"],
    *["to", "AT&T", "U.S.", "don’t", "2020", "2020-07-10", "1,000", "¼", "ﬁ"],
    *["title:", "body:", "text:", "source:", "author:", "date:", "id:", "url:", "lang:", "no:"],
    *["date:[", "date:>=", "[2019 TO 2020]", "http://", "10:30", "foo", "July 10, 2020"],
    *["(", ")", "(", ")", '"', '"', "“", "”", "«", "[", "]", "{", "}", "（", "）"],
    *["-", "+", "--", "–", "—", "*", "?", "~", "~2", "~99", "^", "^2", "^.5", "^x", ":"],
    *["&", "&&", "|", "||", "!", ".", ",", "'", "’", "\\", "/", "<", ">", "=", "#", "@", "_"],
    *[" NEAR/5 ", " PRE/S ", " w/3 ", "near5", " ATLEAST/2 ", "atleast3", "FIRST/5 ", " ="],
    *["\0", "\ud800", "\u200b", "\u0301", "\u00ad", "\ufeff", "＊", "？", "ʡ", "x" * 300],
    *[" "] * 12,
    "\t",
    "\n",
    "\u3000",
)  # fmt: skip

_KNOWN = (
    *("run", "runs", "expenses", "north", "korea", "the", "of", "summit", "kim", "us", "US", "19"),
    *("o'brien", "café", "élection", "r*", "*n", "?o*", "s~2", "korea~1", "north-korea", "k*-1?"),
    *('"north korea"', '"the summit"~3', '"r* the"', '"expenses"', "title:summit", "body:the"),
    *("source:kyodo", "author:k*", "agency:ap", "lang:fr", "lang:en", "date:2020-01", "id:a7"),
    *(
        "date:[2020-01-02 TO *]",
        "length:>3",
        "topics:crude",
        "rating:[1 TO 5]",
        "*",
        "a*",
        "place:x",
    ),
    *("AND", "OR", "NOT", "(", ")", "-", "+", "^2", "~2", "and", "or", "not"),
    *("NEAR/3", "PRE/2", "NEAR/S", "NEAR/P", "ATLEAST/2", "FIRST/5", "=Korea", '="the summit"'),
)


def random_texts(seed: int, n: int, *, longest: int = 25) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(PIECES, k=rng.randint(1, longest))) for _ in range(n)]


def random_query(rng: random.Random) -> str:
    """Return a text that asks something of a small index, or anything at all."""
    kind = rng.random()
    if kind < 0.6:
        text = " ".join(rng.choices(_KNOWN, k=rng.randint(1, 9)))
    elif kind < 0.9:
        text = "".join(rng.choices((*PIECES, *_KNOWN), k=rng.randint(1, 25)))
    else:
        text = rng.randbytes(rng.randint(0, 40)).decode(
            rng.choice(("latin-1", "utf-16", "utf-8")), "ignore"
        )
    return _mistyped(text, rng) if rng.random() < 0.3 else text


def _mistyped(text: str, rng: random.Random) -> str:
    """Return a text of which a stretch is left out, put twice or overwritten."""
    at = rng.randint(0, len(text))
    end = min(len(text), at + rng.randint(0, 5))
    return text[:at] + rng.choice(("", text[at:end] * 2, chr(rng.randrange(0x3000)))) + text[end:]
