"""Ids that several places of one load give to different texts, of which only the last is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from newsearch.answers.reports import Remark, Remarks
from newsearch.article import Article

if TYPE_CHECKING:  # a load that is small needs no NumPy for this, nor does the help
    from numpy.typing import NDArray

_BATCH = 4_096
_LONGEST_RUN = 1 << 20


class _Seen(NamedTuple):
    """The first article of an id: hashes of the id and its text, number of its file, its line."""

    id_hash: int
    text: int
    file: int
    line: int


_SEEN = [("id_hash", "i8"), ("text", "u4"), ("file", "u4"), ("line", "u4")]
_Run: TypeAlias = "NDArray[Any]"


class RepeatedIds:
    """Finds them, `batch` articles at once; keeps 20 bytes an article.

    Attributes
    ----------
    notes
        What there is to tell.
    """

    def __init__(self, batch: int = _BATCH) -> None:
        self.notes = Remarks()
        self._batch_size = batch
        self._files: list[str] = []
        # What was taken last, in columns: objects of their own would be looked at for garbage.
        self._ids: list[str] = []
        self._texts: list[int] = []
        self._numbers: list[int] = []
        self._lines: list[int] = []
        self._runs: list[_Run] = []  # each ascending, no id in two of them

    def add(self, article: Article, file: str, line: int | None) -> None:
        """Take an article, and where it stands."""
        if not self._files or self._files[-1] != file:
            self._files.append(file)
        self._ids.append(article.id)
        self._texts.append(hash((article.title, article.body)) & 0xFFFFFFFF)
        self._numbers.append(len(self._files) - 1)
        self._lines.append(line or 0)
        if len(self._ids) == self._batch_size:
            self._keep(self.compare())

    def compare(self) -> Iterable[tuple[int, int, int, int]]:
        """Compare what was taken last with one another and with all before; return what is new."""
        ids, id_hashes = self._ids, list(map(hash, self._ids))
        taken = zip(id_hashes, self._texts, self._numbers, self._lines, strict=True)
        self._ids, self._texts, self._numbers, self._lines = [], [], [], []
        earlier = self._earlier(id_hashes)
        if not earlier and len(set(id_hashes)) == len(ids):  # as in most loads
            return taken
        fresh: dict[int, _Seen] = {}
        for article_id, seen in zip(ids, map(_Seen._make, taken), strict=True):
            first = earlier.get(seen.id_hash) or fresh.setdefault(seen.id_hash, seen)
            if first.text != seen.text:
                reason = f"id {article_id!r} again with other text, first in {self._place(first)}"
                remark = Remark(self._files[seen.file], seen.line or None, reason)
                self.notes.add(remark, "all files")
        return fresh.values()

    def _earlier(self, id_hashes: list[int]) -> dict[int, _Seen]:
        if not self._runs:
            return {}
        import numpy as np

        wanted = np.array(id_hashes, np.int64)
        found: dict[int, _Seen] = {}
        for run in self._runs:
            at = np.searchsorted(run["id_hash"], wanted).clip(max=len(run) - 1)
            is_there = run["id_hash"][at] == wanted
            found |= {one[0]: _Seen(*one) for one in run[at[is_there]].tolist()}
        return found

    def _keep(self, fresh: Iterable[tuple[int, int, int, int]]) -> None:
        import numpy as np

        run = _ascending(np.array(list(fresh), _SEEN))
        while self._runs and len(self._runs[-1]) <= len(run) < _LONGEST_RUN:
            run = _ascending(np.concatenate((self._runs.pop(), run)))
        if len(run):
            self._runs.append(run)

    def _place(self, seen: _Seen) -> str:
        file = self._files[seen.file]
        return f"{file}:{seen.line}" if seen.line else file


def _ascending(run: _Run) -> _Run:
    return run[run["id_hash"].argsort(kind="stable")]
