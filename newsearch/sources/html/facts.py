"""What a page declares of its article: JSON-LD, ``<meta>``, ``<time>``, ``<link>``, its address."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import chain
from typing import Any, TypeVar

from newsearch.article import ArticleDate
from newsearch.dates import DateOrder, possible_orders
from newsearch.languages import language_code
from newsearch.sources.html.blocks import Declared, Page
from newsearch.sources.page.credits import (
    agencies_of,
    authors_of,
    bare_names_of,
    declared_date,
)
from newsearch.sources.page.head import fold

_MOST_VALUES = 20_000
_MOST_TEXTS = 50
_MOST_DATES = 10
_LONGEST_TEXT = 500
_LONGEST_ARTICLE = 60_000
_LONGEST_NAME = 80
_JSON_START = re.compile(r"[\[{]")
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_TAG = re.compile(r"<[^<>]*>")
_BY = re.compile(
    r"^(?:(?:written |posted )?by|von|par|por|di|door|av|af|text|autor|author|auteur)\b:?\s+", re.I
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|^\W*$|^(?:admin|administrator|author|editor|redaktion|staff|\S+\.\w{2,4})$",
    re.I,
)
_BYLINE_NAMES = re.compile(r"(?:^|[\s_-])(?:by-?line|authors?|auteurs?|autore?s?)(?:[\s_-]|$)")
_MOST_BYLINE_BLOCKS = 4
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_HOST = re.compile(r"https?://(?:www\.)?([\w.-]+\.\w{2,})", re.I)

# Where a page declares what: keys of an article in JSON-LD, and names of `<meta>`; the surest
# first.
_TITLE = (
    "headline",
    "og:title twitter:title parsely-title sailthru.title dc.title headline citation_title",
)
_SUMMARY = ("description", "og:description description twitter:description")
_DATE = (
    "datePublished",
    "article:published_time og:article:published_time datepublished parsely-pub-date sailthru.date"
    " article:published pubdate publishdate publish-date publish_date publication_date"
    " article_date_original cxenseparse:recs:publishtime bt:pubdate dc.date.issued dcterms.issued"
    " dc.date dcterms.date dcterms.created dc.date.created date"
    " citation_publication_date citation_date",
)
_CHANGE = (
    "dateModified",
    "article:modified_time og:updated_time datemodified lastmod dcterms.modified",
)
_AUTHOR = (
    "author creator",
    "parsely-author sailthru.author byl author dc.creator dcterms.creator article:author"
    " citation_author",
)
_SOURCE = (
    "publisher sourceOrganization",
    "dc.publisher dcterms.publisher publisher application-name citation_journal_title",
)
_SECTION = ("articleSection", "article:section parsely-section sailthru.section section")
_KEYWORDS = ("keywords", "news_keywords keywords parsely-tags sailthru.tags")
_LANGUAGE = ("inLanguage", "og:locale dc.language")
_ACCESS = ("isAccessibleForFree", "article:content_tier")
_ARTICLE_TYPES = ("Article", "Posting", "Report")
_PAGE_TYPES = ("WebPage", "Recipe", "CreativeWork")
_PAID = frozenset(("false", "locked", "metered"))
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page declares; '' and empty for what it does not.

    Parameters
    ----------
    titles
        What it calls its article, the surest first; the name of the site may be a part of it.
    summary
        What it says the article is about.
    text
        What it says is the text of the article; often cut, and without ends of paragraphs.
    is_article
        Whether it says that it is an article.
    dates
        Days of publication, and the time where its zone is told, each with where it stands; the
        surest first.
    authors, source, section, lang, url
        As those of `Article`.
    extra
        ``date_modified``, ``keywords``, and ``paywall`` where the text is not free.
    origins
        Where each of them is declared.
    """

    titles: list[str]
    summary: str
    text: str
    is_article: bool
    dates: list[tuple[ArticleDate, str]]
    authors: tuple[str, ...]
    source: str
    section: str
    lang: str
    url: str
    extra: dict[str, Any]
    origins: dict[str, str]


def page_facts(page: Page, date_order: DateOrder = "") -> Facts:
    """Read what a page declares, JSON-LD before ``<meta>``."""
    declared = _Declarations(page)
    date_of = partial(declared_date, order=date_order)
    # A publisher may be a company that has many papers.
    source = declared.text("source", ("", "og:site_name")) or declared.text("source", _SOURCE)
    keywords = [
        word.strip() for text in declared.best("keywords", _KEYWORDS) for word in text.split(",")
    ]
    titles = list(declared.texts(_TITLE))
    languages = chain(_own_languages(page.declared), declared.texts(_LANGUAGE))
    addresses = chain(_canonical(page.declared), declared.texts(("", "og:url")))
    changes = [*declared.texts(_CHANGE)]
    extra = {
        "date_modified": str(declared.first("date_modified", changes, date_of) or ""),
        "keywords": list(dict.fromkeys(filter(None, keywords))),
        "paywall": declared.text("paywall", _ACCESS).lower() in _PAID,
    }
    return Facts(
        titles=[text for _, text in titles],
        summary=declared.text("summary", _SUMMARY),
        text=declared.article_text(),
        is_article=declared.is_article(),
        dates=_dates([*declared.texts(_DATE)], changes, date_of),
        authors=declared.authors(source),
        source=source,
        section=declared.text("section", _SECTION).strip(" ,"),
        lang=declared.first("lang", languages, language_code) or "",
        url=declared.first("url", addresses, _address) or "",
        extra={key: value for key, value in extra.items() if value},
        origins=declared.origins | {"title": titles[0][0] if titles else ""},
    )


