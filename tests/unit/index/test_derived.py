"""What a segment derives from its articles is derived again, whatever its checksums say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray
from support.forging import forge

import newsearch
from newsearch.codec.columns import ColumnsWriter
from newsearch.codec.segment import Segment
from newsearch.index import article_columns, derived_text

N_ARTICLES = 300
Change = Callable[[NDArray[Any]], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "index"
    with newsearch.open_index(path, create=True) as index:
        index.add(
            {
                "id": f"a{number}",
                "title": f"Summit {number % 11}",
                "text": f"Envoys met in city {number % 7} and {'spoke ' * (number % 5)}of expense.",
                "source": ["Kyodo", "Jiji", "AP"][number % 3],
                "author": [f"Kim {number % 4}", "Lee"][: number % 3],
                "lang": ["en", "fr"][number % 50 == 0],
                "date": f"2020-07-{number % 28 + 1:02}",
                "topic": f"t{number % 2}",
                "url": "" if number % 4 else f"https://example.org/{number}",
            }
            for number in range(N_ARTICLES)
        )
        index.delete("a7")
    return path


@pytest.fixture
def index(tmp_path: Path, whole: Path) -> Path:
    """A copy of the index, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "index"))


def test_an_index_of_articles_without_words_is_checked_and_changed_as_any(tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add({"id": "a", "text": "!"})
        assert index.check() == []
        index.add([{"id": "b", "text": "…"}, {"id": "c", "title": "\u200b"}])
        index.delete("b", purge=True)
        index.rebuild()

        assert index.check() == []
        assert index.count("*") == 2


def add(at: int | slice, n: int) -> Change:
    """Return a change of one value."""

    def change(values: NDArray[Any]) -> None:
        values[at] += n

    return change


def swap(first: int, second: int) -> Change:
    """Return a change of two values."""

    def change(values: NDArray[Any]) -> None:
        values[[first, second]] = values[[second, first]]

    return change


def put(at: int, value: int) -> Change:
    """Return a change to one value."""

    def change(values: NDArray[Any]) -> None:
        values[at] = value

    return change


def invert(at: int) -> Change:
    """Return a change of the lowest bit of a value."""

    def change(values: NDArray[Any]) -> None:
        values[at] ^= 1

    return change


def problems_of(path: Path, **options: bool) -> list[str]:
    with newsearch.open_index(path) as index:
        return index.check(**options)


@pytest.mark.parametrize(
    ("section", "change", "problem"),
    [
        ("column/body_length", add(5, 1), "article 'a5': column body_length does not fit"),
        ("column/title_length", add(6, 1), "article 'a6': column title_length does not fit"),
        ("column/source/codes", swap(0, 1), "article 'a1': column source does not fit"),
        ("column/source/values/text", put(0, ord("X")), "values of column source do not ascend"),
        ("column/source/values/text", put(4, ord("j")), "article 'a1': column source does not fit"),
        ("column/author/list_starts", add(2, 1), "article 'a2': column author does not fit"),
        ("column/author/codes", swap(0, 1), "article 'a2': column author does not fit"),
        ("column/lang/codes", put(9, 1), "article 'a9': column lang does not fit"),
        ("column/keys/codes", put(8, 1), "article 'a8': column keys does not fit"),
        ("column/date", add(3, 86_400), "article 'a3': column date does not fit"),
        ("column/url_hash", add(3, 1), "article 'a3': column url_hash does not fit"),
        ("column/content_hash", add(16 * 3, 1), "article 'a3': column content_hash does not fit"),
        ("text/length_levels", add(slice(1, None), 5), "article 'a0': bounds of its words"),
        ("text/entry_bounds", invert(0), "bounds of its words are wrong"),
        ("text/forms/dfs", add(0, 1), "1 word forms, such as"),
        ("text/terms/text", put(-1, 0x21), "text/terms/text does not end with a line feed"),
        ("text/forms/text", put(0, 0x21), "its words are not those of its text"),
        ("text/forms/numbers", put(0, 9), "has a higher number than its term has forms"),
    ],
)
def test_damage_with_right_checksums_is_found_and_placed(
    index: Path, section: str, change: Change, problem: str
) -> None:
    [segment] = index.glob("*.seg")
    forge(segment, section, change)

    found = problems_of(index)
    assert any(line.startswith(f"{segment.name}: ") and problem in line for line in found), found


def test_a_column_that_should_be_there_is_missed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        with monkeypatch.context() as patched:
            patched.setattr(article_columns, "LIST_FIELDS", ("agency",))
            patched.setattr(article_columns, "hash_id", lambda _: 0)
            index.add({"id": "a", "text": "Talks", "author": "Lee", "url": "https://example.org/a"})

        found = index.check()
    for name in ("author", "url_hash"):
        assert any(f"article 'a': column {name} does not fit" in line for line in found), found


def test_a_column_without_any_value_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def write_all(columns: ColumnsWriter, hashes: NDArray[Any]) -> None:
        columns.numbers("url_hash", "i8").append(hashes)

    with newsearch.open_index(tmp_path / "index", create=True) as index:
        with monkeypatch.context() as patched:
            patched.setattr(ColumnsWriter, "add_url_hashes", write_all)
            index.add({"id": "a", "text": "Talks"})

        assert index.check() == []


@pytest.mark.parametrize("is_compiled", [False, True])
def test_a_range_of_the_articles_is_compared_at_a_time(
    monkeypatch: pytest.MonkeyPatch, index: Path, *, is_compiled: bool
) -> None:
    monkeypatch.setattr(derived_text, "_RANGE_TOKENS", 10)
    monkeypatch.setattr(derived_text, "_BATCH_CHARS", 1_000)
    if is_compiled:
        monkeypatch.setattr(derived_text, "SMALL_BYTES", 0)
    assert problems_of(index) == []

    [segment] = index.glob("*.seg")
    forge(segment, "column/body_length", add(290, 1))
    assert [line for line in problems_of(index) if "a290" in line]


def test_a_signature_that_forbids_what_is_there_is_found(index: Path) -> None:
    [segment] = index.glob("*.seg")
    with Segment(segment) as opened:
        postings = opened.inverted("text").postings
        at = int(postings.entries(0).signature_starts[0])

    forge(segment, "text/postings", add(at, 1))
    assert "signatures of its words are wrong" in problems_of(index)[0]


def test_a_posting_moved_to_another_article_is_found_in_both(index: Path) -> None:
    [segment] = index.glob("*.seg")
    with Segment(segment) as opened:
        text = opened.inverted("text")
        term = text.terms.find(b"10")
        at = int(text.postings.entries(term).doc_starts[0])
    forge(segment, "text/postings", add(at, 1))

    found = "\n".join(problems_of(index))
    assert "'a10': its words" in found and "'a11': its words" in found


def test_a_quick_check_takes_the_checksums_for_it(index: Path) -> None:
    [segment] = index.glob("*.seg")
    forge(segment, "column/body_length", add(5, 1))
    assert problems_of(index, quick=True) == []


def test_what_damaged_bytes_mean_is_told_too(index: Path) -> None:
    [segment] = index.glob("*.seg")
    with Segment(segment) as opened:
        section = opened.file.sections["column/body_length"]
    data = bytearray(segment.read_bytes())
    data[section.offset] ^= 1
    segment.write_bytes(data)

    end = section.offset + section.size_bytes
    place = f"section column/body_length (bytes {section.offset} to {end})"
    assert problems_of(index) == [
        f"{segment.name}: the checksum of {place} differs",
        f"{segment.name}: article 'a0': column body_length does not fit what is stored",
    ]
