"""Exports of news databases: synthetic files, as the databases write them."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources import read


@dataclass(frozen=True)
class Item:
    title: str
    author: str
    day: str
    page: str
    words: int
    body: tuple[str, ...]
    number: int

    @property
    def accession(self) -> str:
        return f"LOWP000020190304ef340000{self.number}"


ITEMS = (
    Item(
        *("Council votes on pier", "Mara Quill", "March 4, 2019", "A3", 1052),
        (
            "The harbour board voted on Tuesday to rebuild the northern pier, which a storm had "
            "broken in March. Work begins in May, the board's chair said.",
            "HARBOUR: The ferry is not affected by the work, which takes a year.",
        ),
        1,
    ),
    Item(
        *("Ferry returns", "Ole Brandt", "March 6, 2019", "1", 31),
        ("The ferry returned to the harbour on Tuesday night with all passengers safe.",),
        2,
    ),
)
SOURCE = "Lowmere Post"


def lexisnexis(item: Item) -> str:
    body = "\n\n".join(fill(text, 78) for text in item.body)
    return f"""
                               {item.number} of 2 DOCUMENTS


                                  {SOURCE}

                             {item.day} Monday
                                  Late Edition;
                                  Final

{item.title}

BYLINE: {item.author.upper()}

SECTION: LOCAL; Pg. {item.page}

HIGHLIGHT: What is known.

LENGTH: {item.words} words

DATELINE: LOWMERE

{body}

LOAD-DATE: March 9, 2020

LANGUAGE: ENGLISH

GRAPHIC: The pier.

The ferry, in a photo of 2001.

PUBLICATION-TYPE: Newspaper


                    Copyright 2019 {SOURCE}
                              All Rights Reserved
"""


def nexis_uni(item: Item) -> list[str]:
    return [
        *(item.title, SOURCE, f"{item.day} Monday", "Final Edition"),
        *(f"Copyright 2019 {SOURCE} All Rights Reserved", f"Section: LOCAL; Pg. {item.page}"),
        *(f"Length:\xa0{item.words} words", f"Byline: {item.author}", "Body", *item.body),
        *("Load-Date:\xa0March 9, 2020", "Classification", "Language: ENGLISH"),
        *("Publication-Type: Newspaper", "End of Document"),
    ]


COVER = [
    *("User Name: M. Quill", "Date and Time: Friday, March 20, 2020 4:51:31 PM GMT"),
    *("Job Number: 112233", "Documents (2)", "1. Council votes on pier", "Client/Matter: -None-"),
    *("Search Terms: pier", "Narrowed by: Content Type News", "2. Ferry returns"),
]


def factiva_codes(item: Item) -> list[tuple[str, str]]:
    day = " ".join(item.day.replace(",", "").split()[i] for i in (1, 0, 2))
    return [
        *(("SE", "Local"), ("HD", item.title), ("BY", f"By {item.author}")),
        *(("WC", f"{item.words:,} words"), ("PD", day), ("ET", "15:32"), ("SN", SOURCE)),
        *(("SC", "LOWP"), ("PG", item.page), ("LA", "English"), ("CY", f"(c) 2019 {SOURCE}.")),
        *(("LP", item.body[0]), ("TD", "\n\n".join(item.body[1:]))),
        *(("NS", "gcat : Political/General News | gpir : Politics"), ("AN", item.accession)),
    ]


def factiva_text(item: Item) -> str:
    codes = [
        (code, f"Document {text}" if code == "AN" else text) for code, text in factiva_codes(item)
    ]
    return "".join(f"{code}  {text}\n" for code, text in codes) + "\n\n"


def factiva_lines(item: Item) -> list[str]:
    known = dict(factiva_codes(item))
    codes = ["SE", "HD", "BY", "WC", "PD", "SN", "SC", "PG", "LA", "CY"]
    return [*(known[code] for code in codes), *item.body, SOURCE, f"Document {item.accession}"]


def factiva_html(item: Item) -> str:
    rows = "".join(
        f'<tr><td class="index"><p><b>{code}</b>&nbsp;</p></td><td>'
        + ("<b class='enHeadline'>" if code == "HD" else "")
        + "".join(
            f'<p class="articleParagraph enarticleParagraph">{escape(line)}</p>\n'
            for line in text.split("\n\n")
        )
        + "</td></tr>"
        for code, text in [*factiva_codes(item)[:-1], ("AN", f"Document {item.accession}")]
    )
    return f'<div class="article enArticle"><table>{rows}</table></div><br/>'


def factiva_html_lines(item: Item) -> str:
    section, title, *rest = factiva_lines(item)
    above = f"<div>{section}</div><div id='hd'><span class='enHeadline'>{title}</span></div>"
    return f"<div class='article enArticle'>{above}" + "".join(
        f"<div>{escape(x)}</div>" for x in rest
    )


def proquest(item: Item) -> str:
    body = "\n".join(item.body)
    month, day, year = item.day.split()
    return f"""____________________________________________________________

