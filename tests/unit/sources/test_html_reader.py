"""Saved web pages."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context, Remark, read
from newsearch.sources.html.blocks import read_page
from newsearch.sources.html.opinion import main_blocks
from newsearch.sources.text import read_html, read_text

PARAGRAPHS = (
    "The harbour board voted on Tuesday to rebuild the northern pier, which a storm had broken.",
    "The storm cut the pier in two and sank four boats, but nobody was hurt, the coast guard said.",
    "Work begins in May and is to last until the autumn of next year, according to the chair.",
)
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEASER = "Pottery of the bronze age was found under the car park of the old brewery, experts say."


def read_markup(markup: str | bytes, name: str = "news/pier.html") -> Article | Remark:
    data = markup if isinstance(markup, bytes) else markup.encode()
    (found,) = read_html(io.BytesIO(data), Context(name, name))
    return found


def article_of(markup: str | bytes, name: str = "news/pier.html") -> Article:
    found = read_markup(markup, name)
    assert isinstance(found, Article)
    return found


def page(head: str = "", body: str = BODY) -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_text_that_a_script_would_draw_is_taken_from_what_the_page_declares() -> None:
    declared = {"@type": "NewsArticle", "headline": "Pier", "articleBody": "\n".join(PARAGRAPHS)}
    plea = "<div id=app>Please enable JavaScript to view this page.</div>"
    article = article_of(page(json_ld({**declared, "datePublished": "2019-03-05"}), plea))
    assert (article.title, article.body) == ("Pier", "\n".join(PARAGRAPHS))
    assert str(article.date) == "2019-03-05"


def test_a_copy_of_the_internet_archive_is_the_page_that_was_copied() -> None:
    archive = "https://web.archive.org/web/20200101000000"
    bar = f"<div><p>14 captures, 1 Jan 2020. {TEASER}</p><a href={archive}/>x</a></div>"
    bar = f"<!-- BEGIN WAYBACK TOOLBAR INSERT -->{bar}<!-- END WAYBACK TOOLBAR INSERT -->"
    link = f'<link rel="canonical" href="{archive}/https://post.example/a">'
    article = article_of(page(link, f"{bar}<h1>Pier to be rebuilt</h1>{BODY}"))
    assert (article.url, article.source) == ("https://post.example/a", "post.example")
    assert (article.body, article.date) == ("\n".join(PARAGRAPHS), None)


def test_article_stands_without_menus_teasers_and_footer() -> None:
    menu = "<nav><a href=/>Home</a> <a href=/s>Sport</a></nav>"
    aside = f"<aside><h2>Most read</h2><p>{TEASER}</p></aside><footer>Our newsletter</footer>"
    main = f"<main><article><h1>Pier to be rebuilt</h1>{BODY}</article></main>"
    article = article_of(page("<title>Pier to be rebuilt</title>", menu + main + aside))
    assert article.title == "Pier to be rebuilt"
    assert article.body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "part",
    [
        f'<div class="related-stories"><p>{TEASER}</p></div>',
        f'<section id="comments"><p>{TEASER}</p><p>{TEASER}</p></section>',
        f'<div class="share-tools newsletter"><p>{TEASER}</p></div>',
        f'<div style="display: none"><p>{TEASER}</p></div>',
        f"<div hidden><p>{TEASER}</p></div>",
        f"<noscript><p>{TEASER}</p></noscript>",
        f"<form><p>{TEASER}</p></form>",
        f'<ul class="leserkommentare"><li>{TEASER}</li><li>{TEASER}</li></ul>',
        f'<div class="articlesRelated"><p>{TEASER}</p></div>',
        f'<div id="a-lire-aussi"><p>{TEASER}</p></div>',
        f"<figure><figcaption>{TEASER}</figcaption></figure>",
        f"<script>document.write('<p>{TEASER}</p>')</script>",
        f"<!-- <p>{TEASER}</p> -->",
        f"<p><a href=/x>{TEASER}</a></p>",
    ],
)
def test_part_of_something_else_is_left_out(part: str) -> None:
    paragraphs = [f"<p>{text}</p>" for text in PARAGRAPHS]
    article = article_of(page(body=f"<div>{paragraphs[0]}{part}{''.join(paragraphs[1:])}</div>"))
    assert article.body == "\n".join(PARAGRAPHS)


def test_part_with_most_of_the_prose_is_the_article_whatever_its_name() -> None:
    assert article_of(page(body=f"<div class=share>{BODY}</div>")).body == "\n".join(PARAGRAPHS)


def test_first_paragraph_is_found_by_the_summary_whatever_it_stands_in() -> None:
    summary = f'<meta property="og:description" content="{PARAGRAPHS[0][:60]}...">'
    lead, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    text = [*rest, *rest]
    body = f"<div class=teaser>{lead}</div><ul>{4 * '<li><a>Home</a>'}</ul>{''.join(text)}"
    kept = "\n".join(PARAGRAPHS[1:] * 2)
    assert article_of(page(summary, body)).body == f"{PARAGRAPHS[0]}\n{kept}"
    assert article_of(page("", body)).body == kept


GALLERY = "".join(f"<h2>{n}/30 Boats</h2><p>{TEASER} {n}</p>" for n in range(1, 31))


def test_gallery_is_left_out_where_the_page_declares_how_its_article_begins() -> None:
    body = f"<div>{BODY}<div class=inline-gallery>{GALLERY}</div></div>"
    summary = f'<meta name="description" content="{PARAGRAPHS[0][:60]}...">'
    assert article_of(page(summary, body)).body == "\n".join(PARAGRAPHS)
    assert TEASER in article_of(page("", body)).body


def test_text_goes_on_after_a_box_with_a_heading_over_other_stories() -> None:
    box = f"<div><h3>Related stories</h3><p>{TEASER}</p><p>{TEASER} Again.</p></div>"
    boxes = [box, box.replace("Related stories", "Most popular")]
    for one in boxes:
        body = f"<div><p>{PARAGRAPHS[0]}</p>{one}{BODY}{BODY}</div>"
        kept = [PARAGRAPHS[0], *PARAGRAPHS, *PARAGRAPHS]
        assert article_of(page(body=body)).body == "\n".join(kept)


def test_declared_text_tells_where_the_article_ends() -> None:
    letters = "".join(f"<div>{n} {text}</div>" for n in range(9) for text in PARAGRAPHS)
    declared = json_ld({"@type": "NewsArticle", "articleBody": " ".join(2 * PARAGRAPHS)})
    body = f"<div>{BODY}{BODY}</div><div>{letters}</div>"
    assert article_of(page(declared, body)).body == "\n".join(2 * PARAGRAPHS)
    cut = json_ld({"@type": "NewsArticle", "articleBody": " ".join(2 * PARAGRAPHS)[:400]})
    body = f"<div>{4 * BODY}</div>"
    assert article_of(page(cut, body)).body == "\n".join(4 * PARAGRAPHS)


def test_second_reader_leaves_out_a_sidebar_longer_than_the_article() -> None:
    side = f"<div class=sidebar>{''.join(f'<p>{TEASER} {n}</p>' for n in range(20))}</div>"
    body = f"<div id=content><article><h1>Pier</h1>{BODY}</article></div>{side}"
    assert article_of(page(body=body)).body == "\n".join(PARAGRAPHS)


def test_second_reader_is_told_every_block_once_by_its_number() -> None:
    found = read_page(page(body=f"<article><h1>Pier</h1>{BODY}</article>"))
    assert main_blocks(found) >= set(range(1, len(found.blocks)))


def test_lists_headings_and_tables_of_an_article_are_kept() -> None:
    inner = (
        "<h2>Boats that sank</h2><ul><li>Mary Rose</li><li>Blue Swan</li></ul>"
        "<table><tr><th>Boat</th><th>Length</th></tr>"
        "<tr><td>Mary Rose</td><td>12 m</td></tr></table>"
    )
    article = article_of(page(body=f"<article>{BODY}{inner}<p>{PARAGRAPHS[0]}</p></article>"))
    kept = article.body.split("\n")[3:-1]
    assert kept == ["Boats that sank", "Mary Rose", "Blue Swan", "Boat Length", "Mary Rose 12 m"]


def test_article_starts_below_its_headline_with_the_heading_that_sums_it_up() -> None:
    summary = "Northern pier has been closed since the storm of last November"
    above = (
        f"<p>From the harbour</p><h1>Pier to be rebuilt</h1><h2>{summary}</h2><p>By Mara Quill</p>"
    )
    title = "<title>Pier to be rebuilt</title>"
    article = article_of(page(title, f"<article><div>{above}{BODY}</div></article>"))
    assert article.body == "\n".join((summary, *PARAGRAPHS))


@pytest.mark.parametrize("heading", ["Latest research", "注目の新機能", "Related articles"])
def test_heading_among_paragraphs_ends_no_article(heading: str) -> None:
    long = [f"{text} And so it went on, until the morning came." for text in 3 * PARAGRAPHS]
    text = [f"<p>{one}</p>" for one in long]
    body = f"<div>{''.join(text[:2])}<h3>{heading}</h3>{''.join(text[2:])}</div>"
    assert article_of(page(body=body)).body == "\n".join([*long[:2], heading, *long[2:]])


def test_article_goes_on_after_much_else_within_its_part() -> None:
    links = "".join(f"<p><a href=/{n}>Story number {n}</a></p>" for n in range(30))
    body = f"{2 * BODY}{links}{BODY}"
    whole = article_of(page(body=f"<div class='entry-content'>{body}</div>"))
    assert whole.body == "\n".join(3 * PARAGRAPHS)
    assert article_of(page(body=f"<div>{body}</div>")).body == "\n".join(2 * PARAGRAPHS)


def test_row_of_short_cells_is_a_line_however_far_they_are_indented() -> None:
    indent = "\n" + 60 * " "
    cells = indent.join(f"<td>{word}</td>" for word in ("Mary Rose", "12 m", "1545"))
    found = read_page(f"<table><tr>{indent}{cells}{indent}</tr></table>")
    assert [block.text for block in found.blocks] == ["Mary Rose 12 m 1545"]


def test_line_breaks_and_old_layouts_make_paragraphs() -> None:
    cells = f"<td><a href=/>Home</a></td><td>{'<br><br>'.join(PARAGRAPHS)}</td>"
    assert article_of(page(body=f"<TABLE><TR>{cells}</TABLE>")).body == "\n".join(PARAGRAPHS)


def test_facts_come_from_json_ld_in_a_graph() -> None:
    graph = [
        {"@type": "Organization", "@id": "#org", "name": "Lowmere Post"},
        {"@type": "Person", "@id": "#mara", "name": "Mara Quill"},
        {
            "@type": ["Thing", "NewsArticle"],
            "headline": "Pier to be &amp; stay rebuilt",
            "datePublished": "2019-03-05T10:00:00+01:00",
            "dateModified": "2019-03-06",
            "author": [{"@id": "#mara"}, {"name": "By Jo Ferrer"}, "https://example.com/jo"],
            "publisher": {"@id": "#org"},
            "articleSection": ["Harbour,", "Local"],
            "keywords": "piers, storms",
            "isAccessibleForFree": "False",
        },
    ]
    address = '<link rel="canonical" href="https://post.example/pier">'
    article = article_of(page(json_ld({"@graph": graph}) + address))
    assert article.title == "Pier to be & stay rebuilt"
    assert (article.author, article.source) == (("Mara Quill", "Jo Ferrer"), "Lowmere Post")
    assert (article.section, article.url) == ("Harbour", "https://post.example/pier")
    assert article.date is not None
    assert (str(article.date), article.date.origin) == ("2019-03-05T09:00:00Z", "page data")
    assert article.extra == {
        "date_modified": "2019-03-06",
        "keywords": ["piers", "storms"],
        "paywall": True,
    }


def test_facts_come_from_the_page_of_json_ld_where_it_names_no_article() -> None:
    crumbs = {"@type": "BreadcrumbList", "name": "Pottery"}
    declared = {"@type": "WebPage", "name": "Pier", "datePublished": "2019-03-05"}
    graph = [crumbs, declared, {"@type": "WebSite", "datePublished": "2001-01-01"}]
    assert str(article_of(page(json_ld({"@graph": graph}))).date) == "2019-03-05"


def test_mistakes_in_json_ld_are_forgiven() -> None:
    script = '<!-- \n{"@type": "NewsArticle", "headline": "Pier\n to stay", } //-->'
    article = article_of(page(f'<script type="application/ld+json">{script}</script>'))
    assert article.title == "Pier to stay"


def test_of_several_articles_in_json_ld_that_of_the_page_counts() -> None:
    both = [
        {"@type": "NewsArticle", "headline": name, "datePublished": day}
        for name, day in (("A sensation", "2019-03-01"), ("Pier to be rebuilt", "2019-03-05"))
    ]
    named = article_of(page("<title>Pier to be rebuilt - Post</title>" + json_ld(both)))
    unnamed = article_of(page("<title>Post</title>" + json_ld(both)))
    assert (str(named.date), unnamed.date) == ("2019-03-05", None)


def test_facts_come_from_meta() -> None:
    metas = {
        "og:title": "Pier to be rebuilt | Lowmere Post",
        "og:site_name": "Lowmere Post",
        "article:published_time": "2019-03-05T10:00:00Z",
        "author": "Mara Quill and Jo Ferrer",
        "article:section": "Harbour",
    }
    head = "".join(f'<meta property="{key}" content="{text}">' for key, text in metas.items())
    article = article_of(page(head))
    assert (article.title, article.source) == ("Pier to be rebuilt", "Lowmere Post")
    assert (article.author, article.section) == (("Mara Quill", "Jo Ferrer"), "Harbour")
    assert str(article.date) == "2019-03-05T10:00:00Z"


def test_writer_to_whom_a_page_links_by_its_headline_is_the_author() -> None:
    links = [f'<a href="/author/{n}">{name}</a>' for n, name in enumerate(("Jo", "Max"))]
    body = f"<h1>Pier to stay</h1><span>By {links[0]}</span>{BODY}<div>{links[1]}</div>"
    assert article_of(page(body=body)).author == ("Jo",)
    assert article_of(page('<meta name="author" content="Mara Quill">', body)).author == (
        "Mara Quill",
    )


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Pier to be rebuilt - Lowmere Post", "Lowmere Post"),
        ("Pier to be rebuilt | Local | Lowmere Post", "Lowmere Post"),
        ("Pier to be rebuilt", ""),
        ("Lowmere Post - local news", ""),
    ],
)
def test_site_without_a_name_and_a_host_goes_by_the_end_of_the_title(
    title: str, source: str
) -> None:
    body = f"<h1>Pier to be rebuilt</h1>{BODY}"
    assert article_of(page(f"<title>{title}</title>", body)).source == source
    by_host = '<link rel="canonical" href="https://example.com/a">'
    assert article_of(page(f"<title>{title}</title>{by_host}", body)).source == "example.com"


def test_names_for_indexes_of_literature_and_a_creator_are_read() -> None:
    metas = {"author": "Mara Quill", "publication_date": "2019/03/05", "journal_title": "Post"}
    head = "".join(f'<meta name="citation_{key}" content="{v}">' for key, v in metas.items())
    article = article_of(page(head))
    assert (article.author, str(article.date), article.source) == (
        ("Mara Quill",),
        "2019-03-05",
        "Post",
    )
    node = {"@type": "NewsArticle", "headline": "Pier", "creator": {"name": "Mara Quill"}}
    assert article_of(page(json_ld(node))).author == ("Mara Quill",)


def test_site_without_a_name_goes_by_its_host() -> None:
    address = '<link rel="canonical" href="https://www.Post.example:80/pier">'
    assert article_of(page(address)).source == "post.example"
    named = '<meta property="og:site_name" content="Lowmere Post">'
    assert article_of(page(address + named)).source == "Lowmere Post"
    told = json_ld({"@type": "Article", "sourceOrganization": {"name": "Lowmere Post"}})
    assert article_of(page(address + told)).source == "Lowmere Post"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2020-07-10T00:30:00+09:00", "2020-07-10"),
        ("2020-07-10T23:30:00-05:00", "2020-07-10"),
        ("2020-07-10T12:00:00+09:00", "2020-07-10T03:00:00Z"),
        ("2020-07-10T12:00:00", "2020-07-10"),
        ("Fri, 10 Jul 2020 12:00:00 GMT", "2020-07-10T12:00:00Z"),
        ("20200710", "2020-07-10"),
        ("1970-01-01T00:00:00Z", "None"),
        ("0001-01-01T00:00:00", "None"),
        ("07/08/2020", "None"),
        ("tomorrow", "None"),
    ],
)
def test_declared_date_keeps_the_day_that_is_written(written: str, kept: str) -> None:
    assert str(article_of(page(f'<meta name="date" content="{written}">')).date) == kept


def test_date_of_time_element_by_the_headline_counts_and_others_do_not() -> None:
    other = '<div><p>Old story</p><time datetime="2001-01-01">then</time></div>'
    body = f'<h1>Pier to stay</h1><time datetime="2019-03-05">yesterday</time>{BODY}'
    assert str(article_of(page(body=body + 9 * other)).date) == "2019-03-05"
    assert article_of(page(body=f"<h1>Pier to stay</h1>{BODY}{9 * other}")).date is None


def test_date_of_the_address_comes_after_that_of_the_page() -> None:
    head = '<meta property="og:url" content="https://x.example/2019/03/05/pier.html">'
    assert str(article_of(page(head)).date) == "2019-03-05"
    shown = article_of(page(head, f"<h1>Pier to stay</h1><p>March 4, 2019</p>{BODY}"))
    assert str(shown.date) == "2019-03-04"


@pytest.mark.parametrize(
    ("lang", "headline", "sentence"),
    [
        ("de", "Pier wird neu gebaut", "Der Hafenausschuss stimmte am Dienstag für den Neubau."),
        ("fr", "La jetée sera reconstruite", "Le conseil du port a voté la reconstruction mardi."),
        ("ja", "桟橋の再建が決まる", "港湾局は火曜日、嵐で壊れた北の桟橋を再建することを決めた。"),
        ("ru", "Пирс построят заново", "Совет порта во вторник решил заново построить пирс."),
    ],
)
def test_pages_in_other_languages_are_read(lang: str, headline: str, sentence: str) -> None:
    paragraphs = "".join(f"<p>{sentence} {sentence} {n}.</p>" for n in range(3))
    markup = f'<html lang="{lang}-XX"><title>{headline} – Post</title><h1>{headline}</h1>'
    article = article_of(markup + paragraphs)
    assert (article.title, article.lang) == (headline, lang)
    assert article.body.count(sentence) == 6


def test_declared_encoding_is_read() -> None:
    markup = f'<meta charset="windows-1251"><h1>Пирс построят</h1><p>{"Совет порта решил. " * 9}'
    assert "Совет порта" in article_of(markup.encode("windows-1251")).body


def test_page_of_utf_16_is_read() -> None:
    article = article_of(page("<title>Pier to be rebuilt</title>").encode("utf-16"))
    assert article.body == "\n".join(PARAGRAPHS)


def test_html_in_a_text_file_and_text_in_an_html_file_are_told_apart() -> None:
    markup, text = f"\n<!-- saved -->\n<HTML>{BODY}".encode(), "\n\n".join(PARAGRAPHS).encode()
    for data in (markup, text):
        for reader in (read_text, read_html):
            (article,) = reader(io.BytesIO(data), Context("x"))
            assert isinstance(article, Article)
            assert article.body == "\n".join(PARAGRAPHS)


def test_text_that_mentions_tags_stays_text() -> None:
    text = (
        "The tag <p> starts a paragraph, and a < b holds where c > d does not, he said on Monday."
    )
    (article,) = read_text(io.BytesIO(text.encode()), Context("x"))
    assert isinstance(article, Article)
    assert article.body == text


def test_files_of_a_folder_are_read_by_their_names(tmp_path: Path) -> None:
    for name in ("a.html", "b.htm", "c.xhtml"):
        (tmp_path / name).write_text(page())
    (tmp_path / "d.HTML.gz").write_bytes(gzip.compress(page().encode()))
    stream = read(tmp_path)
    assert [article.body for article in stream] == ["\n".join(PARAGRAPHS)] * 4
    assert (stream.rejected, stream.notes) == ([], [])


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("", "the file is empty"),
        ("<html></html>", "no running text was found"),
        (
            "<html><title>A headline that is longer than most are</title><nav><p>Home</p></nav>",
            "no run",
        ),
        (page(body=f"<p>{'x' * (8 << 20)}"), "larger than 8 MiB"),
    ],
)
def test_page_without_an_article_is_rejected(markup: str, reason: str) -> None:
    found = read_markup(markup)
    assert isinstance(found, Remark)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        # The page shows the second of two days that it declares.
        (
            json_ld({"@type": "NewsArticle", "datePublished": "2022-01-04T07:29:00Z"})
            + '<meta name="date" content="2022-01-06">',
            "<h1>Pier to stay</h1><div>06.01.2022</div>",
            "2022-01-06",
        ),
        # That of a change is none of them.
        (
            json_ld(
                {
                    "@type": "NewsArticle",
                    "datePublished": "2017-12-15",
                    "dateModified": "2018-07-24T14:15:58-04:00",
                }
            )
            + '<meta name="sailthru.date" content="2018-07-24">',
            "<h1>Pier to stay</h1><div>Updated Jul 24, 2018</div>",
            "2017-12-15",
        ),
        # The day of the change tells which number is the day.
        (
            '<meta property="article:published_time" content="10/05/2022 05:22 pm">'
            '<meta property="article:modified_time" content="2022/05/10 17:36:11">',
            "",
            "2022-05-10",
        ),
    ],
)
def test_days_of_a_page_are_told_apart(head: str, body: str, day: str) -> None:
    assert str(article_of(page(head, body + BODY)).date)[:10] == day


@pytest.mark.parametrize(
    ("head", "above", "title"),
    [
        (
            '<title>Mayor calls pier "a disgrace"</title>'
            '<meta property="og:title" content="Mayor calls pier "a disgrace"">',
            "",
            'Mayor calls pier "a disgrace"',
        ),
        (
            '<meta property="og:title" content="7 things we learned from the harbour\'s boats">',
            "<h1>Storms and piers: 7 things that we learned from boats of the harbour</h1>",
            "Storms and piers: 7 things that we learned from boats of the harbour",
        ),
        ("<title>Piers</title>", "", "Piers"),
    ],
)
def test_headline_is_the_whole_one(head: str, above: str, title: str) -> None:
    assert article_of(page(head, above + BODY)).title == title


@pytest.mark.parametrize(
    ("head", "above", "names"),
    [
        ('<meta name="author" content="Todd">', "<p>By</p><p>Todd Bates</p>", ("Todd Bates",)),
        (
            json_ld({"@type": "Article", "author": {"name": "Mara Quill"}})
            + '<meta name="author" content="Mara Quill, Jo Ferrer">',
            "",
            ("Mara Quill", "Jo Ferrer"),
        ),
        ('<meta name="author" content="Mara Quill">', "<p>By Jo Ferrer</p>", ("Mara Quill",)),
        ("", "<div class='article__byline'><b>Mara Quill</b></div>", ("Mara Quill",)),
        ("", "<div class='authority'><b>Mara Quill</b></div>", ()),
        ("", "<p>Words: <span itemprop='author'>Mara Quill</span></p>", ("Mara Quill",)),
        ("", "<p>By <em class=byline-name><a href=/authors/mq>Quill</a></em></p>", ("Quill",)),
        ("", "<p>In <span class=authority>Harbour Street</span></p>", ()),
    ],
)
def test_authors_are_those_of_the_fullest_place(
    head: str, above: str, names: tuple[str, ...]
) -> None:
    markup = page(head, f"<h1>Pier to be rebuilt in May</h1><p>A word.</p>{above}{BODY}")
    assert article_of(markup).author == names


HOSTILE = {
    "deep": "<div>" * 40_000 + PARAGRAPHS[0],
    "formatting": "".join(f"<p><b a{n}>" for n in range(20_000)),
    "quotes": '<p title="' * 20_000,
    "attributes": "<p " + " ".join(f"a{n}" for n in range(40_000)) + ">",
    "open tags": "<a" * 100_000,
    "closing": "<div>" * 20_000 + "</section>" * 20_000,
    "comments": "<!-- " * 40_000,
    "scripts": "<script></scrip" * 20_000,
    "titles": "<title>a - b" * 20_000,
    "headings": "<h1>a - b</h1>" * 10_000,
    "title": f"<title>{'a - ' * 50_000}</title>{BODY}",
    "site": f'<meta name=og:title content="{"a - " * 40_000}"><meta name=og:site_name content=a>',
    "metas": '<meta name="author" content="By A. Person">' * 5_000,
    "json": f'<script type="application/ld+json">{"[" * 100_000}</script>{BODY}',
    "json lists": f'<script type="application/ld+json">[{"[]," * 60_000}[]]</script>{BODY}',
    "numbers": f'<script type="application/ld+json">{{"a": {"9" * 100_000}}}</script>{BODY}',
    "links": "<a href=x>word word</a> " * 20_000,
    "cells": "<table><tr><td>" * 20_000,
    "articles": f"<article>{'<div class=a>' * 90}{BODY * 900}",
    "names": f"<article><p class='{'comment ' * 20_000}'>{PARAGRAPHS[0]}</p>{BODY}" * 20,
    "bylines": "<span class=author>" * 5_000 + "<a rel=author>" * 5_000 + "</a>" * 5_000,
    "byline": f"<span class=author>{'<b>word</b>' * 20_000}",
    "NULs": "\0<\0p\0>" * 20_000,
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_page_takes_little_time(markup: str) -> None:
    start = time.process_time()
    read_markup(markup)
    assert time.process_time() - start < 5


def test_page_of_very_many_tags_is_cut_with_a_note() -> None:
    context = Context("x")
    (article,) = read_html(io.BytesIO((page() + "<br>" * 200_000).encode()), context)
    assert isinstance(article, Article)
    assert article.body == "\n".join(PARAGRAPHS)
    assert "more tags than are read" in str(context.notes)


PIECES = """
    <p> </p> <div_class=share> </div> <a_href=' '> " <!-- --> <td> <tr> <h1> <br/> <title> </title>
    &amp &#0; <script_type=application/ld+json> {"@type":"Article","author":[{ }] </script> > < =
    <meta_name=date_content= 2020-07-10T12:00:00Z <time_datetime= <html_lang= <span_hidden>
