"""Find the files under the paths that a user names."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsearch.marker import INDEX_MARKER
from newsearch.sources.opening import STDIN
from newsearch.sources.reader import Reader

# What tells of a folder, in every archive of data; no news.
_ABOUT_FOLDER = re.compile(
    r"(?:README|LICEN[CS]E)(?:[._-].*)?|(?i:readme|licen[cs]e)(?:\.(?:html?|md|rst|txt))?"
)
_WHOOSH_TOC = re.compile(r"_.+_\d+\.toc")

Report = Callable[[str, str], None]
"""Told the path and the reason."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read, or a folder to walk.

    Parameters
    ----------
    path
        What to open; ``-`` for standard input.
    article_id
        Id for a file that is one article: where it lies under the folder the user named.
    choose
        Gives the reader for a path; called with the path of each file of a folder.
    size_bytes
        As the folder says it; 0 for what has no size, such as a pipe.
    is_folder
        Walk it rather than open it.
    name
        What it is called where it is no file; '' for the path.
    part
        The table of it to read, '' for all.
    mtime_ns
        When it was changed, as the folder says it.
    excluded
        Matches names, and paths below this folder, of what is left out of the walk.
    """

    path: str
    article_id: str
    choose: Callable[[str], Reader]
    size_bytes: int = 0
    is_folder: bool = False
    name: str = ""
    part: str = ""
    mtime_ns: int = 0
    excluded: re.Pattern[str] | None = None

    @property
    def shown(self) -> str:
        """The path as people may read it: undecodable bytes of its name become escapes."""
        return readable_name(self.name or self.path)

    @property
    def folder(self) -> str:
        return str(Path(self.path).parent)

    def reader(self) -> Reader:
        """Return the reader that was chosen for the file."""
        return self.choose(self.path)


def readable_name(path: str) -> str:
    """Replace bytes of a file name that are not UTF-8 by escapes, so that it can be printed."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def walk(roots: Iterable[FoundFile], reject: Report, skip: Report) -> Iterator[FoundFile]:
    """Find the files of all roots, folders sorted by name.

    Hidden ones, and what tells of a folder (README, LICENSE), are left out.

    Symbolic links are followed, but no folder is entered twice.

    Parameters
    ----------
    roots
        What the user named.
    reject
        Told of what cannot be read: folders, broken links, loops of links.
    skip
        Told of what is not for us: pipes and devices.
    """
    for root in roots:
        if root.is_folder:
            yield from _Walk(root, reject, skip).files()
        else:
            yield root


def total_bytes(roots: Iterable[FoundFile]) -> int | None:
    """Add up the sizes of all files; None when standard input is among the roots."""
    roots = list(roots)
    if any(root.path == STDIN for root in roots):
        return None
    return sum(found.size_bytes for found in walk(roots, ignored, ignored))


def ignored(_path: str, _reason: str) -> None:
    """Report nothing."""


class _Walk:
    """One root's folders, walked without recursion: a tree may be deeper than Python's stack."""

    def __init__(self, root: FoundFile, reject: Report, skip: Report) -> None:
        self._root = root
        self._reject = reject
        self._skip = skip
        self._entered: dict[tuple[int, int], str] = {}

    def files(self) -> Iterator[FoundFile]:
        levels = [self._entries(str(Path(self._root.path)), self._root.article_id)]
        while levels:
            found = next(levels[-1], None)
            if found is None:
                levels.pop()
            elif found.is_folder:
                levels.append(self._entries(found.path, found.article_id))
            else:
                yield found

    def _entries(self, folder: str, folder_id: str) -> Iterator[FoundFile]:
        try:
            if not self._enter(folder):
                return
            with os.scandir(folder) as scan:
                names = sorted(entry.name for entry in scan)
        except OSError as error:
            self._reject(readable_name(folder), f"cannot be listed: {error.strerror or error}")
            return
        if INDEX_MARKER in names:
            return
        if any(map(_WHOOSH_TOC.fullmatch, names)):
            reason = "skipped, a Whoosh index; --format whoosh --trust reads it"
            self._skip(readable_name(folder), reason)
            return
        for name in names:
            article_id = f"{folder_id}/{name}"
            if name.startswith(".") or self._is_excluded(name, article_id):
                continue
            found = self._classify(os.path.join(folder, name), article_id)  # noqa: PTH118 - below
            if found and (found.is_folder or not _ABOUT_FOLDER.fullmatch(name)):
                yield found

    def _is_excluded(self, name: str, article_id: str) -> bool:
        if (excluded := self._root.excluded) is None:
            return False
        below = article_id[len(self._root.article_id) + 1 :]
        return bool(excluded.match(name) or excluded.match(below))

    def _enter(self, folder: str) -> bool:
        status = Path(folder).stat()
        earlier = self._entered.setdefault((status.st_dev, status.st_ino), folder)
        if earlier == folder:
            return True
        if (folder + os.sep).startswith(earlier + os.sep):
            reason = f"a loop of links: this is {readable_name(earlier)} again"
            self._reject(readable_name(folder), reason)
        else:
            self._skip(readable_name(folder), f"already read as {readable_name(earlier)}")
        return False

    def _classify(self, path: str, article_id: str) -> FoundFile | None:
        try:
            # pathlib would take most of the time of a walk.
            status = os.stat(path)  # noqa: PTH116
        except OSError as error:
            self._reject(readable_name(path), f"cannot be read: {error.strerror or error}")
            return None
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not stat.S_ISREG(status.st_mode):
            self._skip(readable_name(path), "skipped, not a file of data")
            return None
        return FoundFile(
            *(path, readable_name(article_id), self._root.choose, status.st_size, is_folder),
            mtime_ns=status.st_mtime_ns,
        )
