"""Zip and tar archives: every file that can be read is, and everything else is named."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from newsearch.sources import archives, read, unpacking

PROSE = b"The envoy agreed on Wednesday to continue working closely with the ministry.\n" * 2
PAGE = b"<html><body><h1>Envoys meet in Tokyo</h1><p>%s</p></body></html>" % PROSE
Files = Mapping[str, bytes]
Pack = Callable[[Files], bytes]


def record(article_id: str) -> bytes:
    return json.dumps({"id": article_id, "body": "b"}).encode() + b"\n"


def zipped(files: Files) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Files) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


every_way = pytest.mark.parametrize("pack", [zipped, tarred])


def found_in(path: Path, data: bytes, **options: str) -> tuple[list[str], str]:
    """Read a file; return the ids of its articles, and all that is said."""
    path.write_bytes(data)
    stream = read(path, **options)  # type: ignore[arg-type]
    ids = [article.id.removeprefix(f"{path.parent.name}/") for article in stream]
    return ids, "\n".join(map(str, [*stream.rejected, *stream.notes]))


@every_way
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a", "a.tar.gz"])
def test_each_file_is_read_as_what_it_holds(pack: Pack, name: str, tmp_path: Path) -> None:
    files = {
        "folder/page.html": PAGE,
        "./b.txt": PAGE,
        "c.jsonl": record("c"),
        "d.jsonl.gz": gzip.compress(record("d")),
        "e.txt": record("e"),
        "f.png": b"\x89PNG" + os.urandom(99),
        ".hidden.txt": PROSE,
        "__MACOSX/g.txt": PROSE,
    }
    data = pack(files)
    ids, said = found_in(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)
    assert ids == [f"{name}#folder/page.html", f"{name}#b.txt", "c", "d", "e"]
    assert said.endswith(f"{name}#f.png: skipped, no reader knows this kind of file: an image")
    assert said.count("\n") == 0


@every_way
def test_a_format_that_is_named_is_that_of_the_files_of_an_archive(
    pack: Pack, tmp_path: Path
) -> None:
    data = pack({"a": record("a"), "b": PROSE})
    ids, said = found_in(tmp_path / "a.zip", data, format="jsonl")
    assert ids == ["a"]
    assert "a.zip#b:1: not JSON" in said
    assert found_in(tmp_path / "a.zip", data, format="zip")[0] == ["a"]


@every_way
def test_archives_are_read_one_within_another_and_no_deeper(pack: Pack, tmp_path: Path) -> None:
    inner = {"a.txt": PAGE, "deep.zip": zipped({"b.txt": PROSE})}
    files = {"in.zip": zipped(inner), "in.tar": tarred(inner), "c.jsonl": record("c")}
    ids, said = found_in(tmp_path / "x", pack(files))
    assert ids == ["x#in.zip#a.txt", "x#in.tar#a.txt", "c"]
    assert [line.partition(": ")[2] for line in said.splitlines()] == [
        f"{tmp_path.name}/x#in.{way}#deep.zip: archives are read one within another, no deeper; "
        "unpack it first"
        for way in ("zip", "tar")
    ]


@every_way
def test_paths_that_lead_out_of_an_archive_are_named(pack: Pack, tmp_path: Path) -> None:
    files = {"../a.txt": PROSE, "b\\..\\..\\c.txt": PROSE, "/d.txt": PAGE}
    ids, said = found_in(tmp_path / "x", pack(files))
    assert ids == ["x#d.txt"]
    assert said.count("its path leads out of the archive; rename it") == 2


def test_links_in_a_tar_archive_are_not_followed(tmp_path: Path) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        link = tarfile.TarInfo("\udce9.txt")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret.txt")
        archive.addfile(link)
    (tmp_path / "secret.txt").write_bytes(PROSE)
    ids, said = found_in(tmp_path / "x.tar", data.getvalue())
    assert (ids, r"\xe9.txt: skipped, not a file of data" in said) == ([], True)


def test_encrypted_files_are_named_and_the_others_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jsonl": record("a"), "b.jsonl": record("b")}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    ids, said = found_in(tmp_path / "x.zip", bytes(data))
    assert ids == ["b"]
    assert "x.zip#a.jsonl: it is encrypted; unpack it with its password first" in said


def test_a_damaged_file_of_a_zip_archive_costs_no_other(tmp_path: Path) -> None:
    files = {name: record(name) * 9 + os.urandom(500).hex().encode() for name in "abc"}
    data = bytearray(zipped(files))
    at = data.index(b"PK\x03\x04", 4)
    data[at + 100 : at + 110] = bytes(10)
    ids, said = found_in(tmp_path / "x.zip", bytes(data))
    assert {"a", "c"} <= set(ids)
    assert "x.zip#b: not read to its end" in said


def test_a_zip_archive_without_its_end_is_named(tmp_path: Path) -> None:
    ids, said = found_in(tmp_path / "x.zip", zipped({"a.txt": PROSE})[:-30])
    assert ids == []
    assert "the zip archive is damaged: " in said
    assert "get it again, or repair it with 'zip -FF'" in said


@pytest.mark.parametrize("damage", ["cut", "header"])
def test_what_is_whole_in_a_damaged_tar_archive_is_read(damage: str, tmp_path: Path) -> None:
    data = bytearray(tarred({name: record(name) for name in "abc"}))
    if damage == "header":
        data[1024:1100] = os.urandom(76)
    ids, said = found_in(tmp_path / "x.tar", bytes(data) if damage == "header" else data[:2060])
    assert ids == (["a", "c"] if damage == "header" else ["a", "b"])
    assert "the tar archive " in said


def test_the_end_of_a_tar_archive_that_was_added_to_hides_nothing(tmp_path: Path) -> None:
    data = tarred({"a": record("a")}) + tarred({"b": record("b")})
    assert found_in(tmp_path / "x.tar", data) == (["a", "b"], "")


def test_files_that_grow_without_proportion_are_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL_BYTES", 2**16)
    files = {"a.jsonl": record("a") + b" " * 2**20, "b.jsonl": record("b")}
    ids, said = found_in(tmp_path / "x.zip", zipped(files))
    assert ids == ["a", "b"]
    assert "x.zip#a.jsonl: not read to its end: it unpacks to more than 250 times" in said


def test_what_grows_step_by_step_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL_BYTES", 2**16)
    inner = zipped({"a.jsonl": record("a") * 2000})
    data = gzip.compress(tarred({f"{number}.zip": inner for number in range(40)}))
    assert len(inner) * 250 > 2000 * len(record("a"))
    assert len(data) * 250 > 40 * len(inner)
    ids, said = found_in(tmp_path / "x", data)
    assert 0 < len(ids) < 40 * 2000
    assert "it unpacks to more than 250 times its size" in said


def test_files_that_lie_over_one_another_are_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL_BYTES", 2**16)
    data = zipped({"a.jsonl": record("a") * 10_000})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, n = data[at:end], 60
    tail = data[end : end + 8] + struct.pack("<HHIIH", n, n, len(entry) * n, at, 0)
    stream_ids, said = found_in(tmp_path / "x.zip", data[:at] + entry * n + tail)
    assert len(stream_ids) < 60 * 10_000
    assert "it unpacks to more than 250 times its size" in said or "overlap" in said


@pytest.mark.parametrize("limit", [2**31, 100])
def test_a_zip_archive_from_a_pipe_is_copied_up_to_a_limit(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_LARGEST_COPY_BYTES", limit)
    data = zipped({"a.txt": PAGE, "b.jsonl": record("b"), "c.png": b"\x89PNG\0\0"})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    stream = read("-")
    ids = [article.id for article in stream]
    assert ids == (["-#a.txt", "b"] if limit > 100 else [])
    assert len(stream.rejected) == (limit == 100)
    assert len(stream.notes) == (limit > 100)


def test_names_in_utf8_that_do_not_say_so_are_read(tmp_path: Path) -> None:
    data = zipped({"Käse.txt": PAGE}).replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")
    assert found_in(tmp_path / "x.zip", data)[0] == ["x.zip#Käse.txt"]


@pytest.mark.parametrize("first", ["[Content_Types].xml", "word/document.xml", "mimetype"])
def test_documents_in_the_form_of_archives_are_no_archives(first: str, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(first, "application/epub+zip")
        archive.writestr("a.txt", PROSE)
    (tmp_path / "x.odd").write_bytes(data.getvalue())
    assert list(read(tmp_path)) == []
