"""The blocks of a page: its paragraphs, headings, items and rows, what holds them, and its head.

One pass over the tags, in a time that grows with the length of the page whatever its tags are. A
parser that builds the tree of a page, as browsers do, takes 3 seconds for 35 kB of
``<p><b a1><p><b a2>``, and 8 MiB of it forever.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import NamedTuple

# Several times as many as long pages have; a page of nothing but paragraphs then takes 3 seconds.
_MOST_TOKENS = 100_000
_LONG_CELL = 60
_LONGEST_NAMES = 300

_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+"""
_TOKEN = re.compile(
    rf"""<(?P<raw>script|style|title|iframe|noembed|noframes|xmp|textarea)\b
          (?P<of_raw>{_ATTRIBUTES})>(?P<raw_text>[^<]*+(?:<(?!/(?P=raw)\b)[^<]*+)*+)
      | <!--.*?(?:-->|\Z)
      | <(?P<close>/?)(?P<tag>[a-z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})>?(?P<text>[^<]*+)
      | <[!?/][^>]*+>?
      | (?P<rest>[^<]++|<)""",
    re.S | re.X | re.I,
)
_VALUE = r"""\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)""" + _VALUE)
# A long id is made of a heading, and says what that is about. Words first are found in a third of
# the time that one pattern for all takes.
_NAMES = [
    re.compile(word + _VALUE)
    for word in ("class", "role", "itemprop", r""" id(?=\s*=\s*["']?[^"'>\s]{1,24}(?:["'\s>]|$))""")
]
_HIDDEN = re.compile(
    r"""\srole=["']?(?:navigation|search|menu|dialog|banner|contentinfo)\b"""
    r"""|\sstyle=["'][^"']*display:\s?none|\shidden(?=[\s=]|$)""",
)


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Sites link writers to what else they wrote, and name what holds their names.
_BYLINES = {
    "a": re.compile(
        r"""\brel=["']?author\b|\bhref=["']?[^"'\s>]*/(?:authors?|autor(?:en)?|auteurs?|writers?)/""",
        re.I,
    ),
    "byline": re.compile(
        r"""\b(?:class|itemprop)=["']?(?:[^"'>]*[\s_-])?(?:by-?line|authors?|auteurs?|autore?s?)"""
        r"""(?:[_-]+(?:name|link))?(?=["'\s>]|$)""",
        re.I,
    ),
}
# The kind of byline that is open, its tag, and how many pieces stand before it.
_NO_BYLINE = ("", "", 0)

_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_CELLS = frozenset(("td", "th"))
# What goes on in the line in which it stands.
_INLINE = _CELLS | _tags(
    "a abbr acronym b bdi bdo big center cite code data del dfn em font i ins kbd label mark nobr"
    " picture q rb rp rt rtc ruby s samp small span strike strong sub sup time tt u var"
)
# What is not shown, or is no text: of these, buttons and the like stand within a line.
_UNSEEN_BLOCKS = frozenset(("nav", "dialog", "menu"))
_UNSEEN = _UNSEEN_BLOCKS | _tags(
    "audio button canvas datalist map math noscript object optgroup option select svg template"
    " video"
)
# Scripts show a page once it is ready, which it never is here.
_SHOWN = frozenset(("html", "body"))
_ENDS_THE_LAST = frozenset(("dd", "dt", "li", "tr"))
_ONE_LINE = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_DECLARING = frozenset(("html", "link", "meta", "time"))


class Block(NamedTuple):
    """A run of text that a page sets apart.

    Parameters
    ----------
    text
        Outer and repeated space removed; never blank.
    tag
        The innermost element that is no part of a line, such as ``p`` or ``h2``; ``title`` for
        that of the page, which is the first block.
    link_share
        How much of the text is in links, 0 to 1.
    """

    text: str
    tag: str
    link_share: float = 0.0


