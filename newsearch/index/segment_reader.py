"""One segment of a snapshot, open for searching: the codec's arrays and which articles live."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.analysis.terms import LANGUAGE_MARK, tag_of
from newsearch.article import Article
from newsearch.codec.columns import CodedColumn, CodedListColumn, Columns
from newsearch.codec.lexicon import FormRow, Lexicon
from newsearch.codec.segment import TEXT, Inverted, Segment
from newsearch.codec.strings import text_of
from newsearch.errors import ArticleError
from newsearch.fields import CODED_FIELDS, FIELD, LIST_FIELDS, TEXT_FIELDS
from newsearch.index.article_ids import ArticleIds
from newsearch.index.periods import Periods, periods_of
from newsearch.index.stored import unpack
from newsearch.index.value_words import ValueWords
from newsearch.keys import BETWEEN, KEYS
from newsearch.memo import Memo

_SCANS = 100
"""Looks through the lexicon that take as long as putting it in order of term."""


_MEMO_KEYS = 16
"""Keys and filter fields whose values are kept at hand; most queries ask for none."""
_MEMO_PERIODS = 8
"""Parts of dates, and time zones, whose periods are kept at hand, at most 4 bytes an article."""
_MEMO_WORDS = 1_000
"""Keys and terms whose places are kept at hand: to resolve a new word asks for each several times,
of which one takes 15 us."""


class SegmentReader:
    """A segment as searches see it; never changes, safe in many threads.

    Parameters
    ----------
    segment
        The open file.
    deleted
        Which articles are deleted, shape ``(n_articles,)``.
    base
        Global docnum of the segment's docnum 0.
    """

    def __init__(self, segment: Segment, deleted: NDArray[np.bool_], base: int) -> None:
        self.segment = segment
        self.base = base
        self.n_articles = segment.articles
        self.is_live = None if not deleted.any() else ~deleted
        """Shape ``(n_articles,)``; None where all are live."""
        self._scans_left = _SCANS
        self._rows = Memo(self._find_rows, _MEMO_WORDS)
        self._term_ids = Memo(self._find_term_id, _MEMO_WORDS)
        self.n_live = int(self.n_articles - np.count_nonzero(deleted))

    @property
    def columns(self) -> Columns:
        """Values kept for each article."""
        return self.segment.columns

    @cached_property
    def text(self) -> Inverted:
        """The segment's inverted text."""
        return self.segment.inverted(TEXT)

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """Seconds from 1970 by docnum; `schema.NO_DATE_S` for undated articles."""
        return self.columns.numbers("date")

    @property
    def live_dates(self) -> NDArray[np.int64]:
        """Dates of the live articles only."""
        return self.dates if self.is_live is None else self.dates[self.is_live]

    @cached_property
    def periods(self) -> Callable[[str, tzinfo], Periods]:
        """Return the day, week, month, quarter or year of each article, in a time zone."""
        return lru_cache(_MEMO_PERIODS)(lambda part, zone: periods_of(self.dates, part, zone))

    @cached_property
    def id_hashes(self) -> NDArray[np.int64]:
        """Hashes of the ids by docnum."""
        return self.columns.numbers("id_hash")

    @cached_property
    def ids(self) -> ArticleIds:
        """The ids of the articles."""
        return ArticleIds(self.segment)

    def article_id(self, docnum: int) -> str:
        """Read an article's id, without the article; see `ArticleIds`."""
        return self.ids[docnum]

    def article_ids(self, docnums: Sequence[int]) -> list[str]:
        """Read the ids of some articles."""
        return self.ids.take(docnums)

    @cached_property
    def title_lengths(self) -> NDArray[np.integer]:
        """Tokens of the titles by docnum."""
        return self.columns.numbers("title_length")

    @cached_property
    def body_lengths(self) -> NDArray[np.integer]:
        """Tokens of the bodies by docnum."""
        return self.columns.numbers("body_length")

    @cached_property
    def text_lengths(self) -> NDArray[np.int64]:
        """Tokens of title and body together by docnum, see `bm25.text_length`."""
        return np.asarray(bm25.text_length(self.title_lengths.astype(np.int64), self.body_lengths))

    @cached_property
    def forms_per_term(self) -> NDArray[np.int64]:
        """How many word forms each term has, by term id."""
        return np.bincount(self._lexicon.term_ids, minlength=len(self.text.terms))

    def lengths(self, fields: tuple[str, ...]) -> NDArray[np.integer]:
        """Tokens of title, of body, or of both together as `text_lengths`, by docnum."""
        if set(fields) == set(TEXT_FIELDS):
            return self.text_lengths
        return self.title_lengths if fields == ("title",) else self.body_lengths

    def live_length_tokens(self, fields: tuple[str, ...]) -> int:
        """Add up `lengths` over the live articles."""
        lengths = self.lengths(fields)
        own = lengths if self.is_live is None else lengths[self.is_live]
        return int(own.sum(dtype=np.int64))

    def only_live(self, docnums: NDArray[np.int64]) -> NDArray[np.int64]:
        """Drop deleted articles."""
        return docnums if self.is_live is None else docnums[self.is_live[docnums]]

    def filter_column(self, field: str) -> CodedColumn | CodedListColumn:
        """Return the values of a filter field, or of a key of users' own."""
        if field in LIST_FIELDS:
            return self.columns.coded_lists(field)
        if field in CODED_FIELDS:
            return self.columns.coded(field)
        return self._values_of_key(field)

    @cached_property
    def value_words(self) -> Callable[[str], ValueWords]:
        """Return the words of the values of a filter field, or of a key of users' own."""
        return lru_cache(_MEMO_KEYS)(
            lambda field: ValueWords(self.filter_column(field).values, field)
        )

    @cached_property
    def counted_lists(self) -> Callable[[str], CodedListColumn]:
        """Return the values of a list field, or of a key of users' own, each once an article."""

        def once(field: str) -> CodedListColumn:
            column = self.filter_column(field)
            assert isinstance(column, CodedListColumn)
            return column.once()

        return lru_cache(_MEMO_KEYS)(once)

    @cached_property
    def value_texts(self) -> Callable[[str], list[str]]:
        """Return the values of a filter field, or of a key of users' own, as texts."""
        return lru_cache(_MEMO_KEYS)(
            lambda field: [text_of(value) for value in self.filter_column(field).values]
        )

    @cached_property
    def _values_of_key(self) -> Callable[[str], CodedListColumn]:
        return lru_cache(_MEMO_KEYS)(lambda key: self._keys.with_prefix(f"{key}{BETWEEN}".encode()))

    @cached_property
    def _keys(self) -> CodedListColumn:
        return self.columns.coded_lists(KEYS)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of users' own that articles of the segment have, deleted ones included."""
        found: list[str] = []
        values, index, after = self._keys.values, 0, chr(ord(BETWEEN) + 1).encode()
        while index < len(values):
            key = values[index].split(BETWEEN.encode(), 1)[0]
            found.append(key.decode("utf-8", "replace"))
            index = bisect_left(values, key + after, lo=index + 1)
        return frozenset(found)

    def numbers(self, field: str) -> NDArray[np.integer]:
        """Return the numbers of a field by docnum."""
        return self.segment.columns.numbers(FIELD[field].column)

    @cached_property
    def language_counts(self) -> dict[str, int]:
        """Live articles by language code."""
        return self._languages.counts(self.is_live)

    def form_rows(self, form: str) -> list[FormRow]:
        """Return the rows of a key, with the end that tells its language, as terms have one."""
        return [row for _, row in self._rows_of_form(form)]

    def terms_of(self, form: str) -> list[str]:
        """Return the terms of a key of a language."""
        return [term for term, _ in self._rows_of_form(form)]

    def form_dfs(self, *forms: str) -> list[tuple[str, int]]:
        """Return the terms of keys of a language, and how many articles have each as one of them.

        Keys that are all that a term has are counted together, others one by one. Deleted articles
        are counted too, here and in `term_dfs`.
        """
        dfs: dict[tuple[str, int], list[int]] = {}
        for form in forms:
            for term, row in self._rows_of_form(form):
                dfs.setdefault((term, row.term_id), []).append(row.df)
        found: list[tuple[str, int]] = []
        for (term, term_id), own in dfs.items():
            is_whole = self.are_all_forms(term_id, len(own))
            counts = [self.text.postings.df(term_id)] if is_whole else own
            found += [(term, df) for df in counts]
        return found

    def are_all_forms(self, term_id: int, n_forms: int) -> bool:
        """Whether so many of the keys of a term are all of them, and more than one."""
        return n_forms > 1 and n_forms == self.forms_per_term[term_id]

    def key_dfs(self, own_key: str) -> list[tuple[str, int]]:
        """Return the terms of a key in all languages, and in how many articles it has each."""
        return [(term, row.df) for term, row in self._rows[own_key]]

    def term_dfs(self, term: str) -> list[tuple[str, int]]:
        """Return a term and how many articles have it; nothing if the segment lacks it."""
        term_id = self.term_id(term)
        return [] if term_id is None else [(term, self.text.postings.df(term_id))]

    def term(self, term_id: int) -> str:
        """Return a term, given its number."""
        return text_of(self.text.terms[term_id])

    def term_id(self, term: str) -> int | None:
        """Find the number of a term, or None if the segment lacks it."""
        return self._term_ids[term]

    def forms_of(self, term: str) -> list[str]:
        """Return the word forms that have a term."""
        term_id = self.term_id(term)
        if term_id is None:
            return []
        rows = map(self._lexicon.row, self._rows_of(term_id).tolist())
        return [text_of(row.form) for row in rows]

    def _find_term_id(self, term: str) -> int | None:
        return self.text.terms.find(term.encode("utf-8", "surrogatepass"))

    def _find_rows(self, own_key: str) -> list[tuple[str, FormRow]]:
        """Find the rows of a key in all languages, each with its term."""
        rows = self._lexicon.rows(own_key.encode("utf-8", "surrogatepass"))
        return [(self.term(row.term_id), row) for row in rows]

    def _rows_of_form(self, form: str) -> list[tuple[str, FormRow]]:
        """Return the rows of a key with its language's end, each with its term."""
        own_key, mark, code = form.partition(LANGUAGE_MARK)
        end = mark + code
        return [found for found in self._rows[own_key] if tag_of(found[0]) == end]

    def _rows_of(self, term_id: int) -> NDArray[np.integer]:
        """Return the rows of a term in the lexicon, ascending."""
        if self._scans_left > 0:
            self._scans_left -= 1
            return np.flatnonzero(self._lexicon.term_ids == term_id)
        order, starts = self._rows_by_term
        return order[starts[term_id] : starts[term_id + 1]]

    @cached_property
    def _rows_by_term(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The lexicon's rows in order of term, and where those of each term begin there."""
        starts = np.zeros(len(self.forms_per_term) + 1, np.int32)
        np.cumsum(self.forms_per_term, out=starts[1:])
        order = np.argsort(self._lexicon.term_ids, kind="stable").astype(np.int32)
        return order, starts

    @property
    def _lexicon(self) -> Lexicon:
        return self.text.forms

    def live_docnums(self, id_hash: int) -> list[int]:
        """Find the live articles whose ids have a hash."""
        found = self.ids.by_hash.docnums(id_hash)
        return list(map(int, self.only_live(np.array(found, np.int64))))

    def docnum(self, article_id: str) -> int | None:
        """Find the live article of an id."""
        own = self.ids.docnums(article_id)
        return next((one for one in own if self.is_live is None or self.is_live[one]), None)

    def article(self, docnum: int) -> Article:
        """Read a stored article."""
        try:
            return unpack(self.stored(docnum))
        except ArticleError as error:
            raise self.segment.file.corrupt(f"stored article {docnum}: {error}") from error

    def stored(self, docnum: int) -> bytes:
        """Read an article as it is stored."""
        return self.segment.stored.article(docnum)

    def language(self, docnum: int) -> str:
        """Read the language that an article was analysed in."""
        return self._language_names[int(self._languages.codes[docnum])]

    @cached_property
    def _language_names(self) -> list[str]:
        return [name.decode("utf-8", "replace") for name in self._languages.values]

    @cached_property
    def _languages(self) -> CodedColumn:
        return self.columns.coded("lang")