Document {item.number} of 2

{item.title}

https://search.example.org/docview/{item.accession}

Abstract: None available.

Links: https://library.example.org/openurl?title=x

Full text: {body}

Subject: Piers; Harbours

Title: {item.title}

Publication title: {SOURCE}; Lowmere

Publication year: 2019

Publication date: {month[:3]} {day} {year}

Pages: {item.page}

Section: Local

Author: {item.author}

Language of publication: English

Word count: {item.words}

ProQuest document ID: {item.accession}

Document URL: https://search.example.org/docview/{item.accession}

Copyright: (Copyright (c) 2019 {SOURCE})

Last updated: 2020-03-09

"""


def europresse(item: Item) -> str:
    _, day, year = item.day.replace(",", "").split()
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in item.body)
    return f"""<article><header><img src="x.gif"/><div><span class="DocPublicationName">{SOURCE},
no. 7 </span></div><div><span class="DocHeader">Local, lundi {int(day)} mars {year}, p. {item.page}
</span></div><div><p>LOCAL</p></div><div class="titreArticle"><p class="sm-margin-TopNews
titreArticleVisu rdp__articletitle">{item.title}</p></div><div>{item.author}</div></header>
<section><div class="DocText"><div class='docOcurrContainer'>{paragraphs}</div></div></section>
<aside><div><b>Illustration(s) : </b></div><p>A photo.</p></aside><footer>
<small>© 2019 {SOURCE}. Tous droits réservés.</small><p>Numéro de document :
news·20190304·LM·{item.accession}</p><div>Date d'émission : <b>2020-03-09</b></div></footer>
</article>"""


def docx(paragraphs: list[str]) -> bytes:
    held = io.BytesIO()
    runs = "".join(
        f"<w:p><w:r><w:t>{escape(text[:7])}</w:t></w:r><w:r><w:t>{escape(text[7:])}</w:t></w:r></w:p>"
        "<w:p/>"
        for text in paragraphs
    )
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        text = f'<w:document xmlns:w="{name}"><w:body>{runs}</w:body></w:document>'
        archive.writestr("word/document.xml", text)
    return held.getvalue()


def rtf(paragraphs: list[str]) -> bytes:
    text = "".join(f"\\pard\\plain {line}\\par\n" for line in paragraphs).replace("\xa0", "\\~")
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}{text}}}".encode()


def rtf_table(items: tuple[Item, ...]) -> bytes:
    rows = "".join(
        "\\trowd\\cellx900\\cellx9000\\pard\\intbl {\\b "
        + code
        + "}\\cell\\pard\\intbl "
        + text.replace("\n\n", "\\par ")
        + "\\cell\\row\n"
        for item in items
        for code, text in [*factiva_codes(item)[:-1], ("AN", f"Document {item.accession}")]
    )
    return b"{\\rtf1\\ansi " + rows.encode() + b"}"


def page(articles: str, title: str = "") -> bytes:
    style = "<style>" + ".a{color:red}" * (30_000 if title == "Factiva" else 10) + "</style>"
    head = f"<html><head><title>{title}</title>{style}</head><body class=''><h1>{title}</h1>"
    return f"<!DOCTYPE html>{head}{articles}<div>© 2020 {title}, Inc.</div></body></html>".encode()


def each(render: Callable[[Item], str]) -> str:
    return "".join(map(render, ITEMS))


def lines_of(render: Callable[[Item], list[str]]) -> list[str]:
    return [line for item in ITEMS for line in render(item)]


FILES = {
    "lexis.txt": lambda: each(lexisnexis).encode(),
    "lexis-utf16.TXT": lambda: each(lexisnexis).encode("utf-16"),
    "lexis-crlf.txt": lambda: b"\xef\xbb\xbf" + each(lexisnexis).replace("\n", "\r\n").encode(),
    "lexis.htm": lambda: page(
        "<!-- Hide XML section from browser\n<DOC NUMBER=1> -->"
        + "".join(f"<DIV><P><SPAN>{escape(block).replace(chr(10), '<BR>')}</SPAN></P></DIV>"
                  for block in each(lexisnexis).split("\n\n"))
    ),
    "uni.docx": lambda: docx(COVER + lines_of(nexis_uni)),
    "uni.txt": lambda: "\n\n".join(COVER + lines_of(nexis_uni)).encode(),
    "uni.rtf": lambda: rtf(COVER + lines_of(nexis_uni)),
    "factiva.txt": lambda: each(factiva_text).encode(),
    "factiva-lines.txt": lambda: "\n".join(lines_of(factiva_lines)).encode(),
    "factiva-table.rtf": lambda: rtf_table(ITEMS),
    "factiva-lines.doc": lambda: rtf(lines_of(factiva_lines)),
    "factiva.html": lambda: page(each(factiva_html), "Factiva"),
    "factiva-lines.html": lambda: page(each(factiva_html_lines), "Factiva"),
    "proquest.txt": (each(proquest) + "_" * 60 + "\n\nContact us at: x@y.z\n").encode,
    "europresse.html": lambda: page(each(europresse)),
}  # fmt: skip


def articles_of(folder: Path, name: str, data: bytes, **options: str) -> list[Article]:
    (folder / name).write_bytes(data)
    stream = read(folder / name, **options)
    found = list(stream)
    assert not stream.rejected
    assert not [note for note in stream.notes if "read as" not in str(note)]
    return found


@pytest.mark.parametrize("name", FILES)
def test_export_gives_each_article_with_its_facts(tmp_path: Path, name: str) -> None:
    found = articles_of(tmp_path, name, FILES[name]())

    assert [article.title for article in found] == [item.title for item in ITEMS]
    for article, item in zip(found, ITEMS, strict=True):
        assert article.body == "\n".join(item.body)
        assert article.source == SOURCE
        assert article.author == (item.author,)
        assert str(article.date) == f"2019-03-0{item.day[6]}"
        assert article.date and article.date.origin == "given"
        assert article.section.casefold() == "local"
        assert article.extra["page"] == item.page
        if not name.startswith("europresse"):
            assert article.extra["words"] == item.words
            assert article.lang == "en"
        own = name.startswith(("factiva", "proquest", "europresse"))
        assert article.id.endswith(item.accession if own else f"{name}#{item.number}")


WORDS = st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=25)
PARAGRAPHS = st.lists(
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(PARAGRAPHS, st.sampled_from([lexisnexis, factiva_text, proquest]))
def test_text_comes_back_as_it_was(body: list[str], render: Callable[[Item], str]) -> None:
    data = render(replace(ITEMS[0], body=tuple(body))) + render(ITEMS[1])
    with TemporaryDirectory() as folder:
        found = articles_of(Path(folder), "a.txt", data.encode())
    assert [article.body.split("\n") for article in found] == [body, list(ITEMS[1].body)]


LINES = st.sampled_from(
    [line.strip() for name in ("lexis.txt", "factiva.txt", "proquest.txt", "uni.txt")
     for line in FILES[name]().decode().splitlines()]
    + ["", "Copyright 2019", "a: b", "Body", "HD", "AN", "<p>", "1 of 2 DOCUMENTS"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, max_size=60), st.sampled_from(["lexisnexis", "factiva", "proquest"]))
def test_no_lines_make_reading_fail(lines: list[str], name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.txt")
        path.write_text("\n".join(lines))
        stream = read(path, format=name)
        list(stream)
    assert not [remark for remark in stream.rejected if "the reader failed" in remark.reason]


@pytest.mark.parametrize(
    "text",
    [
        "SECTION: a" + " " * 500_000 + "b",
        "a\n" * 30_000,
        "_" * 500_000,
        "LANGUAGE: x\n\n" * 6_000,
        "1" * 500_000 + " words",
        "a;" * 250_000,
    ],
)
def test_time_to_read_grows_as_the_text_does(tmp_path: Path, text: str) -> None:
    filled = lexisnexis(ITEMS[1]).replace("SECTION: LOCAL", f"PUBLICATION-INFO: {text}\n\n{text}")
    (tmp_path / "a.txt").write_text(filled)
    start = time.process_time()
    list(read(tmp_path / "a.txt"))
    assert time.process_time() - start < 5


def test_labels_of_a_german_export_are_known(tmp_path: Path) -> None:
    text = """
                               Dokument 1 von 1

                                 Küstenblatt

                             Montag 4. März 2019
                                Bundesausgabe

