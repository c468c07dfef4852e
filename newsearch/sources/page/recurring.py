"""Lines that recur over the pages of a source: its menus, pleas and teasers, not its articles."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsearch.sources.page import cues

# A paragraph that several stories of a source share may be their background: so it has to be on
# more of the pages than a short line before it counts as a part of the template.
_FEWEST_PAGES, _LEAST_SHARE = 3, 0.1
_FEWEST_PAGES_OF_LONG, _LEAST_SHARE_OF_LONG = 4, 1 / 3
_LONG_CHARS = 80
_FEWEST_TITLE_WORDS = 4
_LONGEST_SITE = 60


@dataclass(frozen=True, slots=True)
class Recurring:
    """Hashes of the lines that recur, by source."""

    by_source: Mapping[str, frozenset[int]]

    def of(self, rows: Sequence[str], folder: str) -> frozenset[int]:
        """Return those of the source of a page, but for its own headline; see `Survey.add`."""
        title, source = _title_and_source(rows, folder)
        return self.by_source.get(source, frozenset()) - {hash_of(title)}


def hash_of(row: str) -> int:
    """Return a hash of a line that is the same in every process."""
    return zlib.crc32(row.encode("utf-8", "surrogatepass"))


class Survey:
    """Counts on how many pages of a source each line stands; the order of pages is of no matter."""

    def __init__(self) -> None:
        self._sources: defaultdict[str, list[_Page]] = defaultdict(list)

    def add(self, rows: Sequence[str], folder: str) -> None:
        """Take the lines of a page.

        Its source is the site that its title names, or else the folder it lies in.

        Parameters
        ----------
        rows
            The lines as they stand, blank ones as ''; the title of the page is the first where it
            has one.
        folder
            Where the page lies.
        """
        title, source = _title_and_source(rows, folder)
        is_telling = len(title.split()) >= _FEWEST_TITLE_WORDS
        lengths = {hash_of(row): len(row) for row in rows if row}
        self._sources[source].append(_Page(hash_of(title), is_telling, lengths))

    def recurring(self) -> Recurring:
        """Return the lines that recur, and the headlines of all pages: elsewhere they are teasers.

        Of a source with a single page nothing is known.
        """
        return Recurring(
            {name: _recurring(pages) for name, pages in self._sources.items() if len(pages) > 1}
        )


class _Page(NamedTuple):
    title: int
    is_telling: bool
    lengths: dict[int, int]


def _recurring(pages: Sequence[_Page]) -> frozenset[int]:
    copies = Counter(row for page in pages for row in {*page.lengths, page.title})
    common = {row for row, n in copies.items() if 2 * n > len(pages)}
    stories = {_story(page, common): page for page in pages}.values()
    counts = Counter(row for page in stories for row in page.lengths.items())
    fewest = max(_FEWEST_PAGES, _LEAST_SHARE * len(stories))
    fewest_of_long = max(_FEWEST_PAGES_OF_LONG, _LEAST_SHARE_OF_LONG * len(stories))
    found = {
        row
        for (row, length), n in counts.items()
        if n >= (fewest_of_long if length >= _LONG_CHARS else fewest)
    }
    return frozenset(found | {page.title for page in pages if page.is_telling})


def _story(page: _Page, common: set[int]) -> int:
    """Return what tells whether pages are copies of one story: what they share is its text.

    That is the title or else the longest line, unless most pages have it.
    """
    if page.title not in common:
        return page.title
    own = [(length, row) for row, length in page.lengths.items() if row not in common]
    return max(own)[1] if own else 0


def _title_and_source(rows: Sequence[str], folder: str) -> tuple[str, str]:
    """Split the title of a page at the name of its site."""
    is_titled = len(rows) > 1 and not rows[1] and not rows[0].endswith((".", "。"))
    title = rows[0] if is_titled else ""
    cuts = list(cues.TITLE_SEPARATOR.finditer(title[:500]))
    if cuts and len(site := title[cuts[-1].end() :].strip(" ]").casefold()) <= _LONGEST_SITE:
        return title[: cuts[-1].start()], site
    return title, folder
