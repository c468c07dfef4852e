"""HTML in the fields of records."""

from __future__ import annotations

import html
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context
from newsearch.sources.csv_rows import read_csv
from newsearch.sources.json_values import read_jsonl
from newsearch.sources.markup import without_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Talks</p>\n<p class='x' hidden>resume &amp; end</p>", "Talks\nresume & end"),
        ("Talks<br/>resume<BR>today", "Talks\nresume\ntoday"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ('The <a href="http://x.example/">envoy</a> <em>left</em>.', "The envoy left."),
        ("One\n\nTwo <b>three</b>", "One\n\nTwo three"),
        ("<p>One</p><script type='x'>if (a < b) c()</script><!-- <p>no</p> -->", "One"),
        ("Kim&#8217;s caf&eacute; &#x2014; AT&amp;T", "Kim’s café — AT&T"),
        ("&lt;b&gt; makes text bold", "<b> makes text bold"),
        ("<p></p>", ""),
        ("One<p>two<p>three", "One\ntwo\nthree"),
        ("<b>Talks resume", "Talks resume"),
        ("He said &amp;quot;no&amp;quot; &amp;amp; left", 'He said "no" & left'),
        ("&lt;p&gt;Talks&lt;/p&gt;&lt;p&gt;AT&amp;amp;T&lt;/p&gt;", "Talks\nAT&T"),
        (
            '<p dir="rtl">قال &quot;لا&quot;</p>\n<p>שלום&nbsp;<b>עולם</b></p>',
            'قال "لا"\nשלום\xa0עולם',
        ),
        ('<a title="a > b" href="x">One</a> <iframe src="y"></iframe>two', "One two"),
        ("<!DOCTYPE html><html><head><title>T</title></head><body>One</body></html>", "T\nOne"),
        ("<![CDATA[<p>One</p>]]>", "One"),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    assert without_markup(markup) == text


@pytest.mark.parametrize(
    "text",
    [
        "if a < b and c > d",
        "if a <b and c> d, or a<b, c>d",
        "<name@example.com> wrote <that>",
        "AT&T, R&D; &copy this; &unknown;",
        "1 <2 & 3> 2 <- ->",
        "<p",
        "<!-- not closed",
        "He wrote <html> on the wall of the <script> class.",
        "Use <p> to begin a paragraph, and a<b>c.",
    ],
)
def test_text_stays_as_it_is(text: str) -> None:
    assert without_markup(text) == text


@given(st.text().map(str.strip))
def test_escaped_text_comes_back_escaped_once_or_twice(text: str) -> None:
    text = text.replace(";", ",")
    assert without_markup(html.escape(text)) == text
    assert without_markup(html.escape(html.escape(text))) == text


@given(st.text(alphabet="abc <>&;=\"'/-!#p\n"), st.sampled_from(["p", "b", "script", "br"]))
def test_letters_outside_tags_are_never_lost(text: str, tag: str) -> None:
    kept = without_markup(f"XX <{tag}> {text} YY")
    assert kept.startswith("XX") and kept.endswith("YY")


@pytest.mark.parametrize(
    "start", ["<p ", "<!--", "<script>", "&", "&#", "<b a=", "<p a='", "<p a=b ", "\n ", " <br> "]
)
def test_hostile_text_takes_little_time(start: str) -> None:
    begin = time.process_time()
    without_markup("<p>x" + start * 50_000 + " " * 50_000 + "x")
    assert time.process_time() - begin < 2


def test_fields_of_json_and_csv_are_text() -> None:
    line = b'{"title": "Kim&#8217;s <i>offer</i>", "body": "<p>Talks</p><p>end</p>", "raw": "<p>"}'
    table = b"title,body\nKim&#8217;s <i>offer</i>,<p>Talks</p><p>end</p>\n"
    (of_json,) = read_jsonl(io.BufferedReader(io.BytesIO(line)), Context("x"))
    (of_csv,) = read_csv(io.BufferedReader(io.BytesIO(table)), Context("x"))
    for article in (of_json, of_csv):
        assert isinstance(article, Article)
        assert (article.title, article.body) == ("Kim’s offer", "Talks\nend")
    assert isinstance(of_json, Article)
    assert of_json.extra == {"raw": "<p>"}
