"""Several archives of this machine, searched as if they were one; nothing in them is changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

from newsearch.engines.local import Index, _open_again
from newsearch.errors import IndexingError
from newsearch.index.snapshot import Snapshot
from newsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from newsearch.answers.reports import Stats


class Archives(Index):
    """What `Index` is, over the articles of several; `Hit.archive` says which one has a hit.

    Statistics are those of all articles, so scores are as in one index that has them all. An id
    that several archives have stands for the article in the first of them.

    Parameters
    ----------
    paths
        The index directories, each once.
    partial
        As for `Index`.
    """

    def __init__(self, paths: Sequence[str | Path], *, partial: bool = False) -> None:
        self._members = [Index(path, partial=partial) for path in paths]
        folders = [one.path.resolve() for one in self._members]
        for number, folder in enumerate(folders):
            if folder in folders[:number]:
                raise IndexingError(folder, "is named twice; name each archive once")
        self._set_up(self._members[0].path, partial=partial)

    def _latest(self) -> Searcher:
        seen = [(str(one.path), one._open_searcher().snapshot) for one in self._members]
        return Searcher(Snapshot.joined(seen))

    def close(self) -> None:
        """Release all archives; a second call does nothing."""
        super().close()
        for one in self._members:
            one.close()

    def refresh(self) -> bool:
        """See what has been committed to any archive; return whether there was anything."""
        with self._refreshing:
            self._open_searcher()
            is_changed = any(list(map(Index.refresh, self._members)))
            if is_changed:
                self._searcher = self._latest()
            return is_changed

    def _changing(self) -> Never:
        self._refuse()

    def _refuse(self) -> Never:
        raise IndexingError(self.path, "is open beside others; open it alone to do this")

    def unblock(self, *_: Any, **__: Any) -> Never:
        """Refuse: several archives are for reading only."""
        self._refuse()

    def copy(self, *_: Any, **__: Any) -> Never:
        """Refuse: an archive is copied alone."""
        self._refuse()

    def stats(self) -> Stats:
        """Count what all archives hold together."""
        from newsearch.index.stats import read_stats

        return read_stats(self._open_searcher().snapshot, *(one.path for one in self._members))

    def check(self, *, quick: bool = False) -> list[str]:
        """Read everything that the archives hold; return a line for each thing that is wrong."""
        return [f"{one.path}: {line}" for one in self._members for line in one.check(quick=quick)]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the paths."""
        paths = [one.path.absolute() for one in self._members]
        return _open_again, (type(self), paths, self._partial)

    def __repr__(self) -> str:
        return f"Archives({[str(one.path) for one in self._members]!r})"
