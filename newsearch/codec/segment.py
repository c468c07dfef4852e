"""One segment in one file: inverted texts, columns and stored articles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsearch.closing import Closing
from newsearch.codec.coding.entries import MAX_DOCS, EncodedRun
from newsearch.codec.columns import Columns, ColumnsWriter
from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.lexicon import Lexicon, LexiconWriter
from newsearch.codec.postings import PostingsReader, PostingsWriter
from newsearch.codec.stored import Stored, StoredWriter
from newsearch.codec.strings import Strings, StringsWriter

TEXT: Final = "text"
"""Name of the one inverted text of our segments: terms of title, title again and body."""

_COUNTS: Final = "segment/articles"
_INFO: Final = "segment/info"


class InvertedWriter:
    """Writes one inverted text: terms and postings, then word forms.

    `levels`: the length levels that the runs are encoded with.
    """

    def __init__(self, file: ArrayFileWriter, name: str, levels: NDArray[np.uint32]) -> None:
        self._file = file
        self._name = name
        self._terms = StringsWriter(file, f"{name}/terms")
        self._postings = PostingsWriter(file, name, levels)
        self._last = b""

    def append(self, terms: Sequence[bytes], run: EncodedRun, *, continues: bool = False) -> None:
        """Add terms, ascending as bytes, with their postings.

        `terms`: one for each term of the run; without the first where the run continues the last
        term of the run before.
        """
        if len(terms) != len(run.dfs) - continues:
            raise ValueError(f"{len(terms)} terms for {len(run.dfs)} posting lists")
        for term in terms:
            if term <= self._last:
                raise ValueError(f"term {term!r} does not ascend")
            self._last = term
        self._terms.append(terms)
        self._postings.append(run, continues=continues)

    def lexicon(self) -> LexiconWriter:
        """Open the lexicon of this text."""
        return LexiconWriter(self._file, f"{self._name}/forms")

    def finish(self) -> None:
        """End the postings; another inverted text or a lexicon may follow."""
        self._postings.finish()


class SegmentWriter(Closing):
    """Writes a segment, published by :meth:`finish` under its final name.

    The order is free but for one rule: stored articles and the postings of each inverted text go
    straight into the file, so each of them is to be finished before the next is opened.
    """

    def __init__(self, path: Path, segment_id: bytes) -> None:
        self.file = ArrayFileWriter(path, segment_id)
        self.columns = ColumnsWriter(self.file)

    def close(self) -> None:
        """Remove the unfinished file; does nothing after :meth:`finish`."""
        self.file.close()

    def stored(self, dictionary: bytes = b"", *, has_own: bool = False) -> StoredWriter:
        """Open the stored articles; see `StoredWriter`."""
        return StoredWriter(self.file, dictionary, has_own=has_own)

    def inverted(self, name: str, levels: NDArray[np.uint32]) -> InvertedWriter:
        """Open an inverted text."""
        return InvertedWriter(self.file, name, levels)

    def finish(self, articles: int, info: Mapping[str, Any] | None = None) -> int:
        """Publish the segment; return the bytes of the file.

        Docnums are 0 to ``articles - 1``. `info`: JSON values that the layers above want to keep.
        """
        if not 0 <= articles <= MAX_DOCS:
            raise ValueError(f"a segment holds at most {MAX_DOCS} articles, not {articles}")
        self.file.add(_COUNTS, "u8", np.array([articles]))
        self.file.add(_INFO, "u1", json.dumps(dict(info or {}), sort_keys=True).encode())
        return self.file.finish()


class Inverted:
    """One inverted text over the map: ascending terms, whose index is their id, and postings.

    `has_forms`: whether word forms were kept.
    """

    def __init__(self, file: ArrayFile, name: str, articles: int) -> None:
        self._file = file
        self._name = name
        self.terms = Strings(file, f"{name}/terms")
        self.postings = PostingsReader(file, name, articles)
        if len(self.terms) != len(self.postings):
            raise file.corrupt(f"{name} has another number of terms than of posting lists")
        self.has_forms = f"{name}/forms/text" in file
        self._forms = Lexicon(file, f"{name}/forms", len(self.terms)) if self.has_forms else None

    @property
    def forms(self) -> Lexicon:
        """The lexicon; CorruptIndexError where the text has none."""
        if self._forms is None:
            raise self._file.corrupt(f"{self._name} has no lexicon")
        return self._forms


class Segment(Closing):
    """An open segment; safe in many threads at once.

    `path`: the segment's file. Raises CorruptIndexError when the file is damaged in what opening
    verifies: see FORMAT.md.
    """

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)
        try:
            self.file.check_version()
            self.articles = self._article_count()
            self.info = self._info()
            self.columns = Columns(self.file, self.articles)
            has_stored = "stored/frames" in self.file
            self._stored = Stored(self.file, self.articles) if has_stored else None
            self._inverted = {
                name: Inverted(self.file, name, self.articles) for name in self._inverted_names()
            }
        except BaseException:
            self.file.close()
            raise

    @property
    def segment_id(self) -> bytes:
        return self.file.segment_id

    @property
    def inverted_names(self) -> list[str]:
        """Names of the inverted texts."""
        return sorted(self._inverted)

    @property
    def stored(self) -> Stored:
        """The stored articles; CorruptIndexError where the segment has none."""
        if self._stored is None:
            raise self.file.corrupt("the segment has no stored articles")
        return self._stored

    def inverted(self, name: str) -> Inverted:
        """Return an inverted text; CorruptIndexError where the segment has none of that name."""
        found = self._inverted.get(name)
        if found is None:
            raise self.file.corrupt(f"the segment has no inverted text {name}")
        return found

    def close(self) -> None:
        """Release the file; arrays that are still held stay valid, see ``ArrayFile.close``."""
        self.file.close()

    def _article_count(self) -> int:
        counts = self.file.array(_COUNTS, "u8")
        if len(counts) != 1 or int(counts[0]) > MAX_DOCS:
            raise self.file.corrupt("the number of articles is missing or too large")
        return int(counts[0])

    def _info(self) -> dict[str, Any]:
        try:
            info = json.loads(self.file.array(_INFO, "u1").tobytes())
        except (ValueError, RecursionError) as error:
            raise self.file.corrupt("section segment/info is not JSON") from error
        if not isinstance(info, dict):
            raise self.file.corrupt("section segment/info is not a JSON object")
        return info

    def _inverted_names(self) -> list[str]:
        ending = "/term_dfs"
        return [name.removesuffix(ending) for name in self.file.sections if name.endswith(ending)]
