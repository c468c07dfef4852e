"""Looks for bytes in every file of a folder, within what is compressed too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

from newsearch.codec.segment import Segment

_FRAME = re.compile(re.escape(zstandard.FRAME_HEADER))


def files_with(folder: Path, needles: Iterable[bytes]) -> dict[bytes, set[str]]:
    """Tell in which files under a folder something stands, for each thing that stands anywhere."""
    found: dict[bytes, set[str]] = {}
    sought = list(needles)
    for file in folder.rglob("*"):
        haystacks = [str(file).encode(), *_contents(file)] if file.is_file() else []
        for needle in sought:
            if any(needle in haystack for haystack in haystacks):
                found.setdefault(needle, set()).add(file.name)
    return found


def _contents(file: Path) -> Iterator[bytes]:
    content = file.read_bytes()
    yield content
    dictionary = b""
    if file.suffix == ".seg":
        with Segment(file) as segment:
            dictionary = segment.stored.dictionary
    trained = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    for start in _FRAME.finditer(content):
        try:
            yield zstandard.ZstdDecompressor(trained).decompress(content[start.start() :])
        except zstandard.ZstdError:
            continue  # the four bytes begin no frame
