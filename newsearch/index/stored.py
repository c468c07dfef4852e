"""The stored form of an article: two lines of JSON and the body, so that no byte is ever code."""

from __future__ import annotations

from newsearch.article import Article
from newsearch.errors import ArticleError


def head_and_body(stored: bytes) -> tuple[bytes, bytes]:
    """Return two of the `Article.to_parts` of a stored article, without restoring it.

    Raises ArticleError for bytes that `PackedArticle.stored` does not give.
    """
    head, _, body = _parts(stored)
    return head, body


def unpack(stored: bytes) -> Article:
    """Restore an article.

    Raises ArticleError for bytes that `PackedArticle.stored` does not give.
    """
    return Article.from_parts(*_parts(stored))


def _parts(stored: bytes) -> list[bytes]:
    parts = stored.split(b"\n", 2)
    if len(parts) != 3:
        raise ArticleError("the stored article is cut off")
    return parts
