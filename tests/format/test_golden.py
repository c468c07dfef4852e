"""Golden segments: every format version we claim to read has one, and it still reads.

Made once by ``python tests/format/test_golden.py`` for the version of that day, and never again.
"""

from __future__ import annotations

import functools
import operator
import re
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import zstandard
from support.segment_contents import check_segment

from newsearch.codec.bounds import length_levels
from newsearch.codec.coding import decoding
from newsearch.codec.coding.entries import PostingRun, encode
from newsearch.codec.deletions import read_deleted, write_deleted
from newsearch.codec.framing import FORMAT_VERSION
from newsearch.codec.segment import Segment, SegmentWriter
from newsearch.codec.stored import FrameCompressor, grouped

GOLDEN = Path(__file__).parent / "golden"
FORMAT_MD = Path(__file__).parents[2] / "newsearch" / "codec" / "FORMAT.md"
SEGMENT_ID = bytes(range(100, 116))
ARTICLES = 600
LENGTHS = np.arange(ARTICLES) % 97 * 7 + 20

TERMS = {
    b"biegun": ([3, 4, 255, 256, 599], 1, 13),
    b"every": (list(range(ARTICLES)), 2, 5),
    b"most": ([d for d in range(ARTICLES) if d % 7], 3, 3),
    b"once": ([300], 1, 9),
    b"\xd0\xb1\xd0\xb8\xd0\xb3\xd0\xb0\xd0\xbd": ([511, 512], 20, 40_000),
}


def golden_run() -> PostingRun:
    """Postings whose numbers follow from docnum and term alone."""
    columns: tuple[list[int], ...] = ([], [], [], [], [])
    for number, (docs, highest, step) in enumerate(TERMS.values()):
        columns[0].append(len(docs))
        for docnum in docs:
            freq = 400 if (number, docnum) == (1, 77) else docnum % highest + 1
            columns[1].append(docnum)
            columns[2].append(freq)
            columns[3].extend(docnum % 11 + number + 5 * i * step for i in range(freq))
            columns[4].extend((docnum + i) % FORMS[number] for i in range(freq))
    run = [np.array(column) for column in columns]
    return PostingRun(*run, golden_signatures(*run[:4]))


def golden_signatures(dfs, docnums, freqs, positions) -> np.ndarray:
    """What FORMAT.md says, word by word."""
    terms = [term for term, df in zip(TERMS, dfs.tolist(), strict=True) for _ in range(df)]
    places, postings, token = {}, [], 0
    for term, docnum, freq in zip(terms, docnums.tolist(), freqs.tolist(), strict=True):
        postings.append([(docnum, p) for p in positions[token : token + freq].tolist()])
        places |= dict.fromkeys(postings[-1], zlib.crc32(term) % 15)
        token += freq
    in_block = Counter(zip(terms, (docnums >> 8).tolist(), strict=True))
    signatures = []
    for term, own in zip(terms, postings, strict=True):
        after = [places.get((docnum, p + 1), 0) for docnum, p in own]
        before = [places.get((docnum, p - 1), 0) for docnum, p in own]
        if len(own) == 1:
            signature = after[0] | before[0] << 4
        else:
            bits = [1 << c % 4 for c in after] + [16 << c % 4 for c in before]
            signature = functools.reduce(operator.or_, bits)
        signatures.append(255 if in_block[term, own[0][0] >> 8] > 128 else signature)
    return np.array(signatures, np.uint8)


FORMS = [1, 2, 3, 1, 40]


def golden_articles() -> list[bytes]:
    return [
        b'{"id": "%d", "body": "%s"}' % (i, b"budget talks " * (i % 9)) for i in range(ARTICLES)
    ]


