"""A fixed view of an index: its segments, columns and statistics at one commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound
from whoosh.searching import Searcher

from newsearch.article import Article
from newsearch.index.stored import unpack
from newsearch.schema import TEXT_FIELDS

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """One segment of a snapshot.

    Parameters
    ----------
    reader
        Whoosh's reader of the segment; it hides deleted articles.
    base
        Global docnum of the segment's docnum 0.
    """

    reader: IndexReader
    base: int


class Snapshot:
    """What readers see from one commit to the next; never changes, whatever is committed.

    Parameters
    ----------
    index
        An open Whoosh index; its latest commit is taken.
    """

    def __init__(self, index: FileIndex) -> None:
        latest: int = index.latest_generation()
        self.searcher: Searcher = index.searcher()
        reader = self.searcher.reader()
        # An empty index's reader does not know its generation. The one found above can only be
        # too old, which the next refresh puts right.
        self.generation: int = latest if reader.generation() is None else reader.generation()
        leaves = reader.leaf_readers()
        self.segments = [SegmentView(leaf, base) for leaf, base in leaves if leaf.doc_count_all()]
        self.n_articles: int = reader.doc_count()
        self.n_articles_all: int = reader.doc_count_all()

    def close(self) -> None:
        """Release the files."""
        self.searcher.close()

    def column(self, name: str) -> Numbers:
        """Read a number column, shape ``(n_articles_all,)``, by global docnum; read only."""
        if name not in self._columns:
            self._columns[name] = self._read_column(name)
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Numbers]:
        return {}

    def _read_column(self, name: str) -> Numbers:
        values: list[int] = []
        for segment in self.segments:
            column = segment.reader.column_reader(name)
            values.extend(column[docnum] for docnum in range(segment.reader.doc_count_all()))
        numbers = np.array(values, dtype=np.int64)
        numbers.flags.writeable = False
        return numbers

    @cached_property
    def live(self) -> Numbers:
        """Global docnums of the articles that are not deleted, ascending."""
        docnums = [
            segment.base + docnum
            for segment in self.segments
            for docnum in segment.reader.all_doc_ids()
        ]
        return np.array(docnums, dtype=np.int64)

    def lengths(self, fields: tuple[str, ...] = TEXT_FIELDS) -> Numbers:
        """Count the tokens of each article in the fields together, by global docnum."""
        lengths: Numbers = sum(
            (self.column(f"{field}_length") for field in fields),
            start=np.zeros(self.n_articles_all, dtype=np.int64),
        )
        return lengths

    @cached_property
    def language_counts(self) -> dict[str, int]:
        """Articles by language code, the most frequent language first."""
        reader = self.searcher.reader()
        counts = {code: _n_postings(reader, "lang", code) for code in self.terms("lang")}
        return {
            code: counts[code]
            for code in sorted(counts, key=lambda code: (-counts[code], code))
            if counts[code]
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes of the articles, the most frequent first."""
        return tuple(self.language_counts)

    def terms(self, field: str) -> Iterator[str]:
        """Give the terms of a field in ascending order, of deleted articles too."""
        for term in self.searcher.reader().lexicon(field):
            yield term.decode("utf-8")

    def docnum(self, article_id: str) -> int | None:
        """Find the global docnum of an article."""
        try:
            matcher = self.searcher.reader().postings("id", article_id)
        except (TermNotFound, UnicodeEncodeError):
            return None
        return int(matcher.id()) if matcher.is_active() else None

    def article(self, docnum: int) -> Article:
        """Read a stored article by global docnum."""
        return unpack(self.searcher.stored_fields(docnum)["article"])


def _n_postings(reader: IndexReader, field: str, term: str) -> int:
    return sum(1 for _ in reader.postings(field, term).all_ids())
