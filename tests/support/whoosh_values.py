"""What Whoosh's own writer is given of an article, the obvious way."""

from __future__ import annotations

from itertools import chain
from typing import Any

from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.fields import TEXT_FIELDS, WORD_FIELDS
from newsearch.schema import NO_DATE_S, article_language, forms_field, index_id

_BETWEEN_VALUES = "\0"


def whoosh_values(article: Article, stored: bytes = b"") -> dict[str, Any]:
    """Map Whoosh field name to value: lists of terms in order of position for searched fields."""
    language = article_language(article)
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
        values[forms_field(name)] = [key(word, language) for word in words]
        values[name] = [term(word, language) for word in words]
        values[f"{name}_length"] = len(words)
    for name in WORD_FIELDS:
        values[name] = filter_forms(getattr(article, name))
    return values


def filter_forms(value: str | tuple[str, ...]) -> list[str]:
    """Return the word forms of a filter field.

    A form that no text has stands between the values of a field that has several, so that no
    phrase runs from one value into the next.
    """
    if isinstance(value, str):
        return _keys(value)
    separated = chain.from_iterable([*_keys(part), _BETWEEN_VALUES] for part in value)
    return list(separated)[:-1]


def _keys(value: str) -> list[str]:
    return [key(form, "en") for form in forms(value)]
