"""Bytes to a stream of articles. Knows nothing of search."""

from __future__ import annotations

from newsearch.sources.registry import FORMATS, read, register_reader
from newsearch.sources.stream import ArticleStream, Context, Reader, Remark

__all__ = ["FORMATS", "ArticleStream", "Context", "Reader", "Remark", "read", "register_reader"]
