"""The words of a snapshot: from word form to stems, from stem or pattern to word forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain

from newsearch.analysis.folding import fold
from newsearch.analysis.function_words import function_words
from newsearch.analysis.stems import stem
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo
from newsearch.query.nodes import Pattern
from newsearch.query.resolve import any_stem
from newsearch.schema import DEFAULT_LANGUAGE
from newsearch.search.run.patterns import matching_forms

_MEMO_WORDS = 10_000


class SnapshotVocabulary:
    """Looks words up in all segments of a snapshot, and remembers; safe in many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.terms = Memo(partial(any_stem, analyser=self), _MEMO_WORDS)
        self.stems = lru_cache(_MEMO_WORDS)(self._stems)
        self.forms_of = lru_cache(_MEMO_WORDS)(self._forms_of)
        self.forms_like = lru_cache(_MEMO_WORDS)(self._forms_like)

    def _stems(self, form: str) -> tuple[str, ...]:
        """Return the stems of a form in all languages of the index, each once.

        Where no article of a language has the form, it may still be another inflection of a word
        that one has: then, and only then, it is stemmed.
        """
        known = self._snapshot.stems_of(form)
        languages = self._snapshot.languages or (DEFAULT_LANGUAGE,)
        found = (known.get(language) or stem(form, language) for language in languages)
        return tuple(dict.fromkeys(found))

    def is_function_word(self, form: str) -> bool:
        """Whether a form is a word of grammar in the language whose articles have it most."""
        language = self._snapshot.language_of(form) or DEFAULT_LANGUAGE
        return fold(form) in function_words(language)

    def _forms_of(self, stem: str, language: str) -> Sequence[str]:
        """Return the word forms that have a stem in a language."""
        found = (segment.forms_of(stem, language) for segment in self._snapshot.segments)
        return sorted(set(chain.from_iterable(found)))

    def _forms_like(self, pattern: Pattern) -> Sequence[str]:
        """Return the word forms that a pattern matches."""
        found: set[str] = set()
        for segment in self._snapshot.segments:
            assert segment.text.forms is not None
            known = segment.text.forms.forms
            rows = matching_forms(pattern, known).tolist()
            found.update(known[row].decode("utf-8", "surrogatepass") for row in rows)
        return sorted(found)
