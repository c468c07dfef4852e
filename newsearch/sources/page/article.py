"""The article whose lines were found on a page: its credits, and what is left of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from newsearch.article import Article, ArticleDate
from newsearch.dates import possible_orders, three_numbers
from newsearch.relative_dates import relative_day
from newsearch.sources.page import cues
from newsearch.sources.page.body import OTHER_KINDS, credits_end
from newsearch.sources.page.credits import (
    agencies_of,
    agency_of_credit,
    authors_of,
    bare_names_of,
    date_of_name,
    find_date,
    has_year,
    is_time,
    lead_date,
    lead_place,
)
from newsearch.sources.page.head import Head, find_section
from newsearch.sources.page.lines import Kind, Line
from newsearch.sources.reader import Context, Reading

FEW_SENTENCES = "little running text was found; all lines that read like sentences are kept"
_CREDIT_LINES_ABOVE = 3
_CREDIT_LINES_BELOW = 4
_LEAD_PARAGRAPHS = 3
_DATE_LINES_BELOW = 4
_HEAVIEST_DATE_LINE = 150
_FARTHEST_CUE = 40
_NAME_KINDS = (Kind.SHORT, Kind.DATE)
_WORDS = re.compile(r"\w+")


def article_of(
    lines: Sequence[Line], span: range, body: Sequence[Line], head: Head, context: Context
) -> Article:
    """Make the article of a page, with the credits that stand around it.

    Parameters
    ----------
    lines
        All lines of the page.
    span
        From the first to the last line of the article, as indices.
    body
        The lines that belong to it.
    head
        The headline.
    context
        Of the page; how it is read is kept there.
    """
    reading = context.reading
    n_credits = credits_end(lines[span.start : span.stop])
    body = [line for line in body if line.text != head.title] or body
    around = lines[max(head.at, 0) : span.start + max(n_credits, _CREDIT_LINES_BELOW)]
    authors = _author(
        [*around, *lines[max(head.at - _CREDIT_LINES_ABOVE, 0) : max(head.at, 0)]],
        around,
        lines[span.stop - 1 : span.stop + _CREDIT_LINES_BELOW],
        head.title,
        reading,
    )
    body = _without_biography(body, authors)
    reading.lines, reading.kept = lines, body
    place, agency = _place_and_agency(
        lines[: span.stop + _CREDIT_LINES_BELOW], around, body, reading
    )
    section = find_section(lines, head.at if head.at > 0 else span.start)
    if section:
        reading.found("section", section)
    if head.at >= 0:
        reading.found("title", lines[head.at])
    if head.source:
        reading.found("source", lines[0])
    return Article(
        id=context.article_id,
        title=head.title,
        body="\n".join(line.text for line in body),
        source=head.source,
        agency=agency,
        author=authors,
        section=section.text if section else "",
        place=place,
        date=_date(lines, head, span, n_credits, context),
        url=context.url,
    )


def _without_biography(body: Sequence[Line], authors: Sequence[str]) -> Sequence[Line]:
    """Leave out what tells, at the end, who the writers are: it begins with the name of one."""
    names = tuple(name.casefold() for name in authors)
    n_kept = len(body)
    while n_kept > 1 and names and body[n_kept - 1].text.casefold().startswith(names):
        n_kept -= 1
    return body[:n_kept]


def _author(
    above: Sequence[Line],
    around: Sequence[Line],
    below: Sequence[Line],
    title: str,
    reading: Reading,
) -> tuple[str, ...]:
    """Read who wrote it: a byline, or else a name that stands by itself where bylines do.

    That is below a word such as ``By``, on or beside the line with the date, or right below the
    headline. A byline below the text comes last.
    """
    return (
        _of_byline(above, reading)
        or _of_bare_name(around, title, reading)
        or _of_byline(below, reading)
    )


def _of_byline(lines: Sequence[Line], reading: Reading) -> tuple[str, ...]:
    for line in lines:
        if names := authors_of(line.text):
            reading.found("author", line)
            return names
    return ()


def _of_bare_name(around: Sequence[Line], title: str, reading: Reading) -> tuple[str, ...]:
    is_near = [find_date(line.text) is not None or is_time(line.text) for line in around]
    for at, line in enumerate(around):
        before = around[at - 1].text if at else ""
        is_led = before == title or cues.BYLINE_ALONE.fullmatch(before)
        # A name after a date and a bar looks like the credit of a picture.
        is_of_kind = line.kind in _NAME_KINDS or (line.kind is Kind.CAPTION and is_near[at])
        if is_of_kind and (is_led or any(is_near[max(at - 1, 0) : at + 2])):
            names = bare_names_of(line.text)
            if names and _is_about_others(names, title):
                reading.found("author", line)
                return tuple(dict.fromkeys([*names, *_more_names(around[at + 1 :])]))
    return ()


def _more_names(lines: Sequence[Line]) -> Iterator[str]:
    """Return the names that follow on lines of their own, with ``and`` or accounts between them."""
    for line in lines:
        if line.kind in _NAME_KINDS and (names := bare_names_of(line.text)):
            yield from names
        elif line.text.casefold() not in cues.NAME_GLUE and not line.text.startswith("@"):
            return


def _is_about_others(names: Sequence[str], title: str) -> bool:
    """Whether no word of some names is in a headline, which tells of others than its writer."""
    words = set(_WORDS.findall(title.casefold()))
    return words.isdisjoint(word for name in names for word in name.casefold().split())


def _place_and_agency(
    lines: Sequence[Line], around: Sequence[Line], body: Sequence[Line], reading: Reading
) -> tuple[str, tuple[str, ...]]:
    """Read the dateline and the wire services.

    A place in capitals is how wire services set theirs. Where such copy names no service, that of
    the picture's credit, if it sells text too, is the one that sent both.
    """
    place = ""
    agency: tuple[str, ...] = ()
    for line in body[:_LEAD_PARAGRAPHS]:
        place, agency = lead_place(line.text)
        if place:
            reading.origins |= dict.fromkeys(("place", "agency"), f"line {line.number}")
            break
    for line, below in pairwise(around):
        if line.kind is Kind.AGENCY and not agency:
            agency = agencies_of(line.text)
            reading.found("agency", line)
        elif line.kind is Kind.PLACE and below.kind is Kind.PROSE and not place:
            place = line.text
            reading.found("place", line)
    if place and not agency:
        for line in lines:
            if line.kind is Kind.CAPTION and (found := agency_of_credit(line.text)):
                reading.found("agency", line)
                return place, found
    return place, agency


def _date(
    lines: Sequence[Line], head: Head, span: range, n_credits: int, context: Context
) -> ArticleDate | None:
    """Read the date of publication.

    It stands between headline and text, or nearest before them, or right below the text, above any
    heading over something else. A line that names the day of a change only counts where there is
    no other.
    """
    credits_stop = span.start + n_credits
    start = min(head.at if head.at > 0 else span.start, credits_stop)
    below = range(span.stop, min(span.stop + _DATE_LINES_BELOW, len(lines)))
    order = [
        *range(start, credits_stop),
        *range(start - 1, -1, -1),
        *takewhile(lambda at: lines[at].kind not in OTHER_KINDS, below),
    ]
    near = [lines[at] for at in order if lines[at].weight < _HEAVIEST_DATE_LINE]
    near = sorted(near, key=_doubt)
    found = None
    if context.takes("text"):
        first = lines[min(credits_stop, span.stop - 1)]
        found = _day_of(near, context, lines) or lead_date(first.text)
    return context.best_date((found, None), (date_of_name(context.article_id, head.title), None))


def _day_of(near: Sequence[Line], context: Context, lines: Sequence[Line]) -> ArticleDate | None:
    """Return the day that the first line with one tells.

    Where it could be several days, no other line counts: that would be the day of another article.
    The other dates of the page may still tell which is meant.
    """
    for line in near:
        if numbers := _undecided(line.text, context):
            context.saw_date(numbers, possible_orders(numbers), "page text")
            _tell_orders(lines, context)
            return None
        if found := find_date(line.text, context.dates.order) or _day_before(line.text, context):
            context.reading.found("date", line)
            _tell_orders([line], context)
            return found
    return None


def _undecided(text: str, context: Context) -> str:
    """Return the first date of a text where it could be several days, and none stands before."""
    for numbers in three_numbers(text) if has_year(text) else ():
        if possible_orders(numbers):
            before = text[: text.index(numbers) + len(numbers)]
            return "" if find_date(before, context.dates.order) else numbers
    return ""


def _day_before(text: str, context: Context) -> ArticleDate | None:
    """Return the day of a line such as "3 hours ago", where it is known when that was true."""
    if not context.fetched:
        return None
    has_time = context.fetched.precision == "second"
    day = relative_day(text, context.fetched.instant, has_time=has_time)
    return replace(ArticleDate.of(day), origin="page text") if day else None


def _tell_orders(lines: Sequence[Line], context: Context) -> None:
    """Tell what the dates of some lines show of the order of their numbers."""
    for line in lines:
        for numbers in three_numbers(line.text) if has_year(line.text) else ():
            if orders := possible_orders(numbers):
                context.saw_date(numbers, orders, None)


def _doubt(line: Line) -> int:
    """Return how little a date on a line tells of publication: that of a picture, least."""
    return 2 if line.kind is Kind.CAPTION else int(_names_change(line))


def _names_change(line: Line) -> bool:
    """Whether a line has a word for a change before any date, such as ``Updated``."""
    cue = cues.UPDATE_CUE.search(line.text[:_FARTHEST_CUE])
    return cue is not None and find_date(line.text[: cue.start()]) is None
