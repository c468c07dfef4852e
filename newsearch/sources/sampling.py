"""A look at some pages of a load before they are read, for what recurs on them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from newsearch.sources.opening import open_bytes
from newsearch.sources.page.recurring import Recurring, Survey, hash_of
from newsearch.sources.walk import FoundFile, ignored, walk

# Enough to see what a tenth of the pages show, and memory does not grow with their number.
_SAMPLED_PAGES = 256
_SAMPLED_BYTES = 2**18


def survey(roots: Iterable[FoundFile], is_page: Callable[[str], bool]) -> Recurring:
    """Find the lines that recur over the pages of a load, as far as names of files tell pages.

    Of many pages those with the lowest hashes of their ids are taken, whatever their order.
    """
    files = walk(roots, ignored, ignored)
    # A pipe has no size, and can be read once only.
    pages = (file for file in files if file.size_bytes and is_page(file.path))
    sample = heapq.nsmallest(_SAMPLED_PAGES, pages, key=lambda file: hash_of(file.article_id))
    if len(sample) < 2:
        return Recurring({})
    from newsearch.sources.text import rows_of_page

    found = Survey()
    for file in sample:
        try:
            opened = open_bytes(file.path, lambda _: None)
        except OSError:
            continue
        with opened:
            found.add(rows_of_page(opened.stream, _SAMPLED_BYTES), file.folder)
    return found.recurring()
