"""read(): which reader for which file, what is found in folders, ids, and the stream itself."""

from __future__ import annotations

import gzip
import inspect
import io
import json
import os
import random
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.errors import SourceError, UnknownLanguageError
from newsearch.sources import Context, Reader, Remark, formats, read, register_reader
from newsearch.sources.content import is_no_text
from newsearch.sources.repeats import RepeatedIds
from newsearch.sources.text import read_text

PROSE = (
    "The envoy agreed on Wednesday to continue working closely together with the ministry.\n" * 2
)


def json_line(**fields: object) -> str:
    return json.dumps({"title": "t"} | fields) + "\n"


def ids_of(*paths: Path, **options: str) -> list[str]:
    return [article.id for article in read(paths, **options)]  # type: ignore[arg-type]


def reasons(remarks: list[Remark]) -> str:
    return "\n".join(map(str, remarks))


def test_folder_is_read_to_its_leaves_in_the_order_of_names(tmp_path: Path) -> None:
    root = tmp_path / "my archive"
    (root / "b").mkdir(parents=True)
    for name in ("c.txt", "b/z.txt", "b/a b.txt", "a.TXT"):
        (root / name).write_text(PROSE)
    expected = ["a.TXT", "b/a b.txt", "b/z.txt", "c.txt"]
    assert ids_of(root) == [f"my archive/{name}" for name in expected]


def test_hidden_files_and_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text(PROSE)
    (tmp_path / ".b.txt").write_text(PROSE)
    stream = read(tmp_path)
    assert (list(stream), stream.rejected, stream.notes) == ([], [], [])


def test_index_that_lies_in_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "newsearch-index").mkdir()
    (tmp_path / "newsearch-index" / "newsearch.json").write_text('{"newsearch": 1}')
    (tmp_path / "a.txt").write_text(PROSE)
    stream = read(tmp_path)
    assert [article.id for article in stream] == [f"{tmp_path.name}/a.txt"]
    assert (stream.rejected, stream.notes) == ([], [])


def test_file_has_the_id_it_has_when_its_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(PROSE)
    assert ids_of(tmp_path / "x.txt") == ids_of(tmp_path) == [f"{tmp_path.name}/x.txt"]


def test_folders_of_one_name_do_not_share_ids(tmp_path: Path) -> None:
    for year in ("2019", "2020"):
        (tmp_path / year / "news").mkdir(parents=True)
        (tmp_path / year / "news" / "x.txt").write_text(PROSE)
    roots = [tmp_path / "2019" / "news", tmp_path / "2020" / "news" / "x.txt"]
    assert ids_of(*roots) == ["2019/news/x.txt", "2020/news/x.txt"]


def test_working_folder_goes_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.txt").write_text(PROSE)
    monkeypatch.chdir(tmp_path)
    assert ids_of(Path()) == [f"{tmp_path.name}/x.txt"]


def test_file_of_unknown_name_is_noted_in_a_folder_and_refused_when_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    stream = read(tmp_path)
    assert list(stream) == []
    reason = "skipped, no reader knows this kind of file: an image"
    assert reasons(stream.notes) == f"{tmp_path / 'a.png'}: {reason}"
    with pytest.raises(SourceError, match="no reader knows"):
        read(tmp_path / "a.png")


PAGE = f"<!doctype html><title>Talks resume</title><h1>Talks resume</h1><p>{PROSE}</p>"
TABLE = "id,title,body\na,Talks resume,Envoys met.\n"


