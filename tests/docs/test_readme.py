"""The README tells the truth: its commands and its Python run as they stand."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from newsearch.cli import cli, run
from newsearch.fields import FIELDS, QUERY_FIELDS, Field

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NOT_ON_SEEDS = ("dump.jsonl.gz", "$(", "more.jsonl")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def tour_commands() -> list[str]:
    """The lines of the tour that can run where the seeds are indexed."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [
        line
        for line in lines
        if line.startswith("newsearch ") and not any(word in line for word in NOT_ON_SEEDS)
    ]


def sessions(language: str = "console") -> list[tuple[str, str]]:
    """The commands whose output the README shows, in order, each with that output."""
    shown = "".join(block for block in blocks(language))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE)


def as_printed(output: str) -> re.Pattern[str]:
    """What may stand for an output: its own text, any time, and anything for three dots."""
    pattern = re.escape(output).replace(re.escape("..."), "(?s:.*)")
    return re.compile(re.sub(r"\d+\\ ms", r"\\d+ ms", pattern))


@pytest.fixture
def folder(tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the seeds in it, as a clone has them."""
    shutil.copytree(seeds, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSEARCH_INDEX", raising=False)
    return tmp_path


def test_the_tour_is_found() -> None:
    assert len(tour_commands()) > 8


def test_every_command_of_the_tour_finds_or_does_something(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["index", "seeds/"])

    for command in tour_commands():
        line = command.split(" #")[0].split(" > ")[0]
        assert run(shlex.split(line)[1:]) == 0, command
        assert "warning" not in capsys.readouterr().err, command


def test_commands_print_what_the_readme_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert len(sessions()) >= 5
    check_sessions(sessions())


@pytest.mark.slow
def test_the_question_from_load_to_chart_is_answered_as_the_readme_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    data = Path(os.environ.get("NEWSEARCH_DATA", "/nowhere")) / "news" / "reuters21578"
    if not data.exists():
        pytest.skip("Reuters-21578 is not there")
    (folder / data.name).mkdir()
    shutil.copy(data / "docs.jsonl.gz", folder / data.name)

    check_sessions(sessions("console reuters"))

    assert "gulf iran" in (folder / "gulf.svg").read_text(encoding="utf-8")


def check_sessions(expected: list[tuple[str, str]]) -> None:
    """Assert that commands print, on both streams, what is shown."""
    for command, shown in expected:
        terminal = io.StringIO()
        with contextlib.redirect_stdout(terminal), contextlib.redirect_stderr(terminal):
            run(shlex.split(command)[1:])
        printed = "".join(f"{line.rstrip()}\n" for line in terminal.getvalue().splitlines())
        assert as_printed(shown).fullmatch(printed), f"{command} prints\n{printed}"


def test_an_output_that_differs_from_the_readme_is_noticed() -> None:
    assert as_printed("3 hits, 1 ms\n...\n").fullmatch("3 hits, 250 ms\na\nb\n")
    assert not as_printed("3 hits, 1 ms\n").fullmatch("4 hits, 1 ms\n")


@pytest.mark.usefixtures("forget_formats")
def test_the_python_of_the_readme_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks("python"):
        exec(compile("import newsearch\n" + block, "README.md", "exec"), {})

    printed = capsys.readouterr().out
    assert "3 added, 0 updated, 0 unchanged, 0 rejected" in printed
    assert "Japanese officials" in printed


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        row = next(line for line in README.splitlines() if line.startswith(f"| `newsearch {name}"))
        assert command.help
        for option in (option for p in command.params for option in p.opts if "--" in option):
            assert option in row or option in ("--index", "--limit", "--partial"), (
                f"{name} {option}"
            )


def test_the_file_links_of_the_readme_lead_somewhere() -> None:
    root = Path(__file__).parents[2]
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_the_table_of_the_query_language_is_the_tested_one() -> None:
    table = Path(__file__).parents[1] / "unit" / "query" / "language.md"

    assert table.read_text(encoding="utf-8").strip() in README


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_stands_in_the_readme_with_its_names_in_files(field: Field) -> None:
    names = " ".join(f"`{name}`" for name in field.in_files)
    assert f"| `{field.name}` | {field.help} | {names} |" in README.splitlines()


def test_the_query_language_of_the_readme_names_every_field() -> None:
    table = README.partition("## Query language")[2].partition("\n## ")[0]
    for name in QUERY_FIELDS:
        assert f"`{name}:" in table, name
