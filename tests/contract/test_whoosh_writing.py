"""What Whoosh's users do to write does what they expect, or is refused before a byte changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import FileIndex, LockError
from whoosh.multiproc import MpWriter
from whoosh.qparser import QueryParser
from whoosh.query import Term
from whoosh.writing import CLEAR, NO_MERGE, OPTIMIZE, AsyncWriter, BufferedWriter, SegmentWriter

import newsearch
from newsearch import Article, NewsearchError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index of three commits, one of whose articles is deleted."""
    with newsearch.open_index(tmp_path / "archive", create=True) as index:
        for number in range(3):
            index.add(Article(id=f"{number}{i}", body=f"old gold {i}") for i in range(3))
        index.delete("11")
    return tmp_path / "archive"


@pytest.fixture
def stock(path: Path) -> FileIndex:
    return whoosh.index.open_dir(str(path))


OLD = ["00", "01", "02", "10", "12", "20", "21", "22"]


def ids(path: Path, query: str) -> list[str]:
    """Ask newsearch and Whoosh which articles match; the index is whole."""
    with newsearch.open_index(path) as index:
        assert index.check() == []
        found = sorted(record["id"] for record in index.scan(query))
    opened = whoosh.index.open_dir(str(path))
    parsed = QueryParser("body", opened.schema).parse(query)
    with opened.searcher() as searcher:
        docnums = searcher.docs_for_query(parsed)
        assert len(found) == len(list(docnums))
    return found


def test_documents_that_are_added_are_found(path: Path, stock: FileIndex) -> None:
    with stock.writer() as writer:
        writer.add_document(
            id="new", title="Silver up", body="silver rose", source="AP", author=["A. B.", "C. D."],
            date=datetime(2020, 7, 8, 9, 30), topic="metals",
        )  # fmt: skip
        assert writer.doc_count() == 1
    assert ids(path, "silver") == ["new"]
    with newsearch.open_index(path) as index:
        article = index.get("new")
        assert article is not None
        assert (article.author, str(article.date)) == (("A. B.", "C. D."), "2020-07-08T09:30:00Z")
        assert index.count("topic:metals source:ap author:b date:2020-07-08") == 1


def test_an_id_that_is_known_is_updated_by_either_call(path: Path, stock: FileIndex) -> None:
    with stock.writer() as writer:
        writer.add_document(id="00", body="silver")
        writer.update_document(id="01", body="silver")
        writer.update_document(id="01", body="silver, and more silver")
        writer.update_document(id="02", body="old gold 2")
    assert ids(path, "silver") == ["00", "01"]
    assert ids(path, "gold") == OLD[2:]


def test_documents_are_deleted_by_term_query_and_number(path: Path, stock: FileIndex) -> None:
    stock.delete_by_term("id", "00")
    stock.delete_by_query(Term("id", "01") | Term("id", "02"))
    with stock.writer() as writer:
        with writer.reader() as reader:
            docnum = reader.first_id("id", "10")
        assert not writer.is_deleted(docnum)
        writer.delete_document(docnum)
        assert writer.is_deleted(docnum)
        assert writer.has_deletions()
        with pytest.raises(NewsearchError, match="has no document 99"):
            writer.delete_document(99)
        with pytest.raises(NewsearchError, match="has no document 99"):
            writer.is_deleted(99)
        assert not writer.is_deleted(writer.reader().first_id("id", "20"))
        with pytest.raises(NewsearchError, match="add it again"):
            writer.delete_document(docnum, delete=False)
    assert ids(path, "gold") == OLD[4:]


def test_a_document_deleted_after_it_was_added_again_stays(path: Path, stock: FileIndex) -> None:
    with stock.writer() as writer:
        for number in range(1_001):  # more than are held
            writer.add_document(id="00" if not number else f"n{number}", body="old gold 0")
        assert writer.delete_by_term("id", "00") == 1
    assert len(ids(path, "gold")) == 8 + 1_000


def test_optimizing_leaves_one_segment_without_deletions(path: Path, stock: FileIndex) -> None:
    stock.optimize()
    assert ids(path, "gold") == OLD
    with stock.reader() as reader:
        assert reader.is_atomic()
        assert not reader.has_deletions()


