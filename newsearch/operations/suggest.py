"""``suggest``: words, names and headlines that begin as a reader has typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from newsearch.analysis.clitics import without_clitics
from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import forms
from newsearch.answers.suggestions import Suggestion, Suggestions
from newsearch.engines.base import Engine, check_limit, check_text
from newsearch.errors import QueryError
from newsearch.operations.base import Operation, option
from newsearch.query.nodes import And, FieldValue, Pattern, Word, WrittenTree

HEADLINES = 10
"""Of the articles whose headline has such a word, so many are looked at, the newest ones."""
_Name = Literal["source", "agency", "author"]
_NAMES: Final[tuple[tuple[_Name, tuple[_Name, ...]], ...]] = (
    ("source", ("source", "agency")),  # source: looks in both
    ("author", ("author",)),
)


@dataclass(frozen=True, kw_only=True)
class SuggestOptions:
    """What was typed, and how much is shown."""

    prefix: str = option(
        default="", metavar="PREFIX...", is_argument=True, help="The first letters, or more words."
    )
    limit: int = option(default=10, short="-n", minimum=0, help="How many of each kind.")


def suggest(engine: Engine, prefix: str, *, limit: int = 10) -> Suggestions:
    """Complete what a reader has typed; see `Archive.suggest`."""
    check_text("prefix", prefix)
    check_limit(limit)
    typed = _words_of(prefix)
    if not typed or not limit:
        return Suggestions(prefix, ())
    words = () if typed[1:] else _words(engine, typed[0], limit)
    names, headlines = _names(engine, typed, limit), _headlines(engine, typed, limit)
    return Suggestions(prefix, (*words, *names, *headlines))


def _words(engine: Engine, typed: str, limit: int) -> Iterator[Suggestion]:
    words = engine.words_beginning(typed, limit=limit)
    queries = [str(Word(word)) for word, _ in words]
    newest = engine.search_many(queries, limit=1, sort="newest", threads=1)
    for (word, count), hits in zip(words, newest, strict=True):
        spelt = _counted(word, (hit.article.body for hit in hits))
        spelt = spelt or _counted(word, (hit.title for hit in hits))
        yield Suggestion(spelt.most_common(1)[0][0] if spelt else word, "word", count)


def _counted(word: str, texts: Iterable[str]) -> Counter[str]:
    return Counter(one for text in texts for one in _spellings(word, text))


def _spellings(word: str, text: str) -> Iterator[str]:
    """Yield how a text writes a word; nothing where folding changes how long the text is."""
    folded = _compared(text)
    at = folded.find(word) if len(folded) == len(text) else -1
    while at >= 0:
        end = at + len(word)
        if not (folded[at - 1 : at].isalnum() or folded[end : end + 1].isalnum()):
            yield text[at:end]
        at = folded.find(word, end)


def _names(engine: Engine, typed: Sequence[str], limit: int) -> Iterator[Suggestion]:
    """Yield names that have the words typed side by side, the last of them begun."""
    for asked, fields in _NAMES:
        parts: list[WrittenTree] = [Pattern("prefix", typed[-1], fields=(asked,))]
        if typed[1:]:
            parts.append(FieldValue(asked, tuple(typed[:-1])))
        query = str(And(parts))
        for field in fields if engine.count(query) else ():  # counting takes a fifth of the time
            counts = engine.aggregate(query, by=field).values
            having = (pair for pair in counts if _has(_words_of(pair[0]), typed))
            yield from (Suggestion(name, field, count) for name, count in islice(having, limit))


def _headlines(engine: Engine, typed: Sequence[str], limit: int) -> Iterator[Suggestion]:
    """Yield headlines with the words typed, the last of them begun: those that begin so first."""
    title = ("title",)
    last = Pattern("prefix", typed[-1], fields=title)
    tree = And([*(Word(word, title) for word in typed[:-1]), last])
    hits = engine.search(str(tree), limit=HEADLINES, sort="newest")
    found: list[tuple[bool, int, str]] = []
    for headline, count in Counter(hit.title for hit in hits).items():
        own = _words_of(headline)
        if _has(own, typed[-1:]):  # a pattern stands for other forms of its words too
            found.append((not _has(own[: len(typed)], typed), -count, headline))
    found.sort(key=lambda one: one[:2])
    yield from (Suggestion(headline, "headline", -less) for _, less, headline in found[:limit])


def _has(words: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether the words typed, the last at least begun, stand side by side among some words."""
    n = len(typed) - 1
    return any(
        word.startswith(typed[n]) and words[at : at + n] == typed[:n]
        for at, word in enumerate(words[n:])
    )


def _words_of(text: str) -> list[str]:
    return [without_clitics(_compared(word)) for word in forms(text)]


def _compared(text: str) -> str:
    return fold(text.lower().replace("’", "'"))


def _run(engine: Engine, options: SuggestOptions) -> Suggestions:
    if not options.prefix.strip():
        raise QueryError("missing PREFIX", hint="write the first letters of a word")
    return suggest(engine, options.prefix, limit=options.limit)


OPERATION = Operation(
    name="suggest",
    help="""Complete words, names and headlines.

Names and headlines are found by any of their words. Of several words the last one is completed.""",
    options=SuggestOptions,
    run=_run,
    forms=("json", "jsonl", "csv"),
    text=lambda answer: answer.as_table().text() if answer.found else (),
    found=lambda answer: bool(answer.found),
)
