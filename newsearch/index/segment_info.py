"""What the codec's Whoosh side has to be told about articles."""

from __future__ import annotations

from typing import Any

from newsearch.analysis.terms import key
from newsearch.analysis.tokens import forms
from newsearch.codec.whoosh.codec import SegmentInfo
from newsearch.fields import FIELD
from newsearch.index.stored import unpack
from newsearch.index.whoosh_index import write_for_whoosh
from newsearch.schema import DEFAULT_LANGUAGE


class NewsSegmentInfo(SegmentInfo):
    """A segment in the TOC of a newsearch index; its words and articles are ours.

    Pickled by name: moving this class makes older indexes unreadable.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        write_for_whoosh()
        self.__dict__.update(state)

    def words(self, value: str) -> list[str]:
        """Cut a value of a filter field into keys, as the schema does."""
        return [key(form, DEFAULT_LANGUAGE) for form in forms(value)]

    def values(self, stored: bytes) -> dict[str, Any]:
        """Read the fields of a stored article, as Whoosh's users get them.

        Title, body, id and lang are always there, others where the article has them; lists are
        lists, a date is a datetime in UTC without a zone, and users' own keys are in `extra`.
        """
        article = unpack(stored)
        values: dict[str, Any] = {"title": "", "body": "", "lang": DEFAULT_LANGUAGE}
        values |= {name: value for name, value in article.as_dict().items() if name in FIELD}
        if article.date is not None:
            values["date"] = article.date.instant.replace(tzinfo=None)
        return values | ({"extra": dict(article.extra)} if article.extra else {})