@pytest.mark.parametrize(
    ("policy", "n_segments"), [({"mergetype": OPTIMIZE}, 1), ({"merge": False}, 4),
                               ({"mergetype": NO_MERGE}, 4), ({"optimize": True}, 1)],
)  # fmt: skip
def test_policies_of_merging_are_followed(
    path: Path, stock: FileIndex, policy: dict[str, Any], n_segments: int
) -> None:
    writer = stock.writer()
    writer.add_document(id="new", body="silver")
    writer.commit(**policy)
    assert ids(path, "silver OR gold") == [*OLD, "new"]
    with newsearch.open_index(path) as index:
        assert index.stats().segments == n_segments


def test_clearing_leaves_what_the_writer_added(path: Path, stock: FileIndex) -> None:
    writer = stock.writer()
    writer.add_document(id="00", body="old gold 0")
    writer.commit(mergetype=CLEAR)
    assert ids(path, "gold") == ["00"]


def test_a_policy_of_ones_own_is_refused_and_the_writer_goes_on(
    path: Path, stock: FileIndex
) -> None:
    writer = stock.writer()
    writer.add_document(id="new", body="silver")
    with pytest.raises(NewsearchError, match="does not know the merge policy"):
        writer.commit(mergetype=lambda writer, segments: segments)
    writer.commit()
    assert ids(path, "silver") == ["new"]


def test_a_cancelled_writer_changes_nothing(path: Path, stock: FileIndex) -> None:
    before = files(path)
    with pytest.raises(KeyError), stock.writer() as writer:
        writer.add_document(id="00", body="silver")
        writer.delete_by_term("id", "01")
        raise KeyError
    assert files(path) == before
    with pytest.raises(NewsearchError, match="this writer is closed"):
        writer.add_document(id="00", body="silver")


def test_cancelling_after_a_commit_takes_nothing_back(path: Path, stock: FileIndex) -> None:
    writer = stock.writer()
    writer.add_document(id="new", body="silver")
    writer.commit()
    writer.cancel()
    assert ids(path, "silver") == ["new"]


def test_an_index_that_was_opened_to_be_read_has_no_writer(path: Path) -> None:
    opened = whoosh.index.open_dir(str(path), readonly=True)
    with pytest.raises(ReadOnlyError):
        opened.writer()


def test_a_document_that_is_no_article_is_refused_by_itself(path: Path, stock: FileIndex) -> None:
    with stock.writer() as writer:
        for bad in ({"id": "x"}, {"body": "silver", "_boost": 2.0}, {"body": "x" * (9 << 20)}):
            with pytest.raises(NewsearchError):
                writer.add_document(**bad)
        writer.add_document(id="new", body="silver")
    assert ids(path, "silver") == ["new"]


def test_a_second_writer_finds_the_index_locked(path: Path, stock: FileIndex) -> None:
    with stock.writer() as writer:
        with pytest.raises(LockError):
            stock.writer(timeout=0.01)
        later = AsyncWriter(stock, delay=0.01)
        later.add_document(id="later", body="silver")
        later.commit()
        writer.add_document(id="first", body="silver")
    later.join()
    assert ids(path, "silver") == ["first", "later"]


def test_buffered_writer_adds_updates_and_deletes(path: Path, stock: FileIndex) -> None:
    writer = BufferedWriter(stock, period=None, limit=2)
    writer.add_document(id="new", title="Metals", body="silver")
    writer.update_document(id="new", title="Metals", body="silver twice")
    writer.update_document(id="00", body="silver", source="AP")
    writer.delete_by_term("id", "01")
    writer.close()
    assert ids(path, "silver") == ["00", "new"]
    assert ids(path, "gold") == OLD[2:]
    with newsearch.open_index(path) as index:
        assert index.count("title:metals twice") == 1
        assert index.count("source:ap") == 1


def test_buffered_writer_loses_only_the_document_that_is_no_article(
    path: Path, stock: FileIndex
) -> None:
    writer = BufferedWriter(stock, period=None)
    for article_id, body in (("first", "silver"), ("empty", ""), ("last", "silver")):
        writer.add_document(id=article_id, body=body)
    with pytest.warns(UserWarning, match="^empty: .* has neither title nor body"):
        writer.close()
    assert ids(path, "silver") == ["first", "last"]


