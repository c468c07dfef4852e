"""What users keep with an index: the files in its folder ``user``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import forms
from newsearch.article import Article

USER_FOLDER: Final = "user"
_RUN_WORDS: Final = 8
_FEWEST_WORDS: Final = 4
"""So many words, all of a title or body, stand in texts that have nothing to do with it."""
_PIECE_CHARS: Final = 1 << 20
_OVERLAP_CHARS: Final = 1 << 12
_WORD: Final = re.compile(r"\w+")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
"""How JSON writes what is not ASCII, and white space."""


def user_files(folder: Path) -> list[Path]:
    """Return the regular files that users keep with an index, in order of their names."""
    found = (folder / USER_FOLDER).rglob("*")
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def user_files_with(folder: Path, names: Iterable[str], articles: Iterable[Article]) -> list[str]:
    """Name the user files that quote articles or name them.

    Parameters
    ----------
    names
        Ids and URLs of articles, looked for as they are.
    articles
        Articles, of which 8 words in a row are looked for, or all of a shorter title or body, in
        plain text or JSON, in UTF-8.
    """
    files = user_files(folder)
    if not files:
        return []
    texts = [_words(text) for one in articles for text in (one.title, one.body)]
    texts = [words for words in texts if len(words) >= _FEWEST_WORDS]
    sizes = {min(len(words), _RUN_WORDS) for words in texts}
    runs = {run for words in texts for run in _runs(words, min(len(words), _RUN_WORDS))}
    sought = [(name, set(_WORD.findall(name))) for name in names if name]

    def tells(text: str) -> bool:
        words = _words(text)
        is_quoted = any(not runs.isdisjoint(_runs(words, size)) for size in sizes)
        return is_quoted or _is_named(text, sought)

    return [path.relative_to(folder).as_posix() for path in files if any(map(tells, _texts(path)))]


def _is_named(text: str, sought: Iterable[tuple[str, set[str]]]) -> bool:
    """Whether one of some names, which come with their words, stands by itself in a text."""
    words = set(_WORD.findall(text))
    # A name that stands by itself begins and ends where words do: thousands fall out at once.
    return any(
        own <= words and name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        for name, own in sought
    )


def _runs(words: Sequence[str], size: int) -> Iterator[int]:
    return (hash(tuple(words[at : at + size])) for at in range(len(words) - size + 1))


def _words(text: str) -> list[str]:
    return [fold(form) for form in forms(text)]


def _texts(path: Path) -> Iterator[str]:
    """Read a file, after its name, in pieces that overlap."""
    text = f"{path.name} "
    yield text
    with path.open(encoding="utf-8", errors="replace") as file:
        while piece := file.read(_PIECE_CHARS):
            text = text[-_OVERLAP_CHARS:] + piece
            yield _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else " ", text)
