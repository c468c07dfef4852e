"""A passage with its matches marked, and how it is rendered."""

from __future__ import annotations

from collections.abc import Callable

from newsearch.answers.printing import printable
from newsearch.values import frozen_dataclass

Span = tuple[int, int]
"""Start and end of a stretch in characters, end exclusive."""


@frozen_dataclass
class Snippet:
    """A passage of a body with the matched words marked.

    Parameters
    ----------
    text
        About 240 characters, one line. An ellipsis stands where a sentence is cut.
    highlights
        Start and end of each matched word or phrase in `text`, in characters, ascending, disjoint.
    """

    text: str
    highlights: tuple[Span, ...] = ()

    @property
    def html(self) -> str:
        """The passage as HTML: escaped, matches in ``<mark>``."""
        from html import escape  # with all entities of HTML

        return self.render(escape, "<mark>", "</mark>")

    @property
    def ansi(self) -> str:
        """The passage for a terminal: matches in bold, control characters removed."""
        return self.render(printable, "\x1b[1;33m", "\x1b[0m")

    def render(self, clean: Callable[[str], str], before: str, after: str) -> str:
        """Return the text with each match set between two marks, every part cleaned."""
        parts: list[str] = []
        done = 0
        for start, end in self.highlights:
            parts += [clean(self.text[done:start]), before, clean(self.text[start:end]), after]
            done = end
        return "".join([*parts, clean(self.text[done:])])
