"""What the caller's thread makes of an article before it goes to a builder."""

from __future__ import annotations

from typing import NamedTuple

from newsearch.article import (
    LARGEST_ARTICLE_BYTES,
    LARGEST_BODY_BYTES,
    LARGEST_HEAD_BYTES,
    Article,
)
from newsearch.errors import ArticleError
from newsearch.schema import index_id


class PackedArticle(NamedTuple):
    """An article and what the caller's thread makes of it.

    Parameters
    ----------
    article
        The article itself.
    head
        Everything of its stored form that stands before the body.
    body
        UTF-8 of the body.
    id_hash, content_hash
        See `Article`.
    """

    article: Article
    head: bytes
    body: bytes
    id_hash: int
    content_hash: bytes

    @property
    def title(self) -> bytes:
        """UTF-8 of the title."""
        return self.article.title.encode("utf-8", "surrogatepass")

    @property
    def stored(self) -> bytes:
        """The article as `newsearch.index.stored.unpack` takes it."""
        return self.head + self.body


def pack_article(article: Article) -> PackedArticle:
    """Prepare an article, so that nothing can fail once a segment is being built.

    Raises ArticleError for an id that cannot be kept, a field that is not text, extra keys that are
    no JSON, or parts that are too large.
    """
    index_id(article.id)
    head, extra, body = article.to_parts()
    if len(head) > LARGEST_HEAD_BYTES:
        raise _too_large("its title, authors and other fields are", LARGEST_HEAD_BYTES)
    if len(extra) > LARGEST_ARTICLE_BYTES:
        raise _too_large("its extra keys are", LARGEST_ARTICLE_BYTES)
    if len(body) > LARGEST_BODY_BYTES:
        raise _too_large("the body is", LARGEST_BODY_BYTES)
    content_hash = article.hash_of(head, body)
    return PackedArticle(article, b"%b\n%b\n" % (head, extra), body, article.id_hash, content_hash)


def _too_large(what: str, most_bytes: int) -> ArticleError:
    return ArticleError(f"{what} larger than {most_bytes >> 20} MiB")
