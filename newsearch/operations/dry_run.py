"""What a load would take in: files and folders read to the end, and nothing written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from newsearch.answers.reports import Notes, Remark
from newsearch.answers.table import Cell, Column, Table
from newsearch.article import Article, hash_id
from newsearch.index.article_languages import ArticleLanguages
from newsearch.languages import AUTO
from newsearch.schema import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from newsearch.sources import ArticleStream

_SAMPLES = 3
_SAMPLE_CHARS = 200


@dataclass(frozen=True, slots=True)
class DryRun:
    """What files hold.

    Parameters
    ----------
    kinds
        By what files are read as: how many files, and articles of them.
    languages
        Articles by language code, the most frequent first.
    first_date, last_date, undated
        Days of the oldest and the newest article, '' without any, and articles without a date.
    notes, rejected
        The first remark of each kind, and how many there are.
    samples
        Three articles, the same each time.
    """

    kinds: dict[str, tuple[int, int]]
    languages: dict[str, int]
    first_date: str
    last_date: str
    undated: int
    notes: list[tuple[Remark, int]]
    rejected: list[tuple[Remark, int]]
    samples: list[Article]

    @property
    def articles(self) -> int:
        return sum(n_articles for _, n_articles in self.kinds.values())

    def as_dict(self) -> dict[str, Any]:
        """Return what was found as JSON values."""
        kinds = [
            {"kind": kind, "files": n_files, "articles": n_articles}
            for kind, (n_files, n_articles) in self.kinds.items()
        ]
        return {
            **{"articles": self.articles, "kinds": kinds, "languages": self.languages},
            **{"first_date": self.first_date, "last_date": self.last_date},
            "undated": self.undated,
            "notes": [{**note.as_dict(), "count": n} for note, n in self.notes],
            "rejected": [{**remark.as_dict(), "count": n} for remark, n in self.rejected],
            "samples": [article.as_dict() for article in self.samples],
        }

    def as_table(self) -> Table:
        """Return a row for each thing that was found, as people read it."""
        dates = f"{self.first_date} to {self.last_date}" if self.first_date else None
        languages = ", ".join(f"{code} {n:,}" for code, n in self.languages.items())
        rows: list[tuple[str, Cell]] = [("articles", self.articles)]
        for kind, (n_files, n_articles) in self.kinds.items():
            rows.append((kind, f"files {n_files:,}, articles {n_articles:,}"))
        rows += [("languages", languages or None), ("dates", dates), ("undated", self.undated)]
        for name, remarks in (("note", self.notes), ("rejected", self.rejected)):
            rows += [(name, f"{one}{f' ({n:,} like it)' if n > 1 else ''}") for one, n in remarks]
        rows += [("sample", _shown(article)) for article in self.samples]
        return Table((Column("name"), Column("value")), rows, has_header=False)


def dry_run(stream: ArticleStream) -> DryRun:
    """Read all articles of a stream, and tell what they are."""
    languages: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    files: dict[str, set[str]] = {}
    dates: set[str] = set()
    undated = 0
    samples: list[Article] = []
    expected = "" if stream.language == AUTO else stream.language
    settle = ArticleLanguages(expected, []).settle
    for item, context in stream.looked_at():
        if not isinstance(item, Article):
            continue
        articles[context.kind] += 1
        files.setdefault(context.kind, set()).add(context.path)
        languages[settle(item).lang or expected or DEFAULT_LANGUAGE] += 1
        if item.date:
            dates.add(item.date.instant.date().isoformat())
        undated += item.date is None
        samples = nsmallest(_SAMPLES, [*samples, item], key=lambda one: hash_id(one.id))
    return DryRun(
        {kind: (len(files[kind]), n) for kind, n in articles.most_common()},
        dict(languages.most_common()),
        *(min(dates, default=""), max(dates, default=""), undated),
        *(stream.notes.by_kind(), Notes(stream.rejected).by_kind(), samples),
    )


def _shown(article: Article) -> str:
    known = [article.id, str(article.as_dict().get("date", "")), article.source, article.title]
    return f"{'; '.join(filter(None, known))}: {article.body[:_SAMPLE_CHARS]}"
