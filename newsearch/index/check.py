"""Reads everything an index holds and compares it with itself."""

from __future__ import annotations

from collections.abc import Iterator

from newsearch.article import Article
from newsearch.index.snapshot import Snapshot
from newsearch.index.stored import pack
from newsearch.schema import TEXT_FIELDS, analyse, forms_field


def check_snapshot(snapshot: Snapshot) -> Iterator[str]:
    """Give a line for each thing that is wrong.

    Every stored article is read and analysed again, and compared with its columns; every posting
    of every term is walked.
    """
    yield from _check_articles(snapshot)
    for field in (*TEXT_FIELDS, *map(forms_field, TEXT_FIELDS)):
        yield from _check_postings(snapshot, field)


def _check_articles(snapshot: Snapshot) -> Iterator[str]:
    for docnum in snapshot.live.tolist():
        try:
            article = snapshot.article(docnum)
        except Exception as error:
            yield f"article {docnum}: cannot be read ({error})"
            continue
        yield from _check_article(snapshot, docnum, article)


def _check_article(snapshot: Snapshot, docnum: int, article: Article) -> Iterator[str]:
    analysed = analyse(article, pack(article)).values
    if snapshot.docnum(article.id) != docnum:
        yield f"article {article.id!r}: its id does not lead to it"
    for column in ("date", "id_hash", *(f"{field}_length" for field in TEXT_FIELDS)):
        if int(snapshot.column(column)[docnum]) != analysed[column]:
            yield f"article {article.id!r}: column {column} does not fit what is stored"


def _check_postings(snapshot: Snapshot, field: str) -> Iterator[str]:
    n_postings = 0
    try:
        for segment in snapshot.segments:
            for term in segment.reader.lexicon(field):
                matcher = segment.reader.postings(field, term)
                while matcher.is_active():
                    n_postings += len(matcher.value_as("positions"))
                    matcher.next()
    except Exception as error:
        yield f"field {field}: its postings cannot be read ({error})"
        return
    if field in TEXT_FIELDS:
        n_tokens = int(snapshot.column(f"{field}_length")[snapshot.live].sum())
        if n_postings != n_tokens:
            yield f"field {field}: {n_postings:,} positions for {n_tokens:,} words"
