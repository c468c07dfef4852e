"""Words that end as the rules of English stems expect."""

from __future__ import annotations

import random
from collections.abc import Iterator

from nltk.stem.snowball import EnglishStemmer

SUFFIXES = sorted(
    suffix
    for name in vars(EnglishStemmer)
    if "suffixes" in name
    for suffix in getattr(EnglishStemmer, name)
)
BEGINNINGS = ["gener", "commun", "arsen", "y", "'", "’"]
LETTERS = "aeiouybcdghklmnrstvwxz'"


def made_up_words(n_words: int) -> Iterator[str]:
    """Yield words that end as Snowball's rules expect."""
    rng = random.Random(5)
    for _ in range(n_words):
        letters = "".join(rng.choices(LETTERS, k=rng.randint(0, 6)))
        endings = rng.choices(SUFFIXES, k=rng.randint(0, 3))
        yield "".join([rng.choice([*BEGINNINGS, *[letters] * 6]), *endings])
