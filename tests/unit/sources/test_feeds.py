"""RSS, Atom, JSON Feed and sitemaps of news: items are articles, and damage costs no other item."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context, Remark, feeds, read
from newsearch.sources.feeds import is_feed, read_feed

PROSE = "The harbour board voted on Tuesday to rebuild the northern pier."


def articles_in(data: str | bytes, path: Path) -> tuple[list[Article], str]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    stream = read(path)
    found = list(stream)
    return found, "\n".join(map(str, [*stream.rejected, *stream.notes]))


def rss(*items: str, head: str = "<title>Lowmere Post</title><language>en-gb</language>") -> str:
    body = "\n".join(f"<item>{item}</item>" for item in items)
    start = '<?xml version="1.0"?><!-- a > b -->\n<rss version="2.0">'
    return f"{start}<channel>{head}{body}</channel></rss>"


def test_items_of_rss_are_articles(tmp_path: Path) -> None:
    item = f"""<title>Pier &amp; harbour</title><link>https://example.com/a</link>
        <guid isPermaLink="false">tag:example.com,2019:a</guid>
        <pubDate>Tue, 05 Mar 2019 10:00:00 GMT</pubDate>
        <dc:creator><![CDATA[Mara Quill]]></dc:creator>
        <category>Local</category><category>Sea</category><description>Short.</description>
        <media:group><media:title>Not this</media:title></media:group>
        <content:encoded><![CDATA[<p>{PROSE} 1 &lt; 2.</p><p>A </item> stands here.</p>]]>
        </content:encoded>"""
    ((article,), said) = articles_in(rss(item), tmp_path / "a.txt")
    assert said == ""
    assert article == Article(
        id="tag:example.com,2019:a",
        title="Pier & harbour",
        body=f"{PROSE} 1 < 2.\nA </item> stands here.",
        source="Lowmere Post",
        author=("Mara Quill",),
        section="Local",
        date="2019-03-05T10:00:00Z",
        lang="en",
        url="https://example.com/a",
        extra={"tags": ["Local", "Sea"], "summary": "Short."},
    )


def test_entries_of_atom_are_articles(tmp_path: Path) -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Küstenblatt</title>
        <author><name>Redaktion</name></author>
        <entry><title type="html">Pier &amp;amp; Hafen</title><link rel="edit" href="https://x"/>
        <link href="https://example.com/a"/><id>urn:1</id><updated>2019-03-07</updated>
        <published>2019-03-05</published><author><name>Mara Quill</name><email>q@x</email></author>
        <content type="xhtml"><div><p>{PROSE}</p><p>Zwei.</p></div></content></entry>
        <entry><title>B</title><id>urn:2</id><updated>2019-03-07</updated>
        <category term="Sport"/><summary>{PROSE}</summary></entry></feed>"""
    (first, second), said = articles_in(feed, tmp_path / "a.xml")
    assert said == ""
    assert (first.title, first.body) == ("Pier & Hafen", f"{PROSE}\nZwei.")
    assert (first.url, first.author) == ("https://example.com/a", ("Mara Quill",))
    assert (first.lang, first.source, str(first.date)) == ("de", "Küstenblatt", "2019-03-05")
    assert (second.body, second.author, second.section) == (PROSE, ("Redaktion",), "Sport")
    assert (second.id, str(second.date)) == ("urn:2", "2019-03-07")


