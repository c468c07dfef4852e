"""The obvious way to search: look at every article and apply the definitions.

Nothing here is shared with newsearch but what a word, a stem, an article and a query tree are. It
is slow on purpose; every faster way must give the same ids, order and scores.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product

from newsearch.analysis.clitics import bare_spelling, without_clitics, written_forms
from newsearch.analysis.compounds import joined, other_spellings
from newsearch.analysis.detection import detect
from newsearch.analysis.folding import fold
from newsearch.analysis.korean import is_with_particles, takes_particles
from newsearch.analysis.normalising import normal
from newsearch.analysis.sentences import paragraph_starts, sentence_starts
from newsearch.analysis.terms import key, tag, term
from newsearch.analysis.tokens import forms, spans, spelling
from newsearch.article import Article
from newsearch.fields import FIELD
from newsearch.keys import keyed_values
from newsearch.query.nodes import (
    Alternatives,
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Link,
    Not,
    Nothing,
    NumberRange,
    Or,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
    word_pattern,
)
from newsearch.values import replace

K1, B = 1.2, 0.75
LEAST_RARER = 1.4
TITLE_WEIGHT = 2  # beside the body; alone, a title is a text like any other


@dataclass
class Analysed:
    """An article as lists of words."""

    article: Article
    language: str
    keys: dict[str, list[str]]
    terms: dict[str, list[str]]


class Reference:
    """Searches a list of articles, each id once.

    `gone` are articles that were deleted but whose words are known yet.
    """

    def __init__(self, articles: Sequence[Article], gone: Sequence[Article] = ()) -> None:
        self.docs = [self._analyse(article) for article in articles]
        self._known = [*self.docs, *map(self._analyse, gone)]

    @staticmethod
    def _analyse(article: Article) -> Analysed:
        words = {field: forms(getattr(article, field)) for field in ("title", "body")}
        language = language_of(article)
        terms = {field: [term(w, language) for w in listed] for field, listed in words.items()}
        keys = {field: [key(w, language) for w in listed] for field, listed in words.items()}
        return Analysed(article, language, keys, terms)

    @property
    def languages(self) -> set[str]:
        return {doc.language for doc in self.docs} or {"en"}

    def terms_of(self, form: str) -> tuple[str, ...]:
        """What a word of a query is looked for by, in each language of the articles.

        Its own term, and those of words that are spelt alike but for accents and the like.
        """
        own = {term(form, language) for language in self.languages}
        alike = {
            term_
            for doc in self._known
            for field in doc.keys
            for key_, term_ in zip(doc.keys[field], doc.terms[field], strict=True)
            if key_ == key(form, doc.language)
        }
        return tuple(sorted(own | alike))

    def terms_like(self, pattern: Pattern) -> tuple[str, ...]:
        """What a pattern is looked for by: all that each word that fits is looked for by.

        A pattern's own letters are such a word, whether or not an article has it.
        """
        words = {
            key_
            for doc in self._known
            for keys in doc.keys.values()
            for key_ in keys
            if fits(pattern, key_) or fits_with_clitics(pattern, key_, doc.language)
        }
        if "?" not in pattern.text:
            words.add(pattern.text.replace("*", ""))
        return tuple(sorted({one for word in words - {""} for one in self.terms_of(word)}))

    def keys_of(self, form: str) -> tuple[str, ...]:
        """What a quoted word is looked for by, in each language of the articles.

        Its own key, and those of words with Korean particles that are it without them.
        """
        own = {key(form, one) + tag(one) for one in self.languages}
        longer = {
            key_ + tag(doc.language)
            for doc in self.docs
            for keys in doc.keys.values()
            for key_ in keys
            if takes_particles(form) or doc.language == "ko"
            if is_with_particles(key_, form)
        }
        return tuple(sorted(own | longer))

    def typed_of(self, form: str) -> tuple[str, ...]:
        """The keys of a form that counts more than others, as it is much rarer than its terms."""
        typed = tuple(sorted({key(form, one) + tag(one) for one in self.languages}))
        rarer = self._how_much_rarer(typed, self.terms_of(form), ("title", "body"))
        return typed if rarer > LEAST_RARER else ()

    def ranking(self, tree: ResolvedTree, sort: str = "relevance") -> list[tuple[str, float]]:
        """Ids and scores of all matching articles, best first."""
        scored = [(doc.article, self.score(tree, doc)) for doc in self.docs]
        found = [(article, score) for article, score in scored if score is not None]
        found.sort(key=lambda pair: _sort_key(*pair, sort))
        return [(article.id, score) for article, score in found]

    def score(  # noqa: PLR0912 - one for each node
        self, node: ResolvedTree, doc: Analysed
    ) -> float | None:
        """Score of one article; None where it does not match."""
        match node:
            case Term():
                score = self._term_score(node, [node.terms], doc, exact=False)
                return None if score is None else score + self._typed_score(node, doc)
            case TermPhrase():
                return self._term_score(node, list(node.words), doc, exact=node.exact)
            case TermsPlaced():
                return self._placed_score(node, doc)
            case Pattern():
                return node.boost if self._pattern(node, doc) else None
            case FieldValue():
                return 0.0 if _has_value(node, doc) else None
            case DateRange():
                return 0.0 if _in_range(node, doc) else None
            case NumberRange():
                return 0.0 if _in_numbers(node, doc) else None
            case Nothing():
                return None
            case Every():
                return 0.0
            case Not():
                return 0.0 if self.score(node.part, doc) is None else None
            case AndMaybe():
                required, optional = self.score(node.required, doc), self.score(node.optional, doc)
                return None if required is None else required + (optional or 0.0)
            case And():
                parts = [self.score(part, doc) for part in node.parts]
                return None if None in parts or not parts else sum(parts)
            case Or():
                parts = [self.score(part, doc) for part in node.parts]
                hits = [score for score in parts if score is not None]
                return sum(hits) if hits else None
        raise AssertionError(f"no definition for {node!r}")

    def _term_score(
        self, node: Term | TermPhrase, words: list[Alternatives], doc: Analysed, *, exact: bool
    ) -> float | None:
        slop = getattr(node, "slop", 0)
        weights = _weights(node.fields)
        frequency = sum(
            w * _frequency(words, _words(doc, f, exact), slop) for f, w in weights.items()
        )
        if not frequency:
            return None
        weight = sum(self._idf(word, node.fields, exact) for word in words)
        weight *= getattr(node, "weight", 1.0)
        return self._bm25(node.boost * weight, frequency, node.fields, doc)

    def _placed_score(self, node: TermsPlaced, doc: Analysed) -> float | None:
        frequency = self._placed_frequency(node, doc)
        if not frequency:
            return None
        df = sum(self._placed_frequency(node, other) > 0 for other in self.docs)
        weight = node.boost * idf(df, len(self.docs))
        return self._bm25(weight, frequency, node.fields, doc)

    def _placed_frequency(self, node: TermsPlaced, doc: Analysed) -> int:
        counts = {
            field: min(len(part) for part in self.counting(node, doc, field))
            for field in ("title", "body")
        }
        weights = _weights(node.fields)
        is_enough = sum(counts.values()) >= node.least
        return sum(w * counts[f] for f, w in weights.items()) if is_enough else 0

    def counting(self, node: TermsPlaced, doc: Analysed, field: str) -> list[set[Span]]:
        """First and last word of each occurrence of each part that counts in a field.

        Those that are in any choice of one occurrence of each part for which all links hold.
        """
        own_leaves = [[leaf for leaf in part if field in leaf.fields] for part in node.parts]
        found = [
            {span for leaf in leaves for span in self._spans(leaf, doc, field)}
            for leaves in own_leaves
        ]
        if node.first:
            counted_from = "title" if node.fields == ("title",) else "body"
            found = [
                {span for span in own if field == counted_from and span[1] < node.first}
                for own in found
            ]
        text = getattr(doc.article, field)
        units = {"S": _numbers(text, sentence_starts(text, doc.language))}
        units["P"] = _numbers(text, paragraph_starts(text))
        good = [
            chosen
            for chosen in product(*found)
            if all(map(partial(_holds, units), node.links, chosen, chosen[1:]))
        ]
        return [{chosen[number] for chosen in good} for number in range(len(found))]

    def _spans(self, leaf: Term | TermPhrase | Pattern, doc: Analysed, field: str) -> list[Span]:
        if isinstance(leaf, Pattern):
            terms = self.terms_like(leaf)
            return [(at, at) for at, word in enumerate(doc.terms[field]) if word in terms]
        if isinstance(leaf, Term):
            return places([leaf.terms], _words(doc, field, False), 0)
        found = places(list(leaf.words), _words(doc, field, leaf.exact), leaf.slop)
        if not leaf.spelt:
            return found
        text = getattr(doc.article, field)
        surfaces = [spelling(normal(text[start:end])) for start, end in spans(text)]
        own = [bare_spelling(one, doc.language) for one in surfaces]
        wanted = [bare_spelling(one, doc.language) for one in leaf.spelt]
        return [(first, last) for first, last in found if own[first : last + 1] == wanted]

    def _bm25(self, weight: float, frequency: int, fields: tuple[str, ...], doc: Analysed) -> float:
        weights = _weights(fields)
        lengths = [sum(w * len(d.keys[f]) for f, w in weights.items()) for d in self.docs]
        length = sum(w * len(doc.keys[f]) for f, w in weights.items())
        return bm25(weight, frequency, length, sum(lengths) / len(lengths))

    def _typed_score(self, node: Term, doc: Analysed) -> float:
        """What occurrences in the form that was typed add, as far as it is rarer than the word."""
        frequency = 0
        for field, weight in _weights(node.fields).items():
            pairs = zip(_words(doc, field, True), _words(doc, field, False), strict=True)
            of_word = [k for k, t in pairs if is_word(node.terms, t)]
            frequency += weight * sum(is_word(node.typed, k) for k in of_word)
        if not frequency:
            return 0.0
        rarer = self._how_much_rarer(node.typed, node.terms, node.fields)
        return self._bm25(node.factor * rarer, frequency, node.fields, doc)

    def _how_much_rarer(
        self, typed: Alternatives, terms: Alternatives, fields: tuple[str, ...]
    ) -> float:
        return max(self._idf(typed, fields, True) - self._idf(terms, fields, False), 0.0)

    def _idf(self, word: Alternatives, fields: tuple[str, ...], exact: bool) -> float:
        """One idf a word, whichever of its alternatives articles have."""
        df = sum(
            any(is_word(word, w) for f in fields for w in _words(doc, f, exact))
            for doc in self.docs
        )
        return idf(df, len(self.docs))

    def _pattern(self, node: Pattern, doc: Analysed) -> bool:
        if node.fields[0] in ("title", "body"):
            terms = set(self.terms_like(node))
            return any(word in terms for field in node.fields for word in doc.terms[field])
        values = _values(node.fields[0], doc)
        spelt = [word for value in values for word in (*value, *joined(value, lambda _: True))]
        words = [one for word in spelt for one in (word, _bare(word))]
        folded = replace(node, text=fold(node.text))
        return any(fits(folded, fold(word)) for word in words)


def _weights(fields: tuple[str, ...]) -> dict[str, int]:
    return {f: TITLE_WEIGHT if f == "title" and len(fields) > 1 else 1 for f in fields}


def bm25(weight: float, frequency: int, length: int, average: float) -> float:
    """Score of one term in one article."""
    norm = K1 * (1 - B + B * length / average)
    return weight * frequency / (frequency + norm)


def idf(df: int, n_articles: int) -> float:
    """Weight of a term that `df` of the articles have."""
    return math.log(1 + (n_articles - df + 0.5) / (df + 0.5))


def _sort_key(article: Article, score: float, sort: str) -> tuple[float, ...]:
    date = article.date.timestamp_s if article.date else None
    if sort == "oldest":
        return (date is None, date or 0, article.id_hash)
    newest_first = (date is None, -(date or 0), article.id_hash)
    if sort == "newest":
        return newest_first
    if sort in ("longest", "shortest"):
        length = len(forms(article.body))
        return (length if sort == "shortest" else -length, *newest_first)
    return (-score, *newest_first)


Span = tuple[int, int]


def _numbers(text: str, starts: list[int]) -> list[int]:
    """For each word of a text, how many of some places of characters are not after its start."""
    return [sum(start <= first for start in starts) for first, _ in spans(text)]


def _holds(units: dict[str, list[int]], link: Link, a: Span, b: Span) -> bool:
    """Whether two occurrences stand as a link asks, not one over the other."""
    words_apart = [b[0] - a[1]] if link.is_ordered else [b[0] - a[1], a[0] - b[1]]
    if isinstance(link.reach, int):
        return any(0 < n <= link.reach for n in words_apart)
    return max(words_apart) > 0 and len({units[link.reach][at] for at in (*a, *b)}) == 1


Written = tuple[str, str]
"""A word of a text as it is compared with words of a query, key or term; and its key."""


def _words(doc: Analysed, field: str, exact: bool) -> list[Written]:
    own = doc.keys[field]
    exactly = [one + tag(doc.language) for one in own]
    return list(zip(exactly if exact else doc.terms[field], own, strict=True))


def is_word(wanted: Alternatives, word: Written) -> bool:
    """Whether a word of a query, which can have wildcards, is meant by one of a text."""
    patterns = [word_pattern(one) for one in wanted]
    return word[0] in wanted or any(p is not None and fits(p, word[1]) for p in patterns)


def _frequency(wanted: list[Alternatives], words: list[Written], slop: int) -> int:
    return len(places(wanted, words, slop))


def places(wanted: list[Alternatives], words: list[Written], slop: int) -> list[tuple[int, int]]:
    """First and last word of each place where some stand side by side, or with others between."""
    n = len(wanted)
    if slop == 0:
        starts = range(len(words) - n + 1)
        return [(i, i + n - 1) for i in starts if all(map(is_word, wanted, words[i : i + n]))]
    windows = _windows(wanted, words)
    smallest = [w for w in windows if not any(_inside(other, w) for other in windows)]
    return sorted((first, last) for first, last in smallest if last - first < n + slop)


def _windows(wanted: list[Alternatives], words: list[Written]) -> set[tuple[int, int]]:
    """First and last position of every choice of different places for all words."""
    places = [[i for i, word in enumerate(words) if is_word(one, word)] for one in wanted]
    chosen = (c for c in product(*places) if len(set(c)) == len(c))
    return {(min(c), max(c)) for c in chosen}


def _inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def fits(pattern: Pattern, word: str) -> bool:
    """Whether a key fits a pattern, both in small letters."""
    text, word = fold(pattern.text).lower(), word.lower()
    if pattern.kind == "prefix":
        return word.startswith(text)
    if pattern.kind == "wildcard":
        return fnmatch.fnmatchcase(word, text.replace("[", "[[]"))
    return word[:1] == text[:1] and edits(text, word) <= pattern.max_edits


def fits_with_clitics(pattern: Pattern, key_: str, language: str) -> bool:
    """Whether a pattern with an apostrophe fits a key as it is written with clitics."""
    if "'" not in pattern.text:
        return False
    if pattern.kind == "fuzzy":
        return fits(replace(pattern, text=key(pattern.text, language)), key_)
    parts = (pattern.text + ("*" if pattern.kind == "prefix" else "")).split("'")
    written = [w.split("'") for w in (*written_forms(key_, language), f"{key_}'")]
    if language == "tr" and fits(Pattern("wildcard", parts[0]), key_) and len(parts[0]) > 1:
        return True
    return any(
        len(own) == len(parts)
        and all(
            fits(Pattern("wildcard", part), word) for part, word in zip(parts, own, strict=True)
        )
        for own in written
    )


@cache
def edits(a: str, b: str) -> int:
    """Optimal string alignment distance, by its recursive definition."""
    if not a or not b:
        return len(a) + len(b)
    best = min(edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + (a[0] != b[0]))
    if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
        best = min(best, edits(a[2:], b[2:]) + 1)
    return best


def _values(field: str, doc: Analysed) -> list[list[str]]:
    article = doc.article
    names = ("source", "agency") if field == "source" else (field,)
    if field not in FIELD:
        own = [value for name, value in keyed_values(article.extra) if name == field]
        return [[v] if re.fullmatch(r"-[\d.]+(e-?\d+)?", v) else forms(v) for v in own]
    values = [getattr(article, name) for name in names]
    listed = [v for value in values for v in ([value] if isinstance(value, str) else value)]
    return [forms(value) for value in listed]


def language_of(article: Article) -> str:
    """The language that an article names, else the one that its text tells."""
    return article.lang or detect(article.title, article.body, "en")


def _has_value(node: FieldValue, doc: Analysed) -> bool:
    if node.fieldname in ("id", "url", "lang"):
        own = language_of(doc.article) if node.fieldname == "lang" else None
        return (own or getattr(doc.article, node.fieldname)) == node.words[0]
    bare = tuple(map(_bare, node.words))
    values = [list(map(_bare, value)) for value in _values(node.fieldname, doc)]
    return any(
        _frequency([(word,) for word in wanted], [(w, w) for w in value], 0)
        for value in values
        for wanted in (bare, *other_spellings(bare, lambda _: True))
    )


def _bare(form: str) -> str:
    """What words of filter fields are compared by."""
    return without_clitics(fold(form))


def _in_numbers(node: NumberRange, doc: Analysed) -> bool:
    if node.fieldname == "length":
        return node.holds(len(doc.keys["body"]))
    values = [value for key, value in keyed_values(doc.article.extra) if key == node.fieldname]
    return any(node.holds(float(value)) for value in values if _is_number(value))


def _is_number(value: str) -> bool:
    try:
        return set(value) <= set("0123456789+-.eE") and math.isfinite(float(value))
    except ValueError:
        return False


def _in_range(node: DateRange, doc: Analysed) -> bool:
    if doc.article.date is None:
        return False
    second = doc.article.date.timestamp_s
    return (node.start_s is None or node.start_s <= second) and (
        node.end_s is None or second < node.end_s
    )