@pytest.mark.parametrize("name", ["a.txt", "a", "a.dat", "a.json", "a.csv", "a.html"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", [PAGE, TABLE, json_line(title="Talks resume", body="x")])
def test_file_is_read_as_what_it_holds_whatever_its_name(
    tmp_path: Path, name: str, encoding: str, text: str
) -> None:
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert [article.title for article in read(tmp_path)] == ["Talks resume"]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.html"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (random.Random(7).randbytes(20_000), "kind of file; save it as text"),
        (b"%PDF-1.7\n" + b"1 0 obj\n" * 200, "PDF"),
    ],
)
def test_what_is_no_text_is_refused_and_named(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(data)
    stream = read(tmp_path)
    assert list(stream) == []
    assert kind in reasons(stream.rejected)


@pytest.mark.usefixtures("forget_formats")
def test_registered_format_is_known_by_its_own_test_of_content(tmp_path: Path) -> None:
    def read_notes(stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
        yield Article(title=stream.read().decode())

    register_reader("notes", [".note"], read_notes, lambda start: start.startswith(b"#notes"))
    (tmp_path / "a.txt").write_text("#notes of today")
    (tmp_path / "b.note").write_text("no sign of it")
    assert [article.title for article in read(tmp_path)] == ["#notes of today", "no sign of it"]


@given(st.text(max_size=300))
def test_text_of_any_script_is_not_taken_for_bytes(text: str) -> None:
    assert not is_no_text("".join(char for char in text if char.isprintable()).encode())


def test_named_format_reads_files_of_any_name(tmp_path: Path) -> None:
    (tmp_path / "dump").write_text(json_line(id="a"))
    assert ids_of(tmp_path / "dump", format="jsonl") == ["a"]


def test_unknown_format_and_missing_path_are_errors_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the formats are auto, text"):
        read(tmp_path, format="djvu")
    with pytest.raises(SourceError, match=r"absent\.txt: cannot be read"):
        read(tmp_path / "absent.txt")
    with pytest.raises(SourceError, match="null"):
        read("a\0b.txt")


links = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")


@links
def test_loop_of_links_is_reported_and_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    stream = read(tmp_path)
    assert len(list(stream)) == 1
    assert "loop of links" in reasons(stream.rejected)
    assert stream.rejected[0].path == str(tmp_path / "deep" / "up")


@links
def test_folder_linked_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text(PROSE)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    stream = read(tmp_path)
    assert len(list(stream)) == 1
    assert "already read as" in reasons(stream.notes)


@links
def test_broken_link_is_reported_and_a_pipe_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    stream = read(tmp_path)
    assert list(stream) == []
    assert "cannot be read" in reasons(stream.rejected)
    assert "not a file of data" in reasons(stream.notes)


def test_file_without_permission_is_reported_and_the_load_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "b.txt").write_text(PROSE)
    really_open = Path.open

    def refuse_a(path: Path, *args: object, **options: object) -> object:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return really_open(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refuse_a)
    stream = read(tmp_path)
    assert [article.id for article in stream] == [f"{tmp_path.name}/b.txt"]
    assert reasons(stream.rejected) == f"{tmp_path / 'a.txt'}: cannot be opened: Permission denied"


def test_folder_without_permission_is_reported_and_the_load_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "x.txt").write_text(PROSE)
    really_scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return really_scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    stream = read(tmp_path)
    assert len(list(stream)) == 1
    assert "cannot be listed: Permission denied" in reasons(stream.rejected)


def test_file_that_fails_while_it_is_read_keeps_what_was_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            if data := super().read1(size):
                return data
            raise OSError(5, "Input/output error")

    (tmp_path / "a.jsonl").touch()
    content = json_line(id="a").encode()
    monkeypatch.setattr(Path, "open", lambda *_, **__: Failing(content))
    stream = read(tmp_path / "a.jsonl")
    assert [article.id for article in stream] == ["a"]
    assert "not read to its end: input/output error" in reasons(stream.rejected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json_line(id="a") + json_line(id="b"), ["a", "b"]),
        ('[{"id": "a", "title": "t"}]', ["a"]),
        (PROSE, [Article(body=PROSE.strip()).id]),
    ],
)
def test_standard_input_goes_by_its_first_characters(
    text: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    stream = read("-")
    assert [article.id for article in stream] == expected
    assert stream.bytes_total is None
    assert not sys.stdin.buffer.closed


def test_remarks_on_standard_input_name_it_by_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}\n")))
    stream = read("-")
    assert list(stream) == []
    assert reasons(stream.rejected) == "-:1: the article has neither title nor body"


