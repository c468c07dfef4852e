"""What the generator knows of real news: the table in ``news94k_model.json``.

The table holds numbers only, no word of any article: a rank-frequency curve, quantiles of lengths
and daily counts, the profile of queries, and the figures of the real corpus that a generated one
is compared with. ``python -m benchmarks fit`` writes it (see `benchmarks.fit`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus_statistics import CorpusStatistics

TABLE = Path(__file__).parent / "news94k_model.json"

Curve = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NewsModel:
    """Parameters of the generator and the figures it was fitted to.

    Parameters
    ----------
    corpus, articles, tokens, types
        What was fitted: its name, size, running words and distinct words.
    ranks, cumulative
        Knots of the word distribution: ``cumulative[i]`` is the share of running words whose
        frequency rank is below ``ranks[i]``; straight between knots. The last ones lie beyond the
        real vocabulary, on the power law fitted to its growth.
    repeat_share
        Share of running words that repeat a word of the same article (burstiness of words).
    topic_share
        Share of the running words beyond the commonest that come from the article's topic.
    copy_share, edit_share
        Share of articles that copy an earlier one; share of their words that were replaced.
    title_words, body_words
        Quantiles of lengths, equally spaced from 0 to 1.
    weekdays, day_residuals
        Articles on a weekday (Monday first) over the mean; quantiles of the rest of a day's factor.
    query_words, query_df_share
        Quantiles of the words in a query, and of the share of articles holding a query's word.
    observed
        Figures of a sample of the real corpus (`CorpusStatistics`).
    """

    corpus: str
    articles: int
    tokens: int
    types: int
    ranks: Curve
    cumulative: Curve
    repeat_share: float
    topic_share: float
    copy_share: float
    edit_share: float
    title_words: Curve
    body_words: Curve
    weekdays: Curve
    day_residuals: Curve
    query_words: Curve
    query_df_share: Curve
    observed: CorpusStatistics

    @property
    def digest(self) -> str:
        """First 12 digits of the SHA-256 of the table's values."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_model(path: Path = TABLE) -> NewsModel:
    """Read a table."""
    record: dict[str, Any] = json.loads(path.read_text())
    observed = CorpusStatistics.from_dict(record.pop("observed"))
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in record.items()
    }
    return NewsModel(**values, observed=observed)


def save_model(model: NewsModel, path: Path = TABLE) -> None:
    """Write a table, one value a line."""
    rows = (f"{json.dumps(k)}: {json.dumps(v)}" for k, v in asdict(model).items())
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n")


def at_quantiles(curve: Curve, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw from a distribution given as equally spaced quantiles, by inversion."""
    grid = np.linspace(0.0, 1.0, len(curve))
    drawn: NDArray[np.float64] = np.interp(uniform, grid, np.asarray(curve))
    return drawn
