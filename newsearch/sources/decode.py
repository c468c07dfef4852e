"""Bytes to text, with the decision told where it is not plain UTF-8."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import BinaryIO

from newsearch.article import LARGEST_ARTICLE_BYTES
from newsearch.sources.reader import Context
from newsearch.sources.unpacking import as_stream

# The longer marks first: that of UTF-32-LE starts with that of UTF-16-LE.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 2**16
# What a detector names, and what it means in practice: encodings that hold more, and in place of
# those that are hardly used, the one that they are taken for.
_MEANT = {
    **{"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"},
    **{"iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "iso8859-13": "cp1257"},
    **{"iso8859-3": "cp1252", "iso8859-4": "cp1252", "iso8859-10": "cp1252", "utf-8": "cp949"},
    "koi8-r": "koi8-u",
}
# Encodings of old systems, which the detector takes for others; those that are alike in the order
# of how much is written in them.
_RIVALS = (
    *("iso8859-15", "cp1250", "iso8859-2", "mac_roman", "cp850", "cp852"),
    *("cp737", "mac_turkish", "cp857", "cp775", "cp862", "mac_cyrillic", "mac_latin2", "cp855"),
)
_FEWEST_MISFITS, _MISFITS_SHARE, _TIMES_BETTER = 2, 0.04, 3
_AFTER_A_WORD = frozenset("\xa0’‘”“»«›…—–·®™°º′″‑")
_BEFORE_A_WORD = frozenset("\xa0°×’‘“”„‚«»‹›¿¡—–…·•§©£€′‑")
_WITHIN_A_WORD = frozenset("’‘·—–…″′‑")
_HANGUL = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
_SHIFTS = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"), (b"~{", "hz"))
# The euro and French oe, where Latin-1 has what news has not; windows-1252 has them elsewhere.
_OF_LATIN_9 = re.compile(rb"\xa4|[A-Za-z]\xbd")
_OF_WINDOWS = re.compile(rb"[\x80-\x9f]")
# Letters beyond ASCII stand alone in Western European words, and side by side in other scripts.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SIDE_BY_SIDE = re.compile(rb"[\x80-\xff]{3,}")
# Of fewer bytes beyond ASCII no detector tells more than that most texts are Western European.
_FEWEST_TELLING = 4
# Of the letters beyond ASCII, at most this share may be damaged in a text that is still UTF-8. In
# other encodings bytes follow each other as in UTF-8 by chance, and seldom.
_DAMAGED_SHARE = 0.5


TOO_LONG = f"the line is longer than {LARGEST_ARTICLE_BYTES >> 20} MiB"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read.

    Parameters
    ----------
    text
        Without byte order mark.
    decision
        What a note should say, or '' for plain UTF-8.
    """

    text: str
    decision: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Read bytes as text; never fails.

    In this order: a byte order mark; UTF-16 without one, seen by its NULs; ISO-2022 of Japan and
    Korea and HZ by their escapes; what the data declares, if the bytes agree; UTF-8; UTF-8 with few
    damaged letters, replaced; what the letters tell, and how they fit their words; windows-1252 if
    all bytes have a meaning there; else UTF-8 with everything else replaced.

    Parameters
    ----------
    data
        All of the text, or a line of it.
    declared
        Name of the encoding that the data declares, such as ``shift_jis``; '' for none.
    """
    if encoding := wide_encoding(data):
        text = data.decode(encoding, "replace").removeprefix("\ufeff")
        return Decoded(text, f"read as {encoding.upper()}")
    if shifting := _shifting(data):
        return Decoded(data.decode(shifting), f"read as {_shown(shifting)}")
    if declared and (found := _decode_declared(data, declared)) is not None:
        return found
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(data.decode())
    except UnicodeDecodeError:
        return _decode_damaged(data)


def wide_encoding(data: bytes) -> str:
    """Name the encoding when letters take two or four bytes, else ''.

    Without a byte order mark, UTF-16 shows by its NULs: most letters of most scripts that news is
    written in, or at least spaces and line ends, have one, always on the same side.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return "" if encoding == "utf-8" else encoding
    sample = data[:4096]
    sides = (sample[0::2].count(0), sample[1::2].count(0))
    if not any(sides) or max(sides) * 10 < len(sample) or min(sides) * 20 > max(sides):
        return ""
    return "utf-16-be" if sides[0] > sides[1] else "utf-16-le"


