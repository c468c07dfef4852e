"""What a document says of itself beside its text, and what of that can be trusted.

Title and author are often those of a template or of the account that saved it, and the day of its
making is that of a download as often as that of the news.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from newsearch.article import Article
from newsearch.languages import language_code
from newsearch.sources.page.credits import bare_names_of, declared_date
from newsearch.sources.page.head import fold
from newsearch.sources.reader import Context

_ORIGIN = "document properties"
_LINES_WITH_TITLE = 10
# Programs write names of files, of themselves and of nothing.
_NO_TITLE = re.compile(
    r"microsoft (?:office )?(?:word|powerpoint|excel)\b.*|untitled.*|(?:document|layout|slide) ?\d*"
    r"|\S*[\d_]\S*|.*\.(?:docx?|html?|indd|odt|pages|pdf|qxp|rtf|txt)|about:blank|\W*",
    re.I,
)
_NO_AUTHOR = re.compile(r".*\b(?:user|office|microsoft|admin\w*|author|unknown)\b.*", re.I)


class Properties(NamedTuple):
    """The properties of a document as they stand; '' for those that it has not.

    `date` is that of publication, `created` that of the making of the file.
    """

    title: str = ""
    author: str = ""
    date: str = ""
    created: str = ""
    source: str = ""
    lang: str = ""


NO_PROPERTIES = Properties()


def with_properties(article: Article, found: Properties, context: Context) -> Article:
    """Return an article with what its text does not tell of it.

    The title counts where the text has it too, or shows no headline; the author where it is the
    name of a person. The day when the file was made is kept among the other keys as ``created``;
    it is the date only where the user takes dates from the data.
    """
    choose = context.reading.choose
    day = declared_date(found.date, context.dates.order)
    made = declared_date(found.created) if context.dates.sources else None
    is_person = not _NO_AUTHOR.fullmatch(found.author)
    return replace(
        article,
        title=choose("title", (_title(article, found.title, context), _ORIGIN)) or article.title,
        author=choose(
            "author",
            (article.author, None),
            (bare_names_of(found.author) if is_person else (), _ORIGIN),
        ),
        source=choose("source", (article.source, None), (found.source, _ORIGIN)),
        lang=choose("lang", (article.lang, None), (language_code(found.lang) or "", _ORIGIN)),
        date=context.best_date((article.date, None), (day, _ORIGIN), (made, _ORIGIN)),
        extra={**article.extra, **({"created": found.created} if found.created else {})},
    )


def _title(article: Article, title: str, context: Context) -> str:
    title = " ".join(title.split())
    key = fold(title)
    shown = (fold(line.text) for line in context.reading.lines[:_LINES_WITH_TITLE])
    is_other = not article.title or fold(article.title) not in key
    is_told = is_other and not _NO_TITLE.fullmatch(title)
    return title if is_told and (key in shown or not article.title) else ""
