"""What a disk may hold after the power was lost: a model of what is promised and what is not.

A file's bytes are on the disk once it was synced, its name once its folder was. Before that, any
of the changes to a folder may have come to the disk, a later one without an earlier one too, and a
file may be empty, cut, full of zeros, as it was synced last, or partly what was written since.
"""

from __future__ import annotations

import itertools
import os
import pickle
import random
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

_PAGE_BYTES = 512
_FOLDER = -1


@dataclass(frozen=True)
class _Change:
    """A change of a folder: a name that comes to be a file or folder, or goes."""

    kind: Literal["made", "renamed", "removed"]
    name: str
    file: int
    old_name: str = ""


@dataclass
class _Folder:
    """The names that are on the disk, and the changes to them that may be or not."""

    names: dict[str, int] = field(default_factory=dict)
    changes: list[_Change] = field(default_factory=list)

    def apply(self, changes: list[_Change]) -> dict[str, int]:
        """Return the names after some changes."""
        names = dict(self.names)
        for change in changes:
            if change.kind == "removed":
                names.pop(change.name, None)
                continue
            names.pop(change.old_name, None)
            names[change.name] = change.file
        return names


@dataclass
class Moment:
    """All that may be on the disk at a moment.

    Attributes
    ----------
    n_reported
        How many steps were reported as done by then.
    folders
        By path, parents first.
    written, synced
        The bytes of files: as written, and as synced last.
    """

    n_reported: int
    folders: dict[str, _Folder]
    written: dict[int, bytes]
    synced: dict[int, bytes]

    def lay_out(self, at: Path, draw: random.Random) -> None:
        """Make a folder what the disk may hold."""
        shutil.rmtree(at, ignore_errors=True)
        at.mkdir()
        paths = {"": at}
        for name, folder in self.folders.items():
            if name not in paths:
                continue  # its own name has not come to the disk
            share = draw.choice((0, 0.5, 1))
            changes = [change for change in folder.changes if draw.random() < share]
            for entry, file in folder.apply(changes).items():
                path = paths[name] / entry
                if file == _FOLDER:
                    path.mkdir()
                    paths[f"{name}/{entry}" if name else entry] = path
                else:
                    path.write_bytes(self._content(file, draw))

    def _content(self, file: int, draw: random.Random) -> bytes:
        written, synced = self.written[file], self.synced.get(file, b"")
        if written == synced:
            return written
        n_kept = draw.randrange(len(written) + 1)
        pages = range(0, len(written), _PAGE_BYTES)
        mixed = (
            draw.choice((written, synced.ljust(len(written), b"\0")))[at : at + _PAGE_BYTES]
            for at in pages
        )
        zeros = bytes(len(written) - n_kept)
        choices = (synced, written, b"", written[:n_kept], written[:n_kept] + zeros)
        return draw.choice((*choices, b"".join(mixed)))


