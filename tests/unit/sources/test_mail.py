"""Newsletters in mail: a message is an article, in files of one and in mailboxes."""

from __future__ import annotations

from email.message import EmailMessage
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context, read
from newsearch.sources.mail import is_mail, read_mail

PROSE = "The harbour board voted on Tuesday to rebuild the northern pier after the storm. " * 3
HTML = f"<html><body><div>Home</div><p>{PROSE}</p><div>Unsubscribe</div></body></html>"
SEPARATOR = b"From news@post.example Tue Mar  5 10:00:00 2019\n"


def message(text: str = PROSE, html: str = "", **fields: str) -> bytes:
    mail = EmailMessage()
    told = {
        "From": "Lowmere Post <news@post.example>",
        "To": "reader@example.com",
        "Subject": "Käufer für den Pier",
        "Date": "Tue, 05 Mar 2019 23:30:00 -0500",
        "Message-ID": "<1@post.example>",
    }
    for name, value in (told | {name.replace("_", "-"): fields[name] for name in fields}).items():
        if value:
            mail[name] = value
    if text:
        mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def articles_in(path: Path, data: bytes) -> tuple[list[Article], str]:
    path.write_bytes(data)
    stream = read(path)
    found = list(stream)
    return found, "\n".join(map(str, [*stream.rejected, *stream.notes]))


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a"])
@pytest.mark.parametrize("html", ["", HTML])
def test_a_message_is_an_article(name: str, html: str, tmp_path: Path) -> None:
    ((article,), said) = articles_in(tmp_path / name, message(html=html))
    assert said == ""
    assert (article.id, article.title) == (f"{tmp_path.name}/{name}", "Käufer für den Pier")
    assert (article.source, str(article.date)) == ("Lowmere Post", "2019-03-06T04:30:00Z")
    assert article.body == PROSE.strip()


def test_a_page_that_a_browser_saved_as_a_message_is_that_page(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2019-03-01T10:00:00Z">'
    saved = message(
        html=HTML.replace("<body>", f"<head>{head}<title>Pier - Post</title></head><body>"),
        From="<Saved by Blink>",
        Snapshot_Content_Location="https://post.example/a",
        To="",
    )
    ((article,), _) = articles_in(tmp_path / "a.mhtml", saved)
    assert (article.body, article.url) == (PROSE.strip(), "https://post.example/a")
    assert (article.source, str(article.date)) == ("post.example", "2019-03-01T10:00:00Z")


def test_messages_of_a_mailbox_are_articles(tmp_path: Path) -> None:
    quoted = f"{PROSE}\n\nFrom here on the pier is closed.\n>From there too."
    mails = [
        message(),
        message(quoted.replace("From here", ">From here"), Message_ID="<2@post.example>"),
        message(html=HTML, Message_ID=""),
        message("", Subject="", Message_ID=""),
    ]
    found, said = articles_in(
        tmp_path / "a.mbox", b"".join(SEPARATOR + mail + b"\n" for mail in mails)
    )
    start = f"{tmp_path.name}/a.mbox#"
    assert [article.id for article in found] == [
        f"{start}1@post.example",
        f"{start}2@post.example",
        f"{start}3",
    ]
    assert "From here on the pier is closed." in found[1].body
    assert said.endswith(f"{start}4: the message has neither subject nor text")


@pytest.mark.parametrize("html", ["", "<p>Pier closed.</p><p>Go\nhome.</p>"])
def test_a_text_is_kept_whole_but_for_the_signature(html: str, tmp_path: Path) -> None:
    text = "PIER\n\nPier closed.\n\n\nGo\nhome.\n\n-- \nUnsubscribe here"
    ((article,), _) = articles_in(tmp_path / "a.eml", message(text, html))
    assert article.body == "PIER\nPier closed.\nGo home."


def test_what_is_attached_is_no_text(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "Pier"
    mail.set_content(PROSE)
    mail.add_attachment("Not this. " * 30, filename="a.txt")
    ((article,), _) = articles_in(tmp_path / "a.eml", mail.as_bytes())
    assert (article.body, article.source) == (PROSE.strip(), "a@b.example")


def test_undeclared_encodings_and_dates_that_are_none_lose_no_message(tmp_path: Path) -> None:
    data = (
        b"From: a@b.example\nSubject: Pier\nDate: yesterday\n"
        b"Content-Type: text/plain; charset=nothing\n\n" + "Köln wählt. ".encode("cp1252") * 20
    )
    ((article,), _) = articles_in(tmp_path / "a.eml", data)
    assert (article.body[:11], article.date) == ("Köln wählt.", None)


@pytest.mark.parametrize(
    "start",
    [
        b"From: a\n",
        b"From the desk of: me\n\nText",
        b"From: a\nDate: b\nThis is text.\n\n",
        b"Subject: a\nDate: b\n\nText",
        b"",
    ],
)
def test_other_texts_are_no_mail(start: bytes) -> None:
    assert not is_mail(start)


@given(st.binary(max_size=300))
def test_no_bytes_end_a_mailbox(junk: bytes) -> None:
    junk = junk.replace(b"From ", b"")
    data = SEPARATOR + b"From: a@b\nContent-Type: " + junk + b"\n\n" + SEPARATOR + message()
    found = list(read_mail(BufferedReader(BytesIO(data)), Context("a")))  # type: ignore[arg-type]
    assert isinstance(found[-1], Article)
    assert found[-1].id == "a#1@post.example"
