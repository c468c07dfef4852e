"""The stored form of an article: two lines of JSON and the body, so that no byte is ever code."""

from __future__ import annotations

from newsearch.article import Article
from newsearch.errors import ArticleError


def body_of(stored: bytes) -> bytes:
    """Return the body of a stored article in UTF-8, without restoring the article.

    Raises
    ------
    ArticleError
        For bytes that `PackedArticle.stored` does not give.
    """
    return _parts(stored)[2]


def unpack(stored: bytes) -> Article:
    """Restore an article.

    Raises
    ------
    ArticleError
        For bytes that `PackedArticle.stored` does not give.
    """
    return Article.from_parts(*_parts(stored))


def _parts(stored: bytes) -> list[bytes]:
    parts = stored.split(b"\n", 2)
    if len(parts) != 3:
        raise ArticleError("the stored article is cut off")
    return parts
