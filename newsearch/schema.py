"""The Whoosh schema: which fields an article has, and how each is analysed."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from whoosh import columns, fields

from newsearch.analysis.whoosh_analyzer import FormAnalyzer, NewsAnalyzer
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.fields import CODED_FIELDS, EXACT_FIELDS, TEXT_FIELDS, WORD_FIELDS

DEFAULT_LANGUAGE = "en"
DEFAULTS = {"lang": DEFAULT_LANGUAGE}
"""What fields hold for an article that does not say, if not ''."""

NO_DATE_S = int(np.iinfo(np.int64).min)
"""What the date column holds for an article without a date: it sorts as the oldest."""

MAX_ID_BYTES = 1024

INDEX_VERSION = 7
"""Raised whenever an index made by an older newsearch can no longer be searched as it is."""


def forms_field(field: str) -> str:
    """Name the field that holds the word forms of a text field, beside its stems."""
    return f"{field}_forms"


def build_schema(language: str = DEFAULT_LANGUAGE) -> fields.Schema:
    """Return the schema of every newsearch index.

    Parameters
    ----------
    language
        The language in which Whoosh analyses queries, that of most articles.

    Notes
    -----
    ``title`` and ``body`` hold terms, ``title_forms`` and ``body_forms`` the keys of word forms at
    the same positions. The filter fields hold keys. Lengths are columns of exact integers because
    Whoosh's own field lengths are rounded to one byte.
    """
    schema = fields.Schema(
        extra=fields.STORED(),
        date=DateField(stored=True, sortable=True),
        id_hash=_number_column(0),
        content_hash=fields.COLUMN(columns.FixedBytesColumn(16)),
        title_length=_number_column(0),
        body_length=_number_column(0),
    )
    for name in TEXT_FIELDS:
        schema.add(name, fields.TEXT(NewsAnalyzer(language), stored=True))
        schema.add(forms_field(name), fields.TEXT(FormAnalyzer(language)))
    for name in WORD_FIELDS:
        sortable = name in CODED_FIELDS
        schema.add(name, fields.TEXT(FormAnalyzer(), stored=True, sortable=sortable))
    for name in EXACT_FIELDS:
        sortable = name in CODED_FIELDS
        schema.add(name, fields.ID(stored=True, unique=name == "id", sortable=sortable))
    return schema


class DateField(fields.DATETIME):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's field of dates and times, in UTC, whose column says None for undated articles."""

    def from_column_value(self, x: int) -> datetime | None:
        return None if x == self.default else super().from_column_value(x)


def _number_column(default: int) -> fields.COLUMN:
    return fields.COLUMN(columns.NumericColumn("q", default=default))


def article_language(article: Article) -> str:
    """Return the language code an article is analysed in."""
    return article.lang or DEFAULT_LANGUAGE


def index_id(article_id: str) -> str:
    """Return an id that can be a Whoosh term."""
    try:
        size_bytes = len(article_id.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ArticleError(f"the id {article_id!r} is not valid Unicode") from error
    if size_bytes > MAX_ID_BYTES:
        raise ArticleError(f"the id is {size_bytes:,} bytes long; the limit is {MAX_ID_BYTES:,}")
    return article_id
