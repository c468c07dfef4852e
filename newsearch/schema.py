"""The Whoosh schema: which fields an article has, and how each is analysed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from whoosh import columns, fields

from newsearch.analysis.stems import stemmer
from newsearch.analysis.tokens import forms
from newsearch.analysis.whoosh_analyzer import FormAnalyzer, NewsAnalyzer
from newsearch.article import Article
from newsearch.errors import ArticleError

DEFAULT_LANGUAGE = "en"
TEXT_FIELDS = ("title", "body")
FILTER_FIELDS = ("source", "agency", "author", "section", "place")
EXACT_FIELDS = ("id", "lang", "url")
NO_DATE_S = int(np.iinfo(np.int64).min)
"""What the date column holds for an article without a date: it sorts as the oldest."""

MAX_ID_BYTES = 1024
_BETWEEN_VALUES = "\0"

FORMAT_VERSION = 2
"""Raised whenever an index made by an older newsearch can no longer be searched as it is."""


def forms_field(field: str) -> str:
    """Name the field that holds the word forms of a text field, beside its stems."""
    return f"{field}_forms"


def build_schema() -> fields.Schema:
    """Give the schema of every newsearch index.

    ``title`` and ``body`` hold stems and ``title_forms`` and ``body_forms`` the word forms at the
    same positions. The filter fields hold word forms. Lengths are columns of exact integers
    because Whoosh's own field lengths are rounded to one byte.
    """
    schema = fields.Schema(
        id=fields.ID(unique=True),
        lang=fields.ID(),
        url=fields.ID(),
        article=fields.STORED(),
        date=_number_column(NO_DATE_S),
        id_hash=_number_column(0),
        content_hash=fields.COLUMN(columns.FixedBytesColumn(16)),
        title_length=_number_column(0),
        body_length=_number_column(0),
    )
    for name in TEXT_FIELDS:
        schema.add(name, fields.TEXT(analyzer=NewsAnalyzer(DEFAULT_LANGUAGE)))
        schema.add(forms_field(name), fields.TEXT(analyzer=FormAnalyzer()))
    for name in FILTER_FIELDS:
        schema.add(name, fields.TEXT(analyzer=FormAnalyzer()))
    return schema


def _number_column(default: int) -> fields.COLUMN:
    return fields.COLUMN(columns.NumericColumn("q", default=default))


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """Everything the index keeps of an article, ready to be written.

    Parameters
    ----------
    id
        The article's id.
    content_hash
        Digest of the article's fields, 16 bytes.
    values
        Whoosh field name to value: lists of terms in order of position for the searched fields.
    """

    id: str
    content_hash: bytes
    values: dict[str, Any]


def article_language(article: Article) -> str:
    """Give the language code an article is analysed in."""
    return article.lang or DEFAULT_LANGUAGE


def analyse(article: Article, stored: bytes) -> AnalysedArticle:
    """Analyse a whole article, so that nothing can fail once a writer is touched.

    Parameters
    ----------
    article
        What to analyse, in its own language, English where it names none.
    stored
        The article as it is kept for display.

    Raises
    ------
    ArticleError
        For an id that cannot be kept.
    """
    language = article_language(article)
    stem = stemmer(language)
    values: dict[str, Any] = {
        "id": index_id(article.id),
        "lang": language,
        "url": article.url.encode("utf-8", "replace").decode("utf-8") or None,
        "article": stored,
        "date": NO_DATE_S if article.date is None else article.date.timestamp_s,
        "id_hash": article.id_hash,
        "content_hash": article.content_hash,
    }
    for name in TEXT_FIELDS:
        words = forms(getattr(article, name))
        values[forms_field(name)] = words
        values[name] = [stem(word) for word in words]
        values[f"{name}_length"] = len(words)
    for name in FILTER_FIELDS:
        values[name] = filter_forms(getattr(article, name))
    return AnalysedArticle(article.id, article.content_hash, values)


def filter_forms(value: str | tuple[str, ...]) -> list[str]:
    """Give the word forms of a filter field.

    A form that no text has stands between the values of a field that has several, so that no
    phrase runs from one value into the next.
    """
    if isinstance(value, str):
        return forms(value)
    separated = chain.from_iterable([*forms(part), _BETWEEN_VALUES] for part in value)
    return list(separated)[:-1]


def index_id(article_id: str) -> str:
    """Give back an id that can be a Whoosh term."""
    try:
        size_bytes = len(article_id.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ArticleError(f"the id {article_id!r} is not valid Unicode") from error
    if size_bytes > MAX_ID_BYTES:
        raise ArticleError(f"the id is {size_bytes:,} bytes long; the limit is {MAX_ID_BYTES:,}")
    return article_id
