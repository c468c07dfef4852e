"""Articles of XML and SGML that is no feed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import read
from newsearch.sources.feeds import read_feed
from tests.unit.sources.test_jsonl_reader import items_of

LEAD = "The board voted to rebuild the pier, which a storm had broken."
REST = "Work begins in May."
BODY = f"{LEAD}\n{REST}"
MARKUP = f"<p>{LEAD}</p>\n<p>{REST}</p>"
NITF = f"""<?xml version="1.0"?>
<nitf><head><title>Pier</title><docdata><doc-id id-string="7"/><date.issue norm="20190305"/>
</docdata><pubdata name="Lowmere Post"/></head><body><body.head><hedline><hl1>Pier</hl1></hedline>
<byline>By <person>Mara Quill</person></byline></body.head>
<body.content><block class="lead_paragraph"><p>{LEAD}</p></block>
<block class="full_text">{MARKUP}</block></body.content></body></nitf>"""
NEWSML_2 = f"""<newsMessage><itemSet><newsItem guid="7" xml:lang="en"><itemMeta>
<versionCreated>2019-03-05</versionCreated><provider literal="Lowmere Post"/></itemMeta>
<contentMeta><headline>Pier</headline><by>Mara Quill</by></contentMeta><contentSet>
<inlineXML><html><head/><body>{MARKUP}</body></html></inlineXML></contentSet></newsItem></itemSet>
</newsMessage>"""
NEWSML_1 = f"""<NewsML><NewsItem id="7"><FirstCreated>20190305</FirstCreated><NewsLines>
<HeadLine>Pier</HeadLine><ByLine>Mara Quill</ByLine></NewsLines><Source>Lowmere Post</Source>
<ContentItem><DataContent>{MARKUP}</DataContent></ContentItem></NewsItem></NewsML>"""
TREC = f"""<DOC>
<DOCNO> 7 </DOCNO>
<DOCID> 1 </DOCID>
<SO>Lowmere Post</SO>
<DATE>
<P>
March 5, 2019, Tuesday, Home Edition
</P>
</DATE>
<HEAD>Pier</HEAD>
<BYLINE>By Mara Quill</BYLINE>
<TEXT>
{MARKUP}
</TEXT>
</DOC>
"""
ROW = f"""<resultset><row><field name="id">7</field><field name="title">Pier</field>
<field name="published">2019-03-05</field><field name="author">Mara Quill</field>
<field name="source">Lowmere Post</field><field name="body">{BODY}</field></row></resultset>"""
PLAIN = f"""<articles><article id="7"><title>Pier</title><date>2019-03-05</date>
<author>Mara Quill</author><publisher>Lowmere Post</publisher><paragraph>{LEAD}</paragraph>
<paragraph>{REST}</paragraph></article></articles>"""


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a"])
@pytest.mark.parametrize("text", [NITF, NEWSML_2, NEWSML_1, TREC])
def test_article_of_a_standard_is_read_whatever_the_file_is_called(
    tmp_path: Path, text: str, name: str
) -> None:
    (tmp_path / name).write_text(text)
    (article,) = read(tmp_path / name)
    assert (article.id, article.title, article.body) == ("7", "Pier", BODY)
    assert (str(article.date), article.author) == ("2019-03-05", ("Mara Quill",))
    assert article.source == "Lowmere Post"


@pytest.mark.parametrize("text", [ROW, PLAIN])
def test_article_of_any_xml_is_read_by_the_names_of_its_elements(text: str) -> None:
    items, _ = items_of(read_feed, text)
    (article,) = (item for item in items if isinstance(item, Article))
    assert (article.id, article.title, article.body) == ("7", "Pier", BODY)
    assert (str(article.date), article.author) == ("2019-03-05", ("Mara Quill",))


def test_each_document_is_an_article_and_wrapped_lines_are_a_paragraph() -> None:
    lines = f"{'word ' * 11}\n" * 4
    text = f"<DOC>\n<DOCNO>a</DOCNO>\n<TEXT>\n{lines}    New one.\n</TEXT>\n</DOC>\n"
    items, _ = items_of(read_feed, text + text.replace("a", "b", 1).replace(">a<", ">b<"))
    assert [item.body for item in items if isinstance(item, Article)] == [
        f"{('word ' * 44).strip()}\nNew one."
    ] * 2


@pytest.mark.parametrize("text", ["<nitf><body><hl1>Pier", "<plist><key>x</key></plist>"])
def test_xml_without_a_whole_article_is_refused_with_one_reason(text: str) -> None:
    items, _ = items_of(read_feed, text)
    assert [isinstance(item, Article) for item in items] == [False]


@given(st.lists(st.sampled_from(["<doc>", "</doc>", "<text>", "<p>", "</p>", "x", "&#2;", "<a b"])))
def test_no_elements_make_the_reader_raise(parts: list[str]) -> None:
    items_of(read_feed, "<DOC><DOCNO>1</DOCNO>" + "".join(parts))
