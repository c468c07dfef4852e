"""The words of a snapshot: from word form to terms, from term or pattern to word forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain

from newsearch import bm25
from newsearch.analysis.folding import fold
from newsearch.analysis.function_words import function_words
from newsearch.analysis.korean import KOREAN, is_with_particles, takes_particles
from newsearch.analysis.terms import key, language_of, tag, tag_of, term
from newsearch.codec.strings import text_of
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo
from newsearch.query.nodes import Alternatives, Pattern, word_pattern
from newsearch.query.resolve import plain_word, quoted_word
from newsearch.schema import DEFAULT_LANGUAGE
from newsearch.search.run.patterns import matching_rows
from newsearch.search.statistics import SnapshotStatistics
from newsearch.stopping import check

_MEMO_WORDS = 10_000


class SnapshotVocabulary:
    """Looks words up in all segments of a snapshot, and remembers; safe in many threads."""

    def __init__(self, snapshot: Snapshot, statistics: SnapshotStatistics) -> None:
        self._snapshot = snapshot
        self._statistics = statistics
        self._patterns = statistics.patterns
        self.plain = Memo(partial(plain_word, analyser=self), _MEMO_WORDS)
        self.quoted = Memo(partial(quoted_word, analyser=self), _MEMO_WORDS)
        self.is_function_word = lru_cache(_MEMO_WORDS)(self._is_function_word)
        self.terms_of = lru_cache(_MEMO_WORDS)(self._terms_of)
        self.keys_of = lru_cache(_MEMO_WORDS)(self._keys_of)
        self.forms_of = lru_cache(_MEMO_WORDS)(self._forms_of)
        self.forms_like = lru_cache(_MEMO_WORDS)(self._forms_like)

    def _terms_of(self, form: str) -> Alternatives:
        """Return the terms of a form in the languages of the index.

        These are the terms of all words that are spelt alike but for what folding takes away, and
        the form's own: it may be another inflection of a word that is there.
        """
        check()
        terms = {term(form, language) for language in self._languages}
        return tuple(sorted(terms.union(*map(self._snapshot.terms_of, self._own_keys(form)))))

    def _keys_of(self, form: str) -> Alternatives:
        """Return the keys of a form in the languages of the index, each with the language's end.

        A Korean word has those of itself with particles, too, and so has any in Korean articles.
        """
        keys = self._own_keys(form)
        if takes_particles(form) or KOREAN in self._languages:
            for one in self.terms_of(form):
                if takes_particles(form) or language_of(one) == KOREAN:
                    written = (own for own in self.forms_of(one) if is_with_particles(own, form))
                    keys.update(own + tag_of(one) for own in written)
        return tuple(sorted(keys))

    def inflections_of(self, form: str) -> Alternatives:
        """Return the keys of a form and of all that have one of its terms, as `keys_of` does."""
        pattern = word_pattern(form)
        terms = self.terms_like(pattern) if pattern else self.terms_of(form)
        keys = {own + tag_of(one) for one in terms for own in self.forms_of(one)}
        return tuple(sorted(keys if pattern else keys.union(self.keys_of(form))))

    def _own_keys(self, form: str) -> set[str]:
        return {key(form, one) + tag(one) for one in self._languages}

    @property
    def _languages(self) -> tuple[str, ...]:
        return self._snapshot.languages or (DEFAULT_LANGUAGE,)

    def has_word(self, form: str) -> bool:
        """Whether an article has, or had, any of the terms of a form."""
        terms = self.terms_of(form)
        return any(
            segment.term_id(one) is not None for segment in self._snapshot.segments for one in terms
        )

    def typed_of(self, form: str) -> Alternatives:
        """Return the keys of a form that is much rarer than its terms; none of another."""
        typed = tuple(sorted(self._own_keys(form)))
        rarer = self._statistics.how_much_rarer(typed, self.terms_of(form))
        return typed if rarer > bm25.LEAST_RARER else ()

    def _is_function_word(self, form: str) -> bool:
        """Whether a form is a word of grammar in the language whose articles have it most.

        Where none has it, in any language of the index.
        """
        languages = self._snapshot.languages_of(form) or (DEFAULT_LANGUAGE,)
        return any(fold(form) in function_words(language) for language in languages)

    def terms_like(self, pattern: Pattern) -> Alternatives:
        """Return the terms of the words that a pattern outside quotes stands for."""
        return self._patterns.terms(pattern)

    def forms_meant(self, pattern: Pattern, end: str) -> Sequence[str]:
        """Return the keys of those words in a language, whose terms end so."""
        return self._patterns.keys(pattern, end)

    def _forms_of(self, term: str) -> Sequence[str]:
        """Return the keys that have a term."""
        found = (segment.forms_of(term) for segment in self._snapshot.segments)
        return sorted(set(chain.from_iterable(found)))

    def _forms_like(self, pattern: Pattern) -> Sequence[str]:
        """Return the keys that a pattern matches."""
        found: set[str] = set()
        for segment in self._snapshot.segments:
            known = segment.text.forms.forms
            rows = matching_rows(pattern, known).tolist()
            found.update(text_of(known[row]) for row in rows)
        return sorted(found)
