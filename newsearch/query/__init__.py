"""The query language: from what a reader types to a tree that can be searched."""

from newsearch.query.dates import date_filter
from newsearch.query.leaves import QueryAnalyser, plain_word
from newsearch.query.parser import ParsedQuery, parse, parse_words, value_filter

__all__ = [
    "ParsedQuery",
    "QueryAnalyser",
    "date_filter",
    "parse",
    "parse_words",
    "plain_word",
    "value_filter",
]
