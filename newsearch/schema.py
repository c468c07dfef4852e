"""What the fields of an index hold where articles do not say, and what their limits are."""

from __future__ import annotations

import numpy as np

from newsearch.article import Article
from newsearch.errors import ArticleError

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