Rat stimmt über die
Kaimauer ab

AUTOR: VON OLE BRANDT

RUBRIK: Lokales; S. 3

LÄNGE: 52 Wörter

Der Hafenrat hat am Dienstag beschlossen.

UPDATE: 5. März 2020

SPRACHE: GERMAN; DEUTSCH

                     Copyright 2019 Küstenblatt GmbH
                         Alle Rechte vorbehalten
"""
    (article,) = articles_of(tmp_path, "de.txt", text.encode())

    assert article.as_dict() | {"id": "", "date_origin": ""} == {
        **{"id": "", "date_origin": "", "title": "Rat stimmt über die Kaimauer ab"},
        **{"body": "Der Hafenrat hat am Dienstag beschlossen.", "source": "Küstenblatt"},
        **{"author": ["Ole Brandt"], "section": "Lokales", "page": "3", "words": 52},
        **{"date": "2019-03-04", "edition": "Bundesausgabe", "lang": "de"},
        **{"load_date": "5. März 2020"},
        "copyright": "Copyright 2019 Küstenblatt GmbH Alle Rechte vorbehalten",
    }


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("ANDREW SPARROW, Political correspondent", ["Andrew Sparrow"]),
        ("By Mara Quill and Ole Brandt", ["Mara Quill", "Ole Brandt"]),
        ("MARA QUILL; POST STAFF WRITER", ["Mara Quill"]),
        ("Quill, Mara; van Berg, Jan", ["Quill, Mara", "van Berg, Jan"]),
        ("Staff and agencies", ["Staff and agencies"]),
    ],
)
def test_bylines_are_names(tmp_path: Path, byline: str, authors: list[str]) -> None:
    text = lexisnexis(replace(ITEMS[1], author=byline)).replace(byline.upper(), byline)
    (article,) = articles_of(tmp_path, "a.txt", text.encode())
    assert list(article.author) == authors


def test_old_export_has_its_copyright_first_and_its_headline_labelled(tmp_path: Path) -> None:
    text = """
                               3 of 9 DOCUMENTS

                  Copyright 1996 The Lowmere Company
                           Lowmere Post

             March 4, 1996, Monday, Late Edition - Final

