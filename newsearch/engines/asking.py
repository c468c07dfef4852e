"""A query as one commit of a local index understands it, and what is read for its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article, title_of
from newsearch.engines.base import check_choice, check_text
from newsearch.fields import MATCHES, NUMBER_FIELDS, SYNTAXES, Match, Syntax
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.stored import head_and_body
from newsearch.memo import once
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
from newsearch.query.parser import ParsedQuery
from newsearch.query.relaxing import relaxations
from newsearch.search.searcher import Ranking, Searcher, Show

if TYPE_CHECKING:
    from newsearch.query.synonyms import SynonymRules, Synonyms
    from newsearch.search.matching import Matching
    from newsearch.search.run.bags import Bag

_IDS_AHEAD = 16
_TEXT: frozenset[type] = frozenset((str,))


class QueryReader:
    """Reads queries, each with the same selection beside it, for the commit of a searcher.

    Raises QueryError where the selection, or a query, cannot be read.
    """

    def __init__(  # noqa: PLR0913 - all of a selection
        self,
        searcher: Searcher,
        *,
        match: Match = "all",
        since: Date | None = None,
        until: Date | None = None,
        source: str | Sequence[str] | None = None,
        lang: str | Sequence[str] | None = None,
        timezone: str = "UTC",
        strict: bool = False,
        syntax: Syntax = "query",
        synonyms: SynonymRules | None = None,
    ) -> None:
        check_choice("match", match, MATCHES)
        check_choice("syntax", syntax, SYNTAXES)
        self._searcher = searcher
        self._match = match
        self.strict = strict
        self._syntax = syntax
        self._synonyms: Synonyms | None = None
        if synonyms is not None:
            from newsearch.query.synonyms import synonyms_of

            self._synonyms = synonyms_of(synonyms)
        self._calendar = calendar_of(timezone)
        dates = date_filter(since, until, self._calendar)
        self._filters: list[WrittenTree] = [] if dates is None else [dates]
        for name, value in (("source", source), ("lang", lang)):
            if value is not None:
                self._filters.append(value_filter(name, value))

    def rank_known(self, queries: Sequence[str], limit: int | None) -> Sequence[Ranking | None]:
        """Rank what matches the bags that queries are; None for one that `bag` must look up."""
        if self._synonyms or not _TEXT.issuperset(map(type, queries)):
            return [None] * len(queries)
        return self._searcher.rank_known(
            queries,
            limit,
            syntax=self._syntax,
            match_any=self._match == "any",
            filters=self._resolved_filters,
        )

    def bag(self, query: str) -> Bag | None:
        """Return the bag that a query is, see `Searcher.bag`; None of one that is to be read."""
        if self._synonyms or not isinstance(query, str):
            return None
        is_any = self._match == "any"
        filters = self._resolved_filters
        return self._searcher.bag(query, syntax=self._syntax, match_any=is_any, filters=filters)

    @once
    def _resolved_filters(self) -> tuple[ResolvedTree, ...]:
        return tuple([resolve(one, self._searcher.vocabulary) for one in self._filters])

    def read(self, query: str) -> Asked:
        """Read a query."""
        check_text("query", query)
        parsed = self._parse(query)
        tree = parsed.tree
        if self._synonyms is not None:
            tree = self._synonyms.expand(tree, match_any=self._match == "any")
        if self._filters:
            tree = And([tree, *self._filters])
        resolved = resolve(tree, self._searcher.vocabulary)
        return Asked(self._searcher, query, self.strict, tree, resolved, parsed.warnings)

    def _parse(self, query: str) -> ParsedQuery:
        if self._syntax == "words":
            return parse_words(query, match=self._match)
        return parse(
            query,
            match=self._match,
            strict=self.strict,
            keys=self._searcher.snapshot.keys,
            calendar=self._calendar,
        )


class Asked(NamedTuple):
    """A query as one commit understands it."""

    searcher: Searcher
    query: str
    strict: bool
    written: WrittenTree
    tree: ResolvedTree
    warnings: tuple[QueryWarning, ...] = ()

    def settled(self) -> Asked:
        """Return the query as it is answered: relaxed where it can be, else as it is."""
        for relaxed in self.relaxations():
            if self.searcher.count(self.tree):
                return self
            if self.searcher.count(relaxed.tree):
                return relaxed
        return self

    def relaxations(self) -> Iterator[Asked]:
        """Yield what to ask instead where no article matches, the narrowest first, each warned of.

        A query that is to be taken strictly has none.
        """
        vocabulary = self.searcher.vocabulary
        if self.strict:
            return
        for written, warning in relaxations(self.query, self.written, vocabulary.is_function_word):
            tree = resolve(written, vocabulary)
            yield self._replace(written=written, tree=tree, warnings=(*self.warnings, warning))

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


class _Ids(dict[int, str]):
    """The ids of articles by rank, as far as they were read; missing ones are read."""

    def __init__(
        self, check_open: Callable[[], object], searcher: Searcher, docnums: Sequence[int]
    ) -> None:
        self._check_open = check_open
        self._searcher = searcher
        self._docnums = docnums

    def __missing__(self, rank: int) -> str:
        self._check_open()
        # Whoever reads one reads the next ones too, and reading them together halves the time.
        docnums = self._docnums[rank - 1 : rank - 1 + _IDS_AHEAD]
        self.update(enumerate(self._searcher.article_ids(docnums), rank))
        return self[rank]


class FoundArticles:
    """Reads what hits show from the snapshot they were found in, while their index is open.

    Docnums are global, the best first; `check_open` raises where the index is closed.
    """

    def __init__(
        self, check_open: Callable[[], object], searcher: Searcher, docnums: Sequence[int]
    ) -> None:
        self._check_open = check_open
        self._searcher = searcher
        self._docnums = docnums

    @once
    def ids(self) -> Mapping[int, str]:
        return _Ids(self._check_open, self._searcher, self._docnums)

    def numbers(self, rank: int) -> dict[str, float]:
        segment, docnum = self._locate(rank)
        return {name: segment.numbers(name)[docnum].item() for name in NUMBER_FIELDS}

    def archive(self, rank: int) -> str:
        return self._searcher.snapshot.archive(self._docnums[rank - 1])

    def article(self, rank: int) -> Article:
        segment, docnum = self._locate(rank)
        return segment.article(docnum)

    def snippet(self, rank: int) -> Snippet:
        segment, docnum = self._locate(rank)
        head, body = head_and_body(segment.stored(docnum))
        return self._shown.snippet(body, segment.language(docnum), lambda: title_of(head))

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        return self._shown.title_highlights(article)

    @property
    def _tree(self) -> ResolvedTree:
        """What the articles were found by."""
        raise NotImplementedError

    @cached_property
    def _shown(self) -> Show:
        return self._searcher.show(self._tree)

    def _locate(self, rank: int) -> tuple[SegmentReader, int]:
        self._check_open()
        return self._searcher.snapshot.locate(self._docnums[rank - 1])
