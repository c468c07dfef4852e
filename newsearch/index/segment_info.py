"""What the codec's Whoosh side has to be told about articles."""

from __future__ import annotations

from newsearch.analysis.terms import key
from newsearch.analysis.tokens import forms
from newsearch.codec.whoosh.codec import SegmentInfo
from newsearch.index.stored import unpack
from newsearch.schema import DEFAULT_LANGUAGE


class NewsSegmentInfo(SegmentInfo):
    """A segment in the TOC of a newsearch index; its words and articles are ours.

    Pickled by name: moving this class makes older indexes unreadable.
    """

    def words(self, value: str) -> list[str]:
        """Cut a value of a filter field into keys, as the schema does."""
        return [key(form, DEFAULT_LANGUAGE) for form in forms(value)]

    def url(self, stored: bytes) -> str:
        """Read the URL of a stored article, as it is searched."""
        return unpack(stored).url.encode("utf-8", "replace").decode("utf-8")
