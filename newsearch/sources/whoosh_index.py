"""What a stock Whoosh index stores, mapped as the columns of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.frames import table_articles
from newsearch.sources.reader import Context


def read_whoosh(_stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the stored fields of the index in the folder that the context names; a `Reader`.

    To be called for folders that the caller trusts: the files are pickles, which can run any code.
    """
    from whoosh.index import open_dir

    try:
        index = open_dir(context.path, readonly=True)
        with index.reader() as reader:
            stored = (fields for _, fields in reader.iter_docs())
            yield from table_articles(stored, index.schema.stored_names(), context)
    # Whoosh raises whatever its pickles do.
    except Exception as error:
        reason = " ".join(str(error).split())
        raise SourceError(context.path, f"no Whoosh index that can be read: {reason}") from error
