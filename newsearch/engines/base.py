"""What every engine can do: few primitives, from which all that users ask for is composed.

An engine keeps articles, finds those that match a query and tells of them. Ranking, words and
filters mean the same in every engine; ``tests/contract/test_engines.py`` is the test of that, and
the one place to look when a sentence below is not clear enough.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypedDict, Unpack

from newsearch.errors import IndexingError, QueryError, UnknownFieldError
from newsearch.fields import (
    CODED_FIELDS,
    DATE_PARTS,
    LIST_FIELDS,
    DatePart,
    Match,
    Measure,
    Sort,
    Syntax,
)
from newsearch.keys import NAMED_KEYS, key_name
from newsearch.query.dates import Date, HalfLife

if TYPE_CHECKING:  # a query need not load what only other primitives return
    from newsearch.answers.matches import Counts, Occurrences
    from newsearch.answers.reports import LoadReport, Stats
    from newsearch.answers.results import Results
    from newsearch.answers.why import Explanation
    from newsearch.article import Article
    from newsearch.query.synonyms import SynonymRules
    from newsearch.sources.frames import Frame
    from newsearch.sources.given import Given

WAIT_S = 5.0
"""How long changes wait for another process that is writing, unless told otherwise."""
COUNTED_FIELDS = (*CODED_FIELDS, *LIST_FIELDS)
"""The fields whose values can be counted."""


class Selection(TypedDict, total=False):
    """Which articles are meant, beside the query; the same for every primitive that takes one.

    `Engine.search` describes them.
    """

    match: Match
    since: Date | None
    until: Date | None
    source: str | Sequence[str] | None
    lang: str | Sequence[str] | None
    timezone: str
    strict: bool
    syntax: Syntax
    synonyms: SynonymRules | None


class Bounded(Selection, total=False):
    """Which articles are meant, and how long finding them may take."""

    timeout_s: float | None


class SearchOptions(Bounded, total=False):
    """What `Engine.search` takes besides the query."""

    limit: int | None
    offset: int
    sort: Sort
    min_score: float | None
    half_life: HalfLife | None
    now: Date | None


class Engine(Protocol):
    """A news archive that can be searched; safe to share between threads.

    Use it as a context manager, or call `close`. Every call sees one state of the archive; what
    others add is seen after `refresh`, or earlier.
    """

    def add(
        self,
        articles: Given | Iterable[Given] | Frame,
        *,
        prune: bool = False,
        progress: Callable[[int], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> LoadReport:
        """Add articles, replace those whose id is known, leave alone what has not changed.

        A mapping stands for the article that a JSON file with its keys would be, and so does a row
        of a table of pandas, polars or pyarrow. The last article of an id wins. `prune` deletes
        what files gave once and do not give any more; see `newsearch.Index.add`. `progress` is
        called with the number taken so far. Another process that is writing is waited for,
        `wait_s` seconds at most.
        """

    def delete(
        self, article_ids: str | Iterable[str], *, purge: bool = False, wait_s: float = WAIT_S
    ) -> list[str]:
        """Delete articles; return those ids that were there, each once, in the order given.

        Parameters
        ----------
        purge
            Also do what `compact` does, and reject the ids, and articles with the same title and
            body, in what is added later. Earlier versions of the articles count as there.
        """

    def unblock(self, article_ids: str | Iterable[str], *, wait_s: float = WAIT_S) -> list[str]:
        """Let purged articles be added again; return those ids that were purged."""

    def compact(self, *, wait_s: float = WAIT_S) -> int:
        """Take what deleted articles left out of all files; return how many articles that were.

        Whoever searches meanwhile goes on with the files as they were, which the system keeps until
        they are closed or refreshed.
        """

    def get(self, article_id: str) -> Article | None:
        """Read an article by its id; None where there is none."""

    def search(  # noqa: PLR0913 - every option is one a user may name
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        match: Match = "all",
        since: Date | None = None,
        until: Date | None = None,
        source: str | Sequence[str] | None = None,
        lang: str | Sequence[str] | None = None,
        timezone: str = "UTC",
        sort: Sort = "relevance",
        min_score: float | None = None,
        half_life: HalfLife | None = None,
        now: Date | None = None,
        strict: bool = False,
        syntax: Syntax = "query",
        synonyms: SynonymRules | None = None,
        timeout_s: float | None = None,
    ) -> Results:
        """Rank the articles that match, best first.

        Parameters
        ----------
        query
            Words, or the query language that the README describes.
        limit
            How many hits to return; None for all.
        offset
            How many hits to pass over first; after 10, the first has rank 11.
        match
            ``"all"``: every word must match; where no article has them all, function words (*the*,
            *who*) are let go, with a warning, unless the query is `strict`. ``"any"``: articles
            with any of the words, those with more and rarer ones first.
        since, until
            First and last date, such as ``"2019"``, ``"2020-07"``, ``"2020-07-10T15"`` (the hour),
            ``"yesterday"``, ``"last week"`` or ``"7d"``, the day 7 days ago; or a `datetime.date`
            or `datetime.datetime`.
        source
            Publisher or agency, as the ``source:`` field; of several, any.
        lang
            Language, by code or name, as the ``lang:`` field; of several, any.
        timezone
            Where the days of the query, `since` and `until` begin: ``"Asia/Tokyo"``, ``"+09:00"``.
        sort
            ``"relevance"``, ``"newest"``, ``"oldest"``, ``"longest"`` or ``"shortest"``; undated
            articles come last by date. Among equals: the newest first, then by the hash of the id.
        min_score
            Leave out articles with a lower score; they do not count in the ``total`` either.
        half_life
            The time in which scores halve, up to `now`: ``"30d"``, also ``h``, ``w``, ``m`` and
            ``y``, a number of days or a `datetime.timedelta`. Undated articles are as old as the
            oldest of the archive; those after `now` score in full. None for no halving.
        now
            The end of a date as `until` takes it; None for this moment.
        strict
            Raise where the query cannot be read as it stands, rather than warn.
        syntax
            ``"words"`` takes everything in the query as plain words.
        synonyms
            The path of a file of rules, or a list of them: ``"car, automobile"`` stand for each
            other, ``"car => automobile, vehicle"`` for what comes after it too, but not the other
            way round; ``#`` begins a comment. A side may be several words, ``"united states, US"``,
            which are then found side by side, or typed so. Single words count as one word in the
            ranking. Words in quotes and patterns stand for themselves.
        timeout_s
            How long finding the hits and, when it is asked for, their ``total`` may take; then
            what was found is returned, with ``is_partial`` true and ``total`` None. None for as
            long as it takes. Other primitives give all or nothing, so they have no such bound.

        Raises
        ------
        QueryError
            A query beyond the language's caps, an unknown field, option, `lang` or `timezone`;
            with `strict` any malformed query.
        """

    def search_many(
        self,
        queries: Iterable[str],
        *,
        threads: int | None = None,
        **options: Unpack[SearchOptions],
    ) -> list[Results]:
        """Rank the articles that match, as `search` does, for each of many queries, in their order.

        Parameters
        ----------
        queries
            What `search` takes, one by one.
        threads
            How many threads may search at the same time; None for one a processor.
        options
            As for `search`; they hold for every query, a `timeout_s` for each on its own. The
            ``took_ms`` of a query is its share of the time that it and those beside it took.

        Raises
        ------
        QueryError
            For the first query that cannot be read; its ``number``, from 1, says which it is.
        """
        check_threads(threads)
        found: list[Results] = []
        try:
            for query in checked_texts("queries", queries):
                found.append(self.search(query, **options))
        except QueryError as error:
            raise error.in_query(len(found) + 1) from None
        return found

    def count(self, query: str, **which: Unpack[Selection]) -> int:
        """Count the articles that match, exactly."""

    def scan(
        self, query: str, *, fields: Sequence[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[dict[str, Any]]:
        """Return all articles that match as JSON values, one by one, without ranking them.

        The newest come first, equal dates by the hash of the id, undated articles last: the order
        of ``sort="newest"``. The query is read, and what matches is fixed, by the call itself.

        Parameters
        ----------
        fields
            Keys of ``Article.as_dict`` to return, in this order; what an article lacks is left
            out. None for all. Asking for the id alone is much the quickest.
        """

    def aggregate(self, query: str, *, by: str, **which: Unpack[Selection]) -> Counts:
        """Count the articles that match by the values of a field, or by a part of their date.

        Parameters
        ----------
        by
            One of `COUNTED_FIELDS` or a key of users' own, where an article counts once for each of
            its values; or ``"day"``, ``"week"``, ``"month"``, ``"quarter"`` or ``"year"``, which
            begin where those of the query do. A week goes by its Monday, a quarter by its first
            month. A date that is less precise counts where it begins in UTC, as filters take it:
            2019 alone counts in January 2019.

        Raises
        ------
        UnknownFieldError
            Nothing is counted by that.
        """

    def count_by_date(
        self,
        query: str,
        *,
        part: DatePart,
        by: str = "",
        of: Measure = "articles",
        **which: Unpack[Selection],
    ) -> Mapping[tuple[str, str], int]:
        """Count the articles that match by the value of a field and a part of their date.

        `by` is one of `CODED_FIELDS`, or '' for all values together; `part` as in `aggregate`. An
        article without a value or a date counts under ''. `of`: count their words in title and body
        instead, or the stretches that `occurrences` tells of, for which the articles are read.
        """

    def occurrences(
        self, query: str, *, ids: str | Iterable[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[Occurrences]:
        """Return every stretch that matches, of all articles that match, in the order of `scan`.

        The stretches are those that highlights mark, and function words, which highlights leave
        out where the query has others. Excluded words and filters are not looked for.

        Parameters
        ----------
        ids
            Of the articles with these ids instead, in this order, whether all of the query matches
            them or not; ids that there are not are left out.
        """

    def explain(self, article_id: str, query: str, **which: Unpack[Selection]) -> Explanation:
        """Tell why an article matches a query, or does not, and what each part of it added.

        The scores of the parts are those by which `search` ranks, added up.

        Raises
        ------
        QueryError
            No article has the id; or as for `search`.
        """

    def words_beginning(self, prefix: str, *, limit: int) -> list[tuple[str, int]]:
        """Return words that begin so and how many articles have each; those of most come first.

        The words are folded, in small letters unless they are acronyms, and so is the `prefix`;
        equally frequent ones come in order of their code points.
        """

    def own_keys(self) -> frozenset[str]:
        """Return the keys of users' own that articles have, as queries call them."""

    def word_counts(self, words: Sequence[str]) -> list[int]:
        """Count, for each of some words, the articles that have it in any of its forms."""

    def stats(self) -> Stats:
        """Count what the archive holds."""

    def check(self, *, quick: bool = False) -> list[str]:
        """Verify everything the archive holds; return a line for each thing that is wrong.

        All that is derived from the articles is derived again, unless it is to be `quick`.
        """

    def refresh(self) -> bool:
        """See what others have changed since the last look; return whether there was anything."""

    def close(self) -> None:
        """Release the archive; a second call does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def no_article(article_id: str) -> QueryError:
    """Return the error that no article has an id."""
    return QueryError(f"no article has the id {article_id!r}")


def check_choice(name: str, value: object, known: Sequence[str]) -> None:
    """Refuse a value that an option does not have.

    Raises
    ------
    QueryError
        It says which there are.
    """
    if value not in known:
        raise QueryError(
            f"{name} is {value!r}", hint=f"it can be {', '.join(known[:-1])} or {known[-1]}"
        )


def check_limit(limit: int | None) -> None:
    """Refuse a limit that is neither a number nor None; raises as `check_whole`."""
    if limit is not None:
        check_whole("limit", limit, hint="give 0 or more, or None for all")


def check_whole(name: str, value: object, *, least: int = 0, hint: str = "") -> None:
    """Refuse what is not a whole number, or is too low.

    Raises
    ------
    QueryError
        It says what can be given.
    """
    try:
        is_good = not isinstance(value, bool) and operator.index(value) >= least  # type: ignore[arg-type]
    except TypeError:
        is_good = False
    if not is_good:
        hint = hint or f"give a whole number, {least} or more"
        raise QueryError(f"{name} is {value!r}", hint=hint)


def check_paging(offset: int, min_score: float | None) -> None:
    """Refuse an offset that is not a number of hits, and a score that is not a number.

    Raises
    ------
    QueryError
        It says what can be given.
    """
    check_whole("offset", offset)
    is_number = isinstance(min_score, int | float) and not isinstance(min_score, bool)
    if not (min_score is None or (is_number and not math.isnan(min_score))):
        raise QueryError(f"min_score is {min_score!r}", hint="give a number, or None for all")


def check_timeout(timeout_s: float | None) -> None:
    """Refuse a timeout that is not a number of seconds.

    Raises
    ------
    QueryError
        It says what can be given.
    """
    is_number = isinstance(timeout_s, int | float) and not isinstance(timeout_s, bool)
    if not (timeout_s is None or (is_number and timeout_s >= 0)):
        raise QueryError(
            f"timeout_s is {timeout_s!r}", hint="give seconds, 0 or more, or None for no bound"
        )


def check_threads(threads: int | None) -> None:
    """Refuse what is neither a number of threads nor None; raises as `check_whole`."""
    if threads is not None:
        check_whole("threads", threads, least=1, hint="give 1 or more, or None for one a processor")


def check_text(name: str, value: object) -> None:
    """Refuse an argument that is not text.

    Raises
    ------
    QueryError
        It says what the argument is.
    """
    if not isinstance(value, str):
        raise QueryError(f"{name} is {value!r}", hint="write it as text, in quotation marks")


def checked_texts(name: str, given: str | Iterable[str]) -> list[str]:
    """Return an argument that is one text or many, such as ids, as a list.

    Raises
    ------
    QueryError
        One is not text.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        given = [given]
    texts = list(given)
    for one in texts:
        check_text(name, one)
    return texts


def counted_by(by: str, keys: frozenset[str]) -> str:
    """Return what `Engine.aggregate` counts by, as it is called in queries.

    Raises
    ------
    UnknownFieldError
        It cannot be counted; the error says what can.
    """
    known = (*COUNTED_FIELDS, *DATE_PARTS)
    name = str(by).lower()
    if name not in known:
        name = key_name(str(by))
    if name not in known and name not in keys:
        raise UnknownFieldError(
            f"articles are not counted by {by!r}",
            hint=f"count by {', '.join((*known, *sorted(keys)[:NAMED_KEYS]))}",
        )
    return name


def as_folder(target: str | os.PathLike[str]) -> Path:
    """Return the path of a folder that somebody names.

    Raises
    ------
    IndexingError
        It is no name that a folder can have.
    """
    try:
        path = Path(target)
    except TypeError as error:
        raise IndexingError(repr(target), "is no path; write the folder as text") from error
    if "\0" in str(path):
        raise IndexingError(path, "no folder can have a NUL character in its name")
    return path
