"""Postings: both encoders write the same bytes, both readers give back what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.codec import ARTICLES, lengths, posting_runs

from newsearch.codec.bounds import bound_parts, length_levels
from newsearch.codec.coding import decoding, encoding, entries
from newsearch.codec.coding.entries import EncodedRun, PostingRun
from newsearch.codec.coding.positions import starts_of
from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.postings import PostingsReader, PostingsWriter

LENGTHS = lengths()
LEVELS = length_levels(LENGTHS)
COLUMNS = ("dfs", "docnums", "freqs", "positions", "forms", "signatures")


def write(path: Path, runs: list[tuple[EncodedRun, bool]]) -> None:
    with ArrayFileWriter(path, bytes(16)) as file:
        writer = PostingsWriter(file, "text", LEVELS)
        for run, continues in runs:
            writer.append(run, continues=continues)
        writer.finish()
        file.finish()


def assert_equal(got: PostingRun, expected: PostingRun) -> None:
    for column in COLUMNS:
        assert np.array_equal(getattr(got, column), getattr(expected, column)), column


def slice_terms(run: PostingRun, first: int, end: int) -> PostingRun:
    posting = starts_of(run.dfs)[[first, end]]
    token = starts_of(run.freqs)[posting]
    p, t = slice(*posting), slice(*token)
    return PostingRun(
        run.dfs[first:end],
        run.docnums[p],
        run.freqs[p],
        run.positions[t],
        run.forms[t],
        run.signatures[p],
    )


@given(run=posting_runs(), data=st.data())
def test_postings_come_back_as_written(tmp_path_factory, run, data):
    path = tmp_path_factory.mktemp("postings") / "a.seg"
    cut = data.draw(st.integers(0, len(run.dfs)))
    parts = [slice_terms(run, 0, cut), slice_terms(run, cut, len(run.dfs))]
    write(path, [(entries.encode(part, LENGTHS, LEVELS), False) for part in parts])
    with ArrayFile(path) as file:
        reader = PostingsReader(file, "text", ARTICLES)
        assert len(reader) == len(run.dfs)
        assert reader.term_dfs.tolist() == run.dfs.tolist()
        for first, end in [*reader.term_spans(4), (0, len(reader))]:
            if first < end:
                assert_equal(reader.run(first, end), slice_terms(run, first, end))
                compiled = decoding.read_entries(reader, reader.entries(first, end))
                dfs = reader.term_dfs[first:end]
                assert_equal(PostingRun(dfs, *compiled), slice_terms(run, first, end))
        for term in range(len(reader)):
            assert reader.cf(term) == slice_terms(run, term, term + 1).freqs.sum()


@pytest.mark.slow
@given(run=posting_runs())
def test_compiled_encoder_writes_the_same_bytes(run):
    slow = entries.encode(run, LENGTHS, LEVELS)
    fast = encoding.encode(run, LENGTHS, LEVELS)
    for name in EncodedRun.__match_args__:
        assert np.array_equal(getattr(slow, name), getattr(fast, name)), name


@settings(deadline=None, max_examples=30)
@given(run=posting_runs(), data=st.data())
def test_a_term_cut_between_blocks_is_one_term(tmp_path_factory, run, data):
    folder = tmp_path_factory.mktemp("postings")
    if not len(run.dfs):
        return
    last = len(run.dfs) - 1
    whole = slice_terms(run, last, last + 1)
    cut = int(np.searchsorted(whole.docnums, 256 * data.draw(st.integers(1, 11))))
    if cut in (0, len(whole.docnums)):
        return
    token = int(whole.freqs[:cut].sum())
    n = np.array([cut]), np.array([len(whole.docnums) - cut])
    head = PostingRun(
        n[0],
        whole.docnums[:cut],
        whole.freqs[:cut],
        whole.positions[:token],
        whole.forms[:token],
        whole.signatures[:cut],
    )
    tail = PostingRun(
        n[1],
        whole.docnums[cut:],
        whole.freqs[cut:],
        whole.positions[token:],
        whole.forms[token:],
        whole.signatures[cut:],
    )
    before = entries.encode(slice_terms(run, 0, last), LENGTHS, LEVELS)
    parts = [entries.encode(part, LENGTHS, LEVELS) for part in (head, tail)]
    write(folder / "cut.seg", [(before, False), (parts[0], False), (parts[1], True)])
    write(folder / "whole.seg", [(entries.encode(run, LENGTHS, LEVELS), False)])
    assert (folder / "cut.seg").read_bytes() == (folder / "whole.seg").read_bytes()


def test_a_term_cut_inside_a_block_is_refused(tmp_path):
    one = np.array([1])
    parts = [
        entries.encode(
            PostingRun(one, np.array([doc]), one, one, one * 0, np.uint8(one)), LENGTHS, LEVELS
        )
        for doc in (3, 4)
    ]
    with pytest.raises(ValueError, match="later block"):
        write(tmp_path / "a.seg", [(parts[0], False), (parts[1], True)])


@given(run=posting_runs(), k1=st.floats(0, 5), b=st.floats(0, 1), average=st.floats(1, 5000))
def test_no_posting_beats_the_bound_of_its_entry(run, k1, b, average):
    encoded = entries.encode(run, LENGTHS, LEVELS)
    inverse, ratios = bound_parts(LEVELS)
    highest = 1 / (1 + k1 * ((1 - b) * inverse + b * ratios / average))[encoded.bounds]
    norms = k1 * (1 - b + b * LENGTHS[run.docnums] / average)
    scores = run.freqs / (run.freqs + norms)
    of_entry = np.repeat(highest, encoded.counts.astype(int) + 1)
    assert np.all(scores <= of_entry * (1 + 1e-12))


@given(run=posting_runs(), data=st.data())
def test_some_entries_decode_without_the_others(tmp_path_factory, run, data):
    path = tmp_path_factory.mktemp("postings") / "a.seg"
    if not len(run.dfs):
        return
    write(path, [(encoding.encode(run, LENGTHS, LEVELS), False)])
    with ArrayFile(path) as file:
        reader = PostingsReader(file, "text", ARTICLES)
        term = data.draw(st.integers(0, len(reader) - 1))
        found = reader.entries(term)
        block = data.draw(st.sampled_from(found.blocks.tolist()))
        docnums, freqs = reader.decode(found.take(found.blocks == block))
        positions, forms = reader.decode_positions(found.take(found.blocks == block), freqs)
        compiled = decoding.read_entries(reader, found.take(found.blocks == block))
        signatures = reader.signatures(found.take(found.blocks == block))
    columns = (docnums, freqs, positions, forms, signatures)
    for slow, fast in zip(columns, compiled, strict=True):
        assert slow.tolist() == fast.tolist()
    whole = slice_terms(run, term, term + 1)
    inside = whole.docnums >> 8 == block
    assert docnums.tolist() == whole.docnums[inside].tolist()
    assert freqs.tolist() == whole.freqs[inside].tolist()
    assert positions.tolist() == whole.positions[np.repeat(inside, whole.freqs)].tolist()


@pytest.mark.parametrize("encode", [entries.encode, encoding.encode])
@pytest.mark.parametrize(
    "broken",
    [
        {"docnums": [5, 5]},
        {"docnums": [6, 5]},
        {"docnums": [0, ARTICLES]},
        {"freqs": [0, 2]},
        {"freqs": [1, 2]},
        {"dfs": [1]},
        {"dfs": [2, 0]},
        {"positions": [4, 4]},
        {"positions": [4, 1 << 32]},
        {"forms": [0, 1 << 24]},
        {"signatures": [0]},
    ],
)
def test_encoders_refuse_what_is_no_posting_list(encode, broken):
    good = {"dfs": [2], "docnums": [0, 300], "freqs": [1, 1], "positions": [4, 5], "forms": [0, 0]}
    good["signatures"] = [0, 0]
    if "positions" in broken:
        good |= {"dfs": [1], "docnums": [0], "freqs": [2], "signatures": [0]}
    run = PostingRun(**{name: np.array(value) for name, value in (good | broken).items()})
    with pytest.raises(ValueError, match=r"ascend|belong|empty|beyond|large"):
        encode(run, LENGTHS, LEVELS)
