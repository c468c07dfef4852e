"""The searchable fields of a segment, by the names that the schema gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from newsearch.codec.segment import Segment
from newsearch.codec.whoosh.field_views import FieldView
from newsearch.codec.whoosh.text_fields import FormField, Part, StemField, Text
from newsearch.codec.whoosh.value_fields import (
    date_field,
    id_field,
    keyword_field,
    url_field,
    words_field,
)
from newsearch.errors import ArticleError
from newsearch.fields import EXACT_FIELDS, LIST_FIELDS, WORD_FIELDS

_STEMS: Final[dict[str, Part]] = {"title": "title", "body": "body"}
_FORMS: Final[dict[str, Part]] = {"title_forms": "title", "body_forms": "body"}
FIELD_NAMES: Final = sorted([*_STEMS, *_FORMS, *WORD_FIELDS, *EXACT_FIELDS, "date"])
"""All fields that can be searched, ascending."""


@dataclass(frozen=True)
class Fields:
    """The fields of an open segment; each view is made when first asked for, and kept.

    Parameters
    ----------
    segment
        The open segment.
    words
        Cuts a value of a filter field into words.
    values
        Reads the fields of a stored article.
    """

    segment: Segment
    words: Callable[[str], list[str]]
    values: Callable[[bytes], dict[str, Any]]
    _views: dict[str, FieldView] = field(default_factory=dict, init=False)

    def view(self, name: str) -> FieldView | None:
        """Return the view of a field, or None for an unknown name."""
        if name not in self._views and name in FIELD_NAMES:
            self._views[name] = self._make(name)
        return self._views.get(name)

    @cached_property
    def _text(self) -> Text:
        return Text(self.segment)

    def _make(self, name: str) -> FieldView:
        columns = self.segment.columns
        if name in _STEMS:
            return StemField(self._text, _STEMS[name])
        if name in _FORMS:
            return FormField(self._text, _FORMS[name])
        if name in WORD_FIELDS:
            column = columns.coded_lists(name) if name in LIST_FIELDS else columns.coded(name)
            return words_field(column, self.segment, self.words)
        if name == "id":
            return id_field(self.segment)
        if name == "url":
            return url_field(self.segment, self._url)
        if name == "date":
            return date_field(columns)
        return keyword_field(columns.coded(name))

    def stored_values(self, stored: bytes) -> dict[str, Any]:
        """Read the fields of a stored article; CorruptIndexError where it is damaged."""
        try:
            return self.values(stored)
        except ArticleError as error:
            raise self.segment.file.corrupt("a stored article is damaged") from error

    def _url(self, stored: bytes) -> bytes:
        url: str = self.stored_values(stored).get("url", "")
        return url.encode("utf-8", "replace")
