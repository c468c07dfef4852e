"""Which reader for which file, and the front door of the room: `read`."""

from __future__ import annotations

import importlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.opening import STDIN
from newsearch.sources.stream import ArticleStream, Context, Reader, Remark
from newsearch.sources.walk import FoundFile, readable_name

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class _Format:
    suffixes: tuple[str, ...]
    reader: Reader


def _built_in(module: str, function: str) -> Reader:
    """Return a reader whose module is loaded when it first reads; a query reads nothing."""

    def reader(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
        found: Reader = getattr(importlib.import_module(f"newsearch.sources.{module}"), function)
        return found(stream, context)

    return reader


_formats: dict[str, _Format] = {
    "text": _Format((".txt", ".text"), _built_in("text", "read_text")),
    "jsonl": _Format((".jsonl", ".ndjson"), _built_in("jsonl", "read_jsonl")),
    "json": _Format((".json",), _built_in("json_values", "read_json")),
    "csv": _Format((".csv",), _built_in("csv_rows", "read_csv")),
    "tsv": _Format((".tsv", ".tab"), _built_in("csv_rows", "read_tsv")),
}

FORMATS: list[str] = list(_formats)
"""Names of the formats, for ``--format``; ``auto`` goes by the names of the files."""


def register_reader(name: str, suffixes: Iterable[str], reader: Reader) -> None:
    """Add a format, or replace one.

    Parameters
    ----------
    name
        What ``format=`` and ``--format`` call it.
    suffixes
        Ends of file names that choose it, such as ``.xml``; ``.xml.gz`` is then known too.
    reader
        See `Reader`.
    """
    known = tuple(suffix.lower() for suffix in suffixes)
    if not all(suffix.startswith(".") for suffix in known):
        raise ValueError("suffixes start with a full stop, such as '.xml'")
    _formats[name] = _Format(known, reader)
    FORMATS[:] = _formats


def read(
    paths: PathLike | Iterable[PathLike],
    *,
    format: str = "auto",  # noqa: A002  the option's name on the command line
    language: str = "",
    strict: bool = False,
) -> ArticleStream:
    """Read articles from files, folders and standard input.

    Nothing is opened before the stream is iterated over, and never more than one file at once.

    Parameters
    ----------
    paths
        A path or several. ``-`` is standard input; folders are walked to their leaves.
    format
        One of `FORMATS`, for all files; ``auto`` goes by the end of the name, and for standard
        input by its first characters: JSON when they are ``{`` or ``[``, else text.
    language
        ISO 639 code for articles that name no language.
    strict
        Raise `SourceError` at the first thing that cannot be read, rather than listing it in
        ``rejected``.

    Raises
    ------
    SourceError
        For a path that does not exist, a format that is none, and a named file whose format
        cannot be told from its name.
    """
    if format != "auto" and format not in _formats:
        known = ", ".join(["auto", *FORMATS])
        raise SourceError(str(format), f"there is no such format; the formats are {known}")
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    texts = [os.fspath(path) for path in named]
    roots = [_root(text, ids, format) for text, ids in zip(texts, _root_ids(texts), strict=True)]
    return ArticleStream(roots, language=language, strict=strict)


def _choose(format_name: str, path: str) -> Reader | None:
    """Return the reader for a file of a folder; every file has one when the format is named."""
    if format_name != "auto":
        return _formats[format_name].reader
    name = path.lower().removesuffix(".gz")
    for known in _formats.values():
        if name.endswith(known.suffixes):
            return known.reader
    return None


def _root(path: str, article_id: str, format_name: str) -> FoundFile:
    choose = partial(_choose, format_name)
    if path == STDIN:
        return FoundFile(path, "", _choose_by_content if format_name == "auto" else choose)
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(readable_name(path), f"cannot be read: {reason.lower()}") from error
    if stat.S_ISDIR(status.st_mode):
        return FoundFile(path, article_id, choose, is_folder=True)
    if choose(path) is None:
        if stat.S_ISREG(status.st_mode):
            known = ", ".join(s for f in _formats.values() for s in f.suffixes)
            reason = f"no reader knows files of this name; name the format, or rename it to {known}"
            raise SourceError(readable_name(path), reason)
        return FoundFile(path, "", _choose_by_content)
    return FoundFile(path, article_id, choose, status.st_size)


def _choose_by_content(_path: str) -> Reader:
    return _read_unnamed


def _read_unnamed(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    start: bytes = stream.peek(64)  # type: ignore[attr-defined]
    is_json = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    return _formats["json" if is_json else "text"].reader(stream, context)


def _root_ids(paths: list[str]) -> list[str]:
    """Return the id that the articles of each root start with.

    That is the name of the folder; a file is called as if the folder it lies in had been named.
    Folders of one name are told apart by as many of the folders above them as it takes.
    """
    # Not Path.resolve: a link goes by the name that the user gave it.
    places = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100
    folders = [place if place.is_dir() else place.parent for place in places]
    n_parts = 1
    names = _last_parts(folders, n_parts)
    while len(set(names.values())) < len(names) and n_parts < max(len(f.parts) for f in folders):
        n_parts += 1
        names = _last_parts(folders, n_parts)
    return [
        readable_name(names[folder] if place == folder else f"{names[folder]}/{place.name}")
        for place, folder in zip(places, folders, strict=True)
    ]


def _last_parts(folders: list[Path], n_parts: int) -> dict[Path, str]:
    return {folder: "/".join(folder.parts[1:][-n_parts:]) for folder in folders}
