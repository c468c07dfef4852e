"""Segments under Whoosh: sharing, refusing, and the whole way from `open_index` to stock Whoosh."""

from __future__ import annotations

import gc
import pickle
import shutil
import weakref

import numpy as np
import pytest
from support.whoosh_indexes import news_index, write_segment
from whoosh import query
from whoosh.filedb.filestore import copy_to_ram
from whoosh.index import open_dir

import newsearch
from newsearch.analysis.stems import stem
from newsearch.article import Article
from newsearch.codec.records import open_segment
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.index.segment_info import NewsSegmentInfo

ARTICLES = [Article(id=f"{n}", title=f"Summit {n}", body="Kim ran to the summit") for n in range(3)]


def test_readers_of_a_segment_share_the_open_file(tmp_path):
    listed = write_segment(tmp_path, ARTICLES, ())

    first = open_segment(tmp_path, listed)

    assert open_segment(tmp_path, listed) is first


def test_segment_is_given_up_with_its_last_reader(tmp_path):
    listed = write_segment(tmp_path, ARTICLES, ())
    seen = weakref.ref(open_segment(tmp_path, listed))

    gc.collect()

    assert seen() is None


def test_file_of_another_segment_is_refused(tmp_path):
    listed, other = (write_segment(tmp_path, ARTICLES[:n], ()) for n in (2, 3))
    (tmp_path / other.file_name).replace(tmp_path / listed.file_name)

    with pytest.raises(CorruptIndexError, match="not the segment"):
        open_segment(tmp_path, listed)


def test_deletions_without_their_list_are_refused(tmp_path):
    listed = write_segment(tmp_path, ARTICLES, ())

    with pytest.raises(CorruptIndexError, match="other deletions"):
        listed.with_deleted(np.array([True, False, True]), None).read_deleted(tmp_path)


def test_list_of_other_deletions_is_refused(tmp_path):
    listed = write_segment(tmp_path, ARTICLES, (0, 2))

    assert listed.read_deleted(tmp_path).tolist() == [True, False, True]
    for others in ([True, False, False], [True, True, False]):
        with pytest.raises(CorruptIndexError, match="other deletions"):
            listed.with_deleted(np.array(others), listed.live_name).read_deleted(tmp_path)


def test_whoosh_cannot_write_to_our_segments(tmp_path):
    listed = NewsSegmentInfo(write_segment(tmp_path, ARTICLES, ()))

    for refused in (
        lambda: listed.delete_document(0),
        lambda: listed.set_doc_count(1),
        lambda: listed.codec().new_segment(None, "MAIN"),
        lambda: listed.codec().field_writer(None, listed),
        lambda: listed.codec().per_document_writer(None, listed),
        lambda: listed.codec().postings_writer(None),
    ):
        with pytest.raises(IndexingError, match="read-only"):
            refused()


def test_whoosh_reader_gives_the_open_segment(tmp_path):
    news_index(tmp_path, [ARTICLES])

    with open_dir(str(tmp_path)).reader() as reader:
        assert reader.codec().opened.articles == 3


def test_stock_whoosh_finds_what_newsearch_finds_after_updates_and_deletions(tmp_path):
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES)
        index.add([Article(id="1", body="Nobody ran"), Article(id="9", body="A late summit")])
        index.delete(["2"])
        ours = {text: {hit.id for hit in index.search(text)} for text in ("summit", "ran", "kim")}

    with open_dir(str(tmp_path / "index")).searcher() as searcher:
        for text, ids in ours.items():
            stemmed = stem(text, "en")
            asked = query.Or([query.Term("title", stemmed), query.Term("body", stemmed)])
            found = {hit["id"] for hit in searcher.search(asked, limit=None)}
            assert found == ids
    assert ours == {"summit": {"0", "9"}, "ran": {"0", "1"}, "kim": {"0"}}


def test_index_is_copied_into_memory_and_searched(tmp_path, monkeypatch):
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES)
        index.delete(["1"])
    monkeypatch.chdir(tmp_path / "index")  # a storage in memory says that it lies here
    memory = copy_to_ram(open_dir(".").storage)
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(tmp_path / "index")

    with memory.open_index().searcher() as searcher:
        found = searcher.search(query.Term("body", "summit"))
        assert {hit["id"] for hit in found} == {"0", "2"}
        assert found[0].highlights("body").endswith("</b>")


def test_pickled_segment_is_the_same_after_it_was_opened(tmp_path):
    index = news_index(tmp_path, [ARTICLES], (1,))
    with open_dir(str(tmp_path)).reader() as reader:
        segment = reader.segment()
        assert segment.is_deleted(1)
        assert not pickle.loads(pickle.dumps(segment)).opened_deletions
    assert index.doc_count() == 2
