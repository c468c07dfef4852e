"""The query language: from what a reader types to a tree that can be searched."""

from newsearch.query.dates import date_filter
from newsearch.query.parser import ParsedQuery, parse, parse_words, value_filter
from newsearch.query.resolve import QueryAnalyser, resolve

__all__ = [
    "ParsedQuery",
    "QueryAnalyser",
    "date_filter",
    "parse",
    "parse_words",
    "resolve",
    "value_filter",
]