class Part(NamedTuple):
    """An element that holds blocks.

    Parameters
    ----------
    tag
        Its tag.
    names
        What its attributes call it: class, id, role; lower case.
    start, stop
        The blocks in it.
    """

    tag: str
    names: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Declared:
    """An element that says something by its attributes.

    Parameters
    ----------
    tag
        Its tag.
    attributes
        By their names, lower case.
    at
        How many blocks stand before it.
    """

    tag: str
    attributes: dict[str, str]
    at: int


@dataclass(slots=True)
class Page:
    """What one pass over a page finds.

    Parameters
    ----------
    blocks
        In the order of the page.
    parts
        Inner ones before those that hold them.
    declared
        Each ``<meta>``, ``<link>``, ``<time>`` and ``<html>``; ``<a>`` to a writer, and
        what is called a ``byline`` within a line, whose one attribute is their text.
    scripts
        Texts of type ``application/ld+json``.
    is_whole
        False where the page has more tags than are read.
    """

    blocks: list[Block] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    is_whole: bool = True


def read_page(markup: str) -> Page:
    """Find the blocks of a page, the elements that hold them, and what its head declares."""
    scan = _Scan()
    tokens = _TOKEN.finditer(markup)
    for match in islice(tokens, _MOST_TOKENS):
        raw, of_raw, raw_text, close, tag, attributes, text, rest = match.groups()
        if tag:
            if close:
                scan.close(tag.lower())
            else:
                scan.open(tag.lower(), attributes)
            if text and (scan.pieces or not text.isspace()):
                scan.add(text)
        elif rest and (scan.pieces or not rest.isspace()):
            scan.add(rest)
        elif raw:
            scan.add_raw(raw.lower(), of_raw, raw_text)
    return scan.finish(is_whole=next(tokens, None) is None)


