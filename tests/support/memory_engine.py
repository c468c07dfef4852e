"""The obvious engine: a dictionary of articles, searched by the definitions of the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta, tzinfo
from functools import cache, partial
from typing import Any, Literal, Unpack, get_args

from reference import Reference, places

from newsearch.analysis.folding import fold
from newsearch.analysis.function_words import function_words
from newsearch.analysis.terms import key, tag, term
from newsearch.analysis.tokens import form, forms, spans
from newsearch.answers.advice import Advice
from newsearch.answers.matches import Counts, Occurrences
from newsearch.answers.reports import LoadReport, Remark, Stats
from newsearch.answers.results import Results
from newsearch.answers.snippet import Snippet, Span
from newsearch.answers.why import Explanation
from newsearch.article import Article
from newsearch.closing import Closing
from newsearch.engines.advising import advise
from newsearch.engines.base import (
    WAIT_S,
    Engine,
    Selection,
    check_choice,
    check_limit,
    check_paging,
    check_text,
    check_timeout,
    checked_texts,
    counted_by,
    no_article,
)
from newsearch.engines.explaining import Found, explain
from newsearch.fields import (
    CODED_FIELDS,
    DATE_PARTS,
    FIELD,
    MEASURES,
    DatePart,
    Match,
    Measure,
    Sort,
    Syntax,
)
from newsearch.index.article_languages import ArticleLanguages
from newsearch.keys import keyed_values
from newsearch.memo import Memo
from newsearch.query import (
    Date,
    calendar_of,
    date_filter,
    parse,
    parse_words,
    resolve,
    value_filter,
)
from newsearch.query.dates import HalfLife
from newsearch.query.nodes import (
    And,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
    WrittenLeaf,
    WrittenTree,
    leaves,
    word_pattern,
)
from newsearch.query.relaxing import relaxations
from newsearch.query.resolve import plain_word, quoted_word
from newsearch.query.synonyms import SynonymRules, synonyms_of
from newsearch.search.recency import Recency, recency
from newsearch.search.spelling import edits_allowed
from newsearch.sources import ArticleStream
from newsearch.sources.given import Given, GivenArticles

LETTERS_OF_DATES = {"day": 10, "week": 10, "month": 7, "quarter": 7, "year": 4}


class MemoryEngine(Closing):
    """Keeps articles in a dictionary and looks at each of them for every query."""

    def __init__(self) -> None:
        self._articles: dict[str, Article] = {}
        self._blocked: dict[str, tuple[str, str]] = {}

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def add(
        self,
        articles: Given | Iterable[Given],
        *,
        progress: Callable[[int], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> LoadReport:
        given = articles if isinstance(articles, ArticleStream) else GivenArticles(articles)
        report = LoadReport(rejected=given.rejected)
        languages = ArticleLanguages("", report.notes)
        for number, article in enumerate(map(languages.settle, given), 1):
            before = self._articles.get(article.id)
            content = article.title, article.body
            if article.id in self._blocked or content in self._blocked.values():
                report.rejected.append(Remark(article.id, None, "purged earlier"))
                continue
            if before is None:
                report.added += 1
            elif before == article:
                report.unchanged += 1
            else:
                report.updated += 1
            self._articles[article.id] = article
            if progress is not None:
                progress(number)
        return report

    def delete(
        self, article_ids: str | Iterable[str], *, purge: bool = False, wait_s: float = WAIT_S
    ) -> list[str]:
        ids = [
            one for one in dict.fromkeys(checked_texts("id", article_ids)) if one in self._articles
        ]
        for one in ids:
            article = self._articles.pop(one)
            if purge:
                self._blocked[one] = article.title, article.body
        return ids

    def unblock(self, article_ids: str | Iterable[str], *, wait_s: float = WAIT_S) -> list[str]:
        ids = [
            one for one in dict.fromkeys(checked_texts("id", article_ids)) if one in self._blocked
        ]
        for one in ids:
            del self._blocked[one]
        return ids

    def compact(self, *, wait_s: float = WAIT_S) -> int:
        return 0

    def get(self, article_id: str) -> Article | None:
        check_text("id", article_id)
        return self._articles.get(article_id)

    def search(
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        min_score: float | None = None,
        half_life: HalfLife | None = None,
        now: Date | None = None,
        timeout_s: float | None = None,
        **which: Unpack[Selection],
    ) -> Results:
        check_limit(limit)
        check_paging(offset, min_score)
        check_timeout(timeout_s)
        check_choice("sort", sort, get_args(Sort))
        asked = _Asked(self._articles.values(), query, **which)
        found = asked.ranking(sort)
        if half_life is not None or now is not None:
            calendar = calendar_of(which.get("timezone", "UTC"))
            found = self._aged(asked.ranking("newest"), recency(half_life, now, calendar, sort))
        if min_score is not None:
            found = [(article, score) for article, score in found if score >= min_score]
        shown = _Found([article for article, _ in found], asked)
        shown.advise = lambda: self._advise(query, **which)
        scores = [score for _, score in found][offset:]
        return Results(
            *(scores[:limit], shown),
            offset=offset,
            query=query,
            warnings=asked.warnings,
            took_ms=0.0,
            is_partial=timeout_s == 0,
        )

    def _aged(
        self, newest_first: list[tuple[Article, float]], by: Recency
    ) -> list[tuple[Article, float]]:
        dates = [one.date.timestamp_s for one in self._articles.values() if one.date]

        def aged(article: Article, score: float) -> float:
            date_s = article.date.timestamp_s if article.date else min(dates, default=by.now_s)
            return score * 0.5 ** (max(by.now_s - date_s, 0) / by.half_life_s)

        found = [(article, aged(article, score)) for article, score in newest_first]
        return sorted(found, key=lambda one: -one[1])

    def search_many(
        self, queries: Iterable[str], *, threads: int | None = None, **options: Any
    ) -> list[Results]:
        return Engine.search_many(self, queries, threads=threads, **options)

    def _advise(self, query: str, **which: Unpack[Selection]) -> Advice:
        articles = self._articles.values()
        any_word: Selection = {**which, "match": "any"}
        asked, with_any = _Asked(articles, query, **which), _Asked(articles, query, **any_word)
        return advise(asked.written, with_any.written, _Consulted(list(articles)))

    def count(self, query: str, **which: Unpack[Selection]) -> int:
        return len(self._matching(query, **which))

    def scan(
        self, query: str, *, fields: Sequence[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[dict[str, Any]]:
        records = [article.as_dict() for article in self._matching(query, **which)]
        if fields is None:
            return iter(records)
        return ({name: one[name] for name in fields if name in one} for one in records)

    def aggregate(self, query: str, *, by: str, **which: Unpack[Selection]) -> Counts:
        by = counted_by(by, _keys(self._articles.values()))
        zone = calendar_of(which.get("timezone", "UTC")).zone
        values = [set(_values(article, by, zone)) for article in self._matching(query, **which)]
        counts = Counter(value for several in values for value in several)
        by_date = by in DATE_PARTS
        ordered = sorted(counts.items(), key=lambda p: p[0] if by_date else (-p[1], p[0]))
        return Counts(by, tuple(ordered), sum(not several for several in values), len(values))

    def count_by_date(
        self,
        query: str,
        *,
        part: DatePart,
        by: str = "",
        of: Measure = "articles",
        **which: Unpack[Selection],
    ) -> Counter[tuple[str, str]]:
        check_choice("part", part, DATE_PARTS)
        check_choice("by", by, ("", *CODED_FIELDS))
        check_choice("of", of, MEASURES)
        zone = calendar_of(which.get("timezone", "UTC")).zone
        counts: Counter[tuple[str, str]] = Counter()
        for one in self.occurrences(query, **which):
            value = "".join(_values(one.article, by)) if by else ""
            words = forms(one.article.title) + forms(one.article.body)
            weights = {"articles": 1, "words": len(words)}
            weights["occurrences"] = len(one.title) + len(one.body)
            counts[value, "".join(_values(one.article, part, zone))] += weights[of]
        return counts

    def occurrences(
        self, query: str, *, ids: str | Iterable[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[Occurrences]:
        asked = _Asked(self._articles.values(), query, **which)
        articles = [one for one, _ in asked.ranking("newest")]
        if ids is not None:
            known = map(self._articles.get, checked_texts("ids", ids))
            articles = [one for one in known if one]
        return (
            Occurrences(one, asked.marks(one, "title"), asked.marks(one, "body"))
            for one in articles
        )

    def explain(self, article_id: str, query: str, **which: Unpack[Selection]) -> Explanation:
        check_text("article_id", article_id)
        asked = _Asked(self._articles.values(), query, **which)
        if article_id not in self._articles:
            raise no_article(article_id)
        article = self._articles[article_id]
        return explain(query, asked.written, article, partial(asked.look, article), asked.warnings)

    def words_beginning(self, prefix: str, *, limit: int) -> list[tuple[str, int]]:
        words = [_keys_of(article) for article in self._articles.values()]
        counts = Counter(word for own in words for word in own if word.lower().startswith(prefix))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def own_keys(self) -> frozenset[str]:
        return _keys(self._articles.values())

    def word_counts(self, words: Sequence[str]) -> list[int]:
        reference = Reference(list(self._articles.values()))
        wanted = [set(reference.terms_of(form(word))) for word in words]
        held = [{one for own in doc.terms.values() for one in own} for doc in reference.docs]
        return [sum(not own.isdisjoint(terms) for own in held) for terms in wanted]

    def stats(self) -> Stats:
        articles = list(self._articles.values())
        languages = Counter(article.lang or "en" for article in articles)
        days = sorted(str(article.date.instant.date()) for article in articles if article.date)
        return Stats(
            articles=len(articles),
            deleted=0,
            tokens=sum(len(forms(one.title)) + len(forms(one.body)) for one in articles),
            languages=dict(languages),
            first_date=days[0] if days else "",
            last_date=days[-1] if days else "",
            undated=len(articles) - len(days),
            segments=1,
            size_bytes=0,
        )

    def check(self, *, quick: bool = False) -> list[str]:
        return []

    def refresh(self) -> bool:
        return False

    def _matching(self, query: str, **which: Unpack[Selection]) -> list[Article]:
        asked = _Asked(self._articles.values(), query, **which)
        return [article for article, _ in asked.ranking("newest")]


class _Asked:
    """A query to some articles, with its filters."""

    def __init__(
        self,
        articles: Iterable[Article],
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
        synonyms: SynonymRules | None = None,
    ) -> None:
        check_text("query", query)
        check_choice("match", match, get_args(Match))
        check_choice("syntax", syntax, get_args(Syntax))
        self._articles = {article.id: article for article in articles}
        analyser = _Analyser(self._articles.values())
        calendar = calendar_of(timezone)
        if syntax == "words":
            parsed = parse_words(query, match=match)
        else:
            keys = _keys(self._articles.values())
            parsed = parse(query, match=match, strict=strict, keys=keys, calendar=calendar)
        filters: list[WrittenTree | None] = [date_filter(since, until, calendar)]
        if source is not None:
            filters.append(value_filter("source", source))
        if lang is not None:
            filters.append(value_filter("lang", lang))
        self.warnings = parsed.warnings
        tree = parsed.tree
        if synonyms is not None:
            tree = synonyms_of(synonyms).expand(tree, match_any=match == "any")
        self._filters = [one for one in filters if one is not None]
        self._take(tree, analyser)
        if strict or self.ranking("newest"):
            return
        for relaxed, warning in relaxations(query, tree, analyser.is_function_word):
            self._take(relaxed, analyser)
            if self.ranking("newest"):
                self.warnings += (warning,)
                return
        self._take(tree, analyser)

    def _take(self, tree: WrittenTree, analyser: _Analyser) -> None:
        self._analyser = analyser
        self.written: WrittenTree = And([tree, *self._filters]) if self._filters else tree
        self._asked_for = resolve(tree, analyser)
        self._tree = resolve(self.written, analyser)

    def ranking(self, sort: Sort) -> list[tuple[Article, float]]:
        reference = Reference(list(self._articles.values()))
        found = reference.ranking(self._tree, sort)
        return [(self._articles[article_id], score) for article_id, score in found]

    def look(self, article: Article, leaf: WrittenLeaf) -> Found | None:
        tree = resolve(leaf, self._analyser)
        score = self._analyser.score(tree, article)
        if score is None:
            return None
        title, body = (self.marks(article, name, tree) for name in ("title", "body"))
        return Found(score, (), title, body)

    def marks(
        self, article: Article, field: Literal["title", "body"], tree: ResolvedTree | None = None
    ) -> tuple[Span, ...]:
        """Every stretch that one of the leaves asked for matches, overlapping ones joined."""
        text = article.title if field == "title" else article.body
        stretches = spans(text)
        language = article.lang or "en"
        keys = [key(one, language) for one in forms(text)]
        exactly = [one + tag(language) for one in keys]
        terms = [term(one, language) for one in forms(text)]
        marked = set()
        for leaf in _wanted(tree or self._asked_for):
            if isinstance(leaf, TermsPlaced):
                found = self._analyser.counting(leaf, article, field)
                marked |= {(stretches[s][0], stretches[e][1]) for s, e in found}
            elif field in leaf.fields:
                for first, last in _places(leaf, keys, exactly, terms, self._analyser.terms_like):
                    marked.add((stretches[first][0], stretches[last][1]))
        return _joined(sorted(marked))


class _Analyser:
    """Analyses words for some articles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        own = list(articles)
        self._reference = Reference(own)
        self._forms = [(one.lang or "en", _keys_of(one)) for one in own]
        self._languages = sorted({language for language, _ in self._forms} or {"en"})
        self.plain: Mapping[str, ResolvedTree] = Memo(partial(plain_word, analyser=self), 1_000)
        self.quoted = Memo(partial(quoted_word, analyser=self), 1_000)

    def terms_of(self, form_: str) -> tuple[str, ...]:
        return self._reference.terms_of(form_)

    def terms_like(self, pattern: Pattern) -> tuple[str, ...]:
        return self._reference.terms_like(pattern)

    def keys_of(self, form_: str) -> tuple[str, ...]:
        return self._reference.keys_of(form_)

    def inflections_of(self, form_: str) -> tuple[str, ...]:
        pattern = word_pattern(form_)
        wanted = self.terms_like(pattern) if pattern else self.terms_of(form_)
        inflected = {
            key_ + tag(doc.language)
            for doc in self._reference.docs
            for field in doc.keys
            for key_, term_ in zip(doc.keys[field], doc.terms[field], strict=True)
            if term_ in wanted
        }
        return tuple(sorted(inflected if pattern else inflected.union(self.keys_of(form_))))

    def has_word(self, form_: str) -> bool:
        own = {one for doc in self._reference.docs for terms in doc.terms.values() for one in terms}
        return not own.isdisjoint(self.terms_of(form_))

    def score(self, tree: ResolvedTree, article: Article) -> float | None:
        [doc] = [doc for doc in self._reference.docs if doc.article.id == article.id]
        return self._reference.score(tree, doc)

    def counting(self, leaf: TermsPlaced, article: Article, field: str) -> set[tuple[int, int]]:
        [doc] = [doc for doc in self._reference.docs if doc.article.id == article.id]
        return set().union(*self._reference.counting(leaf, doc, field))

    def typed_of(self, form_: str) -> tuple[str, ...]:
        return self._reference.typed_of(form_)

    def is_function_word(self, form_: str) -> bool:
        all_of_them = Counter(language for language, _ in self._forms)
        own = Counter(language for language, forms_ in self._forms if fold(form_) in forms_)
        most = max(self._languages, key=lambda one: (own[one], all_of_them[one]))
        return fold(form_) in function_words(most)


