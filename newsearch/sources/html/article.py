"""The article of a saved web page: what its blocks show and what it declares, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import chain

from newsearch.article import Article, ArticleDate
from newsearch.sources.html.blocks import Page, read_page
from newsearch.sources.html.body import article_blocks, block_lines, block_rows
from newsearch.sources.html.facts import (
    Facts,
    date_of_address,
    fullest,
    host_of,
    linked_authors,
    named_authors,
    page_facts,
    time_dates,
)
from newsearch.sources.page import cues
from newsearch.sources.page.article import FEW_SENTENCES, article_of
from newsearch.sources.page.body import sentence_lines
from newsearch.sources.page.head import Head, find_head, fold, site_in_title
from newsearch.sources.page.lines import Kind, Line
from newsearch.sources.reader import Context

_SHORTEST_KEY = 5
_MOST_HEADINGS = 20
_LONGEST_TITLE = 500
_BLOCKS_ABOVE = 15
_CREDIT_BLOCKS = 4
_WORD = re.compile(r"\w+")
_FEWEST_SHARED, _LEAST_SHARED = 5, 0.7
_QUOTES = "\"'"
_ARCHIVE = "web.archive.org/web/"
# What the Internet Archive adds to its copies: a bar, and its address before all others.
_WAYBACK = re.compile(
    r"<!-- BEGIN WAYBACK TOOLBAR INSERT -->(?:(?!<!-- BEGIN).)*?<!-- END WAYBACK TOOLBAR INSERT -->"
    r"|(?:https?:)?//web\.archive\.org/web/\d{4,14}[a-z_]*/(?=https?:)",
    re.S,
)


def extract_markup(markup: str, context: Context, *, is_drawn: bool = False) -> Article | None:
    """Find the article of a page of HTML; None when no block of it reads like a sentence.

    A page whose script would have drawn the article may still declare its text.
    """
    page = read_page(_WAYBACK.sub("", markup) if _ARCHIVE in markup else markup)
    if not page.is_whole:
        context.note("the page has more tags than are read, its end was left out")
    lines = block_lines(page, context.recurring_lines(block_rows(page)))
    facts = page_facts(page, context.dates.order)
    context.reading.lines = lines
    chosen = article_blocks(page, lines, facts)
    if not chosen and facts.text and not is_drawn:
        context.note("the text is what the page declares, for it shows none")
        shown = "".join(f"<p>{escape(row)}</p>" for row in facts.text.splitlines())
        return extract_markup(f"{markup}<article>{shown}</article>", context, is_drawn=True)
    chosen = chosen or _sentences(page, lines, context)
    if not chosen:
        return None
    span = range(chosen[0], chosen[-1] + 1)
    body = [lines[at] for at in chosen]
    head = _head(page, lines, facts, span, body)
    reading, of = context.reading, facts.origins.get
    # What stands over the headline, such as where the page stands on its site, is none of it.
    body = [lines[at] for at in chosen if at > head.at or lines[at].kind is Kind.PROSE]
    article = article_of(lines, span, body, head, context)
    reading.origins |= {key: origin for key in facts.extra if (origin := of(key))}
    if head.at < 0 and head.title:
        reading.origins["title"] = of("title", "")
    url = reading.choose("url", (facts.url, of("url")), (context.url, "given"))
    top = head.at if head.at > 0 else span.start - _CREDIT_BLOCKS
    near = range(top, span.start + _CREDIT_BLOCKS)
    return replace(
        article,
        source=reading.choose(
            "source",
            (facts.source, of("source")),
            (article.source, None),
            (host_of(url), "URL"),
            (site_in_title(_title_of(page), head.title), "<title>"),
        ),
        author=_author(page, facts, article, near, context),
        section=reading.choose("section", (facts.section, of("section")), (article.section, None)),
        lang=reading.choose("lang", (facts.lang, of("lang"))),
        url=url,
        date=_date(page, facts, article, near, context),
        extra=facts.extra,
    )


def _sentences(page: Page, lines: Sequence[Line], context: Context) -> list[int]:
    """Return the blocks that read like sentences, where there is no more running text."""
    found = [at for at in sentence_lines(lines) if page.blocks[at].tag != "title"]
    if found:
        context.note(FEW_SENTENCES)
    return found


def _head(
    page: Page, lines: Sequence[Line], facts: Facts, span: range, body: Sequence[Line]
) -> Head:
    """Choose the headline: what the page shows over the text where it also declares that.

    Else what it declares, and what the words of its lines tell where it declares none.
    """
    page_title = _title_of(page)
    declared = [_whole(title, page_title, facts.source) for title in facts.titles]
    titles = [key for title in (*facts.titles, page_title) if (key := fold(title))]
    shown = [at for at in range(span.stop) if page.blocks[at].tag == "h1"]
    for at in reversed(shown[-_MOST_HEADINGS:]):
        text = lines[at].text[:_LONGEST_TITLE]
        key = fold(text)
        is_declared = any(key in title or title in key for title in titles)
        if len(key) >= _SHORTEST_KEY and (is_declared or _says(text, declared)):
            return Head(lines[at].text, at)
    if declared:
        key = fold(declared[0])
        above = range(span.start, max(0, span.start - _BLOCKS_ABOVE), -1)
        at = next((at for at in above if fold(lines[at].text) == key), -1)
        return Head(declared[0], at)
    found = find_head(lines, span.start + 1, "\n".join(line.text for line in body))
    if not found.title and shown:
        return Head(lines[shown[-1]].text, shown[-1])
    return found if found.title or not page_title else Head(page_title)


def _title_of(page: Page) -> str:
    return page.blocks[0].text[:_LONGEST_TITLE] if page.blocks[0].tag == "title" else ""


def _says(heading: str, titles: Sequence[str]) -> bool:
    """Whether a heading has most words of a title in common with it, in whatever order."""
    words = _words(heading)
    for title in titles:
        others = _words(title)
        n_shared = len(words & others)
        if n_shared >= _FEWEST_SHARED and n_shared >= _LEAST_SHARED * min(len(words), len(others)):
            return True
    return False


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _whole(title: str, page_title: str, source: str) -> str:
    """Return a declared title without the name of the site, and not cut at its first quote."""
    rest = page_title.removeprefix(title)
    if rest != page_title and rest.lstrip()[:1] in _QUOTES and rest.strip():
        title = page_title
    return _without_site(title, source)


def _without_site(title: str, source: str) -> str:
    """Return a title without the name of the site at its end."""
    site = fold(source)
    for match in cues.TITLE_SEPARATOR.finditer(title):
        rest = fold(title[match.end() :])
        if rest and site and (rest in site or site in rest) and len(rest) < 2 * len(site):
            return title[: match.start()].strip()
    return title


def _author(
    page: Page, facts: Facts, article: Article, near: range, context: Context
) -> tuple[str, ...]:
    linked = linked_authors(page.declared, near)
    named = named_authors(page, near)
    found = context.reading.choose(
        "author",
        (facts.authors, facts.origins.get("author")),
        (linked, "link to the author"),
        (named, "part with the author"),
        (article.author, None),
    )
    return fullest(found, (linked, named, article.author)) if found else ()


def _date(
    page: Page, facts: Facts, article: Article, near: range, context: Context
) -> ArticleDate | None:
    in_time = next((found for at, found in time_dates(page.declared) if at in near), None)
    in_text = article.date if article.date and article.date.origin == "page text" else None
    return context.best_date(
        _declared_date(facts.dates, in_text),
        (in_time, "<time>"),
        (in_text, None),
        (date_of_address(facts.url or context.url), "URL"),
        (article.date, None),
    )


def _declared_date(
    dates: Sequence[tuple[ArticleDate, str]], shown: ArticleDate | None
) -> tuple[ArticleDate | None, str | None]:
    """Return the declared date whose day the page also shows, else the surest one."""
    is_shown = (found for found in dates if str(found[0])[:10] == str(shown)[:10])
    return next(chain(is_shown, dates), (None, None))
