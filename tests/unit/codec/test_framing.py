"""The container: what is written comes back, what was altered is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from newsearch.codec.framing import ArrayFile, ArrayFileWriter, smallest_dtype
from newsearch.errors import CorruptIndexError

SEGMENT_ID = bytes(range(16))
DTYPES = ("u1", "u2", "u4", "u8", "i8")


def write(path: Path, arrays: dict[str, tuple[str, np.ndarray]]) -> None:
    with ArrayFileWriter(path, SEGMENT_ID) as writer:
        for name, (dtype, array) in arrays.items():
            writer.add(name, dtype, array)
        writer.finish()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.seg"
    write(
        path,
        {
            "one": ("u4", np.arange(100)),
            "two/bytes": ("u1", np.arange(7)),
            "none": ("i8", np.zeros(0)),
        },
    )
    return path


@settings(deadline=None)
@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_arrays_come_back_as_written(tmp_path_factory, data, dtype):
    array = data.draw(hnp.arrays(np.dtype(f"<{dtype}"), st.integers(0, 40)))
    cut = data.draw(st.integers(0, len(array)))
    path = tmp_path_factory.mktemp("framing") / "a.seg"
    with ArrayFileWriter(path, SEGMENT_ID) as writer:
        section = writer.section("x", dtype, direct=data.draw(st.booleans()))
        section.append(array[:cut])
        section.append(array[cut:])
        writer.add("y", "u1", b"abc")
        assert section.count == len(array)
        writer.finish()
    with ArrayFile(path) as file:
        assert file.array("x", dtype).tolist() == array.tolist()
        assert file.array("y").tobytes() == b"abc"
        assert file.segment_id == SEGMENT_ID
        assert file.damaged_sections() == []


def test_sections_start_on_multiples_of_64(sample):
    with ArrayFile(sample) as file:
        assert all(section.offset % 64 == 0 for section in file.sections.values())


def test_a_large_section_passes_through_a_temporary_file(tmp_path):
    array = np.arange(1_000_000, dtype=np.uint32)
    write(tmp_path / "large.seg", {"x": ("u4", array)})
    with ArrayFile(tmp_path / "large.seg") as file:
        assert np.array_equal(file.array("x"), array)
    assert [path.name for path in tmp_path.iterdir()] == ["large.seg"]


def test_arrays_share_the_map_and_cannot_be_written(sample):
    with ArrayFile(sample) as file:
        one = file.array("one")
        assert not one.flags.owndata
        with pytest.raises(ValueError, match="read-only"):
            one[0] = 1


def test_an_array_outlives_the_closed_file(sample):
    file = ArrayFile(sample)
    one = file.array("one")
    file.close()
    assert one.tolist() == list(range(100))


def test_closing_twice_is_harmless(sample):
    file = ArrayFile(sample)
    held = file.array("one")
    file.close()
    file.close()
    assert held[1] == 1


@pytest.mark.parametrize("direct", [False, True])
def test_an_unfinished_writer_leaves_nothing_behind(tmp_path, direct):
    with pytest.raises(RuntimeError), ArrayFileWriter(tmp_path / "a.seg", SEGMENT_ID) as writer:
        writer.section("x", "u1", direct=direct).append(b"abc")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_fails_keeps_the_old_file(sample):
    before = sample.read_bytes()
    with ArrayFileWriter(sample, SEGMENT_ID) as writer:
        writer.add("x", "u1", b"new")
    assert sample.read_bytes() == before


def test_a_value_that_does_not_fit_is_an_error(tmp_path):
    with ArrayFileWriter(tmp_path / "a.seg", SEGMENT_ID) as writer:
        with pytest.raises(OverflowError):
            writer.add("x", "u1", np.array([256]))
        with pytest.raises(OverflowError):
            writer.add("y", "u4", np.array([-1]))


@pytest.mark.parametrize("name", ["", "x" * 41, "naïve", "one"])
def test_a_bad_section_name_is_an_error(tmp_path, name):
    with ArrayFileWriter(tmp_path / "a.seg", SEGMENT_ID) as writer:
        writer.add("one", "u1", b"")
        with pytest.raises(ValueError, match=r"section|cannot name"):
            writer.add(name, "u1", b"")


@settings(deadline=None)
@given(sizes=st.lists(st.lists(st.integers(0, 1 << 33), max_size=5), max_size=4))
def test_offsets_are_running_sums_in_the_narrowest_type(tmp_path_factory, sizes):
    path = tmp_path_factory.mktemp("framing") / "a.seg"
    with ArrayFileWriter(path, SEGMENT_ID) as writer:
        offsets = writer.offsets("o")
        for chunk in sizes:
            offsets.append(np.array(chunk, np.int64))
        writer.finish()
    flat = [size for chunk in sizes for size in chunk]
    expected = np.cumsum([0, *flat]).tolist()
    with ArrayFile(path) as file:
        array = file.offsets("o", len(flat), expected[-1])
        assert array.tolist() == expected
        assert array.dtype.itemsize == (4 if expected[-1] < 1 << 32 else 8)
        with pytest.raises(CorruptIndexError):
            file.offsets("o", len(flat) + 1, expected[-1])
        with pytest.raises(CorruptIndexError):
            file.offsets("o", len(flat), expected[-1] + 1)


def test_offsets_that_descend_are_refused(tmp_path):
    write(tmp_path / "a.seg", {"o": ("u4", np.array([0, 5, 3, 9]))})
    with ArrayFile(tmp_path / "a.seg") as file, pytest.raises(CorruptIndexError, match="ascend"):
        file.offsets("o", 3, 9)


def test_a_missing_or_mistyped_section_is_corruption(sample):
    with ArrayFile(sample) as file:
        with pytest.raises(CorruptIndexError, match="missing"):
            file.array("three")
        with pytest.raises(CorruptIndexError, match="type"):
            file.array("one", "u1")


def test_a_truncated_file_is_refused(sample):
    whole = sample.read_bytes()
    for size in range(0, len(whole), 3):
        sample.write_bytes(whole[:size])
        with pytest.raises(CorruptIndexError):
            ArrayFile(sample)


def test_every_altered_byte_is_noticed_except_in_padding(sample):
    whole = sample.read_bytes()
    with ArrayFile(sample) as file:
        spans = [(s.offset, s.offset + s.size_bytes) for s in file.sections.values()]
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= 1 << at % 8
        sample.write_bytes(altered)
        is_payload = any(start <= at < end for start, end in spans)
        assert _is_noticed(sample) or not is_payload


def _is_noticed(path: Path) -> bool:
    try:
        with ArrayFile(path) as file:
            return file.damaged_sections() != []
    except CorruptIndexError:
        return True


def test_a_foreign_file_is_refused(tmp_path):
    path = tmp_path / "a.seg"
    path.write_bytes(b"x" * 500)
    with pytest.raises(CorruptIndexError, match="was not written by newsearch"):
        ArrayFile(path)


@pytest.mark.parametrize(
    ("highest", "dtype"),
    [(0, "u1"), (255, "u1"), (256, "u2"), (65536, "u4"), (1 << 32, "u8")],
)
def test_smallest_dtype_holds_the_highest_value(highest, dtype):
    assert smallest_dtype(highest) == dtype


def test_memory_that_was_released_is_read_again(tmp_path):
    with ArrayFileWriter(tmp_path / "a.seg", SEGMENT_ID) as writer:
        writer.add("x", "u4", np.arange(5000))
        writer.finish()
    with ArrayFile(tmp_path / "a.seg") as file:
        array = file.array("x")
        file.release_memory()
        assert array.tolist() == list(range(5000))
