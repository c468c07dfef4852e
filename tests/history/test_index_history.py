"""Whatever is done to an index, it holds and finds what a dictionary would."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from reference import Reference, language_of
from strategies import VOCABULARY, articles
from support.rankings import assert_ranked_alike

from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.terms import key, tag
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.engines.local import Index
from newsearch.index import merge_policy
from newsearch.query.nodes import Term, TermPhrase

IDS = [str(number) for number in range(5)]

batches = st.lists(st.sampled_from(IDS).flatmap(articles), min_size=1, max_size=4)


def forms_of(article: Article) -> list[str]:
    return forms(article.title) + forms(article.body)


def is_meant(form: str, own: str, language: str) -> bool:
    """Whether a quoted form finds one of an article: small letters find an acronym too."""
    wanted, found = key(form, language), key(own, language)
    return found == wanted or (is_acronym(own) and found.lower() == wanted)


def has_form(article: Article, form: str) -> bool:
    """Whether an article has a word that is spelt as a form."""
    language = language_of(article)
    return any(is_meant(form, own, language) for own in forms_of(article))


def has_phrase(article: Article, pair: tuple[str, str]) -> bool:
    """Whether a pair of word forms stands somewhere in one field of an article."""
    language = language_of(article)
    return any(
        is_meant(pair[0], first, language) and is_meant(pair[1], second, language)
        for field in (article.title, article.body)
        for first, second in itertools.pairwise(forms(field))
    )


class IndexHistory(RuleBasedStateMachine):
    """Adds, updates, deletes, merges and reopens, and remembers what should be there.

    A second reader looks on from the side: it sees one commit until it is refreshed.
    """

    seen: ClassVar[Counter[str]] = Counter()
    """How often something happened without which a history proves nothing."""

    @initialize(first=batches, second=batches, is_english=st.booleans())
    def begin(self, first: list[Article], second: list[Article], is_english: bool) -> None:
        self.is_english = is_english
        self.folder = tempfile.TemporaryDirectory()
        self.index = Index(Path(self.folder.name) / "index", create=True)
        self.expected: dict[str, Article] = {}
        self.add(first)
        self.add(second)
        self.reader = Index(self.index.path)
        self.expected_by_reader = dict(self.expected)

    def teardown(self) -> None:
        self.index.close()
        self.reader.close()
        self.folder.cleanup()

    @rule(batch=batches)
    def add(self, batch: list[Article]) -> None:
        if self.is_english:
            batch = [article for article in batch if language_of(article) == "en"]
        n_new = len({article.id for article in batch} - self.expected.keys())
        n_segments = self.index.stats().segments

        report = self.index.add(batch)

        assert report.added == n_new
        assert report.added + report.updated + report.unchanged == len(batch)
        self.expected |= {article.id: article for article in batch}
        is_commit = report.added + report.updated > 0
        self.seen["merges"] += is_commit and self.index.stats().segments <= n_segments
        self.seen["updates"] += report.updated

    @rule()
    def add_again_what_is_there(self) -> None:
        report = self.index.add(list(self.expected.values()))

        assert report.unchanged == len(self.expected)
        assert report.added == report.updated == 0

    @rule(ids=st.sets(st.sampled_from(IDS), min_size=1, max_size=2))
    def delete(self, ids: set[str]) -> None:
        found = self.index.delete(ids)

        assert set(found) == ids & self.expected.keys()
        for article_id in ids:
            self.expected.pop(article_id, None)
        self.seen["deletions"] += len(found)

    @rule()
    def reopen(self) -> None:
        path = self.index.path
        self.index.close()
        self.index = Index(path)

    @rule()
    def refresh_reader(self) -> None:
        self.reader.refresh()
        self.expected_by_reader = dict(self.expected)

    @invariant()
    def finds_every_word(self) -> None:
        """Search every word there may be: the right articles come, ranked where one can tell."""
        live = list(self.expected.values())
        for word in VOCABULARY:
            reference = Reference(live)
            spellings = tuple(sorted({word + tag(language_of(article)) for article in live}))
            asked = (
                TermPhrase((spellings,), exact=True)
                if is_acronym(word)
                else Term(reference.terms_of(word))
            )
            ranking = reference.ranking(asked)
            expected = {article_id for article_id, _ in ranking}

            found = [hit.id for hit in self.index.search(f"text:{word}", limit=None)]

            assert set(found) == expected
            assert len(set(found)) == len(found)
            self.seen["hits"] += len(expected)
            if found:
                assert_ranked_alike(found, ranking)
                self.seen["rankings"] += len(found) > 1

    @invariant()
    def finds_exact_words(self) -> None:
        for article in list(self.expected.values())[:1]:
            first, second, *_ = *forms_of(article), "absent"
            self._assert_finds(f'"{first}"', lambda a, w=first: has_form(a, w))
            self._assert_finds(f'* -"{first}"', lambda a, w=first: not has_form(a, w))
            self._assert_finds(
                f'"{first} {second}"', lambda a, pair=(first, second): has_phrase(a, pair)
            )

    def _assert_finds(self, query: str, is_match: Callable[[Article], bool]) -> None:
        expected = {article.id for article in self.expected.values() if is_match(article)}
        results = self.index.search(query, limit=None)
        assert {hit.id for hit in results} == expected
        assert results.total == len(expected)
        self.seen[query[0]] += len(expected)

    @invariant()
    def holds_what_is_expected(self) -> None:
        assert len(self.index) == len(self.expected)
        for article_id in IDS:
            assert self.index.get(article_id) == self.expected.get(article_id)

    @invariant()
    def reader_sees_one_commit(self) -> None:
        found = {hit.id: hit.article for hit in self.reader.search("*", limit=None)}
        assert found == self.expected_by_reader

    @invariant()
    def is_sound(self) -> None:
        assert self.index.check() == []


@pytest.mark.slow
def test_an_index_holds_and_finds_what_a_dictionary_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_policy, "MOST_SMALL", 2)
    IndexHistory.seen.clear()

    run_state_machine_as_test(
        IndexHistory,
        settings=settings(
            max_examples=20,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    # A machine that never gets there proves nothing.
    needed = {"hits", "rankings", '"', "*", "merges", "updates", "deletions"}
    assert {name for name in needed if not IndexHistory.seen[name]} == set()
    assert IndexHistory.seen["hits"] > 500
