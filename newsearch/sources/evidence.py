"""What a key holds, where its name does not tell: the first records of a file say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from newsearch.fields import fold_name
from newsearch.sources.fields import Meanings, is_date
from newsearch.sources.reader import Context

Records = list[dict[str, Any]]

_SHORTEST_PROSE = 80
_SHORTEST_DENSE = 40
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SHORTEST_DATE, _LONGEST_DATE = 6, 40
_FEWEST_DIGITS = 0.2  # of letters and digits: "Elections in March 2019" has no more
_FEWEST_OF_HEADLINE = 3
_MOST_ARE = 0.8
# Days that are not that of publication.
_OTHER_DAYS = re.compile(
    "access|birth|chang|crawl|download|end|expir|fetch|import|index|load|modif|retriev|scrap|start"
    "|until|updat|abruf|geander|zugriff|acces|consult",
)


def learn(meanings: Meanings, records: Records, context: Context) -> None:
    """Find the body, date and title by what the keys hold where none is called like them."""
    named = meanings.of(key for record in records for key in record)
    if "body" not in named and (key := _longest(meanings, records)):
        meanings.take(key, "body")
        context.note(f"{key!r} is the body, for its texts are the longest; else use --map body=KEY")
    if "date" not in named and (key := _dated(meanings, records)):
        meanings.take(key, "date")
        context.note(f"{key!r} is the date, for it holds dates; else use --map date=KEY")
    if "title" not in named and (key := _headlines(meanings, records)):
        meanings.take(key, "title")
        context.note(f"{key!r} is the title, for it holds headlines; else use --map title=KEY")


def is_prose(value: Any) -> bool:
    """Whether a value is a text, or paragraphs of one, of the length of a sentence or more."""
    if isinstance(value, list):
        value = " ".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str) or len(value) < _SHORTEST_DENSE:
        return False
    is_spaced = len(value) >= _SHORTEST_PROSE and value.count(" ") * 15 > len(value[:1000])
    return is_spaced or len(_DENSE.findall(value[:1000])) * 2 > len(value[:1000])


def _longest(meanings: Meanings, records: Records) -> str:
    """Return the key of no field with the longest prose, '' for none or one of a summary."""
    totals = {
        key: sum(len(str(value)) for value in values)
        for key, values in _values(records).items()
        if (not meanings[key][0] or meanings.is_summary(key)) and _most(map(is_prose, values))
    }
    best = max(totals, key=lambda key: totals[key], default="")
    return "" if best and meanings.is_summary(best) else best


def _dated(meanings: Meanings, records: Records) -> str:
    """Return the only key of no field that holds dates, if there is one."""
    found = [
        key
        for key, values in _values(records).items()
        if not meanings[key][0]
        and not _OTHER_DAYS.search(key.lower())
        and _most(map(_is_date, values))
    ]
    return found[0] if len(found) == 1 else ""


def _headlines(meanings: Meanings, records: Records) -> str:
    """Return the key that German calls a section by and Swedish a headline, if it holds these."""
    for key, values in _values(records).items():
        is_rubrik = meanings[key][0] == "section" and fold_name(key) == "rubrik"
        if is_rubrik and _most(len(str(value).split()) >= _FEWEST_OF_HEADLINE for value in values):
            return key
    return ""


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _SHORTEST_DATE <= len(value) <= _LONGEST_DATE:
        return False
    n_digits = sum(map(str.isdigit, value))
    n_signs = sum(map(str.isalnum, value))
    is_number = n_digits == n_signs == len(value)
    return n_digits > n_signs * _FEWEST_DIGITS and not is_number and is_date(value)


def _values(records: Records) -> Mapping[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for record in records:
        for key, value in record.items():
            if value not in (None, "", []):
                values.setdefault(key, []).append(value)
    return values


def _most(truths: Iterable[bool]) -> bool:
    told = list(truths)
    return sum(told) >= len(told) * _MOST_ARE
