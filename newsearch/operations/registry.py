"""Which engine opens a target: the one place to touch where an engine is added."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from newsearch.engines.base import as_folder
from newsearch.errors import IndexingError
from newsearch.patterns import lazy_pattern

if TYPE_CHECKING:
    from newsearch.operations.archive import Archive

Opener = Callable[[SplitResult, bool], "Archive"]
"""Opens the index that a URL names; true makes an empty one where there is none."""

# Two letters or more: ``C:\news`` is a folder of Windows.
_URL = lazy_pattern(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def open_archive(
    target: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    create: bool = False,
    partial: bool = False,
) -> Archive:
    """Open the index that a target names.

    Parameters
    ----------
    target
        A folder, or a URL whose scheme chooses the engine; or several folders.
    create
        Make an empty index where there is none.
    partial
        Of a folder or a ``file://`` URL, open what is left where parts are lost or damaged.

    Raises
    ------
    IndexingError
        No engine knows the scheme, or the index cannot be used.
    """
    if isinstance(target, list | tuple):
        return _open_several(target, create=create, partial=partial)
    assert not isinstance(target, Sequence) or isinstance(target, str)
    folder = folder_of(target)
    if folder is not None:
        from newsearch.operations.archive import Index

        return Index(folder, create=create, partial=partial)
    scheme = str(target).partition("://")[0]
    opener = OPENERS.get(scheme.lower())
    if opener is None:
        known = ", ".join(f"{one}://" for one in ("file", *OPENERS))
        raise IndexingError(
            str(target),
            f"this version has no engine for {scheme}://; name a folder, or use {known}",
        )
    return opener(urlsplit(str(target)), create)


def _open_several(
    targets: Sequence[str | os.PathLike[str]], *, create: bool, partial: bool
) -> Archive:
    from newsearch.operations.archive import Archives

    folders = [folder for target in targets if (folder := folder_of(target)) is not None]
    if create or not folders or len(folders) < len(targets):
        raise IndexingError(repr(targets), "several archives are folders that are there already")
    return Archives(folders, partial=partial)


def folder_of(target: str | os.PathLike[str]) -> Path | None:
    """Return the folder of this machine that a target names; None for a URL of another scheme."""
    if not (isinstance(target, str) and (url := _URL.match(target))):
        return as_folder(target)
    if url[1].lower() != "file":
        return None
    from urllib.request import url2pathname

    named = urlsplit(target)
    if named.netloc not in ("", "localhost"):
        raise IndexingError(target, "names another machine; write file:///folder")
    return Path(url2pathname(named.path))


OPENERS: dict[str, Opener] = {}
"""What opens the URLs of each scheme but ``file``; an engine is added here."""
