"""What stands over the article: headline, section, and the name of the site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from newsearch.sources import cues
from newsearch.sources.page_lines import Kind, Line

_FARTHEST = 15
_LONGEST_HEADLINE = 250
_FEWEST_WORDS = 3
_LEAST_WEIGHT = 12.0
_NOT_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Head:
    """What the lines over an article say.

    Parameters
    ----------
    title
        The headline, or '' when the page shows none.
    at
        Where it stands among the lines; -1 when it is not on a line of its own.
    source
        Name of the site, when the title of the page ends in it; else ''.
    """

    title: str = ""
    at: int = -1
    source: str = ""


def find_head(lines: Sequence[Line], body_start: int) -> Head:
    """Find the headline of the article whose text starts at a line.

    The title of a page comes first in what programs save, and repeats the headline, often with the
    name of the site behind it: such a pair is as sure as it gets. Else the headline is the line
    nearest above the text that reads like one; where there is none, nothing is guessed.
    """
    if lines and lines[0].stands_alone and lines[0].kind is not Kind.SECTION and body_start > 0:
        head = _from_page_title(lines, body_start)
        if head.title:
            return head
    return _nearest(lines, body_start)


def _from_page_title(lines: Sequence[Line], body_start: int) -> Head:
    page_title = lines[0].text
    folded = _fold(page_title)
    best = Head()
    for at in range(1, body_start + 1):
        key = _fold(lines[at].text) if len(lines[at].text) <= _LONGEST_HEADLINE else ""
        is_repeated = key and folded.startswith(key) and len(key) >= max(8, len(_fold(best.title)))
        if is_repeated and lines[at].kind is not Kind.SECTION:
            best = Head(lines[at].text, at, _site_of(page_title, len(key)))
    if best.title:
        return best
    cut, source = _without_site(page_title)
    if source and _could_be_headline(cut):
        return Head(cut, 0, source)
    return Head()


def _fold(text: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _site_of(page_title: str, n_key: int) -> str:
    """Give the last part of a page's title when it stands behind the headline."""
    parts = cues.TITLE_SEPARATOR.split(page_title)
    rest = parts[-1].strip(" ]")
    starts_behind = len(_fold("".join(parts[:-1]))) >= n_key
    return rest if len(parts) > 1 and starts_behind and len(rest) <= 60 else ""


def _without_site(page_title: str) -> tuple[str, str]:
    """Split a page's title before its first part that is shorter than the headline."""
    matches = list(cues.TITLE_SEPARATOR.finditer(page_title))
    for match in matches:
        if _could_be_headline(page_title[: match.start()]):
            return page_title[: match.start()].strip(), _site_of(page_title, 0)
    return page_title, ""


def _could_be_headline(text: str) -> bool:
    is_wide = any("\u3040" <= c <= "\u9fff" for c in text)
    return len(text.split()) >= _FEWEST_WORDS or (is_wide and len(text) >= 8)


def _nearest(lines: Sequence[Line], body_start: int) -> Head:
    for at in range(body_start - 1, max(-1, body_start - _FARTHEST), -1):
        line = lines[at]
        if (
            line.kind is Kind.SHORT
            and line.weight >= _LEAST_WEIGHT
            and not line.is_teaser
            and _could_be_headline(line.text)
        ):
            return Head(line.text, at)
    return Head()


def find_section(lines: Sequence[Line], head_at: int) -> str:
    """Give the section line nearest above the headline, or ''."""
    for at in range(head_at - 1, max(-1, head_at - _FARTHEST), -1):
        if lines[at].kind is Kind.SECTION:
            return lines[at].text
    return ""
