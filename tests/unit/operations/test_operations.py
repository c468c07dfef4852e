"""Operations: told once, asked of any engine, described for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
import pytest
from support.memory_engine import MemoryEngine

from newsearch.answers.table import Cell, Column, Table
from newsearch.article import Article
from newsearch.cli import run
from newsearch.cli.derived import command
from newsearch.engines.base import Engine
from newsearch.errors import QueryError
from newsearch.operations import NAMES, operation
from newsearch.operations.base import Answer, Operation, json_schema, option
from newsearch.operations.search import SearchOptions
from newsearch.operations.selection import Selected
from newsearch.stopping import Stopped


@pytest.fixture
def engine() -> MemoryEngine:
    engine = MemoryEngine()
    engine.add([Article(id="a", body="north korea", source="AP"), Article(id="b", body="north")])
    return engine


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_described_with_all_its_options(name: str) -> None:
    told = operation(name)

    schema = json.loads(json.dumps(json_schema(told)))

    assert schema["title"] == told.name == name
    assert schema["description"].split("\n")[0].endswith(".")
    assert list(schema["properties"]) == [one.name for one in told.told_options()]
    for described in schema["properties"].values():
        assert described["description"]
        assert described["type"] in ("string", "integer", "number", "boolean", "array")
        if "enum" in described:
            assert described["default"] in described["enum"]
        assert described.get("default", 0) is not None


def test_a_schema_says_what_each_option_takes() -> None:
    schema = json_schema(operation("query"))

    assert schema["additionalProperties"] is False
    assert schema["properties"]["limit"] == {
        "type": "integer",
        "description": "How many hits to show.",
        "minimum": 0,
        "default": 10,
    }
    assert schema["properties"]["match"]["enum"] == ["all", "any"]
    assert "default" not in schema["properties"]["since"]
    assert schema["properties"]["strict"]["type"] == "boolean"


def test_operations_ask_whichever_engine_they_are_given(engine: Engine) -> None:
    results = operation("query").run(engine, SearchOptions(query="north", source="AP"))
    total = operation("count").run(engine, Selected(query="korea nobody", match="any"))
    stats = operation("stats").run(engine, operation("stats").options())

    assert [hit.id for hit in results] == ["a"]
    assert total.as_dict() == {"query": "korea nobody", "total": 1}
    assert stats == engine.stats()


def test_filters_alone_mean_every_article_that_passes_and_nothing_means_nothing(
    engine: Engine,
) -> None:
    assert operation("count").run(engine, Selected(source="ap")).total == 1
    assert operation("count").run(engine, Selected(query="*")).total == 2
    with pytest.raises(QueryError, match="use '\\*' for all"):
        operation("count").run(engine, Selected(query=" "))


# A command derived from an operation that has every kind of option


@dataclass(frozen=True)
class EveryKind:
    """One option of each kind."""

    words: str = option(default="", metavar="WORDS...", is_argument=True, help="Words.")
    name: str | None = option(default=None, metavar="NAME", help="A text.")
    most_rows: int = option(default=3, short="-m", minimum=1, help="A number.")
    by: Literal["day", "year"] = option(default="day", help="A choice.")
    order: Literal["up", "down"] = option(default="up", flag="down", help="A choice of two.")
    exact: bool = option(default=False, help="A flag.")


@dataclass(frozen=True)
class Shown:
    """What was asked for, as an answer."""

    options: EveryKind

    def as_dict(self) -> dict[str, object]:
        return self.as_table().as_dict()

    def as_table(self) -> Table:
        told = self.options
        rows: list[tuple[Cell, ...]] = [
            (told.words, told.name, told.most_rows, f"{told.by} {told.order} {told.exact}")
        ]
        columns = Column("words"), Column("name"), Column("most", "integer"), Column("rest")
        return Table(columns, rows)


def show(_engine: Engine, options: EveryKind) -> Answer:
    return Shown(options)


OPERATION = Operation(
    name="show-all",
    help="Show what was asked for.\n\nIt does nothing else.",
    options=EveryKind,
    run=show,
    forms=("json", "jsonl", "csv"),
    found=lambda answer: "nothing" not in str(answer.as_dict()),
)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> Iterator[click.Command]:
    monkeypatch.setattr("newsearch.open_index", lambda _target, **_: MemoryEngine())
    yield command(OPERATION)


@pytest.mark.parametrize(
    ("args", "row"),
    [
        ([], ",,3,day up False"),
        (["two", "-minus", "words"], "two -minus words,,3,day up False"),
        (["--name", "x", "-m", "9", "--by", "year"], ",x,9,year up False"),
        (["--most-rows", "1", "--down", "--exact"], ",,1,day down True"),
    ],
)
def test_a_command_passes_options_of_every_kind(
    derived: click.Command, args: list[str], row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = derived.main(["--csv", *args], standalone_mode=False)

    assert status == 0
    assert capsys.readouterr().out.splitlines() == ["words,name,most,rest", row]


@pytest.mark.parametrize(
    "args", [["-m", "0"], ["-m", "x"], ["--by", "month"], ["--json", "--csv"], ["--nothing"]]
)
def test_a_command_refuses_what_an_option_does_not_take(
    derived: click.Command, args: list[str]
) -> None:
    with pytest.raises(click.UsageError):
        derived.main(args, standalone_mode=False)


def test_a_command_prints_every_form_of_its_operation(
    derived: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = {}
    for form in ("--json", "--jsonl", ""):
        derived.main([form, "x"] if form else ["x"], standalone_mode=False)
        printed[form] = capsys.readouterr().out

    record = {"words": "x", "name": None, "most": 3, "rest": "day up False"}
    assert json.loads(printed["--json"]) == {"rows": [record]}
    assert json.loads(printed["--jsonl"]) == record
    assert printed[""].splitlines()[0].split() == ["words", "name", "most", "rest"]


def test_a_command_that_finds_nothing_says_so_by_its_status(derived: click.Command) -> None:
    assert derived.main(["nothing"], standalone_mode=False) == 1


def test_an_interrupted_command_that_has_nothing_yet_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_args: object, **_options: object) -> None:
        raise Stopped

    monkeypatch.setattr(MemoryEngine, "explain", stop)
    monkeypatch.setattr("newsearch.open_index", lambda _target, **_: MemoryEngine())

    assert run(["explain", "a", "korea", "-i", str(tmp_path)]) == 130
    assert capsys.readouterr().err.startswith("newsearch: interrupted")


def test_the_help_of_a_command_is_that_of_its_operation(derived: click.Command) -> None:
    context = click.Context(derived, info_name="show-all")

    text = " ".join(derived.get_help(context).split())

    assert "Show what was asked for. It does nothing else." in text
    assert derived.get_short_help_str() == "Show what was asked for."
    for told in OPERATION.told_options():
        assert told.is_argument or told.help in text
    assert "--name NAME" in text
    assert "-m, --most-rows" in text
    assert "[default: 3; x>=1]" in text
