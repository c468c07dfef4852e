"""One page to its article, and how that was found."""

from __future__ import annotations

from collections.abc import Iterator

from newsearch.answers.explanation import PageExplanation
from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.sources.reader import Context
from newsearch.sources.undecided import decided


def parse(page: str | bytes, *, url: str = "", name: str = "") -> Article:
    """Return the article of a saved page.

    Parameters
    ----------
    page
        What a file holds: HTML, or the visible text of a page; bytes in any encoding.
    url
        Its address, if known: the article's, unless the page names another.
    name
        Name of its file, if there is one: the id of the article.

    Raises
    ------
    ArticleError
        The page has no article.
    """
    item, _ = _read(page, url, name)
    if isinstance(item, Remark):
        raise ArticleError(f"{item.path}: {item.reason}")
    return item


def explain_page(page: str | bytes, *, url: str = "", name: str = "") -> PageExplanation:
    """Return how `parse` reads a page, with the article if it has one."""
    return explanation_of(*_read(page, url, name))


def _read(page: str | bytes, url: str, name: str) -> tuple[Article | Remark, Context]:
    from newsearch.sources.text import read_page

    if not isinstance(page, str | bytes):
        raise ArticleError(f"{type(page).__name__} is no page; give its text or its bytes")
    context = Context(name or url or "the page", name, url=url)
    item = read_page(page, context)
    return (decided(item, context) if isinstance(item, Article) else item), context


def explanation_of(item: Article | Remark, context: Context) -> PageExplanation:
    """Tell how a reader came to what it gave last."""
    article = item if isinstance(item, Article) else None
    reason = item.reason if isinstance(item, Remark) else ""
    facts = tuple(_facts(article, context)) if article else ()
    return PageExplanation(context.path, article, reason, facts, tuple(_lines(context, facts)))


def _facts(article: Article, context: Context) -> Iterator[tuple[str, object, str]]:
    origins = context.reading.origins
    is_of_path = context.article_id and context.article_id in article.id
    for name, value in article.as_dict().items():
        if name == "id" and article.id != article.url:
            yield name, value, "path of the file" if is_of_path else "data"
        elif name == "date" and article.date:
            yield name, value, origins.get(name) or article.date.origin
        elif name not in {"body", "date_origin"}:
            yield name, value, origins.get("url" if name == "id" else name, "data")


def _lines(
    context: Context, facts: tuple[tuple[str, object, str], ...]
) -> Iterator[tuple[int, bool, str, str]]:
    kept = {line.number for line in context.reading.kept}
    for line in context.reading.lines:
        given = [name for name, _, origin in facts if origin == f"line {line.number}"]
        where = _place_of(line.number, kept)
        why = "; ".join(filter(None, (", ".join(given), where, line.kind.value)))
        yield line.number, line.number in kept, why, line.text


def _place_of(number: int, kept: set[int]) -> str:
    """Tell where a line that was dropped stands; '' for one that was kept."""
    if number in kept or not kept:
        return ""
    if number < min(kept):
        return "above the article"
    return "below the article" if number > max(kept) else "no part of the article"
