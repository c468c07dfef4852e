"""Text whose UTF-8 was once read in another encoding: ``FranÃ§ois``, ``â€™``, ``РџСЂР°РІРґР°``."""

from __future__ import annotations

import re

MENDED = "letters that were read in a wrong encoding are mended"
"""What a note says of it."""

_SPACES_FOR_ASCII = b" " * 0x80 + bytes(range(0x80, 0x100))
_REST = bytes(range(0x80, 0xC0))
# First bytes of letters of two, three and four bytes.
_FIRST = (bytes(range(0xC2, 0xE0)), bytes(range(0xE0, 0xF0)), bytes(range(0xF0, 0xF5)))
# Encodings that UTF-8 is read in by mistake, and how many letters in a row must look so: where
# letters of Eastern Europe stand side by side, so they do in clean text.
_MISTAKEN = {"latin-1": 1, "cp1252": 1, "cp1254": 1, "cp1250": 2, "cp1251": 3}


def _as_letters(encoding: str, octets: bytes) -> str:
    return re.escape(octets.decode(encoding, "ignore"))


def _in_a_row(encoding: str, n_letters: int) -> str:
    """Return the pattern of so many letters of UTF-8, each as several of another encoding."""
    rest = _as_letters(encoding, _REST) + r"\x80-\x9f"  # what has no letter there is left
    firsts = (_as_letters(encoding, octets) for octets in _FIRST)
    letter = "|".join(f"[{first}][{rest}]{{{n}}}" for n, first in enumerate(firsts, 1))
    return f"(?:{letter}){{{n_letters},}}"


# A capital before a sign that ends a quotation or a sentence is clean: "AMANHÃ”".
_CLEAN_END = r"(?!(?<=[^\W\d_a-zß-öø-ÿ])[À-ÞĞİŞ][’”»…–—™®§°](?!\w))"
_SURE = re.compile(_CLEAN_END + f"(?:{'|'.join(_in_a_row(*one) for one in _MISTAKEN.items())})")
_LIKELY = re.compile("|".join((*(_in_a_row(encoding, 1) for encoding in _MISTAKEN), "â€")))
# Most clean text has no such pair at all, and what is sure starts with one: the whole pattern
# takes 0.3 us a letter to look through a line, this a 20th of it.
_PAIR = re.compile(
    f"[{''.join(_as_letters(one, b''.join(_FIRST)) for one in _MISTAKEN)}]"
    f"(?=[{''.join(_as_letters(one, _REST) for one in _MISTAKEN)}])"
)
_CUT = "\x00"
# ftfy looks at up to seven letters of ASCII after one that is none.
_FAR_ASCII = re.compile(r"(?<=[ -~]{8})([ -~]{8,})(?=[ -~]{8})")


def mended(text: str) -> str:
    """Return a text with such letters as they were written; clean text as it is.

    A line is mended where all its letters beyond ASCII look so.
    """
    if text.isascii() or not _PAIR.search(_beyond_ascii(text)):
        return text
    lines = text.split("\n")
    read = [_mended_line(line) for line in lines]
    return text if read == lines else "\n".join(read)


def _beyond_ascii(text: str) -> str:
    """Return the runs of a text that are no ASCII; a search in all of it takes twice the time."""
    octets = text.encode("utf-8", "surrogatepass").translate(_SPACES_FOR_ASCII)
    return b" ".join(octets.split()).decode("utf-8", "surrogatepass")


def _mended_line(line: str) -> str:
    if line.isascii():
        return line
    beyond = _beyond_ascii(line)
    if not _PAIR.search(beyond) or any(map(str.isalpha, _LIKELY.sub("", beyond))):
        return line
    if not any(_SURE.match(line, pair.start()) for pair in _PAIR.finditer(line)):
        return line
    from ftfy import fix_encoding  # which is slow to load

    # It takes 0.3 us a letter, of which only those near others than ASCII count.
    pieces = [line] if _CUT in line else _FAR_ASCII.split(line)
    pieces[::2] = fix_encoding(_CUT.join(pieces[::2])).split(_CUT, len(pieces) // 2)
    return "".join(pieces)
