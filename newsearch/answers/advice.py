"""What an answer says beside what was asked for, such as what helps where nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal, Protocol

from newsearch.answers.query_warning import QueryWarning
from newsearch.values import frozen_dataclass

Change = Literal["any", "unquoted", "without"]


@frozen_dataclass
class Unknown:
    """A word of a query, or the value of a filter, that no article has.

    Parameters
    ----------
    field
        Where it is looked for: a filter, ``"title"`` or ``"body"``; ``"text"`` for both.
    value
        What no article has.
    nearest
        What articles have there that is spelt nearly so, the likeliest first.
    """

    field: str
    value: str
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        field = "" if self.field == "text" else f"{self.field}:"
        near = f"; near it: {', '.join(self.nearest)}" if self.nearest else ""
        return f"no article has {field}{self.value}{near}"


@frozen_dataclass
class Wider:
    """A wider query, and how many articles it finds.

    Parameters
    ----------
    change
        ``"any"``: any of the words need to match, not all; ``"unquoted"``: the words of phrases may
        stand anywhere and in any form; ``"without"``: a part is left out.
    total
        Articles that match then.
    part
        What is left out, as the query language writes it.
    """

    change: Change
    total: int
    part: str = ""


@frozen_dataclass
class Advice:
    """What helps where a search finds nothing; false where there is nothing to say.

    Parameters
    ----------
    unknown
        What no article has, in the order asked.
    wider
        Wider queries that find something.
    """

    unknown: tuple[Unknown, ...] = ()
    wider: tuple[Wider, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unknown or self.wider)

    def as_dict(self) -> dict[str, Any]:
        """Return the advice as JSON values."""
        return asdict(self)

    def lines(self, any_option: str = 'match="any"') -> Iterator[str]:
        """Return the advice as sentences.

        Parameters
        ----------
        any_option
            How articles with any of the words are asked for.
        """
        from newsearch.answers.printing import n_articles_text

        yield from map(str, self.unknown)
        texts = {
            "any": f"with any of the words ({any_option})",
            "unquoted": "without quotation marks",
            "without": "without {part}",
        }
        for wider in self.wider:
            found = n_articles_text(wider.total)
            yield f"{texts[wider.change].format(part=wider.part)}: {found}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


NO_ADVICE = Advice()


class _Remarks(Protocol):
    """What an answer to a query says beside what was asked for."""

    @property
    def is_partial(self) -> bool: ...
    @property
    def warnings(self) -> tuple[QueryWarning, ...]: ...
    @property
    def advice(self) -> Advice: ...


def with_remarks(record: dict[str, Any], answer: _Remarks) -> dict[str, Any]:
    """Add to an answer as JSON values what else there is to say of it, and return it."""
    if answer.is_partial:
        record["partial"] = True
    if answer.warnings:
        record["warnings"] = [str(warning) for warning in answer.warnings]
    if answer.advice:
        record["advice"] = answer.advice.as_dict()
    return record
