"""Bytes to a stream of articles. Knows nothing of search."""

from __future__ import annotations

from newsearch.answers.reports import Remark
from newsearch.sources.explaining import explain_page, parse
from newsearch.sources.plugins import Format
from newsearch.sources.reader import Context, Reader
from newsearch.sources.registry import formats, read, register_reader
from newsearch.sources.stream import ArticleStream

__all__ = [
    "ArticleStream",
    "Context",
    "Format",
    "Reader",
    "Remark",
    "explain_page",
    "formats",
    "parse",
    "read",
    "register_reader",
]
