"""How an operation is told, and how it is described to other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, field, fields
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    Protocol,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from newsearch.values import frozen_dataclass

if TYPE_CHECKING:
    from newsearch.answers.advice import Advice
    from newsearch.answers.query_warning import QueryWarning
    from newsearch.answers.table import Table
    from newsearch.engines.base import Engine

Form = Literal["json", "jsonl", "csv"]
OptionKind = Literal["text", "integer", "number", "flag", "choice"]


class Answer(Protocol):
    """What an operation gives."""

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON values."""

    def as_table(self) -> Table:
        """Return the answer as rows."""


@runtime_checkable
class AnswerToQuery(Answer, Protocol):
    """What an operation gives that was asked with words."""

    @property
    def warnings(self) -> tuple[QueryWarning, ...]:
        """The parts of the query that were not read as written."""

    @property
    def is_partial(self) -> bool:
        """Whether the work was stopped before all was found."""


@runtime_checkable
class AnswerWithAdvice(Answer, Protocol):
    """What an operation gives that can help where nothing was found."""

    @property
    def advice(self) -> Advice:
        """What helps; false where there is nothing to say."""


OptionsT = TypeVar("OptionsT")
AnswerT = TypeVar("AnswerT", bound=Answer)


@frozen_dataclass
class Operation(Generic[OptionsT, AnswerT]):
    """Something that users ask for.

    Parameters
    ----------
    name
        What it is called, on the command line too.
    help
        A sentence; after an empty line, what else there is to know.
    options
        A frozen dataclass whose fields come from `option`.
    run
        Asks an engine.
    forms
        What programs can have the answer as. Rows are there for all but ``"json"``.
    text
        Lines for people; those of the table, unless something else reads better.
    found
        Whether there is something in the answer.
    plot
        Draws the answer into a file, if it can be drawn.
    """

    name: str
    help: str
    options: type[OptionsT]
    run: Callable[[Engine, OptionsT], AnswerT]
    forms: tuple[Form, ...] = ("json",)
    text: Callable[[AnswerT], Iterable[str]] = lambda answer: answer.as_table().text()
    found: Callable[[AnswerT], bool] = lambda _: True
    plot: Callable[[AnswerT, str], None] | None = None

    def told_options(self) -> list[ToldOption]:
        """Return the options with all that is told of them, in order."""
        hints = get_type_hints(self.options)
        told = fields(self.options)  # type: ignore[arg-type]  # mypy knows no type of dataclasses
        return [_told(one, hints[one.name]) for one in told]


@frozen_dataclass
class ToldOption:
    """One option of an operation.

    Parameters
    ----------
    name, kind, default
        As the dataclass has them; `choices` are the values of a choice. `is_list`: whether it takes
        any number of them.
    help, metavar, short, flag, minimum, is_argument
        See `option`.
    """

    name: str
    kind: OptionKind
    default: Any
    choices: tuple[str, ...]
    help: str
    metavar: str = ""
    short: str = ""
    flag: str = ""
    minimum: int | None = None
    is_argument: bool = False
    is_list: bool = False


def option(
    *,
    default: Any,
    help: str,  # noqa: A002 - what it is
    metavar: str = "",
    short: str = "",
    flag: str = "",
    minimum: int | None = None,
    is_argument: bool = False,
) -> Any:
    """Return a field of a dataclass of options.

    Its type says what it takes: ``str``, ``int``, ``float``, any of them or None, ``bool``, a
    ``Literal`` of texts, or ``tuple[str, ...]`` for any number of texts. ``max_hits`` is
    ``--max-hits`` on the command line, and ``wait_s``, which is in seconds, ``--wait``.

    Parameters
    ----------
    default
        Its value where none is given.
    help
        A sentence or two.
    metavar
        What stands for its value in help: ``DATE``.
    short
        A second name on the command line: ``-n``.
    flag
        For a choice of two: the value that the command line chooses by a flag of its name.
    minimum
        The lowest number it takes.
    is_argument
        Whether it is what the command line takes without naming it.
    """
    told = {
        **{"help": help, "metavar": metavar, "short": short, "flag": flag},
        **{"minimum": minimum, "is_argument": is_argument},
    }
    return field(default=default, metadata=told)


def _told(one: Field[Any], hint: Any) -> ToldOption:
    assert one.default is not MISSING, f"{one.name} has no default"
    if get_origin(hint) is Literal:
        return ToldOption(one.name, "choice", one.default, get_args(hint), **one.metadata)
    if get_origin(hint) is tuple:
        return ToldOption(one.name, "text", one.default, (), is_list=True, **one.metadata)
    accepted = set(get_args(hint) or (hint,)) - {NoneType}
    kinds: dict[type, OptionKind] = {str: "text", int: "integer", float: "number", bool: "flag"}
    (kind,) = accepted
    return ToldOption(one.name, kinds[kind], one.default, (), **one.metadata)


_JSON_TYPES = {
    **{"text": "string", "choice": "string", "flag": "boolean"},
    **{"integer": "integer", "number": "number"},
}


def json_schema(operation: Operation[Any, Any]) -> dict[str, Any]:
    """Describe the options of an operation as a JSON schema, for programs and assistants."""
    return {
        "title": operation.name,
        "description": operation.help,
        "type": "object",
        "properties": {one.name: _property(one) for one in operation.told_options()},
        "additionalProperties": False,
    }


def _property(one: ToldOption) -> dict[str, Any]:
    described: dict[str, Any] = {"type": _JSON_TYPES[one.kind], "description": one.help}
    if one.is_list:
        told = {"type": "array", "items": {"type": "string"}, "default": list(one.default)}
        return described | told
    if one.choices:
        described["enum"] = list(one.choices)
    if one.minimum is not None:
        described["minimum"] = one.minimum
    if one.default is not None:
        described["default"] = one.default
    return described
