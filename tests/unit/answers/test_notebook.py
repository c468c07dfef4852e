"""Answers in notebooks: escaped, marked, and drawn where a chart can be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import newsearch
from newsearch.answers.table import Column, Table

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    opened = newsearch.open_index(tmp_path / "index", create=True)
    link, run = "https://example.com/?a=1&b='2'", "javascript:alert(1)"
    opened.add(
        [
            {"id": "a", "title": f"Pier {EVIL}", "body": "Pier & sea.", "url": link},
            {"id": EVIL, "body": f"A pier {EVIL}", "source": EVIL, "date": "1987", "url": run},
        ]
    )
    return opened


def test_hits_are_shown_with_marks_and_links_and_nothing_that_runs(index: newsearch.Index) -> None:
    shown = index.search("pier")._repr_html_()

    assert "<mark>Pier</mark> &lt;script&gt;" in shown
    assert "<mark>Pier</mark> &amp; sea." in shown
    assert '<a href="https://example.com/?a=1&amp;b=&#x27;2&#x27;">' in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "2 articles" in shown


def test_tables_are_shown_escaped_and_long_ones_by_their_first_rows(index: newsearch.Index) -> None:
    assert "&lt;script&gt;" in (shown := index.facets(by="source")._repr_html_() or "")
    assert "<script" not in shown
    columns = (Column(EVIL), Column("n", "integer"))
    long = Table(columns, [(EVIL, n) for n in range(1000)], {EVIL: EVIL})._repr_html_() or ""
    assert ("<script" not in long, long.count("<tr>"), "940 more rows" in long) == (True, 61, True)
    lines = index.concordance("pier", limit=1)._repr_html_()
    assert ("<mark>pier</mark>" in lines, "and more" in lines) == (True, True)
    assert Table(columns, iter([("a", 1)]))._repr_html_() is None


def test_what_comes_before_a_match_is_on_the_side_from_which_it_is_read(
    index: newsearch.Index,
) -> None:
    index.add([{"id": "he", "body": "לפני המזח אחרי", "lang": "he"}])

    for query, order in (("המזח", ("אחרי", "המזח", "לפני")), ("sea", ("Pier", "sea", "."))):
        shown = index.concordance(query)._repr_html_()
        assert [*sorted(order, key=shown.index)] == [*order]


def test_a_timeline_is_a_chart_and_bars_where_none_can_be_drawn(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = index.timeline("pier", vs=f'"{EVIL}"', by="year")
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    bars = found._repr_html_() or ""

    assert "█" in bars
    assert "<script" not in bars
    monkeypatch.undo()
    pytest.importorskip("matplotlib")
    assert "<svg" in (chart := found._repr_html_() or "")
    assert "<script" not in chart


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_answers_become_frames(index: newsearch.Index, library: str) -> None:
    pytest.importorskip(library)
    answers = [index.search("pier"), index.facets(by="source"), index.timeline("pier", by="year")]
    answers.append(index.concordance("pier"))

    frames = [getattr(answer, f"to_{library}")() for answer in answers]

    assert [len(frame) for frame in frames] == [2, 2, 2, 3]
    assert list(frames[2]["matching"]) == [1, 1]
