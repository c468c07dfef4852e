"""An archive as users hold it: an engine that answers operations as methods too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, Unpack

from newsearch.engines import local
from newsearch.engines.base import Engine, Selection

if TYPE_CHECKING:
    from newsearch.answers.matches import Facets


class Archive(Engine, Protocol):
    """An engine, and what is composed of its primitives: the same on every engine."""

    def facets(
        self,
        query: str = "*",
        *,
        by: str | Sequence[str],
        limit: int | None = 20,
        contains: str = "",
        **which: Unpack[Selection],
    ) -> Facets:
        """Count the articles that match by the values of fields, each exactly.

        Parameters
        ----------
        by
            A field, or several: those that `Engine.aggregate` counts by.
        limit
            How many values of each, the most frequent first; None for all.
        contains
            Only values with this text in them; case and accents do not count.
        """
        from newsearch.operations.facets import facets

        return facets(self, query, by=by, limit=limit, contains=contains, **which)


class Index(local.Index, Archive):
    __doc__ = local.Index.__doc__