class _Declarations:
    """What the JSON-LD of a page says of its article, and its ``<meta>``."""

    def __init__(self, page: Page) -> None:
        nodes = _nodes(page.scripts)
        title = fold(page.blocks[0].text[:_LONGEST_TEXT]) if page.blocks else ""
        self._article = _article_node(nodes, title)
        self._named = {
            node["@id"]: node
            for node in nodes
            if "name" in node and isinstance(node.get("@id"), str)
        }
        self._metas = _metas(page.declared)
        self.origins: dict[str, str] = {}

    def best(self, fact: str, places: tuple[str, str]) -> list[str]:
        """Return the texts of the surest place that has some, and keep it as a fact's origin."""
        self.origins[fact], texts = next(self._by_place(places), ("", []))
        return texts

    def texts(self, places: tuple[str, str]) -> Iterator[tuple[str, str]]:
        """Return the texts of all places, each after where it stands."""
        return ((place, text) for place, texts in self._by_place(places) for text in texts)

    def text(self, fact: str, places: tuple[str, str]) -> str:
        return next(iter(self.best(fact, places)), "")

    def authors(self, source: str) -> tuple[str, ...]:
        names = _names(self.best("author", _AUTHOR), source)
        return fullest(names, (_names(texts, source) for _, texts in self._by_place(_AUTHOR)))

    def is_article(self) -> bool:
        is_typed = bool(_of_types([self._article], _ARTICLE_TYPES))
        return is_typed or "article" in self._metas.get("og:type", ())

    def article_text(self) -> str:
        text = str(self._article.get("articleBody") or "")[:_LONGEST_ARTICLE]
        return _TAG.sub("", unescape(unescape(text))).strip()

    def first(
        self,
        fact: str,
        texts: Iterable[tuple[str, str]],
        read: Callable[[str], _Value | None],
    ) -> _Value | None:
        """Return what the first text says that can be read, and keep its place as the origin."""
        for place, text in texts:
            if value := read(text):
                self.origins[fact] = place
                return value
        return None

    def _by_place(self, places: tuple[str, str]) -> Iterator[tuple[str, list[str]]]:
        keys, metas = places
        for key in keys.split():
            if texts := self._values(self._article.get(key)):
                yield f"JSON-LD {key}", texts
        for name in metas.split():
            if name in self._metas:
                yield f"<meta> {name}", self._metas[name]

    def _values(self, value: Any) -> list[str]:
        """Return texts of JSON-LD: those of a list, and the names of what is described."""
        values = value if isinstance(value, list) else [value]
        return [text for one in values[:_MOST_TEXTS] if (text := _text(self._name_of(one)))]

    def _name_of(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        described = value if "name" in value else self._named.get(str(value.get("@id")), {})
        name = described.get("name")
        return next(iter(name), None) if isinstance(name, list) else name


def _nodes(scripts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects of JSON-LD, outer ones first."""
    nodes: list[dict[str, Any]] = []
    queue = deque(map(_json_of, scripts))
    for _ in range(_MOST_VALUES):
        if not queue:
            break
        value = queue.popleft()
        if isinstance(value, dict):
            nodes.append(value)
            queue.extend(part for part in value.values() if isinstance(part, list | dict))
        elif isinstance(value, list):
            queue.extend(value)
    return nodes


def _json_of(script: str) -> Any:
    """Read JSON in a script, with the mistakes that pages make; None where that is no use."""
    text = script.replace("<![CDATA[", "")
    start = _JSON_START.search(text)
    value = text[start.start() :] if start else ""
    for candidate in (value, _TRAILING_COMMA.sub("", value)):
        # What comes after the value, such as the end of a comment, is left.
        with suppress(ValueError, RecursionError):
            return json.JSONDecoder(strict=False).raw_decode(candidate)[0]
    return None


def _article_node(nodes: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """Return the object that is the article of a page; of several, that of the page's title."""
    found = _of_types(nodes, _ARTICLE_TYPES) or _of_types(nodes, _PAGE_TYPES)
    for node in found:
        headline = fold(_text(node.get("headline")))
        if headline and (headline in title or title in headline):
            return node
    return found[0] if len(found) == 1 else {}


def _of_types(nodes: list[dict[str, Any]], ends: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the objects one of whose types ends so."""

    def types(node: Mapping[str, Any]) -> list[Any]:
        value = node.get("@type")
        return value if isinstance(value, list) else [value]

    return [node for node in nodes if any(str(name).endswith(ends) for name in types(node))]


def _text(value: Any) -> str:
    """Return a value as text of one line, without the markup that pages leave in it."""
    if not isinstance(value, str | int):
        return ""
    text = str(value)[: 4 * _LONGEST_TEXT]
    if "&" in text:
        text = unescape(unescape(text))
    text = " ".join(_TAG.sub("", text).replace("\0", "").split())
    return text if len(text) <= _LONGEST_TEXT else ""


def _metas(declared: Iterable[Declared]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in declared:
        if element.tag == "meta" and (text := _text(element.attributes.get("content"))):
            for key in ("property", "name", "itemprop"):
                texts = metas.setdefault(element.attributes.get(key, "").lower(), [])
                if len(texts) < _MOST_TEXTS:
                    texts.append(text)
    return metas


def _canonical(declared: Iterable[Declared]) -> Iterator[tuple[str, str]]:
    for element in declared:
        if element.tag == "link" and element.attributes.get("rel", "").lower() == "canonical":
            yield "<link rel=canonical>", element.attributes.get("href", "")


def _address(url: str) -> str:
    is_address = len(url) <= 4 * _LONGEST_TEXT and url.startswith(("http://", "https://"))
    return url if is_address else ""


def _own_languages(declared: Iterable[Declared]) -> Iterator[tuple[str, str]]:
    for element in declared:
        if element.tag == "html":
            for name in ("lang", "xml:lang"):
                yield f"<html {name}>", element.attributes.get(name, "")


def _dates(
    texts: Sequence[tuple[str, str]],
    changes: Sequence[tuple[str, str]],
    date_of: Callable[[str], ArticleDate | None],
) -> list[tuple[ArticleDate, str]]:
    """Read dates, but for days of changes, which some names of ``<meta>`` mean as well.

    The other dates of a page tell what ``08/07/2020`` means.
    """
    texts = texts[:_MOST_DATES]
    found = [(day, place) for place, text in texts if (day := date_of(text))]
    changed = {str(day)[:10] for _, text in changes if (day := date_of(text))}
    known = changed | {str(day)[:10] for day, _ in found}
    found += [
        (day, place)
        for place, text in texts
        for order in sorted(possible_orders(text))
        if (day := declared_date(text, order)) and str(day)[:10] in known
    ]
    return found[:1] + [one for one in found[1:] if str(one[0])[:10] not in changed]


def _names(texts: Iterable[str], source: str) -> tuple[str, ...]:
    """Return the names of persons, several of one text apart."""
    names: list[str] = []
    for text in texts:
        bare = _BY.sub("", text).removesuffix(f", {source}")
        several = authors_of(f"By {bare}")
        names += several if len(several) > 1 else [bare]
    return tuple(dict.fromkeys(name for name in names if _is_name(name, source)))


def _is_name(name: str, source: str) -> bool:
    is_other = _NO_NAME.search(name) or agencies_of(name) or name.casefold() == source.casefold()
    return len(name) <= _LONGEST_NAME and not is_other


def date_of_address(url: str) -> ArticleDate | None:
    """Return the day that the address of an article has, such as ``/2020/07/10/``."""
    match = _URL_DAY.search(url)
    return declared_date("-".join(match.groups())) if match else None


def linked_authors(declared: Iterable[Declared], near: range) -> tuple[str, ...]:
    """Return the writers to whom links among some blocks lead."""
    links = (element for element in declared if element.tag == "a" and element.at in near)
    return _names((element.attributes["text"] for element in links), "")


def named_authors(page: Page, near: range) -> tuple[str, ...]:
    """Return the writers in what is named after them, among some blocks."""
    inline = [
        name
        for element in page.declared
        if element.tag == "byline" and element.at in near
        for name in _written(element.attributes["text"])
    ]
    if inline:
        return tuple(dict.fromkeys(inline))
    for part in page.parts:
        is_short = part.start in near and part.stop - part.start <= _MOST_BYLINE_BLOCKS
        if is_short and _BYLINE_NAMES.search(part.names):
            texts = (block.text for block in page.blocks[part.start : part.stop])
            if names := tuple(name for text in texts for name in _written(text)):
                return tuple(dict.fromkeys(names))
    return ()


def _written(text: str) -> tuple[str, ...]:
    return authors_of(text) or bare_names_of(text)


def fullest(names: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the first of others that has all of some names, and more of them or of theirs."""
    for other in others:
        if other != names and all(
            any(known == name or known.startswith(f"{name} ") for known in other) for name in names
        ):
            return other
    return names


def host_of(url: str) -> str:
    """Return the name of a site by an address, such as ``nytimes.com``; '' for none."""
    match = _HOST.match(url)
    return match[1].lower() if match else ""


def time_dates(declared: Iterable[Declared]) -> Iterator[tuple[int, ArticleDate]]:
    """Return the days of ``<time>``, each with the number of blocks before it."""
    for element in declared:
        text = element.attributes.get("datetime", "")
        if element.tag == "time" and (found := declared_date(text)):
            yield element.at, found
