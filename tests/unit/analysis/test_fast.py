"""The compiled analyser against the reference tokeniser, token for token.

The kernels are compiled once a machine, in some seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import ANY_TEXT
from support.inside import make_keys_collide

from newsearch.analysis import fast, tokens
from newsearch.analysis.fast import Analysis, Lexicon, Terms
from newsearch.analysis.terms import term


def analyse_texts(lexicon: Lexicon, texts: list[str]) -> Analysis:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return lexicon.analyse(b"".join(encoded), offsets)


def assert_same_tokens(lexicon: Lexicon, texts: list[str]) -> None:
    found = analyse_texts(lexicon, texts)
    assert lexicon.forms(found.form_ids) == [form for text in texts for form in tokens.forms(text)]
    counts = [len(tokens.forms(text)) for text in texts]
    assert np.diff(found.token_offsets).tolist() == counts


@given(st.lists(ANY_TEXT, max_size=4))
@example(["ab", "c"])
@example(["p.m.Monday", "a.b.cd", "a.", "b"])
@example(["J̌", "ǰ", "Ⅷ½", "don’t", "don't"])
def test_compiled_tokens_are_those_of_the_reference(texts: list[str]) -> None:
    assert_same_tokens(Lexicon(), texts)


shared = Lexicon()


@given(st.lists(ANY_TEXT, max_size=4))
@example(["I.N's", "I.N'S"])
def test_tokens_stay_the_same_as_a_lexicon_grows(texts: list[str]) -> None:
    assert_same_tokens(shared, texts)


@pytest.mark.slow
def test_compiled_tokens_agree_on_every_character() -> None:
    by_category: dict[str, list[str]] = defaultdict(list)
    for char in map(chr, range(sys.maxunicode + 1)):
        by_category[unicodedata.category(char)].append(char)
    for chars in by_category.values():
        assert_same_tokens(
            shared, ["".join(chars[n : n + 4000]) for n in range(0, len(chars), 4000)]
        )
        assert_same_tokens(shared, [f"a{c}b 1{c}2 漢{c}" for c in chars[:3000]])


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_bytes_that_are_no_text_separate_words_and_crash_nothing(
    data: bytes, cuts: list[int]
) -> None:
    offsets = np.array([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)])
    found = shared.analyse(data, offsets)
    texts = [data[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets)]
    expected = [form for text in texts for form in tokens.forms(text)]
    assert shared.forms(found.form_ids) == expected


@pytest.mark.parametrize("offsets", [[], [0, 5], [-1, 1], [2, 1]])
def test_offsets_outside_the_data_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="offsets"):
        shared.analyse(b"abc", np.array(offsets, dtype=np.int64))


def test_tables_grow_without_losing_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "_FIRST_ROOM", 2)
    lexicon = Lexicon()
    texts = [
        " ".join(f"word{n} {n} ünï{n} A{'long' * (n % 70)}" for n in range(m, m + 50))
        for m in range(40)
    ]
    for text in texts:
        assert_same_tokens(lexicon, [text])
    assert_same_tokens(lexicon, texts)


def test_equal_keys_of_different_words_are_told_apart() -> None:
    lexicon = Lexicon()
    make_keys_collide(lexicon)
    assert_same_tokens(lexicon, ["ab ba " * 3 + "".join(f"abcdefgh{n:08d} " for n in range(500))])


def test_words_of_one_form_have_one_number() -> None:
    found = analyse_texts(shared, ["DON'T don’t Don＇t", "Cafe\u0301 CAFÉ", "ﬁne fine"])
    assert [len(set(found.form_ids[s:e])) for s, e in ((0, 3), (3, 5), (5, 7))] == [1, 1, 1]


def test_two_threads_analyse_at_once_on_lexicons_of_their_own() -> None:
    texts = [f"article {n} by O’Brien number{n % 97}" for n in range(2000)]

    def forms_of(part: list[str]) -> list[str]:
        lexicon = Lexicon()
        return lexicon.forms(analyse_texts(lexicon, part).form_ids)

    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(forms_of, [texts[:1000], texts[1000:]]))
    assert halves[0] + halves[1] == [form for text in texts for form in tokens.forms(text)]


@given(st.lists(st.tuples(ANY_TEXT, st.sampled_from(["en", "fr", "xx"])), max_size=4))
def test_stems_are_those_of_each_language(articles: list[tuple[str, str]]) -> None:
    lexicon = Lexicon()
    terms = Terms(lexicon)
    for text, language in articles:
        found = terms.of(analyse_texts(lexicon, [text]).form_ids, language)
        expected = [term(form, language) for form in tokens.forms(text)]
        assert [one.decode() for one in terms.encoded(found)] == expected


@pytest.mark.parametrize("corpus", ["wikinews_en", "wikinews_fr"])
def test_compiled_tokens_of_real_news_are_those_of_the_reference(
    shared_data: Path, corpus: str
) -> None:
    with (shared_data / "news" / corpus / "docs.jsonl").open(encoding="utf-8") as file:
        assert_same_tokens(Lexicon(), [json.loads(line)["body"] for line in islice(file, 300)])


PIECES = (
    "a",
    "b1",
    "U.S.",
    "U.S.'s",
    "dell’U.E",
    "don't",
    "1,000.5",
    "é",
    "漢",
    "l·l",
    "צ״ל",
    "\u0301",
    " ",
    ". ",
    "- " * 31,
)
LONG_RUNS = ("word" * 5, " " * 61, "x" * 63, "7" * 64)
BLOCKS = st.lists(st.sampled_from((*PIECES, *LONG_RUNS)), min_size=10, max_size=60).map("".join)


@given(st.lists(BLOCKS, min_size=1, max_size=3))
def test_compiled_tokens_of_many_blocks_are_those_of_the_reference(texts: list[str]) -> None:
    assert_same_tokens(shared, texts)


def test_words_are_found_wherever_in_a_block_they_lie() -> None:
    words = [
        "a",
        "a.b",
        "a.",
        "a'b",
        "1,2",
        "é",
        "aé",
        "a\u0301",
        "a.b.c ",
        "漢a",
        "l·la",
        "a's'",
        "a.b.'s",
        "qu'a.b",
        "&a&b&",
    ]
    for word in words:
        assert_same_tokens(shared, [f"{'. ' * (n // 2)}{' ' * (n % 2)}{word} b" for n in range(70)])
        assert_same_tokens(shared, ["x" * n + word for n in range(140)])


def test_ascii_letters_and_digits_are_the_bytes_the_kernel_takes_for_them() -> None:
    for byte in range(128):
        assert_same_tokens(shared, [chr(byte), f"a{chr(byte)}a", f"1{chr(byte)}1"])


def test_package_imports_no_numba() -> None:
    program = (
        "import sys; import newsearch.analysis.tokens, newsearch.analysis.stems,"
        "newsearch.analysis.sentences, newsearch.analysis.whoosh_analyzer;"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
