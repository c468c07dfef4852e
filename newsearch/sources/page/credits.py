"""Who wrote it, which wire service, from where, and when: read from the lines of a page."""

from __future__ import annotations

import re

from newsearch.article import ArticleDate
from newsearch.errors import ArticleError
from newsearch.sources.page import cues

_SPLIT_AGENCIES = re.compile(r"\s*[,;/|+&]\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+")
_LONGEST_CREDIT = 120
_LONGEST_DATE_LINE = 90
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_MONTH = "|".join(sorted(cues.MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATE = re.compile(
    "|".join(
        pattern.replace("YEAR", _YEAR.replace("year", f"year{n}"))
        .replace("MONTH", rf"(?P<month{n}>{_MONTH})\.?")
        .replace("DAY", rf"(?P<day{n}>\d{{1,2}})")
        .replace("NUMBER", rf"(?P<number{n}>\d{{1,2}})")
        for n, pattern in enumerate(
            (
                r"(?<![\d/-])YEAR-NUMBER-DAY(?=\D|$)",
                r"(?<![\d/.-])YEAR[/.]NUMBER[/.]DAY(?![\d/.])",
                r"YEAR\s*年\s*NUMBER\s*月\s*DAY\s*日",
                r"\bMONTH\s+DAY(?:st|nd|rd|th)?,?\s+(?:at\s+[\d:]+\s*[ap]m,?\s+)?YEAR\b",
                r"(?<![\d.])DAY(?:st|nd|rd|th|er|\.)?[\s-]+(?:de\s+|of\s+)?MONTH,?[\s-]+(?:de\s+|del\s+)?YEAR\b",
                r"(?<![\d/.-])DAY\.\s?NUMBER\.\s?YEAR(?!\d)",
                r"(?<![\d/.-])DAY[/-]NUMBER[/-]YEAR(?![\d/])",
            )
        )
    ),
    re.I,
)
_FOUR_DIGITS = re.compile(r"\d{4}")
_NAME_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)")
_PLACE_WORD = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+"
_DATELINE = re.compile(rf"({_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}})(?:, [A-Z][\w. -]{{1,25}})?")
_LEAD = re.compile(
    rf"({_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}})"
    r"(?:, [A-Z][\w.' ]{1,25})?(?:,? [A-Z][a-z]+\.? \d{1,2})?"
    r"\s*(?:\((?P<agency>[^()]{2,40})\))?\s*(?:[-–—_]{1,2}|:)\s"
)


def agencies_of(text: str) -> tuple[str, ...]:
    """Return the wire services that a line names, when it names nothing else."""
    if len(text) > _LONGEST_CREDIT:
        return ()
    text = text.strip("()[] \t•·-–—|.")
    text = re.sub(r"^(?:by|from|source|via|quelle)[: ]\s*", "", text, flags=re.I)
    parts = [cues.AGENCIES.get(part.lower()) for part in _SPLIT_AGENCIES.split(text) if part]
    return tuple(dict.fromkeys(part for part in parts if part)) if all(parts) else ()


def agency_of_credit(text: str) -> tuple[str, ...]:
    """Return the wire service that the credit of a picture ends in."""
    return agencies_of(cues.CREDIT_SEPARATOR.split(text[-60:])[-1])


def is_byline(text: str) -> bool:
    """Whether a line says who wrote the story."""
    return bool(authors_of(text))


def authors_of(text: str) -> tuple[str, ...]:
    """Return the writers that a byline names, in its order; () for any other line.

    Names in capitals get their usual case.
    """
    match = cues.BYLINE.match(text) if len(text) <= _LONGEST_CREDIT else None
    if not match:
        return ()
    rest = text[match.end() :]
    names = []
    while rest:
        name, rest = _next_name(rest)
        if name:
            names.append(name)
    return tuple(dict.fromkeys(names))


def _next_name(text: str) -> tuple[str, str]:
    """Take one name off the start; no name and no rest when there is none."""
    words: list[str] = []
    for match in re.finditer(r"\S+", text):
        word = match[0]
        bare = word.rstrip(",;")
        if bare.lower() in cues.NAME_GLUE and words:
            return _name(words), text[match.end() :].lstrip()
        if not _is_name_word(bare, at_start=not words):
            break
        words.append(bare)
        if bare != word:
            return _name(words), text[match.end() :].lstrip()
    return _name(words), ""


def _is_name_word(word: str, *, at_start: bool) -> bool:
    if word.lower() in cues.NAME_PARTICLES and not word.isupper():
        return True
    if not (word[:1].isupper() and all(c.isalpha() or c in ".'’-" for c in word)):
        return False
    lower = word.lower().rstrip(".")
    is_other = lower in cues.MONTHS and len(lower) > 3
    return not (is_other and not at_start) and lower not in cues.NOT_NAMES


def _name(words: list[str]) -> str:
    while words and words[-1].lower() in cues.NAME_PARTICLES:
        words.pop()
    # One word is a screen name or a department as often as a person.
    if not 2 <= len(words) <= 5:
        return ""
    name = " ".join(words)
    return _mend_case(name) if name.isupper() else name


def _mend_case(name: str) -> str:
    """Return a name in capitals as it is usually written.

    For example MARI YAMAGUCHI, O'BRIEN, MCDONALD, J.K. ROWLING.
    """

    def mend(match: re.Match[str]) -> str:
        word = match[0].capitalize()
        if word.startswith("Mc") and len(word) > 3:
            word = "Mc" + word[2:].capitalize()
        return word

    return re.sub(r"[^\W\d_]+", mend, name)


def is_dateline(text: str) -> bool:
    """Whether a line is a place in capitals and nothing else, such as ``TOKYO``."""
    match = _DATELINE.fullmatch(text) if len(text) <= 40 else None
    return bool(match and not cues.NO_PLACES & set(match[1].split()))


def lead_place(paragraph: str) -> tuple[str, tuple[str, ...]]:
    """Return the place and the services at the start of a story, such as ``TOKYO (AP) -``."""
    match = _LEAD.match(paragraph[:120])
    if not match or cues.NO_PLACES & set(match[1].split()):
        return "", ()
    return match[1], agencies_of(match["agency"] or "")


def has_date(text: str) -> bool:
    """Whether a line is a date with few words beside it."""
    if len(text) > _LONGEST_DATE_LINE:
        return False
    match = _FOUR_DIGITS.search(text) and _DATE.search(text)
    if not match:
        return False
    rest = text[: match.start()] + text[match.end() :]
    return sum(len(word) for word in _WORD.findall(rest)) <= 35


def date_of_name(path: str) -> ArticleDate | None:
    """Return the day that the name of a file holds, such as ``2020-07-10-envoy.txt``."""
    match = _NAME_DATE.search(path.rpartition("/")[2])
    try:
        return ArticleDate.parse("-".join(match.groups()), "file name") if match else None
    except ArticleError:
        return None


def find_date(text: str) -> ArticleDate | None:
    """Return the first date that a text writes out with its year, as a day."""
    for match in _DATE.finditer(text):
        parts = {k.rstrip("0123456789"): v for k, v in match.groupdict().items() if v}
        month = int(parts["number"]) if "number" in parts else cues.MONTHS[parts["month"].lower()]
        day = int(parts["day"])
        is_numeric = bool(match.lastgroup and match.lastgroup.endswith("6"))
        if is_numeric and day <= 12 and month <= 12 and month != day:
            # 07/10/2020 is a day in July or in October, and the page does not say.
            continue
        if month > 12:
            month, day = day, month
        try:
            return ArticleDate.parse(f"{parts['year']}-{month:02}-{day:02}", "page text")
        except ArticleError:
            continue
    return None