class _Scan:
    """The page as read so far, the elements that are open, and the text since the last block."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._page = Page()
        self._blocks = self._page.blocks
        # Tag, attributes and first block of each, and whether its text is shown; most hold nothing.
        self._open = [("", "", 0, True)]
        self._n_open: defaultdict[str, int] = defaultdict(int)
        self._named: dict[str, str] = {}
        self._n_chars = 0
        self._n_linked = 0
        self._n_links = 0
        self._byline = _NO_BYLINE
        # Pieces, characters and linked ones before the last cell of a row.
        self._before_cell = (0, 0, 0)

    def add(self, text: str) -> None:
        """Take text; of space, only what comes after other text."""
        if self._open[-1][3]:
            if text.isspace():
                text = " "
            self.pieces.append(text)
            self._n_chars += len(text)
            if self._n_links:
                self._n_linked += len(text.strip())

    def add_raw(self, tag: str, attributes: str, text: str) -> None:
        """Take an element whose text is no markup."""
        if tag == "script" and "ld+json" in attributes:
            self._page.scripts.append(text)
        elif tag == "title" and not self._blocks and (title := _line(text)):
            self._blocks.append(Block(title, tag))

    def open(self, tag: str, attributes: str) -> None:
        if tag in _DECLARING and (tag != "link" or "canonical" in attributes):
            element = Declared(tag, _attributes_of(attributes), len(self._blocks))
            self._page.declared.append(element)
        if tag in _VOID:
            self._break(tag)
            return
        top, _, _, is_seen = self._open[-1]
        if is_seen:
            is_seen = tag not in _UNSEEN and (
                not attributes or tag in _SHOWN or not _hides(attributes)
            )
        if is_seen and tag in _INLINE:
            self._open_inline(tag, attributes)
            return
        if is_seen or tag in _UNSEEN_BLOCKS:
            if self.pieces:
                self._flush()
            if top == "p" or (top == tag and tag in _ENDS_THE_LAST):
                self._pop()
        self._open.append((tag, attributes, len(self._blocks), is_seen))
        self._n_open[tag] += 1

    def _open_inline(self, tag: str, attributes: str) -> None:
        if tag == "a":
            self._n_links += 1
        elif tag in _CELLS:
            self._end_cell()
        if attributes and ("aut" in attributes or "by" in attributes or "writer" in attributes):
            self._open_byline(tag, attributes)

    def _names_of(self, attributes: str) -> str:
        """Return what attributes call an element; most come many times."""
        if (names := self._named.get(attributes)) is None:
            lower = attributes.lower().replace("\n", " ")
            found = [match[match.lastindex or 0] for one in _NAMES if (match := one.search(lower))]
            self._named[attributes] = names = " ".join(found)[:_LONGEST_NAMES]
        return names

    def close(self, tag: str) -> None:
        if self._n_open[tag]:
            if self.pieces and (self._open[-1][3] or tag in _UNSEEN_BLOCKS):
                self._flush()
            while self._pop() != tag:
                pass
            return
        if tag == self._byline[1]:
            self._close_byline()
        if tag == "a":
            self._n_links = max(0, self._n_links - 1)
        elif tag in _CELLS:
            self._end_cell()

    def finish(self, *, is_whole: bool) -> Page:
        if self.pieces:
            self._flush()
        while len(self._open) > 1:
            self._pop()
        self._page.is_whole = is_whole
        return self._page

    def _open_byline(self, tag: str, attributes: str) -> None:
        if tag == "a" and _BYLINES["a"].search(attributes):
            self._byline = ("a", tag, len(self.pieces))
        elif not self._byline[0] and _BYLINES["byline"].search(attributes):
            self._byline = ("byline", tag, len(self.pieces))

    def _close_byline(self) -> None:
        kind, _, start = self._byline
        self._byline = _NO_BYLINE
        if text := _line("".join(self.pieces[start:])):
            self._page.declared.append(Declared(kind, {"text": text}, len(self._blocks)))

    def _break(self, tag: str) -> None:
        if not self.pieces:
            return
        if tag == "hr" or (tag == "br" and self._open[-1][0] not in _ONE_LINE):
            self._flush()
        elif tag != "wbr":
            self.pieces.append(" ")

    def _end_cell(self) -> None:
        """Keep a row of short cells in one line, and long cells, as of old layouts, apart."""
        if self.pieces and self._n_chars - self._before_cell[1] > _LONG_CELL:
            self._flush()
        self.pieces.append(" ")
        self._before_cell = (len(self.pieces), self._n_chars, self._n_linked)

    def _flush(self) -> None:
        n_pieces, n_chars, n_linked = self._before_cell
        if n_pieces and self._n_chars - n_chars > _LONG_CELL:
            self._add_block(self.pieces[:n_pieces], n_linked)
            self._add_block(self.pieces[n_pieces:], self._n_linked - n_linked)
        else:
            self._add_block(self.pieces, self._n_linked)
        self.pieces.clear()
        self._n_linked = self._n_chars = 0
        self._before_cell = (0, 0, 0)

    def _add_block(self, pieces: list[str], n_linked: int) -> None:
        if text := _line("".join(pieces)):
            share = min(1.0, n_linked / len(text))
            self._blocks.append(Block(text, self._open[-1][0], share))

    def _pop(self) -> str:
        tag, attributes, start, _ = self._open.pop()
        self._n_open[tag] -= 1
        if (stop := len(self._blocks)) > start:
            names = self._names_of(attributes) if attributes else ""
            self._page.parts.append(Part(tag, names, start, stop))
        return tag


def _hides(attributes: str) -> bool:
    # Few have one of these words, which takes less time to see than the pattern does.
    is_likely = "idden" in attributes or "none" in attributes or "role" in attributes
    return is_likely and bool(_HIDDEN.search(attributes))


def _attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag; of two of one name, the first."""
    found = _ATTRIBUTE.findall(text)
    return {name.lower(): unescape("".join(value)) for name, *value in reversed(found)}


def _line(text: str) -> str:
    """Return text as one line without entities."""
    if "&" in text:
        text = unescape(text)
    return " ".join(text.replace("\0", "").split())