def test_strict_raises_at_the_first_bad_item_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json_line(id="a") + "{\n" + json_line(id="b"))
    found = []
    with pytest.raises(SourceError) as caught:
        found += [article.id for article in read(path, strict=True)]
    assert (caught.value.path, caught.value.line) == (str(path), 2)
    assert str(caught.value).startswith(f"{path}:2: not JSON")


def test_nothing_is_opened_before_the_stream_is_iterated_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json_line(id="a"))
    stream = read(tmp_path)
    path.write_text(json_line(id="b"))
    assert [article.id for article in stream] == ["b"]


def test_bytes_read_grow_to_the_total_compressed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line(id="a"))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(json_line(id="b").encode() * 1000))
    stream = read(tmp_path)
    assert stream.bytes_read == 0
    assert len(list(stream)) == 1001
    assert (
        stream.bytes_read
        == stream.bytes_total
        == sum(path.stat().st_size for path in tmp_path.iterdir())
    )


def test_iteration_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json_line(id=str(n)) for n in range(4)))
    stream = read(tmp_path)
    first = next(iter(stream))
    assert [first.id, *(article.id for article in stream)] == ["0", "1", "2", "3"]


def test_language_of_the_call_is_kept_for_the_index_that_takes_the_articles(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line(lang="fr") + json_line())
    (tmp_path / "b.txt").write_text(PROSE)
    stream = read(tmp_path, language="German")
    assert stream.language == "de"
    assert [article.lang for article in stream] == ["fr", "", ""]
    assert read(tmp_path, language="auto").language == "auto"


def test_what_is_no_language_is_noted_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json_line(lang="us english") + json_line(lang="\ud800") + json_line(lang="und")
    )
    stream = read(tmp_path)
    assert [article.lang for article in stream] == ["", "", ""]
    assert ["not a language" in note.reason for note in stream.notes] == [True, True]


def test_unknown_language_of_the_call_is_an_error_that_names_near_ones(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line())
    with pytest.raises(UnknownLanguageError, match=r"'germn' is not a language .* german \(de\)"):
        read(tmp_path, language="germn")


