"""Do snippets show why an article was found? ``python -m benchmarks.passages INDEX [TOPICS]``.

Question: in how many of the ten best snippets of each topic some other 240 characters of the body
hold more different words of the query, function words left out; and how many begin or end within a
sentence, or begin with the headline again. Every passage of a body is tried, with words stemmed one
by one: slow and obvious. Left out: phrases, patterns, and whether readers agree.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

import newsearch
from benchmarks.queries import load_topics
from newsearch import Hit
from newsearch.analysis.function_words import function_words
from newsearch.analysis.stems import stem
from newsearch.analysis.tokens import form, forms, spans
from newsearch.schema import article_language

PASSAGE_CHARS = 240
_TOPICS = 200
_HEADLINE_CHARS = 60

Found = tuple[int, int, str]
"""Where a word of the query stands in a text, in characters, and its stem."""


def main(folder: str, topics: str = str(_TOPICS)) -> None:
    """Print the share of each fault among the snippets of so many topics, and the time of one."""
    asked = load_topics()
    random.Random(1).shuffle(asked)
    faults: Counter[str] = Counter()
    n_snippets = 0
    cpu_s = 0.0
    with newsearch.open_index(folder) as index:
        for query in asked[: int(topics)]:
            for hit in index.search(query, match="any", syntax="words"):
                started_s = time.process_time()
                _ = hit.snippet
                cpu_s += time.process_time() - started_s
                n_snippets += 1
                faults.update(faults_of(hit, query))
    for fault, count in faults.most_common():
        print(f"{count / n_snippets:6.1%}  {fault}")
    print(f"{n_snippets} snippets, {cpu_s / max(n_snippets, 1) * 1e6:.0f} us of CPU each")


def faults_of(hit: Hit, query: str) -> list[str]:
    """Name what is wrong with one snippet."""
    language = article_language(hit.article)
    body, shown = hit.article.body, hit.snippet.text
    words = [word for word in forms(query) if word not in function_words(language)]
    wanted = {stem(word, language) for word in words or forms(query)}
    best = most_words(found_in(body, wanted, language))
    marked = [shown[start:end] for start, end in hit.snippet.highlights]
    has = {stem(form(word), language) for word in marked} & wanted
    title = " ".join(hit.title.split())[:_HEADLINE_CHARS]
    faults = {
        "another passage has more words": len(has) < best,
        "no word is marked where the body has one": best > 0 and not has,
        "begins within a sentence": shown.startswith("… "),
        "ends within a sentence": shown.endswith(" …"),
        "begins with the headline": bool(title) and " ".join(shown.split()).startswith(title),
        "is cut where the body fits": len(body.strip()) <= PASSAGE_CHARS and "…" in shown,
    }
    return [fault for fault, is_so in faults.items() if is_so]


def found_in(text: str, wanted: set[str], language: str) -> list[Found]:
    """Find all words with some stems."""
    found = [(start, end, stem(form(text[start:end]), language)) for start, end in spans(text)]
    return [one for one in found if one[2] in wanted]


def most_words(found: Sequence[Found]) -> int:
    """Count the different words of the passage that has most of them."""
    passages = (
        {word for _, end, word in found[number:] if end <= start + PASSAGE_CHARS}
        for number, (start, _, _) in enumerate(found)
    )
    return max(map(len, passages), default=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