def _keys_of(article: Article) -> set[str]:
    words = forms(f"{article.title}\n{article.body}")
    return {key(word, article.lang or "en") for word in words}


class _Consulted:
    """Looks at every word and every value to give advice."""

    def __init__(self, articles: list[Article]) -> None:
        self._articles = articles
        self._reference = Reference(articles)
        self._analyser = _Analyser(articles)

    def count(self, tree: WrittenTree) -> int:
        return len(self._reference.ranking(resolve(tree, self._analyser), "newest"))

    def has(self, leaf: WrittenTree) -> bool:
        return self.count(leaf) > 0

    def near_words(self, word: str) -> list[str]:
        in_articles = [_keys_of(one) for one in self._articles]
        n_articles = Counter(other for several in in_articles for other in several)
        return near_words(word, n_articles)

    def near_values(self, field: str, words: Sequence[str]) -> list[str]:
        if field in ("id", "url"):
            return []
        names = ("source", "agency") if field == "source" else (field,)
        counts = Counter(v for a in self._articles for name in names for v in _values(a, name))
        return near_values(words, counts) if field != "lang" else _most_frequent(counts)


def near_words(word: str, n_articles: Mapping[str, int]) -> list[str]:
    """Words spelt nearly so, the likeliest first, of those that so many articles have."""
    likely = {}
    for other, n in n_articles.items():
        n_edits = edits(word, other)
        starts_alike = other[0] == word[0] or (len(word) > 1 and other[:2] == word[1] + word[0])
        if starts_alike and 0 < n_edits <= edits_allowed(word):
            likely[other] = n * 300.0**-n_edits * (30 if set(word) <= set(other) else 1)
    return sorted(likely, key=lambda other: (-likely[other], other))


