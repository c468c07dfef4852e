"""A whole segment: everything that was put in is found again."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support.codec_segments import SEGMENT_ID, write_sample
from support.segment_contents import check_segment

from newsearch.codec.deletions import read_deleted, write_deleted
from newsearch.codec.segment import Segment, SegmentWriter
from newsearch.errors import CorruptIndexError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sample.seg"


def test_a_sound_segment_passes_the_check(path):
    write_sample(path)
    assert check_segment(path) == []


def test_a_segment_gives_back_what_was_written(path):
    sample = write_sample(path)
    with Segment(path) as segment:
        text = segment.inverted("text")
        assert segment.articles == len(sample.articles)
        assert segment.segment_id == SEGMENT_ID
        assert segment.info == {"analysis": 1}
        assert segment.inverted_names == ["text"]
        assert list(text.terms) == sample.terms
        run = text.postings.run(0, len(sample.terms))
        assert run.docnums.tolist() == sample.run.docnums.tolist()
        assert run.positions.tolist() == sample.run.positions.tolist()
        assert list(segment.stored) == sample.articles
        assert segment.columns.numbers("date").tolist() == sample.dates.tolist()
        sources = segment.columns.coded("source")
        assert sources.value(7) == sample.sources[sample.source_codes[7]]


def test_the_lexicon_leads_from_form_to_term(path):
    sample = write_sample(path)
    with Segment(path) as segment:
        text = segment.inverted("text")
        (row,) = text.forms.rows(b"halfs")
        assert (text.terms[row.term_id], row.number, row.df) == (b"half", 1, 1)
        assert text.forms.rows(b"absent") == []
        assert list(text.forms.forms) == sample.forms


def test_an_empty_segment_is_sound(path):
    with SegmentWriter(path, SEGMENT_ID) as writer:
        writer.stored().finish()
        writer.inverted("text", np.zeros(32, np.uint32)).finish()
        writer.finish(0)
    assert check_segment(path) == []


def test_terms_have_to_ascend(path):
    with SegmentWriter(path, SEGMENT_ID) as writer:
        from newsearch.codec.coding.entries import PostingRun, encode

        one = np.ones(2, int)
        levels = np.zeros(32, np.uint32)
        run = encode(PostingRun(one, one * 0, one, one, one * 0, np.uint8(one)), one, levels)
        text = writer.inverted("text", levels)
        with pytest.raises(ValueError, match="ascend"):
            text.append([b"b", b"a"], run)
        with pytest.raises(ValueError, match="1 terms for 2"):
            text.append([b"b"], run)


def test_many_threads_read_one_segment(path):
    sample = write_sample(path)
    with Segment(path) as segment, ThreadPoolExecutor(4) as pool:
        postings = segment.inverted("text").postings

        def cf(term: int) -> int:
            return int(postings.decode(postings.entries(term))[1].sum())

        terms = list(range(len(sample.terms))) * 20
        assert list(pool.map(cf, terms)) == [postings.cf(term) for term in terms]


def test_every_changed_byte_of_the_list_of_deleted_articles_is_noticed(tmp_path):
    path = tmp_path / "a.del"
    write_deleted(path, SEGMENT_ID, np.arange(13) % 3 == 0)
    written = path.read_bytes()
    for at in range(len(written)):
        path.write_bytes(written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :])
        with pytest.raises(CorruptIndexError):
            read_deleted(path, SEGMENT_ID, 13)


def test_deleted_articles_come_back(tmp_path):
    deleted = np.arange(13) % 3 == 0
    write_deleted(tmp_path / "a.del", SEGMENT_ID, deleted)
    assert read_deleted(tmp_path / "a.del", SEGMENT_ID, 13).tolist() == deleted.tolist()
    with pytest.raises(CorruptIndexError, match="another segment"):
        read_deleted(tmp_path / "a.del", bytes(16), 13)
    with pytest.raises(CorruptIndexError, match="another segment"):
        read_deleted(tmp_path / "a.del", SEGMENT_ID, 14)


def test_reading_a_segment_imports_neither_numba_nor_whoosh(path):
    write_sample(path)
    script = (
        "import sys; from pathlib import Path; from newsearch.codec.segment import Segment\n"
        f"segment = Segment(Path({str(path)!r})); postings = segment.inverted('text').postings\n"
        "entries = postings.entries(0); docnums, freqs = postings.decode(entries)\n"
        "postings.decode_positions(entries, freqs); segment.stored.article(3)\n"
        "assert not {'numba', 'whoosh', 'nltk'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
