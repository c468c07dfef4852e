"""The query language: from what a reader types to a tree that can be searched."""

from newsearch.query.dates import date_filter
from newsearch.query.leaves import QueryAnalyser, plain_word
from newsearch.query.parser import ParsedQuery, parse, parse_words, value_filter
from newsearch.query.trees import to_text

__all__ = [
    "ParsedQuery",
    "QueryAnalyser",
    "date_filter",
    "parse",
    "parse_words",
    "plain_word",
    "to_text",
    "value_filter",
]