def _shifting(data: bytes) -> str:
    """Name the encoding of a text in ASCII that shifts to other letters by signs of it, else ''."""
    for sign, encoding in _SHIFTS:
        if sign in data and data.isascii():
            with suppress(UnicodeDecodeError):
                data.decode(encoding)
                return encoding
    return ""


def _decode_declared(data: bytes, declared: str) -> Decoded | None:
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    if name == "utf-8":
        return None  # what is tried next
    is_utf8 = _is_utf8(data)
    # A single-byte encoding agrees with everything; that the bytes are UTF-8 says more.
    if is_utf8 and name.startswith(("iso8859", "cp125")):
        return Decoded(data.decode(), f"read as UTF-8, though it declares {declared}")
    if name in ("iso8859-1", "cp1252", "ascii") and _is_other_script(data):
        return None  # what pages declare without thinking
    for encoding in dict.fromkeys((_MEANT.get(name, name), name)):
        # str() refuses codecs that are not from bytes to text, such as zlib.
        with suppress(LookupError, ValueError):
            text = str(data, encoding)
            return Decoded(text, f"read as {_shown(encoding)}, as declared")
    return None


def _is_other_script(data: bytes) -> bool:
    """Whether most bytes beyond ASCII stand side by side, as they do not in Western Europe."""
    return 2 * sum(map(len, _SIDE_BY_SIDE.findall(data))) > _n_beyond_ascii(data)


def _n_beyond_ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode_damaged(data: bytes) -> Decoded:
    replaced = data.decode("utf-8", "replace")
    if not _is_damaged_utf8(replaced) and (encoding := told_encoding(data)):
        return Decoded(data.decode(encoding), f"not UTF-8, read as {_shown(encoding)}")
    return Decoded(replaced, "not quite UTF-8, damaged letters replaced")


def _is_damaged_utf8(replaced: str) -> bool:
    """Whether a text with what is not UTF-8 replaced has few such letters."""
    n_beyond_ascii = len(replaced) - len(replaced.encode("ascii", "ignore"))
    return replaced.count("\ufffd") <= n_beyond_ascii * _DAMAGED_SHARE


def told_encoding(data: bytes) -> str:
    """Name the encoding that the letters of a text tell, in which it can be read; '' for none."""
    if _n_beyond_ascii(data) < _FEWEST_TELLING:
        return next(_readable(data, "cp1252"), "")
    from resiliparse.parse.encoding import detect_encoding

    name = codecs.lookup(detect_encoding(data) or "utf-8").name
    for encoding in _readable(data, _MEANT.get(name, name), "cp1252"):
        # The detector knows no Korean, and says UTF-8 of what it does not know.
        if encoding != "cp949":
            return _best_fit(data, encoding)
        if len(_HANGUL.findall(data)) * 3 > _n_beyond_ascii(data):
            return encoding
    return _best_fit(data, "")


def _readable(data: bytes, *encodings: str) -> Iterator[str]:
    for encoding in dict.fromkeys(encodings):
        with suppress(UnicodeDecodeError):
            data.decode(encoding)
            yield encoding


def _best_fit(data: bytes, found: str) -> str:
    """Return a rival of an encoding in which far more of the letters fit their words."""
    if found and not found.startswith(("cp12", "iso8859", "koi8")):
        return found
    sample = data[:_SAMPLE_BYTES]
    most = _n_beyond_ascii(sample)
    n_misfits = _n_misfits(sample.decode(found)) if found else most
    if n_misfits < max(_FEWEST_MISFITS, most * _MISFITS_SHARE):
        is_latin_9 = found == "cp1252" and _OF_LATIN_9.search(data) and not _OF_WINDOWS.search(data)
        return "iso8859-15" if is_latin_9 else found
    rivals = ((_n_misfits(sample.decode(one)), one) for one in _readable(data, *_RIVALS))
    fewest, best = min(rivals, key=lambda rival: rival[0], default=(most, ""))
    return best if fewest * _TIMES_BETTER <= n_misfits else found


