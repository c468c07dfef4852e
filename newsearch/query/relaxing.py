"""What a query that matches nothing may have meant: nearly the same, read less narrowly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.tokens import form, spans
from newsearch.answers.query_warning import QueryWarning
from newsearch.query import nodes
from newsearch.query.trees import all_of, any_of
from newsearch.values import replace

IsFunctionWord = Callable[[str], bool]


_LEAST_CAPITALS = 2
"""Words in capitals, which are no acronyms, by which a query is one that is all in capitals."""


def relaxations(
    query: str, tree: nodes.WrittenTree, is_function_word: IsFunctionWord
) -> Iterator[tuple[nodes.WrittenTree, QueryWarning]]:
    """Yield what to search for instead where nothing matches, the narrowest first, and a warning.

    A query all in capitals is read in small letters: ``WHO WON THE CUP``. Then function words go.
    """
    if not any(map(str.islower, query)) and (small := _in_small_letters(tree)) != tree:
        words = {form(query[start:end]) for start, end in spans(query)}
        acronyms = sorted(filter(is_acronym, words))
        if len(words) - len(acronyms) >= _LEAST_CAPITALS:
            tree = small
            message = "no article has all of the words; these are read in small letters too: "
            yield tree, QueryWarning(1, message + ", ".join(acronyms))
    relaxed, let_go = without_function_words(tree, is_function_word)
    if let_go:
        yield relaxed, let_go_warning(query, let_go)


def _in_small_letters(tree: nodes.WrittenTree) -> nodes.WrittenTree:
    match tree:
        case nodes.Word():
            return replace(tree, form=tree.form.lower())
        case nodes.Phrase():
            words = tuple(map(str.lower, tree.words))
            return nodes.Phrase(words, tree.exact, tree.slop, tree.fields, tree.boost)
        case nodes.And() | nodes.Or():
            return type(tree)(map(_in_small_letters, tree.parts))
        case nodes.Not():
            return nodes.Not(_in_small_letters(tree.part))
        case nodes.AndMaybe():
            required, optional = map(_in_small_letters, (tree.required, tree.optional))
            return nodes.AndMaybe(required, optional)
        case nodes.Pattern() | nodes.Placed() | nodes.Unscored():
            return tree
        case _:
            nodes.assert_never(tree)


def without_function_words(
    tree: nodes.WrittenTree, is_function_word: IsFunctionWord
) -> tuple[nodes.WrittenTree, list[str]]:
    """Leave out the function words that must match beside other words.

    Returns the tree without them, and which they are, in the order written.
    """
    if isinstance(tree, nodes.Or):
        relaxed = [without_function_words(part, is_function_word) for part in tree.parts]
        return any_of(part for part, _ in relaxed), [form for _, own in relaxed for form in own]
    if not isinstance(tree, nodes.And):
        return tree, []
    kept: list[nodes.WrittenTree] = []
    let_go: list[str] = []
    for part in tree.parts:
        if isinstance(part, nodes.And | nodes.Or):
            relaxed_part, own = without_function_words(part, is_function_word)
            kept.append(relaxed_part)
            let_go += own
        elif (forms := _plain_forms(part)) and all(map(is_function_word, forms)):
            let_go += forms
        else:
            kept.append(part)
    if not let_go:
        return tree, []
    return (all_of(kept), let_go) if any(map(_asks_for_words, kept)) else (tree, [])


def _plain_forms(part: nodes.WrittenTree) -> tuple[str, ...]:
    """Return the form of a word, or those of words joined by a hyphen, such as *est-ce*."""
    if isinstance(part, nodes.Word) and not part.others:
        return (part.form,)
    return part.words if isinstance(part, nodes.Phrase) and not part.exact else ()


def let_go_warning(query: str, let_go: Sequence[str]) -> QueryWarning:
    """Say which words a query was answered without, and point at the first."""
    first = let_go[0].lower()
    starts = (start for start, end in spans(query) if form(query[start:end]).lower() == first)
    words = ", ".join(dict.fromkeys(let_go))
    return QueryWarning(
        next(starts, 0) + 1, f"no article has all of the words; these are let go: {words}"
    )


def _asks_for_words(tree: nodes.WrittenTree) -> bool:
    wanted = nodes.leaves(tree, with_excluded=False)
    return any(
        isinstance(leaf, nodes.Word | nodes.Phrase | nodes.Pattern | nodes.Placed)
        and leaf.boost > 0
        for leaf in wanted
    )
