"""What is deleted is in no file of the index once it is compacted."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import articles as any_articles
from support.grep import files_with
from support.memory_engine import MemoryEngine
from support.segment_contents import numbered, sections

import newsearch
from newsearch.article import Article
from newsearch.codec import stored
from newsearch.errors import CorruptIndexError
from newsearch.index import merge_policy, merge_stored, small_builder
from newsearch.index.packing import pack_article

SECRET = Article(
    id="secret-identity",
    title="Xylographic revelations",
    body="".join(
        f"The zugzwanged quokkas of Llanfair spoke to nobody about {n}. " for n in range(60)
    ),
    author=("Quentin Undisclosed",),
    source="Clandestine Courier",
    url="https://unlisted.example/hush",
    extra={"informant": "Deepthroat"},
)
NEEDLES = [
    *(b"secret-identity", b"ylographic", b"revelations", b"zugzwanged quokkas", b"zugzwang"),
    *(b"quokka", b"lanfair", b"nobody about 33", b"Undisclosed", b"Clandestine"),
    *(b"unlisted.example", b"informant", b"Deepthroat"),
    struct.pack("<q", SECRET.id_hash),
    pack_article(SECRET).content_hash,
]

BODIES = {"a": "one text", "b": "one text", "c": "another"}


def ordinary(number: int) -> Article:
    words = [f"w{number * 997 * place % 10007:x}" for place in range(400)]
    return Article(id=f"ordinary{number}", title="Talks", body=" ".join(words))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    batches=st.lists(
        st.lists(st.tuples(any_articles(), st.booleans()), min_size=1, max_size=5),
        min_size=1,
        max_size=3,
    )
)
def test_a_compacted_index_is_byte_for_byte_one_that_never_had_the_articles(
    batches: list[list[tuple[Article, bool]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("compact")
    named = iter(numbered([article for batch in batches for article, _ in batch]))
    batches = [[(next(named), is_kept) for _, is_kept in batch] for batch in batches]
    gone = [article.id for batch in batches for article, is_kept in batch if not is_kept]
    with (
        newsearch.open_index(folder / "one", create=True) as index,
        newsearch.open_index(folder / "other", create=True) as other,
    ):
        for batch in batches:
            index.add([article for article, _ in batch])
            other.add([article for article, is_kept in batch if is_kept])
        index.delete(gone)

        index.compact()

        assert index.check() == []
    assert sections(folder / "one") == sections(folder / "other")
    assert not list((folder / "one").glob("*.del"))


@pytest.mark.parametrize("is_merged_before", [False, True])
def test_nothing_of_a_deleted_article_is_in_any_file_of_a_compacted_index(
    is_merged_before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (stored, merge_stored):
        monkeypatch.setattr(module, "MIN_TRAINING_BYTES", 30_000)
    monkeypatch.setattr(small_builder, "SMALL_BYTES", 0)  # builds in bulk, where loads share
    monkeypatch.setattr(merge_policy, "_MOST_DELETED", 0.0 if is_merged_before else 1.0)
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, *map(ordinary, range(40))])
        index.add(map(ordinary, range(40, 80)))
        (index.path / "MAIN_0123456789abcdef0123456789abcdef.seg.tmp").write_bytes(NEEDLES[0])
        assert files_with(index.path, NEEDLES).keys() == set(NEEDLES)
        index.delete(SECRET.id)
        assert len(files_with(index.path, [b"quokka"])[b"quokka"]) == 2  # in both dictionaries

        index.compact()

        assert files_with(index.path, NEEDLES) == {}
        assert index.count("*") == 80
        assert index.check() == []
        assert not list(index.path.glob("*.tmp"))


def test_compacting_what_has_no_deleted_articles_changes_no_file(tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(map(ordinary, range(3)))
        before = {file.name: file.read_bytes() for file in index.path.iterdir()}

        assert index.compact() == 0

        assert {file.name: file.read_bytes() for file in index.path.iterdir()} == before


def test_files_that_cannot_be_removed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "open", str(path))

    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, ordinary(1)])
        monkeypatch.setattr(merge_policy, "_MOST_DELETED", 1.0)
        index.delete(SECRET.id)
        (before,) = index.path.glob("*.seg")
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.warns(UserWarning, match=f"{before.name}.*newsearch compact"):
                index.compact()
        assert before.exists()

        index.compact()

        assert files_with(index.path, NEEDLES) == {}


def test_purging_takes_out_all_versions_and_keeps_them_out_of_later_loads(tmp_path: Path) -> None:
    newer = Article(id=SECRET.id, body="Nothing to see.")
    elsewhere = Article(id="copy", title=SECRET.title, body=SECRET.body, source="Other")
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, ordinary(1), ordinary(2), ordinary(3)])
        index.add(newer)
        assert index.delete(SECRET.id) == [SECRET.id]

        assert index.delete([SECRET.id, "nobody"], purge=True) == [SECRET.id]

        assert files_with(index.path, NEEDLES) == {}
        for again in (SECRET, newer, elsewhere, Article(id=SECRET.id, body="Something else.")):
            report = index.add([again, ordinary(1)])
            assert (report.added, report.unchanged, len(report.rejected)) == (0, 1, 1)
            assert "--unblock" in report.rejected[0].reason
        assert files_with(index.path, NEEDLES) == {}
        assert index.unblock([SECRET.id, "ordinary1"]) == [SECRET.id]
        assert index.add([SECRET, elsewhere]).added == 2


@pytest.mark.parametrize(
    "kept",
    [
        json.dumps(["other", SECRET.id]),
        SECRET.url,
        json.dumps("Então: the zugzwanged\nquokkas of Llanfair spoke to nobody …"),
        "x " * (1 << 20) + SECRET.body[:99],
    ],
)
def test_a_purge_names_the_files_of_users_that_tell_of_the_article(
    tmp_path: Path, kept: str
) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, ordinary(1)])
        codes = index.path / "user" / "codes"
        codes.mkdir(parents=True)
        (codes / "mine.json").write_text(kept, encoding="utf-8")
        (codes / "others.bin").write_bytes(b"\xff\x00" + ordinary(1).body.encode())
        with pytest.warns(UserWarning, match=r"user/codes/mine\.json of yours") as warned:
            assert index.delete(SECRET.id, purge=True) == [SECRET.id]
        assert "others" not in str(warned[0].message)
        if SECRET.id in kept:  # whatever a purge that was killed has taken out
            with pytest.warns(UserWarning, match="mine"):
                assert index.delete(SECRET.id, purge=True) == []
        (codes / "mine.json").unlink()
        assert index.delete(SECRET.id, purge=True) == []


def test_what_users_keep_survives_every_change(tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        kept = index.path / "user" / "MAIN_0123456789abcdef0123456789abcdef.seg"
        kept.parent.mkdir()
        kept.write_text("mine")
        index.add([SECRET, ordinary(1), ordinary(2)])
        index.delete("ordinary1")
        index.compact()
        index.delete(SECRET.id, purge=True)
        index.rebuild()
        index.repair()
        index.copy(tmp_path / "copy")
    for folder in ("index", "copy"):
        assert (tmp_path / folder / "user" / kept.name).read_text() == "mine"


@pytest.mark.parametrize("is_lost", [False, True])
def test_without_the_list_of_purged_articles_nothing_is_loaded_until_a_repair(
    is_lost: bool, tmp_path: Path
) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, ordinary(1), ordinary(2)])
        index.delete(SECRET.id, purge=True)
        blocked = index.path / "blocked"
        content = bytearray(blocked.read_bytes())
        content[64] ^= 1
        blocked.unlink() if is_lost else blocked.write_bytes(content)

        index.delete("ordinary2")  # a commit that does not ask the list forgets nothing
        for forbidden in (
            lambda: index.add(SECRET),
            lambda: index.unblock(SECRET.id),
            lambda: index.delete("ordinary1", purge=True),
            lambda: index.copy(tmp_path / "copy"),
        ):
            with pytest.raises(CorruptIndexError, match="blocked"):
                forbidden()
        assert index.check(quick=True)[0].startswith("blocked: ")
        assert [lost.split(":")[0] for lost in index.repair().lost] == ["blocked"]
        assert index.check(quick=True) == []
        assert index.add(SECRET).added == 1


def test_purging_takes_out_what_a_repair_kept_of_damaged_files(tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SECRET, ordinary(1)])
        index.add(ordinary(2))
        for segment in index.path.glob("*.seg"):
            (index.path / f"{segment.name}.damaged").write_bytes(segment.read_bytes())

        index.delete(SECRET.id, purge=True)

        assert files_with(index.path, NEEDLES) == {}
        assert not list(index.path.glob("*.damaged"))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "purge", "unblock"]),
            st.sets(st.sampled_from(sorted(BODIES)), min_size=1),
        ),
        max_size=8,
    )
)
def test_what_is_blocked_follows_every_purge_and_take_back(
    steps: list[tuple[str, set[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    with newsearch.open_index(folder, create=True) as index, MemoryEngine() as reference:
        for step, ids in steps:
            for engine in (index, reference):
                match step:
                    case "add":
                        engine.add([Article(id=one, body=BODIES[one]) for one in sorted(ids)])
                    case "purge":
                        engine.delete(sorted(ids), purge=True)
                    case "unblock":
                        engine.unblock(sorted(ids))
            for one in BODIES:
                assert index.get(one) == reference.get(one), steps