class _Recorder:
    """Follows what a process does below a folder, from within it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._numbers = itertools.count()
        self._folders: dict[str, _Folder] = {}
        self._now: dict[str, dict[str, int]] = {}
        self._written: dict[int, bytes] = {}
        self._synced: dict[int, bytes] = {}
        self.moments: list[Moment] = []
        self.n_reported = 0
        self._find("", root)

    def _find(self, name: str, path: Path) -> None:
        """Take what is there at the beginning, which is on the disk."""
        self._folders[name] = folder = _Folder()
        for entry in sorted(path.iterdir()):
            folder.names[entry.name] = number = _FOLDER if entry.is_dir() else next(self._numbers)
            if number != _FOLDER:
                self._written[number] = self._synced[number] = entry.read_bytes()
        self._now[name] = dict(folder.names)
        for entry_name, number in folder.names.items():
            if number == _FOLDER:
                self._find(f"{name}/{entry_name}" if name else entry_name, path / entry_name)

    def note(self) -> None:
        """Keep what may be on the disk now."""
        for name, names in self._now.items():
            for entry, number in names.items():
                if number != _FOLDER:
                    self._written[number] = (self._root / name / entry).read_bytes()
        moment = (self.n_reported, self._folders, self._written, self._synced)
        self.moments.append(Moment(*pickle.loads(pickle.dumps(moment))))

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """See an operation that is about to be done."""
        if event == "open" and isinstance(args[2], int) and args[2] & os.O_CREAT:
            self._change("made", args[0], lambda: next(self._numbers))
        elif event == "os.mkdir":
            self._change("made", args[0], lambda: _FOLDER)
        elif event == "os.rename":
            self._rename(args[0], args[1])
        elif event == "os.remove":
            self._change("removed", args[0], lambda: _FOLDER)

    def _place(self, path: object) -> tuple[str, str] | None:
        """Return the folder below the root, and the name in it, of what lies there."""
        path = Path(os.path.abspath(os.fspath(path)))  # type: ignore[call-overload]  # noqa: PTH100
        if self._root not in path.parents:
            return None
        folder = path.parent.relative_to(self._root).as_posix()
        return "" if folder == "." else folder, path.name

    def _change(
        self, kind: Literal["made", "removed"], path: object, number: Callable[[], int]
    ) -> None:
        place = self._place(path)
        if place is None or place[0] not in self._now:  # it fails
            return
        if (kind == "made") == (place[1] in self._now[place[0]]):
            return
        self.note()
        folder, name = place
        if kind == "removed":
            del self._now[folder][name]
            self._folders[folder].changes.append(_Change("removed", name, _FOLDER))
            return
        file = number()
        self._now[folder][name] = file
        self._folders[folder].changes.append(_Change("made", name, file))
        if file == _FOLDER:
            below = f"{folder}/{name}" if folder else name
            self._folders[below], self._now[below] = _Folder(), {}
        else:
            self._written[file] = b""

    def _rename(self, old: object, new: object) -> None:
        places = self._place(old), self._place(new)
        if places[0] is None or places[1] is None:
            return
        self.note()
        (folder, old_name), (new_folder, new_name) = places
        assert folder == new_folder, "a rename from one folder to another is not modelled"
        file = self._now[folder].pop(old_name)
        self._now[folder][new_name] = file
        self._folders[folder].changes.append(_Change("renamed", new_name, file, old_name))

    def sync(self, descriptor: int) -> None:
        """Take the place of `os.fsync`."""
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115
        if path == self._root:
            place: tuple[str, str] | None = ("", "")
        else:
            place = self._place(path)
        if place is None:
            return
        self.note()
        folder, name = place
        below = f"{folder}/{name}".strip("/")
        if below in self._folders:
            synced = self._folders[below]
            synced.names, synced.changes = synced.apply(synced.changes), []
        else:
            file = self._now[folder][name]
            self._synced[file] = (self._root / folder / name).read_bytes()


def recorded(steps: list[Callable[[], object]], root: Path) -> list[Moment]:
    """Do steps in a copy of this process; return each moment at which they touched the disk."""
    result = root.with_name(f"{root.name}.moments")
    child = os.fork()
    if not child:
        _record_and_leave(steps, root, result)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    moments: list[Moment] = pickle.loads(result.read_bytes())
    result.unlink()
    return moments


def _record_and_leave(steps: list[Callable[[], object]], root: Path, result: Path) -> None:
    status = 1
    try:
        recorder = _Recorder(root)
        is_busy = False

        def audit(event: str, args: tuple[Any, ...]) -> None:
            nonlocal is_busy
            if not is_busy:
                is_busy = True  # what the recorder does itself is no event
                try:
                    recorder.audit(event, args)
                finally:
                    is_busy = False

        def sync(descriptor: int) -> None:
            nonlocal is_busy
            is_busy = True
            recorder.sync(descriptor)
            is_busy = False

        os.fsync = sync
        sys.addaudithook(audit)
        for step in steps:
            step()
            recorder.n_reported += 1
            is_busy = True
            recorder.note()
            is_busy = False
        is_busy = True
        result.write_bytes(pickle.dumps(recorder.moments))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def after_power_loss(
    moments: list[Moment], at: Path, *, n_draws: int, seed: int
) -> Iterator[Moment]:
    """Lay out, in a folder, what a disk may hold, so many times for each moment."""
    draw = random.Random(seed)
    for moment in moments:
        for _ in range(n_draws):
            moment.lay_out(at, draw)
            yield moment