def near_values(words: Sequence[str], counts: Counter[str]) -> list[str]:
    """Values with a word near to one of some words, of those that so many articles have."""
    fewest = {}
    for value in _most_frequent(counts):
        nearest = [(min(edits(w, own) for own in forms(value) or [""]), w) for w in words]
        fewest[value] = [n for n, word in nearest if n <= edits_allowed(word)]
    near = [value for value, several in fewest.items() if several]
    return sorted(near, key=lambda value: (-len(fewest[value]), sum(fewest[value])))


def _most_frequent(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda value: (-counts[value], value))


@cache
def edits(a: str, b: str) -> int:
    """Letters to insert, delete, replace or swap to make one word of the other."""
    if not a or not b:
        return len(a) + len(b)
    fewest = min(edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + (a[0] != b[0]))
    if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
        fewest = min(fewest, edits(a[2:], b[2:]) + 1)
    return fewest


class _Found:
    """Shows what was found: the whole body as its snippet."""

    advise: Callable[[], Advice]

    def __init__(self, articles: Sequence[Article], asked: _Asked) -> None:
        self._articles = articles
        self._asked = asked
        self.ids = {rank: article.id for rank, article in enumerate(articles, 1)}

    def archive(self, rank: int) -> str:
        return ""

    def article(self, rank: int) -> Article:
        return self._articles[rank - 1]

    def numbers(self, rank: int) -> dict[str, float]:
        return {"length": len(forms(self._articles[rank - 1].body))}

    def snippet(self, rank: int) -> Snippet:
        article = self._articles[rank - 1]
        return Snippet(article.body, self._asked.marks(article, "body"))

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        return self._asked.marks(article, "title")

    def plan(self) -> str:
        return "every article"

    def count(self) -> int:
        return len(self._articles)


