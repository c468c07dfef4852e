"""The lexicon: which word form belongs to which term, and under which number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.strings import Strings, StringsWriter
from newsearch.values import frozen


@frozen
class FormRow:
    """One key of one term: the key in UTF-8 and the term's id in the segment.

    `number` is the form's among the term's forms, as it stands beside positions; `df` counts the
    articles that have the key under this term.
    """

    form: bytes
    term_id: int
    number: int
    df: int


class LexiconWriter:
    """Appends word forms, ascending by form and then by term id."""

    def __init__(self, file: ArrayFileWriter, prefix: str) -> None:
        self._forms = StringsWriter(file, prefix)
        self._term_ids = file.section(f"{prefix}/term_ids", "u4")
        self._numbers = file.section(f"{prefix}/numbers", "u4", narrowest="u1")
        self._dfs = file.section(f"{prefix}/dfs", "u4")

    def append(
        self,
        forms: Sequence[bytes],
        term_ids: NDArray[np.integer],
        numbers: NDArray[np.integer],
        dfs: NDArray[np.integer],
    ) -> None:
        """Add rows; arrays of shape ``(len(forms),)``."""
        if {len(term_ids), len(numbers), len(dfs)} != {len(forms)}:
            raise ValueError("the columns of a lexicon differ in length")
        self._forms.append(forms)
        self._term_ids.append(term_ids)
        self._numbers.append(numbers)
        self._dfs.append(dfs)


class Lexicon:
    """Word forms over the map.

    `forms` ascend; a form occurs once for each term it belongs to. `term_ids`, `numbers` and `dfs`
    are as in :class:`FormRow`, per row. Raises CorruptIndexError when sections are missing or point
    outside what they point into.
    """

    def __init__(self, file: ArrayFile, prefix: str, terms: int) -> None:
        self.forms = Strings(file, prefix)
        self.term_ids = file.array(f"{prefix}/term_ids", "u4")
        self.numbers = file.array(f"{prefix}/numbers", "u1", "u2", "u4")
        self.dfs = file.array(f"{prefix}/dfs", "u4")
        columns = (self.term_ids, self.numbers, self.dfs)
        if {len(column) for column in columns} != {len(self.forms)}:
            raise file.corrupt(f"the columns of {prefix} differ in length")
        if len(self.forms) and int(self.term_ids.max()) >= terms:
            raise file.corrupt(f"{prefix} names a term that is not there")

    def __len__(self) -> int:
        return len(self.forms)

    def row(self, index: int) -> FormRow:
        """Return one row."""
        return FormRow(
            self.forms[index],
            int(self.term_ids[index]),
            int(self.numbers[index]),
            int(self.dfs[index]),
        )

    def rows(self, form: bytes) -> list[FormRow]:
        """Return the rows of a form: one for each term it belongs to, none if it is unknown."""
        return [self.row(index) for index in self.indexes(form)]

    def indexes(self, form: bytes) -> range:
        """Return the indexes of the rows of a form."""
        first = self.forms.find(form)
        if first is None:
            return range(0)
        end = first + 1
        while end < len(self.forms) and self.forms[end] == form:
            end += 1
        return range(first, end)
