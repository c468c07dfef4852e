"""Every kernel gives the ids, order and scores of an exhaustive scorer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference import bm25
from support.rankings import assert_ranked_alike
from support.word_corpus import (
    FIELDS,
    NO_DATE,
    Corpus,
    Part,
    Scores,
    all_of,
    any_of,
    best,
    code_of,
    mean_length,
    random_corpus,
    score_phrase,
    score_word,
    split,
)

from newsearch.search.run import bitmaps
from newsearch.search.run.kernels import bags, lists, phrases, ranking, sets, trees, views
from newsearch.search.run.kernels.top_k import ranked

seeds = st.integers(0, 2**32 - 1)
hits_wanted = st.sampled_from([1, 2, 3, 10, 1000])


def assert_is_ranking(top: views.TopK, expected: tuple[list[int], list[float]]) -> None:
    docnums, scores = ranked(top)
    assert_ranked_alike(docnums, list(zip(*expected, strict=True)), rel=1e-12)
    assert scores == pytest.approx(expected[1], rel=1e-12)


@given(
    seed=seeds,
    k=hits_wanted,
    match=st.sampled_from(["any", "all"]),
    n_words=st.integers(0, 6),
    n_lists=st.integers(0, 3),
)
def test_words_and_lists_are_ranked_as_the_definition_says(
    seed: int, k: int, match: str, n_words: int, n_lists: int
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    n_words = max(n_words, n_lists == 0 or match == "all")
    stems = rng.permutation(corpus.n_stems + 1)[:n_words].tolist()
    weights = np.array([corpus.idf(s) * rng.choice([1, 2, 0.5]) for s in stems])
    listed = [score_word(corpus, int(s), 3.3) for s in rng.integers(0, corpus.n_stems, n_lists)]
    top = views.new_top_k(k)

    for part in split(corpus, rng):
        terms, live = part.term_ids(stems), part.live
        cut_lists = [cut_in(part, in_part(scores, part)) for scores in listed]
        listed_here = views.lists_of(cut_lists)
        address, base = part.segment.address, part.base
        if match == "any":
            assert ranking.rank_any(address, terms, weights, listed_here, live, base, top)
        else:
            both = bitmaps.empty_bitmap(part.segment.n_articles)
            assert ranking.match_all(address, terms, live, both)
            for scores in listed:
                both &= bitmaps.bitmap_with(in_part(scores, part)[0], part.segment.n_articles)
            assert ranking.rank_all(address, terms, weights, listed_here, both, base, top)

    scored = [score_word(corpus, s, w) for s, w in zip(stems, weights.tolist(), strict=True)]
    join = {"any": any_of, "all": all_of}[match]
    assert_is_ranking(top, best(corpus, join([*scored, *listed]), k))


def cut_in(part: Part, found: tuple[np.ndarray, np.ndarray]) -> views.CutList:
    return views.CutList(lists.cut(*found, bitmaps.n_blocks(part.segment.n_articles)))


def in_part(scores: Scores, part: Part) -> tuple[np.ndarray, np.ndarray]:
    """What a list holds of one segment: docnums there, and scores."""
    inside = range(part.base, part.base + part.segment.n_articles)
    docnums = [docnum for docnum in sorted(scores) if docnum in inside]
    values = np.array([scores[docnum] for docnum in docnums], np.float64)
    return np.array(docnums, np.int64) - part.base, values


@given(seed=seeds, n_words=st.integers(2, 3))
def test_a_word_of_a_phrase_may_be_any_of_several(seed: int, n_words: int) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    words = [rng.permutation(corpus.n_stems)[: rng.integers(1, 4)].tolist() for _ in range(n_words)]
    found: list[int] = []
    scores: list[float] = []

    for part in split(corpus, rng):
        alternatives = [[(part.terms.get(s, -1), -1, code_of(corpus, s)) for s in w] for w in words]
        phrase = views.phrase_of(alternatives, list(range(n_words)), slop=0, field=views.BOTH)
        own_docnums, own_scores = matches(part, phrase, (1.0, corpus.average), part.live)
        found += (own_docnums + part.base).tolist()
        scores += own_scores.tolist()

    freqs = {d: sum(_count(words, corpus.stems(d)[i]) for i in FIELDS["both"]) for d in corpus.live}
    expected = {d: bm25(1.0, f, corpus.length(d), corpus.average) for d, f in freqs.items() if f}
    assert found == list(expected)
    assert scores == pytest.approx(list(expected.values()), rel=1e-12)


def matches(
    part: Part, phrase: views.Phrase, scoring: tuple[float, float], allowed: bitmaps.Bitmap
) -> tuple[np.ndarray, np.ndarray]:
    docnums, scores = np.empty(part.segment.n_articles, np.int64), np.empty(part.segment.n_articles)
    n = phrases.match_phrase(part.segment.address, phrase, scoring, allowed, docnums, scores)
    return docnums[:n].copy(), scores[:n].copy()


def _count(words: list[list[int]], text: list[int]) -> int:
    starts = range(len(text) - len(words) + 1)
    return sum(all(text[i + j] in word for j, word in enumerate(words)) for i in starts)


fields = st.sampled_from(["both", "title", "body"])


def phrase_for(part: Part, corpus: Corpus, words: list[int], how: dict[str, Any]) -> views.Phrase:
    different = list(dict.fromkeys(words))
    n = corpus.n_stems
    alternatives = [
        [(part.terms.get(stem, -1), form_of(form, how["together"]), code_of(corpus, stem))]
        for stem, form in ((w % n, w // n) if how["exact"] else (w, -1) for w in different)
    ]
    where = {"both": views.BOTH, "title": views.TITLE, "body": views.BODY}[how["fields"]]
    sequence = [different.index(word) for word in words]
    return views.phrase_of(alternatives, sequence, slop=how["slop"], field=where)


def form_of(form: int, others: list[int]) -> int:
    """A form, or it and others, which the corpus does not have, together."""
    return ~sum(1 << one for one in {form, *others}) if form >= 0 and others else form


@given(
    seed=seeds,
    k=hits_wanted,
    n_words=st.integers(1, 4),
    slop=st.sampled_from([0, 0, 0, 1, 2, 3]),
    exact=st.booleans(),
    together=st.sampled_from([[], [40], [5, 62]]),
    fields=fields,
)
@example(seed=189569, k=1, n_words=1, slop=0, exact=False, together=[], fields="both")
def test_phrases_are_found_and_ranked_as_the_definition_says(
    seed: int, k: int, n_words: int, **how: Any
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    most = corpus.n_stems * (2 if how["exact"] else 1)
    words = rng.integers(0, most, n_words).tolist()
    weight = float(rng.choice([1, 7.3]))
    top = views.new_top_k(k)
    asked = {name: value for name, value in how.items() if name != "together"}
    expected = score_phrase(corpus, words, weight=weight, **asked)
    found: dict[int, float] = {}

    for part in split(corpus, rng):
        phrase = phrase_for(part, corpus, words, how)
        average = mean_length(corpus, how["fields"])
        row, live = part.segment.address, part.live
        assert phrases.rank_phrase(row, phrase, (weight, average), live, part.base, top)
        docnums, scores = matches(part, phrase, (weight, average), live)
        found |= zip((docnums + part.base).tolist(), scores.tolist(), strict=True)

    assert_is_ranking(top, best(corpus, expected, k))
    assert list(found) == sorted(d for d in expected if corpus.is_live[d])
    assert found == pytest.approx({d: expected[d] for d in found}, rel=1e-12)


@dataclass
class Tree:
    """A query tree: a leaf, or an operation on others."""

    operation: str
    operands: list[Tree] = field(default_factory=list)
    weight: float = 1.0
    stem: int = 0
    docnums: list[int] = field(default_factory=list)


def random_tree(rng: np.random.Generator, corpus: Corpus, depth: int) -> Tree:
    """A leaf, or an operation over one or two trees."""
    operation = str(rng.choice(["word", "word", "phrase", "set", "every", "nothing"]))
    if depth and rng.random() < 0.8:
        operation = str(rng.choice(["and", "or", "or", "not", "and_maybe"]))
        operands = [random_tree(rng, corpus, depth - 1) for _ in range(1 + (operation != "not"))]
        return Tree(operation, operands=operands)
    stem = int(rng.integers(0, corpus.n_stems + 1))
    weight = float(rng.choice([0.5, 1, 3]))
    if operation == "set":
        chosen = rng.random(len(corpus)) < rng.choice([0.02, 0.5])
        return Tree("set", weight=weight, docnums=np.flatnonzero(chosen).tolist())
    return Tree(operation, weight=weight, stem=stem)


def expected_of(tree: Tree, corpus: Corpus) -> Scores:
    every = dict.fromkeys(range(len(corpus)), 0.0)
    parts = [expected_of(operand, corpus) for operand in tree.operands]
    match tree.operation:
        case "word":
            return score_word(corpus, tree.stem, tree.weight)
        case "phrase":
            words = [tree.stem, tree.stem]
            return score_phrase(
                corpus, words, slop=0, weight=tree.weight, exact=False, fields="both"
            )
        case "set":
            return dict.fromkeys(tree.docnums, tree.weight)
        case "every":
            return every
        case "nothing":
            return {}
        case "and":
            return all_of(parts)
        case "or":
            return any_of(parts)
        case "not":
            return {d: 0.0 for d in every if d not in parts[0]}
    return {d: score + parts[1].get(d, 0.0) for d, score in parts[0].items()}


def write_program(tree: Tree, corpus: Corpus, part: Part, program: views.Program) -> None:
    for operand in tree.operands:
        write_program(operand, corpus, part, program)
    match tree.operation:
        case "word":
            program.add_word(part.terms.get(tree.stem, -1), tree.weight)
        case "phrase":
            program.add_list(cut_in(part, listed_phrase(tree, corpus, part)))
        case "set":
            is_in = np.zeros(part.segment.n_articles, bool)
            own = [d - part.base for d in tree.docnums if 0 <= d - part.base < len(is_in)]
            is_in[own] = True
            program.add_set(bitmaps.bitmap_of(is_in), tree.weight)
        case operation:
            program.add(getattr(views, operation.upper()))


def listed_phrase(tree: Tree, corpus: Corpus, part: Part) -> tuple[np.ndarray, np.ndarray]:
    how = {"exact": False, "slop": 0, "fields": "both", "together": []}
    phrase = phrase_for(part, corpus, [tree.stem, tree.stem], how)
    everything = bitmaps.bitmap_of(np.ones(part.segment.n_articles, bool))
    return matches(part, phrase, (tree.weight, mean_length(corpus, "both")), everything)


@given(seed=seeds, k=hits_wanted, depth=st.integers(0, 4))
def test_trees_match_and_rank_as_the_definition_says(seed: int, k: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed, 400)
    tree = random_tree(rng, corpus, depth)
    expected = expected_of(tree, corpus)
    top = views.new_top_k(k)
    found = []

    for part in split(corpus, rng):
        program = views.Program()
        write_program(tree, corpus, part, program)
        arrays, row = program.arrays(), part.segment.address
        assert trees.rank_tree(row, arrays, part.live, part.base, top)
        out = bitmaps.empty_bitmap(part.segment.n_articles)
        assert trees.match_tree(row, arrays, part.live, out)
        assert sets.count_bits(out) == len(bitmaps.docnums_of(out))
        found += (bitmaps.docnums_of(out) + part.base).tolist()

    assert_is_ranking(top, best(corpus, expected, k))
    assert found == sorted(d for d in expected if corpus.is_live[d])


@given(seed=seeds, k=hits_wanted, depth=st.integers(0, 3), sort=st.sampled_from(["new", "old"]))
def test_trees_are_sorted_by_date_with_undated_articles_last(
    seed: int, k: int, depth: int, sort: str
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed, 600)
    tree = random_tree(rng, corpus, depth)
    expected = expected_of(tree, corpus)
    top = views.new_top_k(k)

    for part in split(corpus, rng):
        segment, dates = part.segment, part.dates
        if sort == "old":
            dates = views.oldest_first(dates)
            segment = segment.with_dates(dates)
        program = views.Program()
        write_program(tree, corpus, part, program)
        newest = views.newest_in_blocks(dates)
        visits = np.argsort(~newest, kind="stable")
        arrays, live = program.arrays(), part.live
        assert trees.newest_of_tree(segment.address, arrays, live, part.base, visits, newest, top)

    docnums = sorted((d for d in expected if corpus.is_live[d]), key=date_key(corpus, sort))[:k]
    found, scores = ranked(top)
    assert found == docnums
    assert scores == pytest.approx([expected[d] for d in docnums], rel=1e-12)


def date_key(corpus: Corpus, sort: str) -> Callable[[int], tuple[bool, int, int]]:
    """What to sort articles by: date, then hash of the id; undated ones come last."""
    turned = -corpus.dates if sort == "new" else corpus.dates
    return lambda d: (corpus.dates[d] == NO_DATE, int(turned[d]), int(corpus.id_hashes[d]))


@given(
    seed=seeds,
    k=hits_wanted,
    sort=st.sampled_from(["new", "old"]),
    share=st.sampled_from([0.0, 0.01, 0.2, 1.0]),
    most=st.sampled_from([1, 40, 1000]),
)
def test_newest_of_few_and_of_many_articles_are_found(
    seed: int, k: int, sort: str, share: float, most: int
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed, 600)
    is_in = rng.random(len(corpus)) < share
    top = views.new_top_k(k)

    for part in split(corpus, rng):
        segment, dates = part.segment, part.dates
        if sort == "old":
            dates = views.oldest_first(dates)
            segment = segment.with_dates(dates)
        own = slice(part.base, part.base + segment.n_articles)
        order = views.newest_first(dates, corpus.id_hashes[own], most)
        bitmap = bitmaps.bitmap_of(is_in[own])
        sets.newest_of_set(segment.address, bitmap, order, 1.0, part.base, top)

    docnums = sorted(np.flatnonzero(is_in).tolist(), key=date_key(corpus, sort))[:k]
    assert ranked(top) == (docnums, [1.0] * len(docnums))


@given(seed=seeds)
def test_sets_of_words_hold_the_articles_that_have_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    stems = rng.permutation(corpus.n_stems + 1)[: rng.integers(1, 4)].tolist()

    for part in split(corpus, rng):
        terms, row = part.term_ids(stems), part.segment.address
        anywhere, title, body = (bitmaps.empty_bitmap(part.segment.n_articles) for _ in "atb")
        assert sets.mark_any(row, terms, anywhere)
        assert sets.mark_in_field(row, terms, views.TITLE, title)
        assert sets.mark_in_field(row, terms, views.BODY, body)

        docnums = range(part.base, part.base + part.segment.n_articles)
        has = [[bool(set(field) & set(stems)) for field in corpus.stems(d)] for d in docnums]
        assert (
            bitmaps.docnums_of(anywhere).tolist() == np.flatnonzero([any(h) for h in has]).tolist()
        )
        for number, found in enumerate((title, body)):
            expected = np.flatnonzero([h[number] for h in has])
            assert bitmaps.docnums_of(found).tolist() == expected.tolist()


@given(seed=seeds, k=hits_wanted, most=st.sampled_from([1, 1000]))
def test_the_newest_with_any_term_are_found_in_one_call(seed: int, k: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    stems = rng.permutation(corpus.n_stems + 1)[: rng.integers(0, 4)].tolist()
    parts = split(corpus, rng)
    orders, asked = [], []
    for part in parts:
        hashes = corpus.id_hashes[part.base : part.base + part.segment.n_articles]
        orders.append(views.newest_first(part.dates, hashes, most))
        asked += [[len(stems)], part.term_ids(stems)]
    ends = np.cumsum([0, *(len(part.live) for part in parts)])
    dated = np.cumsum([0, *map(len, orders)])
    rows = [
        (part.segment.address, part.base, *ends[i : i + 2], *dated[i : i + 2])
        for i, part in enumerate(parts)
    ]
    live = np.concatenate([part.live for part in parts])
    terms = np.concatenate(asked).astype(np.int64)
    damaged, total, docnums = bags.newest_with_any(
        np.array(rows), live, np.concatenate(orders), terms, k
    )

    has = [set(stems) & set(chain(*corpus.stems(d))) for d in range(len(corpus))]
    matches = [d for d in range(len(corpus)) if has[d] and corpus.is_live[d]]
    best_first = sorted(matches, key=date_key(corpus, "new"))[:k]
    assert (damaged, total, docnums.tolist()) == (bags.SOUND, len(matches), best_first)


@given(seed=seeds, k=hits_wanted, n_bags=st.integers(1, 3))
def test_bags_are_ranked_in_one_call_and_counted_as_the_definition_says(
    seed: int, k: int, n_bags: int
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    parts = split(corpus, rng)
    asked: list[list[NDArray[np.int64]]] = []
    kept, expected, counts = [], [], []
    for _ in range(n_bags):
        is_any = bool(rng.integers(2))
        stems = rng.permutation(corpus.n_stems + 1)[: rng.integers(1, 5)].tolist()
        weights = [corpus.idf(s) * rng.choice([1, 2, 0.5]) for s in stems]
        others = rng.permutation(corpus.n_stems + 1)[: rng.integers(0, 3)].tolist()
        listed = [score_word(corpus, s, 3.3) for s in others]
        asked.append([np.array([is_any, len(stems), len(listed)])])
        # Of two languages: where any word is enough, a word may be of either.
        language = int(rng.integers(2))
        for stem, weight in zip(stems, weights, strict=True):
            asked[-1].append(np.array([weight], np.float64).view(np.int64))
            language = int(rng.integers(2)) if is_any else language
            for part in parts:
                [term] = part.term_ids([stem]).tolist()
                asked[-1].append(np.array([term, -1] if language == 0 else [-1, term]))
        kept.append([cut_in(part, in_part(scores, part)) for part in parts for scores in listed])
        asked[-1].append(views.lists_of(kept[-1]))
        scored = [score_word(corpus, s, w) for s, w in zip(stems, weights, strict=True)]
        of_words = any_of(scored) if is_any else all_of(scored)
        added = [{d: v for d, v in one.items() if is_any or d in of_words} for one in listed]
        matches = any_of([of_words, *added])
        counts.append(sum(bool(corpus.is_live[docnum]) for docnum in matches))
        expected.append(best(corpus, matches, k))

    ends = np.cumsum([0, *(len(part.live) for part in parts)]).tolist()
    rows = [(p.segment.address, p.base, *ends[i : i + 2]) for i, p in enumerate(parts)]
    live = np.concatenate([part.live for part in parts])
    segments, head = np.array(rows), np.array([2, n_bags])
    damaged, found = bags.rank_bags(segments, live, np.concatenate([head, *chain(*asked)]), k)

    assert damaged == bags.SOUND
    for own, count in zip(asked, counts, strict=True):
        counted = bags.count_bag(segments, live, np.concatenate([head, *own]))
        assert counted == (bags.SOUND, count)
    for number, (docnums, scores) in enumerate(expected):
        size = found[number, 0]
        own = found[number, 1 : 1 + size].tolist()
        assert_ranked_alike(own, list(zip(docnums, scores, strict=True)), rel=1e-12)
        own_scores = found[number, 1 + k : 1 + k + size].view(np.float64)
        assert own_scores.tolist() == pytest.approx(scores, rel=1e-12)