def write_golden(folder: Path) -> None:
    run, articles = golden_run(), golden_articles()
    dictionary = zstandard.train_dictionary(1024, articles, k=64, d=8).as_bytes()
    levels = length_levels(LENGTHS)
    with SegmentWriter(folder / f"v{FORMAT_VERSION}.seg", SEGMENT_ID) as segment:
        stored = segment.stored(dictionary)
        compressor = FrameCompressor(dictionary)
        for group in grouped(articles, 4096):
            stored.append(compressor.compress(group))
        stored.finish()
        text = segment.inverted("text", levels)
        text.append(list(TERMS), encode(run, LENGTHS, levels))
        text.finish()
        lexicon = text.lexicon()
        forms = [(term + b"%d" % n, t, n) for t, term in enumerate(TERMS) for n in range(FORMS[t])]
        forms.sort()
        ids, numbers = (np.array([row[i] for row in forms]) for i in (1, 2))
        lexicon.append([row[0] for row in forms], ids, numbers, numbers + 1)
        columns = segment.columns
        columns.numbers("date", "i8").append(np.arange(ARTICLES)[::-1] * 86_400 - 5)
        columns.add_order("date", np.arange(ARTICLES)[::-1] * 86_400 - 5)
        columns.coded("source", [b"", b"AP", b"Kyodo"]).append(np.arange(ARTICLES) % 3)
        authors = columns.coded_lists("author", [b"A", b"B"])
        authors.append(np.arange(ARTICLES) % 2 * 2, np.tile([1, 0], ARTICLES // 2))
        segment.finish(ARTICLES, {"made": "for tests"})
    write_deleted(folder / f"v{FORMAT_VERSION}.del", SEGMENT_ID, np.arange(ARTICLES) % 5 == 0)


VERSIONS = sorted(int(path.stem[1:]) for path in GOLDEN.glob("v*.seg"))


def test_the_current_version_has_a_golden_segment():
    assert FORMAT_VERSION in VERSIONS


def _compiled_run(postings, first: int, end: int) -> PostingRun:
    dfs = postings.term_dfs[first:end]
    return PostingRun(dfs, *decoding.read_entries(postings, postings.entries(first, end)))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_golden_segment_reads_as_it_was_written(version):
    run = golden_run()
    assert check_segment(GOLDEN / f"v{version}.seg") == []
    with Segment(GOLDEN / f"v{version}.seg") as segment:
        text = segment.inverted("text")
        assert list(text.terms) == list(TERMS)
        for read in (text.postings.run(0, 5), _compiled_run(text.postings, 0, 5)):
            for column in PostingRun.__match_args__:
                assert np.array_equal(getattr(read, column), getattr(run, column)), column
        assert list(segment.stored) == golden_articles()
        assert segment.columns.order("date").docnums(86_400 - 5) == [ARTICLES - 2]
        assert segment.columns.coded("source").value(5) == b"Kyodo"
        assert segment.columns.coded_lists("author").value(1) == [b"B", b"A"]
        (row,) = text.forms.rows(b"most2")
        assert (text.terms[row.term_id], row.number, row.df) == (b"most", 2, 3)
        deleted = read_deleted(GOLDEN / f"v{version}.del", segment.segment_id, segment.articles)
    assert np.flatnonzero(deleted).tolist() == list(range(0, ARTICLES, 5))


def test_the_decoder_printed_in_the_specification_reads_the_golden_segment():
    (example,) = re.findall(
        r"```python\n(.*?)```", FORMAT_MD.read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    exec(compile(example, str(FORMAT_MD), "exec"), names)
    read = names["read_postings"](GOLDEN / f"v{FORMAT_VERSION}.seg", "text")  # type: ignore[operator]
    run = golden_run()
    token = 0
    postings = [posting for postings in read for posting in postings]
    assert len(postings) == len(run.docnums)
    for i, (docnum, positions, forms, signature) in enumerate(postings):
        end = token + int(run.freqs[i])
        assert (docnum, signature) == (run.docnums[i], run.signatures[i])
        assert positions == run.positions[token:end].tolist()
        assert forms == run.forms[token:end].tolist()
        token = end


def test_the_specification_lists_every_section():
    listed = FORMAT_MD.read_text(encoding="utf-8")
    with Segment(GOLDEN / f"v{FORMAT_VERSION}.seg") as segment:
        for name in segment.file.sections:
            generic = re.sub(r"^column/\w+", "column/NAME", name)
            generic = re.sub(r"^text/", "TEXT/", generic)
            assert f"`{generic}`" in listed, generic


if __name__ == "__main__":
    write_golden(GOLDEN)
