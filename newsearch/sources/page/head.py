"""What stands over the article: headline, section, and the name of the site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsearch.sources.page import cues
from newsearch.sources.page.credits import find_date
from newsearch.sources.page.lines import Kind, Line, is_menu

# Lines above the text in which the headline and the section are looked for.
_FARTHEST = 30
_LONGEST_HEADLINE = 250
_LONGEST_PAGE_TITLE = 500
_READ_CHARS = 4000
_KEY_CHARS = 5
_FEWEST_SHARED = 2
_LEAST_SHARE, _SHARE_OF_WIDE = 0.3, 0.5
_CREDIT_BONUS = 0.3
_ALONE_BONUS = 0.3
_STANDFIRST_SHARE, _FEWEST_OVER_STANDFIRST = 0.7, 6
_USUAL_HEADLINE = 90
_LENGTH_COST = 0.01
_FEWEST_WORDS = 3
_FEWEST_CHARS, _FEWEST_REPEATED = 4, 8
_MOST_REPEATS = 20
_LEAST_WEIGHT = 12.0
# Vowel signs of Indic writing are part of a word; Thai and its like have no spaces between words.
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_WIDE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"(?:[^\W\d_{_WIDE}]|[{_SIGNS}]){{4,}}|\d{{2,}}")
_WIDE_RUN = re.compile(f"[{_WIDE}]{{2,}}")
_WIDE_LETTER = re.compile(f"[{_WIDE}]")
_STOPS = (".", ":", ";", "。", "।", "॥", "۔", "։", "።", "។")
_CLOSING = "”\"’'»“)"
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


def find_head(lines: Sequence[Line], text_start: int, body: str) -> Head:
    """Find the headline of an article.

    The title of a page comes first in what programs save, and repeats the headline, often with the
    name of the site after it: such a pair is as sure as it gets. Else the headline is the line
    above the text that has most words in common with it; where there is none, nothing is guessed.

    Parameters
    ----------
    lines
        All lines of the page.
    text_start
        Index of the first line that is surely text of the article.
    body
        That text.
    """
    head = Head()
    if lines and _could_be_page_title(lines[0]):
        head = _from_page_title(lines, text_start)
        if head.at > 0:
            return head
    shown = _most_telling(lines, text_start, body)
    return replace(shown, source=head.source) if _is_better(shown, head, lines) else head


def _is_better(shown: Head, declared: Head, lines: Sequence[Line]) -> bool:
    """Whether a line is the headline, rather than the title of the page, which says it otherwise.

    So it is if it has half of the words of the shorter one and stands right over the credits.
    """
    if not (shown.title and declared.title):
        return not declared.title
    keys, others = _keys(shown.title), _keys(declared.title)
    is_alike = 2 * len(keys & others) >= min(len(keys), len(others)) > 1
    return is_alike and lines[shown.at].stands_alone and _has_credits_below(lines, shown.at)


def _could_be_page_title(line: Line) -> bool:
    return (
        line.stands_alone
        and line.kind not in (Kind.SECTION, Kind.MENU)
        and len(line.text) <= _LONGEST_PAGE_TITLE
        and _could_be_headline(line.text)
    )


def _from_page_title(lines: Sequence[Line], text_start: int) -> Head:
    page_title = lines[0].text
    if shown := headlines_of_title(lines[:text_start]):
        text = lines[shown[-1]].text
        return Head(text, shown[-1], _site_of(page_title, len(fold(text))))
    cut, source = _without_site(page_title)
    if source and not is_menu(source):
        return Head(cut, 0, source)
    return Head()


def headlines_of_title(lines: Sequence[Line]) -> list[int]:
    """Return the lines that repeat the headline in the title of a page, as far as most of it."""
    if not (lines and _could_be_page_title(lines[0])):
        return []
    title = fold(lines[0].text)
    first = title[:1]
    headline = cues.TITLE_SEPARATOR.split(lines[0].text)[0]
    n_chars = len(fold(headline))
    best = max(min(n_chars, _FEWEST_REPEATED), n_chars // 2, _FEWEST_CHARS)
    found: list[int] = []
    for at, line in enumerate(lines[1:], 1):
        # Folding takes long, so that lines which start otherwise are sorted out first.
        if first not in line.text[:3].casefold() or len(line.text) > _LONGEST_HEADLINE:
            continue
        key = fold(line.text)
        is_label = line.kind is Kind.SECTION or (
            line.kind is Kind.MENU and len(key) < _FEWEST_REPEATED
        )
        if len(key) >= best and not is_label and title.startswith(key):
            if len(key) > best:
                found.clear()
            found.append(at)
            best = len(key)
    return found[-_MOST_REPEATS:]


def fold(text: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


def site_in_title(page_title: str, headline: str) -> str:
    """Return the name of the site at the end of a page's title that begins with the headline."""
    key = fold(headline)
    return _site_of(page_title, len(key)) if key and fold(page_title).startswith(key) else ""