SECTION: Section A; Page 1; Column 5; Local Desk

LENGTH: 52 words

HEADLINE: Council votes on pier: what
next for Lowmere

BYLINE:  By MARA QUILL

DATELINE: LOWMERE, March 3

BODY:

   The harbour board voted.

   Work begins in May.

GRAPHIC: Photo: The pier.
"""
    (article,) = articles_of(tmp_path, "old.txt", text.encode())

    assert article.title == "Council votes on pier: what next for Lowmere"
    assert article.body == "The harbour board voted.\nWork begins in May."
    assert (article.source, str(article.date), article.place) == (SOURCE, "1996-03-04", "LOWMERE")
    assert (article.section, article.extra["page"]) == ("Section A; Column 5; Local Desk", "1")


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [
        (
            "mediacloud.csv",
            "stories_id,publish_date,title,url,language,ap_syndicated,media_id,media_name\n"
            "7,2019-03-04 10:00:00,Ferry returns,http://a.example/1,en,False,9,Lowmere Post\n",
            SOURCE,
        ),
        (
            "gdelt.json",
            '{"articles": [{"url": "http://a.example/1", "url_mobile": "", "language": "English",'
            '"title": "Ferry returns", "seendate": "20190304T100000Z", "domain": "a.example"}]}',
            "a.example",
        ),
        (
            "newsapi.json",
            '{"status": "ok", "totalResults": 1, "articles": [{"source": {"id": null, "name":'
            '"Lowmere Post"}, "author": null, "title": "Ferry returns", "description": "x", "url":'
            '"http://a.example/1", "publishedAt": "2019-03-04T10:00:00Z", "content": "It did."}]}',
            SOURCE,
        ),
    ],
)
def test_lists_of_stories_are_read_by_their_keys(
    tmp_path: Path, name: str, text: str, source: str
) -> None:
    (tmp_path / name).write_text(text)
    (article,) = read(tmp_path / name)
    assert (article.title, article.source) == ("Ferry returns", source)
    assert (str(article.date), article.url) == ("2019-03-04T10:00:00Z", "http://a.example/1")


@pytest.mark.parametrize("name", ["lexis.txt", "uni.txt"])
def test_blank_lines_may_be_missing(tmp_path: Path, name: str) -> None:
    lines = [line for line in FILES[name]().decode().splitlines() if line.strip()]
    found = articles_of(tmp_path, name, "\n".join(lines).encode())
    assert [article.title for article in found] == [item.title for item in ITEMS]
    for article, item in zip(found, ITEMS, strict=True):
        assert " ".join(article.body.split()) == " ".join(item.body)
        assert (article.source, article.lang) == (SOURCE, "en")
        assert str(article.date) == f"2019-03-0{item.day[6]}"


def test_transcript_of_a_show_has_it_above_the_day(tmp_path: Path) -> None:
    text = lexisnexis(ITEMS[1]).replace(
        f"  {SOURCE}\n\n", f"  {SOURCE}\n\n            SHOW: HARBOUR TALK 8:00 PM EST\n\n", 1
    )
    (article,) = articles_of(tmp_path, "a.txt", text.encode())
    assert (article.source, str(article.date)) == (SOURCE, "2019-03-06")
    assert article.extra["show"] == "HARBOUR TALK 8:00 PM EST"
    assert article.title == ITEMS[1].title


def test_words_with_colons_in_the_text_are_no_labels(tmp_path: Path) -> None:
    talk = [
        *("QUILL: The board voted.", "UPDATE: The vote was close."),
        *(
            "LANGUAGE: a matter for itself.",
            "BYLINE: what a word.",
            "SUBJECT: it is",
            "Copyright is another matter.",
            "(c) a third point of the contract.",
            "© what it means.",
        ),
    ]
    text = lexisnexis(ITEMS[1]).replace(ITEMS[1].body[0], "\n\n".join(talk))
    (article,) = articles_of(tmp_path, "a.txt", text.encode())
    assert article.body == "\n".join(talk)


def test_text_goes_on_after_the_copyright_of_a_picture(tmp_path: Path) -> None:
    body = "The ferry returned.\n\nCopyright 2018 A Painter\n\nAll are safe."
    text = lexisnexis(ITEMS[1]).replace(ITEMS[1].body[0], body)
    (article,) = articles_of(tmp_path, "a.txt", text.encode())
    assert article.body == "The ferry returned.\nAll are safe."


def test_codes_are_told_from_words_of_the_text(tmp_path: Path) -> None:
    lines = ["IN BRIEF nothing happened.", "HDTV is here.", "BY THE SEA", "CO is a gas."]
    text = factiva_text(ITEMS[1]).replace(ITEMS[1].body[0], "\n".join(lines))
    (article,) = articles_of(tmp_path, "a.txt", text.encode())
    assert article.body.split("\n") == lines
    assert article.extra["subjects"] == "gcat : Political/General News | gpir : Politics"


def test_articles_without_numbers_of_the_database_are_told_apart(tmp_path: Path) -> None:
    text = each(factiva_text)
    for item in ITEMS:
        text = text.replace(f"AN  Document {item.accession}\n", "")
    found = articles_of(tmp_path, "a.txt", text.encode())
    assert [article.title for article in found] == [item.title for item in ITEMS]
    assert [article.id.rpartition("/")[2] for article in found] == ["a.txt#1", "a.txt#2"]


def test_article_that_cannot_be_one_stops_no_other(tmp_path: Path) -> None:
    large = "word " * (LARGEST_ARTICLE_BYTES // 60) + "\n"
    texts = [
        lexisnexis(ITEMS[0]),
        "\n    2 of 4 DOCUMENTS\n\n",
        "\n    3 of 4 DOCUMENTS\n\n" + large * 14,
        lexisnexis(ITEMS[1]),
    ]
    (tmp_path / "a.txt").write_text("".join(texts))
    stream = read(tmp_path / "a.txt")
    assert [article.title for article in stream] == [item.title for item in ITEMS]
    empty, too_large = (remark.reason for remark in stream.rejected)
    assert empty.endswith("a.txt#2' has neither title nor body")
    assert too_large == "the article is larger than 8 MiB"


def test_truncated_export_gives_its_last_article_as_far_as_it_goes(tmp_path: Path) -> None:
    text = each(factiva_text)
    found = articles_of(tmp_path, "a.txt", text[: text.rindex("NS  ")].encode())
    assert [article.body for article in found] == ["\n".join(item.body) for item in ITEMS]


@pytest.mark.parametrize(
    "text",
    [
        "1 of 2 DOCUMENTS\n\nThe board voted on Tuesday to rebuild the pier, its chair said.",
        "SECTION: NEWS\nLENGTH: 5 words\nThe board voted on Tuesday to rebuild the pier, he said.",
        "Text\nAuthor: Mara Quill\nThe board voted on Tuesday to rebuild it.\nCopyright 2019 Post",
        "Body\nThe board voted on Tuesday to rebuild the pier.\nEnd of Document\n",
        "HD is sharp.\nPD is a party.\nSN is a serial number. The board voted on Tuesday again.",
        "250 words\nThe board voted on Tuesday to rebuild the pier, as its chair said.\n(c) Post",
        "Abstract: The board voted on Tuesday to rebuild the pier, as its chair said then.",
        "<html><p>DocHeader: The board voted on Tuesday to rebuild the pier, he said.</p></html>",
    ],
)
def test_other_texts_are_no_exports(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    (article,) = read(tmp_path / "a.txt")
    assert article.id == f"{tmp_path.name}/a.txt"


@pytest.mark.parametrize("layout", [factiva_html, factiva_html_lines])
def test_part_of_a_page_of_factiva_is_an_export(
    tmp_path: Path, layout: Callable[[Item], str]
) -> None:
    html = re.sub(r"Document [A-Z]+\d+", "Document X", each(layout))
    if layout is factiva_html:
        html = html.replace("article enArticle", "article")
    found = articles_of(tmp_path, "a.html", f"<html>{html}</html>".encode())
    assert [article.title for article in found] == [item.title for item in ITEMS]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_export_is_known_behind_a_byte_order_mark_and_in_wide_letters(
    tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "a.txt").write_bytes(lexisnexis(ITEMS[0]).lstrip().encode(encoding))
    assert [article.title for article in read(tmp_path / "a.txt")] == [ITEMS[0].title]


def test_format_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text(each(factiva_text))
    (tmp_path / "b.dat").write_text("The board voted on Tuesday.")
    found = read([tmp_path / "a.dat", tmp_path / "b.dat"], format="factiva", id_from="path")
    ids = [f"{tmp_path.name}/a.dat#{item.accession}" for item in ITEMS]
    assert [article.id for article in found] == ids
    reasons = [remark.reason for remark in found.rejected]
    assert reasons == ["no article of an export of factiva was found"]


def test_other_document_is_one_article(tmp_path: Path) -> None:
    lines = ["Council votes on pier", "By Mara Quill", "March 4, 2019", *ITEMS[0].body * 2]
    (tmp_path / "a.docx").write_bytes(docx(lines))
    (article,) = read(tmp_path / "a.docx")
    assert article.body.split("\n")[0] == ITEMS[0].body[0]
    assert str(article.date) == "2019-03-04"


def test_damaged_document_is_named(tmp_path: Path) -> None:
    data = FILES["uni.docx"]()
    (tmp_path / "a.docx").write_bytes(data[: len(data) // 2])
    stream = read(tmp_path)
    assert not list(stream)
    (remark,) = stream.rejected
    assert remark.reason.startswith("the zip archive is damaged: ")


def test_rtf_is_read_as_it_is_seen(tmp_path: Path) -> None:
    text = (
        r"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}}{\info{\title No}}{\*\gen No;}"
        r"\uc1\pard The board voted on \u8220?Tuesday\u8221? \'ef\'f0\'e8 \u-10179?\u-8704?;"
        r" {\b work} begins in May, it said.\line\~A \{brace\} is\_one.{\pict\bin5 }}}}}No}\par"
        '\r\n{\\field{\\*\\fldinst HYPERLINK "No"}{\\fldrslt The ferry}} returned to the harbour.}'
    )
    (tmp_path / "a.rtf").write_bytes(text.encode())
    (article,) = read(tmp_path / "a.rtf")
    assert article.body.split("\n") == [
        "The board voted on “Tuesday” при 😀; work begins in May, it said.",
        "A {brace} is-one.",
        "The ferry returned to the harbour.",
    ]


@settings(max_examples=25, deadline=None)
@given(st.text("\\\\{}'*uparbin0123 é\n-", max_size=40).map(lambda text: "{\\rtf1 " + text))
def test_no_rtf_makes_reading_fail(text: str) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "a.rtf").write_text(text)
        stream = read(folder)
        list(stream)
    assert not [remark for remark in stream.rejected if "the reader failed" in remark.reason]
