"""Gets the compiled kernels ready in the background, while searches go on without them.

Compiling takes ten seconds and more once a machine, loading what was compiled half a second once
a process. Neither is to happen in the middle of somebody's search, so a thread of its own calls
every kernel once; a search takes a kernel only when it has been called there before.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Literal, get_args

from newsearch.analysis.terms import tag_of
from newsearch.codec.strings import text_of
from newsearch.errors import NewsearchError
from newsearch.query import nodes
from newsearch.query.plan import Plan, is_plain_word, plan

if TYPE_CHECKING:
    from newsearch.index.snapshot import Snapshot
    from newsearch.search.run.compiled import CompiledSearch

Skill = Literal[
    "any words",
    "all words",
    "bags",
    "phrase",
    "lists",
    "tree",
    "newest",
    "patterns",
    "matching",
    "snippets",
]
"""What a set of kernels can do: the plan's ways of ranking, and what may come on top of them."""

_ALL_SKILLS = len(get_args(Skill))

Run = Callable[["CompiledSearch"], object]


def skills_for(planned: Plan, tree: nodes.ResolvedTree, *, by_date: bool) -> set[Skill]:
    """Return which kernels a ranking may call, `by_date` if hits are sorted so."""
    if by_date or planned.way == "filters":
        return {"newest", "matching", *_skills_for_leaves([tree])}
    skills: set[Skill] = {planned.way, *_skills_for_leaves(planned.filters)}
    if planned.way != "phrase":
        skills.update(_skills_for_leaves(planned.scored))
    for part in planned.excluded:
        skills |= skills_for_matching(part)
    return skills


def skills_for_matching(tree: nodes.ResolvedTree) -> set[Skill]:
    """Return which kernels may be called to find the articles that match."""
    return {"matching", *_skills_for_leaves([tree])}


def _skills_for_leaves(trees: Iterable[nodes.ResolvedTree]) -> Iterator[Skill]:
    for leaf in chain.from_iterable(map(nodes.leaves, trees)):
        match leaf:
            case nodes.Pattern():
                yield "patterns"
            case nodes.Term() if is_plain_word(leaf) and not leaf.typed and len(leaf.terms) < 2:
                pass
            case nodes.Term() | nodes.TermPhrase() | nodes.TermsPlaced():
                yield "lists"
            case nodes.Unscored():
                pass
            case _:
                nodes.assert_never(leaf)


