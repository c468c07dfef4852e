"""The query language: from what a reader types to a tree that can be searched."""

from newsearch.query.calendar import Calendar, calendar_of
from newsearch.query.dates import Date, date_filter
from newsearch.query.parser import ParsedQuery, parse, parse_words, value_filter
from newsearch.query.resolve import QueryAnalyser, resolve

__all__ = [
    "Calendar",
    "Date",
    "ParsedQuery",
    "QueryAnalyser",
    "calendar_of",
    "date_filter",
    "parse",
    "parse_words",
    "resolve",
    "value_filter",
]
