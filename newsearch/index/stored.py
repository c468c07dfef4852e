"""The stored form of an article: JSON, so that no byte of it is ever code."""

from __future__ import annotations

import json

from newsearch.article import Article


def pack(article: Article) -> bytes:
    """Give the bytes that `unpack` makes the same article of."""
    return json.dumps(article.to_record(), ensure_ascii=True).encode("ascii")


def unpack(stored: bytes) -> Article:
    """Restore an article."""
    return Article.from_record(json.loads(stored))
