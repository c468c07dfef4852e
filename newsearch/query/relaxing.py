"""Letting function words go: where nothing matches all words, what matches the other ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsearch.analysis.tokens import form, spans
from newsearch.answers.query_warning import QueryWarning
from newsearch.query.nodes import And, Or, Pattern, Phrase, Word, WrittenTree, leaves
from newsearch.query.trees import all_of, any_of

IsFunctionWord = Callable[[str], bool]


def without_function_words(
    tree: WrittenTree, is_function_word: IsFunctionWord
) -> tuple[WrittenTree, list[str]]:
    """Leave out the function words that must match beside other words.

    Returns
    -------
    tree, let_go
        The tree without them, and which they are, in the order written.
    """
    if isinstance(tree, Or):
        relaxed = [without_function_words(part, is_function_word) for part in tree.parts]
        return any_of(part for part, _ in relaxed), [form for _, own in relaxed for form in own]
    if not isinstance(tree, And):
        return tree, []
    kept: list[WrittenTree] = []
    let_go: list[str] = []
    for part in tree.parts:
        if isinstance(part, Word) and is_function_word(part.form):
            let_go.append(part.form)
            continue
        relaxed_part, own = without_function_words(part, is_function_word)
        kept.append(relaxed_part)
        let_go += own
    return (all_of(kept), let_go) if any(map(_asks_for_words, kept)) else (tree, [])


def let_go_warning(query: str, let_go: Sequence[str]) -> QueryWarning:
    """Say which words a query was answered without, and point at the first."""
    starts = (start for start, end in spans(query) if form(query[start:end]) == let_go[0])
    words = ", ".join(dict.fromkeys(let_go))
    return QueryWarning(
        next(starts, 0) + 1, f"no article has all of the words; these are let go: {words}"
    )


def _asks_for_words(tree: WrittenTree) -> bool:
    wanted = leaves(tree, with_excluded=False)
    return any(isinstance(leaf, Word | Phrase | Pattern) and leaf.boost > 0 for leaf in wanted)
