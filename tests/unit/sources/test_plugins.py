"""Formats of other packages, found by their entry points."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsearch.cli import run
from newsearch.errors import SourceError
from newsearch.sources import formats, read

HEADLINES = """
from newsearch.article import Article
from newsearch.sources import Format

def read_headlines(stream, context):
    for line in stream:
        yield Article(title=line.decode().strip())

HEADLINES = Format((".head",), read_headlines)
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Install:
    """A function that installs a package with one module and the entry point of one format."""
    numbers = itertools.count()

    def install(
        package: str, code: str, name: str = "headlines", attribute: str = "HEADLINES"
    ) -> None:
        folder = tmp_path_factory.mktemp("site")
        module = f"plugin_{next(numbers)}"
        (folder / f"{module}.py").write_text(code)
        about = folder / f"{package.replace('-', '_')}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        point = f"[newsearch.readers]\n{name} = {module}:{attribute}\n"
        (about / "entry_points.txt").write_text(point)
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install


def titles(path: Path, format_name: str = "auto") -> list[str]:
    return [article.title for article in read(path, format=format_name)]


@pytest.fixture
def head(tmp_path: Path) -> Path:
    path = tmp_path / "news" / "a.head"
    path.parent.mkdir()
    path.write_text("Talks resume\n")
    return path


def test_format_of_another_package_is_known_by_suffix_and_name(
    install: Install, head: Path
) -> None:
    before = formats()
    install("news-headlines", HEADLINES)
    assert formats() == [*before, "headlines"]
    assert titles(head.parent) == titles(head) == ["Talks resume"]
    assert titles(head.rename(head.with_suffix(".txt")), "headlines") == ["Talks resume"]


def test_command_knows_formats_of_other_packages(
    install: Install, head: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    assert run(["index", str(head), "--format", "headlines", "-i", index]) == 2
    assert "the formats are auto, text, " in capsys.readouterr().err
    install("news-headlines", HEADLINES)
    assert run(["index", str(head), "--format", "headlines", "-i", index]) == 0
    assert "1 added" in capsys.readouterr().out
    assert run(["index", "--help"]) == 0
    assert "|headlines]" in capsys.readouterr().out


def test_package_is_not_imported_where_our_own_formats_suffice(
    install: Install, tmp_path: Path
) -> None:
    install("news-headlines", "raise SystemExit")
    (tmp_path / "a.jsonl").write_text('{"title": "t"}\n')
    assert titles(tmp_path) == titles(tmp_path, "jsonl") == ["t"]
    assert "headlines" in formats()


@pytest.mark.parametrize(
    ("code", "attribute", "reason"),
    [
        ("import no_such_module", "HEADLINES", "ModuleNotFoundError: No module named 'no_such"),
        ("", "HEADLINES", "AttributeError: "),
        ("x = 1", "x", "TypeError: .* is a int, not a Format"),
        ("1 / 0", "x", "ZeroDivisionError: division by zero"),
    ],
)
def test_package_that_cannot_be_loaded_is_named_and_costs_only_its_files(
    install: Install, head: Path, code: str, attribute: str, reason: str
) -> None:
    install("news-headlines", code, attribute=attribute)
    (head.parent / "b.jsonl").write_text('{"title": "t"}\n')
    told = f"package news-headlines: its reader of 'headlines' cannot be loaded: {reason}"
    stream = read(head.parent)
    assert [article.title for article in stream] == ["t"]
    notes = [str(note) for note in stream.notes]
    assert len(notes) == 2
    assert "a.head: skipped, no reader knows this kind of file" in "\n".join(notes)
    with pytest.raises(SourceError, match=f"no reader knows.*{told}"):
        read(head)
    with pytest.raises(SourceError, match=told):
        read(head, format="headlines")


def test_of_two_packages_with_one_format_the_first_by_name_has_it(
    install: Install, head: Path
) -> None:
    install("b-news", HEADLINES.replace("line.decode()", "'b'"))
    install("a-news", HEADLINES.replace("line.decode()", "'a'"))
    install("c-news", HEADLINES.replace("line.decode()", "'c'"))
    assert titles(head) == titles(head, "headlines") == ["a"]


def test_our_own_format_is_never_replaced_by_that_of_a_package(
    install: Install, tmp_path: Path
) -> None:
    install("news-headlines", HEADLINES.replace(".head", ".jsonl"), name="jsonl")
    (tmp_path / "a.jsonl").write_text('{"title": "t"}\n')
    assert titles(tmp_path) == titles(tmp_path, "jsonl") == ["t"]
