"""Which engine opens a target: the one place to touch where an engine is added."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from newsearch.engines.base import Engine
from newsearch.errors import IndexingError

Opener = Callable[[SplitResult, bool], Engine]
"""Opens the index that a URL names; true makes an empty one where there is none."""

# Two letters or more: ``C:\news`` is a folder of Windows.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def open_engine(
    target: str | os.PathLike[str], *, create: bool = False, partial: bool = False
) -> Engine:
    """Open the index that a target names.

    Parameters
    ----------
    target
        A folder, or a URL whose scheme chooses the engine.
    create
        Make an empty index where there is none.
    partial
        Of a folder, open what is left where parts are lost or damaged.

    Raises
    ------
    IndexingError
        No engine knows the scheme, or the index cannot be used.
    """
    if not (isinstance(target, str) and (url := _URL.match(target))):
        return _open_folder(Path(target), create, partial=partial)
    opener = OPENERS.get(url[1].lower())
    if opener is None:
        known = ", ".join(f"{scheme}://" for scheme in OPENERS)
        raise IndexingError(
            target, f"this version has no engine for {url[1]}://; name a folder, or use {known}"
        )
    return opener(urlsplit(target), create)


def _open_folder(path: Path, create: bool, *, partial: bool = False) -> Engine:
    from newsearch.engines.local import Index

    return Index(path, create=create, partial=partial)


def _open_file_url(url: SplitResult, create: bool) -> Engine:
    from urllib.request import url2pathname

    if url.netloc not in ("", "localhost"):
        raise IndexingError(url.geturl(), "names another machine; write file:///folder")
    return _open_folder(Path(url2pathname(url.path)), create)


OPENERS: dict[str, Opener] = {"file": _open_file_url}
"""What opens the URLs of each scheme; an engine is added here."""
