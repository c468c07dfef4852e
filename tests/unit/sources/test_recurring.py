"""Lines that recur over the pages of one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsearch.article import Article
from newsearch.sources import read, text

CONSENT = (
    "To show you what matters in this town, our partners keep a record of what has been opened on "
    "this device, for how long, and from which street it was, as the law of the land lets them."
)
PROMO = "The Harbour Letter brings the best of the week to your door on Saturday mornings."
PLACES = ["Aldmouth", "Brinport", "Carness", "Dunholm", "Eastwick", "Fenbridge", "Gullane"]


def headline(place: str) -> str:
    return f"Council of {place} votes for a new harbour wall"


def story(place: str) -> list[str]:
    return [
        f"The council of {place} has voted for a new wall after a long debate on Tuesday night.",
        f"Fishermen of {place} had asked for it since the storm that took two boats last winter.",
        f"Work in {place} is to begin next spring, and will take two years, the mayor has said.",
    ]


def page(place: str, other: str, *, title: str = "", site: str = " | The Harbour Post") -> str:
    first, *rest = story(place)
    rows = [CONSENT, title or headline(place), first, headline(other), PROMO, *rest, CONSENT]
    return "\n\n".join([f"{title or headline(place)}{site}", *rows])


def as_html(text: str) -> str:
    title, *rows = text.split("\n\n")
    paragraphs = "".join(f"<p>{row}</p>" for row in rows)
    return f"<!doctype html><title>{title}</title><body>{paragraphs}</body>"


def folder_of(where: Path, pages: dict[str, str]) -> dict[str, Article]:
    for name, content in pages.items():
        (where / name).write_text(content, encoding="utf-8")
    return {article.id.rpartition("/")[2]: article for article in read(where)}


def site_pages(end: str = "txt", form: Callable[[str], str] = str) -> dict[str, str]:
    others = [*PLACES[1:], PLACES[0]]
    return {f"{a}.{end}": form(page(a, b)) for a, b in zip(PLACES, others, strict=True)}


@pytest.mark.parametrize(("end", "form"), [("txt", str), ("html", as_html)])
def test_lines_of_several_pages_are_no_text_of_an_article(
    tmp_path: Path, end: str, form: Callable[[str], str]
) -> None:
    found = folder_of(tmp_path, site_pages(end, form))
    for place in PLACES:
        article = found[f"{place}.{end}"]
        assert (article.title, article.body.split("\n")) == (headline(place), story(place))
    (alone,) = read(tmp_path / f"Carness.{end}")
    assert PROMO in alone.body


def test_pages_without_titles_are_of_the_source_of_their_folder(tmp_path: Path) -> None:
    cut = {name: content.split("\n\n", 1)[1] for name, content in site_pages().items()}
    found = folder_of(tmp_path, cut)
    assert not any(PROMO in article.body or CONSENT in article.body for article in found.values())
    assert all(set(story(place)) <= set(found[f"{place}.txt"].body.split("\n")) for place in PLACES)


def test_names_of_files_make_no_difference(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    pages = site_pages()
    first = folder_of(tmp_path / "a", pages)
    renamed = {f"{9 - at}.txt": content for at, content in enumerate(pages.values())}
    second = folder_of(tmp_path / "b", renamed)
    assert [article.body for article in reversed(first.values())] == [
        article.body for article in second.values()
    ]


def test_copies_of_a_story_keep_their_text(tmp_path: Path) -> None:
    saved = {f"{day}.txt": page(PLACES[0], PLACES[1]) for day in range(8)}
    assert all(set(story(PLACES[0])) <= set(a.body.split("\n")) for a in folder_of(
        tmp_path, saved
    ).values())  # fmt: skip


def test_wire_copy_of_several_sites_keeps_its_text(tmp_path: Path) -> None:
    copies = {
        f"{at}.txt": page(PLACES[0], other, title=f"{other} looks to its wall", site=f" | {other}")
        for at, other in enumerate(PLACES)
    }
    assert all(set(story(PLACES[0])) <= set(a.body.split("\n")) for a in folder_of(
        tmp_path, copies
    ).values())  # fmt: skip


def test_a_sample_of_many_pages_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[list[str]] = []
    look = text.rows_of_page

    def looked(*args: object) -> list[str]:
        looked_at.append(look(*args))  # type: ignore[arg-type]
        return looked_at[-1]

    monkeypatch.setattr(text, "rows_of_page", looked)
    pages = {f"{at}.txt": page(f"Port {at}", "Aldmouth") for at in range(300)}
    found = folder_of(tmp_path, pages)
    assert len(looked_at) == 256
    assert not any(PROMO in article.body for article in found.values())
