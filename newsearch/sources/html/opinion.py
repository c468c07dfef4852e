"""A second opinion on a page: which of its blocks another reader takes for the main content."""

from __future__ import annotations

import re

from resiliparse.extract.html2text import extract_plain_text

from newsearch.sources.html.blocks import Page, Part

# A longer page gets no opinion: one of so many blocks takes 0.1 seconds.
_MOST_BLOCKS = 3_000
_MOST_PARTS = 10_000
_MOST_DEEP = 100
_LONGEST_TEXT = 300
_QUOTE = '"'
_MARK = "\ue000"
_MARKED = re.compile(rf"{_MARK}(\d+)")
_MOST_LINKED = 0.5
# Others, such as rows of tables, are moved by parsers when they do not stand where they should.
_PLACED = """
    html body div section article main aside header footer p h1 h2 h3 h4 h5 h6 ul ol li blockquote
    pre figure figcaption form address
"""
_TAGS = frozenset(_PLACED.split())


def main_blocks(page: Page) -> frozenset[int]:
    """Return the numbers of the blocks that resiliparse takes for main content.

    It never sees the page: what it gets are the blocks and what holds them, closed in the right
    order. It finds more so than in the page itself (token F1 .92, not .90), and no page makes its
    parser slow. Empty where it finds nothing, and for very long pages.
    """
    if len(page.blocks) > _MOST_BLOCKS or len(page.parts) > _MOST_PARTS:
        return frozenset()
    text = extract_plain_text(_markup(page), main_content=True, alt_texts=False, list_bullets=False)
    return frozenset(map(int, _MARKED.findall(text)))


def _markup(page: Page) -> str:
    """Return the page as markup without mistakes, each block after its number."""
    starting: list[list[Part]] = [[] for _ in range(len(page.blocks) + 1)]
    for part in page.parts:
        starting[part.start].append(part)
    pieces: list[str] = []
    is_open: list[Part] = []
    for at, block in enumerate(page.blocks):
        while is_open and is_open[-1].stop <= at:
            pieces.append(f"</{_tag(is_open.pop())}>")
        # Inner ones come first, and the outer ones of a page that is too deep say enough.
        for part in reversed(starting[at]):
            if len(is_open) < _MOST_DEEP:
                is_open.append(part)
                pieces.append(f'<{_tag(part)} class="{part.names.replace(_QUOTE, " ")}">')
        text = f"{_MARK}{at} {_escaped(block.text[:_LONGEST_TEXT])}"
        pieces.append(f"<a href=x>{text}</a>" if block.link_share > _MOST_LINKED else text)
        pieces.append("<br>")
    return "".join(pieces)


def _escaped(text: str) -> str:
    return text.replace(_MARK, "").replace("&", "&amp;").replace("<", "&lt;")


def _tag(part: Part) -> str:
    return part.tag if part.tag in _TAGS else "div"
