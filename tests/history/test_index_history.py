"""Whatever is done to an index, it holds what a dictionary would."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from reference import Reference
from strategies import articles, words

from newsearch.analysis.stems import stem
from newsearch.article import Article
from newsearch.engines.local import Index
from newsearch.query.nodes import Word

IDS = [str(number) for number in range(5)]

batches = st.lists(st.sampled_from(IDS).flatmap(articles), max_size=4)


class IndexHistory(RuleBasedStateMachine):
    """Adds, updates, deletes and reopens, and remembers what should be there."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.index = Index(Path(self.folder.name) / "index", create=True)
        self.expected: dict[str, Article] = {}

    def teardown(self) -> None:
        self.index.close()
        self.folder.cleanup()

    @rule(batch=batches)
    def add(self, batch: list[Article]) -> None:
        n_new = len({article.id for article in batch} - self.expected.keys())

        report = self.index.add(batch)

        assert report.added == n_new
        assert report.added + report.updated + report.unchanged == len(batch)
        self.expected |= {article.id: article for article in batch}

    @rule()
    def add_again_what_is_there(self) -> None:
        report = self.index.add(list(self.expected.values()))

        assert report.unchanged == len(self.expected)
        assert report.added == report.updated == 0

    @rule(ids=st.sets(st.sampled_from(IDS), max_size=3))
    def delete(self, ids: set[str]) -> None:
        found = self.index.delete(ids)

        assert set(found) == ids & self.expected.keys()
        for article_id in ids:
            self.expected.pop(article_id, None)

    @rule()
    def reopen(self) -> None:
        path = self.index.path
        self.index.close()
        self.index = Index(path)

    @rule(word=words)
    def search(self, word: str) -> None:
        expected = Reference(list(self.expected.values())).ranking(Word(stem(word, "en")))

        tree = self.index.search(f"text:{word}", limit=None)

        if all(article.lang in ("", "en") for article in self.expected.values()):
            assert {hit.id for hit in tree} == {article_id for article_id, _ in expected}

    @invariant()
    def holds_what_is_expected(self) -> None:
        assert len(self.index) == len(self.expected)
        for article_id in IDS:
            assert self.index.get(article_id) == self.expected.get(article_id)

    @invariant()
    def is_sound(self) -> None:
        assert self.index.check() == []


IndexHistory.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestIndexHistory = IndexHistory.TestCase