def _wanted(tree: ResolvedTree) -> Iterator[Term | TermPhrase | TermsPlaced | Pattern]:
    for leaf in leaves(tree, with_excluded=False):
        if not isinstance(leaf, Term | TermPhrase | TermsPlaced | Pattern):
            continue
        if set(leaf.fields) <= {"title", "body"}:
            yield leaf


def _places(
    leaf: Term | TermPhrase | Pattern,
    keys: list[str],
    exactly: list[str],
    terms: list[str],
    terms_like: Callable[[Pattern], tuple[str, ...]],
) -> list[tuple[int, int]]:
    match leaf:
        case Term():
            return places([leaf.terms], list(zip(terms, keys, strict=True)), 0)
        case TermPhrase():
            own = exactly if leaf.exact else terms
            return places(list(leaf.words), list(zip(own, keys, strict=True)), leaf.slop)
        case Pattern():
            return [(at, at) for at, word in enumerate(terms) if word in terms_like(leaf)]


def _joined(stretches: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in stretches:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _values(article: Article, by: str, zone: tzinfo = UTC) -> list[str]:
    if by in DATE_PARTS:
        if article.date is None:
            return []
        day = article.date.instant.astimezone(zone).date()
        if by == "week":
            day -= timedelta(days=day.weekday())
        if by == "quarter":
            day = day.replace(month={1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], day=1)
        return [day.isoformat()[: LETTERS_OF_DATES[by]]]
    if by not in FIELD:
        return [value for name, value in keyed_values(article.extra) if name == by]
    value = article.lang or "en" if by == "lang" else getattr(article, by)
    return [one for one in ([value] if isinstance(value, str) else value) if one]


def _keys(articles: Iterable[Article]) -> frozenset[str]:
    return frozenset(name for article in articles for name, _ in keyed_values(article.extra))