"""
MARKUP = st.lists(
    st.sampled_from(
        [*(piece.replace("_", " ") for piece in PIECES.split()), " ", "\0", *PARAGRAPHS]
    )
    | st.text(max_size=8),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_no_markup_makes_reading_fail(markup: str) -> None:
    data = markup.encode("utf-8", "surrogatepass")
    assert isinstance(read_markup(data), Article | Remark)


class _VisibleText(HTMLParser):
    """What the standard library sees of a page, outside scripts and menus."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "nav")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "nav")

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


TREES = st.recursive(
    st.text("ab é&<>\"'").map(escape),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["div", "b", "a", "section", "ul", "nav", "blockquote", "table", "span"]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=20,
)


@given(TREES)
def test_blocks_hold_all_text_that_is_seen_once_in_order(markup: str) -> None:
    parser = _VisibleText()
    parser.feed(markup)
    parser.close()
    blocks = "".join(block.text for block in read_page(markup).blocks)
    assert re.sub(r"\s", "", blocks) == re.sub(r"\s", "", parser.text)


@given(TREES)
def test_parts_hold_the_blocks_between_their_tags(markup: str) -> None:
    found = read_page(f"<main>{markup}</main>")
    assert all(0 <= part.start < part.stop <= len(found.blocks) for part in found.parts)
    assert not found.blocks or found.parts[-1].stop - found.parts[-1].start == len(found.blocks)


@pytest.mark.slow
def test_saved_pages_are_read_as_well_as_ever(shared_data: Path) -> None:
    pages = shared_data / "pages"
    gold = [json.loads(line) for line in (pages / "gold.jsonl").read_text().splitlines()]
    n_titles = n_dates = 0
    f1s: list[float] = []
    for one in gold:
        name = f"{one['id']}.html.gz"
        found = read_markup(gzip.decompress((pages / "html" / name).read_bytes()), name)
        article = found if isinstance(found, Article) else Article(title="-")
        n_titles += article.title.casefold() == str(one.get("title")).casefold()
        n_dates += str(article.date)[:10] == str(one.get("date"))[:10] != "None"
        if body := one.get("body"):
            f1s.append(_token_f1(body, article.body))
    assert sum(f1s) / len(f1s) > FLOORS["f1"]
    assert n_titles >= FLOORS["titles"]
    assert n_dates >= FLOORS["dates"]


# Of 102 bodies, 195 headlines and 115 dates; a change that lowers one says why.
FLOORS = {"f1": 0.955, "titles": 150, "dates": 103}


def _token_f1(gold: str, found: str) -> float:
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, gold))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())
