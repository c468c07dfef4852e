"""Records of files, rows of tables and mappings to articles: the one mapper of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.fields import fold_name
from newsearch.sources.envelopes import Row, opened
from newsearch.sources.evidence import learn
from newsearch.sources.fields import Meanings, article_from
from newsearch.sources.reader import Context

_MOST_SAMPLED = 50
_MOST_SAMPLED_CHARS = 2**20
_SHOWN_KEYS = 20


def articles_of(
    rows: Iterable[Row], context: Context, header: Sequence[str] = ()
) -> Iterator[Article | Remark]:
    """Make articles of the records of a file, or of the rows of a table.

    Which key means what is told by the caller, else by its name, else by what the first records
    hold: where they lack a body or a date, up to 50 of them are read before the first is given.

    Parameters
    ----------
    rows
        Records in their order, and remarks between them.
    context
        Of the file.
    header
        The columns of a table, which must have a title or a body. Empty for records, of which each
        is judged by itself.
    """
    meanings = Meanings(context.told.keys)
    rows = opened(rows, meanings, context)
    sample: list[Row] = []
    try:
        sample.extend(_sampled(rows, meanings, context))
    except BaseException as error:  # it comes after the rows before it, as if none were sampled
        rows = map(_raised, [error])
    records = [record for _, record in sample if isinstance(record, dict)]
    learn(meanings, records, context)
    _note_absent(records, context)
    if header and not {"title", "body"} & {meanings[name][0] for name in header}:
        reason = f"no column is called title or body; the columns are {_listed(header)}"
        yield context.rejected(reason, 1)
        return
    has_body = False
    for line, record in chain(sample, rows):
        made = article_from(record, context, line, meanings) if isinstance(record, dict) else record
        yield made
        has_body = has_body or isinstance(made, Remark) or made.body != ""
    if not has_body and (keys := _texts(meanings, records)):
        reason = f"no row has a body; name its key with --map body=KEY, one of {_listed(keys)}"
        yield context.rejected(reason)


def _sampled(rows: Iterator[Row], meanings: Meanings, context: Context) -> Iterator[Row]:
    """Take the first rows: one where its keys tell all that is needed, or all have names."""
    n_chars = 0
    for number, (line, record) in enumerate(rows, 1):
        yield line, record
        if isinstance(record, dict):
            is_clear = {"body", "date"} <= meanings.of(record) or all(
                meanings[k][0] for k in record
            )
            if is_clear and not context.told.keys:
                return
            n_chars += sum(map(len, map(str, record.values())))
        if number >= _MOST_SAMPLED or n_chars > _MOST_SAMPLED_CHARS:
            return


def _raised(error: BaseException) -> Row:
    raise error


def _note_absent(records: list[dict[str, Any]], context: Context) -> None:
    """Tell of keys that the caller names and the first records lack."""
    if records and context.told.keys:
        there = {fold_name(key) for record in records for key in record}
        for field, key in context.told.keys.items():
            if fold_name(key) not in there:
                context.note(f"no key {key!r}, from which {field} was to be taken")


def _texts(meanings: Meanings, records: list[dict[str, Any]]) -> list[str]:
    """Return the keys of no field that hold texts of several words."""
    keys = dict.fromkeys(
        key
        for record in records
        for key, value in record.items()
        if not meanings[key][0]
        and key != "dateline"
        and isinstance(value, str)
        and " " in value.strip()
    )
    return list(keys)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(map(repr, keys[:_SHOWN_KEYS]))
