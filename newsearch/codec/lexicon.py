"""The lexicon: which word form belongs to which term, and under which number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.strings import Strings, StringsWriter


@dataclass(frozen=True, slots=True)
class FormRow:
    """One word form of one term.

    Parameters
    ----------
    form
        UTF-8.
    term_id
        The term in the same segment.
    number
        The form's number among the term's forms, as it stands beside positions.
    df
        Articles that have the form, under this term.
    languages
        Language codes in which the form has this term.
    """

    form: bytes
    term_id: int
    number: int
    df: int
    languages: frozenset[str]


class LexiconWriter:
    """Appends word forms, ascending by form and then by term id.

    Parameters
    ----------
    file, prefix
        The segment being written, and the name of the lexicon in it.
    language_sets
        All sets of language codes that occur; rows name them by index.
    """

    def __init__(
        self, file: ArrayFileWriter, prefix: str, language_sets: Sequence[frozenset[str]]
    ) -> None:
        self._forms = StringsWriter(file, prefix)
        sets = StringsWriter(file, f"{prefix}/language_sets")
        sets.append([" ".join(sorted(languages)).encode() for languages in language_sets])
        self._term_ids = file.section(f"{prefix}/term_ids", "u4")
        self._numbers = file.section(f"{prefix}/numbers", "u4", narrowest="u1")
        self._dfs = file.section(f"{prefix}/dfs", "u4")
        self._languages = file.section(f"{prefix}/languages", "u4", narrowest="u1")

    def append(
        self,
        forms: Sequence[bytes],
        term_ids: NDArray[np.integer],
        numbers: NDArray[np.integer],
        dfs: NDArray[np.integer],
        languages: NDArray[np.integer],
    ) -> None:
        """Add rows; arrays of shape ``(len(forms),)``, languages as indexes of the sets."""
        if {len(term_ids), len(numbers), len(dfs), len(languages)} != {len(forms)}:
            raise ValueError("the columns of a lexicon differ in length")
        self._forms.append(forms)
        self._term_ids.append(term_ids)
        self._numbers.append(numbers)
        self._dfs.append(dfs)
        self._languages.append(languages)


class Lexicon:
    """Word forms over the map.

    Attributes
    ----------
    forms
        Ascending; a form occurs once for each term it belongs to.
    term_ids, numbers, dfs
        Per row, as in :class:`FormRow`.
    languages
        Per row, index into ``language_sets``.

    Raises
    ------
    CorruptIndexError
        When sections are missing or point outside what they point into.
    """

    def __init__(self, file: ArrayFile, prefix: str, terms: int) -> None:
        self.forms = Strings(file, prefix)
        self.term_ids = file.array(f"{prefix}/term_ids", "u4")
        self.numbers = file.array(f"{prefix}/numbers", "u1", "u2", "u4")
        self.dfs = file.array(f"{prefix}/dfs", "u4")
        self.languages = file.array(f"{prefix}/languages", "u1", "u2", "u4")
        names = Strings(file, f"{prefix}/language_sets")
        self.language_sets = [frozenset(name.decode("utf-8", "replace").split()) for name in names]
        columns = (self.term_ids, self.numbers, self.dfs, self.languages)
        if {len(column) for column in columns} != {len(self.forms)}:
            raise file.corrupt(f"the columns of {prefix} differ in length")
        if len(self.forms) and (
            int(self.term_ids.max()) >= terms or int(self.languages.max()) >= len(names)
        ):
            raise file.corrupt(f"{prefix} names a term or a language that is not there")

    def __len__(self) -> int:
        return len(self.forms)

    def row(self, index: int) -> FormRow:
        """Return one row."""
        return FormRow(
            self.forms[index],
            int(self.term_ids[index]),
            int(self.numbers[index]),
            int(self.dfs[index]),
            self.language_sets[int(self.languages[index])],
        )

    def rows(self, form: bytes) -> list[FormRow]:
        """Return the rows of a form: one for each term it belongs to, none if it is unknown."""
        index = self.forms.find(form)
        found: list[FormRow] = []
        while index is not None and index < len(self.forms) and self.forms[index] == form:
            found.append(self.row(index))
            index += 1
        return found
