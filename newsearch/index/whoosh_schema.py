"""The Whoosh schema: which fields an article has, and how each is analysed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from whoosh import columns, fields

from newsearch.analysis.terms import term
from newsearch.analysis.tokens import forms
from newsearch.analysis.whoosh_analyzer import FormAnalyzer, NewsAnalyzer
from newsearch.fields import CODED_FIELDS, EXACT_FIELDS, TEXT_FIELDS, WORD_FIELDS
from newsearch.schema import DEFAULT_LANGUAGE, forms_field


def build_schema(*languages: str) -> fields.Schema:
    """Return the schema of every newsearch index.

    Parameters
    ----------
    languages
        Those of the articles, the most frequent first; English where none is named. Whoosh analyses
        texts and phrases in the first.

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
    languages = languages or (DEFAULT_LANGUAGE,)
    words: dict[str, Any] = {"multitoken_query": "phrase"}
    for name in TEXT_FIELDS:
        schema.add(name, StemmedText(languages))
        schema.add(forms_field(name), fields.TEXT(FormAnalyzer(languages[0]), **words))
    for name in WORD_FIELDS:
        sortable = name in CODED_FIELDS
        schema.add(name, fields.TEXT(FormAnalyzer(), stored=True, sortable=sortable, **words))
    for name in EXACT_FIELDS:
        sortable = name in CODED_FIELDS
        schema.add(name, fields.ID(stored=True, unique=name == "id", sortable=sortable))
    return schema


class StemmedText(fields.TEXT):  # type: ignore[misc]  # Whoosh has no types
    """Title or body: a word typed for Whoosh's parser means its terms in every language.

    `languages`: those of the articles, at least one.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        super().__init__(NewsAnalyzer(languages[0]), stored=True)
        self._languages = languages

    @property
    def multitoken_query(self) -> str:
        """How Whoosh's parser joins what it was given last: words that touch are a phrase."""
        return "or" if getattr(_typed, "is_one_word", False) else "phrase"

    @multitoken_query.setter
    def multitoken_query(self, _: str) -> None:
        """Leave it; Whoosh's constructor wants to set what it was not told."""

    def process_text(self, qstring: str, mode: str = "", **options: Any) -> Iterable[str]:
        is_cut = mode == "query" and options.get("tokenize", True)
        words = forms(qstring) if is_cut else []
        _typed.is_one_word = len(words) == 1
        if len(words) == 1:
            return dict.fromkeys(term(words[0], language) for language in self._languages)
        texts: Iterable[str] = super().process_text(qstring, mode=mode, **options)
        return texts


_typed = threading.local()
"""Whoosh's parser asks a field for the terms of a word, and right after that how to join them."""


class DateField(fields.DATETIME):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's field of dates and times, in UTC, whose column says None for undated articles."""

    def from_column_value(self, x: int) -> datetime | None:
        return None if x == self.default else super().from_column_value(x)


def _number_column(default: int) -> fields.COLUMN:
    return fields.COLUMN(columns.NumericColumn("q", default=default))
