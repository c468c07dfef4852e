"""An archive as users hold it: an engine that answers operations as methods too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol, Unpack

from newsearch.engines import local, several
from newsearch.engines.base import Bounded, Engine
from newsearch.fields import DatePart

if TYPE_CHECKING:
    from newsearch.answers.concordance import Concordance
    from newsearch.answers.matches import Facets
    from newsearch.answers.results import Results
    from newsearch.answers.suggestions import Suggestions
    from newsearch.answers.timeline import Timeline
    from newsearch.article import Article
    from newsearch.operations.concordance import LineSort


class Archive(Engine, Protocol):
    """An engine, and what is composed of its primitives: the same on every engine."""

    def facets(
        self,
        query: str = "*",
        *,
        by: str | Sequence[str],
        limit: int | None = 20,
        contains: str = "",
        **which: Unpack[Bounded],
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
        which
            What else `Engine.search` takes to say which articles are meant: `since`, `until`,
            `source`, `lang`, `timezone`, `match`, `strict`, `syntax`; and `timeout_s`.
        """
        from newsearch.operations.facets import facets

        return facets(self, query, by=by, limit=limit, contains=contains, **which)

    def concordance(
        self,
        query: str,
        *,
        width: int = 60,
        sort: LineSort = "date",
        limit: int | None = 25,
        per_article: int | None = None,
        **which: Unpack[Bounded],
    ) -> Concordance:
        """Show every occurrence of the words and phrases that match, with the text around it.

        They are those that `Engine.occurrences` tells of, function words too, in title and body.

        Parameters
        ----------
        width
            How many characters to show on each side.
        sort
            ``"date"``: the newest article first, its title before its body. ``"left"``: by the
            words before the match, read from it leftwards; ``"right"``: by those after it; neither
            case nor accents count, and what is not shown does not either. ``"source"``: by the
            source. Equal lines are in order of ``"date"``.
        limit
            How many lines; None for all. By date, no more articles are read than that takes, and no
            line is kept. Else all lines are made, and as many kept as are asked for: all of a
            million take 0.6 GB.
        per_article
            At most so many lines of an article, its first ones; None for all.
        which
            What else `Engine.search` takes to say which articles are meant: `since`, `until`,
            `source`, `lang`, `timezone`, `match`, `strict`, `syntax`; and `timeout_s`.
        """
        from newsearch.operations.concordance import concordance

        return concordance(
            self, query, width=width, sort=sort, limit=limit, per_article=per_article, **which
        )

    def related(
        self,
        article: str | Article,
        *,
        limit: int = 10,
        before: bool = False,
        window_days: int | None = None,
    ) -> Results:
        """Rank the articles that tell of the same as one does, the best and nearest in time first.

        Raises QueryError where no article has the id, or it has no date and one is needed.

        Parameters
        ----------
        article
            Its id, or an article that need not be in the archive. It and copies are left out.
        limit
            How many hits to return, all of which ``total`` counts.
        before, window_days
            Only articles that appeared before it; at most so many days before or after it.
        """
        from newsearch.operations.related import related

        return related(self, article, limit=limit, before=before, window_days=window_days)

    def suggest(self, prefix: str, *, limit: int = 10) -> Suggestions:
        """Complete what a reader has typed; neither case nor accents count.

        Words, names of sources, agencies and authors, and headlines are told, the last two by any
        of their words. Of several words the last one is completed: beside the others in a name,
        with them anywhere in a headline. The most frequent come first, headlines that begin so
        before others; they are those of the 10 newest articles that have such a headline. A word is
        spelt as the newest article with it spells it most often.

        Parameters
        ----------
        limit
            How many of each kind.
        """
        from newsearch.operations.suggest import suggest

        return suggest(self, prefix, limit=limit)

    def timeline(
        self,
        query: str = "*",
        *,
        by: Literal[DatePart, "words"] = "month",
        vs: str | Sequence[str] = (),
        per: str = "",
        limit: int | None = 5,
        count: Literal["articles", "words"] = "articles",
        **which: Unpack[Bounded],
    ) -> Timeline:
        """Count the articles that match by periods of time, as shares of all articles.

        All articles are those that the filters beside the query leave, whatever their words; the
        periods are those from the first to the last of them, also where there are none.

        Parameters
        ----------
        by
            ``"day"``, ``"week"`` (from Monday on), ``"month"``, ``"quarter"`` or ``"year"``;
            ``"words"`` is `count` ``"words"`` by month.
        vs
            Another query, or several, each with series of its own.
        per
            A field such as ``"source"``: its values are told apart, shares are of the articles with
            the same value.
        limit
            How many values, those with most matches first; the others are one series together.
        count
            ``"words"`` counts every word and phrase that matches, as a concordance lists them,
            among all words; the articles that match are read for that.
        which
            What else `Engine.search` takes to say which articles are meant: `since`, `until`,
            `source`, `lang`, `timezone`, `match`, `strict`, `syntax`; and `timeout_s`.
        """
        from newsearch.operations.timeline import timeline

        return timeline(self, query, by=by, vs=vs, per=per, limit=limit, count=count, **which)


class Index(local.Index, Archive):
    __doc__ = local.Index.__doc__


class Archives(several.Archives, Archive):
    __doc__ = several.Archives.__doc__
