"""Damaged segments: an error that says so, or the same data; never anything else."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.codec_segments import write_sample
from support.segment_contents import check_segment
from support.segment_files import HEAD_BYTES, seal, seal_head, table_start

from newsearch.codec.coding import decoding
from newsearch.codec.framing import ArrayFile
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "a.seg"
    write_sample(path, articles=300)
    return path.read_bytes()


def read_everything(path: Path) -> None:
    """Use every reader on a file, as searching would."""
    with Segment(path) as segment:
        text = segment.inverted("text")
        for term in range(len(text.terms)):
            _use(lambda term=term: text.postings.run(term, term + 1))
            _use(lambda term=term: _decode(text.postings, term))
        for form in (b"half", b"\xff", text.forms.forms[0]):
            _use(lambda form=form: text.forms.rows(form))
        _use(lambda: list(segment.stored))
        _use(lambda: list(map(segment.columns.coded("source").value, range(9))))
        _use(lambda: list(map(segment.columns.coded_lists("author").value, range(9))))
        _use(lambda: segment.columns.order("date").docnums(5))


def _decode(postings, term: int) -> None:
    decoding.read_entries(postings, postings.entries(term))


def _use(read) -> None:
    with contextlib.suppress(CorruptIndexError):
        read()


@given(data=st.data())
def test_flipped_bytes_are_found_by_the_check(tmp_path_factory, whole, data):
    path = tmp_path_factory.mktemp("flip") / "a.seg"
    path.write_bytes(whole)
    with ArrayFile(path) as file:
        spans = [(s.offset, s.offset + s.size_bytes) for s in file.sections.values()]
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(flipped)
    is_covered = any(start <= at < end for start, end in spans) or at < HEAD_BYTES
    assert check_segment(path) != [] or not is_covered
    with contextlib.suppress(CorruptIndexError):
        read_everything(path)


@given(data=st.data())
def test_truncated_segments_are_refused(tmp_path_factory, whole, data):
    path = tmp_path_factory.mktemp("cut") / "a.seg"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(CorruptIndexError):
        Segment(path)
    assert check_segment(path) != []


SECTIONS = [
    "text/term_dfs", "text/term_cfs", "text/term_entries", "text/term_postings",
    "text/term_positions", "text/entry_blocks", "text/entry_counts", "text/entry_bounds",
    "text/entry_position_bytes", "text/high_freq_keys", "text/high_freqs", "text/long_entries",
    "text/long_entry_bytes", "text/postings", "text/positions", "text/length_levels",
    "text/terms/starts", "text/terms/text", "text/forms/term_ids", "text/forms/numbers",
    "stored/frames", "stored/frame_starts", "stored/frame_articles",
    "stored/article_starts", "column/source/codes", "column/author/list_starts",
    "column/date/order", "segment/articles", "segment/info",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_hostile_values_with_right_checksums_never_crash(tmp_path_factory, whole, section, data):
    path = tmp_path_factory.mktemp("hostile") / "a.seg"
    path.write_bytes(whole)
    with ArrayFile(path) as file:
        row = file.sections[section]
    forged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        item = int(row.dtype[1])
        at = data.draw(st.integers(0, row.size_bytes // item - 1)) * item + row.offset
        value = data.draw(st.integers(0, 256**item - 1) | st.sampled_from([0, 1, 256**item - 1]))
        forged[at : at + item] = value.to_bytes(item, "little")
    seal(forged)
    path.write_bytes(forged)
    check_segment(path)
    with contextlib.suppress(CorruptIndexError):
        read_everything(path)


@given(data=st.data())
def test_a_forged_table_never_crashes(tmp_path_factory, whole, data):
    path = tmp_path_factory.mktemp("table") / "a.seg"
    start = table_start(whole)
    forged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(start, len(whole) - 1))
        forged[at] = data.draw(st.integers(0, 255))
    seal_head(forged)
    path.write_bytes(forged)
    check_segment(path)
    with contextlib.suppress(CorruptIndexError):
        read_everything(path)


def test_unsorted_terms_are_found_by_the_check(tmp_path, whole):
    path = tmp_path / "a.seg"
    forged = bytearray(whole)
    at = forged.index(b"common\n")
    forged[at : at + 6] = b"zommon"
    seal(forged)
    path.write_bytes(forged)
    assert check_segment(path) == ["the terms of text do not ascend"]


def test_a_wrong_total_is_found_by_the_check(tmp_path, whole):
    path = tmp_path / "a.seg"
    path.write_bytes(whole)
    with ArrayFile(path) as file:
        row = file.sections["text/term_cfs"]
        total = int(file.array("text/term_cfs")[0])
    forged = bytearray(whole)
    forged[row.offset : row.offset + 4] = np.uint32(total + 1).tobytes()
    seal(forged)
    path.write_bytes(forged)
    assert check_segment(path) == ["text terms 0 to 5 occur more or less often than the index says"]
