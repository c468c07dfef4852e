"""Reading tables of contents: safely, and while commits replace them."""

from __future__ import annotations

import gc
import os
import pickle
import tracemalloc
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inside import before_reading_a_toc, toc_without_checksum
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, open_dir

import newsearch
from newsearch.codec.records import SegmentRecord
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.index import snapshot as snapshots
from newsearch.index import toc as tocs
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.index.snapshot import Snapshot
from newsearch.index.toc import decode_toc, read_toc, toc_name
from newsearch.index.toc_writing import encode_toc
from newsearch.index.whoosh_index import NamedSchema
from newsearch.index.whoosh_schema import build_schema

SEGMENTS = [
    SegmentRecord(bytes(range(16)), 7, deleted=2, live_name="MAIN_00.3.live"),
    SegmentRecord(bytes(16), 900),
]
LISTED = [NewsSegmentInfo(record) for record in SEGMENTS]


class Shout:
    """Pickles to a call of os.system."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self):
        return os.system, (f"touch {self.witness}",)


def whoosh_toc(folder: Path, segments: object, generation: int = 3) -> Path:
    """Write a TOC as Whoosh does, with anything in place of the segments."""
    toc = TOC(build_schema(), segments, generation)
    toc.write(FileStorage(str(folder)), "MAIN")
    return folder / toc_name(generation)


def test_toc_reads_back_what_was_written():
    found = decode_toc(Path("x"), encode_toc(SEGMENTS, 12), 12)

    assert found.segments == SEGMENTS
    assert found.commit.generation == 12


def test_toc_that_whoosh_wrote_is_read(tmp_path):
    whoosh_toc(tmp_path, LISTED)

    assert read_toc(tmp_path).segments == SEGMENTS


def test_stock_whoosh_reads_our_toc(tmp_path):
    (tmp_path / toc_name(4)).write_bytes(encode_toc(SEGMENTS, 4))

    read = open_dir(str(tmp_path))._segments()  # noqa: SLF001 - of Whoosh
    assert [vars(segment) for segment in read] == [vars(segment) for segment in LISTED]
    assert [segment.record for segment in read] == SEGMENTS


def test_newest_toc_is_read_and_temporary_files_are_not(tmp_path):
    for generation in (9, 10):
        (tmp_path / toc_name(generation)).write_bytes(encode_toc(SEGMENTS, generation))
    (tmp_path / f"{toc_name(11)}.tmp").write_bytes(b"")

    assert read_toc(tmp_path).commit.generation == 10


def test_hostile_segments_do_not_run(tmp_path):
    witness = tmp_path / "witness"
    path = whoosh_toc(tmp_path, [Shout(witness)])

    with pytest.raises(CorruptIndexError, match="the table of contents is damaged"):
        read_toc(tmp_path)
    assert not witness.exists()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        TOC.read(FileStorage(str(tmp_path)), "MAIN")
        gc.collect()
    assert witness.exists(), f"{path.name} is not hostile, so this test proves nothing"


def test_hostile_schema_does_not_run(tmp_path, monkeypatch):
    witness = tmp_path / "witness"
    monkeypatch.setattr(NamedSchema, "__reduce__", lambda _: Shout(witness).__reduce__())
    (tmp_path / toc_name(1)).write_bytes(toc_without_checksum(encode_toc([], 1)))

    assert read_toc(tmp_path).segments == []
    assert not witness.exists()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(Exception, match="Schema"):
            TOC.read(FileStorage(str(tmp_path)), "MAIN")
        gc.collect()
    assert witness.exists(), "it is not hostile, so this test proves nothing"


def test_a_few_bytes_cannot_ask_for_much_memory():
    content = toc_without_checksum(encode_toc([], 1))
    pickled = pickle.dumps([], -1)
    assert content.endswith(pickled)
    hostile = content.removesuffix(pickled) + b"\x80\x02]r\xff\xff\xff\x0f."
    tracemalloc.start()
    try:
        decode_toc(Path("x"), hostile, 1)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def changed(**attributes: object) -> NewsSegmentInfo:
    segment = NewsSegmentInfo(SegmentRecord(bytes(16), 7))
    segment.__dict__.update(attributes)
    return segment


@pytest.mark.parametrize(
    "segment",
    [
        changed(segid="../../etc/passwd"),
        changed(segid=b"0" * 32),
        changed(live_name="../secret"),
        changed(live_name="/etc/passwd"),
        changed(live_name="a\nb"),
        changed(articles=-1),
        changed(articles=1 << 40),
        changed(articles="7"),
        changed(deleted=8),
        changed(indexname="OTHER"),
        {"segid": "0" * 32, "articles": 7},
        NewsSegmentInfo,
        None,
    ],
    ids=repr,
)
def test_impossible_segment_is_refused(tmp_path, segment):
    whoosh_toc(tmp_path, [segment])

    with pytest.raises(CorruptIndexError, match="impossible segment"):
        read_toc(tmp_path)


def test_segment_named_twice_is_refused(tmp_path):
    whoosh_toc(tmp_path, [LISTED[0], LISTED[0]])

    with pytest.raises(CorruptIndexError, match="twice"):
        read_toc(tmp_path)


def test_attribute_in_place_of_a_method_does_not_survive(tmp_path):
    whoosh_toc(tmp_path, [changed(codec=7)])

    assert read_toc(tmp_path).segments == [SegmentRecord(bytes(16), 7)]


@given(st.data())
def test_any_flipped_byte_is_noticed(data):
    content = bytearray(encode_toc(SEGMENTS, 5))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(CorruptIndexError):
        decode_toc(Path("x"), bytes(content), 5)


@given(st.data())
def test_damage_without_a_checksum_is_an_error_or_harmless(data):
    content = bytearray(toc_without_checksum(encode_toc(SEGMENTS, 5)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    try:
        found = decode_toc(Path("x"), bytes(content[: cut or None]), 5)
    except CorruptIndexError:
        return
    for segment in found.segments:
        assert "/" not in segment.file_name


def test_damaged_toc_leaves_no_file_open(tmp_path):
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")
    (tmp_path / toc_name(1)).write_bytes(encode_toc(SEGMENTS, 1)[:300])
    before = len(list(descriptors.iterdir()))

    with pytest.raises(CorruptIndexError):
        read_toc(tmp_path)

    assert len(list(descriptors.iterdir())) == before


def test_missing_toc_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tocs, "_PAUSE_S", 0)

    with pytest.raises(CorruptIndexError, match="is missing"):
        read_toc(tmp_path)


def test_toc_removed_by_a_commit_is_looked_for_again(tmp_path, monkeypatch):
    old, new = (tmp_path / toc_name(generation) for generation in (1, 2))
    old.write_bytes(encode_toc(SEGMENTS[:1], 1))

    def commit(path: Path) -> None:
        if path == old:
            new.write_bytes(encode_toc(SEGMENTS, 2))
            old.unlink()

    before_reading_a_toc(commit, monkeypatch)

    assert read_toc(tmp_path).commit.generation == 2


def test_segment_removed_by_a_commit_makes_the_snapshot_start_over(tmp_path, monkeypatch):
    (tmp_path / toc_name(1)).write_bytes(encode_toc(SEGMENTS[1:], 1))
    open_segment = snapshots.open_segment

    def commit_just_before(folder, segment):
        (tmp_path / toc_name(2)).write_bytes(encode_toc([], 2))
        return open_segment(folder, segment)

    monkeypatch.setattr(snapshots, "open_segment", commit_just_before)
    snapshot = Snapshot(tmp_path)

    assert (snapshot.commit.generation, snapshot.segments) == (2, [])


def test_missing_segment_of_the_newest_commit_is_an_error(tmp_path):
    (tmp_path / toc_name(1)).write_bytes(encode_toc(SEGMENTS[1:], 1))

    with pytest.raises(CorruptIndexError, match=r"\.seg: a file of the index is missing"):
        Snapshot(tmp_path)


def test_opening_an_index_reads_its_toc_once(tmp_path, monkeypatch):
    newsearch.open_index(tmp_path / "index", create=True).close()
    read = []
    before_reading_a_toc(read.append, monkeypatch)

    newsearch.open_index(tmp_path / "index").close()

    assert read == [tmp_path / "index" / toc_name(0)]


def test_index_that_may_not_be_read_is_an_error_that_says_so(tmp_path, monkeypatch):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    newsearch.open_index(tmp_path / "index", create=True).close()
    before_reading_a_toc(refuse, monkeypatch)

    with pytest.raises(IndexingError, match=r"0\.toc: permission denied; choose a folder you may"):
        newsearch.open_index(tmp_path / "index")