def test_documents_of_another_index_are_added(path: Path, tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "more", create=True) as index:
        article = Article(id="new", body="silver", date="2019-03-05", extra={"topic": "metals"})
        index.add(article)
    with whoosh.index.open_dir(str(path)).writer() as writer:
        writer.add_reader(whoosh.index.open_dir(str(tmp_path / "more")).reader())
    with newsearch.open_index(path) as index:
        added = index.get("new")
        assert added is not None
        assert (added.extra, str(added.date)) == (article.extra, "2019-03-05")


def test_writer_of_several_processes_adds(path: Path, stock: FileIndex) -> None:
    with stock.writer(procs=2, multisegment=True) as writer:
        writer.add_document(id="new", body="silver")
    assert ids(path, "silver") == ["new"]


def test_a_purged_article_stays_out_with_a_warning(path: Path, stock: FileIndex) -> None:
    with newsearch.open_index(path) as index:
        index.delete("00", purge=True)
    writer = stock.writer()
    writer.add_document(id="00", body="silver")
    with pytest.warns(UserWarning, match="^00: "):
        writer.commit()
    assert ids(path, "silver") == []


def files(path: Path) -> dict[str, bytes]:
    """Digests of the files of an index; the lock has none."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).digest()
        for file in path.iterdir()
        if file.name != "MAIN_WRITELOCK"
    }


@pytest.mark.parametrize(
    "write",
    [
        SegmentWriter,
        lambda index: MpWriter(index, procs=2),
        lambda index: index.add_field("colour", TEXT),
        lambda index: index.remove_field("source"),
    ],
)
def test_what_would_damage_the_index_is_refused(
    path: Path, stock: FileIndex, write: Callable[[FileIndex], object]
) -> None:
    before = files(path)
    with pytest.raises(NewsearchError):
        write(stock)
    assert files(path) == before
    assert ids(path, "gold") == OLD


def test_an_index_that_whoosh_creates_anew_is_repaired(path: Path) -> None:
    whoosh.index.create_in(str(path), Schema(path=ID(stored=True)))
    with pytest.warns(UserWarning, match="is missing"), newsearch.open_index(path) as index:
        [missing] = index.check()
        assert missing.endswith(".toc: is missing")
        assert index.repair().lost == []
    assert ids(path, "gold") == OLD


def test_another_index_in_the_folder_is_whooshs_own(path: Path, stock: FileIndex) -> None:
    other = whoosh.index.create_in(str(path), Schema(path=ID(stored=True)), indexname="other")
    with other.writer() as writer:
        writer.add_document(path="/a")
    assert other.doc_count() == 1
    assert ids(path, "gold") == OLD


def test_indexes_of_whooshs_own_are_written_as_before(tmp_path: Path, stock: FileIndex) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    index = whoosh.index.create_in(str(folder), Schema(path=ID(stored=True)))
    writer = index.writer()
    assert isinstance(writer, SegmentWriter)
    writer.add_document(path="/a")
    writer.commit()
    assert index.doc_count() == 1


@pytest.mark.parametrize("schema", ["None", "Schema(id=ID(stored=True), body=TEXT)"])
def test_a_process_that_never_imported_newsearch_writes(path: Path, schema: str) -> None:
    script = (
        "import sys, whoosh.index as w\n"
        "from whoosh.fields import ID, TEXT, Schema\n"
        f"writer = w.open_dir(sys.argv[1], schema={schema}).writer()\n"
        "writer.add_document(id='new', body='silver')\n"
        "writer.commit()\n"
    )
    run(script, path)
    assert ids(path, "silver OR gold") == [*OLD, "new"]


def test_a_process_that_never_imported_newsearch_writes_to_an_empty_index(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    newsearch.open_index(path, create=True).close()
    script = (
        "import sys, whoosh.index as w\n"
        "index = w.open_dir(sys.argv[1])\n"
        "writer = index.writer()\n"
        "writer.add_document(id='new', body='silver')\n"
        "writer.commit()\n"
    )
    run(script, path)
    assert ids(path, "silver") == ["new"]


def run(script: str, path: Path) -> None:
    command = [sys.executable, "-c", script, str(path)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], env=os.environ)
