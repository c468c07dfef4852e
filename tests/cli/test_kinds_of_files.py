"""A folder with a file of each kind: one command loads it, and names what it cannot read."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import zstandard

import newsearch
from newsearch.cli import run

PROSE = "The harbour board voted on Tuesday to rebuild the {} pier, which a storm had broken."
MAIL = "From: Lowmere Post <a@b.example>\nSubject: Pier\nDate: Tue, 5 Mar 2019 10:00:00 +0000\n\n"


def record(word: str) -> bytes:
    fields = {"title": "Pier", "body": PROSE.format(word), "date": "2019-03-05"}
    return json.dumps(fields | {"source": "Lowmere Post"}).encode() + b"\n"


def page(word: str) -> bytes:
    told = '{"@type": "NewsArticle", "datePublished": "2019-03-05", "publisher": "Lowmere Post"}'
    head = f'<script type="application/ld+json">{told}</script><title>Pier</title>'
    text = f"<h1>Pier</h1><p>{PROSE.format(word)} Work begins in May, its chair said.</p>"
    return f"<!doctype html><html><head>{head}</head><body>{text}</body></html>".encode()


def rss(word: str) -> bytes:
    item = f"<title>Pier</title><pubDate>2019-03-05</pubDate><description>{PROSE.format(word)}"
    return f"<rss><channel><title>Lowmere Post</title><item>{item}</description></item>".encode()


def json_feed(word: str) -> bytes:
    item = {"title": "Pier", "content_text": PROSE.format(word), "date_published": "2019-03-05"}
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "Lowmere Post", "items": [item]}).encode()


def warc(word: str) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(word)
    return b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%s" % (len(block), block)


def zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def database(word: str, path: Path) -> bytes:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE news (title, body, date, source)")
    row = ("Pier", PROSE.format(word), "2019-03-05", "Lowmere Post")
    connection.execute("INSERT INTO news VALUES (?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    return path.read_bytes()


def files(folder: Path) -> dict[str, bytes]:
    """Return files of all kinds; each has an article with the word that its name is."""
    table = "Headline;Full Text;Date;Publication\nPier;{};05.03.2019;Lowmere Post\n"
    return {
        "jsonl.txt": record("jsonl"),
        "json": b'{"articles": [%s]}' % record("json"),
        "csv.csv": table.format(PROSE.format("csv")).encode("utf-16"),
        "html.bin": page("html"),
        "gz": gzip.compress(record("gz")),
        "bz2": bz2.compress(record("bz2")),
        "xz": lzma.compress(record("xz")),
        "zst": zstandard.ZstdCompressor().compress(record("zst")),
        "zip": zipped({"deep/a.html": page("zip"), "b.tgz": tarred("c.jsonl", record("nested"))}),
        "tar": tarred("d/e.jsonl", record("tar")),
        "warc": gzip.compress(warc("warc")),
        "rss.xml": rss("rss"),
        "feed.json": json_feed("feed"),
        "eml": f"{MAIL}{PROSE.format('eml')}".encode(),
        "mbox": f"From a@b.example Tue Mar 5 10:00:00 2019\n{MAIL}{PROSE.format('mbox')}".encode(),
        "sqlite": database("sqlite", folder / "a.db"),
    }


UNREADABLE = {
    "cut.zip": (zipped({"a.txt": b"text"})[:-20], "get it again, or repair it"),
    "map.xml": (b"<urlset><url><loc>https://x</loc></url></urlset>", "load the pages"),
    "noise.txt": (bytes(range(256)) * 80, "save it as text, HTML, JSON or CSV"),
}


def test_one_command_loads_a_folder_of_all_kinds_of_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    made = files(tmp_path)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    for name, (data, _) in UNREADABLE.items():
        (folder / name).write_bytes(data)
    index_path = tmp_path / "index"
    assert run(["index", str(folder), "--index", str(index_path)]) == 0
    told = capsys.readouterr().err.splitlines()
    for name, (_, advice) in UNREADABLE.items():
        assert [advice in line for line in told if f"/{name}: " in line] == [True]
    with newsearch.open_index(index_path) as index:
        words = [*(name.partition(".")[0] for name in made), "nested"]
        for word in words:
            (hit,) = index.search(f"{word} pier")
            article = hit.article
            found = (article.title, article.source, str(article.date)[:10])
            assert found == ("Pier", "Lowmere Post", "2019-03-05"), word


def test_notes_are_summed_up_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_bytes(record("jsonl"))
    for number in range(150):
        (tmp_path / f"{number:03}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    index = ["--index", str(tmp_path / "index")]
    assert run(["index", str(tmp_path), *index]) == 0
    (note,) = capsys.readouterr().err.splitlines()
    reason = "skipped, no reader knows this kind of file: an image; 149 more of this kind"
    assert note == f"note: {tmp_path}/000.png: {reason}"
    assert run(["index", str(tmp_path), *index, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (len(report["notes"]), report["notes_more"]) == (100, 50)