def _site_of(page_title: str, n_key: int) -> str:
    """Return the last part of a page's title when it stands after the headline."""
    parts = cues.TITLE_SEPARATOR.split(page_title)
    rest = parts[-1].strip(" ]")
    starts_after = len(fold("".join(parts[:-1]))) >= n_key
    return rest if len(parts) > 1 and starts_after and len(rest) <= 60 else ""


def _without_site(page_title: str) -> tuple[str, str]:
    """Split a page's title before its first part that is shorter than the headline."""
    matches = list(cues.TITLE_SEPARATOR.finditer(page_title))
    for match in matches:
        if _could_be_headline(page_title[: match.start()]):
            return page_title[: match.start()].strip(), _site_of(page_title, 0)
    return page_title, ""


def _could_be_headline(text: str) -> bool:
    is_wide = len(text) >= _FEWEST_REPEATED and _WIDE_LETTER.search(text) is not None
    return is_wide or len(text.split()) >= _FEWEST_WORDS


def _most_telling(lines: Sequence[Line], text_start: int, body: str) -> Head:
    """Return the line above the text that has most of its words in common with it.

    Menus, slogans and section names share few words with an article, and its headline many; the
    headlines of other stories come between. A line that shares too few is none: no guess.
    """
    known = _keys(body[:_READ_CHARS])
    best, best_score = -1, 0.0
    for at in range(max(0, text_start - _FARTHEST), text_start):
        if (score := _score(lines, at, known)) > best_score:
            best, best_score = at, score
    # A standfirst often has more of the words than the headline right above it.
    above = lines[best - 1] if best > 0 else None
    if above and above.stands_alone and len(above.text.split()) >= _FEWEST_OVER_STANDFIRST:
        best -= _score(lines, best - 1, known) >= _STANDFIRST_SHARE * best_score
    return Head(lines[best].text, best) if best >= 0 else Head()


def _score(lines: Sequence[Line], at: int, known: set[str]) -> float:
    """Return how surely a line is the headline of a text with some words; 0 for no."""
    line = lines[at]
    if not _reads_like_headline(line):
        return 0.0
    keys = _keys(line.text)
    n_shared = len(keys & known)
    share = n_shared / len(keys) if keys else 0.0
    # Two words are a headline where they begin the page, and the text has both.
    is_two_words = at == 0 and n_shared >= _FEWEST_SHARED and share == 1.0
    # A Chinese headline may have six letters; the text has most pairs of them.
    is_two_words |= _WIDE_LETTER.search(line.text) is not None and share >= _SHARE_OF_WIDE
    if not (is_two_words or _could_be_headline(line.text)):
        return 0.0
    is_over_credits = _has_credits_below(lines, at)
    is_shared = n_shared >= _FEWEST_SHARED and share >= _LEAST_SHARE
    is_placed = is_over_credits and (line.stands_alone or (at == 0 and n_shared > 0))
    if not is_shared and not is_placed and not (line.stands_alone and share == 1.0):
        return 0.0
    score = share + min(n_shared, 8) / 8
    score += _CREDIT_BONUS * is_over_credits + _ALONE_BONUS * line.stands_alone
    return score - _LENGTH_COST * max(0, len(line.text) - _USUAL_HEADLINE)


def _keys(text: str) -> set[str]:
    """Reduce a text to the starts of its longer words, and to pairs of letters for Japanese."""
    folded = text.casefold()
    words = {word[:_KEY_CHARS] for word in _WORD.findall(folded)}
    wide = _WIDE_RUN.findall(folded)
    return words | {run[at : at + 2] for run in wide for at in range(len(run) - 1)}


def _reads_like_headline(line: Line) -> bool:
    is_right_kind = line.kind is Kind.SHORT or (
        line.kind in (Kind.PROSE, Kind.SENTENCE) and not line.text.rstrip(_CLOSING).endswith(_STOPS)
    )
    return (
        is_right_kind
        and not line.is_teaser
        and line.weight >= _LEAST_WEIGHT
        and len(line.text) <= _LONGEST_HEADLINE
        and find_date(line.text) is None
    )


def _has_credits_below(lines: Sequence[Line], at: int) -> bool:
    below = lines[at + 1 : at + 4]
    return any(line.kind in (Kind.BYLINE, Kind.DATE, Kind.AGENCY) for line in below)


def find_section(lines: Sequence[Line], head_at: int) -> Line | None:
    """Return the section line nearest above the headline."""
    for at in range(head_at - 1, max(-1, head_at - _FARTHEST), -1):
        if lines[at].kind is Kind.SECTION:
            return lines[at]
    return None