def test_items_of_a_json_feed_are_articles(tmp_path: Path) -> None:
    items = [
        {"id": "1", "url": "https://example.com/a", "title": "Pier", "content_html": f"<p>{PROSE}",
         "date_published": "2019-03-05", "authors": [{"name": "Mara Quill"}]},
        {"id": "2", "content_text": PROSE},
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Lowmere Post", "items": items}
    (first, second), said = articles_in(json.dumps(feed), tmp_path / "a.json")
    assert said == ""
    assert (first.id, first.body, first.source) == (first.url, PROSE, "Lowmere Post")
    assert (first.author, str(first.date)) == (("Mara Quill",), "2019-03-05")
    assert (second.id, second.body) == (f"{tmp_path.name}/a.json#2", PROSE)


def test_headlines_of_a_sitemap_of_news_are_articles(tmp_path: Path) -> None:
    sitemap = """<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>
        <loc>https://example.com/a</loc><news:news><news:publication><news:name>Lowmere Post
        </news:name><news:language>en</news:language></news:publication>
        <news:publication_date>2019-03-05</news:publication_date>
        <news:title>Pier to be rebuilt</news:title></news:news></url></urlset>"""
    ((article,), said) = articles_in(sitemap, tmp_path / "a.xml")
    assert said == ""
    assert article == Article(
        title="Pier to be rebuilt", source="Lowmere Post", lang="en", date="2019-03-05",
        url="https://example.com/a",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<urlset><url><loc>https://x</loc></url></urlset>", "it lists addresses without titles"),
        ("<sitemapindex><sitemap><loc>https://x</loc></sitemap></sitemapindex>", "load those"),
        ("<?xml version='1.0'?><doc><p>text</p></doc>", "it is XML, but no feed and no sitemap"),
        (rss(), "there is no item in the feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 1}', "no JSON Feed"),
    ],
)
def test_what_has_no_articles_is_named(data: str, reason: str, tmp_path: Path) -> None:
    found, said = articles_in(data, tmp_path / "a.xml")
    assert (found, reason in said) == ([], True)


def test_what_is_no_xml_costs_no_item(tmp_path: Path) -> None:
    items = [
        f"<title>a & b &nbsp;</title><description><p>{PROSE}<br>More</description>",
        "<title>b</title><description><![CDATA[<b>b]]></description><author>x@y.z (Ole)</author>",
        "<title>c",
        "<title>d</title>\x00\x01",
    ]
    found, _ = articles_in(rss(*items), tmp_path / "a.xml")
    assert [article.title for article in found] == ["a & b", "b", "d"]
    assert found[0].body == f"{PROSE}\nMore"
    assert found[1].author == ("Ole",)


def test_an_item_that_does_not_end_is_named_with_its_line(tmp_path: Path) -> None:
    data = rss("<title>a</title>\n", "<title>b</title>")
    found, said = articles_in(data[: data.rindex("</item>")], tmp_path / "a.xml")
    assert [article.title for article in found] == ["a"]
    assert said.endswith("a.xml:4: an item does not end, or is too long")


def test_pictures_and_menus_of_an_export_of_wordpress_are_left_out(tmp_path: Path) -> None:
    kinds = {"a": "post", "b": "attachment", "c": "<![CDATA[page]]>", "d": "nav_menu_item"}
    items = (f"<title>{a}</title><wp:post_type>{b}</wp:post_type>" for a, b in kinds.items())
    found, said = articles_in(rss(*items), tmp_path / "a.xml")
    assert [article.title for article in found] == ["a", "c"]
    assert "2 items are left out" in said


def test_a_feed_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    text = rss(f"<title>Причал</title><description>{'Совет гавани решил. ' * 9}</description>")
    data = text.replace("?>", " encoding='windows-1251'?>", 1).encode("cp1251")
    ((article,), said) = articles_in(data, tmp_path / "a.xml")
    assert article.title == "Причал"
    assert said.endswith("read as windows-1251")


@given(
    titles=st.lists(st.text("ab<>&]![CDATA", max_size=9), max_size=5),
    block_bytes=st.integers(1, 200),
)
def test_items_are_found_wherever_blocks_end(titles: list[str], block_bytes: int) -> None:
    items = (f"<title><![CDATA[x {title.replace(']]>', '')}]]></title>" for title in titles)
    data = rss(*items, head="").encode()

    def found() -> list[Article | Remark]:
        stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
        return list(read_feed(stream, Context("a")))

    whole = found()
    assert sum(isinstance(item, Article) for item in whole) == len(titles)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds, "_BLOCK_BYTES", block_bytes)
        assert found() == whole


def test_many_comments_are_passed_over_at_once() -> None:
    assert is_feed(b"<!-- > -->" * 800 + b"<rss>")
    assert not is_feed(b"<!-- > -->" * 800 + b"<doc>")


@pytest.mark.parametrize("item", ["<a>" * 300_000, "<![CDATA[" * 100_000, "<a " * 300_000])
def test_hostile_items_take_no_longer_than_others(item: str) -> None:
    stream = io.BufferedReader(io.BytesIO(rss(item).encode()))  # type: ignore[arg-type]
    start = time.process_time()
    assert all(isinstance(one, Remark) for one in read_feed(stream, Context("a")))
    assert time.process_time() - start < 5
