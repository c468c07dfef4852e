"""Which blocks of a page are the article: what their words say, and the parts they stand in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import accumulate

from newsearch.sources.html.blocks import Block, Page, Part
from newsearch.sources.html.facts import Facts
from newsearch.sources.html.opinion import main_blocks
from newsearch.sources.page.body import OTHER_KINDS, article_span
from newsearch.sources.page.head import fold
from newsearch.sources.page.lines import Kind, Line, page_lines

# What authors of pages call the parts of one that are surely not its article, and words for parts
# that may also hold it: "share-content".
_SURELY_FOREIGN = re.compile(
    r"comment(?:s|aires?|list|ed)?(?![a-z])|kommentar|comentario|disqus|outbrain|taboola|related"
    r"|recommend|recirc|relacionad|newsletter|infolettre|breadcrumb|sponsor|trending|popular"
    r"|gallery|slideshow|carousel|most-?read|copyright|sharedaddy|werbung|publicidad|publicite"
)
_PERHAPS_FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:respond(?![a-z])|reply|reactions?(?![a-z])|reaktionen|teaser|share(?!d)"
    r"|more-?(?:stories|news|from|on)|sharing|teilen|partage|compartir|social|follow|suivre|seguir"
    r"|subscri|abonn|sign-?up|login|promo|adverti|ads?(?![a-z])|anzeigen?(?![a-z])|banner|cookie"
    r"|consent|gdpr|modal|popup|overlay|side-?bar|rail(?![a-z])|widget|toolbar|menu|nav|pagination"
    r"|pager|skip|footer|tags(?![a-z])|tag-?(?:list|cloud|links?)|byline|auteur|meta(?![a-z])"
    r"|aut(?:h|eu)?or-?(?:bio|box|info)|caption|legende|credits?(?![a-z])|complementary|empfehl"
    r"|weitere|verwandt|aussi|lire-|read-?more)"
)
# What they call that of the article, whatever else its names say: "articlebody share-btn".
_OWN = re.compile(
    r"(?:^|[\s_-])(?:hentry|type-post|(?:article|entry|post|story|main|page)-?(?:content|body|text))"
    r"(?![a-z])"
)
_FOREIGN_TAGS = frozenset(("footer", "aside", "form", "figcaption"))
_WHOLE_TAGS = frozenset(("html", "body", "main"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TEXT_TAGS = frozenset(("p", "blockquote", "pre", "dd"))
_LIST_TAGS = frozenset(("li", "tr", "dt"))
_NO_SUMMARY_TAGS = _LIST_TAGS | {"title", "h1"}

# A part that holds more than such a share of all prose is no foreign one, whatever its names.
_MOST_SURELY, _MOST_PERHAPS = 0.6, 0.3
# The first where it is known what the article begins with, which stands outside.
_MOST_BESIDE = 0.95
# The innermost part with this share of the prose that was found is where the article ends.
_HOME_SHARE = 0.9
# A block with more of its text in links leads on; one with this much is no more than a link.
_MOST_LINKED = 0.5
_MOST_LINKED_TEXT = 0.9
_LEAST_PARAGRAPH, _MOST_LINKED_AROUND = 80.0, 0.3
_STANDFIRST_BLOCKS = 15
_LEAST_STANDFIRST = 40.0
_SUMMARY_LETTERS = 40
# A declared text of so many letters is believed where the page shows all but such a share of it.
_SHORTEST_TEXT, _MOST_MISSING = 400, 0.2
_MOST_COMPARED, _LONGEST_COMPARED = 2_000, 3_000

# What a block adds to the sum that the article maximises, in letters, as in `page.body`.
_MOST_PER_BLOCK = 300.0
_MOST_PER_SHORT = 20.0
_GAIN_OF_LINKS = -20.0
_GAIN_OF_KNOWN = 300.0
# Blocks that a second reader leaves out count for so much, less so many letters.
_NOT_MAIN_SHARE, _NOT_MAIN_COST = 0.2, 10.0
_GAIN = {
    Kind.PROSE: 0.0,
    Kind.SENTENCE: 5.0,
    Kind.SHORT: -10.0,
    Kind.MENU: -25.0,
    Kind.PLEA: -40.0,
    Kind.CAPTION: -5.0,
    Kind.GALLERY: 0.0,
    Kind.RELATED: -60.0,
    Kind.END: -300.0,
    Kind.COMMENTS: -60.0,
    Kind.BYLINE: -60.0,
    Kind.AGENCY: -10.0,
    Kind.SECTION: -25.0,
    Kind.DATE: -30.0,
    Kind.PLACE: -5.0,
    Kind.RECURRING: -10.0,
}
_TEXT_KINDS = frozenset((Kind.PROSE, Kind.SENTENCE, Kind.SHORT, Kind.PLACE))


def block_rows(page: Page) -> list[str]:
    """Return the text of each block, and '' after it: each stands alone."""
    return [row for block in page.blocks for row in (block.text, "")]


def block_lines(page: Page, recurring: Container[int] = ()) -> list[Line]:
    """Return the line of each block, as `page_lines` tells it; captions go by their tag.

    Lines are counted as blocks, since those of the markup say nothing to a reader.
    """
    lines = page_lines(block_rows(page), recurring)
    return [
        Line(text, _kind(lines, page.blocks, at), weight, stands_alone, is_teaser, at + 1)
        for at, (text, _, weight, stands_alone, is_teaser, _) in enumerate(lines)
    ]


def _kind(lines: Sequence[Line], blocks: Sequence[Block], at: int) -> Kind:
    """Return what a block is: its tag, and what stands around it, tell more than its words.

    A heading such as "Latest research" that stands among paragraphs ends no article.
    """
    kind = lines[at].kind
    if blocks[at].tag == "figcaption":
        return Kind.CAPTION
    if kind not in OTHER_KINDS or not 0 < at < len(blocks) - 2:
        return kind
    around = (at - 1, at + 1, at + 2)
    is_among = all(_is_paragraph(lines[one], blocks[one]) for one in around)
    return Kind.SHORT if is_among and len({blocks[one].tag for one in around}) == 1 else kind


def _is_paragraph(line: Line, block: Block) -> bool:
    is_whole = line.kind is Kind.PROSE and not line.is_teaser
    return is_whole and line.weight >= _LEAST_PARAGRAPH and block.link_share < _MOST_LINKED_AROUND


def article_blocks(page: Page, lines: Sequence[Line], facts: Facts) -> list[int]:
    """Choose the blocks of a page that are its article.

    Parts that their names, tags or headings show to be of something else are left out. Of the
    blocks that remain, the run with the most prose is the article, as in the text of a page; its
    short lines reach as far as the innermost part that holds this prose. The page may declare
    the text of its article, or how that begins; else a second reader is asked.

    Parameters
    ----------
    page
        The page.
    lines
        What `block_lines` returns for it.
    facts
        What the page declares.

    Returns
    -------
    list[int]
        Numbers of the blocks, ascending; empty for a page without running text.
    """
    blocks = page.blocks
    gains = [_gain(line, block) for line, block in zip(lines, blocks, strict=True)]
    text = _declared_text(blocks, fold(facts.text))
    known = text or _first_paragraph(blocks, facts.summary)
    _weigh(gains, page, known, facts, is_all_known=bool(text))
    own = _own_blocks(page, lines, gains, known)
    run = article_span([lines[at] for at in own], [gains[at] for at in own])
    if not run:
        return []
    if text:
        run = range(bisect_left(own, text[0]), bisect_left(own, text[-1]) + 1)
    else:
        run = _whole_run(page, gains, own, run)
    home = _home(page.parts, gains, own[run.start : run.stop])
    is_text = [at in home and _is_text(lines[at], blocks[at]) for at in own]
    run = _extended(run, is_text)
    kept = [at for at in own[run.start : run.stop] if _is_kept(lines[at], blocks[at])]
    while kept and blocks[kept[-1]].tag in _HEADINGS:
        kept.pop()
    above = [at for at in own[: run.start] if _is_text(lines[at], blocks[at])]
    return [*_standfirst(blocks, lines, above, own[run.start]), *kept]


def _weigh(
    gains: list[float], page: Page, known: Sequence[int], facts: Facts, *, is_all_known: bool
) -> None:
    """Let what a page declares, or what a second reader finds, count in the gains of blocks."""
    if is_all_known:
        gains[:] = [min(gain, 0.0) for gain in gains]
    elif facts.is_article or any(part.tag == "article" for part in page.parts):
        main = main_blocks(page)
        for at, gain in enumerate(gains if main else ()):
            if at not in main:
                gains[at] = (_NOT_MAIN_SHARE * gain if gain > 0.0 else gain) - _NOT_MAIN_COST
    for at in known:
        gains[at] = max(gains[at], 0.0) + _GAIN_OF_KNOWN


def _gain(line: Line, block: Block) -> float:
    is_linked = block.link_share > _MOST_LINKED
    if line.kind is Kind.PROSE:
        if line.is_teaser or (is_linked and block.tag in _HEADINGS):
            return -10.0
        return min(line.weight, _MOST_PER_BLOCK) * (1.0 - block.link_share)
    if line.kind in (Kind.SHORT, Kind.SENTENCE):
        if is_linked:
            return _GAIN_OF_LINKS
        if block.tag in _TEXT_TAGS:
            return min(0.3 * line.weight, _MOST_PER_SHORT)
        if block.tag in _HEADINGS or block.tag in _LIST_TAGS:
            return 0.0
    return _GAIN[line.kind]


def _declared_text(blocks: Sequence[Block], text: str) -> list[int]:
    """Return the blocks of a declared text, where a page shows nearly all of it; else none."""
    found = []
    n_missing = len(text)
    if n_missing < _SHORTEST_TEXT:
        return []
    for at, block in enumerate(blocks[:_MOST_COMPARED]):
        key = fold(block.text[:_LONGEST_COMPARED])
        if len(key) >= _SUMMARY_LETTERS and key[:_SUMMARY_LETTERS] in text:
            found.append(at)
            n_missing -= len(key)
    return found if n_missing < _MOST_MISSING * len(text) else []


def _first_paragraph(blocks: Sequence[Block], summary: str) -> list[int]:
    """Return the block that starts as the summary of a page does, if there is one."""
    key = fold(summary)[:_SUMMARY_LETTERS]
    if len(key) < _SUMMARY_LETTERS:
        return []
    for at, block in enumerate(blocks):
        is_text = block.tag not in _NO_SUMMARY_TAGS and block.link_share <= _MOST_LINKED
        if is_text and fold(block.text[: 2 * _SUMMARY_LETTERS]).startswith(key):
            return [at]
    return []


def _own_blocks(
    page: Page, lines: Sequence[Line], gains: Sequence[float], known: Sequence[int]
) -> list[int]:
    """Return the blocks that stand in no foreign part; those with known blocks are none."""
    sums = [0.0, *accumulate(max(0.0, gain) for gain in gains)]
    is_own = [block.tag != "title" for block in page.blocks]
    for part in page.parts:
        most = _most_foreign(part, lines[part.start].kind)
        if not most:
            continue
        if known and most == _MOST_SURELY:
            most = _MOST_BESIDE
        has_known = bisect_left(known, part.start) < bisect_left(known, part.stop)
        if not has_known and sums[part.stop] - sums[part.start] < most * sums[-1]:
            is_own[part.start : part.stop] = [False] * (part.stop - part.start)
    return [at for at, own in enumerate(is_own) if own]


def _most_foreign(part: Part, first_kind: Kind) -> float:
    """Return the share of all prose that a part may hold and be none of the article; 0 for none."""
    if part.tag in _FOREIGN_TAGS:
        return _MOST_SURELY
    is_headed = first_kind in OTHER_KINDS and part.stop > part.start + 1
    most = _MOST_PERHAPS if is_headed else 0.0
    return most if part.tag in _WHOLE_TAGS else max(most, _most_named(part.names))


@lru_cache(maxsize=4096)
def _most_named(names: str) -> float:
    if not names or _OWN.search(names):
        return 0.0
    if _SURELY_FOREIGN.search(names):
        return _MOST_SURELY
    return _MOST_PERHAPS if _PERHAPS_FOREIGN.search(names) else 0.0


def _home(parts: Sequence[Part], gains: Sequence[float], chosen: Sequence[int]) -> range:
    """Return the blocks of the innermost part with nearly all of the prose that was chosen."""
    sums = [0.0, *accumulate(max(0.0, gains[at]) for at in chosen)]
    for part in parts:
        start, stop = bisect_left(chosen, part.start), bisect_left(chosen, part.stop)
        if sums[stop] - sums[start] >= _HOME_SHARE * sums[-1]:
            return range(part.start, part.stop)
    return range(0)


def _whole_run(page: Page, gains: Sequence[float], own: Sequence[int], run: range) -> range:
    """Return a run with what else is prose in the innermost part that is named for an article."""
    first, last = own[run.start], own[run.stop - 1]
    for part in page.parts:
        is_named = part.tag == "article" or _OWN.search(part.names)
        if is_named and part.start <= first and last < part.stop:
            inside = range(bisect_left(own, part.start), bisect_left(own, part.stop))
            prose = [at for at in inside if gains[own[at]] > _MOST_PER_SHORT]
            return range(min([run.start, *prose]), max([run.stop - 1, *prose]) + 1)
    return run


def _extended(run: range, is_text: Sequence[bool]) -> range:
    start, stop = run.start, run.stop
    while stop < len(is_text) and is_text[stop]:
        stop += 1
    while start > 0 and is_text[start - 1]:
        start -= 1
    return range(start, stop)


def _is_text(line: Line, block: Block) -> bool:
    return block.tag != "h1" and line.kind in _TEXT_KINDS and block.link_share <= _MOST_LINKED


def _is_kept(line: Line, block: Block) -> bool:
    """Whether a block within the article belongs to it: no menu, plea, credit or teaser does."""
    if block.tag in _HEADINGS:
        return line.kind in _TEXT_KINDS or (line.kind is Kind.MENU and not block.link_share)
    return line.kind in _TEXT_KINDS and block.link_share <= _MOST_LINKED_TEXT


def _standfirst(
    blocks: Sequence[Block], lines: Sequence[Line], above: Sequence[int], start: int
) -> list[int]:
    """Return those of the blocks above that sum the article up, between the headline and it."""
    heads = [
        at for at in range(max(0, start - _STANDFIRST_BLOCKS), start) if blocks[at].tag == "h1"
    ]
    return [at for at in above if heads and at > heads[-1] and _sums_up(lines[at], blocks[at])]


def _sums_up(line: Line, block: Block) -> bool:
    is_long = line.weight >= _LEAST_STANDFIRST
    return line.kind is Kind.PROSE or (block.tag in _HEADINGS and is_long)
