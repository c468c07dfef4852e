"""Markdown: what is read is what its readers see."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import read

BODY = """The harbour board voted on *Tuesday* to rebuild the **northern
pier**, which a [storm](https://x.example/a_(b) "Storm") had broken in `March`.

![A picture](pier.jpg)

> Work begins in May, the board's snake_case chair said\\*, and 2 * 3 * 4 stays.[^1]

- The ferry goes from the southern quay in the meantime.
* The steps are closed.

---

[storm]: https://x.example
[^1]: A note of the board.
"""
SEEN = [
    "The harbour board voted on Tuesday to rebuild the northern pier, which a storm had broken"
    " in March.",
    "Work begins in May, the board's snake_case chair said*, and 2 * 3 * 4 stays.",
    "The ferry goes from the southern quay in the meantime.",
    "The steps are closed.",
]


def article_in(folder: Path, text: str, name: str = "a.md") -> Article:
    (folder / name).write_text(text, encoding="utf-8")
    (article,) = read(folder / name)
    return article


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a"])
@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "Pier: to be rebuilt"\ndate: 2019-03-05\nauthor: Mara Quill\n'
        "tags: [sea, pier]",
        "---\ntitle: 'Pier: to be rebuilt'\ndate: 2019-03-05\nauthor:\n  - Mara Quill\n"
        "tags:\n- sea\n- pier\nempty:\n",
        '+++\ntitle = "Pier: to be rebuilt"\ndate = 2019-03-05\nauthor = "Mara Quill"\n'
        'tags = ["sea", "pier"]',
    ],
)
def test_what_stands_above_the_text_are_the_keys_of_the_article(
    tmp_path: Path, front: str, name: str
) -> None:
    text = f"{front}\n{front[:3]}\n\n# Pier: to be rebuilt\n\n{BODY}"
    article = article_in(tmp_path, text, name)
    assert (article.title, article.author) == ("Pier: to be rebuilt", ("Mara Quill",))
    assert str(article.date) == "2019-03-05"
    assert article.extra == {"tags": ["sea", "pier"]}
    assert article.body.split("\n") == SEEN
    assert article.id == f"{tmp_path.name}/{name}"


def test_page_without_keys_is_read_as_a_page(tmp_path: Path) -> None:
    article = article_in(
        tmp_path, f"# Pier to be rebuilt #\n\nBy Mara Quill\nMarch 4, 2019\n\n{BODY}"
    )
    assert (article.title, article.author) == ("Pier to be rebuilt", ("Mara Quill",))
    assert str(article.date) == "2019-03-04"
    assert article.body.split("\n")[:2] == SEEN[:2]


@given(st.text("-+:=[]()*_#>`~! \\|\nab", max_size=80))
def test_no_markdown_makes_reading_fail(text: str) -> None:
    from newsearch.sources.markdown import _lines, _told

    _lines(text)
    _told(text)
