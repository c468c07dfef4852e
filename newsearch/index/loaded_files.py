"""The files that an index was loaded from, so that a load reads only what has changed.

They are kept in a file of the index, which is never needed: without it all files are read again.
It is written after the commit that has the articles. Where an article of a file is not in the index
any more, whatever the cause, that file is read again too.
"""

from __future__ import annotations

import os
import time
from array import array
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from threading import Thread
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.answers.reports import Remark
from newsearch.article import hash_id
from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.strings import Strings, StringsWriter
from newsearch.errors import IndexingError
from newsearch.index.commit import LOADED_NAME, Changes
from newsearch.index.toc import Commit, latest_commit
from newsearch.sources.known import DIGEST_BYTES, content_digest
from newsearch.sources.walk import FoundFile, readable_name

_Ids = NDArray[np.int64]

_HEAD: Final = Struct(f"<qq{DIGEST_BYTES}s{DIGEST_BYTES}sI")
"""Size, time of change, digests of content and rules, how many of the ids are left out now."""
_COMMIT: Final = Struct("<QQ")
_ID_BYTES: Final = 8
_UNREAD: Final = -1
"""Size of a file that has to be read again."""
_LARGE_BYTES: Final = 1 << 24
"""Of a file with so many, the digest takes 30 ms; to start a thread takes 0.1."""
_TICK_NS: Final = 2_000_000_000
"""Of the slowest clock of a disk (FAT): a file can change within it and keep its time."""


class LoadedFiles:
    """The files of an index, for one load; see `newsearch.sources.known.KnownFiles`.

    Each is kept by its path, with hashes of the ids that it gave, and of those that it gave once
    and has left out since.

    Parameters
    ----------
    changes
        The index.
    rules
        See `rules_digest`.
    """

    def __init__(self, changes: Changes, rules: bytes = b"") -> None:
        self._changes = changes
        self._rules = rules
        self._records = _read(changes.folder)
        self._has_changed = False
        self._taken: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._finished: list[tuple[FoundFile, _Digest | None, int]] = []
        self._met: set[bytes] = set()
        self._dead = np.zeros(0, np.int64)
        self._stale: set[bytes] = set()
        if self._records:
            live = [one.live_id_hashes() for one in changes.segments]
            ids, owners = self._all_ids()
            is_dead = ~np.isin(ids, np.concatenate([np.zeros(0, np.int64), *live]))
            self._dead = np.unique(ids[is_dead])
            self._stale = self._paths(owners[is_dead])

    def n_unchanged(self, found: FoundFile) -> int:
        """Return how many articles an earlier load read from the file as it is; 0: read it."""
        path = _key(found.path)
        record = self._records.get(path)
        if record is None or path in self._stale:
            return 0
        size_bytes, mtime_ns, digest, rules, n_left_out = _HEAD.unpack_from(record)
        if size_bytes != found.size_bytes or rules != self._rules_of(found):
            return 0
        # A database may have written what is new to its log only.
        if os.path.lexists(f"{found.path}-wal"):
            return 0
        if mtime_ns != found.mtime_ns:
            if content_digest(found) != digest:
                return 0
            head = _HEAD.pack(size_bytes, _sure_time(found), digest, rules, n_left_out)
            self._keep(path, head + record[_HEAD.size :])
        self._met.add(path)
        return len(_ids(record)[0])

    def took(self, path: str, article_id: str) -> None:
        """Take note of an article of a file, which may be given after the file is finished."""
        self._taken[path].append(hash_id(article_id))

    def finished(self, found: FoundFile, *, is_whole: bool) -> None:
        """Take note that a file was read; it is not whole where anything of it was rejected."""
        self._met.add(_key(found.path))
        if found.size_bytes:  # what has none is a pipe or the like, or empty
            time_ns = _sure_time(found)
            self._finished.append((found, _Digest(found) if is_whole else None, time_ns))

    def save(self) -> None:
        """Write down what was read; all articles of the files that are finished are committed."""
        for found, digest, time_ns in self._finished:
            self._add(found, digest.result() if digest else b"", time_ns)
        self._finished.clear()
        if not self._has_changed:
            return
        folder = self._changes.folder
        with ArrayFileWriter(folder / LOADED_NAME, _COMMIT.pack(*latest_commit(folder))) as file:
            StringsWriter(file, "paths").append(list(self._records))
            StringsWriter(file, "records").append(list(self._records.values()))
            file.finish()
        self._has_changed = False

    def take_vanished(self, roots: list[str], notes: list[Remark]) -> _Ids:
        """Forget the files under some roots that are not there any more.

        Returns
        -------
        _Ids
            Hashes of ids that they gave, or files that were read have left out, and that no other
            file gives. Where another one gives such an id, it is read again by the next load: the
            article in the index may be that of the file that is gone.
        """
        gone: set[int] = set()
        for root in roots:
            path = _key(root)
            start = path.rstrip(os.sep.encode()) + os.sep.encode()
            under = [one for one in self._records if one == path or one.startswith(start)]
            if under and not any(one == path or one.startswith(start) for one in self._met):
                reason = "no file is there now, so no article was pruned"
                notes.append(Remark(readable_name(root), None, reason))
            else:
                gone.update(*map(self._take_gone, under))
        ids, owners = self._all_ids()
        is_shared = np.isin(ids, list(gone))
        for path in self._paths(owners[is_shared]):
            self._keep_unread(path, self._records[path])
        return np.array(sorted(gone.difference(ids[is_shared].tolist())), np.int64)

    def forget_deleted(self) -> None:
        """Forget the ids that the index does not have, and the files that gave no others."""
        for path in self._stale:
            record = self._records.pop(path)
            ids, left_out = (some[~np.isin(some, self._dead)] for some in _ids(record))
            if len(ids) or len(left_out):
                head = _HEAD.pack(*_HEAD.unpack_from(record)[:-1], len(left_out))
                self._keep_unread(path, head + ids.tobytes() + left_out.tobytes())
            self._has_changed = True
        self.save()

    def _rules_of(self, found: FoundFile) -> bytes:
        named = found.article_id.encode("utf-8", "surrogatepass")
        return blake2b(self._rules + named, digest_size=DIGEST_BYTES).digest()

    def _keep(self, path: bytes, record: bytes) -> None:
        self._records[path] = record
        self._has_changed = True

    def _keep_unread(self, path: bytes, record: bytes) -> None:
        self._keep(path, _HEAD.pack(_UNREAD, *_HEAD.unpack_from(record)[1:]) + record[_HEAD.size :])

    def _add(self, found: FoundFile, digest: bytes, mtime_ns: int) -> None:
        """Keep a file; one without a digest has to be read again, and may have left nothing out."""
        path = _key(found.path)
        ids, left_out = _ids(self._records.get(path))
        # Sorted arrays: of a million articles in one file, a dictionary takes 90 MB.
        given = np.unique(np.array(self._taken.pop(found.path, ()), np.int64))
        if digest:
            left_out = np.concatenate((left_out, ids))
        else:
            given = np.union1d(given, ids)
        if len(left_out):
            left_out = left_out[~np.isin(left_out, given) & ~np.isin(left_out, self._dead)]
        size_bytes = found.size_bytes if digest else _UNREAD
        head = _HEAD.pack(size_bytes, mtime_ns, digest, self._rules_of(found), len(left_out))
        if len(given) or len(left_out):
            self._keep(path, head + given.tobytes() + left_out.tobytes())
        elif self._records.pop(path, None):
            self._has_changed = True

    def _take_gone(self, path: bytes) -> Iterator[int]:
        """Take the ids of a file that are not in it any more; all where it is not there."""
        record = self._records[path]
        ids, left_out = _ids(record)
        if path not in self._met:
            if not _is_gone(path):
                return
            left_out = np.concatenate((left_out, ids))
            del self._records[path]
        elif len(left_out):
            self._records[path] = _HEAD.pack(*_HEAD.unpack_from(record)[:-1], 0) + ids.tobytes()
        self._has_changed |= len(left_out) > 0
        yield from left_out.tolist()

    def _all_ids(self) -> tuple[_Ids, NDArray[np.intp]]:
        """Return the hashes of the ids of all files, and the number of the file of each."""
        ids = [record[_HEAD.size :] for record in self._records.values()]
        sizes = np.fromiter(map(len, ids), np.intp, len(ids)) // _ID_BYTES
        return np.frombuffer(b"".join(ids), np.int64), np.repeat(np.arange(len(ids)), sizes)

    def _paths(self, numbers: NDArray[np.intp]) -> set[bytes]:
        wanted = set(numbers.tolist())
        return (
            {path for number, path in enumerate(self._records) if number in wanted}
            if wanted
            else set()
        )


