"""Which lines of a page are the article: the span of densest prose, and what to drop in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise

from newsearch.sources.page.lines import Kind, Line

# What a line adds to the sum that the best span maximises. Prose adds its letters, up to a bound,
# so that one long legal notice does not outweigh an article. The costs are in letters too: how
# much prose has to follow before it is worth going on. Costs learned by logistic regression, from
# 122 pages and up to 150 features of a line, did no better in cross-validation by site.
_MOST_PER_LINE = 300.0
_GAIN = {
    Kind.SENTENCE: 5.0,
    Kind.SHORT: -12.0,
    Kind.MENU: -25.0,
    Kind.PLEA: -40.0,
    Kind.CAPTION: -5.0,
    Kind.GALLERY: 0.0,
    Kind.RELATED: -60.0,
    Kind.END: -800.0,
    Kind.COMMENTS: -60.0,
    Kind.BYLINE: -60.0,
    Kind.AGENCY: -10.0,
    Kind.SECTION: -25.0,
    Kind.DATE: -30.0,
    Kind.PLACE: -5.0,
    Kind.RECURRING: -12.0,
}
# What stands below a heading that ends an article has to outweigh the article so many times.
_END_HANDICAP = 2.0
_TEASER_GAIN = -10.0
# Before a heading over comments an article weighs so much, or the heading is a link above it. Of
# the paragraphs below so many come after a name, a date or a button, each by somebody else.
_LEAST_COMMENTED = 150.0
_LINES_OF_COMMENTS = 60
_FEWEST_COMMENTS = 2
_LEAST_SHARE_NAMED = 0.6
# Or so many come right after who wrote them and when, however many paragraphs each has.
_FEWEST_SIGNED, _LINES_TO_SIGNATURE = 3, 2
_LEAST_WEIGHT = 60.0
# Below the headline, in so many lines, the article begins, and its first paragraph is worth more.
_HEADLINE_REACH = 12
_HEADLINE_GAIN = 300.0
# So many paragraphs on end without a full stop, none longer, are headlines of other stories.
_FEWEST_HEADLINES, _MOST_UNPUNCTUATED = 3, 200.0
# What shows a row: a number before it, a colon within, or two numbers after words.
_ROW = re.compile(r"\d+[.)] \w|[^:]{3,40}: \S")
_NUMBER = re.compile(r"(?<=\D)\d[\d.,]*")
_FEWEST_ROWS, _LONGEST_ROW = 3, 200
# What a picture of a gallery begins with: its number, and how many there are.
_SLIDE = re.compile(r"[(\[]?(\d{1,3}) ?(?:/|[^\W\d_]{1,3}) ?(\d{1,3})(?![\d./])")
_FEWEST_SLIDES = 3
_FEWEST_TEASERS = 2
# "Read more: Talks end in Seoul" is no heading over others.
_NAMED_STORY = re.compile(r"[:：] ?\S")
_ITEM_SHARE, _MOST_PER_ITEM = 0.3, 20.0
_RESUMING_WEIGHT = 60.0
_LONGEST_HEAD = 8
_CREDITS = (Kind.BYLINE, Kind.DATE, Kind.AGENCY, Kind.PLACE)
_SIGNATURES = (Kind.BYLINE, Kind.DATE)
# Headings over what is not the article.
OTHER_KINDS = frozenset((Kind.RELATED, Kind.END, Kind.COMMENTS))


def tell_galleries(lines: list[Line]) -> None:
    """Tell the lines of galleries, whose pictures are numbered from 1 to the last.

    What is below the last picture is taken to be as long as what is below the one before.
    """
    slides: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for at, line in enumerate(lines):
        if slide := _SLIDE.match(line.text):
            slides[int(slide[2])].append((int(slide[1]), at))
    for n_slides, shown in slides.items():
        is_whole = [number for number, _ in shown] == list(range(1, n_slides + 1))
        if is_whole and n_slides >= _FEWEST_SLIDES:
            last = shown[-1][1]
            for at in range(shown[0][1], min(2 * last - shown[-2][1], len(lines))):
                lines[at] = lines[at]._replace(kind=Kind.GALLERY)


def article_span(lines: Sequence[Line], gains: Sequence[float] | None = None) -> range:
    """Find the run of lines whose prose outweighs the rubbish in it the most.

    Parameters
    ----------
    lines
        The lines of a page.
    gains
        What each adds to the sum, in letters, where more is known of it than its words say.

    Returns
    -------
    range
        Indices into `lines`; empty when the page has no prose.

    Notes
    -----
    Maximum-sum segment (Kadane's algorithm) over the gain of each line; the idea of extracting
    articles so is Pasternack and Roth's (WWW 2009), who sum over words. It begins and ends with
    a line of prose or a sentence, since every other line costs.
    """
    gains = gains or _gains(lines)
    best, best_sum, to_beat = range(0), 0.0, 0.0
    start, running = 0, 0.0
    for at, line in enumerate(lines):
        if running <= 0.0:
            start, running = at, 0.0
        running += gains[at]
        if line.kind is Kind.COMMENTS and best_sum >= _LEAST_COMMENTED and _are_comments(lines, at):
            break
        if line.kind is Kind.END:
            to_beat = _END_HANDICAP * best_sum
        if running > (best_sum if start == best.start else to_beat):
            best, best_sum = range(start, at + 1), running
            to_beat = best_sum
    return best if best_sum >= _LEAST_WEIGHT else range(0)


def span_below_headline(lines: Sequence[Line], headlines: Sequence[int]) -> range:
    """Find the article as `article_span` does, where it is known which lines show its headline.

    What stands right below one is likely its first paragraph, and most of what stands above, such
    as a plea for consent, is none of it.
    """
    gains = _gains(lines)
    span = article_span(lines, gains)
    if headlines:
        headline = max((at for at in headlines if at < span.stop), default=headlines[0])
        below = range(headline + 1, min(headline + _HEADLINE_REACH, len(lines)))
        first = next((at for at in below if lines[at].kind is Kind.PROSE), None)
        if first is not None:
            gains[first] += _HEADLINE_GAIN
            span = article_span(lines, gains)
    for headline in reversed(headlines):
        if headline in span:
            prose = [max(0.0, gains[at]) for at in span]
            if sum(prose[: headline - span.start]) < sum(prose) / 3:
                return range(headline + 1, span.stop)
    return span


def _are_comments(lines: Sequence[Line], heading_at: int) -> bool:
    """Whether the paragraphs below a heading are by several people: a line before each says who."""
    below = lines[heading_at : heading_at + _LINES_OF_COMMENTS]
    is_prose = [line.kind is Kind.PROSE for line in below]
    first = [at for at in range(1, len(below)) if is_prose[at] and not is_prose[at - 1]]
    n_signed = sum(
        any(line.kind in _SIGNATURES for line in below[max(at - _LINES_TO_SIGNATURE, 0) : at])
        for at in first
    )
    # A heading that counts them, such as "Comentarios (3)", may show one alone.
    n_fewest = 1 if any(map(str.isdigit, below[0].text)) else _FEWEST_COMMENTS
    is_named = len(first) >= max(n_fewest, _LEAST_SHARE_NAMED * sum(is_prose))
    return is_named or n_signed >= _FEWEST_SIGNED


def _gains(lines: Sequence[Line]) -> list[float]:
    """Return what each line adds, in letters.

    Several paragraphs on end that do not end as sentences do are the headlines of other stories.
    Several rows of a table or of a list with numbers cost nothing: text may go on after them.
    """
    gains = [_gain(line) for line in lines]
    for is_row, rows in groupby(range(len(lines)), lambda at: _is_row(lines[at])):
        if is_row and len(found := list(rows)) >= _FEWEST_ROWS:
            for at in found:
                gains[at] = max(gains[at], 0.0)
    prose = [at for at, line in enumerate(lines) if line.kind is Kind.PROSE]
    for is_text, run in groupby(prose, lambda at: _is_text(lines[at])):
        if not is_text and len(found := list(run)) >= _FEWEST_HEADLINES:
            for at in found:
                gains[at] = _TEASER_GAIN
    return gains


def _is_row(line: Line) -> bool:
    if line.kind not in (Kind.SHORT, Kind.SENTENCE):
        return False
    return bool(_ROW.match(line.text)) or len(_NUMBER.findall(line.text[:_LONGEST_ROW])) > 1


def _is_text(line: Line) -> bool:
    return line.weight >= _MOST_UNPUNCTUATED or line.is_item or line.ends_sentence


def _gain(line: Line) -> float:
    if line.kind is Kind.SHORT and line.is_item:
        return min(_ITEM_SHARE * line.weight, _MOST_PER_ITEM)
    if line.kind is not Kind.PROSE:
        return _GAIN[line.kind]
    if line.is_teaser:
        return _TEASER_GAIN
    return min(line.weight, _MOST_PER_LINE)


def credits_end(lines: Sequence[Line]) -> int:
    """Count the lines at the start of a span among which byline and date stand.

    A span starts at the standfirst where there is one, and the credits come after it.
    """
    at = [n for n, line in enumerate(lines[:_LONGEST_HEAD]) if line.kind in _CREDITS]
    return at[-1] + 1 if at else 0


def body_lines(lines: Sequence[Line]) -> list[Line]:
    """Keep what belongs to the article among the lines of its span, in order."""
    n_head = credits_end(lines)
    head = [line for line in lines[:n_head] if line.kind is not Kind.SHORT]
    return _without_teasers([*head, *lines[n_head:]])


def sentence_lines(lines: Sequence[Line]) -> list[int]:
    """Find the lines that read like sentences, for a page that has no more running text.

    Those below a heading over other stories only count where none stands above it. Teasers, and
    lines that lead up to something by a colon, are none.
    """
    found: list[int] = []
    for at, line in enumerate(lines):
        if found and line.kind in OTHER_KINDS:
            break
        is_sentence = line.kind in (Kind.PROSE, Kind.SENTENCE) and not line.is_teaser
        if is_sentence and not line.text.endswith(":"):
            found.append(at)
    return found


def _are_teasers(lines: Sequence[Line]) -> bool:
    """Whether the paragraphs are short, and each is headed by a line of its own or none ends."""
    prose = [line for line in lines if line.kind is Kind.PROSE]
    n_headed = sum(
        here.kind is Kind.PROSE and before.kind is not Kind.PROSE
        for before, here in pairwise(lines)
    )
    is_short = all(line.weight < _MOST_UNPUNCTUATED for line in prose)
    is_alike = n_headed == len(prose) or not any(line.ends_sentence for line in prose)
    return is_short and is_alike and len(prose) >= _FEWEST_TEASERS


def _without_teasers(lines: Sequence[Line]) -> list[Line]:
    kept: list[Line] = []
    pending: list[Line] = []
    is_dropping = False
    for at, line in enumerate(lines):
        if line.kind is Kind.RELATED and _NAMED_STORY.search(line.text):
            continue
        if line.kind in OTHER_KINDS:
            if _are_teasers(lines[at:]):
                break
            is_dropping = True
            pending.clear()
        elif line.kind is Kind.PROSE and not (
            is_dropping and (line.weight < _RESUMING_WEIGHT or line.is_teaser or not _is_text(line))
        ):
            is_dropping = False
            kept += pending
            pending.clear()
            kept.append(line)
        elif not is_dropping and line.kind in (Kind.SHORT, Kind.SENTENCE, Kind.PROSE, Kind.PLACE):
            pending.append(line)
    if pending and (pending[-1].kind is Kind.SENTENCE or pending[-1].is_item):
        kept += pending
    return kept
