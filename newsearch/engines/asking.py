"""A query as one commit of a local index understands it, and what is read for its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article, title_of
from newsearch.engines.base import SYNTAXES, Syntax, check_choice, check_text
from newsearch.fields import MATCHES, NUMBER_FIELDS, Match
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.stored import head_and_body
from newsearch.query import (
    Date,
    calendar_of,
    date_filter,
    parse,
    parse_words,
    resolve,
    value_filter,
)
from newsearch.query.nodes import And, ResolvedTree, Term, TermPhrase, WrittenLeaf, WrittenTree
from newsearch.query.relaxing import relaxations
from newsearch.search.searcher import Searcher, Show

if TYPE_CHECKING:
    from newsearch.search.matching import Matching

_IDS_AHEAD = 16


def read_query(  # noqa: PLR0913 - all of a selection
    searcher: Searcher,
    query: str,
    *,
    match: Match = "all",
    since: Date | None = None,
    until: Date | None = None,
    source: str | Sequence[str] | None = None,
    lang: str | Sequence[str] | None = None,
    timezone: str = "UTC",
    strict: bool = False,
    syntax: Syntax = "query",
) -> Asked:
    """Read a query, and the selection beside it, for the commit of a searcher."""
    check_text("query", query)
    check_choice("match", match, MATCHES)
    check_choice("syntax", syntax, SYNTAXES)
    calendar = calendar_of(timezone)
    if syntax == "words":
        parsed = parse_words(query, match=match)
    else:
        keys = searcher.snapshot.keys
        parsed = parse(query, match=match, strict=strict, keys=keys, calendar=calendar)
    dates = date_filter(since, until, calendar)
    tree = _filtered(parsed.tree, dates, {"source": source, "lang": lang})
    resolved = resolve(tree, searcher.vocabulary)
    return Asked(searcher, query, strict, tree, resolved, parsed.warnings)


def _filtered(
    tree: WrittenTree, dates: WrittenTree | None, values: Mapping[str, str | Sequence[str] | None]
) -> WrittenTree:
    filters: list[WrittenTree | None] = [dates]
    filters += [value_filter(name, value) for name, value in values.items() if value is not None]
    wanted = [part for part in filters if part is not None]
    return And([tree, *wanted]) if wanted else tree


class Asked(NamedTuple):
    """A query as one commit understands it."""

    searcher: Searcher
    query: str
    strict: bool
    written: WrittenTree
    tree: ResolvedTree
    warnings: tuple[QueryWarning, ...]

    def settled(self) -> Asked:
        """Return the query as it is answered: relaxed where it can be, else as it is."""
        return self.relaxed() or self

    def relaxed(self, *, is_empty: bool = False) -> Asked | None:
        """Read the query less narrowly, with a warning; None where that is not called for.

        It is called for where no article matches, some does then, and the query is not taken
        strictly.

        Parameters
        ----------
        is_empty
            Whether it is known that no article has all words.
        """
        vocabulary = self.searcher.vocabulary
        if self.strict:
            return None
        for written, warning in relaxations(self.query, self.written, vocabulary.is_function_word):
            is_empty = is_empty or self.searcher.count(self.tree) == 0
            if not is_empty:
                return None
            tree = resolve(written, vocabulary)
            if self.searcher.count(tree):
                return self._replace(written=written, tree=tree, warnings=(*self.warnings, warning))
        return None

    def matching(self) -> Matching:
        """Find all articles that match."""
        return self.searcher.matching(self.tree)

    def newest_first(self) -> list[int]:
        """Return the global docnums of all matches, in the order of a scan."""
        docnums: list[int] = self.searcher.newest_first(self.matching()).tolist()
        return docnums


class Consulted:
    """Looks up in a snapshot what advice needs."""

    def __init__(self, searcher: Searcher) -> None:
        from newsearch.search.spelling import Neighbours

        self._searcher = searcher
        neighbours = Neighbours(searcher.snapshot)
        self.near_words, self.near_values = neighbours.of_word, neighbours.of_value

    def count(self, tree: WrittenTree) -> int:
        return self._searcher.count(resolve(tree, self._searcher.vocabulary))

    def has(self, leaf: WrittenLeaf) -> bool:
        return self._has(resolve(leaf, self._searcher.vocabulary))

    def _has(self, tree: ResolvedTree) -> bool:
        df = self._searcher.statistics.df
        if isinstance(tree, Term):
            return df(tree.terms, fields=tree.fields) > 0
        if isinstance(tree, TermPhrase) and len(tree.words) == 1:
            return df(tree.words[0], exact=tree.exact, fields=tree.fields) > 0
        return self._searcher.count(tree) > 0


class FoundArticles:
    """Reads what hits show from the snapshot they were found in, while their index is open.

    Docnums are global, the best first; `check_open` raises where the index is closed.
    """

    def __init__(
        self,
        check_open: Callable[[], object],
        searcher: Searcher,
        tree: ResolvedTree,
        docnums: Sequence[int],
    ) -> None:
        self._check_open = check_open
        self._searcher = searcher
        self._docnums = docnums
        self._tree = tree
        self._ids: dict[int, str] = {}

    def numbers(self, rank: int) -> dict[str, float]:
        segment, docnum = self._locate(rank)
        return {name: segment.numbers(name)[docnum].item() for name in NUMBER_FIELDS}

    def article_id(self, rank: int) -> str:
        if rank not in self._ids:
            self._check_open()
            # Whoever reads one reads the next ones too, and reading them together halves the time.
            docnums = self._docnums[rank - 1 : rank - 1 + _IDS_AHEAD]
            ids = self._searcher.snapshot.article_ids(docnums)
            self._ids.update(enumerate(ids, rank))
        return self._ids[rank]

    def article(self, rank: int) -> Article:
        segment, docnum = self._locate(rank)
        return segment.article(docnum)

    def snippet(self, rank: int) -> Snippet:
        segment, docnum = self._locate(rank)
        head, body = head_and_body(segment.stored(docnum))
        return self._shown.snippet(body, segment.language(docnum), lambda: title_of(head))

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        return self._shown.title_highlights(article)

    @cached_property
    def _shown(self) -> Show:
        return self._searcher.show(self._tree)

    def _locate(self, rank: int) -> tuple[SegmentReader, int]:
        self._check_open()
        return self._searcher.snapshot.locate(self._docnums[rank - 1])