def _n_misfits(text: str) -> int:
    """Count the characters beyond ASCII that stand where none of their kind does in a text.

    Signs within words, capitals after small letters, letters beside those of other scripts, and
    three accents in a row.
    """
    return sum(
        _is_misfit(text[at - 1 : at] or " ", text[at], text[at + 1 : at + 2] or " ")
        for at in (match.start() for match in _BEYOND_ASCII.finditer(text))
    )


def _is_misfit(before: str, char: str, after: str) -> bool:
    if not char.isalpha():
        is_within = before.isalpha() and after.isalpha()
        fitting = _WITHIN_A_WORD if is_within else _AFTER_A_WORD
        return (
            not (char.isprintable() or char.isspace())
            or (before.isalpha() and char not in fitting)
            or (not before.isalnum() and after.isalpha() and char not in _BEFORE_A_WORD)
        )
    beside = [other for other in (before, after) if other.isalpha()]
    is_run = len(beside) == 2 and not any(map(str.isascii, beside)) and _script(char) == "LATIN"
    return (
        is_run
        or (char.isupper() and before.islower())
        or any(_script(other) != _script(char) for other in beside)
    )


@lru_cache(maxsize=1 << 10)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _shown(encoding: str) -> str:
    if encoding.startswith("cp125"):
        return f"windows-{encoding[2:]}"
    return encoding.upper().replace("ISO2022_JP_2", "ISO-2022-JP")


def as_utf8(stream: BinaryIO, context: Context, declared: str = "") -> BinaryIO:
    """Return the stream as UTF-8 where its start shows that it is in another encoding.

    The byte order mark is gone. What comes after a start in UTF-8 is left for `decode` to see line
    by line.

    Parameters
    ----------
    stream, context
        The file, and what is told of the encoding.
    declared
        What the file calls its encoding; it counts where the start is not UTF-8.
    """
    sample: bytes = stream.peek(_SAMPLE_BYTES)  # type: ignore[attr-defined]
    encoding = wide_encoding(sample) or _declared(sample, declared) or _encoding_of_start(sample)
    if not encoding:
        if sample.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        return stream
    context.note(f"read as {_shown(encoding)}")
    return as_stream(_narrowed(stream, encoding))


def text_lines(stream: BinaryIO, context: Context) -> Iterator[tuple[int, str | None]]:
    """Return the lines of a file in UTF-8 with their ends, by their numbers.

    They are those of `numbered_lines`, as `line_text` reads them.
    """
    for number, line in numbered_lines(stream):
        yield number, None if line is None else line_text(line, number, context)


def numbered_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Return the lines of a file with their ends, by their numbers.

    None stands for each that is longer than an article may be.
    """
    for number, line in enumerate(iter(partial(stream.readline, LARGEST_ARTICLE_BYTES), b""), 1):
        if len(line) == LARGEST_ARTICLE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_SAMPLE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line


def line_text(line: bytes, number: int, context: Context) -> str:
    """Return the text of a line, which should be UTF-8; it is noted where it is not."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        decoded = decode(line)
        context.note(decoded.decision, number)
        return decoded.text


def _declared(sample: bytes, declared: str) -> str:
    """Return the encoding that a file declares, '' for UTF-8 and where its start is UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        with suppress(LookupError):  # str() refuses codecs that are not from bytes to text
            name = codecs.lookup(declared).name + str(b"", declared)
            return "" if name == "utf-8" else _MEANT.get(name, name)
    return ""


def _encoding_of_start(sample: bytes) -> str:
    """Name the encoding of a file of lines that starts so; '' for UTF-8, and what is not clear."""
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    if shifting := _shifting(whole):
        return shifting
    if whole.isascii() or whole.startswith(codecs.BOM_UTF8) or _is_utf8(whole):
        return ""
    return "" if _is_damaged_utf8(whole.decode("utf-8", "replace")) else told_encoding(whole)


def _narrowed(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Return a text in another encoding as UTF-8, block by block, without byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True
    while block := stream.read(_SAMPLE_BYTES):
        text = decoder.decode(block)
        if is_first and text:
            text, is_first = text.removeprefix("\ufeff"), False
        yield text.encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