class Warming:
    """When a process has searched long enough for kernels to pay, and which are ready.

    Renting until the rent paid equals the price costs at most twice what knowing the future
    would (Karlin, Manasse, Rudolph and Sleator, Algorithmica 3, 1988). The thread is a daemon:
    a process may end while it compiles. What was compiled by then is on disk, each kernel
    written beside its final name and renamed. Safe in many threads; a process that is forked
    meanwhile keeps the kernels that were ready and gets no more, since the compiler's lock has
    no owner there.

    `price_s`: what importing Numba and its kernels from its cache costs.
    """

    def __init__(self, price_s: float) -> None:
        self._left_s = price_s
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ready: frozenset[Skill] = frozenset()
        self._problem = ""

    @property
    def is_complete(self) -> bool:
        """Whether every kernel is ready."""
        return len(self._ready) == _ALL_SKILLS

    def is_ready(self, skills: set[Skill]) -> bool:
        """Whether all of some kernels can be called without a wait."""
        return skills <= self._ready

    @property
    def state(self) -> str:
        """Why kernels are not used, for people; '' where it has not come to that."""
        if self._problem:
            return f"; kernels cannot be compiled: {self._problem}"
        return "; compiled kernels are getting ready" if self._thread else ""

    def spend(self, seconds: float) -> None:
        """Note what a search without kernels took."""
        self._left_s -= seconds

    @property
    def is_due(self) -> bool:
        """Whether what was spent reaches the price; asked when one more search begins."""
        return self._left_s <= 0 or "numba" in sys.modules

    def start(self, snapshot: Snapshot, get: Callable[[], CompiledSearch]) -> None:
        """Start the thread, unless there is one, all is ready, or it has failed before.

        Kernels are called on the first term of the snapshot. `get` gives the compiled search over
        it; called in the thread.
        """
        with self._lock:
            if self._thread or self.is_complete or self._problem or not _has_terms(snapshot):
                return
            self._thread = threading.Thread(
                target=self._run, args=(snapshot, get), name="newsearch-kernels", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError as error:  # no more threads, or the interpreter ends
                self._thread = None
                self._problem = str(error)

    def wait(self) -> None:
        """Wait until the thread has ended; RuntimeError where kernels cannot be compiled."""
        thread = self._thread
        if thread:
            thread.join()
        if self._problem:
            raise RuntimeError(self._problem)

    def _run(self, snapshot: Snapshot, get: Callable[[], CompiledSearch]) -> None:
        try:
            # Before `get`, which others may wait for.
            import newsearch.search.run.compiled  # noqa: F401

            for skill, run in _rehearsals(*_first_words(snapshot)):
                if skill not in self._ready:
                    run(get())
                    self._ready |= {skill}
        except NewsearchError:
            # The index at hand is damaged, which its own searches tell; the next one may do.
            pass
        except Exception as error:
            self._problem = " ".join(f"{type(error).__name__}: {error}".split())
        finally:
            self._thread = None

    def forked(self) -> None:
        """Forget, in the child of a fork, the thread and the lock that only the parent has."""
        self._lock = threading.Lock()
        if self._thread:
            self._thread = None
            self._problem = "the process was forked while they were being compiled"


def _has_terms(snapshot: Snapshot) -> bool:
    return any(len(segment.text.terms) for segment in snapshot.segments)


def _first_words(snapshot: Snapshot) -> tuple[str, str]:
    """Return a stem and a word form of an index; CorruptIndexError when they are no text."""
    segment = next(segment for segment in snapshot.segments if len(segment.text.terms))
    try:
        stem = text_of(segment.text.terms[0])
        row = segment.text.forms.row(0)
        own_key = text_of(row.form)
        return stem, own_key + tag_of(segment.text.terms[row.term_id].decode())
    except (IndexError, UnicodeDecodeError) as error:
        raise segment.segment.file.corrupt("its words are damaged") from error


def _rehearsals(stem: str, form: str) -> Iterator[tuple[Skill, Run]]:
    """Return a search for each skill that calls all its kernels, the most usual first.

    Stem and form are in the index: kernels are not called for words that it lacks.
    """
    word = nodes.Term((stem,))
    phrase = nodes.TermPhrase(((form,),), exact=True)
    either = nodes.Or([word, nodes.Term(("",))])
    yield "any words", _ranking(either)
    yield "all words", _ranking(word)
    yield "bags", _ask_no_words
    yield "snippets", lambda _: _cut_snippets(form)
    yield "phrase", _ranking(phrase)
    placed = nodes.TermsPlaced(((word,), (phrase,)), (nodes.Link(1),))
    twice = nodes.TermPhrase(phrase.words * 2, exact=True)
    # Of any words all lists are made, whatever articles are live.
    listed = [
        _ranking(nodes.Or([word, phrase, twice, placed])),
        _ranking(nodes.And([word, phrase, placed])),
    ]
    yield "lists", lambda compiled: [_count_words(), *(rank(compiled) for rank in listed)]
    yield "tree", _ranking(nodes.Or([word, nodes.Not(word)]))
    yield "newest", lambda compiled: [_newest(compiled, tree) for tree in (word, nodes.Every())]
    every_way: list[nodes.ResolvedTree] = [word, either, nodes.Or([word, nodes.Not(word)])]
    yield "matching", lambda compiled: list(map(compiled.count, every_way))
    from newsearch.search.run.bags import NO_WORDS
    from newsearch.search.run.patterns import english_stems  # which asks what is ready

    patterns = [nodes.Pattern("prefix", form), nodes.Pattern("prefix", form, fields=("title",))]
    alone = NO_WORDS._replace(pattern=patterns[0])
    yield (
        "patterns",
        lambda compiled: [
            english_stems([b"word"]),
            compiled.bags.rank([alone], 1),
            *map(compiled.count, patterns),
        ],
    )


def _ask_no_words(compiled: CompiledSearch) -> None:
    from newsearch.search.run.bags import NO_WORDS
    from newsearch.search.run.parts import KnownParts

    KnownParts(lambda _: [], compiled.bags).read(["a"], is_any=True)
    compiled.article_ids([])
    compiled.bags.rank([NO_WORDS], 1)
    compiled.bags.count(NO_WORDS)


def _newest(compiled: CompiledSearch, tree: nodes.ResolvedTree) -> object:
    return compiled.newest(plan(tree), tree, 1, oldest=False)


def _count_words() -> list[int]:
    from newsearch.analysis.finding import counts_before

    return counts_before("a", [1])


def _cut_snippets(form: str) -> None:
    from newsearch.analysis.finding import FormFinder
    from newsearch.search.passages.cutting import Cutter

    cutter = Cutter("en", FormFinder([form]), [0])
    for text in ("é", "\u200e"):  # one as it is written, one that is made normal first
        cutter.snippet(text, text.encode(), None)


def _ranking(tree: nodes.ResolvedTree) -> Run:
    return lambda compiled: compiled.rank(plan(tree), tree, 1)


NUMBA_LOAD_S = 0.5
"""What importing Numba and its kernels from its cache costs a process."""

warming = Warming(NUMBA_LOAD_S)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=warming.forked)
