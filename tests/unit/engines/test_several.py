"""Several archives searched at once answer as one index does that has all their articles."""

from __future__ import annotations

import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, collections

import newsearch
from newsearch.article import Article
from newsearch.cli import run

one_query = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=2).map(" ".join)


def made(folder: Path, articles: list[Article], deleted: list[str] | None = None) -> Path:
    with newsearch.open_index(folder, create=True) as index:
        index.add(articles)
        index.delete(deleted or [])
    return folder


@given(
    articles=collections(),
    others=collections(),
    queries=st.lists(one_query, min_size=3, max_size=5),
)
@settings(max_examples=15)
def test_answers_are_those_of_one_index_with_all_articles(
    articles: list[Article], others: list[Article], queries: list[str]
) -> None:
    known = {one.id for one in articles}
    own = [one for one in others if one.id not in known]
    gone = [one.id for one in articles[::4]]
    left = [one for one in articles if one.id not in gone]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        paths = [made(folder / "a", articles, gone), made(folder / "b", own)]
        whole_path = made(folder / "all", left + own)
        with newsearch.open_index(paths) as several, newsearch.open_index(whole_path) as whole:
            for query in queries:
                options: dict[str, Any] = {"match": "any", "limit": None}
                hits, expected = several.search(query, **options), whole.search(query, **options)
                scores = {hit.id: hit.score for hit in expected}
                assert [hit.score for hit in hits] == pytest.approx(list(scores.values()))
                assert [scores[hit.id] for hit in hits] == pytest.approx([h.score for h in hits])
                assert [hit.id for hit in several.search(query, sort="newest", limit=None)] == [
                    hit.id for hit in whole.search(query, sort="newest", limit=None)
                ]
                place = {one.id: str(paths[0]) for one in left} | {o.id: str(paths[1]) for o in own}
                assert all(hit.archive == place[hit.id] for hit in hits)
                assert list(several.scan(query)) == list(whole.scan(query))
                assert several.count(query) == whole.count(query)
                assert several.facets(query, by="source") == whole.facets(query, by="source")
                assert several.timeline(query, by="year") == whole.timeline(query, by="year")
            assert (len(several), several.stats().articles) == (len(left + own),) * 2


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [
        made(tmp_path / "a", [Article(id="1", body="oil and gas"), Article(id="2", body="oil")]),
        made(tmp_path / "b", [Article(id="1", body="oil"), Article(id="3", body="gas")]),
    ]


def test_an_id_that_two_archives_have_is_two_hits_told_apart(paths: list[Path]) -> None:
    with newsearch.open_index(paths) as both:
        hits = [(hit.id, hit.archive) for hit in both.search("oil")]
        article = both.get("1")

        assert sorted(hits) == [(i, str(paths[n])) for i, n in (("1", 0), ("1", 1), ("2", 0))]
        assert article is not None
        assert article.body == "oil and gas"
        assert both.check() == []
        restored = pickle.loads(pickle.dumps(both))
        assert restored.count("oil") == 3
        assert pickle.loads(pickle.dumps(both.search("gas")[0])).archive in map(str, paths)


def test_what_is_committed_to_one_is_seen_after_a_refresh(paths: list[Path]) -> None:
    with newsearch.open_index(paths) as both:
        with newsearch.open_index(paths[1]) as one:
            one.add(Article(id="4", body="oil"))
        assert both.count("oil") == 3
        assert both.refresh()
        assert both.count("oil") == 4
        assert not both.refresh()
    with pytest.raises(newsearch.IndexingError):
        both.count("oil")


def test_several_archives_are_for_reading_only(paths: list[Path], tmp_path: Path) -> None:
    with newsearch.open_index(paths) as both:
        for change in (
            lambda: both.add(Article(id="5", body="x")),
            lambda: both.delete("1"),
            lambda: both.delete("1", purge=True),
            lambda: both.unblock("1"),
            both.compact,
            lambda: both.copy(tmp_path / "c"),  # type: ignore[attr-defined]
            both.rebuild,  # type: ignore[attr-defined]
            both.repair,  # type: ignore[attr-defined]
        ):
            with pytest.raises(newsearch.IndexingError, match="open it alone"):
                change()
        assert both.count("*") == 4
    for wrong in ([], [paths[0], paths[0]], [paths[0], "x://y"], [*paths, tmp_path / "nothing"]):
        with pytest.raises(newsearch.IndexingError):
            newsearch.open_index(wrong)
    with pytest.raises(newsearch.IndexingError):
        newsearch.open_index(paths, create=True)


def test_commands_take_several_archives(
    paths: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = map(str, paths)

    def printed(*words: str) -> str:
        assert run(words) == 0
        return capsys.readouterr().out

    assert printed("count", "oil", "-i", a, "-i", b) == "3\n"
    assert printed("-i", a, "-i", b, "count", "oil") == "3\n"
    assert printed("-i", a, "-i", b, "count", "oil", "-i", b) == "1\n"
    hits = json.loads(printed("query", "gas", "--json", "-i", a, "-i", b))["hits"]
    assert {(hit["id"], hit["archive"]) for hit in hits} == {("1", a), ("3", b)}
    assert "archive" not in json.loads(printed("query", "gas", "--json", "-i", a))["hits"][0]
    table = printed("query", "gas", "--csv", "--fields", "id,archive", "-i", a, "-i", b)
    assert sorted(table.split()) == sorted(["id,archive", f"1,{a}", f"3,{b}"])
    assert f"    {b}\n" in printed("query", "gas", "-i", a, "-i", b)
    assert printed("suggest", "oi", "-i", a, "-i", b).split()[3:6] == ["oil", "word", "3"]
    assert run(["delete", "1", "-i", a, "-i", b]) == 2
    assert "'newsearch delete' takes one --index" in capsys.readouterr().err
    spaced = paths[0].rename(paths[0].with_name("a b"))
    monkeypatch.setenv("NEWSEARCH_INDEX", str(spaced))
    assert printed("count", "oil") == "2\n"
