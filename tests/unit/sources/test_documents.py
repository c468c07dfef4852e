"""Documents: Word, OpenDocument, EPUB and PDF."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

import pytest

from newsearch.sources import read

TITLE = "Pier to be rebuilt"
BODY = (
    "The harbour board voted on Tuesday to rebuild the northern pier, which a storm had broken.",
    "Work begins in May, the board's chair said, and the ferry will go from the southern quay.",
)
TEXT = (TITLE, "By Mara Quill", "March 4, 2019", *BODY)
Parts = Mapping[str, str | bytes]


def zipped(parts: Parts) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def docx(rows: tuple[str, ...], *, properties: str = "", first: Parts | None = None) -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    runs = "".join(f"<w:p><w:r><w:t>{escape(row)}</w:t></w:r></w:p>" for row in rows)
    core = (
        '<p xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"{properties}</p>"
    )
    parts = {
        "docProps/core.xml": core,
        "word/document.xml": f'<w:d xmlns:w="{name}"><w:body>{runs}</w:body></w:d>',
    }
    return zipped({"[Content_Types].xml": "<Types/>", **(first or {}), **parts})


def odt(rows: tuple[str, ...], *, meta: str = "", manifest: str = "<m/>", top: str = "") -> bytes:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    text = "".join(f"<text:p>{escape(row)}</text:p>" for row in rows)
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "meta.xml": f"<office:m {names}>{meta}</office:m>",
            "content.xml": f"{top}<office:c {names}>{text}</office:c>",
            "META-INF/manifest.xml": manifest,
        }
    )


def chapter(rows: tuple[str, ...]) -> str:
    text = f"<h1>{rows[0]}</h1>" + "".join(f"<p>{row}</p>" for row in rows[1:])
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{text}</body></html>'


def epub(chapters: Mapping[str, str], metadata: str = "") -> bytes:
    items = "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in reversed(chapters))
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<c><rootfile full-path="O/b.opf"/></c>',
            "O/b.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            f"{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"O/{name}.xhtml": text for name, text in chapters.items()},
        }
    )


def test_document_gives_headline_writer_day_and_text(tmp_path: Path) -> None:
    data = {"a.docx": docx(TEXT), "b.odt": odt(TEXT), "c.epub": epub({"one": chapter(TEXT)})}
    for name, content in data.items():
        (tmp_path / name).write_bytes(content)
    stream = read(tmp_path)
    found = list(stream)
    assert not stream.rejected
    assert len(found) == len(data)
    for article in found:
        assert article.title == TITLE
        assert article.author == ("Mara Quill",)
        assert str(article.date) == "2019-03-04"
        assert article.body == "\n".join(BODY)


@pytest.mark.parametrize("name", ["a.zip", "a", "a.txt"])
def test_document_is_known_by_its_parts_in_any_order(tmp_path: Path, name: str) -> None:
    picture = {"word/media/a.png": os.urandom(9000)}
    (tmp_path / name).write_bytes(docx(TEXT, first={"docProps/thumbnail.jpeg": os.urandom(9000)}))
    (tmp_path / "b.docx").write_bytes(docx(TEXT, first=picture))
    assert [article.title for article in read(tmp_path)] == [TITLE, TITLE]


def test_document_in_an_archive_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.docx": docx(TEXT), "b.odt": odt(TEXT)}))
    found = list(read(tmp_path / "a.zip"))
    assert [article.id.partition("#")[2] for article in found] == ["a.docx", "b.odt"]


def test_properties_tell_what_the_text_does_not(tmp_path: Path) -> None:
    properties = (
        "<dc:title>Vote on the pier</dc:title><dc:creator>Ole Brandt</dc:creator>"
        "<dcterms:created>2024-11-02T08:00:00Z</dcterms:created>"
    )
    path = tmp_path / "a.docx"
    path.write_bytes(docx(BODY, properties=properties))
    (article,) = read(path)
    assert (article.title, article.author) == ("Vote on the pier", ("Ole Brandt",))
    assert article.date is None
    assert article.extra == {"created": "2024-11-02T08:00:00Z"}
    (article,) = read(path, date_from="text,data")
    assert str(article.date)[:10] == "2024-11-02"


def test_text_counts_more_than_properties(tmp_path: Path) -> None:
    meta = (
        "<dc:title>A template of the board</dc:title><dc:creator>Who Saved</dc:creator>"
        "<meta:creation-date>2024-11-02T08:00:00</meta:creation-date>"
    )
    (tmp_path / "a.odt").write_bytes(odt(TEXT, meta=meta))
    (article,) = read(tmp_path / "a.odt", date_from="text,data")
    assert (article.title, article.author) == (TITLE, ("Mara Quill",))
    assert str(article.date) == "2019-03-04"


@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("Microsoft Word - pier_final.docx", "Microsoft Office User"),
        ("Untitled document", "admin"),
        ("pier-3.indd", "python-docx"),
    ],
)
def test_what_programs_write_is_no_title_and_no_author(
    tmp_path: Path, title: str, author: str
) -> None:
    properties = f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    (tmp_path / "a.docx").write_bytes(docx(BODY, properties=properties))
    (article,) = read(tmp_path / "a.docx")
    assert article.title != title
    assert article.author == ()


def test_hidden_parts_of_documents_are_no_text(tmp_path: Path) -> None:
    word = docx(("@", *BODY))
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    shown = (
        b"The ferry</w:t><w:tab/><w:t>goes at</w:t><w:noBreakHyphen/><w:t>noon</w:t></w:r><w:r>"
        b"<w:delText>GONE</w:delText><w:instrText>FIELD</w:instrText><w:t> from the quay."
    )
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"@", shown)
    (tmp_path / "a.docx").write_bytes(zipped(parts))
    (article,) = read(tmp_path / "a.docx")
    assert "GONE" not in article.body
    assert "FIELD" not in article.body
    assert "The ferry goes at-noon from the quay." in article.body


def test_chapters_are_articles_in_their_order(tmp_path: Path) -> None:
    other = ("Ferry returns", *BODY)
    chapters = {"cover": chapter(("Lowmere",)), "z": chapter(TEXT), "a": chapter(other)}
    told = (
        "<dc:date>2019-03-06</dc:date><dc:publisher>Lowmere Post</dc:publisher>"
        "<dc:language>en</dc:language>"
    )
    (tmp_path / "a.epub").write_bytes(epub(chapters, told))
    stream = read(tmp_path / "a.epub")
    found = list(stream)
    assert not stream.rejected
    assert [one.id.partition("#")[2] for one in found] == ["O/z.xhtml", "O/a.xhtml"]
    assert [one.title for one in found] == [TITLE, "Ferry returns"]
    assert [str(one.date) for one in found] == ["2019-03-04", "2019-03-06"]
    assert {(one.source, one.lang) for one in found} == {("Lowmere Post", "en")}


def test_day_on_which_calibre_made_a_book_is_no_date(tmp_path: Path) -> None:
    told = "<dc:contributor>calibre (7.1)</dc:contributor><dc:date>2024-11-02</dc:date>"
    (tmp_path / "a.epub").write_bytes(epub({"a": chapter((TITLE, *BODY))}, told))
    (article,) = read(tmp_path / "a.epub")
    assert article.date is None


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odt(TEXT, top=BOMB), "declares entities"),
        (odt(TEXT, manifest="<m><encryption-data/></m>"), "encrypted"),
        (odt(TEXT, top="<open"), "cannot be read"),
        (epub({}), "no chapter"),
        (zipped({"META-INF/container.xml": "<c/>"}), "cannot be read"),
        (zipped({"[Content_Types].xml": "", "ppt/slides/a.xml": ""}), "save it as PDF"),
        (docx(TEXT)[:-40], "damaged"),
        (docx(()), "no running text"),
    ],
)
def test_document_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    stream = read(tmp_path)
    assert not list(stream)
    (remark,) = stream.rejected
    assert reason in remark.reason


def test_text_before_damage_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(odt(TEXT, top="<is-not-closed>"))
    stream = read(tmp_path)
    (article,) = stream
    assert article.body == "\n".join(BODY)
    (remark,) = stream.rejected
    assert "cannot be read to its end" in remark.reason


def test_part_that_is_too_large_or_too_deep_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsearch.sources.zipped._LARGEST_PART_BYTES", 2**20)
    large = zipped({"word/document.xml": b" " * (2**20 + 1)})
    deep = zipped({"word/document.xml": "<a>" * 1001})
    bomb = zipped({"word/document.xml": b" " * (2**23 + 1)})
    for data, reason in ((large, "larger than 1 MiB"), (deep, "1,000 deep"), (bomb, "250 times")):
        if data is bomb:
            monkeypatch.undo()
        (tmp_path / "a.docx").write_bytes(data)
        stream = read(tmp_path)
        assert not list(stream)
        (remark,) = stream.rejected
        assert reason in remark.reason


Row = tuple[int, int, int, str]


def rows_at(left: int, top: int, rows: Iterable[str], *, size: int = 11) -> list[Row]:
    return [(left, top - round(1.25 * size * at), size, row) for at, row in enumerate(rows)]


def pdf(pages: Iterable[Iterable[Row]], *, info: str = "", trailer: str = "") -> bytes:
    streams = [
        "".join(f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, size, text in page)
        for page in pages
    ]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(streams)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}/MediaBox[0 0 595 842]"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
        "/Encoding/WinAnsiEncoding>>>>>>>>",
        f"<<{info}>>",
    ]
    for at, stream in enumerate(streams):
        objects.append(f"<</Type/Page/Parent 2 0 R/Contents {5 + 2 * at} 0 R>>")
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}endstream")
    data, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(f"{len(data):010} 00000 n \n")
        data += f"{number} 0 obj{text}endobj\n".encode("latin-1")
    table = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{''.join(places)}"
    end = f"trailer<</Size {len(places) + 1}/Root 1 0 R/Info 3 0 R{trailer}>>"
    return data + f"{table}{end}\nstartxref\n{len(data)}\n%%EOF".encode("latin-1")


STORM = (
    "The storm cut the pier in two and sank four boats of the village. Nobody was hurt, the coast"
    " guard said on Monday, though two men had spent the night on the rocks below the old light.",
    "Residents had asked for a lift for the disabled and for lights at the steps. The board will"
    " hear them again in June, and again before the ferry goes from the northern quay once more.",
)
CREDITS = ("By Mara Quill", "March 4, 2019")


def paragraphs_of(path: Path, data: bytes) -> list[str]:
    pytest.importorskip("pypdfium2")
    path.write_bytes(data)
    (article,) = read(path)
    assert article.title == TITLE
    assert (article.author, str(article.date)) == (("Mara Quill",), "2019-03-04")
    return article.body.split("\n")


def test_lines_of_pdf_become_paragraphs_again(tmp_path: Path) -> None:
    rows = [row for paragraph in (*BODY, *STORM) for row in wrap(paragraph, 60)]
    page = rows_at(60, 780, (TITLE, *CREDITS, *rows))
    assert paragraphs_of(tmp_path / "a.pdf", pdf([page])) == [*BODY, *STORM]


@pytest.mark.parametrize("is_by_rows", [False, True])
def test_columns_of_pdf_are_read_one_after_the_other(tmp_path: Path, is_by_rows: bool) -> None:
    left = rows_at(60, 700, [row for text in BODY for row in wrap(text, 38)], size=10)
    right = rows_at(310, 702, [row for text in STORM for row in wrap(text, 38)], size=10)
    head = [(60, 780, 20, TITLE), *rows_at(60, 750, CREDITS)]
    body = sorted([*left, *right], key=lambda row: -row[1]) if is_by_rows else [*left, *right]
    # Where a sentence ends a line that has room left, a paragraph may end.
    found = paragraphs_of(tmp_path / "a.pdf", pdf([[*head, *body]]))
    assert found[:3] == [*BODY, STORM[0]]
    assert " ".join(found[3:]) == STORM[1]


def test_heads_and_numbers_of_pages_are_no_text(tmp_path: Path) -> None:
    rows = [row for text in (*BODY, *STORM) for row in wrap(text, 60)]
    pages = [rows_at(60, 780, (TITLE, *CREDITS, *rows[:5])), rows_at(60, 780, rows[5:])]
    shown = [
        [(60, 815, 9, "LOWMERE POST Tuesday edition"), *page, (280, 20, 9, f"Page {n} of 2")]
        for n, page in enumerate(pages, 1)
    ]
    assert paragraphs_of(tmp_path / "a.pdf", pdf(shown)) == [*BODY, *STORM]


def test_words_cut_at_line_ends_are_whole_again(tmp_path: Path) -> None:
    rows = (
        "The harbour board voted on Tuesday to rebuild the north-",
        "ern pier, and the well-known master of the ferry a well-",
        "known inn. The Anglo-",
        "Saxon boats came on 5-",
        "6 May to the harbour of the village, said the coast guard.",
    )
    (body,) = paragraphs_of(tmp_path / "a.pdf", pdf([rows_at(60, 780, (TITLE, *CREDITS, *rows))]))
    for words in ("northern pier", "a well-known inn", "Anglo-Saxon", "on 5-"):
        assert words in body


def test_day_on_which_a_pdf_was_made_is_no_date(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    info = "/Title(Vote on the pier)/Author(Ole Brandt)/CreationDate(D:20241102080000Z)"
    rows = [row for text in (*BODY, *STORM) for row in wrap(text, 60)]
    data = pdf([rows_at(60, 780, rows)], info=info)
    (tmp_path / "a.pdf").write_bytes(data)
    (article,) = read(tmp_path / "a.pdf")
    assert (article.title, article.author) == ("Vote on the pier", ("Ole Brandt",))
    assert (article.date, article.extra) == (None, {"created": "2024-11-02T08:00:00"})
    told = b"%<prism:publicationDate>2019-03-05</prism:publicationDate>"
    (tmp_path / "a.pdf").write_bytes(data + told)
    (article,) = read(tmp_path / "a.pdf")
    assert str(article.date) == "2019-03-05"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([[], []]), "OCR"),
        (pdf([rows_at(60, 780, TEXT)]).replace(b"Catalog", b"Nothing")[:200], "damaged"),
        (
            pdf(
                [rows_at(60, 780, TEXT)],
                trailer=f"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4"
                f"/O<{'00' * 32}>/U<{'00' * 32}>>>",
            ),
            "encrypted",
        ),
        (pdf([rows_at(60, 780, ("Menu",))]), "no running text"),
    ],
)
def test_pdf_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    pytest.importorskip("pypdfium2")
    (tmp_path / "a").write_bytes(data)
    stream = read(tmp_path)
    assert not list(stream)
    (remark,) = stream.rejected
    assert reason in remark.reason


def test_pages_without_text_are_told_of(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    (tmp_path / "a.pdf").write_bytes(pdf([rows_at(60, 780, [*TEXT]), []]))
    stream = read(tmp_path)
    assert len(list(stream)) == 1
    (note,) = stream.notes
    assert "1 of 2 pages are without text" in note.reason


def test_missing_reader_of_pdf_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (tmp_path / "a.pdf").write_bytes(pdf([rows_at(60, 780, TEXT)]))
    stream = read(tmp_path)
    assert not list(stream)
    (remark,) = stream.rejected
    assert "pip install 'newsearch[documents]'" in remark.reason


def test_export_of_a_database_in_pdf_gives_each_article(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    place = 800
    page: list[Row] = []
    for title, text in ((TITLE, BODY), ("Ferry returns", STORM)):
        labels = ("Local", title, "By Mara Quill", "152 words", "4 March 2019", "Lowmere Post")
        codes = ("LOWP", "A3", "English", "(c) 2019 Lowmere Post.")
        for row in (*labels, *codes, *text, "Document LOWP000020190304ef3400001"):
            for line in wrap(row, 90):
                page.append((60, place, 9, line))
                place -= 11
            place -= 6
    (tmp_path / "a.pdf").write_bytes(pdf([[*page, (60, 20, 7, "Page 1 of 1 (c) 2024 Factiva")]]))
    stream = read(tmp_path / "a.pdf")
    found = list(stream)
    assert not stream.rejected
    assert [one.title for one in found] == [TITLE, "Ferry returns"]
    assert [one.body.split("\n") for one in found] == [[*BODY], [*STORM]]
    assert {(one.source, one.section, str(one.date)) for one in found} == {
        ("Lowmere Post", "Local", "2019-03-04")
    }


@pytest.mark.parametrize("day", ["5 May 2019", "May 5, 2019"])
def test_day_at_the_edge_of_a_page_is_no_page_number(tmp_path: Path, day: str) -> None:
    pytest.importorskip("pypdfium2")
    rows = [row for text in (*BODY, *STORM) for row in wrap(text, 60)]
    data = pdf([rows_at(60, 780, (TITLE, "By Mara Quill", day, *rows))])
    (tmp_path / "a.pdf").write_bytes(data)
    (article,) = read(tmp_path / "a.pdf")
    assert str(article.date) == "2019-05-05"
