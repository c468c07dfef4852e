"""Text of records that is HTML, as text."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

_ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>]+)"""
# The first attribute has a value, or what follows is words: "<b and c>".
_END = rf"(?:{_ATTRIBUTE}(?:{_ATTRIBUTE}|\s+[\w:-]+)*+)?+\s*+/?>"
_BLOCKS = (
    "address|article|aside|blockquote|body|br|caption|center|dd|details|div|dl|dt|figcaption|figure"
    "|footer|form|h[1-6]|head|header|hr|html|li|main|nav|noscript|ol|p|pre|section|summary|table"
    "|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|button|cite|code|col|colgroup|data|del|dfn|em|embed|font|i"
    "|iframe|img|input|ins|kbd|label|link|map|mark|meta|nobr|object|picture|q|rp|rt|ruby|s|samp"
    "|small|source|span|strike|strong|sub|sup|svg|time|track|tt|u|var|video|wbr"
)
BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS}){_END}", re.I)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_END}", re.I)
# Up to the next of its kind, so that many that are not closed cost no more than one.
NO_TEXT = re.compile(
    r"<!doctype [^<>]*>|<!\[CDATA\[|\]\]>|<!--(?:(?!<!--).)*?-->"
    r"|<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>",
    re.I | re.S,
)
# A text that tells of a tag has it in the middle, alone: "the <b> of HTML".
_SHOWS_MARKUP = re.compile(
    r"\A\s*<|</[a-z]|<!|<(?:br|hr|img|wbr)\b|<[a-z]\w*+\s++[\w:-]++\s*+=|<p>[^<]*+<p>", re.I
)
# Of a program that escaped a whole text, or escaped it twice.
_ESCAPED_BLOCK = re.compile(r"&lt;/?(?:p|br|div)\b", re.I)
_ESCAPED_TWICE = re.compile(r"&amp;(?=(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});)", re.I)
_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|x[\da-f]{1,6})|([a-z][a-z\d]{1,30}));", re.I)


def without_markup(text: str) -> str:
    """Return text with lines in place of paragraphs, and letters in place of entities.

    Only what is a tag of HTML goes: ``a < b and c > d``, ``<name>`` and ``AT&T`` stay, and so do
    tags of a text that begins with none, closes none and has none with an attribute.
    """
    if "&" in text:
        text = _ESCAPED_TWICE.sub("&", text)
        if "<" not in text and _ESCAPED_BLOCK.search(text):
            text = without_entities(text)
    has_tag = "<" in text and (BLOCK_TAG.search(text) or _INLINE_TAG.search(text))
    if has_tag and _SHOWS_MARKUP.search(text):
        text = _INLINE_TAG.sub("", NO_TEXT.sub("", text))
        text, n_blocks = BLOCK_TAG.subn("\n", text)
        if n_blocks:
            text = "\n".join(filter(None, map(str.strip, text.split("\n"))))
    return without_entities(text).strip()


def without_entities(text: str) -> str:
    """Return text with letters in place of entities."""
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(entity: re.Match[str]) -> str:
    is_known = not entity[1] or f"{entity[1]};" in html5
    return unescape(entity[0]) if is_known else entity[0]