def test_notes_of_one_kind_are_bounded_and_their_number_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line(date="soon") * 1500)
    stream = read(tmp_path)
    assert len(list(stream)) == 1500
    assert (len(stream.notes), stream.notes.n_more) == (100, 1400)
    ((note, n_notes),) = stream.notes.by_kind()
    assert (note, n_notes) == (stream.notes[0], 1500)


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
def test_file_name_that_is_no_utf8_is_read_and_reported_readably(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(path).write_text(PROSE)
    (article,) = read(tmp_path)
    assert article.id == f"{tmp_path.name}/caf\\xe9.txt"


def test_what_tells_of_a_folder_is_left_out_unless_it_is_named(tmp_path: Path) -> None:
    names = ("LICENSE", "LICENSE-MIT", "README", "README.de.md", "Readme.txt", "license.md")
    for name in (*names, "readmission-of-members.txt", "license-lost.txt"):
        (tmp_path / name).write_text(PAGE)
    stream = read(tmp_path)
    found = [article.id.partition("/")[2] for article in stream]
    assert found == ["license-lost.txt", "readmission-of-members.txt"]
    assert stream.notes == stream.rejected == []
    assert len(list(read(tmp_path / "Readme.txt"))) == 1


def test_tree_deeper_than_the_stack_is_walked(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 200)
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text(PROSE)
    limit = sys.getrecursionlimit()
    stream = read(tmp_path, format="jsonl")
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        assert list(stream) == []
    finally:
        sys.setrecursionlimit(limit)
    assert [Path(remark.path).name for remark in stream.rejected] == ["x.txt"] * 2


def fails_at_once(stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
    raise KeyError(stream.readline().decode())


def fails_half_way(stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
    yield Article(title=stream.readline().decode())
    raise IndexError("list index\nout of range")


def gives_text(stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
    yield stream.read().decode()  # type: ignore[misc]


def gives_nothing(_stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
    return None  # type: ignore[return-value]


def raises_ours(_stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    raise SourceError(context.path, "too odd", line=7)


FAILING_READERS = [
    (fails_at_once, ":? the reader failed: KeyError: 'a'"),
    (fails_half_way, ":? the reader failed: IndexError: list index out of range"),
    (gives_text, ":? the reader failed: TypeError: .*str"),
    (gives_nothing, ":? the reader failed: TypeError: "),
    (raises_ours, ":7: too odd"),
]


@pytest.mark.usefixtures("forget_formats")
@pytest.mark.parametrize(("reader", "reason"), FAILING_READERS)
def test_reader_that_fails_costs_its_file_and_not_the_load(
    tmp_path: Path, reader: Reader, reason: str
) -> None:
    register_reader("odd", [".odd"], reader)
    (tmp_path / "a.odd").write_text("a")
    (tmp_path / "b.jsonl").write_text(json_line(id="b"))
    stream = read(tmp_path)
    assert [article.id for article in stream][-1] == "b"
    (remark,) = stream.rejected
    assert re.match(re.escape(str(tmp_path / "a.odd")) + reason, str(remark))


@pytest.mark.usefixtures("forget_formats")
@pytest.mark.parametrize(("reader", "reason"), FAILING_READERS)
def test_strict_makes_a_failing_reader_an_error_with_its_cause(
    tmp_path: Path, reader: Reader, reason: str
) -> None:
    register_reader("odd", [".odd"], reader)
    (tmp_path / "a.odd").write_text("a")
    with pytest.raises(SourceError, match=reason) as caught:
        list(read(tmp_path, strict=True))
    assert caught.value.path == str(tmp_path / "a.odd")
    assert (caught.value.__cause__ is None) == (reader is raises_ours)


@pytest.mark.usefixtures("forget_formats")
@pytest.mark.parametrize("wish", [KeyboardInterrupt, SystemExit])
def test_reader_that_is_interrupted_ends_the_load(
    tmp_path: Path, wish: type[BaseException]
) -> None:
    def interrupted(_stream: BinaryIO, _context: Context) -> Iterator[Article | Remark]:
        raise wish

    register_reader("odd", [".odd"], interrupted)
    (tmp_path / "a.odd").write_text("a")
    with pytest.raises(wish):
        list(read(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *product(["a.txt", "a.csv", "a.tsv", "-"], [b" ", b"\n", b" \r\n\t\n"]),
        *product(
            ["a.txt", "a.jsonl", "a.ndjson", "a.json", "a.csv", "a.tsv", "-"],
            [b"", b"\xef\xbb\xbf"],
        ),
    ],
)
def test_empty_and_blank_files_are_rejected_once_and_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    (tmp_path / "a.txt").touch()
    path = "-" if name == "-" else tmp_path / name
    if name == "-":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    else:
        (tmp_path / name).write_bytes(content)
    stream = read(path)
    assert list(stream) == []
    assert [remark.line for remark in stream.rejected] == [None]
    assert re.search("empty|no article", reasons(stream.rejected))
    assert stream.notes == []


@pytest.mark.usefixtures("forget_formats")
def test_registered_reader_is_used_for_its_suffix_and_format(tmp_path: Path) -> None:
    def read_shouts(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
        for number, line in enumerate(stream, 1):
            yield Article(title=line.decode()) if line.isupper() else context.rejected("no", number)

    before = formats()
    register_reader("shouts", [".loud"], read_shouts)
    (tmp_path / "a.loud.gz").write_bytes(gzip.compress(b"AHA\nno\n"))
    stream = read(tmp_path)
    assert [article.title.strip() for article in stream] == ["AHA"]
    assert reasons(stream.rejected) == f"{tmp_path / 'a.loud.gz'}:2: no"
    assert formats() == [*before, "shouts"]
    assert ids_of(tmp_path / "a.loud.gz", format="shouts")


def read_pages(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    for number, page in enumerate(stream.read().split(b"\f")):
        yield from read_text(io.BytesIO(page), context.child(f"{context.article_id}#{number}"))


@pytest.mark.usefixtures("forget_formats")
def test_each_page_of_a_file_of_many_goes_through_the_page_reader(tmp_path: Path) -> None:
    register_reader("pages", [".pages"], read_pages)
    (tmp_path / "a.pages").write_text("\f".join([PROSE, "Menu", PROSE.replace("envoy", "aide")]))
    stream = read(tmp_path)
    found = {article.id: article for article in stream}
    assert list(found) == [f"{tmp_path.name}/a.pages#0", f"{tmp_path.name}/a.pages#2"]
    assert "aide" in found[f"{tmp_path.name}/a.pages#2"].body
    assert reasons(stream.rejected) == (
        f"{tmp_path / 'a.pages'}: {tmp_path.name}/a.pages#1: no running text was found"
    )


def test_notes_of_pages_are_of_one_kind_whatever_page_they_name() -> None:
    file = Context("a.mbox", "a.mbox")
    for number in range(600):
        page = file.child(f"a.mbox#{number}")
        page.note("odd", 3)
        page.child(f"a.mbox#{number}/1").note("odd")
    assert list(map(str, file.notes[:2])) == [
        "a.mbox: a.mbox#0:3: odd",
        "a.mbox: a.mbox#0: a.mbox#0/1: odd",
    ]
    assert file.notes.by_kind() == [(file.notes[0], 600), (file.notes[1], 600)]


def test_an_id_of_two_places_is_told_with_both(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line(id=1, body="x") + json_line(id=2, body="same"))
    (tmp_path / "b.jsonl").write_text(json_line(id=2, body="same") + json_line(id=1, body="y"))
    stream = read(tmp_path)

    assert [article.id for article in stream] == ["1", "2", "2", "1"]
    place = f"{tmp_path / 'a.jsonl'}:1"
    told = f"{tmp_path / 'b.jsonl'}:2: id '1' again with other text, first in {place}"
    assert reasons(stream.notes) == told


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 2)), max_size=60), st.integers(1, 9))
def test_ids_again_are_found_in_whatever_batches(texts: list[tuple[int, int]], batch: int) -> None:
    seen = RepeatedIds(batch)
    first: dict[int, tuple[int, int]] = {}
    expected = []
    for line, (number, text) in enumerate(texts, 1):
        seen.add(Article(id=str(number), title=f"text {text}"), "a", line)
        first_text, first_line = first.setdefault(number, (text, line))
        if first_text != text:
            expected.append(
                f"a:{line}: id '{number}' again with other text, first in a:{first_line}"
            )
    seen.compare()

    assert list(map(str, seen.notes)) == expected


def test_ids_take_a_prefix_and_are_taken_from_where_the_caller_says(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "a.txt").write_text(PROSE)
    (folder / "b.jsonl").write_text(json_line(id=7, guid="g") + json_line(guid="h"))

    assert ids_of(folder, id_prefix="AP-", id_from="guid") == ["AP-x/a.txt", "AP-g", "AP-h"]
    assert ids_of(folder, id_from="path") == ["x/a.txt", "x/b.jsonl#7", "x/b.jsonl#2"]
    by_guid = list(read(folder, id_from="guid"))
    assert [article.extra for article in by_guid] == [{}, {"guid": "g", "id": 7}, {"guid": "h"}]


def test_a_record_without_the_key_of_its_id_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_line(id=7))
    stream = read(tmp_path, id_from="guid")

    assert list(stream) == []
    assert "unusable guid: there is none to take as the id" in reasons(stream.rejected)


@pytest.mark.parametrize("options", [{"id_prefix": "a\n"}, {"id_from": 3}])
def test_what_ids_are_made_of_is_text_of_one_line(options: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="text of one line"):
        read(tmp_path, **options)


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ({"map": "body=Story"}, "map: 'body=Story' is no mapping; write {'body': 'Story'}"),
        ({"columns": "title,body"}, "columns: 'title,body' is no list of names; write ['title'"),
        ({"columns": [1]}, "columns: 1 is no text of one line"),
        ({"date_from": 3}, "date_from: 3 is no text of one line"),
    ],
)
def test_options_of_a_wrong_type_are_refused_with_what_to_write(
    tmp_path: Path, option: dict[str, Any], reason: str
) -> None:
    with pytest.raises(SourceError, match=re.escape(reason)):
        read(tmp_path, **option)
