"""BM25 as newsearch defines it, said once: for NumPy, for compiled code, and for bounds.

``norm`` and ``score`` are plain arithmetic. They take numbers or arrays, and compiled code
compiles these very functions into itself.

Notes
-----
Robertson et al., Okapi at TREC-3 (1994), without the constant factor ``k1 + 1``, which changes no
order. Fields are joined before the frequency saturates (Robertson, Zaragoza and Taylor, CIKM
2004).
"""

from __future__ import annotations

import math
from typing import Any, Final

K1: Final = 1.2
B: Final = 0.75


TITLE_COPIES: Final = 2
"""How often the text of an article holds its title, before the body.

So a word of the title counts as often, in frequencies, lengths and bounds alike: the weight of a
field in BM25F (Robertson, Zaragoza and Taylor). Measured with 1, 2 and 3: mean average precision on
cranfield .433, .436, .435, on cacm .358, .364, .369; the article of Reuters is found by the three
rarest words of its headline with a mean reciprocal rank of .859, .891, .903, by a word that no
other headline has with .475, .585, .636. Each copy takes 1 % of the bytes of positions.
"""


LEAST_RARER: Final = 1.4
"""By how much the idf of a form that was typed exceeds that of its terms where it counts by itself.

Stems join words that nobody takes for one, such as *universe* and *university*. Where articles with
the form are less than a quarter of those with the stem, its occurrences weigh as much as the form
is rare, and others as much as the stem is. Measured without and with it: mean average precision on
cranfield .436 and .437, on cacm .364 and .374, among articles of Reuters .430 and .432, .329 and
.343; of the ten best articles for each of 350 words, .840 and .932 have the word or a plain
inflection; the article of a word that no other headline has is found with a mean reciprocal rank of
.587 and .731. From .7 on, more queries pay for it, and cranfield loses.
"""


def text_length(title_length: Any, body_length: Any) -> Any:
    """Return how many tokens the text of an article has, the copies of its title included."""
    return TITLE_COPIES * title_length + body_length


def body_start(title_length: Any) -> Any:
    """Return the position of the body's first token in the text.

    One position stays free after each copy of the title, so that no phrase crosses from one part
    to the next. The first copy begins at 0.
    """
    return TITLE_COPIES * (title_length + 1)


def idf(document_frequency: int, n_articles: int) -> float:
    """Weigh a term by its rarity; never negative.

    Lucene's variant of Robertson and Sparck Jones' weight, ``ln(1 + (N - df + 0.5)/(df + 0.5))``.
    """
    return math.log1p((n_articles - document_frequency + 0.5) / (document_frequency + 0.5))


def norm(length_tokens: Any, average_length_tokens: Any) -> Any:
    """Return what an article's length adds to the frequency when the frequency saturates.

    Parameters
    ----------
    length_tokens, average_length_tokens
        Tokens of the searched fields in this article, and in the mean over live articles.
    """
    return K1 * (1 - B + B * length_tokens / average_length_tokens)


def length_of_norm(value: Any, average_length_tokens: Any) -> Any:
    """Return the length that has a norm; the inverse of `norm`, not rounded."""
    return (value / K1 - (1 - B)) / B * average_length_tokens


def score(weight: Any, frequency: Any, article_norm: Any) -> Any:
    """Score one term in one article.

    Parameters
    ----------
    weight
        The term's idf, times its boost.
    frequency
        How often the term stands in the searched fields, at least 1.
    article_norm
        From `norm`.
    """
    return weight * frequency / (frequency + article_norm)


def highest_weight(inverse_freq: Any, length_ratio: Any, average_length_tokens: Any) -> Any:
    """Score a posting of weight 1 by ``1 / frequency`` and ``length / frequency``.

    It is ``score(1, T, norm(L, average))`` with both sides of the fraction divided by T, so that
    T may be infinite. See `codec.bounds`.
    """
    return 1 / (1 + K1 * ((1 - B) * inverse_freq + B * length_ratio / average_length_tokens))
