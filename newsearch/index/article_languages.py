"""The language of each article of a load: the one it names, else the one its text tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsearch.analysis.detection import detect
from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.languages import language_code
from newsearch.schema import DEFAULT_LANGUAGE

_SAMPLE_ARTICLES = 200


class ArticleLanguages:
    """Gives articles their language.

    Parameters
    ----------
    expected
        Code of the language of articles that name none, unless they clearly are in another.
        Where it is '', that is the default one, and articles in it are left as they are.
    notes
        Where languages that are not known are noted, each once.
    """

    def __init__(self, expected: str, notes: list[Remark]) -> None:
        self._expected = expected or DEFAULT_LANGUAGE
        self._is_default = not expected
        self._notes = notes
        self._unknown: set[str] = set()

    def settle(self, article: Article, *, is_expected: bool = False) -> Article:
        """Return the article with the code of its language.

        `is_expected`: whether it is known to be in the expected one unless it names another.
        """
        written = article.lang
        code = language_code(written) if isinstance(written, str) else written
        if code is None:
            self._note(article)
        code = code or self._told(article, is_expected=is_expected)
        return article if code == written else replace(article, lang=code)

    def are_expected(self, articles: Iterable[Article]) -> list[bool]:
        """Return which articles are in the expected language for sure; imports Numba."""
        from newsearch.analysis.detection_kernels import are_surely

        return are_surely(self._expected, (one.body for one in articles))

    def _told(self, article: Article, *, is_expected: bool) -> str:
        expected = self._expected
        found = expected if is_expected else detect(article.title, article.body, expected)
        return "" if self._is_default and found == expected else found

    def _note(self, article: Article) -> None:
        if article.lang not in self._unknown:
            self._unknown.add(article.lang)
            reason = f"the language {article.lang!r} is not known and is told from the text"
            self._notes.append(Remark(article.id, None, reason))


def language_of_most(articles: Sequence[Article]) -> str:
    """Return the code of the language that most of some articles name or can be told to be in.

    Some articles from all over the sequence are looked at; '' where none can be told.
    """
    step = len(articles) // _SAMPLE_ARTICLES + 1
    found = Counter(
        language_code(str(one.lang)) or detect(one.title, one.body, "") for one in articles[::step]
    )
    del found[""]
    return found.most_common(1)[0][0] if found else ""