class _Digest:
    """The `content_digest` of a file; a thread makes that of a large one while others go on."""

    def __init__(self, found: FoundFile) -> None:
        self._found = found
        self._digest = b""
        self._thread: Thread | None = None
        if found.size_bytes < _LARGE_BYTES:
            self._make()
        else:
            self._thread = Thread(target=self._make, daemon=True)  # who stops need not wait for it
            self._thread.start()

    def result(self) -> bytes:
        """Return it, once it is made; b'' where it could not be."""
        if self._thread:
            self._thread.join()
        return self._digest

    def _make(self) -> None:
        self._digest = content_digest(self._found)


def _read(folder: Path) -> dict[bytes, bytes]:
    """Read the files that are kept; none where they are lost, damaged, or of a later commit."""
    try:
        with ArrayFile(folder / LOADED_NAME) as file:
            of, now = Commit(*_COMMIT.unpack(file.segment_id)), latest_commit(folder)
            is_of_now = of == now or of.generation < now.generation
            if not is_of_now or file.damaged_sections():
                return {}
            paths, records = (list(Strings(file, name)) for name in ("paths", "records"))
    except (FileNotFoundError, IndexingError):
        return {}
    is_sound = all(
        len(one) >= _HEAD.size and not (len(one) - _HEAD.size) % _ID_BYTES for one in records
    )
    return dict(zip(paths, records, strict=False)) if is_sound else {}


def _ids(record: bytes | None) -> tuple[_Ids, _Ids]:
    """Return the hashes of the ids that a file gives, and of those that it has left out."""
    if record is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ids = np.frombuffer(record, np.int64, offset=_HEAD.size)
    at = max(len(ids) - int(_HEAD.unpack_from(record)[-1]), 0)
    return ids[:at], ids[at:]


def _key(path: str) -> bytes:
    # Not Path.resolve: a link goes by the name that the user gave it.
    return os.fsencode(os.path.abspath(path))  # noqa: PTH100


def _is_gone(path: bytes) -> bool:
    """Whether there is no such file, as far as can be seen."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def _sure_time(found: FoundFile) -> int:
    """Return the time of change of a file; 0 where it could change again without another time."""
    return found.mtime_ns if time.time_ns() - found.mtime_ns > _TICK_NS else 0
