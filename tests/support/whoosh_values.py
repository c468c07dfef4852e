"""What Whoosh's own writer is given of an article, the obvious way."""

from __future__ import annotations

from itertools import chain
from typing import Any

from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.fields import TEXT_FIELDS, WORD_FIELDS
from newsearch.schema import article_language, forms_field, index_id

_BETWEEN_VALUES = "\0"


def stored_values(article: Article) -> dict[str, Any]:
    """Map Whoosh field name to what is stored of an article."""
    values: dict[str, Any] = {
        "title": article.title,
        "body": article.body,
        "id": article.id,
        "lang": article_language(article),
    }
    for name in ("source", "section", "place", "url"):
        values |= {name: getattr(article, name)} if getattr(article, name) else {}
    for name in ("agency", "author"):
        values |= {name: list(getattr(article, name))} if getattr(article, name) else {}
    if article.date:
        values["date"] = article.date.instant.replace(tzinfo=None)
    return values | ({"extra": article.extra} if article.extra else {})


def whoosh_values(article: Article) -> dict[str, Any]:
    """Map Whoosh field name to value: lists of terms in order of position for searched fields."""
    language = article_language(article)
    values: dict[str, Any] = {
        "id": index_id(article.id),
        "lang": language,
        "url": article.url.encode("utf-8", "replace").decode("utf-8") or None,
        "date": article.date and article.date.instant.replace(tzinfo=None),
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
